//! Signing in with a password: [`lookup`] (or [`of`]) in a transaction, then [`Challenge::check`] on a thread for
//! such work, because checking a password is slow on purpose. Only a right password makes a
//! [`Proven`]. Limits and second factors are the room `factors`.

use base::vault::Field;
use base::{FieldFault, Id, Kind, Outcome, Pii, Refusal, Tx, args};
use ident::{Snils, tidy};

use super::papers::Number;
use super::{Contact, Email, Phone, Secrets, index};

/// What somebody typed to say who they are, in the form in which it is stored; what is no phone, e-mail
/// or SNILS is only folded and shortened.
#[derive(Clone, Debug)]
pub struct Identifier {
    folded: Pii<String>,
    snils: bool,
}

impl Identifier {
    /// Reads anything. Eleven digits that are a mobile phone are one: no SNILS begins like that.
    pub fn parse(text: &str) -> Self {
        let of = |folded: String, snils| Self { folded: folded.into(), snils };
        if let Ok(phone) = Phone::parse("identifier", text) {
            return of(phone.reveal().to_owned(), false);
        }
        if let Ok(email) = Email::parse("identifier", text) {
            return of(email.reveal().to_owned(), false);
        }
        match Snils::parse(text) {
            Ok(snils) => of(snils.digits(), true),
            Err(_shape) => of(text.trim().to_lowercase().chars().take(100).collect(), false),
        }
    }

    /// Reads a phone, an e-mail or a SNILS.
    ///
    /// # Errors
    /// What is wrong with `field`: `E-SNILS-…` when it is as long as one, else as for a contact.
    pub fn named(field: &'static str, text: &str) -> Result<Self, FieldFault> {
        let contact = match Contact::parse(field, text) {
            Ok(_) => return Ok(Self::parse(text)),
            Err(fault) => fault,
        };
        let digits = tidy(text).chars().filter(char::is_ascii_digit).count();
        let is_number = !text.contains('@') && digits == 11;
        match Snils::parse(text) {
            Ok(_) => Ok(Self::parse(text)),
            Err(fault) if is_number => Err(Number::Snils.fault(field, fault)),
            Err(_shape) => Err(contact),
        }
    }

    /// The same text as nobody's identifier.
    #[must_use]
    pub fn unknown(self) -> Self {
        Self { snils: false, ..self }
    }

    /// What is folded.
    pub fn reveal(&self) -> &str {
        self.folded.reveal()
    }

    /// The eleven digits, when it is a SNILS.
    pub fn snils(&self) -> Option<&str> {
        self.snils.then(|| self.reveal())
    }
}

impl From<&Contact> for Identifier {
    fn from(contact: &Contact) -> Self {
        Self { folded: contact.reveal().to_owned().into(), snils: false }
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
pub struct Proven {
    account: Id,
    /// The hash that fitted.
    hash: Option<String>,
}

impl Proven {
    /// Whose password it is.
    pub fn account(&self) -> &Id {
        &self.account
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

/// The account with this id, if there is one: asks the same for nobody.
///
/// # Errors
/// A fault of the engine.
pub fn of(tx: &mut Tx<'_>, account: Option<&Id>) -> Outcome<Challenge> {
    let found = tx.opt(
        "SELECT id, password_hash FROM account WHERE id = $1 AND closed_at IS NULL",
        args![account.map_or("", Id::as_str)],
        |r| Ok((r.get::<Id>(0)?, r.get::<Option<String>>(1)?)),
    )?;
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

/// Whether the password that somebody has proved to know is still in force.
pub(crate) fn is_in_force(tx: &mut Tx<'_>, proven: &Proven) -> Outcome<bool> {
    let sql = "SELECT id FROM account WHERE id = $1 AND password_hash = $2";
    let found = tx.opt(sql, args![&proven.account, proven.hash.as_deref()], |r| r.get::<Id>(0))?;
    Ok(found.is_some())
}

/// Puts another password in force; none: nobody can sign in by password until there is a new one.
pub(crate) fn set_password(tx: &mut Tx<'_>, account: &Id, hash: Option<&str>) -> Outcome<()> {
    let sql = "UPDATE account SET password_hash = $2 WHERE id = $1 AND closed_at IS NULL";
    tx.exec(sql, args![account, hash])?;
    Ok(())
}

impl Challenge {
    /// The challenge that no password answers, after the same work.
    #[must_use]
    pub(crate) fn blank(self) -> Self {
        Self { account: None, hash: None }
    }

    /// Whose it would be: for queries that are made for everybody, and for nothing that is shown.
    pub(crate) fn account(&self) -> Option<&Id> {
        self.account.as_ref()
    }

    /// Checks the password; takes as long for an account that does not exist. Passwords were trimmed once
    /// when they were made, so one with spaces around it is tried without them, too.
    ///
    /// # Errors
    /// `E-AUTH-01`, the same whatever was wrong.
    pub fn check(self, secrets: &Secrets, password: &str) -> Outcome<Proven> {
        let (hash, bare) = (self.hash.as_deref(), password.trim());
        let right = secrets.verify_password(hash, password)?
            || bare.len() < password.len() && secrets.verify_password(hash, bare)?;
        match self.account {
            Some(account) if right => Ok(Proven { account, hash: self.hash }),
            _ => Err(Refusal::new(Kind::Unauthenticated, "E-AUTH-01").into()),
        }
    }
}

impl std::fmt::Debug for Challenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Challenge(…)")
    }
}
