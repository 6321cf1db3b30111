//! Free times: the soonest starts, the count of every day, and the news about them.

use std::sync::Arc;

use axum::http::HeaderMap;
use base::{FieldFault, Id, Instant, Refusal};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Unit};
use rooms::booking::{Free, FreeSlot, Offer};
use rooms::catalogue::Service;
use rooms::offices::Site;
use rooms::portal::Portal;
use serde::Serialize;
use slots::DayState;
use utoipa::ToSchema;

use super::Operation;
use super::call::{tagged, unknown};
use super::params::{Asked as _, LOCALITY, Param, REGION, SERVICE, Shape, optional, required};
use crate::route::{Access, Rate, get};
use crate::{Answer, Fields, Query, Visit};

/// Days between `from` and `to` at most.
const LONGEST: i32 = 62;
/// Days from `from` on when `to` is not given.
const USUAL: i32 = 30;

const WHAT: Param = required(SERVICE.name, SERVICE.says, SERVICE.shape);
const RESOURCE: Param = optional("resource", "Id of a resource", Shape::Text(64));
const SITE: Param = optional("site", "Id of a site", Shape::Text(64));
const PURPOSE: Param =
    optional("purpose", "Code of a purpose: it may need more minutes", Shape::Text(64));
const FROM: Param =
    optional("from", "First day in the zone of the place; today when missing", Shape::Date);
const TO: Param = optional("to", "Last day, at most 62 days later", Shape::Date);
const SLOTS: Param = optional("limit", "How many slots at most", Shape::Number(1, 1000, 50));
const MONTH: Param = optional("month", "The month; the present one when missing", Shape::Month);

const SCOPE: &str = "Needs `resource`, `site`, `locality` or `region`; the narrowest counts.";

