//! Whose account an identifier names: a phone, a proved e-mail, a checked SNILS.

use base::{Outcome, Tx};

use crate::accounts::signin::{self, Challenge, Identifier};
use crate::identity;

/// Finds the account, with the same statements when there is none. A SNILS that somebody has only typed
/// finds nobody: anybody may type any number.
///
/// # Errors
/// A fault of the engine.
pub(super) fn find(tx: &mut Tx<'_>, identifier: &Identifier) -> Outcome<Challenge> {
    match identifier.snils() {
        None => signin::lookup(tx, identifier),
        Some(digits) => {
            let owner = identity::owner(tx, digits)?;
            signin::of(tx, owner.as_ref())
        }
    }
}
