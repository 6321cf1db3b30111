//! Papers and identifiers of people and companies, parsed once.
//!
//! Each type has one fallible constructor: it forgives what people type (spaces, dashes, letters
//! that look like digits or like letters of the other alphabet) and names exactly what is wrong.
//! What has been read is right for good: no code above asks again.
//!
//! | Type | What it is |
//! |---|---|
//! | [`Snils`], [`InnPerson`], [`OmsPolicy`] | numbers of a person |
//! | [`Inn`], [`InnOrganization`], [`Kpp`], [`Ogrn`], [`Ogrnip`] | numbers of a company or a trader |
//! | [`Passport`], [`ForeignPassport`], [`BirthCertificate`] | papers |
//! | [`Mrz`] | the machine-readable zone of the internal passport |
//! | [`BirthDate`], [`capacity`], [`identity_paper`] | age, and what the law ties to it |
//! | [`Address`], [`PostalIndex`] | where somebody lives |
//! | [`Bik`], [`Account`], [`Uin`] | what a payment needs |
//! | [`same_name`], [`likeness`] | names as registries compare them |
//! | [`tidy`], [`six_digits`] | any line, and a code that came by a message |
//!
//! # Personal data
//! `Display` gives the official form, `masked` what a page may show; `Debug` shows ▒ and nothing
//! else, so that no log line tells what it must not.
//!
//! # Fault and doubt
//! A fault is certain: a missing digit, a check that fails, a day that does not exist. What is only
//! unusual (a passport's blank of another year, an unknown region) is a doubt: somebody is asked to
//! look again, nobody is refused.
//!
//! # Not here
//! No clock (today comes in), no I/O, no words for people: faults have stable names, and rooms give
//! them codes. Nothing here knows whether a number was ever given out: that is for registries.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may unwrap"))]

mod address;
mod age;
mod checks;
mod dates;
mod fault;
pub mod letters;
mod line;
mod money;
mod mrz;
mod names;
mod numbers;
mod papers;
mod passport;
mod post;
#[cfg(test)]
mod tests;
mod typed;

pub use address::{Address, AddressFault, AddressTyped};
pub use age::{
    ADULT, Capacity, FOURTEEN, GRACE_DAYS, IdentityPaper, capacity, identity_paper,
    may_act_for_others,
};
pub use dates::{BirthDate, dotted, read_day};
pub use fault::{DateFault, LineFault, NumberFault};
pub use line::place_name;
pub use money::{Account, Uin};
pub use mrz::{Checked, Mrz, MrzFault, Sex};
pub use names::{
    FullName, Likeness, likeness, person_likeness, same_name, same_patronymic, same_person,
};
pub use numbers::{
    Bik, ForeignPassport, Inn, InnOrganization, InnPerson, Ogrn, Ogrnip, OmsPolicy, PassportNumber,
    PassportSeries, PostalIndex, Snils, Subdivision,
};
pub use papers::{BirthCertificate, CertificateFault, Kpp};
pub use passport::{Passport, PassportDoubt, PassportFault, PassportTyped, Validity};
pub use post::{TrackFault, track};
pub use typed::{alike, digit, is_nothing, six_digits, tidy};
