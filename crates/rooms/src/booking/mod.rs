//! A citizen's booking, from the held time to the end of the visit.
//!
//! A hold is a booking that is not confirmed yet: one row, one history, one id.
//!
//! Tables: `booking`, `claim`, `claim_cell`, `active_booking`, `booking_event`.
//!
//! Invariants, whatever the code does:
//! - a cell of a resource's lane has one owner (`claim_cell`'s primary key), so no time is ever
//!   promised twice;
//! - a booking owns at most one live time (`claim_live`);
//! - an account has one active booking for a service, a purpose and whoever it is for
//!   (`active_booking`);
//! - every change of state passes [`rows::Booking`]'s `advance`; `store` alone writes bookings: row,
//!   history and outbox together.
//!
//! What people typed, the form and their reasons, is sealed with the person's key.
//!
//! An expired hold owns nothing: the next claim removes it in its own transaction. The sweep only
//! tidies.
//!
//! Calls: `schedule` for timetables, `access` for how far the staff may see, `mandates` for those who act
//! for others. Not here: who the person is (`accounts`), what the service
//! asks for (`catalogue`), what is written to people (`notify`).

mod alter;
mod cancel;
mod claim;
mod confirm;
mod confirms;
mod draft;
mod export;
mod forget;
pub mod form;
mod hold;
pub(crate) mod limits;
mod line;
mod news;
mod offer;
mod read;
mod reschedule;
pub mod rows;
pub mod rules;
mod served;
mod state;
mod store;
mod sweep;
mod verify;
mod visits;

pub use alter::{Contacts, change_contacts};
pub use cancel::{Cancel, cancel, release};
pub use confirm::{Confirm, Confirmed, confirm, fits_purpose};
pub use confirms::{Confirming, Confirms, confirms};
pub use draft::{Repeat, repeat, save_form};
pub(crate) use export::export;
pub use export::{FormConsent, consents, withdraw};
pub(crate) use forget::{cancel_all, cancel_late, forget};
pub use hold::{Held, Hold, extend, hold, still_held};
pub use limits::Limits;
pub use line::{Ask, Line, line};
pub(crate) use line::{people, serve};
pub use news::{ClaimChange, FREE_TIME, LiveClaim, live_claims, live_claims_of, undecided};
pub(crate) use news::{day_number, number_of};
pub use offer::{Confirmation, Offer, PurposeTerms, Terms};
pub use read::{EventRow, Filter, by_code, event_rows, list, of_account};
pub use reschedule::{Moved, Reschedule, reschedule};
pub(crate) use rows::form_of;
pub use rows::{Booking, many};
pub use state::{State, Step, TRANSITIONS, is_told};
pub(crate) use store::{entry_of, reason_of};
pub use sweep::sweep;
pub use verify::{Breach, verify};
pub use visits::{of_caller, owner_of, visit, visits};

#[cfg(test)]
mod confirms_tests;
#[cfg(test)]
mod line_tests;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod served_tests;
#[cfg(test)]
mod tests;
