//! The visits of a day, at one site: when, why, to whom, and of the visitor only initials.

use askama::Template;
use axum::Extension;
use base::{Id, Instant};
use jiff::Span;
use jiff::civil::Date;
use rooms::access::{Scope, Spot};
use rooms::accounts::read;
use rooms::booking::{self, Booking, State};
use rooms::offices::{Offices, Site};
use texts::Form;

use super::{Entry, has, menu, place_name};
use crate::form::Choice;
use crate::papers::Seen;
use crate::route::Action;
use crate::{Answer, Fields, FormState, Query, Shell, Visit};

/// Visits on one page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "staff/day.html")]
struct DayPage {
    shell: Shell,
    menu: Vec<Entry>,
    form: FormState,
    /// Sites to choose from; of one nothing is asked.
    sites: Vec<Choice>,
    site: String,
    date: String,
    tomorrow: bool,
    rows: Vec<Row>,
    /// All of the day, those still to come, those who came.
    total: usize,
    awaited: usize,
    came: usize,
    next: String,
}

/// A visit.
struct Row {
    time: String,
    datetime: String,
    service: String,
    purpose: String,
    who: String,
    receives: String,
    state: (&'static str, String),
    href: Option<String>,
    over: bool,
}

pub(super) async fn day(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Query(query): Query,
) -> Answer {
    let portal = visit.app.portal();
    let sites = sites(&scope, &portal.city.offices);
    let chosen = sites.iter().find(|x| *x.id == *query.text("site")).or(sites.first()).copied();
    let tomorrow = query.text("day") == "tomorrow";
    let page: usize = query.text("page").parse().unwrap_or(1).clamp(1, 1000);
    let now = visit.app.clock.now();
    let date = chosen.map(|site| date(now, site, tomorrow));

    let (city, wanted) = (portal.clone(), chosen.map(|x| x.id.clone()));
    let reach = scope.clone();
    let found = visit.db().read(move |tx| {
        let offices = &city.city.offices;
        let limits = |id: &Id| limits(now, offices, id, wanted.as_ref()?, tomorrow);
        let all = booking::visits(tx, &reach, offices, limits)?;
        let shown = all.iter().skip((page - 1) * PAGE).take(PAGE);
        let people = read::accounts(tx, shown.map(|x| &x.account))?;
        Ok((all, people))
    });
    let (all, people) = found.await?;

    let opens = has(&visit, Action::OpenVisitor);
    let rows = all.iter().skip((page - 1) * PAGE).take(PAGE).filter_map(|booking| {
        let seen = Seen::of(booking, "", &portal)?;
        let who = people.get(&booking.account).map(|x| x.initials()).unwrap_or_default();
        let who = initials(&visit, booking, who);
        Some(row(&visit, &seen, who, opens))
    });
    let rows = rows.collect();
    let count = |is: fn(&Booking) -> bool| all.iter().filter(|x| is(x)).count();
    let site = chosen.map_or_else(String::new, |x| x.id.to_string());
    let day = if tomorrow { "tomorrow" } else { "today" };
    let more = all.len() > page * PAGE;
    visit.page(DayPage {
        shell: visit.shell("staff-day-title"),
        menu: menu(&visit),
        form: FormState::filled(Fields::default().with("site", site.as_str())),
        sites: choices(&visit, &portal.city.offices, &sites),
        date: date.map_or_else(String::new, |x| visit.app.texts.date(visit.lang, x, Form::Weekday)),
        tomorrow,
        rows,
        total: all.len(),
        awaited: count(|x| matches!(x.state, State::Confirmed | State::Pending)),
        came: count(|x| matches!(x.state, State::Arrived | State::InService | State::Completed)),
        next: match more {
            true => format!("/staff?site={site}&day={day}&page={}", page + 1),
            false => String::new(),
        },
        site,
    })
}

/// The sites that hold a calendar within `scope`, in the order of the directory.
fn sites<'o>(scope: &Scope, offices: &'o Offices) -> Vec<&'o Site> {
    let calendars = scope.calendars(offices);
    let of = |id: &Id| offices.resource(id).map(|x| &x.site);
    let reached: std::collections::HashSet<&Id> = calendars.iter().filter_map(of).collect();
    offices.sites().iter().filter(|x| reached.contains(&x.id)).map(|x| &**x).collect()
}

