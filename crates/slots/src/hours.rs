//! The hours of a resource over a few days: windows, and what is cut out of them.

use jiff::civil::Date;

use crate::clock::{self, Clock, DAY, Span};
use crate::plan::serves;
use crate::{Calendar, Channel, Channels, Exception, MAX_LANES, Minute, Plan, Rule, Weekday};

/// How much earlier offices close on a short day, in minutes.
const SHORTER_BY: i64 = 60;

/// A date as the production calendar sees it.
struct Day {
    date: Date,
    /// Local minute of its midnight.
    midnight: i64,
    weekday: Weekday,
    /// The weekday whose hours apply; nothing on a day off.
    works_like: Option<Weekday>,
    /// Nothing that follows the calendar is open from this minute of the day on.
    closes: i64,
}

impl Day {
    fn new(number: i64, plan: &Plan, calendar: &Calendar) -> Self {
        let date = clock::date(number);
        let (weekday, works_like) = (date.weekday().into(), calendar.works_like(date));
        let mut day = Self { date, midnight: number * DAY, weekday, works_like, closes: i64::MAX };
        if calendar.is_short(date) {
            // The last window of the day ends earlier; one that is over before keeps its length.
            let following = plan.rules.iter().filter(|x| !x.on_days_off && day.has(x));
            let last = following.map(|x| i64::from(x.to)).max();
            day.closes = last.map_or(i64::MAX, |last| last - SHORTER_BY);
        }
        day
    }

    /// Whether the window of the rule begins on this day.
    fn has(&self, rule: &Rule) -> bool {
        let weekday = if rule.on_days_off { Some(self.weekday) } else { self.works_like };
        rule.valid_from.is_none_or(|first| first <= self.date)
            && rule.valid_to.is_none_or(|last| self.date <= last)
            && weekday.is_some_and(|weekday| rule.weekdays.contains(weekday))
    }
}

/// One opening, in local minutes.
pub(crate) struct Window<'a> {
    /// Midnight of the day on which it begins.
    midnight: i64,
    open: i64,
    close: i64,
    step: i64,
    breaks: &'a [(u16, u16)],
    lanes: &'a [Channels],
}

impl<'a> Window<'a> {
    /// The window of a rule that begins on the day, if the rule applies there.
    fn of_rule(rule: &'a Rule, day: &Day) -> Option<Self> {
        if !day.has(rule) {
            return None;
        }
        let to = i64::from(rule.to);
        Some(Self {
            midnight: day.midnight,
            open: day.midnight + i64::from(rule.from),
            close: day.midnight + if rule.on_days_off { to } else { to.min(day.closes) },
            step: i64::from(rule.step),
            breaks: &rule.breaks,
            lanes: &rule.lanes,
        })
    }

    /// The lanes a channel may take, as bits.
    pub fn lanes_for(&self, channel: Channel) -> u64 {
        self.mask(|lane| lane.contains(channel))
    }

    /// The lanes anybody may take, as bits.
    pub fn lanes_for_any(&self) -> u64 {
        self.mask(|lane| !lane.is_empty())
    }

    fn mask(&self, allowed: impl Fn(Channels) -> bool) -> u64 {
        let lanes = self.lanes.iter().take(MAX_LANES).enumerate();
        lanes.fold(0, |bits, (n, &lane)| bits | u64::from(allowed(lane)) << n)
    }

    /// The spans in which the window really receives, into `pieces`.
    fn cut(&self, clock: &Clock, blocked: &[Span], pieces: &mut Vec<Span>) {
        pieces.clear();
        for span in clock.spans(self.open, self.close) {
            match pieces.last_mut() {
                Some(last) if last.to == span.from => last.to = span.to,
                _ => pieces.push(span),
            }
        }
        for &(from, to) in self.breaks {
            let (from, to) = (self.midnight + i64::from(from), self.midnight + i64::from(to));
            clock.spans(from, to).for_each(|hole| punch(pieces, hole));
        }
        blocked.iter().for_each(|&hole| punch(pieces, hole));
    }

