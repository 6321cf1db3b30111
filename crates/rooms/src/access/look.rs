//! Looks: somebody of the staff opens a visitor's data, for a reason that is written down first.

use base::vault::Spot;
use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};

use super::{Action, Grant, Scope, alarm};
use crate::privacy;

/// How long a look lasts: afterwards the reason is asked for again.
pub const LOOK_LASTS: i64 = 15 * Instant::MINUTE;

/// Somebody opens a visitor's data.
#[derive(Clone, Debug)]
pub struct Look {
    /// Who looks.
    pub looker: Id,
    /// At which booking.
    pub booking: Id,
    /// Whose data.
    pub account: Id,
    /// The grant by which it is allowed.
    pub by: Grant,
    /// Why.
    pub reason: String,
}

/// Writes a look down.
///
/// # Errors
/// `E-ROLE-01` when `scope` was made for something else or does not hold the grant; a fault of the
/// engine.
pub fn look(tx: &mut Tx<'_>, cx: &Cx, scope: &Scope, look: &Look) -> Outcome<()> {
    if scope.action() != Action::OpenVisitor || !scope.grants().any(|x| *x == look.by) {
        return Err(Refusal::new(Kind::Forbidden, "E-ROLE-01").into());
    }
    privacy::looked(tx, cx, &look.account, "visitor")?;
    let id = cx.new_id();
    let reason = tx.key(&look.account)?.seal(spot(&id), &look.reason)?;
    tx.exec(
        "INSERT INTO staff_look (id, at, op_id, looker_id, role, place_kind, place_id, booking_id,
                                 account_id, reason_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        args![
            &id,
            cx.now,
            &cx.op,
            &look.looker,
            look.by.role.as_str(),
            look.by.place.kind().as_str(),
            look.by.place.id(),
            &look.booking,
            &look.account,
            &reason,
        ],
    )?;
    alarm::watch(tx, cx, &look.looker)
}

/// Where the reason of a look stands.
pub(super) fn spot(look: &str) -> Spot<'_> {
    Spot::new("staff_look", "reason", look)
}

/// Whether `looker` has opened the visitor of `booking` a moment ago.
///
/// # Errors
/// A fault of the engine.
pub fn looked(tx: &mut Tx<'_>, now: Instant, looker: &Id, booking: &Id) -> Outcome<bool> {
    let found: Option<Id> = tx.opt(
        "SELECT id FROM staff_look WHERE booking_id = $1 AND looker_id = $2 AND at > $3 LIMIT 1",
        args![booking, looker, now.plus(-LOOK_LASTS)],
        |r| r.get(0),
    )?;
    Ok(found.is_some())
}
