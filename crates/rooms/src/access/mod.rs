//! The room «access»: who may do what, and who of the staff has which role where.
//!
//! [`may`] is the one place that says yes or no. It is pure: the router asks it before every
//! handler with the action that the route names, and gives the handler the [`Scope`] of a yes.
//! Whatever reads other people's bookings takes a scope, and only the engine makes one. What the
//! table in `table.rs` does not allow is forbidden.
//!
//! Owns `staff_grant`, `staff_event`, `staff_proposal`, `staff_invitation`, `staff_look`, `staff_alarm`.
//!
//! Invariants:
//! * Nobody grants themselves a role, nor more than they have: not wider, not higher, not longer.
//! * Where four eyes are asked for, a role of the pages is in force after two people said so.
//! * A portal that has an administrator without an end keeps one.
//! * Nobody of the staff learns from an invitation whether somebody has an account: they say so by taking it up.
//! * A grant is never deleted; what happened to it stands in `staff_event`.
//! * A token of an invitation works once, and the database knows only its digest.
//! * Nobody's name is shown to the staff before the look is written down.
//!
//! Calls: `accounts` (who is who), `privacy` (what a person is told of looks), `sessions` (a workplace's
//! sessions end sooner), `offices` (what lies where). Not here: whose booking it is (`booking` asks for the
//! account), how often somebody may try (`accounts`), second factors (`factors`): [`factors_suffice`] says
//! which of them the staff need.

mod action;
mod alarm;
mod by_contact;
mod engine;
mod export;
mod grant;
mod invite;
mod look;
mod place;
mod propose;
pub mod read;
mod reasons;
mod revoke;
mod role;
pub mod rules;
mod store;
pub mod table;
#[cfg(test)]
mod tests;

pub use action::Action;
pub use alarm::{Alarm, CARDS, alarms, saw};
pub(crate) use alarm::{raise, tell_watchers};
pub use by_contact::{Joined, Open, Terms, invite_contact, invited, withdraw};
pub use engine::{
    FRESH, Grant, Object, Proof, Scope, StepUp, Subject, Verdict, Why, factors_suffice, may,
};
pub(crate) use export::{export, forget};
pub use grant::{NewGrant, grant};
pub use invite::{
    Invitation, Invite, administrator_exists, invitation, invite, invite_first, join,
};
pub use look::{LOOK_LASTS, Look, look, looked};
pub use place::{Place, PlaceKind, Spot};
pub use propose::{Proposal, agree, decline, proposals, propose};
pub(crate) use propose::{WAITS, second};
pub(crate) use reasons::seal_all as seal_reasons;
pub use revoke::{Revoke, revoke};
pub use role::Role;
pub use rules::By;
pub use table::Reach;
