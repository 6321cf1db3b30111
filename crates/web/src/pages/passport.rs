//! The passport of a service: what it is, what to bring, on which terms, and where.

use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use rooms::availability::Scope;
use rooms::catalogue::{
    AddressNeed, Ages, Confirmation, Document, Flow, Format, Need, Rules, Service, TimeWish,
};
use rooms::offices::Site;
use rooms::places::Region;
use rooms::portal::Portal;
use slots::Release;
use texts::{FluentValue, Form};

use super::account::level_title;
use super::card::Card;
use super::openings::{Notice, of_service};
use super::soonest::soonest;
use super::words::{self, Link, address, say, say_all};
use crate::{Answer, Query, Shell, Visit, next};

/// Offices shown with their soonest time.
const OFFICES: usize = 12;

#[derive(Template)]
#[template(path = "services/passport.html")]
struct PassportPage {
    shell: Shell,
    short: String,
    about: String,
    active: bool,
    book: String,
    facts: Vec<(&'static str, String)>,
    who: Vec<String>,
    purposes: Vec<(String, String)>,
    papers: Vec<Papers>,
    rules: Vec<String>,
    refusals: Vec<String>,
    acts: Vec<Link>,
    number: String,
    reviewed: String,
    region: Option<String>,
    /// Where it is chosen.
    region_page: String,
    /// Offices in the chosen region, or everywhere.
    count: usize,
    /// Regions where there are some.
    regions: usize,
    offices: Vec<Card>,
    /// The directory with the rest of them.
    more: String,
    /// Announced openings.
    openings: Vec<Notice>,
}

/// Papers of one need.
struct Papers {
    title: &'static str,
    list: Vec<Paper>,
}

struct Paper {
    name: String,
    note: String,
    /// The original is brought.
    original: bool,
    /// The purposes that ask for it.
    purposes: Vec<String>,
}

pub(super) async fn passport(
    visit: Visit,
    Path(code): Path<String>,
    Query(query): Query,
) -> Answer {
    let portal = visit.app.portal();
    let catalogue = &portal.city.catalogue;
    let service = catalogue.service(&code).ok_or_else(words::no_such_page)?;
    let region = words::region(&visit, &portal, &query);
    let sites = sites(&portal, service, region);
    let (passport, category) = (&service.passport, catalogue.category(&service.category));
    let mut shell = visit.shell(&say(&visit, &passport.name)).crumb("/services", "services-title");
    if let Some(category) = category {
        shell = shell
            .crumb(format!("/categories/{}", category.code), category.name.in_lang(visit.lang));
    }
    let purpose = |x: &rooms::catalogue::Purpose| {
        let minutes = x.duration.map(|n| visit.tn("minutes", n)).unwrap_or_default();
        (say(&visit, &x.name), minutes)
    };
    let act = |x: &rooms::catalogue::Act| Link::new(x.url.as_str(), say(&visit, &x.name));
    let region_code = region.map_or("", |x| &x.code);
    let short = say(&visit, &passport.short);
    let openings = of_service(&visit, &portal, &service.code);
    let question = portal.question(service, "", visit.began);
    let shown = sites.iter().take(OFFICES);
    let seats = shown.flat_map(|site| question.seats(&Scope::Site(&site.id))).collect::<Vec<_>>();
    let mark = openings.is_empty().then(|| question.mark(&seats));
    let answer = visit.page(PassportPage {
        shell: shell.about(short.as_str()),
        short,
        openings,
        about: say(&visit, &passport.about),
        active: service.active,
        book: address(&format!("/book/{}", service.code), &[("region", region_code)]),
        facts: facts(&visit, service),
        who: say_all(&visit, &passport.who),
        purposes: passport.purposes.iter().map(purpose).collect(),
        papers: papers(&visit, service),
        rules: rules(&visit, &passport.rules),
        refusals: say_all(&visit, &passport.refusals),
        acts: passport.acts.iter().map(act).collect(),
        number: service.number.clone(),
        reviewed: visit.app.texts.date(visit.lang, service.reviewed, Form::Year),
        region: region.map(|x| say(&visit, &x.name)),
        region_page: next::with("/region", &visit.here),
        count: sites.len(),
        regions: regions(&portal, &sites),
        offices: offices(&visit, &portal, service, &sites),
        more: if sites.len() > OFFICES { directory(service, region_code) } else { String::new() },
    });
    match mark {
        Some(mark) => visit.lasting(answer, &portal, Some(mark)),
        None => answer,
    }
}

/// The directory of the bodies that give the service.
fn directory(service: &Service, region: &str) -> String {
    let kind = match service.passport.organization_kinds.as_slice() {
        [only] => only,
        _ => "",
    };
    address("/organizations", &[("region", region), ("kind", kind)])
}

fn sites<'p>(
    portal: &'p Portal,
    service: &Service,
    region: Option<&'p Region>,
) -> Vec<&'p Arc<Site>> {
    let offices = &portal.city.offices;
    match region {
        Some(region) => offices.sites_in_region(&service.code, &region.code).collect(),
        None => offices.sites_for(&service.code).collect(),
    }
}

