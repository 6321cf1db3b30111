//! What was said to whom: for people, for support, for the demo's page of messages.

use base::{Id, Instant, Outcome, Tx, args};

/// Whose messages to show.
#[derive(Clone, Copy, Debug)]
pub enum Filter<'a> {
    /// Of one account.
    Account(&'a Id),
    /// About one booking.
    Booking(&'a Id),
    /// Of everybody: the demo and the engineer.
    All,
}

/// A message as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: Id,
    /// `email` or `sms`.
    pub channel: String,
    /// The contact.
    pub recipient: String,
    /// Subject line; empty for SMS.
    pub subject: String,
    /// The text; codes and links of sign-ins are masked once they are really sent.
    pub body: String,
    /// `sent`, `failed` or `recorded`.
    pub state: String,
    /// Why it failed.
    pub note: String,
    /// When.
    pub at: Instant,
    /// The booking it is about.
    pub booking: Option<Id>,
}

/// The newest messages first.
///
/// # Errors
/// A fault of the engine.
pub fn messages(tx: &mut Tx<'_>, filter: Filter<'_>, limit: i64) -> Outcome<Vec<Message>> {
    let (account, booking) = match filter {
        Filter::Account(id) => (Some(id.as_str()), None),
        Filter::Booking(id) => (None, Some(id.as_str())),
        Filter::All => (None, None),
    };
    Ok(tx.all(
        "SELECT id, channel, recipient, subject, body, state, note, created_at, booking_id
         FROM message
         WHERE (CAST($1 AS TEXT) IS NULL OR account_id = $1)
           AND (CAST($2 AS TEXT) IS NULL OR booking_id = $2)
         ORDER BY created_at DESC, id DESC LIMIT $3",
        args![account, booking, limit],
        |r| {
            Ok(Message {
                id: r.get(0)?,
                channel: r.get(1)?,
                recipient: r.get(2)?,
                subject: r.get(3)?,
                body: r.get(4)?,
                state: r.get(5)?,
                note: r.get(6)?,
                at: r.get(7)?,
                booking: r.get(8)?,
            })
        },
    )?)
}
