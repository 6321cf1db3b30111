//! The invariants of mandates, asked of the live database.

use base::{Outcome, Tx, args};

use crate::booking::Breach;

/// Rule, meaning, and a query that gives the ids that break it.
const CHECKS: &[(&str, &str, &str)] = &[
    (
        "V14",
        "a mandate's history has a gap or does not end in its state",
        "SELECT m.id FROM mandate m
         WHERE (SELECT count(*) FROM mandate_event e WHERE e.mandate_id = m.id) <> m.revision
            OR NOT EXISTS (SELECT 1 FROM mandate_event e
                           WHERE e.mandate_id = m.id AND e.seq = m.revision
                             AND (e.event = m.state
                                  OR (m.state = 'ended' AND e.event = 'lapsed')
                                  OR (m.state = 'typed' AND e.event IN ('added', 'corrected'))))",
    ),
    (
        "V14",
        "a standing mandate of an account that is closed",
        "SELECT m.id FROM mandate m JOIN account a ON a.id = m.account_id
         WHERE a.closed_at IS NOT NULL AND m.state IN ('typed', 'checked', 'refused')",
    ),
    (
        "V14",
        "a mandate whose names are gone although its account is open",
        "SELECT m.id FROM mandate m JOIN account a ON a.id = m.account_id
         WHERE a.closed_at IS NULL AND m.sealed IS NULL",
    ),
    (
        "V14",
        "a booking by a mandate that is not its account's, or for another principal",
        "SELECT b.id FROM booking b LEFT JOIN mandate m ON m.id = b.mandate_id
         WHERE b.mandate_id IS NOT NULL
           AND (m.id IS NULL OR m.account_id <> b.account_id OR m.principal_id <> b.principal_id)",
    ),
    (
        "V14",
        "a booking that half says for whom it is",
        // Both go when the consent is withdrawn, or the person is let go.
        "SELECT b.id FROM booking b
         WHERE (b.mandate_id IS NULL) <> (b.principal_id = '')
            OR (b.mandate_id IS NULL AND b.behalf_sealed IS NOT NULL)
            OR (b.mandate_id IS NOT NULL AND b.behalf_sealed IS NULL AND b.form_sealed IS NOT NULL)",
    ),
];

/// Checks every invariant of mandates.
///
/// # Errors
/// A fault of the engine.
pub fn verify(tx: &mut Tx<'_>) -> Outcome<Vec<Breach>> {
    let mut breaches = Vec::new();
    for (rule, says, sql) in CHECKS {
        let ids = tx.all(sql, args![], |r| r.get::<String>(0))?;
        breaches.extend(ids.into_iter().map(|id| Breach { rule, says, id }));
    }
    Ok(breaches)
}
