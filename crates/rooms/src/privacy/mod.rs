//! What the portal owes a person about their data: who looked at them, a copy of all of it, and
//! letting them go.
//!
//! Owns `person_access`. A copy and erasing go through every room that keeps something of a person:
//! the list stands in `keepers.rs`. Erasing destroys the key that all of it is sealed with. Bookings stay
//! as shells: time, place, service, and nobody. A backup brings nobody back: whoever was ever erased is
//! noted outside of the database and erased anew before a restored one serves ([`erase_again`]).

mod close;
mod keepers;
mod part;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod whole_tests;

pub use close::{Standing, close, erase_again, erase_due};
pub use part::{Cell, Part, Row};

use base::{Actor, Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};

use crate::access::Place;
use crate::accounts::Policy;
use crate::accounts::limits::{self, Limit};
use crate::booking::Breach;
use crate::factors::{self, Came, Event};
use crate::{accounts, identity, notify, trail};
use keepers::KEEPERS;

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
    /// By which role, where; of the staff, as long as the trail knows it.
    pub by: Option<(String, Place)>,
    /// How it ended or began, as the trail has it; may be empty.
    pub step: String,
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
    let mut found = tx.all(
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
                by: None,
                step: String::new(),
            })
        },
    )?;
    let told = trail::read::of_ops(tx, found.iter().map(|x| &x.op))?;
    for access in &mut found {
        if let Some(entry) = told.get(&access.op) {
            (access.by, access.step) = (entry.by.clone(), entry.step.clone());
        }
    }
    Ok(found)
}

/// Everything that is kept of `person`, room by room.
///
/// # Errors
/// `E-ACC-02` when there is no such account, or it was erased.
pub fn export(tx: &mut Tx<'_>, person: &Id) -> Outcome<Vec<Part>> {
    if accounts::read::account(tx, person)?.is_none() {
        return Err(Refusal::new(Kind::NotFound, "E-ACC-02").into());
    }
    let mut parts = Vec::new();
    for keeper in KEEPERS {
        parts.extend((keeper.export)(tx, person)?);
    }
    Ok(parts)
}

/// Copies that one account may take.
const COPIES: Limit = Limit { most: 5, window: base::Instant::DAY, code: "E-DATA-04" };

/// [`export`] for the person themselves, who has just proved who they are: noted among the events of
/// the account and told at all contacts, because a copy of everything is worth stealing.
///
/// # Errors
/// `E-DATA-04` after five in a day; as [`export`].
pub fn take(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (person, came): (&Id, &Came),
) -> Outcome<Vec<Part>> {
    limits::count(tx, cx, &format!("copy:{person}"), COPIES)?;
    factors::tell(tx, cx, policy, person, (Event::DataTaken, came))?;
    export(tx, person)
}

/// This room's own part: what engineers did.
fn export_looks(tx: &mut Tx<'_>, person: &Id) -> Outcome<Vec<Part>> {
    let rows = accesses(tx, person, i64::MAX)?.into_iter().map(|x| {
        Row::new()
            .at("at", x.at)
            .who(person, &x.actor, x.by)
            .text("what", x.what)
            .code("channel", ("data-channel-", &x.channel))
            .text("op", x.op.to_string())
    });
    Ok(vec![Part { name: "accesses", rows: rows.collect() }])
}

/// Writes blind indexes of up to `limit` rows anew that stand under a former key; gives how many there
/// were. A room that keeps an index which must last has its call here.
///
/// # Errors
/// A fault of the engine.
pub fn reindex(tx: &mut Tx<'_>, limit: i64) -> Outcome<usize> {
    Ok(accounts::reindex(tx, limit)? + identity::reindex(tx, limit)?)
}

/// The invariant of the vault: whoever has an account can be read with the keys of this portal. And
/// what must be true of what is known of people.
///
/// # Errors
/// A fault of the engine.
pub fn verify(tx: &mut Tx<'_>) -> Outcome<Vec<Breach>> {
    let says = "an account whose sealed data open with no key";
    let breach = |id: Id| Breach { rule: "V12", says, id: id.to_string() };
    let mut found: Vec<Breach> = accounts::read::unreadable(tx)?.into_iter().map(breach).collect();
    found.extend(identity::verify(tx)?);
    Ok(found)
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
    let mut subjects = Vec::new();
    for keeper in KEEPERS {
        subjects.extend((keeper.erase)(tx, cx, person)?);
    }
    notify::forget(tx, person, &subjects)?;
    tx.destroy_key(person)
}
