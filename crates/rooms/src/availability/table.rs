//! One timetable of many resources, and what was computed of it.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::ToSpan as _;
use jiff::civil::Date;
use slots::index::{Busy, Shape, Starts};
use slots::{Ask, Calendar, Plan};

use crate::schedule::Timetable;

/// Days ahead of which the starts are computed at least.
const AHEAD: i64 = 62;
/// When more is asked for, so many days more are computed.
const SPARE: i64 = 31;

/// A plan with its calendar; shared by all resources that have equal ones.
#[derive(Debug)]
pub(super) struct Table {
    pub timetable: Arc<Timetable>,
    pub calendar: Arc<Calendar>,
    /// Few: shapes and grids of the services that were asked for.
    made: RwLock<Vec<(Shape, u16, Arc<Starts>)>>,
}

impl Table {
    pub fn new(timetable: Arc<Timetable>, calendar: Arc<Calendar>) -> Self {
        Self { timetable, calendar, made: RwLock::default() }
    }

    /// Rules and exceptions.
    pub fn plan(&self) -> &Plan {
        &self.timetable.plan
    }

    /// The starts for a question until `last`, on the grid of `busy`, which is refined where the
    /// starts need it.
    pub fn starts(&self, ask: &Ask, busy: &mut Busy, last: Option<Date>) -> Arc<Starts> {
        let shape = Shape::of(self.plan(), ask);
        loop {
            let starts = self.on_grid(&shape, busy.grid(), ask, last);
            if !busy.refine(starts.grid()) {
                return starts;
            }
        }
    }

    fn on_grid(&self, shape: &Shape, grid: u16, ask: &Ask, last: Option<Date>) -> Arc<Starts> {
        let fits = |entry: &&(Shape, u16, Arc<Starts>)| entry.1 == grid && entry.0 == *shape;
        let reaches = |starts: &Starts| last.is_none_or(|last| !starts.is_over(last));
        let known = self.made.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((.., starts)) = known.iter().find(fits)
            && reaches(starts)
        {
            return starts.clone();
        }
        drop(known);
        let starts = Arc::new(self.compute(shape, grid, ask, last));
        let mut known = self.made.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|entry| !fits(&entry));
        known.push((shape.clone(), grid, starts.clone()));
        starts
    }

    fn compute(&self, shape: &Shape, grid: u16, ask: &Ask, last: Option<Date>) -> Starts {
        let now = base::Instant::from_minutes(ask.now).in_zone(&self.plan().zone).date();
        let usual = now.saturating_add(AHEAD.max(i64::from(ask.horizon_days) + 1).days());
        let last = match last {
            Some(last) if last > usual => last.saturating_add(SPARE.days()),
            _ => usual,
        };
        Starts::new(self.plan(), &self.calendar, shape, now.saturating_sub(2.days())..=last, grid)
    }

    /// Bytes of what was computed.
    pub fn bytes(&self) -> usize {
        let made = self.made.read().unwrap_or_else(PoisonError::into_inner);
        made.iter().map(|(.., starts)| size_of::<Starts>() + starts.bytes()).sum()
    }
}
