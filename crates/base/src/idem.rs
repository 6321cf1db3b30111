//! Idempotency: one key, one effect, one answer.
//!
//! A form carries a key that was minted when it was rendered; a program sends `Idempotency-Key`.
//! The key's row is written in the same transaction as the effect, so a double click, a reload, the
//! back button or a retry after a crash all meet the first answer.
//!
//! What was asked is kept as a blind index alone: from a plain digest whoever has the database could
//! try out phones until one fits.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::db::Sort::{Number, Text};
use crate::db::{Insert, Keyed};
use crate::vault::{Field, Vault};
use crate::{Cx, Error, Fault, Kind, Outcome, Refusal, Tx, args};

/// What a caller says to make an act happen once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// As minted with the form or sent by the program: 1–200 characters.
    pub key: String,
    /// Digest of what was asked: another request under the same key is refused.
    pub fingerprint: String,
}

impl Key {
    /// The key `key` for the request described by `parts`.
    pub fn new(key: impl Into<String>, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let fingerprint = hash.finalize().iter().take(16).map(|x| format!("{x:02x}")).collect();
        Self { key: key.into(), fingerprint }
    }

    /// Whether what was kept under this key as `stored` was the same request.
    ///
    /// # Errors
    /// `E-IDEM-01` when it was another one.
    pub fn is_of(&self, vault: &Vault, stored: &str) -> Result<(), Refusal> {
        let same = vault.indexes(Field::Asked, &self.fingerprint).iter().any(|x| x == stored);
        same.then_some(()).ok_or_else(|| Refusal::new(Kind::Invalid, "E-IDEM-01"))
    }

    /// The fingerprint as it is stored.
    pub fn stored(&self, vault: &Vault) -> String {
        vault.index(Field::Asked, &self.fingerprint)
    }
}

/// Runs `act` once under `key`; later calls get the first answer again.
///
/// # Errors
/// What `act` refuses (then the key stays free); `E-IDEM-01` when the key came with another request.
pub fn once<T: Serialize + DeserializeOwned>(
    tx: &mut Tx<'_>,
    cx: &Cx,
    key: &Key,
    act: impl FnOnce(&mut Tx<'_>) -> Outcome<T>,
) -> Outcome<T> {
    let actor = cx.actor.label();
    if let Some(answer) = known(tx, &actor, key)? {
        return Ok(answer);
    }
    let answer = match act(tx) {
        // The same key ran beside this transaction on another connection: run again and meet its
        // answer.
        Err(Error::Refusal(_)) if known::<T>(tx, &actor, key)?.is_some() => {
            let text = "an idempotency key was taken meanwhile";
            return Err(Fault::new(text).retryable(true).into());
        }
        answer => answer?,
    };
    keep(tx, &[(cx, key, &serde_json::to_string(&answer)?)])?;
    Ok(answer)
}

static KEPT: Insert = Insert::into(
    "idempotency",
    &[
        ("actor", Text),
        ("key", Text),
        ("fingerprint", Text),
        ("op_id", Text),
        ("body", Text),
        ("created_at", Number),
    ],
);

/// Keeps the answers (JSON) of acts that were done under these keys.
///
/// # Errors
/// A fault that asks for another run when a key was taken meanwhile; a fault of the engine.
pub fn keep(tx: &mut Tx<'_>, all: &[(&Cx, &Key, &str)]) -> Outcome<()> {
    let actors: Vec<String> = all.iter().map(|(cx, ..)| cx.actor.label()).collect();
    let asked: Vec<String> = all.iter().map(|(_, key, _)| key.stored(tx.vault())).collect();
    let rows = all.iter().zip(&actors).zip(&asked).map(|(((cx, key, body), actor), asked)| {
        args![actor, &key.key, asked, &cx.op, *body, cx.now].to_vec()
    });
    Ok(tx.insert(&KEPT, &rows.collect::<Vec<_>>())?)
}

static KNOWN: Keyed = Keyed::by(
    &[Text, Text],
    "SELECT actor, key, fingerprint, body FROM idempotency WHERE actor = $1 AND key = $2",
);

/// What was kept under the keys of many acts: by actor and key [`Key::stored`] and the body, for
/// [`replay`].
pub type Kept = HashMap<(String, String), (String, String)>;

/// Looks for the answers of many acts at once.
///
/// # Errors
/// A fault of the engine.
pub fn kept(tx: &mut Tx<'_>, all: &[(&Cx, &Key)]) -> Outcome<Kept> {
    let actors: Vec<String> = all.iter().map(|(cx, _)| cx.actor.label()).collect();
    let keys = all.iter().zip(&actors).map(|((_, key), actor)| args![actor, &key.key].to_vec());
    let rows = tx.of_keys(&KNOWN, &keys.collect::<Vec<_>>(), |r| {
        Ok(((r.get(0)?, r.get(1)?), (r.get(2)?, r.get(3)?)))
    })?;
    Ok(rows.into_iter().collect())
}

/// The answer that was kept under `key`, as a row says it: [`Key::stored`] and the body.
///
/// # Errors
/// `E-IDEM-01` when the key came with another request.
pub fn replay<T: DeserializeOwned>(
    vault: &Vault,
    key: &Key,
    (stored, body): (&str, &str),
) -> Outcome<T> {
    key.is_of(vault, stored)?;
    Ok(serde_json::from_str(body)?)
}

/// The first answer under `key`, if there is one.
///
/// # Errors
/// `E-IDEM-01` when the key came with another request.
pub fn met<T: DeserializeOwned>(tx: &mut Tx<'_>, cx: &Cx, key: &Key) -> Outcome<Option<T>> {
    known(tx, &cx.actor.label(), key)
}

/// The first answer under a key.
fn known<T: DeserializeOwned>(tx: &mut Tx<'_>, actor: &str, key: &Key) -> Outcome<Option<T>> {
    let row = tx.opt(
        "SELECT fingerprint, body FROM idempotency WHERE actor = $1 AND key = $2",
        args![actor, &key.key],
        |r| Ok((r.get::<String>(0)?, r.get::<String>(1)?)),
    )?;
    row.map(|(asked, body)| replay(tx.vault(), key, (&asked, &body))).transpose()
}

/// Forgets keys older than `before`.
///
/// # Errors
/// A fault of the engine.
pub fn forget(tx: &mut Tx<'_>, before: crate::Instant) -> Outcome<u64> {
    Ok(tx.exec("DELETE FROM idempotency WHERE created_at < $1", args![before])?)
}
