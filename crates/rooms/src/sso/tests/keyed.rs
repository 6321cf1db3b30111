//! Sites that prove who they are by a signature.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::json;

use super::*;
use crate::sso::keyset::{KeySet, Unfit};
use crate::sso::secret::encoded;

/// A key of a site.
enum Key {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Key {
    fn p256() -> Self {
        let (alg, chance) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let key = EcdsaKeyPair::generate_pkcs8(alg, &chance).unwrap();
        Self::P256(EcdsaKeyPair::from_pkcs8(alg, key.as_ref(), &chance).unwrap())
    }

    fn ed25519() -> Self {
        let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::Ed25519(Ed25519KeyPair::from_pkcs8(key.as_ref()).unwrap())
    }

    fn alg(&self) -> &'static str {
        match self {
            Self::P256(_) => "ES256",
            Self::Ed25519(_) => "EdDSA",
        }
    }

    fn jwk(&self, kid: &str) -> Value {
        match self {
            Self::P256(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "kid": kid, "x": encoded(x), "y": encoded(y)})
            }
            Self::Ed25519(key) => {
                let x = encoded(key.public_key());
                json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x})
            }
        }
    }

    fn sign(&self, head: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", encoded(head.to_string()), encoded(claims.to_string()));
        let signature = match self {
            Self::P256(key) => encoded(key.sign(&SystemRandom::new(), message.as_bytes()).unwrap()),
            Self::Ed25519(key) => encoded(key.sign(message.as_bytes())),
        };
        format!("{message}.{signature}")
    }
}

/// A site with the keys «1» and «2».
struct Keyed {
    stage: Stage,
    id: Id,
    keys: [Key; 2],
}

impl Keyed {
    fn new(db: Db) -> Self {
        let (stage, keys) = (Stage::new(db), [Key::p256(), Key::ed25519()]);
        let set = json!({"keys": [keys[0].jwk("1"), keys[1].jwk("2")]}).to_string();
        let new =
            NewClient {
                auth: Auth::Keys, keys: set, ..new_client("Пенсии", "pensii.example")
            };
        let added = stage.act(move |tx, cx| register::add(tx, cx, &new)).unwrap();
        assert!(added.secret.is_none(), "it has keys");
        Self { stage, id: added.id, keys }
    }

    fn now(&self) -> i64 {
        self.stage.clock.now().0 / Instant::SECOND
    }

    /// What a library says, with a name of its own.
    fn usual(&self, jti: &str) -> Value {
        json!({"iss": self.id, "sub": self.id, "aud": ISSUER, "jti": jti,
               "iat": self.now(), "exp": self.now() + 60})
    }

    fn signed(&self, claims: &Value) -> String {
        self.keys[0].sign(&json!({"alg": "ES256", "kid": "1", "typ": "JWT"}), claims)
    }

    fn proves(&self, token: &str) -> bool {
        let shown = || Shown::Assertion(token.to_owned());
        let done = self.stage.proves(None, shown());
        assert_ne!(done.as_ref().err(), Some(&"E-SYS-01"));
        done.is_ok_and(|x| x.id == self.id)
    }
}

#[test]
fn a_signed_word_proves_a_site_once_and_only_when_all_of_it_fits() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let site = Keyed::new(db);
        let word = site.signed(&site.usual("1"));
        assert!(site.proves(&word) && !site.proves(&word), "once");
        let mut endpoint = site.usual("2");
        endpoint["aud"] = json!([format!("{ISSUER}/sso/token")]);
        assert!(site.proves(&site.signed(&endpoint)));
        let mut parts = site.usual("2a");
        (parts["exp"], parts["iat"]) = (json!(site.now() as f64 + 60.5), json!(site.now() as f64));
        assert!(site.proves(&site.signed(&parts)), "seconds may have a fraction");
        (parts["exp"], parts["jti"]) = (json!(1e300), json!("2b"));
        assert!(!site.proves(&site.signed(&parts)));
        let other = &site.keys[1];
        let head = json!({"alg": other.alg(), "kid": "2", "typ": "client-authentication+jwt"});
        assert!(site.proves(&other.sign(&head, &site.usual("3"))));

        let now = site.now();
        for (n, (name, value)) in [
            ("iss", json!("other")),
            ("iss", Value::Null),
            ("sub", json!(site.stage.site.id)),
            ("aud", json!("https://evil.example")),
            ("aud", json!([ISSUER, "https://evil.example"])),
            ("aud", json!([])),
            ("aud", Value::Null),
            ("exp", json!(now - 31)),
            ("exp", json!(now + 331)),
            ("exp", json!(i64::MAX)),
            ("exp", json!("soon")),
            ("exp", Value::Null),
            ("iat", json!(now + 60)),
            ("nbf", json!(now + 60)),
            ("jti", json!("")),
            ("jti", json!("x".repeat(257))),
            ("jti", Value::Null),
        ]
        .into_iter()
        .enumerate()
        {
            let mut claims = site.usual(&format!("wrong-{n}"));
            claims[name] = value.clone();
            assert!(!site.proves(&site.signed(&claims)), "{name}: {value}");
        }
        for head in [
            json!({"alg": "none"}),
            json!({"alg": "HS256", "kid": "1"}),
            json!({"alg": "EdDSA", "kid": "1"}),
            json!({"alg": "ES256", "kid": "3"}),
            json!({"alg": "ES256", "kid": "1", "typ": "dpop+jwt"}),
            json!({"alg": "ES256", "kid": "1", "crit": ["b64"], "b64": true}),
        ] {
            assert!(!site.proves(&site.keys[0].sign(&head, &site.usual("head"))), "{head}");
        }
        let head = json!({"alg": "ES256", "kid": "1"});
        assert!(!site.proves(&Key::p256().sign(&head, &site.usual("theirs"))), "another key");
        for broken in ["", ".", "..", "a.b.c", &word[1..]] {
            assert!(!site.proves(broken), "{broken}");
        }
    });
}

