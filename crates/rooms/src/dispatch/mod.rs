//! The room «dispatch»: one order of arrival for guarded times, on any number of nodes.
//!
//! Holds of a node stand in one line anyway (`booking::line`). Where a time is given along the line of
//! an opening and several nodes share the database, the wishes of all nodes get numbers from one row
//! before they are served: the number is the order of arrival. They are served strictly by number, in
//! groups, by one dispatcher at a time. Whoever holds the lock on the mark `served` is the dispatcher,
//! for one transaction: it takes the next wishes, whosever they are, decides them with its own memory,
//! and writes what was decided, the answers and the new mark together. Each node hands the answers to
//! its own people.
//!
//! Tables: `dispatch_mark`, `dispatch_ask`, `dispatch_answer`.
//!
//! Invariants:
//! - the order of numbers is the order of the commits that made them, without gaps (`asked` is locked
//!   until the commit);
//! - a wish is served when all before it are (`served` is locked until the commit), and answered once
//!   (primary key);
//! - a dispatcher that stands still loses its transaction, not the line: the server ends it after five
//!   seconds, and what it wrote is undone.
//!
//! Calls: `booking` to serve. Not here: who may wish such a time (`admission`), times that no opening
//! covers, the only node of an embedded database: they never come here.

mod append;
mod dispatcher;
mod line;
mod turn;
mod verify;
mod wish;

use base::{Instant, Kind, Outcome, Refusal, Tx, args};

pub use line::{Line, Node, Offers};
pub use verify::verify;

/// Wishes that share a transaction at most.
const GROUP: usize = 64;
/// Wishes of all nodes that may stand in line before people are told to come back.
const FULL: i64 = 8192;
/// Whoever waited so long was told that it took too long: as long as the pages' time limit.
const LATE: i64 = 30 * Instant::SECOND;
/// How long wishes and answers are kept.
const KEPT: i64 = 5 * Instant::MINUTE;

/// The line is full.
fn full() -> Refusal {
    Refusal::new(Kind::Overloaded, "E-SYS-02").retry(2)
}

/// Forgets what was answered minutes ago.
///
/// # Errors
/// A fault of the engine.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Outcome<()> {
    let before = now.plus(-KEPT);
    tx.exec(
        "DELETE FROM dispatch_ask
         WHERE seq IN (SELECT seq FROM dispatch_answer WHERE answered_at < $1)",
        args![before],
    )?;
    tx.exec("DELETE FROM dispatch_answer WHERE answered_at < $1", args![before])?;
    Ok(())
}

#[cfg(test)]
mod tests;
