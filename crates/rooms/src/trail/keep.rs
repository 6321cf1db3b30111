//! How long entries stay, whose they are, and whether any is missing.

use base::{Id, Instant, Outcome, Tx, args};

use super::read::{self, Entry};
use crate::booking::Breach;
use crate::privacy::{Cell, Part, Row};

/// Entries that one round lets go.
const ROUND: i64 = 500;

/// Lets up to 500 entries go that were made before `before`, the oldest first; gives their number.
///
/// # Errors
/// A fault of the engine.
pub fn sweep(tx: &mut Tx<'_>, before: Instant) -> Outcome<u64> {
    let gone = tx.exec(
        "DELETE FROM staff_trail WHERE id IN (
           SELECT id FROM staff_trail WHERE id < $1 ORDER BY id LIMIT $2)",
        args![&Id::lowest(before), ROUND],
    )?;
    if gone > 0 {
        let sql = "UPDATE staff_trail_since SET at = $1 WHERE one = 1 AND at < $1";
        tx.exec(sql, args![before])?;
    }
    Ok(gone)
}

/// What somebody of the staff did, for them.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn export(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Part>> {
    let own = tx.all(
        "SELECT id, at, op_id, account_id, action, step, role, place_kind, place_id, object_kind,
                object_id, channel
         FROM staff_trail WHERE account_id = $1 ORDER BY id DESC",
        args![account],
        read::row,
    )?;
    Ok(vec![Part { name: "trail", rows: own.into_iter().map(told).collect() }])
}

fn told(entry: Entry) -> Row {
    let row = Row::new().at("at", entry.at).code("did", ("trail-do-", &entry.action));
    let row = match entry.step.as_str() {
        "" => row,
        step => row.code("step", ("trail-step-", step)),
    };
    let row = match entry.by {
        Some((role, place)) => row.code("role", ("role-", &role)).with("place", Cell::Place(place)),
        None => row,
    };
    let row = match entry.object {
        Some((kind, id)) => row.code("object", ("trail-object-", &kind)).text("object_id", id),
        None => row,
    };
    row.text("op", entry.op.to_string())
}

/// Meaning, and a query that gives the operations that break it.
const CHECKS: [(&str, &str); 3] = [
    (
        "a change of a role without its entry in the trail",
        "SELECT DISTINCT e.op_id FROM staff_event e JOIN staff_trail_since s ON e.at > s.at
         WHERE e.actor <> 'system'
           AND NOT EXISTS (SELECT 1 FROM staff_trail t WHERE t.op_id = e.op_id)",
    ),
    (
        "a change of a connected site without its entry in the trail",
        "SELECT DISTINCT e.op_id FROM sso_client_event e JOIN staff_trail_since s ON e.at > s.at
         WHERE e.actor <> 'system'
           AND NOT EXISTS (SELECT 1 FROM staff_trail t WHERE t.op_id = e.op_id)",
    ),
    (
        "a look at somebody's data without its entry in the trail",
        "SELECT DISTINCT e.op_id FROM person_access e JOIN staff_trail_since s ON e.at > s.at
         WHERE NOT EXISTS (SELECT 1 FROM staff_trail t WHERE t.op_id = e.op_id)",
    ),
];

/// Every change of a role or a site and every look since the trail began has its entry. What the system
/// does by itself needs none.
///
/// # Errors
/// A fault of the engine.
pub fn verify(tx: &mut Tx<'_>) -> Outcome<Vec<Breach>> {
    let mut breaches = Vec::new();
    for (says, sql) in CHECKS {
        let ops = tx.all(sql, args![], |r| r.get::<String>(0))?;
        breaches.extend(ops.into_iter().map(|id| Breach { rule: "T1", says, id }));
    }
    Ok(breaches)
}
