//! The room «sessions»: where somebody is signed in.
//!
//! A session is 256 random bits that the browser (or a program) holds; the database knows only
//! their digest, so a stolen copy opens nothing. Owns `session`, and `past_session`, which says for a
//! while whose a session was that is over; asks `accounts` who is behind it. The device is sealed with the person's key. Sessions of the staff end sooner; the table
//! `staff_account`, which is this room's, too, says whose these are.
//! Deliberately not here: passwords and codes (`accounts`), roles (`access`), cookies (the pages).

mod enter;
mod export;
mod own;
mod past;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use base::db::Sort::{Bytes, Number};
use base::db::{Keyed, Questions};
use base::vault::Spot;
use base::{Cx, Db, Fault, Id, Instant, Outcome, Pii, Tx, args};
pub(crate) use enter::use_recovery;
pub use enter::{Factor, Opening, Proof, enter, proof};
pub(crate) use export::export;
pub(crate) use own::stands;
pub use own::{Place, all, close_on, close_one, close_others};
pub use past::{forget, whose};
use sha2::{Digest, Sha256};

use crate::accounts::{self, Account, Level};

/// A browser session ends after so long without a request …
const IDLE: i64 = 30 * Instant::MINUTE;
/// … and after so long in any case.
const TOTAL: i64 = 12 * Instant::HOUR;
/// How long a program's token lives.
const BEARER: i64 = 90 * Instant::DAY;
/// Use is noted at most so often.
const NOTED: i64 = 5 * Instant::MINUTE;
/// The same for the staff: a workplace that was left is closed sooner.
const STAFF_IDLE: i64 = 15 * Instant::MINUTE;
const STAFF_NOTED: i64 = Instant::MINUTE;

/// By what a session is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A cookie: 30 minutes idle (of the staff 15), 12 hours in all; on a device that a citizen trusts as
    /// long as the instance says.
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
    pub name: Pii<String>,
    /// How surely the person is known.
    pub level: Level,
    /// A program's token, not a browser.
    pub bearer: bool,
    /// The account has, or had, roles of the staff: ask `access` which.
    pub staff: bool,
    /// When the password was last given in this session.
    pub proved_at: Option<Instant>,
    /// The account has an e-mail that nobody has proved yet.
    pub unproved: bool,
    /// More than a code to a contact was shown beside the password, within the hours that a session of the
    /// staff lives: a session that goes on under new tokens does not carry it further.
    pub strong: bool,
    /// It is time to call [`touch`].
    pub due_touch: bool,
    /// When the session ends without another request.
    pub until: Instant,
    /// When it ends in any case.
    pub last: Instant,
}

/// Opens a session of `account`, who has just proved who they are; gives the token, which is shown only now. `device` is what the
/// person will recognise, for example «Firefox, Windows».
///
/// # Errors
/// A fault of the engine.
pub fn open(tx: &mut Tx<'_>, cx: &Cx, account: &Id, device: &str, kind: Kind) -> Outcome<String> {
    let token: String = cx.chance.bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
    let staff = kind == Kind::Browser && is_staff(tx, account)?;
    let (idle, total) = match kind {
        Kind::Browser if staff => (STAFF_IDLE, TOTAL),
        Kind::Browser => (IDLE, TOTAL),
        Kind::Bearer => (BEARER, BEARER),
    };
    let proved_at = (kind == Kind::Browser).then_some(cx.now);
    let digest = digest(&token);
    let device = match device {
        "" => None,
        device => Some(tx.key(account)?.seal(spot(&row(&digest)), device)?),
    };
    tx.exec(
        "INSERT INTO session (token_digest, account_id, kind, device_sealed, created_at, seen_at,
                              idle_until, ends_at, staff, proved_at)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9)",
        args![
            &digest[..],
            account,
            kind.as_str(),
            device.as_ref(),
            cx.now,
            cx.now.plus(idle),
            cx.now.plus(total),
            staff,
            proved_at,
        ],
    )?;
    Ok(token)
}

static SESSIONS: Keyed = Keyed::by(
    &[Bytes, Number],
    "SELECT token_digest, account_id, kind, seen_at, staff, proved_at, strong_at,
                 idle_until, ends_at FROM session
          WHERE token_digest = $1 AND idle_until > $2 AND ends_at > $2",
);

/// A session as stored.
struct Session {
    account: Id,
    kind: String,
    seen_at: Instant,
    staff: bool,
    proved_at: Option<Instant>,
    strong_at: Option<Instant>,
    idle_until: Instant,
    ends_at: Instant,
}

/// Somebody at the door: the moment, and the token that is shown.
#[derive(Clone, Debug)]
pub struct Caller {
    /// When.
    pub now: Instant,
    /// The token.
    pub token: String,
}

/// Where callers are recognised, many at once.
pub type Door = Questions<Caller, Option<SignedIn>>;

/// Opens the door.
///
/// # Errors
/// A fault when its thread cannot be started.
pub fn door(db: &Db) -> Result<Door, Fault> {
    db.questions(|tx, callers| Ok(recognise(tx, callers)?.into_iter().map(Ok).collect()))
}

