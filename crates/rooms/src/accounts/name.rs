//! Names of people: one alphabet a word, no look-alikes.

use base::{FieldFault, Pii};
use ident::letters::one_alphabet;
use ident::{is_nothing, tidy};

/// A surname, a name or a patronymic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(Pii<String>);

/// Characters that a part of a name may have.
const LONGEST: usize = 60;

impl PersonName {
    /// Reads one part of a name: Cyrillic or Latin letters, spaces, hyphens, apostrophes. A letter
    /// of the other alphabet that looks the same (a Latin «C» in «Cоколова») is put right, so is whatever
    /// [`tidy`] forgives, and a hyphen stands without spaces.
    ///
    /// # Errors
    /// `E-FORM-01` when empty, `E-NAME-01` with the character and its position when it does not
    /// belong into a name, `E-NAME-02` when too long, `E-NAME-03` when it begins or ends with a
    /// hyphen or an apostrophe or has two of them in a row.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, FieldFault> {
        let text = tidy(text).split('-').map(str::trim).collect::<Vec<_>>().join("-");
        if text.is_empty() {
            return Err(FieldFault::new(field, "E-FORM-01"));
        }
        if text.chars().count() > LONGEST {
            return Err(FieldFault::new(field, "E-NAME-02").arg("max", LONGEST));
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for word in text.split_inclusive([' ', '-', '\'']) {
            let (letters, mark) = match word.char_indices().next_back() {
                Some((i, c)) if " -'".contains(c) => word.split_at(i),
                _ => (word, ""),
            };
            if letters.is_empty() {
                return Err(FieldFault::new(field, "E-NAME-03"));
            }
            out += &one_alphabet(letters).map_err(|(i, c)| {
                FieldFault::new(field, "E-NAME-01").arg("char", c).arg("position", at + i + 1)
            })?;
            out += mark;
            at += word.chars().count();
        }
        if out.ends_with(['-', '\'']) {
            return Err(FieldFault::new(field, "E-NAME-03"));
        }
        Ok(Self(out.into()))
    }

    /// A name that was sealed: it was read by [`PersonName::parse`] before.
    pub(super) fn known(name: String) -> Self {
        Self(name.into())
    }

    /// Reads a part that not everybody has, such as the patronymic.
    ///
    /// # Errors
    /// As [`PersonName::parse`], but empty is fine, and so is a dash.
    pub fn parse_optional(field: &'static str, text: &str) -> Result<Self, FieldFault> {
        if is_nothing(text) { Ok(Self(Pii::default())) } else { Self::parse(field, text) }
    }

    fn is_none(&self) -> bool {
        self.0.reveal().is_empty()
    }

    /// The text itself; empty when there is none.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// A name in its parts, as its owner wants it. Whoever has one name has it as surname or as given name, as their
/// passport does; the other part is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Surname.
    pub surname: PersonName,
    /// Given name.
    pub name: PersonName,
    /// Patronymic; may be empty.
    pub patronymic: PersonName,
}

