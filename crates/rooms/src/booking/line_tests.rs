//! The line decides as the single hold does, in order of arrival.

use std::collections::BTreeSet;
use std::sync::{Mutex, mpsc};
use std::thread;

use base::db::Place;
use base::idem::Key;
use base::{Actor, Channel, Cx, Db, Error, Id, Instant, Outcome, args};

use super::line::{self, people, serve};
use super::sample::{Town, Watch, at, town};
use super::*;
use crate::accounts::Level;
use crate::{MIGRATIONS, schedule};

/// An ask of person `i` for a time, under a key.
fn ask(town: &Town, i: usize, resource: &Id, start: Instant, key: &str) -> Ask {
    let account = town.people[i].clone();
    let actor = Actor::Account(account.clone());
    Ask {
        cx: Cx::new(&town.clock, &town.chance, actor, Channel::Api),
        offer: town.offer(resource),
        wish: Hold { account, level: Level::Verified, start, purpose: "ask".into(), draft: None },
        key: Key::new(key, &[&start.0.to_string()]),
    }
}

/// The offers know what the memory of a node would know.
fn remember(db: &Db, town: &Town, asks: &mut [Ask]) {
    let (site, zone) = (town.site.clone(), town.offer(&town.desk).zone);
    let schedule =
        db.read_wait(move |tx| schedule::Schedule::load(tx, |_| Some((&site, &zone)))).unwrap();
    for ask in asks {
        ask.offer.known = schedule.known(&ask.offer.resource, &ask.offer.region);
    }
}

/// What became of an ask, without the ids that chance made.
fn outcomes(answers: Vec<Outcome<Held>>) -> Vec<Result<Instant, String>> {
    let outcome = |answer: Outcome<Held>| match answer {
        Ok(held) => Ok(held.expires_at),
        Err(Error::Refusal(refusal)) => Err(refusal.code.to_owned()),
        Err(fault) => panic!("{fault}"),
    };
    answers.into_iter().map(outcome).collect()
}

fn together(db: &Db, asks: Vec<Ask>) -> Vec<Result<Instant, String>> {
    outcomes(db.write_wait(move |tx| serve(tx, &asks)).unwrap())
}

fn one_by_one(db: &Db, asks: Vec<Ask>) -> Vec<Result<Instant, String>> {
    let one = |ask: Ask| {
        db.write_wait(move |tx| serve(tx, std::slice::from_ref(&ask)))
            .and_then(|mut answers| answers.pop().unwrap())
    };
    outcomes(asks.into_iter().map(one).collect())
}

fn lanes(db: &Db) -> Vec<(String, i64, i64)> {
    db.read_wait(|tx| {
        Ok(tx.all(
            "SELECT account_id, starts_at, lane FROM booking WHERE state = 'held'
             ORDER BY account_id, starts_at",
            base::args![],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )?)
    })
    .unwrap()
}

fn clean(db: &Db, town: &Town) {
    let now = town.clock.now();
    assert_eq!(db.read_wait(move |tx| verify(tx, now)).unwrap(), []);
}

#[test]
fn the_first_in_line_get_the_places_and_the_others_hear_so() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let mut asks: Vec<Ask> =
            (0..50).map(|i| ask(&town, i, &town.desk, at(9, 10, 0), &format!("key-{i}"))).collect();
        remember(&db, &town, &mut asks);
        let watch = Watch::new(&db, &town);
        let outcomes = together(&db, asks);
        assert!(outcomes[..2].iter().all(Result::is_ok), "two lanes: {outcomes:?}");
        assert!(outcomes[2..].iter().all(|x| *x == Err("E-SLOT-01".into())), "{outcomes:?}");
        clean(&db, &town);
        assert_eq!(watch.differing(&town), [], "the index is wrong");
    });
}

