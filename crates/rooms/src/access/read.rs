//! Queries that feed screens.

use std::collections::BTreeSet;

use base::db::Row;
use base::{Fault, Id, Instant, Outcome, Pii, Tx, args};

use super::look::spot;
use super::store::{self, row};
use super::{Grant, Place, Role, Scope, Spot, reasons};
use crate::offices::Offices;

/// The grants of `account` that are in force at `now`: asked with every request of the staff, so
/// what was given or taken counts at once on every node.
///
/// # Errors
/// A fault of the engine.
pub fn grants_of(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<Vec<Grant>> {
    let rows = tx.all(
        "SELECT id, account_id, role, place_kind, place_id, starts_at, ends_at
         FROM staff_grant
         WHERE account_id = $1 AND revoked_at IS NULL AND starts_at <= $2 AND ends_at > $2
         ORDER BY id",
        args![account, now],
        row,
    )?;
    Ok(rows.into_iter().map(|x| x.grant).collect())
}

/// Somebody with a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub account: Id,
    /// With which role, where, when.
    pub grant: Grant,
    /// Who gave it, as in histories.
    pub by: String,
    /// When it was given.
    pub at: Instant,
}

fn member_row(r: &Row<'_>) -> Result<Member, Fault> {
    let owned = row(r)?;
    Ok(Member { account: owned.account, grant: owned.grant, by: r.get(7)?, at: r.get(8)? })
}

/// The grants that were not revoked and are not over, the newest first, as far as `scope` reaches.
///
/// # Errors
/// A fault of the engine.
pub fn members(
    tx: &mut Tx<'_>,
    now: Instant,
    scope: &Scope,
    offices: &Offices,
) -> Outcome<Vec<Member>> {
    let mut all = everybody(tx, now)?;
    all.retain(|x| reaches(scope, offices, &x.grant.place));
    Ok(all)
}

/// All grants that were not revoked and are not over: for the command line.
///
/// # Errors
/// A fault of the engine.
pub fn everybody(tx: &mut Tx<'_>, now: Instant) -> Outcome<Vec<Member>> {
    Ok(tx.all(
        "SELECT id, account_id, role, place_kind, place_id, starts_at, ends_at, granted_by,
                granted_at
         FROM staff_grant WHERE revoked_at IS NULL AND ends_at > $1 ORDER BY id DESC",
        args![now],
        member_row,
    )?)
}

/// Everybody who has or ever had a role within `scope`.
///
/// # Errors
/// A fault of the engine.
pub fn ever(tx: &mut Tx<'_>, scope: &Scope, offices: &Offices) -> Outcome<BTreeSet<Id>> {
    let all = tx.all(
        "SELECT DISTINCT account_id, place_kind, place_id FROM staff_grant",
        args![],
        |r| Ok((r.get::<Id>(0)?, store::place(&r.get::<String>(1)?, &r.get::<String>(2)?)?)),
    )?;
    let reached = all.into_iter().filter(|x| reaches(scope, offices, &x.1));
    Ok(reached.map(|x| x.0).collect())
}

/// Whether what holds at `place` is within `scope`. A place that is gone is nowhere: only those who
/// reach the whole portal see it.
pub fn reaches(scope: &Scope, offices: &Offices, place: &Place) -> bool {
    scope.grant_for(&Spot::of(offices, place).unwrap_or_default()).is_some()
}

/// An entry of a grant's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// Who, as in histories.
    pub actor: String,
    /// `granted`, `revoked`, `ended`.
    pub event: String,
    /// Why; empty when nobody said, or whoever had the role was erased.
    pub reason: Pii<String>,
}

/// The grant `id` as far as `scope` reaches, also a revoked one, with its history.
///
/// # Errors
/// A fault of the engine.
pub fn member(
    tx: &mut Tx<'_>,
    (scope, offices): (&Scope, &Offices),
    id: &str,
) -> Outcome<Option<(Member, Vec<Event>)>> {
    let found = tx.opt(
        "SELECT id, account_id, role, place_kind, place_id, starts_at, ends_at, granted_by,
                granted_at
         FROM staff_grant WHERE id = $1",
        args![id],
        member_row,
    )?;
    let reached = |x: &Member| reaches(scope, offices, &x.grant.place);
    let Some(member) = found.filter(reached) else { return Ok(None) };
    let key = tx.key_of(&member.account)?;
    let events = tx.all(
        "SELECT at, actor, event, reason_sealed FROM staff_event
         WHERE grant_id = $1 ORDER BY at, event",
        args![id],
        |r| {
            let event: String = r.get(2)?;
            let row = reasons::entry(id, &event);
            let reason = reasons::opened(key.as_ref(), reasons::of_event(&row), r.get(3)?)?;
            Ok(Event { at: r.get(0)?, actor: r.get(1)?, event, reason })
        },
    )?;
    Ok(Some((member, events)))
}

/// A look at a citizen's data, as that citizen sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// When.
    pub at: Instant,
    /// In which role.
    pub role: Role,
    /// Where that role holds.
    pub place: Place,
    /// About which booking.
    pub booking: Id,
    /// Why.
    pub reason: Pii<String>,
}

/// The newest looks at the data of `account`.
///
/// # Errors
/// A fault of the engine.
pub fn looks_at(tx: &mut Tx<'_>, account: &Id, limit: i64) -> Outcome<Vec<Looked>> {
    let Some(key) = tx.key_of(account)? else { return Ok(Vec::new()) };
    Ok(tx.all(
        "SELECT at, role, place_kind, place_id, booking_id, reason_sealed, id FROM staff_look
         WHERE account_id = $1 ORDER BY at DESC, id DESC LIMIT $2",
        args![account, limit],
        |r| {
            Ok(Looked {
                at: r.get(0)?,
                role: store::role(&r.get::<String>(1)?)?,
                place: store::place(&r.get::<String>(2)?, &r.get::<String>(3)?)?,
                booking: r.get(4)?,
                reason: key.open_text(spot(&r.get::<Id>(6)?), &r.get::<Vec<u8>>(5)?)?.into(),
            })
        },
    )?)
}
