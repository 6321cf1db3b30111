//! The search: results by sort with filters, and suggestions while one types.

use std::collections::HashSet;
use std::sync::Arc;

use askama::Template;
use base::{Id, Outcome};
use rooms::booking::{self, Filter};
use rooms::catalogue::Service;
use rooms::city::{Found, Item};
use rooms::portal::Portal;

use super::card::Card;
use super::words::{Link, Paging, address, say, when};
use crate::route::{Action, Rate, Route, get};
use crate::{Answer, Fields, Query, Shell, Visit};

/// The most things a search looks at.
const MOST: usize = 300;
/// Suggestions shown while one types.
const SUGGESTIONS: usize = 7;
/// Other services shown when nothing was found.
const ALTERNATIVES: usize = 6;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![get("/suggest", Action::ReadCatalogue, Rate::Search, suggest)]
}

/// Sorts of things in the order they are shown: value of `kind=`, key of the words.
const SORTS: [(&str, &str); 4] = [
    ("services", "search-services"),
    ("organizations", "search-organizations"),
    ("people", "search-people"),
    ("help", "search-help"),
];

fn sort(item: &Item<'_>) -> usize {
    match item {
        Item::Service(_) => 0,
        Item::Organization(_) | Item::Site(_) => 1,
        Item::Resource(_) => 2,
        Item::Help(_) => 3,
    }
}

#[derive(Template)]
#[template(path = "services/results.html")]
struct ResultsPage {
    shell: Shell,
    q: String,
    /// What was understood instead.
    corrected: Option<String>,
    total: usize,
    sorts: Vec<Link>,
    categories: Vec<Link>,
    regions: Vec<Link>,
    own: Vec<Link>,
    cards: Vec<Card>,
    pages: Vec<Link>,
    /// Services to try when nothing was found.
    alternatives: Vec<Card>,
}

/// What was asked for beside the words.
struct Wish<'q> {
    q: &'q str,
    kind: &'q str,
    category: &'q str,
    region: &'q str,
}

impl<'q> Wish<'q> {
    fn new(query: &'q Fields) -> Self {
        let text = |name: &str| query.text(name);
        Self {
            q: text("q"),
            kind: text("kind"),
            category: text("category"),
            region: text("region"),
        }
    }

    fn address(&self, page: &str) -> String {
        let Self { q, kind, category, region } = self;
        let fields = [("q", *q), ("kind", *kind), ("category", *category), ("region", *region)];
        address("/services", &[&fields[..], &[("page", page)]].concat())
    }

    fn fits_sort(&self, item: &Item<'_>) -> bool {
        self.kind.is_empty() || SORTS[sort(item)].0 == self.kind
    }

    fn fits_category(&self, item: &Item<'_>) -> bool {
        self.category.is_empty() || matches!(item, Item::Service(x) if x.category == self.category)
    }

    fn fits_region(&self, portal: &Portal, item: &Item<'_>) -> bool {
        let offices = &portal.city.offices;
        let body = |id: &Id| offices.organization(id).is_some_and(|x| x.region == self.region);
        let site = |id: &Id| offices.site(id).is_some_and(|x| body(&x.organization));
        self.region.is_empty()
            || match item {
                Item::Service(x) => offices.sites_in_region(&x.code, self.region).next().is_some(),
                Item::Organization(x) => x.region == self.region,
                Item::Site(x) => body(&x.organization),
                Item::Resource(x) => site(&x.site),
                Item::Help(_) => true,
            }
    }
}

/// What was found: services first, each with its booking form.
pub(super) async fn results(visit: &Visit, query: &Fields) -> Answer {
    let portal = visit.app.portal();
    let wish = Wish::new(query);
    let near = Some(wish.region).filter(|x| !x.is_empty()).or(visit.region.as_deref());
    let Found { items, corrected, .. } = portal.city.find(wish.q, near, MOST);
    let own = own(visit, &portal, &services(&items)).await?;
    let here: Vec<_> = items.into_iter().filter(|x| wish.fits_region(&portal, x)).collect();
    let (sorts, categories) =
        (sorts(visit, &wish, &here), categories(visit, &portal, &wish, &here));
    let mut shown: Vec<_> =
        here.into_iter().filter(|x| wish.fits_sort(x) && wish.fits_category(x)).collect();
    shown.sort_by_key(sort);
    let paging = Paging::new(query, shown.len(), |page| wish.address(page));
    let total = shown.len();
    let named = corrected.as_deref().unwrap_or(wish.q);
    let card = |x: Item<'_>| Card::found(visit, &portal, x).named(named);
    let cards: Vec<_> = paging.cut(shown).into_iter().map(card).collect();
    visit.page(ResultsPage {
        shell: visit.shell("search-title").crumb("/services", "services-title"),
        alternatives: if total == 0 { alternatives(visit, &portal, wish.q) } else { vec![] },
        regions: regions(visit, &portal, &wish),
        q: wish.q.to_owned(),
        pages: paging.links,
        corrected,
        total,
        sorts,
        categories,
        own,
        cards,
    })
}

/// The services among what was found.
fn services<'c>(items: &[Item<'c>]) -> Vec<&'c Arc<Service>> {
    let service = |x: &Item<'c>| if let Item::Service(x) = x { Some(*x) } else { None };
    items.iter().filter_map(service).collect()
}

