//! What slows down who registers by the dozen: from the third time a day on, one address proves work
//! for each. It asks nothing about accounts, so it tells nothing about them.

use base::{Cx, Instant, Kind, Outcome, Refusal, Tx};

use super::{Address, Work, work};
use crate::accounts::Policy;
use crate::accounts::limits::{self, Limit};

/// Registrations from one address, within an hour. A whole quarter may share it.
const HOURLY: Limit = Limit { most: 20, window: Instant::HOUR, code: "E-AUTH-LIMIT" };
/// … and within a day, as far as they are counted.
const DAILY: Limit = Limit { most: 200, window: Instant::DAY, code: "E-AUTH-LIMIT" };
/// From this one on within a day, work is proved.
const WORK_FROM: i64 = 3;

/// Counts one more registration from `address`.
///
/// # Errors
/// `E-REG-01` when work is to be proved first, `E-AUTH-LIMIT` with the time to wait; then nothing is
/// counted.
pub fn register(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (address, given): (Option<Address>, &Work),
) -> Outcome<()> {
    let Some(address) = address else { return Ok(()) };
    let bound = bound(address);
    let worked = work::accept(tx, cx.now, &policy.secrets, (&bound, given))?;
    if !worked && limits::so_far(tx, cx.now, (&bound, DAILY))? + 1 >= WORK_FROM {
        return Err(Refusal::new(Kind::Conflict, "E-REG-01").into());
    }
    limits::count(tx, cx, &format!("hour:{bound}"), HOURLY)?;
    limits::count(tx, cx, &bound, DAILY)
}

/// The token for the next registration from `address`, when it needs a proof of work.
///
/// # Errors
/// A fault of the engine.
pub fn register_work(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    address: Option<Address>,
) -> Outcome<Option<String>> {
    let Some(address) = address else { return Ok(None) };
    let bound = bound(address);
    let need = limits::so_far(tx, cx.now, (&bound, DAILY))? + 1 >= WORK_FROM;
    Ok(need.then(|| work::work(cx, &policy.secrets, &bound)))
}

fn bound(address: Address) -> String {
    format!("register:{}", address.near())
}
