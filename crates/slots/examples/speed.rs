//! How long a question takes: `cargo run --release -p slots --example speed`.
#![allow(clippy::print_stdout, reason = "a program for people")]
#![allow(clippy::disallowed_methods, reason = "a stop watch reads the clock")]

use std::hint::black_box;
use std::time::Instant;

use jiff::civil::date;
use jiff::tz::TimeZone;
use slots::{
    Ask, Calendar, Channel, Channels, Plan, Release, Rule, Taken, candidates, days, slots,
};

const ROUNDS: u32 = 20_000;

fn main() -> Result<(), jiff::Error> {
    for name in ["Europe/Moscow", "Europe/Berlin"] {
        let zone = TimeZone::get(name)?;
        for (title, starts) in [("16 starts a day", 30), ("32 starts a day", 15)] {
            measure(&format!("{name}, {title}"), &plan(&zone, starts, 1))?;
        }
        measure(&format!("{name}, 32 starts, 4 lanes, 2 rules"), &plan(&zone, 15, 4))?;
    }
    Ok(())
}

/// Reception from 9 to 18 with an hour for lunch; a second rule if there are several lanes.
fn plan(zone: &TimeZone, step: u16, lanes: usize) -> Plan {
    let lanes = vec![Channels::ALL; lanes];
    let day = Rule { step, lanes, breaks: vec![(780, 840)], ..Rule::default() };
    let morning = Rule { to: 720, ..day.clone() };
    let rules = if day.lanes.len() > 1 { vec![day, morning] } else { vec![day] };
    Plan { zone: zone.clone(), rules, exceptions: Vec::new() }
}

fn measure(title: &str, plan: &Plan) -> Result<(), jiff::Error> {
    let now = date(2026, 11, 22).at(12, 0, 0, 0).to_zoned(plan.zone.clone())?;
    let ask = Ask {
        service: "visit".into(),
        duration: plan.rules[0].step,
        channel: Channel::Online,
        now: now.timestamp().as_second() / 60,
        lead: 60,
        horizon_days: 14,
        release: Release::Rolling,
        locked: Vec::new(),
    };
    let calendar = Calendar {
        days_off: [date(2026, 1, 1), date(2026, 11, 4), date(2026, 12, 31)].into(),
        short: [date(2026, 11, 3)].into(),
        ..Calendar::default()
    };
    let range = || date(2026, 11, 23)..=date(2026, 12, 6);
    let all = slots(plan, &calendar, &ask, range(), &[]);
    let quarter = all.iter().step_by(4);
    let taken: Vec<Taken> =
        quarter.map(|slot| Taken { lane: 0, start: slot.start, end: slot.end }).collect();
    let start = all[all.len() / 2].start;

    println!("{title}: {} starts, {} claims", all.len(), taken.len());
    watch("slots", || slots(plan, &calendar, &ask, range(), &taken).len());
    watch("days", || days(plan, &calendar, &ask, range(), &taken).len());
    watch("candidates", || candidates(plan, &calendar, &ask, start).map_or(0, |lanes| lanes.len()));
    Ok(())
}

fn watch(what: &str, mut act: impl FnMut() -> usize) {
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let begin = Instant::now();
        for _ in 0..ROUNDS {
            black_box(act());
        }
        best = best.min(begin.elapsed().as_secs_f64() / f64::from(ROUNDS));
    }
    println!("  {what:<10} {:6.2} µs", best * 1e6);
}
