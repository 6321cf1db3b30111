//! Who wraps data keys: the key file's [`Ring`] today, a key management service behind the same
//! trait one day.

use std::collections::BTreeMap;

use super::Secret;
use super::seal::{DataKey, Spot};
use crate::{Chance, Fault};

/// Wraps and unwraps data keys with a key that is never in the database.
pub trait Keeper: Send + Sync {
    /// Number of the key that wraps now; a later key has a higher one.
    fn current(&self) -> u32;

    /// The data key of `person`, wrapped.
    ///
    /// # Errors
    /// A fault when the keeper cannot do its work.
    fn wrap(&self, person: &str, secret: &Secret) -> Result<Vec<u8>, Fault>;

    /// Undoes [`Keeper::wrap`], also with former keys.
    ///
    /// # Errors
    /// A fault when the keys are those of another database, or the wrapped key was changed.
    fn unwrap(&self, person: &str, wrapped: &[u8]) -> Result<Secret, Fault>;
}

/// The numbered keys of a key file: the highest wraps, all unwrap.
pub struct Ring {
    current: u32,
    keys: BTreeMap<u32, DataKey>,
}

/// The spot of a wrapped key; the person is bound to it as its row.
fn spot(person: &str) -> Spot<'_> {
    Spot::new("person_key", "wrapped", person)
}

impl Ring {
    /// From numbered keys; nonces come from `chance`.
    ///
    /// # Errors
    /// A fault without any key.
    pub fn new(
        keys: impl IntoIterator<Item = (u32, Secret)>,
        chance: &Chance,
    ) -> Result<Self, Fault> {
        let ready = |(number, key): (u32, Secret)| (number, DataKey::new("", &key, chance));
        let keys: BTreeMap<u32, DataKey> = keys.into_iter().map(ready).collect();
        let current = keys.last_key_value().map(|x| *x.0);
        let current = current.ok_or_else(|| Fault::new("a ring without a key"))?;
        Ok(Self { current, keys })
    }

    /// Whether it has the key that wraps this.
    pub fn knows(&self, wrapped: &[u8]) -> bool {
        number(wrapped).is_some_and(|(number, _)| self.keys.contains_key(&number))
    }
}

impl Keeper for Ring {
    fn current(&self) -> u32 {
        self.current
    }

    fn wrap(&self, person: &str, secret: &Secret) -> Result<Vec<u8>, Fault> {
        let key = self.keys.get(&self.current).ok_or_else(|| unknown(self.current))?;
        let mut wrapped = self.current.to_be_bytes().to_vec();
        wrapped.extend(key.seal(spot(person), &secret[..])?);
        Ok(wrapped)
    }

    fn unwrap(&self, person: &str, wrapped: &[u8]) -> Result<Secret, Fault> {
        let short = || Fault::new("a wrapped key is damaged");
        let (number, sealed) = number(wrapped).ok_or_else(short)?;
        let key = self.keys.get(&number).ok_or_else(|| unknown(number))?;
        let secret = key.open(spot(person), sealed)?;
        let secret: &[u8; 32] = secret[..].try_into().map_err(|_length| short())?;
        Ok(Secret::new(*secret))
    }
}

/// The number of the wrapping key, and what it wraps.
fn number(wrapped: &[u8]) -> Option<(u32, &[u8])> {
    let (number, sealed) = wrapped.split_first_chunk()?;
    Some((u32::from_be_bytes(*number), sealed))
}

fn unknown(number: u32) -> Fault {
    Fault::new(format!(
        "the key file has no key {number}: it belongs to another database, or is old"
    ))
}

impl std::fmt::Debug for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ring({:?})", self.keys.keys())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(keys: &[(u32, u8)]) -> Ring {
        let keys = keys.iter().map(|(number, bits)| (*number, Secret::new([*bits; 32])));
        Ring::new(keys, &Chance::os()).unwrap()
    }

    #[test]
    fn a_later_key_wraps_and_the_former_ones_still_unwrap() {
        let secret = Secret::new([9; 32]);
        let old = ring(&[(1, 1)]).wrap("anna", &secret).unwrap();
        let both = ring(&[(1, 1), (2, 2)]);
        assert_eq!(both.current(), 2);
        assert_eq!(both.unwrap("anna", &old).unwrap(), secret);
        let new = both.wrap("anna", &secret).unwrap();
        assert_eq!(ring(&[(2, 2)]).unwrap("anna", &new).unwrap(), secret);
        ring(&[(1, 1)]).unwrap("anna", &new).unwrap_err();
        ring(&[(2, 3)]).unwrap("anna", &new).unwrap_err();
        both.unwrap("boris", &new).unwrap_err();
        both.unwrap("anna", &new[..3]).unwrap_err();
        assert!(Ring::new([], &Chance::os()).is_err());
    }
}
