//! What was meant when the keyboard stood in the wrong layout, or Russian was typed in Latin.

use crate::text::is_cyrillic;

const LATIN: &str = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const RUSSIAN: &str = "йцукенгшщзхъфывапролджэячсмитьбюё";
/// The same keys with Shift held, where the sign is not simply a capital letter.
const SHIFTED: &str = "{}:\"<>~";
const SHIFTED_RUSSIAN: &str = "хъжэбюё";

/// The text as the same keys would have written it in the other layout; `None` when no key differs.
///
/// A text with a Latin letter is read as Russian; else one with a Cyrillic letter as English.
pub(crate) fn other_layout(text: &str) -> Option<String> {
    let pairs = || LATIN.chars().zip(RUSSIAN.chars());
    let shifted = || SHIFTED.chars().zip(SHIFTED_RUSSIAN.chars());
    let lower = || text.chars().flat_map(char::to_lowercase);
    if lower().any(|c| c.is_ascii_alphabetic()) {
        let find = |c: char| pairs().chain(shifted()).find(|(latin, _)| *latin == c);
        Some(lower().map(|c| find(c).map_or(c, |(_, russian)| russian)).collect())
    } else if lower().any(is_cyrillic) {
        let find = |c: char| pairs().find(|(_, russian)| *russian == c);
        Some(lower().map(|c| find(c).map_or(c, |(latin, _)| latin)).collect())
    } else {
        None
    }
}

/// Longest first, so that the first that fits is the right one.
const SOUNDS: &[(&str, &str)] = &[
    ("shch", "щ"),
    ("sch", "щ"),
    ("zh", "ж"),
    ("kh", "х"),
    ("ts", "ц"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("yu", "ю"),
    ("ju", "ю"),
    ("ya", "я"),
    ("ja", "я"),
    ("yo", "е"),
    ("jo", "е"),
    ("ye", "е"),
    ("je", "е"),
    ("ij", "ий"),
    ("iy", "ий"),
    ("yj", "ый"),
    ("yy", "ый"),
    ("ay", "ай"),
    ("ey", "ей"),
    ("oy", "ой"),
    ("uy", "уй"),
    ("a", "а"),
    ("b", "б"),
    ("c", "ц"),
    ("d", "д"),
    ("e", "е"),
    ("f", "ф"),
    ("g", "г"),
    ("h", "х"),
    ("i", "и"),
    ("j", "й"),
    ("k", "к"),
    ("l", "л"),
    ("m", "м"),
    ("n", "н"),
    ("o", "о"),
    ("p", "п"),
    ("q", "к"),
    ("r", "р"),
    ("s", "с"),
    ("t", "т"),
    ("u", "у"),
    ("v", "в"),
    ("w", "в"),
    ("x", "кс"),
    ("y", "ы"),
    ("z", "з"),
    ("'", "ь"),
];

/// Russian written with Latin letters, back in Russian; `None` when no letter is Latin.
pub(crate) fn from_latin(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    if !lower.chars().any(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut rest = lower.as_str();
    let mut russian = String::with_capacity(text.len() * 2);
    while let Some(next) = rest.chars().next() {
        let sound = SOUNDS.iter().find(|(latin, _)| {
            rest.strip_prefix(latin).is_some_and(|tail| !glides_on(latin, tail))
        });
        if let Some((latin, cyrillic)) = sound {
            russian.push_str(cyrillic);
            rest = &rest[latin.len()..];
        } else {
            russian.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    Some(russian)
}

/// In «naya» the y belongs to the vowel that follows («ная»), not to the one before («най»).
fn glides_on(latin: &str, tail: &str) -> bool {
    matches!(latin, "ay" | "ey" | "oy" | "uy" | "iy" | "yy")
        && tail.starts_with(['a', 'o', 'u', 'e'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_mean_the_same_in_both_layouts() {
        assert_eq!(other_layout("pfgbcm r dhfxe").as_deref(), Some("запись к врачу"));
        assert_eq!(other_layout("jgtrf").as_deref(), Some("опека"));
        assert_eq!(other_layout("j,]zdktybt").as_deref(), Some("объявление"));
        assert_eq!(other_layout("'rpfvty").as_deref(), Some("экзамен"));
        assert_eq!(other_layout("lj;lm").as_deref(), Some("дождь"));
        assert_eq!(other_layout(">HBCN").as_deref(), Some("юрист"));
        assert_eq!(other_layout("зфыызщке").as_deref(), Some("passport"));
        assert_eq!(other_layout("12"), None);
    }

    #[test]
    fn russian_in_latin_letters_is_read() {
        for (latin, russian) in [
            ("zapis k vrachu", "запис к врачу"),
            ("opeka", "опека"),
            ("nalogovaya", "налоговая"),
            ("mfc", "мфц"),
            ("glavoy", "главой"),
            ("uchastkovyy", "участковый"),
            ("Yurist", "юрист"),
        ] {
            assert_eq!(from_latin(latin).as_deref(), Some(russian));
        }
        assert_eq!(from_latin("опека"), None);
    }
}
