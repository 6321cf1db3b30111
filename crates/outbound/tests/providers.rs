//! Providers of identity over a real socket: answers of one that is honest, and of one that would pass for
//! another, give an old token once more, or a token that is meant for somebody else.
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use base::Instant;
use base::config::{self, Config};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use outbound::Providers;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use rooms::sso::elsewhere::{Departure, Identity, NotProved, Providers as _, Return};
use serde_json::{Value, json};
use testkit::TempDir;

const NOW: i64 = 1_796_104_800;

/// What the bank says; a test changes some of it.
#[derive(Clone)]
struct Says {
    about: Value,
    claims: Value,
    person: Value,
    /// Where it takes a call and never answers.
    hangs: &'static str,
}

/// A bank on a port of this machine, and the portal that knows it.
struct Bank {
    says: Arc<Mutex<Says>>,
    asked: Arc<Mutex<Vec<String>>>,
    providers: Providers,
    issuer: String,
    _dir: TempDir,
}

impl Bank {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let at = |path: &str| format!("{issuer}{path}");
        let about = json!({
            "issuer": issuer, "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"), "jwks_uri": at("/jwks"), "userinfo_endpoint": at("/me"),
            "authorization_response_iss_parameter_supported": true,
        });
        let claims = json!({"iss": issuer, "aud": "okno", "sub": "42", "nonce": "nonce",
                            "exp": NOW + 60, "iat": NOW});
        let person = json!({"sub": "42", "family_name": "Соколова", "given_name": "Анна"});
        let says = Arc::new(Mutex::new(Says { about, claims, person, hangs: "" }));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (told, seen) = (says.clone(), asked.clone());
        thread::spawn(move || serve(&listener, &told, &seen));
        let dir = TempDir::new();
        let secret_file = dir.path().join("secret");
        std::fs::write(&secret_file, "s").unwrap();
        let provider = config::Provider {
            id: "bank".into(),
            name: "Банк".into(),
            issuer: issuer.clone(),
            client_id: "okno".into(),
            secret_file,
            ..config::Provider::default()
        };
        let config = Config { provider: vec![provider], ..Config::default() };
        Self { says, asked, providers: Providers::new(&config).unwrap(), issuer, _dir: dir }
    }

    /// The bank with something changed.
    fn with(change: impl FnOnce(&mut Says)) -> Self {
        let bank = Self::new();
        change(&mut bank.says.lock().unwrap());
        bank
    }

    fn back(&self, issuer: Option<&str>) -> Result<Identity, NotProved> {
        let departure = Departure {
            redirect: "https://okno.example/signin/back/bank".into(),
            state: "state".into(),
            nonce: "nonce".into(),
            verifier: "verifier".into(),
        };
        let at = Instant(NOW * Instant::SECOND);
        let issuer = issuer.map(str::to_owned);
        self.providers.identity("bank", &Return { code: "code".into(), issuer, departure, at })
    }

    fn honest(&self) -> Result<Identity, NotProved> {
        self.back(Some(&self.issuer))
    }

    /// Whether the code was shown to anybody.
    fn exchanged(&self) -> bool {
        self.asked.lock().unwrap().iter().any(|x| x.starts_with("POST /token"))
    }
}

fn serve(listener: &TcpListener, says: &Mutex<Says>, seen: &Mutex<Vec<String>>) {
    let (alg, chance) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
    let key = EcdsaKeyPair::generate_pkcs8(alg, &chance).unwrap();
    let key = EcdsaKeyPair::from_pkcs8(alg, key.as_ref(), &chance).unwrap();
    let (x, y) = key.public_key().as_ref()[1..].split_at(32);
    let jwk = json!({"kty": "EC", "crv": "P-256", "x": BASE64.encode(x), "y": BASE64.encode(y)});
    let mut hanging = Vec::new();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let asked = request(&stream);
        let path = asked.split(' ').nth(1).unwrap().to_owned();
        seen.lock().unwrap().push(asked);
        let says = says.lock().unwrap().clone();
        if path == says.hangs {
            hanging.push(stream);
            continue;
        }
        let answer = match path.as_str() {
            "/.well-known/openid-configuration" => says.about,
            "/jwks" => json!({ "keys": [jwk] }),
            "/me" => says.person,
            _ => {
                let coded = |x: &Value| BASE64.encode(x.to_string());
                let message =
                    format!("{}.{}", coded(&json!({"alg": "ES256"})), coded(&says.claims));
                let signature = key.sign(&chance, message.as_bytes()).unwrap();
                let token = format!("{message}.{}", BASE64.encode(signature));
                json!({"access_token": "a", "id_token": token})
            }
        };
        let body = answer.to_string();
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close", body.len());
        write!(stream, "{head}\r\n\r\n{body}").unwrap();
    }
}

