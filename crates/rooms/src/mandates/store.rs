//! How a mandate is written: row and history, never one without the other.

use base::vault::Spot;
use base::{Cx, Id, Instant, Outcome, Pii, Tx, args};

use super::Details;
use super::rows::{self, Mandate, State};

/// What happened to a mandate.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Entry<'a> {
    /// `added`, `corrected`, `checked`, …
    pub event: &'static str,
    /// The visit at which the staff saw the paper.
    pub booking: Option<&'a Id>,
    /// Why; may be empty.
    pub reason: &'a str,
}

impl Entry<'_> {
    /// It is a word of the staff on the paper.
    fn is_verdict(&self) -> bool {
        ["checked", "refused", "revoked"].contains(&self.event)
    }
}

/// Where the reason of an entry stands.
fn reason_of(entry: &str) -> Spot<'_> {
    Spot::new("mandate_event", "reason", entry)
}

/// Where the paper stands on which an entry is a word.
fn judged_of(entry: &str) -> Spot<'_> {
    Spot::new("mandate_event", "judged", entry)
}

/// Adds a mandate with the first entry of its history.
pub(super) fn begin(tx: &mut Tx<'_>, cx: &Cx, mandate: &Mandate) -> Outcome<()> {
    let key = tx.key(&mandate.account)?;
    let sealed = mandate.sheet().map(|x| key.seal_json(rows::spot(&mandate.id), x)).transpose()?;
    tx.exec(
        "INSERT INTO mandate (id, account_id, principal_id, kind, state, revision, sealed,
                              created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            &mandate.id,
            &mandate.account,
            &mandate.principal,
            mandate.kind.as_str(),
            mandate.state.as_str(),
            mandate.revision,
            sealed.as_ref(),
            mandate.created,
            mandate.changed,
        ],
    )?;
    note(tx, cx, mandate, &Entry { event: "added", ..Entry::default() })
}

/// Stores a mandate that was changed, in its new state, with the entry of its history.
pub(super) fn pass(
    tx: &mut Tx<'_>,
    cx: &Cx,
    mandate: &mut Mandate,
    to: State,
    entry: &Entry<'_>,
) -> Outcome<()> {
    (mandate.state, mandate.changed) = (to, cx.now);
    mandate.revision += 1;
    let key = tx.key(&mandate.account)?;
    let sealed = mandate.sheet().map(|x| key.seal_json(rows::spot(&mandate.id), x)).transpose()?;
    tx.exec(
        "UPDATE mandate SET principal_id = $2, kind = $3, state = $4, revision = $5, sealed = $6,
                            changed_at = $7
         WHERE id = $1",
        args![
            &mandate.id,
            &mandate.principal,
            mandate.kind.as_str(),
            to.as_str(),
            mandate.revision,
            sealed.as_ref(),
            cx.now,
        ],
    )?;
    note(tx, cx, mandate, entry)
}

fn note(tx: &mut Tx<'_>, cx: &Cx, mandate: &Mandate, entry: &Entry<'_>) -> Outcome<()> {
    let spot = format!("{}/{}", mandate.id, mandate.revision);
    let reason = match entry.reason {
        "" => None,
        reason => Some(tx.key(&mandate.account)?.seal(reason_of(&spot), reason)?),
    };
    let judged = match mandate.sheet().filter(|_| entry.is_verdict()) {
        Some(x) => Some(tx.key(&mandate.account)?.seal_json(judged_of(&spot), &x.details)?),
        None => None,
    };
    tx.exec(
        "INSERT INTO mandate_event (mandate_id, seq, at, op_id, actor, channel, event, booking_id,
                                    reason_sealed, judged_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        args![
            &mandate.id,
            mandate.revision,
            cx.now,
            &cx.op,
            &cx.actor.label(),
            cx.channel.label(),
            entry.event,
            entry.booking,
            reason.as_ref(),
            judged.as_ref(),
        ],
    )?;
    Ok(())
}

