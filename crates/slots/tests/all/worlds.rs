//! Random plans, calendars, claims and questions around changes of offset.

use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use slots::{
    Ask, Calendar, Channel, Channels, Exception, Locked, Plan, Release, Rule, Taken, Weekday,
    Weekdays,
};

use crate::reference::epoch;

/// Zones and days beside which something happens to their clocks.
const PLACES: &[(&str, &str)] = &[
    ("Europe/Moscow", "2014-10-26"),
    ("Europe/Moscow", "2026-11-22"),
    ("Europe/Volgograd", "2020-12-27"),
    ("Europe/Volgograd", "2018-10-28"),
    ("Asia/Tomsk", "2016-05-29"),
    ("Asia/Barnaul", "2016-03-27"),
    ("Asia/Chita", "2014-10-26"),
    ("Asia/Kathmandu", "2026-03-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Antarctica/Troll", "2026-03-29"),
    ("Antarctica/Troll", "2026-10-25"),
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("Pacific/Chatham", "2026-04-05"),
    ("Pacific/Chatham", "2026-09-27"),
    ("Africa/Casablanca", "2026-02-15"),
    ("Africa/Casablanca", "2026-03-22"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("America/Havana", "2026-11-01"),
    ("America/Sao_Paulo", "2018-02-18"),
    ("Pacific/Apia", "2011-12-30"),
];

/// A question with all that its answer depends on.
#[derive(Clone, Debug)]
pub struct World {
    pub plan: Plan,
    pub calendar: Calendar,
    pub ask: Ask,
    pub taken: Vec<Taken>,
    pub first: Date,
    pub last: Date,
}

fn day(middle: Date, n: i64) -> Date {
    middle + Span::new().days(n)
}

fn weekdays() -> impl Strategy<Value = Weekdays> {
    prop_oneof![
        2 => Just(Weekdays::ALL),
        1 => Just(Weekdays::WORKDAYS),
        1 => vec(weekday(), 1..4).prop_map(|days| days.into_iter().collect()),
    ]
}

fn weekday() -> impl Strategy<Value = Weekday> {
    prop::sample::select(Weekday::ALL.to_vec())
}

fn lanes() -> impl Strategy<Value = Vec<Channels>> {
    let lane = prop_oneof![
        4 => Just(Channels::ALL),
        2 => Just(Channels::ONLINE),
        1 => Just(Channels::OPERATOR | Channels::WALK_IN),
        1 => Just(Channels::NONE),
    ];
    vec(lane, 1..5)
}

/// Multiples of five minutes keep collisions likely; now and then any minute.
fn window() -> impl Strategy<Value = (u16, u16, u16)> {
    let from = prop_oneof![4 => (0u16..288).prop_map(|n| n * 5), 1 => 0u16..1440];
    let length = prop_oneof![4 => (1u16..200).prop_map(|n| n * 5), 1 => 1u16..1440];
    let step = prop_oneof![Just(15u16), Just(20), Just(30), Just(60), 1u16..120];
    (from, length, step).prop_map(|(from, length, step)| (from, (from + length).min(2880), step))
}

fn services() -> impl Strategy<Value = Option<Vec<String>>> {
    prop_oneof![
        8 => Just(None),
        2 => Just(Some(vec!["visit".into(), "other".into()])),
        1 => Just(Some(vec!["other".into()])),
    ]
}

fn rule(middle: Date) -> impl Strategy<Value = Rule> {
    let breaks = vec((0u16..2000, 1u16..120).prop_map(|(at, n)| (at, at + n)), 0..3);
    let valid = (option::weighted(0.2, -3i64..2), option::weighted(0.2, -1i64..4));
    (weekdays(), window(), lanes(), services(), breaks, valid, prop::bool::weighted(0.2)).prop_map(
        move |(weekdays, (from, to, step), lanes, services, breaks, valid, on_days_off)| Rule {
            weekdays,
            from,
            to,
            step,
            lanes,
            services,
            breaks,
            valid_from: valid.0.map(|n| day(middle, n)),
            valid_to: valid.1.map(|n| day(middle, n)),
            on_days_off,
        },
    )
}

fn exception(middle: Date) -> impl Strategy<Value = Exception> {
    let stretch =
        (-3i64..3, 0i64..1440, 1i64..2000, 0i64..60).prop_map(move |(n, at, length, s)| {
            let from = day(middle, n).at(0, 0, 0, 0) + Span::new().minutes(at);
            (from, from + Span::new().minutes(length).seconds(if s < 50 { 0 } else { s }))
        });
    let extra = (-3i64..3, window(), lanes(), services());
    prop_oneof![
        (stretch, any::<bool>()).prop_map(|((from, to), office)| match office {
            true => Exception::Closure { from, to },
            false => Exception::Absence { from, to },
        }),
        extra.prop_map(move |(n, (from, to, step), lanes, services)| Exception::Extra {
            date: day(middle, n),
            from,
            to,
            step,
            lanes,
            services,
        }),
    ]
}

fn calendar(middle: Date) -> impl Strategy<Value = Calendar> {
    let dates = move || vec((-3i64..3).prop_map(move |n| day(middle, n)), 0..2);
    (dates(), dates(), dates(), weekday()).prop_map(|(off, moved, short, like)| Calendar {
        days_off: off.into_iter().collect(),
        moved: moved.into_iter().map(|date| (date, like)).collect(),
        short: short.into_iter().collect(),
    })
}

fn release(middle: Date) -> impl Strategy<Value = Release> {
    let declared = (-8i64..1, 0i64..1440, -2i64..1, 0i64..4);
    prop_oneof![
        3 => Just(Release::Rolling),
        1 => (0u16..1440).prop_map(|at| Release::Daily { at }),
        1 => (weekday(), 0u16..1440, 0u8..3)
            .prop_map(|(weekday, at, weeks)| Release::Weekly { weekday, at, weeks }),
        1 => declared.prop_map(move |(n, at, from, length)| Release::On {
            opens: day(middle, n).at(0, 0, 0, 0) + Span::new().minutes(at),
            from: day(middle, from),
            to: day(middle, from + length),
        }),
    ]
}

fn ask(zone: TimeZone, middle: Date) -> impl Strategy<Value = Ask> {
    let duration = prop_oneof![Just(15u16), Just(30), Just(60), Just(90), 1u16..180];
    let lead = prop_oneof![2 => Just(0u32), 1 => 0u32..3000];
    let channel = prop_oneof![3 => Just(Channel::Online), 1 => Just(Channel::WalkIn)];
    let noon = epoch(&zone, middle.at(12, 0, 0, 0));
    let now = prop_oneof![2 => -6i64 * 1440..-1440, 1 => -1440i64..2 * 1440];
    let locked = (-2i64..3, 0i64..3, -3i64 * 1440..1440).prop_map(move |(from, length, opens)| {
        let (from, to) = (day(middle, from), day(middle, from + length));
        Locked { from, to, opens: noon + opens }
    });
    let locked = prop_oneof![3 => Just(vec![]), 1 => vec(locked, 1..3)];
    (duration, channel, now, lead, 2u16..9, release(middle), locked).prop_map(
        move |(duration, channel, now, lead, horizon_days, release, locked)| Ask {
            service: "visit".into(),
            duration,
            channel,
            now: noon + now,
            lead,
            horizon_days,
            release,
            locked,
        },
    )
}

pub fn world() -> impl Strategy<Value = World> {
    prop::sample::select(PLACES.to_vec()).prop_flat_map(|(name, date)| {
        let zone = TimeZone::get(name).unwrap();
        let middle: Date = date.parse().unwrap();
        let noon = epoch(&zone, middle.at(12, 0, 0, 0));
        let claim = (0u8..5, -400i64..400, 0i64..200)
            .prop_map(move |(lane, at, n)| (lane, noon + 5 * at, n))
            .prop_map(|(lane, start, n)| Taken { lane, start, end: start + n });
        (
            vec(rule(middle), 1..4),
            vec(exception(middle), 0..4),
            calendar(middle),
            ask(zone.clone(), middle),
            vec(claim, 0..12),
            (-1i64..1, 0i64..3),
        )
            .prop_map(move |(rules, exceptions, calendar, ask, taken, (first, length))| {
                World {
                    plan: Plan { zone: zone.clone(), rules, exceptions },
                    calendar,
                    ask,
                    taken,
                    first: day(middle, first),
                    last: day(middle, first + length),
                }
            })
    })
}
