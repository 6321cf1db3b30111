//! Days as people type them, and the day somebody was born.

use std::fmt;

use jiff::civil::Date;

use crate::DateFault;
use crate::typed::{digit, hide, is_dash, is_invisible};

/// Reads a day as `15.01.1980`, `15/1/1980`, `15 01 1980`, `15011980` or `1980-01-15`.
///
/// # Errors
/// [`DateFault::Empty`], [`DateFault::Shape`] or [`DateFault::NoSuchDay`]. A year of two digits is a
/// wrong shape: whose century it was cannot be guessed.
pub fn read_day(text: &str) -> Result<Date, DateFault> {
    let text = text.trim().trim_end_matches('.');
    // «15.01.1980 г.» and «1980 года» are how dates end in papers.
    let text = ["года", "г"].iter().find_map(|x| text.strip_suffix(x)).unwrap_or(text);
    let mut parts = vec![String::new()];
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        match digit(c) {
            Some(digit) => parts.iter_mut().last().map(|x| x.push(char::from(b'0' + digit))),
            None if c.is_whitespace() || is_dash(c) || matches!(c, '.' | '/' | ',') => {
                parts.last().is_some_and(|x| !x.is_empty()).then(|| parts.push(String::new()))
            }
            None => return Err(DateFault::Shape),
        };
    }
    parts.retain(|x| !x.is_empty());
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let (year, month, day) = match parts[..] {
        [] => return Err(DateFault::Empty),
        [year, month, day] if year.len() == 4 => (year, month, day),
        [day, month, year] if year.len() == 4 => (year, month, day),
        [all] if all.len() == 8 => (&all[4..], &all[2..4], &all[..2]),
        _ => return Err(DateFault::Shape),
    };
    if month.len() > 2 || day.len() > 2 {
        return Err(DateFault::Shape);
    }
    let read = || Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
    read().ok_or(DateFault::NoSuchDay)
}

/// A day as papers write it: `15.01.1980`.
pub fn dotted(day: Date) -> String {
    format!("{:02}.{:02}.{:04}", day.day(), day.month(), day.year())
}

/// The day somebody was born.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BirthDate(Date);

hide!(BirthDate);

impl BirthDate {
    /// Nobody is older than that, in years.
    pub const OLDEST: i16 = 130;

    /// Reads a birth date as [`read_day`] does.
    ///
    /// # Errors
    /// As [`read_day`]; [`DateFault::Future`] after `today`, [`DateFault::TooLongAgo`] more than
    /// [`BirthDate::OLDEST`] years before.
    pub fn parse(text: &str, today: Date) -> Result<Self, DateFault> {
        read_day(text).and_then(|date| Self::new(date, today))
    }

    /// A birth date that is known as a date.
    ///
    /// # Errors
    /// [`DateFault::Future`], [`DateFault::TooLongAgo`].
    pub fn new(date: Date, today: Date) -> Result<Self, DateFault> {
        let born = Self(date);
        match born.age(today) {
            _ if date > today => Err(DateFault::Future),
            age if age > Self::OLDEST => Err(DateFault::TooLongAgo),
            _ => Ok(born),
        }
    }

    /// The date itself.
    pub fn date(&self) -> Date {
        self.0
    }

    /// The day on which the person becomes `years` old. Who was born on 29 February does on
    /// 1 March of a common year: on 28 February the year is not over yet.
    pub fn birthday(&self, years: i16) -> Date {
        let year = self.0.year().saturating_add(years).clamp(Date::MIN.year(), Date::MAX.year());
        let same = Date::new(year, self.0.month(), self.0.day());
        same.unwrap_or_else(|_leap_day| Date::new(year, 3, 1).unwrap_or(Date::MAX))
    }

    /// Full years on a day; nought before the birth.
    pub fn age(&self, day: Date) -> i16 {
        let years = day.year() - self.0.year();
        let full = if day < self.birthday(years) { years - 1 } else { years };
        full.max(0)
    }

    /// The year alone: `••.••.1980`.
    pub fn masked(&self) -> String {
        format!("••.••.{:04}", self.0.year())
    }
}

impl fmt::Display for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&dotted(self.0))
    }
}
