//! The snapshot of who receives.

use std::collections::HashMap;
use std::sync::Arc;

use base::db::Row;
use base::{Fault, Id, Outcome, Tx, args};
use jiff::tz::TimeZone;

use super::{Organization, Resource, ResourceKind, Site};
use crate::catalogue::json;
use crate::places::Point;
use crate::text::{Text, collation};

/// All organisations, sites and resources in memory. Every list is ordered by name, then id, so the
/// same question has the same answer on every node.
#[derive(Clone, Debug, Default)]
pub struct Offices {
    organizations: Table<Organization>,
    sites: Table<Site>,
    resources: Table<Resource>,
    sites_of: HashMap<Id, Vec<usize>>,
    resources_of: HashMap<Id, Vec<usize>>,
    /// Sites where an active resource serves the service.
    sites_for: HashMap<String, Vec<usize>>,
}

/// Things in order, found by id.
#[derive(Clone, Debug)]
struct Table<T> {
    all: Vec<Arc<T>>,
    by_id: HashMap<Id, usize>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { all: Vec::new(), by_id: HashMap::new() }
    }
}

impl<T> Table<T> {
    fn new(mut all: Vec<T>, key: impl Fn(&T) -> (&Text, &Id)) -> Self {
        all.sort_by_cached_key(|x| (collation(&key(x).0.ru), key(x).1.clone()));
        let by_id = all.iter().enumerate().map(|(i, x)| (key(x).1.clone(), i)).collect();
        Self { all: all.into_iter().map(Arc::new).collect(), by_id }
    }

    fn get(&self, id: &Id) -> Option<&Arc<T>> {
        self.by_id.get(id).map(|i| &self.all[*i])
    }
}

impl Offices {
    /// Orders what was read.
    pub fn new(
        organizations: Vec<Organization>,
        sites: Vec<Site>,
        resources: Vec<Resource>,
    ) -> Self {
        let mut offices = Self {
            organizations: Table::new(organizations, |x| (&x.name, &x.id)),
            sites: Table::new(sites, |x| (&x.name, &x.id)),
            resources: Table::new(resources, |x| (&x.name, &x.id)),
            ..Self::default()
        };
        for (i, site) in offices.sites.all.iter().enumerate() {
            offices.sites_of.entry(site.organization.clone()).or_default().push(i);
        }
        for (i, resource) in offices.resources.all.iter().enumerate() {
            offices.resources_of.entry(resource.site.clone()).or_default().push(i);
            let Some(site) = offices.sites.by_id.get(&resource.site) else { continue };
            for service in resource.services.iter().filter(|_| resource.active) {
                offices.sites_for.entry(service.clone()).or_default().push(*site);
            }
        }
        for sites in offices.sites_for.values_mut() {
            sites.sort_unstable();
            sites.dedup();
        }
        offices
    }

    /// All organisations.
    pub fn organizations(&self) -> &[Arc<Organization>] {
        &self.organizations.all
    }

    /// All sites.
    pub fn sites(&self) -> &[Arc<Site>] {
        &self.sites.all
    }

    /// All resources, also those that cannot be booked at present.
    pub fn resources(&self) -> &[Arc<Resource>] {
        &self.resources.all
    }

    /// An organisation by its id.
    pub fn organization(&self, id: &Id) -> Option<&Arc<Organization>> {
        self.organizations.get(id)
    }

    /// A site by its id.
    pub fn site(&self, id: &Id) -> Option<&Arc<Site>> {
        self.sites.get(id)
    }

    /// A resource by its id.
    pub fn resource(&self, id: &Id) -> Option<&Arc<Resource>> {
        self.resources.get(id)
    }

