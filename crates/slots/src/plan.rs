//! What an administrator sets: weekly openings and the days that differ.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::{Channels, Weekdays};

/// The most lanes a window may have: lanes are counted in the bits of a word.
pub const MAX_LANES: usize = 64;

/// All that decides when one resource receives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The zone of the site: every wall time below is meant in it.
    #[serde(with = "jiff::fmt::serde::tz::required")]
    pub zone: TimeZone,
    /// Weekly openings; they may overlap.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Days that differ.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

/// Availability rule: a weekly window in which a resource receives.
///
/// Minutes of the day count from local midnight of the day on which the window begins; values
/// from 1440 on lie in the next day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The days on which the window begins.
    #[serde(default = "workdays")]
    pub weekdays: Weekdays,
    /// First minute of the window, 0 to 1439.
    pub from: u16,
    /// First minute after the window, more than `from`, at most 2880.
    pub to: u16,
    /// Minutes between starts: `from`, `from + step`, `from + 2 * step`, …
    #[serde(default = "half_an_hour")]
    pub step: u16,
    /// Who may take which lane; the position is the lane's number. At most [`MAX_LANES`].
    #[serde(default = "one_lane")]
    pub lanes: Vec<Channels>,
    /// First day on which the window may begin.
    #[serde(default)]
    pub valid_from: Option<Date>,
    /// Last day on which the window may begin.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// Codes of the services that are received in this window; nothing means all.
    #[serde(default)]
    pub services: Option<Vec<String>>,
    /// Half-open pauses on the same scale of minutes, such as lunch.
    #[serde(default)]
    pub breaks: Vec<(u16, u16)>,
    /// Receives by its weekdays alone and ignores the production calendar: open on days off, full
    /// length on short days, no borrowed weekdays.
    #[serde(default)]
    pub on_days_off: bool,
}

/// A rule with the file's defaults: workdays, 9 to 18 without a break, every half an hour, one
/// lane for everybody.
impl Default for Rule {
    fn default() -> Self {
        Self {
            weekdays: workdays(),
            from: 9 * 60,
            to: 18 * 60,
            step: half_an_hour(),
            lanes: one_lane(),
            valid_from: None,
            valid_to: None,
            services: None,
            breaks: Vec::new(),
            on_days_off: false,
        }
    }
}

/// A day or a stretch of time that differs from the weekly openings.
///
/// A closure or an absence always wins, also over an extra opening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Exception {
    /// The office is closed.
    Closure {
        /// First local moment.
        from: DateTime,
        /// First local moment after it.
        to: DateTime,
    },
    /// The specialist is away.
    Absence {
        /// First local moment.
        from: DateTime,
        /// First local moment after it.
        to: DateTime,
    },
    /// The resource receives in addition, on a day off too.
    Extra {
        /// The day on which the window begins.
        date: Date,
        /// First minute of the window, as in [`Rule::from`].
        from: u16,
        /// First minute after the window, as in [`Rule::to`].
        to: u16,
        /// Minutes between starts.
        #[serde(default = "half_an_hour")]
        step: u16,
        /// Who may take which lane.
        #[serde(default = "one_lane")]
        lanes: Vec<Channels>,
        /// Codes of the services; nothing means all.
        #[serde(default)]
        services: Option<Vec<String>>,
    },
}

/// Is the service among those of a window? Nothing means every service.
pub(crate) fn serves(services: Option<&[String]>, service: &str) -> bool {
    services.is_none_or(|codes| codes.iter().any(|code| code == service))
}

fn workdays() -> Weekdays {
    Weekdays::WORKDAYS
}

fn half_an_hour() -> u16 {
    30
}

fn one_lane() -> Vec<Channels> {
    vec![Channels::ALL]
}
