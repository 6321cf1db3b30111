//! The booking's row and the one way it changes.

use base::db::Row;
use base::{Cx, Fault, Id, Instant, Kind, Outcome, Refusal, Tx, args, locking};
use serde_json::{Value, json};

use super::{State, Step, rules, store};

/// A booking as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Booking {
    /// Its id; before confirmation also the hold's id.
    pub id: Id,
    /// Whose it is.
    pub account: Id,
    /// Code of the service.
    pub service: String,
    /// Code of the purpose; empty until chosen.
    pub purpose: String,
    /// Where it stands.
    pub state: State,
    /// Who receives.
    pub resource: Option<Id>,
    /// Start of the visit.
    pub starts: Option<Instant>,
    /// End of the visit.
    pub ends: Option<Instant>,
    /// Lane of the resource.
    pub lane: Option<u8>,
    /// When a draft, hold or proposal runs out.
    pub expires: Option<Instant>,
    /// The hold was given more time once.
    pub extended: bool,
    /// How often the time was changed.
    pub moves: u32,
    /// Number of the last transition; in the ticket.
    pub revision: u32,
    /// Number for people.
    pub number: Option<String>,
    /// Code for the desk.
    pub code: Option<String>,
    /// What was typed: JSON.
    pub form: Value,
    /// Idempotency key minted with the form.
    pub form_key: String,
    /// When it was begun.
    pub created: Instant,
    /// When it last changed.
    pub changed: Instant,
}

pub(super) fn read(r: &Row<'_>) -> Result<Booking, Fault> {
    let state: String = r.get(4)?;
    let form: String = r.get(15)?;
    Ok(Booking {
        id: r.get(0)?,
        account: r.get(1)?,
        service: r.get(2)?,
        purpose: r.get(3)?,
        state: State::parse(&state)
            .ok_or_else(|| Fault::new(format!("`{state}` is no state of a booking")))?,
        resource: r.get(5)?,
        starts: r.get(6)?,
        ends: r.get(7)?,
        lane: r.get(8)?,
        expires: r.get(9)?,
        extended: r.get(10)?,
        moves: r.get(11)?,
        revision: r.get(12)?,
        number: r.get(13)?,
        code: r.get(14)?,
        form: serde_json::from_str(&form)
            .map_err(|error| Fault::of("a stored form cannot be read", error))?,
        form_key: r.get(16)?,
        created: r.get(17)?,
        changed: r.get(18)?,
    })
}

/// The booking of this account, locked until the transaction ends.
///
/// # Errors
/// `E-STA-01` when there is none, or it is another person's: a stranger learns nothing.
pub fn owned(tx: &mut Tx<'_>, account: &Id, id: &str) -> Outcome<Booking> {
    let found = locked(tx, id)?.filter(|x| x.account == *account);
    found.ok_or_else(|| Refusal::new(Kind::NotFound, "E-STA-01").into())
}

/// The booking as it stands, without a lock: for screens.
pub(super) fn found(tx: &mut Tx<'_>, id: &str) -> Outcome<Option<Booking>> {
    Ok(tx.opt(
        "SELECT id, account_id, service_code, purpose, state, resource_id, starts_at, ends_at,
                lane, expires_at, extended, moves, revision, number, code, form, form_key,
                created_at, changed_at
         FROM booking WHERE id = $1",
        args![id],
        read,
    )?)
}

pub(super) fn locked(tx: &mut Tx<'_>, id: &str) -> Outcome<Option<Booking>> {
    Ok(tx.locked(
        locking!(
            "SELECT id, account_id, service_code, purpose, state, resource_id, starts_at, ends_at,
                    lane, expires_at, extended, moves, revision, number, code, form, form_key,
                    created_at, changed_at
             FROM booking WHERE id = $1",
            "FOR UPDATE"
        ),
        args![id],
        read,
    )?)
}

impl Booking {
    /// A new booking of `account`, not stored yet: [`Booking::begin`] does that.
    pub(super) fn new(cx: &Cx, account: &Id, service: &str) -> Self {
        Self {
            id: cx.new_id(),
            account: account.clone(),
            service: service.to_owned(),
            purpose: String::new(),
            state: State::Draft,
            resource: None,
            starts: None,
            ends: None,
            lane: None,
            expires: None,
            extended: false,
            moves: 0,
            revision: 0,
            number: None,
            code: None,
            form: json!({}),
            form_key: cx.new_id().to_string(),
            created: cx.now,
            changed: cx.now,
        }
    }

