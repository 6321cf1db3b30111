//! The first steps: region and locality, office, specialist.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use base::{Id, Instant};
use rooms::booking::{Free, Offer};
use rooms::offices::Site;

use super::view::{self, Summary};
use super::{ANY, Chosen};
use crate::pages::openings::{Notice, of_offers};
use crate::{Answer, Shell, Visit};

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
pub(super) async fn offices(visit: Visit, chosen: Chosen) -> Answer {
    let portal = chosen.portal.clone();
    let Some(locality) = chosen.locality.clone() else { return localities(visit, chosen).await };
    let sites: Vec<Arc<Site>> =
        portal.city.offices.sites_in_locality(&chosen.service.code, &locality).cloned().collect();
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
        let offers = portal.offers_at(&chosen.service, site);
        covered.extend(offers.iter().filter(|x| !x.guards.is_empty()).cloned());
        cards.push(Card {
            href: chosen.address(&[("site", &site.id)]),
            title: name.to_owned(),
            lines,
            soonest: soonest(&visit, &chosen, offers).await?,
        });
    }
    // Where one is received sooner comes first; offices without free times come last.
    visit.page(ChoicePage {
        shell: frame(&visit, &chosen, "book-office"),
        step: 2,
        openings: of_offers(&visit, &portal, &covered),
        lead: visit.t("book-office-lead").to_owned(),
        cards,
        summary: Summary::of(&visit, &portal, &chosen.service, None, None),
        back: chosen.address(&[("locality", "")]),
    })
}

/// The resources of the site that serve it.
pub(super) async fn specialists(visit: Visit, chosen: Chosen) -> Answer {
    let portal = chosen.portal.clone();
    let Some(site) = chosen.site.as_ref().and_then(|id| portal.city.offices.site(id)) else {
        return offices(visit, chosen).await;
    };
    let offers = portal.offers_at(&chosen.service, site);
    let openings = of_offers(&visit, &portal, &offers);
    let mut cards = vec![Card {
        href: chosen.address(&[("resource", ANY)]),
        title: visit.t("book-any").to_owned(),
        lines: vec![visit.t("book-any-lead").to_owned()],
        soonest: soonest(&visit, &chosen, offers.clone()).await?,
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
        cards.push(Card {
            href: chosen.address(&[("resource", &resource.id)]),
            title: view::resource_name(&visit, resource),
            lines,
            soonest: soonest(&visit, &chosen, vec![offer]).await?,
        });
    }
    visit.page(ChoicePage {
        shell: frame(&visit, &chosen, "book-who"),
        step: 3,
        openings,
        lead: visit.t("book-who-lead").to_owned(),
        cards,
        summary: Summary::of(&visit, &portal, &chosen.service, Some(site), None),
        back: format!("/book/{}?locality={}", chosen.service.code, view::encode(&site.locality)),
    })
}

/// The frame of a step.
pub(super) fn frame(visit: &Visit, chosen: &Chosen, title: &str) -> Shell {
    let service = &chosen.service;
    visit
        .shell(title)
        .crumb("/services", "nav-services")
        .crumb(format!("/services/{}", service.code), service.passport.name.in_lang(visit.lang))
}

/// «завтра, 10:30», or nothing.
async fn soonest(
    visit: &Visit,
    chosen: &Chosen,
    offers: Vec<Offer>,
) -> Result<String, crate::Failure> {
    let (portal, now) = (chosen.portal.clone(), visit.app.clock.now());
    let Some(zone) = offers.first().map(|x| x.zone.clone()) else { return Ok(String::new()) };
    let today = now.in_zone(&zone).date();
    let last = today.saturating_add(jiff::Span::new().days(60));
    let start = visit
        .db()
        .read(move |tx| {
            let free = Free { schedule: &portal.schedule, now, purpose: "" };
            let found = free.slots(tx, &offers, (today, last), 1)?;
            Ok(found.first().map(|x| Instant::from_minutes(x.slot.start)))
        })
        .await?;
    Ok(start.map_or(String::new(), |start| {
        let local = start.in_zone(&zone);
        format!("{}, {}", view::near_date(visit, local.date(), today), local.strftime("%H:%M"))
    }))
}
