//! Who somebody is, sealed as one value: an account is read at every call of a signed-in person, and
//! one seal is opened faster than five.

use base::Fault;
use base::vault::{DataKey, Spot};
use serde::{Deserialize, Serialize};

use super::{Email, NewAccount, PersonName, Phone};

/// Names and contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub surname: PersonName,
    pub name: PersonName,
    pub patronymic: PersonName,
    pub phone: Phone,
    pub email: Option<Email>,
}

/// As it is written under a seal, so that what is known of a person can grow.
#[derive(Serialize, Deserialize)]
pub(crate) struct Written {
    pub surname: String,
    pub name: String,
    pub patronymic: String,
    pub phone: String,
    pub email: Option<String>,
}

impl Written {
    /// Seals it in the row of `account`.
    pub(crate) fn seal(&self, key: &DataKey, account: &str) -> Result<Vec<u8>, Fault> {
        key.seal_json(spot(account), self)
    }
}

impl From<&Person> for Written {
    fn from(x: &Person) -> Self {
        Self {
            surname: x.surname.reveal().to_owned(),
            name: x.name.reveal().to_owned(),
            patronymic: x.patronymic.reveal().to_owned(),
            phone: x.phone.reveal().to_owned(),
            email: x.email.as_ref().map(|x| x.reveal().to_owned()),
        }
    }
}

impl From<Written> for Person {
    fn from(x: Written) -> Self {
        Self {
            surname: PersonName::known(x.surname),
            name: PersonName::known(x.name),
            patronymic: PersonName::known(x.patronymic),
            phone: Phone::known(x.phone),
            email: x.email.map(Email::known),
        }
    }
}

impl Person {
    pub(super) fn of(new: &NewAccount) -> Self {
        Self {
            surname: new.surname.clone(),
            name: new.name.clone(),
            patronymic: new.patronymic.clone(),
            phone: new.phone.clone(),
            email: new.email.clone(),
        }
    }

    /// The parts of the name, as they are compared.
    pub(super) fn names(&self) -> ident::FullName<'_> {
        ident::FullName {
            surname: self.surname.reveal(),
            name: self.name.reveal(),
            patronymic: self.patronymic.reveal(),
        }
    }

    /// Seals it in the row of `account`.
    pub(super) fn seal(&self, key: &DataKey, account: &str) -> Result<Vec<u8>, Fault> {
        Written::from(self).seal(key, account)
    }

    /// Opens what was sealed in the row of `account`.
    pub(super) fn open(key: &DataKey, account: &str, sealed: &[u8]) -> Result<Self, Fault> {
        key.open_json::<Written>(spot(account), sealed).map(Self::from)
    }
}

fn spot(account: &str) -> Spot<'_> {
    Spot::new("account", "sealed", account)
}