#[test]
fn of_many_who_bring_one_signed_word_at_once_one_is_the_site() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let site = Keyed::new(db);
        let word = site.signed(&site.usual("race"));
        let proved: Vec<bool> = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8).map(|_| scope.spawn(|| site.proves(&word))).collect();
            tries.into_iter().map(|x| x.join().unwrap()).collect()
        });
        assert_eq!(proved.iter().filter(|x| **x).count(), 1);
        // It is remembered as long as it could come again, and no longer.
        let rows = |stage: &Stage| {
            let sql = "SELECT count(*) FROM sso_assertion";
            stage.act(move |tx, cx| {
                sweep(tx, cx.now)?;
                Ok(tx.one(sql, base::args![], |r| r.get::<i64>(0))?)
            })
        };
        site.stage.clock.advance(80 * Instant::SECOND);
        assert!(!site.proves(&word) && rows(&site.stage).unwrap() == 1);
        site.stage.clock.advance(20 * Instant::SECOND);
        assert!(rows(&site.stage).unwrap() == 0 && !site.proves(&word), "its time is over");
    });
}

#[test]
fn a_site_with_keys_proves_itself_by_nothing_else() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let site = Keyed::new(db);
        let stage = &site.stage;
        for shown in [Shown::Nothing, Shown::Secret(String::new())] {
            assert_eq!(stage.proves(Some(&site.id), shown).unwrap_err(), "E-SSO-11");
        }
        let word = site.signed(&site.usual("x"));
        let other = stage.proves(Some(&stage.site.id), Shown::Assertion(word.clone()));
        assert_eq!(other.unwrap_err(), "E-SSO-11", "a word of one site is not another's");
        assert!(site.proves(&word), "it was not spent by that");
        let id = site.id.clone();
        let renewed = stage.act(move |tx, cx| register::renew(tx, cx, &id, 0));
        assert_eq!(renewed.unwrap_err().code(), Some("E-SSO-28"));

        // Other keys: the former ones prove nothing from then on. To a secret and back.
        let change = |auth: Auth, keys: Value, revision: i64| {
            let new = NewClient {
                auth,
                keys: keys.to_string(),
                ..new_client("Пенсии", "pensii.example")
            };
            let id = site.id.clone();
            stage.act(move |tx, cx| register::change(tx, cx, (&id, revision), &new)).unwrap()
        };
        let word = || site.signed(&site.usual(&stage.clock.now().0.to_string()));
        change(Auth::Keys, site.keys[1].jwk("2"), 1);
        assert!(!site.proves(&word()));
        change(Auth::Keys, site.keys[0].jwk("1"), 2);
        assert!(site.proves(&word()));
        let secret = change(Auth::Secret, Value::Null, 3).secret.unwrap();
        assert!(!site.proves(&word()));
        stage.proves(Some(&site.id), Shown::Secret(secret.clone())).unwrap();
        change(Auth::Keys, site.keys[0].jwk("1"), 4);
        assert!(
            site.proves(&word()) && stage.proves(Some(&site.id), Shown::Secret(secret)).is_err()
        );
        stage.assert_sound();
    });
}

#[test]
fn keys_that_are_no_use_or_no_public_ones_are_not_registered() {
    let key = Key::p256();
    let with = |changes: &[(&str, Value)]| {
        let mut jwk = key.jwk("1");
        changes.iter().for_each(|(name, value)| jwk[*name] = value.clone());
        KeySet::parse(&json!({"keys": [jwk]}).to_string()).map(|_| ())
    };
    assert_eq!(with(&[("use", json!("sig")), ("alg", json!("ES256"))]), Ok(()));
    assert_eq!(with(&[("d", json!("AQ"))]), Err(Unfit::Private));
    assert_eq!(with(&[("kty", json!("oct")), ("k", json!("AQ"))]), Err(Unfit::Private));
    for (name, value) in [
        ("use", json!("enc")),
        ("alg", json!("RS256")),
        ("crv", json!("P-521")),
        ("x", json!("AQ")),
        ("y", Value::Null),
        ("kty", json!("RSA")),
    ] {
        assert_eq!(with(&[(name, value.clone())]), Err(Unfit::Key(1)), "{name}: {value}");
    }
    let rsa = |bytes: usize| {
        let n = encoded(vec![0xff; bytes]);
        KeySet::parse(&json!({"kty": "RSA", "n": n, "e": "AQAB"}).to_string()).map(|_| ())
    };
    assert_eq!((rsa(128), rsa(256)), (Err(Unfit::Key(1)), Ok(())));
    let twice = json!({"keys": [key.jwk("1"), Key::ed25519().jwk("1")]}).to_string();
    assert_eq!(KeySet::parse(&twice).unwrap_err(), Unfit::Names);
    for shapeless in
        ["", "{}", "[]", "{\"keys\": []}", "{\"keys\": 1}", "-----BEGIN PUBLIC KEY-----"]
    {
        assert_eq!(KeySet::parse(shapeless).unwrap_err(), Unfit::Shape, "{shapeless}");
    }
    let many = json!({"keys": vec![key.jwk("1"); 11]}).to_string();
    assert_eq!(KeySet::parse(&many).unwrap_err(), Unfit::Shape);
    // What is not asked for is not kept.
    let mut more = key.jwk("1");
    more["x5c"] = json!(["secret?"]);
    let kept = KeySet::parse(&more.to_string()).unwrap();
    assert!(!kept.text().contains("x5c"));
    assert_eq!(KeySet::parse(&kept.text()), Ok(kept));
}
