//! The first steps: region and locality, office, specialist.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use base::{Id, Instant};
use rooms::availability::Scope;
use rooms::offices::Site;

use super::convenient::Convenient;
use super::view::{self, Summary};
use super::{ANY, Chosen};
use crate::pages::openings::{Notice, of_offers};
use crate::{Answer, Fields, Shell, Visit};

/// One choice of a step.
#[derive(Clone, Debug, Default)]
pub struct Card {
    /// Where it leads.
    pub href: String,
    /// What it is.
    pub title: String,
    /// More about it.
    pub lines: Vec<String>,
    /// The nearest free time in words; empty: none.
    pub soonest: String,
}

#[derive(Template)]
#[template(path = "book/place.html")]
struct PlacePage {
    shell: Shell,
    step: usize,
    service: String,
    /// Name of the chosen region; empty while regions are shown.
    region: String,
    all_regions: String,
    cards: Vec<Card>,
    /// Regions where the service is served: code and name.
    regions: Vec<Card>,
}

#[derive(Template)]
#[template(path = "book/choice.html")]
struct ChoicePage {
    shell: Shell,
    step: usize,
    lead: String,
    wish: Convenient,
    cards: Vec<Card>,
    summary: Summary,
    back: String,
    /// Announced openings of these offers.
    openings: Vec<Notice>,
}

/// Whether the service is served in the region.
pub(super) fn is_served(chosen: &Chosen, region: &str) -> bool {
    let offices = &chosen.portal.city.offices;
    offices.sites_in_region(&chosen.service.code, region).next().is_some()
}

/// Region, then its localities where the service is served.
pub(super) async fn localities(visit: Visit, chosen: Chosen) -> Answer {
    let (lang, places) = (visit.lang, &chosen.portal.city.places);
    let offices = &chosen.portal.city.offices;
    let mut by_locality: BTreeMap<&Id, usize> = BTreeMap::new();
    for site in offices.sites_for(&chosen.service.code) {
        *by_locality.entry(&site.locality).or_default() += 1;
    }
    let in_region = |code: &str| {
        by_locality.keys().any(|id| places.locality(id).is_some_and(|x| x.region == code))
    };
    let regions = places.regions().iter().filter(|x| in_region(&x.code));
    let regions = regions.map(|region| Card {
        href: chosen.address(&[("region", &region.code), ("locality", "")]),
        title: region.name.in_lang(lang).to_owned(),
        ..Card::default()
    });
    let regions: Vec<Card> = regions.collect();
    let mut cards = Vec::new();
    let mut region = String::new();
    if let Some(known) = chosen.region.as_deref().and_then(|code| places.region(code)) {
        region = known.name.in_lang(lang).to_owned();
        for place in places.localities_of(&known.code) {
            let Some(count) = by_locality.get(&place.id) else { continue };
            cards.push(Card {
                href: chosen.address(&[("locality", &place.id)]),
                title: place.name.in_lang(lang).to_owned(),
                lines: vec![visit.tn("offices-count", *count)],
                soonest: String::new(),
            });
        }
    }
    let service = &chosen.service;
    visit.page(PlacePage {
        shell: frame(&visit, &chosen, "book-where"),
        step: 1,
        service: service.passport.name.in_lang(lang).to_owned(),
        region,
        all_regions: format!("/book/{}?all=1", service.code),
        cards,
        regions,
    })
}

/// The offices of the locality that serve it.
pub(super) async fn offices(visit: Visit, chosen: Chosen, query: &Fields) -> Answer {
    let portal = chosen.portal.clone();
    let Some(locality) = chosen.locality.clone() else { return localities(visit, chosen).await };
    let sites: Vec<Arc<Site>> =
        portal.city.offices.sites_in_locality(&chosen.service.code, &locality).cloned().collect();
    let wish = Convenient::read(&visit, &chosen, query);
    let mut cards = Vec::new();
    let mut covered = Vec::new();
    for site in &sites {
        let organization = portal.city.offices.organization(&site.organization);
        let name = organization.map_or("", |x| x.name.in_lang(visit.lang));
        let mut lines = vec![view::site_where(&visit, &portal, site)];
        let own = site.name.in_lang(visit.lang);
        lines.insert(0, own.to_owned());
        lines.push(site.card.hours.in_lang(visit.lang).to_owned());
        lines.retain(|x| !x.is_empty());
        let (start, soonest, day) = soonest(&visit, &chosen, &Scope::Site(&site.id), &wish);
        let href = chosen.address(&[("site", &site.id), ("day", &day)]);
        cards.push((start, Card { href, title: name.to_owned(), lines, soonest }));
        let offers = portal.offers_at(&chosen.service, site);
        covered.extend(offers.iter().filter(|x| !x.guards.is_empty()).cloned());
    }
    cards.sort_by_key(|(start, _)| start.unwrap_or(Instant::NEVER));
    let cards = cards.into_iter().map(|x| x.1).collect();
    // Where one is received sooner comes first; offices without free times come last.
    visit.page(ChoicePage {
        shell: frame(&visit, &chosen, "book-office"),
        step: 2,
        openings: of_offers(&visit, &portal, &covered),
        lead: visit.t("book-office-lead").to_owned(),
        wish,
        cards,
        summary: Summary::of(&visit, &portal, &chosen.service, None, None),
        back: chosen.address(&[("locality", "")]),
    })
}

