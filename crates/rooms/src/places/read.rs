//! Reads: the snapshot for screens, point questions for acts.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use base::db::Row;
use base::{Fault, FieldFault, Id, Outcome, Refusal, Tx, args};

use super::{Locality, LocalityKind, Point, Region};
use crate::text::{Text, collation};

/// People from which on a place stands among the large ones at the head of a list.
const LARGE: u32 = 100_000;

/// All regions and localities in memory.
#[derive(Clone, Debug, Default)]
pub struct Places {
    regions: Vec<Region>,
    /// Region by region: the seat, the large ones by size, the rest by alphabet.
    localities: Vec<Arc<Locality>>,
    /// Names and their plain forms, beside `localities`.
    plain: Vec<String>,
    by_id: HashMap<Id, usize>,
    by_region: HashMap<String, Range<usize>>,
}

impl Places {
    /// Orders what was read.
    pub fn new(mut regions: Vec<Region>, mut localities: Vec<Locality>) -> Self {
        regions.sort_by_cached_key(|region| collation(&region.name.ru));
        localities.sort_by_cached_key(|place| {
            let size = if place.capital { u32::MAX } else { place.population };
            let size = if size >= LARGE { size } else { 0 };
            let rank = std::cmp::Reverse((place.capital, size));
            (place.region.clone(), rank, collation(&place.name.ru), place.id.clone())
        });
        let by_id = localities.iter().enumerate().map(|(i, x)| (x.id.clone(), i)).collect();
        let mut by_region = HashMap::new();
        let mut start = 0;
        for same in localities.chunk_by(|a, b| a.region == b.region) {
            by_region.insert(same[0].region.clone(), start..start + same.len());
            start += same.len();
        }
        let plain = localities.iter().map(|x| search::normalise(&x.name.ru)).collect();
        let localities = localities.into_iter().map(Arc::new).collect();
        Self { regions, localities, plain, by_id, by_region }
    }

    /// All regions by alphabet.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// A region by its code.
    pub fn region(&self, code: &str) -> Option<&Region> {
        self.regions.iter().find(|region| region.code == code)
    }

    /// Regions of whose names a word begins with what was typed; those that begin with it come
    /// first.
    pub fn find_regions(&self, typed: &str) -> Vec<&Region> {
        let typed = search::normalise(typed);
        let rank = |region: &Region| {
            let ru = begins(&search::normalise(&region.name.ru), &typed);
            ru.min(begins(&search::normalise(&region.name.en), &typed))
        };
        let mut found: Vec<_> =
            self.regions.iter().map(|x| (rank(x), x)).filter(|(rank, _)| *rank < NOT).collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, region)| region).collect()
    }

    /// All localities, region by region.
    pub fn localities(&self) -> &[Arc<Locality>] {
        &self.localities
    }

    /// The localities of a region: its seat, the large ones by size, the rest by alphabet.
    pub fn localities_of(&self, region: &str) -> &[Arc<Locality>] {
        self.by_region.get(region).map_or(&[], |range| &self.localities[range.clone()])
    }

    /// The localities of a region by alphabet alone.
    pub fn alphabetical(&self, region: &str) -> Vec<&Arc<Locality>> {
        let mut places: Vec<_> = self.localities_of(region).iter().collect();
        places.sort_by_cached_key(|place| collation(&place.name.ru));
        places
    }

    /// A locality by its id.
    pub fn locality(&self, id: &Id) -> Option<&Arc<Locality>> {
        self.by_id.get(id).map(|i| &self.localities[*i])
    }

    /// The locality of a region that bears this name; the largest when several do.
    pub fn named(&self, region: &str, name: &str) -> Option<&Arc<Locality>> {
        let name = search::normalise(name);
        let range = self.by_region.get(region)?.clone();
        let same = range.filter(|i| self.plain[*i] == name).map(|i| &self.localities[i]);
        same.max_by_key(|place| (place.capital, place.population))
    }

    /// Localities of a region (of all with `None`) by first letters, at most `limit`.
    pub fn find_localities(
        &self,
        region: Option<&str>,
        typed: &str,
        limit: usize,
    ) -> Vec<&Arc<Locality>> {
        let typed = search::normalise(typed);
        let all = 0..self.localities.len();
        let range = region.map_or(all, |x| self.by_region.get(x).cloned().unwrap_or(0..0));
        let mut found: Vec<_> = range
            .map(|i| (begins(&self.plain[i], &typed), &self.localities[i]))
            .map(|(rank, x)| (rank.min(begins(&search::normalise(&x.name.en), &typed)), x))
            .filter(|(rank, _)| *rank < NOT)
            .collect();
        found.sort_by_key(|(rank, place)| (*rank, std::cmp::Reverse(place.population)));
        found.into_iter().take(limit).map(|(_, place)| place).collect()
    }

    /// [`check`] on the snapshot.
    ///
    /// # Errors
    /// As [`check`].
    pub fn check(&self, region: &str, locality: &Id) -> Result<&Arc<Locality>, Refusal> {
        let found = self.locality(locality);
        let answer = belongs(self.region(region).is_some(), found.map(|x| x.region == region));
        answer.and_then(|()| found.ok_or_else(|| geo("locality", "E-GEO-02")))
    }
}

