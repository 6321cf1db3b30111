//! Authenticator apps: adding, removing, and their codes.

use base::vault::Spot;
use base::{Cx, FieldFault, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};

use super::notice::{self, Event};
use super::totp::Seed;
use super::{Came, FACTORS, printed, six_digits, strong};
use crate::accounts::codes::Verdict;
use crate::accounts::{Policy, limits};

/// Apps of one person.
const MOST: usize = 5;
/// How long one that is being added waits for its first code.
const WAITS: i64 = Instant::HOUR;
/// Longest name, in characters.
const NAME: usize = 40;

/// An authenticator app as its owner knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its id.
    pub id: Id,
    /// What its owner calls it.
    pub name: Pii<String>,
    /// When it was added.
    pub created_at: Instant,
}

/// What an app that was added brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Printed codes, when there were none before: shown now and never again.
    pub printed: Vec<Pii<String>>,
}

/// Begins to add an app: gives its id. One that was begun before and not finished goes.
///
/// # Errors
/// `E-FORM-00` when the name is missing or too long; `E-AUTH-07` when there are enough.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, account: &Id, name: &str) -> Outcome<Id> {
    let name = named(name)?;
    tx.exec(
        "DELETE FROM authenticator WHERE account_id = $1 AND confirmed_at IS NULL",
        args![account],
    )?;
    if all(tx, account)?.len() >= MOST {
        return Err(Refusal::new(Kind::Conflict, "E-AUTH-07").arg("max", MOST).into());
    }
    let (id, key) = (cx.new_id(), tx.key(account)?);
    tx.exec(
        "INSERT INTO authenticator (id, account_id, name_sealed, secret_sealed, last_step, created_at)
         VALUES ($1, $2, $3, $4, 0, $5)",
        args![
            &id,
            account,
            &key.seal(name_spot(&id), name)?,
            &key.seal(secret_spot(&id), Seed::new(&cx.chance).bytes())?,
            cx.now,
        ],
    )?;
    Ok(id)
}

/// The secret of an app that is being added.
///
/// # Errors
/// `E-AUTH-08` when it waits no more.
pub fn pending(tx: &mut Tx<'_>, now: Instant, account: &Id, id: &Id) -> Outcome<Seed> {
    let sealed = tx.opt(
        "SELECT secret_sealed FROM authenticator
         WHERE id = $1 AND account_id = $2 AND confirmed_at IS NULL AND created_at > $3",
        args![id, account, now.plus(-WAITS)],
        |r| r.get::<Vec<u8>>(0),
    )?;
    let sealed = sealed.ok_or_else(|| Refusal::new(Kind::Gone, "E-AUTH-08"))?;
    opened(tx, account, id, &sealed)
}

/// The first code of an app that is being added: from now on it counts. A wrong try is counted, so
/// its refusal is the inner result.
///
/// # Errors
/// Inner: `E-AUTH-09`, `E-AUTH-02-SIX` for what can be no code. Outer: `E-AUTH-08` when it waits no more,
/// `E-AUTH-06` after too many.
pub fn confirm(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, id): (&Id, &Id),
    (code, came): (&str, &Came),
) -> Outcome<Result<Added, Refusal>> {
    let seed = pending(tx, cx.now, account, id)?;
    let code = match six_digits(code) {
        Ok(code) => code,
        Err(refusal) => return Ok(Err(refusal)),
    };
    limits::count(tx, cx, &bucket(account), FACTORS)?;
    let Some(step) = seed.matches(cx.now, &code, 0) else {
        return Ok(Err(wrong()));
    };
    let confirmed = tx.exec(
        "UPDATE authenticator SET confirmed_at = $3, last_step = $4
         WHERE id = $1 AND account_id = $2 AND confirmed_at IS NULL",
        args![id, account, cx.now, step],
    )?;
    if confirmed == 0 {
        return Err(Refusal::new(Kind::Gone, "E-AUTH-08").into());
    }
    limits::forget(tx, &bucket(account))?;
    let left = printed::left(tx, account)?;
    let printed = if left == 0 { printed::make(tx, cx, policy, account)? } else { Vec::new() };
    notice::tell(tx, cx, policy, account, (Event::FactorAdded, came))?;
    Ok(Ok(Added { printed }))
}

/// What first codes count in: strangers at the sign-in have another.
fn bucket(account: &Id) -> String {
    format!("factor-new:{account}")
}

/// Connects an app whose secret is known to both sides already: by the engineer at the command line,
/// and for the demo. Nobody is told.
///
/// # Errors
/// `E-FORM-00` when the name is missing or too long.
pub fn connect(tx: &mut Tx<'_>, cx: &Cx, account: &Id, (name, seed): (&str, &Seed)) -> Outcome<()> {
    let (id, key) = (cx.new_id(), tx.key(account)?);
    tx.exec(
        "INSERT INTO authenticator (id, account_id, name_sealed, secret_sealed, last_step, created_at,
                                    confirmed_at)
         VALUES ($1, $2, $3, $4, 0, $5, $5)",
        args![
            &id,
            account,
            &key.seal(name_spot(&id), named(name)?)?,
            &key.seal(secret_spot(&id), seed.bytes())?,
            cx.now,
        ],
    )?;
    Ok(())
}