fn regions(portal: &Portal, sites: &[&Arc<Site>]) -> usize {
    let region = |x: &&Arc<Site>| Some(&portal.city.offices.organization(&x.organization)?.region);
    sites.iter().filter_map(region).collect::<std::collections::HashSet<_>>().len()
}

/// The first offices, each with its soonest time and its booking form.
fn offices(
    visit: &Visit,
    portal: &Arc<Portal>,
    service: &Service,
    sites: &[&Arc<Site>],
) -> Vec<Card> {
    let form = format!("/book/{}", service.code);
    let card = |site: &&Arc<Site>| {
        let when = soonest(visit, portal, service, &Scope::Site(&site.id));
        let book =
            if service.active { address(&form, &[("site", &site.id)]) } else { String::new() };
        Card::site(visit, portal, site).soonest(when).book(book)
    };
    sites.iter().take(OFFICES).map(card).collect()
}

fn facts(visit: &Visit, service: &Service) -> Vec<(&'static str, String)> {
    let passport = &service.passport;
    let formats: Vec<_> = passport.rules.formats.iter().map(|x| format(visit, *x)).collect();
    let facts = [
        ("service-result", say(visit, &passport.result)),
        ("service-fee", say(visit, &passport.fee)),
        ("service-terms", say(visit, &passport.terms)),
        ("service-duration", visit.tn("minutes", passport.rules.duration)),
        ("service-format", formats.join(", ")),
        ("service-level", level_title(visit, passport.rules.level())),
        ("service-ages", ages(visit, passport.rules.ages)),
        ("service-address", address_need(visit, passport.rules.address).to_owned()),
    ];
    facts.into_iter().filter(|x| !x.1.is_empty()).collect()
}

fn ages(visit: &Visit, ages: Option<Ages>) -> String {
    ages.map(|x| crate::shell::code_text(visit, "age-span", &x.words())).unwrap_or_default()
}

fn address_need(visit: &Visit, need: Option<AddressNeed>) -> &str {
    match need {
        None => "",
        Some(AddressNeed::Stated) => visit.t("service-address-stated"),
        Some(AddressNeed::Proved) => visit.t("service-address-proved"),
    }
}

fn format(visit: &Visit, format: Format) -> &str {
    match format {
        Format::InPerson => visit.t("service-format-in-person"),
        Format::Video => visit.t("service-format-video"),
        Format::Phone => visit.t("service-format-phone"),
    }
}

/// The papers by need; what the body asks for itself comes last.
fn papers(visit: &Visit, service: &Service) -> Vec<Papers> {
    let all = &service.passport.documents;
    let group = |title, fits: &dyn Fn(&Document) -> bool| {
        let list = all.iter().filter(|x| fits(x)).map(|x| paper(visit, service, x));
        Papers { title, list: list.collect() }
    };
    let need = |need| move |x: &Document| !x.by_office && x.need == need;
    let groups = [
        group("papers-required", &need(Need::Required)),
        group("papers-by-purpose", &need(Need::ByPurpose)),
        group("papers-optional", &need(Need::Optional)),
        group("papers-by-office", &|x| x.by_office),
    ];
    groups.into_iter().filter(|x| !x.list.is_empty()).collect()
}

