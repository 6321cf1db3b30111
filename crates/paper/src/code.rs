//! The short code of a booking, made to be read aloud and typed by hand.
//!
//! Twelve symbols carry 60 random bits, which nobody guesses; the thirteenth is a check symbol.
//! The check is a weighted sum over the field of 32 elements with a different weight at every
//! place, so one wrong symbol and two swapped ones, neighbours or not, are always noticed.

use std::fmt;
use std::str::FromStr;

use crate::crockford;

/// Symbols in a code, the check symbol included.
const LENGTH: usize = 13;

/// A booking code. It is shown as `XXXX-XXXXX-XXXX` in Crockford's alphabet, which has neither
/// I, L, O nor U.
///
/// Reading forgives lower case, spaces, hyphens and dashes, the letters that are easily taken for
/// digits (O for 0, I and L for 1) and Cyrillic letters that look like Latin ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BookingCode(u64);

/// Why a text is not a booking code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFault {
    /// The number of symbols is not 13; carries how many were found.
    Length(usize),
    /// A symbol that no code has.
    Symbol(char),
    /// The check symbol does not fit: somewhere a symbol was misread, or two were swapped.
    Check,
}

impl BookingCode {
    /// Makes a code of 64 random bits, of which the upper 60 are used.
    #[must_use]
    pub fn from_random(bits: u64) -> Self {
        Self(bits >> 4)
    }

    /// The 60 bits of the code, for storage and for the token.
    #[must_use]
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The code of stored bits; `None` when there are more than 60 of them.
    #[must_use]
    pub fn from_bits(bits: u64) -> Option<Self> {
        (bits < 1 << 60).then_some(Self(bits))
    }

    /// The thirteen symbols without hyphens, as a database keeps them.
    #[must_use]
    pub fn compact(self) -> String {
        self.symbols().into_iter().map(crockford::symbol).collect()
    }

    fn symbols(self) -> [u8; LENGTH] {
        let mut symbols = [0; LENGTH];
        for (place, symbol) in symbols[..LENGTH - 1].iter_mut().enumerate() {
            *symbol = (self.0 >> (55 - 5 * place) & 31) as u8;
        }
        symbols[LENGTH - 1] = check_symbol(&symbols[..LENGTH - 1]);
        symbols
    }
}

impl fmt::Display for BookingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.compact();
        write!(f, "{}-{}-{}", &code[..4], &code[4..9], &code[9..])
    }
}

impl FromStr for BookingCode {
    type Err = CodeFault;

    fn from_str(text: &str) -> Result<Self, CodeFault> {
        let symbols = text
            .chars()
            .filter(|letter| !is_separator(*letter))
            .map(|letter| crockford::value(meant(letter)).ok_or(CodeFault::Symbol(letter)))
            .collect::<Result<Vec<u8>, CodeFault>>()?;
        let Some((check, data)) = symbols.split_last().filter(|_| symbols.len() == LENGTH) else {
            return Err(CodeFault::Length(symbols.len()));
        };
        if *check != check_symbol(data) {
            return Err(CodeFault::Check);
        }
        Ok(Self(data.iter().fold(0, |bits, &symbol| bits << 5 | u64::from(symbol))))
    }
}

impl fmt::Display for CodeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(found) => write!(f, "a code has {LENGTH} symbols, not {found}"),
            Self::Symbol(symbol) => write!(f, "no code has the symbol {symbol:?}"),
            Self::Check => f.write_str("the check symbol does not fit"),
        }
    }
}

impl std::error::Error for CodeFault {}

/// What people put between groups: any space, hyphen or dash, and dots or underscores.
pub(crate) fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '_' | '.' | '\u{2010}'..='\u{2015}' | '−')
}

/// The symbol a person meant by a letter that looks like it.
fn meant(letter: char) -> char {
    let capital = letter.to_uppercase().next().unwrap_or(letter);
    match capital {
        'O' | 'О' => '0',
        'I' | 'L' | 'І' => '1',
        'А' => 'A',
        'В' => 'B',
        'Е' | 'Ё' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'У' => 'Y',
        'Х' => 'X',
        other => other,
    }
}

/// The sum of the symbols, each times its own power of x, in GF(32).
fn check_symbol(data: &[u8]) -> u8 {
    data.iter().fold(0, |sum, &symbol| times_x(sum ^ symbol))
}

/// Multiplies by x modulo x⁵ + x² + 1, whose root generates all 31 non-zero elements.
fn times_x(element: u8) -> u8 {
    let shifted = element << 1;
    if shifted & 32 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_has_three_groups() {
        let code = BookingCode::from_random(0x0123_4567_89AB_CDEF);
        assert_eq!(code.to_string(), "04HM-ASW9N-F6YV");
        assert_eq!("04HM-ASW9N-F6YV".parse(), Ok(code));
    }

    #[test]
    fn reading_forgives_what_people_write() {
        let code: BookingCode = "04HM-ASW9N-F6YV".parse().unwrap();
        for text in
            ["o4hm asw9n f6yv", " О4НМ—АSW9N F6УV ", "04HMASW9NF6YV", "о4нм\u{a0}аsw9n-f6уv"]
        {
            assert_eq!(text.parse(), Ok(code), "{text}");
        }
        let ones = BookingCode::from_random(0b00001_00001 << 54);
        assert!(ones.to_string().starts_with("11"));
        assert_eq!(ones.to_string().replacen("11", "Il", 1).parse(), Ok(ones));
    }

    #[test]
    fn faults_are_told_apart() {
        assert_eq!("04HM".parse::<BookingCode>(), Err(CodeFault::Length(4)));
        assert_eq!("04HM-ASW9N-F6YU".parse::<BookingCode>(), Err(CodeFault::Symbol('U')));
        assert_eq!("04HM-ASW9N-F6Y0".parse::<BookingCode>(), Err(CodeFault::Check));
    }

    proptest! {
        #[test]
        fn every_code_comes_back_as_written_and_as_bits(bits: u64) {
            let code = BookingCode::from_random(bits);
            prop_assert_eq!(code.to_string().parse(), Ok(code));
            prop_assert_eq!(code.compact().to_lowercase().parse(), Ok(code));
            prop_assert_eq!(BookingCode::from_bits(code.bits()), Some(code));
        }

        #[test]
        fn one_misread_symbol_is_always_noticed(bits: u64, place in 0..13_usize, by in 1..32_u8) {
            let mut symbols: Vec<char> =
                BookingCode::from_random(bits).compact().chars().collect();
            symbols[place] = crockford::symbol(crockford::value(symbols[place]).unwrap() ^ by);
            let text: String = symbols.into_iter().collect();
            prop_assert_eq!(text.parse::<BookingCode>(), Err(CodeFault::Check));
        }

        #[test]
        fn two_swapped_symbols_are_always_noticed(bits: u64, a in 0..13_usize, b in 0..13_usize) {
            let mut symbols: Vec<char> =
                BookingCode::from_random(bits).compact().chars().collect();
            prop_assume!(symbols[a] != symbols[b]);
            symbols.swap(a, b);
            let text: String = symbols.into_iter().collect();
            prop_assert_eq!(text.parse::<BookingCode>(), Err(CodeFault::Check));
        }

        #[test]
        fn no_text_makes_reading_panic(text: String) {
            if let Ok(code) = text.parse::<BookingCode>() {
                prop_assert_eq!(code.to_string().parse(), Ok(code));
            }
        }
    }
}
