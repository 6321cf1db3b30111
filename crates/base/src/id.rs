//! Identifiers: opaque strings of 26 characters that sort by the time of their making.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Chance, Instant};

/// An opaque identifier. New ones are ULIDs: 48 bits of milliseconds, 80 random bits, Crockford's
/// base 32; reference data may bring shorter names of their own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(String);

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl Id {
    /// A new identifier of this moment.
    pub fn new(now: Instant, chance: &Chance) -> Self {
        let mut random = [0; 16];
        random[..10].copy_from_slice(&chance.bytes::<10>());
        let random = u128::from_le_bytes(random);
        Self::spelled(((now.millis() as u128) << 80) | random)
    }

    /// The lowest identifier of this moment: where a range of time begins. Moments before the epoch
    /// count as the epoch.
    pub fn lowest(at: Instant) -> Self {
        Self::spelled((at.millis().max(0) as u128) << 80)
    }

    fn spelled(bits: u128) -> Self {
        let mut text = String::with_capacity(26);
        text.extend((0..26).rev().map(|i| ALPHABET[(bits >> (5 * i)) as usize & 31] as char));
        Self(text)
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Id {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::ops::Deref for Id {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_identifiers_sort_after_earlier_ones() {
        let chance = Chance::seeded(1);
        let early = Id::new(Instant(1_000_000), &chance);
        let late = Id::new(Instant(2_000_000), &chance);
        assert!(early < late);
        assert_eq!(early.as_str().len(), 26);
        let between = Id::lowest(Instant(2_000_000));
        assert!(early < between && between < late, "{early} {between} {late}");
    }
}
