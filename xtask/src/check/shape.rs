//! Files and functions that a reader can hold in mind.

use std::fmt::Write as _;

use super::{Finding, lines};
use crate::tree::Tree;

/// A file of Rust longer than this must be split by act; tests tell longer stories.
const FILE_LIMIT: usize = 600;
/// From here on the report warns.
const FILE_WARNING: usize = 400;
/// A function longer than this does not fit a screen.
const FUNCTION_LIMIT: usize = 120;

/// Files that are too long; functions that are too long.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in sources(tree) {
        let count = text.lines().count();
        if count > FILE_LIMIT {
            found.push(Finding::new(path, 0, format!("{count} lines; split it by act")));
        }
        for (line, name, length) in functions(text).filter(|x| x.2 > FUNCTION_LIMIT) {
            found.push(Finding::new(path, line, format!("fn {name} has {length} lines")));
        }
    }
    found
}

/// The longest of both, for whoever looks.
pub fn report(tree: &Tree) -> String {
    let mut files: Vec<_> =
        sources(tree).map(|(path, text)| (text.lines().count(), path)).collect();
    let mut longest: Vec<_> = sources(tree)
        .flat_map(|(path, text)| functions(text).map(move |(n, name, len)| (len, path, n, name)))
        .collect();
    files.sort_unstable_by(|a, b| b.cmp(a));
    longest.sort_unstable_by(|a, b| b.cmp(a));
    let mut out = String::new();
    let all: usize = files.iter().map(|x| x.0).sum();
    _ = writeln!(out, "{all} lines of Rust in {} files; the longest:", files.len());
    for (count, path) in files.iter().take(5) {
        let mark = if *count > FILE_WARNING { "  ← split it by act?" } else { "" };
        _ = writeln!(out, "  {count:4} {path}{mark}");
    }
    _ = writeln!(out, "{} functions; the longest:", longest.len());
    for (count, path, line, name) in longest.iter().take(5) {
        _ = writeln!(out, "  {count:4} {path}:{line} {name}");
    }
    out
}

fn sources(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.files().filter(|x| x.0.ends_with(".rs"))
}

/// Line, name and length of every function, found by rustfmt's layout: the closing brace stands as
/// deep as the line that opens.
fn functions(text: &str) -> impl Iterator<Item = (usize, &str, usize)> {
    lines(text).filter_map(move |(n, line)| {
        let deep = line.len() - line.trim_start().len();
        let (before, after) = line.split_once("fn ")?;
        let head = before
            .trim()
            .split(' ')
            .all(|x| ["", "pub", "const", "async", "extern"].contains(&x) || x.starts_with("pub("));
        let name = after.split(['(', '<']).next()?;
        let end = format!("{}}}", " ".repeat(deep));
        let length = text.lines().skip(n - 1).position(|x| x == end)? + 1;
        (head && !line.trim_end().ends_with(['}', ';'])).then_some((n, name, length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_measured_by_their_braces() {
        let text = "impl X {\n    pub(crate) async fn go<T>(x: T) {\n        if x {\n        }\n    }\n}\n\
                    fn one() {}\nfn two() {\n}\n";
        let found: Vec<_> = functions(text).collect();
        assert_eq!(found, [(2, "go", 4), (8, "two", 2)]);
    }
}
