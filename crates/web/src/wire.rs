//! The wire below the library that speaks HTTP: what the library says by itself, and how a connection ends.
//!
//! A request that cannot be read, or whose head is too long, never reaches a route: the library answers it
//! with a bare head. [`Wire`] recognises that head while no answer of ours is under way, and says instead
//! what people can read, with the heads that protect every other answer.
//!
//! An answer that is given before the body was read is followed by the end of the connection. Were it closed
//! at once, the system would take the unread body for a fault and break the pipe of whoever is still sending.
//! So what still comes is read for a while and thrown away.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use askama::Template;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use base::Id;
use hyper::body::{Buf, Frame, Incoming, SizeHint};
use texts::Lang;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use crate::arriving::WHOLE;
use crate::route::Rate;
use crate::tls::Stream;
use crate::{App, assets, edge};

/// How long an answered sender may go on sending: as long as any request may take …
const LINGER: Duration = Duration::from_secs(30);
/// … while something comes at least so often …
const SILENCE: Duration = Duration::from_secs(5);
/// … and no more than the longest request weighs.
const MOST: usize = WHOLE;

/// How long a reader may take nothing of what is said. Streams of events are read as they come.
const STALL: Duration = Duration::from_secs(30);

/// What is known of a connection, above and below the library.
#[derive(Debug, Default)]
pub(crate) struct Talk {
    /// A request has come.
    asked: AtomicBool,
    /// It speaks HTTP/2, whose frames are never looked into.
    frames: AtomicBool,
    /// Answers of ours that are not given to the end, and pieces of them that are not written.
    answers: AtomicUsize,
    /// The rest of a request is not wanted any more, but may still come.
    unread: AtomicBool,
}

impl Talk {
    /// A request has come, by HTTP/2 with `frames`: until its answer is given to the end, what is written is
    /// ours.
    pub fn begin(self: &Arc<Self>, frames: bool) -> UnderWay {
        self.asked.store(true, Relaxed);
        self.frames.store(frames, Relaxed);
        UnderWay::of(self)
    }

    pub fn was_asked(&self) -> bool {
        self.asked.load(Relaxed)
    }

    /// Whether whatever is written now is the library's own.
    fn is_silent(&self) -> bool {
        self.answers.load(Relaxed) == 0 && !self.frames.load(Relaxed)
    }
}

/// The body of a request; the talk notes when it is not read to the end.
#[derive(Debug)]
pub(crate) struct Heard {
    body: Incoming,
    ended: bool,
    talk: Arc<Talk>,
}

impl Heard {
    pub fn new(body: Incoming, talk: &Arc<Talk>) -> Self {
        Self { body, ended: false, talk: talk.clone() }
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        self.talk.unread.store(!self.ended && !self.body.is_end_stream(), Relaxed);
    }
}

impl HttpBody for Heard {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        self.ended = matches!(frame, Poll::Ready(None));
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer; the talk notes when it is over.
#[derive(Debug)]
pub(crate) struct Told {
    body: Body,
    under_way: UnderWay,
}

impl Told {
    pub fn new(body: Body, under_way: UnderWay) -> Self {
        Self { body, under_way }
    }
}

/// An answer that is not given to the end.
#[derive(Debug)]
pub(crate) struct UnderWay(Arc<Talk>);

impl UnderWay {
    fn of(talk: &Arc<Talk>) -> Self {
        talk.answers.fetch_add(1, Relaxed);
        Self(talk.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.answers.fetch_sub(1, Relaxed);
    }
}

/// A piece of an answer. The library keeps it until it is written, so the answer is under way until then: what
/// somebody has uploaded may end like a head of the library.
#[derive(Debug)]
pub(crate) struct Piece {
    bytes: Bytes,
    _under_way: UnderWay,
}

impl Buf for Piece {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
    }
}

impl HttpBody for Told {
    type Data = Piece;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Piece>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        let piece = |bytes| Piece { bytes, _under_way: UnderWay::of(&self.under_way.0) };
        Poll::Ready(frame.map(|x| x.map(|frame| frame.map_data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// What the library refuses by itself: status, code, title.
const REFUSED: [(StatusCode, &str, &str); 3] = [
    (StatusCode::BAD_REQUEST, "E-REQ-10", "refused-malformed"),
    (StatusCode::URI_TOO_LONG, "E-REQ-11", "refused-too-large"),
    (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "E-REQ-11", "refused-too-large"),
];

/// The page in both languages: in which one it was asked for could not be read.
#[derive(Template)]
#[template(path = "unread.html")]
struct UnreadPage<'a> {
    app: &'a App,
    langs: [Lang; 2],
    title: &'a str,
    code: &'a str,
    /// The key of its text.
    words: &'a str,
    phone: &'a str,
}

impl UnreadPage<'_> {
    fn name(&self, lang: &Lang) -> &str {
        self.app.name(*lang)
    }

    fn t<'a>(&'a self, lang: &Lang, key: &'a str) -> &'a str {
        self.app.texts.get(*lang, key)
    }

    fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }

    fn tel(&self) -> String {
        self.phone.chars().filter(|x| x.is_ascii_digit() || *x == '+').collect()
    }
}

/// What is said instead: made once, for all connections.
pub(crate) struct Words {
    app: Arc<App>,
    /// As in [`REFUSED`]: all heads that never change, and the page.
    said: [(Vec<u8>, Vec<u8>); REFUSED.len()],
}

impl Words {
    pub fn new(app: &Arc<App>) -> Self {
        Self { said: REFUSED.map(|x| words(app, x)), app: app.clone() }
    }

