//! Holding a time and giving it back.

use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse as _;
use base::{Error, FieldFault, Id, Instant, Refusal};
use rooms::booking::{self, Ask, Held, Hold, Offer};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::Operation;
use super::call::{Command, Keyed, Named, answer, caller, once};
use super::free::{alternatives, offer};
use super::sought::{bookable, known_purpose};
use crate::edge::ARRIVAL;
use crate::route::{Action, Rate, delete, post};
use crate::{Answer, Failure, Visit, rush};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            "createHold",
            "Holds a time while the booking is made",
            post("/api/v1/holds", Action::HoldTime, Rate::Hold, create),
        )
        .more(
            "A former hold of the same service is given back in the same breath. When the time is \
             taken (409 E-SLOT-01), `alternatives` are the nearest free starts.",
        )
        .takes::<NewHold>()
        .tells(&[(
            "Arrival-Number",
            "For diagnosis: the number of this wish among those of its node since it started. Of two \
             wishes for the same time the lower number was served first; a replay has a new number. \
             A refusal that came before the line has none",
        )])
        .refuses(&[404])
        .links(&[
            ("book", "createBooking", "hold"),
            ("release", "releaseHold", "id"),
            ("read", "getBooking", "id"),
        ])
        .gives::<HoldView>(201),
        Operation::new(
            "releaseHold",
            "Gives a held time back; twice does no harm",
            delete("/api/v1/holds/{id}", Action::ReleaseHold, Rate::Write, release),
        ),
    ]
}

/// A wish for a time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "service": "head-reception",
    "resource": "tomsk-admin-main-01",
    "start": "2026-12-07T10:30:00+07:00",
}))]
struct NewHold {
    /// Code of the service.
    #[schema(min_length = 1, max_length = 64)]
    service: String,
    /// Id of the resource, from a slot.
    #[schema(min_length = 1, max_length = 64)]
    resource: String,
    /// Start, from a slot; any offset that means the same moment.
    #[schema(format = DateTime)]
    start: String,
    /// Code of the purpose, when it is chosen already: it may need more minutes.
    #[serde(default)]
    #[schema(max_length = 64)]
    purpose: String,
}

/// A held time.
#[derive(Serialize, ToSchema)]
#[schema(as = Hold)]
struct HoldView {
    /// Id of the hold, later of the booking.
    #[schema(example = "01kb4t7m8q2v5x9c3n6r1w0e4y")]
    id: String,
    /// When the time is given to others.
    #[schema(format = DateTime, example = "2026-12-01T13:15:00+07:00")]
    expires_at: String,
}

/// A moment of a body, as the field `start`.
pub(super) fn moment(text: &str) -> Result<Instant, FieldFault> {
    let parsed: Result<jiff::Timestamp, _> = text.parse();
    parsed.map(Into::into).map_err(|_no_time| FieldFault::new("start", "E-FORM-06"))
}

/// The refusal of a time, with the nearest free ones when it was taken.
pub(super) fn with_alternatives(
    visit: &Visit,
    offer: &Offer,
    (purpose, wished): (&str, Instant),
    error: Error,
) -> Failure {
    match error {
        Error::Refusal(mut refusal)
            if matches!(refusal.code, "E-SLOT-01" | "E-SLOT-03" | "E-SLOT-10") =>
        {
            let near = alternatives(visit, offer, purpose, wished);
            refusal.help = Some(json!({ "alternatives": near }));
            Error::Refusal(refusal).into()
        }
        error => error.into(),
    }
}

async fn create(visit: Visit, Command { body, key }: Command<NewHold>) -> Answer {
    let account = caller(&visit)?;
    let level = visit.signed_in.as_ref().map(|x| x.level).unwrap_or_default();
    let portal = visit.app.portal();
    let service = bookable(&portal, &body.service)?;
    let offer = offer(&portal, service, &Id::from(body.resource))?;
    let (start, purpose) = (moment(&body.start), known_purpose(service, &body.purpose));
    let start = match (start, purpose) {
        (Ok(start), Ok(())) => start,
        (start, purpose) => {
            let faults = [start.err(), purpose.err()].into_iter().flatten();
            return Err(Refusal::invalid(faults.collect()).into());
        }
    };
    let wish = Hold { account, level, start, purpose: body.purpose.clone(), draft: None };
    let account = wish.account.clone();
    let passes =
        rush::gate(&visit, &offer, start).and_then(|()| visit.app.pace.take(&account, visit.began));
    if let Err(refusal) = passes {
        let met = rush::met(&visit, &key).await?;
        return given(&offer, &met.ok_or(refusal)?);
    }
    let ask = Ask { cx: visit.cx(), offer: offer.clone(), wish, key };
    let expires = offer.terms.hold_until(ask.cx.now);
    let turn = visit.app.line.stand(ask)?;
    let number = turn.number;
    let mut response = match turn.answer().await {
        Ok(held) => {
            if held.expires_at != expires {
                // The answer of a former call: nothing was taken now.
                visit.app.pace.give_back(&account);
            }
            given(&offer, &held)?
        }
        Err(error) => {
            visit.app.pace.give_back(&account);
            with_alternatives(&visit, &offer, (&body.purpose, start), error).into_response()
        }
    };
    response.headers_mut().insert(ARRIVAL, HeaderValue::from(number));
    Ok(response)
}

fn given(offer: &Offer, held: &Held) -> Answer {
    let expires_at = held.expires_at.rfc3339(&offer.zone);
    answer(StatusCode::CREATED, &HoldView { id: held.id.to_string(), expires_at })
}

async fn release(visit: Visit, Named(id): Named, Keyed(key): Keyed) -> Answer {
    let account = caller(&visit)?;
    once(&visit, key, move |tx, cx| booking::release(tx, cx, &account, &id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
