//! The built-in list of regions.

use base::{Fault, Outcome, Tx};
use serde::Deserialize;

use super::Region;
use crate::city;
use crate::text::Text;

const REGIONS: &str = include_str!("../../data/regions.csv");

#[derive(Deserialize)]
struct Row {
    code: String,
    name: String,
    name_en: String,
    oktmo: String,
    iso: String,
    district: String,
    zones: String,
}

impl From<Row> for Region {
    fn from(row: Row) -> Self {
        Self {
            code: row.code,
            name: Text::new(row.name, row.name_en),
            oktmo: row.oktmo,
            iso: row.iso,
            district: row.district,
            zones: row.zones.split(';').map(|zone| zone.trim().to_owned()).collect(),
        }
    }
}

/// The regions this program brings along.
///
/// # Errors
/// A fault when the built-in file is malformed; a test sees to it that it is not.
pub fn builtin_regions() -> Result<Vec<Region>, Fault> {
    let mut rows = csv::Reader::from_reader(REGIONS.as_bytes());
    let regions = rows.deserialize::<Row>().map(|row| row.map(Region::from));
    regions.collect::<Result<_, _>>().map_err(|error| Fault::of("built-in regions", error))
}

/// Brings the built-in regions into the database; gives the number of rows that were new or
/// differed. What a file had filled in stays.
///
/// # Errors
/// A fault of the engine.
pub fn seed_regions(tx: &mut Tx<'_>) -> Outcome<usize> {
    let present = super::load(tx)?;
    let mut written = 0;
    for mut region in builtin_regions()? {
        let old = present.region(&region.code);
        if let Some(old) = old {
            let keep = |new: &mut String, old: &str| {
                if new.is_empty() {
                    new.push_str(old);
                }
            };
            keep(&mut region.iso, &old.iso);
            keep(&mut region.district, &old.district);
        }
        if old != Some(&region) {
            super::store_region(tx, &region)?;
            written += 1;
        }
    }
    if written > 0 {
        city::touch(tx)?;
    }
    Ok(written)
}
