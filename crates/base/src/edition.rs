//! Editions: a counter for each kind of reference data that nodes keep a picture of in memory. Every
//! act that changes such data raises its counter; a picture of another edition is old.

use crate::{Outcome, Tx, args};

/// Raises the edition `name`: part of every act that changes what is pictured.
///
/// # Errors
/// A fault of the engine.
pub fn raise(tx: &mut Tx<'_>, name: &str) -> Outcome<()> {
    tx.exec(
        "INSERT INTO edition (name, version) VALUES ($1, 1)
         ON CONFLICT (name) DO UPDATE SET version = edition.version + 1",
        args![name],
    )?;
    Ok(())
}

/// The present edition; 0 before the first change.
///
/// # Errors
/// A fault of the engine.
pub fn present(tx: &mut Tx<'_>, name: &str) -> Outcome<i64> {
    let known = tx.opt("SELECT version FROM edition WHERE name = $1", args![name], |r| r.get(0))?;
    Ok(known.unwrap_or(0))
}
