//! Mandates: the people and organisations an account may act for.
//!
//! People get a list of their children, of those who gave them a power of attorney, of their wards,
//! companies and businesses, and book for them. Staff see the paper a mandate rests on and say that it
//! was seen, or is not good.
//!
//! Tables: `mandate`, `mandate_event`, `mandate_notice`, `mandate_round`.
//!
//! Invariants:
//! - whether a mandate is in force follows from its state, its paper and the day ([`rules::standing`]):
//!   an eighteenth birthday or the end of a term counts by itself, and no sweeper is waited for;
//! - it is asked in the transaction that acts, so what was ended counts with the next request;
//! - every change of state writes row and history together (`store`); row and history never part;
//! - what was added with an identity that was somebody else's ends with it; what the staff compared with one
//!   name they compare again with another;
//! - a paper that the staff did not accept or took back is no better for being typed again: only they can
//!   say otherwise, and none of them of what they act by or are represented in;
//! - the level that adding takes is asked again where somebody acts;
//! - nobody acts for others before they are eighteen, by the birth date of their profile as it is on the day,
//!   and nobody for themselves; a sole trader's INN is that of whoever acts;
//! - an account has one live mandate for one principal; the same person added anew is the same
//!   principal.
//!
//! Names, numbers and what is allowed are sealed with the key of the account's owner.
//!
//! Calls: `accounts` for levels and names, `identity` for birth dates, `files` for scans of papers, `privacy` for
//! the journal of accesses, `trail` for the role of whoever said something, in the copy.
//! Not here: what is booked (`booking` keeps a copy of what the papers said), who of the staff may look
//! (`access`).

mod behalf;
mod check;
mod details;
mod export;
mod keep;
mod look;
mod notice;
mod prefill;
mod rows;
pub mod rules;
mod scans;
mod store;
mod typed;
mod verify;

pub use behalf::{Behalf, OnBehalf, Said, behind};
pub(crate) use behalf::{spot as behalf_spot, take};
pub use check::{Check, Verdict, check};
pub use details::{
    Act, Basis, Company, Details, Form, Human, Kind, Office, Paper, Powers, Sheet, Trader,
};
pub(crate) use export::export;
pub use keep::{Add, Correct, add, correct, end};
pub(crate) use keep::{forget, lapse, renamed};
pub use look::{Seen, look, reason};
pub use notice::remind;
pub use prefill::{asked_of, contradictions, prefill};
pub(crate) use rows::acting;
pub use rows::{Mandate, State, any_live, of_account, own};
pub use scans::{add_file, files_of, has_paper, remove_file};
pub use store::Former;
pub use typed::{Typed, read};
pub use verify::verify;

#[cfg(test)]
pub(crate) mod tests;
