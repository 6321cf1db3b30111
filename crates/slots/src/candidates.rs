//! May a claim start here? The last question before the database decides.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::clock::DAY;
use crate::hours::{Hours, Limits};
use crate::{Ask, Calendar, MAX_LANES, Minute, Plan, clock};

/// Why no claim may start at a moment, whatever is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Refused {
    /// The resource receives the service at that time, but appointments do not start then.
    OffGrid,
    /// The resource does not receive the service during all of that time.
    Closed,
    /// The moment is over.
    Past,
    /// The moment is nearer than the lead that the service asks for.
    TooSoon,
    /// The day lies beyond the horizon, or outside the declared season.
    BeyondHorizon,
    /// The day is not open yet.
    NotReleased {
        /// When it opens.
        opens: Minute,
    },
    /// The start exists, for other channels.
    Channel,
    /// The start exists, and no lane is open to anybody.
    NoLane,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OffGrid => "no appointment starts at that time",
            Self::Closed => "no reception at that time",
            Self::Past => "the time is over",
            Self::TooSoon => "the time is too near",
            Self::BeyondHorizon => "the day is too far ahead",
            Self::NotReleased { .. } => "the day is not open yet",
            Self::Channel => "the time is kept for other channels",
            Self::NoLane => "no lane is open at that time",
        })
    }
}

impl std::error::Error for Refused {}

/// The lanes, in ascending order, that a claim starting at `start` may take as far as the plan is
/// concerned. What is taken is not looked at: the claiming transaction tries one after another.
///
/// # Errors
/// The first reason that holds: time before day, day before hours, hours before lanes.
pub fn candidates(
    plan: &Plan,
    calendar: &Calendar,
    ask: &Ask,
    start: Minute,
) -> Result<Vec<u8>, Refused> {
    ask.timely(&plan.zone, start)?;
    let found = look(plan, calendar, ask, start);
    let lanes = found.lanes.ok_or(if found.open { Refused::OffGrid } else { Refused::Closed })?;
    match lanes {
        Lanes { mine: 0, anybodys: 0 } => Err(Refused::NoLane),
        Lanes { mine: 0, .. } => Err(Refused::Channel),
        Lanes { mine, .. } => Ok((0..MAX_LANES as u8).filter(|n| mine & 1 << n != 0).collect()),
    }
}

/// Lanes as bits.
#[derive(Clone, Copy, Default)]
struct Lanes {
    /// Those that the asking channel may take.
    mine: u64,
    /// Those that any channel may take.
    anybodys: u64,
}

/// What the plan says about one span of time.
#[derive(Default)]
struct Found {
    /// The resource receives during all of it.
    open: bool,
    /// Its start is one of the plan's.
    lanes: Option<Lanes>,
}

fn look(plan: &Plan, calendar: &Calendar, ask: &Ask, start: Minute) -> Found {
    let (local, duration) = (clock::local_at(&plan.zone, start), i64::from(ask.duration));
    let day = local.div_euclid(DAY);
    let limits = Limits { local_from: local, local_to: local + 1, earliest: start };
    let hours = Hours::new(plan, calendar, day, day);
    let mut found = Found::default();
    if duration == 0 {
        return found;
    }
    hours.each(&ask.service, |window, pieces| {
        let Some(&piece) = pieces.iter().find(|p| p.from <= start && start + duration <= p.to)
        else {
            return;
        };
        found.open = true;
        window.starts(&hours.clock, piece, duration, &limits, |at| {
            // A wall time that occurs twice gives two starts; only one is meant.
            if at == start {
                let lanes = found.lanes.get_or_insert_default();
                lanes.mine |= window.lanes_for(ask.channel);
                lanes.anybodys |= window.lanes_for_any();
            }
        });
    });
    found
}
