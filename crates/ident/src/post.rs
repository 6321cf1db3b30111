//! Numbers of registered letters: of Russian Post within the country, 14 digits, and international ones
//! after the standard S10 of the Universal Postal Union, 13 signs.

/// What is wrong with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackFault {
    /// Neither 14 digits nor two letters, nine digits and two letters.
    Shape,
    /// The check digit does not fit: a slip.
    Sum,
}

/// Weights of the eight digits of an S10 number.
const S10: [u32; 8] = [8, 6, 4, 2, 3, 5, 9, 7];

/// Reads a number however it is typed: with spaces or hyphens, in small letters. Gives it as the post
/// writes it.
///
/// # Errors
/// [`TrackFault`].
pub fn track(text: &str) -> Result<String, TrackFault> {
    let number: String = text
        .chars()
        .filter(|x| !x.is_whitespace() && *x != '-')
        .map(|x| x.to_ascii_uppercase())
        .collect();
    let right = match number.len() {
        14 => inland(&number),
        13 => international(&number),
        _ => None,
    };
    match right {
        Some(true) => Ok(number),
        Some(false) => Err(TrackFault::Sum),
        None => Err(TrackFault::Shape),
    }
}

fn digits(text: &str) -> Option<Vec<u32>> {
    text.chars().map(|x| x.to_digit(10)).collect()
}

/// Index of the office, month, number and a check digit: it makes three times the digits in odd places
/// and once those in even ones a multiple of ten.
fn inland(number: &str) -> Option<bool> {
    let digits = digits(number)?;
    let sum: u32 =
        digits.iter().enumerate().map(|(n, x)| if n % 2 == 0 { x * 3 } else { *x }).sum();
    Some(sum.is_multiple_of(10))
}

/// Two letters of the service, eight digits, a check digit, two letters of the country.
fn international(number: &str) -> Option<bool> {
    let (service, rest) = number.split_at_checked(2)?;
    let (serial, country) = rest.split_at_checked(9)?;
    let letters = |x: &str| x.chars().all(|x| x.is_ascii_uppercase());
    let digits = digits(serial).filter(|_| letters(service) && letters(country))?;
    let sum: u32 = S10.iter().zip(&digits).map(|(weight, digit)| weight * digit).sum();
    let check = match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        check => check,
    };
    Some(digits.last() == Some(&check))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_post_are_read_however_they_are_typed() {
        assert_eq!(track("80090650 21000-9").unwrap(), "80090650210009");
        assert_eq!(track("ra 473124829 ru").unwrap(), "RA473124829RU");
    }

    #[test]
    fn a_slip_is_told_from_another_shape() {
        for slip in ["80090650210000", "80090650210090", "RA473124828RU"] {
            assert_eq!(track(slip), Err(TrackFault::Sum), "{slip}");
        }
        for odd in
            ["", "8009065021", "8009065021000Ж", "RA47312482912", "РА473124829RU", "🎉", "AB"]
        {
            assert_eq!(track(odd), Err(TrackFault::Shape), "{odd}");
        }
    }
}
