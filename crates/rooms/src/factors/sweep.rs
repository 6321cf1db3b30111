//! Forgetting: what is over, and a person.

use base::{Id, Instant, Outcome, Tx, args};

/// How long guesses for an identifier are remembered after the last one.
const GUESSES: i64 = 30 * Instant::DAY;
/// How long events of safety are kept.
const EVENTS: i64 = 365 * Instant::DAY;

/// Forgets what is over; gives the number of rows.
///
/// # Errors
/// A fault of the engine.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Outcome<u64> {
    let halves = tx.exec("DELETE FROM half_sign_in WHERE expires_at <= $1", args![now])?;
    let works = tx.exec("DELETE FROM work_done WHERE expires_at <= $1", args![now])?;
    let sql = "DELETE FROM passkey_challenge WHERE expires_at <= $1";
    let challenges = tx.exec(sql, args![now])?;
    let waits = tx.exec("DELETE FROM recovery_wait WHERE ends_at <= $1", args![now])?;
    let steps = tx.exec("DELETE FROM helped_step WHERE expires_at <= $1", args![now])?;
    let devices = tx.exec("DELETE FROM device WHERE ends_at <= $1", args![now])?;
    let kept = tx.exec("DELETE FROM kept_form WHERE expires_at <= $1", args![now])?;
    let day = now.plus(-Instant::DAY);
    let networks = tx.exec("DELETE FROM guess_from WHERE at <= $1", args![day])?;
    let guesses = tx.exec("DELETE FROM guess WHERE at <= $1", args![now.plus(-GUESSES)])?;
    let events = tx.exec("DELETE FROM security_event WHERE at <= $1", args![now.plus(-EVENTS)])?;
    Ok(kept + steps + waits + halves + works + challenges + devices + networks + guesses + events)
}

/// Forgets all that is kept here of `person`; gives the subjects of the letters about it.
///
/// # Errors
/// A fault of the engine.
pub fn forget(tx: &mut Tx<'_>, person: &Id) -> Outcome<Vec<String>> {
    let sql = "SELECT id FROM security_event WHERE account_id = $1";
    let subjects = tx.all(sql, args![person], |r| r.get::<String>(0))?;
    tx.exec(
        "DELETE FROM one_time_code
         WHERE subject IN (SELECT id FROM half_sign_in WHERE account_id = $1
                           UNION SELECT id FROM helped_step WHERE account_id = $1
                           UNION SELECT id FROM contact_change WHERE account_id = $1)",
        args![person],
    )?;
    tx.exec("DELETE FROM contact_change WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM helped_step WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM contact_review WHERE account_id = $1", args![person])?;
    // That somebody of the staff did something stays; for whom and why does not.
    tx.exec(
        "UPDATE helped_recovery
         SET account_id = NULL, reason_sealed = NULL, contact_sealed = NULL, digest = NULL
         WHERE account_id = $1",
        args![person],
    )?;
    tx.exec("UPDATE staff_call SET account_id = NULL WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM guess WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM control_question WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM kept_form WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM half_sign_in WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM security_event WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM device WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM recovery_code WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM code_factor WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM recovery_wait WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM passkey WHERE account_id = $1", args![person])?;
    tx.exec("DELETE FROM authenticator WHERE account_id = $1", args![person])?;
    Ok(subjects)
}
