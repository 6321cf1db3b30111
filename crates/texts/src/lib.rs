//! Every text a person sees, in Russian (the source) and English, from the Fluent files in
//! `locales/`. Rooms and pages name a text by its key; a missing key is found by a test, and shows
//! itself as the key when it slips through.

mod dates;

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

pub use dates::Form;
use fluent_bundle::FluentResource;
use fluent_bundle::concurrent::FluentBundle;
pub use fluent_bundle::{FluentArgs, FluentValue};
use rust_embed::RustEmbed;
use unic_langid::langid;

#[derive(RustEmbed)]
#[folder = "../../locales"]
struct Files;

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Russian: the source of all texts.
    #[default]
    Ru,
    /// English.
    En,
}

impl Lang {
    /// All languages, the source first.
    pub const ALL: [Self; 2] = [Self::Ru, Self::En];

    /// `ru` or `en`: of the folder, of `<html lang>`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// Picks the Russian or the English form of a pair; an empty English form falls back.
    pub fn pick<'a>(self, ru: &'a str, en: &'a str) -> &'a str {
        if self == Self::En && !en.is_empty() { en } else { ru }
    }
}

impl FromStr for Lang {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|x| x.code() == text).ok_or(())
    }
}

/// The texts of all languages.
pub struct Texts {
    ru: Bundle,
    en: Bundle,
}

struct Bundle {
    fluent: FluentBundle<FluentResource>,
    /// Texts without arguments, formatted once.
    plain: HashMap<String, String>,
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Texts({} in Russian)", self.ru.plain.len())
    }
}

/// A fault of a locale file: found by the tests, never by a person.
#[derive(Debug)]
pub struct TextFault(String);

impl fmt::Display for TextFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TextFault {}

impl Texts {
    /// Reads the files that are built into the program.
    ///
    /// # Errors
    /// Names the file and the text that cannot be parsed or stands there twice.
    pub fn load() -> Result<Self, TextFault> {
        Ok(Self { ru: Bundle::load(Lang::Ru)?, en: Bundle::load(Lang::En)? })
    }

    fn bundle(&self, lang: Lang) -> &Bundle {
        match lang {
            Lang::Ru => &self.ru,
            Lang::En => &self.en,
        }
    }

    /// The text `key` without arguments.
    pub fn get<'a>(&'a self, lang: Lang, key: &'a str) -> &'a str {
        self.bundle(lang).plain.get(key).map_or(key, String::as_str)
    }

    /// Whether there is a text `key`.
    pub fn has(&self, lang: Lang, key: &str) -> bool {
        self.bundle(lang).fluent.has_message(key)
    }

    /// The text `key` with arguments; numbers choose plural forms.
    pub fn with(&self, lang: Lang, key: &str, args: &[(&str, FluentValue<'_>)]) -> String {
        let bundle = &self.bundle(lang).fluent;
        let Some(pattern) = bundle.get_message(key).and_then(|x| x.value()) else {
            return key.to_owned();
        };
        let args: FluentArgs<'_> = args.iter().map(|(k, v)| (*k, v.clone())).collect();
        let mut errors = vec![];
        bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned()
    }

    /// All keys of a language, for the tests that compare them.
    pub fn keys(lang: Lang) -> Vec<String> {
        let mut keys: Vec<String> = sources(lang).flat_map(|(_, text)| keys_of(&text)).collect();
        keys.sort();
        keys
    }
}

fn sources(lang: Lang) -> impl Iterator<Item = (String, String)> {
    Files::iter()
        .filter(move |path| path.starts_with(lang.code()) && path.ends_with(".ftl"))
        .filter_map(|path| {
            let file = Files::get(&path)?;
            Some((path.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
        })
}

/// Keys of messages: lines that begin with a letter and hold `=`.
fn keys_of(text: &str) -> Vec<String> {
    let line = |line: &str| {
        let (key, _) = line.split_once('=')?;
        let key = key.trim_end();
        let named = key.starts_with(|c: char| c.is_ascii_alphabetic());
        (named && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)))
            .then(|| key.to_owned())
    };
    text.lines().filter_map(line).collect()
}

impl Bundle {
    fn load(lang: Lang) -> Result<Self, TextFault> {
        let id = if lang == Lang::Ru { langid!("ru") } else { langid!("en") };
        let mut fluent = FluentBundle::new_concurrent(vec![id]);
        fluent.set_use_isolating(false);
        let mut keys = Vec::new();
        for (path, text) in sources(lang) {
            keys.extend(keys_of(&text));
            let resource = FluentResource::try_new(text)
                .map_err(|(_, errors)| TextFault(format!("{path}: {errors:?}")))?;
            fluent
                .add_resource(resource)
                .map_err(|errors| TextFault(format!("{path}: {errors:?}")))?;
        }
        let mut plain = HashMap::with_capacity(keys.len());
        for key in keys {
            let Some(pattern) = fluent.get_message(&key).and_then(|x| x.value()) else { continue };
            let mut errors = vec![];
            let text = fluent.format_pattern(pattern, None, &mut errors);
            if errors.is_empty() {
                let text = text.into_owned();
                plain.insert(key, text);
            }
        }
        Ok(Self { fluent, plain })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may unwrap")]
mod tests {
    use super::*;

    #[test]
    fn every_text_stands_in_both_languages_once() {
        let (ru, en) = (Texts::keys(Lang::Ru), Texts::keys(Lang::En));
        let missing: Vec<_> = ru.iter().filter(|key| !en.contains(key)).collect();
        let extra: Vec<_> = en.iter().filter(|key| !ru.contains(key)).collect();
        assert!(
            missing.is_empty() && extra.is_empty(),
            "no English: {missing:?}; no Russian: {extra:?}"
        );
        Texts::load().unwrap();
    }

    #[test]
    fn russian_plurals_follow_the_number() {
        let texts = Texts::load().unwrap();
        let places = |n: i64| texts.with(Lang::Ru, "places-free", &[("n", n.into())]);
        assert_eq!(places(1), "1 свободное место");
        assert_eq!(places(3), "3 свободных места");
        assert_eq!(places(11), "11 свободных мест");
    }

    #[test]
    fn dates_are_written_as_people_say_them() {
        let texts = Texts::load().unwrap();
        let day = jiff::civil::date(2026, 12, 9);
        assert_eq!(texts.date(Lang::Ru, day, Form::Long), "среда, 9 декабря 2026");
        assert_eq!(texts.date(Lang::En, day, Form::Long), "Wednesday, 9 December 2026");
        assert_eq!(texts.date(Lang::Ru, day, Form::Day), "9 декабря");
        assert_eq!(texts.date(Lang::Ru, day, Form::Month), "Декабрь 2026");
    }
}
