//! Acts that change regions and localities.

use base::{FieldFault, Outcome, Refusal, Tx, args};
use jiff::tz::TimeZone;

use super::{Locality, Region, has_region};
use crate::city;

/// Adds or replaces a region.
///
/// # Errors
/// `E-FORM-00` with the faulty fields: `code` of two digits, `name`, `zones` of known IANA names.
pub fn save_region(tx: &mut Tx<'_>, region: &Region) -> Outcome<()> {
    let mut faults = vec![];
    if region.code.len() != 2 || !region.code.bytes().all(|b| b.is_ascii_digit()) {
        faults.push(FieldFault::new("code", "E-FORM-02"));
    }
    if region.name.is_empty() {
        faults.push(FieldFault::new("name", "E-FORM-01"));
    }
    if region.zones.is_empty() {
        faults.push(FieldFault::new("zones", "E-FORM-01"));
    }
    faults.extend(region.zones.iter().filter_map(|zone| zone_fault("zones", zone)));
    if !faults.is_empty() {
        return Err(Refusal::invalid(faults).into());
    }
    store_region(tx, region)?;
    city::touch(tx)
}

/// Adds or replaces a locality.
///
/// # Errors
/// `E-FORM-00` with the faulty fields: `name`, `region` (`E-GEO-01`), `zone`, `postal`.
pub fn save_locality(tx: &mut Tx<'_>, locality: &Locality) -> Outcome<()> {
    let mut faults = vec![];
    if locality.name.is_empty() {
        faults.push(FieldFault::new("name", "E-FORM-01"));
    }
    if !has_region(tx, &locality.region)? {
        faults.push(FieldFault::new("region", "E-GEO-01"));
    }
    faults.extend(zone_fault("zone", &locality.zone));
    if !locality.postal.is_empty() && !is_postal(&locality.postal) {
        faults.push(FieldFault::new("postal", "E-FORM-02"));
    }
    if !faults.is_empty() {
        return Err(Refusal::invalid(faults).into());
    }
    store_locality(tx, locality)?;
    city::touch(tx)
}

fn zone_fault(field: &'static str, zone: &str) -> Option<FieldFault> {
    TimeZone::get(zone).err().map(|_unknown| FieldFault::new(field, "E-GEO-03").arg("zone", zone))
}

/// Whether this is a postal code: six digits.
pub(crate) fn is_postal(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Writes a region as it is.
pub(crate) fn store_region(tx: &mut Tx<'_>, region: &Region) -> Outcome<()> {
    tx.exec(
        "INSERT INTO region (code, name, name_en, oktmo, iso, district, zones)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en,
           oktmo = excluded.oktmo, iso = excluded.iso, district = excluded.district,
           zones = excluded.zones",
        args![
            &region.code,
            &region.name.ru,
            &region.name.en,
            &region.oktmo,
            &region.iso,
            &region.district,
            &region.zones.join(";"),
        ],
    )?;
    Ok(())
}

/// Writes a locality as it is.
pub(crate) fn store_locality(tx: &mut Tx<'_>, locality: &Locality) -> Outcome<()> {
    tx.exec(
        "INSERT INTO locality (id, region_code, name, name_en, name_norm, kind, zone, lat_e6, lon_e6,
           population, capital, postal, fias, kladr, oktmo, tax_office)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT (id) DO UPDATE SET region_code = excluded.region_code, name = excluded.name,
           name_en = excluded.name_en, name_norm = excluded.name_norm, kind = excluded.kind,
           zone = excluded.zone, lat_e6 = excluded.lat_e6, lon_e6 = excluded.lon_e6,
           population = excluded.population, capital = excluded.capital, postal = excluded.postal,
           fias = excluded.fias, kladr = excluded.kladr, oktmo = excluded.oktmo,
           tax_office = excluded.tax_office",
        args![
            &locality.id,
            &locality.region,
            &locality.name.ru,
            &locality.name.en,
            &search::normalise(&locality.name.ru),
            locality.kind.as_str(),
            &locality.zone,
            locality.point.map(|point| point.lat_e6),
            locality.point.map(|point| point.lon_e6),
            locality.population,
            locality.capital,
            &locality.postal,
            locality.fias.as_deref(),
            locality.kladr.as_deref(),
            locality.oktmo.as_deref(),
            locality.tax_office.as_deref(),
        ],
    )?;
    Ok(())
}
