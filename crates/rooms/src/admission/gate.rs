//! The gate before a guarded time, inside the transaction that takes it.

use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};
use serde_json::json;

use super::rules::GRACE;
use crate::booking::Offer;

/// Lets a person take a time of `offer`, or says that it is given along a line. A time that no
/// opening covers costs a look at an empty list. Whoever takes a time leaves the inside, and may
/// change it while a hold and its extension can last.
///
/// # Errors
/// `E-WAIT-01` when the start is guarded and the person was not let in, or came too late.
pub fn pass(tx: &mut Tx<'_>, cx: &Cx, offer: &Offer, who: &Id, start: Instant) -> Outcome<()> {
    if offer.guards.is_empty() {
        return Ok(());
    }
    let day = start.in_zone(&offer.zone).date();
    let asking = offer.guards.iter().filter(|x| x.asks(day, cx.now));
    for guard in asking {
        let hold = i64::from(offer.terms.hold_minutes) * Instant::MINUTE;
        // One statement asks and notes, so two tabs cannot both leave for the first time.
        let inside = tx.opt(
            "UPDATE opening_entry
             SET revision = CASE WHEN state = 'inside' THEN -1 ELSE revision END,
                 until_at = CASE WHEN state = 'inside' THEN $5 ELSE until_at END,
                 state = 'served'
             WHERE opening_id = $1 AND account_id = $2
               AND (state = 'inside' AND until_at > $3 OR state = 'served' AND until_at > $4)
             RETURNING id",
            args![&guard.opening, who, cx.now.plus(-GRACE), cx.now, cx.now.plus(2 * hold)],
            |r| r.get::<Id>(0),
        )?;
        if inside.is_none() && !ended(tx, cx, &guard.opening)? {
            return Err(refused(&guard.opening).into());
        }
    }
    Ok(())
}

/// Whether the opening was ended since this node looked.
fn ended(tx: &mut Tx<'_>, cx: &Cx, opening: &Id) -> Outcome<bool> {
    let ends = tx.opt("SELECT ends_at FROM opening WHERE id = $1", args![opening], |r| {
        r.get::<Instant>(0)
    })?;
    Ok(ends.is_none_or(|at| at <= cx.now))
}

/// Wait for your place in line: its address is in the refusal.
pub(super) fn refused(opening: &Id) -> Refusal {
    let address = format!("/openings/{opening}");
    Refusal::new(Kind::Conflict, "E-WAIT-01")
        .help(json!({ "opening": opening, "address": address }))
        .retry(5)
}
