//! Confirming: the held time becomes a booking with a number and a code.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use base::db::Keyed;
use base::db::Sort::Text;
use base::{Cx, Error, FieldFault, Id, Instant, Kind, Outcome, Refusal, Tx, args};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::claim::{self, Wish};
use super::hold::still_held;
use super::{Booking, Confirmation, Offer, State, Step, Terms, rows, rules, served};
use crate::accounts::Level;
use crate::admission;
use crate::mandates::{self, Behalf, Mandate, OnBehalf};

/// The filled form, checked by `form`.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// Who confirms.
    pub account: Id,
    /// The level of that account, as it is now.
    pub level: Level,
    /// The hold.
    pub booking: Id,
    /// Code of the purpose.
    pub purpose: String,
    /// All that was typed.
    pub form: Value,
    /// For whom, when not for the account's owner.
    pub on_behalf: Option<OnBehalf>,
}

/// What the person gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// Id of the booking.
    pub id: Id,
    /// Number for people and letters.
    pub number: String,
    /// Code for the desk.
    pub code: String,
    /// `confirmed`, or `pending` when the office decides.
    pub status: State,
}

/// Whether the held time is long enough for a purpose, or could be made so: asked when the form is sent,
/// so that nobody learns it with the last click.
///
/// # Errors
/// `E-SLOT-10` at the field `purpose` when it is not; `E-STA-01` for a stranger's hold.
pub fn fits_purpose(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (account, id): (&Id, &str),
    offer: &Offer,
    purpose: &str,
) -> Outcome<Option<FieldFault>> {
    let booking = rows::owned(tx, account, id)?;
    let (Some(starts), Some(ends)) = (booking.starts, booking.ends) else { return Ok(None) };
    let minutes = offer.duration(purpose);
    if starts.plus(i64::from(minutes) * Instant::MINUTE) <= ends {
        return Ok(None);
    }
    let offer = own_start(offer);
    let wish = Wish { offer: &offer, purpose, start: starts.minutes(), expires: Instant::NEVER };
    let room = claim::has_room(tx, cx, &booking.id, &wish)?;
    Ok((!room).then(|| FieldFault::new("purpose", "E-SLOT-10").arg("minutes", minutes)))
}

/// The offer to who owns the start already: only the longer time is asked for.
fn own_start(offer: &Offer) -> Offer {
    let terms = Arc::new(Terms { lead: 0, ..(*offer.terms).clone() });
    Offer { terms, ..offer.clone() }
}

/// Confirms a hold.
///
/// # Errors
/// `E-STA-01` for a stranger's hold; `E-HOLD-02` when it has run out; `E-AUTH-12` when the level is
/// too low; `E-SLOT-04` when the person already has such a booking; `E-SLOT-10` when the purpose
/// needs more time than is free; those of an address that the service asks for (`E-ADR-02` …
/// `E-ADR-04`) and of the age that it is for (`E-AGE-01`); for somebody else `E-REG-03`, `E-MND-01` …
/// `E-MND-07`, and `E-MND-21` at answers that contradict the mandate.
pub fn confirm(tx: &mut Tx<'_>, cx: &Cx, offer: &Offer, command: &Confirm) -> Outcome<Confirmed> {
    let mut booking = rows::owned(tx, &command.account, &command.booking)?;
    still_held(&booking, cx.now)?;
    rules::may_book(command.level, &offer.terms)?;
    let behalf = behalf(tx, cx, offer, command)?;
    let (Some(starts), Some(ends)) = (booking.starts, booking.ends) else {
        return Err(rules::wrong_state(booking.state).into());
    };
    let form = served::may_confirm(tx, offer, command, (behalf.as_ref(), starts))?;
    let minutes = i64::from(offer.duration(&command.purpose));
    if starts.plus(minutes * Instant::MINUTE) > ends {
        let offer = own_start(offer);
        let (start, purpose) = (starts.minutes(), command.purpose.as_str());
        let wish = Wish { offer: &offer, purpose, start, expires: Instant::NEVER };
        let span = claim::claim(tx, cx, &booking.id, &wish).map_err(|error| match error {
            Error::Refusal(x) if ["E-SLOT-01", "E-SLOT-05"].contains(&x.code) => {
                Refusal::new(Kind::Conflict, "E-SLOT-10").arg("minutes", minutes).into()
            }
            error => error,
        })?;
        booking.ends = Some(Instant::from_minutes(span.end));
        booking.lane = Some(span.lane);
    } else {
        claim::prolong(tx, &booking.id, Instant::NEVER)?;
    }
    admission::bound(tx, [(cx, offer, &command.account, starts)])?;
    let numbers = numbers(tx, &[(cx, offer)])?;
    let number = numbers.into_iter().next().unwrap_or_default();
    let code = code(cx);
    booking.pass(tx, cx, step(offer), "", |x| {
        x.bind(command, &number, &code);
        x.form = form.into();
        x.behalf = behalf;
    })?;
    Ok(Confirmed { id: booking.id, number, code, status: booking.state })
}

