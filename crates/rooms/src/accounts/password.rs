//! Passwords as typed: checked once, never printed, never stored.

use std::fmt;

use base::FieldFault;
use sha2::{Digest as _, Sha256};

/// A password that the rules accept.
#[derive(Clone)]
pub struct Password(String);

/// Shortest password, in characters.
pub const SHORTEST: usize = 8;
/// Longest password, in characters.
pub const LONGEST: usize = 128;

/// Words on which the passwords tried first are built; digits and signs around them change nothing.
const COMMON: &str = "\
    password passwd passw parol qwerty qwertyuiop qwert qwer asdf asdfgh asdfghjkl zxcv zxcvbn \
    zxcvbnm qazwsx qazwsxedc qweasd qweasdzxc abc abcd abcdef abcdefg admin administrator root \
    user guest test tester demo welcome letmein login master monkey dragon football baseball \
    superman batman sunshine princess iloveyou loveyou love lovely shadow michael jordan killer \
    hello freedom whatever trustno secret changeme default system server computer internet \
    google yandex vkontakte mailru gosuslugi okno russia rossiya moscow moskva spartak zenit \
    dinamo privet lubov ljubov solnce solnyshko kotenok natasha marina svetlana tatiana \
    ekaterina alexander aleksandr sergey dmitry andrey vladimir maxim nikita nastya kristina \
    samsung iphone android nokia pokemon matrix summer winter spring autumn january monday \
    пароль йцукен йцукенг йцукенгшщзхъ фыва фывапр ячсмить привет солнце любовь россия москва \
    наташа марина кристина максим зенит спартак админ секрет";

/// Big towns: with a year and a sign behind they are guessed as early.
const TOWNS: &str = "\
    томск москва петербург санктпетербург питер новосибирск екатеринбург казань красноярск челябинск \
    уфа самара омск ростов ростовнадону краснодар воронеж пермь волгоград саратов тюмень тольятти \
    махачкала барнаул ижевск хабаровск ульяновск иркутск владивосток ярославль севастополь ставрополь \
    набережныечелны кемерово балашиха оренбург новокузнецк рязань чебоксары калининград пенза липецк \
    киров астрахань тула сочи курск улануде сургут тверь магнитогорск брянск якутск иваново владимир \
    симферополь грозный белгород нижнийновгород новгород мурманск архангельск смоленск калуга чита \
    северск \
    tomsk moskva peterburg piter novosibirsk ekaterinburg kazan krasnoyarsk chelyabinsk ufa samara omsk \
    rostov krasnodar voronezh perm volgograd saratov tyumen barnaul izhevsk khabarovsk ulyanovsk irkutsk \
    vladivostok yaroslavl kemerovo orenburg ryazan kaliningrad penza astrakhan tula sochi surgut tver \
    yakutsk vladimir belgorod novgorod murmansk arkhangelsk smolensk seversk";

/// The thousands of passwords that are tried first, and the words on which such are built, as digests:
/// see the folder. What it lacks, words of this country above all, stands in `COMMON`.
const FREQUENT: &[u8] = include_bytes!("frequent/digests.bin");
/// How long a digest is.
const DIGEST: usize = 5;

impl Password {
    /// Checks a new password; `classes` asks for both cases, a digit and a special character,
    /// `own` are words it must not be built on: names, phone, e-mail.
    ///
    /// # Errors
    /// `E-FORM-01` when empty, `E-PASS-01` too short, `E-PASS-02` too long, `E-PASS-03` a class of
    /// characters is missing, `E-PASS-04` one of the first that are guessed, `E-PASS-05` built on
    /// the person's own data.
    pub fn parse(
        field: &'static str,
        text: &str,
        classes: bool,
        own: &[&str],
    ) -> Result<Self, FieldFault> {
        let length = text.chars().count();
        let fault = match length {
            0 => Some("E-FORM-01"),
            1..SHORTEST => Some("E-PASS-01"),
            _ if length > LONGEST => Some("E-PASS-02"),
            _ if classes && !has_classes(text) => Some("E-PASS-03"),
            _ if is_own(text, own) => Some("E-PASS-05"),
            _ if is_common(text) => Some("E-PASS-04"),
            _ => None,
        };
        match fault {
            None => Ok(Self(text.to_owned())),
            Some(code) => {
                Err(FieldFault::new(field, code).arg("min", SHORTEST).arg("max", LONGEST))
            }
        }
    }

