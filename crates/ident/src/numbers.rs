//! Numbers of people, companies and places that are nothing but digits.
//!
//! A check digit notices a mistyped digit, but not always. Where two remainders end in the same
//! digit, a change from one to the other passes: 0 and 10 in ИНН of ten digits and ОГРН; 0 and 10,
//! 1 and 11, 2 and 12 in ОГРНИП; 0 and 100 in СНИЛС, and there only by one in the ninth digit. An
//! ИНН of twelve digits has two check digits, and both would have to be deceived. Luhn's rule
//! notices every single digit.

use std::fmt;
use std::str::FromStr;

use crate::NumberFault;
use crate::checks;
use crate::typed::{Digits, hide};

/// A type of `N` digits: how it is shown, how it is masked, what must hold beyond the length.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident: $digits:literal, $shape:literal, $mask:literal, $rule:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Digits<$digits>);

        impl $name {
            /// Reads it as people type it: spaces, dashes and dots, full-width digits and letters
            /// that look like digits are forgiven.
            ///
            /// # Errors
            /// The first thing that is wrong, as [`NumberFault`] says.
            pub fn parse(text: &str) -> Result<Self, NumberFault> {
                let digits = Digits::read(text)?;
                digits.not_zeros()?;
                let rule: fn(&Digits<$digits>) -> Result<(), NumberFault> = $rule;
                rule(&digits).map(|()| Self(digits))
            }

            /// The digits alone, as registries exchange them.
            pub fn digits(&self) -> String {
                self.0.plain()
            }

            /// Enough to recognise one's own, for pages that show it.
            pub fn masked(&self) -> String {
                self.0.shape($mask)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0.shape($shape))
            }
        }

        impl FromStr for $name {
            type Err = NumberFault;

            fn from_str(text: &str) -> Result<Self, NumberFault> {
                Self::parse(text)
            }
        }

        hide!($name);
    )+};
}

numbers! {
    /// СНИЛС, the number of a personal pension account: `112-233-445 95`.
    Snils: 11, "NNN-NNN-NNN NN", "•••-•••-NNN NN", snils;
    /// ИНН of a person, with or without a business: twelve digits, two of them checks.
    InnPerson: 12, "NNNNNNNNNNNN", "••••••••NNNN", inn_person;
    /// ИНН of an organisation: ten digits, the last one a check.
    InnOrganization: 10, "NNNNNNNNNN", "••••••NNNN", inn_organization;
    /// ОГРН, the state number of an organisation: thirteen digits.
    Ogrn: 13, "NNNNNNNNNNNNN", "•••••••••NNNN", ogrn;
    /// ОГРНИП, the state number of a sole trader: fifteen digits, the first is 3.
    Ogrnip: 15, "NNNNNNNNNNNNNNN", "•••••••••••NNNN", ogrnip;
    /// ЕНП, the number of a compulsory health policy: sixteen digits that obey Luhn's rule.
    OmsPolicy: 16, "NNNN NNNN NNNN NNNN", "•••• •••• •••• NNNN", policy;
    /// Series of the internal passport: region and year of the blank.
    PassportSeries: 4, "NN NN", "NN ••", free;
    /// Number of the internal passport.
    PassportNumber: 6, "NNNNNN", "••••NN", free;
    /// Code of the office that issued a passport: `770-001`.
    Subdivision: 6, "NNN-NNN", "NNN-•••", free;
    /// A passport for travelling abroad: series of two digits, number of seven.
    ForeignPassport: 9, "NN NNNNNNN", "•• •••••NN", free;
    /// Postal index: six digits, the first from 1 to 6.
    PostalIndex: 6, "NNNNNN", "NNN•••", postal;
    /// БИК, the code of a bank or a treasury: nine digits.
    Bik: 9, "NNNNNNNNN", "••••••NNN", bik;
}

/// ИНН of a person or of an organisation, where a form takes both.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Inn {
    /// Of twelve digits.
    Person(InnPerson),
    /// Of ten digits.
    Organization(InnOrganization),
}

