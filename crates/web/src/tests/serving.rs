//! Over a real socket.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::app;
use crate::testing::run;

#[test]
fn the_server_answers_and_stops_when_told() {
    let (app, _dir) = app();
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async { stopped.await.unwrap_or_default() };
        let server = tokio::spawn(crate::serve(app, listener, shutdown));
        let mut stream = TcpStream::connect(address).await.unwrap();
        let ask = "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        stream.write_all(ask.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("live\n"), "{answer}");
        // For which host it is, is said once; before 1.1 it need not be.
        for (head, status) in [
            ("GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
            ("GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n", 400),
            ("GET /livez HTTP/1.1\r\nHost: x\r\nHost: x\r\nConnection: close\r\n\r\n", 400),
            ("GET /livez HTTP/1.0\r\n\r\n", 200),
        ] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(head.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            let told = answer.split(' ').nth(1).and_then(|x| x.parse().ok());
            assert_eq!(told, Some(status), "{head}: {answer}");
            assert!(answer.contains("x-content-type-options: nosniff"), "{head}: {answer}");
        }
        // A connection that says nothing does not keep the server from stopping.
        let _silent = TcpStream::connect(address).await.unwrap();
        stop.send(()).unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(15), server).await;
        ended.unwrap().unwrap().unwrap();
    });
}
