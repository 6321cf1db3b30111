//! Lines of text in papers and addresses.

use crate::LineFault;
use crate::letters::Alphabet;
use crate::typed::tidy;

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
    let text = tidy(text);
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
