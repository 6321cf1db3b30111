//! The room «admission»: the line before a rush.
//!
//! When places open, everybody comes in the same minute. An **opening** is announced with its days
//! and its moment: until then the days are shut. From that moment on, until it ends, a time on these
//! days is given along a line: people join (one place for an account), are let in as fast as the
//! portal can serve them, and have some minutes to take a time. A line goes by arrival or by a
//! lottery whose seed was promised before. Everything else is untouched: an offer that no opening
//! covers costs a look at an empty list.
//!
//! Tables: `opening_series`, `opening`, `opening_entry`.
//!
//! Invariants:
//! - a person has one entry in an opening (primary key), and nobody shares a rank (unique index);
//! - ranks are handed out while the opening's row is locked: their order is that of the commits, on
//!   any number of nodes, and it survives a crash, since answers leave after COMMIT;
//! - whoever takes a guarded time was let in: [`ask`] stands in the same transaction; a turn is one
//!   booking, and over once the time is [`bound`];
//! - a poll reads [`Lines`], never the database.
//!
//! Calls: `booking` to count places, `slots` for releases. Not here: how places are claimed
//! (`booking`), what pages look like.

mod announce;
mod export;
mod gate;
mod join;
mod keeper;
mod leave;
mod line;
mod model;
mod read;
mod rows;
pub mod rules;
mod turn;
mod verify;

pub use announce::{Announce, Series, announce, close, guard, unguard};
pub(crate) use export::export;
pub(crate) use gate::bound;
pub use gate::{Pass, ask, not_your_turn};
pub use join::{Candidate, join};
pub use keeper::{Keeper, places};
pub use leave::{entry, leave};
pub use line::{Line, Lines, Place, Places};
pub use model::{Entry, Guard, Mode, Opening, Phase, Scope, Standing};
pub use read::{Openings, Proof, proof, version};
pub use rules::{Estimate, Load};
pub use turn::{Turned, turn};
pub use verify::verify;

#[cfg(test)]
mod tests;
