//! Public keys of others (RFC 7517), and signatures by them (RFC 7515). The algorithm is that of the
//! key: what a token says of itself must agree with it, so there is none to confuse.

use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey,
    VerificationAlgorithm,
};
use serde_json::{Map, Value, json};

use super::secret::decoded;

/// Algorithms that are understood, as documents name them.
pub const ALGORITHMS: [&str; 5] = ["ES256", "ES384", "EdDSA", "PS256", "RS256"];

/// How long a set may be, in bytes, and how many keys it may have.
const LONGEST: usize = 16 * 1024;
const MOST: usize = 10;
/// Sizes of RSA keys, in bytes.
const RSA: std::ops::RangeInclusive<usize> = 256..=1024;
/// What only private and shared keys have.
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// What is kept of a key.
const KEPT: [&str; 9] = ["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use"];

/// Keys that may sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet(Vec<Value>);

/// Why a set of keys cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is no set of keys, or has none, or too many.
    Shape,
    /// It holds a secret half.
    Private,
    /// This key of it, counted from one, is of a kind that is not understood, or too weak.
    Key(usize),
    /// Two of its keys have one name, or one of several has none.
    Names,
}

impl KeySet {
    /// Reads a set that somebody registers, strictly: every key of it must be of use. A single key
    /// stands for a set of one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let text = text.trim();
        let read = || serde_json::from_str::<Value>(text).ok();
        let set = (text.len() <= LONGEST).then(read).flatten().ok_or(Unfit::Shape)?;
        let keys = match set.get("keys").and_then(Value::as_array) {
            Some(keys) => keys.clone(),
            None if set.get("kty").is_some() => vec![set],
            None => return Err(Unfit::Shape),
        };
        if keys.is_empty() || keys.len() > MOST {
            return Err(Unfit::Shape);
        }
        if keys.iter().any(|key| PRIVATE.iter().any(|x| key.get(x).is_some())) {
            return Err(Unfit::Private);
        }
        let unfit = |key: &Value| !key.is_object() || !signs(key) || algorithms(key).is_empty();
        if let Some(at) = keys.iter().position(unfit) {
            return Err(Unfit::Key(at + 1));
        }
        let mut names: Vec<Option<&str>> = keys.iter().map(|x| x["kid"].as_str()).collect();
        names.sort_unstable();
        let twice = names.windows(2).any(|x| x[0] == x[1]);
        if names.len() > 1 && (twice || names.contains(&None)) {
            return Err(Unfit::Names);
        }
        Ok(Self(keys.iter().map(kept).collect()))
    }

    /// The keys of a set that a server shows, as far as they are understood.
    pub fn of(set: &Value) -> Self {
        let keys = set["keys"].as_array().into_iter().flatten();
        Self(keys.filter(|x| signs(x)).take(4 * MOST).cloned().collect())
    }

    /// As it is stored and shown.
    pub fn text(&self) -> String {
        json!({ "keys": self.0 }).to_string()
    }

    /// Head and claims of a token that one of these keys has signed. Its time is for the caller to judge.
    pub fn read(&self, token: &str) -> Option<(Value, Value)> {
        let (message, signature) = token.rsplit_once('.')?;
        let (head, claims) = message.split_once('.')?;
        let head: Value = serde_json::from_slice(&decoded(head)?).ok()?;
        let (alg, signature) = (head["alg"].as_str()?, decoded(signature)?);
        // What must be understood to be believed is not.
        if !head["crit"].is_null() {
            return None;
        }
        let named = |key: &&Value| head["kid"].is_null() || key["kid"] == head["kid"];
        let signed = |key: &Value| verified(key, alg, (message.as_bytes(), &signature));
        self.0.iter().filter(named).find_map(signed)?;
        Some((head, serde_json::from_slice(&decoded(claims)?).ok()?))
    }
}

fn signs(key: &Value) -> bool {
    key["use"].is_null() || key["use"] == "sig"
}

/// The public members of a key.
fn kept(key: &Value) -> Value {
    let member = |name: &str| Some((name.to_owned(), key.get(name)?.as_str()?.into()));
    Value::Object(KEPT.into_iter().filter_map(member).collect::<Map<_, _>>())
}

fn part(key: &Value, name: &str) -> Option<Vec<u8>> {
    decoded(key[name].as_str()?)
}

/// What this key may sign with; nothing when it is of no use.
fn algorithms(key: &Value) -> Vec<&'static str> {
    let length = |name: &str| part(key, name).map_or(0, |x| x.len());
    let of_kind: &[&str] = match (key["kty"].as_str(), key["crv"].as_str()) {
        (Some("EC"), Some("P-256")) if (length("x"), length("y")) == (32, 32) => &["ES256"],
        (Some("EC"), Some("P-384")) if (length("x"), length("y")) == (48, 48) => &["ES384"],
        (Some("OKP"), Some("Ed25519")) if length("x") == 32 => &["EdDSA"],
        (Some("RSA"), _) if RSA.contains(&length("n")) && length("e") > 0 => &["PS256", "RS256"],
        _ => &[],
    };
    let said = |x: &&&str| key["alg"].is_null() || key["alg"] == **x;
    of_kind.iter().filter(said).copied().collect()
}

fn verified(key: &Value, alg: &str, (message, signature): (&[u8], &[u8])) -> Option<()> {
    let curve = |by: &'static dyn VerificationAlgorithm, point: Vec<u8>| {
        UnparsedPublicKey::new(by, point).verify(message, signature).ok()
    };
    let point = || Some([vec![4], part(key, "x")?, part(key, "y")?].concat());
    let rsa = |by: &RsaParameters| {
        let key = RsaPublicKeyComponents { n: part(key, "n")?, e: part(key, "e")? };
        key.verify(by, message, signature).ok()
    };
    match algorithms(key).into_iter().find(|x| *x == alg)? {
        "ES256" => curve(&ECDSA_P256_SHA256_FIXED, point()?),
        "ES384" => curve(&ECDSA_P384_SHA384_FIXED, point()?),
        "EdDSA" => curve(&ED25519, part(key, "x")?),
        "PS256" => rsa(&RSA_PSS_2048_8192_SHA256),
        "RS256" => rsa(&RSA_PKCS1_2048_8192_SHA256),
        _ => None,
    }
}
