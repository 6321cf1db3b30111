//! Putting right what an account says of its owner: the name, a contact. Asked for by the owner;
//! what proves it and who is told stands in `factors`.

use base::{Cx, FieldFault, Id, Instant, Kind, Outcome, Refusal, Tx, args, locking};

use super::{Email, Level, Names, Person, Phone, index, level, store};

/// A way to reach somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// A mobile phone.
    Phone(Phone),
    /// An e-mail.
    Email(Email),
}

impl Contact {
    /// `phone` or `email`, as stored and as part of addresses.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Phone(_) => "phone",
            Self::Email(_) => "email",
        }
    }

    /// Reads a phone or an e-mail.
    ///
    /// # Errors
    /// `E-FORM-01` when empty, else what is wrong with the phone or the e-mail.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, FieldFault> {
        match text.contains('@') {
            true => Email::parse(field, text).map(Self::Email),
            false => Phone::parse(field, text).map(Self::Phone),
        }
    }

    /// The contact itself.
    pub fn reveal(&self) -> &str {
        match self {
            Self::Phone(x) => x.reveal(),
            Self::Email(x) => x.reveal(),
        }
    }

    /// Enough to recognise one's own.
    pub fn masked(&self) -> String {
        match self {
            Self::Phone(x) => x.masked(),
            Self::Email(x) => x.masked(),
        }
    }

    /// A contact that was sealed as its [`Contact::kind`] and itself.
    pub(crate) fn known(kind: &str, contact: String) -> Self {
        match kind {
            "email" => Self::Email(Email::known(contact)),
            _ => Self::Phone(Phone::known(contact)),
        }
    }
}

/// The account's sealed part, locked until the transaction ends.
fn locked(tx: &mut Tx<'_>, account: &Id) -> Outcome<Person> {
    let sealed = tx.locked(
        locking!(
            "SELECT sealed FROM account WHERE id = $1 AND closed_at IS NULL",
            "FOR NO KEY UPDATE"
        ),
        args![account],
        |r| r.get::<Vec<u8>>(0),
    )?;
    let sealed = sealed.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?;
    Ok(Person::open(&tx.key(account)?, account, &sealed)?)
}

fn keep(tx: &mut Tx<'_>, account: &Id, person: &Person) -> Outcome<()> {
    let sealed = person.seal(&tx.key(account)?, account)?;
    tx.exec("UPDATE account SET sealed = $2 WHERE id = $1", args![account, &sealed])?;
    super::changed(tx, account);
    Ok(())
}

/// What a new name is beside the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renamed {
    /// The very same.
    Not,
    /// The same name, spelled differently: «Семенов» and «Семёнов».
    Spelled,
    /// Another name.
    Other,
}

/// Gives `account` another name; says what it is beside the old one. Above the simplified level the name
/// was compared with papers: another one has to be again, so the level goes down.
///
/// # Errors
/// `E-ACC-02` when there is no such account.
pub(crate) fn rename(tx: &mut Tx<'_>, cx: &Cx, account: &Id, names: &Names) -> Outcome<Renamed> {
    let person = locked(tx, account)?;
    let Names { surname, name, patronymic } = names.clone();
    let renamed = Person { surname, name, patronymic, ..person.clone() };
    if renamed == person {
        return Ok(Renamed::Not);
    }
    keep(tx, account, &renamed)?;
    if ident::same_person(&person.names(), &renamed.names()) {
        return Ok(Renamed::Spelled);
    }
    level::set(tx, cx, account, Level::Simplified, "name")?;
    Ok(Renamed::Other)
}

/// Puts `contact`, which its owner has proved, in the place of the one before; says whether it could:
/// not when somebody else has it.
///
/// # Errors
/// `E-ACC-02` when there is no such account.
pub(crate) fn set_contact(
    tx: &mut Tx<'_>,
    now: Instant,
    account: &Id,
    contact: &Contact,
) -> Outcome<bool> {
    tx.hold_index()?;
    let person = locked(tx, account)?;
    let owner = match contact {
        Contact::Phone(x) => store::of_phone(tx, x)?,
        Contact::Email(x) => store::of_email(tx, x)?,
    };
    if owner.is_some_and(|x| x != *account) {
        return Ok(false);
    }
    let (sql, person) = match contact.clone() {
        Contact::Phone(phone) => {
            ("UPDATE account SET phone_verified_at = $2 WHERE id = $1", Person { phone, ..person })
        }
        Contact::Email(email) => (
            "UPDATE account SET email_verified_at = $2 WHERE id = $1",
            Person { email: Some(email), ..person },
        ),
    };
    keep(tx, account, &person)?;
    index::write(tx, account, &person)?;
    tx.exec(sql, args![account, now])?;
    Ok(true)
}

/// Takes the e-mail of `account` away; says whether there was one.
///
/// # Errors
/// `E-ACC-02` when there is no such account.
pub(crate) fn drop_email(tx: &mut Tx<'_>, account: &Id) -> Outcome<bool> {
    tx.hold_index()?;
    let person = locked(tx, account)?;
    if person.email.is_none() {
        return Ok(false);
    }
    let person = Person { email: None, ..person };
    keep(tx, account, &person)?;
    index::write(tx, account, &person)?;
    tx.exec("UPDATE account SET email_verified_at = NULL WHERE id = $1", args![account])?;
    Ok(true)
}

/// Marks the e-mail of `account` as proved; says whether it could: not when it is proved for somebody
/// else.
pub(super) fn prove_email(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<bool> {
    let email = match locked(tx, account)?.email {
        Some(email) => email,
        None => return Ok(false),
    };
    set_contact(tx, now, account, &Contact::Email(email))
}
