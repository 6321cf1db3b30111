//! Who receives: «Органы власти» and the directory of organisations with its filters.

use std::collections::BTreeSet;
use std::sync::Arc;

use askama::Template;
use base::Id;
use rooms::city::Item;
use rooms::offices::{Organization, ResourceKind};
use rooms::places::Region;
use rooms::portal::Portal;

use super::card::Card;
use super::words::{self, Link, Paging, address, known, person, say};
use super::{official, organization};
use crate::route::{Action, Rate, Route, get};
use crate::{Answer, Choice, Fields, FormState, Query, Shell, Visit};

/// Bodies that govern: data of the instance use these words.
const AUTHORITIES: [&str; 2] = ["administration", "city_hall"];
/// The most things the directory's search looks at.
const MOST: usize = 1000;

/// The routes of this file and of the cards it leads to.
pub fn routes() -> Vec<Route> {
    vec![
        get("/authorities", Action::ReadDirectory, Rate::Read, authorities),
        get("/organizations", Action::ReadDirectory, Rate::Read, organizations),
        get("/organizations/{id}", Action::ReadDirectory, Rate::Read, organization::organization),
        get("/sites/{id}", Action::ReadDirectory, Rate::Read, organization::site),
        get("/officials/{id}", Action::ReadDirectory, Rate::Read, official::official),
    ]
}

#[derive(Template)]
#[template(path = "directory/authorities.html")]
struct AuthoritiesPage {
    shell: Shell,
    /// The region that is shown.
    region: String,
    regions: Vec<Link>,
    /// By region.
    groups: Vec<(String, Vec<Authority>)>,
}

/// A body with those who head it.
struct Authority {
    href: String,
    name: String,
    about: String,
    people: Vec<Official>,
    departments: Vec<Link>,
}

struct Official {
    href: String,
    name: String,
    post: String,
    book: String,
}

async fn authorities(visit: Visit, Query(query): Query) -> Answer {
    let portal = visit.app.portal();
    let offices = &portal.city.offices;
    let chosen = words::region(&visit, &portal, &query);
    let bodies: Vec<_> =
        AUTHORITIES.iter().flat_map(|kind| offices.organizations_of(Some(kind), None)).collect();
    let regions = portal.city.places.regions().iter();
    let there: Vec<&Region> =
        regions.filter(|x| bodies.iter().any(|body| body.region == x.code)).collect();
    // A chosen region without such a body shows them all.
    let chosen = chosen.filter(|x| there.iter().any(|y| y.code == x.code));
    let link = |x: &&Region| {
        let href = address("/authorities", &[("region", &x.code)]);
        Link::new(href, say(&visit, &x.name)).on(chosen.is_some_and(|y| y.code == x.code))
    };
    let mut links =
        vec![Link::new("/authorities?region=", visit.t("everywhere")).on(chosen.is_none())];
    links.extend(there.iter().map(link));
    let groups = there.iter().filter(|x| chosen.is_none_or(|y| y.code == x.code)).map(|region| {
        let of_region = bodies.iter().filter(|x| x.region == region.code);
        let list = of_region.map(|x| authority(&visit, &portal, x)).collect();
        (say(&visit, &region.name), list)
    });
    visit.page(AuthoritiesPage {
        region: chosen.map_or_else(|| visit.t("everywhere").to_owned(), |x| say(&visit, &x.name)),
        groups: groups.collect(),
        regions: links,
        shell: visit.shell("authorities-title"),
    })
}

fn authority(visit: &Visit, portal: &Portal, body: &Organization) -> Authority {
    let offices = &portal.city.offices;
    let head = &body.card.head;
    let resources = offices.sites_of(&body.id).flat_map(|x| offices.resources_of(&x.id));
    let mut people: Vec<_> = resources.filter(|x| x.kind != ResourceKind::Desk).collect();
    // Whoever heads the body comes first.
    people.sort_by_key(|x| (x.name != *head, x.kind));
    let not_received = !head.is_empty() && people.iter().all(|x| x.name != *head);
    let head = not_received.then(|| Official {
        href: String::new(),
        name: say(visit, head),
        post: say(visit, &body.card.head_post),
        book: String::new(),
    });
    let official = |x: &&Arc<rooms::offices::Resource>| Official {
        href: format!("/officials/{}", x.id),
        name: say(visit, &x.name),
        post: person(visit, x),
        book: official::book(x),
    };
    let parts = offices.organizations().iter().filter(|x| x.parent.as_ref() == Some(&body.id));
    let part =
        |x: &Arc<Organization>| Link::new(format!("/organizations/{}", x.id), say(visit, &x.name));
    Authority {
        href: format!("/organizations/{}", body.id),
        name: say(visit, &body.name),
        about: say(visit, &body.card.about),
        people: head.into_iter().chain(people.iter().map(official)).collect(),
        departments: parts.map(part).collect(),
    }
}

