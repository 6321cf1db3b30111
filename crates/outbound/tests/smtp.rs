//! Mail over a real SMTP conversation, and SMS over a real HTTP one.
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use outbound::{SmsGateway, Smtp, VoiceGateway};
use rooms::notify::{Call, Mail, Post, Posted, Sms};

/// Listens on a free port, prints it, then each accepted mail as one line of JSON. Recipients named
/// `busy` are refused with 452, those named `nobody` with 550.
const SERVER: &str = r#"
import email, json, sys, time
from email import policy
from aiosmtpd.controller import Controller

class Box:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("busy"):
            return "452 4.2.2 mailbox full"
        if address.startswith("nobody"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=policy.default)
        files = [(x.get_content_type(), x.get_content()) for x in mail.iter_attachments()]
        print(json.dumps({
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "body": mail.get_body(("plain",)).get_content(),
            "files": [(kind, body if isinstance(body, str) else body.decode()) for kind, body in files],
        }), flush=True)
        return "250 OK"

server = Controller(Box(), hostname="127.0.0.1", port=int(sys.argv[1]), enable_SMTPUTF8=False)
server.start()
print("ready", flush=True)
sys.stdin.read()
server.stop()
"#;

struct Server {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
    port: u16,
}

impl Server {
    /// `None`, loudly, when the machine has no aiosmtpd.
    fn start() -> Option<Self> {
        let known = Command::new("python3").args(["-c", "import aiosmtpd"]).output();
        if !known.is_ok_and(|output| output.status.success()) {
            testkit::missing("aiosmtpd");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut child = Command::new("python3")
            .args(["-c", SERVER, &port.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self { child, lines, port };
        assert_eq!(server.line(), "ready\n");
        Some(server)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }
}

fn mail(to: &str) -> Mail {
    Mail {
        id: "01jd0000000000000000000001".into(),
        to: to.into(),
        subject: "Запись подтверждена: 9 декабря, 10:20".into(),
        body: "Здравствуйте, Анна!\n\n.Строка с точки\nКабинет: 204\n".into(),
        date: "2026-12-01T09:00:00Z".parse().unwrap(),
        calendar: None,
    }
}

#[test]
fn a_cyrillic_mail_arrives_as_it_was_written_and_refusals_are_told_apart() {
    let Some(mut server) = Server::start() else { return };
    let url = format!("smtp://127.0.0.1:{}", server.port);
    let smtp = Smtp::new(&url, "Окно <okno@example.org>").unwrap();

    assert_eq!(smtp.mail(&mail("anna@example.org")), Ok(Posted::Sent));
    let line = server.line();
    let got: serde_json::Value = serde_json::from_str(&line).unwrap();
    let header = |name: &str| got["headers"][name].as_str().unwrap().to_owned();
    assert_eq!(header("subject"), "Запись подтверждена: 9 декабря, 10:20");
    assert_eq!(header("from"), "Окно <okno@example.org>");
    assert_eq!(header("message-id"), "<01jd0000000000000000000001@example.org>");
    assert_eq!(header("auto-submitted"), "auto-generated");
    assert!(header("date").starts_with("Tue, 01 Dec 2026 09:00:00"), "{}", header("date"));
    assert_eq!(
        got["body"].as_str().unwrap().replace("\r\n", "\n").trim_end(),
        mail("").body.trim_end()
    );

    let calendar = Some("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".into());
    smtp.mail(&Mail { calendar, ..mail("anna@example.org") }).unwrap();
    let got: serde_json::Value = serde_json::from_str(&server.line()).unwrap();
    assert_eq!(got["files"][0][0], "text/calendar");
    assert!(got["files"][0][1].as_str().unwrap().starts_with("BEGIN:VCALENDAR"));

    // The server takes addresses in Latin letters alone.
    assert_eq!(smtp.mail(&mail("anna@почта.рф")), Ok(Posted::Sent));
    let got: serde_json::Value = serde_json::from_str(&server.line()).unwrap();
    assert_eq!(got["headers"]["to"], "anna@xn--80a1acny.xn--p1ai");

    let busy = smtp.mail(&mail("busy@example.org")).unwrap_err();
    assert!(busy.temporary && busy.text.contains("452"), "{busy:?}");
    let nobody = smtp.mail(&mail("nobody@example.org")).unwrap_err();
    assert!(!nobody.temporary && nobody.text.contains("550"), "{nobody:?}");
}

#[test]
fn a_server_that_is_away_may_come_back_and_a_wrong_address_never_gets_right() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let smtp = Smtp::new(&format!("smtp://127.0.0.1:{port}"), "okno@example.org").unwrap();
    assert!(smtp.mail(&mail("anna@example.org")).unwrap_err().temporary);
    assert!(!smtp.mail(&mail("no address")).unwrap_err().temporary);
    assert!(Smtp::new("http://example.org", "okno@example.org").is_err());
    assert!(Smtp::new("smtp://example.org", "nobody").is_err());
}

#[test]
fn an_sms_is_posted_as_json_and_answers_are_told_apart() {
    let sms = Sms { id: "01jd".into(), to: "+79990000000".into(), text: "Код 493817".into() };
    for (status, expected) in
        [(200, None), (202, None), (503, Some(true)), (429, Some(true)), (400, Some(false))]
    {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/send", listener.local_addr().unwrap());
        let served = std::thread::spawn(move || one_request(&listener, status));
        let answer = SmsGateway::new(&url, "secret").unwrap().sms(&sms);
        assert_eq!(answer.err().map(|fault| fault.temporary), expected, "{status}");
        let (head, body) = served.join().unwrap();
        assert!(head.starts_with("POST /send"), "{head}");
        assert!(head.to_lowercase().contains("authorization: bearer secret"), "{head}");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["text"], "Код 493817");
        assert_eq!((&body["to"], &body["id"]), (&"+79990000000".into(), &"01jd".into()));
    }
    assert!(SmsGateway::new("ftp://example.org", "").is_err());
}

#[test]
fn a_call_is_posted_with_the_language_in_which_it_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/call", listener.local_addr().unwrap());
    let served = std::thread::spawn(move || one_request(&listener, 200));
    let text = "Код: 4, 9".to_owned();
    let call = Call { id: "01jd".into(), to: "+79990000000".into(), text, lang: "ru" };
    let voice = VoiceGateway::new(&url, "secret").unwrap();
    assert_eq!(voice.call(&call), Ok(Posted::Sent));
    let (head, body) = served.join().unwrap();
    assert!(head.starts_with("POST /call") && head.contains("earer secret"), "{head}");
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&body["text"], &body["lang"]), (&"Код: 4, 9".into(), &"ru".into()));
    let sms = Sms { id: "1".into(), to: "+79990000000".into(), text: "да".into() };
    assert!(!voice.sms(&sms).unwrap_err().temporary, "a voice sends nothing written");
    let gateway = SmsGateway::new(&url, "").unwrap();
    assert!(!gateway.call(&call).unwrap_err().temporary);
}

/// Reads one request and answers it with `status`; gives head and body.
fn one_request(listener: &TcpListener, status: u16) -> (String, String) {
    let (mut stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).unwrap();
    }
    let length = head.to_lowercase().lines().find_map(|line| {
        line.strip_prefix("content-length:").map(|value| value.trim().parse::<usize>().unwrap())
    });
    let mut body = vec![0; length.unwrap()];
    reader.read_exact(&mut body).unwrap();
    write!(stream, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        .unwrap();
    (head, String::from_utf8(body).unwrap())
}
