//! What a service asks of a person is asked at the hold, at the confirmation and at a move, alone and in
//! the lines.

use std::sync::Arc;

use base::idem::Key;
use base::{Db, Error, Id, Instant, Outcome, Refusal};
use serde_json::{Value, json};

use super::sample::{Town, at, town};
use super::*;
use crate::accounts::Level;
use crate::catalogue::{AddressNeed, AgeUnit, Ages, Applicant};
use crate::identity::{self, Beside, Kind, Save, Ways};
use crate::{MIGRATIONS, schedule};

const HOME: [(&str, &str); 3] =
    [("region", "Томская область"), ("locality", "Томск"), ("house", "14")];

/// Eighteen on the ninth of December.
const BIRTH: [(&str, &str); 3] = [("date", "09.12.2008"), ("sex", "male"), ("place", "гор. Томск")];

/// The official, to whom one comes alone, on these terms.
fn offer(town: &Town, ages: Option<Ages>, address: Option<AddressNeed>) -> Offer {
    let plain = town.offer(&town.official);
    let terms =
        Terms { ages, address, kinds: vec![Applicant::Individual], ..(*plain.terms).clone() };
    Offer { terms: Arc::new(terms), ..plain }
}

fn adults() -> Option<Ages> {
    Some(Ages { from: Some(18), to: None, unit: AgeUnit::Years })
}

fn types(db: &Db, town: &Town, person: &Id, kind: Kind, typed: &'static [(&str, &str)]) {
    let (cx, account) = (town.cx(person), person.clone());
    db.write_wait(move |tx| {
        let profile = identity::profile(tx, &account)?.unwrap();
        let beside = Beside { born: profile.born(), today: identity::read::today(cx.now) };
        let field = |name: &str| typed.iter().find(|x| x.0 == name).map_or("", |x| x.1);
        let values = identity::read_datum(kind, field, beside).unwrap();
        let (account, version) = (account.clone(), profile.version(kind));
        let datum = Save { account, kind, values, version, agreed: true };
        identity::save(tx, &cx, Ways::default(), &datum)
    })
    .unwrap();
}

fn holds(db: &Db, town: &Town, offer: &Offer, person: &Id, start: Instant) -> Outcome<Held> {
    let (cx, offer, account) = (town.cx(person), offer.clone(), person.clone());
    let wish = Hold { account, level: Level::Verified, start, purpose: String::new(), draft: None };
    db.write_wait(move |tx| hold(tx, &cx, &offer, &wish))
}

fn confirms(
    db: &Db,
    town: &Town,
    offer: &Offer,
    (person, held, form): (&Id, &Id, Value),
) -> Outcome<Confirmed> {
    let command = Confirm {
        account: person.clone(),
        level: Level::Verified,
        booking: held.clone(),
        purpose: "ask".into(),
        form,
        on_behalf: None,
    };
    let (cx, offer) = (town.cx(person), offer.clone());
    db.write_wait(move |tx| confirm(tx, &cx, &offer, &command))
}

