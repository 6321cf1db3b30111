//! How long an SMS is, and making one short enough.

/// The basic alphabet of GSM 03.38 beside letters and digits of ASCII.
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// Characters that take two places there.
const GSM_DOUBLE: &str = "^{}\\[~]|€";

/// In how many segments `text` is sent: 160/153 characters in the GSM alphabet, 70/67 UTF-16 units
/// in every other, so in Russian.
pub fn segments(text: &str) -> usize {
    let place = |c: char| match c {
        c if c.is_ascii_alphanumeric() || GSM.contains(c) => Some(1),
        c if GSM_DOUBLE.contains(c) => Some(2),
        _ => None,
    };
    let (size, single, part) = match text.chars().map(place).sum::<Option<usize>>() {
        Some(septets) => (septets, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    if size <= single { usize::from(size > 0) } else { size.div_ceil(part) }
}

/// Calls `write` with as much of `detail` as still gives a text of at most `most` segments; the
/// detail is cut at its end and dropped when nothing sensible is left of it.
pub fn fit(most: usize, detail: &str, write: impl Fn(&str) -> String) -> String {
    let full = write(detail);
    if segments(&full) <= most {
        return full;
    }
    let letters: Vec<char> = detail.chars().collect();
    let cut = |length: usize| {
        let start: String = letters[..length].iter().collect();
        format!("{}…", start.trim_end_matches([' ', ',', '.', '-']))
    };
    (8..letters.len())
        .rev()
        .map(|length| write(&cut(length)))
        .find(|text| segments(text) <= most)
        .unwrap_or_else(|| write(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_counted_as_operators_count_them() {
        let table = [
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("a".repeat(306), 2),
            ("a".repeat(307), 3),
            ("я".repeat(70), 1),
            ("я".repeat(71), 2),
            ("я".repeat(134), 2),
            ("я".repeat(135), 3),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            ("😀".repeat(35), 1),
            ("😀".repeat(36), 2),
            (String::new(), 0),
        ];
        for (text, expected) in table {
            assert_eq!(
                segments(&text),
                expected,
                "{} × {:?}",
                text.chars().count(),
                text.chars().next()
            );
        }
    }

    #[test]
    fn a_long_place_is_cut_and_the_rest_stays() {
        let write = |place: &str| format!("9 декабря, 10:20, код ABCD-1234. {place}");
        let short = "ул. Ленина, 1";
        assert_eq!(fit(2, short, write), write(short));
        let long = fit(2, &"Проспект Космонавтов, ".repeat(20), write);
        assert_eq!(segments(&long), 2);
        assert!(
            long.starts_with("9 декабря, 10:20, код ABCD-1234. Проспект") && long.ends_with('…')
        );
        assert_eq!(fit(1, &"я".repeat(99), |x| format!("{}{x}", "я".repeat(69))), "я".repeat(69));
    }
}
