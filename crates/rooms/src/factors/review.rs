//! «Check your contacts»: whoever has come back by a recovery is asked to look at them once.

use base::{Id, Instant, Outcome, Tx, args};

/// Asks for it from now on.
pub(super) fn ask(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<()> {
    tx.exec(
        "INSERT INTO contact_review (account_id, since) VALUES ($1, $2)
         ON CONFLICT (account_id) DO UPDATE SET since = excluded.since",
        args![account, now],
    )?;
    Ok(())
}

/// Since when `account` is asked to look at the contacts.
///
/// # Errors
/// A fault of the engine.
pub fn review(tx: &mut Tx<'_>, account: &Id) -> Outcome<Option<Instant>> {
    let sql = "SELECT since FROM contact_review WHERE account_id = $1";
    Ok(tx.opt(sql, args![account], |r| r.get(0))?)
}

/// Its owner has looked: all is right.
///
/// # Errors
/// A fault of the engine.
pub fn reviewed(tx: &mut Tx<'_>, account: &Id) -> Outcome<()> {
    tx.exec("DELETE FROM contact_review WHERE account_id = $1", args![account])?;
    Ok(())
}