/// The head of a request; its body is read and forgotten.
fn request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).unwrap();
    }
    let lower = head.to_lowercase();
    let length = lower.lines().find_map(|x| x.strip_prefix("content-length:"));
    let mut body = vec![0; length.map_or(0, |x| x.trim().parse().unwrap())];
    reader.read_exact(&mut body).unwrap();
    head
}

#[test]
fn an_honest_provider_says_who_has_come() {
    let bank = Bank::new();
    let identity = bank.honest().unwrap();
    assert_eq!((identity.issuer, identity.subject), (bank.issuer.clone(), "42".to_owned()));
    assert_eq!(identity.surname, "Соколова");
    assert!(bank.exchanged());
}

#[test]
fn a_code_is_shown_to_no_other_provider_than_the_one_that_gave_it() {
    let bank = Bank::new();
    let wrong = |x: Result<Identity, NotProved>| matches!(x, Err(NotProved::Wrong(_)));
    assert!(wrong(bank.back(Some("https://evil.example"))), "another one's answer");
    assert!(wrong(bank.back(None)), "it always says that it was the one");
    assert!(!bank.exchanged(), "the code has gone nowhere");
    let silent = Bank::with(|x| {
        x.about.as_object_mut().unwrap().remove("authorization_response_iss_parameter_supported");
    });
    silent.back(None).unwrap();
    assert!(wrong(silent.back(Some("https://evil.example"))));

    // One that calls itself by the name of another is asked nothing more.
    let evil = Bank::with(|x| x.about["issuer"] = "https://bank.example".into());
    assert!(wrong(evil.honest()) && wrong(evil.back(Some("https://bank.example"))));
    assert!(!evil.exchanged());
    let departure = Departure {
        redirect: "x".into(),
        state: "x".into(),
        nonce: "x".into(),
        verifier: "x".into(),
    };
    assert!(matches!(evil.providers.address("bank", &departure), Err(NotProved::Wrong(_))));
}

#[test]
fn a_token_proves_once_to_whom_it_was_given_and_by_whom() {
    for (name, value) in [
        ("nonce", json!("the nonce of an earlier sign-in")),
        ("nonce", Value::Null),
        ("aud", json!("another site")),
        ("aud", json!(["okno", "another site"])),
        ("iss", json!("https://other.example")),
        ("exp", json!(NOW - 120)),
        ("sub", json!("")),
    ] {
        let bank = Bank::with(|x| x.claims[name] = value.clone());
        let answer = bank.honest();
        assert!(matches!(answer, Err(NotProved::Wrong(_))), "{name}: {value}: {answer:?}");
    }
    let other = Bank::with(|x| x.person["sub"] = "43".into());
    assert_eq!(other.honest(), Err(NotProved::Wrong("the person of another token")));
}

#[test]
fn a_provider_that_hangs_keeps_a_person_until_the_deadline_of_the_whole_trip() {
    for path in ["/.well-known/openid-configuration", "/token", "/jwks", "/me"] {
        let mut bank = Bank::with(|x| x.hangs = path);
        bank.providers = bank.providers.within(Duration::from_millis(300));
        assert!(matches!(bank.honest(), Err(NotProved::Away(_))), "{path}");
    }
}

#[test]
fn an_address_with_a_line_break_is_none() {
    let departure = Departure {
        redirect: "x".into(),
        state: "x".into(),
        nonce: "x".into(),
        verifier: "x".into(),
    };
    let bank = Bank::with(|x| {
        let at = x.about["authorization_endpoint"].as_str().unwrap().to_owned();
        x.about["authorization_endpoint"] = format!("{at}\r\nset-cookie: x=y").into();
    });
    assert!(matches!(bank.providers.address("bank", &departure), Err(NotProved::Away(_))));
    let honest = Bank::new().providers.address("bank", &departure);
    assert!(honest.unwrap().contains("/authorize?response_type=code"));
}
