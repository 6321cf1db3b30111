//! Sealing: AES-256-GCM, bound to the place where the value stands.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce, Tag};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::Secret;
use crate::{Chance, Fault};

/// First byte of what is sealed so: another way of sealing gets another number.
const VERSION: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;
/// What sealing adds to a value, in bytes.
const OVERHEAD: usize = 1 + NONCE + TAG;

/// Where a sealed value stands. It can be opened nowhere else: not for another person, not in
/// another row, not in another column.
#[derive(Clone, Copy, Debug)]
pub struct Spot<'a> {
    table: &'static str,
    column: &'static str,
    row: &'a str,
}

impl<'a> Spot<'a> {
    /// The column of the row with this key. A row that is replaced keeps its spot.
    pub const fn new(table: &'static str, column: &'static str, row: &'a str) -> Self {
        Self { table, column, row }
    }

    /// What the seal is bound to.
    fn bound_to(&self, person: &str) -> Vec<u8> {
        let parts = [self.table, self.column, person, self.row];
        let mut bound = Vec::with_capacity(1 + parts.iter().map(|x| x.len() + 1).sum::<usize>());
        bound.push(VERSION);
        for part in parts {
            bound.extend_from_slice(part.as_bytes());
            // No name and no id holds it, so nothing can move from one part into the next.
            bound.push(0);
        }
        bound
    }
}

/// The key that seals the data of one person. Overwritten when it is dropped.
#[derive(Clone)]
pub struct DataKey {
    person: Box<str>,
    cipher: Aes256Gcm,
    chance: Chance,
}

impl DataKey {
    pub(super) fn new(person: &str, secret: &Secret, chance: &Chance) -> Self {
        let cipher = Aes256Gcm::new((&**secret).into());
        Self { person: person.into(), cipher, chance: chance.clone() }
    }

    /// Whose key it is.
    pub fn person(&self) -> &str {
        &self.person
    }

    /// Seals `clear` for `spot`. Sealing it again gives other bytes.
    ///
    /// # Errors
    /// A fault for values of many gigabytes.
    pub fn seal(&self, spot: Spot<'_>, clear: impl AsRef<[u8]>) -> Result<Vec<u8>, Fault> {
        let clear = clear.as_ref();
        let nonce: [u8; NONCE] = self.chance.bytes();
        let mut out = Vec::with_capacity(clear.len() + OVERHEAD);
        out.push(VERSION);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(clear);
        let (_, body) = out.split_at_mut(1 + NONCE);
        let tag = self.cipher.encrypt_inout_detached(
            &Nonce::from(nonce),
            &spot.bound_to(&self.person),
            body.into(),
        );
        let tag = tag.map_err(|error| wrong(spot, error))?;
        out.extend_from_slice(&tag);
        Ok(out)
    }

    /// Opens what was sealed for `spot`; what comes out is overwritten when it is dropped.
    ///
    /// # Errors
    /// A fault when the value was changed, was moved here from elsewhere, or has another key.
    pub fn open(&self, spot: Spot<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let short = || Fault::new(format!("{}.{}: no sealed value", spot.table, spot.column));
        let (&version, rest) = sealed.split_first().ok_or_else(short)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or_else(short)?;
        let (body, tag) = rest.split_last_chunk::<TAG>().ok_or_else(short)?;
        if version != VERSION {
            return Err(short());
        }
        let mut clear = Zeroizing::new(body.to_vec());
        self.cipher
            .decrypt_inout_detached(
                &Nonce::from(*nonce),
                &spot.bound_to(&self.person),
                (&mut clear[..]).into(),
                &Tag::from(*tag),
            )
            .map_err(|error| wrong(spot, error))?;
        Ok(clear)
    }

    /// [`DataKey::open`] for a text.
    ///
    /// # Errors
    /// As there; also when the value is no UTF-8.
    pub fn open_text(&self, spot: Spot<'_>, sealed: &[u8]) -> Result<String, Fault> {
        let clear = self.open(spot, sealed)?;
        let text = std::str::from_utf8(&clear).map(str::to_owned);
        text.map_err(|error| Fault::of("a sealed text is no text", error))
    }
}

