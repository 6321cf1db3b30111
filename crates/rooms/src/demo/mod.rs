//! The demo: real regions and cities, made-up bodies and people, saved through the same acts as
//! everything else.

mod acting;
pub mod looks;
pub mod openings;
pub mod papers;
pub mod people;
pub mod staff;

use base::{Db, Fault, Outcome, Tx};
use jiff::civil::Date;

use crate::{catalogue, offices, places};

pub use crate::offices::Timetables;

const LOCALITIES: &str = include_str!("../../../../demo/localities.csv");
const CATALOGUE: &str = include_str!("../../../../demo/catalogue.toml");
const ORGANIZATIONS: &str = include_str!("../../../../demo/organizations.toml");

/// Fills an empty database in one transaction; does nothing (and says `false`) when there are
/// organisations already. Days of exceptions count from `today`. `keep` saves the timetables: it
/// belongs to the room `schedule`, and runs in the same transaction.
///
/// # Errors
/// A fault of the engine; what the acts refuse, which would be a fault of the demo's files.
pub fn seed<K>(db: &Db, today: Date, keep: K) -> Outcome<bool>
where
    K: Fn(&mut Tx<'_>, &Timetables) -> Outcome<()> + Send + 'static,
{
    db.write_wait(move |tx| {
        if !offices::is_empty(tx)? {
            return Ok(false);
        }
        places::seed_regions(tx)?;
        seed_localities(tx)?;
        catalogue::save_sheet(tx, &catalogue::Sheet::parse(CATALOGUE, today)?)?;
        let (places, catalogue) = (places::load(tx)?, catalogue::load(tx)?);
        let sheet = offices::Sheet::parse(ORGANIZATIONS, &places, &catalogue, today)?;
        offices::save_sheet(tx, &sheet)?;
        keep(tx, &sheet.timetables)?;
        Ok(true)
    })
}

/// Adds the demo's localities; one that an import has brought only gets its English name.
fn seed_localities(tx: &mut Tx<'_>) -> Outcome<()> {
    let report = places::seed_plain(tx, LOCALITIES)?;
    match report.faulty.first() {
        None => Ok(()),
        Some(row) => Err(Fault::new(format!("localities.csv:{}: {}", row.line, row.reason)).into()),
    }
}

#[cfg(test)]
mod tests;
