//! As much of CBOR (RFC 8949) as authenticators write: definite lengths, no tags, no fractions.

/// How deep things may lie in one another.
const DEPTH: usize = 6;

/// A value, as it lies in the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Int(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    List(Vec<Self>),
    Map(Vec<(Self, Self)>),
    /// False, true, null.
    Simple,
}

impl<'a> Value<'a> {
    /// The value of a map under a text.
    pub fn field(&self, name: &str) -> Option<&Self> {
        self.find(|key| matches!(key, Self::Text(text) if *text == name))
    }

    /// The value of a map under a number.
    pub fn label(&self, number: i64) -> Option<&Self> {
        self.find(|key| *key == Self::Int(number))
    }

    fn find(&self, is: impl Fn(&Self) -> bool) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find(|(key, _)| is(key)).map(|(_, value)| value)
    }

    pub fn int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }

    pub fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }
}

/// Reads one value from the beginning of `input`, which then begins behind it; nothing when it is
/// damaged or of a kind that no authenticator writes.
pub(super) fn read<'a>(input: &mut &'a [u8]) -> Option<Value<'a>> {
    value(input, DEPTH)
}

fn value<'a>(input: &mut &'a [u8], depth: usize) -> Option<Value<'a>> {
    let depth = depth.checked_sub(1)?;
    let [first] = *take(input, 1)? else { return None };
    let argument = argument(input, first & 0x1f)?;
    let length = || usize::try_from(argument).ok();
    Some(match first >> 5 {
        0 => Value::Int(i64::try_from(argument).ok()?),
        1 => Value::Int(-1 - i64::try_from(argument).ok()?),
        2 => Value::Bytes(take(input, length()?)?),
        3 => Value::Text(std::str::from_utf8(take(input, length()?)?).ok()?),
        // What is not there is noticed at its first byte, so a wrong length allocates nothing.
        4 => Value::List((0..argument).map(|_| value(input, depth)).collect::<Option<_>>()?),
        5 => {
            let mut pair = || Some((value(input, depth)?, value(input, depth)?));
            Value::Map((0..argument).map(|_| pair()).collect::<Option<_>>()?)
        }
        7 if (20..=22).contains(&argument) => Value::Simple,
        _ => return None,
    })
}

/// What follows the first byte: a number, or a length.
fn argument(input: &mut &[u8], short: u8) -> Option<u64> {
    let bytes = match short {
        0..=23 => return Some(u64::from(short)),
        24..=27 => take(input, 1 << (short - 24))?,
        _ => return None,
    };
    Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// The next `count` bytes.
pub(super) fn take<'a>(input: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (head, rest) = input.split_at_checked(count)?;
    *input = rest;
    Some(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_the_standard_writes_them() {
        // Appendix A of RFC 8949.
        let int = |bytes: &[u8]| read(&mut &*bytes).unwrap().int();
        assert_eq!(int(&[0x17]), Some(23));
        assert_eq!(int(&[0x19, 0x03, 0xe8]), Some(1000));
        assert_eq!(int(&[0x1b, 0, 0, 0, 0xe8, 0xd4, 0xa5, 0x10, 0]), Some(1_000_000_000_000));
        assert_eq!(int(&[0x38, 0x63]), Some(-100));
        let map = [0xa2, 0x01, 0x02, 0x61, 0x61, 0x82, 0x43, 1, 2, 3, 0xf5];
        let mut rest: &[u8] = &[&map[..], &[0x99]].concat();
        let map = read(&mut rest).unwrap();
        assert_eq!(rest, [0x99], "what stands behind is left");
        assert_eq!(map.label(1).and_then(Value::int), Some(2));
        let list = Value::List(vec![Value::Bytes(&[1, 2, 3]), Value::Simple]);
        assert_eq!(map.field("a"), Some(&list));
    }

    #[test]
    fn what_is_damaged_is_nothing() {
        let endless = [0x9f, 0x01, 0xff];
        let tagged = [0xc0, 0x01];
        let cut = [0x58, 0x20, 1, 2];
        let huge = [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        let deep = [0x81; 100];
        let no_text = [0x62, 0xc3, 0x28];
        let all: [&[u8]; 8] = [&[], &endless, &tagged, &cut, &huge, &deep, &no_text, &[0xf9, 0, 0]];
        for bytes in all {
            assert_eq!(read(&mut &*bytes), None, "{bytes:x?}");
        }
    }
}
