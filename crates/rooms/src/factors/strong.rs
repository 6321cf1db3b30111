//! What becomes of somebody whose last passkey or app goes.

use base::{Id, Instant, Kind, Outcome, Refusal, Tx};

use super::read;
use crate::{access, accounts, sessions};

/// A passkey or an app was taken away by its owner: the last one stays with whoever has a role of the
/// staff, or the password and a code to a phone would be enough to come back to the workplace.
///
/// # Errors
/// `E-AUTH-21` when it was the last one of somebody who has a role of the staff.
pub(super) fn removed(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<()> {
    if lost(tx, account)? && !access::read::grants_of(tx, now, account)?.is_empty() {
        return Err(Refusal::new(Kind::Conflict, "E-AUTH-21").into());
    }
    Ok(())
}

/// A passkey or an app proves nothing any more. When nothing is left, no session has shown it, either; says
/// whether that is so.
pub(super) fn lost(tx: &mut Tx<'_>, account: &Id) -> Outcome<bool> {
    let Some(found) = accounts::read::account(tx, account)? else { return Ok(false) };
    let none = !read::standing(tx, &found)?.is_strong();
    if none {
        sessions::weaken(tx, account)?;
    }
    Ok(none)
}
