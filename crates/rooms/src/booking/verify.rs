//! The invariants, asked of the live database: what `okno verify` prints.

use base::{Instant, Outcome, Tx, args};
use serde::Serialize;

use super::State;
use super::state::TRANSITIONS;

/// A broken invariant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// Which: `V1`, `V3`, …
    pub rule: &'static str,
    /// What it says.
    pub says: &'static str,
    /// The offending id.
    pub id: String,
}

/// Rule, meaning, and a query that gives the ids that break it.
const CHECKS: &[(&str, &str, &str)] = &[
    (
        "V1",
        "two live claims share a lane's time",
        "SELECT a.id FROM claim a JOIN claim b ON a.resource_id = b.resource_id
           AND a.lane = b.lane AND a.id < b.id
         WHERE a.ended_at IS NULL AND b.ended_at IS NULL
           AND a.expires_at > $1 AND b.expires_at > $1
           AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at",
    ),
    (
        "V3",
        "a live claim whose booking owns no time",
        "SELECT c.id FROM claim c JOIN booking b ON b.id = c.booking_id
         WHERE c.ended_at IS NULL AND c.expires_at > $1
           AND b.state NOT IN ('held', 'pending', 'proposed', 'confirmed', 'arrived', 'in_service')",
    ),
    (
        "V3",
        "a booking that should own time has no live claim of that time",
        "SELECT b.id FROM booking b LEFT JOIN claim c ON c.booking_id = b.id
           AND c.ended_at IS NULL AND c.resource_id = b.resource_id AND c.lane = b.lane
           AND c.starts_at = b.starts_at AND c.ends_at = b.ends_at
         WHERE b.state IN ('held', 'pending', 'proposed', 'confirmed', 'arrived', 'in_service')
           AND (b.expires_at IS NULL OR b.expires_at > $1) AND c.id IS NULL",
    ),
    (
        "V3",
        "a cell belongs to a claim that has ended",
        "SELECT x.claim_id FROM claim_cell x JOIN claim c ON c.id = x.claim_id
         WHERE c.ended_at IS NOT NULL",
    ),
    (
        "V3",
        "a live claim does not own all cells of its time",
        "SELECT c.id FROM claim c JOIN timetable t ON t.resource_id = c.resource_id
         WHERE c.ended_at IS NULL AND c.expires_at > $1 AND c.ends_at > $1
           AND (SELECT count(*) FROM claim_cell x WHERE x.claim_id = c.id
                AND x.owner = c.resource_id AND x.lane = c.lane
                AND x.cell * 60000000 >= c.starts_at AND x.cell * 60000000 < c.ends_at)
               <> (c.ends_at - c.starts_at) / (t.grid * 60000000)",
    ),
    (
        "V4",
        "a claim of a standing booking can expire",
        "SELECT c.id FROM claim c JOIN booking b ON b.id = c.booking_id
         WHERE c.ended_at IS NULL AND b.state IN ('pending', 'confirmed', 'arrived', 'in_service')
           AND c.expires_at < 9000000000000000000",
    ),
    (
        "V4",
        "a claim counts towards a daily limit and has no place of it",
        "SELECT c.id FROM claim c
         WHERE c.ended_at IS NULL AND c.expires_at > $1 AND c.ends_at > $1
           AND c.counted_on IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM claim_cell x WHERE x.claim_id = c.id
             AND x.owner = 'quota:' || c.resource_id || ':' || c.counted_for
             AND x.cell = c.counted_on * 1440)",
    ),
    (
        "V5",
        "an active booking is not the one of its account, service, purpose and principal",
        "SELECT b.id FROM booking b LEFT JOIN active_booking a ON a.booking_id = b.id
           AND a.account_id = b.account_id AND a.service_code = b.service_code
           AND a.purpose = b.purpose AND a.principal_id = b.principal_id
         WHERE b.state IN ('pending', 'proposed', 'confirmed', 'arrived', 'in_service')
           AND a.booking_id IS NULL",
    ),
    (
        "V5",
        "an active mark without an active booking of that account, service, purpose and principal",
        "SELECT a.booking_id FROM active_booking a LEFT JOIN booking b ON b.id = a.booking_id
           AND b.account_id = a.account_id AND b.service_code = a.service_code
           AND b.purpose = a.purpose AND b.principal_id = a.principal_id
         WHERE b.id IS NULL
            OR b.state NOT IN ('pending', 'proposed', 'confirmed', 'arrived', 'in_service')",
    ),
    (
        "V6",
        "a transition without exactly one letter in the outbox",
        "SELECT e.booking_id FROM booking_event e
         WHERE (SELECT count(*) FROM outbox o
                           WHERE o.subject = e.booking_id AND o.seq = e.seq) <> 1",
    ),
    (
        "V6",
        "a letter about a booking without a transition",
        "SELECT o.id FROM outbox o JOIN booking b ON b.id = o.subject
         WHERE NOT EXISTS (SELECT 1 FROM booking_event e
                                      WHERE e.booking_id = o.subject AND e.seq = o.seq)",
    ),
    (
        "V7",
        "a history with a gap",
        "SELECT b.id FROM booking b
         WHERE (SELECT count(*) FROM booking_event e WHERE e.booking_id = b.id)
               <> b.revision",
    ),
    (
        "V12",
        "a booking of an unknown person, service or resource",
        "SELECT b.id FROM booking b LEFT JOIN account a ON a.id = b.account_id
           LEFT JOIN service s ON s.code = b.service_code
           LEFT JOIN resource r ON r.id = b.resource_id
         WHERE a.id IS NULL OR s.code IS NULL OR (r.id IS NULL AND b.resource_id IS NOT NULL)",
    ),
    (
        "V12",
        "a claim of an unknown booking or resource",
        "SELECT c.id FROM claim c LEFT JOIN booking b ON b.id = c.booking_id
           LEFT JOIN resource r ON r.id = c.resource_id
         WHERE b.id IS NULL OR r.id IS NULL",
    ),
    (
        "V12",
        "a cell of an unknown claim",
        "SELECT x.claim_id FROM claim_cell x LEFT JOIN claim c ON c.id = x.claim_id
         WHERE c.id IS NULL",
    ),
    (
        "V12",
        "a history of an unknown booking",
        "SELECT e.booking_id FROM booking_event e LEFT JOIN booking b ON b.id = e.booking_id
         WHERE b.id IS NULL",
    ),
    (
        "V8",
        "an idempotency key without an answer",
        "SELECT key FROM idempotency WHERE body IS NULL",
    ),
];

