//! What is taken of one resource.

use super::bits::{Bits, WORD, mask};
use crate::clock::DAY;
use crate::grid::gcd;
use crate::{Minute, Taken};

/// A claim that lapses by itself.
#[derive(Clone, Copy, Debug)]
struct Held {
    key: u64,
    taken: Taken,
    until: i64,
}

/// A claim that counts towards a daily limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// A number that stands for the service.
    pub service: u64,
    /// The local day, by its number since 1970-01-01.
    pub day: i64,
    /// A number that stands for the claim.
    pub key: u64,
}

/// What is taken of one resource: bookings as bits per lane, holds as a short list. Moments are
/// counted by the caller's clock, in whatever unit.
#[derive(Clone, Debug)]
pub struct Busy {
    grid: Minute,
    lanes: Vec<Bits>,
    holds: Vec<Held>,
    /// In order; each with the moment at which it lapses by itself, if it does.
    counted: Vec<(Counted, Option<i64>)>,
}

impl Busy {
    /// Nothing is taken; cells of `grid` minutes.
    pub fn new(grid: u16) -> Self {
        Self {
            grid: i64::from(grid).max(1),
            lanes: Vec::new(),
            holds: Vec::new(),
            counted: Vec::new(),
        }
    }

    /// Minutes of a cell.
    pub fn grid(&self) -> u16 {
        self.grid as u16
    }

    /// Makes the cells so small that they fit a grid too; says whether they were not.
    pub fn refine(&mut self, grid: u16) -> bool {
        let fine = gcd(self.grid, grid.into());
        let ratio = self.grid / fine;
        if ratio == 1 {
            return false;
        }
        for lane in &mut self.lanes {
            let coarse = std::mem::take(lane);
            coarse.cells().for_each(|cell| {
                lane.mark(cell * ratio, (cell + 1) * ratio);
            });
        }
        self.grid = fine;
        true
    }

    /// Takes time for a booking. `false` when some of it was taken already: the caller has missed
    /// something and should read anew what is taken.
    pub fn take(&mut self, taken: Taken) -> bool {
        let Some((from, to)) = self.cells(taken) else { return true };
        let lane = usize::from(taken.lane);
        if self.lanes.len() <= lane {
            self.lanes.reserve_exact(lane + 1 - self.lanes.len());
            self.lanes.resize_with(lane + 1, Bits::default);
        }
        self.lanes[lane].mark(from, to)
    }

    /// Gives the time of a booking back; `false` as for [`Busy::take`].
    pub fn give(&mut self, taken: Taken) -> bool {
        let Some((from, to)) = self.cells(taken) else { return true };
        self.lanes.get_mut(usize::from(taken.lane)).is_some_and(|lane| lane.clear(from, to))
    }

    /// Takes time until a moment, under a key; what the key held before is let go.
    pub fn hold(&mut self, key: u64, taken: Taken, until: i64) {
        self.let_go(key);
        if taken.start >= taken.end {
            return;
        }
        self.holds.push(Held { key, taken, until });
    }

    /// Ends a hold, if there is one.
    pub fn let_go(&mut self, key: u64) {
        self.holds.retain(|held| held.key != key);
    }

    /// Counts a claim towards a daily limit, for good or until a moment.
    pub fn count(&mut self, one: Counted, until: Option<i64>) {
        match self.counted.binary_search_by_key(&one, |x| x.0) {
            Ok(place) => self.counted[place].1 = until,
            Err(place) => self.counted.insert(place, (one, until)),
        }
    }

    /// Counts it no more; says whether it was counted.
    pub fn uncount(&mut self, one: Counted) -> bool {
        let found = self.counted.binary_search_by_key(&one, |x| x.0);
        found.map(|place| self.counted.remove(place)).is_ok()
    }

    /// How many claims count towards the limit of a service on a local day.
    pub fn counted(&self, service: u64, day: i64, moment: i64) -> u32 {
        let from = self.counted.partition_point(|x| (x.0.service, x.0.day) < (service, day));
        let day =
            self.counted[from..].iter().take_while(|x| (x.0.service, x.0.day) == (service, day));
        day.filter(|x| x.1.is_none_or(|until| until > moment)).count() as u32
    }

    /// Everything that counts at `moment` from a local day on, in order; for comparing.
    pub fn counts(&self, past: i64, moment: i64) -> Vec<Counted> {
        let alive = |x: &&(Counted, Option<i64>)| x.1.is_none_or(|until| until > moment);
        let counted = self.counted.iter().filter(alive).map(|x| x.0);
        counted.filter(|x| x.day >= past).collect()
    }

    /// Drops the holds that are over at `moment` and the time before `past`.
    pub fn forget(&mut self, past: Minute, moment: i64) {
        self.holds.retain(|held| held.until > moment);
        let day = past.div_euclid(DAY) - 1;
        self.counted.retain(|x| x.0.day >= day && x.1.is_none_or(|until| until > moment));
        let word = past.div_euclid(self.grid * WORD);
        self.lanes.iter_mut().for_each(|lane| lane.forget(word));
    }

    /// The soonest moment after `moment` at which a hold runs out.
    pub fn next_expiry(&self, moment: i64) -> Option<i64> {
        self.holds.iter().map(|held| held.until).filter(|until| *until > moment).min()
    }

    /// Everything taken at `moment` from `past` on, as spans of whole cells in order; for comparing.
    pub fn spans(&self, past: Minute, moment: i64) -> Vec<Taken> {
        let mut spans: Vec<Taken> = Vec::new();
        let mut whole = Self { holds: Vec::new(), counted: Vec::new(), ..self.clone() };
        for held in self.holds.iter().filter(|held| held.until > moment) {
            whole.refine(gcd(gcd(held.taken.start, held.taken.end), self.grid) as u16);
            whole.take(held.taken);
        }
        for (lane, bits) in (0..).zip(&whole.lanes) {
            for start in bits.cells().map(|cell| cell * whole.grid).filter(|at| *at >= past) {
                match spans.last_mut() {
                    Some(last) if last.lane == lane && last.end == start => last.end += whole.grid,
                    _ => spans.push(Taken { lane, start, end: start + whole.grid }),
                }
            }
        }
        spans
    }

    /// A word with a bit for every cell from which `length` cells of the lane are not all free.
    #[inline]
    pub(super) fn blocked(&self, lane: u8, word: i64, length: i64, moment: i64) -> u64 {
        let booked = self.lanes.get(usize::from(lane)).map_or(0, |bits| bits.smeared(word, length));
        let held = self.holds.iter().filter(|held| held.taken.lane == lane && held.until > moment);
        held.fold(booked, |blocked, held| {
            let Taken { start, end, .. } = held.taken;
            let from = start.div_euclid(self.grid) - length + 1;
            let to = end.div_euclid(self.grid) + i64::from(end.rem_euclid(self.grid) > 0);
            blocked | mask(word, from, to)
        })
    }

    /// Bytes on the heap.
    pub fn bytes(&self) -> usize {
        let bits: usize = self.lanes.iter().map(Bits::bytes).sum();
        let lanes = self.lanes.capacity() * size_of::<Bits>();
        let counted = self.counted.capacity() * size_of::<(Counted, Option<i64>)>();
        bits + lanes + counted + self.holds.capacity() * size_of::<Held>()
    }

    /// The cells of a span, after refining the grid until there are such.
    fn cells(&mut self, taken: Taken) -> Option<(i64, i64)> {
        let Taken { start, end, .. } = taken;
        if start >= end {
            return None;
        }
        self.refine(gcd(gcd(start, end), self.grid) as u16);
        Some((start / self.grid, end / self.grid))
    }
}