impl Names {
    /// Reads surname, name and patronymic from the fields of these names. `one`: the person has ticked that they
    /// have one name, so that nobody leaves out a part by mistake.
    ///
    /// # Errors
    /// Every faulty field: those of [`PersonName::parse`]; `E-NAME-04` at the surname of whoever has one name and
    /// typed none.
    pub fn parse(
        fields: [&'static str; 3],
        typed: [&str; 3],
        one: bool,
    ) -> Result<Self, Vec<FieldFault>> {
        let read = |i: usize| match one || i == 2 {
            true => PersonName::parse_optional(fields[i], typed[i]),
            false => PersonName::parse(fields[i], typed[i]),
        };
        let (mut surname, name, patronymic) = (read(0), read(1), read(2));
        if [&surname, &name].into_iter().all(|x| x.as_ref().is_ok_and(PersonName::is_none)) {
            surname = Err(FieldFault::new(fields[0], "E-NAME-04"));
        }
        match (surname, name, patronymic) {
            (Ok(surname), Ok(name), Ok(patronymic)) => Ok(Self { surname, name, patronymic }),
            (surname, name, patronymic) => {
                let faults = [surname.err(), name.err(), patronymic.err()];
                Err(faults.into_iter().flatten().collect())
            }
        }
    }
}

/// Whether somebody with these parts has one name.
pub fn is_one_name(surname: &str, name: &str) -> bool {
    surname.is_empty() != name.is_empty()
}

/// The parts that there are, one after another.
pub(crate) fn joined<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let there: Vec<&str> = parts.into_iter().filter(|x| !x.is_empty()).collect();
    there.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        PersonName::parse("name", text).unwrap().reveal().to_owned()
    }

    #[test]
    fn names_of_both_alphabets_are_taken() {
        for text in
            ["Соколова", "Салтыков-Щедрин", "О'Коннор", "Müller", "Nguyễn", "ибн Сина", "Ёлкин"]
        {
            assert_eq!(read(text), text);
        }
        assert_eq!(read("  Анна   Мария "), "Анна Мария");
    }

    #[test]
    fn look_alikes_of_the_other_alphabet_are_put_right() {
        assert_eq!(read("Cоколова"), "Соколова");
        assert_eq!(read("Саrter"), "Carter");
    }

    #[test]
    fn what_cannot_be_seen_and_dashes_of_every_kind_are_forgiven() {
        assert_eq!(read("Андреи\u{306}"), "Андрей");
        assert_eq!(read("Фе\u{308}дорова"), "Фёдорова");
        assert_eq!(read("Mu\u{308}ller"), "Müller");
        assert_eq!(read("\u{feff}\u{202a}Анна\u{200b}\u{202c}\u{ad}"), "Анна");
        for dash in ["\u{2212}", "\u{2011}", "–", "—", " - ", " — ", "- "] {
            assert_eq!(read(&format!("Салтыков{dash}Щедрин")), "Салтыков-Щедрин", "{dash}");
        }
        for mark in ["‘", "’", "ʻ", "´", "′", "`"] {
            assert_eq!(read(&format!("О{mark}Коннор")), "О'Коннор", "{mark}");
        }
        for text in ["Рза-оглы", "Мамед кызы", "Э", "д'Артаньян"] {
            assert_eq!(read(text), text);
        }
        for none in ["", " ", "-", "—", "\u{200b}", "\u{fe0f}"] {
            assert_eq!(PersonName::parse_optional("patronymic", none).unwrap().reveal(), "");
        }
        for empty in ["\u{200b}", "\u{202a}\u{202c}"] {
            assert_eq!(PersonName::parse("name", empty).unwrap_err().code, "E-FORM-01");
        }
    }

    #[test]
    fn a_character_that_does_not_belong_is_named_with_its_place() {
        let fault = PersonName::parse("name", "Салтыков-Щеdрин").unwrap_err();
        assert_eq!(fault.code, "E-NAME-01");
        assert_eq!(fault.args, vec![("char", "d".to_owned()), ("position", "12".to_owned())]);
        let fault = PersonName::parse("name", "Анна7").unwrap_err();
        assert_eq!(fault.args[1].1, "5");
        for text in ["-Анна", "Анна-", "Анна--Мария"] {
            assert_eq!(PersonName::parse("name", text).unwrap_err().code, "E-NAME-03", "{text}");
        }
    }

    #[test]
    fn one_name_is_enough_for_whoever_says_that_they_have_one() {
        const FIELDS: [&str; 3] = ["surname", "name", "patronymic"];
        let read = |surname: &str, name: &str, one: bool| {
            Names::parse(FIELDS, [surname, name, ""], one).map_err(|x| {
                x.into_iter().map(|x| format!("{} {}", x.field, x.code)).collect::<Vec<_>>()
            })
        };
        for (surname, name) in [("", "Сухарто"), ("Сухарто", "-")] {
            let names = read(surname, name, true).unwrap();
            let parts = [&names.surname, &names.name].map(PersonName::reveal);
            assert_eq!(joined(parts), "Сухарто");
            assert!(is_one_name(parts[0], parts[1]));
        }
        // Without the tick a part was left out by mistake.
        assert_eq!(read("", "Анна", false).unwrap_err(), ["surname E-FORM-01"]);
        assert_eq!(read("Соколова", "", false).unwrap_err(), ["name E-FORM-01"]);
        assert_eq!(read("", "", true).unwrap_err(), ["surname E-NAME-04"]);
        assert_eq!(read("", "Ан7а", true).unwrap_err(), ["name E-NAME-01"]);
        let both = read("Соколова", "Анна", true).unwrap();
        assert_eq!((both.surname.reveal(), both.name.reveal()), ("Соколова", "Анна"));
    }
}
