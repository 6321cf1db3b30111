//! How big the index is and how fast it answers: `cargo run --release -p slots --example index`.
#![allow(clippy::print_stdout, reason = "a program for people")]
#![allow(clippy::disallowed_methods, reason = "a stop watch reads the clock")]

use std::hint::black_box;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use slots::index::{Busy, Free, Shape, Soonest, Starts};
use slots::{
    Ask, Calendar, Channel, Channels, Exception, Plan, Reach, Release, Rule, Taken, slots,
};

const TODAY: Date = date(2026, 11, 22);
const DAYS: RangeInclusive<Date> = date(2026, 11, 20)..=date(2027, 1, 21);
const FORTNIGHT: RangeInclusive<Date> = TODAY..=date(2026, 12, 5);
/// Timetables that differ; every twentieth resource has one of its own besides.
const TIMETABLES: usize = 300;
/// Of a hundred places so many are booked.
const BOOKED: u64 = 60;
const ROUNDS: usize = 20_000;

fn main() -> Result<(), jiff::Error> {
    println!(
        "60 days, {BOOKED} % booked, resources with 1 or 3 lanes, starts every 15 or 30 minutes"
    );
    for size in [1_000, 10_000, 100_000] {
        let town = Town::build(size)?;
        town.measure();
    }
    Ok(())
}

/// Chance that comes out the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }
}

struct Resource {
    starts: usize,
    busy: Busy,
}

struct Town {
    ask: Ask,
    starts: Vec<Starts>,
    plans: Vec<Plan>,
    resources: Vec<Resource>,
    tree: Soonest,
    built: Duration,
}

impl Town {
    fn build(size: usize) -> Result<Self, jiff::Error> {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        let zones = ["Europe/Moscow", "Asia/Tomsk", "Europe/Berlin"];
        let zones = zones.map(TimeZone::get);
        let zones = zones.into_iter().collect::<Result<Vec<_>, _>>()?;
        let now = TODAY.at(12, 0, 0, 0).to_zoned(zones[0].clone())?.timestamp();
        let ask = Ask {
            service: "visit".into(),
            duration: 30,
            channel: Channel::Online,
            now: now.as_second() / 60,
            lead: 60,
            horizon_days: 60,
            release: Release::Rolling,
            locked: Vec::new(),
        };
        let mut plans: Vec<Plan> = (0..TIMETABLES).map(|n| plan(n, &zones)).collect();
        let begun = Instant::now();
        let mut resources = Vec::with_capacity(size);
        let mut starts: Vec<Starts> = plans.iter().map(|plan| of(plan, &ask)).collect();
        for n in 0..size {
            let mut which = dice.below(TIMETABLES as u64) as usize;
            if n % 20 == 0 {
                let day = TODAY.saturating_add(jiff::Span::new().days(dice.below(50) as i64));
                let (from, to) = (day.at(0, 0, 0, 0), day.at(23, 59, 59, 0));
                let exceptions = vec![Exception::Absence { from, to }];
                let own = Plan { exceptions, ..plans[which].clone() };
                starts.push(of(&own, &ask));
                plans.push(own);
                which = plans.len() - 1;
            }
            let mut busy = Busy::new(starts[which].grid());
            book(&mut busy, &starts[which], &mut dice, ask.now);
            resources.push(Resource { starts: which, busy });
        }
        let earliest = Reach::from(ask.now + 60);
        let bound = |x: &Resource| {
            Free::new(&starts[x.starts], &x.busy, earliest, i64::MAX).and_then(|free| free.first())
        };
        let tree = Soonest::new(resources.iter().map(bound));
        let built = begun.elapsed();
        Ok(Self { ask, starts, plans, resources, tree, built })
    }

    fn bytes(&self) -> usize {
        let resources = self.resources.iter().map(|x| size_of::<Resource>() + x.busy.bytes());
        let starts = self.starts.iter().map(|x| size_of::<Starts>() + x.bytes());
        resources.sum::<usize>() + starts.sum::<usize>() + self.tree.bytes()
    }

    fn free(&self, n: usize) -> Option<Free<'_>> {
        let Resource { starts, busy } = &self.resources[n];
        let starts = &self.starts[*starts];
        Free::new(starts, busy, starts.reach(&self.ask), 0)
    }

    fn measure(&self) {
        let size = self.resources.len();
        println!(
            "{size} resources, {} timetables: {:.1} MiB, built in {:.2} s",
            self.plans.len(),
            self.bytes() as f64 / 1024.0 / 1024.0,
            self.built.as_secs_f64()
        );
        let mut dice = Dice(7);
        let mut any = || dice.below(size as u64) as usize;
        watch("slots of one, 14 days", || {
            let mut count = 0;
            if let Some(free) = self.free(any()) {
                free.each(&FORTNIGHT, 0, |_| {
                    count += 1;
                    true
                });
            }
            count
        });
        watch("days of one month", || self.free(any()).map_or(0, |x| x.days(FORTNIGHT).len()));
        watch("the same, computed anew", || {
            let Resource { starts, .. } = &self.resources[any()];
            slots(&self.plans[*starts], &Calendar::default(), &self.ask, FORTNIGHT, &[]).len()
        });
        let ask = |range: std::ops::Range<usize>| {
            let found = self.tree.find(&[range], i64::MAX / 4, 20, |place, from| {
                self.free(place)?.next(&FORTNIGHT, from)
            });
            found.len()
        };
        watch("soonest 20 of 1,000", || {
            let first = any().min(size - 1000);
            ask(first..first + 1000)
        });
        watch("soonest 20 of all", || ask(0..size));
    }
}

/// Takes places at random, as bookings would.
fn book(busy: &mut Busy, starts: &Starts, dice: &mut Dice, now: i64) {
    let mut places = Vec::new();
    let whole = Reach::from(now);
    if let Some(free) = Free::new(starts, busy, whole, 0) {
        free.each(&DAYS, 0, |slot| {
            places.push((slot.start, slot.end, slot.free));
            true
        });
    }
    let mut until = [0; 64];
    for (start, end, lanes) in places {
        for lane in 0..lanes {
            if until[usize::from(lane)] <= start && dice.below(100) < BOOKED {
                busy.take(Taken { lane, start, end });
                until[usize::from(lane)] = end;
            }
        }
    }
}

fn of(plan: &Plan, ask: &Ask) -> Starts {
    Starts::new(plan, &Calendar::default(), &Shape::of(plan, ask), DAYS, 1440)
}

fn plan(n: usize, zones: &[TimeZone]) -> Plan {
    let from = 8 * 60 + 15 * (n % 9) as u16;
    let rule = Rule {
        from,
        to: from + 480 + 30 * (n % 5) as u16,
        step: if n.is_multiple_of(3) { 15 } else { 30 },
        lanes: vec![Channels::ALL; if n.is_multiple_of(10) { 3 } else { 1 }],
        breaks: vec![(780, 840)],
        ..Rule::default()
    };
    Plan { zone: zones[n % zones.len()].clone(), rules: vec![rule], exceptions: Vec::new() }
}

/// Middle and 99th percentile.
fn watch(what: &str, mut act: impl FnMut() -> usize) {
    let mut times = Vec::with_capacity(ROUNDS);
    let mut count = 0;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        count += black_box(act());
        times.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    let (p50, p99) = (times[ROUNDS / 2], times[ROUNDS * 99 / 100]);
    println!("  {what:<24} p50 {p50:8.2} µs  p99 {p99:8.2} µs  {} on average", count / ROUNDS);
}
