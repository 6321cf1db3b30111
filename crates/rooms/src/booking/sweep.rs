//! Tidying: ends what has run out, so that histories are complete and lists are true. Correctness
//! does not wait for it.

use base::{Cx, Id, Outcome, Tx, args};

use super::claim;

/// Ends up to `limit` drafts, holds and proposals whose time is over; gives how many there were.
///
/// # Errors
/// A fault of the engine.
pub fn sweep(tx: &mut Tx<'_>, cx: &Cx, limit: i64) -> Outcome<usize> {
    let over: Vec<Id> = tx.all(
        "SELECT id FROM booking
         WHERE state IN ('held', 'draft', 'returned', 'ready', 'proposed') AND expires_at <= $1
         ORDER BY expires_at, id LIMIT $2",
        args![cx.now, limit],
        |r| r.get(0),
    )?;
    for id in &over {
        claim::expire(tx, cx, id, "its time ran out")?;
    }
    Ok(over.len())
}
