//! A text in both languages, as stored beside the thing it names.

use serde::{Deserialize, Serialize};
use texts::Lang;

/// A text people read. Russian is the source; an empty English form falls back to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    /// Russian.
    pub ru: String,
    /// English; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub en: String,
}

impl Text {
    /// A pair.
    pub fn new(ru: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ru: ru.into(), en: en.into() }
    }

    /// The form for `lang`.
    pub fn in_lang(&self, lang: Lang) -> &str {
        lang.pick(&self.ru, &self.en)
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.ru.is_empty()
    }

    /// Two lists side by side; a missing English line falls back to Russian.
    pub fn zip(ru: Vec<String>, en: Vec<String>) -> Vec<Self> {
        let mut en = en.into_iter();
        ru.into_iter().map(|ru| Self { ru, en: en.next().unwrap_or_default() }).collect()
    }
}

/// What names are sorted by: letters alone, «ё» as «е», then the name itself.
pub(crate) fn collation(name: &str) -> (String, String) {
    (search::normalise(name), name.to_owned())
}

/// Whether `word` is a stable word of addresses: small Latin letters, digits, hyphens.
pub(crate) fn is_code(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 64
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_english_form_falls_back_to_russian() {
        assert_eq!(Text::new("Паспорт", "").in_lang(Lang::En), "Паспорт");
        assert_eq!(Text::new("Паспорт", "Passport").in_lang(Lang::En), "Passport");
    }

    #[test]
    fn names_with_yo_stand_among_those_with_ye() {
        let mut names = ["Ёлкино", "Жирное", "Ежово", "Енисейск"];
        names.sort_by_key(|name| collation(name));
        assert_eq!(names, ["Ежово", "Ёлкино", "Енисейск", "Жирное"]);
    }
}