/// Who each caller is; nobody when the token is unknown, too old or closed. Only reads.
///
/// # Errors
/// A fault of the engine.
pub fn recognise(tx: &mut Tx<'_>, callers: &[Caller]) -> Outcome<Vec<Option<SignedIn>>> {
    let digests: Vec<[u8; 32]> = callers.iter().map(|x| digest(&x.token)).collect();
    let keys = callers.iter().zip(&digests).map(|(x, digest)| args![&digest[..], x.now].to_vec());
    let found = tx.of_keys(&SESSIONS, &keys.collect::<Vec<_>>(), |r| {
        let session = Session {
            account: r.get(1)?,
            kind: r.get(2)?,
            seen_at: r.get(3)?,
            staff: r.get(4)?,
            proved_at: r.get(5)?,
            strong_at: r.get(6)?,
            idle_until: r.get(7)?,
            ends_at: r.get(8)?,
        };
        Ok((r.get::<Vec<u8>>(0)?, session))
    })?;
    let found: HashMap<Vec<u8>, Session> = found.into_iter().collect();
    let people: HashSet<&Id> = found.values().map(|x| &x.account).collect();
    let people = accounts::read::many(tx, &people.into_iter().collect::<Vec<_>>())?;
    let people: HashMap<&Id, &Account> = people.iter().map(|x| (&x.id, x)).collect();
    let who = |(caller, digest): (&Caller, &[u8; 32])| {
        let session = found.get(&digest[..])?;
        let noted = if session.staff { STAFF_NOTED } else { NOTED };
        people.get(&session.account).map(|account| SignedIn {
            name: account.display_name(),
            account: account.id.clone(),
            level: account.level,
            bearer: session.kind == Kind::Bearer.as_str(),
            staff: session.staff,
            proved_at: session.proved_at,
            unproved: account.email.is_some() && !account.email_verified,
            strong: session.strong_at.is_some_and(|at| caller.now < at.plus(TOTAL)),
            due_touch: session.seen_at.plus(noted) <= caller.now,
            until: session.idle_until.min(session.ends_at),
            last: session.ends_at,
        })
    };
    Ok(callers.iter().zip(&digests).map(who).collect())
}

/// Notes that the session was used: its idle time begins anew. Changes nothing within five minutes
/// of the last note (of the staff: one), and cannot wake a session that is over. Gives until when it lasts
/// now, where something changed.
///
/// # Errors
/// A fault of the engine.
pub fn touch(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<Option<Instant>> {
    let mut until = None;
    for (staff, idle, noted) in [(false, IDLE, NOTED), (true, STAFF_IDLE, STAFF_NOTED)] {
        let touched = tx.opt(
            "UPDATE session
             SET seen_at = $2,
                 idle_until = CASE WHEN kind = 'bearer' OR ends_at < $2 + COALESCE(idle_for, $3)
                                   THEN ends_at ELSE $2 + COALESCE(idle_for, $3) END
             WHERE token_digest = $1 AND staff = $5 AND seen_at <= $4 AND idle_until > $2
               AND ends_at > $2
             RETURNING idle_until",
            args![&digest(token)[..], now, idle, now.plus(-noted), staff],
            |r| r.get(0),
        )?;
        until = until.or(touched);
    }
    Ok(until)
}

/// From now on the browser sessions of `account` are those of a workplace, also the present ones.
///
/// # Errors
/// A fault of the engine.
pub fn make_staff(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<()> {
    tx.exec(
        "INSERT INTO staff_account (account_id) VALUES ($1) ON CONFLICT DO NOTHING",
        args![account],
    )?;
    tx.exec(
        "UPDATE session
         SET staff = TRUE, idle_until = CASE WHEN idle_until < $2 THEN idle_until ELSE $2 END,
             ends_at = CASE WHEN ends_at < $3 THEN ends_at ELSE $3 END,
             idle_for = CASE WHEN idle_for < $4 THEN idle_for END
         WHERE account_id = $1 AND kind = 'browser' AND staff = FALSE",
        args![account, now.plus(STAFF_IDLE), now.plus(TOTAL), STAFF_IDLE],
    )?;
    accounts::changed(tx, account);
    Ok(())
}

/// Whether `account` has, or had, a role of the staff.
///
/// # Errors
/// A fault of the engine.
pub fn is_staff(tx: &mut Tx<'_>, account: &Id) -> Outcome<bool> {
    let sql = "SELECT account_id FROM staff_account WHERE account_id = $1";
    Ok(tx.opt(sql, args![account], |r| r.get::<Id>(0))?.is_some())
}

/// Ends the session of `token`.
///
/// # Errors
/// A fault of the engine.
pub fn close(tx: &mut Tx<'_>, token: &str) -> Outcome<()> {
    let sql = "DELETE FROM session WHERE token_digest = $1 RETURNING account_id";
    if let Some(account) = tx.opt(sql, args![&digest(token)[..]], |r| r.get(0))? {
        accounts::changed(tx, &account);
    }
    Ok(())
}

/// Ends all sessions of `account`; gives their number.
///
/// # Errors
/// A fault of the engine.
pub fn close_all(tx: &mut Tx<'_>, account: &Id) -> Outcome<u64> {
    past::note_all(tx, account)?;
    accounts::changed(tx, account);
    Ok(tx.exec("DELETE FROM session WHERE account_id = $1", args![account])?)
}

/// From now on no session of `account` has shown more than a code to a contact: what it showed is gone.
pub(crate) fn weaken(tx: &mut Tx<'_>, account: &Id) -> Outcome<()> {
    tx.exec("UPDATE session SET strong_at = NULL WHERE account_id = $1", args![account])?;
    accounts::changed(tx, account);
    Ok(())
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
    past::sweep(tx, now)?;
    Ok(tx.exec("DELETE FROM session WHERE idle_until <= $1 OR ends_at <= $1", args![now])?)
}

pub(crate) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Where the device of the session with this digest stands.
pub(crate) fn spot(row: &str) -> Spot<'_> {
    Spot::new("session", "device", row)
}

/// The key of a session's row, as a text.
pub(crate) fn row(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
