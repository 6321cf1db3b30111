//! The production calendar: which days the country works, and how long.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Weekday;

/// Days that differ from an ordinary week. Ordinary Saturdays and Sundays need not be listed: the
/// weekdays of a rule decide about those.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Calendar {
    /// Holidays and the days off that were moved.
    pub days_off: BTreeSet<Date>,
    /// Working days that stand in for another one: a Saturday that works like a Monday. An entry
    /// here wins over one in `days_off`.
    pub moved: BTreeMap<Date, Weekday>,
    /// Days on which offices close an hour earlier.
    pub short: BTreeSet<Date>,
}

impl Calendar {
    /// The weekday whose hours apply on this date, or nothing on a day off.
    pub fn works_like(&self, date: Date) -> Option<Weekday> {
        match self.moved.get(&date) {
            Some(&weekday) => Some(weekday),
            None if self.days_off.contains(&date) => None,
            None => Some(date.weekday().into()),
        }
    }

    /// Do offices close an hour earlier on this date?
    pub fn is_short(&self, date: Date) -> bool {
        self.short.contains(&date)
    }
}
