//! The room «sso»: signing in to other sites with an account of the portal (OpenID Connect), and to
//! the portal with an account of elsewhere.
//!
//! A **client** is a site that lets people in through the portal, once it is connected ([`register`]). It sends a person here with a
//! [`request`]; the person signs in, is told what the site wants to read, and says yes or no
//! ([`consent`]); the site gets a code, which it exchanges once for tokens ([`grant`]).
//!
//! Owns the tables `sso_*`; asks `accounts` who somebody is and `sessions` whether they are still
//! signed in.
//!
//! Invariants:
//! * Nobody is sent to an address that was not registered letter for letter.
//! * What the staff or the engineer do to a site stands in its history, under a revision of its own.
//! * Where four eyes are asked for, what is registered of a site changes when two people said so ([`propose`]).
//! * A code and a refresh token are good once; whoever brings one a second time ends all that came of
//!   it.
//! * A token reads no more than the person's word in force allows, at the moment of reading.
//! * Sites of different hosts know a person by different subjects.
//! * A word by which a site proves itself is good once.
//! * Codes, tokens and clients' secrets are stored as digests. Keys and requests are sealed.
//! * A site hears that a session has ended, however it ended.
//!
//! Deliberately not here: HTTP, how one signs in (`factors`), what a subject at another provider
//! proves (`outbound` checks it).

mod address;
pub mod authenticate;
pub mod claims;
pub mod client;
pub mod consent;
pub mod elsewhere;
mod export;
mod fit;
pub mod grant;
mod jwt;
pub mod keys;
pub mod keyset;
pub mod logout;
pub mod overview;
pub mod propose;
mod provider;
pub mod register;
pub mod request;
pub mod rules;
mod scope;
mod secret;
pub mod sector;
mod sweep;
#[cfg(test)]
mod tests;
mod verify;

pub use address::{is_elsewhere, is_here};
pub use client::Client;
pub(crate) use export::export;
pub use scope::{Scope, Scopes};
pub use sweep::{forget, sweep};
pub use verify::verify;

use crate::accounts::Level;

/// What a level is called outside, as `acr`.
pub fn acr(level: Level) -> String {
    format!("{ACR}{}", level.as_str())
}

/// The level that an `acr` names.
pub fn level_of(acr: &str) -> Option<Level> {
    acr.strip_prefix(ACR).and_then(Level::parse)
}

const ACR: &str = "urn:okno:level:";
