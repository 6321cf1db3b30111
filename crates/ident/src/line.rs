//! Lines of text in papers and addresses.

use crate::LineFault;
use crate::letters::{Alphabet, composed};
use crate::typed::{is_dash, is_invisible};

/// Characters of the longest name of a place of birth.
const PLACE: usize = 200;

/// Reads the name of a place as papers write it: «гор. Томск», «дер. Лаврово Кирсановского р-на».
///
/// # Errors
/// What is wrong with the line.
pub fn place_name(text: &str) -> Result<String, LineFault> {
    line(text, PLACE, in_names)
}

/// Reads a line of at most `max` characters: spaces put in order, dashes made one, letters of the
/// wrong alphabet put right word by word.
pub(crate) fn line(text: &str, max: usize, allowed: fn(char) -> bool) -> Result<String, LineFault> {
    let shown: String = text.chars().filter(|c| !is_invisible(*c)).map(plain).collect();
    let words: Vec<&str> = shown.split_whitespace().collect();
    let text = composed(&words.join(" "));
    if text.is_empty() {
        return Err(LineFault::Empty);
    }
    match text.chars().count().saturating_sub(max) {
        0 => {}
        over => return Err(LineFault::TooLong { max, over }),
    }
    if let Some((i, char)) = text.chars().enumerate().find(|(_, c)| !allowed(*c)) {
        return Err(LineFault::Stray { char, position: i + 1 });
    }
    Ok(text.split(' ').map(word).collect::<Vec<_>>().join(" "))
}

/// Punctuation in its plain form.
fn plain(c: char) -> char {
    match c {
        _ if is_dash(c) => '-',
        '’' | 'ʼ' | '`' => '\'',
        '０'..='９' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// A word with a Cyrillic letter becomes Cyrillic as far as letters look alike; Latin words, such as
/// the numeral in «ул. Александра II», stay.
fn word(word: &str) -> String {
    if !word.chars().any(|c| Alphabet::of(c) == Some(Alphabet::Cyrillic)) {
        return word.to_owned();
    }
    word.chars().map(|c| Alphabet::Cyrillic.twin(c).unwrap_or(c)).collect()
}

/// What a name of a place or an authority may hold.
pub(crate) fn in_names(c: char) -> bool {
    Alphabet::of(c).is_some() || c.is_ascii_digit() || " -'.,()/№\"«»".contains(c)
}
