//! The number of a booking: `26-0001-2344`, digits only, the last one a check digit.
//!
//! A number is not a secret; it is for letters, calls and lists. It begins with the year, so it
//! tells roughly how old the booking is, and its last digit is Luhn's, so a mistyped number is
//! refused instead of showing somebody else's booking.

use std::fmt;

use crate::code::is_separator;

/// Why a text is not a booking number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// Something other than digits, spaces and hyphens.
    Symbol(char),
    /// Not 10, 14, 18 or 22 digits; carries how many were found.
    Length(usize),
    /// The check digit does not fit: a digit was mistyped, or two were swapped.
    Check,
}

/// Puts the year before the running number within it: `(2026, 1234)` gives `26_0001234`.
///
/// Seven digits are kept for the running number, and four more at a time when a busy instance
/// needs them, so numbers of one year never meet those of another. `None` when even fifteen digits
/// are not enough.
#[must_use]
pub fn serial(year: u16, running: u64) -> Option<u64> {
    let digits = [7, 11, 15].into_iter().find(|digits| running < 10_u64.pow(*digits))?;
    Some(u64::from(year % 100) * 10_u64.pow(digits) + running)
}

/// Writes a serial as people see it: a check digit at the end, the first two digits apart, then
/// groups of four.
#[must_use]
pub fn number(serial: u64) -> String {
    let width = [9, 13, 17].into_iter().find(|width| serial < 10_u64.pow(*width)).unwrap_or(21);
    let mut digits = format!("{serial:0width$}", width = width as usize);
    digits.push(char::from(b'0' + luhn(digits.bytes())));
    let mut text = digits[..2].to_owned();
    for (place, digit) in digits[2..].chars().enumerate() {
        if place % 4 == 0 {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

/// Reads a serial back, with or without hyphens and spaces.
///
/// # Errors
/// A [`NumberFault`] says what is wrong, so that a form can say it too.
pub fn parse(text: &str) -> Result<u64, NumberFault> {
    let digits = text
        .chars()
        .filter(|letter| !is_separator(*letter))
        .map(|letter| letter.to_digit(10).map(|_| letter).ok_or(NumberFault::Symbol(letter)))
        .collect::<Result<String, NumberFault>>()?;
    if !matches!(digits.len(), 10 | 14 | 18 | 22) {
        return Err(NumberFault::Length(digits.len()));
    }
    let (serial, check) = digits.split_at(digits.len() - 1);
    if check.as_bytes()[0] != b'0' + luhn(serial.bytes()) {
        return Err(NumberFault::Check);
    }
    serial.parse().or(Err(NumberFault::Length(digits.len())))
}

/// Luhn's check digit for a row of decimal digits.
fn luhn(digits: impl DoubleEndedIterator<Item = u8>) -> u8 {
    let sum: u32 = digits
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(digit - b'0')) {
            (0, digit) => digit * 2 / 10 + digit * 2 % 10,
            (_, digit) => digit,
        })
        .sum();
    (sum * 9 % 10) as u8
}

impl fmt::Display for NumberFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Symbol(symbol) => write!(f, "no booking number has the symbol {symbol:?}"),
            Self::Length(found) => write!(f, "a booking number does not have {found} digits"),
            Self::Check => f.write_str("the check digit does not fit"),
        }
    }
}

impl std::error::Error for NumberFault {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_reads_year_and_running_number() {
        assert_eq!(serial(2026, 1234), Some(260_001_234));
        assert_eq!(number(260_001_234), "26-0001-2344");
        assert_eq!(parse(" 26 0001–2344"), Ok(260_001_234));
    }

    #[test]
    fn a_busy_year_gets_longer_numbers() {
        let busy = serial(2026, 12_345_678).unwrap();
        assert_eq!(busy, 2_600_012_345_678);
        assert_eq!(number(busy).len(), "26-0001-2345-6789".len());
        assert_eq!(serial(2026, 10_u64.pow(15)), None);
    }

    #[test]
    fn faults_are_told_apart() {
        assert_eq!(parse("26-0001-2345"), Err(NumberFault::Check));
        assert_eq!(parse("26-0001-234"), Err(NumberFault::Length(9)));
        assert_eq!(parse("26-0001-234З"), Err(NumberFault::Symbol('З')));
    }

    proptest! {
        #[test]
        fn every_serial_comes_back(serial: u64) {
            prop_assert_eq!(parse(&number(serial)), Ok(serial));
        }

        #[test]
        fn years_never_meet(a in 2010..2100_u16, b in 2010..2100_u16, x in 0..10_u64.pow(15), y in 0..10_u64.pow(15)) {
            prop_assume!((a, x) != (b, y));
            prop_assert_ne!(serial(a, x), serial(b, y));
        }

        #[test]
        fn one_mistyped_digit_is_always_noticed(serial in 0..10_u64.pow(9), place in 0..10_usize, by in 1..10_u8) {
            let mut digits: Vec<u8> = number(serial).bytes().filter(u8::is_ascii_digit).collect();
            digits[place] = b'0' + (digits[place] - b'0' + by) % 10;
            prop_assert_eq!(parse(str::from_utf8(&digits).unwrap()), Err(NumberFault::Check));
        }
    }
}
