//! Making a booking of a hold, moving it, cancelling it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use base::{Error, FieldFault, Id, Kind, Refusal};
use rooms::accounts::Account;
use rooms::booking::form::{self, Answers, Checked};
use rooms::booking::{self, Booking, Cancel, Confirm, Confirmed, Confirming, Reschedule};
use rooms::catalogue::Service;
use rooms::mandates::{self, OnBehalf};
use rooms::portal::{Portal, terms};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Operation;
use super::bookings::BookingView;
use super::call::{Command, Named, answer, caller, once, unknown};
use super::free::offer;
use super::holds::{moment, with_alternatives};
use crate::route::{Action, Rate, post};
use crate::{Answer, Failure, Visit, rush};

/// Characters of a reason at most.
const REASON: usize = 500;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            "createBooking",
            "Makes a hold a booking",
            post("/api/v1/bookings", Action::ConfirmBooking, Rate::Write, create),
        )
        .more(
            "`purpose` may be left out when the service has none or the hold has one. Phone and \
             e-mail default to the account's. `consent` must be true; a program with a bearer \
             token, which books under an agreement, may leave it out. All faulty fields are named \
             at once, those of the service as `fields.<code>`. With `on_behalf_of` the visit is for \
             somebody the caller may act for; one active booking is counted for each of them. When the purpose needs more time than \
             is free after the held start (409 E-SLOT-10), `alternatives` are the nearest starts \
             that have it.",
        )
        .takes::<NewBooking>()
        .refuses(&[404, 410])
        .links(&[
            ("read", "getBooking", "id"),
            ("history", "getHistory", "id"),
            ("ticket", "getTicket", "id"),
            ("calendar", "getCalendar", "id"),
            ("move", "rescheduleBooking", "id"),
            ("cancel", "cancelBooking", "id"),
        ])
        .gives::<NewBookingView>(201),
        Operation::new(
            "rescheduleBooking",
            "Moves a booking: the new time is claimed and the old one freed in one step",
            post("/api/v1/bookings/{id}/reschedule", Action::MoveBooking, Rate::Move, reschedule),
        )
        .more(
            "Whatever is refused, the old time stays. The code for the desk changes. When the new \
             time is taken (409 E-SLOT-01), `alternatives` are the nearest free starts.",
        )
        .takes::<NewTime>()
        .links(&[("read", "getBooking", "id"), ("cancel", "cancelBooking", "id")])
        .gives::<BookingView>(200),
        Operation::new(
            "cancelBooking",
            "Cancels a booking; its time is free at once",
            post("/api/v1/bookings/{id}/cancel", Action::CancelBooking, Rate::Write, cancel),
        )
        .takes::<CancelWish>()
        .links(&[("read", "getBooking", "id"), ("history", "getHistory", "id")])
        .gives::<BookingView>(200),
    ]
}

/// A filled form.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "hold": "01kb4t7m8q2v5x9c3n6r1w0e4y",
    "purpose": "budget",
    "detail": "Протекает крыша",
    "consent": true,
}))]
struct NewBooking {
    /// Id of the hold.
    #[schema(min_length = 1, max_length = 100)]
    hold: String,
    /// Code of the purpose.
    #[serde(default)]
    #[schema(max_length = 64)]
    purpose: String,
    /// In the person's own words.
    #[serde(default)]
    #[schema(max_length = 2000)]
    detail: String,
    /// Phone for this visit.
    phone: Option<String>,
    /// E-mail for this visit.
    email: Option<String>,
    /// When the person was born, as `1988-04-17`: for services with `ages`, where the profile does not
    /// say it.
    #[schema(max_length = 10)]
    born: Option<String>,
    /// `in_person`, `video` or `phone`, if the service offers a choice.
    #[serde(default)]
    format: String,
    /// Id of the mandate by which the visit is for somebody else; left out, it is for the caller.
    #[serde(default)]
    #[schema(max_length = 64)]
    on_behalf_of: String,
    /// Answers to the service's own questions.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// The person agrees to the processing of the data.
    consent: Option<bool>,
}

/// A booking that was just made.
#[derive(Serialize, ToSchema)]
#[schema(as = Booked)]
struct NewBookingView {
    /// Its id.
    #[schema(example = "01kb4t7m8q2v5x9c3n6r1w0e4y")]
    id: String,
    /// Number for people.
    #[schema(example = "26-1234-5678-9")]
    number: String,
    /// Code for the desk.
    code: String,
    /// `confirmed`, or `pending` when the office decides.
    #[schema(value_type = String, example = "confirmed")]
    status: booking::State,
}

