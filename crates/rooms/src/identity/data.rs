//! What a datum is: its kind, its fields, and how it is read.

use std::collections::BTreeMap;

use base::{FieldFault, Pii};
use ident::{
    Address, AddressTyped, BirthDate, InnPerson, OmsPolicy, Passport, PassportTyped, Snils,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::accounts::papers::{self, Number};
use crate::accounts::{self, PersonName};

/// A kind of datum: one short form each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Surname, name and patronymic.
    Name,
    /// Day and place of birth, sex.
    Birth,
    /// СНИЛС.
    Snils,
    /// Internal passport.
    Passport,
    /// ИНН.
    Inn,
    /// Compulsory health policy.
    Policy,
    /// Where the person is registered.
    Registration,
    /// Where they live.
    Living,
}

impl Kind {
    /// All kinds, in the order of the page.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::Birth,
        Self::Snils,
        Self::Passport,
        Self::Inn,
        Self::Policy,
        Self::Registration,
        Self::Living,
    ];

    /// What the registries have to know of somebody of the level «standard».
    pub const NEEDED: [Self; 4] = [Self::Name, Self::Birth, Self::Snils, Self::Passport];

    /// As stored, and as part of addresses and of names of fields.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Birth => "birth",
            Self::Snils => "snils",
            Self::Passport => "passport",
            Self::Inn => "inn",
            Self::Policy => "policy",
            Self::Registration => "registration",
            Self::Living => "living",
        }
    }

    /// Reads what [`Kind::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == text)
    }

    /// Whether a level rests on it.
    pub fn is_needed(self) -> bool {
        Self::NEEDED.contains(&self)
    }

    /// Whether the registries are asked about it, once it is there.
    pub fn is_asked(self) -> bool {
        self.is_needed() || self == Self::Inn
    }

    /// Whether it is an address.
    pub fn is_address(self) -> bool {
        matches!(self, Self::Registration | Self::Living)
    }

    /// Its fields, as they stand in the form after the kind: `passport.series`.
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["surname", "name", "patronymic"],
            Self::Birth => &["date", "sex", "place"],
            Self::Snils | Self::Inn | Self::Policy => &["number"],
            Self::Passport => &["series", "number", "issued_on", "issuer", "subdivision"],
            Self::Registration => {
                &["index", "region", "locality", "street", "house", "building", "flat"]
            }
            Self::Living => {
                &["same", "index", "region", "locality", "street", "house", "building", "flat"]
            }
        }
    }

    /// The name of one of its fields in a form.
    pub fn field(self, field: &str) -> String {
        format!("{}.{field}", self.as_str())
    }
}

/// The fields of a datum, by their names. As read they have one form: digits alone, days as
/// `1988-04-17`; those that were left empty are not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(Pii<BTreeMap<String, String>>);

impl Values {
    /// A field; empty when it is not there.
    pub fn get(&self, field: &str) -> &str {
        self.0.reveal().get(field).map_or("", String::as_str)
    }

    /// All fields.
    pub fn reveal(&self) -> &BTreeMap<String, String> {
        self.0.reveal()
    }

    fn of(pairs: &[(&str, &str)]) -> Self {
        let filled = pairs.iter().filter(|x| !x.1.is_empty());
        let own = |(field, text): &(&str, &str)| ((*field).to_owned(), (*text).to_owned());
        Self(Pii::new(filled.map(own).collect()))
    }

    /// The parts of a name, as an account has them.
    pub(super) fn name(surname: &PersonName, name: &PersonName, patronymic: &PersonName) -> Self {
        let parts = [("surname", surname), ("name", name), ("patronymic", patronymic)];
        Self::of(&parts.map(|(field, part)| (field, part.reveal())))
    }
}

/// As it is written under a seal.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Written(BTreeMap<String, String>);

impl From<&Values> for Written {
    fn from(values: &Values) -> Self {
        Self(values.reveal().clone())
    }
}

impl From<Written> for Values {
    fn from(written: Written) -> Self {
        Self(Pii::new(written.0))
    }
}

