//! A mandate as the staff see it beside a visit.

use base::{Outcome, Tx};

use super::rows::{self, Mandate};
use super::{Behalf, store};

/// A mandate beside a visit that was booked by it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// As it is now.
    pub mandate: Mandate,
    /// Why the staff did not accept it, when they did not.
    pub reason: Option<base::Pii<String>>,
    /// Whether its data were changed after the visit was booked.
    pub changed: bool,
}

/// The mandate of a visit as it is now. The caller has a scope that reaches the visit, and wrote the
/// look down.
///
/// # Errors
/// A fault of the engine.
pub fn look(tx: &mut Tx<'_>, behalf: &Behalf) -> Outcome<Option<Seen>> {
    let Some(mandate) = rows::many(tx, &[&behalf.mandate])?.pop() else { return Ok(None) };
    let reason = store::last_reason(tx, &mandate)?.map(Into::into);
    let said = behalf.said().map(|x| &x.details);
    let changed = said != mandate.sheet().map(|x| &x.details);
    Ok(Some(Seen { mandate, reason, changed }))
}
