//! What a service asks of a person beside the level, as it is in the transaction that books: an address of
//! registration, the age of whoever is served. Nearly every service asks neither, and nothing is read.

use base::{FieldFault, Id, Instant, Kind as Refused, Outcome, Refusal, Tx};
use jiff::civil::Date;
use serde_json::Value;

use super::form::{ADDRESS, BORN, PARTICIPANT};
use super::{Booking, Confirm, Hold, Offer, rules};
use crate::identity::{self, Kind, Profile};
use crate::mandates::Behalf;

/// Whether the person may hold a time. Of a service to which somebody else may come the age is asked at
/// the confirmation: only the form says for whom the visit is.
///
/// # Errors
/// `E-ADR-02` without an address of registration, `E-ADR-03` when it is to be proved first; `E-AGE-01` at
/// the field `start`.
pub(super) fn may_hold(tx: &mut Tx<'_>, offer: &Offer, wish: &Hold) -> Outcome<()> {
    if !offer.terms.asks_profile() {
        return Ok(());
    }
    let profile = known(tx, &wish.account)?;
    identity::rules::serves(offer.terms.address, profile.standing(Kind::Registration))?;
    match profile.born().filter(|_| offer.terms.oneself_only()) {
        Some(born) => Ok(of_age(offer, Some(born.date()), (wish.start, "start"))?),
        // It is asked once, in the form.
        None => Ok(()),
    }
}

/// Whether the person may confirm a visit that begins at `starts`, perhaps for somebody else. Gives the
/// form as it is kept: with the address of this moment.
///
/// # Errors
/// Those of an address as [`may_hold`], and `E-ADR-04` at the field `address` when the form shows another
/// than the profile has by now; `E-AGE-01` at `participant` or `born`, where a birth date that nobody knows
/// is `E-FORM-01`.
pub(super) fn may_confirm(
    tx: &mut Tx<'_>,
    offer: &Offer,
    command: &Confirm,
    (behalf, starts): (Option<&Behalf>, Instant),
) -> Outcome<Value> {
    let mut form = command.form.clone();
    if !offer.terms.asks_profile() {
        return Ok(form);
    }
    let profile = known(tx, &command.account)?;
    identity::rules::serves(offer.terms.address, profile.standing(Kind::Registration))?;
    if offer.terms.address.is_some() {
        form[ADDRESS] = home(&profile, &form)?.into();
    }
    whose_age(offer, &profile, &form, (behalf, (starts, None)))?;
    Ok(form)
}

/// Whether whoever a booking is for is of the right age at another time, too.
///
/// # Errors
/// `E-AGE-01` at the field `start`.
pub(super) fn may_move(
    tx: &mut Tx<'_>,
    offer: &Offer,
    booking: &Booking,
    start: Instant,
) -> Outcome<()> {
    if offer.terms.ages.is_none() {
        return Ok(());
    }
    let profile = known(tx, &booking.account)?;
    let whose = (booking.behalf.as_ref(), (start, Some("start")));
    match whose_age(offer, &profile, booking.form.reveal(), whose) {
        // Booked before the service was for certain ages.
        Err(refusal) if refusal.code == "E-FORM-00" => Ok(()),
        asked => Ok(asked?),
    }
}

/// The address of this moment, when the form shows no other one.
fn home(profile: &Profile, form: &Value) -> Result<String, Refusal> {
    let present = profile.home();
    match form[ADDRESS].as_str() {
        Some(shown) if shown != present => Err(at(FieldFault::new(ADDRESS, "E-ADR-04"))),
        _ => Ok(present),
    }
}

/// Whether whoever is served is of the right age: the person, whose profile knows better than a form, or
/// whoever they act for. An organisation has no age.
fn whose_age(
    offer: &Offer,
    profile: &Profile,
    form: &Value,
    (behalf, (starts, field)): (Option<&Behalf>, (Instant, Option<&'static str>)),
) -> Result<(), Refusal> {
    let (born, at) = match behalf {
        Some(behalf) => match behalf.said().and_then(|x| x.details.who()) {
            Some(who) => (Some(who.born), PARTICIPANT),
            None => return Ok(()),
        },
        None => {
            let typed = form[BORN].as_str().and_then(|x| x.parse::<Date>().ok());
            rules::own_birth(profile.born().map(|x| x.date()), typed)
        }
    };
    of_age(offer, born, (starts, field.unwrap_or(at)))
}

fn of_age(
    offer: &Offer,
    born: Option<Date>,
    (starts, field): (Instant, &'static str),
) -> Result<(), Refusal> {
    let day = starts.in_zone(&offer.zone).date();
    rules::of_age(offer.terms.ages.as_ref(), born, (day, field)).map_err(at)
}

/// A refusal that names the field, under the code of its fault when that says all.
fn at(fault: FieldFault) -> Refusal {
    let own = fault.code != "E-FORM-01";
    let (code, args) = (fault.code, fault.args.clone());
    let refusal = Refusal::invalid(vec![fault]);
    if own { Refusal { code, args, ..refusal } } else { refusal }
}

fn known(tx: &mut Tx<'_>, account: &Id) -> Outcome<Profile> {
    let missing = || Refusal::new(Refused::NotFound, "E-ACC-02");
    Ok(identity::profile(tx, account)?.ok_or_else(missing)?)
}
