//! What may be done with a booking, and until when. Pure: no clock, no chance, no I/O.

use base::{FieldFault, Instant, Kind, Refusal};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::form::{BORN, PARTICIPANT};
use super::{Booking, State, Terms};
use crate::accounts::Level;
use crate::catalogue::Ages;

/// Whether an account of this level may book on these terms; asked at the hold and once more at the
/// confirmation.
///
/// # Errors
/// `E-AUTH-12` when the level is too low.
pub fn may_book(level: Level, terms: &Terms) -> Result<(), Refusal> {
    match level < terms.level {
        true => Err(Refusal::new(Kind::Forbidden, "E-AUTH-12").arg("level", terms.level.as_str())),
        false => Ok(()),
    }
}

/// Whether somebody born then is of the age that a service is for, on the day of the visit. Nothing is
/// known of nobody: that is asked at the field [`BORN`].
///
/// # Errors
/// `E-AGE-01` at `field` for another age, `E-FORM-01` at [`BORN`] when the birth date is not known.
pub fn of_age(
    ages: Option<&Ages>,
    born: Option<Date>,
    (day, field): (Date, &'static str),
) -> Result<(), FieldFault> {
    let Some(ages) = ages else { return Ok(()) };
    match born {
        None => Err(FieldFault::new(BORN, "E-FORM-01")),
        Some(born) if ages.admit(born, day) => Ok(()),
        Some(_) => {
            Err(FieldFault { args: ages.words_on(day), ..FieldFault::new(field, "E-AGE-01") })
        }
    }
}

/// The birth date that counts for whoever comes for themselves, and the field at which it is wrong: what
/// the profile knows comes before what was typed.
pub fn own_birth(known: Option<Date>, typed: Option<Date>) -> (Option<Date>, &'static str) {
    match known {
        Some(_) => (known, PARTICIPANT),
        None => (typed, BORN),
    }
}

/// Until when the time can be changed: clock hours before the visit.
pub fn change_until(starts: Instant, terms: &Terms) -> Instant {
    starts.plus(-i64::from(terms.change_cutoff_hours) * Instant::HOUR)
}

/// Until when the visit can be cancelled.
pub fn cancel_until(starts: Instant, terms: &Terms) -> Instant {
    starts.plus(-i64::from(terms.cancel_cutoff_hours) * Instant::HOUR)
}

/// How many changes are left.
pub fn moves_left(booking: &Booking, terms: &Terms) -> u32 {
    terms.max_moves.saturating_sub(booking.moves)
}

/// Whether the time may be changed now.
///
/// # Errors
/// `E-STA-02` in a state that has no time to change, `E-CHG-01` after the deadline, `E-CHG-02` when
/// no change is left.
pub fn may_move(booking: &Booking, terms: &Terms, now: Instant) -> Result<(), Refusal> {
    if !matches!(booking.state, State::Confirmed | State::Pending) {
        return Err(wrong_state(booking.state));
    }
    if booking.starts.is_none_or(|at| now > change_until(at, terms)) {
        let hours = terms.change_cutoff_hours;
        return Err(Refusal::new(Kind::Conflict, "E-CHG-01").arg("hours", hours));
    }
    if moves_left(booking, terms) == 0 {
        return Err(Refusal::new(Kind::Conflict, "E-CHG-02").arg("max", terms.max_moves));
    }
    Ok(())
}

/// Whether the person may cancel now.
///
/// # Errors
/// `E-STA-02` when there is nothing to cancel, `E-CHG-01` after the deadline.
pub fn may_cancel(booking: &Booking, terms: &Terms, now: Instant) -> Result<(), Refusal> {
    match booking.state {
        State::Confirmed | State::Pending | State::Proposed => {}
        state => return Err(wrong_state(state)),
    }
    if booking.starts.is_none_or(|at| now > cancel_until(at, terms)) {
        let hours = terms.cancel_cutoff_hours;
        return Err(Refusal::new(Kind::Conflict, "E-CHG-01").arg("hours", hours));
    }
    Ok(())
}

/// The state does not allow it.
pub fn wrong_state(state: State) -> Refusal {
    Refusal::new(Kind::Conflict, "E-STA-02").arg("state", state.as_str())
}

/// Until when a hold stands that would end at `ends` and is given its minutes once more: they come after
/// what is left, and no hold has more than twice its minutes before it.
pub fn extended(ends: Instant, minutes: u32, now: Instant) -> Instant {
    let more = i64::from(minutes) * Instant::MINUTE;
    ends.max(now).plus(more).min(now.plus(2 * more)).max(ends)
}

/// Appointments a day under a daily limit: its places are lanes, of which there are 255 at most.
pub fn most_a_day(per_day: u16) -> u8 {
    u8::try_from(per_day).unwrap_or(u8::MAX)
}

/// Why a moment is no bookable time in `zone`, as a refusal of the field `start`.
pub fn not_a_time(why: slots::Refused, zone: &TimeZone) -> Refusal {
    use slots::Refused::{
        BeyondHorizon, Channel, Closed, NoLane, NotReleased, OffGrid, Past, TooSoon,
    };
    let code = match why {
        OffGrid | Closed => "E-SLOT-05",
        Past | TooSoon => "E-SLOT-06",
        BeyondHorizon => "E-SLOT-07",
        NotReleased { .. } => "E-SLOT-08",
        Channel | NoLane => "E-SLOT-09",
    };
    let refusal = Refusal { code, ..Refusal::invalid(vec![base::FieldFault::new("start", code)]) };
    match why {
        NotReleased { opens } => refusal.help(serde_json::json!({
            "opens_at": Instant::from_minutes(opens).rfc3339(zone),
        })),
        _ => refusal,
    }
}