#[test]
fn a_key_that_comes_twice_in_a_group_has_one_effect() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let mut asks: Vec<Ask> =
            (0..9).map(|_| ask(&town, 1, &town.desk, at(9, 10, 0), "same")).collect();
        asks.push(Ask { key: Key::new("same", &["other"]), ..asks[0].clone() });
        remember(&db, &town, &mut asks);
        let all = asks.clone();
        let answers = db.write_wait(move |tx| serve(tx, &all)).unwrap();
        let ids: Vec<Option<Id>> =
            answers.iter().map(|x| Some(x.as_ref().ok()?.id.clone())).collect();
        assert!(ids[0].is_some() && ids[..9].iter().all(|x| *x == ids[0]), "{ids:?}");
        assert_eq!(outcomes(answers)[9], Err("E-IDEM-01".into()));
        clean(&db, &town);
    });
}

#[test]
fn a_group_ends_as_its_asks_one_by_one() {
    let script = |town: &Town| -> Vec<Ask> {
        // People come twice, want past, foreign and full times, repeat their keys.
        (0..300_u64)
            .map(|i| {
                let dice = i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
                let resource = if dice % 3 == 0 { &town.official } else { &town.desk };
                let (hour, minute) = ((8 + dice / 3 % 6) as i8, (dice / 18 % 5 * 12) as i8);
                let start = at(7 + (dice / 90 % 3) as i8, hour, minute);
                let person = (dice / 270 % 40) as usize;
                ask(town, person, resource, start, &format!("k{}", dice / 11000 % 250))
            })
            .collect()
    };
    testkit::each_engine(MIGRATIONS, |single| {
        let here = town(&single);
        let mut asks = script(&here);
        remember(&single, &here, &mut asks);
        let expected = one_by_one(&single, asks);
        let granted = expected.iter().filter(|x| x.is_ok()).count();
        assert!((20..280).contains(&granted), "{granted} of 300 is no mixture");
        // The same on a database of its own, twenty at a time.
        let (group, _dir) = testkit::sqlite(MIGRATIONS);
        let there = town(&group);
        let mut asks = script(&there);
        remember(&group, &there, &mut asks);
        let mut got = Vec::new();
        for some in asks.chunks(20) {
            let some = some.to_vec();
            let asks = some.clone();
            match group.write_wait(move |tx| serve(tx, &asks)) {
                Ok(answers) => got.extend(outcomes(answers)),
                Err(_) => got.extend(one_by_one(&group, some)),
            }
        }
        assert_eq!(got, expected);
        assert_eq!(lanes(&group), lanes(&single));
        clean(&single, &here);
        clean(&group, &there);
    });
}

#[test]
fn many_callers_share_commits_and_nothing_is_promised_twice() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let line = line(&db).unwrap();
        let mut asks: Vec<Ask> = (0..100)
            .map(|i| ask(&town, i, &town.desk, at(9, 10, 15 * (i % 4) as i8), &format!("k{i}")))
            .collect();
        remember(&db, &town, &mut asks);
        let granted: usize = std::thread::scope(|scope| {
            let callers: Vec<_> = asks
                .into_iter()
                .map(|ask| {
                    let line = line.clone();
                    scope.spawn(move || usize::from(line.ask_wait(ask).is_ok()))
                })
                .collect();
            callers.into_iter().map(|x| x.join().unwrap()).sum()
        });
        assert_eq!(granted, 8, "four times, two lanes");
        clean(&db, &town);
    });
}

/// How many transactions of this database wait for a lock on people.
fn waiting(db: &Db) -> i64 {
    let sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    db.read_wait(move |tx| Ok(tx.one(sql, args![], |r| r.get(0))?)).unwrap()
}

