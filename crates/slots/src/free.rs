//! Free time: what is offered, less what is taken.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::clock::{self, Clock, DAY};
use crate::hours::{Hours, Limits};
use crate::{Ask, Calendar, Channel, Minute, Plan};

/// A live claim: a lane that is not free in `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taken {
    /// Number of the lane.
    pub lane: u8,
    /// First minute.
    pub start: Minute,
    /// First minute after it.
    pub end: Minute,
}

/// A start that somebody may book now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// The start.
    pub start: Minute,
    /// First minute after the appointment.
    pub end: Minute,
    /// Free lanes, at least one.
    pub free: u8,
}

/// A start of a day, free or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// The start.
    pub start: Minute,
    /// First minute after the appointment.
    pub end: Minute,
    /// Lanes that are free.
    pub free: u8,
    /// Lanes that the channel may take when nothing is taken.
    pub total: u8,
}

/// What a calendar shows for a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayCount {
    /// The local date.
    pub date: Date,
    /// Free places: the sum over the starts of the day.
    pub free: u32,
    /// Why there are some or none.
    pub state: DayState,
}

/// State of a day for the person who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    /// Something is free.
    Open,
    /// There are starts, and all are taken.
    Full,
    /// No reception for this service and channel.
    Closed,
    /// Out of reach: not released yet, beyond the horizon, over, or too soon. What is not released
    /// is never called closed, for its hours may still change.
    NotYet,
}

/// The free starts of the local dates, soonest first.
pub fn slots(
    plan: &Plan,
    calendar: &Calendar,
    ask: &Ask,
    days: RangeInclusive<Date>,
    taken: &[Taken],
) -> Vec<Slot> {
    let mut slots = Vec::new();
    Question { plan, calendar, ask, earliest: ask.earliest() }.starts(days, taken, |_, s| {
        if s.free > 0 {
            slots.push(Slot { start: s.start, end: s.end, free: s.free });
        }
    });
    slots
}

/// Every bookable start of a day, also those whose lanes are all taken.
pub fn day_table(
    plan: &Plan,
    calendar: &Calendar,
    ask: &Ask,
    date: Date,
    taken: &[Taken],
) -> Vec<Start> {
    let mut table = Vec::new();
    Question { plan, calendar, ask, earliest: ask.earliest() }.starts(
        date..=date,
        taken,
        |_, start| table.push(start),
    );
    table
}

/// One entry for each of the local dates, in order; `free` is the sum over what [`slots`] offers
/// on that date.
pub fn days(
    plan: &Plan,
    calendar: &Calendar,
    ask: &Ask,
    days: RangeInclusive<Date>,
    taken: &[Taken],
) -> Vec<DayCount> {
    let (first, last) = (clock::day_number(*days.start()), clock::day_number(*days.end()));
    let today = clock::local_at(&plan.zone, ask.now()).div_euclid(DAY);
    let released = ask.released_now(&plan.zone);
    let mut counts: Vec<DayCount> = (first..=last)
        .map(|day| {
            let open = released.contains(day) && ask.locked_until(day).is_none();
            let reachable = open && day >= today;
            let state = if reachable { DayState::Closed } else { DayState::NotYet };
            DayCount { date: clock::date(day), free: 0, state }
        })
        .collect();
    let earliest = ask.earliest();
    Question { plan, calendar, ask, earliest: i64::MIN / 4 }.starts(days, taken, |day, start| {
        let Some(count) = usize::try_from(day - first).ok().and_then(|n| counts.get_mut(n)) else {
            return;
        };
        // Starts come in order: those that are too soon before all others.
        if start.start < earliest {
            count.state = DayState::NotYet;
            return;
        }
        count.free += u32::from(start.free);
        count.state = if count.free > 0 { DayState::Open } else { DayState::Full };
    });
    counts
}

/// What [`slots`], [`days`] and [`day_table`] have in common.
struct Question<'a> {
    plan: &'a Plan,
    calendar: &'a Calendar,
    ask: &'a Ask,
    /// Starts before this instant are left out.
    earliest: Minute,
}

/// A start and the lanes that the channel may take, as bits.
pub(crate) struct Offer {
    pub start: Minute,
    pub lanes: u64,
}

