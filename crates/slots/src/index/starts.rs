//! Where appointments of one shape may start by a timetable.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::bits::Bits;
use crate::clock::{self, Clock, DAY};
use crate::free::offers;
use crate::grid::gcd;
use crate::{Ask, Calendar, Channel, Exception, Minute, Plan, Reach};

/// What starts depend on besides the timetable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Code of the service; empty where the timetable does not ask which.
    service: String,
    duration: u16,
    channel: Channel,
}

impl Shape {
    /// The shape of a question under a timetable. Services that it treats alike have one shape.
    pub fn of(plan: &Plan, ask: &Ask) -> Self {
        let rules = plan.rules.iter().map(|rule| rule.services.as_deref());
        let extras = plan.exceptions.iter().filter_map(|exception| match exception {
            Exception::Extra { services, .. } => Some(services.as_deref()),
            Exception::Closure { .. } | Exception::Absence { .. } => None,
        });
        let asks_which = rules.chain(extras).any(|services| services.is_some());
        let service = if asks_which { ask.service.clone() } else { String::new() };
        Self { service, duration: ask.duration, channel: ask.channel }
    }
}

/// Every start of a shape on some days, whatever is taken, over or not open yet: a bit per cell.
#[derive(Debug)]
pub struct Starts {
    pub(super) zone: TimeZone,
    pub(super) clock: Clock,
    /// First and last day, by their numbers.
    pub(super) days: (i64, i64),
    pub(super) duration: Minute,
    pub(super) grid: Minute,
    /// Lanes that have starts, with their numbers.
    pub(super) lanes: Vec<(u8, Bits)>,
}

impl Starts {
    /// The starts of the local dates, on the coarsest grid that has them all and divides `grid`.
    pub fn new(
        plan: &Plan,
        calendar: &Calendar,
        shape: &Shape,
        days: RangeInclusive<Date>,
        grid: u16,
    ) -> Self {
        let days = (clock::day_number(*days.start()), clock::day_number(*days.end()));
        let (clock, offers) =
            offers(plan, calendar, (&shape.service, shape.duration, shape.channel), days);
        let grid = offers.iter().fold(i64::from(grid), |grid, offer| gcd(grid, offer.start)).max(1);
        let mut lanes: Vec<(u8, Bits)> = Vec::new();
        for offer in offers {
            let cell = offer.start / grid;
            for lane in (0..64).filter(|lane| offer.lanes >> lane & 1 == 1) {
                let known = lanes.iter().position(|(number, _)| *number == lane);
                let place = known.unwrap_or_else(|| {
                    lanes.push((lane, Bits::default()));
                    lanes.len() - 1
                });
                lanes[place].1.mark(cell, cell + 1);
            }
        }
        Self { zone: plan.zone.clone(), clock, days, duration: shape.duration.into(), grid, lanes }
    }

    /// Minutes of a cell.
    pub fn grid(&self) -> u16 {
        self.grid as u16
    }

    /// Whether the local date lies after the days.
    pub fn is_over(&self, date: Date) -> bool {
        clock::day_number(date) > self.days.1
    }

    /// The first minute of which the starts say nothing, or a little earlier.
    pub fn end(&self) -> Minute {
        (self.days.1 + 1) * DAY - clock::MAX_OFFSET
    }

    /// What a question reaches at these places.
    pub fn reach(&self, ask: &Ask) -> Reach {
        ask.reach(&self.zone)
    }

    /// Local minutes to be added to an instant, and the first instant at which that ends.
    pub fn offset(&self, at: Minute) -> (i64, Minute) {
        self.clock.offset(at)
    }

    /// The cells of the local days `first..=last` that are not before `earliest`.
    pub(super) fn cells(
        &self,
        (first, last): (i64, i64),
        earliest: Minute,
    ) -> impl Iterator<Item = (i64, i64)> {
        let up = |at: Minute| at.div_euclid(self.grid) + i64::from(at.rem_euclid(self.grid) > 0);
        let (first, last) = (first.max(self.days.0), last.min(self.days.1));
        let spans = self.clock.spans(first * DAY, (last + 1) * DAY);
        spans.map(move |span| (up(span.from.max(earliest)), up(span.to))).filter(|(a, b)| a < b)
    }

    /// Bytes on the heap, about.
    pub fn bytes(&self) -> usize {
        let lanes = self.lanes.iter().map(|(_, bits)| bits.bytes() + size_of::<(u8, Bits)>());
        lanes.sum::<usize>() + size_of_val(self.clock.stretches())
    }
}
