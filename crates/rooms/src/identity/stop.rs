//! Ending all that is under way to learn who somebody is: without the consent to it, and without the
//! account, nobody asks and nobody looks.

use base::{Cx, Id, Outcome, Tx};

use super::way::{self, Note, State, WayKind};
use super::{check, scan};
use crate::accounts::{self, closing};

/// The consent to being checked, as it is kept.
pub(super) const CONSENT: &str = "personal_data";
/// Why a way has ended, as its note says: the consent was withdrawn.
pub const WITHDRAWN: &str = "withdrawn";
/// Why a way has ended, as its note says: the account is to be closed.
const CLOSING: &str = "closing";

/// Withdraws what `account` agreed to. With the consent to being checked all ways end: nothing is sent or
/// shown any more, and what was sent before changes nothing when it is answered.
///
/// # Errors
/// `E-DATA-03` for what every account stands on, `E-ACC-02` when there is no such account.
pub fn withdraw(tx: &mut Tx<'_>, cx: &Cx, account: &Id, kind: &str) -> Outcome<()> {
    // Whatever decides or begins a way waits for the same row.
    accounts::lock_level(tx, account)?;
    accounts::withdraw(tx, cx, account, kind)?;
    if kind == CONSENT { all(tx, cx, account, WITHDRAWN) } else { Ok(()) }
}

/// Hears that the owner of `account` wants to close it.
///
/// # Errors
/// `E-ACC-02` when there is no such account.
pub(crate) fn closes(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<()> {
    accounts::lock_level(tx, account)?;
    all(tx, cx, account, CLOSING)
}

fn all(tx: &mut Tx<'_>, cx: &Cx, account: &Id, why: &str) -> Outcome<()> {
    let note = Note { code: why.to_owned(), ..Note::default() };
    for mut way in way::open_of(tx, account)? {
        if !way.pass(tx, cx, State::Ended, Some(&note))? {
            continue;
        }
        scan::ended(tx, &way)?;
        if way.kind == WayKind::Registry {
            check::done(tx, cx, &way.id)?;
        }
    }
    Ok(())
}

/// Whether `account` agrees to being checked.
pub(crate) fn agrees(tx: &mut Tx<'_>, account: &Id) -> Outcome<bool> {
    Ok(accounts::read::consents(tx, account)?.iter().any(|x| x.kind == CONSENT))
}

/// Whether the staff may still meet the owner of `account`: not while it is being closed.
pub(super) fn stays(tx: &mut Tx<'_>, account: &Id) -> Outcome<bool> {
    Ok(closing::ends(tx, account)?.is_none())
}