fn choices(visit: &Visit, offices: &Offices, sites: &[&Site]) -> Vec<Choice> {
    let name = |site: &&Site| {
        let place = rooms::access::Place::Site(site.id.clone());
        Choice::new(site.id.as_str(), place_name(visit, offices, &place))
    };
    if sites.len() > 1 { sites.iter().map(name).collect() } else { Vec::new() }
}

/// The day in the zone of the site.
fn date(now: Instant, site: &Site, tomorrow: bool) -> Date {
    let today = now.in_zone(&site.zone).date();
    if tomorrow { today.saturating_add(Span::new().days(1)) } else { today }
}

/// The day's beginning and end at the calendar `id`, when it belongs to the site `wanted`.
fn limits(
    now: Instant,
    offices: &Offices,
    id: &Id,
    wanted: &Id,
    tomorrow: bool,
) -> Option<(Instant, Instant)> {
    let spot = Spot::of_resource(offices, Some(id));
    let site = offices.site(spot.site.as_ref()?).filter(|x| x.id == *wanted)?;
    let first = date(now, site, tomorrow);
    let begin = |day: Date| Some(Instant::from(day.to_zoned(site.zone.clone()).ok()?.timestamp()));
    Some((begin(first)?, begin(first.saturating_add(Span::new().days(1)))?))
}

/// Of whoever acts for somebody: both, by first letters; of an organisation only that it is one.
fn initials(visit: &Visit, booking: &Booking, by: String) -> String {
    let Some(behalf) = &booking.behalf else { return by };
    let Some(said) = behalf.said() else {
        let gone = visit.t("acting-comer-gone").to_owned();
        return visit.tw("acting-comer", &[("who", gone.into()), ("by", by.into())]);
    };
    let kind = visit.t(&format!("acting-kind-{}", said.details.kind().as_str())).to_owned();
    let named = [("kind", kind.into()), ("by", by.into())];
    match said.details.who() {
        Some(who) => {
            let who = [("who", who.initials().into())];
            visit.tw("acting-day-list", &[who.as_slice(), &named].concat())
        }
        None => visit.tw("acting-day-organization", &named),
    }
}

fn row(visit: &Visit, seen: &Seen<'_>, who: String, opens: bool) -> Row {
    let local = seen.starts.in_zone(&seen.site.zone);
    let room = match seen.resource.room.as_str() {
        "" => String::new(),
        room => format!(", {}", visit.tw("room-is", &[("room", room.into())])),
    };
    let state = seen.booking.state;
    Row {
        time: local.strftime("%H:%M").to_string(),
        datetime: seen.starts.rfc3339(&seen.site.zone),
        service: seen.service.passport.name.in_lang(visit.lang).to_owned(),
        purpose: seen.purpose(visit.lang).to_owned(),
        who,
        receives: format!("{}{room}", seen.resource.name.in_lang(visit.lang)),
        state: state_tag(visit, state),
        href: opens.then(|| format!("/staff/bookings/{}", seen.booking.id)),
        over: seen.ends <= visit.app.clock.now(),
    }
}

/// A state as the staff read it: class of the tag, words.
pub(super) fn state_tag(visit: &Visit, state: State) -> (&'static str, String) {
    let (class, key) = match state {
        State::Pending => ("tag tag-warning", "staff-state-pending"),
        State::Confirmed => ("tag", "staff-state-confirmed"),
        State::Arrived => ("tag tag-success", "staff-state-arrived"),
        State::InService => ("tag tag-info", "staff-state-in-service"),
        State::Completed => ("tag tag-success", "staff-state-completed"),
        _ => ("tag tag-danger", "staff-state-no-show"),
    };
    (class, visit.t(key).to_owned())
}
