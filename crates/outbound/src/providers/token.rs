//! An ID token checked as OpenID Connect Core 3.1.3.7 asks: who signed it, for whom, when, and that it
//! answers this one question.

use base::Instant;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use rooms::sso::elsewhere::NotProved;
use serde_json::Value;

/// By how much the clocks of two servers may differ, in seconds.
const SKEW: i64 = 60;
/// How old a token may be that answers a question of just now, in seconds.
const OLDEST: i64 = 600;

/// What the token must be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client: &'a str,
    pub nonce: &'a str,
    pub at: Instant,
}

/// The claims of `token`, if one of `keys` has signed it and it is what is expected.
pub(super) fn proved(
    token: &str,
    keys: &Value,
    expected: &Expected<'_>,
) -> Result<Value, NotProved> {
    let (head, claims) = signed(token, keys).ok_or(NotProved::Wrong("a signature of nobody"))?;
    let wrong = NotProved::Wrong;
    // What must be understood to be believed is not.
    let kind = head["typ"].as_str();
    let other = !head["typ"].is_null() && !kind.is_some_and(|x| x.eq_ignore_ascii_case("JWT"));
    if other || !head["crit"].is_null() {
        return Err(wrong("a token of another kind"));
    }
    if claims["iss"] != expected.issuer {
        return Err(wrong("a token of another issuer"));
    }
    let made_for = &claims["azp"];
    let others = !made_for.is_null() && *made_for != expected.client;
    let others = others
        || match &claims["aud"] {
            Value::String(one) => one != expected.client,
            Value::Array(all) => {
                let ours = all.iter().any(|x| *x == expected.client);
                !ours || (all.len() > 1 && made_for.is_null())
            }
            _ => true,
        };
    if others {
        return Err(wrong("a token for somebody else"));
    }
    if claims["nonce"] != expected.nonce {
        return Err(wrong("a token of another question"));
    }
    let (now, second) =
        (expected.at.0.div_euclid(Instant::SECOND), |name: &str| claims[name].as_i64());
    let fresh = second("exp").is_some_and(|x| x > now - SKEW)
        && second("iat").is_some_and(|x| (now - OLDEST..=now + SKEW).contains(&x))
        && (claims["nbf"].is_null() || second("nbf").is_some_and(|x| x <= now + SKEW));
    if !fresh {
        return Err(wrong("a token of another time"));
    }
    match claims["sub"].as_str() {
        Some(sub) if !sub.is_empty() && sub.len() <= 255 => Ok(claims),
        _ => Err(wrong("a token about nobody")),
    }
}

/// Head and claims of a token that one of `keys` has signed, RS256 or ES256. The algorithm is that of the
/// key: what the token says of itself must agree with it.
fn signed(token: &str, keys: &Value) -> Option<(Value, Value)> {
    let (message, signature) = token.rsplit_once('.')?;
    let (head, claims) = message.split_once('.')?;
    let head: Value = serde_json::from_slice(&decoded(head)?).ok()?;
    let signature = decoded(signature)?;
    let fits = |key: &&Value| {
        let named = head["kid"].is_null() || key["kid"] == head["kid"];
        let signs = key["use"].is_null() || key["use"] == "sig";
        named && signs && (key["alg"].is_null() || key["alg"] == head["alg"])
    };
    let by = |key: &Value| verified(key, &head["alg"], message.as_bytes(), &signature);
    keys["keys"].as_array()?.iter().filter(fits).find_map(by)?;
    Some((head, serde_json::from_slice(&decoded(claims)?).ok()?))
}

