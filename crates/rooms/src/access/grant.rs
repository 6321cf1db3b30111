//! Giving somebody a role.

use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx};

use super::{By, Place, Role, rules, store};
use crate::offices::Offices;
use crate::sessions;

/// A role to give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGrant {
    /// To whom.
    pub account: Id,
    /// Which.
    pub role: Role,
    /// Where.
    pub place: Place,
    /// In force from here …
    pub from: Instant,
    /// … to before here; [`Instant::NEVER`] without an end.
    pub until: Instant,
    /// Why; kept in the history.
    pub reason: String,
}

/// Gives somebody a role; gives the id of the grant. It is in force with the next request, on
/// every node.
///
/// # Errors
/// As [`rules::grant`]; `E-ROLE-08` when the account has this role at this place.
pub fn grant(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (by, offices): (By<'_>, &Offices),
    new: &NewGrant,
) -> Outcome<Id> {
    rules::grant(by, offices, new, cx.now)?;
    let added = store::add(tx, cx, new)?;
    let id = added.ok_or_else(|| Refusal::new(Kind::Conflict, "E-ROLE-08"))?;
    sessions::make_staff(tx, cx.now, &new.account)?;
    Ok(id)
}
