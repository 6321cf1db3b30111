//! Starts less what is taken, for one question about one resource.

use std::collections::VecDeque;
use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::bits::{mask, ones};
use super::{Busy, Starts};
use crate::clock::{self, DAY};
use crate::{DayCount, DayState, Minute, Reach, Slot, Start, Weekday};

/// What a day adds to a sum over several resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Free places.
    pub free: u32,
    /// Why there are some or none.
    pub state: DayState,
}

/// How many appointments of a service a resource gives on a local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The number that stands for the service in [`Busy::count`].
    pub service: u64,
    /// At most so many.
    pub per_day: u32,
    /// A local day of which one place is the asker's own: who moves within it keeps that.
    pub own: Option<i64>,
}

/// The free time of one resource for one question. `starts` and `busy` have the same grid.
#[derive(Clone, Copy, Debug)]
pub struct Free<'a> {
    starts: &'a Starts,
    busy: &'a Busy,
    reach: Reach,
    /// Holds that are over at this moment block nothing.
    moment: i64,
    /// Cells of an appointment.
    length: i64,
    limit: Option<Limit>,
}

/// The lanes of a word: the bits of each are its starts.
type Lanes = [u64; 64];

impl<'a> Free<'a> {
    /// The free time as far as `reach` goes; nothing when the grids differ.
    pub fn new(starts: &'a Starts, busy: &'a Busy, reach: Reach, moment: i64) -> Option<Self> {
        let length = (starts.duration + starts.grid - 1) / starts.grid;
        let limit = None;
        let fits = starts.grid() == busy.grid();
        fits.then_some(Self { starts, busy, reach, moment, length, limit })
    }

    /// The same with other limits.
    #[must_use]
    pub fn within(self, reach: Reach) -> Self {
        Self { reach, ..self }
    }

    /// The same under a daily limit: a day on which it is reached has nothing free, and nowhere is
    /// more free than it leaves.
    #[must_use]
    pub fn limited(self, limit: Option<Limit>) -> Self {
        Self { limit, ..self }
    }

    /// Appointments that the limit leaves for a day.
    fn left(&self, day: i64) -> u32 {
        self.limit.map_or(u32::MAX, |limit| {
            let counted = self.busy.counted(limit.service, day, self.moment);
            let own = u32::from(limit.own == Some(day));
            limit.per_day.saturating_sub(counted.saturating_sub(own))
        })
    }

    /// The days in runs for which the limit leaves the same: all of them where there is none.
    fn runs(&self, (first, last): (i64, i64)) -> impl Iterator<Item = ((i64, i64), u32)> {
        let (first, last) = (first.max(self.starts.days.0), last.min(self.starts.days.1));
        let step = if self.limit.is_some() { 0 } else { (last - first).max(0) };
        let runs = (first..=last).step_by(step as usize + 1);
        runs.map(move |day| ((day, day + step), self.left(day))).filter(|x| x.1 > 0)
    }

    /// Shows the free starts of the local dates that are not before `from`, soonest first, until
    /// `see` has seen enough and says `false`.
    pub fn each(
        &self,
        days: &RangeInclusive<Date>,
        from: Minute,
        mut see: impl FnMut(Slot) -> bool,
    ) {
        let from = self.reach.earliest.max(from);
        for (days, left) in self.runs(self.open(days)) {
            for (first, end) in self.starts.cells(days, from) {
                for word in words(first, end) {
                    if !self.word(word, mask(word, first, end), left, &mut see) {
                        return;
                    }
                }
            }
        }
    }

    /// Shows the free starts of a word.
    #[inline]
    fn word(&self, word: i64, wanted: u64, left: u32, see: &mut impl FnMut(Slot) -> bool) -> bool {
        let (grid, duration) = (self.starts.grid, self.starts.duration);
        if let [(lane, bits)] = &*self.starts.lanes {
            let offered = bits.word(word) & wanted;
            if offered == 0 {
                return true;
            }
            let free = offered & !self.busy.blocked(*lane, word, self.length, self.moment);
            let slot = |cell| Slot { start: cell * grid, end: cell * grid + duration, free: 1 };
            return ones(word, free).map(slot).all(see);
        }
        let mut lanes = [0; 64];
        let any = self.free_lanes(word, wanted, &mut lanes).1;
        let lanes = &lanes[..self.starts.lanes.len()];
        let slot = |cell: i64| {
            let bit = cell.rem_euclid(64);
            let free = lanes.iter().map(|lane| lane >> bit & 1).sum::<u64>() as u8;
            let free = u32::from(free).min(left) as u8;
            Slot { start: cell * grid, end: cell * grid + duration, free }
        };
        ones(word, any).map(slot).all(see)
    }

    /// The free starts of a word lane by lane; gives the offered and the free ones of any lane.
    fn free_lanes(&self, word: i64, wanted: u64, lanes: &mut Lanes) -> (u64, u64) {
        let (mut offered, mut free) = (0, 0);
        for (place, (lane, bits)) in lanes.iter_mut().zip(&self.starts.lanes) {
            let own = bits.word(word) & wanted;
            if own != 0 {
                *place = own & !self.busy.blocked(*lane, word, self.length, self.moment);
                offered |= own;
                free |= *place;
            }
        }
        (offered, free)
    }

