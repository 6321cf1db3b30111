//! The time: a month of days with their free places, the times of the chosen day, or a table of
//! both. The same step serves a new booking and the move of an old one.

use askama::Template;
use base::{Id, Instant};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use rooms::availability::{Asked, FreeSlot, Scope};
use rooms::booking::Offer;
use slots::DayState;
use texts::Form;

use super::view::{self, Summary};
use super::{ANY, Chosen, EVENTS, place};
use crate::form::KEY;
use crate::pages::identity;
use crate::pages::openings::{Notice, of_offers};
use crate::{Answer, Fields, FormState, Shell, Visit};

/// Fewer free places than this are «few».
const FEW: u32 = 3;
/// Days of the table view.
const TABLE_DAYS: i32 = 14;

/// A day of the month as the calendar shows it.
#[derive(Clone, Debug)]
pub struct DayCell {
    /// Day of the month; 0 outside of it.
    pub number: i8,
    /// Where it leads; empty when nothing is free.
    pub href: String,
    /// `2026-12-09`.
    pub date: String,
    /// «декабря».
    pub month: String,
    /// «среда».
    pub weekday: String,
    /// Free places in words.
    pub places: String,
    /// Free places.
    pub free: u32,
    /// Classes: `is-few`, `is-full`, `is-closed`, `is-chosen`, `is-today`.
    pub class: String,
    /// `free`, `full`, `closed`.
    pub state: &'static str,
    /// Chosen now.
    pub chosen: bool,
}

/// A time of the chosen day.
#[derive(Clone, Debug)]
pub struct TimeChoice {
    /// `RESOURCE|2026-12-09T10:30:00+07:00`.
    pub value: String,
    /// `10:30`.
    pub time: String,
    /// Room or places, below the time.
    pub note: String,
    /// Chosen before.
    pub chosen: bool,
}

/// Times of one part of the day.
#[derive(Clone, Debug)]
pub struct Part {
    /// «Утро».
    pub title: String,
    /// How many.
    pub count: String,
    /// The times.
    pub times: Vec<TimeChoice>,
}

/// A row of the table view.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// «9 декабря, ср».
    pub date: String,
    /// Links: address and time.
    pub times: Vec<(String, String)>,
    /// Service and rooms of that day.
    pub service: String,
    /// Rooms.
    pub rooms: String,
}

/// What the time step is for.
#[derive(Clone, Debug)]
pub struct TimeWish {
    /// Address of the page without day and month: other parts are added.
    pub base: String,
    /// Where the chosen time goes.
    pub action: String,
    /// Code of the purpose.
    pub purpose: String,
    /// Further hidden fields.
    pub hidden: Vec<(String, String)>,
    /// The visit that is to be moved: where and when it is.
    pub moving: Option<(Id, Instant)>,
}

/// Everything the time step shows.
#[derive(Clone, Debug)]
pub struct TimeStep {
    /// What it is for.
    pub wish: TimeWish,
    /// «Декабрь 2026».
    pub month: String,
    /// Address of the month before; empty when it is over.
    pub earlier: String,
    /// Its name.
    pub earlier_name: String,
    /// Address of the month after.
    pub later: String,
    /// Its name.
    pub later_name: String,
    /// Short and full names of the days of the week.
    pub weekdays: Vec<(String, String)>,
    /// Weeks of the month.
    pub weeks: Vec<Vec<DayCell>>,
    /// «Среда, 9 декабря»; empty when no day is chosen.
    pub day: String,
    /// «свободно 9 мест».
    pub day_free: String,
    /// Times of the chosen day.
    pub parts: Vec<Part>,
    /// The table instead of the month.
    pub table: Option<Vec<TableRow>>,
    /// Addresses of the two views.
    pub as_month: String,
    /// Address of the table.
    pub as_table: String,
    /// Query of the live events.
    pub events: String,
    /// Address of this page with the day that it shows: where a change is looked for. That of the browser may
    /// name no day, and then the one to show would be chosen anew.
    pub page: String,
    /// `14:32`: when this was true.
    pub now: String,
    /// When the next days open, in words; empty when nothing is to be said.
    pub opens: String,
    /// Nothing is free in the whole horizon.
    pub nothing: bool,
    /// «время местное, UTC+7».
    pub zone: String,
}