    /// The organisations of a kind and a region; `None` is any.
    pub fn organizations_of<'o>(
        &'o self,
        kind: Option<&'o str>,
        region: Option<&'o str>,
    ) -> impl Iterator<Item = &'o Arc<Organization>> {
        let fits = move |x: &&Arc<Organization>| {
            kind.is_none_or(|kind| x.kind == kind) && region.is_none_or(|region| x.region == region)
        };
        self.organizations.all.iter().filter(fits)
    }

    /// The sites of an organisation.
    pub fn sites_of(&self, organization: &Id) -> impl Iterator<Item = &Arc<Site>> {
        let sites = self.sites_of.get(organization).into_iter().flatten();
        sites.map(|i| &self.sites.all[*i])
    }

    /// The resources of a site that can be booked.
    pub fn resources_of(&self, site: &Id) -> impl Iterator<Item = &Arc<Resource>> {
        let resources = self.resources_of.get(site).into_iter().flatten();
        resources.map(|i| &self.resources.all[*i]).filter(|x| x.active)
    }

    /// The resources of a site that serve a service.
    pub fn resources_for<'o>(
        &'o self,
        site: &Id,
        service: &'o str,
    ) -> impl Iterator<Item = &'o Arc<Resource>> {
        self.resources_of(site).filter(move |x| x.services.iter().any(|code| code == service))
    }

    /// The sites where a service is served.
    pub fn sites_for(&self, service: &str) -> impl Iterator<Item = &Arc<Site>> {
        let sites = self.sites_for.get(service).into_iter().flatten();
        sites.map(|i| &self.sites.all[*i])
    }

    /// [`Offices::sites_for`] in one locality.
    pub fn sites_in_locality<'o>(
        &'o self,
        service: &str,
        locality: &'o Id,
    ) -> impl Iterator<Item = &'o Arc<Site>> {
        self.sites_for(service).filter(move |site| site.locality == *locality)
    }

    /// [`Offices::sites_for`] of the organisations of one region.
    pub fn sites_in_region<'o>(
        &'o self,
        service: &str,
        region: &'o str,
    ) -> impl Iterator<Item = &'o Arc<Site>> {
        let of_region = move |site: &&Arc<Site>| {
            self.organization(&site.organization).is_some_and(|x| x.region == region)
        };
        self.sites_for(service).filter(of_region)
    }

    /// Sites with their distance from a point in kilometres, the nearest first; those without a
    /// point come last.
    pub fn by_distance<'o>(
        sites: impl IntoIterator<Item = &'o Arc<Site>>,
        from: Point,
    ) -> Vec<(Option<f64>, &'o Arc<Site>)> {
        let mut sites: Vec<_> =
            sites.into_iter().map(|x| (x.point.map(|point| from.km_to(point)), x)).collect();
        let key = |km: Option<f64>| km.unwrap_or(f64::INFINITY);
        sites.sort_by(|a, b| key(a.0).total_cmp(&key(b.0)));
        sites
    }
}

/// Reads all organisations, sites and resources.
///
/// # Errors
/// A fault of the engine, or of a stored document or zone that cannot be read.
pub fn load(tx: &mut Tx<'_>) -> Outcome<Offices> {
    let organizations = tx.all(
        "SELECT id, kind, region_code, parent_id, name, name_en, card FROM organization",
        args![],
        organization,
    )?;
    let mut zones = HashMap::new();
    let sites = tx.all(
        "SELECT id, organization_id, locality_id, zone, lat_e6, lon_e6, name, name_en, card
         FROM site",
        args![],
        |row| site(row, &mut zones),
    )?;
    let mut services: HashMap<Id, Vec<String>> = HashMap::new();
    tx.all("SELECT resource_id, service_code FROM resource_service", args![], |r| {
        services.entry(r.get(0)?).or_default().push(r.get(1)?);
        Ok(())
    })?;
    let resources = tx.all(
        "SELECT id, site_id, kind, name, name_en, room, active, card FROM resource",
        args![],
        |row| resource(row, &mut services),
    )?;
    Ok(Offices::new(organizations, sites, resources))
}

/// The site of a resource and its organisation.
///
/// # Errors
/// A fault of the engine.
pub fn whereabouts(tx: &mut Tx<'_>, resource: &Id) -> Outcome<Option<(Id, Id)>> {
    Ok(tx.opt(
        "SELECT s.id, s.organization_id FROM resource r JOIN site s ON s.id = r.site_id
         WHERE r.id = $1",
        args![resource],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?)
}

/// The organisation of a site.
///
/// # Errors
/// A fault of the engine.
pub fn organization_of(tx: &mut Tx<'_>, site: &Id) -> Outcome<Option<Id>> {
    Ok(tx.opt("SELECT organization_id FROM site WHERE id = $1", args![site], |r| r.get(0))?)
}

fn organization(row: &Row<'_>) -> Result<Organization, Fault> {
    Ok(Organization {
        id: row.get(0)?,
        kind: row.get(1)?,
        region: row.get(2)?,
        parent: row.get(3)?,
        name: Text { ru: row.get(4)?, en: row.get(5)? },
        card: json(row, 6)?,
    })
}

fn site(row: &Row<'_>, zones: &mut HashMap<String, TimeZone>) -> Result<Site, Fault> {
    let name: String = row.get(3)?;
    let zone = match zones.get(&name) {
        Some(zone) => zone.clone(),
        None => {
            let zone = TimeZone::get(&name).map_err(|error| Fault::of("a site's zone", error))?;
            zones.insert(name, zone.clone());
            zone
        }
    };
    Ok(Site {
        id: row.get(0)?,
        organization: row.get(1)?,
        locality: row.get(2)?,
        zone,
        point: Point::of(row.get(4)?, row.get(5)?),
        name: Text { ru: row.get(6)?, en: row.get(7)? },
        card: json(row, 8)?,
    })
}

fn resource(row: &Row<'_>, services: &mut HashMap<Id, Vec<String>>) -> Result<Resource, Fault> {
    let id: Id = row.get(0)?;
    let kind: String = row.get(2)?;
    let mut services = services.remove(&id).unwrap_or_default();
    services.sort_unstable();
    Ok(Resource {
        site: row.get(1)?,
        kind: ResourceKind::of(&kind)
            .ok_or_else(|| Fault::new(format!("`{kind}` is no kind of resource")))?,
        name: Text { ru: row.get(3)?, en: row.get(4)? },
        room: row.get(5)?,
        active: row.get(6)?,
        services,
        card: json(row, 7)?,
        id,
    })
}
