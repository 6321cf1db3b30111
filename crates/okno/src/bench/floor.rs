//! What the rows of a booking cost when nobody asks, decides or answers: the floor under a booking.
//!
//! The rows go through `base::db` as those of the rooms do, many in one statement, one commit for the
//! holds of a group and one for their confirmations. What is missing is everything that reads: the
//! session, the person, the timetable, what is taken, the keys that were used.

use std::sync::Arc;
use std::time::Instant;

use base::db::Sort::{Flag, Number, Text};
use base::db::{Insert, Update, Val};
use base::{Chance, Id, Outcome, Tx, args};

use super::country::VISIT;
use super::process;
use super::town::Town;
use super::yard::{ANSWER, EVENT, LETTER, WIPE, key};

/// Bookings in one commit: as many as there are connections under the usual load.
const GROUP: usize = super::drive::USUAL;

static BOOKING: Insert = Insert::into(
    "booking",
    &[
        ("id", Text),
        ("account_id", Text),
        ("service_code", Text),
        ("purpose", Text),
        ("state", Text),
        ("resource_id", Text),
        ("starts_at", Number),
        ("ends_at", Number),
        ("lane", Number),
        ("expires_at", Number),
        ("extended", Flag),
        ("moves", Number),
        ("revision", Number),
        ("form_key", Text),
        ("created_at", Number),
        ("changed_at", Number),
    ],
);
static HISTORY: Insert = Insert::into(
    "booking_event",
    &[
        ("booking_id", Text),
        ("seq", Number),
        ("at", Number),
        ("op_id", Text),
        ("actor", Text),
        ("channel", Text),
        ("event", Text),
        ("from_state", Text),
        ("to_state", Text),
        ("old_values", Text),
        ("new_values", Text),
    ],
);
static OUTBOX: Insert = Insert::into(
    "outbox",
    &[
        ("id", Text),
        ("subject", Text),
        ("seq", Number),
        ("event", Text),
        ("payload", Text),
        ("priority", Number),
        ("state", Text),
        ("created_at", Number),
        ("not_before", Number),
        ("expires_at", Number),
        ("lease_until", Number),
        ("attempts", Number),
        ("done_at", Number),
        ("op_id", Text),
    ],
);
static KEY: Insert = Insert::into(
    "idempotency",
    &[
        ("actor", Text),
        ("key", Text),
        ("fingerprint", Text),
        ("op_id", Text),
        ("body", Text),
        ("created_at", Number),
    ],
);
static CLAIM: Insert = Insert::into(
    "claim",
    &[
        ("id", Text),
        ("booking_id", Text),
        ("resource_id", Text),
        ("lane", Number),
        ("starts_at", Number),
        ("ends_at", Number),
        ("expires_at", Number),
    ],
);
static CELL: Insert = Insert::into(
    "claim_cell",
    &[
        ("owner", Text),
        ("lane", Number),
        ("cell", Number),
        ("claim_id", Text),
        ("expires_at", Number),
    ],
);
static ACTIVE: Insert = Insert::into(
    "active_booking",
    &[
        ("account_id", Text),
        ("service_code", Text),
        ("purpose", Text),
        ("principal_id", Text),
        ("booking_id", Text),
    ],
);
static CONFIRMED: Update = Update::of(
    "booking",
    ("id", Text),
    &[
        ("state", Text),
        ("expires_at", Number),
        ("revision", Number),
        ("number", Text),
        ("code", Text),
        ("changed_at", Number),
    ],
);
static CLAIM_STANDS: Update = Update::of("claim", ("id", Text), &[("expires_at", Number)]);
static CELL_STANDS: Update =
    Update::of("claim_cell", ("claim_id", Text), &[("expires_at", Number)]);

/// A booking as its rows tell of it.
#[derive(Debug)]
struct Raw {
    id: String,
    account: Id,
    resource: Id,
    /// Who asks, and whose time it is, marked as the yardstick's: these rows lie where chance wills.
    actor: String,
    owner: String,
    cell: i64,
}

impl Raw {
    fn new(town: &Town, chance: &Chance) -> Self {
        let person = chance.below(town.wishes.people.len() as u64) as usize;
        let offer = chance.below(town.offers.len() as u64) as usize;
        let account = town.wishes.people[person].account.clone();
        let resource = town.offers[offer].resource.clone();
        Self {
            id: key(chance),
            actor: format!("yard-{account}"),
            owner: format!("yard-{resource}"),
            account,
            resource,
            cell: chance.below(1 << 40) as i64,
        }
    }

