//! The room «sessions»: where somebody is signed in.
//!
//! A session is 256 random bits that the browser (or a program) holds; the database knows only
//! their digest, so a stolen copy opens nothing. Owns the table `session`; asks `accounts` who is
//! behind it. Deliberately not here: passwords and codes (`accounts`), cookies (the pages).

#[cfg(test)]
mod tests;

use base::{Cx, Id, Instant, Outcome, Tx, args};
use sha2::{Digest, Sha256};

use crate::accounts::{self, Level};

/// A browser session ends after so long without a request …
const IDLE: i64 = 30 * Instant::MINUTE;
/// … and after so long in any case.
const TOTAL: i64 = 12 * Instant::HOUR;
/// How long a program's token lives.
const BEARER: i64 = 90 * Instant::DAY;
/// Use is noted at most so often.
const NOTED: i64 = 5 * Instant::MINUTE;

/// By what a session is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A cookie: 30 minutes idle, 12 hours in all.
    Browser,
    /// A bearer token of a program: 90 days.
    Bearer,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Bearer => "bearer",
        }
    }
}

/// Who a token belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The account.
    pub account: Id,
    /// «Анна Соколова».
    pub name: String,
    /// How surely the person is known.
    pub level: Level,
    /// A program's token, not a browser.
    pub bearer: bool,
    /// It is time to call [`touch`].
    pub due_touch: bool,
}

/// Opens a session of `account`; gives the token, which is shown only now. `device` is what the
/// person will recognise, for example «Firefox, Windows».
///
/// # Errors
/// A fault of the engine.
pub fn open(tx: &mut Tx<'_>, cx: &Cx, account: &Id, device: &str, kind: Kind) -> Outcome<String> {
    let token: String = cx.chance.bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
    let (idle, total) = match kind {
        Kind::Browser => (IDLE, TOTAL),
        Kind::Bearer => (BEARER, BEARER),
    };
    tx.exec(
        "INSERT INTO session (token_digest, account_id, kind, device, created_at, seen_at,
                              idle_until, ends_at)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7)",
        args![
            &digest(&token)[..],
            account,
            kind.as_str(),
            device,
            cx.now,
            cx.now.plus(idle),
            cx.now.plus(total),
        ],
    )?;
    Ok(token)
}

/// Who `token` belongs to; nobody when it is unknown, too old or closed. Only reads.
///
/// # Errors
/// A fault of the engine.
pub fn resolve(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<Option<SignedIn>> {
    let found = tx.opt(
        "SELECT account_id, kind, seen_at FROM session
         WHERE token_digest = $1 AND idle_until > $2 AND ends_at > $2",
        args![&digest(token)[..], now],
        |r| Ok((r.get::<Id>(0)?, r.get::<String>(1)?, r.get::<Instant>(2)?)),
    )?;
    let Some((id, kind, seen_at)) = found else { return Ok(None) };
    Ok(accounts::read::account(tx, &id)?.map(|account| SignedIn {
        name: account.display_name(),
        account: account.id,
        level: account.level,
        bearer: kind == Kind::Bearer.as_str(),
        due_touch: seen_at.plus(NOTED) <= now,
    }))
}

/// Notes that the session was used: its idle time begins anew. Changes nothing within five minutes
/// of the last note, and cannot wake a session that is over.
///
/// # Errors
/// A fault of the engine.
pub fn touch(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<()> {
    tx.exec(
        "UPDATE session
         SET seen_at = $2,
             idle_until = CASE WHEN kind = 'bearer' OR ends_at < $3 THEN ends_at ELSE $3 END
         WHERE token_digest = $1 AND seen_at <= $4 AND idle_until > $2 AND ends_at > $2",
        args![&digest(token)[..], now, now.plus(IDLE), now.plus(-NOTED)],
    )?;
    Ok(())
}

/// Ends the session of `token`.
///
/// # Errors
/// A fault of the engine.
pub fn close(tx: &mut Tx<'_>, token: &str) -> Outcome<()> {
    tx.exec("DELETE FROM session WHERE token_digest = $1", args![&digest(token)[..]])?;
    Ok(())
}

/// Ends all sessions of `account`; gives their number.
///
/// # Errors
/// A fault of the engine.
pub fn close_all(tx: &mut Tx<'_>, account: &Id) -> Outcome<u64> {
    Ok(tx.exec("DELETE FROM session WHERE account_id = $1", args![account])?)
}

/// In how many browsers `account` is signed in at `now`.
///
/// # Errors
/// A fault of the engine.
pub fn browsers(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<i64> {
    Ok(tx.one(
        "SELECT count(*) FROM session
         WHERE account_id = $1 AND kind = 'browser' AND idle_until > $2 AND ends_at > $2",
        args![account, now],
        |r| r.get(0),
    )?)
}

/// Forgets sessions that are over; gives their number.
///
/// # Errors
/// A fault of the engine.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Outcome<u64> {
    Ok(tx.exec("DELETE FROM session WHERE idle_until <= $1 OR ends_at <= $1", args![now])?)
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
