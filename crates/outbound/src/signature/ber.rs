//! BER into DER (X.690): programs that sign a stream do not know its length beforehand and write
//! indefinite lengths, and the content in pieces. What is read afterwards is DER and nothing else.

/// How deep a value may be nested.
const DEPTH: usize = 24;
/// How many elements it may have.
const ELEMENTS: usize = 20_000;

const END: [u8; 2] = [0, 0];
const CONSTRUCTED: u8 = 0x20;
const OCTETS: u8 = 0x04;

/// Whether these bytes begin as no DER does: a sequence without a length.
pub(super) fn is_streamed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x30, 0x80])
}

/// The same value in DER; nothing when it is none, nested too deep, or followed by anything.
pub(super) fn to_der(ber: &[u8]) -> Option<Vec<u8>> {
    let mut rest = ber;
    let whole = Recoder { left: ELEMENTS }.element(&mut rest, DEPTH)?;
    rest.is_empty().then(|| whole.coded())
}

struct Recoder {
    left: usize,
}

/// An element: its tag, and its content in DER.
struct Element {
    tag: u8,
    content: Vec<u8>,
}

impl Recoder {
    fn element(&mut self, input: &mut &[u8], depth: usize) -> Option<Element> {
        self.left = self.left.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        let tag = byte(input)?;
        // Zero ends something; numbers above thirty are used nowhere in a signature.
        if tag == 0 || tag & 0x1f == 0x1f {
            return None;
        }
        let inside = match (tag & CONSTRUCTED != 0, length(input)?) {
            (false, Some(length)) => {
                return Some(Element { tag, content: bytes(input, length)?.to_vec() });
            }
            (false, None) => return None,
            (true, Some(length)) => {
                let mut content = bytes(input, length)?;
                let mut inside = Vec::new();
                while !content.is_empty() {
                    inside.push(self.element(&mut content, depth)?);
                }
                inside
            }
            (true, None) => {
                let mut inside = Vec::new();
                while !input.starts_with(&END) {
                    inside.push(self.element(input, depth)?);
                }
                bytes(input, END.len())?;
                inside
            }
        };
        joined(tag, inside)
    }
}

/// An element of others: those of a string become one string.
fn joined(tag: u8, inside: Vec<Element>) -> Option<Element> {
    const PIECES: u8 = OCTETS | CONSTRUCTED;
    match tag {
        PIECES => {
            let strings = inside.iter().all(|x| x.tag == OCTETS);
            let content = inside.iter().flat_map(|x| x.content.iter().copied()).collect();
            strings.then_some(Element { tag: OCTETS, content })
        }
        // A sequence, a set, or something of this context.
        0x30 | 0x31 | 0xa0..=0xbf => {
            let content = inside.iter().flat_map(Element::coded).collect();
            Some(Element { tag, content })
        }
        _ => None,
    }
}

impl Element {
    fn coded(&self) -> Vec<u8> {
        let length = self.content.len().to_be_bytes();
        let length = &length[length.iter().take_while(|x| **x == 0).count()..];
        let mut coded = vec![self.tag];
        match (self.content.len(), u8::try_from(length.len())) {
            (short @ 0..0x80, _) => coded.push(u8::try_from(short).unwrap_or_default()),
            (_, Ok(bytes)) => {
                coded.push(0x80 | bytes);
                coded.extend(length);
            }
            // A length of eight bytes at most has no other number of them.
            (_, Err(_)) => {}
        }
        coded.extend(&self.content);
        coded
    }
}

fn byte(input: &mut &[u8]) -> Option<u8> {
    let (first, rest) = input.split_first()?;
    *input = rest;
    Some(*first)
}

fn bytes<'a>(input: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (content, rest) = input.split_at_checked(length)?;
    *input = rest;
    Some(content)
}

/// A length; the inner nothing means that an end will follow.
fn length(input: &mut &[u8]) -> Option<Option<usize>> {
    match byte(input)? {
        short @ 0..0x80 => Some(Some(usize::from(short))),
        0x80 => Some(None),
        long @ 0x81..=0x84 => {
            let digits = bytes(input, usize::from(long & 0x7f))?;
            Some(Some(digits.iter().fold(0, |sum, x| sum << 8 | usize::from(*x))))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_stream_becomes_what_it_would_be_with_lengths() {
        let ber = [
            &[0x30, 0x80, 0x02, 0x01, 0x05][..],
            &[0xa0, 0x80, 0x24, 0x80, 0x04, 0x02, 1, 2, 0x04, 0x01, 3, 0, 0, 0, 0],
            &[0x31, 0x82, 0x00, 0x03, 0x02, 0x01, 0x07, 0, 0],
        ];
        let der = [0x30, 0x0f, 2, 1, 5, 0xa0, 5, 4, 3, 1, 2, 3, 0x31, 3, 2, 1, 7];
        assert_eq!(to_der(&ber.concat()).unwrap(), der);
        assert_eq!(to_der(&der).unwrap(), der, "DER stays as it is");
        for size in [127, 128, 255, 256, 70_000] {
            let mut long = vec![0x30, 0x80, 0x24, 0x80];
            for piece in vec![7; size].chunks(100) {
                long.extend([&[0x04, u8::try_from(piece.len()).unwrap()], piece].concat());
            }
            long.extend([0, 0, 0, 0]);
            let der = to_der(&long).unwrap();
            assert_eq!(to_der(&der).unwrap(), der, "{size}");
            assert!(der.ends_with(&vec![7; size]) && der.len() < size + 12);
        }
    }

    #[test]
    fn a_hostile_nest_is_refused_before_it_hurts() {
        let deep = |n: usize| [[0x30, 0x80].repeat(n), [0, 0].repeat(n)].concat();
        assert!(to_der(&deep(DEPTH)).is_some() && to_der(&deep(DEPTH + 1)).is_none());
        assert!(to_der(&[0x30, 0x80].repeat(500_000)).is_none(), "and never closed");
        assert!(to_der(&[0x24, 0x80].repeat(500_000)).is_none());
        let wide = |n: usize| [&[0x30, 0x80][..], &[5, 0].repeat(n), &[0, 0]].concat();
        assert!(to_der(&wide(ELEMENTS - 1)).is_some() && to_der(&wide(ELEMENTS)).is_none());
        for broken in [
            &[][..],
            &[0x30],
            &[0x30, 0x80],
            &[0x30, 0x80, 0],
            &[0x30, 0x80, 0, 0, 0],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x30, 0x85, 0, 0, 0, 0, 1, 5, 0],
            &[0x04, 0x80, 0, 0],
            &[0x24, 0x80, 0x02, 0x01, 1, 0, 0],
            &[0x23, 0x80, 0, 0],
            &[0x3f, 0x21, 0x00],
            &[0x30, 0x02, 0x00, 0x00],
        ] {
            assert!(to_der(broken).is_none(), "{broken:02x?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(
            bytes in prop::collection::vec(
                prop::sample::select(vec![0_u8, 1, 4, 0x24, 0x30, 0x31, 0x80, 0x81, 0xa0]), 0..64)
        ) {
            if let Some(der) = to_der(&bytes) {
                prop_assert_eq!(to_der(&der), Some(der.clone()));
                prop_assert!(der.len() <= bytes.len() + 4 * bytes.len());
            }
        }
    }
}