fn paper(visit: &Visit, service: &Service, document: &Document) -> Paper {
    let purposes = service.passport.purposes.iter();
    let asking = purposes.filter(|x| x.documents.contains(&document.code));
    Paper {
        name: say(visit, &document.name),
        note: say(visit, &document.note),
        original: document.original && !document.by_office,
        purposes: match document.need {
            Need::ByPurpose => asking.map(|x| say(visit, &x.name)).collect(),
            Need::Required | Need::Optional => vec![],
        },
    }
}

/// The terms as plain sentences, in the order in which people meet them.
fn rules(visit: &Visit, rules: &Rules) -> Vec<String> {
    let say = |key: &str| visit.t(key).to_owned();
    let level = match rules.level() {
        rooms::accounts::Level::Simplified => "rule-level-simplified",
        rooms::accounts::Level::Standard => "rule-level-standard",
        rooms::accounts::Level::Verified => "rule-level-verified",
    };
    let flow = match rules.flow {
        Flow::SlotFirst => "rule-flow-slot",
        Flow::DocumentsFirst => "rule-flow-documents",
        Flow::NoDocuments => "rule-flow-none",
    };
    let confirmation = match rules.confirmation {
        Confirmation::Automatic => "rule-confirm-automatic",
        Confirmation::Manual => "rule-confirm-manual",
        Confirmation::WaitingList => "rule-confirm-waiting",
    };
    let mut told = vec![say(level), say(flow), opening(visit, rules)];
    told.extend((rules.time != TimeWish::Slot).then(|| say("rule-time-proposal")));
    told.push(span(visit, "rule-hold", rules.hold_minutes));
    told.push(say(confirmation));
    told.push(match rules.max_moves {
        0 => say("rule-moves-none"),
        moves => visit.tw(
            "rule-moves",
            &[("moves", moves.into()), ("hours", rules.change_cutoff_hours.into())],
        ),
    });
    told.extend((rules.justification && rules.max_moves > 0).then(|| say("rule-justification")));
    told.push(visit.tn("rule-cancel-until", rules.cancel_cutoff_hours));
    told.extend(rules.per_day.map(|n| visit.tn("rule-per-day", n)));
    told.push(say(if rules.free_choice { "rule-place-any" } else { "rule-place-home" }));
    told.extend((rules.arrive_early > 0).then(|| visit.tn("rule-early", rules.arrive_early)));
    told
}

/// Until when and from when days can be booked.
fn opening(visit: &Visit, rules: &Rules) -> String {
    let day = |date| FluentValue::from(visit.app.texts.date(visit.lang, date, Form::Year));
    let days = FluentValue::from(rules.horizon_days);
    let time = |at: &u16| FluentValue::from(clock(*at));
    match &rules.release {
        Release::Rolling => visit.tw("rule-ahead", &[("n", days)]),
        Release::Daily { at } => visit.tw("rule-ahead-daily", &[("n", days), ("time", time(at))]),
        Release::Weekly { weekday, at, .. } => {
            let weekday = visit.t(ON_WEEKDAY[usize::from(weekday.index())]);
            visit.tw("rule-ahead-weekly", &[("weekday", weekday.into()), ("time", time(at))])
        }
        Release::On { opens, from, to } => visit.tw(
            "rule-ahead-season",
            &[
                ("opens", day(opens.date())),
                ("time", opens.strftime("%H:%M").to_string().into()),
                ("from", day(*from)),
                ("to", day(*to)),
            ],
        ),
    }
}

/// «on Mondays», Monday first.
const ON_WEEKDAY: [&str; 7] = [
    "on-mondays",
    "on-tuesdays",
    "on-wednesdays",
    "on-thursdays",
    "on-fridays",
    "on-saturdays",
    "on-sundays",
];

/// A sentence with a span of time: in hours when they are whole.
fn span(visit: &Visit, key: &str, minutes: u32) -> String {
    match minutes.is_multiple_of(60) {
        true => visit.tn(&format!("{key}-hours"), minutes / 60),
        false => visit.tn(&format!("{key}-minutes"), minutes),
    }
}

/// A minute of the day as a clock shows it.
pub(super) fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}
