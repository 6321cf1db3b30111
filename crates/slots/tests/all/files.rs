//! How plans look in files and forms, and which mistakes are named.

use serde_json::{from_str, json, to_value};
use slots::{
    Calendar, Channels, Exception, MAX_LANES, Plan, Refused, Release, Rule, RuleFault, Weekday,
    Weekdays,
};

#[test]
fn a_plan_reads_with_defaults_and_writes_what_it_read() {
    let text = r#"{"zone": "Europe/Moscow", "rules": [{"from": 540, "to": 780}], "exceptions": [
        {"kind": "closure", "from": "2026-05-01T00:00:00", "to": "2026-05-04T00:00:00"},
        {"kind": "extra", "date": "2026-05-09", "from": 600, "to": 720}]}"#;
    let plan: Plan = from_str(text).unwrap();
    assert_eq!(plan.rules, [Rule { to: 780, ..Rule::default() }]);
    let Exception::Extra { step, lanes, .. } = &plan.exceptions[1] else { panic!("an extra") };
    assert_eq!((*step, lanes.as_slice()), (30, [Channels::ALL].as_slice()));
    let value = to_value(&plan).unwrap();
    assert_eq!(value["rules"][0]["weekdays"], json!(["mon", "tue", "wed", "thu", "fri"]));
    assert_eq!(value["rules"][0]["lanes"], json!([["online", "operator", "walk_in"]]));
    let again: Plan = serde_json::from_value(value).unwrap();
    assert_eq!((again.rules, again.exceptions), (plan.rules, plan.exceptions));
}

#[test]
fn releases_and_refusals_carry_their_kind() {
    let weekly = Release::Weekly { weekday: Weekday::Fri, at: 600, weeks: 2 };
    let value = json!({"kind": "weekly", "weekday": "fri", "at": 600, "weeks": 2});
    assert_eq!(to_value(&weekly).unwrap(), value);
    assert_eq!(from_str::<Release>(r#"{"kind": "rolling"}"#).unwrap(), Release::Rolling);
    let refused = to_value(Refused::NotReleased { opens: 7 }).unwrap();
    assert_eq!(refused, json!({"kind": "not_released", "opens": 7}));
}

#[test]
fn an_unknown_field_or_name_is_an_error() {
    assert!(from_str::<Rule>(r#"{"from": 540, "to": 600, "stpe": 5}"#).is_err());
    assert!(from_str::<Rule>(r#"{"from": 540, "to": 600, "weekdays": ["lun"]}"#).is_err());
    assert!(from_str::<Calendar>(r#"{"holidays": []}"#).is_err());
    assert!(from_str::<Release>(r#"{"kind": "daily", "at": 600, "weeks": 2}"#).is_err());
    assert!(from_str::<Plan>(r#"{"zone": "Europe/Atlantis"}"#).is_err());
}

#[test]
fn every_mistake_in_a_rule_names_its_field() {
    let good = Rule::default;
    let faults = [
        (Rule { weekdays: Weekdays::NONE, ..good() }, RuleFault::NoWeekdays, "weekdays"),
        (Rule { from: 1440, to: 1500, ..good() }, RuleFault::FromTooLate, "from"),
        (Rule { to: 540, ..good() }, RuleFault::EndsBeforeStart, "to"),
        (Rule { to: 2881, ..good() }, RuleFault::EndsTooLate, "to"),
        (Rule { step: 0, ..good() }, RuleFault::NoStep, "step"),
        (Rule { lanes: vec![Channels::NONE], ..good() }, RuleFault::NoLanes, "lanes"),
        (
            Rule { lanes: vec![Channels::ALL; MAX_LANES + 1], ..good() },
            RuleFault::TooManyLanes,
            "lanes",
        ),
        (Rule { services: Some(vec![]), ..good() }, RuleFault::NoServices, "services"),
        (Rule { breaks: vec![(780, 780)], ..good() }, RuleFault::BreakReversed(0), "breaks"),
        (
            Rule { breaks: vec![(780, 840), (60, 90)], ..good() },
            RuleFault::BreakOutside(1),
            "breaks",
        ),
        (
            Rule {
                valid_from: "2026-03-02".parse().ok(),
                valid_to: "2026-03-01".parse().ok(),
                ..good()
            },
            RuleFault::ValidityReversed,
            "valid_to",
        ),
    ];
    assert_eq!(good().check(), Ok(()));
    for (rule, fault, field) in faults {
        assert_eq!(rule.check(), Err(fault));
        assert_eq!(fault.field(), field);
    }
    assert_eq!(Release::Daily { at: 1440 }.check(), Err(RuleFault::ReleaseTime));
}
