//! Drafts: what is typed is kept at every step, and an old booking can be begun anew.

use base::{Cx, Id, Instant, Outcome, Tx, args};
use serde_json::Value;

use super::store::{New, store};
use super::{Booking, State, rows, rules};

/// How long an untouched draft is kept.
const DRAFT_DAYS: i64 = 30;

/// Keeps what was typed so far. No transition: nothing is decided by typing.
///
/// # Errors
/// `E-STA-01` for a stranger's, `E-STA-02` when the form is closed. An expired hold still takes what
/// was typed, so that nothing is lost.
pub fn save_form(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    id: &str,
    purpose: Option<&str>,
    form: &Value,
) -> Outcome<Booking> {
    let mut booking = rows::owned(tx, account, id)?;
    if !matches!(booking.state, State::Draft | State::Held | State::Expired) {
        return Err(rules::wrong_state(booking.state).into());
    }
    if let Some(purpose) = purpose {
        booking.purpose = purpose.to_owned();
    }
    booking.form = form.clone().into();
    booking.changed = cx.now;
    let sealed = booking.sealed_form(tx)?;
    tx.exec(
        "UPDATE booking SET form_sealed = $2, purpose = $3, changed_at = $4 WHERE id = $1",
        args![&booking.id, sealed.as_ref(), &booking.purpose, cx.now],
    )?;
    Ok(booking)
}

/// A wish to begin an old booking anew.
#[derive(Clone, Debug)]
pub struct Repeat {
    /// Whose booking.
    pub account: Id,
    /// The old booking.
    pub booking: Id,
}

/// Makes a new draft with the service, purpose and form of an old booking.
///
/// # Errors
/// `E-STA-01` for a stranger's.
pub fn repeat(tx: &mut Tx<'_>, cx: &Cx, command: &Repeat) -> Outcome<Booking> {
    let old = rows::owned(tx, &command.account, &command.booking)?;
    let mut fresh = Booking::new(cx, &command.account, &old.service);
    fresh.purpose = old.purpose;
    fresh.form = old.form;
    fresh.expires = Some(cx.now.plus(DRAFT_DAYS * Instant::DAY));
    let new = New::draft(cx, fresh);
    store(tx, &[&new])?;
    Ok(new.booking)
}
