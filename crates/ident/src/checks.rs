//! The arithmetic of check digits.

/// Sum of digits, each times its weight.
fn weighted(digits: &[u8], weights: impl IntoIterator<Item = u32>) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// The two check digits of a SNILS, from its first nine.
pub(crate) fn snils(base: &[u8]) -> u32 {
    weighted(base, (1..=9).rev()) % 101 % 100
}

/// Weights of the ИНН: those of a shorter number are the end of a longer one's.
const INN: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

/// The check digit that follows `base` in an ИНН.
pub(crate) fn inn(base: &[u8]) -> u32 {
    weighted(base, INN.into_iter().skip(INN.len() - base.len().min(INN.len()))) % 11 % 10
}

/// Whether a number of a card or a policy obeys Luhn's rule.
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let value = |(i, digit): (usize, &u8)| match (i % 2, u32::from(*digit) * 2) {
        (0, twice) => twice / 2,
        (_, twice) if twice > 9 => twice - 9,
        (_, twice) => twice,
    };
    digits.iter().rev().enumerate().map(value).sum::<u32>() % 10 == 0
}

/// Whether an account has its key: `prefix` are three digits of the bank's code.
pub(crate) fn account(prefix: &[u8], account: &[u8]) -> bool {
    let all = [prefix, account].concat();
    weighted(&all, [7, 1, 3].into_iter().cycle()) % 10 == 0
}

/// The check digit of all-Russian classifiers: weights from one to ten, moved by two when the
/// remainder has two digits.
pub(crate) fn classifier(base: &[u8]) -> u32 {
    let remainder = |shift| weighted(base, (1..=10).cycle().skip(shift)) % 11;
    match remainder(0) {
        10 => remainder(2) % 10,
        plain => plain,
    }
}

/// The check digit of machine-readable zones; `<` counts nought, `A` ten.
pub(crate) fn mrz(text: impl IntoIterator<Item = u8>) -> u8 {
    let value = |c: u8| match c {
        b'0'..=b'9' => u32::from(c - b'0'),
        b'A'..=b'Z' => u32::from(c - b'A') + 10,
        _ => 0,
    };
    let sum: u32 =
        text.into_iter().zip([7, 3, 1].into_iter().cycle()).map(|(c, w)| value(c) * w).sum();
    b"0123456789"[(sum % 10) as usize]
}
