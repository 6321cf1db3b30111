//! Forward-only migrations: one text for both engines, each applied once, never changed after.

use sha2::{Digest, Sha256};

use super::Tx;
use crate::{Fault, Outcome, args};

/// One numbered step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `NNNN_room`: decides the order.
    pub name: &'static str,
    /// What it does.
    pub step: Step,
}

/// What a migration does.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// Portable SQL; see the rules of [`crate::db`].
    Sql(&'static str),
    /// What SQL cannot do, such as sealing the rows there are.
    Rust(fn(&mut Tx<'_>) -> Outcome<()>),
}

impl Migration {
    /// A step in SQL.
    pub const fn sql(name: &'static str, text: &'static str) -> Self {
        Self { name, step: Step::Sql(text) }
    }

    /// A step in Rust. It stands for what it did, whatever becomes of its code.
    pub const fn rust(name: &'static str, act: fn(&mut Tx<'_>) -> Outcome<()>) -> Self {
        Self { name, step: Step::Rust(act) }
    }

    fn digest(&self) -> String {
        let text = match self.step {
            Step::Sql(text) => text,
            Step::Rust(_) => "in Rust",
        };
        Sha256::digest(text).iter().map(|x| format!("{x:02x}")).collect()
    }
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
    for migration in migrations {
        let (name, digest) = (migration.name, migration.digest());
        let known: Option<String> =
            tx.opt("SELECT digest FROM schema_migration WHERE name = $1", args![name], |r| {
                r.get(0)
            })?;
        match known {
            Some(known) if known == digest => {}
            Some(_) => {
                return Err(Fault::new(format!(
                    "migration {name} was applied with another text; restore the program's version \
                     that made this database, or a backup"
                ))
                .into());
            }
            None => {
                match migration.step {
                    Step::Sql(text) => tx.script(text)?,
                    Step::Rust(act) => act(tx)?,
                }
                tx.exec(
                    "INSERT INTO schema_migration (name, digest) VALUES ($1, $2)",
                    args![name, &digest],
                )?;
                applied.push(name);
            }
        }
    }
    Ok(applied)
}
