//! Where somebody is signed in, for them to see and to end.

use base::{Id, Instant, Kind as RefusalKind, Outcome, Pii, Refusal, Tx, args};

use super::enter::place_spot;
use super::{Kind, digest, past, row, spot};
use crate::accounts;

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Names it: the digest of its token, which opens nothing.
    pub id: String,
    /// «Firefox, Windows»; empty when it did not say.
    pub device: Pii<String>,
    /// Where from, in words; empty when that is not known.
    pub place: Pii<String>,
    /// When it was opened.
    pub created_at: Instant,
    /// When it was last used, to five minutes.
    pub seen_at: Instant,
    /// A program's token, not a browser.
    pub bearer: bool,
    /// It is the one that asks.
    pub here: bool,
}

/// The sessions of `account` that stand, the one used last first; `token` is the one that asks.
///
/// # Errors
/// A fault of the engine.
pub fn all(tx: &mut Tx<'_>, now: Instant, account: &Id, token: &str) -> Outcome<Vec<Place>> {
    let (key, own) = (tx.key(account)?, digest(token));
    Ok(tx.all(
        "SELECT token_digest, device_sealed, place_sealed, created_at, seen_at, kind FROM session
         WHERE account_id = $1 AND idle_until > $2 AND ends_at > $2
         ORDER BY seen_at DESC, created_at DESC",
        args![account, now],
        |r| {
            let digest: Vec<u8> = r.get(0)?;
            let id = row(&digest);
            let open = |spot, sealed: Option<Vec<u8>>| {
                sealed.map(|x| key.open_text(spot, &x)).transpose().map(Option::unwrap_or_default)
            };
            Ok(Place {
                device: open(spot(&id), r.get(1)?)?.into(),
                place: open(place_spot(&id), r.get(2)?)?.into(),
                created_at: r.get(3)?,
                seen_at: r.get(4)?,
                bearer: r.get::<String>(5)? == Kind::Bearer.as_str(),
                here: digest == own,
                id,
            })
        },
    )?)
}

/// Whether the session of `account` stands whose token has this digest.
pub(crate) fn stands(
    tx: &mut Tx<'_>,
    now: Instant,
    (account, digest): (&Id, &[u8]),
) -> Outcome<bool> {
    let sql = "SELECT account_id FROM session
               WHERE token_digest = $1 AND account_id = $2 AND idle_until > $3 AND ends_at > $3";
    Ok(tx.opt(sql, args![digest, account, now], |r| r.get::<Id>(0))?.is_some())
}

/// Ends one session of `account`, named by [`Place::id`].
///
/// # Errors
/// `E-AUTH-14` when there is no such session.
pub fn close_one(tx: &mut Tx<'_>, account: &Id, id: &str) -> Outcome<()> {
    let digest: Option<Vec<u8>> = (id.len() == 64 && id.is_ascii())
        .then(|| (0..32).map(|i| u8::from_str_radix(&id[2 * i..2 * i + 2], 16).ok()).collect())
        .flatten();
    if let Some(digest) = &digest {
        past::note_one(tx, account, digest)?;
    }
    let sql = "DELETE FROM session WHERE token_digest = $1 AND account_id = $2";
    match digest.map(|x| tx.exec(sql, args![&x, account])).transpose()? {
        Some(1) => {
            accounts::changed(tx, account);
            Ok(())
        }
        _ => Err(Refusal::new(RefusalKind::Gone, "E-AUTH-14").into()),
    }
}

/// Ends all sessions of `account` but the one of `token`; gives their number.
///
/// # Errors
/// A fault of the engine.
pub fn close_others(tx: &mut Tx<'_>, account: &Id, token: &str) -> Outcome<u64> {
    past::note_all(tx, account)?;
    let sql = "DELETE FROM session WHERE account_id = $1 AND token_digest <> $2";
    accounts::changed(tx, account);
    Ok(tx.exec(sql, args![account, &digest(token)[..]])?)
}

/// Ends the sessions of `account` that were opened on `device`, but the one of `token`; says whether that
/// is one of them.
///
/// # Errors
/// A fault of the engine.
pub fn close_on(tx: &mut Tx<'_>, account: &Id, device: &Id, token: &str) -> Outcome<bool> {
    let sql = "SELECT token_digest FROM session WHERE account_id = $1 AND device_id = $2";
    let all: Vec<Vec<u8>> = tx.all(sql, args![account, device], |r| r.get(0))?;
    let here = digest(token);
    for ended in all.iter().filter(|x| x[..] != here) {
        past::note_one(tx, account, ended)?;
        tx.exec("DELETE FROM session WHERE token_digest = $1", args![ended])?;
    }
    accounts::changed(tx, account);
    Ok(all.iter().any(|x| x[..] == here))
}
