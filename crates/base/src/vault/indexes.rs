//! The keys of blind indexes, numbered, so that they can be changed while the portal runs.
//!
//! The database says which number is in force (`index_key`), a node follows it. What was written
//! under the former key is still found, because whoever looks asks for both; what is written is
//! written under the key in force, by somebody who holds the row of `index_key` until the commit.
//! So a value that must be unique is unique under one key, and nobody writes under a former key once
//! the number has changed.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use super::blind::Blind;
use super::{Field, Secret, Vault};
use crate::{Fault, Instant, Outcome, Tx, args, locking};

/// Where the numbered keys of blind indexes come from: asked again when a number is not known yet.
pub trait IndexKeys: Send + Sync {
    /// All keys there are.
    ///
    /// # Errors
    /// A fault when they cannot be read.
    fn read(&self) -> Result<BTreeMap<u32, Secret>, Fault>;
}

/// Keys that never change.
impl IndexKeys for BTreeMap<u32, Secret> {
    fn read(&self) -> Result<BTreeMap<u32, Secret>, Fault> {
        Ok(self.clone())
    }
}

/// The keys a vault knows, and the number in force.
pub(super) struct Indexes {
    source: Box<dyn IndexKeys>,
    known: RwLock<Known>,
}

struct Known {
    current: u32,
    keys: BTreeMap<u32, Blind>,
}

impl Known {
    /// The key in force.
    fn current(&self) -> Option<&Blind> {
        self.keys.get(&self.current)
    }

    /// The key before the one in force.
    fn former(&self) -> Option<&Blind> {
        self.keys.range(..self.current).next_back().map(|x| x.1)
    }
}

impl Indexes {
    /// Begins with the lowest number: the database says when it is another.
    pub(super) fn new(source: impl IndexKeys + 'static) -> Result<Self, Fault> {
        let keys = ready(&source)?;
        let current = keys.first_key_value().map(|x| *x.0);
        let current = current.ok_or_else(|| Fault::new("no key for blind indexes"))?;
        Ok(Self { source: Box::new(source), known: RwLock::new(Known { current, keys }) })
    }

    fn with<T>(&self, ask: impl FnOnce(&Known) -> T) -> T {
        ask(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn index(&self, field: Field, value: &str) -> String {
        self.with(|x| x.current().map(|key| key.index(field, value))).unwrap_or_default()
    }

    pub(super) fn both(&self, field: Field, value: &str) -> [String; 2] {
        self.with(|known| {
            let now = known.current().map(|x| x.index(field, value)).unwrap_or_default();
            let former = known.former().map(|x| x.index(field, value));
            [former.unwrap_or_else(|| now.clone()), now]
        })
    }

    pub(super) fn number(&self) -> u32 {
        self.with(|x| x.current)
    }

    /// Follows the database to `number`; says whether it was another before.
    fn follow(&self, number: u32) -> Result<bool, Fault> {
        if self.number() == number {
            return Ok(false);
        }
        let keys = match self.with(|x| x.keys.contains_key(&number)) {
            true => None,
            false => Some(ready(&*self.source)?),
        };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(keys) = keys {
            known.keys = keys;
        }
        if !known.keys.contains_key(&number) {
            return Err(Fault::new(format!(
                "the key file has no index key {number}: bring the newest one to this machine"
            )));
        }
        known.current = number;
        Ok(true)
    }
}

fn ready(source: &dyn IndexKeys) -> Result<BTreeMap<u32, Blind>, Fault> {
    Ok(source.read()?.iter().map(|(number, key)| (*number, Blind::new(key))).collect())
}

impl Tx<'_> {
    /// Follows the database to the index key in force; says whether it has changed: then whoever
    /// looked for something and did not find it looks again.
    ///
    /// # Errors
    /// A fault of the engine, or when the key file lacks the key.
    pub fn index_moved(&mut self) -> Outcome<bool> {
        let sql = "SELECT number FROM index_key";
        let number = self.one(sql, args![], |r| r.get::<u32>(0))?;
        Ok(self.vault().0.indexes.follow(number)?)
    }

    /// Holds the index key in force until the commit; gives its number. To be called before a blind
    /// index that must be unique is looked for and written.
    ///
    /// # Errors
    /// As [`Tx::index_moved`].
    pub fn hold_index(&mut self) -> Outcome<u32> {
        let held = locking!("SELECT number FROM index_key", "FOR SHARE");
        let number = self.locked(held, args![], |r| r.get::<u32>(0))?;
        let number = number.ok_or_else(|| Fault::new("the database names no index key"))?;
        self.vault().0.indexes.follow(number)?;
        Ok(number)
    }
}

/// Puts the key `number` in force: from the commit on nobody writes under a former one. A number that
/// is in force already stays.
///
/// # Errors
/// A fault of the engine; when this node does not know the key.
pub fn turn_index(tx: &mut Tx<'_>, now: Instant, number: u32) -> Outcome<()> {
    let sql = "UPDATE index_key SET number = $1, since = $2 WHERE number < $1";
    tx.exec(sql, args![number, now])?;
    tx.index_moved()?;
    Ok(())
}

impl Vault {
    /// The blind index of a normalised `value` under the former key and the one in force, to be looked
    /// for together; twice the same when there is one key.
    pub fn indexes(&self, field: Field, value: &str) -> [String; 2] {
        self.0.indexes.both(field, value)
    }

    /// Number of the index key in force, as this node knows it.
    pub fn index_number(&self) -> u32 {
        self.0.indexes.number()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(numbers: &[u32]) -> BTreeMap<u32, Secret> {
        numbers.iter().map(|x| (*x, Secret::new([*x as u8; 32]))).collect()
    }

    #[test]
    fn a_value_is_looked_for_under_the_former_key_and_the_one_in_force() {
        let indexes = Indexes::new(keys(&[1, 2, 3])).unwrap();
        let of = |number: u32| Blind::new(&keys(&[number])[&number]).index(Field::Phone, "+7900");
        assert_eq!(indexes.both(Field::Phone, "+7900"), [of(1), of(1)]);
        assert!(indexes.follow(3).unwrap());
        assert!(!indexes.follow(3).unwrap());
        assert_eq!(indexes.both(Field::Phone, "+7900"), [of(2), of(3)]);
        assert_eq!(indexes.index(Field::Phone, "+7900"), of(3));
        let missing = indexes.follow(4).unwrap_err().to_string();
        assert!(missing.contains("index key 4"), "{missing}");
        assert_eq!(indexes.number(), 3, "and goes on as before");
        assert!(Indexes::new(BTreeMap::new()).is_err());
    }
}
