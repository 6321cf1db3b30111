//! How a booking's transitions are stored: row, history and outbox, one at a time or many together.

use base::db::Sort::{Bytes, Flag, Number, Text};
use base::db::{Insert, Update, Val};
use base::outbox::{self, Letter, Posted};
use base::vault::{DataKey, Spot};
use base::{Cx, Id, Instant, Outcome, Pii, Tx, args};
use serde_json::{Value, json};

use super::state::is_told;
use super::{Booking, State, Step};

/// A transition as history and outbox keep it.
#[derive(Debug)]
pub(super) struct Entry {
    booking: Id,
    seq: u32,
    at: Instant,
    op: Id,
    actor: String,
    channel: &'static str,
    event: &'static str,
    from: Option<&'static str>,
    to: &'static str,
    old: String,
    new: String,
    account: Id,
    /// What somebody said; sealed when it is written.
    reason: Pii<String>,
    key: Option<DataKey>,
    letter: Id,
    letter_event: String,
    payload: String,
    silent: bool,
}

/// The reason somebody gave, ready to be written.
struct Why {
    key: DataKey,
    sealed: Vec<u8>,
    /// As the letter says it.
    said: Pii<Value>,
}

/// Where the reason of an entry stands.
pub(crate) fn reason_of(entry: &str) -> Spot<'_> {
    Spot::new("booking_event", "reason", entry)
}

/// The key of a history's entry, as a text.
pub(crate) fn entry_of(booking: &str, seq: u32) -> String {
    format!("{booking}/{seq}")
}

/// A booking that is not stored yet, with the first entry of its history.
#[derive(Debug)]
pub(super) struct New {
    pub booking: Booking,
    pub entry: Entry,
}

impl New {
    /// A draft.
    pub(super) fn draft(cx: &Cx, booking: Booking) -> Self {
        Self::begun(cx, booking, State::Draft, "begun")
    }

    /// A booking that begins with a held time.
    pub(super) fn held(cx: &Cx, booking: Booking) -> Self {
        Self::begun(cx, booking, State::Held, Step::Hold.as_str())
    }

    fn begun(cx: &Cx, mut booking: Booking, state: State, event: &'static str) -> Self {
        (booking.state, booking.revision) = (state, 1);
        let entry = Entry::of(&booking, cx, event, None, "");
        Self { booking, entry }
    }

    fn row<'a>(&'a self, form: Option<&'a Vec<u8>>) -> Vec<Val<'a>> {
        let x = &self.booking;
        args![
            &x.id,
            &x.account,
            &x.service,
            &x.purpose,
            x.state.as_str(),
            x.resource.as_ref(),
            x.starts,
            x.ends,
            x.lane,
            x.expires,
            x.extended,
            x.moves,
            x.revision,
            x.number.as_ref(),
            x.code.as_ref(),
            form,
            &x.form_key,
            x.created,
            x.changed,
        ]
        .to_vec()
    }
}

impl Entry {
    /// The transition that led `booking` to where it is, from a state with these values.
    pub(super) fn of(
        booking: &Booking,
        cx: &Cx,
        event: &'static str,
        from: Option<(State, &Value)>,
        reason: &str,
    ) -> Self {
        let nothing = json!({});
        let old = from.map_or(&nothing, |x| x.1);
        let payload = json!({
            "account": booking.account,
            "booking": booking.id,
            "old": old,
        });
        Self {
            booking: booking.id.clone(),
            seq: booking.revision,
            at: cx.now,
            op: cx.op.clone(),
            actor: cx.actor.label(),
            channel: cx.channel.label(),
            event,
            from: from.map(|x| x.0.as_str()),
            to: booking.state.as_str(),
            old: old.to_string(),
            new: booking.values().to_string(),
            account: booking.account.clone(),
            reason: reason.to_owned().into(),
            key: booking.key.clone().filter(|_| !reason.is_empty()),
            letter: cx.new_id(),
            letter_event: format!("booking-{event}"),
            payload: payload.to_string(),
            silent: !is_told(event),
        }
    }

    /// The reason under its seal; nothing when there is none.
    fn why(&self, tx: &mut Tx<'_>) -> Outcome<Option<Why>> {
        let reason = self.reason.reveal();
        if reason.is_empty() {
            return Ok(None);
        }
        let key = self.key.clone().map_or_else(|| tx.key(&self.account), Ok)?;
        let sealed = key.seal(reason_of(&entry_of(&self.booking, self.seq)), reason)?;
        Ok(Some(Why { key, sealed, said: json!({ "reason": reason }).into() }))
    }

    fn row<'a>(&'a self, why: Option<&'a Why>) -> Vec<Val<'a>> {
        args![
            &self.booking,
            self.seq,
            self.at,
            &self.op,
            &self.actor,
            self.channel,
            self.event,
            self.from,
            self.to,
            &self.old,
            &self.new,
            why.map(|x| &x.sealed),
        ]
        .to_vec()
    }

