//! The invariants of lines, asked of the live database: part of what `okno verify` prints.

use base::{Id, Outcome, Tx, args};

use super::read::proof;
use crate::booking::Breach;

/// Meaning, and a query that gives the ids that break it.
const CHECKS: &[(&str, &str)] = &[
    (
        "somebody is inside who was never let in",
        "SELECT e.id FROM opening_entry e JOIN opening o ON o.id = e.opening_id
         WHERE e.state IN ('inside', 'served') AND e.rank > o.admitted_to",
    ),
    (
        "a rank that was never handed out",
        "SELECT e.id FROM opening_entry e JOIN opening o ON o.id = e.opening_id
         WHERE e.rank > o.last_rank OR (e.rank < 1 AND e.state <> 'out')",
    ),
    (
        "a place without a rank in a line that has begun",
        "SELECT e.id FROM opening_entry e JOIN opening o ON o.id = e.opening_id
         WHERE e.rank IS NULL AND (o.mode = 'fifo' OR o.drawn_at IS NOT NULL)",
    ),
];

/// Checks every line; an empty list is a clean bill of health.
///
/// # Errors
/// A fault of the engine.
pub fn verify(tx: &mut Tx<'_>) -> Outcome<Vec<Breach>> {
    let mut breaches = Vec::new();
    for (says, sql) in CHECKS {
        let ids = tx.all(sql, args![], |r| r.get::<String>(0))?;
        breaches.extend(ids.into_iter().map(|id| Breach { rule: "W1", says, id }));
    }
    let drawn: Vec<Id> =
        tx.all("SELECT id FROM opening WHERE drawn_at IS NOT NULL", args![], |r| r.get(0))?;
    for id in drawn {
        if !proof(tx, &id)?.holds() {
            let (says, id) =
                ("an order that the seed of the lottery does not give", id.to_string());
            breaches.push(Breach { rule: "W2", says, id });
        }
    }
    Ok(breaches)
}
