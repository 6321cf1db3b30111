//! How a booking's transitions are stored: row, history and outbox, one at a time or many together.

use base::db::Sort::{Flag, Number, Text};
use base::db::{Insert, Update, Val};
use base::outbox::{self, Letter, Posted};
use base::{Cx, Id, Instant, Outcome, Tx, args};
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
    reason: String,
    letter: Id,
    letter_event: String,
    payload: String,
    silent: bool,
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

    fn row<'a>(&'a self, form: &'a String) -> Vec<Val<'a>> {
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
            "reason": reason,
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
            reason: reason.to_owned(),
            letter: cx.new_id(),
            letter_event: format!("booking-{event}"),
            payload: payload.to_string(),
            silent: !is_told(event),
        }
    }

    fn row(&self) -> Vec<Val<'_>> {
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
            &self.reason,
        ]
        .to_vec()
    }

    fn posted(&self) -> Posted<'_> {
        let letter = Letter {
            subject: &self.booking,
            seq: self.seq.into(),
            event: &self.letter_event,
            payload: &self.payload,
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
        ("form", Text),
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
        ("reason", Text),
    ],
);

/// Stores new bookings with their histories and letters.
pub(super) fn store(tx: &mut Tx<'_>, all: &[&New]) -> Outcome<()> {
    let forms: Vec<String> = all.iter().map(|x| x.booking.form.to_string()).collect();
    let rows: Vec<Vec<Val<'_>>> = all.iter().zip(&forms).map(|(x, form)| x.row(form)).collect();
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
        ("form", Text),
        ("changed_at", Number),
    ],
);

/// Stores bookings that took a step, with their histories and letters. No booking may come twice.
pub(super) fn change(tx: &mut Tx<'_>, all: &[(&Booking, &Entry)]) -> Outcome<()> {
    fn row<'a>(x: &'a Booking, form: &'a String) -> Vec<Val<'a>> {
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
            form,
            x.changed,
        ]
        .to_vec()
    }
    let forms: Vec<String> = all.iter().map(|(x, _)| x.form.to_string()).collect();
    let rows = all.iter().zip(&forms).map(|((x, _), form)| row(x, form));
    tx.update(&CHANGED, &rows.collect::<Vec<_>>())?;
    record(tx, &all.iter().map(|x| x.1).collect::<Vec<_>>())
}

/// Writes history and outbox.
fn record(tx: &mut Tx<'_>, entries: &[&Entry]) -> Outcome<()> {
    tx.insert(&EVENT, &entries.iter().map(|x| x.row()).collect::<Vec<_>>())?;
    outbox::put_all(tx, &entries.iter().map(|x| x.posted()).collect::<Vec<_>>())
}
