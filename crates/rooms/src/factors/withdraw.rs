//! What goes when somebody says «It was not me»: all that was added since then and would open the account, or
//! keep its owner from coming back. What is older stays: it is the owner's.

use base::{Id, Instant, Outcome, Tx, args};

use super::change;
use crate::accounts;

/// Withdraws keys, apps, printed codes, the control question, codes at every sign-in and contacts of `account`
/// that are not older than `since`.
///
/// A link that went to a contact may take a key away in this way, so whoever holds one contact must not get
/// past a key by it: where two contacts are left, a recovery asks for both from then on.
pub(super) fn since(tx: &mut Tx<'_>, now: Instant, account: &Id, since: Instant) -> Outcome<()> {
    change::take_back(tx, now, account, since)?;
    let unfinished = "DELETE FROM authenticator WHERE account_id = $1 AND confirmed_at IS NULL";
    tx.exec(unfinished, args![account])?;
    let mut strong = 0;
    for sql in [
        "DELETE FROM authenticator WHERE account_id = $1 AND confirmed_at >= $2",
        "DELETE FROM passkey WHERE account_id = $1 AND created_at >= $2",
    ] {
        strong += tx.exec(sql, args![account, since])?;
    }
    for sql in [
        "DELETE FROM recovery_code WHERE account_id = $1 AND created_at >= $2",
        "DELETE FROM code_factor WHERE account_id = $1 AND created_at >= $2",
        "DELETE FROM control_question WHERE account_id = $1 AND set_at >= $2",
    ] {
        tx.exec(sql, args![account, since])?;
    }
    let left = accounts::read::account(tx, account)?;
    if strong > 0 && left.is_some_and(|x| x.email_verified) {
        tx.exec(
            "INSERT INTO code_factor (account_id, created_at) VALUES ($1, $2)
             ON CONFLICT (account_id) DO NOTHING",
            args![account, now],
        )?;
    }
    Ok(())
}
