//! The page of whoever receives: an official, a specialist, a desk.

use std::sync::Arc;

use askama::Template;
use axum::extract::Path;
use base::{Id, Instant};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rooms::catalogue::{self, Service};
use rooms::offices::{Resource, ResourceKind};
use rooms::portal::Portal;
use slots::{Channel, Exception, Plan, Rule};
use texts::Form;

use super::card;
use super::passport::clock;
use super::soonest::starts;
use super::words::{self, Link, address, person, say};
use crate::{Answer, Shell, Visit};

/// Free times shown of each service.
const TIMES: usize = 8;
/// Services whose free times are shown.
const SERVICES: usize = 4;

#[derive(Template)]
#[template(path = "directory/official.html")]
struct OfficialPage {
    shell: Shell,
    desk: bool,
    post: String,
    qualification: String,
    functions: String,
    room: String,
    owner: Link,
    site: Link,
    address: String,
    /// «Monday», «10:00–13:00».
    hours: Vec<(String, String)>,
    /// Some of the hours are given by telephone only.
    by_phone: bool,
    /// Absences and closures that lie ahead.
    away: Vec<String>,
    offers: Vec<Served>,
    book: String,
}

/// A service with the next free times and what to bring.
struct Served {
    name: String,
    href: String,
    book: String,
    times: Vec<Day>,
    papers: Vec<String>,
}

/// A day with its free times; all lead to the day's page.
struct Day {
    words: String,
    href: String,
    times: Vec<String>,
}

/// The form that books this resource: straight to the service when it serves one.
pub(super) fn book(resource: &Resource) -> String {
    match resource.services.as_slice() {
        [] => String::new(),
        [first, ..] => address(&format!("/book/{first}"), &[("resource", &resource.id)]),
    }
}

pub(super) async fn official(visit: Visit, Path(id): Path<String>) -> Answer {
    let portal = visit.app.portal();
    let offices = &portal.city.offices;
    let found = offices.resource(&Id::from(id)).filter(|x| x.active);
    let resource = found.ok_or_else(words::no_such_page)?;
    let site = offices.site(&resource.site).ok_or_else(words::no_such_page)?;
    let body = offices.organization(&site.organization).ok_or_else(words::no_such_page)?;
    let plan = portal.schedule.timetable(&resource.id).map(|x| &x.plan);
    let today = visit.app.clock.now().in_zone(&site.zone).date();
    let owner = Link::new(format!("/organizations/{}", body.id), say(&visit, &body.name));
    let hours = plan.map(|x| hours(&visit, x, today)).unwrap_or_default();
    let card = &resource.card;
    visit.page(OfficialPage {
        desk: resource.kind == ResourceKind::Desk,
        post: person(&visit, resource),
        qualification: say(&visit, &card.qualification),
        functions: say(&visit, &card.functions),
        room: resource.room.clone(),
        site: Link::new(format!("/sites/{}", site.id), say(&visit, &site.name)),
        address: card::address(&visit, &portal, site),
        by_phone: plan.is_some_and(|x| in_force(x, today).any(|x| !online(x))),
        away: plan.map(|x| away(&visit, x, today)).unwrap_or_default(),
        offers: served(&visit, &portal, resource, &site.zone),
        book: book(resource),
        hours,
        shell: words::place(&visit, &resource.name).crumb(owner.href.as_str(), &owner.words),
        owner,
    })
}

fn in_force(plan: &Plan, today: Date) -> impl Iterator<Item = &Rule> {
    plan.rules.iter().filter(move |x| x.valid_to.is_none_or(|last| last >= today))
}

/// Whether people can book in this window themselves.
fn online(rule: &Rule) -> bool {
    rule.lanes.iter().any(|x| x.contains(Channel::Online))
}

/// The weekly hours in words: days with the same hours stand together.
fn hours(visit: &Visit, plan: &Plan, today: Date) -> Vec<(String, String)> {
    let of_day = |day: slots::Weekday| {
        let rules = in_force(plan, today).filter(|x| x.weekdays.contains(day));
        let mut windows: Vec<_> = rules.map(|x| (x.from, window(visit, x, today))).collect();
        windows.sort();
        windows.dedup();
        windows.into_iter().map(|x| x.1).collect::<Vec<_>>().join("; ")
    };
    let mut lines: Vec<(Vec<usize>, String)> = Vec::new();
    for day in slots::Weekday::ALL {
        let words = of_day(day);
        match lines.last_mut() {
            Some((days, same)) if *same == words => days.push(usize::from(day.index())),
            _ => lines.push((vec![usize::from(day.index())], words)),
        }
    }
    let receives = lines.into_iter().filter(|x| !x.1.is_empty());
    receives.map(|(days, words)| (weekdays(visit, &days), words)).collect()
}

