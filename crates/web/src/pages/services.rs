//! The catalogue: all services, life areas, life situations.

use std::collections::HashSet;

use askama::Template;
use axum::extract::Path;
use rooms::catalogue::{Category, Service};
use rooms::portal::Portal;

use super::card::Card;
use super::home::{self, Tile};
use super::words::{self, Link, address, say};
use super::{passport, search};
use crate::route::{Action, Rate, Route, get};
use crate::{Answer, Query, Shell, Visit};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/services", Action::ReadCatalogue, Rate::Read, services),
        get("/services/{code}", Action::ReadCatalogue, Rate::Read, passport::passport),
        get("/categories/{code}", Action::ReadCatalogue, Rate::Read, category),
        get("/situations", Action::ReadCatalogue, Rate::Read, situations),
        get("/situations/{code}", Action::ReadCatalogue, Rate::Read, situation),
    ]
}

#[derive(Template)]
#[template(path = "services/all.html")]
struct AllPage {
    shell: Shell,
    /// What stands in the search box.
    q: String,
    regions: Vec<Link>,
    areas: Vec<Area>,
}

/// A life area and its services.
struct Area {
    code: String,
    name: String,
    cards: Vec<Card>,
}

/// All services by life area; what was found when something was sought.
async fn services(visit: Visit, Query(query): Query) -> Answer {
    if query.opt("q").is_some() {
        return search::results(&visit, &query).await;
    }
    let portal = visit.app.portal();
    let region = query.opt("region").and_then(|code| portal.city.places.region(code));
    let code = region.map(|x| x.code.as_str());
    let wanted = query.opt("category");
    let categories = portal.city.catalogue.categories().iter();
    let areas = categories.filter(|x| wanted.is_none_or(|code| x.code == code));
    let areas: Vec<_> = areas.map(|x| area(&visit, &portal, x, code)).collect();
    visit.page(AllPage {
        q: String::new(),
        regions: regions(&visit, &portal, code),
        areas: areas.into_iter().filter(|x| !x.cards.is_empty()).collect(),
        shell: visit.shell("services-title"),
    })
}

fn area(visit: &Visit, portal: &Portal, category: &Category, region: Option<&str>) -> Area {
    let offices = &portal.city.offices;
    let given = |service: &Service| {
        region.is_none_or(|x| offices.sites_in_region(&service.code, x).next().is_some())
    };
    let services = portal.city.catalogue.of_category(&category.code).filter(|x| given(x));
    Area {
        code: category.code.clone(),
        name: say(visit, &category.name),
        cards: services.map(|x| Card::service(visit, x)).collect(),
    }
}

/// «Everywhere» and the region one has chosen or looks at.
fn regions(visit: &Visit, portal: &Portal, looked: Option<&str>) -> Vec<Link> {
    let own = visit.region.as_deref().and_then(|code| portal.city.places.region(code));
    let looked_at = looked.and_then(|code| portal.city.places.region(code));
    let mut seen = HashSet::new();
    let listed = [own, looked_at].into_iter().flatten().filter(|x| seen.insert(x.code.clone()));
    let mut links: Vec<_> = listed
        .map(|x| {
            let href = address("/services", &[("region", &x.code)]);
            Link::new(href, say(visit, &x.name)).on(looked == Some(&x.code))
        })
        .collect();
    if !links.is_empty() {
        links.insert(0, Link::new("/services", visit.t("everywhere")).on(looked.is_none()));
    }
    links
}

#[derive(Template)]
#[template(path = "services/list.html")]
struct ListPage {
    shell: Shell,
    text: String,
    cards: Vec<Card>,
    /// The cards follow one another: steps of a life situation.
    ordered: bool,
}

/// One life area.
async fn category(visit: Visit, Path(code): Path<String>) -> Answer {
    let portal = visit.app.portal();
    let catalogue = &portal.city.catalogue;
    let category = catalogue.category(&code).ok_or_else(words::no_such_page)?;
    let services = catalogue.of_category(&code);
    visit.page(ListPage {
        text: String::new(),
        cards: services.map(|x| Card::service(&visit, x)).collect(),
        ordered: false,
        shell: visit.shell(&say(&visit, &category.name)).crumb("/services", "services-title"),
    })
}

#[derive(Template)]
#[template(path = "services/situations.html")]
struct SituationsPage {
    shell: Shell,
    tiles: Vec<Tile>,
}

async fn situations(visit: Visit) -> Answer {
    let portal = visit.app.portal();
    visit.page(SituationsPage {
        tiles: home::situations(&visit, &portal),
        shell: visit.shell("situations-title"),
    })
}

/// One life situation: the services that help, in a sensible order.
async fn situation(visit: Visit, Path(code): Path<String>) -> Answer {
    let portal = visit.app.portal();
    let catalogue = &portal.city.catalogue;
    let situation = catalogue.situation(&code).ok_or_else(words::no_such_page)?;
    let services = situation.services.iter().filter_map(|code| catalogue.service(code));
    visit.page(ListPage {
        text: say(&visit, &situation.text),
        cards: services.filter(|x| x.active).map(|x| Card::service(&visit, x)).collect(),
        ordered: true,
        shell: visit.shell(&say(&visit, &situation.name)).crumb("/situations", "situations-title"),
    })
}
