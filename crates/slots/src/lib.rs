//! Free time, computed.
//!
//! Opening rules, the production calendar, exceptions and the claims that are alive go in; the
//! starts a person may book come out. Slots are never stored: a change of hours takes effect with
//! the next question, and nothing has to be rebuilt.
//!
//! # Time
//! People and rules speak the wall time of the site; claims speak instants, here whole minutes
//! since 1970-01-01T00:00Z ([`Minute`]). The two meet in one place (`clock`), which cuts the
//! time line where the zone changes its offset. From that follow the answers around a change:
//! - a wall time that does not exist offers nothing;
//! - a wall time that occurs twice offers two different starts, both bookable;
//! - a duration is elapsed time and never stretches or shrinks.
//!
//! # Lanes
//! A resource that serves several parties at once has numbered lanes. A lane says which channels
//! may take it, so quotas are lanes and need no counters. The same number in two overlapping rules
//! is the same physical window: capacity is the union of lanes, never the sum.
//!
//! # Invariants
//! - A slot lies wholly inside one window, outside its breaks, closures and absences.
//! - A slot belongs to the local date on which it starts, whatever day its window began.
//! - [`days`], [`day_table`] and [`slots`] tell the same story; [`candidates`] accepts exactly the
//!   starts that [`slots`] offers while nothing is taken.
//!
//! # Not here
//! No clock, no chance, no I/O, no storage, no identity of people. Whether two claims may live
//! beside each other is the database's decision; this crate only says which are worth trying.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may unwrap"))]

mod calendar;
mod candidates;
mod clock;
mod fault;
mod free;
mod grid;
mod hours;
pub mod index;
mod plan;
mod release;
mod sets;

pub use calendar::Calendar;
pub use candidates::{Refused, candidates};
pub use fault::{RuleFault, validate_rule};
pub use free::{DayCount, DayState, Slot, Start, Taken, day_table, days, slots};
pub use grid::grid;
pub use plan::{Exception, MAX_LANES, Plan, Rule};
pub use release::{Ask, Locked, Reach, Release, next_release};
pub use sets::{Channel, Channels, Weekday, Weekdays};

/// Whole minutes since 1970-01-01T00:00Z: the instants of this crate.
pub type Minute = i64;
