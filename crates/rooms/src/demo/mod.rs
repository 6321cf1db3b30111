//! The demo: real regions and cities, made-up bodies and people, saved through the same acts as
//! everything else.

pub mod people;

use base::{Db, Fault, Id, Outcome, Tx};
use jiff::civil::Date;
use serde::Deserialize;

use crate::places::{Locality, LocalityKind, Places, Point};
use crate::text::Text;
use crate::{catalogue, city, offices, places};

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

/// Adds the demo's localities; one that an import has brought already stays as it is.
fn seed_localities(tx: &mut Tx<'_>) -> Outcome<()> {
    let present = places::load(tx)?;
    let mut seats = std::collections::HashSet::new();
    let mut rows = csv::Reader::from_reader(LOCALITIES.as_bytes());
    for row in rows.deserialize::<Row>() {
        let row = row.map_err(|error| Fault::of("the demo's localities", error))?;
        let seat = seats.insert(row.region.clone());
        if present.named(&row.region, &row.name).is_none() {
            places::store_locality(tx, &row.locality(seat, &present)?)?;
        }
    }
    city::touch(tx)
}

#[derive(Deserialize)]
struct Row {
    region: String,
    name: String,
    name_en: String,
    kind: LocalityKind,
    zone: String,
    lat: f64,
    lon: f64,
    population: u32,
    postal: String,
}

impl Row {
    /// The first locality of each region in the file is its seat.
    fn locality(self, seat: bool, present: &Places) -> Result<Locality, Fault> {
        if present.region(&self.region).is_none() {
            return Err(Fault::new(format!("{}: there is no region {}", self.name, self.region)));
        }
        Ok(Locality {
            id: Id::from(format!("{}-{}", self.region, slug(&self.name_en))),
            region: self.region,
            name: Text::new(self.name, self.name_en),
            kind: self.kind,
            zone: self.zone,
            point: Point::degrees(self.lat, self.lon),
            population: self.population,
            capital: seat,
            postal: self.postal,
            fias: None,
            kladr: None,
            oktmo: None,
            tax_office: None,
        })
    }
}

/// A Latin name as a word of an id.
fn slug(name: &str) -> String {
    let sign = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let sign = |c: char| (c != '\'').then(|| sign(c));
    name.chars().filter_map(sign).collect()
}

#[cfg(test)]
mod tests;
