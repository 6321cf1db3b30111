//! Every text that a page, a refusal or a field names exists in both languages; every file too.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use texts::{Lang, Texts};

use crate::assets;

/// Calls whose first argument is the key of a text.
const CALLS: [&str; 5] = [".t(\"", ".tn(\"", ".tv(\"", ".tw(\"", ".shell(\""];

#[test]
fn every_text_that_is_named_stands_in_both_languages() {
    let mut keys = BTreeSet::new();
    for (_, text) in sources() {
        for call in CALLS {
            keys.extend(after(&text, call).map(str::to_owned));
        }
        keys.extend(field_keys(&text));
    }
    assert!(keys.len() > 50, "the search found almost nothing: {keys:?}");
    let missing = missing(keys.into_iter());
    assert!(missing.is_empty(), "texts that are named but do not exist:\n{}", missing.join("\n"));
}

#[test]
fn every_code_of_a_refusal_has_its_text_in_both_languages() {
    let mut codes = BTreeSet::new();
    for (path, text) in sources() {
        if path.components().any(|x| x.as_os_str() == "tests") || path.ends_with("tests.rs") {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        codes.extend(after(code, "\"E-").map(|x| format!("e-{}", x.to_lowercase())));
    }
    let missing = missing(codes.into_iter());
    assert!(missing.is_empty(), "codes without a text:\n{}", missing.join("\n"));
}

#[test]
fn every_file_and_icon_that_is_named_exists() {
    let sprite = std::fs::read_to_string(crate_dir().join("assets/icons.svg")).unwrap();
    for (path, text) in sources() {
        for name in after(&text, ".asset(\"") {
            assert!(assets::exists(name), "{}: no asset {name}", path.display());
        }
        for name in after(&text, ".icon(\"") {
            let id = format!("id=\"{name}\"");
            assert!(sprite.contains(&id), "{}: no icon {name}", path.display());
        }
    }
}

#[test]
fn no_template_holds_what_the_policy_forbids() {
    for (path, mut text) in
        sources().into_iter().filter(|x| x.0.extension().is_some_and(|x| x == "html"))
    {
        if path.ends_with("data/copy.html") {
            // People keep it as a file, which no policy comes with: it brings its few rules along.
            text = text.replacen("<style>", "", 1);
        }
        for forbidden in [" style=", "<style", " onclick=", " onload=", "javascript:", "http://"] {
            assert!(!text.contains(forbidden), "{} holds {forbidden}", path.display());
        }
        let inline = text.contains("<script>")
            || text.contains("|safe }}") && !path.ends_with("ui/field.html");
        assert!(!inline, "{} holds a script or unescaped text", path.display());
    }
}

fn missing(keys: impl Iterator<Item = String>) -> Vec<String> {
    let texts = Texts::load().unwrap();
    let lacks = |key: &String| Lang::ALL.into_iter().filter(|x| !texts.has(*x, key)).count() > 0;
    keys.filter(lacks).collect()
}

/// The string literals that follow `call`.
fn after<'a>(text: &'a str, call: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(call).skip(1).filter_map(|x| x.split('"').next())
}

/// Keys in `ui::text(shell, form, "name", "label", hint="…")`.
fn field_keys(text: &str) -> Vec<String> {
    let calls = text.split("{{ ui::").skip(1).filter_map(|x| x.split("}}").next());
    let keys = calls.flat_map(|call| {
        // A question of a service brings its own words in place of a key.
        let label = call.split('"').nth(3).filter(|_| call.contains("form, \""));
        let hint = call.split("hint=\"").nth(1).and_then(|x| x.split('"').next());
        let words = call.split("link_words=\"").nth(1).and_then(|x| x.split('"').next());
        [label, hint, words]
    });
    keys.flatten().filter(|x| !x.is_empty()).map(str::to_owned).collect()
}

fn crate_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Our templates and the sources of all crates whose words people see.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let crates = crate_dir().join("..");
    for folder in ["web/templates", "web/src", "rooms/src", "base/src"] {
        walk(&crates.join(folder), &mut found);
    }
    // This file names keys that are none.
    found.retain(|x: &(PathBuf, String)| !x.0.ends_with("texts_exist.rs"));
    found
}

fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|x| x == "rs" || x == "html") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, without_comments(&text)));
        }
    }
}

/// Comments show by example, with keys that need not exist.
fn without_comments(text: &str) -> String {
    let mut pieces = text.split("{#");
    let begin = pieces.next().unwrap_or_default().to_owned();
    let rest = pieces.map(|x| x.split_once("#}").map_or(x, |x| x.1));
    let text = rest.fold(begin, |all, piece| all + piece);
    text.lines().filter(|x| !x.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}
