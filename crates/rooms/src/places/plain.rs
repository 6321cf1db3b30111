//! Localities from a plain table that a person keeps: `region, name, name_en, kind, zone, lat, lon,
//! population, postal`. The first row of a region is its seat.

use std::collections::HashSet;
use std::io::Read;

use base::{Db, Id, Outcome, Tx};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::import::{Change, Report, each, write};
use super::save::is_postal;
use super::{Locality, LocalityKind, Places, Point, store_locality};
use crate::city;
use crate::text::{Text, is_code};

/// Brings localities in from a plain table. One that came from the address register (same region,
/// same name) only gets its English name. `seen` hears of every row.
///
/// # Errors
/// A fault when the file has no such columns or the database refuses.
pub fn import_plain(db: &Db, file: impl Read, seen: impl FnMut()) -> Outcome<Report> {
    let places = db.read_wait(super::load)?;
    let (report, rows) = read(file, &places, seen)?;
    write(db, rows, store_locality)?;
    Ok(report)
}

/// The same inside a transaction; gives the report.
///
/// # Errors
/// As [`import_plain`].
pub(crate) fn seed_plain(tx: &mut Tx<'_>, table: &str) -> Outcome<Report> {
    let places = super::load(tx)?;
    let (report, rows) = read(table.as_bytes(), &places, || {})?;
    rows.iter().try_for_each(|row| store_locality(tx, row))?;
    city::touch(tx)?;
    Ok(report)
}

fn read(
    file: impl Read,
    places: &Places,
    mut seen: impl FnMut(),
) -> Outcome<(Report, Vec<Locality>)> {
    let mut report = Report::default();
    let (mut seats, mut ids) = (HashSet::new(), HashSet::new());
    let mut rows = vec![];
    each::<Row>(file, &mut report, |_line, row, report| {
        seen();
        let seat = seats.insert(row.region.clone());
        let new = row.locality(seat, places)?;
        if !ids.insert(new.id.clone()) {
            return Err(format!("{} stands in the table already", new.name.ru));
        }
        rows.extend(report.count(settle(places, new)));
        Ok(())
    })?;
    Ok((report, rows))
}

/// What came from the address register stays, but gets the English name that the register lacks.
fn settle(places: &Places, new: Locality) -> Change<Locality> {
    let known = places.locality(&new.id).or_else(|| places.named(&new.region, &new.name.ru));
    let Some(old) = known else { return Change::New(new) };
    let settled = match (&old.fias, old.name.en.is_empty()) {
        (None, _) => Locality { id: old.id.clone(), ..new },
        (Some(_), false) => return Change::Same,
        (Some(_), true) => {
            Locality { name: Text::new(&old.name.ru, new.name.en), ..(**old).clone() }
        }
    };
    if settled == **old { Change::Same } else { Change::Changed(settled) }
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
    fn locality(self, capital: bool, places: &Places) -> Result<Locality, String> {
        if places.region(&self.region).is_none() {
            return Err(format!("there is no region {}", self.region));
        }
        let id = format!("{}-{}", self.region, slug(&self.name_en));
        if self.name.is_empty() || self.name_en.is_empty() || !is_code(&id) {
            return Err("name, and name_en in Latin letters, are both needed".into());
        }
        if TimeZone::get(&self.zone).is_err() {
            return Err(format!("the zone `{}` is unknown", self.zone));
        }
        if !self.postal.is_empty() && !is_postal(&self.postal) {
            return Err(format!("postal `{}` is not six digits", self.postal));
        }
        let point = Point::degrees(self.lat, self.lon).ok_or("lat, lon are no point")?;
        Ok(Locality {
            id: Id::from(id),
            region: self.region,
            name: Text::new(self.name, self.name_en),
            kind: self.kind,
            zone: self.zone,
            point: Some(point),
            population: self.population,
            capital,
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
    let sign = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    name.chars().filter(|c| *c != '\'').map(sign).collect()
}
