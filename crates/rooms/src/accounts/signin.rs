//! Signing in with a password: [`lookup`] in a transaction, then [`Challenge::check`] on a thread for
//! such work, because checking a password is slow on purpose. Only a right password makes a
//! [`Proven`]. Limits and second factors are the room `factors`.

use base::vault::Field;
use base::{Id, Kind, Outcome, Pii, Refusal, Tx, args};

use super::{Email, Phone, Secrets, index};

/// What somebody typed to say who they are, in the form in which it is stored; what is neither a
/// phone nor an e-mail is only folded and shortened.
#[derive(Clone, Debug)]
pub struct Identifier(Pii<String>);

impl Identifier {
    /// Reads anything.
    pub fn parse(text: &str) -> Self {
        if let Ok(phone) = Phone::parse("identifier", text) {
            return Self(phone.reveal().to_owned().into());
        }
        let folded = match Email::parse("identifier", text) {
            Ok(email) => email.reveal().to_owned(),
            Err(_shape) => text.trim().to_lowercase().chars().take(100).collect(),
        };
        Self(folded.into())
    }

    /// What is folded.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// Somebody says who they are.
#[derive(Clone)]
pub struct Challenge {
    account: Option<Id>,
    hash: Option<String>,
}

/// Somebody has proved to know the password.
#[derive(Clone, Debug)]
pub struct Proven(Id);

impl Proven {
    /// Whose password it is.
    pub fn account(&self) -> &Id {
        &self.0
    }
}

/// Finds the account of a phone or a proved e-mail. An identifier that nobody has is answered like
/// one that somebody has.
///
/// # Errors
/// A fault of the engine.
pub fn lookup(tx: &mut Tx<'_>, identifier: &Identifier) -> Outcome<Challenge> {
    let found = index::found(tx, |tx| {
        let vault = tx.vault();
        let phone = vault.indexes(Field::Phone, identifier.reveal());
        let email = vault.indexes(Field::Email, identifier.reveal());
        Ok(tx.opt(
            "SELECT id, password_hash FROM account
             WHERE (phone_index IN ($1, $2)
                    OR (email_index IN ($3, $4) AND email_verified_at IS NOT NULL))
               AND closed_at IS NULL",
            args![&phone[0], &phone[1], &email[0], &email[1]],
            |r| Ok((r.get::<Id>(0)?, r.get::<Option<String>>(1)?)),
        )?)
    })?;
    let (account, hash) = found.map_or((None, None), |(id, hash)| (Some(id), hash));
    Ok(Challenge { account, hash })
}

/// The password of an account whose owner is signed in, to be typed once more.
///
/// # Errors
/// A fault of the engine.
pub fn again(tx: &mut Tx<'_>, account: &Id) -> Outcome<Challenge> {
    let hash = tx.opt(
        "SELECT password_hash FROM account WHERE id = $1 AND closed_at IS NULL",
        args![account],
        |r| r.get::<Option<String>>(0),
    )?;
    Ok(Challenge { account: Some(account.clone()), hash: hash.flatten() })
}

/// Puts another password in force; none: nobody can sign in by password until there is a new one.
pub(crate) fn set_password(tx: &mut Tx<'_>, account: &Id, hash: Option<&str>) -> Outcome<()> {
    let sql = "UPDATE account SET password_hash = $2 WHERE id = $1 AND closed_at IS NULL";
    tx.exec(sql, args![account, hash])?;
    Ok(())
}

impl Challenge {
    /// Whose it would be: for queries that are made for everybody, and for nothing that is shown.
    pub(crate) fn account(&self) -> Option<&Id> {
        self.account.as_ref()
    }

    /// Checks the password; takes as long for an account that does not exist.
    ///
    /// # Errors
    /// `E-AUTH-01`, the same whatever was wrong.
    pub fn check(self, secrets: &Secrets, password: &str) -> Outcome<Proven> {
        let right = secrets.verify_password(self.hash.as_deref(), password)?;
        match self.account {
            Some(account) if right => Ok(Proven(account)),
            _ => Err(Refusal::new(Kind::Unauthenticated, "E-AUTH-01").into()),
        }
    }
}

impl std::fmt::Debug for Challenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Challenge(…)")
    }
}
