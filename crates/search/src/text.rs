//! From text as people write it to plain words: the one tokeniser of index and query.

use std::ops::Range;

/// The plain form of a text: lower case, ё as е, single spaces, no punctuation, no accents.
///
/// Two names that a person would call the same come out equal; use it wherever names are compared.
/// Hyphens and dots separate words. Applying it twice changes nothing.
///
/// ```
/// assert_eq!(search::normalise("  Приём — в МЭРИЮ,  ул. 8-го Марта "), "прием в мэрию ул 8 го марта");
/// ```
pub fn normalise(text: &str) -> String {
    words(text).join(" ")
}

/// The plain words of a text in order.
pub(crate) fn words(text: &str) -> Vec<String> {
    spans(text).into_iter().map(|(_, word)| word).collect()
}

/// The plain words of a text, each with the bytes of the text it was made from.
pub(crate) fn spans(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut place = 0..0;
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        if is_plain(letter) {
            if word.is_empty() {
                place.start = at;
            }
            place.end = end;
            word.push(letter);
        } else if letter.is_alphanumeric() {
            if word.is_empty() {
                place.start = at;
            }
            place.end = end;
            word.extend(letter.to_lowercase().filter(|l| l.is_alphanumeric()).map(plain_letter));
        } else if is_invisible(letter) {
            if !word.is_empty() {
                place.end = end;
                compose(&mut word, letter);
            }
        } else {
            finish(&mut found, &mut word, &place);
        }
    }
    finish(&mut found, &mut word, &place);
    found
}

fn finish(found: &mut Vec<(Range<usize>, String)>, word: &mut String, place: &Range<usize>) {
    if !word.is_empty() {
        found.push((place.clone(), one_script(std::mem::take(word))));
    }
}

/// Most letters of most texts: nothing needs to be done to them.
fn is_plain(letter: char) -> bool {
    matches!(letter, 'а'..='я' | 'a'..='z' | '0'..='9')
}

fn plain_letter(letter: char) -> char {
    if letter == 'ё' { 'е' } else { letter }
}

/// Marks that sit on a letter and signs without width: they never separate words.
fn is_invisible(sign: char) -> bool {
    matches!(sign,
        '\u{0300}'..='\u{036f}' | '\u{0483}'..='\u{0489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        | '\u{00ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}')
}

/// «и» followed by a breve is й in two code points; every other mark is an accent and falls away.
fn compose(word: &mut String, mark: char) {
    if mark == '\u{0306}' && word.ends_with('и') {
        word.pop();
        word.push('й');
    }
}

/// A Russian word with Latin look-alikes in it (a «c» from the wrong layout) becomes Russian.
fn one_script(word: String) -> String {
    let latin = word.chars().any(|l| l.is_ascii_alphabetic());
    if !latin || !word.chars().any(is_cyrillic) {
        return word;
    }
    let twins: String = word.chars().map(cyrillic_twin).collect();
    if twins.chars().any(|l| l.is_ascii_alphabetic()) { word } else { twins }
}

fn cyrillic_twin(letter: char) -> char {
    match letter {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'k' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        other => other,
    }
}

pub(crate) fn is_cyrillic(letter: char) -> bool {
    matches!(letter, '\u{0400}'..='\u{04ff}')
}

/// The digits of every telephone number that the words of a text spell in groups.
///
/// A run of number words of ten digits, or of eleven that begin with 7 or 8, is a number; it is
/// given as its last ten digits, so that «+7 (495) 123-45-67» and «8 495 1234567» are one.
pub(crate) fn telephones(words: &[String]) -> Vec<String> {
    let is_number = |word: &&[String]| word[0].bytes().all(|b| b.is_ascii_digit());
    words
        .chunk_by(|a, b| is_number(&std::slice::from_ref(a)) == is_number(&std::slice::from_ref(b)))
        .filter(is_number)
        .filter_map(|run| telephone(&run.concat()))
        .collect()
}

fn telephone(digits: &str) -> Option<String> {
    match digits.len() {
        10 => Some(digits.to_owned()),
        11 => digits.strip_prefix(['7', '8']).map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_yo_hyphens_and_punctuation_do_not_matter() {
        assert_eq!(normalise("ПРИЁМ-прием, «Ёлка»!"), "прием прием елка");
        assert_eq!(normalise(" \t—…!? "), "");
    }

    #[test]
    fn letters_in_two_code_points_are_letters() {
        assert_eq!(normalise("прие\u{0308}м врачеи\u{0306}"), "прием врачей");
        assert_eq!(normalise("за\u{00ad}пи\u{0301}сь"), "запись");
    }

    #[test]
    fn look_alikes_from_the_other_alphabet_are_read_as_meant() {
        assert_eq!(normalise("cпpaвкa"), "справка");
        assert_eq!(normalise("web сайт"), "web сайт");
    }

    #[test]
    fn one_telephone_has_one_form() {
        let numbers = |text| telephones(&words(text));
        assert_eq!(numbers("тел. +7 (495) 123-45-67, каб. 5"), ["4951234567"]);
        assert_eq!(numbers("84951234567"), ["4951234567"]);
        assert!(numbers("101000 Москва 12").is_empty());
    }
}
