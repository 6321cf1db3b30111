//! Closing an account: its owner asks, has some days to come back, and is erased then.

use base::outbox::{self, Letter};
use base::{Cx, Fault, Id, Instant, Outcome, Tx, args};
use serde_json::json;

/// How long the owner can come back.
pub const WAITS: i64 = 7 * Instant::DAY;

/// Notes that the owner of `account` wants to close it; gives when it will be erased, and whether that is
/// news. Asking twice changes nothing.
pub(crate) fn ask(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<(Instant, bool)> {
    let begun = tx.opt(
        "INSERT INTO account_closing (account_id, asked_at, due_at, op_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id) DO UPDATE
         SET asked_at = excluded.asked_at, due_at = excluded.due_at, op_id = excluded.op_id,
             back_at = NULL
         WHERE account_closing.back_at IS NOT NULL
         RETURNING due_at",
        args![account, cx.now, cx.now.plus(WAITS), &cx.op],
        |r| r.get(0),
    )?;
    let due = match begun {
        Some(due) => return Ok((due, true)),
        None => ends(tx, account)?,
    };
    // Their owner came back at this very moment.
    let again = || Fault::new("the wish to close was taken back meanwhile").retryable(true);
    Ok((due.ok_or_else(again)?, false))
}

/// The owner has signed in: the account stays, and its owner is told; says whether it was to be closed.
pub(crate) fn take_back(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<bool> {
    let sql = "UPDATE account_closing SET back_at = $2 WHERE account_id = $1 AND back_at IS NULL";
    if tx.exec(sql, args![account, cx.now])? == 0 {
        return Ok(false);
    }
    let payload = json!({"account": account, "link": "/account/data"}).to_string();
    let letter = Letter {
        subject: &cx.op,
        seq: cx.now.0,
        event: "identity-stays",
        payload: &payload,
        private: None,
        priority: 2,
        expires: cx.now.plus(Instant::DAY),
    };
    outbox::put(tx, cx, letter)?;
    Ok(true)
}

/// When `account` will be erased, if its owner wants to close it.
///
/// # Errors
/// A fault of the engine.
pub fn ends(tx: &mut Tx<'_>, account: &Id) -> Outcome<Option<Instant>> {
    let sql = "SELECT due_at FROM account_closing WHERE account_id = $1 AND back_at IS NULL";
    Ok(tx.opt(sql, args![account], |r| r.get(0))?)
}

/// When the owner of `account` last came back in time.
///
/// # Errors
/// A fault of the engine.
pub fn came_back(tx: &mut Tx<'_>, account: &Id) -> Outcome<Option<Instant>> {
    let sql = "SELECT back_at FROM account_closing WHERE account_id = $1";
    Ok(tx.opt(sql, args![account], |r| r.get::<Option<Instant>>(0))?.flatten())
}

/// Up to `limit` accounts that are due.
pub(crate) fn due(tx: &mut Tx<'_>, now: Instant, limit: i64) -> Outcome<Vec<Id>> {
    Ok(tx.all(
        "SELECT account_id FROM account_closing WHERE back_at IS NULL AND due_at <= $1
         ORDER BY due_at, account_id LIMIT $2",
        args![now, limit],
        |r| r.get(0),
    )?)
}

/// Whether `account` is still due, held until the transaction ends: its owner may come back at this
/// very moment.
pub(crate) fn is_due(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<bool> {
    let row = base::locking!(
        "SELECT due_at FROM account_closing WHERE account_id = $1 AND back_at IS NULL",
        "FOR UPDATE"
    );
    let due: Option<Instant> = tx.locked(row, args![account], |r| r.get(0))?;
    Ok(due.is_some_and(|x| x <= now))
}
