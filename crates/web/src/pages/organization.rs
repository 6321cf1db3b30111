//! The cards of an organisation and of its sites.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use base::Id;
use rooms::availability::Scope;
use rooms::catalogue::Service;
use rooms::offices::{Organization, Resource, ResourceKind, Site};
use rooms::portal::Portal;

use super::card::{self, Card};
use super::soonest::soonest;
use super::words::{self, Link, address, kind, known, say};
use crate::{Answer, Shell, Visit};

#[derive(Template)]
#[template(path = "directory/organization.html")]
struct OrganizationPage {
    shell: Shell,
    kind: String,
    about: String,
    head: String,
    head_post: String,
    contacts: Contacts,
    sites: Vec<Place>,
    services: Vec<Link>,
    people: Vec<Card>,
    parts: Vec<Link>,
}

/// How an organisation is reached.
struct Contacts {
    phone: String,
    /// The telephone as a link wants it.
    tel: String,
    fax: String,
    email: String,
    web: String,
    reply: String,
}

impl Contacts {
    fn new(visit: &Visit, of: &Organization) -> Self {
        let card = &of.card;
        Self {
            phone: card.phone.clone(),
            tel: card.phone.chars().filter(|x| x.is_ascii_digit() || *x == '+').collect(),
            fax: card.fax.clone(),
            email: card.email.clone(),
            web: card.web.clone(),
            reply: say(visit, &card.reply),
        }
    }
}

/// Where a site is and when it is open.
struct Place {
    href: String,
    name: String,
    address: String,
    postal: String,
    hours: String,
    directions: String,
    accessible: Vec<String>,
    /// Latitude and longitude, for people and for the link.
    point: Option<(String, String)>,
}

impl Place {
    fn new(visit: &Visit, portal: &Portal, site: &Site) -> Self {
        let card = &site.card;
        let accessible =
            card.accessible.iter().filter_map(|x| known(visit, &format!("accessible-{x}")));
        let point = site.point.map(|x| (format!("{:.4}", x.lat()), format!("{:.4}", x.lon())));
        Self {
            href: format!("/sites/{}", site.id),
            name: say(visit, &site.name),
            address: card::address(visit, portal, site),
            postal: card.postal.clone(),
            hours: say(visit, &card.hours),
            directions: say(visit, &card.directions),
            accessible: accessible.collect(),
            point,
        }
    }
}

/// The card of an organisation.
pub(super) async fn organization(visit: Visit, Path(id): Path<String>) -> Answer {
    let portal = visit.app.portal();
    let offices = &portal.city.offices;
    let body = offices.organization(&Id::from(id)).ok_or_else(words::no_such_page)?;
    let sites: Vec<_> = offices.sites_of(&body.id).collect();
    let resources: Vec<_> = sites.iter().flat_map(|x| offices.resources_of(&x.id)).collect();
    let service = |x: &Arc<Service>| {
        Link::new(format!("/services/{}", x.code), say(&visit, &x.passport.name))
    };
    let parts = offices.organizations().iter().filter(|x| x.parent.as_ref() == Some(&body.id));
    let parent = body.parent.as_ref().and_then(|id| offices.organization(id));
    let of_kin =
        |x: &Arc<Organization>| Link::new(format!("/organizations/{}", x.id), say(&visit, &x.name));
    visit.page(OrganizationPage {
        kind: kind(&visit, &body.kind),
        about: say(&visit, &body.card.about),
        head: say(&visit, &body.card.head),
        head_post: say(&visit, &body.card.head_post),
        contacts: Contacts::new(&visit, body),
        sites: sites.iter().map(|x| Place::new(&visit, &portal, x)).collect(),
        services: services(&portal, &resources).into_iter().map(service).collect(),
        people: people(&visit, &portal, body, &resources),
        parts: parent.into_iter().chain(parts).map(of_kin).collect(),
        shell: words::place(&visit, &body.name),
    })
}

/// What these resources serve, in the catalogue's order.
fn services<'p>(portal: &'p Portal, resources: &[&Arc<Resource>]) -> Vec<&'p Arc<Service>> {
    let codes: BTreeSet<&String> = resources.iter().flat_map(|x| &x.services).collect();
    let all = portal.city.catalogue.services().iter();
    all.filter(|x| x.active && codes.contains(&x.code)).collect()
}

/// The head, officials, then specialists; desks have no face.
fn people(
    visit: &Visit,
    portal: &Portal,
    of: &Organization,
    resources: &[&Arc<Resource>],
) -> Vec<Card> {
    let mut people: Vec<_> = resources.iter().filter(|x| x.kind != ResourceKind::Desk).collect();
    people.sort_by_key(|x| (x.name != of.card.head, x.kind));
    let card = |x: &&Arc<Resource>| {
        let mut card = Card::resource(visit, portal, x);
        card.meta.retain(|x| x.0 != "building-2");
        card
    };
    people.into_iter().map(card).collect()
}

#[derive(Template)]
#[template(path = "directory/site.html")]
struct SitePage {
    shell: Shell,
    owner: Link,
    place: Place,
    contacts: Contacts,
    services: Vec<Card>,
    people: Vec<Card>,
    desks: Vec<Link>,
}

/// The card of a site.
pub(super) async fn site(visit: Visit, Path(id): Path<String>) -> Answer {
    let portal = visit.app.portal();
    let offices = &portal.city.offices;
    let site = offices.site(&Id::from(id)).ok_or_else(words::no_such_page)?;
    let body = offices.organization(&site.organization).ok_or_else(words::no_such_page)?;
    let resources: Vec<_> = offices.resources_of(&site.id).collect();
    let owner = Link::new(format!("/organizations/{}", body.id), say(&visit, &body.name));
    let desks = resources.iter().filter(|x| x.kind == ResourceKind::Desk);
    let desk = |x: &&Arc<Resource>| Link::new(format!("/officials/{}", x.id), say(&visit, &x.name));
    visit.page(SitePage {
        place: Place::new(&visit, &portal, site),
        contacts: Contacts::new(&visit, body),
        services: cards(&visit, &portal, site, &services(&portal, &resources)),
        people: people(&visit, &portal, body, &resources),
        desks: desks.map(desk).collect(),
        shell: words::place(&visit, &site.name).crumb(owner.href.as_str(), &owner.words),
        owner,
    })
}

/// What a site gives, each with its soonest time and its booking form.
fn cards(
    visit: &Visit,
    portal: &Arc<Portal>,
    site: &Site,
    services: &[&Arc<Service>],
) -> Vec<Card> {
    let card = |service: &&Arc<Service>| {
        let when = soonest(visit, portal, service, &Scope::Site(&site.id));
        let book = address(&format!("/book/{}", service.code), &[("site", &site.id)]);
        Card::service(visit, service).soonest(when).book(book)
    };
    services.iter().map(card).collect()
}
