//! Free times: the soonest starts, the count of every day, and the news about them.

use axum::http::HeaderMap;
use base::{FieldFault, Id, Instant, Refusal};
use jiff::Span;
use jiff::civil::Date;
use rooms::availability::{Availability, Desk, Scope, Sought};
use rooms::booking::Offer;
use rooms::catalogue::Service;
use rooms::portal::Portal;
use serde::Serialize;
use slots::{DayState, Slot};
use utoipa::ToSchema;

use super::Operation;
use super::call::unknown_at;
use super::fresh::State;
use super::params::{Asked as _, LOCALITY, Param, REGION, Shape, optional};
use super::sought::{
    ACCESSIBLE, At, FORMAT, FROM, NEAR, PURPOSE, Place, RADIUS, RESOURCE, RESOURCES, SITE,
    TIME_FROM, TIME_TO, TO, WEEKDAYS, WHAT, bookable, filter, has_format, question, window,
};
use super::wall::Wall;
use crate::route::{Action, Rate, get};
use crate::{Answer, Query, Visit};

const SLOTS: Param = optional("limit", "How many slots at most", Shape::Number(1, 1000, 50));
const MONTH: Param = optional("month", "The month; the present one when missing", Shape::Month);

const SCOPE: &str = "Needs `resource`, `site`, `near`, `locality` or `region`: the first of these that is given \
     counts.";

pub(super) fn operations() -> Vec<Operation> {
    let read = Rate::Read;
    vec![
        Operation::new(
            "listSlots",
            "Free starts, soonest first",
            get("/api/v1/slots", Action::ReadFreeTimes, read, list),
        )
        .more(SCOPE)
        .query(&[
            WHAT, RESOURCES, SITE, NEAR, RADIUS, LOCALITY, REGION, PURPOSE, FROM, TO, TIME_FROM,
            TIME_TO, WEEKDAYS, FORMAT, ACCESSIBLE, SLOTS,
        ])
        .refuses(&[404])
        .tagged()
        .gives::<SlotList>(200),
        Operation::new(
            "listDays",
            "Free places of every day of a month",
            get("/api/v1/days", Action::ReadFreeTimes, read, days),
        )
        .more("Needs `resource` or `site`; a resource counts before a site.")
        .query(&[WHAT, RESOURCE, SITE, PURPOSE, MONTH])
        .refuses(&[404])
        .tagged()
        .gives::<DayList>(200),
        Operation::new(
            "watchSlots",
            "Says «changed» whenever the free times of a resource or site may have changed",
            get("/api/v1/slots/events", Action::ReadFreeTimes, read, crate::pages::book::events),
        )
        .more(
            "Server-sent events; ask `/slots` again after each. The stream ends after 30 minutes.",
        )
        .query(&[WHAT, RESOURCE, SITE, PURPOSE])
        .refuses(&[404])
        .gives_media("text/event-stream"),
    ]
}

/// A free start.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Slot)]
pub(super) struct SlotView {
    /// Id of the resource.
    pub resource: String,
    /// Id of its site.
    pub site: String,
    /// Start, with the site's offset.
    #[schema(format = DateTime, example = "2026-12-09T10:30:00+07:00")]
    pub start: String,
    /// End, with the site's offset.
    #[schema(format = DateTime, example = "2026-12-09T10:45:00+07:00")]
    pub end: String,
    /// Free places.
    #[schema(example = 1, minimum = 1)]
    pub free: u8,
}

impl SlotView {
    fn of(desk: &Desk, slot: &Slot) -> Self {
        let at = |minute| Instant::from_minutes(minute).rfc3339(&desk.site.zone);
        Self {
            resource: desk.resource.id.to_string(),
            site: desk.site.id.to_string(),
            start: at(slot.start),
            end: at(slot.end),
            free: slot.free,
        }
    }
}

/// Free starts.
#[derive(Serialize, ToSchema)]
struct SlotList {
    /// Soonest first.
    slots: Vec<SlotView>,
    /// When this was true.
    #[schema(format = DateTime, example = "2026-12-01T13:00:00+07:00")]
    as_of: String,
}

/// A day.
#[derive(Serialize, ToSchema)]
#[schema(as = Day)]
struct DayView {
    /// The local date.
    #[schema(value_type = String, format = Date, example = "2026-12-09")]
    date: Date,
    /// Free places.
    #[schema(example = 9)]
    free: u32,
    /// `open`: something is free; `full`: all is taken; `closed`: no reception; `not_yet`: out of
    /// reach now.
    #[schema(value_type = String, example = "open", pattern = "^(open|full|closed|not_yet)$")]
    state: DayState,
}

/// The days of a month.
#[derive(Serialize, ToSchema)]
struct DayList {
    /// In order; empty when there is no timetable.
    days: Vec<DayView>,
    /// When this was true.
    #[schema(format = DateTime, example = "2026-12-01T13:00:00+07:00")]
    as_of: String,
}

async fn list(visit: Visit, headers: HeaderMap, Query(query): Query) -> Answer {
    let (portal, now) = (visit.app.portal(), visit.app.clock.now());
    let service = bookable(&portal, query.text(WHAT.name))?;
    let place = Place::read(&portal, &query)?;
    let question = question(&portal, service, &query, now)?.only(filter(&query)?);
    let at = place.at(&question);
    let zone = at.zone(&portal, &question);
    let window = window(&query, now.in_zone(&zone).date())?;
    let limit = query.number(&SLOTS);
    let mark = at.mark(&question);
    let state = State::new(&visit, &portal, mark.version(), now);
    let answer = state.answer(&visit, &headers, || {
        let found = match &at {
            _ if !has_format(service, &query) => Vec::new(),
            At::Seats(seats) => question.slots(seats, window, limit),
            At::Scope(scope) => question.soonest(scope, window, limit),
        };
        Ok(written(&portal.availability, &found, &now.rfc3339(&zone)))
    });
    visit.lasting(answer, &portal, Some(mark))
}

