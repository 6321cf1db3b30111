//! What somebody typed into a form that asked for a fresh proof first, until they come back to it.

use base::vault::Spot;
use base::{Cx, Id, Instant, Outcome, Pii, Tx, args};

/// How long it is kept.
const KEPT: i64 = Instant::HOUR;

/// Keeps what was typed, sealed for its owner; gives the id under which it is given back.
///
/// # Errors
/// A fault of the engine.
pub fn keep_form(tx: &mut Tx<'_>, cx: &Cx, account: &Id, typed: &Pii<String>) -> Outcome<Id> {
    let id = cx.new_id();
    let sealed = tx.key(account)?.seal(spot(&id), typed.reveal())?;
    tx.exec(
        "INSERT INTO kept_form (id, account_id, fields_sealed, expires_at) VALUES ($1, $2, $3, $4)",
        args![&id, account, &sealed, cx.now.plus(KEPT)],
    )?;
    Ok(id)
}

/// What `account` typed, as long as it is kept.
///
/// # Errors
/// A fault of the engine.
pub fn kept_form(
    tx: &mut Tx<'_>,
    now: Instant,
    account: &Id,
    id: &Id,
) -> Outcome<Option<Pii<String>>> {
    let sealed = tx.opt(
        "SELECT fields_sealed FROM kept_form
         WHERE id = $1 AND account_id = $2 AND expires_at > $3",
        args![id, account, now],
        |r| r.get::<Vec<u8>>(0),
    )?;
    let Some(sealed) = sealed else { return Ok(None) };
    Ok(Some(tx.key(account)?.open_text(spot(id), &sealed)?.into()))
}

fn spot(id: &str) -> Spot<'_> {
    Spot::new("kept_form", "fields", id)
}
