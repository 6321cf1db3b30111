//! What differs between the engines' schemas: the names of four types and the word STRICT.

/// A portable schema text as SQLite takes it, with every table STRICT.
pub(super) fn sqlite_schema(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut word = String::new();
    let mut in_table = false;
    for line in sql.lines() {
        let code = line.split("--").next().unwrap_or_default();
        for c in code.chars().chain(['\n']) {
            if c.is_ascii_alphanumeric() || c == '_' {
                word.push(c);
                continue;
            }
            out.push_str(match word.as_str() {
                "BIGINT" | "BOOLEAN" => "INTEGER",
                "BYTEA" => "BLOB",
                "TRUE" => "1",
                "FALSE" => "0",
                other => other,
            });
            word.clear();
            out.push(c);
        }
        in_table |= code.trim_start().starts_with("CREATE TABLE");
        if in_table && code.trim_end() == ");" {
            out.truncate(out.trim_end().len() - 1);
            out.push_str(" STRICT;\n");
            in_table = false;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_translated_and_tables_are_strict() {
        let sql = "CREATE TABLE a (\n  x BIGINT NOT NULL, -- BIGINT stays\n  y BYTEA\n);\n";
        assert_eq!(
            sqlite_schema(sql),
            "CREATE TABLE a (\n  x INTEGER NOT NULL, \n  y BLOB\n) STRICT;\n"
        );
    }
}
