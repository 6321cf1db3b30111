//! The gate before a guarded time, inside the transaction that takes it: asked before anything is
//! written, noted when the time is taken.

use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args, locking};
use serde_json::json;

use super::{Entry, Place, Standing, rows, rules};
use crate::booking::Offer;

/// The openings that a person was let into and leaves by taking a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "whoever takes a time leaves the inside: call `used`"]
pub struct Pass(Vec<Id>);

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
            Some(entry) if entry.standing == Standing::Inside => pass.0.push(entry.id),
            Some(_) => {}
            None if ended(tx, cx, &guard.opening)? => {}
            None => return Err(not_your_turn(&guard.opening, None, who).into()),
        }
    }
    Ok(pass)
}

impl Pass {
    /// The time was taken: the person leaves the inside, and may change the time while a hold and
    /// its extension can last.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn used(&self, tx: &mut Tx<'_>, cx: &Cx, offer: &Offer) -> Outcome<()> {
        let hold = i64::from(offer.terms.hold_minutes) * Instant::MINUTE;
        for entry in &self.0 {
            tx.exec(
                "UPDATE opening_entry SET state = 'served', until_at = $2, revision = -1
                 WHERE id = $1",
                args![entry, cx.now.plus(2 * hold)],
            )?;
        }
        Ok(())
    }
}

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
