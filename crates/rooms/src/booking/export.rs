//! What this room keeps of a person, for them; and the consent that goes with each form.

use base::{Id, Instant, Kind, Outcome, Refusal, Tx, args};
use serde_json::Value;

use super::read::event_rows;
use super::{Booking, Filter, form, list, rows};
use crate::mandates::Behalf;
use crate::privacy::{Cell, Part, Row};

/// More than anybody has.
const ALL: usize = 100_000;

/// The bookings of somebody with what was typed and all that happened to them.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn export(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Part>> {
    let mut own = Vec::new();
    for booking in super::read::whole(tx, account)? {
        let history = event_rows(tx, &booking)?.into_iter().map(|x| {
            let row = Row::new()
                .at("at", x.at)
                .code("event", ("event-", &x.event))
                .code("state", ("state-", x.to.as_str()))
                .code("channel", ("data-channel-", &x.channel))
                .text("reason", x.reason);
            row.with("op", Cell::Text(x.op.to_string().into()))
        });
        let row = match booking.behalf.as_ref().and_then(Behalf::said) {
            Some(said) => row(&booking).with("behalf", Cell::Form(said.told()?.into())),
            None => row(&booking),
        };
        own.push(row.with("history", Cell::Rows(history.collect())));
    }
    Ok(vec![Part { name: "bookings", rows: own }])
}

fn row(booking: &Booking) -> Row {
    let text = |x: &Option<String>| x.clone().unwrap_or_default();
    let row = Row::new()
        .text("number", text(&booking.number))
        .with("service", Cell::Service(booking.service.clone()))
        .text("purpose", booking.purpose.clone())
        .code("state", ("state-", booking.state.as_str()))
        .at("starts", booking.starts)
        .at("visit_ends", booking.ends);
    let row = match &booking.resource {
        Some(id) => row.with("resource", Cell::Resource(id.to_string())),
        None => row,
    };
    let row = row
        .text("code", text(&booking.code))
        .with("moves", Cell::Count(booking.moves.into()))
        .at("at", booking.created)
        .at("changed", booking.changed)
        .text("id", booking.id.to_string());
    match booking.form.reveal() {
        Value::Object(typed) if !typed.is_empty() => {
            row.with("form", Cell::Form(booking.form.clone()))
        }
        _ => row,
    }
}

/// A consent that was given with the form of a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormConsent {
    /// The booking.
    pub booking: Id,
    /// Its number.
    pub number: String,
    /// Version of the text.
    pub version: String,
    /// When.
    pub at: Instant,
    /// By which way: `web`, `api`.
    pub channel: String,
    /// The booking is over: then the consent can be withdrawn.
    pub over: bool,
}

/// The consents that `account` gave with forms and did not withdraw, the newest first.
///
/// # Errors
/// A fault of the engine.
pub fn consents(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<FormConsent>> {
    let mut found = Vec::new();
    for booking in list(tx, account, Filter::All, None, ALL)? {
        let version = booking.form.reveal()[form::CONSENT_VERSION].as_str();
        let (Some(version), Some(number)) = (version, booking.number.clone()) else { continue };
        let given = tx.opt(
            "SELECT at, channel FROM booking_event
             WHERE booking_id = $1 AND event IN ('confirmed', 'pending', 'submitted') ORDER BY seq LIMIT 1",
            args![&booking.id],
            |r| Ok((r.get::<Instant>(0)?, r.get::<String>(1)?)),
        )?;
        let Some((at, channel)) = given else { continue };
        let (version, over) = (version.to_owned(), booking.state.is_terminal());
        found.push(FormConsent { booking: booking.id, number, version, at, channel, over });
    }
    Ok(found)
}

/// Withdraws the consent given with a form: what was typed is forgotten.
///
/// # Errors
/// `E-STA-01` for a stranger's; `E-DATA-02` while the booking stands: to receive somebody the office
/// must know for what.
pub fn withdraw(tx: &mut Tx<'_>, account: &Id, id: &Id) -> Outcome<()> {
    let booking = rows::owned(tx, account, id)?;
    if !booking.state.is_terminal() {
        return Err(Refusal::new(Kind::Conflict, "E-DATA-02").into());
    }
    super::forget::typed(tx, id)
}
