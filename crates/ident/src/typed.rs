//! What people type and paste, forgiven: separators, digits in other shapes, letters that look like digits,
//! letters in two pieces, marks that cannot be seen.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use crate::NumberFault;
use crate::letters::Alphabet;

/// A line in one plain form, before it is read as what it is: nothing that cannot be seen, letters in one
/// piece, every dash `-`, every apostrophe `'`, digits of any width `0` to `9`, single spaces between words.
pub fn tidy(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !is_invisible(*c)).nfc().map(plain).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Letters and digits alone, one for all that look the same: to compare numbers of papers, and lines in them,
/// however they are typed. A Latin «H», a full-width «７», a letter «О» for nought make no other paper.
pub fn alike(text: &str) -> String {
    let line = tidy(text);
    let wide = line.chars().filter(|c| !is_separator(*c)).nfkc().collect::<String>().to_uppercase();
    let seen = wide.chars().filter_map(|c| {
        let small = c.to_lowercase().next().unwrap_or(c);
        if let Some(value) = digit(c).or_else(|| digit(small)) {
            return Some(char::from(b'0' + value));
        }
        let twin = Alphabet::Cyrillic.twin(c).or_else(|| Alphabet::Cyrillic.twin(small));
        Some(twin.unwrap_or(c)).filter(|x| x.is_alphanumeric())
    });
    seen.collect::<String>().to_lowercase().replace('ё', "е")
}

/// Whether a line says that there is nothing: it is empty, or a dash.
pub fn is_nothing(text: &str) -> bool {
    tidy(text).chars().all(|c| c == '-' || c == ' ')
}

/// The code of six digits that was typed, or that stands in a pasted message as the one group of six; none
/// when there is no such code.
pub fn six_digits(text: &str) -> Option<String> {
    if let Ok(code) = Digits::<6>::read(text) {
        return Some(code.plain());
    }
    let text = tidy(text);
    let groups = || text.split(|c: char| !c.is_ascii_digit()).filter(|x| x.len() == 6);
    let all = || text.chars().filter(char::is_ascii_digit).collect::<String>();
    match groups().next() {
        Some(code) => groups().all(|x| x == code).then(|| code.to_owned()),
        None => Some(all()).filter(|x| x.len() == 6),
    }
}

/// Dashes, apostrophes and digits in their plain form.
fn plain(c: char) -> char {
    match c {
        _ if is_dash(c) => '-',
        '’' | '‘' | 'ʼ' | 'ʻ' | '`' | '´' | '′' | '＇' => '\'',
        '０'..='９' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// Characters that stand between digits and mean nothing.
pub(crate) fn is_separator(c: char) -> bool {
    c.is_whitespace() || is_dash(c) || is_invisible(c) || matches!(c, '.' | '№')
}

/// Every dash that a keyboard or an editor makes.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}')
}

/// What comes along from a PDF, a page or a list of contacts and cannot be seen: soft hyphens, joiners, marks
/// of direction, variants of a sign.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    )
}

/// The digit that was meant: `7`, a full-width `７`, a letter «О» for nought, «З» for three, a Latin
/// «I» or «l» for one.
pub fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => Some(c as u8 - b'0'),
        '０'..='９' => u8::try_from(u32::from(c) - u32::from('０')).ok(),
        'O' | 'o' | 'О' | 'о' => Some(0),
        'I' | 'l' | '|' | 'І' => Some(1),
        'З' | 'з' => Some(3),
        _ => None,
    }
}

/// Exactly `N` decimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Digits<const N: usize>([u8; N]);

impl<const N: usize> Digits<N> {
    /// Reads `N` digits; positions in a fault count the characters as typed, from one.
    pub(crate) fn read(text: &str) -> Result<Self, NumberFault> {
        let mut digits = [0; N];
        let mut has = 0;
        for (i, char) in text.chars().enumerate().filter(|(_, c)| !is_separator(*c)) {
            let value = digit(char).ok_or(NumberFault::Stray { char, position: i + 1 })?;
            if let Some(place) = digits.get_mut(has) {
                *place = value;
            }
            has += 1;
        }
        match has {
            0 => Err(NumberFault::Empty),
            _ if has != N => Err(NumberFault::Length { needs: N, has }),
            _ => Ok(Self(digits)),
        }
    }

    pub(crate) fn values(&self) -> &[u8; N] {
        &self.0
    }

    /// The digits from `from` as a number.
    pub(crate) fn number(&self, from: usize, to: usize) -> u64 {
        self.0.iter().take(to).skip(from).fold(0, |n, digit| n * 10 + u64::from(*digit))
    }

    /// Refuses a number of noughts alone: several checks hold for it, nobody has it.
    pub(crate) fn not_zeros(&self) -> Result<(), NumberFault> {
        if self.0.iter().all(|x| *x == 0) { Err(NumberFault::Zeros) } else { Ok(()) }
    }

    /// The digits put into a template: `N` takes the next one, `•` hides it, all else stands.
    pub(crate) fn shape(&self, template: &str) -> String {
        let mut digits = self.0.iter().map(|x| char::from(b'0' + x));
        let put = |c| match c {
            'N' => digits.next(),
            '•' => digits.next().map(|_hidden| '•'),
            _ => Some(c),
        };
        template.chars().filter_map(put).collect()
    }

    /// The digits alone.
    pub(crate) fn plain(&self) -> String {
        self.0.iter().map(|x| char::from(b'0' + x)).collect()
    }
}

/// What `Debug` of personal data shows: that there is something, never what.
pub(crate) fn hidden(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    f.debug_tuple(name).field(&format_args!("▒")).finish()
}

/// A `Debug` that does not tell the value.
macro_rules! hide {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::typed::hidden(f, stringify!($name))
            }
        }
    )+};
}
pub(crate) use hide;
