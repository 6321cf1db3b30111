//! What was said to whom: for people, for support, for the demo's page of messages.

use base::db::Row;
use base::vault::{NOBODY, Vault};
use base::{Fault, Id, Instant, Outcome, Pii, Tx, args};

use super::queue::{self, Said};

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
    pub recipient: Pii<String>,
    /// Subject line; empty for SMS.
    pub subject: Pii<String>,
    /// The text; codes and links of sign-ins are masked once they are really sent.
    pub body: Pii<String>,
    /// `sent`, `failed` or `recorded`.
    pub state: String,
    /// Why it failed.
    pub note: Pii<String>,
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
    let vault = tx.vault();
    Ok(tx.all(
        "SELECT id, outbox_id, channel, state, created_at, booking_id, account_id, sealed,
                (SELECT wrapped FROM person_key WHERE person_id = COALESCE(account_id, ''))
         FROM message
         WHERE (CAST($1 AS TEXT) IS NULL OR account_id = $1)
           AND (CAST($2 AS TEXT) IS NULL OR booking_id = $2)
         ORDER BY created_at DESC, id DESC LIMIT $3",
        args![account, booking, limit],
        |r| row(vault, r),
    )?)
}

fn row(vault: &Vault, r: &Row<'_>) -> Result<Message, Fault> {
    let (letter, channel): (String, String) = (r.get(1)?, r.get(2)?);
    let person: Option<String> = r.get(6)?;
    let said = match (r.get::<Option<Vec<u8>>>(7)?, r.get::<Option<Vec<u8>>>(8)?) {
        (Some(sealed), Some(wrapped)) => vault
            .unwrap(person.as_deref().unwrap_or(NOBODY), &wrapped)?
            .open_json(queue::spot(&queue::row(&letter, &channel)), &sealed)?,
        _ => Said::default(),
    };
    Ok(Message {
        id: r.get(0)?,
        channel,
        recipient: said.to.into(),
        subject: said.subject.into(),
        body: said.body.into(),
        state: r.get(3)?,
        note: said.note.into(),
        at: r.get(4)?,
        booking: r.get(5)?,
    })
}

/// A text of the other side without what may be an address or a number of somebody: every word with
/// an `@` or more than six digits is covered.
pub(super) fn covered(text: &str) -> String {
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let cover = |word| if str::contains(word, '@') || digits(word) > 6 { "▒" } else { word };
    text.split_whitespace().map(cover).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_mail_server_says_is_kept_without_the_address() {
        let said =
            "550 5.1.1 <anna@example.org>: no such user, see +79123456789 or 8-912-345-67-89";
        assert_eq!(covered(said), "550 5.1.1 ▒ no such user, see ▒ or ▒");
    }
}