impl Question<'_> {
    /// Visits the starts of the released days in order of time, with the number of their day.
    fn starts(
        &self,
        days: RangeInclusive<Date>,
        taken: &[Taken],
        mut visit: impl FnMut(i64, Start),
    ) {
        let released = self.ask.released_now(&self.plan.zone);
        let first = clock::day_number(*days.start()).max(released.first);
        let last = clock::day_number(*days.end()).min(released.last);
        if first > last {
            return;
        }
        let hours = Hours::new(self.plan, self.calendar, first, last);
        let duration = i64::from(self.ask.duration);
        let mut busy = Busy::new(taken);
        let limits =
            Limits { local_from: first * DAY, local_to: (last + 1) * DAY, earliest: self.earliest };
        let shape = (&*self.ask.service, self.ask.duration, self.ask.channel);
        for Offer { start, lanes } in offers_within(&hours, shape, &limits) {
            let end = start + duration;
            let free = lanes & !busy.during(start, end);
            let day = hours.clock.local(start).div_euclid(DAY);
            if self.ask.locked_until(day).is_some() {
                continue;
            }
            visit(day, Start { start, end, free: count(free), total: count(lanes) });
        }
    }
}

/// Every start of the days in order, each once, whatever is taken or out of reach.
pub(crate) fn offers(
    plan: &Plan,
    calendar: &Calendar,
    shape: (&str, u16, Channel),
    (first, last): (i64, i64),
) -> (Clock, Vec<Offer>) {
    let hours = Hours::new(plan, calendar, first, last);
    let limits =
        Limits { local_from: first * DAY, local_to: (last + 1) * DAY, earliest: i64::MIN / 4 };
    let offers = offers_within(&hours, shape, &limits);
    (hours.clock, offers)
}

fn offers_within(
    hours: &Hours,
    (service, duration, channel): (&str, u16, Channel),
    limits: &Limits,
) -> Vec<Offer> {
    let duration = i64::from(duration);
    let mut offers = Vec::with_capacity(256);
    hours.each(service, |window, pieces| {
        let lanes = window.lanes_for(channel);
        if lanes == 0 || duration == 0 {
            return;
        }
        for &piece in pieces {
            window.starts(&hours.clock, piece, duration, limits, |start| {
                offers.push(Offer { start, lanes });
            });
        }
    });
    if !offers.is_sorted_by_key(|offer| offer.start) {
        // A stable sort merges the ordered runs of the rules.
        offers.sort_by_key(|offer| offer.start);
    }
    offers.dedup_by(|next, kept| {
        let same = next.start == kept.start;
        if same {
            kept.lanes |= next.lanes;
        }
        same
    });
    offers
}

/// Lanes fit into a byte: there are at most [`crate::MAX_LANES`].
fn count(lanes: u64) -> u8 {
    lanes.count_ones() as u8
}

/// The claims, asked for one span after another in order of time.
struct Busy<'a> {
    /// In order of their starts; `claims[next..]` have not begun.
    claims: Cow<'a, [Taken]>,
    next: usize,
    /// Those that have begun and are not known to be over.
    current: Vec<Taken>,
}

impl<'a> Busy<'a> {
    fn new(taken: &'a [Taken]) -> Self {
        let mut claims = Cow::Borrowed(taken);
        if !taken.is_sorted_by_key(|claim| claim.start) {
            claims.to_mut().sort_unstable_by_key(|claim| claim.start);
        }
        Self { claims, next: 0, current: Vec::new() }
    }

    /// The lanes that are taken at some minute of `start..end`, as bits. Neither end may go back
    /// from one call to the next.
    fn during(&mut self, start: Minute, end: Minute) -> u64 {
        while let Some(&claim) = self.claims.get(self.next)
            && claim.start < end
        {
            self.next += 1;
            if claim.start < claim.end {
                self.current.push(claim);
            }
        }
        self.current.retain(|claim| claim.end > start);
        let lanes = self.current.iter();
        lanes.fold(0, |bits, claim| bits | 1u64.checked_shl(claim.lane.into()).unwrap_or(0))
    }
}
