//! The same answers by brute force: every minute asks the zone for its wall time, every slot asks
//! every one of its minutes. Slow, obvious, and written without a look at the crate's inside.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use slots::{
    Ask, Calendar, Channels, DayCount, DayState, Exception, Minute, Plan, Release, Rule, Slot,
    Start, Taken,
};

pub fn wall(zone: &TimeZone, at: Minute) -> DateTime {
    zone.to_datetime(Timestamp::from_second(at * 60).unwrap())
}

pub fn epoch(zone: &TimeZone, at: DateTime) -> Minute {
    zone.to_timestamp(at).unwrap().as_second().div_euclid(60)
}

/// A window as the reference sees it.
struct Window<'a> {
    date: Date,
    from: i64,
    to: i64,
    step: i64,
    lanes: &'a [Channels],
    breaks: Vec<(i64, i64)>,
}

pub struct Reference<'a> {
    plan: &'a Plan,
    ask: &'a Ask,
    /// Wall times of all minutes from `origin` on.
    origin: Minute,
    walls: Vec<DateTime>,
    windows: Vec<Window<'a>>,
    dates: Vec<Date>,
}

impl<'a> Reference<'a> {
    pub fn new(
        plan: &'a Plan,
        calendar: &'a Calendar,
        ask: &'a Ask,
        first: Date,
        last: Date,
    ) -> Self {
        let days = |n: i64| jiff::Span::new().days(n);
        let origin = epoch(&plan.zone, (first - days(1)).at(0, 0, 0, 0));
        let end = epoch(&plan.zone, (last + days(4)).at(0, 0, 0, 0));
        let walls = (origin..end).map(|m| wall(&plan.zone, m)).collect();
        let dates: Vec<Date> = first.series(days(1)).take_while(|d| *d <= last).collect();
        let mut windows = Vec::new();
        for date in (first - days(2)).series(days(1)).take_while(|d| *d <= last) {
            windows.extend(plan.rules.iter().filter_map(|r| by_rule(plan, r, calendar, ask, date)));
            windows.extend(plan.exceptions.iter().filter_map(|e| by_extra(e, ask, date)));
        }
        Self { plan, ask, origin, walls, windows, dates }
    }

    /// Instants that start on one of the dates, in order.
    pub fn minutes(&self) -> impl Iterator<Item = Minute> {
        let n = self.walls.len() as i64;
        (self.origin..self.origin + n).filter(|&m| self.dates.contains(&self.wall(m).date()))
    }

    fn wall(&self, at: Minute) -> DateTime {
        self.walls[usize::try_from(at - self.origin).unwrap()]
    }

    /// Minutes of the wall clock since midnight of the window's day.
    fn minute_in(&self, window: &Window, at: Minute) -> i64 {
        let wall = self.wall(at);
        let days = (wall.date() - window.date).get_days();
        i64::from(days) * 1440 + i64::from(wall.hour()) * 60 + i64::from(wall.minute())
    }

    fn receives(&self, window: &Window, at: Minute) -> bool {
        let minute = self.minute_in(window, at);
        let wall = self.wall(at);
        (window.from..window.to).contains(&minute)
            && !window.breaks.iter().any(|&(from, to)| (from..to).contains(&minute))
            && !self.plan.exceptions.iter().any(|exception| match exception {
                Exception::Closure { from, to } | Exception::Absence { from, to } => {
                    (*from..*to).contains(&wall)
                }
                Exception::Extra { .. } => false,
            })
    }

    /// Lanes that the plan offers at this start, ascending.
    pub fn lanes(&self, start: Minute) -> Vec<u8> {
        let duration = i64::from(self.ask.duration);
        let mut lanes = Vec::new();
        for window in &self.windows {
            let minute = self.minute_in(window, start);
            let on_grid = minute >= window.from && (minute - window.from) % window.step == 0;
            if on_grid && (start..start + duration).all(|m| self.receives(window, m)) {
                let mine = window.lanes.iter().enumerate();
                let mine = mine.filter(|(_, lane)| lane.contains(self.ask.channel));
                lanes.extend(mine.map(|(n, _)| n as u8));
            }
        }
        lanes.sort_unstable();
        lanes.dedup();
        lanes
    }

    pub fn bookable(&self, start: Minute) -> bool {
        start >= self.ask.now
            && start >= self.ask.now + i64::from(self.ask.lead)
            && self.released(self.wall(start).date())
    }

