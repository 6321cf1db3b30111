//! The vault: personal data are sealed before they reach the database, so that a stolen copy of it
//! tells nothing.
//!
//! Every person has a data key of 256 bits, made with the first row about them and kept only
//! wrapped, in the table `person_key` ([`people`]). What wraps it is a key that is never in the
//! database: a [`Keeper`] holds it. A value is sealed with AES-256-GCM for one [`Spot`] (table,
//! column, person, row) and can be opened nowhere else. To destroy a person's key is to destroy all
//! that was sealed with it, in every backup. What belongs to nobody yet, such as a registration
//! under way, is sealed with the key of [`NOBODY`].
//!
//! What must be found by its value has a blind index beside it: a keyed digest ([`Field`]) that can
//! be compared and not undone. Its keys can be changed ([`indexes`]).
//!
//! The vault travels with the database: [`crate::Db::vault`], [`crate::Tx::vault`].

mod blind;
mod indexes;
mod keeper;
mod people;
mod seal;

use std::sync::Arc;

pub use blind::Field;
pub use indexes::{IndexKeys, turn_index};
pub use keeper::{Keeper, Ring};
pub use people::{NOBODY, rewrap};
pub use seal::{DataKey, Spot};
use zeroize::Zeroizing;

use crate::{Chance, Fault};
use indexes::Indexes;

/// 256 secret bits, overwritten when they are dropped.
pub type Secret = Zeroizing<[u8; 32]>;

/// What opens and seals the personal data of a database. Clones share it.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

/// A data key as `person_key` keeps it.
#[derive(Debug)]
pub struct Wrapped(Vec<u8>);

impl Wrapped {
    /// As it is stored.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

struct Inner {
    keeper: Box<dyn Keeper>,
    indexes: Indexes,
    chance: Chance,
}

impl Vault {
    /// A vault whose data keys are wrapped by `keeper`, with blind indexes under the keys of
    /// `indexes`. Keys and nonces come from `chance`.
    ///
    /// # Errors
    /// A fault without a key for indexes.
    pub fn new(
        keeper: impl Keeper + 'static,
        indexes: impl IndexKeys + 'static,
        chance: Chance,
    ) -> Result<Self, Fault> {
        let indexes = Indexes::new(indexes)?;
        Ok(Self(Arc::new(Inner { keeper: Box::new(keeper), indexes, chance })))
    }

    /// The blind index of a normalised `value`: 64 hexadecimal digits. Equal values of one field
    /// have equal indexes; those of different fields cannot be compared. To be written, not to be
    /// looked for: see [`Vault::indexes`].
    pub fn index(&self, field: Field, value: &str) -> String {
        self.0.indexes.index(field, value)
    }

    /// The data key of `person`, as it was read from `person_key.wrapped`.
    ///
    /// # Errors
    /// A fault when the keys do not belong to this database, or the row was changed.
    pub fn unwrap(&self, person: &str, wrapped: &[u8]) -> Result<DataKey, Fault> {
        let secret = self.0.keeper.unwrap(person, wrapped)?;
        Ok(DataKey::new(person, &secret, &self.0.chance))
    }

    /// A new data key for `person`: in force once [`crate::Tx::keep_key`] has kept it.
    ///
    /// # Errors
    /// A fault when the keeper cannot do its work.
    pub fn fresh(&self, person: &str) -> Result<(DataKey, Wrapped), Fault> {
        let secret = Zeroizing::new(self.0.chance.bytes());
        let wrapped = self.0.keeper.wrap(person, &secret)?;
        Ok((DataKey::new(person, &secret, &self.0.chance), Wrapped(wrapped)))
    }

    /// The same data key under the present key of the keeper.
    fn again(&self, person: &str, wrapped: &[u8]) -> Result<Vec<u8>, Fault> {
        self.0.keeper.wrap(person, &self.0.keeper.unwrap(person, wrapped)?)
    }

    /// Number of the key that wraps now.
    pub fn kek(&self) -> u32 {
        self.0.keeper.current()
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}