    /// Sets the held time.
    pub(super) fn hold(
        &mut self,
        (resource, start, end): (&Id, slots::Minute, slots::Minute),
        lane: u8,
        expires: Instant,
    ) {
        self.resource = Some(resource.clone());
        self.starts = Some(Instant::from_minutes(start));
        self.ends = Some(Instant::from_minutes(end));
        self.lane = Some(lane);
        self.expires = Some(expires);
    }

    /// Takes `step`: checks it against the state machine, lets `change` set what it brings, and
    /// writes row, history and outbox.
    pub(super) fn pass(
        &mut self,
        tx: &mut Tx<'_>,
        cx: &Cx,
        step: Step,
        reason: &str,
        change: impl FnOnce(&mut Self),
    ) -> Outcome<()> {
        let to = self.state.after(step).ok_or_else(|| rules::wrong_state(self.state))?;
        let (from, old) = (self.state, self.values());
        change(self);
        self.state = to;
        self.revision += 1;
        self.changed = cx.now;
        tx.exec(
            "UPDATE booking SET purpose = $2, state = $3, resource_id = $4, starts_at = $5,
               ends_at = $6, lane = $7, expires_at = $8, extended = $9, moves = $10, revision = $11,
               number = $12, code = $13, form = $14, changed_at = $15
             WHERE id = $1",
            args![
                &self.id,
                &self.purpose,
                self.state.as_str(),
                self.resource.as_ref(),
                self.starts,
                self.ends,
                self.lane,
                self.expires,
                self.extended,
                self.moves,
                self.revision,
                self.number.as_ref(),
                self.code.as_ref(),
                &self.form.to_string(),
                cx.now,
            ],
        )?;
        self.activity(tx, from)?;
        store::record(tx, &[&store::Entry::of(self, cx, step.as_str(), Some((from, &old)), reason)])
    }

    /// Keeps `active_booking` in step with the state. Becoming active is asked for, and refused
    /// with the booking that stands in the way.
    fn activity(&self, tx: &mut Tx<'_>, from: State) -> Outcome<()> {
        match (from.is_active(), self.state.is_active()) {
            (true, false) => {
                tx.exec("DELETE FROM active_booking WHERE booking_id = $1", args![&self.id])?;
                return Ok(());
            }
            (true, true) | (false, false) => return Ok(()),
            (false, true) => {}
        }
        let fresh = tx.exec(
            "INSERT INTO active_booking (account_id, service_code, purpose, booking_id)
             VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            args![&self.account, &self.service, &self.purpose, &self.id],
        )?;
        if fresh == 1 {
            return Ok(());
        }
        match active(tx, &self.account, &self.service, &self.purpose)? {
            Some(id) if id == self.id => Ok(()),
            Some(other) => Err(already_active(&other).into()),
            None => Err(Fault::new("an active booking vanished while it was looked at")
                .retryable(true)
                .into()),
        }
    }

    /// What the history compares: place, time, purpose.
    pub(super) fn values(&self) -> Value {
        json!({
            "resource": self.resource,
            "starts_at": self.starts,
            "ends_at": self.ends,
            "purpose": self.purpose,
            "number": self.number,
            "moves": self.moves,
        })
    }
}

/// Notes the lane that a claim got in the end.
pub(super) fn set_lane(tx: &mut Tx<'_>, id: &Id, lane: u8) -> Outcome<()> {
    tx.exec("UPDATE booking SET lane = $2 WHERE id = $1", args![id, lane])?;
    Ok(())
}

/// The active booking of a person for a service and purpose.
pub(super) fn active(
    tx: &mut Tx<'_>,
    account: &Id,
    service: &str,
    purpose: &str,
) -> Outcome<Option<Id>> {
    Ok(tx.opt(
        "SELECT booking_id FROM active_booking
         WHERE account_id = $1 AND service_code = $2 AND purpose = $3",
        args![account, service, purpose],
        |r| r.get(0),
    )?)
}

pub(super) fn already_active(other: &Id) -> Refusal {
    Refusal::new(Kind::Conflict, "E-SLOT-04").help(json!({ "booking": other }))
}
