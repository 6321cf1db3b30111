//! Alphabets and the letters of one that look like letters of the other.

/// Letters that look alike: Cyrillic, Latin.
const LOOK_ALIKES: [(char, char); 22] = [
    ('а', 'a'),
    ('е', 'e'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('у', 'y'),
    ('х', 'x'),
    ('і', 'i'),
    ('ѕ', 's'),
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Х', 'X'),
    ('І', 'I'),
];

/// An alphabet that names are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// Russian letters, and those that Russian had.
    Cyrillic,
    /// Latin letters, with and without marks.
    Latin,
}

impl Alphabet {
    /// The alphabet of a letter; none when it is of another one or no letter.
    pub fn of(c: char) -> Option<Self> {
        match c {
            'А'..='я' | 'Ё' | 'ё' | 'І' | 'і' | 'Ѕ' | 'ѕ' => Some(Self::Cyrillic),
            'A'..='Z' | 'a'..='z' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ɏ' | 'Ḁ'..='ỿ' => {
                Some(Self::Latin)
            }
            _ => None,
        }
    }

    /// The letter itself when it is of this alphabet, else the one that looks like it.
    pub fn twin(self, c: char) -> Option<char> {
        if Self::of(c) == Some(self) {
            return Some(c);
        }
        LOOK_ALIKES.iter().find_map(|(cyrillic, latin)| match self {
            Self::Cyrillic if *latin == c => Some(*cyrillic),
            Self::Latin if *cyrillic == c => Some(*latin),
            _ => None,
        })
    }
}

/// The word in one alphabet: a Latin «C» in «Cоколова» becomes Cyrillic.
///
/// # Errors
/// The first character that forbids it, and how many stand before it.
pub fn one_alphabet(word: &str) -> Result<String, (usize, char)> {
    let letters: Vec<char> = word.chars().collect();
    if let Some((i, c)) = letters.iter().enumerate().find(|(_, c)| Alphabet::of(**c).is_none()) {
        return Err((i, *c));
    }
    let lacks = |which| !letters.iter().any(|c| Alphabet::of(*c) == Some(which));
    if lacks(Alphabet::Cyrillic) || lacks(Alphabet::Latin) {
        return Ok(word.to_owned());
    }
    let put_into = |alphabet: Alphabet| {
        let put = |(i, c): (usize, &char)| alphabet.twin(*c).ok_or((i, *c));
        letters.iter().enumerate().map(put).collect::<Result<String, _>>()
    };
    put_into(Alphabet::Cyrillic).or_else(|cause| put_into(Alphabet::Latin).map_err(|_also| cause))
}
