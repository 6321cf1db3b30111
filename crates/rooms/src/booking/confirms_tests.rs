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
use crate::admission;

/// Holds a time of the desk for person `i`; gives the hold.
fn held(db: &Db, town: &Town, i: usize, start: Instant) -> Id {
    let (cx, offer) = (town.cx(&town.people[i]), town.offer(&town.desk));
    let account = town.people[i].clone();
    let wish = Hold { account, level: Level::Verified, start, purpose: String::new(), draft: None };
    db.write_wait(move |tx| hold(tx, &cx, &offer, &wish)).unwrap().id
}

/// Person `i` confirms `booking` for `purpose` under a key.
fn ask(town: &Town, i: usize, booking: &Id, what: (&str, &str)) -> Confirming {
    ask_of(town, i, booking, what, town.offer(&town.desk))
}

fn ask_of(
    town: &Town,
    i: usize,
    booking: &Id,
    (purpose, key): (&str, &str),
    offer: Offer,
) -> Confirming {
    let account = town.people[i].clone();
    let actor = Actor::Account(account.clone());
    let (who, purpose) = (account.clone(), purpose.to_owned());
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

#[test]
fn confirming_together_ends_the_turns_in_a_line() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let cx = town.cx(&"engineer".into());
        let day = at(9, 9, 0).in_zone(&town.offer(&town.desk).zone).date();
        let command = admission::Announce {
            series: None,
            service: "visit".into(),
            scope: admission::Scope::Resource(town.desk.clone()),
            zone: town.offer(&town.desk).zone,
            mode: admission::Mode::Fifo,
            opens: town.clock.now().plus(Instant::MINUTE),
            lasts_minutes: 60,
            choose_minutes: 10,
            from: day,
            to: day,
        };
        let opening =
            db.write_wait(move |tx| admission::announce(tx, &cx, &command)).unwrap().unwrap();
        let holds: Vec<Id> = (0..3).map(|i| held(&db, &town, i, at(10, 9, 15 * i as i8))).collect();
        town.clock.advance(2 * Instant::MINUTE);
        let guard = db.read_wait(admission::Openings::load).unwrap();
        let guard = guard.get(&opening).unwrap().guard();
        let offer = Offer { guards: vec![guard], ..town.offer(&town.desk) };
        let (cx, who) = (town.cx(&"engineer".into()), town.people[..3].to_vec());
        let started = holds.clone();
        db.write_wait(move |tx| {
            let candidates: Vec<_> = who
                .iter()
                .map(|x| admission::Candidate {
                    account: x.clone(),
                    level: Level::Verified,
                    needed: Level::Standard,
                    key: None,
                })
                .collect();
            admission::join(tx, &cx, &opening, &candidates)?;
            let until = cx.now.plus(Instant::HOUR);
            let served = "UPDATE opening_entry SET state = 'served', until_at = $1, revision = 1";
            tx.exec(served, base::args![until])?;
            tx.exec("UPDATE opening SET admitted_to = last_rank", base::args![])?;
            // The third one's time is of a day that no line is for.
            for (id, minutes) in started.iter().zip([0, 15]) {
                let start = at(9, 9, minutes);
                let end = start.plus(15 * Instant::MINUTE);
                let times = "UPDATE booking SET starts_at = $2, ends_at = $3 WHERE id = $1";
                tx.exec(times, base::args![id, start, end])?;
            }
            Ok(())
        })
        .unwrap();
        let key = |i: usize| ["a", "b", "c"][i];
        let asks: Vec<_> =
            (0..3).map(|i| ask_of(&town, i, &holds[i], ("ask", key(i)), offer.clone())).collect();
        let said = db.write_wait(move |tx| serve(tx, &asks)).unwrap();
        assert!(said.iter().all(Result::is_ok), "{said:?}");
        let now = town.clock.now();
        let left = db.read_wait(move |tx| {
            let left = "SELECT account_id FROM opening_entry WHERE until_at > $1";
            Ok(tx.all(left, base::args![now], |r| r.get::<Id>(0))?)
        });
        assert_eq!(left.unwrap(), [town.people[2].clone()]);
    });
}
