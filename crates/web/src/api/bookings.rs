//! Own bookings: making one, the list, the details, the history, the papers.

use std::collections::HashMap;

use axum::extract::Path;
use axum::http::StatusCode;
use base::{Id, Instant, Outcome, Tx};
use jiff::tz::TimeZone;
use rooms::booking::{self, Booking, EventRow, Filter, State, rules};
use rooms::mandates::{self, Mandate};
use rooms::portal::{Portal, terms};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Operation;
use super::call::{Named, Page, answer, caller};
use super::params::{Asked as _, CURSOR, LIMIT, Param, Shape, optional};
use crate::pages::booking::files;
use crate::pages::booking::participant::Authority;
use crate::route::{Action, Rate, get};
use crate::{Answer, Query, Visit};

const STATE: Param =
    optional("state", "Which ones", Shape::Choice(&["all", "active", "past", "cancelled"]));

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            "listBookings",
            "Own bookings, the newest first",
            get("/api/v1/bookings", Action::ListBookings, Rate::Vital, list),
        )
        .query(&[STATE, LIMIT, CURSOR])
        .gives_page::<BookingView>(),
        Operation::new(
            "getBooking",
            "A hold or booking of one's own",
            get("/api/v1/bookings/{id}", Action::ReadBooking, Rate::Vital, one),
        )
        .gives::<BookingView>(200),
        Operation::new(
            "getHistory",
            "All that happened to a booking, oldest first",
            get("/api/v1/bookings/{id}/history", Action::ReadBooking, Rate::Read, history),
        )
        .query(&[LIMIT, CURSOR])
        .gives_page::<EventView>(),
        Operation::new(
            "getTicket",
            "The ticket with its signed QR code",
            get("/api/v1/bookings/{id}/ticket.pdf", Action::ReadBooking, Rate::Vital, ticket),
        )
        .refuses(&[410])
        .gives_media("application/pdf"),
        Operation::new(
            "getCalendar",
            "The visit for a calendar",
            get("/api/v1/bookings/{id}/calendar.ics", Action::ReadBooking, Rate::Vital, calendar),
        )
        .refuses(&[410])
        .gives_media("text/calendar"),
    ]
}

/// A hold or booking.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = Booking)]
pub(super) struct BookingView {
    /// Its id.
    #[schema(example = "01kb4t7m8q2v5x9c3n6r1w0e4y")]
    id: String,
    /// Number for people; null before it is made.
    number: Option<String>,
    /// Code for the desk; a move replaces it.
    code: Option<String>,
    /// Where it stands: `held`, `pending`, `confirmed`, `cancelled_by_applicant`, …
    #[schema(value_type = String, example = "confirmed")]
    status: State,
    /// Code of the service.
    #[schema(example = "head-reception")]
    service: String,
    /// Code of the purpose; may be empty.
    purpose: String,
    /// Id of the mandate by which it is for somebody else; null for the caller's own.
    on_behalf_of: Option<String>,
    /// Id of the resource.
    resource: Option<String>,
    /// Id of its site.
    site: Option<String>,
    /// Id of the organisation.
    organization: Option<String>,
    /// Start of the visit, with the site's offset.
    #[schema(format = DateTime, example = "2026-12-09T10:30:00+07:00")]
    start: Option<String>,
    /// Its end.
    #[schema(format = DateTime, example = "2026-12-09T10:45:00+07:00")]
    end: Option<String>,
    /// When a hold or draft runs out.
    #[schema(format = DateTime, example = "2026-12-01T13:15:00+07:00")]
    expires_at: Option<String>,
    /// Until when the time can be changed; null when the mandate does not allow it.
    #[schema(format = DateTime, example = "2026-12-08T10:30:00+07:00")]
    change_until: Option<String>,
    /// Until when it can be cancelled; null when the mandate does not allow it.
    #[schema(format = DateTime, example = "2026-12-08T10:30:00+07:00")]
    cancel_until: Option<String>,
    /// Moves that are left.
    #[schema(example = 3)]
    moves_left: u32,
    /// Rises with every change.
    #[schema(example = 3)]
    revision: u32,
    /// When it was begun.
    #[schema(format = DateTime, example = "2026-12-01T13:00:00+07:00")]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime, example = "2026-12-01T13:02:00+07:00")]
    changed_at: String,
}

impl BookingView {
    /// The booking beside its place, as the mandate behind it stands now.
    pub(super) fn of(
        portal: &Portal,
        booking: &Booking,
        known: (&HashMap<Id, Mandate>, Instant),
    ) -> Self {
        let authority = Authority::of(portal, booking, known);
        let offices = &portal.city.offices;
        let resource = booking.resource.as_ref().and_then(|id| offices.resource(id));
        let site = resource.and_then(|x| offices.site(&x.site));
        let zone = site.map_or(TimeZone::UTC, |x| x.zone.clone());
        let terms = portal.city.catalogue.service(&booking.service).map(|x| terms(x));
        let at = |instant: Instant| instant.rfc3339(&zone);
        let limit = |of: fn(Instant, &booking::Terms) -> Instant| {
            Some(at(authority.within(of(booking.starts?, terms.as_ref()?))))
        };
        Self {
            id: booking.id.to_string(),
            number: booking.number.clone(),
            code: booking.code.clone(),
            status: booking.state,
            service: booking.service.clone(),
            purpose: booking.purpose.clone(),
            on_behalf_of: booking.behalf.as_ref().map(|x| x.mandate.to_string()),
            resource: booking.resource.as_ref().map(ToString::to_string),
            site: site.map(|x| x.id.to_string()),
            organization: site.map(|x| x.organization.to_string()),
            start: booking.starts.map(at),
            end: booking.ends.map(at),
            expires_at: booking.expires.map(at),
            change_until: limit(rules::change_until).filter(|_| authority.book.is_none()),
            cancel_until: limit(rules::cancel_until).filter(|_| authority.cancel.is_none()),
            moves_left: terms.as_ref().map_or(0, |x| rules::moves_left(booking, x)),
            revision: booking.revision,
            created_at: at(booking.created),
            changed_at: at(booking.changed),
        }
    }