    /// The first free start of the local dates that is not before `from`.
    pub fn next(&self, days: &RangeInclusive<Date>, from: Minute) -> Option<Slot> {
        let mut found = None;
        self.each(days, from, |slot| {
            found = Some(slot);
            false
        });
        found
    }

    /// The first free start at all, also beyond what is open; reaches as far as the starts do.
    pub fn first(&self) -> Option<Minute> {
        let whole = (self.starts.days.0, self.starts.days.1);
        let mut found = None;
        for (days, left) in self.runs(whole) {
            for (first, end) in self.starts.cells(days, self.reach.earliest) {
                for word in words(first, end) {
                    self.word(word, mask(word, first, end), left, &mut |slot| {
                        found = Some(slot.start);
                        false
                    });
                    if found.is_some() {
                        return found;
                    }
                }
            }
        }
        None
    }

    /// Every start of a day within reach, also those whose lanes are all taken.
    pub fn table(&self, date: Date) -> Vec<Start> {
        let mut table = Vec::new();
        let days = self.open(&(date..=date));
        let left = self.left(clock::day_number(date));
        let (grid, duration) = (self.starts.grid, self.starts.duration);
        for (first, end) in self.starts.cells(days, self.reach.earliest) {
            for word in words(first, end) {
                let wanted = mask(word, first, end);
                let mut lanes = [0; 64];
                let offered = self.free_lanes(word, wanted, &mut lanes).0;
                for cell in ones(word, offered) {
                    let bit = cell.rem_euclid(64);
                    let count = |all: &mut dyn Iterator<Item = u64>| {
                        all.map(|lane| lane >> bit & 1).sum::<u64>() as u8
                    };
                    table.push(Start {
                        start: cell * grid,
                        end: cell * grid + duration,
                        free: u32::from(count(&mut lanes.iter().copied())).min(left) as u8,
                        total: count(&mut self.starts.lanes.iter().map(|x| x.1.word(word))),
                    });
                }
            }
        }
        table
    }

    /// What a local day has.
    pub fn day(&self, date: Date) -> Tally {
        let day = clock::day_number(date);
        let open = self.reach.released.contains(day);
        let reachable = open && day >= self.reach.today;
        let mut state = if reachable { DayState::Closed } else { DayState::NotYet };
        let mut free = 0;
        if !open {
            return Tally { free, state };
        }
        let left = self.left(day);
        for (first, end) in self.starts.cells((day, day), self.reach.earliest) {
            for word in words(first, end) {
                let mut lanes = [0; 64];
                let (offered, _) = self.free_lanes(word, mask(word, first, end), &mut lanes);
                free += lanes.iter().map(|lane| lane.count_ones()).sum::<u32>();
                free = free.min(left);
                if offered != 0 {
                    state = if free > 0 { DayState::Open } else { DayState::Full };
                }
            }
        }
        if state == DayState::Closed && self.had_starts(day) {
            // There were some, and they are too near or over.
            state = DayState::NotYet;
        }
        Tally { free, state }
    }

    fn had_starts(&self, day: i64) -> bool {
        self.starts.cells((day, day), i64::MIN / 4).any(|(first, end)| {
            words(first, end).any(|word| {
                let wanted = mask(word, first, end);
                self.starts.lanes.iter().any(|(_, bits)| bits.word(word) & wanted != 0)
            })
        })
    }

    /// One entry for each of the local dates, in order.
    pub fn days(&self, days: RangeInclusive<Date>) -> Vec<DayCount> {
        let numbers = clock::day_number(*days.start())..=clock::day_number(*days.end());
        let count = |number| {
            let date = clock::date(number);
            let Tally { free, state } = self.day(date);
            DayCount { date, free, state }
        };
        numbers.map(count).collect()
    }

    /// How many visits can still be taken on a date: of starts that overlap in a lane one alone counts.
    pub fn room(&self, date: Date) -> u32 {
        let (mut room, mut running) = (0, VecDeque::new());
        self.each(&(date..=date), Minute::MIN / 4, |slot| {
            while running.front().is_some_and(|&(end, _)| end <= slot.start) {
                running.pop_front();
            }
            let busy: u32 = running.iter().map(|x| x.1).sum();
            let more = u32::from(slot.free).saturating_sub(busy);
            if more > 0 {
                running.push_back((slot.end, more));
            }
            room += more;
            true
        });
        room.min(self.left(clock::day_number(date)))
    }

    /// The asked days that are open, by their numbers.
    fn open(&self, days: &RangeInclusive<Date>) -> (i64, i64) {
        let released = self.reach.released;
        let first = clock::day_number(*days.start()).max(released.first);
        (first, clock::day_number(*days.end()).min(released.last))
    }

    /// Weekday and minute of the local day in which an instant falls.
    pub fn local(&self, at: Minute) -> (Weekday, u16) {
        let local = self.starts.clock.local(at);
        // Day 0 was a Thursday.
        let weekday = (local.div_euclid(DAY) + 3).rem_euclid(7) as usize;
        (Weekday::ALL[weekday], local.rem_euclid(DAY) as u16)
    }
}

/// The words of the cells `first..end`.
fn words(first: i64, end: i64) -> std::ops::RangeInclusive<i64> {
    first.div_euclid(64)..=(end - 1).div_euclid(64)
}
