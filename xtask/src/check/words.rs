//! Words that have no place in the repository: where and by what it was made, which host it was
//! fetched from, work that was put off without a name.

use super::{Finding, has_word, lines};
use crate::tree::Tree;

/// Paths of somebody's machine, hosts of registries, and talk about the making of the code; sought
/// in small letters.
const FORBIDDEN: [&str; 22] = [
    "/work/",
    "/tmp/",
    "/home/",
    "/root/",
    "bash_jobs",
    "registry.npmjs",
    "index.crates.io",
    "files.pythonhosted",
    "pypi.org",
    "deb.debian.org",
    "claude",
    "anthropic",
    "chatgpt",
    "copilot",
    "language model",
    "an ai assistant",
    "subagent",
    "sub-agent",
    "this work session",
    "issue #",
    "issues/",
    "pull/",
];
/// Work that was put off; whole words.
const PUT_OFF: [&str; 3] = ["TODO", "FIXME", "XXX"];
/// Written by others or by a program, and this list itself.
const NOT_OURS: [&str; 6] = [
    "Cargo.lock",
    "crates/web/assets/vendor/",
    "tests/browser/package-lock.json",
    "tests/sso/package-lock.json",
    "xtask/src/check/words.rs",
    "LICENSE",
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let ours = |path: &str| !NOT_OURS.iter().any(|x| path.starts_with(x));
    tree.files().filter(|x| ours(x.0)).flat_map(|(path, text)| of(path, text)).collect()
}

fn of(path: &str, text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    for (n, line) in lines(text) {
        let small = line.to_lowercase();
        for word in FORBIDDEN.into_iter().filter(|x| small.contains(x)) {
            found.push(Finding::new(path, n, format!("{word} has no place in the repository")));
        }
        for word in PUT_OFF.into_iter().filter(|x| has_word(line, x) && !line.contains("XXXX")) {
            found.push(Finding::new(path, n, format!("{word}: do it, or write a requirement")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_words_are_found_and_look_alikes_are_not() {
        assert_eq!(of("a.rs", "// TODO: later\n/// as in /tmp/x\n").len(), 2);
        assert_eq!(
            of("a.rs", "todo = \"warn\"\n// a session's code is XXXX-XXXXX-XXXX\n").len(),
            0
        );
    }
}