/// For whom the visit is, when the mandate allows it at this very moment.
fn behalf(tx: &mut Tx<'_>, cx: &Cx, offer: &Offer, command: &Confirm) -> Outcome<Option<Behalf>> {
    let Some(wish) = &command.on_behalf else { return Ok(None) };
    let known = mandates::take(tx, &[(&command.account, &wish.mandate)])?;
    Ok(behalf_by(&known, cx, offer, command)?)
}

/// [`behalf`] with the mandates at hand.
pub(super) fn behalf_by(
    known: &HashMap<Id, Mandate>,
    cx: &Cx,
    offer: &Offer,
    command: &Confirm,
) -> Result<Option<Behalf>, Refusal> {
    let Some(wish) = &command.on_behalf else { return Ok(None) };
    let mandate = known.get(&wish.mandate).filter(|x| x.account == command.account);
    let mandate = mandate.ok_or_else(|| Refusal::new(Kind::NotFound, "E-REG-03"))?;
    wish.by(mandate, (&offer.act(cx.now), &command.form)).map(Some)
}

/// How a hold of this offer becomes binding.
pub(super) fn step(offer: &Offer) -> Step {
    match offer.terms.confirmation {
        Confirmation::Automatic => Step::Confirm,
        Confirmation::Manual => Step::Request,
    }
}

impl Booking {
    /// What confirming brings.
    pub(super) fn bind(&mut self, command: &Confirm, number: &str, code: &str) {
        self.purpose.clone_from(&command.purpose);
        self.form = command.form.clone().into();
        self.number = Some(number.to_owned());
        self.code = Some(code.to_owned());
        self.expires = None;
    }
}

/// A fresh code for the desk: 64 random bits in a form that can be read aloud.
pub(super) fn code(cx: &Cx) -> String {
    paper::code::BookingCode::from_random(cx.chance.u64()).compact()
}

static NUMBERS: Keyed = Keyed::by(&[Text], "SELECT number FROM booking WHERE number = $1");

/// Numbers nobody has, one for each act.
pub(super) fn numbers(tx: &mut Tx<'_>, acts: &[(&Cx, &Offer)]) -> Outcome<Vec<String>> {
    let mut numbers = vec![None; acts.len()];
    for _ in 0..8 {
        for (number, (cx, offer)) in numbers.iter_mut().zip(acts) {
            *number = number.take().or_else(|| draw(cx, offer));
        }
        let keys: Vec<_> = numbers.iter().flatten().map(|x: &String| args![x].to_vec()).collect();
        let known = tx.of_keys(&NUMBERS, &keys, |r| r.get::<String>(0))?;
        let mut known: HashSet<String> = known.into_iter().collect();
        for number in &mut numbers {
            *number = number.take().filter(|x| known.insert(x.clone()));
        }
        if numbers.iter().all(Option::is_some) {
            return Ok(numbers.into_iter().flatten().collect());
        }
    }
    Err(Refusal::new(Kind::Overloaded, "E-SYS-02").retry(1).into())
}

/// The year and eight random digits with a check digit, so that numbers tell nothing about how many
/// there are.
fn draw(cx: &Cx, offer: &Offer) -> Option<String> {
    let year = cx.now.in_zone(&offer.zone).year();
    let running = cx.chance.below(10_000_000);
    paper::number::serial(year.unsigned_abs(), running).map(paper::number::number)
}
