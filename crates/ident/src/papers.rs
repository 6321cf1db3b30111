//! Papers whose numbers have letters: the birth certificate and the tax code of a branch.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use crate::NumberFault;
use crate::letters::Alphabet;
use crate::typed::{Digits, digit, hide, is_separator};

/// A certificate of birth: Roman numeral, two Cyrillic letters, six digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BirthCertificate {
    numeral: u8,
    letters: [char; 2],
    number: Digits<6>,
}

hide!(BirthCertificate, Kpp);

/// A faulty part of a certificate of birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// Nothing stands where the series should.
    SeriesEmpty,
    /// The part before the hyphen is no Roman numeral: `IIX`.
    Numeral,
    /// The numeral is not followed by two Russian capitals.
    Letters,
    /// The number.
    Number(NumberFault),
}

impl CertificateFault {
    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::SeriesEmpty => "series-empty",
            Self::Numeral => "numeral",
            Self::Letters => "letters",
            Self::Number(fault) => fault.name(),
        }
    }
}

impl BirthCertificate {
    /// Reads series and number. Hyphens may be missing; Cyrillic letters and ones typed for Roman
    /// digits (`ІУ`, `1V`, `П`, `Ш`), numerals in one sign (`Ⅳ`) and Latin letters typed for Cyrillic ones are
    /// put right.
    ///
    /// # Errors
    /// What is wrong with the series and with the number, both when both are.
    pub fn read(series: &str, number: &str) -> Result<Self, Vec<CertificateFault>> {
        let digits = Digits::read(number).and_then(|x| x.not_zeros().map(|()| x));
        match (read_series(series), digits) {
            (Ok((numeral, letters)), Ok(number)) => Ok(Self { numeral, letters, number }),
            (series, number) => {
                let number = number.err().map(CertificateFault::Number);
                Err(series.err().into_iter().chain(number).collect())
            }
        }
    }

    /// `IV-АИ`.
    pub fn series(&self) -> String {
        let [a, b] = self.letters;
        format!("{}-{a}{b}", roman(self.numeral))
    }

    /// Six digits.
    pub fn number(&self) -> String {
        self.number.plain()
    }

    /// `IV-АИ ••••56`.
    pub fn masked(&self) -> String {
        format!("{} {}", self.series(), self.number.shape("••••NN"))
    }
}

impl fmt::Display for BirthCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.series(), self.number())
    }
}

/// Numeral and letters of a series.
fn read_series(text: &str) -> Result<(u8, [char; 2]), CertificateFault> {
    let typed: Vec<char> = text.chars().filter(|c| !is_separator(*c)).collect();
    let upper = |c: &char| c.to_uppercase().next().unwrap_or(*c);
    let (numeral, letters) = match typed.len() {
        0 => return Err(CertificateFault::SeriesEmpty),
        1 | 2 => return Err(CertificateFault::Letters),
        n => typed.split_at(n - 2),
    };
    let capital = |c: &char| Alphabet::Cyrillic.twin(upper(c)).filter(|c| ('А'..='Я').contains(c));
    let [Some(a), Some(b)] = [&letters[0], &letters[1]].map(capital) else {
        return Err(CertificateFault::Letters);
    };
    let roman_digits = |c: char| match upper(&c) {
        'I' | 'І' | '1' | '|' => Some("I"),
        'П' => Some("II"),
        'Ш' => Some("III"),
        'V' | 'У' | 'Y' => Some("V"),
        'X' | 'Х' => Some("X"),
        'L' | 'Л' => Some("L"),
        'C' | 'С' => Some("C"),
        _ => None,
    };
    let typed: Option<String> = numeral.iter().copied().nfkc().map(roman_digits).collect();
    // Only a numeral in its one right form is one, and no office counts beyond a hundred.
    let known = typed.and_then(|typed| (1..=100).find(|n| roman(*n) == typed));
    known.map(|numeral| (numeral, [a, b])).ok_or(CertificateFault::Numeral)
}

/// A number as a Roman numeral.
fn roman(number: u8) -> String {
    const STEPS: [(u8, &str); 9] = [
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut left = number;
    let mut text = String::new();
    for (value, letters) in STEPS {
        text += &letters.repeat(usize::from(left / value));
        left %= value;
    }
    text
}

/// КПП, why and where a company is registered with the tax office: nine characters, the fifth and
/// sixth of which may be Latin capitals. It has no check digit.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kpp([char; Self::LENGTH]);

impl Kpp {
    const LENGTH: usize = 9;

    /// Reads a code; Cyrillic letters in the fifth and sixth place become Latin.
    ///
    /// # Errors
    /// The first thing that is wrong, as [`NumberFault`] says.
    pub fn parse(text: &str) -> Result<Self, NumberFault> {
        let mut code = ['0'; Self::LENGTH];
        let mut has = 0;
        for (i, char) in text.chars().enumerate().filter(|(_, c)| !is_separator(*c)) {
            let reason = matches!(has, 4 | 5).then(|| reason(char)).flatten();
            let read = reason.or_else(|| digit(char).map(|x| char::from(b'0' + x)));
            let read = read.ok_or(NumberFault::Stray { char, position: i + 1 })?;
            if let Some(place) = code.get_mut(has) {
                *place = read;
            }
            has += 1;
        }
        match has {
            0 => Err(NumberFault::Empty),
            _ if has != Self::LENGTH => Err(NumberFault::Length { needs: Self::LENGTH, has }),
            _ if code.iter().all(|c| *c == '0') => Err(NumberFault::Zeros),
            _ => Ok(Self(code)),
        }
    }

    /// The tax office and the end: `7701••••1`.
    pub fn masked(&self) -> String {
        let hide = |(i, c): (usize, &char)| if (4..8).contains(&i) { '•' } else { *c };
        self.0.iter().enumerate().map(hide).collect()
    }
}

impl fmt::Display for Kpp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|c| write!(f, "{c}"))
    }
}

/// A Latin capital among the reasons.
fn reason(c: char) -> Option<char> {
    let capital = c.to_uppercase().next()?;
    Alphabet::Latin.twin(capital).filter(char::is_ascii_uppercase)
}
