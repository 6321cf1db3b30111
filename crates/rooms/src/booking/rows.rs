//! The booking's row and the one way it changes.

use std::collections::HashMap;

use base::db::Sort::{Number, Text};
use base::db::{Keyed, Locking, Row, Val};
use base::vault::{DataKey, Spot, Vault};
use base::{Cx, Fault, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};
use serde_json::{Value, json};

use super::store::{self, Entry};
use super::{State, Step, rules};
use crate::mandates::{Behalf, Said, behalf_spot};

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
    /// What was typed: a JSON object; empty when nothing was, or the person was erased.
    pub form: Pii<Value>,
    /// For whom it is, when not for the account's owner; known from the confirmation on.
    pub behalf: Option<Behalf>,
    /// Idempotency key minted with the form.
    pub form_key: String,
    /// When it was begun.
    pub created: Instant,
    /// When it last changed.
    pub changed: Instant,
    /// What seals its form, once it is known.
    pub(super) key: Option<DataKey>,
}

pub(super) fn read(vault: &Vault, r: &Row<'_>) -> Result<Booking, Fault> {
    let (id, account, state): (Id, Id, String) = (r.get(0)?, r.get(1)?, r.get(4)?);
    let wrapped: Option<Vec<u8>> = r.get(19)?;
    let key = wrapped.map(|wrapped| vault.unwrap(&account, &wrapped)).transpose()?;
    let form = match (&key, r.get::<Option<Vec<u8>>>(15)?) {
        (Some(key), Some(sealed)) => key.open_json(form_of(&id), &sealed)?,
        _ => json!({}),
    };
    let behalf = match r.get::<Option<Id>>(20)? {
        None => None,
        Some(mandate) => {
            let sealed = key.as_ref().zip(r.get::<Option<Vec<u8>>>(22)?);
            let open = |(key, sealed): (&DataKey, Vec<u8>)| {
                key.open_json::<Said>(behalf_spot(&id), &sealed)
            };
            let said = sealed.map(open).transpose()?.into();
            Some(Behalf { mandate, principal: r.get(21)?, said })
        }
    };
    Ok(Booking {
        form: form.into(),
        behalf,
        key,
        id,
        account,
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
        form_key: r.get(16)?,
        created: r.get(17)?,
        changed: r.get(18)?,
    })
}

/// Where the form of a booking stands.
pub(crate) fn form_of(booking: &str) -> Spot<'_> {
    Spot::new("booking", "form", booking)
}

/// The booking of this account, locked until the transaction ends.
///
/// # Errors
/// `E-STA-01` when there is none, or it is another person's: a stranger learns nothing.
pub fn owned(tx: &mut Tx<'_>, account: &Id, id: &str) -> Outcome<Booking> {
    let found = locked(tx, id)?.filter(|x| x.account == *account);
    found.ok_or_else(|| Refusal::new(Kind::NotFound, "E-STA-01").into())
}

/// `SELECT` of all columns of a booking, and what follows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT b.id, b.account_id, b.service_code, b.purpose, b.state, b.resource_id,
                    b.starts_at, b.ends_at, b.lane, b.expires_at, b.extended, b.moves, b.revision,
                    b.number, b.code, b.form_sealed, b.form_key, b.created_at, b.changed_at,
                    (SELECT wrapped FROM person_key WHERE person_id = b.account_id),
                    b.mandate_id, b.principal_id, b.behalf_sealed ",
            $rest
        )
    };
}

/// The booking as it stands, without a lock: for screens.
pub(super) fn found(tx: &mut Tx<'_>, id: &str) -> Outcome<Option<Booking>> {
    let vault = tx.vault();
    Ok(tx.opt(select!("FROM booking b WHERE b.id = $1"), args![id], |r| read(vault, r))?)
}

pub(super) fn locked(tx: &mut Tx<'_>, id: &str) -> Outcome<Option<Booking>> {
    const LOCKED: Locking = Locking {
        plain: select!("FROM booking b WHERE b.id = $1"),
        locking: select!("FROM booking b WHERE b.id = $1 FOR UPDATE"),
    };
    let vault = tx.vault();
    Ok(tx.locked(LOCKED, args![id], |r| read(vault, r))?)
}

static MANY: Keyed = Keyed::by(&[Text], select!("FROM booking b WHERE b.id = $1"));

/// Bookings as they stand, in no particular order. No id may come twice.
///
/// # Errors
/// A fault of the engine.
pub fn many(tx: &mut Tx<'_>, ids: &[&Id]) -> Outcome<Vec<Booking>> {
    let keys: Vec<_> = ids.iter().map(|id| args![*id].to_vec()).collect();
    let vault = tx.vault();
    Ok(tx.of_keys(&MANY, &keys, |r| read(vault, r))?)
}

static OF_CALENDAR: Keyed = Keyed::by(
    &[Text, Number, Number],
    select!(
        "FROM claim c JOIN booking b ON b.id = c.booking_id
         WHERE c.resource_id = $1 AND c.ended_at IS NULL AND c.ends_at > $2
           AND c.starts_at >= $2 AND c.starts_at < $3"
    ),
);

/// The bookings that own a time in a calendar, from one moment to before another, in no particular
/// order.
pub(super) fn of_calendars(
    tx: &mut Tx<'_>,
    calendars: &[(&Id, Instant, Instant)],
) -> Outcome<Vec<Booking>> {
    let keys = calendars.iter().map(|(id, since, until)| args![*id, *since, *until].to_vec());
    let keys: Vec<_> = keys.collect();
    let vault = tx.vault();
    Ok(tx.of_keys(&OF_CALENDAR, &keys, |r| read(vault, r))?)
}

