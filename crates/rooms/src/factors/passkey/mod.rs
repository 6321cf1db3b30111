//! Passkeys (WebAuthn): a key on a person's device opens the account, after the device has seen its
//! owner's finger, face or number. It proves more than a password and a code do: it answers to this
//! site alone.
//!
//! [`give`] makes a challenge, the browser asks the device, [`add`] or [`answered`] judge what comes
//! back. Keys are found by the digest of their id; all else is sealed for their owner. A counter that
//! goes back tells that somebody has a copy: the key is shut, and its owner told.

mod cbor;
mod ceremony;
mod challenge;
mod own;
mod public;
#[cfg(test)]
mod tests;

use base::config::Site;
use base::vault::Spot;
use base::{Cx, Id, Kind, Outcome, Pii, Refusal, Tx, args};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
pub use ceremony::Flaw;
use ceremony::{Asked, Registered};
pub use challenge::{Purpose, bytes, give};
pub(super) use own::all;
pub use own::{Passkey, add, known, remove, rename};
pub use public::ALGORITHMS;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::notice::{self, Event};
use super::{Came, strong};
use crate::accounts::Policy;

/// Longest part of an answer that is looked at, in bytes.
const PART: usize = 16 * 1024;

/// What a browser brings of a new key; the parts in base64url, as its script wrote them.
#[derive(Clone, Debug, Default)]
pub struct Attested {
    /// The token of the challenge.
    pub token: String,
    /// `clientDataJSON`.
    pub client_data: String,
    /// `attestationObject`.
    pub object: String,
    /// How the key can be reached: «internal hybrid».
    pub transports: String,
}

/// What a browser brings of a key that is known.
#[derive(Clone, Debug, Default)]
pub struct Asserted {
    /// The token of the challenge.
    pub token: String,
    /// The key's id.
    pub credential: String,
    /// `clientDataJSON`.
    pub client_data: String,
    /// `authenticatorData`.
    pub data: String,
    /// `signature`.
    pub signature: String,
    /// `userHandle`: whose the key says it is; may be empty.
    pub user: String,
}

/// A key as it is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    id: String,
    /// The public half as COSE.
    key: String,
    transports: String,
}

/// Judges what a key has answered to a challenge for `bound`; gives whose it is, which must be
/// `account` when that is known. That it was used is noted; of many who bring the same answer, one is heard. A copied
/// key is shut for good, so its refusal is the inner result.
///
/// # Errors
/// Inner: `E-KEY-03` when the key was copied. Outer: `E-KEY-01` when the challenge does not count any
/// more, `E-KEY-02` when the key is not known here or does not fit, `E-KEY-06` where the portal's
/// address allows no keys.
pub(super) fn answered(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (bound, account): ((Purpose, &str), Option<&Id>),
    (given, came): (&Asserted, &Came),
) -> Outcome<Result<Id, Refusal>> {
    let site = site(policy)?;
    challenge::accept(tx, cx.now, &policy.secrets, bound, &given.token)?;
    let credential = decoded(&given.credential)?;
    let found = tx.opt(
        "SELECT id, account_id, credential_sealed, copied_at IS NOT NULL FROM passkey
         WHERE credential_digest = $1",
        args![&digest(&credential)[..]],
        |r| Ok((r.get::<Id>(0)?, r.get::<Id>(1)?, r.get::<Vec<u8>>(2)?, r.get::<bool>(3)?)),
    )?;
    let (id, whose, sealed, copied) = found.ok_or_else(misfit)?;
    let named = decoded(&given.user)?;
    if account.is_some_and(|x| *x != whose) || !(named.is_empty() || named == whose.as_bytes()) {
        return Err(misfit().into());
    }
    crate::accounts::lock(tx, &whose)?;
    let kept: Kept = unsealed(tx, &whose, &id, &sealed)?;
    let asked = Asked { site, challenge: &bytes(&given.token) };
    let parts = (decoded(&given.client_data)?, decoded(&given.data)?, decoded(&given.signature)?);
    let shown = ceremony::shown(asked, &decoded(&kept.key)?, (&parts.0, &parts.1, &parts.2));
    let shown = shown.map_err(flawed)?;
    // Nobody but whoever has the key gets here.
    if copied {
        return Ok(Err(Refusal::new(Kind::Conflict, "E-KEY-03")));
    }
    let counted = tx.exec(
        "UPDATE passkey SET counter = $2, used_at = $3, backed_up = $4
         WHERE id = $1 AND copied_at IS NULL AND (counter < $2 OR (counter = 0 AND $2 = 0))",
        args![&id, i64::from(shown.counter), cx.now, shown.backed_up],
    )?;
    if counted == 1 {
        return Ok(Ok(whose));
    }
    let sql = "UPDATE passkey SET copied_at = $2 WHERE id = $1 AND copied_at IS NULL";
    if tx.exec(sql, args![&id, cx.now])? == 1 {
        strong::lost(tx, &whose)?;
        notice::tell(tx, cx, policy, &whose, (Event::KeyCopied, came))?;
    }
    Ok(Err(Refusal::new(Kind::Conflict, "E-KEY-03")))
}

/// Judges a new key.
fn attested(site: &Site, given: &Attested) -> Result<Registered, Refusal> {
    let asked = Asked { site, challenge: &bytes(&given.token) };
    let (client_data, object) = (decoded(&given.client_data)?, decoded(&given.object)?);
    ceremony::registered(asked, &client_data, &object).map_err(flawed)
}

fn site(policy: &Policy) -> Result<&Site, Refusal> {
    policy.site.as_ref().ok_or_else(|| Refusal::new(Kind::Conflict, "E-KEY-06"))
}

fn misfit() -> Refusal {
    Refusal::new(Kind::Invalid, "E-KEY-02")
}

/// People hear that the key did not fit; which step failed is for the log.
fn flawed(flaw: Flaw) -> Refusal {
    tracing::info!(?flaw, "a passkey was refused");
    misfit()
}

fn decoded(part: &str) -> Result<Vec<u8>, Refusal> {
    let bytes = Some(part).filter(|x| x.len() <= PART).and_then(|x| BASE64.decode(x).ok());
    bytes.ok_or_else(misfit)
}

/// Base64url without padding, as browsers' scripts read and write it.
pub fn encoded(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

fn digest(credential: &[u8]) -> [u8; 32] {
    Sha256::digest(credential).into()
}

fn unsealed(tx: &mut Tx<'_>, account: &Id, id: &Id, sealed: &[u8]) -> Outcome<Kept> {
    let text: Pii<String> = tx.key(account)?.open_text(credential_spot(id), sealed)?.into();
    let damaged = |error| base::Fault::of(format!("passkey {id} is damaged"), error);
    Ok(serde_json::from_str(text.reveal()).map_err(damaged)?)
}

fn name_spot(id: &str) -> Spot<'_> {
    Spot::new("passkey", "name", id)
}

fn credential_spot(id: &str) -> Spot<'_> {
    Spot::new("passkey", "credential", id)
}