    /// Calls `found` with every start in order whose `duration` fits into the piece, among the
    /// local minutes `within`.
    pub fn starts(
        &self,
        clock: &Clock,
        piece: Span,
        duration: i64,
        within: &Limits,
        mut found: impl FnMut(Minute),
    ) {
        for stretch in clock.stretches() {
            let anchor = self.open - stretch.offset;
            let low = piece.from.max(stretch.from).max(within.earliest);
            let low = low.max(within.local_from - stretch.offset);
            let high = (piece.to - duration).min(stretch.to - 1);
            let high = high.min(within.local_to - stretch.offset - 1);
            let mut start = low + (anchor - low).rem_euclid(self.step);
            while start <= high {
                found(start);
                start += self.step;
            }
        }
    }
}

/// Where starts are wanted.
pub(crate) struct Limits {
    /// First local minute.
    pub local_from: i64,
    /// First local minute after them.
    pub local_to: i64,
    /// First instant.
    pub earliest: Minute,
}

/// What is open when, for the local days that were asked for.
pub(crate) struct Hours<'a> {
    plan: &'a Plan,
    pub clock: Clock,
    /// Closures and absences.
    blocked: Vec<Span>,
    /// The days asked for and the one before, whose windows may reach over midnight.
    days: Vec<Day>,
}

impl<'a> Hours<'a> {
    /// The hours of the local days `first..=last`.
    pub fn new(plan: &'a Plan, calendar: &Calendar, first: i64, last: i64) -> Self {
        let clock = Clock::new(&plan.zone, first - 1, last + 1);
        let blocked = blocked(plan, &clock, (first - 1) * DAY, (last + 2) * DAY);
        let days = (first - 1..=last).map(|number| Day::new(number, plan, calendar)).collect();
        Self { plan, clock, blocked, days }
    }

    /// Shows every window that serves the service, with the spans in which it really receives.
    /// The windows of a rule come in order of time; those of several rules do not.
    pub fn each(&self, service: &str, mut see: impl FnMut(&Window<'a>, &[Span])) {
        let mut pieces = Vec::with_capacity(4);
        let mut show = |window: Window<'a>| {
            if window.open < window.close && window.step > 0 {
                window.cut(&self.clock, &self.blocked, &mut pieces);
                see(&window, &pieces);
            }
        };
        for rule in &self.plan.rules {
            if serves(rule.services.as_deref(), service) {
                let windows = self.days.iter().filter_map(|day| Window::of_rule(rule, day));
                windows.for_each(&mut show);
            }
        }
        let extras = self.plan.exceptions.iter();
        extras.filter_map(|extra| self.extra(extra, service)).for_each(&mut show);
    }

    /// The window of an extra opening, if it serves the service on one of the days.
    fn extra(&self, exception: &'a Exception, service: &str) -> Option<Window<'a>> {
        let Exception::Extra { date, from, to, step, lanes, services } = exception else {
            return None;
        };
        let day = self.days.iter().find(|day| day.date == *date)?;
        serves(services.as_deref(), service).then(|| Window {
            midnight: day.midnight,
            open: day.midnight + i64::from(*from),
            close: day.midnight + i64::from(*to),
            step: i64::from(*step),
            breaks: &[],
            lanes,
        })
    }
}

/// Closures and absences that touch the local minutes `from..to`.
fn blocked(plan: &Plan, clock: &Clock, from: i64, to: i64) -> Vec<Span> {
    let mut spans = Vec::new();
    for exception in &plan.exceptions {
        if let Exception::Closure { from: begin, to: end }
        | Exception::Absence { from: begin, to: end } = exception
        {
            // A minute that is touched by its seconds is gone as a whole.
            let partial = end.second() > 0 || end.subsec_nanosecond() > 0;
            let begin = clock::local_minute(*begin);
            let end = clock::local_minute(*end) + i64::from(partial);
            if begin < to && end > from {
                spans.extend(clock.spans(begin, end));
            }
        }
    }
    spans
}

/// Takes a hole out of ordered pieces.
fn punch(pieces: &mut Vec<Span>, hole: Span) {
    let mut n = 0;
    while n < pieces.len() {
        let piece = pieces[n];
        if hole.to <= piece.from || hole.from >= piece.to {
            n += 1;
            continue;
        }
        let before = Span { from: piece.from, to: hole.from };
        let after = Span { from: hole.to, to: piece.to };
        let rest = [before, after].into_iter().filter(|span| span.from < span.to);
        let old = pieces.len();
        pieces.splice(n..=n, rest);
        n += pieces.len() + 1 - old;
    }
}