fn verified(key: &Value, alg: &Value, message: &[u8], signature: &[u8]) -> Option<()> {
    let part = |name: &str| decoded(key[name].as_str()?);
    match (key["kty"].as_str()?, alg.as_str()?) {
        ("RSA", "RS256") => {
            let key = RsaPublicKeyComponents { n: part("n")?, e: part("e")? };
            key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).ok()
        }
        ("EC", "ES256") if key["crv"] == "P-256" => {
            let point = [vec![4], part("x")?, part("y")?].concat();
            let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
            key.verify(message, signature).ok()
        }
        _ => None,
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Plain base64, for `Basic`.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_796_104_800;

    fn coded(bytes: impl AsRef<[u8]>) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    struct Provider(EcdsaKeyPair);

    impl Provider {
        fn new() -> Self {
            let (alg, chance) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
            let key = EcdsaKeyPair::generate_pkcs8(alg, &chance).unwrap();
            Self(EcdsaKeyPair::from_pkcs8(alg, key.as_ref(), &chance).unwrap())
        }

        fn keys(&self) -> Value {
            let point = self.0.public_key().as_ref();
            let (x, y) = point[1..].split_at(32);
            json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "1", "x": coded(x), "y": coded(y)}]})
        }

        fn sign(&self, head: &Value, claims: &Value) -> String {
            let message = format!("{}.{}", coded(head.to_string()), coded(claims.to_string()));
            let signature = self.0.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
            format!("{message}.{}", coded(signature))
        }
    }

    fn usual() -> Value {
        json!({"iss": "https://bank.example", "aud": "okno", "sub": "42", "nonce": "n",
               "exp": NOW + 60, "iat": NOW - 1})
    }

    fn expected() -> Expected<'static> {
        let at = Instant(NOW * Instant::SECOND);
        Expected { issuer: "https://bank.example", client: "okno", nonce: "n", at }
    }

    #[test]
    fn a_token_is_proved_when_all_of_it_fits() {
        let (bank, head) = (Provider::new(), json!({"alg": "ES256", "kid": "1"}));
        let read = |claims: &Value| proved(&bank.sign(&head, claims), &bank.keys(), &expected());
        assert_eq!(read(&usual()).unwrap()["sub"], "42");
        let changes = [
            ("iss", json!("https://bank.example/")),
            ("iss", json!("https://evil.example")),
            ("aud", json!("else")),
            ("aud", json!(["else"])),
            ("aud", json!(["okno", "else"])),
            ("aud", Value::Null),
            ("nonce", json!("m")),
            ("nonce", Value::Null),
            ("exp", json!(NOW - 61)),
            ("exp", Value::Null),
            ("iat", json!(NOW - 601)),
            ("iat", json!(NOW + 61)),
            ("nbf", json!(NOW + 61)),
            ("nbf", json!("soon")),
            ("azp", json!("else")),
            ("azp", json!(1)),
            ("sub", json!("")),
            ("sub", Value::Null),
        ];
        for (name, value) in changes {
            let mut claims = usual();
            claims[name] = value.clone();
            assert!(read(&claims).is_err(), "{name}: {value}");
        }
        let mut several = usual();
        several["aud"] = json!(["okno", "else"]);
        several["azp"] = json!("okno");
        assert!(read(&several).is_ok());
        let mut plain = usual();
        plain["azp"] = json!("okno");
        plain["nbf"] = json!(NOW + 60);
        assert!(read(&plain).is_ok());
        let of_kind = |more: Value| {
            let mut head = head.clone();
            head.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            proved(&bank.sign(&head, &usual()), &bank.keys(), &expected()).is_ok()
        };
        assert!(of_kind(json!({"typ": "jwt"})));
        for other in [json!("logout+jwt"), json!("at+jwt"), json!(7)] {
            assert!(!of_kind(json!({"typ": other})), "{other}");
        }
        assert!(!of_kind(json!({"crit": ["exp"], "exp": 1})));
    }

    #[test]
    fn a_signature_must_be_of_a_key_of_the_provider_and_of_its_kind() {
        let (bank, evil) = (Provider::new(), Provider::new());
        let head = json!({"alg": "ES256", "kid": "1"});
        let check = |token: &str, keys: &Value| proved(token, keys, &expected()).is_ok();
        let token = bank.sign(&head, &usual());
        assert!(check(&token, &bank.keys()));
        assert!(!check(&evil.sign(&head, &usual()), &bank.keys()));
        for head in [
            json!({"alg": "none"}),
            json!({"alg": "HS256", "kid": "1"}),
            json!({"alg": "RS256", "kid": "1"}),
            json!({"alg": "ES256", "kid": "2"}),
            json!({"kid": "1"}),
        ] {
            assert!(!check(&bank.sign(&head, &usual()), &bank.keys()), "{head}");
        }
        let parts: Vec<&str> = token.split('.').collect();
        let other = coded(json!({"sub": "43"}).to_string());
        assert!(!check(&format!("{}.{other}.{}", parts[0], parts[2]), &bank.keys()));
        assert!(!check(&format!("{}.{}.", parts[0], parts[1]), &bank.keys()));
        let mut keys = bank.keys();
        keys["keys"][0]["use"] = json!("enc");
        assert!(!check(&token, &keys));
    }
}
