//! Codes of authenticator apps (RFC 6238): six digits, steps of 30 seconds, HMAC-SHA-1. Pure.

use std::fmt;

use base::{Chance, Instant};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// How long a code stands.
const STEP: i64 = 30 * Instant::SECOND;
/// How many steps a phone's clock may be away, in either direction.
const SKEW: i64 = 1;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The secret that an app and the portal share: 160 bits.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed([u8; 20]);

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(…)")
    }
}

impl Seed {
    /// A new one.
    pub fn new(chance: &Chance) -> Self {
        Self(chance.bytes())
    }

    /// One that was stored.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// As it is stored.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// For typing: base 32, 32 characters.
    pub fn text(&self) -> String {
        let bits = |x: &[u8]| x.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        let digit = |bits: u64, i: u32| char::from(BASE32[(bits >> (5 * i)) as usize & 31]);
        self.0.chunks(5).flat_map(|x| (0..8).rev().map(move |i| digit(bits(x), i))).collect()
    }

    /// Reads what [`Seed::text`] wrote: what an app does with a key that was typed.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bits = 0_u64;
        let mut bytes = Vec::with_capacity(20);
        for (number, letter) in text.bytes().enumerate() {
            let digit = BASE32.iter().position(|x| *x == letter)?;
            bits = (bits << 5) | digit as u64;
            if number % 8 == 7 {
                bytes.extend_from_slice(&bits.to_be_bytes()[3..]);
                bits = 0;
            }
        }
        Self::of(&bytes)
    }

    /// What an app shows at `now`.
    pub fn now(&self, now: Instant) -> String {
        self.code(step(now))
    }

    /// What the QR code says: `otpauth://…`. `portal` and `whose` are percent-encoded by the caller.
    pub fn uri(&self, portal: &str, whose: &str) -> String {
        format!("otpauth://totp/{portal}:{whose}?secret={}&issuer={portal}", self.text())
    }

    /// The code of a step.
    pub fn code(&self, step: i64) -> String {
        // HMAC fills a short key with zeros up to its block; done here, where it cannot fail.
        let mut block = [0; 64];
        block[..20].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha1>::new(&block.into());
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let at = usize::from(digest[19] & 15);
        let four = [digest[at], digest[at + 1], digest[at + 2], digest[at + 3]];
        format!("{:06}", (u32::from_be_bytes(four) & 0x7FFF_FFFF) % 1_000_000)
    }

    /// The step whose code `typed` is: the present one, or a neighbour, later than `last`.
    pub fn matches(&self, now: Instant, typed: &str, last: i64) -> Option<i64> {
        let present = step(now);
        let steps = (present - SKEW..=present + SKEW).filter(|x| *x > last);
        let same = |x: i64| bool::from(self.code(x).as_bytes().ct_eq(typed.as_bytes()));
        // All are looked at, so that the time it takes tells nothing.
        steps.fold(None, |found, x| if same(x) { found.or(Some(x)) } else { found })
    }
}

/// The number of the step that `now` lies in.
pub fn step(now: Instant) -> i64 {
    now.0.div_euclid(STEP)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed() -> Seed {
        Seed::of(b"12345678901234567890").unwrap()
    }

    /// The last six digits of the values in RFC 6238, appendix B.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let known = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (second, code) in known {
            assert_eq!(seed().code(step(Instant(second * Instant::SECOND))), code, "{second}");
        }
    }

    #[test]
    fn a_secret_is_typed_in_base_32() {
        assert_eq!(seed().text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(Seed::parse(&seed().text()), Some(seed()));
        assert_eq!(Seed::parse("GEZDGNBV"), None);
        let uri = seed().uri("Okno", "anna");
        assert!(uri.starts_with("otpauth://totp/Okno:anna?secret=GEZDGNBV"), "{uri}");
        assert!(uri.ends_with("&issuer=Okno"), "{uri}");
    }

    #[test]
    fn neighbours_count_and_what_was_used_does_not() {
        let now = Instant(1_234_567_890 * Instant::SECOND);
        let present = step(now);
        for (away, fits) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let found = seed().matches(now, &seed().code(present + away), 0);
            assert_eq!(found, fits.then_some(present + away), "{away}");
        }
        assert_eq!(seed().matches(now, &seed().code(present), present), None);
        assert_eq!(seed().matches(now, "", 0), None);
    }
}
