//! The line of confirmations decides as the single one does.

use std::sync::Arc;

use base::db::Place;
use base::idem::Key;
use base::{Actor, Channel, Cx, Db, Error, Id, Instant, Outcome};
use serde_json::json;

use super::confirms::serve;
use super::sample::{Town, Watch, at, town};
use super::*;
use crate::MIGRATIONS;
use crate::accounts::Level;

/// Holds a time of the desk for person `i`; gives the hold.
fn held(db: &Db, town: &Town, i: usize, start: Instant) -> Id {
    let (cx, offer) = (town.cx(&town.people[i]), town.offer(&town.desk));
    let account = town.people[i].clone();
    let wish = Hold { account, level: Level::Verified, start, purpose: String::new(), draft: None };
    db.write_wait(move |tx| hold(tx, &cx, &offer, &wish)).unwrap().id
}

/// Person `i` confirms `booking` for `purpose` under a key.
fn ask(town: &Town, i: usize, booking: &Id, (purpose, key): (&str, &str)) -> Confirming {
    let account = town.people[i].clone();
    let actor = Actor::Account(account.clone());
    let (offer, who, purpose) = (town.offer(&town.desk), account.clone(), purpose.to_owned());
    let fingerprint = [booking.as_str(), &purpose].concat();
    let fill = move |held: &Booking, person: &crate::accounts::Account| {
        assert_eq!((&held.account, &person.id), (&who, &who));
        let command = Confirm {
            account: who.clone(),
            level: Level::Verified,
            booking: held.id.clone(),
            purpose: purpose.clone(),
            form: json!({ "phone": person.phone.reveal() }),
            on_behalf: None,
        };
        Ok((offer.clone(), command))
    };
    Confirming {
        cx: Cx::new(&town.clock, &town.chance, actor, Channel::Api),
        account,
        booking: booking.clone(),
        key: Key::new(key, &[&fingerprint]),
        fill: Arc::new(fill),
    }
}

fn outcome(answer: &Outcome<Confirmed>) -> Result<State, String> {
    match answer {
        Ok(confirmed) => Ok(confirmed.status),
        Err(Error::Refusal(refusal)) => Err(refusal.code.to_owned()),
        Err(fault) => panic!("{fault}"),
    }
}

fn clean(db: &Db, town: &Town) {
    let now = town.clock.now();
    assert_eq!(db.read_wait(move |tx| verify(tx, now)).unwrap(), []);
}

/// What people may do, and mistakes: strangers, an expired hold, another purpose, a longer one, a
/// second booking for the same purpose, the same key again.
fn script(db: &Db, town: &Town) -> Vec<Confirming> {
    let late = held(db, town, 30, at(9, 9, 0));
    town.clock.advance(16 * Instant::MINUTE);
    let holds: Vec<Id> =
        (0..12).map(|i| held(db, town, i, at(9, 9 + (i / 4) as i8, 15 * (i % 4) as i8))).collect();
    let mut asks: Vec<Confirming> = holds
        .iter()
        .enumerate()
        .map(|(i, hold)| ask(town, i, hold, ("ask", &format!("k{i}"))))
        .collect();
    // The next quarter of an hour is another person's, on the other lane: there is room.
    asks[3] = ask(town, 3, &holds[3], ("long", "k3"));
    asks.push(ask(town, 20, &holds[0], ("ask", "stranger")));
    asks.push(ask(town, 30, &late, ("ask", "late")));
    asks.push(asks[5].clone());
    asks.push(ask(town, 6, &holds[6], ("long", "k6")));
    asks.push(ask(town, 7, &holds[7], ("ask", "again")));
    asks.push(ask(town, 31, &Id::from("nothing"), ("ask", "nothing")));
    asks
}