impl DataKey {
    /// Seals a value as JSON.
    ///
    /// # Errors
    /// As [`DataKey::seal`]; also when the value cannot be written as JSON.
    pub fn seal_json(&self, spot: Spot<'_>, value: &impl Serialize) -> Result<Vec<u8>, Fault> {
        let clear = serde_json::to_vec(value).map(Zeroizing::new);
        // What a parser or a writer of JSON says may quote the value.
        let clear = clear.map_err(|_quote| not_json(spot))?;
        self.seal(spot, &clear[..])
    }

    /// Opens what [`DataKey::seal_json`] sealed.
    ///
    /// # Errors
    /// As [`DataKey::open`]; also when it is another kind of value.
    pub fn open_json<T: DeserializeOwned>(
        &self,
        spot: Spot<'_>,
        sealed: &[u8],
    ) -> Result<T, Fault> {
        let clear = self.open(spot, sealed)?;
        serde_json::from_slice(&clear).map_err(|_quote| not_json(spot))
    }
}

fn not_json(Spot { table, column, row }: Spot<'_>) -> Fault {
    Fault::new(format!("{table}.{column} of {row}: not the value that stands there"))
}

/// What goes wrong says where, never what.
fn wrong(spot: Spot<'_>, _: aes_gcm::Error) -> Fault {
    let Spot { table, column, row } = spot;
    Fault::new(format!("{table}.{column} of {row}: other keys, or the sealed value was changed"))
}

/// Two keys are the same when they are the same person's: a person has one.
impl PartialEq for DataKey {
    fn eq(&self, other: &Self) -> bool {
        self.person == other.person
    }
}

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DataKey({})", self.person)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(person: &str, bits: u8) -> DataKey {
        DataKey::new(person, &Zeroizing::new([bits; 32]), &Chance::os())
    }

    const FORM: Spot<'_> = Spot::new("booking", "form", "b1");

    #[test]
    fn two_seals_of_one_value_differ_and_both_open() {
        let anna = key("anna", 1);
        let (one, two) =
            (anna.seal(FORM, "Соколова").unwrap(), anna.seal(FORM, "Соколова").unwrap());
        assert_ne!(one, two);
        assert_ne!(one[1..13], two[1..13], "the nonces");
        for sealed in [&one, &two] {
            assert_eq!(anna.open_text(FORM, sealed).unwrap(), "Соколова");
            assert_eq!(sealed.len(), "Соколова".len() + OVERHEAD);
        }
    }

    #[test]
    fn a_value_opens_nowhere_but_in_its_spot() {
        let anna = key("anna", 1);
        let sealed = anna.seal(FORM, "Соколова").unwrap();
        let elsewhere = [
            Spot::new("message", "form", "b1"),
            Spot::new("booking", "reason", "b1"),
            Spot::new("booking", "form", "b2"),
            // The parts put together give the same letters.
            Spot::new("bookingform", "", "b1"),
        ];
        for spot in elsewhere {
            anna.open(spot, &sealed).unwrap_err();
        }
        key("anna", 2).open(FORM, &sealed).unwrap_err();
        // The same key in another person's hand: a row that was moved together with its key.
        key("boris", 1).open(FORM, &sealed).unwrap_err();
        for short in [&[][..], &[1], &[1; 28], &sealed[..20]] {
            anna.open(FORM, short).unwrap_err();
        }
    }

    #[test]
    fn a_fault_says_where_and_not_what() {
        let fault = key("anna", 2).open(FORM, &key("anna", 1).seal(FORM, "Соколова").unwrap());
        let text = fault.unwrap_err().to_string();
        assert!(text.contains("booking.form of b1") && !text.contains("Соколова"), "{text}");
    }

    proptest! {
        #[test]
        fn whatever_was_sealed_opens_and_no_changed_byte_is_overlooked(
            clear in proptest::collection::vec(any::<u8>(), 0..200),
            at in any::<proptest::sample::Index>(),
            bit in 0_u8..8,
        ) {
            let anna = key("anna", 1);
            let mut sealed = anna.seal(FORM, &clear).unwrap();
            prop_assert_eq!(&**anna.open(FORM, &sealed).unwrap(), &clear[..]);
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(anna.open(FORM, &sealed).is_err(), "byte {}", at);
        }
    }
}