#[derive(Template)]
#[template(path = "book/time.html")]
struct TimePage {
    shell: Shell,
    form: FormState,
    step: usize,
    time: TimeStep,
    summary: Summary,
    back: String,
    /// The level that is missing, in words; empty when it is enough or nobody is signed in.
    level: String,
    /// Where that is put right; the booking is remembered.
    raise: String,
    /// Minutes a time is held.
    hold: u32,
    /// Time wished before; shown when it was lost.
    lost: String,
    phone: String,
    /// Announced openings of these times.
    openings: Vec<Notice>,
}

/// The page of a new booking.
pub(super) async fn page(visit: Visit, chosen: Chosen, query: Fields, form: FormState) -> Answer {
    let portal = chosen.portal.clone();
    let site = chosen.site.as_ref().and_then(|id| portal.city.offices.site(id));
    let Some(site) = site.cloned() else { return place::offices(visit, chosen, &query).await };
    let named = chosen.resource.as_deref().filter(|x| *x != ANY).map(Id::from);
    let resource = named.as_ref().and_then(|id| portal.city.offices.resource(id)).cloned();
    let mut offers = portal.offers_at(&chosen.service, &site);
    if let Some(id) = &named {
        offers.retain(|x| x.resource == *id);
    }
    let draft = query.text("draft");
    let mark = portal.question(&chosen.service, "", visit.began).mark_of(&Scope::Site(&site.id));
    let openings = of_offers(&visit, &portal, &offers);
    let alike = openings.is_empty().then_some(mark);
    let wish = TimeWish {
        base: chosen.address(&[("draft", draft)]),
        action: chosen.address(&[]),
        purpose: query.text("purpose").to_owned(),
        hidden: vec![("draft".into(), draft.to_owned()), (KEY.into(), key(&visit))],
        moving: None,
    };
    let time = step(&visit, &chosen, &offers, wish, &query);
    let needed = chosen.service.passport.rules.level();
    let low = visit.signed_in.as_ref().is_some_and(|x| x.level < needed);
    let level_key = format!("level-{}", needed.as_str());
    let organization = portal.city.offices.organization(&site.organization);
    let serving = portal.city.offices.resources_for(&site.id, &chosen.service.code).count();
    let summary = Summary::of(&visit, &portal, &chosen.service, Some(&site), resource.as_deref());
    let minutes = chosen.service.passport.rules.duration;
    let summary = summary.row(&visit, "sum-duration", visit.tn("minutes", minutes));
    let shell = place::frame(&visit, &chosen, "book-when").of(&form);
    let page = TimePage {
        openings,
        step: 4,
        summary,
        back: match serving {
            0 | 1 => {
                format!("/book/{}?locality={}", chosen.service.code, view::encode(&site.locality))
            }
            _ => format!("/book/{}?site={}", chosen.service.code, view::encode(&site.id)),
        },
        level: if low { visit.t(&level_key).to_owned() } else { String::new() },
        raise: identity::first(&chosen.service.code, &time.wish.base),
        hold: chosen.service.passport.rules.hold_minutes,
        lost: lost(&visit, &query, &site.zone),
        phone: organization.map(|x| x.card.phone.clone()).unwrap_or_default(),
        time,
        form,
        shell: Shell { title: visit.t("book-when").to_owned(), ..shell },
    };
    let answer = visit.page(page);
    match alike {
        Some(mark) => visit.lasting(answer, &portal, Some(mark)),
        None => answer,
    }
}

/// The form's key. A guest's form is sent to the sign-in page first, so it needs none.
fn key(visit: &Visit) -> String {
    visit.account().map_or(String::new(), |_| visit.mint())
}

/// The time a person wished before signing in, when it is not free any more.
fn lost(visit: &Visit, query: &Fields, zone: &TimeZone) -> String {
    let Some((_, start)) = query.opt("start").and_then(|x| x.split_once('|')) else {
        return String::new();
    };
    let start: Result<jiff::Timestamp, _> = start.parse();
    start.map_or(String::new(), |start| {
        let local = start.to_zoned(zone.clone());
        let date = visit.app.texts.date(visit.lang, local.date(), Form::Day);
        format!("{date}, {}", local.strftime("%H:%M"))
    })
}