/// While one node holds a second time for a person and has not committed, another is asked for a third.
#[test]
fn two_nodes_at_once_hold_no_more_for_a_person_than_one() {
    let Some(url) = testkit::postgres(MIGRATIONS) else { return };
    let [one, other] = [0, 1].map(|_| testkit::open(&Place::Server(url.clone())).unwrap());
    let town = town(&one);
    let wish = |i: usize, service: &str, hour: i8| {
        let mut wish = ask(&town, i, &town.official, at(9, hour, 0), &format!("{i}-{service}"));
        wish.offer.service = service.into();
        wish
    };
    let (there, (began, begins), (go_on, goes_on)) =
        (line::line(&other).unwrap(), mpsc::channel(), mpsc::channel::<()>());
    let goes_on = Mutex::new(goes_on);
    let here = one.queue_apart(people, move |tx, asks: &[Ask]| {
        let answers = serve(tx, asks)?;
        began.send(()).unwrap();
        goes_on.lock().unwrap().recv().unwrap();
        Ok(answers)
    });
    let here = here.unwrap();
    there.ask_wait(wish(0, "visit", 9)).unwrap();
    let second = wish(0, "other", 10);
    let second = thread::spawn(move || here.ask_wait(second));
    begins.recv().unwrap();
    // Somebody else is not kept waiting.
    there.ask_wait(wish(1, "visit", 12)).unwrap();
    let (line, third) = (there.clone(), wish(0, "third", 11));
    let third = thread::spawn(move || line.ask_wait(third));
    while waiting(&one) == 0 && !third.is_finished() {
        thread::yield_now();
    }
    go_on.send(()).unwrap();
    second.join().unwrap().unwrap();
    assert_eq!(outcomes(vec![third.join().unwrap()]), [Err("E-HOLD-01".to_owned())]);
    let now = town.clock.now();
    assert_eq!(one.read_wait(move |tx| verify(tx, now)).unwrap(), []);
}

#[test]
fn groups_of_two_nodes_that_name_the_same_people_never_wait_in_a_circle() {
    let Some(url) = testkit::postgres(MIGRATIONS) else { return };
    let nodes = [0, 1].map(|_| testkit::open(&Place::Server(url.clone())).unwrap());
    let town = town(&nodes[0]);
    let lines = nodes.each_ref().map(|db| line::line(db).unwrap());
    let services = ["visit", "other", "third"];
    let (mut codes, mut held) = (BTreeSet::new(), 0);
    thread::scope(|scope| {
        let ask = |n: usize| {
            // One node meets the people in one order, the other in the opposite one.
            let (node, i) = (n % 2, n / 6 % 20);
            let person = if node == 0 { i } else { 19 - i };
            let start = at(9, 9, 0).plus((n % 16) as i64 * 15 * Instant::MINUTE);
            let mut wish = ask(&town, person, &town.official, start, &format!("key-{n}"));
            wish.offer.service = services[n % 3].into();
            let line = lines[node].clone();
            scope.spawn(move || line.ask_wait(wish))
        };
        let asked: Vec<_> = (0..120).map(ask).collect();
        for answer in asked {
            match answer.join().unwrap() {
                Ok(_) => held += 1,
                Err(Error::Refusal(refusal)) => drop(codes.insert(refusal.code)),
                Err(fault) => panic!("{fault}"),
            }
        }
    });
    assert!(held > 0 && codes.iter().all(|x| ["E-HOLD-01", "E-SLOT-01"].contains(x)), "{codes:?}");
    let most = "SELECT count(*) FROM booking WHERE state = 'held' GROUP BY account_id
                ORDER BY 1 DESC LIMIT 1";
    let most = nodes[0].read_wait(move |tx| Ok(tx.one(most, args![], |r| r.get::<i64>(0))?));
    assert!(most.unwrap() <= 2);
}

#[test]
fn the_holds_of_a_person_are_not_looked_for_among_all_that_is_held() {
    let Some(url) = testkit::postgres(MIGRATIONS) else { return };
    let db = testkit::open(&Place::Server(url)).unwrap();
    // As the server plans it once and for all, before there is a single booking.
    let plan = db.write_wait(|tx| {
        let explain: &'static str = format!("EXPLAIN {}", line::HOLDS).leak();
        tx.script("SET LOCAL plan_cache_mode = force_generic_plan")?;
        Ok(tx.all(explain, args!["somebody", 0], |r| r.get::<String>(0))?)
    });
    let plan = plan.unwrap().join("\n");
    assert!(plan.contains("booking_account") && !plan.contains("booking_expiry"), "{plan}");
}
