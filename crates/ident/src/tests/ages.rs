use jiff::civil::{Date, date};
use proptest::prelude::*;

use crate::DateFault::{Empty, Future, NoSuchDay, Shape, TooLongAgo};
use crate::*;

const TODAY: Date = date(2026, 11, 22);

fn born(year: i16, month: i8, day: i8) -> BirthDate {
    BirthDate::new(date(year, month, day), date(2040, 1, 1)).unwrap()
}

#[test]
fn a_birth_date_is_read_however_people_write_it() {
    let forms = [
        "15.01.1980",
        "15.1.1980",
        "15/01/1980",
        "15-01-1980",
        "15 01 1980",
        "15011980",
        "1980-01-15",
        " 15.01.1980 г. ",
        "15.01.1980 года",
        "15. 01. 1980",
        "15.О1.198О",
    ];
    for text in forms {
        let read = BirthDate::parse(text, TODAY).unwrap();
        assert_eq!(read.date(), date(1980, 1, 15), "{text}");
        assert_eq!((read.to_string(), read.masked()), ("15.01.1980".into(), "••.••.1980".into()));
    }
}

#[test]
fn what_is_wrong_with_a_birth_date_is_named() {
    let cases = [
        ("", Empty),
        (" . ", Empty),
        ("15.01.80", Shape),
        ("1980", Shape),
        ("15.01", Shape),
        ("пятое мая", Shape),
        ("150.01.1980", Shape),
        ("31.02.1980", NoSuchDay),
        ("29.02.1981", NoSuchDay),
        ("15.13.1980", NoSuchDay),
        ("00.01.1980", NoSuchDay),
        ("23.11.2026", Future),
        ("15.01.1880", TooLongAgo),
    ];
    for (text, fault) in cases {
        assert_eq!(BirthDate::parse(text, TODAY), Err(fault), "{text}");
    }
    assert!(BirthDate::parse("22.11.2026", TODAY).is_ok(), "born today");
}

#[test]
fn who_was_born_on_29_february_is_a_year_older_on_1_march_of_a_common_year() {
    let child = born(2008, 2, 29);
    assert_eq!(child.birthday(14), date(2022, 3, 1));
    assert_eq!(child.birthday(20), date(2028, 2, 29));
    assert_eq!(child.birthday(i16::MAX).year(), 9999, "the calendar ends, nothing panics");
    assert_eq!(child.birthday(i16::MIN).year(), -9999);
    assert_eq!((child.age(date(2022, 2, 28)), child.age(date(2022, 3, 1))), (13, 14));
    assert_eq!((child.age(date(2028, 2, 28)), child.age(date(2028, 2, 29))), (19, 20));
}

#[test]
fn under_14_others_act_under_18_somebody_consents() {
    let child = born(2010, 6, 1);
    let at = |year, month, day| capacity(&child, date(year, month, day));
    assert_eq!(at(2024, 5, 31), Capacity::Represented { until: date(2024, 6, 1) });
    assert_eq!(at(2024, 6, 1), Capacity::WithConsent { until: date(2028, 6, 1) });
    assert_eq!(at(2028, 5, 31), Capacity::WithConsent { until: date(2028, 6, 1) });
    assert_eq!(at(2028, 6, 1), Capacity::Full);
    let mother = born(1985, 1, 1);
    assert!(may_act_for_others(&mother, TODAY));
    assert!(!may_act_for_others(&child, date(2028, 5, 31)), "a minor acts for nobody");
    assert!(may_act_for_others(&child, date(2028, 6, 1)));
}

#[test]
fn the_certificate_goes_on_serving_for_90_days_after_the_14th_birthday() {
    let child = born(2010, 6, 1);
    let at = |year, month, day| identity_paper(&child, date(year, month, day));
    assert_eq!(at(2024, 5, 31), IdentityPaper::BirthCertificate);
    assert_eq!(at(2024, 6, 1), IdentityPaper::Either { until: date(2024, 8, 30) });
    assert_eq!(at(2024, 8, 30), IdentityPaper::Either { until: date(2024, 8, 30) });
    assert_eq!(at(2024, 8, 31), IdentityPaper::Passport);
}

proptest! {
    #[test]
    fn ages_change_on_birthdays_and_only_there(days in 0i32..40_000, years in 0i16..100) {
        let birth = BirthDate::new(date(1920, 1, 1) + jiff::Span::new().days(days), date(2040, 1, 1)).unwrap();
        let birthday = birth.birthday(years);
        prop_assert_eq!(birth.age(birthday), years);
        let eve = birthday.yesterday().unwrap();
        prop_assert_eq!(birth.age(eve), (years - 1).max(0));
    }
}
