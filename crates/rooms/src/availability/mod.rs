//! Free time in the memory of a node: every question about free time is answered from here and
//! reads no row.
//!
//! - [`Ledger`]: what is taken of every resource. It is read once at the start and then follows the
//!   news of committed claims; what does not fit is read anew. It outlives changes of the rules.
//! - [`Availability`]: the picture as of one edition: resources, timetables of equal content made
//!   one, and for each service a tournament that knows who is free first.
//! - [`Question`]: free slots, days and tables, and the soonest of a place, with filters.
//!
//! Whether a claim may live is never asked here: that is decided by the database (`booking`). What
//! is shown may be a moment old, on other nodes up to a second.
//!
//! Not here: rules (`slots`), how the picture is loaded and replaced (`portal`).

mod atlas;
mod feed;
mod frame;
mod ledger;
mod mark;
mod query;
mod table;

pub use feed::{Feed, Watcher};
pub use frame::{Availability, Brief, Desk, Made, Seat, Sources};
pub use ledger::{Diary, Ledger};
pub use mark::Mark;
pub use query::{Asked, Filter, FreeSlot, Question, Scope, Sought, TO_CHOOSE};

#[cfg(test)]
mod tests;
