//! The moment at which days open.

use slots::{DayState, Refused, Release, Weekday, next_release};

use crate::{Desk, daily};

/// Asked on Wednesday, 25 February 2026, 12:00.
fn desk(release: Release) -> Desk {
    let mut desk = Desk::new("Europe/Moscow", "2026-03-07", vec![daily(540, 600, 30)]);
    desk.ask.release = release;
    desk.ask.horizon_days = 5;
    desk
}

fn next(desk: &Desk) -> Option<(i64, String, String)> {
    let (opens, first, last) = next_release(&desk.ask, &desk.plan.zone)?;
    Some((opens, first.to_string(), last.to_string()))
}

fn expected(desk: &Desk, opens: &str, first: &str, last: &str) -> Option<(i64, String, String)> {
    Some((desk.at(opens), first.into(), last.into()))
}

#[test]
fn rolling_days_open_at_local_midnight() {
    let mut desk = desk(Release::Rolling);
    assert_eq!(desk.state("2026-03-02"), (2, DayState::Open));
    assert_eq!(desk.state("2026-03-03"), (0, DayState::NotYet));
    assert_eq!(desk.candidates("2026-03-03T09:00"), Err(Refused::BeyondHorizon));
    assert_eq!(next(&desk), expected(&desk, "2026-02-26T00:00", "2026-03-03", "2026-03-03"));
    desk.ask.now = desk.at("2026-02-26T00:00");
    assert_eq!(desk.state("2026-03-03"), (2, DayState::Open));
}

#[test]
fn a_daily_release_opens_one_day_at_its_hour() {
    let mut desk = desk(Release::Daily { at: 14 * 60 });
    assert_eq!(desk.state("2026-03-01"), (2, DayState::Open));
    let opens = desk.at("2026-02-25T14:00");
    assert_eq!(desk.candidates("2026-03-02T09:00"), Err(Refused::NotReleased { opens }));
    assert_eq!(next(&desk), expected(&desk, "2026-02-25T14:00", "2026-03-02", "2026-03-02"));
    desk.ask.now = opens;
    assert_eq!(desk.candidates("2026-03-02T09:00"), Ok(vec![0]));
    assert_eq!(next(&desk), expected(&desk, "2026-02-26T14:00", "2026-03-03", "2026-03-03"));
}

#[test]
fn a_weekly_release_opens_up_to_a_sunday() {
    let mut desk = desk(Release::Weekly { weekday: Weekday::Thu, at: 600, weeks: 1 });
    assert_eq!(desk.state("2026-03-01"), (2, DayState::Open));
    let opens = desk.at("2026-02-26T10:00");
    assert_eq!(desk.candidates("2026-03-02T09:00"), Err(Refused::NotReleased { opens }));
    assert_eq!(next(&desk), expected(&desk, "2026-02-26T10:00", "2026-03-02", "2026-03-08"));
    desk.ask.now = opens;
    assert_eq!(desk.state("2026-03-08"), (2, DayState::Open));
    assert_eq!(desk.state("2026-03-09"), (0, DayState::NotYet));
    assert_eq!(next(&desk), expected(&desk, "2026-03-05T10:00", "2026-03-09", "2026-03-15"));
}

#[test]
fn a_declared_season_opens_once_and_nothing_else_does() {
    let mut desk = desk(Release::On {
        opens: "2026-02-27T08:00".parse().unwrap(),
        from: "2026-06-01".parse().unwrap(),
        to: "2026-08-31".parse().unwrap(),
    });
    let opens = desk.at("2026-02-27T08:00");
    assert_eq!(desk.candidates("2026-06-01T09:00"), Err(Refused::NotReleased { opens }));
    assert_eq!(desk.candidates("2026-03-02T09:00"), Err(Refused::BeyondHorizon));
    assert_eq!(next(&desk), expected(&desk, "2026-02-27T08:00", "2026-06-01", "2026-08-31"));
    desk.ask.now = opens;
    assert_eq!(desk.state("2026-08-31"), (2, DayState::Open));
    assert_eq!(desk.state("2026-09-01"), (0, DayState::NotYet));
    assert_eq!(next(&desk), None);
}

#[test]
fn a_release_in_a_skipped_hour_comes_as_much_later_as_the_clock_jumped() {
    let mut desk = Desk::new("Europe/Berlin", "2026-03-29", vec![daily(540, 600, 30)]);
    desk.ask.horizon_days = 3;
    desk.ask.release = Release::Daily { at: 150 };
    desk.ask.now = desk.at("2026-03-29T01:59");
    assert_eq!(next(&desk), expected(&desk, "2026-03-29T03:30", "2026-04-01", "2026-04-01"));
}

#[test]
fn announced_days_stay_shut_until_their_own_opening() {
    let mut desk = desk(Release::Rolling);
    let day = |text: &str| text.parse().unwrap();
    let opens = desk.at("2026-02-25T14:00");
    let (from, to) = (day("2026-02-27"), day("2026-02-28"));
    desk.ask.locked = vec![slots::Locked { from, to, opens }];
    assert_eq!(desk.state("2026-02-26"), (2, DayState::Open));
    assert_eq!(desk.state("2026-02-27"), (0, DayState::NotYet));
    assert_eq!(desk.walls("2026-02-28"), "");
    assert_eq!(desk.candidates("2026-02-27T09:00"), Err(Refused::NotReleased { opens }));
    desk.ask.now = opens;
    assert_eq!(desk.state("2026-02-27"), (2, DayState::Open));
    assert!(desk.candidates("2026-02-27T09:00").is_ok());
}
