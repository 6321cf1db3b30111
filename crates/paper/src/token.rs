//! What the QR code of a ticket says: which booking it is, signed, and nothing about the person.
//!
//! A desk or a self check-in device knows the public keys and can tell a real ticket from a made-up
//! one without a network; whether the booking still stands is then asked of the database. A move
//! raises the booking's revision, so the older printout stops working.
//!
//! A token is 19 to 23 bytes of claims and 64 bytes of Ed25519 signature in Crockford's base32:
//! 133 to 140 capital letters and digits. A QR code packs those 5.5 bits apiece (alphanumeric
//! mode), and base45, which is 5 % shorter, needs the same or the next size of symbol but brings
//! spaces, `%` and `/` into a link. Letters and digits survive any messenger, and a person can
//! select them with a double click.
//!
//! | Bits | Claim |
//! |---|---|
//! | 4 | version |
//! | 60 | booking code |
//! | 16 | key id |
//! | 32 | site mark |
//! | 32 | start, minutes since 1970 in UTC |
//! | 8–40 | revision, seven bits a byte, low ones first |

use std::collections::BTreeMap;
use std::fmt;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use jiff::Timestamp;

use crate::code::BookingCode;
use crate::crockford;

const VERSION: u8 = 1;
const SIGNATURE: usize = 64;
/// Bytes of claims before the revision.
const FIXED: usize = 18;
/// What the signature covers besides the claims, so that nothing else signed with the same key
/// can pass for a ticket.
const DOMAIN: &[u8] = b"okno ticket\0";

/// What a ticket claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The booking's code.
    pub code: BookingCode,
    /// How often the booking was changed; only the newest revision admits.
    pub revision: u32,
    /// Start of the appointment in minutes since 1970 in UTC; see [`Claims::minute_of`].
    pub start_minute: u32,
    /// Where the ticket is good; see [`site_mark`].
    pub site: u32,
}

/// Makes tokens with one private key.
pub struct Signer {
    key: SigningKey,
    id: u16,
}

/// Checks tokens against the public keys in use: the present one and those of tickets that are
/// still out.
#[derive(Clone, Debug)]
pub struct Verifier {
    keys: BTreeMap<u16, VerifyingKey>,
}

/// Why a text is not a valid token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// Not a token at all, or a damaged one.
    Malformed,
    /// Made by another version of the format.
    Version(u8),
    /// Signed with a key that is not known here; carries its id.
    UnknownKey(u16),
    /// The signature does not fit the claims: forged or altered.
    BadSignature,
}

/// The public key under this id is not a point of the curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyFault(pub u16);

impl Claims {
    /// The minute an instant falls into; `None` before 1970.
    #[must_use]
    pub fn minute_of(instant: Timestamp) -> Option<u32> {
        u32::try_from(instant.as_second().div_euclid(60)).ok()
    }

    /// The instant of the start, exact to the minute; `None` after the year 9999.
    #[must_use]
    pub fn start(&self) -> Option<Timestamp> {
        Timestamp::from_second(i64::from(self.start_minute) * 60).ok()
    }

    fn to_bytes(self, key_id: u16) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FIXED + 5 + SIGNATURE);
        bytes.extend((u64::from(VERSION) << 60 | self.code.bits()).to_be_bytes());
        bytes.extend(key_id.to_be_bytes());
        bytes.extend(self.site.to_be_bytes());
        bytes.extend(self.start_minute.to_be_bytes());
        let mut rest = self.revision;
        while rest > 0x7F {
            bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        bytes.push(rest as u8);
        bytes
    }

    /// Reads claims and the id of the key; refuses every writing but the one of `to_bytes`.
    fn from_bytes(bytes: &[u8]) -> Option<(Self, u16)> {
        let (fixed, revision) = bytes.split_at_checked(FIXED)?;
        let (head, fixed) = fixed.split_first_chunk()?;
        let (key_id, fixed) = fixed.split_first_chunk()?;
        let (site, fixed) = fixed.split_first_chunk()?;
        let start = fixed.first_chunk()?;
        let claims = Self {
            code: BookingCode::from_bits(u64::from_be_bytes(*head) & ((1 << 60) - 1))?,
            revision: read_varint(revision)?,
            start_minute: u32::from_be_bytes(*start),
            site: u32::from_be_bytes(*site),
        };
        let key_id = u16::from_be_bytes(*key_id);
        (claims.to_bytes(key_id) == bytes).then_some((claims, key_id))
    }
}

