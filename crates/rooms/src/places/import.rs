//! Imports of regions and localities from the open tables of the address register (CSV, UTF-8,
//! with a header): a faulty row is named by its line and reason, the others come in.

use std::collections::HashMap;
use std::io::Read;

use base::{Db, Fault, Id, Instant, Outcome};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::save::is_postal;
use super::{Locality, LocalityKind, Places, Point, Region, store_locality, store_region};
use crate::city;
use crate::text::Text;

/// Rows of one transaction.
const BATCH: usize = 500;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows of the file.
    pub read: usize,
    /// Added.
    pub new: usize,
    /// Known, but different.
    pub changed: usize,
    /// Known and the same.
    pub same: usize,
    /// Left out.
    pub faulty: Vec<FaultyRow>,
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultyRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// What to do with a row.
pub(super) enum Change<T> {
    New(T),
    Changed(T),
    Same,
}

impl Report {
    /// Counts the change; gives what must be written.
    pub(super) fn count<T>(&mut self, change: Change<T>) -> Option<T> {
        let (counter, row) = match change {
            Change::New(row) => (&mut self.new, Some(row)),
            Change::Changed(row) => (&mut self.changed, Some(row)),
            Change::Same => (&mut self.same, None),
        };
        *counter += 1;
        row
    }
}

/// Brings regions in. A known region only gets what it lacks; an unknown one gets the fixed zone
/// of its offset, the only thing such a file says about time. `seen` hears of every row.
///
/// # Errors
/// A fault when the file has no such columns or the database refuses.
pub fn import_regions(db: &Db, file: impl Read, mut seen: impl FnMut()) -> Outcome<Report> {
    let places = db.read_wait(super::load)?;
    let mut report = Report::default();
    let mut rows = vec![];
    each::<RegionRow>(file, &mut report, |_line, row, report| {
        seen();
        let region = row.region()?;
        rows.extend(report.count(settle_region(places.region(&region.code), region)));
        Ok(())
    })?;
    write(db, rows, store_region)?;
    Ok(report)
}

/// Brings localities in. The id is the row's FIAS id, so a second import changes nothing; a
/// locality that came without one (same region, same name) is recognised and keeps its id. `now`
/// decides which zone of a region has the row's offset.
///
/// # Errors
/// A fault when the file has no such columns or the database refuses.
pub fn import_localities(
    db: &Db,
    now: Instant,
    file: impl Read,
    mut seen: impl FnMut(),
) -> Outcome<Report> {
    let places = db.read_wait(super::load)?;
    let known = Known::new(&places);
    let mut report = Report::default();
    let mut lines: HashMap<String, u64> = HashMap::new();
    let mut rows = vec![];
    each::<CityRow>(file, &mut report, |line, row, report| {
        seen();
        let locality = row.locality(&places, &known, now)?;
        if let Some(first) = lines.insert(row.fias_id, line) {
            return Err(format!("fias_id stands in line {first} already"));
        }
        rows.extend(report.count(known.settle(locality)));
        Ok(())
    })?;
    write(db, rows, store_locality)?;
    Ok(report)
}

/// Hands every row over; what is faulty goes into the report.
pub(super) fn each<T: DeserializeOwned>(
    file: impl Read,
    report: &mut Report,
    mut take: impl FnMut(u64, T, &mut Report) -> Result<(), String>,
) -> Outcome<()> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let cannot = |error| Fault::of("the table cannot be read", error);
    let headers = reader.headers().map_err(cannot)?.clone();
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(cannot)? {
        report.read += 1;
        let line = record.position().map_or(0, csv::Position::line);
        let row = parse(&record, &headers).and_then(|row| take(line, row, report));
        if let Err(reason) = row {
            report.faulty.push(FaultyRow { line, reason });
        }
    }
    Ok(())
}

fn parse<T: DeserializeOwned>(
    record: &csv::ByteRecord,
    headers: &csv::StringRecord,
) -> Result<T, String> {
    if record.len() != headers.len() {
        return Err(format!("{} columns instead of {}", record.len(), headers.len()));
    }
    let text = csv::StringRecord::from_byte_record(record.clone());
    let text = text.map_err(|error| format!("not UTF-8: {error}"))?;
    text.deserialize(Some(headers)).map_err(|error| error.to_string())
}