    fn posted<'a>(&'a self, why: Option<&'a Why>) -> Posted<'a> {
        let letter = Letter {
            subject: &self.booking,
            seq: self.seq.into(),
            event: &self.letter_event,
            payload: &self.payload,
            private: why.map(|x| (&x.key, &x.said)),
            priority: 2,
            expires: Instant::NEVER,
        };
        Posted { id: self.letter.clone(), letter, at: self.at, op: &self.op, silent: self.silent }
    }
}

static BOOKING: Insert = Insert::into(
    "booking",
    &[
        ("id", Text),
        ("account_id", Text),
        ("service_code", Text),
        ("purpose", Text),
        ("state", Text),
        ("resource_id", Text),
        ("starts_at", Number),
        ("ends_at", Number),
        ("lane", Number),
        ("expires_at", Number),
        ("extended", Flag),
        ("moves", Number),
        ("revision", Number),
        ("number", Text),
        ("code", Text),
        ("form_sealed", Bytes),
        ("form_key", Text),
        ("created_at", Number),
        ("changed_at", Number),
    ],
);

static EVENT: Insert = Insert::into(
    "booking_event",
    &[
        ("booking_id", Text),
        ("seq", Number),
        ("at", Number),
        ("op_id", Text),
        ("actor", Text),
        ("channel", Text),
        ("event", Text),
        ("from_state", Text),
        ("to_state", Text),
        ("old_values", Text),
        ("new_values", Text),
        ("reason_sealed", Bytes),
    ],
);

/// Stores new bookings with their histories and letters.
pub(super) fn store(tx: &mut Tx<'_>, all: &[&New]) -> Outcome<()> {
    let forms = all.iter().map(|x| x.booking.sealed_form(tx));
    let forms = forms.collect::<Outcome<Vec<_>>>()?;
    let rows = all.iter().zip(&forms).map(|(x, form)| x.row(form.as_ref()));
    let rows: Vec<Vec<Val<'_>>> = rows.collect();
    tx.insert(&BOOKING, &rows)?;
    record(tx, &all.iter().map(|x| &x.entry).collect::<Vec<_>>())
}

static CHANGED: Update = Update::of(
    "booking",
    ("id", Text),
    &[
        ("purpose", Text),
        ("state", Text),
        ("resource_id", Text),
        ("starts_at", Number),
        ("ends_at", Number),
        ("lane", Number),
        ("expires_at", Number),
        ("extended", Flag),
        ("moves", Number),
        ("revision", Number),
        ("number", Text),
        ("code", Text),
        ("form_sealed", Bytes),
        ("mandate_id", Text),
        ("principal_id", Text),
        ("behalf_sealed", Bytes),
        ("changed_at", Number),
    ],
);

/// Stores bookings that took a step, with their histories and letters. No booking may come twice.
pub(super) fn change(tx: &mut Tx<'_>, all: &[(&Booking, &Entry)]) -> Outcome<()> {
    type Sealed = (Option<Vec<u8>>, Option<Vec<u8>>);
    fn row<'a>(x: &'a Booking, (form, behalf): &'a Sealed) -> Vec<Val<'a>> {
        args![
            &x.id,
            &x.purpose,
            x.state.as_str(),
            x.resource.as_ref(),
            x.starts,
            x.ends,
            x.lane,
            x.expires,
            x.extended,
            x.moves,
            x.revision,
            x.number.as_ref(),
            x.code.as_ref(),
            form.as_ref(),
            x.behalf.as_ref().map(|x| &x.mandate),
            x.principal(),
            behalf.as_ref(),
            x.changed,
        ]
        .to_vec()
    }
    let seal = |(x, _): &(&Booking, &Entry)| Ok((x.sealed_form(tx)?, x.sealed_behalf(tx)?));
    let sealed: Vec<Sealed> = all.iter().map(seal).collect::<Outcome<_>>()?;
    let rows = all.iter().zip(&sealed).map(|((x, _), sealed)| row(x, sealed));
    tx.update(&CHANGED, &rows.collect::<Vec<_>>())?;
    record(tx, &all.iter().map(|x| x.1).collect::<Vec<_>>())
}

/// Writes history and outbox.
fn record(tx: &mut Tx<'_>, entries: &[&Entry]) -> Outcome<()> {
    let whys = entries.iter().map(|x| x.why(tx)).collect::<Outcome<Vec<_>>>()?;
    let all = || entries.iter().zip(&whys);
    tx.insert(&EVENT, &all().map(|(x, why)| x.row(why.as_ref())).collect::<Vec<_>>())?;
    outbox::put_all(tx, &all().map(|(x, why)| x.posted(why.as_ref())).collect::<Vec<_>>())
}
