//! Registries that take their time, fail and differ, played by the program itself, and the adapter
//! that asks them.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use base::Pii;
use base::config::{self, Config};
use outbound::HttpRegistry;
use rooms::identity::{Asked, Registry, Reply};
use serde_json::{Value, json};

/// `okno simulate …`, ended when dropped.
struct Running(Child);

/// Starts it; gives its address, too.
fn start(who: &str, more: &[&str]) -> (Running, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_okno"))
        .args(["simulate", who, "--listen", "127.0.0.1:0", "--key", "secret"])
        .args(more)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (Running(child), line.trim_start_matches("listening on ").trim().to_owned())
}

/// Registries that are played.
struct Played {
    _running: Running,
    registry: HttpRegistry,
}

impl Played {
    fn start(more: &[&str]) -> Self {
        let (running, url) = start("registry", more);
        Self { _running: running, registry: at(&url, "secret") }
    }

    /// Asks until there is an answer; gives it and how long it took.
    fn answer(&self, id: &str, data: &Value) -> (Reply, Duration) {
        let began = Instant::now();
        let asked = Asked { id: id.into(), kind: "identity", data: Pii::new(data.clone()) };
        let ticket = patiently(|| self.registry.ask(&asked).ok());
        let settled = || self.registry.poll(&ticket).ok().filter(|x| *x != Reply::Pending);
        (patiently(settled), began.elapsed())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn at(url: &str, key: &str) -> HttpRegistry {
    let registry = config::Registry { url: url.to_owned(), key: key.to_owned() };
    HttpRegistry::of(&Config { registry, ..Config::default() }).unwrap().unwrap()
}

fn patiently<T>(act: impl Fn() -> Option<T>) -> T {
    for _ in 0..400 {
        if let Some(done) = act() {
            return done;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("no answer in twenty seconds");
}

fn person(number: &str) -> Value {
    json!({"snils": {"number": "11223344595"}, "passport": {"number": number}})
}

#[test]
fn a_played_registry_answers_late_by_the_data_and_once_an_id() {
    let played = Played::start(&["--delay", "1s", "--mismatch", "passport.number=13"]);
    let (reply, took) = played.answer("one", &person("100001"));
    assert_eq!(reply, Reply::MATCH);
    assert!(took >= Duration::from_secs(1), "{took:?}");
    let (reply, took) = played.answer("one", &person("100001"));
    assert_eq!(reply, Reply::MATCH);
    assert!(took < Duration::from_secs(1), "asked again, it is the same question: {took:?}");
    let differs = Reply::Mismatch { fields: vec!["passport.number".into()] };
    assert_eq!(played.answer("two", &person("100013")).0, differs);
    let other = Pii::new(person("100002"));
    let other = Asked { id: "one".into(), kind: "identity", data: other };
    assert!(played.registry.ask(&other).unwrap_err().text.contains("409"));
    assert!(played.registry.poll("never-given").unwrap_err().lost);
}

#[test]
fn a_registry_that_is_out_of_order_half_of_the_time_answers_in_the_end() {
    let more = ["--delay", "100ms..300ms", "--outage", "503:30", "--outage", "garbage:20"];
    let played = Played::start(&more);
    for n in 0..10 {
        assert_eq!(played.answer(&format!("n{n}"), &person("100001")).0, Reply::MATCH);
    }
}

#[test]
fn a_played_service_judges_a_real_signature() {
    use rooms::signatures::{Flaw, SignatureCheck, Signed};
    let Some(centre) = testkit::openssl::Centre::new() else { return };
    let (_played, url) = start("signature", &["--delay", "0s", "--revoked", "95"]);
    let (_trusting, there) = start("signature", &["--delay", "0s"]);
    let ask = |url: &str, key: &str, signature: &[u8]| {
        let at = base::Instant(1_796_104_800_000_000);
        let (content, signature) = (b"text".to_vec(), signature.to_vec());
        let signed = Signed { id: "one".into(), content, signature, given_at: at, at };
        outbound::HttpCheck::new(url, key).unwrap().check(&signed)
    };
    centre.person("anna", "p256");
    let good = centre.sign("anna", b"text", &[]);
    let signer = ask(&there, "secret", &good).unwrap();
    assert_eq!((signer.surname.as_str(), signer.snils.as_str()), ("Соколова", "11223344595"));
    assert_eq!(ask(&url, "secret", &good), Err(Flaw::Revoked));
    let other = centre.sign("anna", b"another", &[]);
    assert_eq!(ask(&there, "secret", &other), Err(Flaw::Changed));
    assert!(matches!(ask(&there, "secret", b"0junk"), Err(Flaw::Unreadable(_))));
    assert!(matches!(ask(&there, "wrong", &good), Err(Flaw::Away(_))));
    assert!(matches!(ask("http://127.0.0.1:1", "", &good), Err(Flaw::Away(_))));
}
