//! Acts that change who receives.

use base::{FieldFault, Id, Outcome, Tx, args};

use super::rules::{check_organization, check_resource, check_site};
use super::{Organization, Resource, Sheet, Site};
use crate::catalogue::{has_service, refuse, within};
use crate::{city, places};

/// Adds or replaces an organisation.
///
/// # Errors
/// `E-FORM-00` with all faulty fields; an unknown `region` is `E-GEO-01`, an unknown `parent`
/// `E-ORG-01`.
pub fn save_organization(tx: &mut Tx<'_>, organization: &Organization) -> Outcome<()> {
    let mut faults = check_organization(organization);
    if !places::has_region(tx, &organization.region)? {
        faults.push(FieldFault::new("region", "E-GEO-01"));
    }
    if let Some(parent) = &organization.parent
        && !has_organization(tx, parent)?
    {
        faults.push(FieldFault::new("parent", "E-ORG-01"));
    }
    refuse(faults)?;
    tx.exec(
        "INSERT INTO organization (id, kind, region_code, parent_id, name, name_en, card)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, region_code = excluded.region_code,
           parent_id = excluded.parent_id, name = excluded.name, name_en = excluded.name_en,
           card = excluded.card",
        args![
            &organization.id,
            &organization.kind,
            &organization.region,
            organization.parent.as_ref(),
            &organization.name.ru,
            &organization.name.en,
            &serde_json::to_string(&organization.card)?,
        ],
    )?;
    city::touch(tx)
}

/// Adds or replaces a site.
///
/// # Errors
/// `E-FORM-00` with all faulty fields; an unknown `organization` is `E-ORG-01`, an unknown
/// `locality` `E-GEO-02`.
pub fn save_site(tx: &mut Tx<'_>, site: &Site) -> Outcome<()> {
    let mut faults = check_site(site);
    if !has_organization(tx, &site.organization)? {
        faults.push(FieldFault::new("organization", "E-ORG-01"));
    }
    if !places::has_locality(tx, &site.locality)? {
        faults.push(FieldFault::new("locality", "E-GEO-02"));
    }
    refuse(faults)?;
    tx.exec(
        "INSERT INTO site (id, organization_id, locality_id, zone, lat_e6, lon_e6, name, name_en,
           card)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (id) DO UPDATE SET organization_id = excluded.organization_id,
           locality_id = excluded.locality_id, zone = excluded.zone, lat_e6 = excluded.lat_e6,
           lon_e6 = excluded.lon_e6, name = excluded.name, name_en = excluded.name_en,
           card = excluded.card",
        args![
            &site.id,
            &site.organization,
            &site.locality,
            site.zone.iana_name().unwrap_or_default(),
            site.point.map(|point| point.lat_e6),
            site.point.map(|point| point.lon_e6),
            &site.name.ru,
            &site.name.en,
            &serde_json::to_string(&site.card)?,
        ],
    )?;
    city::touch(tx)
}

/// Adds or replaces a resource with the services it serves.
///
/// # Errors
/// `E-FORM-00` with all faulty fields; an unknown `site` is `E-ORG-02`, unknown `services` are
/// `E-CAT-04`.
pub fn save_resource(tx: &mut Tx<'_>, resource: &Resource) -> Outcome<()> {
    let mut faults = check_resource(resource);
    let site = tx.opt("SELECT id FROM site WHERE id = $1", args![&resource.site], |_| Ok(()))?;
    if site.is_none() {
        faults.push(FieldFault::new("site", "E-ORG-02"));
    }
    for code in &resource.services {
        if !has_service(tx, code)? {
            faults.push(FieldFault::new("services", "E-CAT-04").arg("code", code));
        }
    }
    refuse(faults)?;
    tx.exec(
        "INSERT INTO resource (id, site_id, kind, name, name_en, room, active, card)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET site_id = excluded.site_id, kind = excluded.kind,
           name = excluded.name, name_en = excluded.name_en, room = excluded.room,
           active = excluded.active, card = excluded.card",
        args![
            &resource.id,
            &resource.site,
            resource.kind.as_str(),
            &resource.name.ru,
            &resource.name.en,
            &resource.room,
            resource.active,
            &serde_json::to_string(&resource.card)?,
        ],
    )?;
    tx.exec("DELETE FROM resource_service WHERE resource_id = $1", args![&resource.id])?;
    for code in &resource.services {
        tx.exec(
            "INSERT INTO resource_service (resource_id, service_code) VALUES ($1, $2)
             ON CONFLICT (resource_id, service_code) DO NOTHING",
            args![&resource.id, code],
        )?;
    }
    city::touch(tx)
}

/// Saves a whole file. Its timetables are not among it: see [`super::Timetables`].
///
/// # Errors
/// As the other acts; the names of fields begin with the id of what they belong to.
pub fn save_sheet(tx: &mut Tx<'_>, sheet: &Sheet) -> Outcome<()> {
    let faults = &mut Vec::new();
    for organization in &sheet.organizations {
        within(&organization.id, save_organization(tx, organization), faults)?;
    }
    for site in &sheet.sites {
        within(&site.id, save_site(tx, site), faults)?;
    }
    for resource in &sheet.resources {
        within(&resource.id, save_resource(tx, resource), faults)?;
    }
    refuse(std::mem::take(faults))
}

/// Whether there is no organisation yet.
///
/// # Errors
/// A fault of the engine.
pub fn is_empty(tx: &mut Tx<'_>) -> Outcome<bool> {
    Ok(tx.opt("SELECT id FROM organization LIMIT 1", args![], |_| Ok(()))?.is_none())
}

fn has_organization(tx: &mut Tx<'_>, id: &Id) -> Outcome<bool> {
    Ok(tx.opt("SELECT id FROM organization WHERE id = $1", args![id], |_| Ok(()))?.is_some())
}
