//! The invariants of the line of all nodes: part of what `okno verify` prints.

use base::{Instant, Outcome, Tx, args};

use super::KEPT;
use crate::booking::Breach;

/// Meaning, and a query that gives the numbers that break it.
const CHECKS: &[(&str, &str)] = &[
    (
        "a wish in line was passed over",
        "SELECT a.seq FROM dispatch_ask a JOIN dispatch_mark s ON s.name = 'served'
         WHERE a.seq <= s.seq
           AND NOT EXISTS (SELECT 1 FROM dispatch_answer x WHERE x.seq = a.seq)",
    ),
    (
        "a wish was answered before its turn",
        "SELECT x.seq FROM dispatch_answer x JOIN dispatch_mark s ON s.name = 'served'
         WHERE x.seq > s.seq",
    ),
    (
        "a number that was never handed out",
        "SELECT a.seq FROM dispatch_ask a JOIN dispatch_mark m ON m.name = 'asked'
         WHERE a.seq > m.seq",
    ),
    (
        "a wish has stood in line for minutes",
        "SELECT a.seq FROM dispatch_ask a JOIN dispatch_mark s ON s.name = 'served'
         WHERE a.seq > s.seq AND a.asked_at < $1",
    ),
];

/// Checks the line; an empty list is a clean bill of health.
///
/// # Errors
/// A fault of the engine.
pub fn verify(tx: &mut Tx<'_>, now: Instant) -> Outcome<Vec<Breach>> {
    let mut breaches = Vec::new();
    for (says, sql) in CHECKS {
        let args = if sql.contains("$1") { args![now.plus(-KEPT)] } else { args![] };
        let seqs = tx.all(sql, args, |r| r.get::<i64>(0))?;
        let breach = |seq: i64| Breach { rule: "D1", says, id: seq.to_string() };
        breaches.extend(seqs.into_iter().map(breach));
    }
    Ok(breaches)
}
