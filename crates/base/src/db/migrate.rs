//! Forward-only migrations: one text for both engines, each applied once, never changed after.

use sha2::{Digest, Sha256};

use super::Tx;
use crate::{Fault, Outcome, args};

/// One numbered step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `NNNN_room`: decides the order.
    pub name: &'static str,
    /// Portable SQL; see the rules of [`crate::db`].
    pub sql: &'static str,
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
  name TEXT NOT NULL PRIMARY KEY,
  digest TEXT NOT NULL
);
";

pub(super) fn migrate(
    tx: &mut Tx<'_>,
    migrations: &'static [Migration],
) -> Outcome<Vec<&'static str>> {
    tx.script(TABLE)?;
    let mut applied = Vec::new();
    for step in migrations {
        let digest: String = Sha256::digest(step.sql).iter().map(|x| format!("{x:02x}")).collect();
        let known: Option<String> =
            tx.opt("SELECT digest FROM schema_migration WHERE name = $1", args![step.name], |r| {
                r.get(0)
            })?;
        match known {
            Some(known) if known == digest => {}
            Some(_) => {
                return Err(Fault::new(format!(
                    "migration {} was applied with another text; restore the program's version \
                     that made this database, or a backup",
                    step.name
                ))
                .into());
            }
            None => {
                tx.script(step.sql)?;
                tx.exec(
                    "INSERT INTO schema_migration (name, digest) VALUES ($1, $2)",
                    args![step.name, &digest],
                )?;
                applied.push(step.name);
            }
        }
    }
    Ok(applied)
}
