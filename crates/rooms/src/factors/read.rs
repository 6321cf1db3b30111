//! What the pages about safety show.

use base::{Id, Instant, Outcome, Tx, args};

use super::app::{self, App};
use super::device::{self, Device};
use super::passkey::{self, Passkey};
use super::question;
use super::rules::{self, ForPassword, Standing};
use super::wait;
use crate::accounts::{self, Account};
use crate::sessions::{self, Place};

/// Events that are shown.
const EVENTS: i64 = 20;

/// What somebody has switched on.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Whose it is.
    pub account: Account,
    /// The passkeys.
    pub keys: Vec<Passkey>,
    /// The apps.
    pub apps: Vec<App>,
    /// What is on.
    pub standing: Standing,
    /// The control question.
    pub question: Option<base::Pii<String>>,
    /// Somebody waits for a contact to be enough to open the account: from when it is.
    pub waits: Option<Instant>,
}

/// The page «Safety»; nothing when the account is closed.
///
/// # Errors
/// A fault of the engine.
pub fn overview(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<Option<Overview>> {
    let Some(account) = accounts::read::account(tx, account)? else { return Ok(None) };
    let (keys, apps) = (passkey::all(tx, &account.id)?, app::all(tx, &account.id)?);
    let standing = standing(tx, &account)?;
    let waits = wait::waits(tx, now, &account.id)?;
    let question = question::of(tx, &account.id)?.map(|x| x.0);
    Ok(Some(Overview { account, keys, apps, standing, question, waits }))
}

/// What `account` has switched on.
///
/// # Errors
/// A fault of the engine.
pub fn standing(tx: &mut Tx<'_>, account: &Account) -> Outcome<Standing> {
    Ok(tx.one(
        "SELECT (SELECT count(*) FROM authenticator
                 WHERE account_id = $1 AND confirmed_at IS NOT NULL),
                (SELECT count(*) FROM passkey WHERE account_id = $1 AND copied_at IS NULL),
                (SELECT count(*) FROM code_factor WHERE account_id = $1),
                (SELECT count(*) FROM recovery_code WHERE account_id = $1 AND used_at IS NULL),
                (SELECT count(*) FROM control_question WHERE account_id = $1)",
        args![&account.id],
        |r| {
            Ok(Standing {
                app: r.get::<i64>(0)? > 0,
                key: r.get::<i64>(1)? > 0,
                code: r.get::<i64>(2)? > 0,
                printed: r.get(3)?,
                email: account.email_verified && account.email.is_some(),
                question: r.get::<i64>(4)? > 0,
                password: account.has_password,
            })
        },
    )?)
}

/// Where somebody is signed in, with what, and what happened.
#[derive(Clone, Debug)]
pub struct Places {
    /// Sessions that stand.
    pub sessions: Vec<Place>,
    /// Devices on which somebody has signed in before.
    pub devices: Vec<Device>,
    /// The last events.
    pub events: Vec<Happened>,
}

/// The page «Sign-ins and devices»; `token` is the session that asks.
///
/// # Errors
/// A fault of the engine.
pub fn places(tx: &mut Tx<'_>, now: Instant, account: &Id, token: &str) -> Outcome<Places> {
    Ok(Places {
        sessions: sessions::all(tx, now, account, token)?,
        devices: device::all(tx, now, account)?,
        events: events(tx, account, EVENTS)?,
    })
}

/// Whether the session of `token` has been proved just now; `best`: by the best its owner has.
///
/// # Errors
/// A fault of the engine.
pub fn fresh(
    tx: &mut Tx<'_>,
    now: Instant,
    account: &Id,
    (token, best): (&str, bool),
) -> Outcome<bool> {
    let account = accounts::read::account(tx, account)?;
    let proof = sessions::proof(tx, now, token)?;
    let (Some(account), Some(proof)) = (account, proof) else { return Ok(false) };
    Ok(rules::is_fresh(&standing(tx, &account)?, &proof, best, now))
}

/// What is asked of the session of `token` for another password.
///
/// # Errors
/// A fault of the engine.
pub fn for_password(
    tx: &mut Tx<'_>,
    now: Instant,
    account: &Account,
    token: &str,
) -> Outcome<ForPassword> {
    let proof = sessions::proof(tx, now, token)?.unwrap_or_default();
    Ok(rules::for_password(&standing(tx, account)?, &proof, now))
}

/// What happened to the safety of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// When.
    pub at: Instant,
    /// What: see [`super::Event::as_str`].
    pub kind: String,
    /// Device and place in words.
    pub place: base::Pii<String>,
    /// Its owner has said that it was somebody else.
    pub disowned: bool,
}

/// The last `limit` events, the newest first.
pub(super) fn events(tx: &mut Tx<'_>, account: &Id, limit: i64) -> Outcome<Vec<Happened>> {
    let key = tx.key(account)?;
    Ok(tx.all(
        "SELECT id, at, kind, where_sealed, disowned_at FROM security_event
         WHERE account_id = $1 ORDER BY at DESC, id DESC LIMIT $2",
        args![account, limit],
        |r| {
            let id: Id = r.get(0)?;
            let place = key.open_text(super::notice::spot(&id), &r.get::<Vec<u8>>(3)?)?;
            Ok(Happened {
                at: r.get(1)?,
                kind: r.get(2)?,
                place: place.into(),
                disowned: r.get::<Option<Instant>>(4)?.is_some(),
            })
        },
    )?)
}