    /// The booking, with the mandate behind it.
    pub(super) fn read(
        tx: &mut Tx<'_>,
        portal: &Portal,
        (booking, now): (&Booking, Instant),
    ) -> Outcome<Self> {
        let behind = mandates::behind(tx, booking.behalf.as_ref())?;
        Ok(Self::of(portal, booking, (&behind, now)))
    }
}

/// An entry of a history.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
struct EventView {
    /// Number of the entry.
    #[schema(example = 3)]
    seq: u32,
    /// When.
    #[schema(format = DateTime, example = "2026-12-01T13:02:00+07:00")]
    at: String,
    /// What happened.
    #[schema(example = "moved")]
    event: String,
    /// The state before; null at the beginning.
    #[schema(value_type = Option<String>, example = "confirmed")]
    from: Option<State>,
    /// The state after.
    #[schema(value_type = String, example = "confirmed")]
    to: State,
    /// Start of the visit before.
    #[schema(format = DateTime, example = "2026-12-09T10:30:00+07:00")]
    start_before: Option<String>,
    /// Start of the visit after.
    #[schema(format = DateTime, example = "2026-12-10T10:30:00+07:00")]
    start_after: Option<String>,
    /// Why; may be empty.
    reason: String,
    /// Who: `account:…`, `system`, `engineer`.
    #[schema(example = "system")]
    actor: String,
    /// By which way: `web`, `api`, `cli`, `job`.
    #[schema(example = "api")]
    channel: String,
    /// The operation, as in `Operation-Id` of its answer.
    operation_id: String,
}

impl EventView {
    fn of(zone: &TimeZone, row: &EventRow) -> Self {
        let start = |values: &serde_json::Value| {
            values["starts_at"].as_i64().map(|x| Instant(x).rfc3339(zone))
        };
        Self {
            seq: row.seq,
            at: row.at.rfc3339(zone),
            event: row.event.clone(),
            from: row.from,
            to: row.to,
            start_before: start(&row.old),
            start_after: start(&row.new),
            reason: row.reason.reveal().clone(),
            actor: row.actor.clone(),
            channel: row.channel.clone(),
            operation_id: row.op.to_string(),
        }
    }
}

async fn list(visit: Visit, Query(query): Query) -> Answer {
    let account = caller(&visit)?;
    let filter = match query.text(STATE.name) {
        "active" => Filter::Active,
        "past" => Filter::Past,
        "cancelled" => Filter::Cancelled,
        _ => Filter::All,
    };
    let (before, limit) = (query.id(CURSOR.name), query.number(&LIMIT));
    let (mut bookings, behind) = visit
        .db()
        .read(move |tx| {
            let found = booking::list(tx, &account, filter, before.as_ref(), limit + 1)?;
            let behind = mandates::behind(tx, found.iter().filter_map(|x| x.behalf.as_ref()))?;
            Ok((found, behind))
        })
        .await?;
    let more = bookings.len() > limit;
    bookings.truncate(limit);
    let (portal, now) = (visit.app.portal(), visit.app.clock.now());
    let items = bookings.iter().map(|x| BookingView::of(&portal, x, (&behind, now))).collect();
    let next = bookings.last().filter(|_| more).map(|x| x.id.to_string());
    answer(StatusCode::OK, &Page { items, next })
}

async fn one(visit: Visit, Named(id): Named) -> Answer {
    let account = caller(&visit)?;
    let (portal, now) = (visit.app.portal(), visit.app.clock.now());
    let view = visit.db().read(move |tx| {
        let found = booking::of_account(tx, &account, &id)?;
        BookingView::read(tx, &portal, (&found, now))
    });
    answer(StatusCode::OK, &view.await?)
}

async fn history(visit: Visit, Named(id): Named, Query(query): Query) -> Answer {
    let account = caller(&visit)?;
    let (found, events) = visit
        .db()
        .read(move |tx| {
            let found = booking::of_account(tx, &account, &id)?;
            let events = booking::event_rows(tx, &found)?;
            Ok((found, events))
        })
        .await?;
    let portal = visit.app.portal();
    let offices = &portal.city.offices;
    let resource = found.resource.as_ref().and_then(|id| offices.resource(id));
    let site = resource.and_then(|x| offices.site(&x.site));
    let zone = site.map_or(TimeZone::UTC, |x| x.zone.clone());
    let page = Page::cut(&events, &query, |x| x.seq.to_string(), |x| EventView::of(&zone, x))?;
    answer(StatusCode::OK, &page)
}

async fn ticket(visit: Visit, Named(id): Named) -> Answer {
    files::ticket(visit, Path(id)).await
}

async fn calendar(visit: Visit, Named(id): Named) -> Answer {
    files::calendar(visit, Path(id)).await
}