/// Computes the step: for `offers` of one service at one site, all in one zone.
pub fn step(
    visit: &Visit,
    chosen: &Chosen,
    offers: &[Offer],
    wish: TimeWish,
    query: &Fields,
) -> TimeStep {
    let now = visit.app.clock.now();
    let zone = offers.first().map_or(TimeZone::UTC, |x| x.zone.clone());
    let today = now.in_zone(&zone).date();
    let wanted_day: Option<Date> = query.opt("day").and_then(|x| x.parse().ok());
    let moving = wish.moving.as_ref().map(|x| (&x.0, x.1));
    let asked = Asked { purpose: &wish.purpose, now, moving };
    let first = first_free(chosen, offers, asked);
    let month = month_of(query.text("month"), wanted_day, first, today);
    let (from, to) = (month.first_of_month(), month.last_of_month());
    let day = wanted_day
        .filter(|x| (from..=to).contains(x))
        .or_else(|| first.filter(|x| query.opt("month").is_none() && (from..=to).contains(x)));
    let as_table = query.text("view") == "table";
    let window = if as_table {
        (today, today.saturating_add(Span::new().days(TABLE_DAYS)))
    } else {
        (from, to)
    };
    let free = &chosen.portal.availability;
    let days = free.days(offers, asked, window);
    let wanted = if as_table { Some(window) } else { day.map(|x| (x, x)) };
    let slots = wanted.map_or(Vec::new(), |range| free.slots(offers, asked, range, 2000));
    let link = |parts: &str| join(&wish.base, &wish.purpose, parts);
    let earlier = month.first_of_month().saturating_sub(1.day());
    let later = month.last_of_month().saturating_add(1.day());
    let texts = &visit.app.texts;
    let month_link = |date: Date| link(&format!("month={}#calendar", date.strftime("%Y-%m")));
    let day_slots: &[FreeSlot<'_>] = if as_table { &[] } else { &slots };
    // As the calendar counts them: starts may overlap, and a day may have a limit.
    let free_now = days.iter().find(|x| Some(x.date) == day).map_or(0, |x| x.free);
    TimeStep {
        month: texts.date(visit.lang, month, Form::Month),
        earlier: if earlier < today { String::new() } else { month_link(earlier) },
        earlier_name: texts.date(visit.lang, earlier, Form::Month),
        later: month_link(later),
        later_name: texts.date(visit.lang, later, Form::Month),
        weekdays: texts
            .weekdays_short(visit.lang)
            .into_iter()
            .enumerate()
            .map(|(i, short)| (capital(&short), texts.weekday(visit.lang, i)))
            .collect(),
        weeks: if as_table { Vec::new() } else { weeks(visit, &days, today, day, &link) },
        day: day.map_or(String::new(), |x| capital(&texts.date(visit.lang, x, Form::Weekday))),
        day_free: if day.is_some() { visit.tn("places-free", free_now) } else { String::new() },
        parts: parts(visit, chosen, day_slots, query.text("start")),
        table: as_table.then(|| table(visit, chosen, &slots, &link)),
        as_month: link(""),
        as_table: link("view=table"),
        events: events(offers, &wish.purpose),
        page: link(&shown(month, day, query)),
        now: now.in_zone(&zone).strftime("%H:%M").to_string(),
        opens: opens(visit, offers, &wish.purpose, now),
        nothing: first.is_none(),
        zone: zone_note(visit, now, &zone),
        wish,
    }
}

/// The parts of the address that lead to what is shown.
fn shown(month: Date, day: Option<Date>, query: &Fields) -> String {
    let Some(day) = day else { return format!("month={}", month.strftime("%Y-%m")) };
    let start = query.opt("start").map_or(String::new(), |x| format!("&start={}", view::encode(x)));
    format!("day={day}{start}")
}

/// The first day on which anything is free.
fn first_free(chosen: &Chosen, offers: &[Offer], asked: Asked<'_>) -> Option<Date> {
    let offer = offers.first()?;
    let today = asked.now.in_zone(&offer.zone).date();
    let horizon = chosen.service.passport.rules.horizon_days;
    let last = today.saturating_add(Span::new().days(i32::from(horizon.max(62))));
    let free = &chosen.portal.availability;
    let found = free.slots(offers, asked, (today, last), 1);
    found.first().map(|x| Instant::from_minutes(x.slot.start).in_zone(&x.offer.zone).date())
}

/// The month to show: the one asked for, else that of the day, else where something is free.
fn month_of(asked: &str, day: Option<Date>, first: Option<Date>, today: Date) -> Date {
    let asked: Option<Date> = format!("{asked}-01").parse().ok();
    let month = asked.or(day).or(first).unwrap_or(today);
    let far = today.saturating_add(Span::new().years(2));
    month.clamp(today.first_of_month(), far)
}

fn weeks(
    visit: &Visit,
    days: &[slots::DayCount],
    today: Date,
    chosen: Option<Date>,
    link: &dyn Fn(&str) -> String,
) -> Vec<Vec<DayCell>> {
    let void = || DayCell {
        number: 0,
        href: String::new(),
        date: String::new(),
        month: String::new(),
        weekday: String::new(),
        places: String::new(),
        free: 0,
        class: String::new(),
        state: "void",
        chosen: false,
    };
    let texts = &visit.app.texts;
    let lead = days.first().map_or(0, |x| x.date.weekday().to_monday_zero_offset());
    let mut cells: Vec<DayCell> = (0..lead).map(|_| void()).collect();
    for day in days {
        let state = match day.state {
            DayState::Open => "free",
            DayState::Full => "full",
            DayState::Closed | DayState::NotYet => "closed",
        };
        let mut class = vec![match state {
            "full" => "is-full",
            "closed" => "is-closed",
            _ if day.free < FEW => "is-few",
            _ => "",
        }];
        if day.date == today {
            class.push("is-today");
        }
        if chosen == Some(day.date) {
            class.push("is-chosen");
        }
        let full = texts.date(visit.lang, day.date, Form::Day);
        let month = full.split_once(' ').map_or("", |x| x.1).to_owned();
        let weekday = usize::from(day.date.weekday().to_monday_zero_offset().unsigned_abs());
        cells.push(DayCell {
            number: day.date.day(),
            href: match state {
                "free" => link(&format!("day={}#times", day.date)),
                _ => String::new(),
            },
            date: day.date.to_string(),
            month,
            weekday: texts.weekday(visit.lang, weekday),
            places: visit.tn("places-word", day.free),
            free: day.free,
            class: class.join(" ").trim().to_owned(),
            state,
            chosen: chosen == Some(day.date),
        });
    }
    while !cells.len().is_multiple_of(7) {
        cells.push(void());
    }
    cells.chunks(7).map(<[DayCell]>::to_vec).collect()
}

/// Times of a day by morning, day and evening. Of several resources that are free at the same time
/// one is offered: the first.
fn parts(visit: &Visit, chosen: &Chosen, slots: &[FreeSlot<'_>], wished: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut last: Option<i64> = None;
    let any = chosen.resource.as_deref() == Some(ANY);
    for found in slots {
        if last == Some(found.slot.start) {
            continue;
        }
        last = Some(found.slot.start);
        let start = Instant::from_minutes(found.slot.start);
        let local = start.in_zone(&found.offer.zone);
        let key = match local.hour() {
            0..12 => "part-morning",
            12..17 => "part-day",
            _ => "part-evening",
        };
        let title = visit.t(key).to_owned();
        if parts.last().is_none_or(|x| x.title != title) {
            parts.push(Part { title, count: String::new(), times: Vec::new() });
        }
        let resource = chosen.portal.city.offices.resource(&found.offer.resource);
        let room = resource.map_or("", |x| x.room.as_str());
        let value = format!("{}|{}", found.offer.resource, start.rfc3339(&found.offer.zone));
        let note = match (room, found.slot.free) {
            (_, 2..) => visit.tn("places-short", found.slot.free),
            (room, _) if room.is_empty() || !any => String::new(),
            (room, _) => visit.tw("room-short", &[("room", room.to_owned().into())]),
        };
        let time = TimeChoice {
            chosen: value == wished,
            value,
            time: local.strftime("%H:%M").to_string(),
            note,
        };
        if let Some(part) = parts.last_mut() {
            part.times.push(time);
        }
    }
    for part in &mut parts {
        part.count = visit.tn("windows-count", part.times.len());
    }
    parts
}

fn table(
    visit: &Visit,
    chosen: &Chosen,
    slots: &[FreeSlot<'_>],
    link: &dyn Fn(&str) -> String,
) -> Vec<TableRow> {
    let mut rows: Vec<(Date, TableRow)> = Vec::new();
    let texts = &visit.app.texts;
    for found in slots {
        let start = Instant::from_minutes(found.slot.start);
        let local = start.in_zone(&found.offer.zone);
        let date = local.date();
        if rows.last().is_none_or(|x| x.0 != date) {
            let row = TableRow {
                date: capital(&texts.date(visit.lang, date, Form::Short)),
                times: Vec::new(),
                service: chosen.service.passport.name.in_lang(visit.lang).to_owned(),
                rooms: String::new(),
            };
            rows.push((date, row));
        }
        let Some((_, row)) = rows.last_mut() else { continue };
        let time = local.strftime("%H:%M").to_string();
        if row.times.last().is_none_or(|x| x.1 != time) {
            let value = format!("{}|{}", found.offer.resource, start.rfc3339(&found.offer.zone));
            let part = format!("day={date}&start={}#times", view::encode(&value));
            row.times.push((link(&part), time));
        }
        let resource = chosen.portal.city.offices.resource(&found.offer.resource);
        let room = resource.map_or("", |x| x.room.as_str());
        if !room.is_empty() && !row.rooms.split(", ").any(|x| x == room) {
            if !row.rooms.is_empty() {
                row.rooms.push_str(", ");
            }
            row.rooms.push_str(room);
        }
    }
    rows.into_iter().map(|x| x.1).collect()
}

/// The published moment at which the next days open.
fn opens(visit: &Visit, offers: &[Offer], purpose: &str, now: Instant) -> String {
    let Some(offer) = offers.first() else { return String::new() };
    if matches!(offer.terms.release, slots::Release::Rolling) {
        return String::new();
    }
    let ask = offer.ask(purpose, now.minutes());
    slots::next_release(&ask, &offer.zone).map_or(String::new(), |(at, from, to)| {
        let texts = &visit.app.texts;
        let local = Instant::from_minutes(at).in_zone(&offer.zone);
        visit.tw(
            "opens-at",
            &[
                ("when", texts.date(visit.lang, local.date(), Form::Weekday).into()),
                ("time", local.strftime("%H:%M").to_string().into()),
                ("from", texts.date(visit.lang, from, Form::Day).into()),
                ("to", texts.date(visit.lang, to, Form::Day).into()),
            ],
        )
    })
}

/// «время местное, UTC+7».
pub fn zone_note(visit: &Visit, at: Instant, zone: &TimeZone) -> String {
    let seconds = at.in_zone(zone).offset().seconds();
    let (sign, hours, minutes) =
        (if seconds < 0 { '−' } else { '+' }, seconds.abs() / 3600, seconds.abs() / 60 % 60);
    let offset = match minutes {
        0 => format!("UTC{sign}{hours}"),
        _ => format!("UTC{sign}{hours}:{minutes:02}"),
    };
    visit.tw("zone-note", &[("offset", offset.into())])
}

fn events(offers: &[Offer], purpose: &str) -> String {
    let Some(first) = offers.first() else { return String::new() };
    let whose = match offers {
        [only] => format!("resource={}", view::encode(&only.resource)),
        _ => format!("site={}", view::encode(&first.site)),
    };
    format!("{EVENTS}?service={}&{whose}&purpose={}", first.service, view::encode(purpose))
}

/// `base` with the purpose and further parts in its query.
fn join(base: &str, purpose: &str, parts: &str) -> String {
    let (parts, anchor) = parts.split_once('#').unwrap_or((parts, ""));
    let mut address = base.to_owned();
    let purpose = if purpose.is_empty() {
        String::new()
    } else {
        format!("purpose={}", view::encode(purpose))
    };
    for part in [purpose.as_str(), parts] {
        if !part.is_empty() {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(part);
        }
    }
    if !anchor.is_empty() {
        address.push('#');
        address.push_str(anchor);
    }
    address
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
