//! Which parts of a title the query names.

use crate::stem::{Stems, is_stop};
use crate::text::{spans, words};

/// The title in parts, each with whether the query names it: a word in any form is emphasised
/// whole, a word that is being typed as far as it goes. The parts joined are the title.
///
/// Give [`Answer::corrected`](crate::Answer::corrected) for the query when there is one.
///
/// ```
/// let parts = search::highlight("Приём главы администрации", "главе адм");
/// assert_eq!(parts, [(false, "Приём "), (true, "главы"), (false, " "), (true, "адм"), (false, "инистрации")]);
/// ```
pub fn highlight<'t>(title: &'t str, query: &str) -> Vec<(bool, &'t str)> {
    const MOST_CHARS: usize = 200;
    let query: String = query.chars().take(MOST_CHARS).collect();
    let stems = Stems::new();
    let sought = words(&query);
    let sought: Vec<_> = sought
        .iter()
        .filter(|word| sought.len() == 1 || !is_stop(word))
        .map(|word| (word, stems.stem(word)))
        .collect();
    let mut parts = Vec::new();
    let mut told = 0;
    for (place, word) in spans(title) {
        let stem = stems.stem(&word);
        let whole = sought.iter().any(|(_, sought)| *sought == stem);
        let begun = sought.iter().filter(|(typed, _)| word.starts_with(typed.as_str()));
        let letters = begun.map(|(typed, _)| typed.chars().count()).max().unwrap_or(0);
        let end = if whole { place.end } else { letters_end(title, &place, letters) };
        if end > place.start {
            parts.push((false, &title[told..place.start]));
            parts.push((true, &title[place.start..end]));
            told = end;
        }
    }
    parts.push((false, &title[told..]));
    parts.retain(|(_, part)| !part.is_empty());
    parts
}

/// Where the first `letters` letters of a word end; marks on the last belong to it.
fn letters_end(title: &str, place: &std::ops::Range<usize>, letters: usize) -> usize {
    let starts = title[place.clone()].char_indices().filter(|(_, sign)| sign.is_alphanumeric());
    match starts.map(|(at, _)| place.start + at).nth(letters) {
        Some(next) => next,
        None => place.end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_beginnings_are_emphasised() {
        let named = |title, query| {
            let parts = highlight(title, query).into_iter();
            parts.filter(|(named, _)| *named).map(|(_, part)| part).collect::<Vec<_>>()
        };
        assert_eq!(named("Получение справок", "справка"), ["справок"]);
        assert_eq!(named("Приём в мэрии", "ПРИЕМ МЭ"), ["Приём", "мэ"]);
        assert_eq!(named("Приём в мэрии", "в мэр"), ["мэрии"]);
        assert!(named("Опека", "").is_empty());
    }
}
