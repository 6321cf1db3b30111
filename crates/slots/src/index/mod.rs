//! The same answers as [`crate::slots`], [`crate::days`] and [`crate::day_table`], from bits kept
//! in memory.
//!
//! - [`Starts`]: where appointments of one shape may start by a timetable, made once by the code
//!   that [`crate::slots`] runs, shared by all resources with that timetable.
//! - [`Busy`]: what is taken of one resource. Bookings are bits; holds stand beside them with
//!   their expiry, so one that runs out blocks nothing although nobody tells. Claims of services
//!   with a daily limit are counted by day.
//! - [`Free`]: starts less what is taken, for a question.
//! - [`Soonest`]: which of many resources is free first.
//!
//! A cell is `grid` minutes long and counted from the epoch; 64 cells are a word. Taken and offered
//! time have the same grid, so a word of one lane is answered with a few instructions.

mod bits;
mod busy;
mod free;
mod soonest;
mod starts;

pub use busy::{Busy, Counted};
pub use free::{Free, Limit, Tally};
pub use soonest::{Found, Soonest};
pub use starts::{Shape, Starts};
