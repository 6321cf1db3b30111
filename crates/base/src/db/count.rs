//! How many statements were run, and for whom: what a page costs the database can be counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::Tx;

/// For whom a statement was run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Somebody who waits for an answer: the verbs that do not block.
    Requests,
    /// Whatever runs by itself, and the command line: the verbs that wait.
    Jobs,
}

/// The statements of a node so far; BEGIN and COMMIT are not among them.
#[derive(Clone, Debug, Default)]
pub(super) struct Statements(Arc<[AtomicU64; 2]>);

impl Statements {
    /// So many were run for these.
    pub fn so_far(&self, whom: For) -> u64 {
        self.0[whom as usize].load(Relaxed)
    }

    /// Runs `act` and counts what it asks.
    pub fn counting<'c, T>(
        &self,
        whom: For,
        tx: &mut Tx<'c>,
        act: impl FnOnce(&mut Tx<'c>) -> T,
    ) -> T {
        let before = tx.statements;
        let answer = act(tx);
        self.0[whom as usize].fetch_add(tx.statements - before, Relaxed);
        answer
    }
}
