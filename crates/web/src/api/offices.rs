//! The directory: organisations, their sites, and who receives there.

use std::sync::Arc;

use axum::http::StatusCode;
use base::{Id, Refusal};
use rooms::city::Item;
use rooms::offices::{Organization, Resource, Site};
use rooms::places::Point;
use rooms::portal::Portal;
use serde::Serialize;
use utoipa::ToSchema;

use super::Operation;
use super::call::{Page, answer, unknown_at};
use super::params::{Asked as _, CURSOR, LIMIT, LOCALITY, NEAR, Param, REGION, SERVICE, WORDS};
use super::places::{PointView, Words};
use crate::route::{Action, Rate, get};
use crate::{Answer, Fields, Query, Visit};

/// Things that a search considers.
const MOST: usize = 1000;

const FILTERS: &[Param] = &[REGION, LOCALITY, SERVICE, WORDS, NEAR, LIMIT, CURSOR];
const ORDER: &str = "In order of distance with `near`, else the best match with `q`, else by name.";

pub(super) fn operations() -> Vec<Operation> {
    let read = Rate::Read;
    vec![
        Operation::new(
            "listOrganizations",
            "Public bodies",
            get("/api/v1/organizations", Action::ReadDirectory, read, organizations),
        )
        .gives_page::<OrganizationView>(),
        Operation::new(
            "listSites",
            "Places where bodies receive people",
            get("/api/v1/sites", Action::ReadDirectory, read, sites),
        )
        .gives_page::<SiteView>(),
        Operation::new(
            "listResources",
            "Officials, specialists and desks that can be booked",
            get("/api/v1/resources", Action::ReadDirectory, read, resources),
        )
        .gives_page::<ResourceView>(),
    ]
    .into_iter()
    .map(|x| x.more(ORDER).query(FILTERS).refuses(&[404]))
    .collect()
}

/// A public body.
#[derive(Serialize, ToSchema)]
#[schema(as = Organization)]
pub(super) struct OrganizationView {
    /// Its id.
    id: String,
    /// What it is.
    #[schema(example = "clinic")]
    kind: String,
    /// Code of its region.
    #[schema(example = "70")]
    region: String,
    /// Its name.
    name: Words,
    /// Telephone as shown.
    phone: String,
    /// E-mail; may be empty.
    email: String,
    /// Its own site; may be empty.
    web: String,
    /// Kilometres to its nearest site, when `near` was asked.
    km: Option<f64>,
}

/// A place of an organisation.
#[derive(Serialize, ToSchema)]
#[schema(as = Site)]
pub(super) struct SiteView {
    /// Its id.
    id: String,
    /// Id of its organisation.
    organization: String,
    /// Code of the region.
    #[schema(example = "70")]
    region: String,
    /// Id of the locality.
    locality: String,
    /// Its name.
    name: Words,
    /// Street and house.
    address: Words,
    /// Postal code.
    postal: String,
    /// Opening hours in words.
    hours: Words,
    /// IANA name of the zone in which all its times count.
    #[schema(example = "Asia/Tomsk")]
    zone: String,
    /// Where it lies.
    point: Option<PointView>,
    /// What makes it accessible.
    #[schema(example = json!(["ramp", "lift"]))]
    accessible: Vec<String>,
    /// Kilometres from `near`.
    km: Option<f64>,
}

/// Who receives.
#[derive(Serialize, ToSchema)]
#[schema(as = Resource)]
pub(super) struct ResourceView {
    /// Its id.
    id: String,
    /// Id of its site.
    site: String,
    /// Id of its organisation.
    organization: String,
    /// `official`, `specialist` or `desk`.
    #[schema(example = "official", pattern = "^(official|specialist|desk)$")]
    kind: &'static str,
    /// Name of the person or desk.
    name: Words,
    /// Post; may be empty.
    position: Words,
    /// Of a doctor; may be empty.
    specialty: Words,
    /// Number of the room.
    room: String,
    /// Codes of the services.
    services: Vec<String>,
    /// Kilometres from `near`.
    km: Option<f64>,
}

/// What a query asks of the directory.
struct Filter<'a> {
    portal: &'a Portal,
    region: Option<&'a str>,
    locality: Option<Id>,
    service: Option<&'a str>,
    near: Option<Point>,
    /// What the search found, the best first.
    found: Option<Vec<Item<'a>>>,
}

impl<'a> Filter<'a> {
    fn new(portal: &'a Portal, query: &'a Fields) -> Result<Self, Refusal> {
        let (region, service) = (query.opt(REGION.name), query.opt(SERVICE.name));
        let locality = query.id(LOCALITY.name);
        let city = &portal.city;
        let wrong = [
            (REGION.name, region.is_some_and(|x| city.places.region(x).is_none())),
            (LOCALITY.name, locality.as_ref().is_some_and(|x| city.places.locality(x).is_none())),
            (SERVICE.name, service.is_some_and(|x| city.catalogue.service(x).is_none())),
        ];
        if let Some((field, _)) = wrong.into_iter().find(|x| x.1) {
            return Err(unknown_at(field));
        }
        let found = query.opt(WORDS.name).map(|words| city.find(words, region, MOST).items);
        Ok(Self { portal, region, locality, service, near: query.point(NEAR.name), found })
    }

    fn fits(&self, site: &Site) -> bool {
        let offices = &self.portal.city.offices;
        let body = offices.organization(&site.organization);
        self.region.is_none_or(|x| body.is_some_and(|body| body.region == x))
            && self.locality.as_ref().is_none_or(|x| site.locality == *x)
            && self.service.is_none_or(|x| offices.resources_for(&site.id, x).next().is_some())
    }

