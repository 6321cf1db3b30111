//! The room «trail»: what the staff and the engineer did, operation by operation.
//!
//! Administrators ask who did what, when, by which right, and what became of the operation whose id stands
//! in an answer or in the log. An entry is written in the transaction of its operation, so it is there when
//! the operation is, and only then.
//!
//! Owns `staff_trail`, `staff_trail_since`.
//!
//! Invariants:
//! * An operation has one entry: the key of `op_id`.
//! * An entry is never changed; its age alone removes it ([`sweep`]).
//! * No name, contact or typed text: ids and codes of ours.
//! * Whoever reads sees what was done by grants within their own reach.
//! * Every change of a role or a site and every look has its entry ([`verify`]).
//!
//! Calls: `access` (scopes, places), `offices` (what lies around a place). Not here: histories of bookings,
//! ways, mandates and roles with their sealed reasons, which stay with their rooms; what citizens do for
//! themselves; that no handler forgets its entry, which `web` sees to.

mod deed;
mod keep;
mod note;
pub mod read;
#[cfg(test)]
mod tests;

pub use deed::{ACTIONS, Command, Deed, Kind, Step};
pub(crate) use keep::export;
pub use keep::{sweep, verify};
pub use note::{Done, by_engineer, by_staff};
