//! Closing an account: asked for by its owner, taken back by signing in, erased when it is due.

use base::{Cx, Db, Id, Instant, Kind, Outcome, Refusal, Tx};

use crate::accounts::{Policy, closing};
use crate::factors::{self, Came, Event};
use crate::{access, accounts, booking, identity, sessions, sso};

/// Accounts that one round of the worker erases.
const ROUND: i64 = 20;

/// What is to become of what stands, until the account is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is cancelled now, so that others can have the times.
    Cancel,
    /// What is over before the account is erased stands, and whatever of it stands at the end is cancelled then.
    /// Later visits cannot be kept: they are cancelled now.
    Keep,
}

/// Notes that somebody wants to close their account, ends what is under way to learn who they are, tells
/// them at all their contacts, and signs them out everywhere, also at connected sites; gives when they will
/// be erased.
///
/// # Errors
/// `E-DATA-01` as long as they have a role of the staff; `E-ACC-02` when there is no such account.
pub fn close(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (person, came): (&Id, &Came),
    standing: Standing,
) -> Outcome<Instant> {
    if !access::read::grants_of(tx, cx.now, person)?.is_empty() {
        return Err(Refusal::new(Kind::Conflict, "E-DATA-01").into());
    }
    accounts::lock(tx, person)?;
    let (due, is_news) = closing::ask(tx, cx, person)?;
    match standing {
        Standing::Cancel => booking::cancel_all(tx, cx, person)?,
        Standing::Keep => booking::cancel_late(tx, cx, person, due)?,
    }
    identity::closes(tx, cx, person)?;
    if is_news {
        factors::tell(tx, cx, policy, person, (Event::Closing, came))?;
    }
    // Who signs in takes the wish back; what was begun before it is no sign that its owner thinks better of it.
    factors::end_halves(tx, person)?;
    sessions::close_all(tx, person)?;
    // The days until the account is erased are for its owner to come back, not for sites to read on.
    sso::logout::leave_all(tx, cx, person)?;
    Ok(due)
}

/// Erases those whose days are over; gives their number.
///
/// # Errors
/// A fault of the engine; whoever was erased before stays so.
pub fn erase_due(db: &Db, cx: &Cx) -> Outcome<usize> {
    let now = cx.now;
    let due = db.write_wait(move |tx| closing::due(tx, now, ROUND))?;
    erase_each(db, cx, due, |tx, cx, person| closing::is_due(tx, cx.now, person))
}

/// Erases those of `gone` anew whom this database knows as if nothing had happened: it was restored from
/// a backup that is older than their end. Gives their number.
///
/// # Errors
/// A fault of the engine; whoever was erased before stays so.
pub fn erase_again(db: &Db, cx: &Cx, gone: impl IntoIterator<Item = Id>) -> Outcome<usize> {
    erase_each(db, cx, gone, |tx, _, person| Ok(accounts::read::account(tx, person)?.is_some()))
}

/// Erases those of whom `still` says so, each in a transaction of its own.
fn erase_each(
    db: &Db,
    cx: &Cx,
    people: impl IntoIterator<Item = Id>,
    still: fn(&mut Tx<'_>, &Cx, &Id) -> Outcome<bool>,
) -> Outcome<usize> {
    let mut erased = 0;
    for person in people {
        let cx = Cx { op: cx.new_id(), ..cx.clone() };
        erased += usize::from(db.write_wait(move |tx| {
            let goes = still(tx, &cx, &person)?;
            if goes {
                super::erase(tx, &cx, &person)?;
            }
            Ok(goes)
        })?);
    }
    // On SQLite, what was overwritten still stands in the log.
    if erased > 0 && db.engine() == "SQLite" {
        db.scrub()?;
    }
    Ok(erased)
}
