//! A key of a site, as its programs keep it and sign with it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

/// Where the scalar stands in the only form in which the library writes a key of this curve.
const SCALAR: std::ops::Range<usize> = 36..68;

/// A key for ES256.
#[derive(Debug)]
pub struct SiteKey {
    key: EcdsaKeyPair,
    /// The whole key as JWK.
    pub private: Value,
    /// Its public half.
    pub public: Value,
}

impl SiteKey {
    /// A new key with the name `kid`.
    pub fn new(kid: &str) -> Self {
        let (alg, chance) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let written = EcdsaKeyPair::generate_pkcs8(alg, &chance).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(alg, written.as_ref(), &chance).unwrap();
        let (x, y) = key.public_key().as_ref()[1..].split_at(32);
        let (x, y) = (BASE64.encode(x), BASE64.encode(y));
        let public =
            json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "kid": kid, "x": x, "y": y});
        let mut private = public.clone();
        private["d"] = BASE64.encode(&written.as_ref()[SCALAR]).into();
        Self { key, private, public }
    }

    /// A token with these claims.
    pub fn sign(&self, claims: &Value) -> String {
        let coded = |x: &Value| BASE64.encode(x.to_string());
        let head = json!({"alg": "ES256", "kid": self.public["kid"], "typ": "JWT"});
        let message = format!("{}.{}", coded(&head), coded(claims));
        let signature = self.key.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", BASE64.encode(signature))
    }
}
