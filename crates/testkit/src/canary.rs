//! Canaries: values planted by a test that must be found nowhere, in whatever form.

use std::fmt::Write as _;

use base::{Outcome, Tx, args};

/// A planted value.
#[derive(Clone, Debug)]
pub struct Canary {
    value: String,
    forms: Vec<(&'static str, String)>,
}

impl Canary {
    /// A canary and the forms in which it could have been written down.
    pub fn new(value: &str) -> Self {
        let bytes = value.as_bytes();
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        let mut forms = vec![
            ("as it is", value.to_owned()),
            ("in small letters", value.to_lowercase()),
            ("in hexadecimal", hex(bytes)),
            ("in large hexadecimal", hex(bytes).to_uppercase()),
            ("escaped", value.chars().flat_map(char::escape_unicode).collect()),
            ("for JSON", json(value)),
            ("for an address", percent(bytes)),
        ];
        if digits.len() >= 10 {
            // The last ten are the number, however its beginning is written.
            forms.push(("as digits", digits[digits.len() - 10..].to_owned()));
        }
        for shift in 0..3 {
            forms.push(("in base64", base64_inside(bytes, shift)));
        }
        Self { value: value.to_owned(), forms }
    }

    /// The value.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The form in which it stands in `hay`, and what stands around it.
    pub fn found_in(&self, hay: &str) -> Option<String> {
        self.forms.iter().find_map(|(form, needle)| {
            let at = hay.find(needle)?;
            let before: String = hay[..at].chars().rev().take(80).collect();
            let before: String = before.chars().rev().collect();
            let after: String = hay[at..].chars().take(160).collect();
            Some(format!("{} {form}: …{before}{after}…", self.value))
        })
    }
}

/// Fails when any of the canaries stands in `hay`.
///
/// # Panics
/// With the canary, its form and its surroundings.
pub fn none_in(canaries: &[Canary], place: &str, hay: impl AsRef<[u8]>) {
    // All forms are text, and text that stands among other bytes stays what it is.
    let hay = &String::from_utf8_lossy(hay.as_ref());
    for canary in canaries {
        if let Some(found) = canary.found_in(hay) {
            panic!("in {place}: {found}");
        }
    }
}

/// Every row of every table as text, bytes in hexadecimal; with the table's name.
///
/// # Errors
/// A fault of the engine.
pub fn dump(tx: &mut Tx<'_>) -> Outcome<Vec<(String, String)>> {
    let tables: Vec<String> = tx.all(
        if tx.is_postgres() {
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
             WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        } else {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        },
        args![],
        |r| r.get(0),
    )?;
    let mut rows = Vec::new();
    for table in tables {
        let sql = if tx.is_postgres() {
            format!("SELECT CAST(t AS TEXT) FROM {table} t")
        } else {
            let columns: Vec<String> =
                tx.all("SELECT name FROM pragma_table_info($1)", args![&table], |r| r.get(0))?;
            let quoted: Vec<String> = columns.iter().map(|x| format!("quote({x})")).collect();
            format!("SELECT {} FROM {table}", quoted.join(" || ' ' || "))
        };
        // Statements are constants in the product; here each lives as long as the test.
        let all: Vec<String> = tx.all(sql.leak(), args![], |r| r.get(0))?;
        rows.extend(all.into_iter().map(|row| (table.clone(), row)));
    }
    Ok(rows)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|x| format!("{x:02x}")).collect()
}

fn json(text: &str) -> String {
    let mut out = String::new();
    for unit in text.encode_utf16() {
        match char::from_u32(u32::from(unit)).filter(char::is_ascii) {
            Some(c) => out.push(c),
            None => write!(out, "\\u{unit:04x}").unwrap(),
        }
    }
    out
}

fn percent(bytes: &[u8]) -> String {
    let letter = |x: &u8| match x {
        x if x.is_ascii_alphanumeric() => char::from(*x).to_string(),
        x => format!("%{x:02X}"),
    };
    bytes.iter().map(letter).collect()
}

/// The letters of base64 that stand for `bytes` alone when `shift` other bytes go before them.
fn base64_inside(bytes: &[u8], shift: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let all: Vec<u8> = std::iter::repeat_n(0, shift).chain(bytes.iter().copied()).collect();
    let letters = all.len() * 8 / 6;
    let letter = |i: usize| {
        let (byte, bit) = (i * 6 / 8, i * 6 % 8);
        let pair = u16::from(all[byte]) << 8 | u16::from(*all.get(byte + 1).unwrap_or(&0));
        char::from(LETTERS[usize::from(pair >> (10 - bit) & 63)])
    };
    (0..letters).map(letter).skip((shift * 8).div_ceil(6)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canary_is_found_in_every_form() {
        let canary = Canary::new("Канарейкина");
        let name = "%D0%9A%D0%B0%D0%BD%D0%B0%D1%80%D0%B5%D0%B9%D0%BA%D0%B8%D0%BD%D0%B0";
        let texts = [
            "{\"surname\":\"Канарейкина\"}",
            "канарейкина",
            "\\xd09ad0b0d0bdd0b0d180d0b5d0b9d0bad0b8d0bdd0b0",
            name,
            "\\u041a\\u0430\\u043d\\u0430\\u0440\\u0435\\u0439\\u043a\\u0438\\u043d\\u0430",
            // printf 'Канарейкина' | base64, and with «x», «xy» before it
            "0JrQsNC90LDRgNC10LnQutC40L3QsA==",
            "eNCa0LDQvdCw0YDQtdC50LrQuNC90LA=",
            "eHnQmtCw0L3QsNGA0LXQudC60LjQvdCw",
        ];
        for text in texts {
            assert!(canary.found_in(text).is_some(), "{text}");
        }
        assert!(canary.found_in("Соколова").is_none());
        let phone = Canary::new("+7 987 654-32-10");
        assert!(phone.found_in("tel 9876543210").is_some());
    }
}
