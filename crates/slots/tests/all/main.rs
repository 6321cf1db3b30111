//! What the crate promises: examples by subject, then properties against a slow reference.
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

mod examples;
mod files;
mod index;
mod offsets;
mod properties;
mod reference;
mod releases;
mod worlds;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use slots::{Ask, Calendar, Channel, Minute, Plan, Release, Rule, Slot, Taken};

/// A question under construction: a site, its rules and a person who asks, far in advance.
struct Desk {
    plan: Plan,
    calendar: Calendar,
    ask: Ask,
    taken: Vec<Taken>,
}

impl Desk {
    /// Asked at noon ten days before the day, with a horizon of twenty.
    fn new(zone: &str, day: &str, rules: Vec<Rule>) -> Self {
        let zone = TimeZone::get(zone).unwrap();
        let noon = day.parse::<Date>().unwrap().at(12, 0, 0, 0);
        let ask = Ask {
            service: "visit".into(),
            duration: 30,
            channel: Channel::Online,
            now: reference::epoch(&zone, noon) - 10 * 1440,
            lead: 0,
            horizon_days: 20,
            release: Release::Rolling,
            locked: Vec::new(),
        };
        let plan = Plan { zone, rules, exceptions: Vec::new() };
        Self { plan, calendar: Calendar::default(), ask, taken: Vec::new() }
    }

    /// The instant of a wall time such as `2026-03-02T09:00`, the earlier one if there are two.
    fn at(&self, wall: &str) -> Minute {
        reference::epoch(&self.plan.zone, wall.parse().unwrap())
    }

    fn slots(&self, day: &str) -> Vec<Slot> {
        let day = day.parse().unwrap();
        slots::slots(&self.plan, &self.calendar, &self.ask, day..=day, &self.taken)
    }

    /// The slots of a day as wall times, `09:00` or, where several are free, `09:00×2`.
    fn walls(&self, day: &str) -> String {
        let wall = |slot: &Slot| {
            let wall = reference::wall(&self.plan.zone, slot.start).strftime("%H:%M");
            if slot.free > 1 { format!("{wall}×{}", slot.free) } else { wall.to_string() }
        };
        self.slots(day).iter().map(wall).collect::<Vec<_>>().join(" ")
    }

    fn candidates(&self, wall: &str) -> Result<Vec<u8>, slots::Refused> {
        slots::candidates(&self.plan, &self.calendar, &self.ask, self.at(wall))
    }

    fn state(&self, day: &str) -> (u32, slots::DayState) {
        let day = day.parse().unwrap();
        let days = slots::days(&self.plan, &self.calendar, &self.ask, day..=day, &self.taken);
        (days[0].free, days[0].state)
    }
}

/// A rule for every day, every `step` minutes.
fn daily(from: u16, to: u16, step: u16) -> Rule {
    Rule { weekdays: slots::Weekdays::ALL, from, to, step, ..Rule::default() }
}
