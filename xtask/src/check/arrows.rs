//! Which crate may know which: the picture in CONTRIBUTING.md.

use toml::Table;

use super::Finding;
use crate::tree::Tree;

/// Crate → what it may depend on for more than its tests. A crate that is not listed is a finding,
/// so that a new one gets its place in the picture.
const MAY: [(&str, &[&str]); 11] = [
    ("slots", &[]),
    ("search", &[]),
    ("ident", &[]),
    ("texts", &[]),
    ("paper", &[]),
    ("base", &[]),
    ("rooms", &["base", "ident", "paper", "search", "slots", "texts"]),
    ("outbound", &["base", "rooms"]),
    ("web", &["base", "ident", "paper", "rooms", "search", "slots", "texts"]),
    ("testkit", &["base"]),
    // `testkit` for its private cluster, on which `okno bench` measures.
    (
        "okno",
        &[
            "base", "ident", "outbound", "paper", "rooms", "search", "slots", "testkit", "texts",
            "web",
        ],
    ),
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.under("crates/", "/Cargo.toml").flat_map(|(path, text)| of(path, text)).collect()
}

fn of(path: &str, text: &str) -> Vec<Finding> {
    let name = path.split('/').nth(1).unwrap_or_default();
    let Some((_, may)) = MAY.iter().find(|x| x.0 == name) else {
        return vec![Finding::new(path, 0, "this crate has no place in xtask/src/check/arrows.rs")];
    };
    let Ok(manifest) = text.parse::<Table>() else {
        return vec![Finding::new(path, 0, "not TOML")];
    };
    let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
    let ours = dependencies.into_iter().flat_map(Table::keys);
    ours.filter(|x| MAY.iter().any(|y| y.0 == *x) && !may.contains(&x.as_str()))
        .map(|x| Finding::new(path, 0, format!("{name} must not depend on {x}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_the_wrong_way_is_found() {
        let manifest = "[dependencies]\nslots.workspace = true\nweb.workspace = true\n";
        let found = of("crates/rooms/Cargo.toml", manifest);
        assert_eq!(found.len(), 1);
        assert!(found[0].what.contains("web"));
    }
}
