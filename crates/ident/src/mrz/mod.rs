//! The machine-readable zone of the internal passport: two lines of 44 signs on its photo page,
//! in passports issued since July 2011.
//!
//! What it says is secured by check digits, so a scan that reads well is the strongest proof of a
//! passport's data that needs no register. The check digits cover the second line; the names stand
//! in the first, which has none.

mod kler;
mod read;
mod write;

use jiff::civil::Date;

use crate::names::FullName;
use crate::typed::{hide, tidy};
use crate::{PassportNumber, PassportSeries, Subdivision};

/// Signs of a line.
const LINE: usize = 44;
/// Signs of the first line before the names: document and state.
const HEAD: &str = "PNRUS";
/// Signs of the longest surname that leaves room for an initial of each other name.
const SURNAME: usize = 34;
/// What stands where nothing does.
const FILLER: u8 = b'<';

/// As passports tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Женский.
    Female,
    /// Мужской.
    Male,
}

/// What a machine-readable zone says. Names are in capitals; a hyphen comes back as a space.
#[derive(Clone, PartialEq, Eq)]
pub struct Mrz {
    /// Surname.
    pub surname: String,
    /// Name. Of several words after the surname the last is taken for the patronymic.
    pub name: String,
    /// Patronymic; empty when there is none.
    pub patronymic: String,
    /// Whether the names fill the line, so that their end may be missing.
    pub cut: bool,
    /// Series of the passport.
    pub series: PassportSeries,
    /// Its number.
    pub number: PassportNumber,
    /// Birth date.
    pub born: Date,
    /// Sex.
    pub sex: Sex,
    /// Day of issue.
    pub issued_on: Date,
    /// Code of the office that issued it.
    pub subdivision: Subdivision,
}

hide!(Mrz);

/// A part that has a check digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Series and number.
    Number,
    /// Birth date.
    Birth,
    /// Day of issue and office.
    Issue,
    /// All of the second line.
    Line,
}

/// Why a zone cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MrzFault {
    /// Not two lines.
    Lines {
        /// How many there are.
        has: usize,
    },
    /// A line is too short or too long.
    Length {
        /// Which one, from one.
        line: usize,
        /// How many signs it has.
        has: usize,
    },
    /// A sign that cannot stand there.
    Stray {
        /// Which line, from one.
        line: usize,
        /// Which place, from one.
        position: usize,
        /// The sign.
        char: char,
    },
    /// Another document, or one of another state.
    Document,
    /// A check digit does not fit.
    CheckDigit(Checked),
    /// Series, number or office are nothing but noughts.
    Zeros,
    /// There is no such birth date, or it does not go with the day of issue.
    Born,
    /// There is no such day of issue.
    IssuedOn,
    /// There is no surname.
    Name,
}

impl MrzFault {
    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lines { .. } => "lines",
            Self::Length { .. } => "length",
            Self::Stray { .. } => "stray",
            Self::Document => "document",
            Self::CheckDigit(_) => "check-digit",
            Self::Zeros => "zeros",
            Self::Born => "born",
            Self::IssuedOn => "issued-on",
            Self::Name => "name",
        }
    }
}

impl Mrz {
    /// Whether the zone is of a person with this name, ё and е alike, hyphens or not. Names that
    /// the line had no room for count as far as they stand there.
    pub fn is_of(&self, who: &FullName<'_>) -> bool {
        let who = who.settled();
        let patronymic =
            if crate::same_patronymic(who.patronymic, "") { "" } else { who.patronymic };
        let own = write::names(&self.surname, &self.name, &self.patronymic);
        let (Some(own), Some(theirs)) = (own, write::names(who.surname, who.name, patronymic))
        else {
            return false;
        };
        // A hyphen and the border between two names are one sign, so the words are compared as they
        // follow each other.
        let flat = |names: &str| names.replace('<', "").replace('2', "E");
        let cut = |names: &str| names.split("<<").next().map(str::len);
        flat(&own) == flat(&theirs) && cut(&own) == cut(&theirs)
    }
}

/// Words of a name with their letters as signs, a filler between them; none when a letter has no
/// sign.
fn signs(name: &str) -> Option<String> {
    let name = tidy(name);
    let words = name.split([' ', '-']).filter(|x| !x.is_empty());
    let word = |word: &str| -> Option<String> {
        let letters = word.chars().filter(|c| !matches!(c, '\'' | '.'));
        letters.map(|c| kler::sign(c).map(char::from)).collect()
    };
    words.map(word).collect::<Option<Vec<_>>>().map(|x| x.join("<"))
}
