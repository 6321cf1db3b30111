//! What an administrator may get wrong in a rule, found before it is saved.

use std::fmt;

use crate::plan::{Exception, MAX_LANES, Rule};
use crate::{Channels, Release};

/// Minutes of a local day.
const DAY: u16 = 1440;

/// One mistake in a rule, an exception or a release; [`RuleFault::field`] says where to point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleFault {
    /// No weekday is chosen, so the window never begins.
    NoWeekdays,
    /// The window begins after the end of its day.
    FromTooLate,
    /// The window, closure or declared period ends before it begins, or is empty.
    EndsBeforeStart,
    /// The window reaches further than the end of the next day.
    EndsTooLate,
    /// Starts that are no minutes apart.
    NoStep,
    /// No lane that anybody may take.
    NoLanes,
    /// More lanes than [`MAX_LANES`].
    TooManyLanes,
    /// The rule ends before it comes into force.
    ValidityReversed,
    /// A list of services without a service.
    NoServices,
    /// The break with this position ends before it begins, or is empty.
    BreakReversed(usize),
    /// The break with this position lies outside the window.
    BreakOutside(usize),
    /// The time of a release is not a minute of the day.
    ReleaseTime,
}

impl RuleFault {
    /// The name of the faulty field, as in files and forms.
    pub const fn field(self) -> &'static str {
        match self {
            Self::NoWeekdays => "weekdays",
            Self::FromTooLate => "from",
            Self::EndsBeforeStart | Self::EndsTooLate => "to",
            Self::NoStep => "step",
            Self::NoLanes | Self::TooManyLanes => "lanes",
            Self::ValidityReversed => "valid_to",
            Self::NoServices => "services",
            Self::BreakReversed(_) | Self::BreakOutside(_) => "breaks",
            Self::ReleaseTime => "at",
        }
    }
}

impl fmt::Display for RuleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWeekdays => f.write_str("choose at least one weekday"),
            Self::FromTooLate => f.write_str("the window must begin within its day"),
            Self::EndsBeforeStart => f.write_str("the end must come after the beginning"),
            Self::EndsTooLate => f.write_str("the window must end within the next day"),
            Self::NoStep => f.write_str("starts must be at least one minute apart"),
            Self::NoLanes => f.write_str("open at least one lane to a channel"),
            Self::TooManyLanes => write!(f, "a window has at most {MAX_LANES} lanes"),
            Self::ValidityReversed => f.write_str("the last day must not precede the first"),
            Self::NoServices => f.write_str("name a service, or leave the list out"),
            Self::BreakReversed(n) => write!(f, "break {} must end after it begins", n + 1),
            Self::BreakOutside(n) => write!(f, "break {} lies outside the window", n + 1),
            Self::ReleaseTime => f.write_str("the time must be a minute of the day"),
        }
    }
}

impl std::error::Error for RuleFault {}

/// [`Rule::check`] as a function, for tables of validators.
pub fn validate_rule(rule: &Rule) -> Result<(), RuleFault> {
    rule.check()
}

impl Rule {
    /// Finds the first mistake in a rule. A rule with a mistake is harmless in computations: what
    /// makes no sense offers nothing.
    pub fn check(&self) -> Result<(), RuleFault> {
        require(!self.weekdays.is_empty(), RuleFault::NoWeekdays)?;
        check_window(self.from, self.to, self.step)?;
        check_lanes(&self.lanes)?;
        if let (Some(first), Some(last)) = (self.valid_from, self.valid_to) {
            require(first <= last, RuleFault::ValidityReversed)?;
        }
        check_services(self.services.as_deref())?;
        for (n, &(from, to)) in self.breaks.iter().enumerate() {
            require(from < to, RuleFault::BreakReversed(n))?;
            require(from < self.to && to > self.from, RuleFault::BreakOutside(n))?;
        }
        Ok(())
    }
}

impl Exception {
    /// Finds the first mistake in an exception.
    pub fn check(&self) -> Result<(), RuleFault> {
        match self {
            Self::Closure { from, to } | Self::Absence { from, to } => {
                require(from < to, RuleFault::EndsBeforeStart)
            }
            Self::Extra { from, to, step, lanes, services, .. } => {
                check_window(*from, *to, *step)?;
                check_lanes(lanes)?;
                check_services(services.as_deref())
            }
        }
    }
}

impl Release {
    /// Finds the first mistake in a release.
    pub fn check(&self) -> Result<(), RuleFault> {
        match self {
            Self::Rolling => Ok(()),
            Self::Daily { at } | Self::Weekly { at, .. } => {
                require(*at < DAY, RuleFault::ReleaseTime)
            }
            Self::On { from, to, .. } => require(from <= to, RuleFault::EndsBeforeStart),
        }
    }
}

fn check_window(from: u16, to: u16, step: u16) -> Result<(), RuleFault> {
    require(from < DAY, RuleFault::FromTooLate)?;
    require(from < to, RuleFault::EndsBeforeStart)?;
    require(to <= 2 * DAY, RuleFault::EndsTooLate)?;
    require(step > 0, RuleFault::NoStep)
}

fn check_lanes(lanes: &[Channels]) -> Result<(), RuleFault> {
    require(lanes.iter().any(|lane| !lane.is_empty()), RuleFault::NoLanes)?;
    require(lanes.len() <= MAX_LANES, RuleFault::TooManyLanes)
}

fn check_services(services: Option<&[String]>) -> Result<(), RuleFault> {
    require(services.is_none_or(|codes| !codes.is_empty()), RuleFault::NoServices)
}

fn require(holds: bool, fault: RuleFault) -> Result<(), RuleFault> {
    if holds { Ok(()) } else { Err(fault) }
}
