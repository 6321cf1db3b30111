//! Whose a session was that is over. It opens nothing; it says for whom a form is kept that was sent
//! too late.

use base::{Id, Instant, Outcome, Tx, args};

use super::digest;

/// Whose the browser's session of `token` is or was; nobody when it is unknown, or over for more than a
/// day. Whoever signs out themselves leaves no trace here.
///
/// # Errors
/// A fault of the engine.
pub fn whose(tx: &mut Tx<'_>, token: &str) -> Outcome<Option<Id>> {
    Ok(tx.opt(
        "SELECT account_id FROM session WHERE token_digest = $1 AND kind = 'browser'
         UNION SELECT account_id FROM past_session WHERE token_digest = $1",
        args![&digest(token)[..]],
        |r| r.get(0),
    )?)
}

/// All sessions of `account` are about to be ended, or all but one.
pub(super) fn note_all(tx: &mut Tx<'_>, account: &Id) -> Outcome<()> {
    tx.exec(
        "INSERT INTO past_session (token_digest, account_id, forget_at)
         SELECT token_digest, account_id, ends_at + $2 FROM session
         WHERE account_id = $1 AND kind = 'browser' ON CONFLICT DO NOTHING",
        args![account, Instant::DAY],
    )?;
    Ok(())
}

/// The session of `account` with this digest is about to be ended.
pub(super) fn note_one(tx: &mut Tx<'_>, account: &Id, digest: &[u8]) -> Outcome<()> {
    tx.exec(
        "INSERT INTO past_session (token_digest, account_id, forget_at)
         SELECT token_digest, account_id, ends_at + $2 FROM session
         WHERE token_digest = $1 AND account_id = $3 AND kind = 'browser' ON CONFLICT DO NOTHING",
        args![digest, Instant::DAY, account],
    )?;
    Ok(())
}

/// Notes those that are over and are about to be swept; forgets the old ones.
pub(super) fn sweep(tx: &mut Tx<'_>, now: Instant) -> Outcome<()> {
    tx.exec("DELETE FROM past_session WHERE forget_at <= $1", args![now])?;
    tx.exec(
        "INSERT INTO past_session (token_digest, account_id, forget_at)
         SELECT token_digest, account_id, ends_at + $2 FROM session
         WHERE (idle_until <= $1 OR ends_at <= $1) AND kind = 'browser' AND ends_at + $2 > $1
         ON CONFLICT DO NOTHING",
        args![now, Instant::DAY],
    )?;
    Ok(())
}

/// Ends all sessions of `account`, and forgets that there were any, and that they were a workplace's.
///
/// # Errors
/// A fault of the engine.
pub fn forget(tx: &mut Tx<'_>, account: &Id) -> Outcome<()> {
    super::close_all(tx, account)?;
    tx.exec("DELETE FROM past_session WHERE account_id = $1", args![account])?;
    tx.exec("DELETE FROM staff_account WHERE account_id = $1", args![account])?;
    Ok(())
}
