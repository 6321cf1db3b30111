//! Why something cannot be read. No words for people here: rooms give each fault its code.

use std::fmt;

/// What is wrong with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// Nothing but spaces and dashes.
    Empty,
    /// A character that does not belong there.
    Stray {
        /// The character.
        char: char,
        /// Its place in the text as typed, from one.
        position: usize,
    },
    /// Too few or too many digits.
    Length {
        /// How many it has to have.
        needs: usize,
        /// How many were typed.
        has: usize,
    },
    /// Begins as no such number does.
    Start,
    /// The check digits do not fit the others.
    CheckDigits,
    /// Nothing but noughts.
    Zeros,
}

impl NumberFault {
    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Stray { .. } => "stray",
            Self::Length { .. } => "length",
            Self::Start => "start",
            Self::CheckDigits => "check-digits",
            Self::Zeros => "zeros",
        }
    }
}

/// What is wrong with a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFault {
    /// Nothing was typed.
    Empty,
    /// Not a day, a month and a year of four digits.
    Shape,
    /// The calendar has no such day: 31.02.
    NoSuchDay,
    /// It has not come yet.
    Future,
    /// Nobody is that old.
    TooLongAgo,
}

impl DateFault {
    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Shape => "shape",
            Self::NoSuchDay => "no-such-day",
            Self::Future => "future",
            Self::TooLongAgo => "too-long-ago",
        }
    }
}

/// What is wrong with a line of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// Nothing was typed.
    Empty,
    /// A character that does not belong there.
    Stray {
        /// The character.
        char: char,
        /// Its place in the text without spaces at its ends, from one.
        position: usize,
    },
    /// Too many characters.
    TooLong {
        /// How many are possible.
        max: usize,
        /// How many are too many.
        over: usize,
    },
    /// A house, a building or a flat without a number.
    NoNumber,
}

impl LineFault {
    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Stray { .. } => "stray",
            Self::TooLong { .. } => "too-long",
            Self::NoNumber => "no-number",
        }
    }
}

/// Faults show their names and are errors.
macro_rules! error {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::error::Error for $name {}
    )+};
}

error!(NumberFault, DateFault, LineFault);
