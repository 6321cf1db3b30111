//! From when to when a mandate counts, and what it allows.

use base::Instant;
use jiff::civil::date;

use super::super::rules::{
    Ask, Notice, Over, Standing, due, fits, in_force, may_act, may_add, over, signs_too, standing,
};
use super::*;
use crate::accounts::Level;
use crate::catalogue::Applicant;

fn mandate(id: &str, sheet: Sheet) -> Mandate {
    Mandate {
        by_level: Level::Verified,
        by_born: None,
        by_inn: None.into(),
        id: id.into(),
        account: "anna".into(),
        principal: id.into(),
        kind: sheet.details.kind(),
        state: State::Typed,
        revision: 1,
        created: Instant(0),
        changed: Instant(0),
        sheet: Some(sheet).into(),
    }
}

#[test]
fn a_child_is_represented_to_the_eve_of_its_eighteenth_birthday() {
    let Sheet { details, .. } = child("Михаил", date(2008, 12, 7));
    let end = date(2026, 12, 7);
    let live = Standing::Live { until: Some(end) };
    assert_eq!(standing(State::Checked, &details, date(2026, 12, 6)), live);
    let over = Standing::Over { since: end, why: Over::Adult };
    assert_eq!(standing(State::Checked, &details, end), over);
    let refused = in_force(State::Typed, &details, end).unwrap_err();
    assert_eq!((refused.code, &*refused.args[0].1), ("E-MND-01", "07.12.2026"));
    // Who was born on 29 February is of age on 1 March of a common year.
    let leap = child("Лев", date(2008, 2, 29)).details;
    assert_eq!(
        standing(State::Typed, &leap, date(2026, 2, 28)),
        Standing::Live { until: Some(date(2026, 3, 1)) }
    );
    assert!(in_force(State::Typed, &leap, date(2026, 3, 1)).is_err());
}

#[test]
fn what_is_promised_ends_with_the_first_midnight_here_or_in_moscow() {
    let grown = mandate("a", child("Михаил", date(2008, 12, 7)));
    let at = |zone: &str| {
        let zone = jiff::tz::TimeZone::get(zone).unwrap();
        let (day, at) = super::super::rules::ends(Some(&grown), &zone).unwrap();
        assert_eq!(day, date(2026, 12, 7));
        at.rfc3339(&jiff::tz::TimeZone::UTC)
    };
    assert_eq!(at("Asia/Tomsk"), "2026-12-06T17:00:00+00:00");
    assert_eq!(at("Europe/Kaliningrad"), "2026-12-06T21:00:00+00:00", "midnight of Moscow");
}

#[test]
fn a_power_of_attorney_counts_through_its_last_day_or_for_a_year() {
    let made = date(2026, 1, 31);
    let named = attorney(&[Act::Book], made, Some(date(2026, 6, 30))).details;
    assert_eq!(over(&named), Some((date(2026, 7, 1), Over::Term)));
    assert!(in_force(State::Typed, &named, date(2026, 6, 30)).is_ok());
    assert_eq!(in_force(State::Typed, &named, date(2026, 7, 1)).unwrap_err().code, "E-MND-02");
    let silent = attorney(&[Act::Book], made, None).details;
    assert_eq!(over(&silent), Some((date(2027, 2, 1), Over::Term)));
    assert!(in_force(State::Typed, &silent, date(2027, 1, 31)).is_ok());
    let refused = in_force(State::Typed, &silent, date(2027, 2, 1)).unwrap_err();
    assert_eq!((refused.code, &*refused.args[0].1), ("E-MND-02", "31.01.2027"), "the last day");
    let leap = attorney(&[Act::Book], date(2028, 2, 29), None).details;
    assert_eq!(over(&leap), Some((date(2029, 3, 1), Over::Term)));
}

#[test]
fn a_guardian_of_a_minor_ends_with_its_majority_and_of_an_adult_with_the_term() {
    let act = |issued_on| Paper {
        series: String::new(),
        number: "17-р".into(),
        issued_on,
        issuer: "Отдел опеки".into(),
    };
    let ward = |issued_on, until| Details::Guardian {
        who: human("Глеб", date(2010, 4, 1)),
        office: Office::Trustee,
        act: act(issued_on),
        until,
    };
    let day = date(2028, 4, 1);
    assert_eq!(over(&ward(date(2026, 1, 1), None)), Some((day, Over::Adult)));
    let sooner = ward(date(2026, 1, 1), Some(date(2027, 1, 1)));
    assert_eq!(over(&sooner), Some((date(2027, 1, 2), Over::Term)));
    assert_eq!(over(&ward(day, None)), None, "appointed over an adult");
}