/// Checks every invariant; an empty list is a clean bill of health.
///
/// # Errors
/// A fault of the engine.
pub fn verify(tx: &mut Tx<'_>, now: Instant) -> Outcome<Vec<Breach>> {
    let mut breaches = Vec::new();
    for (rule, says, sql) in CHECKS {
        let args = if sql.contains("$1") { args![now] } else { args![] };
        let ids = tx.all(sql, args, |r| r.get::<String>(0))?;
        breaches.extend(ids.into_iter().map(|id| Breach { rule, says, id }));
    }
    breaches.extend(paths(tx)?);
    Ok(breaches)
}

/// V10: every history is a path of the state machine that ends in the booking's state.
fn paths(tx: &mut Tx<'_>) -> Outcome<Vec<Breach>> {
    let steps: Vec<(Option<String>, String)> =
        tx.all("SELECT DISTINCT from_state, to_state FROM booking_event", args![], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })?;
    let mut breaches = Vec::new();
    for (from, to) in steps {
        let from_state = from.as_deref().and_then(State::parse);
        let to_state = State::parse(&to);
        let known = match (from_state, to_state) {
            (None, Some(State::Draft | State::Held)) => from.is_none(),
            (Some(from), Some(to)) => TRANSITIONS.iter().any(|(f, _, t)| *f == from && *t == to),
            _ => false,
        };
        if !known {
            let id = format!("{} → {to}", from.unwrap_or_default());
            breaches.push(Breach { rule: "V10", says: "a step outside the state machine", id });
        }
    }
    let broken = tx.all(
        "SELECT e.booking_id FROM booking_event e JOIN booking_event p
           ON p.booking_id = e.booking_id AND p.seq = e.seq - 1
         WHERE e.from_state IS NULL OR e.from_state <> p.to_state
         UNION
         SELECT b.id FROM booking b JOIN booking_event e
           ON e.booking_id = b.id AND e.seq = b.revision
         WHERE e.to_state <> b.state",
        args![],
        |r| r.get::<String>(0),
    )?;
    let says = "a history that does not lead to the booking's state";
    breaches.extend(broken.into_iter().map(|id| Breach { rule: "V10", says, id }));
    Ok(breaches)
}
