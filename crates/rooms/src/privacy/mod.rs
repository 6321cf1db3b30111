//! What the portal owes a person about their data: who looked at them, and letting them go.
//!
//! Owns `person_access`. Erasing goes through every room that keeps something of a person, and
//! destroys the key that all of it is sealed with: what a backup still holds opens no more.
//! Bookings stay as shells: time, place, service, and nobody.

#[cfg(test)]
mod tests;

use base::{Actor, Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};

use crate::booking::Breach;
use crate::{accounts, booking, factors, notify, sessions, sso};

/// Somebody looked at a person's data, or did something for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// When.
    pub at: Instant,
    /// The operation.
    pub op: Id,
    /// Who: `engineer`, `account:…`.
    pub actor: String,
    /// By which way: `web`, `api`, `cli`, `job`.
    pub channel: String,
    /// Code of what was looked at, for example `account`.
    pub what: String,
}

/// Notes that whoever acts looks at `what` of `person`, in the transaction that opens it. One's own
/// data are no matter, nor what the system does by itself.
///
/// # Errors
/// A fault of the engine.
pub fn looked(tx: &mut Tx<'_>, cx: &Cx, person: &Id, what: &'static str) -> Outcome<()> {
    if matches!(&cx.actor, Actor::Account(id) if id == person) || cx.actor == Actor::System {
        return Ok(());
    }
    tx.exec(
        "INSERT INTO person_access (id, person_id, at, op_id, actor, channel, what)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![&cx.new_id(), person, cx.now, &cx.op, &cx.actor.label(), cx.channel.label(), what,],
    )?;
    Ok(())
}

/// Who looked at the data of `person`, the newest first.
///
/// # Errors
/// A fault of the engine.
pub fn accesses(tx: &mut Tx<'_>, person: &Id, limit: i64) -> Outcome<Vec<Access>> {
    Ok(tx.all(
        "SELECT at, op_id, actor, channel, what FROM person_access
         WHERE person_id = $1 ORDER BY at DESC, id DESC LIMIT $2",
        args![person, limit],
        |r| {
            Ok(Access {
                at: r.get(0)?,
                op: r.get(1)?,
                actor: r.get(2)?,
                channel: r.get(3)?,
                what: r.get(4)?,
            })
        },
    )?)
}

/// The invariant of the vault: whoever has an account can be read with the keys of this portal.
///
/// # Errors
/// A fault of the engine.
pub fn verify(tx: &mut Tx<'_>) -> Outcome<Vec<Breach>> {
    let says = "an account whose sealed data open with no key";
    let breach = |id: Id| Breach { rule: "V12", says, id: id.to_string() };
    Ok(accounts::read::unreadable(tx)?.into_iter().map(breach).collect())
}

/// Erases a person: ends what stands and where they are signed in, forgets what was typed and said,
/// and destroys their key. Nothing brings it back. On SQLite, [`base::Db::scrub`] afterwards takes
/// the last traces out of the files.
///
/// # Errors
/// `E-ACC-02` when there is no such account, or it was erased.
pub fn erase(tx: &mut Tx<'_>, cx: &Cx, person: &Id) -> Outcome<()> {
    if accounts::read::account(tx, person)?.is_none() {
        return Err(Refusal::new(Kind::NotFound, "E-ACC-02").into());
    }
    booking::forget(tx, cx, person)?;
    sessions::close_all(tx, person)?;
    sso::forget(tx, cx, person)?;
    let mut subjects = accounts::erase(tx, cx, person)?;
    subjects.extend(factors::forget(tx, person)?);
    notify::forget(tx, person, &subjects)?;
    tx.destroy_key(person)
}
