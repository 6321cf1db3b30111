//! Giving a time back: a hold at any moment, a booking until its deadline.

use base::{Cx, Id, Outcome, Tx};

use super::{Booking, State, Step, Terms, claim, rows, rules};
use crate::mandates;

/// A wish to cancel.
#[derive(Clone, Debug)]
pub struct Cancel {
    /// Whose booking.
    pub account: Id,
    /// The booking.
    pub booking: Id,
    /// Why, if the person says so.
    pub reason: String,
}

/// Cancels a booking; its time is free with the commit.
///
/// # Errors
/// `E-STA-01` for a stranger's, `E-STA-02` when there is nothing to cancel, `E-CHG-01` after the
/// deadline; of one for somebody else `E-MND-01` … `E-MND-05` when the mandate does not allow it now.
pub fn cancel(tx: &mut Tx<'_>, cx: &Cx, terms: &Terms, command: &Cancel) -> Outcome<Booking> {
    let mut booking = rows::owned(tx, &command.account, &command.booking)?;
    rules::may_cancel(&booking, terms, cx.now)?;
    if let Some(behalf) = &booking.behalf {
        let mandates = mandates::behind(tx, [behalf])?;
        mandates::rules::may_cancel(mandates.get(&behalf.mandate), cx.now)?;
    }
    claim::free(tx, cx, &booking, "cancelled")?;
    booking.pass(tx, cx, Step::CancelByApplicant, command.reason.trim(), |x| x.expires = None)?;
    Ok(booking)
}

/// Gives a held time back, or throws a draft away. Doing it twice does no harm.
///
/// # Errors
/// `E-STA-01` for a stranger's, `E-STA-02` when it is a booking already.
pub fn release(tx: &mut Tx<'_>, cx: &Cx, account: &Id, id: &str) -> Outcome<()> {
    let mut booking = rows::owned(tx, account, id)?;
    match booking.state {
        State::Expired => Ok(()),
        State::Held | State::Draft => {
            claim::free(tx, cx, &booking, "released")?;
            booking.pass(tx, cx, Step::Expire, "given back by the applicant", |_| {})
        }
        state => Err(rules::wrong_state(state).into()),
    }
}
