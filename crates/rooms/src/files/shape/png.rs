//! PNG: chunks with right checksums, from the head to the end and not a byte more.

use crc32fast::Hasher;

use super::{Flaw, measured};

const MAGIC: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];

/// Reads a PNG.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// What is being put together: the magic, the head of a chunk, the content of the first, a checksum.
    part: Vec<u8>,
    at: At,
    /// Kind of the chunk, and bytes of it that are left.
    chunk: ([u8; 4], u32),
    sum: Hasher,
    sides: Option<(u32, u32)>,
    has_data: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    #[default]
    Magic,
    Head,
    Content,
    Sum,
    Over,
}

impl Reader {
    pub(super) fn feed(&mut self, mut bytes: &[u8]) -> Result<(), Flaw> {
        while !bytes.is_empty() {
            bytes = match self.at {
                At::Over => return Err(Flaw::Damaged),
                At::Content if self.sides.is_some() => self.content(bytes),
                At::Magic | At::Head => self.gathered(bytes, 8)?,
                At::Content => self.gathered(bytes, 13)?,
                At::Sum => self.gathered(bytes, 4)?,
            };
        }
        Ok(())
    }

    /// Passes over the content of a chunk.
    fn content<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let here = bytes.len().min(self.chunk.1 as usize);
        let (own, rest) = bytes.split_at(here);
        self.sum.update(own);
        // No more than what is left, which is 32 bits.
        self.chunk.1 -= here as u32;
        if self.chunk.1 == 0 {
            self.at = At::Sum;
        }
        rest
    }

    /// Puts `wanted` bytes together, then reads them.
    fn gathered<'a>(&mut self, bytes: &'a [u8], wanted: usize) -> Result<&'a [u8], Flaw> {
        let here = bytes.len().min(wanted - self.part.len());
        let (own, rest) = bytes.split_at(here);
        self.part.extend_from_slice(own);
        if self.part.len() == wanted {
            let part = std::mem::take(&mut self.part);
            self.read(&part)?;
        }
        Ok(rest)
    }

    fn read(&mut self, part: &[u8]) -> Result<(), Flaw> {
        let number = |x: &[u8]| x.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
        self.at = match self.at {
            At::Magic if part == MAGIC => At::Head,
            At::Magic | At::Over => return Err(Flaw::Damaged),
            At::Head => {
                let (length, kind) = (number(&part[..4]), [part[4], part[5], part[6], part[7]]);
                let first = self.sides.is_none();
                if first != (&kind == b"IHDR")
                    || (first && length != 13)
                    || length > i32::MAX as u32
                {
                    return Err(Flaw::Damaged);
                }
                (self.chunk, self.sum) = ((kind, length), Hasher::new());
                self.sum.update(&kind);
                self.has_data |= &kind == b"IDAT";
                if length == 0 { At::Sum } else { At::Content }
            }
            At::Content => {
                self.sum.update(part);
                self.sides = Some(measured(number(&part[..4]), number(&part[4..8]))?);
                At::Sum
            }
            At::Sum => {
                let sum = std::mem::take(&mut self.sum).finalize();
                match (number(part) == sum, &self.chunk.0) {
                    (false, _) => return Err(Flaw::Damaged),
                    (true, b"IEND") => At::Over,
                    (true, _) => At::Head,
                }
            }
        };
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(u32, u32), Flaw> {
        match self.sides.filter(|_| self.at == At::Over && self.has_data) {
            Some(sides) => Ok(sides),
            None => Err(Flaw::Damaged),
        }
    }
}
