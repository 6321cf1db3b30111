//! JPEG: segments up to the end of the picture. What phones write behind it is let be.

use super::{Flaw, measured};

/// Where in the file we are.
#[derive(Debug, Default)]
enum At {
    /// The next byte begins a marker.
    #[default]
    Marker,
    /// The next byte says which.
    Which,
    /// The length of a segment, so many bytes of it read.
    Length(u8, u8),
    /// In a segment: its marker, bytes that are left, bytes of its beginning.
    Segment(u8, u32, [u8; 6], u8),
    /// In the picture's data; whether the byte before was 0xff.
    Data(bool),
    /// Behind the end.
    Over,
}

/// Reads a JPEG.
#[derive(Debug, Default)]
pub(super) struct Reader {
    at: At,
    which: u8,
    begun: bool,
    sides: Option<(u32, u32)>,
    scanned: bool,
}

impl Reader {
    pub(super) fn feed(&mut self, byte: u8) -> Result<(), Flaw> {
        self.at = match std::mem::take(&mut self.at) {
            At::Over => At::Over,
            At::Marker if byte == 0xff => At::Which,
            At::Marker => return Err(Flaw::Damaged),
            // Any number of 0xff may stand before a marker.
            At::Which if byte == 0xff => At::Which,
            At::Which => self.marker(byte)?,
            At::Length(0, _) => At::Length(1, byte),
            At::Length(_, high) => {
                let length = u32::from(u16::from_be_bytes([high, byte]));
                match length.checked_sub(2) {
                    None => return Err(Flaw::Damaged),
                    Some(0) => self.ended(self.which, [0; 6], 0)?,
                    Some(left) => At::Segment(self.which, left, [0; 6], 0),
                }
            }
            At::Segment(which, left, mut head, mut read) => {
                if let Some(place) = head.get_mut(usize::from(read)) {
                    (*place, read) = (byte, read + 1);
                }
                match left {
                    1 => self.ended(which, head, read)?,
                    _ => At::Segment(which, left - 1, head, read),
                }
            }
            At::Data(false) => At::Data(byte == 0xff),
            At::Data(true) => match byte {
                0 | 0xd0..=0xd7 => At::Data(false),
                0xff => At::Data(true),
                other => self.marker(other)?,
            },
        };
        Ok(())
    }

    /// What a marker leads to.
    fn marker(&mut self, which: u8) -> Result<At, Flaw> {
        self.which = which;
        match which {
            0xd8 if !self.begun => {
                self.begun = true;
                Ok(At::Marker)
            }
            _ if !self.begun => Err(Flaw::Damaged),
            0xd9 if self.sides.is_some() && self.scanned => Ok(At::Over),
            0xd8 | 0xd9 | 0 | 0xd0..=0xd7 => Err(Flaw::Damaged),
            0x01 => Ok(At::Marker),
            _ => Ok(At::Length(0, 0)),
        }
    }

    /// What follows a segment.
    fn ended(&mut self, which: u8, head: [u8; 6], read: u8) -> Result<At, Flaw> {
        match which {
            // The usual frames: baseline, extended, progressive. Nobody's camera writes others.
            0xc0..=0xc2 if read >= 5 && self.sides.is_none() => {
                let side = |x: usize| u32::from(u16::from_be_bytes([head[x], head[x + 1]]));
                self.sides = Some(measured(side(3), side(1))?);
                Ok(At::Marker)
            }
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => Err(Flaw::Damaged),
            0xda if self.sides.is_some() => {
                self.scanned = true;
                Ok(At::Data(false))
            }
            0xda => Err(Flaw::Damaged),
            _ => Ok(At::Marker),
        }
    }

    pub(super) fn finish(self) -> Result<(u32, u32), Flaw> {
        match (self.at, self.sides) {
            (At::Over, Some(sides)) => Ok(sides),
            _ => Err(Flaw::Damaged),
        }
    }
}
