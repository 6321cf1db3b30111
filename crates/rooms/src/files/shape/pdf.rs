//! PDF: whether it has a directory where it says, a password, or anything that acts; and its pages. Objects
//! that stand in compressed streams are unpacked, within bounds, and looked at, too.

use std::io::Read as _;

use flate2::read::ZlibDecoder;

use super::Flaw;

/// Where the end of a PDF is looked for, in bytes from its end.
const TAIL: usize = 2048;
/// What the compressed objects of a file may unpack to, in bytes.
const UNPACKED: u64 = 32 * 1024 * 1024;

/// Names that stand for something that acts, or for other files inside.
const ACTIVE: [&[u8]; 8] = [
    b"JavaScript",
    b"JS",
    b"Launch",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"RichMedia",
    b"XFA",
    b"SubmitForm",
];

/// The number of pages of a PDF that is taken.
pub(super) fn pages(file: &[u8]) -> Result<u32, Flaw> {
    directory(file)?;
    let mut found = Found { left: UNPACKED, pages: 0 };
    let mut rest = file;
    loop {
        let Some((text, content, after)) = next_stream(rest)? else {
            found.names(rest)?;
            break;
        };
        found.names(text)?;
        let dictionary = &text[last(text, b"obj").unwrap_or(0)..];
        if names(dictionary).any(|x| x == b"ObjStm") {
            found.packed(dictionary, content)?;
        }
        rest = after;
    }
    if found.pages == 0 { Err(Flaw::Damaged) } else { Ok(found.pages) }
}

struct Found {
    left: u64,
    pages: u32,
}

impl Found {
    /// Looks through the names of a piece of text.
    fn names(&mut self, text: &[u8]) -> Result<(), Flaw> {
        let mut before = Vec::new();
        for name in names(text) {
            if name == b"Encrypt" {
                return Err(Flaw::Encrypted);
            }
            if ACTIVE.contains(&name.as_slice()) {
                return Err(Flaw::Active);
            }
            self.pages += u32::from(before == b"Type" && name == b"Page");
            before = name;
        }
        Ok(())
    }

    /// Unpacks a stream of objects and looks through it.
    fn packed(&mut self, dictionary: &[u8], content: &[u8]) -> Result<(), Flaw> {
        let mut unpacked = Vec::new();
        match names(dictionary).any(|x| x == b"FlateDecode" || x == b"Fl") {
            false => unpacked.extend_from_slice(content),
            true => {
                let mut reader = ZlibDecoder::new(content).take(self.left);
                reader.read_to_end(&mut unpacked).map_err(|_broken| Flaw::Damaged)?;
            }
        }
        self.left = self.left.saturating_sub(unpacked.len() as u64);
        if self.left == 0 {
            return Err(Flaw::Damaged);
        }
        self.names(&unpacked)
    }
}

/// The directory of objects stands where the end of the file says.
fn directory(file: &[u8]) -> Result<(), Flaw> {
    let tail = &file[file.len().saturating_sub(TAIL)..];
    let end = last(tail, b"%%EOF").ok_or(Flaw::Damaged)?;
    let start = last(&tail[..end], b"startxref").ok_or(Flaw::Damaged)?;
    let digits: String = tail[start + b"startxref".len()..end]
        .iter()
        .map(|x| char::from(*x))
        .skip_while(char::is_ascii_whitespace)
        .take_while(char::is_ascii_digit)
        .collect();
    let at: usize = digits.parse().map_err(|_none| Flaw::Damaged)?;
    let there = file.get(at..).unwrap_or_default().trim_ascii_start();
    let is_object = || {
        let head = &there[..there.len().min(40)];
        there.first().is_some_and(u8::is_ascii_digit) && find(head, b"obj").is_some()
    };
    if there.starts_with(b"xref") || is_object() { Ok(()) } else { Err(Flaw::Damaged) }
}

type Stream<'a> = (&'a [u8], &'a [u8], &'a [u8]);

/// The text up to the next stream, the stream's content, and what follows it.
fn next_stream(rest: &[u8]) -> Result<Option<Stream<'_>>, Flaw> {
    let mut from = 0;
    while let Some(at) = find(&rest[from..], b"stream").map(|x| x + from) {
        let begin = at + b"stream".len();
        let content = match &rest[begin..] {
            [b'\r', b'\n', ..] => begin + 2,
            [b'\n', ..] => begin + 1,
            _ => {
                from = begin;
                continue;
            }
        };
        let end = find(&rest[content..], b"endstream").ok_or(Flaw::Damaged)? + content;
        let after = &rest[end + b"endstream".len()..];
        return Ok(Some((&rest[..at], &rest[content..end], after)));
    }
    Ok(None)
}

/// Names of a piece of text, with `#4A` undone.
fn names(text: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    text.split(|x| *x == b'/').skip(1).map(|rest| {
        let ends = |x: &u8| x.is_ascii_whitespace() || b"()<>[]{}%\0".contains(x);
        let raw = &rest[..rest.iter().position(ends).unwrap_or(rest.len())];
        let (mut name, mut left) = (Vec::with_capacity(raw.len()), raw);
        while let [byte, rest @ ..] = left {
            let digits = rest.get(..2).filter(|_| *byte == b'#');
            let code =
                digits.and_then(|x| u8::from_str_radix(std::str::from_utf8(x).ok()?, 16).ok());
            name.push(code.unwrap_or(*byte));
            left = if code.is_some() { &rest[2..] } else { rest };
        }
        name
    })
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|x| x == word)
}

fn last(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).rposition(|x| x == word)
}
