//! The home page: the search, what most people come for, life areas and situations, and what lies
//! near.

use std::sync::Arc;

use askama::Template;
use base::Outcome;
use rooms::availability::Scope;
use rooms::booking::{self, Filter};
use rooms::catalogue::Service;
use rooms::offices::Site;
use rooms::places::Region;
use rooms::portal::Portal;

use super::card::{self, Card};
use super::soonest::soonest;
use super::words::{self, Link, say};
use crate::route::{Action, Rate, Route, get};
use crate::{Answer, Fields, Shell, Visit};

/// Cards in a row of the home page.
const CARDS: usize = 6;
/// Words people may begin with.
const EXAMPLES: usize = 4;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![get("/", Action::ReadCatalogue, Rate::Read, home)]
}

#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage {
    shell: Shell,
    /// Name of the chosen region.
    region: Option<String>,
    examples: Vec<Link>,
    next: Option<Next>,
    popular: Vec<Card>,
    areas: Vec<Tile>,
    situations: Vec<Tile>,
    near: Vec<Card>,
    near_all: String,
}

/// A life area or situation with its picture.
pub(super) struct Tile {
    pub href: String,
    pub words: String,
    pub icon: String,
}

/// The nearest visit of the person who is signed in.
struct Next {
    href: String,
    service: String,
    when: String,
    place: String,
}

async fn home(visit: Visit) -> Answer {
    let portal = visit.app.portal();
    let region = words::region(&visit, &portal, &Fields::default());
    let code = region.map(|x| x.code.as_str());
    let popular = popular(&portal, code);
    let answer = visit.page(HomePage {
        region: region.map(|x| say(&visit, &x.name)),
        examples: examples(&visit, &popular),
        next: next(&visit, &portal).await?,
        popular: cards(&visit, &portal, &popular[..popular.len().min(CARDS)], region),
        areas: areas(&visit, &portal),
        situations: situations(&visit, &portal),
        near: code.map(|code| near(&visit, &portal, code)).unwrap_or_default(),
        near_all: words::address("/organizations", &[("region", code.unwrap_or_default())]),
        shell: visit.shell("home-title"),
    });
    // With a region the page says who is free first.
    if region.is_none() { visit.lasting(answer, &portal, None) } else { answer }
}

/// Searches people may begin with: the shortest names.
fn examples(visit: &Visit, services: &[Arc<Service>]) -> Vec<Link> {
    let mut names: Vec<_> = services.iter().map(|x| say(visit, &x.passport.name)).collect();
    names.sort_by_key(|x| x.chars().count());
    let link = |x: String| Link::new(words::address("/services", &[("q", &x)]), x);
    names.into_iter().take(EXAMPLES).map(link).collect()
}

/// Of every life area the service that most people of the offices (of the region) give.
fn popular(portal: &Portal, region: Option<&str>) -> Vec<Arc<Service>> {
    let offices = &portal.city.offices;
    let places = |service: &Service| -> usize {
        let at = |site: &Arc<Site>| offices.resources_for(&site.id, &service.code).count();
        match region {
            Some(region) => offices.sites_in_region(&service.code, region).map(at).sum(),
            None => offices.sites_for(&service.code).map(at).sum(),
        }
    };
    let best = |code: &str| {
        // The first of those with the highest count: names decide among equals.
        let counted = portal.city.catalogue.of_category(code).map(|x| (places(x), x));
        let best = counted.reduce(|best, x| if x.0 > best.0 { x } else { best })?;
        Some((best.0, best.1.clone()))
    };
    let categories = portal.city.catalogue.categories().iter();
    let found = categories.filter_map(|x| best(&x.code)).filter(|x| x.0 > 0);
    found.map(|(_, service)| service).collect()
}

/// Cards of the services; with the soonest time when a region is chosen.
fn cards(
    visit: &Visit,
    portal: &Arc<Portal>,
    services: &[Arc<Service>],
    region: Option<&Region>,
) -> Vec<Card> {
    let card = |service: &Arc<Service>| {
        let card = Card::service(visit, service);
        let Some(region) = region else { return card };
        card.soonest(soonest(visit, portal, service, &Scope::Region(&region.code)))
    };
    services.iter().map(card).collect()
}

pub(super) fn areas(visit: &Visit, portal: &Portal) -> Vec<Tile> {
    let categories = portal.city.catalogue.categories().iter();
    let tile = |x: &rooms::catalogue::Category| Tile {
        href: format!("/categories/{}", x.code),
        words: say(visit, &x.name),
        icon: words::icon(&x.icon),
    };
    categories.map(tile).collect()
}

/// A situation bears the picture of the life area of its first service.
pub(super) fn situations(visit: &Visit, portal: &Portal) -> Vec<Tile> {
    let catalogue = &portal.city.catalogue;
    let icon = |services: &[String]| {
        let service = services.first().and_then(|code| catalogue.service(code));
        service.and_then(|x| catalogue.category(&x.category)).map_or("list", |x| &x.icon)
    };
    let tile = |x: &rooms::catalogue::Situation| Tile {
        href: format!("/situations/{}", x.code),
        words: say(visit, &x.name),
        icon: words::icon(icon(&x.services)),
    };
    catalogue.situations().iter().map(tile).collect()
}

/// Organisations of a region, one of each kind first.
fn near(visit: &Visit, portal: &Portal, region: &str) -> Vec<Card> {
    let mut seen = std::collections::HashSet::new();
    let all = portal.city.offices.organizations_of(None, Some(region));
    let (first, more): (Vec<_>, Vec<_>) = all.partition(|x| seen.insert(x.kind.as_str()));
    let all = first.into_iter().chain(more).take(CARDS);
    all.map(|x| Card::organization(visit, portal, x)).collect()
}

/// The soonest visit that stands, if somebody is signed in and has one.
async fn next(visit: &Visit, portal: &Portal) -> Outcome<Option<Next>> {
    let Some(account) = visit.account().cloned() else { return Ok(None) };
    let list =
        visit.db().read(move |tx| booking::list(tx, &account, Filter::Active, None, 200)).await?;
    let now = visit.app.clock.now();
    let ahead = list.into_iter().filter_map(|x| Some((x.starts.filter(|at| *at > now)?, x)));
    let Some((at, booking)) = ahead.min_by_key(|x| x.0) else { return Ok(None) };
    let offices = &portal.city.offices;
    let resource = booking.resource.as_ref().and_then(|id| offices.resource(id));
    let site = resource.and_then(|x| offices.site(&x.site));
    let service = portal.city.catalogue.service(&booking.service);
    Ok(site.zip(service).map(|(site, service)| Next {
        href: format!("/bookings/{}", booking.id),
        service: say(visit, &service.passport.name),
        when: words::when(visit, at, &site.zone),
        place: card::address(visit, portal, site),
    }))
}