/// The rank of a name that does not match.
const NOT: u8 = 2;

/// 0: the name begins with what was typed, 1: one of its words does.
fn begins(name: &str, typed: &str) -> u8 {
    let word = || name.match_indices(' ').any(|(at, _)| name[at + 1..].starts_with(typed));
    match () {
        () if name.starts_with(typed) => 0,
        () if word() => 1,
        () => NOT,
    }
}

fn geo(field: &'static str, code: &'static str) -> Refusal {
    Refusal::invalid(vec![FieldFault::new(field, code)])
}

/// `inside`: whether the locality, if there is one, lies in the region.
fn belongs(region: bool, inside: Option<bool>) -> Result<(), Refusal> {
    match (region, inside) {
        (false, _) => Err(geo("region", "E-GEO-01")),
        (true, None) => Err(geo("locality", "E-GEO-02")),
        (true, Some(false)) => Err(geo("locality", "E-GEO-04")),
        (true, Some(true)) => Ok(()),
    }
}

/// Makes sure that the locality lies in the region; gives its time zone.
///
/// # Errors
/// `E-FORM-00` with the field: `E-GEO-01` no such region, `E-GEO-02` no such locality, `E-GEO-04`
/// the locality lies elsewhere.
pub fn check(tx: &mut Tx<'_>, region: &str, locality: &Id) -> Outcome<String> {
    let known = has_region(tx, region)?;
    let found =
        tx.opt("SELECT region_code, zone FROM locality WHERE id = $1", args![locality], |r| {
            Ok((r.get::<String>(0)?, r.get::<String>(1)?))
        })?;
    belongs(known, found.as_ref().map(|(code, _)| code == region))?;
    found.map(|(_, zone)| zone).ok_or_else(|| geo("locality", "E-GEO-02").into())
}

/// Whether there is such a region.
///
/// # Errors
/// A fault of the engine.
pub fn has_region(tx: &mut Tx<'_>, code: &str) -> Outcome<bool> {
    let found = tx.opt("SELECT code FROM region WHERE code = $1", args![code], |_| Ok(()))?;
    Ok(found.is_some())
}

/// Whether there is such a locality.
///
/// # Errors
/// A fault of the engine.
pub fn has_locality(tx: &mut Tx<'_>, id: &Id) -> Outcome<bool> {
    Ok(tx.opt("SELECT id FROM locality WHERE id = $1", args![id], |_| Ok(()))?.is_some())
}

/// Reads all places.
///
/// # Errors
/// A fault of the engine.
pub fn load(tx: &mut Tx<'_>) -> Outcome<Places> {
    let regions = tx.all(
        "SELECT code, name, name_en, oktmo, iso, district, zones FROM region",
        args![],
        region,
    )?;
    let localities = tx.all(
        "SELECT id, region_code, name, name_en, kind, zone, lat_e6, lon_e6, population, capital,
           postal, fias, kladr, oktmo, tax_office
         FROM locality",
        args![],
        locality,
    )?;
    Ok(Places::new(regions, localities))
}

fn region(row: &Row<'_>) -> Result<Region, Fault> {
    let zones: String = row.get(6)?;
    Ok(Region {
        code: row.get(0)?,
        name: Text { ru: row.get(1)?, en: row.get(2)? },
        oktmo: row.get(3)?,
        iso: row.get(4)?,
        district: row.get(5)?,
        zones: zones.split(';').map(str::to_owned).collect(),
    })
}

fn locality(row: &Row<'_>) -> Result<Locality, Fault> {
    Ok(Locality {
        id: row.get(0)?,
        region: row.get(1)?,
        name: Text { ru: row.get(2)?, en: row.get(3)? },
        kind: LocalityKind::of(&row.get::<String>(4)?),
        zone: row.get(5)?,
        point: Point::of(row.get(6)?, row.get(7)?),
        population: row.get(8)?,
        capital: row.get(9)?,
        postal: row.get(10)?,
        fias: row.get(11)?,
        kladr: row.get(12)?,
        oktmo: row.get(13)?,
        tax_office: row.get(14)?,
    })
}