#[test]
fn what_was_ended_refused_or_not_allowed_is_told_apart() {
    let ask = |act, service, body| Ask {
        act,
        service,
        body,
        kinds: &[Applicant::Representative],
        today: date(2026, 12, 1),
    };
    let code = |mandate: &Mandate, ask: &Ask<'_>| may_act(mandate, ask).map_err(|x| x.code);
    let mut one = mandate("m", attorney(&[Act::See, Act::Cancel], date(2026, 1, 1), None));
    assert_eq!(code(&one, &ask(Act::Cancel, "visit", "mfc")), Ok(()));
    assert_eq!(code(&one, &ask(Act::Book, "visit", "mfc")), Err("E-MND-05"));
    if let Some(sheet) = one.sheet.reveal_mut() {
        sheet.powers.services = vec!["visit".into()];
        sheet.powers.bodies = vec!["clinic".into()];
    }
    assert_eq!(code(&one, &ask(Act::See, "visit", "clinic")), Ok(()));
    assert_eq!(code(&one, &ask(Act::See, "other", "clinic")), Err("E-MND-06"));
    assert_eq!(code(&one, &ask(Act::See, "visit", "mfc")), Err("E-MND-06"));
    let only = Ask { kinds: &[Applicant::Individual], ..ask(Act::See, "visit", "clinic") };
    assert_eq!(code(&one, &only), Err("E-MND-07"));
    for (state, says) in
        [(State::Refused, "E-MND-04"), (State::Ended, "E-MND-03"), (State::Revoked, "E-MND-03")]
    {
        one.state = state;
        assert_eq!(code(&one, &ask(Act::See, "visit", "clinic")), Err(says));
    }
    *one.sheet.reveal_mut() = None;
    assert_eq!(code(&one, &ask(Act::See, "visit", "clinic")), Err("E-MND-03"), "erased");
}

#[test]
fn levels_and_numbers_are_limited_and_nobody_is_there_twice() {
    let code = |level, kind| may_add(level, kind).map_err(|x| x.code);
    assert_eq!(code(Level::Simplified, Kind::Child), Err("E-MND-08"));
    assert_eq!(code(Level::Standard, Kind::Child), Ok(()));
    assert_eq!(code(Level::Standard, Kind::Company), Err("E-MND-08"));
    assert_eq!(code(Level::Verified, Kind::Trader), Ok(()));

    let today = date(2026, 12, 1);
    let of_year = |i: i16| child("Михаил", date(2009 + i % 15, 1, 1 + (i / 15) as i8));
    let mut own: Vec<_> = (0..20).map(|i| mandate(&format!("m{i}"), of_year(i))).collect();
    let fits =
        |own: &[Mandate], sheet: &Sheet| fits(own, &sheet.details, today).map_err(|x| x.code);
    assert_eq!(fits(&own, &child("Вера", today)), Err("E-MND-09"));
    assert_eq!(fits(&own, &attorney(&[Act::Book], today, None)), Ok(()), "another group");
    assert_eq!(fits(&own, &of_year(3)), Err("E-MND-10"));
    own[3].state = State::Ended;
    assert_eq!(fits(&own, &of_year(3)), Ok(()), "whoever was ended may come again");
    // «СОКОЛОВ  МИХАИЛ» is the same child.
    let mut loud = of_year(5);
    if let Details::Child { who, .. } = &mut loud.details {
        who.surname = "СОКОЛОВ".into();
    }
    assert_eq!(fits(&own, &loud), Err("E-MND-10"));
}

#[test]
fn a_month_before_a_birthday_and_two_weeks_before_a_term_something_is_said() {
    let said = |sheet: &Sheet, day| due(&sheet.details, day);
    let young = child("Михаил", date(2012, 12, 31));
    let fourteen = Some((Notice::Fourteen, date(2026, 12, 31)));
    assert_eq!(said(&young, date(2026, 11, 29)), None);
    assert_eq!(said(&young, date(2026, 11, 30)), fourteen);
    assert_eq!(said(&young, date(2026, 12, 30)), fourteen);
    assert_eq!(said(&young, date(2026, 12, 31)), None);
    assert!(!signs_too(&young, date(2026, 12, 30)) && signs_too(&young, date(2026, 12, 31)));
    let grown = Some((Notice::Adult, date(2030, 12, 31)));
    assert_eq!(said(&young, date(2030, 12, 1)), grown);
    let paper = attorney(&[Act::Book], date(2026, 1, 1), Some(date(2026, 6, 30)));
    assert_eq!(said(&paper, date(2026, 6, 16)), None);
    assert_eq!(said(&paper, date(2026, 6, 17)), Some((Notice::Term, date(2026, 7, 1))));
}
