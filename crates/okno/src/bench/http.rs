//! A client of HTTP/1.1 that costs little beside the server it drives: requests are bytes made
//! beforehand, answers are looked at where they lie.

use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection that is kept open.
#[derive(Debug)]
pub(super) struct Conn {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// An answer, as it lies in the connection's buffer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply<'a> {
    /// The status.
    pub status: u16,
    head: &'a str,
    /// The body.
    pub body: &'a [u8],
}

impl Reply<'_> {
    /// The head `name`, which stands in small letters.
    pub fn head(&self, name: &str) -> Option<&str> {
        find(self.head, name)
    }

    /// All heads, their names in small letters.
    pub fn heads(&self) -> impl Iterator<Item = (String, &str)> {
        let lines = self.head.split("\r\n").skip(1).filter_map(|x| x.split_once(':'));
        lines.map(|(name, value)| (name.to_lowercase(), value.trim()))
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(self.body).unwrap_or_default()
    }
}

impl Conn {
    /// A connection to `address`; it opens with the first request.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, buffer: Vec::with_capacity(16 * 1024) }
    }

    /// A new connection to the same address.
    pub fn anew(&self) -> Self {
        Self::new(self.address)
    }

    /// Sends a request and waits for the whole answer. After an error the next request opens a new
    /// connection.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<Reply<'_>> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        self.buffer.clear();
        stream.write_all(request).await?;
        let body_at = read_head(&mut stream, &mut self.buffer).await?;
        let (status, length, stays, chunked) = {
            let head = head_of(&self.buffer[..body_at])?;
            let length = find(head, "content-length").and_then(|x| x.parse::<usize>().ok());
            let stays = find(head, "connection") != Some("close");
            let chunked = find(head, "transfer-encoding") == Some("chunked");
            (status_of(head)?, length, stays, chunked)
        };
        let length = match length {
            Some(length) => length,
            None if matches!(status, 204 | 304) => 0,
            None if chunked => read_chunks(&mut stream, &mut self.buffer, body_at).await?,
            None => return Err(io::Error::other("an answer without its length")),
        };
        read_up_to(&mut stream, &mut self.buffer, body_at + length).await?;
        self.stream = stays.then_some(stream);
        let head = head_of(&self.buffer[..body_at])?;
        Ok(Reply { status, head, body: &self.buffer[body_at..body_at + length] })
    }
}

/// Reads until the empty line; gives the place of the body.
async fn read_head(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let mut looked = 0;
    loop {
        let end = buffer[looked..].windows(4).position(|x| x == b"\r\n\r\n");
        if let Some(at) = end {
            return Ok(looked + at + 4);
        }
        looked = buffer.len().saturating_sub(3);
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

async fn read_up_to(stream: &mut TcpStream, buffer: &mut Vec<u8>, len: usize) -> io::Result<()> {
    while buffer.len() < len {
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

/// Reads a body that comes in chunks, whose sizes stay where they are; gives its length with them.
async fn read_chunks(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
    body_at: usize,
) -> io::Result<usize> {
    let mut at = body_at;
    loop {
        let Some(end) = buffer[at..].windows(2).position(|x| x == b"\r\n") else {
            if stream.read_buf(buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            continue;
        };
        let size = usize::from_str_radix(head_of(&buffer[at..at + end])?, 16);
        let size = size.map_err(io::Error::other)?;
        at += end + 2 + size + 2;
        read_up_to(stream, buffer, at).await?;
        if size == 0 {
            return Ok(at - body_at);
        }
    }
}

fn head_of(bytes: &[u8]) -> io::Result<&str> {
    std::str::from_utf8(bytes).map_err(io::Error::other)
}

fn status_of(head: &str) -> io::Result<u16> {
    let status = head.get(9..12).and_then(|x| x.parse().ok());
    status.ok_or_else(|| io::Error::other("not an answer of HTTP/1.1"))
}

fn find<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = head.split("\r\n").skip(1).filter_map(|x| x.split_once(':'));
    pairs.find(|x| x.0.eq_ignore_ascii_case(name)).map(|x| x.1.trim())
}

/// The bytes of a GET.
pub(super) fn get(path: &str, heads: &[(&str, &str)]) -> Vec<u8> {
    request("GET", path, (heads, ""), "")
}

/// The bytes of a POST of JSON, as a page of our own sends it.
pub(super) fn post(path: &str, heads: &[(&str, &str)], body: &str) -> Vec<u8> {
    request("POST", path, (heads, "application/json"), body)
}

/// The bytes of a POST of a form.
pub(super) fn form(path: &str, heads: &[(&str, &str)], body: &str) -> Vec<u8> {
    request("POST", path, (heads, "application/x-www-form-urlencoded"), body)
}

fn request(
    method: &str,
    path: &str,
    (heads, kind): (&[(&str, &str)], &str),
    body: &str,
) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: okno.bench\r\n");
    for (name, value) in heads {
        // Writing to a String cannot fail.
        write!(text, "{name}: {value}\r\n").unwrap_or_default();
    }
    if method == "POST" {
        let length = body.len();
        write!(text, "content-type: {kind}\r\ncontent-length: {length}\r\n").unwrap_or_default();
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}
