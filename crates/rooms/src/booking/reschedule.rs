//! Moving a booking: claim the new time, free the old one, count the move, in one transaction.

use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx};
use serde::{Deserialize, Serialize};

use super::claim::{self, Wish};
use super::{Offer, State, Step, confirm, rows, rules, served};
use crate::admission;
use crate::mandates;

/// A wish for another time.
#[derive(Clone, Debug)]
pub struct Reschedule {
    /// Whose booking.
    pub account: Id,
    /// The booking.
    pub booking: Id,
    /// The new start.
    pub start: Instant,
    /// Why; some services ask for it.
    pub reason: String,
}

/// The moved booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Its id.
    pub id: Id,
    /// The new code: the old one is dead.
    pub code: String,
    /// Moves made so far.
    pub moves: u32,
    /// State, which a move does not change.
    pub status: State,
}

/// Moves a booking to the new start at `offer.resource`, which serves the same service.
///
/// # Errors
/// `E-CHG-01` after the deadline, `E-CHG-02` when no move is left, `E-CHG-03` without the reason
/// that the service asks for, `E-CHG-06` for another service or the same time; those of
/// [`super::hold`] for the new time, also `E-WAIT-01`, and `E-AGE-01` when whoever is served is of another
/// age by then; of one for somebody else `E-MND-01` … `E-MND-07`, asked for the new place. Whatever is refused,
/// the old time stays.
pub fn reschedule(tx: &mut Tx<'_>, cx: &Cx, offer: &Offer, command: &Reschedule) -> Outcome<Moved> {
    let mut booking = rows::owned(tx, &command.account, &command.booking)?;
    rules::may_move(&booking, &offer.terms, cx.now)?;
    if let Some(behalf) = &booking.behalf {
        let mandates = mandates::behind(tx, [behalf])?;
        mandates::rules::may_move(mandates.get(&behalf.mandate), &offer.act(cx.now))?;
    }
    let same =
        booking.resource.as_ref() == Some(&offer.resource) && booking.starts == Some(command.start);
    if same || booking.service != offer.service {
        return Err(Refusal::new(Kind::Conflict, "E-CHG-06").into());
    }
    if offer.terms.justification && command.reason.trim().is_empty() {
        let fault = base::FieldFault::new("reason", "E-CHG-03");
        return Err(Refusal { code: "E-CHG-03", ..Refusal::invalid(vec![fault]) }.into());
    }
    if command.start.0 % Instant::MINUTE != 0 {
        return Err(rules::not_a_time(slots::Refused::OffGrid, &offer.zone).into());
    }
    served::may_move(tx, offer, &booking, command.start)?;
    let pass = admission::ask(tx, cx, offer, &command.account, command.start)?;
    if pass.is_again() {
        // The turn was one for the time that is held: this one is taken instead.
        super::hold::give_back_all(tx, cx, (&command.account, &offer.service))?;
    }
    let wish = Wish {
        offer,
        purpose: &booking.purpose,
        start: command.start.minutes(),
        expires: Instant::NEVER,
    };
    let span = claim::claim(tx, cx, &booking.id, &wish)?;
    let code = confirm::code(cx);
    booking.pass(tx, cx, Step::Move, command.reason.trim(), |x| {
        x.resource = Some(offer.resource.clone());
        x.starts = Some(Instant::from_minutes(span.start));
        x.ends = Some(Instant::from_minutes(span.end));
        x.lane = Some(span.lane);
        x.moves += 1;
        x.code = Some(code.clone());
    })?;
    pass.used_up(tx, cx)?;
    Ok(Moved { id: booking.id, code, moves: booking.moves, status: booking.state })
}
