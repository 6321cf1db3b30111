//! The keys that sign for sites, and the one that makes subjects. They stand in the database, sealed with the
//! portal's own key, so all nodes have the same and a new one needs no files to be carried around.

use base::vault::{NOBODY, Spot};
use base::{Cx, Fault, Instant, Outcome, Tx, args};
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::ecdsa::{SigningKey, VerifyingKey};
use serde_json::{Value, json};
use sha2::Sha256;

use super::jwt;

/// How long a new key is shown before it signs: longer than sites keep what they have fetched.
pub const SHOWN_FIRST: i64 = 10 * Instant::MINUTE;
/// How long a former key is shown after the next one has begun to sign: longer than any token lives.
const SHOWN_AFTER: i64 = Instant::DAY;

/// The number of the key that signs nothing and never changes: subjects are made with it.
const SUBJECTS: i64 = 0;

/// A key that signs, or did, or soon will.
#[derive(Clone)]
struct Key {
    kid: String,
    signs_from: Instant,
    secret: SigningKey,
}

/// All keys, the newest first: the latest ones are shown, older ones still know what they have signed.
#[derive(Clone)]
pub struct Ring(Vec<Key>);

impl std::fmt::Debug for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ring({:?})", self.0.iter().map(|x| &x.kid).collect::<Vec<_>>())
    }
}

impl Ring {
    /// Signs `claims` as a token of the kind `typ`, at `now`.
    ///
    /// # Errors
    /// A fault when no key signs yet.
    pub fn sign(&self, now: Instant, typ: &str, claims: &Value) -> Result<String, Fault> {
        let present = self.0.iter().find(|x| x.signs_from <= now);
        let key = present.ok_or_else(|| Fault::new("no key signs for sites"))?;
        Ok(jwt::sign((&key.kid, &key.secret), typ, claims))
    }

    /// The claims of a token of ours, also of one whose time is over.
    pub fn read(&self, token: &str) -> Option<Value> {
        let keys: Vec<(&str, &VerifyingKey)> =
            self.0.iter().map(|x| (x.kid.as_str(), x.secret.verifying_key())).collect();
        jwt::read(keys, token)
    }

    /// What sites check signatures with at `now` (RFC 7517): not with keys of which nothing is good any
    /// more.
    ///
    /// # Errors
    /// A fault when a key has no public half.
    pub fn public(&self, now: Instant) -> Result<Value, Fault> {
        let over = |next: &Key| next.signs_from.plus(SHOWN_AFTER) <= now;
        let present = self.0.iter().position(over).map_or(self.0.len(), |x| x + 1);
        let shown = self.0[..present].iter();
        let keys: Result<Vec<_>, _> = shown.map(|x| jwt::jwk(&x.kid, &x.secret)).collect();
        Ok(json!({"keys": keys?}))
    }
}

/// The keys of this portal; nothing before the first one was made.
///
/// # Errors
/// A fault of the engine, or when a key cannot be opened.
pub fn ring(tx: &mut Tx<'_>) -> Outcome<Option<Ring>> {
    let rows: Vec<(i64, Vec<u8>, Instant)> = tx.all(
        "SELECT number, sealed, signs_from FROM sso_key WHERE number > $1 ORDER BY number DESC",
        args![SUBJECTS],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
    )?;
    let mut keys: Vec<Key> = Vec::with_capacity(rows.len());
    for (number, sealed, signs_from) in rows {
        let kid = number.to_string();
        let scalar = tx.key(NOBODY)?.open(spot(&kid), &sealed)?;
        let secret = SigningKey::from_slice(&scalar)
            .map_err(|error| Fault::of("a key of sites is no key", error))?;
        keys.push(Key { kid, signs_from, secret });
    }
    Ok((!keys.is_empty()).then_some(Ring(keys)))
}

/// The keys of this portal, with the first ones made now if there are none.
///
/// # Errors
/// As [`ring`].
pub fn ready(tx: &mut Tx<'_>, cx: &Cx) -> Outcome<Ring> {
    if let Some(ring) = ring(tx)? {
        return Ok(ring);
    }
    keep(tx, cx, SUBJECTS, Instant::NEVER)?;
    keep(tx, cx, 1, cx.now)?;
    ring(tx)?.ok_or_else(|| Fault::new("a key of sites was made and is not there").into())
}

/// A keyed digest of `parts`, 64 hexadecimal digits: the same for ever, whatever other keys change.
///
/// # Errors
/// A fault of the engine, or before [`ready`].
pub(super) fn digest(tx: &mut Tx<'_>, parts: [&str; 3]) -> Outcome<String> {
    let sql = "SELECT sealed FROM sso_key WHERE number = $1";
    let sealed: Vec<u8> = tx.one(sql, args![SUBJECTS], |r| r.get(0))?;
    let secret = tx.key(NOBODY)?.open(spot(&SUBJECTS.to_string()), &sealed)?;
    // HMAC fills a short key with zeros up to its block; done here, where it cannot fail.
    let mut block = [0; 64];
    block.iter_mut().zip(&**secret).for_each(|(to, from)| *to = *from);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    for part in parts {
        mac.update(part.as_bytes());
        mac.update(b"\n");
    }
    Ok(mac.finalize().into_bytes().iter().map(|x| format!("{x:02x}")).collect())
}

/// Makes a new key; gives its number. It signs ten minutes later, when sites know it.
///
/// # Errors
/// As [`ring`].
pub fn add(tx: &mut Tx<'_>, cx: &Cx) -> Outcome<i64> {
    let sql = "SELECT COALESCE(MAX(number), 0) FROM sso_key";
    let last: i64 = tx.one(sql, args![], |r| r.get(0))?;
    let number = last + 1;
    let signs_from = if last == 0 { cx.now } else { cx.now.plus(SHOWN_FIRST) };
    keep(tx, cx, number, signs_from)?;
    Ok(number)
}

fn keep(tx: &mut Tx<'_>, cx: &Cx, number: i64, signs_from: Instant) -> Outcome<()> {
    let scalar = scalar(cx);
    let sealed = tx.key(NOBODY)?.seal(spot(&number.to_string()), &scalar[..])?;
    // Of two nodes that make the first one, both go on with the one that is there.
    tx.exec(
        "INSERT INTO sso_key (number, sealed, created_at, signs_from) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        args![number, &sealed, cx.now, signs_from],
    )?;
    Ok(())
}

/// 256 random bits that are a scalar of the curve: all but some in 2^32 are.
fn scalar(cx: &Cx) -> base::vault::Secret {
    loop {
        let bits = base::vault::Secret::new(cx.chance.bytes());
        if SigningKey::from_slice(&bits[..]).is_ok() {
            return bits;
        }
    }
}

/// Where the key with this number stands.
fn spot(kid: &str) -> Spot<'_> {
    Spot::new("sso_key", "sealed", kid)
}