pub(super) fn operations() -> Vec<Operation> {
    use Access::Public;
    let read = Rate::Read;
    vec![
        Operation::new(
            "listSlots",
            "Free starts, soonest first",
            get("/api/v1/slots", Public, read, list),
        )
        .more(SCOPE)
        .query(&[WHAT, RESOURCE, SITE, LOCALITY, REGION, PURPOSE, FROM, TO, SLOTS])
        .refuses(&[404])
        .tagged()
        .gives::<SlotList>(200),
        Operation::new(
            "listDays",
            "Free places of every day of a month",
            get("/api/v1/days", Public, read, days),
        )
        .more("Needs `resource` or `site`; a resource counts before a site.")
        .query(&[WHAT, RESOURCE, SITE, PURPOSE, MONTH])
        .refuses(&[404])
        .tagged()
        .gives::<DayList>(200),
        Operation::new(
            "watchSlots",
            "Says «changed» whenever the free times of a resource or site have changed",
            get("/api/v1/slots/events", Public, read, crate::pages::book::events),
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

impl From<&FreeSlot<'_>> for SlotView {
    fn from(found: &FreeSlot<'_>) -> Self {
        let at = |minute| Instant::from_minutes(minute).rfc3339(&found.offer.zone);
        Self {
            resource: found.offer.resource.to_string(),
            site: found.offer.site.to_string(),
            start: at(found.slot.start),
            end: at(found.slot.end),
            free: found.slot.free,
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

/// A service of the catalogue that can be booked now.
pub(super) fn bookable<'p>(portal: &'p Portal, code: &str) -> Result<&'p Arc<Service>, Refusal> {
    portal.city.catalogue.service(code).filter(|x| x.active).ok_or_else(unknown)
}

/// The offers of the narrowest place that the query names.
fn offers(portal: &Portal, service: &Service, query: &Fields) -> Result<Vec<Offer>, Refusal> {
    let offices = &portal.city.offices;
    if let Some(id) = query.id(RESOURCE.name) {
        let resource = offices.resource(&id).ok_or_else(unknown)?;
        return Ok(portal.offer(service, resource).into_iter().collect());
    }
    if let Some(id) = query.id(SITE.name) {
        return Ok(portal.offers_at(service, offices.site(&id).ok_or_else(unknown)?));
    }
    let at = |site: &Arc<Site>| portal.offers_at(service, site);
    if let Some(id) = query.id(LOCALITY.name) {
        portal.city.places.locality(&id).ok_or_else(unknown)?;
        return Ok(offices.sites_in_locality(&service.code, &id).flat_map(at).collect());
    }
    if let Some(code) = query.opt(REGION.name) {
        portal.city.places.region(code).ok_or_else(unknown)?;
        return Ok(offices.sites_in_region(&service.code, code).flat_map(at).collect());
    }
    Err(Refusal::invalid(vec![FieldFault::new(RESOURCE.name, "E-FORM-01")]))
}

/// A purpose of the service, or none.
pub(super) fn known_purpose(service: &Service, code: &str) -> Result<(), FieldFault> {
    let known = code.is_empty() || service.purpose(code).is_some();
    known.then_some(()).ok_or_else(|| FieldFault::new("purpose", "E-FORM-02"))
}

/// First and last day of the question.
fn window(query: &Fields, today: Date) -> Result<(Date, Date), Refusal> {
    let from = query.day(FROM.name).unwrap_or(today);
    let usual = from.saturating_add(Span::new().days(USUAL));
    let to = query.day(TO.name).unwrap_or(usual);
    let days = from.until((Unit::Day, to)).map_or(i32::MAX, |x| x.get_days());
    match (0..=LONGEST).contains(&days) {
        true => Ok((from, to)),
        false => Err(Refusal::invalid(vec![FieldFault::new(TO.name, "E-FORM-06")])),
    }
}

fn zone_of(offers: &[Offer]) -> TimeZone {
    offers.first().map_or(TimeZone::UTC, |x| x.zone.clone())
}

async fn list(visit: Visit, headers: HeaderMap, Query(query): Query) -> Answer {
    let (portal, now) = (visit.app.portal(), visit.app.clock.now());
    let service = bookable(&portal, query.text(WHAT.name))?;
    let offers = offers(&portal, service, &query)?;
    let zone = zone_of(&offers);
    let window = window(&query, now.in_zone(&zone).date())?;
    let purpose = query.text(PURPOSE.name).to_owned();
    known_purpose(service, &purpose).map_err(|x| Refusal::invalid(vec![x]))?;
    let limit = query.number(&SLOTS);
    let schedule = portal.clone();
    let slots = visit.db().read(move |tx| {
        let free = Free { schedule: &schedule.schedule, now, purpose: &purpose };
        let found = free.slots(tx, &offers, window, limit)?;
        Ok(found.iter().map(SlotView::from).collect())
    });
    tagged(&headers, &SlotList { slots: slots.await?, as_of: now.rfc3339(&zone) })
}

async fn days(visit: Visit, headers: HeaderMap, Query(query): Query) -> Answer {
    let (portal, now) = (visit.app.portal(), visit.app.clock.now());
    let service = bookable(&portal, query.text(WHAT.name))?;
    let offers = offers(&portal, service, &query)?;
    let zone = zone_of(&offers);
    let month = query.month(MONTH.name).unwrap_or_else(|| now.in_zone(&zone).date());
    let window = (month.first_of_month(), month.last_of_month());
    let purpose = query.text(PURPOSE.name).to_owned();
    known_purpose(service, &purpose).map_err(|x| Refusal::invalid(vec![x]))?;
    let schedule = portal.clone();
    let days = visit.db().read(move |tx| {
        let free = Free { schedule: &schedule.schedule, now, purpose: &purpose };
        free.days(tx, &offers, window)
    });
    let view = |x: slots::DayCount| DayView { date: x.date, free: x.free, state: x.state };
    let days = days.await?.into_iter().map(view).collect();
    tagged(&headers, &DayList { days, as_of: now.rfc3339(&zone) })
}

/// The nearest free starts to one that was just taken, at most five: the same resource first, then
/// the others of its site, each by nearness in time.
///
/// # Errors
/// A fault of the engine.
pub(super) async fn alternatives(
    visit: &Visit,
    offer: &Offer,
    purpose: &str,
    wished: Instant,
) -> base::Outcome<Vec<SlotView>> {
    const MOST: usize = 5;
    let (portal, now) = (visit.app.portal(), visit.app.clock.now());
    let (offer, purpose) = (offer.clone(), purpose.to_owned());
    visit
        .db()
        .read(move |tx| {
            let day = wished.in_zone(&offer.zone).date();
            let (week, fortnight) = (Span::new().days(7), Span::new().days(14));
            let window = (day.saturating_sub(week), day.saturating_add(fortnight));
            let free = Free { schedule: &portal.schedule, now, purpose: &purpose };
            let others = others(&portal, &offer);
            let own: [Offer; 1] = [offer];
            let mut found = Vec::new();
            for offers in [&own[..], &others[..]] {
                let mut near = free.slots(tx, offers, window, usize::MAX)?;
                near.sort_by_key(|x| x.slot.start.abs_diff(wished.minutes()));
                let missing = MOST - found.len();
                found.extend(near.iter().take(missing).map(SlotView::from));
            }
            Ok(found)
        })
        .await
}

/// The same service at the other resources of the site.
fn others(portal: &Portal, offer: &Offer) -> Vec<Offer> {
    let service = portal.city.catalogue.service(&offer.service);
    let all = service.zip(portal.city.offices.site(&offer.site));
    let mut all = all.map_or(Vec::new(), |(service, site)| portal.offers_at(service, site));
    all.retain(|x| x.resource != offer.resource);
    all
}

/// The offer of a service at a resource, both by name.
///
/// # Errors
/// `E-REQ-01` when there is no such service or resource, or it does not serve it.
pub(super) fn offer(portal: &Portal, service: &Service, resource: &Id) -> Result<Offer, Refusal> {
    let resource = portal.city.offices.resource(resource).ok_or_else(unknown)?;
    portal.offer(service, resource).ok_or_else(unknown)
}
