//! The mailer's questions to the outbox, and its notes in `message`: for many letters at once.

use std::collections::{HashMap, HashSet};

use base::db::Sort::{Bytes, Number, Text};
use base::db::{Insert, Keyed, Update};
use base::outbox::{self, Taken};
use base::vault::{NOBODY, Spot};
use base::{Id, Instant, Outcome, Pii, Tx, args};
use serde::{Deserialize, Serialize};

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

static OURS: Keyed = Keyed::locking(
    "FOR UPDATE",
    &[Text, Number],
    "SELECT id FROM outbox
          WHERE id = $1 AND state = 'sending' AND attempts = $2",
);
static LEASE: Update = Update::of("outbox", ("id", Text), &[("lease_until", Number)]);

/// Renews the leases of `letters` until `until`; gives those that are still ours. The number of
/// attempts is the fence: whoever took a letter later has a higher one.
pub(super) fn renew(tx: &mut Tx<'_>, letters: &[Taken], until: Instant) -> Outcome<HashSet<Id>> {
    let mut keys: Vec<_> = letters.iter().map(|x| (&x.id, x.attempts)).collect();
    keys.sort();
    let keys: Vec<_> = keys.into_iter().map(|(id, tries)| args![id, tries].to_vec()).collect();
    let ours: HashSet<Id> = tx.of_keys(&OURS, &keys, |r| r.get(0))?.into_iter().collect();
    let leases: Vec<_> = ours.iter().map(|id| args![id, until].to_vec()).collect();
    tx.update(&LEASE, &leases)?;
    Ok(ours)
}

/// Another letter of a subject.
struct Other {
    id: Id,
    seq: i64,
    event: String,
    state: String,
    lease_until: Instant,
}

static OF_SUBJECTS: Keyed = Keyed::by(
    &[Text],
    "SELECT subject, id, seq, event, state, lease_until FROM outbox WHERE subject = $1",
);

/// Which of `letters` may be sent now, of those that are `ours`. They are sent in their order, so of
/// one subject none waits for another of them.
pub(super) fn ways(
    tx: &mut Tx<'_>,
    now: Instant,
    letters: &[Taken],
    ours: &HashSet<Id>,
) -> Outcome<Vec<Way>> {
    let subjects: HashSet<&str> = letters.iter().map(|x| x.subject.as_str()).collect();
    let subjects: Vec<_> = subjects.into_iter().map(|x| args![x].to_vec()).collect();
    let rows = tx.of_keys(&OF_SUBJECTS, &subjects, |r| {
        let other = Other {
            id: r.get(1)?,
            seq: r.get(2)?,
            event: r.get(3)?,
            state: r.get(4)?,
            lease_until: r.get(5)?,
        };
        Ok((r.get::<String>(0)?, other))
    })?;
    let mut others: HashMap<String, Vec<Other>> = HashMap::new();
    for (subject, other) in rows {
        others.entry(subject).or_default().push(other);
    }
    let way = |taken: &Taken| {
        if !ours.contains(&taken.id) {
            return Way::Lost;
        }
        let others = others.get(&taken.subject).map_or(&[][..], Vec::as_slice);
        let untrue = |x: &Other| x.seq > taken.seq && letter::overtakes(&x.event, &taken.event);
        if others.iter().any(untrue) {
            return Way::Overtaken;
        }
        let before = |x: &&Other| x.seq < taken.seq && !ours.contains(&x.id);
        let under_way = |x: &Other| x.state == "sending" && x.lease_until > now;
        match others.iter().filter(before).any(under_way) {
            true => Way::Busy,
            false => Way::Clear,
        }
    };
    Ok(letters.iter().map(way).collect())
}

static SERVED: Keyed = Keyed::by(
    &[Text],
    "SELECT outbox_id, channel FROM message
          WHERE outbox_id = $1 AND state IN ('sent', 'recorded')",
);

/// The channels of letters that are served already. A letter that is tried for the first time has
/// none.
pub(super) fn served(tx: &mut Tx<'_>, letters: &[Taken]) -> Outcome<Vec<(Id, String)>> {
    let again = letters.iter().filter(|x| x.attempts > 1);
    let keys: Vec<_> = again.map(|x| args![&x.id].to_vec()).collect();
    Ok(tx.of_keys(&SERVED, &keys, |r| Ok((r.get(0)?, r.get(1)?)))?)
}

