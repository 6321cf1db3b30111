//! The room «identity»: what the portal knows of a person beside name and contacts, and how it
//! learns that it is true.
//!
//! People type their data once, in short forms, and meet them again in every later form. Ways lead
//! from one level to the next: a question to the registries, a visit, a registered letter, a
//! signature. Whatever a level rests on can be corrected at any time; what was checked of it is then
//! checked anew, and the level falls to what remains.
//!
//! Owns `identity_datum`, `snils_owner`, `level_way`, `level_way_event`, `registry_check`,
//! `visit_code`, `visit_look`, `code_letter`, `level_wish`.
//!
//! Invariants:
//! * Data are sealed with the person's key; a SNILS is found by its blind index, and a checked one
//!   has one account: the database says so.
//! * A form of data that were changed elsewhere meanwhile changes nothing.
//! * Of one kind a person goes one way at a time; a way moves from each of its states once, so an
//!   answer that comes twice counts once.
//! * A withdrawn consent, or the wish to close the account, ends every way in the same transaction: nothing
//!   is sent or shown afterwards, and a late answer changes nothing.
//! * A proof of an address goes with its change; a level stays.
//! * Every change of a level has a line in its history, and the person hears of it.
//! * A question to the registries is asked outside any transaction, under the id of its way.
//!
//! Calls: `accounts` (names, levels, consents), `files` (scans), `mandates` (those of a wrong identity end), `privacy`
//! (what a person is told of looks). Not here: who may look at whom (`access`), how a registry is reached ([`Registry`] is implemented outside).

mod check;
mod claim;
mod data;
mod export;
pub mod letter;
mod notice;
mod prefill;
mod profile;
pub mod read;
mod registry;
pub mod rules;
mod save;
pub mod scan;
mod signature;
mod stop;
mod sweep;
#[cfg(test)]
mod tests;
pub mod visit;
mod way;
mod wish;

pub use check::{
    Checker, Round, agreed as agree, begin as begin_check, complete, owner, reindex, set_level,
};
pub(crate) use check::{attest, attest_addresses};
pub use data::{Beside, Kind, SEXES, Values, read as read_datum};
pub(crate) use export::export;
pub use prefill::{own_answers, prefill};
pub(crate) use profile::checked_snils;
pub use profile::{Datum, How, Profile, Standing, born, inn, profile};
pub use registry::{Asked, Registry, RegistryFault, Reply};
pub use save::{Cost, Save, Saved, consequence, save};
pub(crate) use save::{renamed, respelled};
pub use signature::agree_to_sign;
pub(crate) use signature::{by_signature, owner_of};
pub use stop::{WITHDRAWN, withdraw};
pub(crate) use stop::{agrees, closes};
pub use sweep::{Breach, forget, sweep, verify};
pub use way::{Note, State, Way, WayKind};
pub use wish::{Wish, keep as keep_wish, kept as kept_wish, leave as leave_wish};

/// Ways to a higher level that this portal has beside a visit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// Registries answer questions.
    pub registry: bool,
    /// Somebody sends registered letters.
    pub letters: bool,
    /// Electronic signatures can be judged.
    pub signature: bool,
    /// Somebody compares scans.
    pub scans: bool,
}
