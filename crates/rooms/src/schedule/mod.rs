//! When a resource receives: availability rules, exceptions, the production calendar.
//!
//! Free time is not stored here or anywhere: it is computed by the crate `slots` from what this
//! room keeps and from the live claims of the room `booking`.
//!
//! Tables: `timetable`, `exception`, `calendar_day`. A change of any of them raises the edition
//! `schedule`, by which nodes know that the snapshot in their memory is old.
//!
//! The grid: a claim owns whole cells of its resource's grid. The grid is only ever made finer
//! while claims live; `booking` does that when a claim needs it, so this room only proposes one.

mod read;
mod save;

pub use read::{Grid, Known, Schedule, Timetable, calendar, grid, grids, timetable, version};
pub use save::{
    CalendarDay, DayKind, Target, add_exception, refine, save_calendar, save_timetable,
    seed_calendar,
};

#[cfg(test)]
mod tests;