    fn answer(&self, which: usize, date: &[u8]) -> Vec<u8> {
        let (heads, page) = &self.said[which];
        let op = Id::new(self.app.clock.now(), &self.app.chance);
        self.app.meter.answered(Rate::Other, REFUSED[which].0.as_u16(), 0);
        let op = format!("operation-id: {op}\r\ndate: ");
        [heads, op.as_bytes(), date, b"\r\n\r\n", page].concat()
    }
}

fn words(app: &App, (status, code, title): (StatusCode, &str, &str)) -> (Vec<u8>, Vec<u8>) {
    let config = &app.config;
    let page = UnreadPage {
        app,
        langs: Lang::ALL,
        title,
        code,
        words: &code.to_lowercase(),
        phone: &config.support_phone,
    };
    // The template has no part that could fail; if it did, the code alone would have to do.
    let page = page.render().unwrap_or_else(|_| code.to_owned());
    let mut heads = HeaderMap::new();
    edge::secure(config, &mut heads);
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    heads.insert(header::CONNECTION, HeaderValue::from_static("close"));
    heads.insert(header::CONTENT_LENGTH, HeaderValue::from(page.len()));
    heads.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let mut said = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for (name, value) in &heads {
        said.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    (said, page.into_bytes())
}

/// Where the library's own head begins at the end of `written`, which of [`REFUSED`] it is, and its date.
fn bare(written: &[u8]) -> Option<(usize, usize, &[u8])> {
    let mut rest = written.strip_suffix(b"\r\n\r\n")?;
    let mut date = &b""[..];
    loop {
        let begin = rest.windows(2).rposition(|x| x == b"\r\n").map_or(0, |x| x + 2);
        let line = &rest[begin..];
        if let Some(said) = line.strip_prefix(b"date: ") {
            date = said;
        } else if line.starts_with(b"HTTP/1.") {
            let said = line.get(b"HTTP/1.1 ".len()..)?;
            let is = |x: &(StatusCode, _, _)| said.starts_with(x.0.as_str().as_bytes());
            return Some((begin, REFUSED.iter().position(is)?, date));
        } else if line != b"connection: close" && line != b"content-length: 0" {
            return None;
        }
        rest = rest[..begin].strip_suffix(b"\r\n")?;
    }
}

/// An accepted connection, below the library.
pub(crate) struct Wire {
    stream: Stream,
    talk: Arc<Talk>,
    words: Arc<Words>,
    /// What is said in the library's place and not written yet.
    instead: Vec<u8>,
    /// Until when something of what waits must be taken.
    stalled: Option<Pin<Box<Sleep>>>,
    stall: Duration,
    end: End,
}

/// How far the end of a connection is.
enum End {
    NotYet,
    /// All is said; what still comes is thrown away until one of these moments, so many bytes at most.
    Lingering {
        silence: Pin<Box<Sleep>>,
        last: Instant,
        left: usize,
    },
    Over,
}

impl Wire {
    pub fn new(stream: Stream, talk: Arc<Talk>, words: Arc<Words>) -> Self {
        let (instead, stalled) = (Vec::new(), None);
        Self { stream, talk, words, instead, stalled, stall: STALL, end: End::NotYet }
    }

    /// The pieces that the library writes as they go out instead, when the last of them ends with its own
    /// head.
    fn replaced(&self, pieces: &[IoSlice<'_>]) -> Option<Vec<u8>> {
        let last = pieces.iter().rposition(|x| !x.is_empty())?;
        let (begin, which, date) = bare(&pieces[last])?;
        let mut whole: Vec<u8> = pieces[..last].iter().flat_map(|x| x.iter().copied()).collect();
        whole.extend(&pieces[last][..begin]);
        whole.extend(self.words.answer(which, date));
        Some(whole)
    }

    /// Writes to the stream. A reader who takes nothing for long loses the connection: it is a place that
    /// somebody else could have.
    fn poll_out(&mut self, cx: &mut Context<'_>, bufs: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write_vectored(cx, bufs) {
            Poll::Pending => {
                let stall = self.stall;
                let fresh = || Box::pin(tokio::time::sleep(stall));
                ready!(self.stalled.get_or_insert_with(fresh).as_mut().poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            written => {
                self.stalled = None;
                written
            }
        }
    }

    /// Writes what is said in the library's place.
    fn poll_instead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.instead.is_empty() {
            let instead = std::mem::take(&mut self.instead);
            let written = self.poll_out(cx, &[IoSlice::new(&instead)]);
            self.instead = instead;
            let n = ready!(written)?;
            if n == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.instead.drain(..n);
        }
        Poll::Ready(Ok(()))
    }

    /// Throws away what still comes, until the sender has ended, too, or a bound is reached.
    fn poll_rest(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut bytes = [0; 8 * 1024];
        let End::Lingering { silence, last, left } = &mut self.end else {
            return Poll::Ready(());
        };
        loop {
            let mut piece = ReadBuf::new(&mut bytes);
            match Pin::new(&mut self.stream).poll_read(cx, &mut piece) {
                Poll::Pending => return silence.as_mut().poll(cx),
                Poll::Ready(Err(_broken)) => return Poll::Ready(()),
                Poll::Ready(Ok(())) => {}
            }
            let n = piece.filled().len();
            if n == 0 || n > *left {
                return Poll::Ready(());
            }
            *left -= n;
            silence.as_mut().reset((Instant::now() + SILENCE).min(*last));
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        ready!(wire.poll_instead(cx))?;
        if wire.talk.is_silent()
            && let Some(instead) = wire.replaced(bufs)
        {
            wire.instead = instead;
            wire.talk.unread.store(true, Relaxed);
            return Poll::Ready(Ok(bufs.iter().map(|x| x.len()).sum()));
        }
        wire.poll_out(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        ready!(wire.poll_instead(cx))?;
        Pin::new(&mut wire.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        if matches!(wire.end, End::NotYet) {
            ready!(wire.poll_instead(cx))?;
            ready!(Pin::new(&mut wire.stream).poll_shutdown(cx))?;
            let now = Instant::now();
            wire.end = match wire.talk.unread.load(Relaxed) && !wire.talk.frames.load(Relaxed) {
                true => End::Lingering {
                    silence: Box::pin(tokio::time::sleep_until(now + SILENCE)),
                    last: now + LINGER,
                    left: MOST,
                },
                false => End::Over,
            };
        }
        ready!(wire.poll_rest(cx));
        wire.end = End::Over;
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;

    const DATE: &[u8] = b"Sun, 06 Nov 1994 08:49:37 GMT";

    fn written(text: &str) -> Vec<u8> {
        text.replace('\n', "\r\n").into_bytes()
    }

    #[test]
    fn only_a_head_that_the_library_made_alone_is_taken_for_one() {
        let date = "date: Sun, 06 Nov 1994 08:49:37 GMT";
        let head = |status: &str, own: &str| {
            written(&format!(
                "HTTP/1.1 {status}\n{own}connection: close\ncontent-length: 0\n{date}\n\n"
            ))
        };
        let told = |n| Some((0, n, DATE));
        assert_eq!(bare(&head("400 Bad Request", "")), told(0));
        assert_eq!(bare(&head("414 URI Too Long", "")), told(1));
        assert_eq!(bare(&head("431 Request Header Fields Too Large", "")), told(2));
        let old = written(&format!("HTTP/1.0 400 Bad Request\ncontent-length: 0\n{date}\n\n"));
        assert_eq!(bare(&old), told(0));
        // After the end of an answer that could not be sent at once.
        let after = [&b"</html>\r\n"[..], &head("400 Bad Request", "")].concat();
        assert_eq!(bare(&after), Some((9, 0, DATE)));
        for ours in [
            head("400 Bad Request", "x-content-type-options: nosniff\n"),
            head("304 Not Modified", ""),
            b"\r\n\r\n".to_vec(),
            b"date: \r\n\r\n".to_vec(),
            b"HTTP/1.\r\n\r\n".to_vec(),
            Vec::new(),
        ] {
            assert_eq!(bare(&ours), None, "{}", String::from_utf8_lossy(&ours));
        }
    }

    /// Reading even a little, now and then, is reading.
    #[test]
    fn a_reader_who_takes_nothing_loses_the_connection() {
        let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
        let words = Arc::new(Words::new(&crate::testing::app(db)));
        crate::testing::run(whoever_reads_is_waited_for(words));
    }

    async fn whoever_reads_is_waited_for(words: Arc<Words>) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut reader = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let mut wire = Wire::new(Stream::Open(stream), Arc::default(), words);
        wire.stall = Duration::from_millis(200);
        let (size, piece) = (32 << 20, vec![b'a'; 1 << 16]);
        let reading = tokio::spawn(async move {
            let mut bytes = vec![0; 1 << 20];
            let mut left = size;
            while left > 0 {
                left -= reader.read(&mut bytes).await.unwrap();
            }
            reader
        });
        for _ in 0..size / piece.len() {
            wire.write_all(&piece).await.unwrap();
        }
        let _reader = reading.await.unwrap();
        let refused = loop {
            if let Err(error) = wire.write_all(&piece).await {
                break error;
            }
        };
        assert_eq!(refused.kind(), io::ErrorKind::TimedOut);
    }
}
