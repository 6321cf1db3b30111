//! What differs between the engines' schemas: the names of four types, the word STRICT, and tables
//! that SQLite keeps in the order of their key.

/// A portable schema text as SQLite takes it, with every table STRICT. One that ends with
/// `); -- by key` has no other order than its primary key: one tree less to write.
pub(super) fn sqlite_schema(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut word = String::new();
    let mut in_table = false;
    for line in sql.lines() {
        let (code, remark) = line.split_once("--").unwrap_or((line, ""));
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
            let by_key = remark.trim() == "by key";
            out.push_str(if by_key { " STRICT, WITHOUT ROWID;\n" } else { " STRICT;\n" });
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
        let by_key = "CREATE TABLE b (\n  x TEXT NOT NULL PRIMARY KEY\n); -- by key\n";
        assert_eq!(
            sqlite_schema(by_key),
            "CREATE TABLE b (\n  x TEXT NOT NULL PRIMARY KEY\n) STRICT, WITHOUT ROWID;\n"
        );
    }
}