/// Whether the last word of the staff on a paper, among all they said of `own`, the mandates of one account, was that
/// they do not accept it, or take it back. `is_it` says whether a word is on that paper, by the mandate and
/// the data that were looked at then.
pub(super) fn is_declined(
    tx: &mut Tx<'_>,
    own: &[Mandate],
    is_it: impl Fn(&Id, &Details) -> bool,
) -> Outcome<bool> {
    let Some(account) = own.first().map(|x| &x.account) else { return Ok(false) };
    let key = tx.key(account)?;
    // Older words were kept without the data: they are on what stands there since.
    let words = tx.all(
        "SELECT e.mandate_id, e.seq, e.event, e.judged_sealed
         FROM mandate_event e JOIN mandate m ON m.id = e.mandate_id
         WHERE m.account_id = $1 AND e.event IN ('checked', 'refused', 'revoked')
           AND (e.judged_sealed IS NOT NULL OR NOT EXISTS (
             SELECT 1 FROM mandate_event c
             WHERE c.mandate_id = e.mandate_id AND c.event = 'corrected' AND c.seq > e.seq))
         ORDER BY e.at DESC, e.mandate_id DESC, e.seq DESC",
        args![account],
        |r| {
            let (id, seq): (Id, u32) = (r.get(0)?, r.get(1)?);
            let judged: Option<Details> = match r.get::<Option<Vec<u8>>>(3)? {
                Some(x) => Some(key.open_json(judged_of(&format!("{id}/{seq}")), &x)?),
                None => {
                    own.iter().find(|x| x.id == id).and_then(|x| Some(x.sheet()?.details.clone()))
                }
            };
            Ok((id, judged, r.get::<String>(2)?))
        },
    )?;
    let on_it = |(id, judged, _): &(Id, Option<Details>, String)| {
        judged.as_ref().is_some_and(|x| is_it(id, x))
    };
    Ok(words.into_iter().find(on_it).is_some_and(|(.., event)| event != "checked"))
}

/// What the staff said once against a principal of somebody.
#[derive(Clone, Debug)]
pub struct Former {
    /// It was taken back; else it was not accepted.
    pub revoked: bool,
    /// When.
    pub at: Instant,
    /// Why.
    pub reason: Pii<String>,
}

/// The last verdict against the principal of `mandate`, of this or another paper, that does not stand in
/// its state.
pub(super) fn former(tx: &mut Tx<'_>, mandate: &Mandate) -> Outcome<Option<Former>> {
    let found = tx.opt(
        "SELECT e.mandate_id, e.seq, e.event, e.at, e.reason_sealed
         FROM mandate_event e JOIN mandate m ON m.id = e.mandate_id
         WHERE m.account_id = $1 AND m.principal_id = $2 AND e.event IN ('refused', 'revoked')
           AND NOT (m.id = $3 AND e.seq = m.revision)
         ORDER BY e.at DESC, e.seq DESC LIMIT 1",
        args![&mandate.account, &mandate.principal, &mandate.id],
        |r| {
            let row = format!("{}/{}", r.get::<Id>(0)?, r.get::<u32>(1)?);
            let revoked = r.get::<String>(2)? == "revoked";
            Ok((row, revoked, r.get::<Instant>(3)?, r.get::<Option<Vec<u8>>>(4)?))
        },
    )?;
    let Some((row, revoked, at, sealed)) = found else { return Ok(None) };
    let reason = match (tx.key_of(&mandate.account)?, sealed) {
        (Some(key), Some(sealed)) => key.open_text(reason_of(&row), &sealed)?,
        _ => String::new(),
    };
    Ok(Some(Former { revoked, at, reason: reason.into() }))
}

/// An entry of a mandate's history.
pub(super) struct Event {
    /// When.
    pub at: Instant,
    /// In which operation.
    pub op: Id,
    /// Who.
    pub actor: String,
    /// What happened.
    pub event: String,
    /// Why; empty when nobody said.
    pub reason: Pii<String>,
}

/// The history of a mandate, oldest first.
pub(super) fn events(tx: &mut Tx<'_>, mandate: &Mandate) -> Outcome<Vec<Event>> {
    let key = tx.key_of(&mandate.account)?;
    Ok(tx.all(
        "SELECT seq, at, op_id, actor, event, reason_sealed FROM mandate_event
         WHERE mandate_id = $1 ORDER BY seq",
        args![&mandate.id],
        |r| {
            let entry = format!("{}/{}", mandate.id, r.get::<u32>(0)?);
            let reason = match (&key, r.get::<Option<Vec<u8>>>(5)?) {
                (Some(key), Some(sealed)) => key.open_text(reason_of(&entry), &sealed)?,
                _ => String::new(),
            };
            Ok(Event {
                at: r.get(1)?,
                op: r.get(2)?,
                actor: r.get(3)?,
                event: r.get(4)?,
                reason: reason.into(),
            })
        },
    )?)
}

/// The last reason that the staff gave about a mandate: why it was refused or taken back.
pub(super) fn last_reason(tx: &mut Tx<'_>, mandate: &Mandate) -> Outcome<Option<String>> {
    let found = tx.opt(
        "SELECT seq, reason_sealed FROM mandate_event
         WHERE mandate_id = $1 AND reason_sealed IS NOT NULL ORDER BY seq DESC LIMIT 1",
        args![&mandate.id],
        |r| Ok((r.get::<u32>(0)?, r.get::<Vec<u8>>(1)?)),
    )?;
    let (Some((seq, sealed)), Some(key)) = (found, tx.key_of(&mandate.account)?) else {
        return Ok(None);
    };
    Ok(Some(key.open_text(reason_of(&format!("{}/{seq}", mandate.id)), &sealed)?))
}
