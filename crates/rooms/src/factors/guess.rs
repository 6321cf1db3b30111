//! Limits of guessing passwords: exact rows, the same for identifiers that nobody has. A scope is
//! known to the database by its blind index alone.
//!
//! What a stranger meets (waiting, work, the end) is counted by the name that was typed. An account has
//! several; what is guessed by all of them is counted beside, in silence: if one name spoke of what
//! happened to another, it would tell that both are somebody's.

use base::vault::Field;
use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};

use super::notice::{self, Event};
use super::rules::{Guesses, IN_A_ROW};
use super::{Address, Came};
use crate::accounts::Policy;
use crate::accounts::limits::{self, Limit};

/// Passwords tried with one known device: its own bucket, which nobody else can empty.
const ON_A_DEVICE: Limit = Limit { most: 10, window: 10 * Instant::MINUTE, code: "E-AUTH-03" };
/// Passwords tried from one address …
const NEAR: Limit = Limit { most: 20, window: 10 * Instant::MINUTE, code: "E-AUTH-03" };
/// … and from the network around it.
const WIDE: Limit = Limit { most: 200, window: 10 * Instant::MINUTE, code: "E-AUTH-03" };
/// Identifiers tried from one address within a day before all of them prove work: a whole quarter
/// may share it, so it is never blocked for that.
const IDENTIFIERS: i64 = 15;

/// Counts one more password with a known device.
///
/// # Errors
/// `E-AUTH-03` with the time to wait.
pub(super) fn on_device(tx: &mut Tx<'_>, cx: &Cx, device: &str) -> Outcome<()> {
    limits::count(tx, cx, &format!("device:{device}"), ON_A_DEVICE)
}

/// Counts one more password for `identifier` from a device that is not known.
///
/// # Errors
/// `E-AUTH-03` with the time to wait, `E-AUTH-04`, `E-AUTH-05` when work is to be proved first; then
/// nothing is counted.
pub(super) fn on_unknown(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (identifier, address): (&str, Option<Address>),
    worked: bool,
) -> Outcome<()> {
    let scope = scope(tx, identifier);
    // The first statement takes the row: two counts of one scope never overlap.
    let so_far = tx.one(
        "INSERT INTO guess (scope, tries, free_at, at) VALUES ($1, 0, 0, $2)
         ON CONFLICT (scope) DO UPDATE SET at = excluded.at RETURNING tries, free_at",
        args![&scope, cx.now],
        |r| Ok(Guesses { tries: r.get(0)?, free_at: r.get(1)? }),
    )?;
    let next = so_far.one_more(cx.now, worked)?;
    if let Some(address) = address {
        from(tx, cx, (&scope, address), worked)?;
    }
    tx.exec(
        "UPDATE guess SET tries = $2, free_at = $3 WHERE scope = $1",
        args![&scope, next.tries, next.free_at],
    )?;
    Ok(())
}

/// Counts one more password for the account behind `identifier`, by whichever name; nobody's name counts
/// alone. Whether it may be evaluated: not after a hundred in a row, and nothing says so.
pub(super) fn together(
    tx: &mut Tx<'_>,
    now: Instant,
    (account, identifier): (Option<&Id>, &str),
) -> Outcome<bool> {
    let scope = behind(tx, account.map_or(identifier, Id::as_str));
    let tries: i64 = tx.one(
        "INSERT INTO guess (scope, tries, free_at, at, account_id) VALUES ($1, 1, 0, $2, $3)
         ON CONFLICT (scope) DO UPDATE SET at = excluded.at, tries = guess.tries + 1
         RETURNING tries",
        args![&scope, now, account],
        |r| r.get(0),
    )?;
    Ok(tries <= IN_A_ROW)
}

/// Tells the owners of accounts whose password does not open them from new devices any more why that is,
/// each once. Not at the try itself: what is done for somebody alone could be measured.
///
/// # Errors
/// A fault of the engine.
pub fn tell_guessed(tx: &mut Tx<'_>, cx: &Cx, policy: &Policy) -> Outcome<u64> {
    let guessed = tx.all(
        "UPDATE guess SET told_at = $1
         WHERE account_id IS NOT NULL AND told_at IS NULL AND tries >= $2 RETURNING account_id",
        args![cx.now, IN_A_ROW],
        |r| r.get::<Id>(0),
    )?;
    for account in &guessed {
        notice::tell(tx, cx, policy, account, (Event::Guessed, &Came::default()))?;
    }
    Ok(guessed.len() as u64)
}

fn from(tx: &mut Tx<'_>, cx: &Cx, (scope, address): (&str, Address), worked: bool) -> Outcome<()> {
    let network = network(tx, address);
    if !worked && identifiers(tx, cx.now, &network)? >= IDENTIFIERS {
        return Err(Refusal::new(Kind::Conflict, "E-AUTH-05").into());
    }
    limits::count(tx, cx, &format!("near:{}", address.near()), NEAR)?;
    limits::count(tx, cx, &format!("wide:{}", address.wide()), WIDE)?;
    tx.exec(
        "INSERT INTO guess_from (network, scope, at) VALUES ($1, $2, $3)
         ON CONFLICT (network, scope) DO UPDATE SET at = excluded.at",
        args![&network, scope, cx.now],
    )?;
    Ok(())
}

/// Whether the next password for `identifier` from there needs a proof of work.
pub(super) fn need_work(
    tx: &mut Tx<'_>,
    now: Instant,
    identifier: &str,
    address: Option<Address>,
) -> Outcome<bool> {
    let scope = scope(tx, identifier);
    let so_far =
        tx.opt("SELECT tries, free_at FROM guess WHERE scope = $1", args![&scope], |r| {
            Ok(Guesses { tries: r.get(0)?, free_at: r.get(1)? })
        })?;
    let network = address.map(|x| network(tx, x)).unwrap_or_default();
    let crowd = identifiers(tx, now, &network)? >= IDENTIFIERS;
    Ok(crowd || so_far.is_some_and(|x| x.need_work()))
}

/// Forgets what was guessed for `account` by this name, and what was counted of all its names: its owner
/// knew the password, or has a new one.
pub(super) fn forget(tx: &mut Tx<'_>, account: &Id, identifier: &str) -> Outcome<()> {
    let (name, whole) = (scope(tx, identifier), behind(tx, account));
    tx.exec("DELETE FROM guess WHERE scope IN ($1, $2)", args![&name, &whole])?;
    Ok(())
}

fn identifiers(tx: &mut Tx<'_>, now: Instant, network: &str) -> Outcome<i64> {
    let sql = "SELECT count(*) FROM guess_from WHERE network = $1 AND at > $2";
    Ok(tx.one(sql, args![network, now.plus(-Instant::DAY)], |r| r.get(0))?)
}

fn scope(tx: &Tx<'_>, identifier: &str) -> String {
    tx.vault().index(Field::Scope, &format!("signin:{identifier}"))
}

/// What is behind a name: an account, or the name itself when nobody has it.
fn behind(tx: &Tx<'_>, whose: &str) -> String {
    tx.vault().index(Field::Scope, &format!("signin-behind:{whose}"))
}

fn network(tx: &Tx<'_>, address: Address) -> String {
    tx.vault().index(Field::Scope, &format!("network:{}", address.near()))
}