fn refused<T: std::fmt::Debug>(outcome: Outcome<T>) -> Box<Refusal> {
    match outcome {
        Err(Error::Refusal(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Code and field of the only fault.
fn fault<T: std::fmt::Debug>(outcome: Outcome<T>) -> (&'static str, String) {
    let refusal = refused(outcome);
    let [fault] = refusal.fields.as_slice() else { panic!("{refusal:?}") };
    (fault.code, fault.field.to_string())
}

#[test]
fn the_age_of_the_day_of_the_visit_counts_at_the_hold_and_at_a_move() {
    testkit::each_engine(MIGRATIONS, |db| {
        let (town, ages) = (town(&db), adults());
        let (person, offer) = (&town.people[0], offer(&town, ages, None));
        types(&db, &town, person, Kind::Birth, &BIRTH);
        let early = refused(holds(&db, &town, &offer, person, at(8, 10, 0)));
        assert_eq!((early.code, &*early.fields[0].field), ("E-AGE-01", "start"));
        assert!(early.args.contains(&("day", "08.12.2026".to_owned())), "{:?}", early.args);
        let held = holds(&db, &town, &offer, person, at(9, 10, 0)).unwrap();
        confirms(&db, &town, &offer, (person, &held.id, json!({}))).unwrap();
        let moves = |start| {
            let command = Reschedule {
                account: person.clone(),
                booking: held.id.clone(),
                start,
                reason: String::new(),
            };
            let (cx, offer) = (town.cx(person), offer.clone());
            db.write_wait(move |tx| reschedule(tx, &cx, &offer, &command))
        };
        assert_eq!(fault(moves(at(8, 10, 0))), ("E-AGE-01", "start".to_owned()));
        moves(at(10, 10, 0)).unwrap();
    });
}

#[test]
fn a_birth_date_that_nobody_knows_holds_and_is_asked_at_the_confirmation() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let (person, offer) = (&town.people[0], offer(&town, adults(), None));
        let held = holds(&db, &town, &offer, person, at(9, 10, 0)).unwrap();
        let tries = |form: Value| confirms(&db, &town, &offer, (person, &held.id, form));
        assert_eq!(fault(tries(json!({}))), ("E-FORM-01", "born".to_owned()));
        let child = tries(json!({"born": "2015-09-01"}));
        assert_eq!(fault(child), ("E-AGE-01", "born".to_owned()));
        tries(json!({"born": "1988-04-17"})).unwrap();
    });
}

#[test]
fn an_address_is_kept_as_it_was_confirmed_and_another_one_is_refused() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let (person, offer) = (&town.people[0], offer(&town, None, Some(AddressNeed::Stated)));
        let code = |outcome: Outcome<Held>| refused(outcome).code;
        assert_eq!(code(holds(&db, &town, &offer, person, at(9, 10, 0))), "E-ADR-02");
        types(&db, &town, person, Kind::Registration, &HOME);
        let held = holds(&db, &town, &offer, person, at(9, 10, 0)).unwrap();
        let old = json!({"address": "Томск, Старая, 1"});
        let stale = confirms(&db, &town, &offer, (person, &held.id, old));
        assert_eq!(fault(stale), ("E-ADR-04", "address".to_owned()));
        // A program sends none: it gets the one of the profile.
        confirms(&db, &town, &offer, (person, &held.id, json!({}))).unwrap();
        let (who, id) = (person.clone(), held.id.clone());
        let booking = db.read_wait(move |tx| of_account(tx, &who, &id)).unwrap();
        let kept = booking.form.reveal()["address"].as_str().unwrap().to_owned();
        assert!(kept.contains("Томск") && kept.contains("14"), "{kept}");
    });
}

#[test]
fn in_a_line_those_who_lack_something_are_refused_beside_those_who_do_not() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let offer = offer(&town, None, Some(AddressNeed::Stated));
        types(&db, &town, &town.people[1], Kind::Registration, &HOME);
        let (site, zone) = (town.site.clone(), offer.zone.clone());
        let memory =
            db.read_wait(move |tx| schedule::Schedule::load(tx, |_| Some((&site, &zone)))).unwrap();
        let ask = |i: usize, offer: &Offer, hour| Ask {
            cx: town.cx(&town.people[i]),
            offer: Offer { known: memory.known(&offer.resource, &offer.region), ..offer.clone() },
            wish: Hold {
                account: town.people[i].clone(),
                level: Level::Verified,
                start: at(9, hour, 0),
                purpose: String::new(),
                draft: None,
            },
            key: Key::new(format!("key-{i}"), &["hold"]),
        };
        let plain = town.offer(&town.desk);
        let asks = vec![
            ask(2, &plain, 10),
            ask(3, &plain, 10),
            ask(0, &offer, 10),
            ask(1, &offer, 10),
            ask(4, &plain, 11),
        ];
        let answers = db.write_wait(move |tx| line::serve(tx, &asks)).unwrap();
        let codes: Vec<_> =
            answers.into_iter().map(|x| x.err().map(|x| x.code().unwrap())).collect();
        assert_eq!(codes, [None, None, Some("E-ADR-02"), None, None]);
    });
}