/// Another time.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "resource": "tomsk-admin-main-01",
    "start": "2026-12-14T10:30:00+07:00",
}))]
struct NewTime {
    /// Id of a resource that serves the same service.
    #[schema(min_length = 1, max_length = 64)]
    resource: String,
    /// The new start.
    #[schema(format = DateTime)]
    start: String,
    /// Why; some services ask for it.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: String,
}

/// A wish to cancel.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "Планы изменились" }))]
struct CancelWish {
    /// Why, if the person says so.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: String,
}

impl NewBooking {
    /// The form as a page would have sent it.
    fn answers(&self, held: &Booking, account: &Account, by_program: bool) -> Answers {
        let or = |own: &Option<String>, known: &str| own.clone().unwrap_or(known.to_owned());
        let purpose = if self.purpose.is_empty() { &held.purpose } else { &self.purpose };
        let consent = self.consent.unwrap_or(by_program);
        let common = [
            ("purpose", purpose.clone()),
            ("detail", self.detail.clone()),
            (form::PARTICIPANT, self.on_behalf_of.clone()),
            ("format", self.format.clone()),
            ("phone", or(&self.phone, account.phone.reveal())),
            ("email", or(&self.email, account.email.as_ref().map_or("", |x| x.reveal()))),
            (form::BORN, self.born.clone().unwrap_or_default()),
            ("consent", if consent { "1".to_owned() } else { String::new() }),
        ];
        let common = common.map(|(name, value)| (name.to_owned(), value));
        let own = self.fields.iter().map(|(name, value)| (format!("f.{name}"), value.clone()));
        common.into_iter().chain(own).filter(|x| !x.1.is_empty()).collect()
    }

    /// Checks the whole form.
    fn check(
        &self,
        service: &Service,
        answers: &Answers,
        today: jiff::civil::Date,
    ) -> Result<Checked, Refusal> {
        let known = |code: &String| service.passport.fields.iter().any(|x| x.code == *code);
        let unknown = self.fields.keys().filter(|x| !known(x));
        let mut faults: Vec<_> =
            unknown.map(|x| FieldFault::new(format!("fields.{x}"), "E-API-01")).collect();
        match form::check(service, answers, today) {
            Ok(checked) if faults.is_empty() => Ok(checked),
            checked => {
                faults.extend(checked.err().into_iter().flatten().map(as_sent));
                Err(Refusal::invalid(faults))
            }
        }
    }
}

/// The name that the program used.
fn as_sent(fault: FieldFault) -> FieldFault {
    match fault.field.strip_prefix("f.") {
        Some(code) => FieldFault { field: format!("fields.{code}").into(), ..fault },
        None if fault.field == form::PARTICIPANT => {
            FieldFault { field: "on_behalf_of".into(), ..fault }
        }
        None => fault,
    }
}

/// A refusal of the act, with the names that the program used.
fn named(error: Error) -> Error {
    match error {
        Error::Refusal(refusal) => {
            let fields = refusal.fields.into_iter().map(as_sent).collect();
            Refusal { fields, ..*refusal }.into()
        }
        fault => fault,
    }
}

async fn create(visit: Visit, Command { body, key }: Command<NewBooking>) -> Answer {
    let account = caller(&visit)?;
    let signed_in = visit.signed_in.clone();
    let by_program = signed_in.as_ref().is_some_and(|x| x.bearer);
    let level = signed_in.as_ref().map(|x| x.level).unwrap_or_default();
    let portal = visit.app.portal();
    let wished = (account.clone(), body.hold.clone(), body.purpose.clone());
    let (hold, who) = (Id::from(body.hold.as_str()), account.clone());
    let cx = visit.cx();
    let now = cx.now;
    let fill = move |held: &Booking, person: &Account| {
        let (service, offer) = of_booking(&portal, held)?;
        let today = now.in_zone(&offer.zone).date();
        let answers = body.answers(held, person, by_program);
        let checked = body.check(service, &answers, today)?;
        let command = Confirm {
            account: who.clone(),
            level,
            booking: held.id.clone(),
            purpose: checked.purpose().to_owned(),
            form: checked.json(),
            on_behalf: checked.mandate().map(|id| OnBehalf {
                mandate: id.into(),
                by: person.full_name(),
                asked: mandates::asked_of(service),
            }),
        };
        Ok((offer, command))
    };
    let ask = Confirming { cx, account, booking: hold, key, fill: Arc::new(fill) };
    let Confirmed { id, number, code, status } = match visit.app.confirms.ask(ask).await {
        Ok(confirmed) => confirmed,
        Err(error) => return Err(near_the_hold(&visit, wished, named(error)).await),
    };
    let view = NewBookingView { id: id.to_string(), number, code, status };
    answer(StatusCode::CREATED, &view)
}