/// Writes in batches; the last one raises the edition.
pub(super) fn write<T: Clone + Send + Sync + 'static>(
    db: &Db,
    rows: Vec<T>,
    store: impl Fn(&mut base::Tx<'_>, &T) -> Outcome<()> + Copy + Send + 'static,
) -> Outcome<()> {
    for batch in rows.chunks(BATCH) {
        let batch = batch.to_vec();
        db.write_wait(move |tx| {
            batch.iter().try_for_each(|row| store(tx, row))?;
            city::touch(tx)
        })?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct RegionRow {
    name: String,
    r#type: String,
    name_with_type: String,
    kladr_id: String,
    oktmo: String,
    iso_code: String,
    timezone: String,
    geoname_name: String,
}

impl RegionRow {
    fn region(&self) -> Result<Region, String> {
        let code = region_code(&self.kladr_id)?;
        let name = match self.r#type.as_str() {
            "г" => &self.name,
            _ => &self.name_with_type,
        };
        if name.is_empty() {
            return Err("name is empty".into());
        }
        let zone = fixed_zone(offset(&self.timezone)?)?;
        Ok(Region {
            code: code.to_owned(),
            name: Text::new(name, &self.geoname_name),
            oktmo: self.oktmo.clone(),
            iso: self.iso_code.clone(),
            district: String::new(),
            zones: vec![zone],
        })
    }
}

fn settle_region(old: Option<&Region>, row: Region) -> Change<Region> {
    let Some(old) = old else { return Change::New(row) };
    let fill = |old: &String, new: String| if old.is_empty() { new } else { old.clone() };
    let region =
        Region { oktmo: fill(&old.oktmo, row.oktmo), iso: fill(&old.iso, row.iso), ..old.clone() };
    if region == *old { Change::Same } else { Change::Changed(region) }
}

#[derive(Deserialize)]
struct CityRow {
    postal_code: String,
    region_type: String,
    region: String,
    area_type: String,
    area: String,
    city: String,
    settlement: String,
    kladr_id: String,
    fias_id: String,
    capital_marker: String,
    oktmo: String,
    tax_office: String,
    timezone: String,
    geo_lat: String,
    geo_lon: String,
    population: String,
}

impl CityRow {
    fn locality(&self, places: &Places, known: &Known, now: Instant) -> Result<Locality, String> {
        let code = region_code(&self.kladr_id)?;
        let region = places.region(code).ok_or_else(|| format!("there is no region {code}"))?;
        if self.fias_id.len() != 36 || !self.fias_id.is_ascii() {
            return Err(format!("fias_id `{}` is no identifier of 36 signs", self.fias_id));
        }
        if !self.postal_code.is_empty() && !is_postal(&self.postal_code) {
            return Err(format!("postal_code `{}` is not six digits", self.postal_code));
        }
        let (name, is_region) = self.name()?;
        let old = known.find(&self.fias_id, code, name);
        let offset = offset(&self.timezone)?;
        let zone = zone(old.map(|x| &*x.zone), region, offset, now)
            .ok_or_else(|| format!("no zone of region {code} is {} now", self.timezone))?;
        let some = |text: &str| Some(text.to_owned()).filter(|x| !x.is_empty());
        Ok(Locality {
            id: Id::from(self.fias_id.as_str()),
            region: code.to_owned(),
            name: Text::new(name, ""),
            kind: LocalityKind::City,
            zone,
            point: Some(self.point()?),
            population: number("population", &self.population)?,
            capital: is_region || matches!(self.capital_marker.as_str(), "2" | "3"),
            postal: self.postal_code.clone(),
            fias: some(&self.fias_id),
            kladr: some(&self.kladr_id),
            oktmo: some(&self.oktmo),
            tax_office: some(&self.tax_office),
        })
    }

    /// The innermost name; whether the row is a region of its own.
    fn name(&self) -> Result<(&str, bool), String> {
        let of_type = |kind: &str, name| if kind == "г" { name } else { "" };
        let area = of_type(&self.area_type, self.area.as_str());
        let region = of_type(&self.region_type, self.region.as_str());
        let inner = [&*self.settlement, &*self.city, area].into_iter().find(|x| !x.is_empty());
        match inner {
            Some(name) => Ok((name, false)),
            None if region.is_empty() => Err("the row names no city".into()),
            None => Ok((region, true)),
        }
    }

    fn point(&self) -> Result<Point, String> {
        let degrees = |name, text: &str| {
            text.parse::<f64>().map_err(|_not| format!("{name} `{text}` is no number"))
        };
        let (lat, lon) = (degrees("geo_lat", &self.geo_lat)?, degrees("geo_lon", &self.geo_lon)?);
        Point::degrees(lat, lon).ok_or_else(|| format!("{lat}, {lon} is no point of the globe"))
    }
}

fn number(name: &str, text: &str) -> Result<u32, String> {
    if text.is_empty() {
        return Ok(0);
    }
    text.parse().map_err(|_not| format!("{name} `{text}` is no whole number"))
}

fn region_code(kladr: &str) -> Result<&str, String> {
    let digits = kladr.len() == 13 && kladr.bytes().all(|b| b.is_ascii_digit());
    if digits { Ok(&kladr[..2]) } else { Err(format!("kladr_id `{kladr}` is not 13 digits")) }
}

/// Seconds east of Greenwich from `UTC+7` or `UTC+5:30`.
fn offset(text: &str) -> Result<i32, String> {
    let parse = || {
        let rest = text.strip_prefix("UTC")?;
        let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
        let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
        let real = hours.abs() <= 14 && (0..60).contains(&minutes);
        real.then(|| hours * 3600 + minutes * 60 * hours.signum())
    };
    parse().ok_or_else(|| format!("timezone `{text}` is not like UTC+7"))
}

/// The IANA zone of whole hours; its sign is the reverse of the usual one.
fn fixed_zone(offset: i32) -> Result<String, String> {
    match (offset / 3600, offset % 3600) {
        (hours, 0) => Ok(format!("Etc/GMT{:+}", -hours)),
        _ => Err("no zone is known for this offset".into()),
    }
}

/// The zone of a locality: the only one of its region; else the one it had while that fits; else
/// the first of the region's zones with this offset now.
fn zone(old: Option<&str>, region: &Region, offset: i32, now: Instant) -> Option<String> {
    if let [only] = region.zones.as_slice() {
        return Some(only.clone());
    }
    let fits = |zone: &&str| {
        let zone = TimeZone::get(zone);
        zone.is_ok_and(|zone| zone.to_offset(now.timestamp()).seconds() == offset)
    };
    let zones = old.into_iter().chain(region.zones.iter().map(String::as_str));
    zones.into_iter().find(fits).map(str::to_owned)
}

/// The localities that are there, by what rows are recognised by.
struct Known<'p> {
    by_fias: HashMap<&'p str, &'p Locality>,
    /// Those that came without a FIAS id, by region and plain name.
    by_name: HashMap<(&'p str, String), &'p Locality>,
}

impl<'p> Known<'p> {
    fn new(places: &'p Places) -> Self {
        let mut known = Self { by_fias: HashMap::new(), by_name: HashMap::new() };
        for place in places.localities() {
            match place.fias.as_deref() {
                Some(fias) => known.by_fias.insert(fias, place),
                None => {
                    let name = search::normalise(&place.name.ru);
                    known.by_name.insert((&place.region, name), place)
                }
            };
        }
        known
    }

    fn find(&self, fias: &str, region: &str, name: &str) -> Option<&'p Locality> {
        let by_name = || self.by_name.get(&(region, search::normalise(name)));
        self.by_fias.get(fias).or_else(by_name).copied()
    }

    /// What a row of a file does to the locality it means. The file knows nothing of English names
    /// and sorts of places, so those stay.
    fn settle(&self, row: Locality) -> Change<Locality> {
        let fias = row.fias.as_deref().unwrap_or_default();
        let Some(old) = self.find(fias, &row.region, &row.name.ru) else {
            return Change::New(row);
        };
        let name = Text { ru: row.name.ru, en: old.name.en.clone() };
        let postal = if row.postal.is_empty() { old.postal.clone() } else { row.postal };
        let capital = row.capital || old.capital;
        let new = Locality { id: old.id.clone(), kind: old.kind, name, capital, postal, ..row };
        if new == *old { Change::Same } else { Change::Changed(new) }
    }
}
