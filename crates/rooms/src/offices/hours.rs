//! Opening rules and exceptions as files write them: `"10:00"`, `"13:00-14:00"`,
//! `"online+operator"`, days after the file's start.

use jiff::ToSpan;
use jiff::civil::{Date, Time};
use serde::Deserialize;
use slots::{Channel, Channels, Exception, Rule, Weekdays};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleRow {
    weekdays: Weekdays,
    from: String,
    to: String,
    step: u16,
    lanes: Vec<String>,
    #[serde(default)]
    breaks: Vec<String>,
    valid_from: Option<Date>,
    valid_to: Option<Date>,
    services: Option<Vec<String>>,
    #[serde(default)]
    on_days_off: bool,
}

impl RuleRow {
    pub(super) fn rule(self) -> Result<Rule, String> {
        let pause = |text: &String| {
            let (from, to) = text.split_once('-').ok_or_else(|| format!("`{text}` is no break"))?;
            Ok::<_, String>((minute(from)?, minute(to)?))
        };
        Ok(Rule {
            weekdays: self.weekdays,
            from: minute(&self.from)?,
            to: minute(&self.to)?,
            step: self.step,
            lanes: self.lanes.iter().map(|lane| channels(lane)).collect::<Result<_, _>>()?,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            services: self.services,
            breaks: self.breaks.iter().map(pause).collect::<Result<_, _>>()?,
            on_days_off: self.on_days_off,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ExceptionKind {
    Absence,
    Closure,
}

/// Whole days after the start, both ends included.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExceptionRow {
    kind: ExceptionKind,
    from_day: i32,
    to_day: i32,
    reason: String,
    /// Read so that files may keep it; a stored exception has one reason.
    #[serde(default, rename = "reason_en")]
    _reason_en: String,
}

impl ExceptionRow {
    pub(super) fn exception(self, start: Date) -> Result<(Exception, String), String> {
        let at = |days: i32| {
            let day = start.checked_add(days.days()).map_err(|error| error.to_string())?;
            Ok::<_, String>(day.to_datetime(Time::midnight()))
        };
        let (from, to) = (at(self.from_day)?, at(self.to_day.saturating_add(1))?);
        let exception = match self.kind {
            ExceptionKind::Absence => Exception::Absence { from, to },
            ExceptionKind::Closure => Exception::Closure { from, to },
        };
        Ok((exception, self.reason))
    }
}

/// Minutes since midnight; hours from 24 on lie in the next day.
fn minute(text: &str) -> Result<u16, String> {
    let parse = || {
        let (hours, minutes) = text.trim().split_once(':')?;
        let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours <= 48 && minutes < 60).then_some(hours * 60 + minutes)
    };
    parse().ok_or_else(|| format!("`{text}` is no time like 09:30"))
}

fn channels(text: &str) -> Result<Channels, String> {
    let channel = |word: &str| match word.trim() {
        "online" => Ok(Channel::Online),
        "operator" => Ok(Channel::Operator),
        "walk_in" => Ok(Channel::WalkIn),
        other => Err(format!("`{other}` is none of online, operator, walk_in")),
    };
    text.split('+').map(channel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_after_midnight_are_hours_from_24_on() {
        assert_eq!(minute("09:30"), Ok(570));
        assert_eq!(minute("32:00"), Ok(1920));
        assert!(minute("9.30").is_err() && minute("49:00").is_err() && minute("09:61").is_err());
    }

    #[test]
    fn lanes_are_channels_joined_by_plus() {
        let both = Channels::ONLINE | Channels::WALK_IN;
        assert_eq!(channels("online+walk_in"), Ok(both));
        assert!(channels("online+fax").is_err());
    }
}
