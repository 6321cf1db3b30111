//! Signed tokens, compact: ES256 and nothing else, so that there is no algorithm to confuse.

use base::{Fault, Instant};
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use serde_json::{Value, json};

use super::secret::{decoded, encoded};

/// Signs `claims` as a token of the kind `typ`.
pub(super) fn sign((kid, key): (&str, &SigningKey), typ: &str, claims: &Value) -> String {
    let head = json!({"alg": "ES256", "typ": typ, "kid": kid});
    let signed = format!("{}.{}", encoded(head.to_string()), encoded(claims.to_string()));
    let signature: Signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", encoded(signature.to_bytes()))
}

/// The claims of a token that one of `keys` has signed. Its time is for the caller to judge.
pub(super) fn read<'a>(
    keys: impl IntoIterator<Item = (&'a str, &'a VerifyingKey)>,
    token: &str,
) -> Option<Value> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (head, claims) = signed.split_once('.')?;
    let head: Value = serde_json::from_slice(&decoded(head)?).ok()?;
    let signature = Signature::from_slice(&decoded(signature)?).ok()?;
    if head["alg"] != "ES256" {
        return None;
    }
    let (_, key) = keys.into_iter().find(|(kid, _)| head["kid"] == *kid)?;
    key.verify(signed.as_bytes(), &signature).ok()?;
    serde_json::from_slice(&decoded(claims)?).ok()
}

/// The public half of a key, as a set of keys shows it.
pub(super) fn jwk(kid: &str, key: &SigningKey) -> Result<Value, Fault> {
    let point = key.verifying_key().to_sec1_point(false);
    let (Some(x), Some(y)) = (point.x(), point.y()) else {
        return Err(Fault::new("a public key without coordinates"));
    };
    Ok(json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid,
        "x": encoded(x), "y": encoded(y),
    }))
}

/// As tokens count: seconds since 1970.
pub(super) fn seconds(at: Instant) -> i64 {
    at.0.div_euclid(Instant::SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_with_its_key_alone_and_as_it_was_written() {
        let (ours, theirs) = ([7; 32], [8; 32]);
        let key = |bits: [u8; 32]| SigningKey::from_slice(&bits).unwrap();
        let (ours, theirs) = (key(ours), key(theirs));
        let token = sign(("1", &ours), "JWT", &json!({"sub": "anna"}));
        assert_eq!(token, sign(("1", &ours), "JWT", &json!({"sub": "anna"})), "RFC 6979");
        let by = |kid, key: &SigningKey, token: &str| read([(kid, key.verifying_key())], token);
        assert_eq!(by("1", &ours, &token).unwrap()["sub"], "anna");
        assert_eq!(by("2", &ours, &token), None);
        assert_eq!(by("1", &theirs, &token), None);
        let parts: Vec<&str> = token.split('.').collect();
        let boris = encoded(json!({"sub": "boris"}).to_string());
        assert_eq!(by("1", &ours, &format!("{}.{boris}.{}", parts[0], parts[2])), None);
        for alg in ["none", "HS256", "RS256"] {
            let head = encoded(json!({"alg": alg, "kid": "1"}).to_string());
            for signature in ["", parts[2]] {
                assert_eq!(by("1", &ours, &format!("{head}.{}.{signature}", parts[1])), None);
            }
        }
        for broken in ["", ".", "..", "a.b.c", &token[1..]] {
            assert_eq!(by("1", &ours, broken), None, "{broken}");
        }
    }
}