/// «Понедельник», «пн–пт».
fn weekdays(visit: &Visit, days: &[usize]) -> String {
    let short = visit.app.texts.weekdays_short(visit.lang);
    match days {
        [only] => visit.app.texts.weekday(visit.lang, *only),
        [first, .., last] => format!("{}–{}", short[*first], short[*last]),
        [] => String::new(),
    }
}

fn window(visit: &Visit, rule: &Rule, today: Date) -> String {
    let span = |from: u16, to: u16| format!("{}–{}", clock(from), clock(to));
    let mut words = match rule.to - rule.from {
        1440 => visit.t("hours-all-day").to_owned(),
        _ => span(rule.from, rule.to),
    };
    for (from, to) in &rule.breaks {
        let pause = visit.tw("hours-break", &[("span", span(*from, *to).into())]);
        words = format!("{words}, {pause}");
    }
    if let Some(first) = rule.valid_from.filter(|x| *x > today) {
        let day = visit.app.texts.date(visit.lang, first, Form::Day);
        words = format!("{words}, {}", visit.tw("hours-from-day", &[("day", day.into())]));
    }
    if !online(rule) {
        words = format!("{words}, {}", visit.t("hours-by-phone"));
    }
    words
}

/// Days without reception that are not over yet.
fn away(visit: &Visit, plan: &Plan, today: Date) -> Vec<String> {
    let mut days: Vec<(Date, Date)> = plan
        .exceptions
        .iter()
        .filter_map(|x| match x {
            Exception::Closure { from, to } | Exception::Absence { from, to } => {
                // The moment after the last day is often a midnight.
                let last = to.date().max(from.date());
                let midnight = to.time() == jiff::civil::Time::midnight() && last > from.date();
                Some((from.date(), if midnight { last.yesterday().unwrap_or(last) } else { last }))
            }
            Exception::Extra { .. } => None,
        })
        .filter(|(_, last)| *last >= today)
        .collect();
    days.sort();
    days.dedup();
    let day = |date| visit.app.texts.date(visit.lang, date, Form::Day);
    let words = |(first, last): (Date, Date)| match first == last {
        true => visit.tw("away-day", &[("day", day(first).into())]),
        false => visit.tw("away-days", &[("from", day(first).into()), ("to", day(last).into())]),
    };
    days.into_iter().take(5).map(words).collect()
}

/// The services of a resource with their next free times.
fn served(
    visit: &Visit,
    portal: &Arc<Portal>,
    resource: &Resource,
    zone: &TimeZone,
) -> Vec<Served> {
    let services: Vec<_> = resource
        .services
        .iter()
        .filter_map(|code| portal.city.catalogue.service(code))
        .filter(|x| x.active)
        .collect();
    let asked = services.iter().take(SERVICES);
    let times = asked.map(|x| starts(visit, portal, x, &resource.id, TIMES));
    let mut times: Vec<Vec<Instant>> = times.collect();
    times.resize_with(services.len(), Vec::new);
    let served = |(service, times): (&Arc<Service>, Vec<Instant>)| Served {
        name: say(visit, &service.passport.name),
        href: format!("/services/{}", service.code),
        book: address(&format!("/book/{}", service.code), &[("resource", &resource.id)]),
        times: days(visit, service, resource, &times, zone),
        papers: catalogue::documents(service, "").iter().map(|x| say(visit, &x.name)).collect(),
    };
    services.into_iter().zip(times).map(served).collect()
}

/// Free times by day.
fn days(
    visit: &Visit,
    of: &Service,
    at: &Resource,
    times: &[Instant],
    zone: &TimeZone,
) -> Vec<Day> {
    let local: Vec<_> = times.iter().map(|x| x.in_zone(zone)).collect();
    let day = |same: &[jiff::Zoned]| {
        let date = same.first()?.date();
        let code = date.to_string();
        Some(Day {
            words: words::day(visit, date, zone),
            href: address(&format!("/book/{}", of.code), &[("resource", &at.id), ("day", &code)]),
            times: same.iter().map(|x| x.strftime("%H:%M").to_string()).collect(),
        })
    };
    local.chunk_by(|a, b| a.date() == b.date()).filter_map(day).collect()
}
