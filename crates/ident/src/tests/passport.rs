use jiff::civil::{Date, date};

use crate::*;

const TYPED: PassportTyped<'static> = PassportTyped {
    series: "45 12",
    number: "345678",
    issued_on: "20.03.2012",
    issuer: "ОВД района  Пресненский г. Mосквы",
    subdivision: "770001",
};

/// The last day of all: nothing is issued after it.
const EVER: Date = Date::MAX;

/// A passport issued on a day.
fn issued(day: Date) -> Passport {
    let series = format!("45{:02}", day.year() % 100);
    Passport::read(&PassportTyped { series: &series, issued_on: &dotted(day), ..TYPED }, EVER)
        .unwrap()
}

fn born(year: i16, month: i8, day: i8) -> BirthDate {
    BirthDate::new(date(year, month, day), date(2100, 1, 1)).unwrap()
}

#[test]
fn a_passport_is_read_and_shown() {
    let passport = Passport::read(&TYPED, EVER).unwrap();
    let shown = "45 12 345678, 20.03.2012, ОВД района Пресненский г. Москвы, 770-001";
    assert_eq!(passport.to_string(), shown);
    assert_eq!(passport.masked(), "45 •• ••••78");
    assert_eq!(format!("{passport:?}"), "Passport(▒)");
    assert_eq!(passport.doubts(), vec![]);
}

#[test]
fn every_faulty_part_is_named_at_once() {
    let typed = PassportTyped {
        series: "451",
        number: "",
        issued_on: "31.02.2012",
        issuer: "ОВД №7 <script>",
        subdivision: "770-0a1",
    };
    let faults = Passport::read(&typed, EVER).unwrap_err();
    assert_eq!(
        faults,
        vec![
            PassportFault::Series(NumberFault::Length { needs: 4, has: 3 }),
            PassportFault::Number(NumberFault::Empty),
            PassportFault::IssuedOn(DateFault::NoSuchDay),
            PassportFault::Issuer(LineFault::Stray { char: '<', position: 8 }),
            PassportFault::Subdivision(NumberFault::Stray { char: 'a', position: 6 }),
        ]
    );
    assert_eq!(Passport::read(&PassportTyped::default(), EVER).unwrap_err().len(), 5);
    let early = Passport::read(&PassportTyped { number: "1", ..TYPED }, date(2012, 3, 19));
    let faults = early.unwrap_err();
    assert_eq!(faults.len(), 2);
    assert_eq!(faults[1], PassportFault::IssuedOn(DateFault::Future), "with the rest");
    assert!(Passport::read(&TYPED, date(2012, 3, 20)).is_ok(), "issued today");
}

#[test]
fn a_passport_got_before_20_serves_until_20_and_90_days_more() {
    let (passport, holder) = (issued(date(2014, 2, 1)), born(2000, 1, 10));
    let at = |year, month, day| passport.validity(&holder, date(year, month, day));
    let birthday = date(2020, 1, 10);
    assert_eq!(at(2020, 1, 9), Validity::Valid { until: Some(birthday) });
    assert_eq!(at(2020, 1, 10), Validity::Grace { until: date(2020, 4, 9) });
    assert_eq!(at(2020, 4, 9), Validity::Grace { until: date(2020, 4, 9) });
    assert_eq!(at(2020, 4, 10), Validity::Expired { since: date(2020, 4, 10) });
    assert_eq!(at(2026, 11, 22), Validity::Expired { since: date(2020, 4, 10) });
}

#[test]
fn a_passport_got_on_the_20th_birthday_serves_until_45_and_one_got_at_45_for_life() {
    let holder = born(1980, 1, 15);
    let today = date(2026, 11, 22);
    let at_20 = issued(date(2000, 1, 15));
    assert_eq!(at_20.validity(&holder, today), Validity::Expired { since: date(2025, 4, 16) });
    assert_eq!(
        at_20.validity(&holder, date(2025, 1, 14)),
        Validity::Valid { until: Some(date(2025, 1, 15)) }
    );
    let at_45 = issued(date(2025, 1, 15));
    assert_eq!(at_45.validity(&holder, today), Validity::Valid { until: None });
    let day_before = issued(date(2025, 1, 14));
    assert_eq!(day_before.validity(&holder, today), Validity::Expired { since: date(2025, 4, 16) });
}

#[test]
fn a_leap_days_child_replaces_its_passport_on_29_february_at_20() {
    let holder = born(2004, 2, 29);
    let passport = issued(date(2018, 3, 1));
    assert_eq!(
        passport.validity(&holder, date(2024, 2, 28)),
        Validity::Valid { until: Some(date(2024, 2, 29)) }
    );
    assert_eq!(
        issued(date(2018, 2, 28)).validity(&holder, date(2024, 2, 28)),
        Validity::IssuedBefore14 { earliest: date(2018, 3, 1) }
    );
}

#[test]
fn days_of_issue_that_cannot_be_are_told_apart() {
    let today = date(2026, 11, 22);
    let at = |day, holder: BirthDate| issued(day).validity(&holder, today);
    let adult = born(1980, 1, 15);
    assert_eq!(at(date(1979, 12, 31), adult), Validity::IssuedBeforeBirth);
    assert_eq!(
        at(date(1994, 1, 14), adult),
        Validity::IssuedBefore14 { earliest: date(1994, 1, 15) }
    );
    let child = born(2015, 5, 5);
    assert_eq!(at(date(2020, 1, 1), child), Validity::TooYoung { from: date(2029, 5, 5) });
    assert_eq!(
        at(today, born(1981, 11, 22)),
        Validity::Valid { until: None },
        "issued today, at 45"
    );
}

#[test]
fn an_unknown_region_and_a_blank_of_another_time_raise_a_doubt_only() {
    let doubts = |series, issued_on| {
        Passport::read(&PassportTyped { series, issued_on, ..TYPED }, EVER).unwrap().doubts()
    };
    assert_eq!(doubts("00 12", "20.03.2012"), vec![PassportDoubt::Region { code: 0 }]);
    assert_eq!(doubts("39 15", "20.03.2015"), vec![]);
    assert_eq!(doubts("45 13", "20.12.2012"), vec![], "a blank of the coming year");
    assert_eq!(doubts("45 09", "20.12.2012"), vec![], "a blank from stock");
    let blank = |printed, issued| vec![PassportDoubt::Blank { printed, issued }];
    assert_eq!(doubts("45 15", "20.12.2012"), blank(2015, 2012));
    assert_eq!(doubts("45 98", "20.12.2012"), blank(1998, 2012));
    assert_eq!(doubts("45 99", "20.12.2001"), vec![]);
}