    /// The characters, for hashing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

fn has_classes(text: &str) -> bool {
    text.chars().any(char::is_lowercase)
        && text.chars().any(char::is_uppercase)
        && text.chars().any(|c| c.is_ascii_digit())
        && text.chars().any(|c| !c.is_alphanumeric())
}

/// A common word with decoration, one character again and again, or a run such as 12345678.
fn is_common(text: &str) -> bool {
    let folded = text.to_lowercase();
    let signs: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut distinct: Vec<char> = signs.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let stem = letters(&folded);
    let unmasked = letters(&unmask(&folded));
    let common = |stem: &str| {
        let mut words = COMMON.split_whitespace().chain(TOWNS.split_whitespace());
        words.any(|word| word == stem) || is_frequent(stem)
    };
    let whole = is_frequent(&folded) || is_frequent(&signs);
    distinct.len() < 4 || whole || is_run(&signs) || common(&stem) || common(&unmasked)
}

/// Whether it is one of those that are tried first.
fn is_frequent(folded: &str) -> bool {
    let digest = Sha256::digest(folded.as_bytes());
    FREQUENT.chunks_exact(DIGEST).any(|x| *x == digest[..DIGEST])
}

fn letters(text: &str) -> String {
    text.trim_matches(|c: char| !c.is_alphabetic()).chars().filter(|c| c.is_alphabetic()).collect()
}

/// Undoes the usual disguises: `p@ssw0rd`.
fn unmask(text: &str) -> String {
    let plain = |c| match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '$' | '5' => 's',
        '7' => 't',
        c => c,
    };
    text.trim_end_matches(|c: char| !c.is_alphabetic()).chars().map(plain).collect()
}

/// Nothing but neighbours, up or down: `12345678`, `hgfedcba`.
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let step = |by: i64| codes.windows(2).all(|pair| pair[1] - pair[0] == by);
    codes.len() > 3 && (step(1) || step(-1))
}

/// Whether the person's own words make up most of the password, or of its letters: digits and signs around
/// a name are guessed with it.
fn is_own(text: &str, own: &[&str]) -> bool {
    let folded = text.to_lowercase();
    let letters = folded.chars().filter(|c| c.is_alphabetic()).count();
    let parts = own.iter().flat_map(|word| word.split(|c: char| !c.is_alphanumeric()));
    parts.map(str::to_lowercase).any(|part| {
        let size = part.chars().count();
        let whole = match part.chars().all(char::is_alphabetic) {
            true => letters,
            false => folded.chars().count(),
        };
        size >= 3 && folded.contains(&part) && size * 2 >= whole
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<&'static str> {
        let own = ["Соколова", "Anna", "+79123456789", "anna.sokolova@example.org"];
        Password::parse("password", text, true, &own).err().map(|fault| fault.code)
    }

    #[test]
    fn a_password_needs_length_and_classes() {
        assert_eq!(code(""), Some("E-FORM-01"));
        assert_eq!(code("Aa1!"), Some("E-PASS-01"));
        assert_eq!(code(&"Aa1!".repeat(33)), Some("E-PASS-02"));
        for text in ["ясень горит7!", "ЯСЕНЬ ГОРИТ7!", "Ясень горит!", "Ясеньгорит7"]
        {
            assert_eq!(code(text), Some("E-PASS-03"), "{text}");
        }
        assert_eq!(code("Ясень горит7!"), None);
        assert!(Password::parse("password", "длинная фраза", false, &[]).is_ok());
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        for text in [
            "Password1!",
            "P@ssw0rd!1",
            "Qwerty123!",
            "!!Пароль2026",
            "Aa1!Aa1!Aa1!",
            "Томск2026!",
            "Tomsk-2026",
        ] {
            assert_eq!(code(text), Some("E-PASS-04"), "{text}");
        }
        for text in
            ["Liverpool2026!", "Ch3lsea!!1", "1qaz2wsx", "1QAZ-2wsx", "trustno1", "Baseball!1"]
        {
            assert!(is_common(text), "{text}");
        }
        assert!(FREQUENT.len() / DIGEST > 3_000 && FREQUENT.len().is_multiple_of(DIGEST));
        assert!(FREQUENT.chunks_exact(DIGEST).is_sorted(), "as it was made");
        for text in ["ясень горит", "correct horse battery staple", "bluetiger-42-канал"]
        {
            assert!(!is_common(text), "{text}");
        }
        for text in ["12345678", "hgfedcba", "aaaaaaaaaa"] {
            assert!(is_common(text), "{text}");
        }
    }

    #[test]
    fn ones_own_name_phone_and_email_are_refused() {
        for text in ["Соколова1!", "Sokolova-1!", "+79123456789Aa", "Anna198907!!", "19-anna-89-A"]
        {
            assert_eq!(code(text), Some("E-PASS-05"), "{text}");
        }
        let ivan = Password::parse("password", "Иван1990!", true, &["Иван"]);
        assert_eq!(ivan.unwrap_err().code, "E-PASS-05");
        assert_eq!(code("Anna-гуляет-7"), None, "a name beside other words");
    }

    #[test]
    fn a_password_is_never_printed() {
        let password = Password::parse("password", "Ясень горит7!", true, &[]).unwrap();
        assert_eq!(format!("{password:?}"), "Password(…)");
    }
}