/// The resources of the site that serve it.
pub(super) async fn specialists(visit: Visit, chosen: Chosen, query: &Fields) -> Answer {
    let portal = chosen.portal.clone();
    let Some(site) = chosen.site.as_ref().and_then(|id| portal.city.offices.site(id)) else {
        return offices(visit, chosen, query).await;
    };
    let offers = portal.offers_at(&chosen.service, site);
    let wish = Convenient::read(&visit, &chosen, query);
    let (_, soon, day) = soonest(&visit, &chosen, &Scope::Site(&site.id), &wish);
    let openings = of_offers(&visit, &portal, &offers);
    let mut cards = vec![Card {
        href: chosen.address(&[("resource", ANY), ("day", &day)]),
        title: visit.t("book-any").to_owned(),
        lines: vec![visit.t("book-any-lead").to_owned()],
        soonest: soon,
    }];
    for offer in offers {
        let Some(resource) = portal.city.offices.resource(&offer.resource) else { continue };
        let card = &resource.card;
        let mut lines: Vec<String> = [&card.qualification, &card.functions]
            .into_iter()
            .map(|x| x.in_lang(visit.lang).to_owned())
            .collect();
        lines.retain(|x| !x.is_empty());
        if !resource.room.is_empty() {
            lines.push(visit.tw("room-is", &[("room", resource.room.clone().into())]));
        }
        let (_, soonest, day) = soonest(&visit, &chosen, &Scope::Resource(&resource.id), &wish);
        cards.push(Card {
            href: chosen.address(&[("resource", &resource.id), ("day", &day)]),
            title: view::resource_name(&visit, resource),
            lines,
            soonest,
        });
    }
    visit.page(ChoicePage {
        shell: frame(&visit, &chosen, "book-who"),
        step: 3,
        openings,
        lead: visit.t("book-who-lead").to_owned(),
        wish,
        cards,
        summary: Summary::of(&visit, &portal, &chosen.service, Some(site), None),
        back: format!("/book/{}?locality={}", chosen.service.code, view::encode(&site.locality)),
    })
}

/// The frame of a step.
pub(super) fn frame(visit: &Visit, chosen: &Chosen, title: &str) -> Shell {
    let service = &chosen.service;
    let name = service.passport.name.in_lang(visit.lang);
    visit
        .shell(title)
        .about(visit.tw("book-about", &[("service", name.to_owned().into())]))
        .crumb("/services", "nav-services")
        .crumb(format!("/services/{}", service.code), name)
}

/// The soonest convenient time, «завтра, 10:30», and its day when something was chosen: the calendar
/// opens there.
fn soonest(
    visit: &Visit,
    chosen: &Chosen,
    scope: &Scope<'_>,
    wish: &Convenient,
) -> (Option<Instant>, String, String) {
    let now = visit.app.clock.now();
    let question = chosen.portal.question(&chosen.service, "", now).only(wish.filter);
    let found = question.soonest(scope, question.whole(), 1);
    let found = found.first().and_then(|x| Some((x, chosen.portal.availability.desk(x.seat)?)));
    let Some((found, desk)) = found else { return (None, String::new(), String::new()) };
    let start = Instant::from_minutes(found.slot.start);
    let local = start.in_zone(&desk.site.zone);
    let today = now.in_zone(&desk.site.zone).date();
    let words =
        format!("{}, {}", view::near_date(visit, local.date(), today), local.strftime("%H:%M"));
    let day = if wish.chosen { local.date().to_string() } else { String::new() };
    (Some(start), words, day)
}