/// What to note about a message.
#[derive(Clone, Debug)]
pub(super) struct Note {
    pub id: Id,
    pub letter: Id,
    pub account: Option<String>,
    pub booking: Option<String>,
    pub channel: &'static str,
    pub said: Pii<Said>,
    pub state: &'static str,
    pub at: Instant,
}

/// What of a message only its owner may see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Said {
    pub to: String,
    pub subject: String,
    pub body: String,
    /// What the other side said when it did not take the message: it often repeats the address.
    pub note: String,
}

/// Where a message stands: the one of this letter by this channel.
pub(crate) fn spot(row: &str) -> Spot<'_> {
    Spot::new("message", "sealed", row)
}

/// The key of a message's row, as a text.
pub(crate) fn row(letter: &str, channel: &str) -> String {
    format!("{letter}/{channel}")
}

static SAID: Insert = Insert::or(
    "message",
    &[
        ("id", Text),
        ("outbox_id", Text),
        ("account_id", Text),
        ("booking_id", Text),
        ("channel", Text),
        ("state", Text),
        ("created_at", Number),
        ("sealed", Bytes),
    ],
    "ON CONFLICT (outbox_id, channel) DO UPDATE
     SET state = excluded.state, created_at = excluded.created_at, sealed = excluded.sealed",
);

/// Notes what was said to whom; a later try of the same channel overwrites the failed one. Of
/// somebody who was erased meanwhile nothing is noted.
pub(super) fn note(tx: &mut Tx<'_>, said: &[Note]) -> Outcome<()> {
    fn owner(x: &Note) -> &str {
        x.account.as_deref().unwrap_or(NOBODY)
    }
    let owners: HashSet<&str> = said.iter().map(owner).collect();
    let keys = tx.keys_of(&owners.into_iter().collect::<Vec<_>>())?;
    let mut sealed: Vec<(&Note, Vec<u8>)> = Vec::with_capacity(said.len());
    for x in said {
        let Some(key) = keys.get(owner(x)) else { continue };
        let row = row(&x.letter, x.channel);
        sealed.push((x, key.seal_json(spot(&row), x.said.reveal())?));
    }
    let rows = sealed.iter().map(|(x, sealed)| {
        args![
            &x.id,
            &x.letter,
            x.account.as_deref(),
            x.booking.as_deref(),
            x.channel,
            x.state,
            x.at,
            sealed,
        ]
        .to_vec()
    });
    Ok(tx.insert(&SAID, &rows.collect::<Vec<_>>())?)
}

/// Forgets all messages to `person`, and the letters and messages of these subjects.
///
/// # Errors
/// A fault of the engine.
pub fn forget(tx: &mut Tx<'_>, person: &Id, subjects: &[String]) -> Outcome<()> {
    // First, as long as the letters are known by their person: what waits is not sent.
    outbox::forget(tx, person)?;
    // Of letters that older versions wrote, the open part told more than whom they were for.
    tx.exec(
        "UPDATE outbox SET payload = '{}'
         WHERE id IN (SELECT outbox_id FROM message WHERE account_id = $1)",
        args![person],
    )?;
    tx.exec("DELETE FROM message WHERE account_id = $1", args![person])?;
    for subject in subjects {
        tx.exec(
            "DELETE FROM message WHERE outbox_id IN (SELECT id FROM outbox WHERE subject = $1)",
            args![subject],
        )?;
        let sql = "SELECT id FROM outbox WHERE subject = $1";
        for id in tx.all(sql, args![subject], |r| r.get::<Id>(0))? {
            outbox::blank(tx, &id)?;
        }
    }
    Ok(())
}

/// Forgets messages that belong to nobody and were written before `before`: proofs of contacts that
/// never became an account, and of those that did.
///
/// # Errors
/// A fault of the engine.
pub fn sweep(tx: &mut Tx<'_>, before: Instant) -> Outcome<u64> {
    let sql = "DELETE FROM message WHERE account_id IS NULL AND created_at < $1";
    Ok(tx.exec(sql, args![before])?)
}
