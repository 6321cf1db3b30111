//! «Back here»: where a form may send a person afterwards. Only to a page of our own.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const MAX: usize = 1000;
/// What may stand in a query's value as it is.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.');

/// `text` when it is a path of our own, else `/`.
pub fn own(text: &str) -> &str {
    if is_own(text) { text } else { "/" }
}

/// One leading slash and no second, nothing that browsers drop or turn into a slash, nothing
/// that does not fit a header.
fn is_own(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let lower = path.to_ascii_lowercase();
    text.len() <= MAX
        && text.starts_with('/')
        && text.bytes().all(|x| x.is_ascii_graphic() && x != b'\\')
        && !path.contains("//")
        && !["%2f", "%5c", "%0", "%1", "%7f"].iter().any(|x| lower.contains(x))
        && !path
            .split('/')
            .any(|x| matches!(x, "." | "..") || x.to_ascii_lowercase().contains("%2e"))
}

/// `path` with `next` in its query.
pub fn with(path: &str, next: &str) -> String {
    format!("{path}?next={}", utf8_percent_encode(own(next), VALUE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_our_own_pass() {
        for good in [
            "/",
            "/bookings",
            "/services?q=%D0%BF&page=2",
            "/a/b-c_d/1.2",
            "/x?next=//y",
            "/x#part",
        ] {
            assert_eq!(own(good), good);
        }
        let long = format!("/{}", "a".repeat(MAX));
        #[rustfmt::skip]
        let nasty = [
            "", " ", "bookings", "//evil.example", "///evil.example", "////evil.example",
            "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\\/evil.example",
            "https://evil.example", "http:evil.example", "HTTPS://evil.example", "https:/evil.example",
            "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
            "/\t/evil.example", "\t//evil.example", "/\n/evil.example", "/\r\nSet-Cookie: a=b", "/a\0b",
            " //evil.example", "/ /evil.example", "/.//evil.example", "/..//evil.example", "/a/..//evil.example",
            "/../admin", "/./x", "/%2e%2e/x", "/.%2E/x", "/%2f/evil.example", "/%2F%2Fevil.example",
            "/%5cevil.example", "/%5Cevil.example", "/%09/evil.example", "/%0d%0aLocation:x", "/%00",
            "/／evil.example", "/привет", "?next=//evil", "#x", "@evil.example", ".evil.example",
            "mailto:a@b", "/\u{202e}evil", "/\u{a0}/evil", "/a//b", &long,
        ];
        assert!(nasty.len() >= 40);
        for text in nasty {
            assert_eq!(own(text), "/", "{text:?}");
        }
    }

    #[test]
    fn a_next_is_written_so_that_it_reads_back() {
        assert_eq!(with("/signin", "/services?q=a&b=c"), "/signin?next=/services%3Fq%3Da%26b%3Dc");
    }
}