/// What is known beside a datum that is read.
#[derive(Clone, Copy, Debug)]
pub struct Beside {
    /// When the person was born, if that is known.
    pub born: Option<BirthDate>,
    /// Today.
    pub today: Date,
}

/// Reads a datum as people type it; `typed` gives the field of a name such as `series`.
///
/// # Errors
/// Every faulty field, named as in the form: `passport.series`.
pub fn read<'a>(
    kind: Kind,
    typed: impl Fn(&str) -> &'a str,
    beside: Beside,
) -> Result<Values, Vec<FieldFault>> {
    let typed = |field: &str| typed(field).trim();
    match kind {
        // A name is typed where the account is.
        Kind::Name => Ok(Values::default()),
        Kind::Birth => birth(typed, beside.today),
        Kind::Snils => number(kind, Number::Snils, Snils::parse(typed("number")), Snils::digits),
        Kind::Inn => {
            number(kind, Number::InnPerson, InnPerson::parse(typed("number")), InnPerson::digits)
        }
        Kind::Policy => {
            number(kind, Number::Policy, OmsPolicy::parse(typed("number")), OmsPolicy::digits)
        }
        Kind::Passport => passport(typed, beside),
        Kind::Living if typed("same") == "1" => Ok(Values::of(&[("same", "1")])),
        Kind::Registration | Kind::Living => address(kind, typed),
    }
}

/// Values of the field `birth.sex`.
pub const SEXES: [&str; 2] = ["female", "male"];

fn birth<'a>(typed: impl Fn(&str) -> &'a str, today: Date) -> Result<Values, Vec<FieldFault>> {
    let of = |field| Kind::Birth.field(field);
    let date = BirthDate::parse(typed("date"), today).map_err(|x| papers::date(&of("date"), x));
    let sex = typed("sex");
    let unknown = (!SEXES.contains(&sex)).then(|| FieldFault::new(of("sex"), "E-FORM-01-CHOICE"));
    let place = ident::place_name(typed("place")).map_err(|x| papers::line(&of("place"), x));
    match (date, unknown, place) {
        (Ok(date), None, Ok(place)) => {
            let date = date.date().to_string();
            Ok(Values::of(&[("date", &date), ("sex", sex), ("place", &place)]))
        }
        (date, sex, place) => Err([date.err(), sex, place.err()].into_iter().flatten().collect()),
    }
}

fn number<T>(
    kind: Kind,
    number: Number,
    read: Result<T, ident::NumberFault>,
    digits: fn(&T) -> String,
) -> Result<Values, Vec<FieldFault>> {
    match read {
        Ok(x) => Ok(Values::of(&[("number", &digits(&x))])),
        Err(fault) => Err(vec![number.fault(&kind.field("number"), fault)]),
    }
}

fn passport<'a>(
    typed: impl Fn(&str) -> &'a str,
    beside: Beside,
) -> Result<Values, Vec<FieldFault>> {
    let typed = PassportTyped {
        series: typed("series"),
        number: typed("number"),
        issued_on: typed("issued_on"),
        issuer: typed("issuer"),
        subdivision: typed("subdivision"),
    };
    let paper = match &beside.born {
        Some(born) => papers::read_passport("passport", &typed, born, beside.today)?.0,
        None => {
            Passport::read(&typed, beside.today).map_err(|x| papers::passport("passport", x))?
        }
    };
    Ok(Values::of(&[
        ("series", &paper.series.digits()),
        ("number", &paper.number.digits()),
        ("issued_on", &paper.issued_on.to_string()),
        ("issuer", &paper.issuer),
        ("subdivision", &paper.subdivision.digits()),
    ]))
}

