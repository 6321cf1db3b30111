//! Forgetting what is over, and a person; what must always be true.

use base::{Id, Instant, Outcome, Tx, args};

pub use crate::booking::Breach;

/// How long ways that are over are kept, with their history.
const WAYS: i64 = 3 * 365 * Instant::DAY;

/// Forgets what is over; gives the number of rows.
///
/// # Errors
/// A fault of the engine.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Outcome<u64> {
    let wishes = tx.exec("DELETE FROM level_wish WHERE expires_at <= $1", args![now])?;
    // What was asked has no use after the answer.
    let asked = tx.exec(
        "DELETE FROM registry_check WHERE way_id IN (SELECT id FROM level_way WHERE over_at <= $1)",
        args![now.plus(-Instant::DAY)],
    )?;
    tx.exec(
        "DELETE FROM visit_code WHERE way_id IN (SELECT id FROM level_way WHERE over_at <= $1)",
        args![now.plus(-Instant::DAY)],
    )?;
    let old = now.plus(-WAYS);
    for sql in [
        "DELETE FROM visit_look WHERE way_id IN (SELECT id FROM level_way WHERE over_at <= $1)",
        "DELETE FROM code_letter WHERE way_id IN (SELECT id FROM level_way WHERE over_at <= $1)",
    ] {
        tx.exec(sql, args![old])?;
    }
    tx.exec(
        "DELETE FROM level_way_event
         WHERE way_id IN (SELECT id FROM level_way WHERE over_at <= $1)",
        args![old],
    )?;
    Ok(wishes + asked + tx.exec("DELETE FROM level_way WHERE over_at <= $1", args![old])?)
}

/// Forgets all that is kept here of `person`; gives the subjects of the letters about it.
///
/// # Errors
/// A fault of the engine.
pub fn forget(tx: &mut Tx<'_>, person: &Id) -> Outcome<Vec<String>> {
    let sql = "SELECT id FROM level_way WHERE account_id = $1";
    let ways = tx.all(sql, args![person], |r| r.get::<String>(0))?;
    tx.exec(
        "DELETE FROM one_time_code
         WHERE subject IN (SELECT id FROM level_way WHERE account_id = $1)",
        args![person],
    )?;
    tx.exec("DELETE FROM level_wish WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM registry_check WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM visit_code WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM code_letter WHERE account_id = $1", args![person])?;
    tx.exec(
        "DELETE FROM visit_look WHERE way_id IN (SELECT id FROM level_way WHERE account_id = $1)",
        args![person],
    )?;
    tx.exec(
        "DELETE FROM level_way_event
         WHERE way_id IN (SELECT id FROM level_way WHERE account_id = $1)",
        args![person],
    )?;
    tx.exec("DELETE FROM level_way WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM snils_owner WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM identity_datum WHERE account_id = $1", args![person])?;
    Ok(ways)
}

/// What must always be true here.
///
/// # Errors
/// A fault of the engine.
pub fn verify(tx: &mut Tx<'_>) -> Outcome<Vec<Breach>> {
    let unowned = (
        "a checked SNILS that is not its account's own",
        "SELECT account_id FROM identity_datum d
         WHERE kind = 'snils' AND verified_at IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM snils_owner o WHERE o.account_id = d.account_id) ORDER BY account_id",
    );
    let unchecked = (
        "an own SNILS that was not checked",
        "SELECT account_id FROM snils_owner o
         WHERE NOT EXISTS (
           SELECT 1 FROM identity_datum d
           WHERE d.account_id = o.account_id AND d.kind = 'snils' AND d.verified_at IS NOT NULL)
         ORDER BY account_id",
    );
    let unanswered = (
        "a question to the registries whose way is over",
        "SELECT way_id FROM registry_check c JOIN level_way w ON w.id = c.way_id
         WHERE w.state = 'passed' AND c.done_at IS NULL ORDER BY way_id",
    );
    let mut found = Vec::new();
    for (says, sql) in [unowned, unchecked, unanswered] {
        let ids: Vec<Id> = tx.all(sql, args![], |r| r.get(0))?;
        found.extend(ids.into_iter().map(|id| Breach { rule: "V13", says, id: id.to_string() }));
    }
    Ok(found)
}
