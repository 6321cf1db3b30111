//! Okno's own checks: what neither the compiler nor clippy can see.
//!
//! `cargo run -p xtask -- check` prints what is wrong with the tree, one finding a line as
//! `path:line: what`, and ends with 1 when there is any. `cargo test` asks the same.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks to a terminal"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may unwrap"))]

mod check;
mod tree;

use std::process::ExitCode;

use tree::Tree;

fn main() -> ExitCode {
    if std::env::args().skip(1).ne(["check".to_owned()]) {
        eprintln!("usage: cargo run -p xtask -- check");
        return ExitCode::from(2);
    }
    let tree = match Tree::load(&tree::root()) {
        Ok(tree) => tree,
        Err(error) => {
            eprintln!("xtask: {error}");
            return ExitCode::from(2);
        }
    };
    print!("{}", check::shape::report(&tree));
    let findings = check::all(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!("{} files, nothing to complain about", tree.files().count()),
        n => println!("{n} findings"),
    }
    ExitCode::from(u8::from(!findings.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_passes_its_own_checks() {
        let findings = check::all(&Tree::load(&tree::root()).unwrap());
        let lines: Vec<_> = findings.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
    }
}