    fn km(&self, site: &Site) -> Option<f64> {
        let km = self.near?.km_to(site.point?);
        Some((km * 100.0).round() / 100.0)
    }

    /// The place among what was found; nothing when it was not. Without a search all are equal.
    fn rank(&self, same: impl Fn(&Item<'a>) -> bool) -> Option<usize> {
        self.found.as_ref().map_or(Some(0), |found| found.iter().position(same))
    }

    /// In the promised order: by distance, then by rank, then as they came.
    fn order<T>(&self, mut all: Vec<(Option<f64>, usize, T)>) -> Vec<(Option<f64>, T)> {
        let far = |km: Option<f64>| km.unwrap_or(f64::INFINITY);
        all.sort_by(|a, b| far(a.0).total_cmp(&far(b.0)).then(a.1.cmp(&b.1)));
        all.into_iter().map(|(km, _, x)| (km, x)).collect()
    }
}

async fn organizations(visit: Visit, Query(query): Query) -> Answer {
    let portal = visit.app.portal();
    let filter = Filter::new(&portal, &query)?;
    let offices = &portal.city.offices;
    let of = |body: &Arc<Organization>, item: &Item<'_>| match item {
        Item::Organization(x) => x.id == body.id,
        Item::Site(x) => x.organization == body.id,
        _ => false,
    };
    let all = offices.organizations().iter().filter_map(|body| {
        let rank = filter.rank(|item| of(body, item))?;
        let mut sites = offices.sites_of(&body.id).filter(|x| filter.fits(x)).peekable();
        sites.peek()?;
        let km = sites.filter_map(|x| filter.km(x)).min_by(f64::total_cmp);
        Some((km, rank, body))
    });
    let all = filter.order(all.collect());
    let page = Page::cut(all, &query, |x| x.1.id.to_string(), |(km, x)| organization_view(km, x))?;
    answer(StatusCode::OK, &page)
}

fn organization_view(km: Option<f64>, body: &Organization) -> OrganizationView {
    OrganizationView {
        id: body.id.to_string(),
        kind: body.kind.clone(),
        region: body.region.clone(),
        name: (&body.name).into(),
        phone: body.card.phone.clone(),
        email: body.card.email.clone(),
        web: body.card.web.clone(),
        km,
    }
}

async fn sites(visit: Visit, Query(query): Query) -> Answer {
    let portal = visit.app.portal();
    let filter = Filter::new(&portal, &query)?;
    let of = |site: &Arc<Site>, item: &Item<'_>| match item {
        Item::Organization(x) => x.id == site.organization,
        Item::Site(x) => x.id == site.id,
        _ => false,
    };
    let all = portal.city.offices.sites().iter().filter(|x| filter.fits(x));
    let all = all.filter_map(|x| Some((filter.km(x), filter.rank(|item| of(x, item))?, x)));
    let all = filter.order(all.collect());
    let show = |(km, site): (Option<f64>, &Arc<Site>)| site_view(&portal, km, site);
    answer(StatusCode::OK, &Page::cut(all, &query, |x| x.1.id.to_string(), show)?)
}

fn site_view(portal: &Portal, km: Option<f64>, site: &Site) -> SiteView {
    let body = portal.city.offices.organization(&site.organization);
    SiteView {
        id: site.id.to_string(),
        organization: site.organization.to_string(),
        region: body.map(|x| x.region.clone()).unwrap_or_default(),
        locality: site.locality.to_string(),
        name: (&site.name).into(),
        address: (&site.card.address).into(),
        postal: site.card.postal.clone(),
        hours: (&site.card.hours).into(),
        zone: site.zone.iana_name().unwrap_or("UTC").to_owned(),
        point: site.point.map(Into::into),
        accessible: site.card.accessible.clone(),
        km,
    }
}

async fn resources(visit: Visit, Query(query): Query) -> Answer {
    let portal = visit.app.portal();
    let filter = Filter::new(&portal, &query)?;
    let offices = &portal.city.offices;
    let of = |resource: &Arc<Resource>, site: &Site, item: &Item<'_>| match item {
        Item::Organization(x) => x.id == site.organization,
        Item::Site(x) => x.id == site.id,
        Item::Resource(x) => x.id == resource.id,
        _ => false,
    };
    let all = offices.resources().iter().filter_map(|x| {
        let site = offices.site(&x.site).filter(|site| x.active && filter.fits(site))?;
        let serves = |code: &str| x.services.iter().any(|own| own == code);
        let rank = filter.rank(|item| of(x, site, item))?;
        filter.service.is_none_or(serves).then(|| (filter.km(site), rank, (x, site)))
    });
    let all = filter.order(all.collect());
    let page = Page::cut(
        all,
        &query,
        |(_, (x, _))| x.id.to_string(),
        |(km, (x, site))| resource_view(km, x, site),
    )?;
    answer(StatusCode::OK, &page)
}

fn resource_view(km: Option<f64>, resource: &Resource, site: &Site) -> ResourceView {
    ResourceView {
        id: resource.id.to_string(),
        site: site.id.to_string(),
        organization: site.organization.to_string(),
        kind: resource.kind.as_str(),
        name: (&resource.name).into(),
        position: (&resource.card.position).into(),
        specialty: (&resource.card.specialty).into(),
        room: resource.room.clone(),
        services: resource.services.clone(),
        km,
    }
}
