//! Booking: place → office → specialist → time. Every step is a page with a stable address, so it
//! can be bookmarked and shared; nothing is stored until a time is held.

mod convenient;
mod hold;
mod live;
mod place;
mod time;
mod view;

pub(crate) use hold::read as read_wish;
pub(crate) use live::events;
pub use time::{TimeStep, TimeWish, step, zone_note};
pub use view::{Summary, encode};

use std::sync::Arc;

use axum::extract::Path;
use base::{Id, Kind, Refusal};
use rooms::catalogue::Service;
use rooms::portal::Portal;

use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Query, Visit};

/// Where news about free times stand open.
pub(crate) const EVENTS: &str = "/slots/events";

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    vec![
        get("/book/{service}", Action::ReadFreeTimes, Rate::Read, book),
        post("/book/{service}", Action::ChooseTime, Rate::Hold, hold::hold),
        get(EVENTS, Action::ReadFreeTimes, Rate::Read, live::events),
    ]
}

/// What the address of a booking step says.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The portal this request works with.
    pub portal: Arc<Portal>,
    /// What is booked.
    pub service: Arc<Service>,
    /// Code of the region.
    pub region: Option<String>,
    /// The locality.
    pub locality: Option<Id>,
    /// The site.
    pub site: Option<Id>,
    /// The resource; `any` when any will do.
    pub resource: Option<String>,
}

/// Any free resource of the site.
pub const ANY: &str = "any";

impl Chosen {
    /// Reads and checks the address. A site or resource brings its place along.
    fn read(visit: &Visit, service: &str, query: &Fields) -> Result<Self, Refusal> {
        let portal = visit.app.portal();
        let unknown = || Refusal::new(Kind::NotFound, "E-REQ-01");
        let service = portal.city.catalogue.service(service).cloned().ok_or_else(unknown)?;
        let offices = &portal.city.offices;
        let mut site = query.opt("site").map(Id::from);
        let mut resource = query.opt("resource").map(str::to_owned);
        if let Some(id) = resource.as_deref().filter(|x| *x != ANY) {
            let known =
                offices.resource(&Id::from(id)).filter(|x| x.services.contains(&service.code));
            site = Some(known.ok_or_else(unknown)?.site.clone());
        }
        let (mut region, mut locality) =
            (query.opt("region").map(str::to_owned), query.opt("locality").map(Id::from));
        if let Some(id) = &site {
            let known = offices.site(id).ok_or_else(unknown)?;
            locality = Some(known.locality.clone());
            let serving: Vec<_> = offices.resources_for(id, &service.code).collect();
            if let ([only], None) = (serving.as_slice(), &resource) {
                resource = Some(only.id.to_string());
            }
        }
        if let Some(id) = &locality {
            let known = portal.city.places.locality(id).ok_or_else(unknown)?;
            // GEO-04: a pair from the address is checked against the reference data.
            if let (Some(region), None) = (&region, &site) {
                portal.city.places.check(region, id)?;
            }
            region = Some(known.region.clone());
        }
        if let Some(code) = &region {
            portal.city.places.region(code).ok_or_else(unknown)?;
        }
        Ok(Self { service, region, locality, site, resource, portal })
    }

    /// The address of this step with some of its parts replaced.
    pub fn address(&self, parts: &[(&str, &str)]) -> String {
        let of = |name: &str, own: Option<&str>| -> Option<String> {
            let given = parts.iter().find(|x| x.0 == name).map(|x| x.1);
            given.or(own).filter(|x| !x.is_empty()).map(str::to_owned)
        };
        let mut query = Vec::new();
        let resource = of("resource", self.resource.as_deref());
        let site = of("site", self.site.as_deref());
        let names = [
            ("region", if site.is_none() { of("region", self.region.as_deref()) } else { None }),
            (
                "locality",
                if site.is_none() { of("locality", self.locality.as_deref()) } else { None },
            ),
            ("site", site),
            ("resource", resource),
        ];
        query.extend(names.into_iter().filter_map(|(name, x)| Some((name, x?))));
        let rest = parts.iter().filter(|x| {
            !["region", "locality", "site", "resource"].contains(&x.0) && !x.1.is_empty()
        });
        query.extend(rest.map(|(name, x)| (*name, (*x).to_owned())));
        let query: Vec<String> =
            query.iter().map(|(name, x)| format!("{name}={}", view::encode(x))).collect();
        match query.is_empty() {
            true => format!("/book/{}", self.service.code),
            false => format!("/book/{}?{}", self.service.code, query.join("&")),
        }
    }
}

/// Leads to the first step that is not taken yet.
async fn book(visit: Visit, Path(service): Path<String>, Query(query): Query) -> Answer {
    let mut chosen = Chosen::read(&visit, &service, &query)?;
    if chosen.region.is_none() && query.opt("all").is_none() {
        chosen.region = visit.region.clone().filter(|code| place::is_served(&chosen, code));
    }
    match (&chosen.locality, &chosen.site, &chosen.resource) {
        (None, ..) => place::localities(visit, chosen).await,
        (Some(_), None, _) => place::offices(visit, chosen, &query).await,
        (_, Some(_), None) => place::specialists(visit, chosen, &query).await,
        (_, Some(_), Some(_)) => time::page(visit, chosen, query, crate::FormState::new()).await,
    }
}
