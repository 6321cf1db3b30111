//! Queries that feed screens.

use base::{Fault, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};

use super::rows::{Booking, read};
use super::store::{entry_of, reason_of};
use super::{State, rows};
use crate::access::{Object, Scope, Spot};
use crate::offices::Offices;

/// Which of a person's bookings to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// Everything but thrown-away drafts.
    #[default]
    All,
    /// What stands or is under way.
    Active,
    /// What was completed or missed.
    Past,
    /// What was cancelled or refused.
    Cancelled,
}

impl Filter {
    fn states(self) -> &'static [State] {
        use State::{
            Arrived, CancelledByApplicant, CancelledByOffice, Checking, Completed, Confirmed,
            Draft, Held, InService, NoShow, Pending, Proposed, Ready, Rejected, Returned,
        };
        const ACTIVE: &[State] = &[
            Draft, Checking, Returned, Ready, Held, Pending, Proposed, Confirmed, Arrived,
            InService,
        ];
        const ALL: &[State] = &[
            Draft,
            Checking,
            Returned,
            Ready,
            Held,
            Pending,
            Proposed,
            Confirmed,
            Arrived,
            InService,
            CancelledByApplicant,
            CancelledByOffice,
            Rejected,
            Completed,
            NoShow,
        ];
        match self {
            Self::All => ALL,
            Self::Active => ACTIVE,
            Self::Past => &[Completed, NoShow],
            Self::Cancelled => &[CancelledByApplicant, CancelledByOffice, Rejected],
        }
    }
}

/// A page of a person's bookings, the newest first; `before` is the id of the last one seen.
///
/// # Errors
/// A fault of the engine.
pub fn list(
    tx: &mut Tx<'_>,
    account: &Id,
    filter: Filter,
    before: Option<&Id>,
    limit: usize,
) -> Outcome<Vec<Booking>> {
    // A person has tens of bookings, so the states are picked here and not in SQL.
    let rows = before_of(tx, account, before)?;
    let shown = |x: &Booking| filter.states().contains(&x.state);
    Ok(rows.into_iter().filter(shown).take(limit).collect())
}

/// All bookings of a person, whatever became of them, the newest first.
///
/// # Errors
/// A fault of the engine.
pub(super) fn whole(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Booking>> {
    let mut all = Vec::new();
    loop {
        let last = all.last().map(|x: &Booking| x.id.clone());
        let more = before_of(tx, account, last.as_ref())?;
        if more.is_empty() {
            return Ok(all);
        }
        all.extend(more);
    }
}

/// The thousand bookings of a person that were begun before the one with the id `before`.
fn before_of(tx: &mut Tx<'_>, account: &Id, before: Option<&Id>) -> Outcome<Vec<Booking>> {
    let vault = tx.vault();
    Ok(tx.all(
        "SELECT id, account_id, service_code, purpose, state, resource_id, starts_at, ends_at,
                lane, expires_at, extended, moves, revision, number, code, form_sealed, form_key,
                created_at, changed_at,
                (SELECT wrapped FROM person_key WHERE person_id = booking.account_id),
                mandate_id, principal_id, behalf_sealed
         FROM booking
         WHERE account_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id < $2)
         ORDER BY id DESC LIMIT 1000",
        args![account, before],
        |r| read(vault, r),
    )?)
}

/// One booking of a person.
///
/// # Errors
/// `E-STA-01` when there is none, or it is another person's.
pub fn of_account(tx: &mut Tx<'_>, account: &Id, id: &str) -> Outcome<Booking> {
    let own = rows::found(tx, id)?.filter(|x| x.account == *account);
    own.ok_or_else(|| Refusal::new(Kind::NotFound, "E-STA-01").into())
}

/// The booking with this code, as far as `scope` reaches; codes that a move replaced are unknown.
///
/// # Errors
/// A fault of the engine.
pub fn by_code(
    tx: &mut Tx<'_>,
    scope: &Scope,
    offices: &Offices,
    code: &str,
) -> Outcome<Option<Booking>> {
    let id: Option<Id> =
        tx.opt("SELECT id FROM booking WHERE code = $1", args![code], |r| r.get(0))?;
    let Some(id) = id else { return Ok(None) };
    let within = |x: &Booking| {
        let spot = Spot::of_resource(offices, x.resource.as_ref());
        scope.covers(&Object { account: Some(&x.account), spot })
    };
    Ok(rows::found(tx, &id)?.filter(within))
}

/// One entry of a booking's history.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    /// Number of the transition.
    pub seq: u32,
    /// When.
    pub at: Instant,
    /// The operation.
    pub op: Id,
    /// Who: `account:…`, `system`, `engineer`.
    pub actor: String,
    /// By which way: `web`, `api`, `cli`, `job`.
    pub channel: String,
    /// What happened, for example `moved`.
    pub event: String,
    /// The state before.
    pub from: Option<State>,
    /// The state after.
    pub to: State,
    /// What changed: the values before.
    pub old: serde_json::Value,
    /// And after.
    pub new: serde_json::Value,
    /// Why; empty when nobody said, or the person was erased.
    pub reason: Pii<String>,
}

/// The history of a booking that somebody was let read, oldest first.
///
/// # Errors
/// A fault of the engine.
pub fn event_rows(tx: &mut Tx<'_>, booking: &Booking) -> Outcome<Vec<EventRow>> {
    let json = |text: String| {
        serde_json::from_str(&text)
            .map_err(|error| Fault::of("a stored history cannot be read", error))
    };
    let why = |seq: u32, sealed: Option<Vec<u8>>| match (&booking.key, sealed) {
        (Some(key), Some(sealed)) => key.open_text(reason_of(&entry_of(&booking.id, seq)), &sealed),
        _ => Ok(String::new()),
    };
    Ok(tx.all(
        "SELECT seq, at, op_id, actor, channel, event, from_state, to_state, old_values,
                new_values, reason_sealed
         FROM booking_event WHERE booking_id = $1 ORDER BY seq",
        args![&booking.id],
        |r| {
            let (from, to): (Option<String>, String) = (r.get(6)?, r.get(7)?);
            let seq = r.get(0)?;
            Ok(EventRow {
                seq,
                at: r.get(1)?,
                op: r.get(2)?,
                actor: r.get(3)?,
                channel: r.get(4)?,
                event: r.get(5)?,
                from: from.as_deref().and_then(State::parse),
                to: State::parse(&to).ok_or_else(|| Fault::new("an unknown state in a history"))?,
                old: json(r.get(8)?)?,
                new: json(r.get(9)?)?,
                reason: why(seq, r.get(10)?)?.into(),
            })
        },
    )?)
}