#[test]
fn a_group_of_confirmations_ends_as_one_by_one() {
    testkit::each_engine(MIGRATIONS, |db| {
        let here = town(&db);
        let watch = Watch::new(&db, &here);
        let asks = script(&db, &here);
        let together = db.write_wait(move |tx| serve(tx, &asks)).unwrap();
        let (single, _dir) = testkit::sqlite(MIGRATIONS);
        let there = town(&single);
        let one = |ask: Confirming| {
            let answer = single.write_wait(move |tx| serve(tx, std::slice::from_ref(&ask)));
            answer.and_then(|mut x| x.remove(0))
        };
        let apart: Vec<_> = script(&single, &there).into_iter().map(one).collect();
        let expected: Vec<_> = apart.iter().map(outcome).collect();
        assert_eq!(together.iter().map(outcome).collect::<Vec<_>>(), expected);
        let refused: Vec<&str> =
            expected.iter().filter_map(|x| x.as_ref().err().map(String::as_str)).collect();
        assert_eq!(refused, ["E-STA-01", "E-HOLD-02", "E-IDEM-01", "E-STA-02", "E-STA-01"]);
        let (fifth, replay) = (together[5].as_ref().unwrap(), together[14].as_ref().unwrap());
        assert_eq!(fifth, replay, "one key, one answer");
        let numbers: std::collections::HashSet<&String> =
            together.iter().flatten().map(|x| &x.number).collect();
        assert_eq!(numbers.len(), 12);
        clean(&db, &here);
        clean(&single, &there);
        assert_eq!(watch.differing(&here), [], "the index is wrong");
    });
}

#[test]
fn confirmations_of_one_person_for_one_purpose_leave_one_booking() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        // A person has one hold of a service, so the second comes after the first was confirmed.
        let first = held(&db, &town, 1, at(9, 9, 0));
        let all = vec![ask(&town, 1, &first, ("ask", "a")), {
            let other = held(&db, &town, 2, at(9, 9, 15));
            ask(&town, 2, &other, ("ask", "b"))
        }];
        db.write_wait(move |tx| serve(tx, &all)).unwrap();
        let second = held(&db, &town, 1, at(9, 10, 0));
        let third = held(&db, &town, 3, at(9, 10, 15));
        let all = vec![ask(&town, 1, &second, ("ask", "c")), ask(&town, 3, &third, ("ask", "d"))];
        let answers = db.write_wait(move |tx| serve(tx, &all)).unwrap();
        let outcomes: Vec<_> = answers.iter().map(outcome).collect();
        assert_eq!(outcomes, [Err("E-SLOT-04".to_owned()), Ok(State::Confirmed)]);
        clean(&db, &town);
    });
}

#[test]
fn many_callers_confirm_at_once_and_everybody_gets_a_number() {
    testkit::each_engine(MIGRATIONS, |db| {
        let line = confirms(&db).unwrap();
        everybody_clicks_twice(&db, [line.clone(), line]);
    });
}

#[test]
fn one_key_at_two_nodes_at_once_has_one_answer() {
    let Some(url) = testkit::postgres(MIGRATIONS) else { return };
    let nodes = [0, 1].map(|_| testkit::open(&Place::Server(url.clone())).unwrap());
    everybody_clicks_twice(&nodes[0], nodes.each_ref().map(|db| confirms(db).unwrap()));
}

/// Many confirm, everybody once at each of the two lines.
fn everybody_clicks_twice(db: &Db, lines: [Confirms; 2]) {
    let town = town(db);
    let holds: Vec<Id> = (0..32)
        .map(|i| held(db, &town, i, at(9, 9 + (i / 2 / 4) as i8, 15 * (i / 2 % 4) as i8)))
        .collect();
    let asks = holds.iter().enumerate().flat_map(|(i, hold)| {
        lines.each_ref().map(|line| (line.clone(), ask(&town, i, hold, ("ask", &format!("k{i}")))))
    });
    let numbers: Vec<String> = std::thread::scope(|scope| {
        let call =
            |(line, ask): (Confirms, _)| scope.spawn(move || line.ask_wait(ask).unwrap().number);
        let callers: Vec<_> = asks.map(call).collect();
        callers.into_iter().map(|x| x.join().unwrap()).collect()
    });
    let apart: std::collections::HashSet<&String> = numbers.iter().collect();
    assert_eq!((numbers.len(), apart.len()), (64, 32));
    clean(db, &town);
}
