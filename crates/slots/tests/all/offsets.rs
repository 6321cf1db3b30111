//! Days on which clocks change, and the grid that has to bear them.

use jiff::tz::TimeZone;
use slots::{Exception, Plan};

use crate::{Desk, daily};

#[test]
fn wall_times_that_do_not_exist_offer_nothing() {
    let desk = Desk::new("Europe/Berlin", "2026-03-29", vec![daily(60, 240, 30)]);
    assert_eq!(desk.walls("2026-03-29"), "01:00 01:30 03:00 03:30");
    // Half past one and half past three are one hour apart on that night.
    assert_eq!(desk.at("2026-03-29T03:30") - desk.at("2026-03-29T01:30"), 60);
}

#[test]
fn wall_times_that_occur_twice_are_two_starts_of_full_length() {
    let desk = Desk::new("Europe/Berlin", "2026-10-25", vec![daily(60, 240, 30)]);
    let twice = "01:00 01:30 02:00 02:30 02:00 02:30 03:00 03:30";
    assert_eq!(desk.walls("2026-10-25"), twice);
    let slots = desk.slots("2026-10-25");
    assert!(slots.windows(2).all(|pair| pair[0].end == pair[1].start));
    let second = slots[4].start;
    assert_eq!(second - slots[2].start, 60);
    let lanes = slots::candidates(&desk.plan, &desk.calendar, &desk.ask, second);
    assert_eq!(lanes, Ok(vec![0]));
}

#[test]
fn a_window_that_ends_within_the_repeated_hour_opens_twice() {
    let mut desk = Desk::new("Europe/Berlin", "2026-10-25", vec![daily(90, 150, 30)]);
    assert_eq!(desk.walls("2026-10-25"), "01:30 02:00 02:00");
    desk.ask.duration = 60;
    assert_eq!(desk.walls("2026-10-25"), "01:30");
}

#[test]
fn a_closure_in_the_repeated_hour_holds_both_times() {
    let mut desk = Desk::new("Europe/Berlin", "2026-10-25", vec![daily(90, 210, 30)]);
    let (from, to) = ("2026-10-25T02:00".parse().unwrap(), "2026-10-25T02:30".parse().unwrap());
    desk.plan.exceptions = vec![Exception::Closure { from, to }];
    assert_eq!(desk.walls("2026-10-25"), "01:30 02:30 02:30 03:00");
}

#[test]
fn half_an_hour_is_skipped_and_repeated_on_lord_howe() {
    let mut desk = Desk::new("Australia/Lord_Howe", "2026-10-04", vec![daily(60, 180, 30)]);
    assert_eq!(desk.walls("2026-10-04"), "01:00 01:30 02:30");
    desk = Desk::new("Australia/Lord_Howe", "2026-04-05", vec![daily(60, 180, 30)]);
    assert_eq!(desk.walls("2026-04-05"), "01:00 01:30 01:30 02:00 02:30");
}

#[test]
fn two_hours_are_skipped_and_repeated_at_troll() {
    let mut desk = Desk::new("Antarctica/Troll", "2026-03-29", vec![daily(0, 240, 60)]);
    assert_eq!(desk.walls("2026-03-29"), "00:00 03:00");
    desk = Desk::new("Antarctica/Troll", "2026-10-25", vec![daily(0, 240, 60)]);
    assert_eq!(desk.walls("2026-10-25"), "00:00 01:00 02:00 01:00 02:00 03:00");
}

#[test]
fn volgograd_set_its_clocks_back_for_good_in_2020() {
    let desk = Desk::new("Europe/Volgograd", "2020-12-27", vec![daily(60, 180, 60)]);
    assert_eq!(desk.walls("2020-12-26"), "01:00 02:00");
    assert_eq!(desk.walls("2020-12-27"), "01:00 01:00 02:00");
    assert_eq!(desk.walls("2020-12-28"), "01:00 02:00");
    let day = |day: &str| desk.slots(day)[0].start;
    assert_eq!(day("2020-12-28") - day("2020-12-27"), 25 * 60);
}

#[test]
fn russian_zones_went_back_in_2014_and_tomsk_forward_in_2016() {
    let mut desk = Desk::new("Europe/Moscow", "2014-10-26", vec![daily(0, 180, 60)]);
    assert_eq!(desk.walls("2014-10-26"), "00:00 01:00 01:00 02:00");
    desk = Desk::new("Asia/Tomsk", "2016-05-29", vec![daily(60, 240, 60)]);
    assert_eq!(desk.walls("2016-05-29"), "01:00 03:00");
}

#[test]
fn a_clock_set_back_over_midnight_keeps_both_evenings_on_their_date() {
    // Midnight of 18 February became 23:00 of the 17th.
    let desk = Desk::new("America/Sao_Paulo", "2018-02-17", vec![daily(1320, 1500, 30)]);
    assert_eq!(desk.walls("2018-02-17"), "00:00 00:30 22:00 22:30 23:00 23:30 23:00 23:30");
    assert_eq!(desk.walls("2018-02-18"), "00:00 00:30 22:00 22:30 23:00 23:30");
}

#[test]
fn a_date_that_was_skipped_as_a_whole_is_closed() {
    let desk = Desk::new("Pacific/Apia", "2011-12-30", vec![daily(540, 600, 30)]);
    assert_eq!(desk.walls("2011-12-29"), "09:00 09:30");
    assert_eq!(desk.walls("2011-12-30"), "");
    assert_eq!(desk.walls("2011-12-31"), "09:00 09:30");
}

#[test]
fn the_grid_divides_starts_durations_and_the_offsets_of_the_zones() {
    let plan = |zone, from, step| Plan {
        zone: TimeZone::get(zone).unwrap(),
        rules: vec![daily(from, 1080, step)],
        exceptions: Vec::new(),
    };
    let grid = |zone, from, step, duration| slots::grid([&plan(zone, from, step)], &[duration]);
    assert_eq!(grid("Europe/Moscow", 540, 60, 60), 60);
    assert_eq!(grid("Europe/Moscow", 540, 30, 60), 30);
    assert_eq!(grid("Europe/Moscow", 540, 20, 30), 10);
    assert_eq!(grid("Europe/Moscow", 541, 20, 20), 1);
    assert_eq!(grid("Asia/Kolkata", 540, 60, 60), 30);
    assert_eq!(grid("Asia/Kathmandu", 540, 60, 60), 15);
    assert_eq!(grid("Pacific/Chatham", 540, 60, 60), 15);
    assert_eq!(grid("Australia/Lord_Howe", 540, 60, 60), 30);
    let (moscow, delhi) = (plan("Europe/Moscow", 540, 60), plan("Asia/Kolkata", 540, 60));
    assert_eq!(slots::grid([&moscow, &delhi], &[60, 40]), 10);
    assert_eq!(slots::grid([], &[]), 1440);
}