#[derive(Template)]
#[template(path = "directory/organizations.html")]
struct OrganizationsPage {
    shell: Shell,
    form: FormState,
    regions: Vec<Choice>,
    localities: Vec<Choice>,
    kinds: Vec<Choice>,
    corrected: Option<String>,
    total: usize,
    cards: Vec<Card>,
    pages: Vec<Link>,
}

async fn organizations(visit: Visit, Query(query): Query) -> Answer {
    let portal = visit.app.portal();
    let region = words::region(&visit, &portal, &query);
    let code = region.map_or("", |x| x.code.as_str());
    let locality = portal.city.places.locality(&Id::from(query.text("locality")));
    let locality = locality.filter(|x| x.region == code).map_or("", |x| x.id.as_str());
    let (q, kind) = (query.text("q"), query.text("kind"));
    let (found, corrected) = found(&portal, q, Some(code).filter(|x| !x.is_empty()));
    let at = |id: &Id| {
        let mut sites = portal.city.offices.sites_of(id);
        locality.is_empty() || sites.any(|x| x.locality.as_str() == locality)
    };
    let fits = |x: &&Arc<Organization>| {
        (code.is_empty() || x.region == code) && (kind.is_empty() || x.kind == kind) && at(&x.id)
    };
    let shown: Vec<_> = found.into_iter().filter(fits).collect();
    let fields = [("region", code), ("locality", locality), ("kind", kind), ("q", q)];
    let href = |page: &str| address("/organizations", &[&fields[..], &[("page", page)]].concat());
    let (total, paging) = (shown.len(), Paging::new(&query, shown.len(), href));
    let named = corrected.as_deref().unwrap_or(q);
    let card = |x: &Arc<Organization>| Card::organization(&visit, &portal, x).named(named);
    let values = fields.iter().fold(Fields::default(), |all, (name, value)| all.with(name, *value));
    visit.page(OrganizationsPage {
        form: FormState::filled(values),
        regions: regions(&visit, &portal),
        localities: localities(&visit, &portal, code),
        kinds: kinds(&visit, &portal),
        total,
        cards: paging.cut(shown).into_iter().map(card).collect(),
        pages: paging.links,
        corrected,
        shell: visit.shell("organizations-title"),
    })
}

/// Organisations by words (also of their sites: street and house), best first; all without words.
fn found<'p>(
    portal: &'p Portal,
    q: &str,
    region: Option<&str>,
) -> (Vec<&'p Arc<Organization>>, Option<String>) {
    let offices = &portal.city.offices;
    if q.is_empty() {
        return (offices.organizations().iter().collect(), None);
    }
    let answer = portal.city.find(q, region, MOST);
    let mut seen = std::collections::HashSet::new();
    let bodies = answer.items.iter().filter_map(|item| match item {
        Item::Organization(x) => Some(*x),
        Item::Site(x) => offices.organization(&x.organization),
        _ => None,
    });
    (bodies.filter(|x| seen.insert(x.id.clone())).collect(), answer.corrected)
}

/// Regions where there are organisations.
fn regions(visit: &Visit, portal: &Portal) -> Vec<Choice> {
    let there: BTreeSet<&str> =
        portal.city.offices.organizations().iter().map(|x| x.region.as_str()).collect();
    let regions = portal.city.places.regions().iter().filter(|x| there.contains(&*x.code));
    let any = Choice::new("", visit.t("everywhere"));
    let choice = |x: &Region| Choice::new(&x.code, say(visit, &x.name));
    std::iter::once(any).chain(regions.map(choice)).collect()
}

/// Towns of a region where there are sites; nothing when there is no choice.
fn localities(visit: &Visit, portal: &Portal, region: &str) -> Vec<Choice> {
    let there: BTreeSet<&Id> = portal.city.offices.sites().iter().map(|x| &x.locality).collect();
    let towns = portal.city.places.localities_of(region).iter();
    let towns: Vec<_> = towns
        .filter(|x| there.contains(&x.id))
        .map(|x| Choice::new(x.id.as_str(), say(visit, &x.name)))
        .collect();
    if towns.len() < 2 {
        return vec![];
    }
    std::iter::once(Choice::new("", visit.t("locality-any"))).chain(towns).collect()
}

/// Sorts of organisations by their words.
fn kinds(visit: &Visit, portal: &Portal) -> Vec<Choice> {
    let there: BTreeSet<&str> =
        portal.city.offices.organizations().iter().map(|x| x.kind.as_str()).collect();
    let mut kinds: Vec<_> = there
        .into_iter()
        .filter_map(|x| Some(Choice::new(x, known(visit, &format!("org-kind-{x}"))?)))
        .collect();
    kinds.sort_by(|a, b| a.title.cmp(&b.title));
    kinds.insert(0, Choice::new("", visit.t("kind-any")));
    kinds
}
