//! Time as a value. Only [`Clock`] looks at the wall.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

/// A moment: microseconds since 1970-01-01T00:00Z, as stored in every `BIGINT` column.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// Microseconds in a second.
    pub const SECOND: i64 = 1_000_000;
    /// Microseconds in a minute.
    pub const MINUTE: i64 = 60 * Self::SECOND;
    /// Microseconds in an hour.
    pub const HOUR: i64 = 60 * Self::MINUTE;
    /// Microseconds in 24 hours.
    pub const DAY: i64 = 24 * Self::HOUR;
    /// Later than every real moment: what never ends.
    pub const NEVER: Self = Self(i64::MAX);

    /// The moment `minutes` minutes after the epoch.
    pub fn from_minutes(minutes: i64) -> Self {
        Self(minutes.saturating_mul(Self::MINUTE))
    }

    /// Whole minutes since the epoch, rounded down.
    pub fn minutes(self) -> i64 {
        self.0.div_euclid(Self::MINUTE)
    }

    /// Milliseconds since the epoch, as scripts count.
    pub fn millis(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The moment `micros` later (earlier when negative).
    #[must_use]
    pub fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// As jiff's timestamp; moments outside jiff's range are clamped to its ends.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 > 0 {
            Timestamp::MAX
        } else {
            Timestamp::MIN
        })
    }

    /// The wall time of this moment in `zone`.
    pub fn in_zone(self, zone: &TimeZone) -> Zoned {
        self.timestamp().to_zoned(zone.clone())
    }

    /// RFC 3339 with the offset of `zone`, to the second: the form of the API.
    pub fn rfc3339(self, zone: &TimeZone) -> String {
        let zoned = self.in_zone(zone);
        let seconds = zoned.offset().seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
        format!("{}{sign}{hours:02}:{minutes:02}", zoned.strftime("%Y-%m-%dT%H:%M:%S"))
    }
}

impl From<Timestamp> for Instant {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_microsecond())
    }
}

/// Where «now» comes from: the wall, or a hand that a test moves.
#[derive(Clone, Debug)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The wall clock of this machine.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still until [`Clock::advance`] moves it.
    pub fn fixed(at: Instant) -> Self {
        Self(Some(Arc::new(AtomicI64::new(at.0))))
    }

    /// The present moment.
    #[allow(clippy::disallowed_methods, reason = "the one place that looks at the wall clock")]
    pub fn now(&self) -> Instant {
        match &self.0 {
            None => Timestamp::now().into(),
            Some(hand) => Instant(hand.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock by `micros`; the wall clock takes no orders.
    pub fn advance(&self, micros: i64) {
        if let Some(hand) = &self.0 {
            hand.fetch_add(micros, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_with_the_offset_of_its_place() {
        let noon = Instant::from_minutes(29_000_000);
        let tomsk = TimeZone::get("Asia/Tomsk").unwrap();
        assert_eq!(noon.rfc3339(&tomsk), "2025-02-20T04:20:00+07:00");
        let newfoundland = TimeZone::get("America/St_Johns").unwrap();
        assert!(noon.rfc3339(&newfoundland).ends_with("-03:30"));
    }
}