    /// Event, letter and answer of the step number `seq`, as a hold and a confirmation leave them.
    fn step<'a>(&'a self, seq: i64, key: &'a str) -> [Vec<Val<'a>>; 3] {
        let id = &self.id;
        let event = args![id, seq, 1, id, id, "api", "held", "held", "held", "{}", EVENT];
        let letter =
            args![key, id, seq, "booking-held", LETTER, 2, "superseded", 1, 1, 1, 0, 0, 1, id];
        [event.to_vec(), letter.to_vec(), args![&self.actor, key, id, id, ANSWER, 1].to_vec()]
    }

    fn booking(&self) -> Vec<Val<'_>> {
        let (id, at) = (&self.id, self.cell);
        let time = args![id, &self.account, VISIT, "p0", "held", &self.resource, at, at + 1, 0, at];
        [time.to_vec(), args![false, 0, 1, id, 1, 1].to_vec()].concat()
    }

    fn claim(&self) -> Vec<Val<'_>> {
        let (id, at) = (&self.id, self.cell);
        args![id, id, &self.resource, 0, at, at + 1, at].to_vec()
    }
}

/// Writes one row of each booking.
fn insert<'a>(
    tx: &mut Tx<'_>,
    into: &'static Insert,
    all: &'a [Raw],
    row: impl Fn(&'a Raw) -> Vec<Val<'a>>,
) -> Outcome<()> {
    tx.insert(into, &all.iter().map(row).collect::<Vec<_>>())?;
    Ok(())
}

/// Event, letter and key of a step.
fn record(tx: &mut Tx<'_>, all: &[Raw], seq: i64) -> Outcome<()> {
    let keys: Vec<String> = all.iter().map(|x| format!("{}-{seq}", x.id)).collect();
    let steps: Vec<_> = all.iter().zip(&keys).map(|(x, key)| x.step(seq, key)).collect();
    let column = |i: usize| steps.iter().map(|x| x[i].clone()).collect::<Vec<_>>();
    tx.insert(&HISTORY, &column(0))?;
    tx.insert(&OUTBOX, &column(1))?;
    tx.insert(&KEY, &column(2))?;
    Ok(())
}

fn hold(tx: &mut Tx<'_>, all: &[Raw]) -> Outcome<()> {
    insert(tx, &BOOKING, all, Raw::booking)?;
    insert(tx, &CLAIM, all, Raw::claim)?;
    insert(tx, &CELL, all, |x| args![&x.owner, 0, x.cell, &x.id, x.cell].to_vec())?;
    record(tx, all, 1)
}

fn confirm(tx: &mut Tx<'_>, all: &[Raw]) -> Outcome<()> {
    let forever: Vec<_> = all.iter().map(|x| args![&x.id, i64::MAX].to_vec()).collect();
    tx.update(&CLAIM_STANDS, &forever)?;
    tx.update(&CELL_STANDS, &forever)?;
    insert(tx, &ACTIVE, all, |x| args![&x.actor, VISIT, &x.id, "", &x.id].to_vec())?;
    let rows = all.iter().map(|x| args![&x.id, "confirmed", i64::MAX, 2, &x.id, &x.id, 2].to_vec());
    tx.update(&CONFIRMED, &rows.collect::<Vec<_>>())?;
    record(tx, all, 2)
}

/// Milliseconds of processor time for the rows of one booking, database and driver.
#[allow(clippy::disallowed_methods, reason = "a stop watch of measurements")]
pub(super) fn rows_of_a_booking(town: &Town, seconds: f64) -> Outcome<f64> {
    let (chance, began, mut written) = (Chance::os(), Instant::now(), 0);
    let before = process::spent(town.postmaster);
    while began.elapsed().as_secs_f64() < seconds {
        let group: Arc<[Raw]> = (0..GROUP).map(|_| Raw::new(town, &chance)).collect();
        let same = group.clone();
        town.db.write_wait(move |tx| hold(tx, &group))?;
        town.db.write_wait(move |tx| confirm(tx, &same))?;
        written += GROUP;
    }
    let spent = process::spent(town.postmaster) - before;
    town.db.write_wait(|tx| Ok(tx.script(WIPE)?))?;
    Ok(spent * 1e3 / written as f64)
}