fn address<'a>(kind: Kind, typed: impl Fn(&str) -> &'a str) -> Result<Values, Vec<FieldFault>> {
    let typed = AddressTyped {
        index: typed("index"),
        region: typed("region"),
        locality: typed("locality"),
        street: typed("street"),
        house: typed("house"),
        building: typed("building"),
        flat: typed("flat"),
    };
    let read = Address::read(&typed).map_err(|x| papers::address(kind.as_str(), x))?;
    let index = read.index.map(|x| x.digits()).unwrap_or_default();
    let part = |x: &Option<String>| x.clone().unwrap_or_default();
    Ok(Values::of(&[
        ("index", &index),
        ("region", &read.region),
        ("locality", &read.locality),
        ("street", &part(&read.street)),
        ("house", &read.house),
        ("building", &part(&read.building)),
        ("flat", &part(&read.flat)),
    ]))
}

impl Values {
    /// The paper that a datum of the kind passport is.
    pub fn passport(&self) -> Option<Passport> {
        let typed = PassportTyped {
            series: self.get("series"),
            number: self.get("number"),
            issued_on: self.get("issued_on"),
            issuer: self.get("issuer"),
            subdivision: self.get("subdivision"),
        };
        // It was no day of the future when it was read.
        Passport::read(&typed, Date::MAX).ok()
    }

    /// The address that a datum of that kind is.
    pub fn address(&self) -> Option<Address> {
        let typed = AddressTyped {
            index: self.get("index"),
            region: self.get("region"),
            locality: self.get("locality"),
            street: self.get("street"),
            house: self.get("house"),
            building: self.get("building"),
            flat: self.get("flat"),
        };
        Address::read(&typed).ok()
    }

    /// The birth date that a datum of that kind holds.
    pub fn born(&self) -> Option<BirthDate> {
        let date: Date = self.get("date").parse().ok()?;
        // It was no day of the future when it was read.
        BirthDate::new(date, date).ok()
    }

    /// On one line, in the official form: `112-233-445 95`.
    pub fn line(&self, kind: Kind) -> String {
        let number = self.get("number");
        let shown = match kind {
            Kind::Name => {
                Some(accounts::joined(["surname", "name", "patronymic"].map(|x| self.get(x))))
            }
            Kind::Birth => self.born().map(|x| format!("{x}, {}", self.get("place"))),
            Kind::Snils => Snils::parse(number).ok().map(|x| x.to_string()),
            Kind::Inn => InnPerson::parse(number).ok().map(|x| x.to_string()),
            Kind::Policy => OmsPolicy::parse(number).ok().map(|x| x.to_string()),
            Kind::Passport => self.passport().map(|x| x.to_string()),
            Kind::Registration | Kind::Living => self.address().map(|x| x.to_string()),
        };
        shown.unwrap_or_default()
    }

    /// As [`Values::line`], enough for its owner to recognise.
    pub fn masked(&self, kind: Kind) -> String {
        let number = self.get("number");
        let shown = match kind {
            Kind::Name => Some(self.line(kind)),
            Kind::Birth => self.born().map(|x| x.to_string()),
            Kind::Snils => Snils::parse(number).ok().map(|x| x.masked()),
            Kind::Inn => InnPerson::parse(number).ok().map(|x| x.masked()),
            Kind::Policy => OmsPolicy::parse(number).ok().map(|x| x.masked()),
            Kind::Passport => self.passport().map(|x| x.masked()),
            Kind::Registration | Kind::Living => self.address().map(|x| x.to_string()),
        };
        shown.unwrap_or_default()
    }

    /// A field as a form shows it again: days as papers write them, numbers in their groups.
    pub fn shown(&self, kind: Kind, field: &str) -> String {
        let text = self.get(field);
        let day = || text.parse::<Date>().ok().map(ident::dotted);
        let shown = match (kind, field) {
            (Kind::Birth, "date") | (Kind::Passport, "issued_on") => day(),
            (Kind::Snils | Kind::Inn | Kind::Policy, _) => Some(self.line(kind)),
            (Kind::Passport, "series") => self.passport().map(|x| x.series.to_string()),
            (Kind::Passport, "subdivision") => self.passport().map(|x| x.subdivision.to_string()),
            _ => None,
        };
        shown.unwrap_or_else(|| text.to_owned())
    }
}
