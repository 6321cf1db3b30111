//! Changing what a booking says about its applicant, without touching the time.

use base::{Cx, Id, Outcome, Tx};
use serde_json::Value;

use super::{Booking, Step, rows};

/// New contacts for the messages about a booking. They are checked by the caller.
#[derive(Clone, Debug)]
pub struct Contacts {
    /// Whose booking.
    pub account: Id,
    /// The booking.
    pub booking: Id,
    /// Telephone, E.164.
    pub phone: String,
    /// E-mail; may be empty.
    pub email: String,
}

/// Sets other contacts. The ticket stays as it is.
///
/// # Errors
/// `E-STA-01` for a stranger's, `E-STA-02` when the booking does not stand.
pub fn change_contacts(tx: &mut Tx<'_>, cx: &Cx, command: &Contacts) -> Outcome<Booking> {
    let mut booking = rows::owned(tx, &command.account, &command.booking)?;
    booking.pass(tx, cx, Step::Change, "", |x| {
        if let Value::Object(form) = &mut x.form {
            form.insert("phone".into(), command.phone.clone().into());
            form.insert("email".into(), command.email.clone().into());
        }
    })?;
    Ok(booking)
}
