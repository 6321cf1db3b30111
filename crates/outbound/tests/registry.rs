//! Registries over a real socket: what they answer, and what else comes from there.
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread;

use base::Pii;
use base::config::{self, Config};
use outbound::HttpRegistry;
use rooms::identity::{Asked, Registry, RegistryFault, Reply};
use serde_json::json;

/// Answers one request with `answer` as it stands; gives what was asked.
fn one(answer: &str, act: impl FnOnce(&HttpRegistry)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let registry = at(&format!("http://{}/", listener.local_addr().unwrap()));
    let answer = answer.to_owned();
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut asked = String::new();
        while !asked.ends_with("\r\n\r\n") {
            reader.read_line(&mut asked).unwrap();
        }
        let length = asked.to_lowercase();
        let length = length.lines().find_map(|x| x.strip_prefix("content-length:"));
        let mut body = vec![0; length.map_or(0, |x| x.trim().parse().unwrap())];
        reader.read_exact(&mut body).unwrap();
        // Whoever has read enough hangs up.
        if let Err(error) = stream.write_all(answer.as_bytes()) {
            assert!(answer.len() > 64 * 1024, "{error}");
        }
        asked + &String::from_utf8(body).unwrap()
    });
    act(&registry);
    served.join().unwrap()
}

fn at(url: &str) -> HttpRegistry {
    let registry = config::Registry { url: url.to_owned(), key: "secret".into() };
    HttpRegistry::of(&Config { registry, ..Config::default() }).unwrap().unwrap()
}

fn said(status: u16, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

fn asked() -> Asked {
    let data = Pii::new(json!({"snils": {"number": "11223344595"}}));
    Asked { id: "01jd".into(), kind: "identity", data }
}

fn fault<T: std::fmt::Debug>(result: Result<T, RegistryFault>) -> RegistryFault {
    result.unwrap_err()
}

#[test]
fn a_question_is_posted_with_its_id_and_the_key() {
    let asked = one(&said(202, r#"{"ticket":"t-1"}"#), |registry| {
        assert_eq!(registry.ask(&asked()).unwrap(), "t-1");
    });
    assert!(asked.starts_with("POST /checks HTTP/1.1"), "{asked}");
    assert!(asked.to_lowercase().contains("authorization: bearer secret"), "{asked}");
    let body = asked.split("\r\n\r\n").nth(1).unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["id"], "01jd");
    assert_eq!(body["data"]["snils"]["number"], "11223344595");
}

#[test]
fn answers_are_told_apart() {
    let mismatch = Reply::Mismatch { fields: vec!["passport.number".into()] };
    for (body, expected) in [
        (r#"{"state":"pending"}"#, Reply::Pending),
        (r#"{"state":"match"}"#, Reply::MATCH),
        (r#"{"state":"unknown"}"#, Reply::Unknown),
        (r#"{"state":"mismatch","fields":["passport.number", 7]}"#, mismatch),
    ] {
        let asked = one(&said(200, body), |registry| {
            assert_eq!(registry.poll("t-1").unwrap(), expected);
        });
        assert!(asked.starts_with("GET /checks/t-1 HTTP/1.1"), "{asked}");
    }
}

#[test]
fn a_ticket_that_is_gone_is_lost_and_trouble_is_not() {
    for (status, lost) in [(404, true), (410, true), (503, false), (401, false), (302, false)] {
        one(&said(status, ""), |registry| {
            let fault = fault(registry.poll("t-1"));
            assert_eq!((fault.lost, fault.text.contains(&status.to_string())), (lost, true));
        });
    }
}

#[test]
fn garbage_and_floods_are_faults_that_quote_nothing() {
    let flood = format!(r#"{{"state":"{}"}}"#, "x".repeat(1_000_000));
    for body in ["<html>11223344595</html>", r#"{"state":"11223344595"}"#, "", &flood] {
        one(&said(200, body), |registry| {
            let fault = fault(registry.poll("t-1"));
            assert!(!fault.lost && fault.text.len() < 200, "{fault}");
            assert!(!fault.text.contains("11223344595"), "{fault}");
        });
    }
    for body in [r#"{"ticket":""}"#, r#"{"ticket":"../../admin?x=1"}"#, r#"{"ticket":7}"#, "{}"] {
        one(&said(202, body), |registry| drop(fault(registry.ask(&asked()))));
    }
}

#[test]
fn nobody_there_is_a_fault_and_a_wrong_address_is_told_at_the_start() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(!fault(at(&format!("http://{free}")).ask(&asked())).lost);
    let registry = config::Registry { url: "ftp://example.org".into(), key: String::new() };
    assert!(HttpRegistry::of(&Config { registry, ..Config::default() }).is_err());
    assert!(HttpRegistry::of(&Config::default()).unwrap().is_none());
}
