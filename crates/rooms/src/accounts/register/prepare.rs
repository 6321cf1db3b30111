//! The form of a registration: every field checked, all faults at once, the password hashed.

use base::{Chance, FieldFault, Outcome, Refusal};
use texts::Lang;

use super::{Content, Terms};
use crate::accounts::{Email, Names, Password, Person, Phone, Policy};

/// What the form says, as typed.
#[derive(Clone, Default)]
pub struct Command {
    /// Surname.
    pub surname: String,
    /// Given name.
    pub name: String,
    /// Patronymic; may be empty.
    pub patronymic: String,
    /// They have one name, as surname or as given name.
    pub one_name: bool,
    /// Mobile phone.
    pub phone: String,
    /// E-mail; empty and none are the same.
    pub email: Option<String>,
    /// The new password.
    pub password: String,
    /// The user agreement is accepted.
    pub agreement: bool,
    /// The privacy policy is accepted.
    pub privacy: bool,
    /// Somebody else's computer: nothing is left on it.
    pub shared: bool,
    /// Language of the page, and so of the messages.
    pub lang: Lang,
}

/// A registration that can be started: checked, its password hashed.
#[derive(Clone, Debug)]
pub struct Prepared(pub(super) Content);

impl Prepared {
    /// The phone that is going to get the code.
    pub fn phone(&self) -> &Phone {
        &self.0.person.phone
    }

    /// The e-mail that is going to get the link.
    pub fn email(&self) -> Option<&Email> {
        self.0.person.email.as_ref()
    }
}

/// A form without faults, whose password is not hashed yet.
#[derive(Clone, Debug)]
pub struct Checked {
    person: Person,
    password: Password,
    lang: Lang,
    shared: bool,
}

impl Checked {
    /// Hashes the password: call it on a thread for such work.
    ///
    /// # Errors
    /// A fault of the hash.
    pub fn hash(self, policy: &Policy, chance: &Chance) -> Outcome<Prepared> {
        let terms = Terms {
            password_hash: policy.secrets.hash_password(self.password.reveal(), chance)?,
            lang: self.lang.code().to_owned(),
            agreement: policy.agreement.clone(),
            privacy: policy.privacy.clone(),
            shared: self.shared,
        };
        Ok(Prepared(Content { person: self.person, terms }))
    }
}

/// Checks the form. It asks no database, so it cannot tell whether an account exists.
///
/// # Errors
/// `E-FORM-00` with every faulty field; `E-ACC-03` at a consent that is not given.
pub fn check(command: &Command, policy: &Policy) -> Outcome<Checked> {
    let mut faults = Vec::new();
    let email = command.email.as_deref().map(str::trim).filter(|x| !x.is_empty());
    let typed = [&*command.surname, &command.name, &command.patronymic];
    let names = Names::parse(["surname", "name", "patronymic"], typed, command.one_name);
    let names = names.map_err(|x| faults.extend(x)).ok();
    let phone = keep(&mut faults, Phone::parse("phone", &command.phone));
    let email = match email {
        None if !policy.email_required => Some(None),
        email => keep(&mut faults, Email::parse("email", email.unwrap_or(""))).map(Some),
    };
    let password = keep(&mut faults, password(command, policy));
    for (field, given) in [("agreement", command.agreement), ("privacy", command.privacy)] {
        if !given {
            faults.push(FieldFault::new(field, "E-ACC-03"));
        }
    }
    let (Some(names), Some(phone), Some(email), Some(password), []) =
        (names, phone, email, password, &faults[..])
    else {
        return Err(Refusal::invalid(faults).into());
    };
    let Names { surname, name, patronymic } = names;
    let person = Person { surname, name, patronymic, phone, email };
    Ok(Checked { person, password, lang: command.lang, shared: command.shared })
}

fn password(command: &Command, policy: &Policy) -> Result<Password, FieldFault> {
    let digits: String = command.phone.chars().filter(char::is_ascii_digit).collect();
    let own = [
        &command.surname,
        &command.name,
        &command.patronymic,
        &digits,
        command.email.as_deref().unwrap_or(""),
    ];
    Password::parse("password", &command.password, policy.password_classes, &own)
}

fn keep<T>(faults: &mut Vec<FieldFault>, parsed: Result<T, FieldFault>) -> Option<T> {
    parsed.map_err(|fault| faults.push(fault)).ok()
}