    fn released(&self, date: Date) -> bool {
        let zone = &self.plan.zone;
        let shut = |x: &slots::Locked| (x.from..=x.to).contains(&date) && self.ask.now < x.opens;
        if self.ask.locked.iter().any(shut) {
            return false;
        }
        let days = |n: i64| jiff::Span::new().days(n);
        let ahead = date - days(self.ask.horizon_days.into());
        let time = |at: u16| jiff::Span::new().minutes(i64::from(at));
        let opens = match &self.ask.release {
            Release::Rolling => ahead.at(0, 0, 0, 0),
            Release::Daily { at } => ahead.at(0, 0, 0, 0) + time(*at),
            Release::Weekly { weekday, at, weeks } => {
                let monday = date - days(date.weekday().to_monday_zero_offset().into());
                let monday = monday - days(7 * i64::from(*weeks));
                (monday + days(weekday.index().into())).at(0, 0, 0, 0) + time(*at)
            }
            Release::On { opens, from, to } => {
                if !(*from..=*to).contains(&date) {
                    return false;
                }
                *opens
            }
        };
        epoch(zone, opens) <= self.ask.now
    }

    pub fn table(&self, taken: &[Taken]) -> Vec<Start> {
        self.minutes()
            .filter(|&start| self.bookable(start))
            .filter_map(|start| self.start(start, taken))
            .collect()
    }

    fn start(&self, start: Minute, taken: &[Taken]) -> Option<Start> {
        let end = start + i64::from(self.ask.duration);
        let lanes = self.lanes(start);
        let busy = |lane: u8| {
            let mut claims = taken.iter().filter(|claim| claim.lane == lane);
            claims.any(|claim| claim.start.max(start) < claim.end.min(end))
        };
        let free = lanes.iter().filter(|&&lane| !busy(lane)).count() as u8;
        let total = lanes.len() as u8;
        (total > 0).then_some(Start { start, end, free, total })
    }

    pub fn slots(&self, taken: &[Taken]) -> Vec<Slot> {
        let table = self.table(taken).into_iter().filter(|s| s.free > 0);
        table.map(|s| Slot { start: s.start, end: s.end, free: s.free }).collect()
    }

    pub fn days(&self, taken: &[Taken]) -> Vec<DayCount> {
        let today = wall(&self.plan.zone, self.ask.now).date();
        let table = self.table(taken);
        let day = |date: Date| {
            let table = table.iter().filter(|s| self.wall(s.start).date() == date);
            let table: Vec<&Start> = table.collect();
            let scheduled = || {
                let mut starts = self.minutes().filter(|&m| self.wall(m).date() == date);
                starts.any(|m| !self.lanes(m).is_empty())
            };
            let free = table.iter().map(|s| u32::from(s.free)).sum();
            let state = match table.as_slice() {
                [] if !self.released(date) || date < today || scheduled() => DayState::NotYet,
                [] => DayState::Closed,
                starts if starts.iter().all(|s| s.free == 0) => DayState::Full,
                _ => DayState::Open,
            };
            DayCount { date, free, state }
        };
        self.dates.iter().map(|&date| day(date)).collect()
    }
}

fn by_rule<'a>(
    plan: &Plan,
    rule: &'a Rule,
    calendar: &Calendar,
    ask: &Ask,
    date: Date,
) -> Option<Window<'a>> {
    let follows = !rule.on_days_off;
    let mut weekday = slots::Weekday::from(date.weekday());
    if follows {
        if let Some(&other) = calendar.moved.get(&date) {
            weekday = other;
        } else if calendar.days_off.contains(&date) {
            return None;
        }
    }
    let early = rule.valid_from.is_some_and(|first| date < first);
    let late = rule.valid_to.is_some_and(|last| date > last);
    let other = rule.services.as_ref().is_some_and(|codes| !codes.contains(&ask.service));
    if early || late || other || !rule.weekdays.contains(weekday) {
        return None;
    }
    let mut to = i64::from(rule.to);
    if follows && calendar.short.contains(&date) {
        // An hour before the latest end of all windows that are in force on that day.
        let mut latest = 0;
        for other in plan.rules.iter().filter(|x| !x.on_days_off) {
            let begun = other.valid_from.is_none_or(|first| date >= first);
            let over = other.valid_to.is_some_and(|last| date > last);
            if begun && !over && other.weekdays.contains(weekday) {
                latest = latest.max(i64::from(other.to));
            }
        }
        to = to.min(latest - 60);
    }
    Some(Window {
        date,
        from: rule.from.into(),
        to,
        step: rule.step.into(),
        lanes: &rule.lanes,
        breaks: rule.breaks.iter().map(|&(from, to)| (from.into(), to.into())).collect(),
    })
}

fn by_extra<'a>(exception: &'a Exception, ask: &Ask, day: Date) -> Option<Window<'a>> {
    match exception {
        Exception::Extra { date, from, to, step, lanes, services }
            if *date == day
                && services.as_ref().is_none_or(|codes| codes.contains(&ask.service)) =>
        {
            Some(Window {
                date: day,
                from: (*from).into(),
                to: (*to).into(),
                step: (*step).into(),
                lanes,
                breaks: Vec::new(),
            })
        }
        _ => None,
    }
}
