//! Places that must say the same: migrations and their list, refusals and their texts, keys of the
//! configuration and their page.

use std::collections::BTreeSet;

use super::{Finding, lines};
use crate::tree::Tree;

const CONFIG: &str = "crates/base/src/config.rs";
const CONFIG_PAGE: &str = "docs/operate/configuration.md";

pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = migrations(tree);
    found.extend(refusals(tree));
    found.extend(configuration(tree));
    found
}

/// Every file of `migrations/` is in `rooms::MIGRATIONS`, numbered without a gap.
fn migrations(tree: &Tree) -> Vec<Finding> {
    let list = tree.text("crates/rooms/src/lib.rs");
    let mut found = Vec::new();
    for (n, (path, _)) in (1..).zip(tree.under("crates/rooms/migrations/", ".sql")) {
        let name = path.rsplit('/').next().unwrap_or_default();
        if !name.starts_with(&format!("{n:04}_")) {
            found.push(Finding::new(path, 0, format!("the next number is {n:04}")));
        }
        if !list.contains(&format!("\"../migrations/{name}\"")) {
            found.push(Finding::new(path, 0, "not in rooms::MIGRATIONS"));
        }
    }
    found
}

/// Every code of a refusal in the sources is the key of a text, in every language.
fn refusals(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for language in ["ru", "en"] {
        let folder = format!("locales/{language}/");
        let keys: BTreeSet<&str> = tree
            .under(&folder, ".ftl")
            .flat_map(|x| x.1.lines())
            .filter_map(|line| line.split_once(" =").map(|x| x.0))
            .collect();
        for (path, text) in tree.under("crates/", ".rs").filter(|x| !is_test(x.0)) {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (n, line) in lines(code).filter(|x| !x.1.trim_start().starts_with("//")) {
                let codes = line.split("\"E-").skip(1).filter_map(|x| x.split('"').next());
                let missing = codes.map(|x| format!("e-{}", x.to_lowercase()));
                found.extend(
                    missing
                        .filter(|key| !keys.contains(key.as_str()))
                        .map(|key| Finding::new(path, n, format!("{key} has no text in {folder}"))),
                );
            }
        }
    }
    found
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.contains("/testing/") || path.ends_with("tests.rs")
}

/// The page lists exactly the keys of `Config`.
fn configuration(tree: &Tree) -> Vec<Finding> {
    let keys = keys(tree.text(CONFIG));
    let listed: BTreeSet<String> = tree
        .text(CONFIG_PAGE)
        .lines()
        .filter_map(|x| x.strip_prefix("| `")?.split_once('`'))
        .map(|x| x.0.to_owned())
        .collect();
    let absent = keys.difference(&listed).map(|x| format!("the key {x} is not described"));
    let invented = listed.difference(&keys).map(|x| format!("there is no key {x}"));
    absent.chain(invented).map(|what| Finding::new(CONFIG_PAGE, 0, what)).collect()
}

/// Public fields of `Config`; those of a section as `section.key`.
fn keys(source: &str) -> BTreeSet<String> {
    let fields = |name: &str| -> Vec<(String, String)> {
        let body = source.split(&format!("pub struct {name} {{")).nth(1).unwrap_or_default();
        let body = body.split("\n}").next().unwrap_or_default();
        let field = |line: &str| {
            let (name, kind) = line.trim().strip_prefix("pub ")?.split_once(": ")?;
            Some((name.to_owned(), kind.trim_end_matches(',').to_owned()))
        };
        body.lines().filter_map(field).collect()
    };
    let inside = |(name, kind): (String, String)| {
        let section = fields(&kind);
        match section.is_empty() {
            true => vec![name],
            false => section.into_iter().map(|x| format!("{name}.{}", x.0)).collect(),
        }
    };
    fields("Config").into_iter().flat_map(inside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_sections_carry_the_sections_name() {
        let source = "pub struct Config {\n    pub listen: Address,\n    pub smtp: Smtp,\n}\n\
                      pub struct Smtp {\n    pub url: String,\n}\n";
        assert_eq!(keys(source).into_iter().collect::<Vec<_>>(), ["listen", "smtp.url"]);
    }

    #[test]
    fn the_keys_that_are_read_from_the_source_are_those_the_program_takes() {
        let tree = Tree::load(&crate::tree::root()).unwrap();
        for key in keys(tree.text(CONFIG)) {
            let name = format!("OKNO_{}", key.replace('.', "_").to_uppercase());
            let taken = base::config::Config::load(None, [(name.clone(), "0".to_owned())]);
            let unknown = taken.is_err_and(|x| x.to_string().contains("unknown field"));
            assert!(!unknown, "{name} is not taken");
        }
    }

    #[test]
    fn a_migration_outside_the_list_and_a_refusal_without_text_are_found() {
        let tree = Tree::of([
            ("crates/rooms/migrations/0001_base.sql", ""),
            ("crates/rooms/src/lib.rs", "no list"),
            ("crates/rooms/src/act.rs", "Refusal::new(Kind::Conflict, \"E-SLOT-01\")"),
            ("locales/ru/errors.ftl", "e-slot-01 = Занято"),
        ]);
        assert_eq!(migrations(&tree).len(), 1);
        let found = refusals(&tree);
        assert_eq!(found.len(), 1);
        assert!(found[0].what.contains("locales/en/"));
    }
}
