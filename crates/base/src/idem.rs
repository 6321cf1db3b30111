//! Idempotency: one key, one effect, one answer.
//!
//! A form carries a key that was minted when it was rendered; a program sends `Idempotency-Key`.
//! The key's row is written in the same transaction as the effect, so a double click, a reload, the
//! back button or a retry after a crash all meet the first answer.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::{Cx, Kind, Outcome, Refusal, Tx, args};

/// What a caller says to make an act happen once.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    let fresh = tx.opt(
        "INSERT INTO idempotency (actor, key, fingerprint, op_id, created_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (actor, key) DO NOTHING RETURNING key",
        args![&actor, &key.key, &key.fingerprint, &cx.op, cx.now],
        |r| r.get::<String>(0),
    )?;
    if fresh.is_some() {
        let answer = act(tx)?;
        tx.exec(
            "UPDATE idempotency SET body = $3 WHERE actor = $1 AND key = $2",
            args![&actor, &key.key, &serde_json::to_string(&answer)?],
        )?;
        return Ok(answer);
    }
    let (fingerprint, body): (String, String) = tx.one(
        "SELECT fingerprint, body FROM idempotency WHERE actor = $1 AND key = $2",
        args![&actor, &key.key],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    if fingerprint != key.fingerprint {
        return Err(Refusal::new(Kind::Invalid, "E-IDEM-01").into());
    }
    Ok(serde_json::from_str(&body)?)
}

/// Forgets keys older than `before`.
///
/// # Errors
/// A fault of the engine.
pub fn forget(tx: &mut Tx<'_>, before: crate::Instant) -> Outcome<u64> {
    Ok(tx.exec("DELETE FROM idempotency WHERE created_at < $1", args![before])?)
}
