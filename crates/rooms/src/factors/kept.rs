//! What somebody typed into a form that could not be taken yet, because their session had ended or a
//! fresh proof was asked first: kept until they come back to it.

use base::vault::Spot;
use base::{Cx, Id, Instant, Outcome, Pii, Tx, args};

use crate::privacy::{Cell, Row};

/// How long it is kept.
const KEPT: i64 = 30 * Instant::MINUTE;
/// How many forms of one account are kept; the oldest go.
const MOST: i64 = 5;

/// Keeps what was typed, sealed for its owner; gives the id under which it is given back.
///
/// # Errors
/// A fault of the engine.
pub fn keep_form(tx: &mut Tx<'_>, cx: &Cx, account: &Id, typed: &Pii<String>) -> Outcome<Id> {
    let id = cx.new_id();
    let sealed = tx.key(account)?.seal(spot(&id), typed.reveal())?;
    tx.exec(
        "DELETE FROM kept_form WHERE account_id = $1 AND id NOT IN (
           SELECT id FROM kept_form WHERE account_id = $1 ORDER BY expires_at DESC, id DESC LIMIT $2)",
        args![account, MOST - 1],
    )?;
    tx.exec(
        "INSERT INTO kept_form (id, account_id, fields_sealed, expires_at) VALUES ($1, $2, $3, $4)",
        args![&id, account, &sealed, cx.now.plus(KEPT)],
    )?;
    Ok(id)
}

/// Gives back what `account` typed, once. What somebody else typed is dropped: two people share a
/// computer, and the other one is not to meet it later.
///
/// # Errors
/// A fault of the engine.
pub fn take_form(
    tx: &mut Tx<'_>,
    now: Instant,
    account: &Id,
    id: &Id,
) -> Outcome<Option<Pii<String>>> {
    let stored = tx.opt(
        "DELETE FROM kept_form WHERE id = $1 RETURNING account_id, fields_sealed, expires_at",
        args![id],
        |r| Ok((r.get::<Id>(0)?, r.get::<Vec<u8>>(1)?, r.get::<Instant>(2)?)),
    )?;
    match stored.filter(|x| x.0 == *account && x.2 > now) {
        None => Ok(None),
        Some((_, sealed, _)) => Ok(Some(tx.key(account)?.open_text(spot(id), &sealed)?.into())),
    }
}

/// What this table keeps of a person, for them.
pub(super) fn rows(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Row>> {
    let key = tx.key(account)?;
    Ok(tx.all(
        "SELECT id, fields_sealed, expires_at FROM kept_form
         WHERE account_id = $1 ORDER BY expires_at, id",
        args![account],
        |r| {
            let typed = key.open_text(spot(&r.get::<Id>(0)?), &r.get::<Vec<u8>>(1)?)?;
            let row = Row::new().with("page", Cell::Path(typed.into()));
            Ok(row.at("ends", r.get::<Instant>(2)?))
        },
    )?)
}

fn spot(id: &str) -> Spot<'_> {
    Spot::new("kept_form", "fields", id)
}
