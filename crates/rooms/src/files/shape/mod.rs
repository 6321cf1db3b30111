//! What a file is, by its bytes alone: magic and structure, never its name. Pictures are looked through
//! as they come and never decoded; a PDF is read when all of it is there. Pure.

mod jpeg;
mod pdf;
mod png;
#[cfg(test)]
pub(crate) mod tests;

use base::FieldFault;

/// The biggest file, in bytes.
pub const MOST: u64 = 10 * 1024 * 1024;
/// The longest side of a picture, in pixels.
const SIDE: u32 = 16_384;
/// The most pixels of a picture.
const PIXELS: u64 = 100_000_000;
/// The most pages of a PDF.
const PAGES: u32 = 20;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A PDF.
    Pdf,
    /// A JPEG picture.
    Jpeg,
    /// A PNG picture.
    Png,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Pdf, Self::Jpeg, Self::Png];

    /// As stored, and the end of a file's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpeg",
            Self::Png => "png",
        }
    }

    /// Reads what [`Kind::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == text)
    }

    /// As `Content-Type`.
    pub fn media(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// Whether browsers can show it without running anything.
    pub fn is_picture(self) -> bool {
        self != Self::Pdf
    }
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// There is nothing in it.
    Empty,
    /// It is none of the kinds that are taken.
    Kind,
    /// It is bigger than [`MOST`].
    Size,
    /// It is cut off, or its structure is not that of its kind.
    Damaged,
    /// The picture has too many pixels.
    Pixels,
    /// The PDF has a password.
    Encrypted,
    /// The PDF does something when it is opened, or holds other files.
    Active,
    /// The PDF has too many pages.
    Pages,
}

impl Flaw {
    /// What the person is told, at this field of the form.
    pub fn at(self, field: &str) -> FieldFault {
        let fault = |code| FieldFault::new(field.to_owned(), code);
        match self {
            Self::Empty => fault("E-FILE-03"),
            Self::Kind => fault("E-FILE-02"),
            Self::Size => fault("E-FILE-04").arg("mb", MOST / 1024 / 1024),
            Self::Damaged => fault("E-FILE-05"),
            Self::Pixels => fault("E-FILE-06").arg("side", SIDE),
            Self::Encrypted => fault("E-FILE-07"),
            Self::Active => fault("E-FILE-08"),
            Self::Pages => fault("E-FILE-09").arg("most", PAGES),
        }
    }
}

/// What was found out about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What it is.
    pub kind: Kind,
    /// Bytes.
    pub size: u64,
    /// Width and height in pixels; nought for a PDF.
    pub pixels: (u32, u32),
    /// Pages; nought for a picture.
    pub pages: u32,
}

/// Looks a file through as it arrives.
#[derive(Debug, Default)]
pub struct Inspector {
    size: u64,
    /// The first bytes, until the kind is known.
    head: Vec<u8>,
    kind: Option<Reader>,
}

#[derive(Debug)]
enum Reader {
    Jpeg(jpeg::Reader),
    Png(png::Reader),
    /// All of it so far: its directory stands at the end.
    Pdf(Vec<u8>),
}

/// Bytes that tell the kinds apart.
const HEAD: usize = 8;

impl Inspector {
    /// The next bytes.
    ///
    /// # Errors
    /// As soon as it is sure that the file will not be taken.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Flaw> {
        self.size += bytes.len() as u64;
        if self.size > MOST {
            return Err(Flaw::Size);
        }
        if let Some(reader) = &mut self.kind {
            return reader.feed(bytes);
        }
        self.head.extend_from_slice(bytes);
        if self.head.len() < HEAD {
            return Ok(());
        }
        let head = std::mem::take(&mut self.head);
        let reader = match head.as_slice() {
            [0xff, 0xd8, 0xff, ..] => Reader::Jpeg(jpeg::Reader::default()),
            [0x89, b'P', b'N', b'G', ..] => Reader::Png(png::Reader::default()),
            [b'%', b'P', b'D', b'F', b'-', ..] => Reader::Pdf(Vec::new()),
            _ => return Err(Flaw::Kind),
        };
        self.kind.insert(reader).feed(&head)
    }

    /// That was all.
    ///
    /// # Errors
    /// Why the file is not taken.
    pub fn finish(self) -> Result<Shape, Flaw> {
        let (kind, pixels, pages) = match self.kind {
            None if self.size == 0 => return Err(Flaw::Empty),
            None => return Err(Flaw::Kind),
            Some(Reader::Jpeg(x)) => (Kind::Jpeg, x.finish()?, 0),
            Some(Reader::Png(x)) => (Kind::Png, x.finish()?, 0),
            Some(Reader::Pdf(x)) => (Kind::Pdf, (0, 0), pdf::pages(&x)?),
        };
        if pages > PAGES {
            return Err(Flaw::Pages);
        }
        Ok(Shape { kind, size: self.size, pixels, pages })
    }
}

impl Reader {
    fn feed(&mut self, bytes: &[u8]) -> Result<(), Flaw> {
        match self {
            Self::Jpeg(x) => bytes.iter().try_for_each(|byte| x.feed(*byte)),
            Self::Png(x) => x.feed(bytes),
            Self::Pdf(x) => {
                x.extend_from_slice(bytes);
                Ok(())
            }
        }
    }
}

/// Whether a picture of this size may be decoded by whoever looks at it.
fn measured(width: u32, height: u32) -> Result<(u32, u32), Flaw> {
    match (width, height) {
        (0, _) | (_, 0) => Err(Flaw::Damaged),
        (w, h) if w > SIDE || h > SIDE || u64::from(w) * u64::from(h) > PIXELS => Err(Flaw::Pixels),
        sides => Ok(sides),
    }
}