/// A [`SlotList`], written straight into one buffer.
fn written(free: &Availability, found: &[Sought], as_of: &str) -> Vec<u8> {
    let mut body = Vec::with_capacity(64 + found.len() * 176);
    body.extend_from_slice(b"{\"slots\":[");
    let mut walls: Vec<Option<Wall>> = Vec::new();
    walls.resize_with(free.zones(), || None);
    let (mut head, mut whose) = (Vec::new(), None);
    for (n, Sought { seat, slot }) in found.iter().enumerate() {
        let Some(desk) = free.desk(*seat) else { continue };
        if whose != Some(*seat) {
            whose = Some(*seat);
            head.clear();
            head.extend_from_slice(b"{\"resource\":");
            quoted(&desk.resource.id, &mut head);
            head.extend_from_slice(b",\"site\":");
            quoted(&desk.site.id, &mut head);
            head.extend_from_slice(b",\"start\":\"");
        }
        if n > 0 {
            body.push(b',');
        }
        let wall = walls[usize::from(desk.zone)].get_or_insert_with(|| Wall::new(&desk.site.zone));
        body.extend_from_slice(&head);
        wall.write(slot.start, &mut body);
        body.extend_from_slice(b"\",\"end\":\"");
        wall.write(slot.end, &mut body);
        body.extend_from_slice(b"\",\"free\":");
        if slot.free >= 10 {
            body.push(b'0' + slot.free / 10);
        }
        body.extend_from_slice(&[b'0' + slot.free % 10, b'}']);
    }
    body.extend_from_slice(b"],\"as_of\":");
    quoted(as_of, &mut body);
    body.push(b'}');
    body
}

/// A text as JSON has it.
fn quoted(text: &str, to: &mut Vec<u8>) {
    to.extend_from_slice(serde_json::Value::from(text).to_string().as_bytes());
}

async fn days(visit: Visit, headers: HeaderMap, Query(query): Query) -> Answer {
    let (portal, now) = (visit.app.portal(), visit.app.clock.now());
    let service = bookable(&portal, query.text(WHAT.name))?;
    if query.opt(RESOURCE.name).or(query.opt(SITE.name)).is_none() {
        return Err(Refusal::invalid(vec![FieldFault::new(RESOURCE.name, "E-FORM-01")]).into());
    }
    let place = Place::read(&portal, &query)?;
    let question = question(&portal, service, &query, now)?;
    let at = place.at(&question);
    let zone = at.zone(&portal, &question);
    let month = query.month(MONTH.name).unwrap_or_else(|| now.in_zone(&zone).date());
    let window = (month.first_of_month(), month.last_of_month());
    let mark = at.mark(&question);
    let state = State::new(&visit, &portal, mark.version(), now);
    let answer = state.answer(&visit, &headers, || {
        let seats = match at {
            At::Seats(seats) => seats,
            At::Scope(scope) => question.seats(&scope),
        };
        let view = |x: slots::DayCount| DayView { date: x.date, free: x.free, state: x.state };
        let days = question.days(&seats, window).into_iter().map(view).collect();
        Ok(serde_json::to_vec(&DayList { days, as_of: now.rfc3339(&zone) })?)
    });
    visit.lasting(answer, &portal, Some(mark))
}

/// The nearest free starts to one that was just taken, at most five: the same resource first, then
/// the others of its site, each by nearness in time.
pub(super) fn alternatives(
    visit: &Visit,
    offer: &Offer,
    purpose: &str,
    wished: Instant,
) -> Vec<SlotView> {
    const MOST: usize = 5;
    let (portal, now) = (visit.app.portal(), visit.app.clock.now());
    let Some(service) = portal.city.catalogue.service(&offer.service) else { return Vec::new() };
    let day = wished.in_zone(&offer.zone).date();
    let (week, fortnight) = (Span::new().days(7), Span::new().days(14));
    let window = (day.saturating_sub(week), day.saturating_add(fortnight));
    let question = portal.question(service, purpose, now);
    let own = question.seat(&offer.resource);
    let mut others = question.seats(&Scope::Site(&offer.site));
    others.retain(|seat| Some(*seat) != own);
    let mut found = Vec::new();
    for seats in [&Vec::from_iter(own), &others] {
        let mut near = question.slots(seats, window, usize::MAX);
        near.sort_by_key(|x| x.slot.start.abs_diff(wished.minutes()));
        near.truncate(MOST - found.len());
        found.append(&mut near);
    }
    let view = |x: &Sought| Some(SlotView::of(portal.availability.desk(x.seat)?, &x.slot));
    found.iter().filter_map(view).collect()
}

/// The offer of a service at a resource, both by name.
///
/// # Errors
/// `E-API-06` when there is no such resource, or it does not serve the service.
pub(super) fn offer(portal: &Portal, service: &Service, resource: &Id) -> Result<Offer, Refusal> {
    let resource =
        portal.city.offices.resource(resource).ok_or_else(|| unknown_at(RESOURCE.name))?;
    portal.offer(service, resource).ok_or_else(|| unknown_at(RESOURCE.name))
}
