//! One SQL text for two engines: words that only one of them knows, and the database's own clock.

use super::{Finding, has_word, lines};
use crate::tree::Tree;

/// In small letters, with what to write instead.
const FORBIDDEN: [(&str, &str); 12] = [
    ("insert or", "ON CONFLICT"),
    ("replace into", "ON CONFLICT DO UPDATE"),
    ("now()", "bind cx.now"),
    ("current_timestamp", "bind cx.now"),
    ("datetime('now')", "bind cx.now"),
    ("ilike", "keep a folded column"),
    ("serial", "base::Id"),
    ("bigserial", "base::Id"),
    ("autoincrement", "base::Id"),
    ("jsonb", "TEXT and serde_json"),
    ("random()", "bind a number from cx.chance"),
    ("create trigger", "do it in the act"),
];

pub fn check(tree: &Tree) -> Vec<Finding> {
    let sources = tree.under("crates/", ".rs").filter(|x| x.0.contains("/src/"));
    let statements = sources.flat_map(|(path, text)| of(path, &strings(text)));
    let migrations = tree.under("crates/rooms/migrations/", ".sql");
    statements.chain(migrations.flat_map(|(path, text)| of(path, text))).collect()
}

fn of(path: &str, text: &str) -> Vec<Finding> {
    let finding = |(n, line): (usize, &str)| {
        let small = line.to_lowercase();
        let (word, instead) =
            FORBIDDEN.into_iter().find(|(word, _)| match word.ends_with(')') {
                true => small.contains(word),
                false => has_word(&small, word),
            })?;
        Some(Finding::new(path, n, format!("{word} in SQL; instead: {instead}")))
    };
    lines(text).filter_map(finding).collect()
}

/// The string literals that are SQL (they begin with a verb in capitals), everything else blanked;
/// lines stay where they are.
fn strings(source: &str) -> String {
    const VERBS: [&str; 7] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "CREATE", "ALTER"];
    let mut out = String::with_capacity(source.len());
    for (n, piece) in source.split('"').enumerate() {
        let begin = piece.trim_start_matches(['\\', '\n', ' ']);
        if n % 2 == 1 && VERBS.iter().any(|verb| begin.starts_with(verb)) {
            out.push_str(piece);
        } else {
            out.extend(piece.chars().filter(|c| *c == '\n'));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_sql_is_looked_at() {
        let source = "let now = now();\ntx.exec(\"SELECT 1\n WHERE at > now()\", args![])";
        let found = of("a.rs", &strings(source));
        assert_eq!(found.iter().map(|x| x.line).collect::<Vec<_>>(), [3]);
    }
}
