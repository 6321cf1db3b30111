//! A state of free time, to be compared later.

use std::sync::Arc;

use base::Instant;

use super::{Availability, Question, Scope, Seat};

/// Resources whose changes are added one by one; of more, any change anywhere counts.
const FEW: usize = 512;

/// The state of the free time of some resources at one moment. Take it before looking at them: then
/// what changes while one looks is noticed.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Edition of what is announced.
    openings: i64,
    changes: u64,
    /// Nothing: too many to name, so that any change anywhere counts.
    seats: Option<Arc<[Seat]>>,
}

impl Mark {
    /// Rises whenever the free time may have changed.
    pub fn version(&self) -> u64 {
        self.openings.unsigned_abs() + self.changes
    }
}

impl Question<'_> {
    /// The present state of these resources.
    pub fn mark(&self, seats: &[Seat]) -> Mark {
        self.mark_at((seats.len() <= FEW).then(|| seats.into()))
    }

    /// [`Question::mark`] of a scope.
    pub fn mark_of(&self, scope: &Scope<'_>) -> Mark {
        let few = self.count(scope) <= FEW;
        self.mark_at(few.then(|| self.seats(scope).into()))
    }

    fn mark_at(&self, seats: Option<Arc<[Seat]>>) -> Mark {
        let changes = self.index.changes(seats.as_deref());
        Mark { openings: self.shut.0, changes, seats }
    }
}

impl Availability {
    /// Whether the free time is as it was.
    pub fn holds(&self, mark: &Mark, now: Instant) -> bool {
        self.ledger.expire(now);
        let same = self.changes(mark.seats.as_deref()) == mark.changes;
        same && self.announced() == mark.openings
    }

    /// Rises with every change of one of the resources; without any named, of any resource.
    pub(super) fn changes(&self, seats: Option<&[Seat]>) -> u64 {
        let Some(seats) = seats else { return self.ledger.changes() };
        let desks = seats.iter().filter_map(|seat| self.desk(*seat));
        desks.map(|desk| desk.diary.version()).sum()
    }
}
