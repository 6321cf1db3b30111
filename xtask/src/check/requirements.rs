//! `docs/requirements.md`: every row can be read, every id stands once, every proof exists.

use std::collections::BTreeMap;

use super::{Finding, lines};
use crate::tree::Tree;

const FILE: &str = "docs/requirements.md";
/// How many requirements there are; none is ever dropped.
const COUNT: usize = 384;
const STATES: [&str; 3] = ["done", "partly", "not yet"];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (n, line) in lines(tree.text(FILE)).filter(|x| begins_with_id(x.1)) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [id, asks, state, proof] = cells[..] else {
            found.push(Finding::new(FILE, n, "a row has four cells"));
            continue;
        };
        if let Some(first) = seen.insert(id, n) {
            found.push(Finding::new(FILE, n, format!("{id} stands in line {first} already")));
        }
        if asks.is_empty() {
            found.push(Finding::new(FILE, n, format!("{id} asks nothing")));
        }
        found.extend(row(tree, state, proof).map(|x| Finding::new(FILE, n, format!("{id}: {x}"))));
    }
    if seen.len() != COUNT {
        let what = format!("{} requirements instead of {COUNT}", seen.len());
        found.push(Finding::new(FILE, 0, what));
    }
    found
}

/// `| ACC-01 …`
fn begins_with_id(line: &str) -> bool {
    let id = line.strip_prefix("| ").and_then(|x| x.get(..6)).unwrap_or_default().as_bytes();
    matches!(id, [a, b, c, b'-', d, e]
        if [a, b, c].iter().all(|x| x.is_ascii_uppercase() || x.is_ascii_digit())
            && d.is_ascii_digit() && e.is_ascii_digit())
}

/// What is wrong with a row's state and proof.
fn row<'a>(
    tree: &'a Tree,
    state: &'a str,
    proof: &'a str,
) -> Box<dyn Iterator<Item = String> + 'a> {
    if !STATES.contains(&state) {
        return one(format!("no such state: {state}"));
    }
    if state == "not yet" || proof == "—" {
        let fits = (state == "not yet") == (proof == "—");
        let what = format!("{state} and the proof `{proof}` do not fit together");
        return Box::new((!fits).then_some(what).into_iter());
    }
    Box::new(proof.split(", ").filter_map(|name| {
        let Some(path) = name.strip_prefix('`').and_then(|x| x.strip_suffix('`')) else {
            return Some(format!("{name} must stand in backticks"));
        };
        (!exists(tree, path)).then(|| format!("no test {path}"))
    }))
}

fn one<'a>(what: String) -> Box<dyn Iterator<Item = String> + 'a> {
    Box::new(std::iter::once(what))
}

/// Whether there is such a test: `crate::modules::function`, `crate::test_program::function`, or
/// `tests/browser/FILE: words that stand in it`.
pub(super) fn exists(tree: &Tree, path: &str) -> bool {
    if path.starts_with("tests/browser/") {
        let (file, name) = path.split_once(": ").unwrap_or((path, ""));
        return tree.has(file) && tree.text(file).contains(name);
    }
    let mut parts: Vec<&str> = path.split("::").collect();
    let (Some(name), Some(krate)) = (parts.pop(), (!parts.is_empty()).then(|| parts.remove(0)))
    else {
        return false;
    };
    let home = if krate == "xtask" { "xtask/".to_owned() } else { format!("crates/{krate}/") };
    tree.under(&home, ".rs").any(|(file, text)| {
        let module = module(&file[home.len()..]);
        let inner = parts.strip_prefix(module.as_slice());
        inner.is_some_and(|inner| {
            inner.iter().all(|x| text.contains(&format!("mod {x} {{"))) && is_test(text, name)
        })
    })
}

/// `src/booking/tests.rs` → `booking`, `tests`; `tests/smtp.rs` → `smtp`; `tests/all/main.rs` →
/// `all`.
fn module(file: &str) -> Vec<&str> {
    let file = file.trim_end_matches(".rs");
    let inside = file.strip_prefix("src/").or_else(|| file.strip_prefix("tests/")).unwrap_or(file);
    inside.split('/').filter(|x| !["mod", "lib", "main"].contains(x)).collect()
}

/// Whether `text` has the function `name` right below an attribute that makes it a test.
fn is_test(text: &str, name: &str) -> bool {
    let head = format!("fn {name}(");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.iter().enumerate().any(|(n, line)| {
        let above = lines[..n].iter().rev().take_while(|x| x.starts_with(['#', '/']));
        line.contains(&head)
            && above.into_iter().any(|x| x.ends_with("test]") || x.contains("test("))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_must_be_a_test_that_exists() {
        let tree = Tree::of([
            (
                "crates/rooms/src/booking/tests.rs",
                "#[test]\nfn a_hold_expires() {}\nfn helper() {}",
            ),
            ("crates/slots/tests/all/main.rs", "mod inner {\n #[test]\n fn it_fits() {}\n}"),
            ("tests/browser/walk.mjs", "walk(\"by keyboard\")"),
        ]);
        for good in [
            "rooms::booking::tests::a_hold_expires",
            "slots::all::inner::it_fits",
            "tests/browser/walk.mjs: by keyboard",
        ] {
            assert!(exists(&tree, good), "{good}");
        }
        for bad in [
            "rooms::booking::tests::helper",
            "rooms::tests::a_hold_expires",
            "slots::all::other::it_fits",
            "tests/browser/walk.mjs: by mouse",
            "nothing",
        ] {
            assert!(!exists(&tree, bad), "{bad}");
        }
    }

    #[test]
    fn a_state_and_its_proof_fit_together() {
        let tree = Tree::default();
        assert_eq!(row(&tree, "not yet", "—").count(), 0);
        for (state, proof) in [("not yet", "`a::b`"), ("done", "—"), ("ready", "—")] {
            assert_eq!(row(&tree, state, proof).count(), 1, "{state} {proof}");
        }
    }
}
