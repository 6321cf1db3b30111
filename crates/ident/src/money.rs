//! What a payment to a public body needs: the account and the number of the charge.

use std::fmt;

use crate::typed::{Digits, digit, hide, is_separator};
use crate::{Bik, NumberFault, checks};

/// An account of twenty digits at the bank with a certain [`Bik`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Account(Digits<20>);

hide!(Account, Uin);

impl Account {
    /// Reads an account; its key is a check over the account and three digits of the bank's code.
    /// The key of accounts at the treasury follows other rules and is not looked at.
    ///
    /// # Errors
    /// The first thing that is wrong; [`NumberFault::CheckDigits`] when account and bank do not
    /// belong together.
    pub fn parse(text: &str, bank: &Bik) -> Result<Self, NumberFault> {
        let digits: Digits<20> = Digits::read(text)?;
        digits.not_zeros()?;
        let [_, _, _, _, e, f, g, h, i] = *bank.values();
        // Accounts of banks themselves lie at the Bank of Russia, whose office the code names.
        let correspondent = digits.number(0, 3) == 301;
        let prefix = if correspondent { [0, e, f] } else { [g, h, i] };
        if bank.is_state() || checks::account(&prefix, digits.values()) {
            Ok(Self(digits))
        } else {
            Err(NumberFault::CheckDigits)
        }
    }

    /// The digits alone.
    pub fn digits(&self) -> String {
        self.0.plain()
    }

    /// The last four digits.
    pub fn masked(&self) -> String {
        self.0.shape("••••••••••••••••NNNN")
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.plain())
    }
}

/// УИН, the number of a charge: twenty or twenty-five digits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Uin(Vec<u8>);

impl Uin {
    /// Reads the number of a charge.
    ///
    /// # Errors
    /// The first thing that is wrong; [`NumberFault::Length`] asks for twenty digits, or for
    /// twenty-five when more than twenty were typed.
    pub fn parse(text: &str) -> Result<Self, NumberFault> {
        let typed = text.chars().enumerate().filter(|(_, c)| !is_separator(*c));
        let read = |(i, char)| digit(char).ok_or(NumberFault::Stray { char, position: i + 1 });
        let digits: Vec<u8> = typed.map(read).collect::<Result<_, _>>()?;
        match digits.len() {
            0 => Err(NumberFault::Empty),
            20 | 25 if digits.iter().all(|x| *x == 0) => Err(NumberFault::Zeros),
            20 | 25 => Ok(Self(digits)),
            has => Err(NumberFault::Length { needs: if has < 21 { 20 } else { 25 }, has }),
        }
    }

    /// Whether the last digit is the check that most bodies compute. Worth a question when not,
    /// never a refusal: bodies number their charges themselves.
    pub fn looks_right(&self) -> bool {
        self.0.split_last().is_some_and(|(last, base)| checks::classifier(base) == u32::from(*last))
    }

    /// The last four digits.
    pub fn masked(&self) -> String {
        let digits = self.to_string();
        let (hidden, shown) = digits.split_at(digits.len().saturating_sub(4));
        "•".repeat(hidden.len()) + shown
    }
}

impl fmt::Display for Uin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|x| write!(f, "{x}"))
    }
}
