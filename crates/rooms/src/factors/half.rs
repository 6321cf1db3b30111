//! A right password that waits for its second factor.

use base::{Cx, Id, Instant, Outcome, Tx, args};

use super::rules::Method;
use super::{digest, read, token};
use crate::accounts::{self, Account};

/// How long it waits.
const WAITS: i64 = 10 * Instant::MINUTE;

/// A half sign-in. It is no session: nothing opens with it but the way to the second factor.
#[derive(Clone, Debug)]
pub struct Half {
    /// Its id.
    pub id: Id,
    /// Whose password was right.
    pub account: Account,
    /// Somebody else's computer.
    pub shared: bool,
    /// Its owner is signed in and proves it once more.
    pub again: bool,
    /// The ways that are open.
    pub methods: Vec<Method>,
}

/// What one begins with: see [`Half`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Beginning {
    pub shared: bool,
    pub again: bool,
}

/// Begins one; gives its token, which the browser holds.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    Beginning { shared, again }: Beginning,
) -> Outcome<String> {
    let (id, token) = (cx.new_id(), token(cx));
    tx.exec(
        "INSERT INTO half_sign_in (id, token_digest, account_id, shared, again, created_at,
                                   expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![&id, &digest(&token)[..], account, shared, again, cx.now, cx.now.plus(WAITS)],
    )?;
    Ok(token)
}

/// The half sign-in of a token, as long as it waits.
///
/// # Errors
/// A fault of the engine.
pub fn open(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<Option<Half>> {
    let found = tx.opt(
        "SELECT id, account_id, shared, again FROM half_sign_in
         WHERE token_digest = $1 AND expires_at > $2",
        args![&digest(token)[..], now],
        |r| Ok((r.get::<Id>(0)?, r.get::<Id>(1)?, [r.get::<bool>(2)?, r.get(3)?])),
    )?;
    let Some((id, account, [shared, again])) = found else { return Ok(None) };
    let Some(account) = accounts::read::account(tx, &account)? else { return Ok(None) };
    let methods = read::standing(tx, &account)?.methods();
    Ok(Some(Half { id, account, shared, again, methods }))
}

/// Ends one; says whether it was still there. Of many who end it at once, one hears yes.
pub(super) fn end(tx: &mut Tx<'_>, id: &Id) -> Outcome<bool> {
    Ok(tx.exec("DELETE FROM half_sign_in WHERE id = $1", args![id])? == 1)
}
