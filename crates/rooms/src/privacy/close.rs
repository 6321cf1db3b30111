//! Closing an account: asked for by its owner, taken back by signing in, erased when it is due.

use base::{Cx, Db, Id, Instant, Kind, Outcome, Refusal, Tx};

use crate::accounts::{Policy, closing};
use crate::factors::{self, Came, Event};
use crate::{access, accounts, booking, sessions, sso};

/// Accounts that one round of the worker erases.
const ROUND: i64 = 20;

/// What is to become of what stands, until the account is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is cancelled now, so that others can have the times.
    Cancel,
    /// It stands; whatever stands at the end is cancelled then.
    Keep,
}

/// Notes that somebody wants to close their account, tells them at all their contacts, and signs them
/// out everywhere, also at connected sites; gives when they will be erased.
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
    if standing == Standing::Cancel {
        booking::cancel_all(tx, cx, person)?;
    }
    let due = closing::ask(tx, cx, person)?;
    factors::tell(tx, cx, policy, person, (Event::Closing, came))?;
    sessions::close_all(tx, person)?;
    // The days until the account is erased are for its owner to come back, not for sites to read on.
    sso::logout::leave_all(tx, cx, person)?;
    Ok(due)
}

/// Erases those whose days are over, each in a transaction of its own; gives their number.
///
/// # Errors
/// A fault of the engine; whoever was erased before stays so.
pub fn erase_due(db: &Db, cx: &Cx) -> Outcome<usize> {
    let now = cx.now;
    let due = db.write_wait(move |tx| closing::due(tx, now, ROUND))?;
    let mut erased = 0;
    for person in due {
        let cx = Cx { op: cx.new_id(), ..cx.clone() };
        erased += usize::from(db.write_wait(move |tx| {
            let due = closing::is_due(tx, cx.now, &person)?;
            if due {
                super::erase(tx, &cx, &person)?;
            }
            Ok(due)
        })?);
    }
    scrub(db, erased)?;
    Ok(erased)
}

/// Erases those of `gone` anew whom this database knows as if nothing had happened: it was restored from
/// a backup that is older than their end. Each in a transaction of its own; gives their number.
///
/// # Errors
/// A fault of the engine; whoever was erased before stays so.
pub fn erase_again(db: &Db, cx: &Cx, gone: impl IntoIterator<Item = Id>) -> Outcome<usize> {
    let mut erased = 0;
    for person in gone {
        let cx = Cx { op: cx.new_id(), ..cx.clone() };
        erased += usize::from(db.write_wait(move |tx| {
            let back = accounts::read::account(tx, &person)?.is_some();
            if back {
                super::erase(tx, &cx, &person)?;
            }
            Ok(back)
        })?);
    }
    scrub(db, erased)?;
    Ok(erased)
}

/// On SQLite, what was overwritten still stands in the log.
fn scrub(db: &Db, erased: usize) -> Outcome<()> {
    if erased > 0 && db.engine() == "SQLite" {
        db.scrub()?;
    }
    Ok(())
}