// Locked in one order everywhere, so that two groups never wait for each other in a circle.
static MANY_LOCKED: Keyed =
    Keyed::locking("FOR UPDATE", &[Text], select!("FROM booking b WHERE b.id = $1"));

/// [`many`], locked until the transaction ends.
pub(super) fn many_locked(tx: &mut Tx<'_>, ids: &[&Id]) -> Outcome<Vec<Booking>> {
    let mut ids = ids.to_vec();
    ids.sort();
    let keys: Vec<_> = ids.into_iter().map(|id| args![id].to_vec()).collect();
    let vault = tx.vault();
    Ok(tx.of_keys(&MANY_LOCKED, &keys, |r| read(vault, r))?)
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
            form: json!({}).into(),
            behalf: None,
            form_key: cx.new_id().to_string(),
            created: cx.now,
            changed: cx.now,
            key: None,
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
        let from = self.state;
        let entry = self.advance(cx, step, reason, change)?;
        self.activity(tx, from)?;
        store::change(tx, &[(self, &entry)])
    }

    /// [`Booking::pass`] without writing: gives what history and outbox are to keep. Nothing else
    /// changes a state.
    pub(super) fn advance(
        &mut self,
        cx: &Cx,
        step: Step,
        reason: &str,
        change: impl FnOnce(&mut Self),
    ) -> Result<Entry, Refusal> {
        let to = self.state.after(step).ok_or_else(|| rules::wrong_state(self.state))?;
        let (from, old) = (self.state, self.values());
        change(self);
        self.state = to;
        self.revision += 1;
        self.changed = cx.now;
        Ok(Entry::of(self, cx, step.as_str(), Some((from, &old)), reason))
    }

    /// The key of the person.
    pub(super) fn key(&self, tx: &mut Tx<'_>) -> Outcome<DataKey> {
        self.key.clone().map_or_else(|| tx.key(&self.account), Ok)
    }

    /// The form as it is stored; nothing when nothing was typed.
    pub(super) fn sealed_form(&self, tx: &mut Tx<'_>) -> Outcome<Option<Vec<u8>>> {
        let form = self.form.reveal();
        if form.as_object().is_none_or(serde_json::Map::is_empty) {
            return Ok(None);
        }
        Ok(Some(self.key(tx)?.seal_json(form_of(&self.id), form)?))
    }

    /// What is kept of those who act for somebody; nothing when they come for themselves.
    pub(super) fn sealed_behalf(&self, tx: &mut Tx<'_>) -> Outcome<Option<Vec<u8>>> {
        let Some(said) = self.behalf.as_ref().and_then(Behalf::said) else { return Ok(None) };
        Ok(Some(self.key(tx)?.seal_json(behalf_spot(&self.id), said)?))
    }

    /// Who is represented; empty when nobody is.
    pub(super) fn principal(&self) -> &str {
        self.behalf.as_ref().map_or("", |x| x.principal.as_str())
    }

    /// Keeps `active_booking` in step with the state. Becoming active is asked for, and refused
    /// with the booking that stands in the way.
    fn activity(&self, tx: &mut Tx<'_>, from: State) -> Outcome<()> {
        match (from.is_active(), self.state.is_active()) {
            (true, false) => {
                tx.exec(
                    "DELETE FROM active_booking
                     WHERE account_id = $1 AND service_code = $2 AND purpose = $3
                       AND principal_id = $4 AND booking_id = $5",
                    args![&self.account, &self.service, &self.purpose, self.principal(), &self.id,],
                )?;
                return Ok(());
            }
            (true, true) | (false, false) => return Ok(()),
            (false, true) => {}
        }
        let fresh = tx.exec(
            "INSERT INTO active_booking (account_id, service_code, purpose, principal_id, booking_id)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            args![&self.account, &self.service, &self.purpose, self.principal(), &self.id],
        )?;
        if fresh == 1 {
            return Ok(());
        }
        match active(tx, &self.account, &self.service, &self.purpose, self.principal())? {
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

/// The active booking of an account for a service and purpose, for this principal.
pub(super) fn active(
    tx: &mut Tx<'_>,
    account: &Id,
    service: &str,
    purpose: &str,
    principal: &str,
) -> Outcome<Option<Id>> {
    Ok(tx.opt(
        "SELECT booking_id FROM active_booking
         WHERE account_id = $1 AND service_code = $2 AND purpose = $3 AND principal_id = $4",
        args![account, service, purpose, principal],
        |r| r.get(0),
    )?)
}

static ACTIVE: Keyed = Keyed::by(
    &[Text, Text, Text, Text],
    "SELECT account_id, service_code, purpose, principal_id, booking_id FROM active_booking
          WHERE account_id = $1 AND service_code = $2 AND purpose = $3 AND principal_id = $4",
);

/// Account, service, purpose and principal, and the active booking.
pub(super) type Active = HashMap<(Id, String, String, String), Id>;

/// The active bookings of many accounts for a service, a purpose and a principal.
pub(super) fn active_of(tx: &mut Tx<'_>, visits: &[Vec<Val<'_>>]) -> Outcome<Active> {
    let rows = tx.of_keys(&ACTIVE, visits, |r| {
        Ok(((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?), r.get(4)?))
    })?;
    Ok(rows.into_iter().collect())
}

pub(super) fn already_active(other: &Id) -> Refusal {
    Refusal::new(Kind::Conflict, "E-SLOT-04").help(json!({ "booking": other }))
}