hide!(Inn);

impl Inn {
    /// Reads either; how many digits there are says which.
    ///
    /// # Errors
    /// As both; with another number of digits, [`NumberFault::Length`] asks for twelve.
    pub fn parse(text: &str) -> Result<Self, NumberFault> {
        match InnPerson::parse(text) {
            Err(NumberFault::Length { has: 10, .. }) => {
                InnOrganization::parse(text).map(Self::Organization)
            }
            read => read.map(Self::Person),
        }
    }

    /// The last four digits.
    pub fn masked(&self) -> String {
        match self {
            Self::Person(inn) => inn.masked(),
            Self::Organization(inn) => inn.masked(),
        }
    }
}

impl fmt::Display for Inn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(inn) => inn.fmt(f),
            Self::Organization(inn) => inn.fmt(f),
        }
    }
}

impl Snils {
    /// The greatest number that was given out without check digits.
    const UNCHECKED: u64 = 1_001_998;
}

impl PassportSeries {
    /// Code of the region that the blank was printed for (ОКАТО).
    pub fn region(&self) -> u8 {
        let [a, b, ..] = self.0.values();
        a * 10 + b
    }

    /// Year in which the blank was printed; the first were of 1997.
    pub fn year(&self) -> i16 {
        let [.., a, b] = self.0.values();
        let short = i16::from(a * 10 + b);
        if short >= 97 { 1900 + short } else { 2000 + short }
    }
}

impl Bik {
    /// Whether it is a code of the treasury or the Bank of Russia itself, whose accounts keep other
    /// rules than those of banks.
    pub fn is_state(&self) -> bool {
        self.0.number(0, 2) != 4
    }

    pub(crate) fn values(&self) -> &[u8; 9] {
        self.0.values()
    }
}

fn free<const N: usize>(_digits: &Digits<N>) -> Result<(), NumberFault> {
    Ok(())
}

fn check(holds: bool) -> Result<(), NumberFault> {
    if holds { Ok(()) } else { Err(NumberFault::CheckDigits) }
}

fn start(holds: bool) -> Result<(), NumberFault> {
    if holds { Ok(()) } else { Err(NumberFault::Start) }
}

fn snils(all: &Digits<11>) -> Result<(), NumberFault> {
    let (base, [a, b]) = all.values().split_at(9) else { return check(false) };
    let sum = u32::from(a * 10 + b);
    check(all.number(0, 9) <= Snils::UNCHECKED || checks::snils(base) == sum)
}

/// Whether the digit at `place` is the check of those before it.
fn inn_digit<const N: usize>(all: &Digits<N>, place: usize) -> bool {
    checks::inn(&all.values()[..place]) == u32::from(all.values()[place])
}

fn inn_person(all: &Digits<12>) -> Result<(), NumberFault> {
    check(inn_digit(all, 10) && inn_digit(all, 11))
}

fn inn_organization(all: &Digits<10>) -> Result<(), NumberFault> {
    check(inn_digit(all, 9))
}

fn ogrn(all: &Digits<13>) -> Result<(), NumberFault> {
    start(matches!(all.values()[0], 1 | 5))?;
    check(all.number(0, 12) % 11 % 10 == all.number(12, 13))
}

fn ogrnip(all: &Digits<15>) -> Result<(), NumberFault> {
    start(all.values()[0] == 3)?;
    check(all.number(0, 14) % 13 % 10 == all.number(14, 15))
}

fn policy(all: &Digits<16>) -> Result<(), NumberFault> {
    check(checks::luhn(all.values()))
}

fn postal(all: &Digits<6>) -> Result<(), NumberFault> {
    start((1..=6).contains(&all.values()[0]))
}

/// Banks begin with 04; the Bank of Russia and the treasury also with 00, 01 and 02.
fn bik(all: &Digits<9>) -> Result<(), NumberFault> {
    start(matches!(all.number(0, 2), 0 | 1 | 2 | 4))
}
