//! What a question for free time may say: where, when, and which of the times.

use std::sync::Arc;

use base::{FieldFault, Id, Instant, Refusal};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Unit};
use rooms::availability::{Filter, Mark, Question, Scope, Seat};
use rooms::catalogue::{Format, Service};
use rooms::places::Point;
use rooms::portal::Portal;
use slots::{Weekday, Weekdays};

use super::call::unknown_at;
use super::params::{Asked as _, LOCALITY, Param, REGION, SERVICE, Shape, optional, required};
use crate::Fields;

/// Days between `from` and `to` at most.
const LONGEST: i32 = 62;
/// Days from `from` on when `to` is not given.
const USUAL: i32 = 30;
/// Resources in one question at most.
const MOST: usize = 100;

pub(super) const WHAT: Param = required(SERVICE.name, SERVICE.says, SERVICE.shape);
pub(super) const RESOURCE: Param = optional("resource", "Id of a resource", Shape::Text(64));
pub(super) const RESOURCES: Param = optional(
    RESOURCE.name,
    "Id of a resource, or up to 100 of them with commas between",
    Shape::List(MOST, 64),
);
pub(super) const SITE: Param = optional("site", "Id of a site", Shape::Text(64));
pub(super) const PURPOSE: Param =
    optional("purpose", "Code of a purpose: it may need more minutes", Shape::Text(64));
pub(super) const FROM: Param =
    optional("from", "First day in the zone of the place; today when missing", Shape::Date);
pub(super) const TO: Param = optional("to", "Last day, at most 62 days later", Shape::Date);
pub(super) const NEAR: Param =
    optional("near", "Latitude and longitude: all sites within `radius`", Shape::Point);
pub(super) const RADIUS: Param =
    optional("radius", "Kilometres around `near`", Shape::Number(1, 500, 25));
pub(super) const TIME_FROM: Param =
    optional("time_from", "First time of the day at which a visit may begin", Shape::Time);
pub(super) const TIME_TO: Param =
    optional("time_to", "Time of the day before which it must begin", Shape::Time);
pub(super) const WEEKDAYS: Param = optional(
    "weekdays",
    "Days of the week with commas between: `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`",
    Shape::Words(DAYS),
);
pub(super) const FORMAT: Param = optional(
    "format",
    "In which way one is received; nothing is found when the service has no such way",
    Shape::Choice(&["in_person", "video", "phone"]),
);
pub(super) const ACCESSIBLE: Param = optional(
    "accessible",
    "`1`: only sites that say what makes them accessible",
    Shape::Choice(&["0", "1"]),
);

const DAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A service of the catalogue that can be booked now.
pub(super) fn bookable<'p>(portal: &'p Portal, code: &str) -> Result<&'p Arc<Service>, Refusal> {
    portal.city.catalogue.service(code).filter(|x| x.active).ok_or_else(|| unknown_at(SERVICE.name))
}

/// A purpose of the service, or none.
pub(super) fn known_purpose(service: &Service, code: &str) -> Result<(), FieldFault> {
    let known = code.is_empty() || service.purpose(code).is_some();
    known.then_some(()).ok_or_else(|| FieldFault::new("purpose", "E-FORM-02"))
}

/// The narrowest place that a query names.
#[derive(Debug)]
pub(super) enum Place {
    Resources(Vec<Id>),
    Site(Id),
    Locality(Id),
    Region(String),
    Near(Point, f64),
}

impl Place {
    /// Reads the place and looks whether there is such.
    pub fn read(portal: &Portal, query: &Fields) -> Result<Self, Refusal> {
        let offices = &portal.city.offices;
        let missing = |field| Refusal::invalid(vec![FieldFault::new(field, "E-FORM-01")]);
        // An empty name is a slip, and the next wider place is not what was meant.
        let places = [RESOURCE.name, SITE.name, LOCALITY.name, REGION.name];
        if let Some(empty) = places.into_iter().find(|x| query.all(x).any(str::is_empty)) {
            return Err(missing(empty));
        }
        if let Some(ids) = query.opt(RESOURCE.name) {
            let ids: Vec<Id> = ids.split(',').map(Id::from).collect();
            let known = ids.iter().all(|id| offices.resource(id).is_some());
            return known.then_some(Self::Resources(ids)).ok_or_else(|| unknown_at(RESOURCE.name));
        }
        if let Some(id) = query.id(SITE.name) {
            return offices
                .site(&id)
                .map(|_| Self::Site(id.clone()))
                .ok_or_else(|| unknown_at(SITE.name));
        }
        if let Some(point) = query.point(NEAR.name) {
            return Ok(Self::Near(point, query.number(&RADIUS) as f64));
        }
        if query.opt(RADIUS.name).is_some() {
            return Err(missing(NEAR.name));
        }
        if let Some(id) = query.id(LOCALITY.name) {
            let known = portal.city.places.locality(&id);
            return known
                .map(|_| Self::Locality(id.clone()))
                .ok_or_else(|| unknown_at(LOCALITY.name));
        }
        if let Some(code) = query.opt(REGION.name) {
            let known = portal.city.places.region(code);
            return known
                .map(|_| Self::Region(code.to_owned()))
                .ok_or_else(|| unknown_at(REGION.name));
        }
        Err(missing(RESOURCE.name))
    }

