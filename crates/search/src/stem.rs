//! Word forms: «опеку», «опеки» and «опека» are one stem. Words that say little are known here.

use std::fmt;

use frostem::{Algorithm, Stemmer};

use crate::text::is_cyrillic;

/// Joins the forms of a word. Snowball does the most; what it parts in the words that people write
/// to public bodies every day is joined here.
pub(crate) struct Stems {
    russian: Stemmer,
    english: Stemmer,
}

/// Noun and verb of one act, which Snowball keeps apart: «получение» and «получить».
const ONE_ACT: &[(&str, &str)] = &[
    ("зап", "запис"),
    ("записа", "запис"),
    ("записыва", "запис"),
    ("запиш", "запис"),
    ("запишит", "запис"),
    ("получен", "получ"),
    ("оформлен", "оформ"),
    ("подач", "пода"),
    ("подат", "пода"),
    ("выдач", "выда"),
    ("выдат", "выда"),
    ("встрет", "встреч"),
    ("регистрац", "регистр"),
    ("зарегистрирова", "регистр"),
    ("регистрирова", "регистр"),
    ("консультирова", "консультац"),
];

const STOP: &[&str] = &[
    "а",
    "без",
    "бы",
    "в",
    "во",
    "где",
    "для",
    "до",
    "его",
    "ее",
    "же",
    "за",
    "и",
    "из",
    "или",
    "их",
    "к",
    "как",
    "ко",
    "ли",
    "мне",
    "мой",
    "мою",
    "моя",
    "на",
    "над",
    "не",
    "но",
    "о",
    "об",
    "обо",
    "от",
    "по",
    "под",
    "при",
    "про",
    "с",
    "со",
    "то",
    "у",
    "что",
    "чтобы",
    "это",
    "я",
    "a",
    "an",
    "and",
    "at",
    "by",
    "for",
    "from",
    "in",
    "of",
    "on",
    "or",
    "the",
    "to",
    "with",
];

const GENERIC: &[&str] = &[
    "запись",
    "прием",
    "получить",
    "онлайн",
    "оформить",
    "услуга",
    "электронный",
    "подать",
    "нужно",
    "хочу",
    "можно",
    "встреча",
    "appointment",
    "book",
    "booking",
    "online",
    "service",
    "get",
];

impl fmt::Debug for Stems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stems(russian, english)")
    }
}

impl Default for Stems {
    fn default() -> Self {
        Self::new()
    }
}

impl Stems {
    pub(crate) fn new() -> Self {
        Self {
            russian: Stemmer::new(Algorithm::Russian),
            english: Stemmer::new(Algorithm::English),
        }
    }

    /// The stem of a plain word. Codes and numbers are their own stems.
    pub(crate) fn stem(&self, word: &str) -> String {
        if word.chars().any(|l| l.is_numeric()) {
            word.to_owned()
        } else if word.chars().all(is_cyrillic) {
            self.russian(word)
        } else if word.bytes().all(|b| b.is_ascii_alphabetic()) {
            self.english.stem(word).into()
        } else {
            word.to_owned()
        }
    }

    fn russian(&self, word: &str) -> String {
        let mut stem: String = self.russian.stem(word).into();
        if let Some((_, act)) = ONE_ACT.iter().find(|(form, _)| *form == stem) {
            return (*act).to_owned();
        }
        if has_fleeting_vowel(&stem) {
            stem.truncate(stem.len() - "ок".len());
            stem.push('к');
        }
        stem
    }
}

/// «справок» is a form of «справка»: the о before the last к comes and goes.
fn has_fleeting_vowel(stem: &str) -> bool {
    let mut back = stem.chars().rev();
    back.next() == Some('к')
        && back.next() == Some('о')
        && back.next().is_some_and(|l| !is_vowel(l))
        && back.any(is_vowel)
}

pub(crate) fn is_vowel(letter: char) -> bool {
    matches!(letter, 'а' | 'е' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я')
}

/// Whether the plain word only joins others («на», «в», «the»).
pub(crate) fn is_stop(word: &str) -> bool {
    STOP.contains(&word)
}

/// The stems of words that nearly every request here holds («запись», «приём», «получить»).
pub(crate) fn generic_stems(stems: &Stems) -> impl Iterator<Item = String> {
    GENERIC.iter().map(|word| stems.stem(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_one(forms: &[&str]) {
        let stems = Stems::new();
        let first = stems.stem(forms[0]);
        for form in forms {
            assert_eq!(stems.stem(form), first, "{form}");
        }
    }

    #[test]
    fn forms_of_a_word_share_a_stem() {
        are_one(&[
            "запись",
            "записи",
            "записаться",
            "записать",
            "записью",
            "записывать",
            "запишите",
        ]);
        are_one(&["опека", "опеки", "опеку", "опекой"]);
        are_one(&["справка", "справки", "справок", "справку"]);
        are_one(&["выписка", "выписок"]);
        are_one(&["получение", "получить", "получения"]);
        are_one(&["налоговая", "налоговую", "налоговой"]);
        are_one(&["врач", "врачу", "врача", "врачей"]);
        are_one(&["глава", "главы", "главой"]);
        are_one(&["мэрия", "мэрию", "мэрии"]);
    }

    #[test]
    fn short_words_keep_their_vowel() {
        let stems = Stems::new();
        assert_ne!(stems.stem("срок"), "срк");
    }

    #[test]
    fn codes_are_their_own_stems() {
        assert_eq!(Stems::new().stem("фнс7"), "фнс7");
    }
}
