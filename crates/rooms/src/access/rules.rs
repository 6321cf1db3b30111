//! Who may give and take roles. Pure.

use base::{FieldFault, Id, Instant, Kind, Refusal};

use super::{Action, Grant, NewGrant, Place, PlaceKind, Role, Scope, Spot, table};
use crate::offices::Offices;

/// Characters of a reason at most.
pub const REASON: usize = 300;

/// By whose right a role is given or taken.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// The engineer at the command line: whoever holds the database may do anything with it anyway.
    Engineer,
    /// Somebody of the staff.
    Staff(&'a Id, &'a Scope),
}

/// Whether `new` may be granted by `by` at `now`.
///
/// # Errors
/// `E-FORM-00` with all faulty fields; `E-ROLE-06` for oneself; `E-ROLE-07` when it is more than
/// whoever grants has.
pub fn grant(by: By<'_>, offices: &Offices, new: &NewGrant, now: Instant) -> Result<(), Refusal> {
    let spot = check(offices, new, now)?;
    let By::Staff(me, scope) = by else { return Ok(()) };
    if *me == new.account {
        return Err(Refusal::new(Kind::Forbidden, "E-ROLE-06"));
    }
    let enough = |x: &Grant| gives(x, new.role, &spot, new.until);
    match is_for(scope, Action::GrantRole).any(enough) {
        true => Ok(()),
        false => Err(Refusal::new(Kind::Forbidden, "E-ROLE-07")),
    }
}

/// The fields of a grant; gives where its place lies.
fn check(offices: &Offices, new: &NewGrant, now: Instant) -> Result<Spot, Refusal> {
    let mut faults = Vec::new();
    if !new.role.fits(new.place.kind()) {
        let whole = new.role.widest() == Some(PlaceKind::Portal);
        // Whoever offers a role has it in mind; what is to be chosen anew is the place.
        faults.push(FieldFault::new("place", if whole { "E-ROLE-21" } else { "E-ROLE-04" }));
    }
    let spot = Spot::of(offices, &new.place);
    if spot.is_none() {
        faults.push(FieldFault::new("place", "E-ROLE-05"));
    }
    if new.role == Role::ServiceCentre && !is_centre(offices, &new.place) {
        faults.push(FieldFault::new("place", "E-ROLE-20"));
    }
    if new.until <= now || new.until <= new.from {
        faults.push(FieldFault::new("until", "E-ROLE-12"));
    }
    faults.extend(reason(&new.reason));
    match spot {
        Some(spot) if faults.is_empty() => Ok(spot),
        _ => Err(Refusal::invalid(faults)),
    }
}

/// Whether nothing speaks against a service centre at `place`: a site that is known, and is none, does, for each
/// of its calendars, too. A site that stops being one later keeps the role, which confirms nobody there then.
pub fn is_centre(offices: &Offices, place: &Place) -> bool {
    let site = Spot::of(offices, place).and_then(|x| x.site);
    site.and_then(|id| offices.site(&id)).is_none_or(|x| x.card.centre)
}

/// Whether `by` may take `grant` away. `others` is how many other administrators without an end
/// the portal has.
///
/// # Errors
/// `E-FORM-00` without a reason; `E-ROLE-02` when it is out of reach, as if there were none;
/// `E-ROLE-09` for the last administrator.
pub fn revoke(
    by: By<'_>,
    offices: &Offices,
    (grant, others): (&Grant, usize),
    why: &str,
) -> Result<(), Refusal> {
    if let By::Staff(_, scope) = by {
        let spot = Spot::of(offices, &grant.place).unwrap_or_default();
        let enough = |x: &Grant| outranks(x, grant.role) && x.place.holds(&spot);
        if !is_for(scope, Action::RevokeRole).any(enough) {
            return Err(Refusal::new(Kind::NotFound, "E-ROLE-02"));
        }
    }
    let whole = grant.role == Role::PortalAdmin && grant.place == Place::Portal;
    if whole && others == 0 {
        return Err(Refusal::new(Kind::Conflict, "E-ROLE-09"));
    }
    match reason(why) {
        None => Ok(()),
        Some(fault) => Err(Refusal::invalid(vec![fault])),
    }
}

/// Whether whoever has `mine` may give `role` at `spot` until then.
fn gives(mine: &Grant, role: Role, spot: &Spot, until: Instant) -> bool {
    outranks(mine, role) && mine.place.holds(spot) && until <= mine.until
}

/// Whether whoever has `mine` could propose that today.
pub(super) fn could_give(mine: &Grant, role: Role, spot: &Spot, until: Instant) -> bool {
    let reach = table::reach(mine.role, Action::GrantRole);
    reach.admits(mine.place.kind()) && gives(mine, role, spot, until)
}

/// The grants of a scope, when it was made for `action`.
fn is_for(scope: &Scope, action: Action) -> impl Iterator<Item = &Grant> {
    scope.grants().filter(move |_| scope.action() == action)
}

/// Whether whoever has `mine` may decide on `role`.
fn outranks(mine: &Grant, role: Role) -> bool {
    role.widest() <= mine.role.widest()
}

/// The roles that somebody with this scope may give at one of their places.
pub fn grantable(scope: &Scope) -> Vec<Role> {
    let may = |role: &Role| scope.grants().any(|x| outranks(x, *role));
    Role::granted().filter(may).collect()
}

/// Letters that a reason needs: fewer say nothing, and what cannot be seen is none.
const LETTERS: usize = 3;

/// Letters that show nothing: fillers of the Korean alphabet.
const FILLERS: [char; 4] = ['\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}'];

/// What is wrong with a reason.
pub fn reason(text: &str) -> Option<FieldFault> {
    let long = |over: usize| {
        FieldFault::new("reason", "E-FORM-02-long").arg("over", over).arg("max", REASON)
    };
    let letters = text.chars().filter(|x| x.is_alphabetic() && !FILLERS.contains(x)).count();
    match text.trim().chars().count() {
        0 => Some(FieldFault::new("reason", "E-FORM-01")),
        _ if letters < LETTERS => Some(FieldFault::new("reason", "E-FORM-01-words")),
        count => count.checked_sub(REASON).filter(|over| *over > 0).map(long),
    }
}
