//! The gate before a guarded time, inside the transaction that takes it: asked before anything is
//! written, noted when the time is taken.

use base::db::Sort::{Number, Text};
use base::db::{Keyed, Update};
use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args, locking};
use serde_json::json;

use super::{Entry, Place, Standing, rows, rules};
use crate::booking::Offer;

/// The openings that a person was let into and leaves by taking a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "whoever takes a time leaves the inside: call `used`"]
pub struct Pass {
    /// The entries of those who have taken none yet …
    fresh: Vec<Id>,
    /// … and of those who may take another one instead.
    again: Vec<Id>,
}

/// Whether a person may take a time of `offer`, or it is given along a line and not the person's
/// turn. A time that no opening covers costs a look at an empty list.
///
/// # Errors
/// `E-WAIT-01` when the start is guarded and the person was not let in, or came too late.
pub fn ask(tx: &mut Tx<'_>, cx: &Cx, offer: &Offer, who: &Id, start: Instant) -> Outcome<Pass> {
    let mut pass = Pass::default();
    for guard in offer.asking(start, cx.now) {
        let entry = locked(tx, &guard.opening, who)?.filter(|x| rules::let_in(x, cx.now));
        match entry {
            Some(entry) if entry.standing == Standing::Inside => pass.fresh.push(entry.id),
            Some(entry) => pass.again.push(entry.id),
            None if ended(tx, cx, &guard.opening)? => {}
            None => return Err(not_your_turn(&guard.opening, None, who).into()),
        }
    }
    Ok(pass)
}

impl Pass {
    /// Whether the person took a time already and comes for another one instead: what is still held of it
    /// is to be given back.
    pub fn is_again(&self) -> bool {
        !self.again.is_empty()
    }

    /// The time was taken: the person leaves the inside, and may change the time while a hold and
    /// its extension can last, unless it is [`bound`] before.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn used(&self, tx: &mut Tx<'_>, cx: &Cx, offer: &Offer) -> Outcome<()> {
        let hold = i64::from(offer.terms.hold_minutes) * Instant::MINUTE;
        self.leave(tx, cx.now.plus(2 * hold))
    }

    /// [`Pass::used`] for a time that is bound at once: there is nothing left to change.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn used_up(&self, tx: &mut Tx<'_>, cx: &Cx) -> Outcome<()> {
        for entry in &self.again {
            let end = "UPDATE opening_entry SET until_at = $2 WHERE id = $1";
            tx.exec(end, args![entry, cx.now])?;
        }
        self.leave(tx, cx.now)
    }

    fn leave(&self, tx: &mut Tx<'_>, until: Instant) -> Outcome<()> {
        for entry in &self.fresh {
            tx.exec(
                "UPDATE opening_entry SET state = 'served', until_at = $2, revision = -1
                 WHERE id = $1",
                args![entry, until],
            )?;
        }
        Ok(())
    }
}

/// A time that becomes a booking: of whose offer, whose, and when it begins.
pub(crate) type Bound<'a> = (&'a Cx, &'a Offer, &'a Id, Instant);

/// These times are bound: one turn in a line is one booking, so whoever took them along a line has no turn any
/// more. Times that no opening covers cost a look at an empty list.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn bound<'a>(
    tx: &mut Tx<'_>,
    times: impl IntoIterator<Item = Bound<'a>>,
) -> Outcome<()> {
    let mut turns = Vec::new();
    for (cx, offer, who, start) in times {
        let guards = offer.asking(start, cx.now);
        turns.extend(guards.map(|x| args![&x.opening, who, cx.now].to_vec()));
    }
    if turns.is_empty() {
        return Ok(());
    }
    // The pictures of the lines show it with their next look that finds anything.
    let over: Vec<(Id, Instant, i64)> = tx.of_keys(&TURNS, &turns, |r| {
        let (counted, next): (i64, i64) = (r.get(2)?, r.get(3)?);
        Ok((r.get(0)?, r.get(1)?, if counted < 0 { counted } else { next }))
    })?;
    let over = over.iter().map(|(id, at, revision)| args![id, *at, *revision].to_vec());
    tx.update(&TURN, &over.collect::<Vec<_>>())?;
    Ok(())
}

static TURNS: Keyed = Keyed::by(
    &[Text, Text, Number],
    "SELECT e.id, $3, e.revision, o.revision + 1
          FROM opening_entry e JOIN opening o ON o.id = e.opening_id
          WHERE e.opening_id = $1 AND e.account_id = $2 AND e.state = 'served' AND e.until_at > $3",
);
static TURN: Update =
    Update::of("opening_entry", ("id", Text), &[("until_at", Number), ("revision", Number)]);

/// The person's entry, kept from being moved to the tail until the transaction ends.
fn locked(tx: &mut Tx<'_>, opening: &Id, who: &Id) -> Outcome<Option<Entry>> {
    Ok(tx.locked(
        locking!(
            "SELECT id, account_id, rank, state, until_at, moved FROM opening_entry
             WHERE opening_id = $1 AND account_id = $2",
            "FOR UPDATE"
        ),
        args![opening, who],
        rows::entry,
    )?)
}

/// Whether the opening was ended since this node looked.
fn ended(tx: &mut Tx<'_>, cx: &Cx, opening: &Id) -> Outcome<bool> {
    let ends = tx.opt("SELECT ends_at FROM opening WHERE id = $1", args![opening], |r| {
        r.get::<Instant>(0)
    })?;
    Ok(ends.is_none_or(|at| at <= cx.now))
}

/// «It is not your turn»: with the address of the opening, and where and how long `who` waits as far
/// as it is known.
pub fn not_your_turn(opening: &Id, place: Option<&Place>, who: &str) -> Refusal {
    let estimate = place.and_then(|x| x.estimate);
    let pause = rules::interval(estimate, rules::spread(who));
    Refusal::new(Kind::Conflict, "E-WAIT-01").retry(pause).help(json!({
        "opening": opening,
        "address": format!("/openings/{opening}"),
        "ahead": place.and_then(|x| x.ahead),
        "wait_from": estimate.map(|x| x.low),
        "wait_to": estimate.map(|x| x.high),
    }))
}
