//! Taking a role away.

use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};

use super::{By, Grant, Place, rules, store};
use crate::offices::Offices;

/// A role to take away.
#[derive(Clone, Debug)]
pub struct Revoke {
    /// The grant.
    pub grant: Id,
    /// Why; kept in the history.
    pub reason: String,
}

/// Takes a role away, from the next request on, on every node; gives where it held.
///
/// # Errors
/// `E-ROLE-02` when there is no such grant, or not any more; as [`rules::revoke`].
pub fn revoke(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (by, offices): (By<'_>, &Offices),
    command: &Revoke,
) -> Outcome<Place> {
    // Before the grant's own lock: whoever takes an administrator away locks all of them in order.
    let administrators = store::administrators(tx)?;
    let found = store::locked(tx, &command.grant)?;
    let found = found.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ROLE-02"))?;
    let lasts =
        |x: &&Grant| x.id != found.grant.id && x.is_live(cx.now) && x.until == Instant::NEVER;
    let others = administrators.iter().filter(lasts).count();
    rules::revoke(by, offices, (&found.grant, others), &command.reason)?;
    tx.exec(
        "UPDATE staff_grant SET revoked_at = $2, revoked_by = $3 WHERE id = $1",
        args![&found.grant.id, cx.now, &cx.actor.label()],
    )?;
    store::note(tx, cx, (&found.account, &found.grant.id), "revoked", &command.reason)?;
    Ok(found.grant.place)
}
