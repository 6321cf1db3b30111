//! Forgetting: what is over, and a person.

use base::{Cx, Id, Instant, Outcome, Tx, args};

use super::logout;

/// How long a sign-in that has ended stays: a code or token of it that comes late is known for what it
/// is.
const ENDED: i64 = Instant::DAY;

/// Forgets what is over; gives the number of rows.
///
/// # Errors
/// A fault of the engine.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Outcome<u64> {
    let mut rows = tx.exec("DELETE FROM sso_request WHERE expires_at <= $1", args![now])?;
    rows += tx.exec("DELETE FROM sso_trip WHERE expires_at <= $1", args![now])?;
    let before = now.plus(-ENDED);
    // Used refresh tokens stay as long as they were good, so that a thief of one is met.
    rows += tx.exec("DELETE FROM sso_token WHERE expires_at <= $1", args![before])?;
    rows += tx.exec("DELETE FROM sso_assertion WHERE expires_at <= $1", args![now])?;
    rows += tx.exec("DELETE FROM sso_code WHERE expires_at <= $1", args![before])?;
    rows += tx.exec(
        "DELETE FROM sso_grant
         WHERE left_at <= $1 AND NOT EXISTS (SELECT 1 FROM sso_token t WHERE t.grant_id = sso_grant.id)
           AND NOT EXISTS (SELECT 1 FROM sso_code c WHERE c.grant_id = sso_grant.id)",
        args![before],
    )?;
    Ok(rows)
}

/// Forgets all that is kept here of `person`; the sites hear that they have left.
///
/// # Errors
/// A fault of the engine.
pub fn forget(tx: &mut Tx<'_>, cx: &Cx, person: &Id) -> Outcome<()> {
    logout::leave_all(tx, cx, person)?;
    for sql in [
        "DELETE FROM sso_token WHERE grant_id IN (SELECT id FROM sso_grant WHERE account_id = $1)",
        "DELETE FROM sso_code WHERE grant_id IN (SELECT id FROM sso_grant WHERE account_id = $1)",
        "DELETE FROM sso_grant WHERE account_id = $1",
        "DELETE FROM sso_request WHERE account_id = $1",
        "DELETE FROM sso_consent WHERE account_id = $1",
        "DELETE FROM sso_link WHERE account_id = $1",
    ] {
        tx.exec(sql, args![person])?;
    }
    Ok(())
}