impl Signer {
    /// A signer from 32 secret random bytes and the id under which verifiers know its public key.
    #[must_use]
    pub fn from_seed(seed: [u8; 32], key_id: u16) -> Self {
        Self { key: SigningKey::from_bytes(&seed), id: key_id }
    }

    /// The public key, for [`Verifier::new`] and for devices.
    #[must_use]
    pub fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// The id of the key.
    #[must_use]
    pub fn key_id(&self) -> u16 {
        self.id
    }

    /// Signs claims; the same claims always give the same token.
    #[must_use]
    pub fn sign(&self, claims: &Claims) -> String {
        let mut bytes = claims.to_bytes(self.id);
        let signature = self.key.sign(&[DOMAIN, &bytes].concat());
        bytes.extend(signature.to_bytes());
        crockford::encode(&bytes)
    }
}

impl Verifier {
    /// A verifier for these public keys.
    ///
    /// # Errors
    /// [`KeyFault`] names the first key that is not one.
    pub fn new(keys: impl IntoIterator<Item = (u16, [u8; 32])>) -> Result<Self, KeyFault> {
        let keys = keys
            .into_iter()
            .map(|(id, bytes)| match VerifyingKey::from_bytes(&bytes) {
                Ok(key) if !key.is_weak() => Ok((id, key)),
                Ok(_) | Err(_) => Err(KeyFault(id)),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { keys })
    }

    /// Checks a scanned or typed token. Spaces around it, lower case, and the link it came in
    /// (`https://…/t/TOKEN?…`) do not matter.
    ///
    /// # Errors
    /// A [`TokenFault`] when the token was not made by one of the known keys.
    pub fn verify(&self, scanned: &str) -> Result<Claims, TokenFault> {
        let bytes = crockford::decode(bare(scanned)).ok_or(TokenFault::Malformed)?;
        let (message, signature) = bytes.split_last_chunk().ok_or(TokenFault::Malformed)?;
        match message.first().map(|head| head >> 4) {
            Some(VERSION) => {}
            Some(other) => return Err(TokenFault::Version(other)),
            None => return Err(TokenFault::Malformed),
        }
        let (claims, key_id) = Claims::from_bytes(message).ok_or(TokenFault::Malformed)?;
        let key = self.keys.get(&key_id).ok_or(TokenFault::UnknownKey(key_id))?;
        key.verify_strict(&[DOMAIN, message].concat(), &Signature::from_bytes(signature))
            .or(Err(TokenFault::BadSignature))?;
        Ok(claims)
    }
}

/// The link that opens a ticket: `<public url>/t/<TOKEN>`.
#[must_use]
pub fn link(public_url: &str, token: &str) -> String {
    format!("{}/t/{token}", public_url.trim_end_matches('/'))
}

/// A short mark of a site's id (FNV-1a), enough to tell a visitor that the ticket is for another
/// building. It is not a secret and proves nothing by itself: the signature does.
#[must_use]
pub fn site_mark(site_id: &str) -> u32 {
    site_id
        .bytes()
        .fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The token within whatever was scanned.
fn bare(scanned: &str) -> &str {
    let scanned = scanned.trim();
    let path = scanned.split(['?', '#']).next().unwrap_or(scanned);
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

fn read_varint(bytes: &[u8]) -> Option<u32> {
    if bytes.len() > 5 {
        return None;
    }
    let value = bytes.iter().rev().fold(0_u64, |value, byte| value << 7 | u64::from(byte & 0x7F));
    u32::try_from(value).ok()
}

impl fmt::Debug for Signer {
    /// Shows the id and never the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Display for TokenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("this is not a ticket token"),
            Self::Version(version) => write!(f, "ticket format {version} is not known"),
            Self::UnknownKey(id) => write!(f, "the ticket is signed with the unknown key {id}"),
            Self::BadSignature => f.write_str("the signature of the ticket does not fit"),
        }
    }
}

impl std::error::Error for TokenFault {}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the public key {} is not a point of the curve", self.0)
    }
}

