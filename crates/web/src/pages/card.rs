//! Cards: how a service, a body, a person or a topic of help stands in a list.

use rooms::catalogue::{HelpTopic, Service};
use rooms::city::Item;
use rooms::offices::{Organization, Resource, Site};
use rooms::portal::Portal;

use super::words::{kind, person, say};
use crate::Visit;

/// One entry of a list of cards.
#[derive(Clone, Debug, Default)]
pub(crate) struct Card {
    /// Where its title leads.
    pub href: String,
    /// What sort of thing it is; empty where all are alike.
    pub sort: String,
    /// Its title in parts, each with whether the search named it.
    pub title: Vec<(bool, String)>,
    /// A sentence; may be empty.
    pub text: String,
    /// Small facts: icon and words.
    pub meta: Vec<(&'static str, String)>,
    /// The soonest free time, in words.
    pub soonest: Option<String>,
    /// Its times were looked at, and all are taken.
    pub full: bool,
    /// The booking form; empty when there is none.
    pub book: String,
}

impl Card {
    fn new(href: String, title: &str) -> Self {
        Self { href, title: vec![(false, title.to_owned())], ..Self::default() }
    }

    /// A service.
    pub fn service(visit: &Visit, service: &Service) -> Self {
        let passport = &service.passport;
        let minutes = visit.tn("minutes", passport.rules.duration);
        Self {
            text: say(visit, &passport.short),
            meta: vec![("clock", minutes)],
            book: if service.active { format!("/book/{}", service.code) } else { String::new() },
            ..Self::new(format!("/services/{}", service.code), passport.name.in_lang(visit.lang))
        }
    }

    /// An organisation with the address of its site in the largest town.
    pub fn organization(visit: &Visit, portal: &Portal, of: &Organization) -> Self {
        let size = |site: &Site| portal.city.places.locality(&site.locality).map(|x| x.population);
        let sites: Vec<_> = portal.city.offices.sites_of(&of.id).collect();
        let main = sites.iter().rev().max_by_key(|x| size(x));
        let mut meta = vec![];
        meta.extend(main.map(|site| ("map-pin", address(visit, portal, site))));
        let more = sites.len().saturating_sub(1);
        if more > 0 {
            meta.push(("building-2", visit.tn("org-more-sites", more)));
        }
        if !of.card.phone.is_empty() {
            meta.push(("phone", of.card.phone.clone()));
        }
        Self {
            text: kind(visit, &of.kind),
            meta,
            ..Self::new(format!("/organizations/{}", of.id), of.name.in_lang(visit.lang))
        }
    }

    /// A site, by the name of its organisation.
    pub fn site(visit: &Visit, portal: &Portal, site: &Site) -> Self {
        let owner = portal.city.offices.organization(&site.organization);
        let title = owner.map_or(&site.name, |x| &x.name);
        Self {
            text: say(visit, &site.name),
            meta: vec![
                ("map-pin", address(visit, portal, site)),
                ("clock", say(visit, &site.card.hours)),
            ],
            ..Self::new(format!("/sites/{}", site.id), title.in_lang(visit.lang))
        }
    }

    /// An official, a specialist or a desk.
    pub fn resource(visit: &Visit, portal: &Portal, resource: &Resource) -> Self {
        let offices = &portal.city.offices;
        let site = offices.site(&resource.site);
        let owner = site.and_then(|x| offices.organization(&x.organization));
        let mut meta: Vec<_> = owner.iter().map(|x| ("building-2", say(visit, &x.name))).collect();
        if !resource.room.is_empty() {
            meta.push(("info", visit.tw("resource-room", &[("room", (&*resource.room).into())])));
        }
        Self {
            text: person(visit, resource),
            meta,
            ..Self::new(format!("/officials/{}", resource.id), resource.name.in_lang(visit.lang))
        }
    }

    /// A topic of help.
    pub fn help(visit: &Visit, topic: &HelpTopic) -> Self {
        let text = topic.text.in_lang(visit.lang);
        let first = text.split("\n\n").next().unwrap_or_default();
        Self {
            text: first.to_owned(),
            ..Self::new(format!("/help/{}", topic.code), topic.title.in_lang(visit.lang))
        }
    }

    /// Whatever a search has found.
    pub fn found(visit: &Visit, portal: &Portal, item: Item<'_>) -> Self {
        let (card, sort) = match item {
            Item::Service(x) => (Self::service(visit, x), "sort-service"),
            Item::Organization(x) => (Self::organization(visit, portal, x), "sort-organization"),
            Item::Site(x) => (Self::site(visit, portal, x), "sort-site"),
            Item::Resource(x) => (Self::resource(visit, portal, x), "sort-resource"),
            Item::Help(x) => (Self::help(visit, x), "sort-help"),
        };
        Self { sort: visit.t(sort).to_owned(), ..card }
    }

    /// With what the search named set off in the title.
    #[must_use]
    pub fn named(mut self, query: &str) -> Self {
        let title: String = self.title.iter().map(|x| x.1.as_str()).collect();
        let parts = search::highlight(&title, query);
        self.title = parts.into_iter().map(|(hit, part)| (hit, part.to_owned())).collect();
        self
    }

    /// With the soonest free time, or the word that there is none.
    #[must_use]
    pub fn soonest(mut self, when: Option<String>) -> Self {
        self.full = when.is_none();
        self.soonest = when;
        self
    }

    /// With a booking form.
    #[must_use]
    pub fn book(mut self, address: String) -> Self {
        self.book = address;
        self
    }
}

/// Town, street and house of a site.
pub(crate) fn address(visit: &Visit, portal: &Portal, site: &Site) -> String {
    let locality = portal.city.places.locality(&site.locality);
    let street = site.card.address.in_lang(visit.lang);
    match locality {
        Some(place) => format!("{}, {street}", place.name.in_lang(visit.lang)),
        None => street.to_owned(),
    }
}
