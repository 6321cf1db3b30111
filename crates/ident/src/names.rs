//! Whether two spellings are the same name, as registries have to compare them.

use crate::letters::Alphabet;
use crate::typed::tidy;

/// How two names relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// One name, perhaps spelled differently.
    Same,
    /// So near that a typing mistake is likelier than another person.
    Typo,
    /// Two names.
    Other,
}

/// A person's name in its three parts.
#[derive(Clone, Copy)]
pub struct FullName<'a> {
    /// Surname; empty when the person has one name and it stands in `name`.
    pub surname: &'a str,
    /// Name; empty when the person has one name and it stands in `surname`.
    pub name: &'a str,
    /// Patronymic; empty or a word such as «нет» when there is none.
    pub patronymic: &'a str,
}

impl FullName<'_> {
    /// The same with an only name in the place of the surname: papers and people put it into either.
    #[must_use]
    pub fn settled(self) -> Self {
        match self.surname.trim().is_empty() {
            true => Self { surname: self.name, name: "", ..self },
            false => self,
        }
    }
}

/// What people write where they have no patronymic.
const NONE: [&str; 5] = ["нет", "отсутствует", "неимеется", "неимею", "бо"];

/// Letters of the longer name that make one mistake likely, and two.
const ONE_FROM: usize = 4;
const TWO_FROM: usize = 9;

/// Whether two spellings are one name: case, ё and е, hyphens, spaces and apostrophes do not matter,
/// nor letters of the other alphabet that look the same.
pub fn same_name(a: &str, b: &str) -> bool {
    [Alphabet::Cyrillic, Alphabet::Latin].into_iter().any(|x| folded(a, x) == folded(b, x))
}

/// As [`same_name`], and no patronymic is no patronymic however people say so.
pub fn same_patronymic(a: &str, b: &str) -> bool {
    match (has_none(a), has_none(b)) {
        (false, false) => same_name(a, b),
        (a, b) => a == b,
    }
}

/// Whether two full names are one. In which field an only name stands does not matter.
pub fn same_person(a: &FullName<'_>, b: &FullName<'_>) -> bool {
    let (a, b) = (a.settled(), b.settled());
    same_name(a.surname, b.surname)
        && same_name(a.name, b.name)
        && same_patronymic(a.patronymic, b.patronymic)
}

/// How two full names relate: one part may be mistyped, two are another person. A patronymic that
/// one of them lacks is no mistake.
pub fn person_likeness(a: &FullName<'_>, b: &FullName<'_>) -> Likeness {
    let (a, b) = (a.settled(), b.settled());
    let patronymic = match same_patronymic(a.patronymic, b.patronymic) {
        true => Likeness::Same,
        false if has_none(a.patronymic) || has_none(b.patronymic) => Likeness::Other,
        false => likeness(a.patronymic, b.patronymic),
    };
    let parts = [likeness(a.surname, b.surname), likeness(a.name, b.name), patronymic];
    let count = |which| parts.iter().filter(|x| **x == which).count();
    match (count(Likeness::Other), count(Likeness::Typo)) {
        (0, 0) => Likeness::Same,
        (0, 1) => Likeness::Typo,
        _ => Likeness::Other,
    }
}

/// How two spellings relate. A mistake is a letter left out, put in, changed or swapped with its
/// neighbour: one in a name of four letters and more, two from nine letters on. «Иванов» and
/// «Иванова» are no mistake, but a family.
pub fn likeness(a: &str, b: &str) -> Likeness {
    if same_name(a, b) {
        return Likeness::Same;
    }
    let (a, b) = (folded(a, Alphabet::Cyrillic), folded(b, Alphabet::Cyrillic));
    let allowed = match a.chars().count().max(b.chars().count()) {
        0..ONE_FROM => 0,
        ONE_FROM..TWO_FROM => 1,
        _ => 2,
    };
    let near = strsim::damerau_levenshtein(&a, &b) <= allowed;
    if near && !is_family(&a, &b) && !is_family(&b, &a) { Likeness::Typo } else { Likeness::Other }
}

/// Whether `longer` is `shorter` in the other gender.
fn is_family(longer: &str, shorter: &str) -> bool {
    const PAIRS: [(&str, &str); 4] = [("а", ""), ("ая", "ий"), ("ая", "ый"), ("ая", "ой")];
    PAIRS.iter().any(|(hers, his)| {
        let stem = longer.strip_suffix(hers);
        stem.is_some_and(|stem| !stem.is_empty() && Some(stem) == shorter.strip_suffix(his))
    })
}

fn has_none(patronymic: &str) -> bool {
    let said = folded(patronymic, Alphabet::Cyrillic);
    said.is_empty() || NONE.contains(&said.as_str())
}

/// Lower case, without marks between letters, in one alphabet where all letters allow it.
fn folded(name: &str, alphabet: Alphabet) -> String {
    let skipped = |c: char| matches!(c, ' ' | '-' | '\'' | '.' | '/');
    let letters: String = tidy(name).chars().filter(|c| !skipped(*c)).collect();
    let turned: Option<String> = letters.chars().map(|c| alphabet.twin(c)).collect();
    turned.unwrap_or(letters).to_lowercase().replace('ё', "е")
}
