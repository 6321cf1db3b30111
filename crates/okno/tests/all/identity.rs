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

/// `okno simulate registry`, ended when dropped.
struct Played {
    child: Child,
    registry: HttpRegistry,
}

impl Played {
    fn start(more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_okno"))
            .args(["simulate", "registry", "--listen", "127.0.0.1:0", "--key", "secret"])
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim_start_matches("listening on ").trim().to_owned();
        Self { child, registry: at(&url, "secret") }
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

impl Drop for Played {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
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
    assert_eq!(reply, Reply::Match);
    assert!(took >= Duration::from_secs(1), "{took:?}");
    let (reply, took) = played.answer("one", &person("100001"));
    assert_eq!(reply, Reply::Match);
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
        assert_eq!(played.answer(&format!("n{n}"), &person("100001")).0, Reply::Match);
    }
}
