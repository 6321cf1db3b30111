//! Signing in by a code to a contact in place of the password. The code never stands for both factors:
//! what is asked beside it says [`rules::may_enter_by_code`]. Nobody learns whether there is an account.

use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx};

use super::code::{self, Named};
use super::half::{self, Beginning};
use super::rules::Method;
use super::signin::{self, Passed};
use super::{Came, FACTORS, device};
use crate::accounts::limits::{self, Limit};
use crate::accounts::signin::{Challenge, Identifier, Proven};
use crate::accounts::{self, Contact, Policy};
use crate::sessions;

/// Beginnings from one address: many people may share it.
const FROM: Limit = Limit { most: 20, window: Instant::HOUR, code: "E-AUTH-LIMIT" };

/// Sends a code to the contact when a citizen has it, and does the same when nobody has, or one of the
/// staff: a stolen number must not be half a way to a workplace. Gives the token that the browser holds.
///
/// # Errors
/// `E-AUTH-LIMIT` with the seconds to wait; `E-AUTH-15` when this portal asks for passwords.
pub fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (contact, came): (&Contact, &Came),
) -> Outcome<String> {
    if !policy.code_sign_in {
        return Err(Refusal::new(Kind::Conflict, "E-AUTH-15").into());
    }
    if let Some(address) = came.address {
        limits::count(tx, cx, &format!("by-code:{}", address.near()), FROM)?;
    }
    let challenge = accounts::signin::lookup(tx, &Identifier::from(contact))?;
    let found = challenge.account();
    let staff = sessions::is_staff(tx, found.unwrap_or(&Id::from("")))?;
    let account = found.filter(|_| !staff);
    let (id, token) = half::begin(tx, cx, Beginning::named(account, came.shared, true))?;
    let said = contact.reveal();
    let known = device::is_known(tx, cx, account, came)?;
    let (aloud, recovers, path) = (false, false, None);
    let to = Named { account, said, to: (contact.way(), said), aloud, known, recovers, path };
    code::post_named(tx, cx, policy, &id, to)?;
    Ok(token)
}

/// Counts one more password of a half sign-in that has begun with a code, and finds what it is checked
/// with.
///
/// # Errors
/// `E-AUTH-02-EXPIRED` when it is over or asks for no password; `E-AUTH-06` after ten proofs in an hour.
pub fn ask(tx: &mut Tx<'_>, cx: &Cx, (token, came): (&str, &Came)) -> Outcome<Challenge> {
    let half = half::open(tx, cx.now, token)?.ok_or_else(over)?;
    if !half.methods.contains(&Method::Password) {
        return Err(over().into());
    }
    let bucket = signin::bucket(tx, cx.now, &half, came)?;
    limits::count(tx, cx, &bucket, FACTORS)?;
    accounts::signin::again(tx, &half.account.id)
}

/// The password of a half sign-in was right.
///
/// # Errors
/// `E-AUTH-02-EXPIRED` when it is over, or somebody else's; `E-AUTH-01` when the password was changed while
/// this one was checked.
pub fn pass(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (token, came): (&str, &Came),
    proven: &Proven,
) -> Outcome<Passed> {
    signin::still_proven(tx, proven)?;
    let half = half::open(tx, cx.now, token)?.ok_or_else(over)?;
    if half.account.id != *proven.account() || !half.methods.contains(&Method::Password) {
        return Err(over().into());
    }
    signin::proceed(tx, cx, policy, (&half, came), Method::Password)
}

fn over() -> Refusal {
    Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED")
}
