//! Who asks, and from which moment on which days are bookable.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::clock::{self, DAY};
use crate::{Channel, Minute, Refused, Weekday};

/// When days become bookable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Release {
    /// At local midnight the day opens that comes into the horizon.
    #[default]
    Rolling,
    /// A day opens `horizon_days` earlier at a fixed time.
    Daily {
        /// Minute of the local day.
        at: u16,
    },
    /// Once a week everything up to a Sunday opens; the horizon plays no part.
    Weekly {
        /// The day of the opening.
        weekday: Weekday,
        /// Minute of the local day.
        at: u16,
        /// The week whose Sunday is the last day: 0 is the week of the opening, 1 the next one.
        weeks: u8,
    },
    /// One declared opening of a season; no other day opens and the horizon plays no part.
    On {
        /// The local moment of the opening.
        opens: DateTime,
        /// First day that opens.
        from: Date,
        /// Last day that opens.
        to: Date,
    },
}

/// A question for free time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Code of the service.
    pub service: String,
    /// Elapsed minutes that the appointment takes.
    pub duration: u16,
    /// The way by which the person asks.
    pub channel: Channel,
    /// The present.
    pub now: Minute,
    /// Minutes that must lie between the present and a start.
    #[serde(default)]
    pub lead: u32,
    /// Local days ahead that are bookable; 0 is today alone.
    #[serde(default = "two_weeks")]
    pub horizon_days: u16,
    /// When days become bookable.
    #[serde(default)]
    pub release: Release,
    /// Days that stay shut until their own opening, whatever the release says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locked: Vec<Locked>,
}

/// Days that open at an announced moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// The first local day.
    pub from: Date,
    /// The last local day.
    pub to: Date,
    /// The first instant at which they can be booked.
    pub opens: Minute,
}

/// Some 6,800 years, in minutes.
const AGES: Minute = 3_600_000_000;

fn two_weeks() -> u16 {
    14
}

impl Ask {
    /// The present, kept so far inside of jiff's range that every opening can be expressed.
    pub(crate) fn now(&self) -> Minute {
        self.now.clamp(-AGES, AGES)
    }

    /// The first instant at which an appointment may start.
    pub(crate) fn earliest(&self) -> Minute {
        self.now() + i64::from(self.lead)
    }

    /// The instant at which a local day opens, if it ever does.
    fn opening(&self, zone: &TimeZone, day: i64) -> Option<Minute> {
        let local = match &self.release {
            Release::Rolling => (day - i64::from(self.horizon_days)) * DAY,
            Release::Daily { at } => (day - i64::from(self.horizon_days)) * DAY + i64::from(*at),
            Release::Weekly { weekday, at, weeks } => {
                let week = monday(day) - 7 * i64::from(*weeks);
                (week + i64::from(weekday.index())) * DAY + i64::from(*at)
            }
            Release::On { opens, from, to } => {
                let declared = clock::day_number(*from)..=clock::day_number(*to);
                declared.contains(&day).then(|| clock::local_minute(*opens))?
            }
        };
        Some(clock::instant(zone, local))
    }

    /// The days that are open at a moment: `first..=last`, by their numbers.
    fn released(&self, zone: &TimeZone, now: Minute) -> Released {
        let today = clock::local_at(zone, now).div_euclid(DAY);
        let (mut last, step) = match &self.release {
            Release::Rolling | Release::Daily { .. } => {
                (today + 1 + i64::from(self.horizon_days), 1)
            }
            Release::Weekly { weeks, .. } => (monday(today) + 7 * i64::from(*weeks) + 13, 7),
            Release::On { from, to, .. } => {
                let (first, last) = (clock::day_number(*from), clock::day_number(*to));
                let open = self.opening(zone, first).is_some_and(|opens| opens <= now);
                return Released { first, last: if open { last } else { first - 1 } };
            }
        };
        while self.opening(zone, last).is_some_and(|opens| opens > now) {
            last -= step;
        }
        Released { first: i64::MIN, last }
    }

    /// The days that are open at present.
    pub(crate) fn released_now(&self, zone: &TimeZone) -> Released {
        self.released(zone, self.now())
    }

    /// What this question reaches in a zone: worked out once, asked of many resources.
    pub fn reach(&self, zone: &TimeZone) -> Reach {
        Reach {
            earliest: self.earliest(),
            released: self.released_now(zone),
            today: clock::local_at(zone, self.now()).div_euclid(DAY),
        }
    }

    /// When a local day opens that is locked at present.
    pub(crate) fn locked_until(&self, day: i64) -> Option<Minute> {
        let now = self.now();
        let shut = self.locked.iter().filter(|x| {
            let days = clock::day_number(x.from)..=clock::day_number(x.to);
            now < x.opens && days.contains(&day)
        });
        shut.map(|x| x.opens).max()
    }

    /// Says why nothing may start at this instant whatever the hours are.
    pub(crate) fn timely(&self, zone: &TimeZone, start: Minute) -> Result<(), Refused> {
        if start < self.now() {
            return Err(Refused::Past);
        }
        if start < self.earliest() {
            return Err(Refused::TooSoon);
        }
        let day = clock::local_at(zone, start).div_euclid(DAY);
        if self.released_now(zone).contains(day) {
            let locked = self.locked_until(day);
            return locked.map_or(Ok(()), |opens| Err(Refused::NotReleased { opens }));
        }
        match self.opening(zone, day) {
            Some(opens) if self.release != Release::Rolling => Err(Refused::NotReleased { opens }),
            _ => Err(Refused::BeyondHorizon),
        }
    }
}

/// The time that a question reaches in one zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The first instant at which an appointment may start.
    pub(crate) earliest: Minute,
    /// The days that are open.
    pub(crate) released: Released,
    /// The present day.
    pub(crate) today: i64,
}

impl Reach {
    /// Everything from an instant on, whenever it opens.
    pub fn from(earliest: Minute) -> Self {
        Self {
            earliest,
            released: Released { first: i64::MIN, last: i64::MAX / 4 },
            today: i64::MIN,
        }
    }

    /// The first instant at which an appointment may start.
    pub fn earliest(&self) -> Minute {
        self.earliest
    }

    /// The last day that is open, as far as it can be expressed.
    pub fn last_day(&self) -> Date {
        clock::date(self.released.last)
    }
}

/// The local days that are open, by their numbers; none if `last` precedes `first`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Released {
    pub first: i64,
    pub last: i64,
}

impl Released {
    pub fn contains(&self, day: i64) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

/// The next moment after `ask.now` at which days open, with the first and the last of them; none
/// if a declared opening is over.
pub fn next_release(ask: &Ask, zone: &TimeZone) -> Option<(Minute, Date, Date)> {
    let now = ask.now();
    let open = ask.released(zone, now);
    if let Release::On { from, to, .. } = ask.release {
        let opens = ask.opening(zone, open.first)?;
        return (now < opens).then_some((opens, from, to));
    }
    let opens = ask.opening(zone, open.last + 1)?;
    let last = ask.released(zone, opens).last;
    Some((opens, clock::date(open.last + 1), clock::date(last)))
}

/// The Monday of a day's week. Day 0 was a Thursday.
fn monday(day: i64) -> i64 {
    day - (day + 3).rem_euclid(7)
}
