//! The room «notify»: what people are told, by e-mail and SMS.
//!
//! Other rooms put letters into the outbox, in the transaction of their cause. A [`Mailer`] takes
//! them, puts them into words *at the time of sending*, in the person's language, sends them outside
//! any transaction, and notes what was said to whom in `message`, the table of this room.
//!
//! Invariants:
//! * Nobody is told what is not true any more: a letter that a later transition of its subject has
//!   overtaken is dropped, and letters of one subject are never on their way at the same time.
//! * A message is sent at least once, and again only when the program died between sending and
//!   noting; a channel that was served is not served again when the other one is retried.
//! * A code or a link of a sign-in stands in the outbox only until it is sent.
//! * What was said to somebody is sealed with their key; what was said to somebody without an account
//!   with the portal's own, for a few days.
//!
//! Deliberately not here: who wants which message, reminders, push: they are further events.

mod export;
mod letter;
mod mailer;
pub(crate) mod queue;
pub mod read;
mod render;
mod sms;
#[cfg(test)]
mod tests;

use std::fmt;

pub(crate) use export::export;
use jiff::Timestamp;
pub use mailer::Mailer;
pub use queue::{forget, sweep};
pub use sms::{fit, segments};

use crate::booking::Booking;
use crate::mandates::Mandate;
use crate::text::Text;

/// What a message says about a booking beside its time and its codes: it comes from the node's
/// memory of services and offices.
pub trait Facts: Send + Sync {
    /// A JSON object with any of `who` (for whom it is), `service`, `organization`, `site`, `address`, `specialist`
    /// (texts, or `{"ru": …, "en": …}`), `room`, `zone`, `link`, `change_until` and `cancel_until` (microseconds;
    /// nothing when it may not be moved or cancelled), `bring` (list of texts), `ics` (the calendar file). Keys that
    /// the letter has stay as they are.
    /// For a booking for somebody else, `mandate` is the one it was made by.
    fn of(&self, booking: &Booking, mandate: Option<&Mandate>) -> serde_json::Value;
}

/// What the messages say about the portal itself.
#[derive(Clone, Debug)]
pub struct Portal {
    /// Its name as people see it.
    pub name: Text,
    /// `https://…` without a slash at the end: the beginning of every link.
    pub url: String,
    /// Telephone of the reference centre.
    pub support_phone: String,
}

/// An e-mail to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Reference for the Message-Id: the same for every try of one message.
    pub id: String,
    /// The address.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// When it was written.
    pub date: Timestamp,
    /// An iCalendar file to attach.
    pub calendar: Option<Vec<u8>>,
}

/// An SMS to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sms {
    /// Reference for the gateway, so that it can recognise a second try.
    pub id: String,
    /// E.164.
    pub to: String,
    /// The text: at most two segments.
    pub text: String,
}

/// A call to make: a voice says the text, twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Reference for the gateway, so that it can recognise a second try.
    pub id: String,
    /// E.164.
    pub to: String,
    /// What is said; digits stand apart.
    pub text: String,
    /// Code of the language in which it is said.
    pub lang: &'static str,
}

/// What became of a message that a [`Post`] took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It is on its way.
    Sent,
    /// It was written down instead, as in the demo.
    Recorded,
}

/// Why a [`Post`] did not take a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostFault {
    /// Another try may succeed.
    pub temporary: bool,
    /// What the other side said.
    pub text: String,
}

impl fmt::Display for PostFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for PostFault {}

/// The way to people. It may take its time (with a limit of its own, well below the lease of a
/// minute): it is called outside any transaction.
pub trait Post: Send + Sync {
    /// Sends an e-mail.
    ///
    /// # Errors
    /// What the other side said, and whether another try makes sense.
    fn mail(&self, mail: &Mail) -> Result<Posted, PostFault>;

    /// Sends an SMS.
    ///
    /// # Errors
    /// As [`Post::mail`].
    fn sms(&self, sms: &Sms) -> Result<Posted, PostFault>;

    /// Calls and says a text. A way without a voice refuses for good.
    ///
    /// # Errors
    /// As [`Post::mail`].
    fn call(&self, _: &Call) -> Result<Posted, PostFault> {
        Err(PostFault { temporary: false, text: "this way makes no calls".into() })
    }
}
