//! Crockford's alphabet of 32 symbols: digits and capital letters without I, L, O and U.

/// The symbols in the order of their values.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The value of a capital symbol, or `None` when the alphabet does not have it.
pub(crate) fn value(symbol: char) -> Option<u8> {
    let position = ALPHABET.iter().position(|&known| char::from(known) == symbol)?;
    u8::try_from(position).ok()
}

/// The symbol of the low five bits.
pub(crate) fn symbol(value: u8) -> char {
    char::from(ALPHABET[usize::from(value & 31)])
}

/// Writes bytes, most significant bit first; the last symbol is filled up with zero bits.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut pending, mut bits) = (0_u32, 0_u32);
    for &byte in bytes {
        pending = (pending << 8 | u32::from(byte)) & 0xFFFF;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(symbol((pending >> bits & 31) as u8));
        }
    }
    if bits > 0 {
        text.push(symbol((pending << (5 - bits) & 31) as u8));
    }
    text
}

/// Reads what [`encode`] wrote, in either case of letters.
///
/// `None` for a foreign symbol, and for filling bits that are not zero: every text that is
/// accepted is the only one for its bytes.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut pending, mut bits) = (0_u32, 0_u32);
    for letter in text.chars() {
        pending = (pending << 5 | u32::from(value(letter.to_ascii_uppercase())?)) & 0xFFF;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((pending >> bits & 0xFF) as u8);
        }
    }
    (bits < 5 && pending & ((1 << bits) - 1) == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn filling_bits_other_than_zero_are_refused() {
        assert_eq!(encode(&[0xFF]), "ZW");
        assert_eq!(decode("ZW"), Some(vec![0xFF]));
        assert_eq!(decode("ZX"), None);
        assert_eq!(decode("ZW0"), None, "a symbol too many");
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes.clone()));
            prop_assert_eq!(decode(&encode(&bytes).to_lowercase()), Some(bytes));
        }
    }
}
