//! The checks. Each takes the tree and returns what it finds.

mod agree;
mod arrows;
mod asvs;
mod requirements;
pub mod shape;
mod sql;
mod words;

use std::fmt;

use crate::tree::Tree;

/// Something that must be put right.
#[derive(Debug)]
pub struct Finding {
    path: String,
    line: usize,
    what: String,
}

impl Finding {
    /// A fault in line `line` of `path`; line 0 means the whole file.
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

/// Everything that is wrong with the tree.
pub fn all(tree: &Tree) -> Vec<Finding> {
    let checks = [
        requirements::check,
        asvs::check,
        words::check,
        sql::check,
        arrows::check,
        agree::check,
        shape::check,
    ];
    checks.iter().flat_map(|check| check(tree)).collect()
}

/// The lines of a text, counted from one.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(n, line)| (n + 1, line))
}

/// Whether `line` holds `word` with no letter, digit or underscore on either side.
fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}