/// Gives an account an app and printed codes without anybody at a browser: for the first of the staff,
/// whom no message reaches yet. Their owner is told.
///
/// # Errors
/// `E-FORM-00` when the name is missing or too long.
pub fn give(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, name): (&Id, &str),
) -> Outcome<(Seed, Vec<Pii<String>>)> {
    let seed = Seed::new(&cx.chance);
    connect(tx, cx, account, (name, &seed))?;
    let codes = printed::make(tx, cx, policy, account)?;
    notice::tell(tx, cx, policy, account, (Event::FactorAdded, &Came::default()))?;
    Ok((seed, codes))
}

/// Calls an app otherwise.
///
/// # Errors
/// `E-FORM-00` when the name is missing or too long; `E-AUTH-08` when there is no such app.
pub fn rename(tx: &mut Tx<'_>, account: &Id, id: &Id, name: &str) -> Outcome<()> {
    let sealed = tx.key(account)?.seal(name_spot(id), named(name)?)?;
    let renamed = tx.exec(
        "UPDATE authenticator SET name_sealed = $3 WHERE id = $1 AND account_id = $2",
        args![id, account, &sealed],
    )?;
    if renamed == 0 { Err(Refusal::new(Kind::Gone, "E-AUTH-08").into()) } else { Ok(()) }
}

/// Takes an app away.
///
/// # Errors
/// `E-AUTH-08` when there is no such app; `E-AUTH-21` when somebody of the staff would be left without.
pub fn remove(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, id): (&Id, &Id),
    came: &Came,
) -> Outcome<()> {
    let sql = "DELETE FROM authenticator WHERE id = $1 AND account_id = $2";
    if tx.exec(sql, args![id, account])? == 0 {
        return Err(Refusal::new(Kind::Gone, "E-AUTH-08").into());
    }
    strong::removed(tx, cx.now, account)?;
    notice::tell(tx, cx, policy, account, (Event::FactorRemoved, came))
}

/// The apps of `account`, the oldest first.
pub(super) fn all(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<App>> {
    let key = tx.key(account)?;
    Ok(tx.all(
        "SELECT id, name_sealed, created_at FROM authenticator
         WHERE account_id = $1 AND confirmed_at IS NOT NULL ORDER BY created_at, id",
        args![account],
        |r| {
            let id: Id = r.get(0)?;
            let name = key.open_text(name_spot(&id), &r.get::<Vec<u8>>(1)?)?;
            Ok(App { id, name: name.into(), created_at: r.get(2)? })
        },
    )?)
}

/// Tries `code` on the apps of `account`. The statement that notes the step is the one that decides:
/// of a hundred who bring one code, one finds the step unused.
pub(super) fn verify(tx: &mut Tx<'_>, cx: &Cx, account: &Id, code: &str) -> Outcome<Verdict> {
    let apps = tx.all(
        "SELECT id, secret_sealed FROM authenticator
         WHERE account_id = $1 AND confirmed_at IS NOT NULL ORDER BY created_at, id",
        args![account],
        |r| Ok((r.get::<Id>(0)?, r.get::<Vec<u8>>(1)?)),
    )?;
    let mut used = false;
    for (id, sealed) in apps {
        let Some(step) = opened(tx, account, &id, &sealed)?.matches(cx.now, code, 0) else {
            continue;
        };
        let fresh = tx.exec(
            "UPDATE authenticator SET last_step = $2 WHERE id = $1 AND last_step < $2",
            args![&id, step],
        )?;
        if fresh == 1 {
            return Ok(Verdict::Right);
        }
        used = true;
    }
    Ok(if used { Verdict::Used } else { Verdict::Wrong(0) })
}

fn opened(tx: &mut Tx<'_>, account: &Id, id: &Id, sealed: &[u8]) -> Outcome<Seed> {
    let bytes = tx.key(account)?.open(secret_spot(id), sealed)?;
    let damaged = || base::Fault::new(format!("authenticator {id}: the secret has a wrong length"));
    Ok(Seed::of(&bytes).ok_or_else(damaged)?)
}

/// What is said of a code that does not fit an app.
pub(super) fn wrong() -> Refusal {
    Refusal::new(Kind::Invalid, "E-AUTH-09")
}

pub(super) fn named(name: &str) -> Result<&str, Refusal> {
    let name = name.trim();
    let fault = match name.chars().count() {
        0 => FieldFault::new("name", "E-FORM-01"),
        1..=NAME => return Ok(name),
        _ => FieldFault::new("name", "E-NAME-02").arg("max", NAME),
    };
    Err(Refusal::invalid(vec![fault]))
}

fn name_spot(id: &str) -> Spot<'_> {
    Spot::new("authenticator", "name", id)
}

fn secret_spot(id: &str) -> Spot<'_> {
    Spot::new("authenticator", "secret", id)
}