/// The refusal of a form, with the nearest starts for its purpose when time was what it lacked.
async fn near_the_hold(
    visit: &Visit,
    (account, hold, purpose): (Id, String, String),
    error: Error,
) -> Failure {
    if !matches!(&error, Error::Refusal(x) if matches!(x.code, "E-SLOT-01" | "E-SLOT-10")) {
        return error.into();
    }
    let Ok(held) = visit.db().read(move |tx| booking::of_account(tx, &account, &hold)).await else {
        return error.into();
    };
    let portal = visit.app.portal();
    let (Ok((_, offer)), Some(start)) = (of_booking(&portal, &held), held.starts) else {
        return error.into();
    };
    let purpose = if purpose.is_empty() { &held.purpose } else { &purpose };
    with_alternatives(visit, &offer, (purpose, start), error)
}

/// The service of a booking and its offer at the booking's resource.
fn of_booking<'p>(
    portal: &'p Portal,
    booking: &Booking,
) -> Result<(&'p Service, booking::Offer), Refusal> {
    let gone = || Refusal::new(Kind::Gone, "E-HOLD-02");
    let service = portal.city.catalogue.service(&booking.service).ok_or_else(gone)?;
    let resource = booking.resource.as_ref().ok_or_else(gone)?;
    Ok((service, offer(portal, service, resource).map_err(|_no_offer| gone())?))
}

/// A reason of a decent length.
fn reason(text: &str) -> Result<(), FieldFault> {
    let fits = text.chars().count() <= REASON;
    let fault = || FieldFault::new("reason", "E-API-03").arg("max", REASON);
    fits.then_some(()).ok_or_else(fault)
}

async fn reschedule(
    visit: Visit,
    Named(id): Named,
    Command { body, key }: Command<NewTime>,
) -> Answer {
    let account = caller(&visit)?;
    let faults = [moment(&body.start).err(), reason(&body.reason).err()];
    let faults: Vec<_> = faults.into_iter().flatten().collect();
    if !faults.is_empty() {
        return Err(Refusal::invalid(faults).into());
    }
    let start = moment(&body.start).unwrap_or_default();
    let portal = visit.app.portal();
    let (owner, booking) = (account.clone(), id.clone());
    let own = visit.db().read(move |tx| booking::of_account(tx, &owner, &booking)).await?;
    let service = portal.city.catalogue.service(&own.service).ok_or_else(unknown)?;
    let offer = offer(&portal, service, &Id::from(body.resource))?;
    let command =
        Reschedule { account, booking: own.id.clone(), start, reason: body.reason.clone() };
    if let Err(refusal) = rush::gate(&visit, &offer, start) {
        let met: Option<BookingView> = rush::met(&visit, &key).await?;
        return answer(StatusCode::OK, &met.ok_or(refusal)?);
    }
    let (wanted, known) = (offer.clone(), portal.clone());
    let moved = once(&visit, key, move |tx, cx| {
        booking::reschedule(tx, cx, &wanted, &command)?;
        let own = booking::of_account(tx, &command.account, &command.booking)?;
        BookingView::read(tx, &known, (&own, cx.now))
    });
    match moved.await {
        Ok(view) => answer(StatusCode::OK, &view),
        Err(error) => Err(with_alternatives(&visit, &offer, (&own.purpose, start), error)),
    }
}

async fn cancel(
    visit: Visit,
    Named(id): Named,
    Command { body, key }: Command<CancelWish>,
) -> Answer {
    let account = caller(&visit)?;
    reason(&body.reason).map_err(|x| Refusal::invalid(vec![x]))?;
    if let Err(refusal) = visit.app.pace.take(&account, visit.began) {
        let met: Option<BookingView> = rush::met(&visit, &key).await?;
        return answer(StatusCode::OK, &met.ok_or(refusal)?);
    }
    let portal = visit.app.portal();
    let command = Cancel { account, booking: Id::from(id), reason: body.reason };
    let view = once(&visit, key, move |tx, cx| {
        let own = booking::of_account(tx, &command.account, &command.booking)?;
        let service = portal.city.catalogue.service(&own.service).ok_or_else(unknown)?;
        let cancelled = booking::cancel(tx, cx, &terms(service), &command)?;
        BookingView::read(tx, &portal, (&cancelled, cx.now))
    });
    answer(StatusCode::OK, &view.await?)
}
