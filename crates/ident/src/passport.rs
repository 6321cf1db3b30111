//! The internal passport: what stands in it, and until when it serves.

use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::age::{FOURTEEN, grace};
use crate::dates::{dotted, read_day};
use crate::line::{in_names, line};
use crate::typed::hide;
use crate::{
    BirthDate, DateFault, LineFault, NumberFault, PassportNumber, PassportSeries, Subdivision,
};

/// Characters of the longest name of an authority.
const ISSUER: usize = 200;

/// Ages at which a passport has to be replaced.
const REPLACED_AT: [i16; 2] = [20, 45];

/// Years by which the year of a blank may be before the year of issue without raising a doubt.
const OLD_BLANK: i16 = 3;

/// Codes of regions (ОКАТО) that no series begins with.
const NO_REGION: [u8; 12] = [0, 2, 6, 13, 16, 31, 48, 51, 55, 59, 62, 72];

/// What was typed for a passport.
#[derive(Clone, Copy, Default)]
pub struct PassportTyped<'a> {
    /// Four digits.
    pub series: &'a str,
    /// Six digits.
    pub number: &'a str,
    /// The day of issue.
    pub issued_on: &'a str,
    /// The authority that issued it, as it stands there.
    pub issuer: &'a str,
    /// The code of that authority.
    pub subdivision: &'a str,
}

/// An internal passport.
#[derive(Clone, PartialEq, Eq)]
pub struct Passport {
    /// Series.
    pub series: PassportSeries,
    /// Number.
    pub number: PassportNumber,
    /// Day of issue.
    pub issued_on: Date,
    /// The authority that issued it.
    pub issuer: String,
    /// The code of that authority.
    pub subdivision: Subdivision,
}

hide!(Passport);

/// A faulty part of a passport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassportFault {
    /// The series.
    Series(NumberFault),
    /// The number.
    Number(NumberFault),
    /// The day of issue.
    IssuedOn(DateFault),
    /// The authority.
    Issuer(LineFault),
    /// Its code.
    Subdivision(NumberFault),
}

/// What is unusual in a passport. Worth asking the person to look again, never a refusal: blanks
/// were lent between regions and kept for years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassportDoubt {
    /// No region has this code.
    Region {
        /// The first two digits of the series.
        code: u8,
    },
    /// The blank was printed after the passport was issued, or long before.
    Blank {
        /// The year in the series.
        printed: i16,
        /// The year of issue.
        issued: i16,
    },
}

/// Whether a passport serves on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// It does.
    Valid {
        /// The birthday on which it has to be replaced; none when it serves for life.
        until: Option<Date>,
    },
    /// It has to be replaced and still serves.
    Grace {
        /// The last day on which it does.
        until: Date,
    },
    /// It serves no more.
    Expired {
        /// The first day on which it did not.
        since: Date,
    },
    /// The holder is under 14 and has no passport yet.
    TooYoung {
        /// The 14th birthday.
        from: Date,
    },
    /// Issued before the holder's 14th birthday.
    IssuedBefore14 {
        /// The 14th birthday.
        earliest: Date,
    },
    /// Issued before the holder was born.
    IssuedBeforeBirth,
}

impl Passport {
    /// Reads a passport that was issued by `today`.
    ///
    /// # Errors
    /// Every faulty part, in the order of the form.
    pub fn read(typed: &PassportTyped<'_>, today: Date) -> Result<Self, Vec<PassportFault>> {
        let mut faults = Vec::new();
        let series = PassportSeries::parse(typed.series).map_err(PassportFault::Series);
        let number = PassportNumber::parse(typed.number).map_err(PassportFault::Number);
        let come = |day| if day > today { Err(DateFault::Future) } else { Ok(day) };
        let issued_on = read_day(typed.issued_on).and_then(come).map_err(PassportFault::IssuedOn);
        let issuer = line(typed.issuer, ISSUER, in_names).map_err(PassportFault::Issuer);
        let subdivision = Subdivision::parse(typed.subdivision).map_err(PassportFault::Subdivision);
        let series = series.map_err(|x| faults.push(x)).ok();
        let number = number.map_err(|x| faults.push(x)).ok();
        let issued_on = issued_on.map_err(|x| faults.push(x)).ok();
        let issuer = issuer.map_err(|x| faults.push(x)).ok();
        let subdivision = subdivision.map_err(|x| faults.push(x)).ok();
        match (series, number, issued_on, issuer, subdivision) {
            (Some(series), Some(number), Some(issued_on), Some(issuer), Some(subdivision)) => {
                Ok(Self { series, number, issued_on, issuer, subdivision })
            }
            _ => Err(faults),
        }
    }

    /// Whether it serves its holder today. It has to be replaced at 20 and at 45; the old one
    /// serves until the new one is issued, at most 90 days after the birthday.
    pub fn validity(&self, born: &BirthDate, today: Date) -> Validity {
        let fourteen = born.birthday(FOURTEEN);
        if self.issued_on < born.date() {
            return Validity::IssuedBeforeBirth;
        }
        if today < fourteen {
            return Validity::TooYoung { from: fourteen };
        }
        if self.issued_on < fourteen {
            return Validity::IssuedBefore14 { earliest: fourteen };
        }
        let next = REPLACED_AT.map(|age| born.birthday(age)).into_iter();
        match next.into_iter().find(|birthday| self.issued_on < *birthday) {
            None => Validity::Valid { until: None },
            Some(birthday) if today < birthday => Validity::Valid { until: Some(birthday) },
            Some(birthday) if today <= grace(birthday) => {
                Validity::Grace { until: grace(birthday) }
            }
            Some(birthday) => Validity::Expired { since: grace(birthday).saturating_add(1.day()) },
        }
    }

    /// What is unusual about it.
    pub fn doubts(&self) -> Vec<PassportDoubt> {
        let (code, printed, issued) =
            (self.series.region(), self.series.year(), self.issued_on.year());
        let region = NO_REGION.contains(&code).then_some(PassportDoubt::Region { code });
        // Blanks of a year are printed from the autumn before.
        let usual = (issued - OLD_BLANK..=issued + 1).contains(&printed);
        let blank = (!usual).then_some(PassportDoubt::Blank { printed, issued });
        region.into_iter().chain(blank).collect()
    }

    /// `45 •• ••••78`.
    pub fn masked(&self) -> String {
        format!("{} {}", self.series.masked(), self.number.masked())
    }
}

impl fmt::Display for Passport {
    /// As applications name it: `45 12 345678, 20.03.2012, ОВД, 770-001`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = dotted(self.issued_on);
        write!(f, "{} {}, {day}, {}, {}", self.series, self.number, self.issuer, self.subdivision)
    }
}
