//! The mailer's questions to the outbox, and its notes in `message`.

use base::outbox::Taken;
use base::{Id, Instant, Outcome, Tx, args};

use super::letter;

/// Whether a letter may be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// It may.
    Clear,
    /// Another worker has it: its lease was lost.
    Lost,
    /// An earlier letter of its subject is on its way.
    Busy,
    /// A later letter of its subject made it untrue.
    Overtaken,
}

/// Renews the lease of `letter` until `until` and says whether it may be sent. The number of
/// attempts is the fence: whoever took the letter later has a higher one.
pub(super) fn way(tx: &mut Tx<'_>, now: Instant, until: Instant, taken: &Taken) -> Outcome<Way> {
    let ours = tx.exec(
        "UPDATE outbox SET lease_until = $2
         WHERE id = $1 AND state = 'sending' AND attempts = $3",
        args![&taken.id, until, taken.attempts],
    )?;
    if ours == 0 {
        return Ok(Way::Lost);
    }
    let later = tx.all(
        "SELECT event FROM outbox WHERE subject = $1 AND seq > $2",
        args![&taken.subject, taken.seq],
        |r| r.get::<String>(0),
    )?;
    if later.iter().any(|later| letter::overtakes(later, &taken.event)) {
        return Ok(Way::Overtaken);
    }
    let earlier = tx.opt(
        "SELECT id FROM outbox
         WHERE subject = $1 AND seq < $2 AND state = 'sending' AND lease_until > $3",
        args![&taken.subject, taken.seq, now],
        |r| r.get::<Id>(0),
    )?;
    Ok(if earlier.is_some() { Way::Busy } else { Way::Clear })
}

/// When the letter was put into the outbox.
pub(super) fn created_at(tx: &mut Tx<'_>, id: &Id) -> Outcome<Instant> {
    Ok(tx.one("SELECT created_at FROM outbox WHERE id = $1", args![id], |r| r.get(0))?)
}

/// Takes what opens something out of a letter that was sent, or never will be.
pub(super) fn blank(tx: &mut Tx<'_>, id: &Id) -> Outcome<()> {
    let payload: String =
        tx.one("SELECT payload FROM outbox WHERE id = $1", args![id], |r| r.get(0))?;
    let mut payload: serde_json::Value = serde_json::from_str(&payload)?;
    for key in ["code", "path"] {
        if let Some(value) = payload.get_mut(key) {
            *value = serde_json::Value::Null;
        }
    }
    tx.exec("UPDATE outbox SET payload = $2 WHERE id = $1", args![id, &payload.to_string()])?;
    Ok(())
}

/// The channels of a letter that are served already.
pub(super) fn served(tx: &mut Tx<'_>, id: &Id) -> Outcome<Vec<String>> {
    Ok(tx.all(
        "SELECT channel FROM message WHERE outbox_id = $1 AND state IN ('sent', 'recorded')",
        args![id],
        |r| r.get(0),
    )?)
}

/// What to note about a message.
#[derive(Clone, Debug)]
pub(super) struct Note {
    pub id: Id,
    pub letter: Id,
    pub account: Option<String>,
    pub booking: Option<String>,
    pub channel: &'static str,
    pub to: String,
    pub subject: String,
    pub body: String,
    pub state: &'static str,
    pub note: String,
}

/// Notes what was said to whom; a later try of the same channel overwrites the failed one.
pub(super) fn note(tx: &mut Tx<'_>, now: Instant, said: &Note) -> Outcome<()> {
    tx.exec(
        "INSERT INTO message (id, outbox_id, account_id, booking_id, channel, recipient, subject,
                              body, state, note, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (outbox_id, channel) DO UPDATE
         SET recipient = excluded.recipient, subject = excluded.subject, body = excluded.body,
             state = excluded.state, note = excluded.note, created_at = excluded.created_at",
        args![
            &said.id,
            &said.letter,
            said.account.as_deref(),
            said.booking.as_deref(),
            said.channel,
            &said.to,
            &said.subject,
            &said.body,
            said.state,
            &said.note,
            now,
        ],
    )?;
    Ok(())
}
