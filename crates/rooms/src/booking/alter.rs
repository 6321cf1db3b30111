//! Changing what a booking says about its applicant, without touching the time.

use base::{Cx, Id, Outcome, Tx};
use serde_json::Value;

use super::{Booking, Step, rows};
use crate::accounts::{Email, Phone};
use crate::mandates;

/// New contacts for the messages about a booking.
#[derive(Clone, Debug)]
pub struct Contacts {
    /// Whose booking.
    pub account: Id,
    /// The booking.
    pub booking: Id,
    /// Telephone.
    pub phone: Phone,
    /// E-mail, if there is one.
    pub email: Option<Email>,
}

/// Sets other contacts. The ticket stays as it is.
///
/// # Errors
/// `E-STA-01` for a stranger's, `E-STA-02` when the booking does not stand; of one for somebody else
/// `E-MND-01` … `E-MND-05` when the mandate does not allow it now.
pub fn change_contacts(tx: &mut Tx<'_>, cx: &Cx, command: &Contacts) -> Outcome<Booking> {
    let mut booking = rows::owned(tx, &command.account, &command.booking)?;
    if let Some(behalf) = &booking.behalf {
        let mandates = mandates::behind(tx, [behalf])?;
        mandates::rules::may_contact(mandates.get(&behalf.mandate), cx.now)?;
    }
    let email = command.email.as_ref().map_or("", Email::reveal);
    booking.pass(tx, cx, Step::Change, "", |x| {
        if let Value::Object(form) = x.form.reveal_mut() {
            form.insert("phone".into(), command.phone.reveal().into());
            form.insert("email".into(), email.into());
        }
    })?;
    Ok(booking)
}
