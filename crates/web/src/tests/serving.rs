//! Over a real socket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use base::config::Config;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tower::ServiceExt as _;

use super::app;
use crate::shed::Level;
use crate::testing::{self, run};
use crate::{App, Rate};

/// A portal that listens, until the story is over.
pub(super) fn served(app: &Arc<App>, story: impl AsyncFnOnce(SocketAddr)) {
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async { stopped.await.unwrap_or_default() };
        let server = tokio::spawn(crate::serve(app.clone(), listener, shutdown));
        story(address).await;
        stop.send(()).unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(15), server).await;
        ended.unwrap().unwrap().unwrap();
    });
}

/// All that comes back for `said`, until the server ends the connection.
pub(super) async fn told(address: SocketAddr, said: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(said).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn status(answer: &str) -> Option<u16> {
    answer.split(' ').nth(1)?.parse().ok()
}

#[test]
fn the_server_answers_and_stops_when_told() {
    let (app, _dir) = app();
    served(&app, async |address| {
        let ask = "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        let answer = told(address, ask.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("live\n"), "{answer}");
        // For which host it is, is said once; before 1.1 it need not be.
        for (head, expected) in [
            ("GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
            ("GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n", 400),
            ("GET /livez HTTP/1.1\r\nHost: x\r\nHost: x\r\nConnection: close\r\n\r\n", 400),
            ("GET /livez HTTP/1.0\r\n\r\n", 200),
        ] {
            let answer = told(address, head.as_bytes()).await;
            assert_eq!(status(&answer), Some(expected), "{head}: {answer}");
            assert!(answer.contains("x-content-type-options: nosniff"), "{head}: {answer}");
            assert!(expected == 200 || answer.contains("E-REQ-12"), "{head}: {answer}");
        }
        let program = "GET /api/v1/regions HTTP/1.1\r\nConnection: close\r\n\r\n";
        let answer = told(address, program.as_bytes()).await;
        assert!(answer.contains("application/problem+json"), "{answer}");
        // A connection that says nothing does not keep the server from stopping.
        let silent = TcpStream::connect(address).await.unwrap();
        drop(silent);
    });
}

#[test]
fn those_who_run_the_portal_get_the_heads_of_every_answer_too() {
    let (app, _dir) = app();
    run(async {
        for path in ["/livez", "/metrics", "/nothing"] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let answer = crate::ops::service(app.clone()).oneshot(request).await.unwrap();
            let heads = answer.headers();
            assert_eq!(heads["x-content-type-options"], "nosniff", "{path}");
            assert!(heads.contains_key("content-security-policy"), "{path}");
        }
    });
}

/// What never reaches a route: the library refuses it by itself.
#[test]
fn what_cannot_be_read_is_answered_like_everything_else() {
    let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
    let secure = |config: &mut Arc<Config>| {
        Arc::make_mut(config).public_url = "https://okno.test".into();
    };
    let app = testing::app_with(db, |app| secure(&mut app.config));
    let long = "canary".repeat(20_000);
    let heads: String = (0..120).map(|n| format!("canary-{n}: x\r\n")).collect();
    let (host, end) = ("Host: canary.test\r\n", "\r\n");
    let broken = [
        (format!("GET /canary HTTP/1.1\r\n{host}canary head: 1\r\n{end}"), 400, "E-REQ-10"),
        (format!("G<T /canary HTTP/1.1\r\n{host}{end}"), 400, "E-REQ-10"),
        (format!("GET /canary{{}}\u{1} HTTP/1.1\r\n{host}{end}"), 400, "E-REQ-10"),
        (format!("GET /canary HTTP/9.9\r\n{host}{end}"), 400, "E-REQ-10"),
        (format!("POST / HTTP/1.1\r\n{host}Content-Length: canary\r\n{end}"), 400, "E-REQ-10"),
        (format!("POST / HTTP/1.1\r\n{host}Transfer-Encoding: canary\r\n{end}"), 400, "E-REQ-10"),
        (format!("GET /{long} HTTP/1.1\r\n{host}{end}"), 414, "E-REQ-11"),
        (format!("GET / HTTP/1.1\r\n{host}{heads}{end}"), 431, "E-REQ-11"),
        (format!("GET / HTTP/1.1\r\n{host}Cookie: {}\r\n{end}", long.repeat(4)), 431, "E-REQ-11"),
    ];
    served(&app, async |address| {
        let fine = format!("GET /livez HTTP/1.1\r\n{host}\r\n");
        for (request, expected, code) in &broken {
            let short: String = request.chars().take(60).collect();
            // As the first of a connection, and after one that was answered.
            for first in ["", &fine] {
                let answer = told(address, format!("{first}{request}").as_bytes()).await;
                let (before, own) = answer.split_at(answer.rfind("HTTP/1.1 ").unwrap());
                assert_eq!(status(own), Some(*expected), "{short}: {own}");
                assert_eq!(before.ends_with("\r\n\r\nlive\n"), !first.is_empty(), "{before}");
                let (heads, page) = own.split_once("\r\n\r\n").unwrap();
                for head in [
                    "content-security-policy: default-src 'none'",
                    "x-content-type-options: nosniff",
                    "referrer-policy: same-origin",
                    "strict-transport-security: max-age=",
                    "cache-control: no-store",
                    "connection: close",
                    "content-type: text/html; charset=utf-8",
                    "operation-id: ",
                    "date: ",
                    &format!("content-length: {}", page.len()),
                ] {
                    assert_eq!(heads.matches(&format!("\r\n{head}")).count(), 1, "{head}: {own}");
                }
                assert!(page.contains(code) && page.contains("lang=\"en\""), "{short}: {own}");
                assert!(page.contains("портал ничего не сделал"), "{short}: {own}");
                assert!(!own.contains("canary"), "{short}: {own}");
            }
        }
    });
}

/// A frame of HTTP/2: kind, flags, stream, what it holds.
fn frame(kind: u8, flags: u8, stream: u8, holds: &[u8]) -> Vec<u8> {
    let length = u32::try_from(holds.len()).unwrap().to_be_bytes();
    let head = [length[1], length[2], length[3], kind, flags, 0, 0, 0, stream];
    [&head, holds].concat()
}

#[test]
fn by_http_2_heads_that_are_too_long_are_answered_by_the_portal_itself() {
    let (app, _dir) = app();
    served(&app, async |address| {
        // GET, http, /, the host `x`, and 600 heads `a: b`, each of which counts 34 bytes (RFC 9113, 6.5.2).
        let mut heads = vec![0x82, 0x86, 0x84, 0x01, 1, b'x'];
        heads.extend([0x00, 1, b'a', 1, b'b'].repeat(600));
        let begin = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        let said = [&begin[..], &frame(4, 0, 0, &[]), &frame(1, 0x05, 1, &heads)].concat();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&said).await.unwrap();
        let mut answer = Vec::new();
        while !answer.windows(8).any(|x| x == b"E-REQ-11") {
            let came = tokio::time::timeout(Duration::from_secs(10), stream.read_buf(&mut answer));
            assert_ne!(came.await.unwrap().unwrap(), 0, "{}", String::from_utf8_lossy(&answer));
        }
    });
}

/// Whoever is refused before the form was read still sends it, and then reads the answer.
#[test]
fn an_answer_that_comes_before_the_end_of_the_form_is_heard() {
    let (app, _dir) = app();
    let nothing = Level::of(Rate::Write, 0.0);
    served(&app, async |address| {
        for (path, level, expected) in
            [("/book/canary", nothing, 503), ("/nothing/here", Level::default(), 404)]
        {
            app.gate.set(level);
            let length = 64 * 1024;
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
                 Content-Length: {length}\r\n\r\n"
            );
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(head.as_bytes()).await.unwrap();
            // The whole answer is here, and the server has nothing more to say.
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert_eq!(status(&answer), Some(expected), "{answer}");
            for n in 0..64 {
                let sent = stream.write_all(&[b'a'; 1024]).await;
                sent.unwrap_or_else(|error| panic!("{path}, after {n} KiB: {error}"));
                tokio::time::timeout(Duration::from_millis(1), stream.readable()).await.ok();
            }
        }
    });
}
