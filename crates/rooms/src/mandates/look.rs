//! A mandate as the staff see it beside a visit.

use base::{Id, Outcome, Pii, Tx};

use super::rows::{self, Mandate, State};
use super::{Behalf, Former, keep, store};

/// A mandate beside a visit that was booked by it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// As it is now.
    pub mandate: Mandate,
    /// Why the staff did not accept it, when they did not.
    pub reason: Option<Pii<String>>,
    /// What the staff said before against the same principal, when that is not what stands.
    pub former: Option<Former>,
    /// Whether its data were changed after the visit was booked.
    pub changed: bool,
    /// Whoever looks acts by it, or is represented: somebody else says what is to be said of it.
    pub own: bool,
}

/// Whether `staff` acts by `mandate`, or is the person for whom it is, as far as name and birth date tell.
pub(super) fn is_own(tx: &mut Tx<'_>, mandate: &Mandate, staff: &Id) -> Outcome<bool> {
    if mandate.account == *staff {
        return Ok(true);
    }
    let Some(who) = mandate.sheet().and_then(|x| x.details.who()) else { return Ok(false) };
    Ok(keep::human(tx, staff)?.is_some_and(|x| x.is(who)))
}

/// Why a mandate was not accepted or taken back; nothing while it is neither.
///
/// # Errors
/// A fault of the engine.
pub fn reason(tx: &mut Tx<'_>, mandate: &Mandate) -> Outcome<Option<Pii<String>>> {
    match mandate.state {
        State::Refused | State::Revoked => Ok(store::last_reason(tx, mandate)?.map(Into::into)),
        State::Typed | State::Checked | State::Ended => Ok(None),
    }
}

/// The mandate of a visit as it is now, for `staff`, whose scope reaches the visit, and who wrote the look
/// down.
///
/// # Errors
/// A fault of the engine.
pub fn look(tx: &mut Tx<'_>, staff: &Id, behalf: &Behalf) -> Outcome<Option<Seen>> {
    let Some(mandate) = rows::many(tx, &[&behalf.mandate])?.pop() else { return Ok(None) };
    let reason = reason(tx, &mandate)?;
    let said = behalf.said().map(|x| &x.details);
    let changed = said != mandate.sheet().map(|x| &x.details);
    let former = store::former(tx, &mandate)?;
    let own = is_own(tx, &mandate, staff)?;
    Ok(Some(Seen { mandate, reason, former, changed, own }))
}
