//! Hours, exceptions, the production calendar, lanes and claims.

use slots::{Channel, Channels, DayState, Exception, Refused, Rule, Start, Taken, Weekday};

use crate::{Desk, daily};

const MONDAY: &str = "2026-03-02";
const SATURDAY: &str = "2026-03-07";

fn desk(rules: Vec<Rule>) -> Desk {
    Desk::new("Europe/Moscow", MONDAY, rules)
}

fn closure(from: &str, to: &str) -> Exception {
    Exception::Closure { from: from.parse().unwrap(), to: to.parse().unwrap() }
}

fn extra(date: &str, lanes: usize) -> Exception {
    let lanes = vec![Channels::ALL; lanes];
    let date = date.parse().unwrap();
    Exception::Extra { date, from: 600, to: 660, step: 30, lanes, services: None }
}

#[test]
fn a_working_day_has_no_starts_that_would_run_into_lunch_or_past_the_end() {
    let rule = Rule { from: 540, to: 840, step: 60, breaks: vec![(690, 750)], ..Rule::default() };
    let mut desk = desk(vec![rule]);
    assert_eq!(desk.walls(MONDAY), "09:00 10:00 11:00 13:00");
    desk.ask.duration = 60;
    assert_eq!(desk.walls(MONDAY), "09:00 10:00 13:00");
    assert_eq!(desk.walls(SATURDAY), "");
}

#[test]
fn a_window_over_midnight_gives_each_date_its_own_starts() {
    let rule = Rule { weekdays: [Weekday::Mon].into_iter().collect(), ..daily(1380, 1530, 30) };
    let desk = desk(vec![rule]);
    assert_eq!(desk.walls(MONDAY), "23:00 23:30");
    assert_eq!(desk.walls("2026-03-03"), "00:00 00:30 01:00");
    assert_eq!(desk.walls("2026-03-04"), "");
    assert_eq!(desk.candidates("2026-03-03T01:00"), Ok(vec![0]));
}

#[test]
fn a_rule_holds_from_its_first_to_its_last_day_inclusive() {
    let first = "2026-03-03".parse().ok();
    let desk = desk(vec![Rule { valid_from: first, valid_to: first, ..daily(540, 570, 30) }]);
    assert_eq!(desk.walls(MONDAY), "");
    assert_eq!(desk.walls("2026-03-03"), "09:00");
    assert_eq!(desk.walls("2026-03-04"), "");
}

#[test]
fn a_window_for_other_services_is_closed_for_this_one() {
    let other = Rule { services: Some(vec!["other".into()]), ..daily(540, 600, 30) };
    let own = Rule { services: Some(vec!["visit".into()]), ..daily(600, 660, 30) };
    let desk = desk(vec![other, own]);
    assert_eq!(desk.walls(MONDAY), "10:00 10:30");
    assert_eq!(desk.candidates("2026-03-02T09:00"), Err(Refused::Closed));
}

#[test]
fn a_closure_and_an_absence_take_every_slot_that_they_touch() {
    let mut desk = desk(vec![daily(540, 720, 30)]);
    desk.plan.exceptions = vec![
        closure("2026-03-02T09:45", "2026-03-02T10:00"),
        Exception::Absence {
            from: "2026-03-02T11:00".parse().unwrap(),
            to: "2026-03-09T00:00".parse().unwrap(),
        },
    ];
    assert_eq!(desk.walls(MONDAY), "09:00 10:00 10:30");
    assert_eq!(desk.walls("2026-03-03"), "");
}

#[test]
fn an_extra_opening_receives_on_a_day_off_but_not_during_a_closure() {
    let mut desk = desk(vec![Rule::default()]);
    desk.calendar.days_off.insert(SATURDAY.parse().unwrap());
    desk.plan.exceptions = vec![extra(SATURDAY, 2)];
    assert_eq!(desk.walls(SATURDAY), "10:00×2 10:30×2");
    desk.plan.exceptions.push(closure("2026-03-07T10:30", "2026-03-08T00:00"));
    assert_eq!(desk.walls(SATURDAY), "10:00×2");
}

#[test]
fn the_production_calendar_closes_moves_and_shortens_days() {
    let monday = Rule { weekdays: [Weekday::Mon].into_iter().collect(), ..daily(540, 660, 60) };
    let mut desk = desk(vec![monday]);
    desk.calendar.moved.insert(SATURDAY.parse().unwrap(), Weekday::Mon);
    assert_eq!(desk.walls(SATURDAY), "09:00 10:00");
    desk.calendar.short.insert(SATURDAY.parse().unwrap());
    assert_eq!(desk.walls(SATURDAY), "09:00");
    desk.calendar.days_off.insert(MONDAY.parse().unwrap());
    assert_eq!(desk.walls(MONDAY), "");
    assert_eq!(desk.state(MONDAY), (0, DayState::Closed));
}

#[test]
fn on_a_short_day_the_last_window_ends_earlier_and_the_morning_stays() {
    let mut desk = desk(vec![daily(540, 660, 60), daily(720, 840, 60)]);
    desk.calendar.short.insert(MONDAY.parse().unwrap());
    assert_eq!(desk.walls(MONDAY), "09:00 10:00 12:00");
}

#[test]
fn a_window_that_ignores_the_calendar_keeps_its_days_and_its_length() {
    let mut desk = desk(vec![Rule { on_days_off: true, ..daily(540, 660, 60) }]);
    desk.calendar.days_off.insert(MONDAY.parse().unwrap());
    desk.calendar.short.insert(MONDAY.parse().unwrap());
    assert_eq!(desk.walls(MONDAY), "09:00 10:00");
}