fn sorts(visit: &Visit, wish: &Wish<'_>, items: &[Item<'_>]) -> Vec<Link> {
    let link = |kind: &str, words: &str, count: usize| {
        let href = Wish { kind, category: "", ..*wish }.address("");
        Link::new(href, visit.t(words)).count(count).on(wish.kind == kind)
    };
    let counted = SORTS
        .iter()
        .enumerate()
        .map(|(n, (kind, words))| link(kind, words, items.iter().filter(|x| sort(x) == n).count()));
    let mut links: Vec<_> = counted.filter(|x| x.count != Some(0) || x.on).collect();
    if links.len() > 1 || links.iter().any(|x| x.on) {
        links.insert(0, link("", "search-everything", items.len()));
        return links;
    }
    vec![]
}

/// Life areas of the services that were found, when they are several.
fn categories(visit: &Visit, portal: &Portal, wish: &Wish<'_>, items: &[Item<'_>]) -> Vec<Link> {
    let services = services(items);
    let count = |code: &str| services.iter().filter(|x| x.category == code).count();
    let all = portal.city.catalogue.categories().iter();
    let links = all.map(|x| (count(&x.code), x)).filter(|x| x.0 > 0 || x.1.code == wish.category);
    let links: Vec<_> = links
        .map(|(count, x)| {
            let on = x.code == wish.category;
            // Following the chosen one takes the choice back.
            let category = if on { "" } else { &*x.code };
            let href = Wish { kind: "services", category, ..*wish }.address("");
            Link::new(href, say(visit, &x.name)).count(count).on(on)
        })
        .collect();
    if links.len() > 1 || !wish.category.is_empty() { links } else { vec![] }
}

/// «Everywhere» and the chosen region.
fn regions(visit: &Visit, portal: &Portal, wish: &Wish<'_>) -> Vec<Link> {
    let code = Some(wish.region).filter(|x| !x.is_empty()).or(visit.region.as_deref());
    let Some(region) = code.and_then(|x| portal.city.places.region(x)) else { return vec![] };
    let link = |code: &str, words: String| {
        Link::new(Wish { region: code, ..*wish }.address(""), words).on(wish.region == code)
    };
    vec![link("", visit.t("everywhere").to_owned()), link(&region.code, say(visit, &region.name))]
}

/// The person's own bookings of the services that were found.
async fn own(visit: &Visit, portal: &Portal, services: &[&Arc<Service>]) -> Outcome<Vec<Link>> {
    const MOST_OWN: usize = 3;
    let Some(account) = visit.account().cloned().filter(|_| !services.is_empty()) else {
        return Ok(vec![]);
    };
    let list =
        visit.db().read(move |tx| booking::list(tx, &account, Filter::All, None, 200)).await?;
    let offices = &portal.city.offices;
    let links = list.into_iter().filter_map(|booking| {
        let service = services.iter().find(|x| x.code == booking.service)?;
        let resource = booking.resource.as_ref().and_then(|id| offices.resource(id))?;
        let zone = &offices.site(&resource.site)?.zone;
        let name = service.passport.name.in_lang(visit.lang);
        let words = format!("{name}: {}", when(visit, booking.starts?, zone));
        Some(Link::new(format!("/bookings/{}", booking.id), words))
    });
    Ok(links.take(MOST_OWN).collect())
}

/// Services that answer to single words of what was typed.
fn alternatives(visit: &Visit, portal: &Portal, typed: &str) -> Vec<Card> {
    let mut seen = HashSet::new();
    let words = typed.split_whitespace().filter(|x| x.chars().count() > 2).take(12);
    let found = words.flat_map(|word| portal.city.find_services(word, 3));
    let found = found.filter(|x| seen.insert(x.code.clone())).take(ALTERNATIVES);
    found.map(|x| Card::service(visit, x)).collect()
}

#[derive(Template)]
#[template(path = "services/suggest.html")]
struct Suggestions {
    shell: Shell,
    items: Vec<Suggestion>,
}

struct Suggestion {
    href: String,
    title: Vec<(bool, String)>,
    sort: String,
}

/// List items for the search box; a service leads straight to its booking form.
async fn suggest(visit: Visit, Query(query): Query) -> Answer {
    let portal = visit.app.portal();
    let typed = query.text("q");
    let found = match typed {
        "" => Found { items: vec![], corrected: None, total: 0 },
        _ => portal.city.suggest(typed, visit.region.as_deref(), SUGGESTIONS),
    };
    let named = found.corrected.as_deref().unwrap_or(typed);
    let mut items = found.items;
    items.sort_by_key(sort);
    let items = items.into_iter().map(|item| {
        let category = match item {
            Item::Service(x) => portal.city.catalogue.category(&x.category),
            _ => None,
        };
        let card = Card::found(&visit, &portal, item).named(named);
        Suggestion {
            href: if card.book.is_empty() { card.href } else { card.book },
            title: card.title,
            sort: category.map_or(card.sort, |x| say(&visit, &x.name)),
        }
    });
    let items = items.collect();
    visit.page(Suggestions { shell: visit.shell("search-suggestions"), items })
}
