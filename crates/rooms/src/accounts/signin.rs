//! Signing in with a password, in three steps, because checking a password is slow on purpose:
//! [`lookup`] in a transaction, [`Challenge::check`] on a thread for such work, [`succeed`] in a
//! transaction again. Only a [`Proven`] can succeed, and only a right password makes one.
//!
//! A second factor becomes a step between the last two.

use base::vault::Field;
use base::{Cx, Id, Kind, Outcome, Pii, Refusal, Tx, args};

use super::{Email, Phone, Secrets, limits};

/// Somebody says who they are.
#[derive(Clone)]
pub struct Challenge {
    scope: String,
    account: Option<Id>,
    hash: Option<String>,
}

/// Somebody has proved who they are.
#[derive(Clone, Debug)]
pub struct Proven {
    scope: Pii<String>,
    account: Id,
}

/// Counts the try and finds the account of `identifier`, a phone or a proved e-mail. An identifier
/// that nobody has is counted and answered like one that somebody has.
///
/// # Errors
/// `E-AUTH-03` with the seconds to wait after ten tries in ten minutes.
pub fn lookup(tx: &mut Tx<'_>, cx: &Cx, identifier: &str) -> Outcome<Challenge> {
    let identifier = fold(identifier);
    let scope = format!("signin:{identifier}");
    limits::count(tx, cx, &scope, limits::SIGN_INS)?;
    let vault = tx.vault();
    let found = tx.opt(
        "SELECT id, password_hash FROM account
         WHERE (phone_index = $1 OR (email_index = $2 AND email_verified_at IS NOT NULL))
           AND closed_at IS NULL",
        args![&vault.index(Field::Phone, &identifier), &vault.index(Field::Email, &identifier)],
        |r| Ok((r.get::<Id>(0)?, r.get::<Option<String>>(1)?)),
    )?;
    let (account, hash) = found.map_or((None, None), |(id, hash)| (Some(id), hash));
    Ok(Challenge { scope, account, hash })
}

impl Challenge {
    /// Checks the password; takes as long for an account that does not exist.
    ///
    /// # Errors
    /// `E-AUTH-01`, the same whatever was wrong.
    pub fn check(self, secrets: &Secrets, password: &str) -> Outcome<Proven> {
        let right = secrets.verify_password(self.hash.as_deref(), password)?;
        match self.account {
            Some(account) if right => Ok(Proven { scope: self.scope.into(), account }),
            _ => Err(Refusal::new(Kind::Unauthenticated, "E-AUTH-01").into()),
        }
    }
}

/// Ends the sign-in: earlier tries are forgotten. The session is opened by the caller.
///
/// # Errors
/// `E-AUTH-01` when the account was closed meanwhile.
pub fn succeed(tx: &mut Tx<'_>, proven: &Proven) -> Outcome<Id> {
    limits::forget(tx, proven.scope.reveal())?;
    match super::read::account(tx, &proven.account)? {
        Some(account) => Ok(account.id),
        None => Err(Refusal::new(Kind::Unauthenticated, "E-AUTH-01").into()),
    }
}

/// All three steps, for threads that may wait: the command line and tests.
///
/// # Errors
/// As the steps.
pub fn sign_in(
    db: &base::Db,
    cx: &Cx,
    secrets: &Secrets,
    (identifier, password): (&str, &str),
) -> Outcome<Id> {
    let (cx, identifier) = (cx.clone(), identifier.to_owned());
    let proven = db.write_wait(move |tx| lookup(tx, &cx, &identifier))?.check(secrets, password)?;
    db.write_wait(move |tx| succeed(tx, &proven))
}

/// The form in which an identifier is stored; what is neither is only folded and shortened.
fn fold(identifier: &str) -> String {
    if let Ok(phone) = Phone::parse("identifier", identifier) {
        return phone.reveal().to_owned();
    }
    match Email::parse("identifier", identifier) {
        Ok(email) => email.reveal().to_owned(),
        Err(_shape) => identifier.trim().to_lowercase().chars().take(100).collect(),
    }
}

impl std::fmt::Debug for Challenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Challenge(…)")
    }
}