#[test]
fn overlapping_rules_share_their_lanes_instead_of_adding_them() {
    let one = daily(540, 600, 30);
    let two = Rule { lanes: vec![Channels::ALL; 2], ..daily(570, 630, 30) };
    assert_eq!(desk(vec![one, two]).walls(MONDAY), "09:00 09:30×2 10:00×2");
}

#[test]
fn a_claim_of_any_length_blocks_every_start_that_it_touches() {
    let mut desk = desk(vec![Rule { lanes: vec![Channels::ALL; 2], ..daily(540, 720, 30) }]);
    let (start, end) = (desk.at("2026-03-02T09:50"), desk.at("2026-03-02T10:30"));
    desk.taken = vec![Taken { lane: 1, start, end }];
    assert_eq!(desk.walls(MONDAY), "09:00×2 09:30 10:00 10:30×2 11:00×2 11:30×2");
    desk.taken.push(Taken { lane: 0, start: start - 600, end: end - 20 });
    assert_eq!(desk.walls(MONDAY), "09:00 10:30×2 11:00×2 11:30×2");
    let day = MONDAY.parse().unwrap();
    let table = slots::day_table(&desk.plan, &desk.calendar, &desk.ask, day, &desk.taken);
    let nine = desk.at("2026-03-02T09:00");
    assert_eq!(table[0], Start { start: nine, end: nine + 30, free: 1, total: 2 });
    assert_eq!(table.len(), 6);
}

#[test]
fn a_lane_is_for_the_channels_that_its_quota_names() {
    let lanes = vec![Channels::ALL, Channels::OPERATOR, Channels::WALK_IN | Channels::OPERATOR];
    let mut desk = desk(vec![Rule { lanes, ..daily(540, 570, 30) }]);
    assert_eq!(desk.candidates("2026-03-02T09:00"), Ok(vec![0]));
    desk.ask.channel = Channel::WalkIn;
    assert_eq!(desk.candidates("2026-03-02T09:00"), Ok(vec![0, 2]));
    desk.ask.channel = Channel::Operator;
    assert_eq!(desk.candidates("2026-03-02T09:00"), Ok(vec![0, 1, 2]));
}

#[test]
fn sixty_four_lanes_are_counted_and_offered() {
    let lanes = vec![Channels::ALL; slots::MAX_LANES];
    let desk = desk(vec![Rule { lanes, ..daily(540, 570, 30) }]);
    assert_eq!(desk.walls(MONDAY), "09:00×64");
    assert_eq!(desk.candidates("2026-03-02T09:00").unwrap().last(), Some(&63));
}

#[test]
fn a_refusal_says_what_stands_in_the_way() {
    let lunch = Rule { breaks: vec![(720, 780)], ..daily(540, 1080, 60) };
    let kept = Rule { lanes: vec![Channels::OPERATOR], ..daily(1080, 1140, 60) };
    let shut = Rule { lanes: vec![Channels::NONE], ..daily(1140, 1200, 60) };
    let mut desk = desk(vec![lunch, kept, shut]);
    assert_eq!(desk.candidates("2026-03-02T09:15"), Err(Refused::OffGrid));
    assert_eq!(desk.candidates("2026-03-02T12:00"), Err(Refused::Closed));
    assert_eq!(desk.candidates("2026-03-02T18:00"), Err(Refused::Channel));
    assert_eq!(desk.candidates("2026-03-02T19:00"), Err(Refused::NoLane));
    assert_eq!(desk.candidates("2026-04-02T09:00"), Err(Refused::BeyondHorizon));
    desk.ask.now = desk.at("2026-03-02T10:30");
    desk.ask.lead = 120;
    assert_eq!(desk.candidates("2026-03-02T10:00"), Err(Refused::Past));
    assert_eq!(desk.candidates("2026-03-02T11:00"), Err(Refused::TooSoon));
    assert_eq!(desk.candidates("2026-03-02T13:00"), Ok(vec![0]));
}

#[test]
fn a_day_is_open_full_closed_or_not_yet() {
    let mut desk = desk(vec![Rule { from: 540, to: 600, ..Rule::default() }]);
    assert_eq!(desk.state(MONDAY), (2, DayState::Open));
    assert_eq!(desk.state(SATURDAY), (0, DayState::Closed));
    assert_eq!(desk.state("2026-04-02"), (0, DayState::NotYet));
    assert_eq!(desk.state("2026-02-02"), (0, DayState::NotYet));
    desk.ask.now = desk.at("2026-03-02T09:10");
    assert_eq!(desk.state(MONDAY), (1, DayState::Open));
    let half = desk.at("2026-03-02T09:30");
    desk.taken = vec![Taken { lane: 0, start: half, end: half + 30 }];
    assert_eq!(desk.state(MONDAY), (0, DayState::Full));
    desk.ask.now = half + 1;
    assert_eq!(desk.state(MONDAY), (0, DayState::NotYet));
}

#[test]
fn what_makes_no_sense_offers_nothing() {
    let mut desk = desk(vec![daily(540, 600, 0), daily(600, 540, 30), daily(0, 0, 0)]);
    assert_eq!(desk.walls(MONDAY), "");
    desk.plan.rules = vec![daily(540, 600, 30)];
    desk.ask.duration = 0;
    assert_eq!(desk.walls(MONDAY), "");
    assert_eq!(desk.candidates("2026-03-02T09:00"), Err(Refused::Closed));
    for now in [i64::MIN, i64::MAX] {
        desk.ask.now = now;
        assert_eq!(desk.walls(MONDAY), "");
        let far = slots::candidates(&desk.plan, &desk.calendar, &desk.ask, i64::MAX);
        assert!(far.is_err());
    }
}
