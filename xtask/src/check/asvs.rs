//! `docs/asvs.md`: every rule of the chapters stands in it once, and every test and file it names there
//! is.

use std::collections::BTreeMap;

use super::requirements::exists;
use super::{Finding, lines};
use crate::tree::Tree;

const FILE: &str = "docs/asvs.md";
const STATES: [&str; 4] = ["done", "partly", "not yet", "n/a"];
/// The rules of levels 1 and 2, by section.
const RULES: [(&str, &[u8]); 26] = [
    ("V6.1", &[1, 2, 3]),
    ("V6.2", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    ("V6.3", &[1, 2, 3]),
    ("V6.4", &[1, 2, 3, 4]),
    ("V6.5", &[1, 2, 3, 4, 5]),
    ("V6.6", &[1, 2, 3]),
    ("V6.8", &[1, 2, 3, 4]),
    ("V7.1", &[1, 2, 3]),
    ("V7.2", &[1, 2, 3, 4]),
    ("V7.3", &[1, 2]),
    ("V7.4", &[1, 2, 3, 4, 5]),
    ("V7.5", &[1, 2]),
    ("V7.6", &[1, 2]),
    ("V8.1", &[1, 2]),
    ("V8.2", &[1, 2, 3]),
    ("V8.3", &[1]),
    ("V8.4", &[1]),
    ("V9.1", &[1, 2, 3]),
    ("V9.2", &[1, 2, 3, 4]),
    ("V10.1", &[1, 2]),
    ("V10.2", &[1, 2]),
    ("V10.3", &[1, 2, 3, 4]),
    ("V10.4", &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
    ("V10.5", &[1, 2, 3, 4, 5]),
    ("V10.6", &[1, 2]),
    ("V10.7", &[1, 2, 3]),
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (n, line) in lines(tree.text(FILE)).filter(|x| x.1.starts_with("| V")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [id, level, words, state, evidence] = cells[..] else {
            found.push(Finding::new(FILE, n, "a row has five cells"));
            continue;
        };
        let mut says = |what: String| found.push(Finding::new(FILE, n, format!("{id}: {what}")));
        if seen.insert(id, n).is_some() {
            says("stands twice".into());
        }
        if !["1", "2"].contains(&level) || words.is_empty() {
            says("has no level, or no words".into());
        }
        faults(tree, state, evidence).into_iter().for_each(says);
    }
    let named = RULES
        .iter()
        .flat_map(|(section, rules)| rules.iter().map(move |rule| format!("{section}.{rule}")));
    let named: Vec<String> = named.collect();
    let missing = named.iter().filter(|x| !seen.contains_key(x.as_str()));
    found.extend(missing.map(|x| Finding::new(FILE, 0, format!("{x} is missing"))));
    let strange = seen.iter().filter(|x| !named.iter().any(|y| y == x.0));
    found.extend(strange.map(|x| Finding::new(FILE, *x.1, format!("there is no rule {}", x.0))));
    found
}

/// What is wrong with a state and its evidence.
fn faults(tree: &Tree, state: &str, evidence: &str) -> Vec<String> {
    if !STATES.contains(&state) {
        return vec![format!("no such state: {state}")];
    }
    if evidence == "—" {
        let fits = ["not yet", "n/a"].contains(&state);
        return if fits { Vec::new() } else { vec![format!("{state} without evidence")] };
    }
    let faulty = |name: &str| {
        let Some(path) = name.strip_prefix('`').and_then(|x| x.strip_suffix('`')) else {
            return Some(format!("{name} must stand in backticks"));
        };
        (!tree.has(path) && !exists(tree, path)).then(|| format!("there is no {path}"))
    };
    evidence.split(", ").filter_map(faulty).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_without_evidence_and_evidence_that_is_not_there_are_found() {
        let tree = Tree::of([
            ("docs/a.md", ""),
            ("crates/web/src/tests/people.rs", "#[test]\nfn somebody_comes() {}\n"),
        ]);
        let fine = "`docs/a.md`, `web::tests::people::somebody_comes`";
        assert!(faults(&tree, "done", fine).is_empty());
        assert!(faults(&tree, "not yet", "—").is_empty());
        assert_eq!(faults(&tree, "done", "—").len(), 1);
        assert_eq!(faults(&tree, "perhaps", fine).len(), 1);
        assert_eq!(faults(&tree, "done", "`docs/b.md`, docs/a.md").len(), 2);
        assert_eq!(faults(&tree, "done", "`web::tests::people::nobody_comes`").len(), 1);
    }

    #[test]
    fn a_rule_that_is_missing_or_invented_is_found() {
        let tree =
            Tree::of([(FILE, "| V6.1.1 | 1 | x | not yet | — |\n| V6.9.9 | 1 | x | n/a | — |\n")]);
        let found = check(&tree);
        let all: usize = RULES.iter().map(|x| x.1.len()).sum();
        assert_eq!((all, found.len()), (94, 94 - 1 + 1));
    }
}
