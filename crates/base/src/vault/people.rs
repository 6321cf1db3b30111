//! The table `person_key`: a wrapped data key for each person.
//!
//! A query that reads somebody's sealed columns brings the wrapped key along,
//! `(SELECT wrapped FROM person_key WHERE person_id = …)`, and gives it to
//! [`Vault::unwrap`](super::Vault::unwrap): one question instead of two. Without a key the person was
//! erased, and so was what is sealed.

use std::collections::HashMap;

use super::{DataKey, Wrapped};
use crate::db::Sort::Text;
use crate::db::{Keyed, Val};
use crate::{Fault, Outcome, Tx, args};

/// The owner of what belongs to nobody yet.
pub const NOBODY: &str = "";

static KEYS: Keyed =
    Keyed::by(&[Text], "SELECT person_id, wrapped FROM person_key WHERE person_id = $1");

impl Tx<'_> {
    /// The data key of `person`; none when the person was erased or never had one.
    ///
    /// # Errors
    /// A fault of the engine, or when the key cannot be unwrapped with the keys of this portal.
    pub fn key_of(&mut self, person: &str) -> Outcome<Option<DataKey>> {
        let sql = "SELECT wrapped FROM person_key WHERE person_id = $1";
        let wrapped = self.opt(sql, args![person], |r| r.get::<Vec<u8>>(0))?;
        Ok(wrapped.map(|wrapped| self.vault().unwrap(person, &wrapped)).transpose()?)
    }

    /// The data keys of many people, without those who were erased. Nobody may come twice.
    ///
    /// # Errors
    /// As [`Tx::key_of`].
    pub fn keys_of(&mut self, people: &[&str]) -> Outcome<HashMap<String, DataKey>> {
        let asked: Vec<_> = people.iter().map(|x| args![*x].to_vec()).collect();
        let vault = self.vault();
        let keys = self.of_keys(&KEYS, &asked, |r| {
            let (person, wrapped): (String, Vec<u8>) = (r.get(0)?, r.get(1)?);
            let key = vault.unwrap(&person, &wrapped)?;
            Ok((person, key))
        })?;
        Ok(keys.into_iter().collect())
    }

    /// The data key of `person`, who must have one.
    ///
    /// # Errors
    /// As [`Tx::key_of`]; also when there is none.
    pub fn key(&mut self, person: &str) -> Outcome<DataKey> {
        let key = self.key_of(person)?;
        key.ok_or_else(|| Fault::new(format!("person `{person}` has no data key")).into())
    }

    /// Keeps a fresh data key of `person`; one that is there already stays.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn keep_key(&mut self, person: &str, fresh: &Wrapped) -> Outcome<()> {
        self.exec(
            "INSERT INTO person_key (person_id, kek, wrapped) VALUES ($1, $2, $3)
             ON CONFLICT (person_id) DO NOTHING",
            args![person, self.vault().kek(), fresh.bytes()],
        )?;
        Ok(())
    }

    /// The data key of `person`, who gets one now if there is none.
    ///
    /// # Errors
    /// As [`Tx::key_of`].
    pub fn new_key(&mut self, person: &str) -> Outcome<DataKey> {
        let (_, fresh) = self.vault().fresh(person)?;
        self.keep_key(person, &fresh)?;
        self.key(person)
    }

    /// Destroys the data key of `person`: whatever was sealed with it is gone.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn destroy_key(&mut self, person: &str) -> Outcome<()> {
        self.exec("DELETE FROM person_key WHERE person_id = $1", args![person])?;
        Ok(())
    }
}

/// Wraps up to `limit` data keys anew that a former key wraps; gives how many there were. What is
/// sealed stays as it is. Zero means that the former keys are needed no more.
///
/// # Errors
/// A fault of the engine, or when a key cannot be unwrapped.
pub fn rewrap(tx: &mut Tx<'_>, limit: i64) -> Outcome<usize> {
    let present = tx.vault().kek();
    let old: Vec<(String, Vec<u8>)> = tx.all(
        "SELECT person_id, wrapped FROM person_key WHERE kek < $1 ORDER BY kek LIMIT $2",
        args![present, limit],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    for (person, wrapped) in &old {
        let fresh = tx.vault().again(person, wrapped)?;
        // Only if it is still the row that was read: another hand may be at the same work.
        tx.exec(
            "UPDATE person_key SET kek = $2, wrapped = $3 WHERE person_id = $1 AND kek < $2",
            &[Val::from(person), Val::from(present), Val::from(&fresh)],
        )?;
    }
    Ok(old.len())
}
