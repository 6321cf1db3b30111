//! The room's story, on both engines.

use base::{Actor, Chance, Channel, Clock, Cx, Instant};
use jiff::civil::date;
use jiff::tz::TimeZone;
use slots::{Exception, Rule};

use super::*;
use crate::MIGRATIONS;
use crate::booking::sample;

fn cx() -> Cx {
    Cx::new(&Clock::fixed(Instant(0)), &Chance::seeded(1), Actor::System, Channel::Job)
}

#[test]
fn rules_exceptions_and_calendar_come_back_as_they_were_saved() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = sample::town(&db);
        let (resource, site) = (town.desk.clone(), town.site.clone());
        let schedule = db
            .write_wait(move |tx| {
                let day = |d, kind, works_as: &str| CalendarDay {
                    date: d,
                    kind,
                    works_as: works_as.into(),
                    note: String::new(),
                };
                save_calendar(tx, "", &[day(date(2027, 2, 20), DayKind::Moved, "mon")])?;
                save_calendar(tx, "70", &[day(date(2027, 2, 20), DayKind::Off, "")])?;
                let away = Exception::Absence {
                    from: date(2027, 1, 11).at(0, 0, 0, 0),
                    to: date(2027, 1, 12).at(0, 0, 0, 0),
                };
                add_exception(tx, &cx(), &Target::Resource(resource.clone()), &away, "отпуск")?;
                let one = timetable(tx, &resource, &site, &TimeZone::UTC)?.unwrap();
                assert_eq!(one.plan.exceptions, [away]);
                let zone = TimeZone::UTC;
                Schedule::load(tx, |_| Some((&site, &zone)))
            })
            .unwrap();
        assert!(schedule.timetable(&town.desk).is_some());
        assert!(schedule.calendar("70").days_off.contains(&date(2027, 2, 20)));
        assert!(schedule.calendar("54").moved.contains_key(&date(2027, 2, 20)));
        assert!(schedule.version >= 3);
    });
}

#[test]
fn a_rule_that_ends_before_it_begins_is_refused_by_its_number() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = sample::town(&db);
        let rule: Rule = serde_json::from_str(r#"{"from": 600, "to": 540}"#).unwrap();
        let desk = town.desk.clone();
        let error = db
            .write_wait(move |tx| save_timetable(tx, &cx(), &desk, std::slice::from_ref(&rule)))
            .unwrap_err();
        assert_eq!(error.to_string(), "E-FORM-00 rules.0:E-SCH-01");
    });
}
