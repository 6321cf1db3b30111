//! Registration: a form, a code to the phone, a link to the e-mail, an account.
//!
//! A registration belongs to the browser that began it: [`start`] gives a token for it to hold, and nothing is
//! told or opened without. The form is checked and the password hashed outside the database ([`check`],
//! [`Checked::hash`]); [`start`] keeps the registration and sends the proofs; [`confirm_phone`] opens the
//! account. The e-mail's link ([`verify_email`]) may be followed before or after that.

mod confirm;
mod prepare;
mod send;

pub use confirm::{Confirmed, confirm_phone, verify_email};
pub use prepare::{Checked, Command, Prepared, check};
pub use send::{By, EMAIL_LINK_PATH, prove_email, resend, start};

use base::vault::{NOBODY, Spot};
use base::{Id, Instant, Outcome, Tx, args};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::person::{Person, Written};
use super::{Email, PersonName, Phone, codes};

/// How long a registration waits for its proofs.
const WAITS: i64 = Instant::DAY;
/// Purpose of the code that proves the phone.
const PHONE: &str = "register";
/// Purpose of the link that proves the e-mail.
const EMAIL: &str = "verify_email";

/// What a registration keeps until its phone is proved; emptied afterwards. Whose it is nobody knows
/// yet, so it is sealed with the portal's own key.
#[derive(Clone, Debug)]
struct Content {
    person: Person,
    terms: Terms,
}

/// What a registration says beside who somebody is.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Terms {
    password_hash: String,
    lang: String,
    agreement: String,
    privacy: String,
    /// Somebody else's computer.
    #[serde(default)]
    shared: bool,
}

/// A [`Content`] under its seal.
#[derive(Serialize, Deserialize)]
struct WrittenContent {
    #[serde(flatten)]
    person: Written,
    #[serde(flatten)]
    terms: Terms,
}

impl Content {
    fn seal(&self, tx: &mut Tx<'_>, id: &Id) -> Outcome<Vec<u8>> {
        let written = WrittenContent { person: (&self.person).into(), terms: self.terms.clone() };
        Ok(tx.key(NOBODY)?.seal_json(spot(id), &written)?)
    }

    fn open(tx: &mut Tx<'_>, id: &Id, sealed: &[u8]) -> Outcome<Self> {
        let written: WrittenContent = tx.key(NOBODY)?.open_json(spot(id), sealed)?;
        Ok(Self { person: written.person.into(), terms: written.terms })
    }
}

pub(crate) fn spot(registration: &str) -> Spot<'_> {
    Spot::new("registration", "sealed", registration)
}

/// A stored registration.
struct Registration {
    id: Id,
    content: Option<Content>,
    created_at: Instant,
    email_verified: bool,
}

/// The registration of the browser that holds `token`, as long as it waits for something.
fn load(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<Option<Registration>> {
    let found = tx.opt(
        "SELECT sealed, created_at, email_verified_at, id FROM registration
         WHERE token_digest = $1 AND expires_at > $2",
        args![&digest(token)[..], now],
        |r| {
            Ok((
                r.get::<Option<Vec<u8>>>(0)?,
                r.get::<Instant>(1)?,
                r.get::<Option<Instant>>(2)?.is_some(),
                r.get::<Id>(3)?,
            ))
        },
    )?;
    let Some((sealed, created_at, email_verified, id)) = found else { return Ok(None) };
    let content = sealed.map(|sealed| Content::open(tx, &id, &sealed)).transpose()?;
    Ok(Some(Registration { id, content, created_at, email_verified }))
}

/// What is kept of a token.
fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// To whom the proofs of a registration were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaiting {
    /// Got the code.
    pub phone: Phone,
    /// Got the link.
    pub email: Option<Email>,
}

/// To whom the proofs of the registration of `token` were sent, while its phone is not proved.
///
/// # Errors
/// A fault of the engine.
pub fn awaiting(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<Option<Awaiting>> {
    let content = load(tx, now, token)?.and_then(|found| found.content);
    Ok(content.map(|x| Awaiting { phone: x.person.phone, email: x.person.email }))
}

/// What was typed into the form of a registration, but the password: to be put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// Surname.
    pub surname: PersonName,
    /// Given name.
    pub name: PersonName,
    /// Patronymic; may be empty.
    pub patronymic: PersonName,
    /// Mobile phone.
    pub phone: Phone,
    /// E-mail.
    pub email: Option<Email>,
    /// Somebody else's computer.
    pub shared: bool,
}

/// Ends the registration of `token`, because something in it was typed wrongly, and gives back what was
/// typed; nothing when it is over. Its codes and links open nothing any more.
///
/// # Errors
/// A fault of the engine.
pub fn take_back(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<Option<Typed>> {
    let found = load(tx, now, token)?.and_then(|x| Some((x.id, x.content?)));
    let Some((id, Content { person, terms })) = found else { return Ok(None) };
    codes::end_all(tx, now, &id)?;
    let sql = "DELETE FROM registration WHERE id = $1 AND account_id IS NULL";
    tx.exec(sql, args![&id])?;
    let Person { surname, name, patronymic, phone, email } = person;
    Ok(Some(Typed { surname, name, patronymic, phone, email, shared: terms.shared }))
}

/// Forgets registrations that nobody finished, and codes that are over.
///
/// # Errors
/// A fault of the engine.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Outcome<u64> {
    tx.exec("DELETE FROM one_time_code WHERE expires_at <= $1", args![now.plus(-Instant::DAY)])?;
    tx.exec("DELETE FROM attempt WHERE at > 0 AND at <= $1", args![now.plus(-Instant::DAY)])?;
    Ok(tx.exec(
        "DELETE FROM registration WHERE expires_at <= $1 AND account_id IS NULL",
        args![now],
    )?)
}