impl std::error::Error for KeyFault {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signer() -> Signer {
        Signer::from_seed([7; 32], 300)
    }

    fn verifier() -> Verifier {
        Verifier::new([(300, signer().public_key())]).unwrap()
    }

    fn claims() -> Claims {
        Claims {
            code: BookingCode::from_random(0x0123_4567_89AB_CDEF),
            revision: 2,
            start_minute: Claims::minute_of("2026-12-08T06:20:00Z".parse().unwrap()).unwrap(),
            site: site_mark("site-17"),
        }
    }

    #[test]
    fn a_token_fits_a_small_qr_code_and_reads_back() {
        let token = signer().sign(&claims());
        assert_eq!(token.len(), 133);
        assert!(token.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
        assert_eq!(verifier().verify(&token), Ok(claims()));
        assert_eq!(claims().start(), "2026-12-08T06:20:00Z".parse().ok());
        assert_eq!(signer().sign(&claims()), token, "deterministic");
    }

    #[test]
    fn links_spaces_and_lower_case_do_not_matter() {
        let token = signer().sign(&claims());
        let link = link("https://okno.example/", &token);
        assert_eq!(link, format!("https://okno.example/t/{token}"));
        for scanned in
            [format!(" {token}\n"), token.to_lowercase(), link.clone(), format!("{link}/?from=qr")]
        {
            assert_eq!(verifier().verify(&scanned), Ok(claims()), "{scanned}");
        }
    }

    #[test]
    fn every_altered_symbol_is_refused() {
        let token = signer().sign(&claims());
        for place in 0..token.len() {
            for symbol in crockford::ALPHABET.iter().map(|&symbol| char::from(symbol)) {
                let mut forged: Vec<char> = token.chars().collect();
                if std::mem::replace(&mut forged[place], symbol) == symbol {
                    continue;
                }
                let forged: String = forged.into_iter().collect();
                assert!(verifier().verify(&forged).is_err(), "{symbol} at {place}");
            }
        }
    }

    #[test]
    fn faults_are_told_apart() {
        let token = signer().sign(&claims());
        let other = Signer::from_seed([8; 32], 300).sign(&claims());
        let unknown = Signer::from_seed([7; 32], 301).sign(&claims());
        let mut later: Vec<u8> = crockford::decode(&token).unwrap();
        later[0] = 2 << 4 | later[0] & 15;
        let verify = |text: &str| verifier().verify(text).unwrap_err();
        assert_eq!(verify(""), TokenFault::Malformed);
        assert_eq!(verify("https://okno.example/"), TokenFault::Malformed);
        assert_eq!(verify(&token[..token.len() - 1]), TokenFault::Malformed);
        assert_eq!(verify(&other), TokenFault::BadSignature);
        assert_eq!(verify(&unknown), TokenFault::UnknownKey(301));
        assert_eq!(verify(&crockford::encode(&later)), TokenFault::Version(2));
        assert_eq!(Verifier::new([(5, [0; 32])]).unwrap_err(), KeyFault(5));
    }

    #[test]
    fn a_signer_never_shows_its_key() {
        assert_eq!(format!("{:?}", signer()), "Signer { id: 300, .. }");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn all_claims_come_back(code: u64, revision: u32, start_minute: u32, site: u32) {
            let code = BookingCode::from_random(code);
            let claims = Claims { code, revision, start_minute, site };
            prop_assert_eq!(verifier().verify(&signer().sign(&claims)), Ok(claims));
        }

        #[test]
        fn no_text_makes_the_verifier_panic(text in "[0-9A-Z/? а]{0,200}") {
            prop_assert!(verifier().verify(&text).is_err());
        }
    }
}
