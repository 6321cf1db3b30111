//! The one place where wall time and instants meet.
//!
//! Wall time is counted in *local minutes*: minutes since 1970-01-01T00:00 on the clock of the
//! site. Between two changes of offset an instant is a local minute minus the offset, so whole
//! windows are converted with one subtraction; a [`Clock`] knows the stretches.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

use crate::Minute;

/// Minutes of a day.
pub(crate) const DAY: i64 = 1440;
/// More than any zone is ahead of or behind UTC, in minutes.
pub(crate) const MAX_OFFSET: i64 = 26 * 60;

/// A half-open stretch of instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub from: Minute,
    pub to: Minute,
}

/// Instants during which the offset of a zone stays the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch {
    pub from: Minute,
    pub to: Minute,
    /// Minutes to add to an instant to get the local minute.
    pub offset: i64,
}

impl Stretch {
    /// The part of a half-open stretch of local minutes that falls here; may be empty.
    fn span(&self, from: i64, to: i64) -> Span {
        Span { from: self.from.max(from - self.offset), to: self.to.min(to - self.offset) }
    }
}

/// The offsets of a zone over a few local days. The outer stretches are open-ended.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    stretches: Vec<Stretch>,
}

impl Clock {
    /// Exact for the local days `first..=last` (numbers as from [`day_number`]).
    pub fn new(zone: &TimeZone, first: i64, last: i64) -> Self {
        let begin = timestamp(first.saturating_mul(DAY).saturating_sub(MAX_OFFSET));
        let end = timestamp((last.saturating_add(1)).saturating_mul(DAY) + MAX_OFFSET);
        let offset = whole_minutes(zone.to_offset(begin));
        let mut stretches = vec![Stretch { from: i64::MIN / 2, to: i64::MAX / 2, offset }];
        for change in zone.following(begin).take_while(|change| change.timestamp() < end) {
            let (at, offset) = (minute(change.timestamp()), whole_minutes(change.offset()));
            if let Some(current) = stretches.last_mut()
                && current.offset != offset
            {
                current.to = at;
                stretches.push(Stretch { from: at, to: i64::MAX / 2, offset });
            }
        }
        Self { stretches }
    }

    /// The stretches in order of time.
    pub fn stretches(&self) -> &[Stretch] {
        &self.stretches
    }

    /// The instants whose local minute lies in `from..to`: several spans, in order, where the
    /// clock is set back in between.
    pub fn spans(&self, from: i64, to: i64) -> impl Iterator<Item = Span> {
        self.stretches.iter().map(move |s| s.span(from, to)).filter(|span| span.from < span.to)
    }

    /// The local minute of an instant.
    pub fn local(&self, at: Minute) -> i64 {
        at + self.offset(at).0
    }

    /// Minutes to add to an instant to get the local minute, and the first instant at which they
    /// are others.
    pub fn offset(&self, at: Minute) -> (i64, Minute) {
        let next = self.stretches.partition_point(|s| s.from <= at);
        let stretch = &self.stretches[next.saturating_sub(1)];
        (stretch.offset, stretch.to)
    }
}

/// Days since 1970-01-01.
pub(crate) fn day_number(date: Date) -> i64 {
    local_minute(date.to_datetime(jiff::civil::Time::midnight())).div_euclid(DAY)
}

/// The date with that number, kept within what jiff can express.
pub(crate) fn date(number: i64) -> Date {
    datetime(number.saturating_mul(DAY)).date()
}

/// The local minute in which a wall time falls.
pub(crate) fn local_minute(at: DateTime) -> i64 {
    // At the very edges of jiff's range the conversion may refuse; such dates are not in use.
    Offset::UTC.to_timestamp(at).map_or(i64::MIN / 4, minute)
}

/// The local minute of an instant, by the zone itself.
pub(crate) fn local_at(zone: &TimeZone, at: Minute) -> i64 {
    at.saturating_add(whole_minutes(zone.to_offset(timestamp(at))))
}

/// The instant at which the clock of the zone first shows a local minute. If it is skipped, as
/// much later as the clock jumped.
pub(crate) fn instant(zone: &TimeZone, local: i64) -> Minute {
    zone.to_timestamp(datetime(local)).map_or(i64::MAX / 4, minute)
}

/// Full minutes of an offset. No zone has had an offset with seconds since 1972.
pub(crate) fn whole_minutes(offset: Offset) -> i64 {
    i64::from(offset.seconds()).div_euclid(60)
}

/// The minute in which a moment falls.
pub(crate) fn minute(at: Timestamp) -> Minute {
    at.as_second().div_euclid(60)
}

/// The moment at which a minute begins, kept within what jiff can express.
pub(crate) fn timestamp(at: Minute) -> Timestamp {
    let edge = if at < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(at.saturating_mul(60)).unwrap_or(edge)
}

fn datetime(local: i64) -> DateTime {
    Offset::UTC.to_datetime(timestamp(local))
}