    /// The place for a question.
    pub fn at<'q>(&'q self, question: &Question<'_>) -> At<'q> {
        match self {
            Self::Resources(ids) => {
                let mut ids: Vec<&Id> = ids.iter().collect();
                ids.sort_unstable();
                ids.dedup();
                At::Seats(ids.into_iter().filter_map(|id| question.seat(id)).collect())
            }
            Self::Site(id) => At::Scope(Scope::Site(id)),
            Self::Locality(id) => At::Scope(Scope::Locality(id)),
            Self::Region(code) => At::Scope(Scope::Region(code)),
            Self::Near(point, km) => At::Scope(Scope::Near(*point, *km)),
        }
    }
}

/// A place as the index knows it.
#[derive(Debug)]
pub(super) enum At<'q> {
    Seats(Vec<Seat>),
    Scope(Scope<'q>),
}

impl At<'_> {
    /// The present state of the free time there.
    pub fn mark(&self, question: &Question<'_>) -> Mark {
        match self {
            Self::Seats(seats) => question.mark(seats),
            Self::Scope(scope) => question.mark_of(scope),
        }
    }

    /// The zone in which days are meant: that of the first resource.
    pub fn zone(&self, portal: &Portal, question: &Question<'_>) -> TimeZone {
        let desk = match self {
            Self::Seats(seats) => seats.first().and_then(|seat| portal.availability.desk(*seat)),
            Self::Scope(scope) => question.first(scope),
        };
        desk.map_or(TimeZone::UTC, |desk| desk.site.zone.clone())
    }
}

/// First and last day of the question.
pub(super) fn window(query: &Fields, today: Date) -> Result<(Date, Date), Refusal> {
    let given = query.day(FROM.name);
    let from = given.unwrap_or(today);
    let usual = from.saturating_add(Span::new().days(USUAL));
    let to = query.day(TO.name).unwrap_or(usual);
    let days = from.until((Unit::Day, to)).map_or(i32::MAX, |x| x.get_days());
    match (0..=LONGEST).contains(&days) {
        // Further west the day before is not over; what is past is free nowhere.
        true => Ok((given.unwrap_or(today.saturating_sub(Span::new().days(1))), to)),
        false => Err(Refusal::invalid(vec![FieldFault::new(TO.name, "E-FORM-06")])),
    }
}

/// Which of the times are wanted.
pub(super) fn filter(query: &Fields) -> Result<Filter, Refusal> {
    let minute = |time: Time| i16::from(time.hour()) as u16 * 60 + i16::from(time.minute()) as u16;
    let (from, to) = (query.time(TIME_FROM.name), query.time(TIME_TO.name));
    let days = query.opt(WEEKDAYS.name).map(|words| {
        let number = |word: &str| DAYS.iter().position(|x| *x == word);
        words.split(',').filter_map(number).map(|n| Weekday::ALL[n]).collect::<Weekdays>()
    });
    let filter = Filter {
        from: from.map_or(0, minute),
        to: to.map_or(1440, minute),
        weekdays: days.unwrap_or(Weekdays::ALL),
        accessible: query.flag(ACCESSIBLE.name),
    };
    if filter.from >= filter.to {
        return Err(Refusal::invalid(vec![FieldFault::new(TIME_TO.name, "E-FORM-06")]));
    }
    Ok(filter)
}

/// Whether the service receives in the way that is asked for.
pub(super) fn has_format(service: &Service, query: &Fields) -> bool {
    let wanted = match query.text(FORMAT.name) {
        "in_person" => Format::InPerson,
        "video" => Format::Video,
        "phone" => Format::Phone,
        _ => return true,
    };
    service.passport.rules.formats.contains(&wanted)
}

/// A question of the query about the service.
pub(super) fn question<'p>(
    portal: &'p Portal,
    service: &Service,
    query: &Fields,
    now: Instant,
) -> Result<Question<'p>, Refusal> {
    let purpose = query.text(PURPOSE.name);
    known_purpose(service, purpose).map_err(|x| Refusal::invalid(vec![x]))?;
    Ok(portal.question(service, purpose, now))
}
