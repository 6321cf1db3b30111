//! The line of all nodes, told with two nodes on one PostgreSQL.

use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use base::db::Place;
use base::idem::Key;
use base::{Chance, Db, Id, Instant, Outcome, answer, args};
use jiff::civil::date;
use jiff::tz::TimeZone;

use super::append::append;
use super::turn::{self, Turn, Turned};
use super::*;
use crate::MIGRATIONS;
use crate::accounts::Level;
use crate::admission::{self, Announce, Candidate, Guard, Mode, Openings, Scope};
use crate::booking::sample::{Town, at, town};
use crate::booking::{self, Ask, Held, Hold, Offer};

/// A town whose places of 8 December at the desk are given along a line. All its people were let in.
struct Rush {
    town: Town,
    guard: Guard,
}

impl Rush {
    fn new(db: &Db) -> Self {
        let town = town(db);
        let cx = town.cx(&"engineer".into());
        let command = Announce {
            series: None,
            service: "visit".into(),
            scope: Scope::Resource(town.desk.clone()),
            zone: TimeZone::get("Asia/Tomsk").unwrap(),
            mode: Mode::Fifo,
            opens: at(7, 8, 30),
            lasts_minutes: 600,
            choose_minutes: 10,
            from: date(2026, 12, 8),
            to: date(2026, 12, 8),
        };
        let id = db.write_wait(move |tx| admission::announce(tx, &cx, &command)).unwrap().unwrap();
        town.clock.advance(Instant::HOUR);
        let (cx, opening) = (town.cx(&"engineer".into()), id.clone());
        let level = Level::Verified;
        let candidate = |x: &Id| Candidate { account: x.clone(), level, needed: level, key: None };
        let people: Vec<Candidate> = town.people.iter().map(candidate).collect();
        db.write_wait(move |tx| {
            admission::join(tx, &cx, &opening, &people)?;
            let until = at(7, 20, 0);
            tx.exec("UPDATE opening_entry SET state = 'inside', until_at = $1", args![until])?;
            tx.exec("UPDATE opening SET admitted_to = last_rank", args![]).map_err(Into::into)
        })
        .unwrap();
        let guard = db.read_wait(Openings::load).unwrap().get(&id).unwrap().guard();
        Self { town, guard }
    }

    fn offer(&self) -> Offer {
        Offer { guards: vec![self.guard.clone()], ..self.town.offer(&self.town.desk) }
    }

    /// A node with chance of its own; its memory knows the desk alone.
    fn node(&self, seed: u64) -> Node {
        let offer = self.offer();
        let offers: Offers = Arc::new(move |service, resource| {
            let known = offer.service == service && offer.resource == *resource;
            known.then(|| offer.clone())
        });
        Node { clock: self.town.clock.clone(), chance: Chance::seeded(seed), offers }
    }

    /// A wish of person `i`, under a key of its own.
    fn ask(&self, i: usize, start: Instant) -> Ask {
        let account = self.town.people[i].clone();
        Ask {
            cx: self.town.cx(&account),
            offer: self.offer(),
            key: Key::new(format!("key-{i}"), &[&start.0.to_string()]),
            wish: Hold {
                account,
                level: Level::Verified,
                start,
                purpose: "ask".into(),
                draft: None,
            },
        }
    }

    fn clean(&self, db: &Db) {
        let now = self.town.clock.now();
        let breaches = db.read_wait(move |tx| {
            let mut all = booking::verify(tx, now)?;
            all.extend(admission::verify(tx)?);
            all.extend(verify(tx, now)?);
            Ok(all)
        });
        assert_eq!(breaches.unwrap(), []);
    }
}

/// Two nodes on one fresh PostgreSQL; nothing without it.
fn two() -> Option<(Db, Db, Rush)> {
    let place = Place::Server(testkit::postgres(MIGRATIONS)?);
    let [one, other] = [0, 1].map(|_| testkit::open(&place).unwrap());
    let rush = Rush::new(&one);
    Some((one, other, rush))
}

fn append_now(db: &Db, asks: Vec<Ask>) -> Vec<i64> {
    db.write_wait(move |tx| append(tx, &asks)).unwrap()
}

/// Start, number, and whether it was granted, of every wish that was answered, in order.
fn record(db: &Db) -> Vec<(Instant, i64, bool)> {
    let rows: Vec<(i64, String, String)> = db
        .read_wait(|tx| {
            Ok(tx.all(
                "SELECT a.seq, a.ask, x.answer FROM dispatch_ask a
                 JOIN dispatch_answer x ON x.seq = a.seq ORDER BY a.seq",
                args![],
                |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
            )?)
        })
        .unwrap();
    let start = |ask: &str| {
        let wish: serde_json::Value = serde_json::from_str(ask).unwrap();
        Instant(wish["hold"]["start"].as_i64().unwrap())
    };
    let granted = |text: &str| match answer::read::<Held>(text) {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.code(), Some("E-SLOT-01"));
            false
        }
    };
    rows.iter().map(|(seq, ask, text)| (start(ask), *seq, granted(text))).collect()
}

/// Waits until so many wishes are answered.
fn until_answered(db: &Db, count: usize) -> Vec<(Instant, i64, bool)> {
    for _ in 0..400 {
        let record = record(db);
        if record.len() >= count {
            return record;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("only {} of {count} were answered", record(db).len());
}

/// Of each start the first two by number were granted, nobody else.
fn assert_first_come_first_served(record: &[(Instant, i64, bool)]) {
    let mut given = std::collections::HashMap::<Instant, u8>::new();
    for (start, seq, granted) in record {
        let given = given.entry(*start).or_default();
        assert_eq!(*granted, *given < 2, "number {seq} of {start:?}: {record:?}");
        *given += u8::from(*granted);
    }
}

fn quarter(i: usize) -> Instant {
    at(8, 10, 15 * (i % 4) as i8)
}

fn code<T: std::fmt::Debug>(outcome: Outcome<T>) -> &'static str {
    outcome.unwrap_err().code().unwrap_or("a fault")
}

#[test]
fn a_wish_comes_back_as_it_was_with_the_offer_of_whoever_reads_it() {
    let (db, _dir) = testkit::sqlite(MIGRATIONS);
    let rush = Rush::new(&db);
    let mut ask = rush.ask(1, quarter(0));
    ask.wish.draft = Some("draft".into());
    ask.cx.channel = base::Channel::Api;
    rush.town.clock.advance(Instant::SECOND);
    let back = wish::read(&wish::write(&ask).unwrap(), &rush.node(1)).unwrap();
    let told = |x: &Ask| format!("{:?}", (x.cx.now, &x.cx.actor, &x.cx.op, x.cx.channel, &x.wish));
    assert_eq!((told(&back), &back.key), (told(&ask), &ask.key));
    assert!(back.is_guarded(), "the offer knows the opening");
}

#[test]
fn wishes_left_behind_by_two_nodes_are_served_in_the_order_in_which_they_came() {
    let Some((one, other, rush)) = two() else { return };
    // Nobody serves yet, so the order is known: turn about, some at a time.
    let mut came = Vec::new();
    for (round, people) in (0..60).collect::<Vec<usize>>().chunks(5).enumerate() {
        let db = if round % 2 == 0 { &one } else { &other };
        let asks = people.iter().map(|i| rush.ask(*i, quarter(*i))).collect();
        came.extend(append_now(db, asks));
    }
    assert_eq!(came, (1..=60).collect::<Vec<i64>>(), "no gaps");
    let _lines = [(&one, 1), (&other, 2)].map(|(db, x)| Line::open(db, &rush.node(x)).unwrap());
    let record = until_answered(&one, 60);
    assert_first_come_first_served(&record);
    let winners = record.iter().filter(|x| x.2).map(|x| x.1);
    assert_eq!(winners.collect::<Vec<_>>(), (1..=8).collect::<Vec<i64>>());
    rush.clean(&one);
}

#[test]
fn two_nodes_race_and_the_first_by_number_win() {
    let Some((one, other, rush)) = two() else { return };
    let lines = [(&one, 1), (&other, 2)].map(|(db, x)| Line::open(db, &rush.node(x)).unwrap());
    let granted: usize = thread::scope(|scope| {
        let asks = (0..96).map(|i| (lines[i % 2].clone(), rush.ask(i, quarter(i / 2))));
        let asked: Vec<_> = asks.map(|(x, ask)| scope.spawn(move || x.ask_wait(ask))).collect();
        asked.into_iter().map(|x| usize::from(x.join().unwrap().is_ok())).sum()
    });
    assert_eq!(granted, 8, "four times, two lanes");
    let record = until_answered(&one, 96);
    assert_first_come_first_served(&record);
    assert_eq!(lines.iter().map(Line::waiting).sum::<usize>(), 0);
    rush.clean(&one);
}

#[test]
fn a_dispatcher_that_stands_still_in_the_middle_writes_nothing_when_it_goes_on() {
    let Some((one, other, rush)) = two() else { return };
    append_now(&one, (0..12).map(|i| rush.ask(i, quarter(i))).collect());
    let ((began, begins), (go_on, goes_on)) = (mpsc::channel(), mpsc::channel::<()>());
    let (node, goes_on) = (rush.node(1), Mutex::new(goes_on));
    let stalls = one.queue(move |tx, _: &[()]| {
        let turned = turn::take(tx, &Turn::Next(GROUP), &node)?;
        let Turned::Here(12, said) = &turned else { panic!("{turned:?}") };
        assert_eq!(said.len(), 12);
        began.send(()).unwrap();
        goes_on.lock().unwrap().recv().unwrap();
        Ok(vec![Ok(())])
    });
    let stalls = stalls.unwrap();
    let stalled = thread::spawn(move || stalls.ask_wait(()));
    begins.recv().unwrap();
    assert_eq!(record(&other), [], "not committed");
    let _line = Line::open(&other, &rush.node(2)).unwrap();
    let served = until_answered(&other, 12);
    assert_first_come_first_served(&served);
    go_on.send(()).unwrap();
    let error = stalled.join().unwrap().unwrap_err();
    assert!(matches!(&error, base::Error::Fault(x) if x.is_away()), "{error}");
    assert_eq!(record(&one), served, "nothing came on top");
    rush.clean(&one);
}

#[test]
fn a_dispatcher_whose_turn_is_over_cannot_answer_again() {
    let Some((one, _, rush)) = two() else { return };
    append_now(&one, (0..3).map(|i| rush.ask(i, quarter(i))).collect());
    let node = rush.node(1);
    let turns = one.queue(move |tx, turns: &[Turn]| {
        turns.iter().map(|x| Ok(turn::take(tx, x, &node))).collect()
    });
    let turns = turns.unwrap();
    assert!(
        matches!(turns.ask_wait(Turn::Next(2)).unwrap(), Turned::Here(2, said) if said.len() == 2)
    );
    // What it believed before is not so any more.
    assert_eq!(turns.ask_wait(Turn::After(1)).unwrap(), Turned::Here(2, Vec::new()));
    assert_eq!(turns.ask_wait(Turn::Say(0, "{}".into())).unwrap(), Turned::Here(2, Vec::new()));
    assert!(
        matches!(turns.ask_wait(Turn::After(2)).unwrap(), Turned::Here(3, said) if said.len() == 1)
    );
    rush.clean(&one);
}

#[test]
fn a_wish_that_is_made_again_at_another_node_gets_the_same_answer() {
    let Some((one, other, rush)) = two() else { return };
    let [here, there] = [(&one, 1), (&other, 2)].map(|x| Line::open(x.0, &rush.node(x.1)).unwrap());
    let held = here.ask_wait(rush.ask(1, quarter(0))).unwrap();
    assert_eq!(there.ask_wait(rush.ask(1, quarter(0))).unwrap(), held);
    // Whoever went away before the answer finds it under the key as well.
    append_now(&one, vec![rush.ask(2, quarter(1))]);
    until_answered(&one, 3);
    let found = there.ask_wait(rush.ask(2, quarter(1))).unwrap();
    assert_eq!(here.ask_wait(rush.ask(2, quarter(1))).unwrap(), found);
    assert_eq!(code(there.ask_wait(rush.ask(2, quarter(2)))), "E-IDEM-01");
    rush.clean(&one);
}

#[test]
fn who_waited_too_long_is_told_so_and_nothing_is_held() {
    let Some((one, _, rush)) = two() else { return };
    append_now(&one, vec![rush.ask(0, quarter(0))]);
    rush.town.clock.advance(LATE + Instant::SECOND);
    let line = Line::open(&one, &rush.node(1)).unwrap();
    // The one after it is served.
    line.ask_wait(rush.ask(1, quarter(1))).unwrap();
    let (answer, bookings) = one
        .read_wait(|tx| {
            let answer = "SELECT answer FROM dispatch_answer WHERE seq = 1";
            let answer = tx.one(answer, args![], |r| r.get::<String>(0))?;
            Ok((answer, tx.one("SELECT count(*) FROM booking", args![], |r| r.get::<i64>(0))?))
        })
        .unwrap();
    assert_eq!((code(answer::read::<Held>(&answer)), bookings), ("E-REQ-06", 1));
    rush.clean(&one);
}

#[test]
fn nobody_stands_for_ever_behind_what_cannot_be_served() {
    let Some((one, other, rush)) = two() else { return };
    append_now(&one, (0..3).map(|i| rush.ask(i, quarter(i))).collect());
    one.write_wait(|tx| {
        let broken = "UPDATE dispatch_ask SET ask = 'nonsense' WHERE seq = 2";
        tx.exec(broken, args![]).map_err(Into::into)
    })
    .unwrap();
    // One that makes the rules of the node panic, and one for what its memory does not know.
    let [mut strange, mut unknown] = [3, 6].map(|i| rush.ask(i, quarter(3)));
    strange.offer.resource = "elsewhere".into();
    unknown.offer.resource = "nowhere".into();
    append_now(&one, vec![strange, rush.ask(4, quarter(0)), rush.ask(5, quarter(2)), unknown]);
    let Node { clock, chance, offers } = rush.node(1);
    let offers: Offers = Arc::new(move |service, resource| {
        assert!(resource.as_str() != "elsewhere", "the roof is open");
        offers(service, resource)
    });
    let _line = Line::open(&other, &Node { clock, chance, offers }).unwrap();
    let answers = || -> Vec<String> {
        let all = "SELECT answer FROM dispatch_answer ORDER BY seq";
        one.read_wait(|tx| Ok(tx.all(all, args![], |r| r.get(0))?)).unwrap()
    };
    while answers().len() < 7 {
        thread::sleep(Duration::from_millis(50));
    }
    let said = answers().iter().map(|x| answer::read::<Held>(x)).collect::<Vec<_>>();
    let good: Vec<bool> = said.iter().map(Result::is_ok).collect();
    assert_eq!(good, [true, false, true, false, true, true, false]);
    assert_eq!(said[6].as_ref().unwrap_err().code(), Some("E-REQ-01"));
    let text = |i: usize| said[i].as_ref().unwrap_err().to_string();
    assert!(text(1).contains("JSON") && text(3).contains("the roof is open"), "{said:?}");
    rush.clean(&one);
}

#[test]
fn a_refusal_that_wrote_is_undone_and_said() {
    let Some((one, _, rush)) = two() else { return };
    let line = Line::open(&one, &rush.node(1)).unwrap();
    let first = line.ask_wait(rush.ask(0, at(8, 10, 0))).unwrap();
    rush.town.clock.advance(10 * Instant::MINUTE);
    line.ask_wait(rush.ask(1, at(8, 10, 15))).unwrap();
    line.ask_wait(rush.ask(2, at(8, 10, 0))).unwrap();
    rush.town.clock.advance(6 * Instant::MINUTE);
    // The first hold has run out, and half an hour is free in neither lane: it would be buried first.
    let mut long = rush.ask(3, at(8, 10, 0));
    long.wish.purpose = "long".into();
    assert_eq!(code(line.ask_wait(long)), "E-SLOT-01");
    let state = one
        .read_wait(move |tx| {
            let state = "SELECT state FROM booking WHERE id = $1";
            Ok(tx.one(state, args![&first.id], |r| r.get::<String>(0))?)
        })
        .unwrap();
    assert_eq!(state, "held", "what was written beside the refusal was undone");
    rush.clean(&one);
}

#[test]
fn a_refusal_that_wrote_is_undone_beside_a_wish_that_cannot_be_read() {
    let Some((one, other, rush)) = two() else { return };
    let line = Line::open(&one, &rush.node(1)).unwrap();
    let former = line.ask_wait(rush.ask(0, at(8, 10, 0))).unwrap();
    line.ask_wait(rush.ask(1, at(8, 10, 15))).unwrap();
    line.ask_wait(rush.ask(2, at(8, 10, 15))).unwrap();
    drop(line);
    let mut unknown = rush.ask(3, at(8, 10, 0));
    unknown.offer.resource = "nowhere".into();
    let mut taken = rush.ask(0, at(8, 10, 15));
    taken.key = Key::new("another", &[]);
    let served: i64 = 3;
    assert_eq!(append_now(&other, vec![unknown, taken]), [4, 5]);
    // Together they are a fault; each by itself is answered.
    let node = rush.node(2);
    let turns = other.queue(move |tx, turns: &[Turn]| {
        Ok(turns.iter().map(|x| turn::take(tx, x, &node)).collect())
    });
    let turns = turns.unwrap();
    assert_eq!(code(turns.ask_wait(Turn::Next(GROUP))), "E-SLOT-01");
    let first = turns.ask_wait(Turn::After(served)).unwrap();
    assert!(matches!(&first, Turned::Here(4, said) if said.len() == 1), "{first:?}");
    assert_eq!(code(turns.ask_wait(Turn::After(served + 1))), "E-SLOT-01");
    let state = other
        .read_wait(move |tx| {
            let state = "SELECT state FROM booking WHERE id = $1";
            Ok(tx.one(state, args![&former.id], |r| r.get::<String>(0))?)
        })
        .unwrap();
    assert_eq!(state, "held", "the former time stays");
}

#[test]
fn a_full_line_sends_people_away_until_it_has_moved() {
    let Some((one, other, rush)) = two() else { return };
    let some: Vec<Ask> = (0..64).map(|i| rush.ask(i, quarter(i))).collect();
    let (lock, locked, release) = (one.clone(), mpsc::channel(), mpsc::channel::<()>());
    let released = Mutex::new(release.1);
    let at_work = thread::spawn(move || {
        lock.write_wait(move |tx| {
            let mark = "UPDATE dispatch_mark SET seq = seq WHERE name = 'served'";
            tx.exec(mark, args![])?;
            locked.0.send(()).unwrap();
            released.lock().unwrap().recv().unwrap();
            Ok(())
        })
    });
    locked.1.recv().unwrap();
    let line = Line::open(&other, &rush.node(2)).unwrap();
    let count = (FULL - 3) as usize;
    for chunk in some.iter().cycle().take(count).cloned().collect::<Vec<_>>().chunks(1000) {
        append_now(&one, chunk.to_vec());
    }
    assert_eq!(append_now(&one, some[..5].to_vec()), [FULL - 2, FULL - 1, FULL]);
    assert_eq!(code(line.ask_wait(rush.ask(70, quarter(0)))), "E-SYS-02");
    release.0.send(()).unwrap();
    at_work.join().unwrap().unwrap();
    // As soon as some were served, there is room again.
    let came = (0..400).find_map(|_| {
        thread::sleep(Duration::from_millis(20));
        match line.ask_wait(rush.ask(70, at(8, 12, 0))) {
            Err(error) if error.code() == Some("E-SYS-02") => None,
            other => Some(other),
        }
    });
    came.expect("the line does not move").unwrap();
}

#[test]
fn only_guarded_times_of_a_shared_database_stand_in_the_line_of_all_nodes() {
    testkit::each_engine(MIGRATIONS, |db| {
        let rush = Rush::new(&db);
        let line = Line::open(&db, &rush.node(1)).unwrap();
        let asked = || {
            let mark = "SELECT seq FROM dispatch_mark WHERE name = 'asked'";
            db.read_wait(|tx| Ok(tx.one(mark, args![], |r| r.get::<i64>(0))?)).unwrap()
        };
        line.ask_wait(rush.ask(0, at(9, 10, 0))).unwrap();
        assert_eq!(asked(), 0, "the day is not guarded");
        line.ask_wait(rush.ask(1, at(8, 10, 0))).unwrap();
        assert_eq!(asked(), i64::from(db.is_shared()));
        rush.clean(&db);
    });
}

#[test]
fn what_was_answered_minutes_ago_is_forgotten_and_verify_finds_what_is_wrong() {
    let Some((one, _, rush)) = two() else { return };
    let line = Line::open(&one, &rush.node(1)).unwrap();
    line.ask_wait(rush.ask(0, quarter(0))).unwrap();
    rush.town.clock.advance(KEPT + Instant::SECOND);
    line.ask_wait(rush.ask(1, quarter(1))).unwrap();
    let now = rush.town.clock.now();
    one.write_wait(move |tx| sweep(tx, now)).unwrap();
    assert_eq!(record(&one).iter().map(|x| x.1).collect::<Vec<_>>(), [2]);
    rush.clean(&one);

    drop(line);
    let broken = |sql: &'static str, repair: &'static str| {
        one.write_wait(move |tx| tx.exec(sql, args![]).map_err(Into::into)).unwrap();
        let found = one.read_wait(move |tx| verify(tx, now)).unwrap();
        one.write_wait(move |tx| tx.exec(repair, args![]).map_err(Into::into)).unwrap();
        found.into_iter().map(|x| (x.rule, x.says, x.id)).collect::<Vec<_>>()
    };
    let one_of = |says: &'static str| vec![("D1", says, "2".to_owned())];
    assert_eq!(
        broken(
            "UPDATE dispatch_mark SET seq = 1 WHERE name = 'served'",
            "UPDATE dispatch_mark SET seq = 2 WHERE name = 'served'",
        ),
        one_of("a wish was answered before its turn")
    );
    assert_eq!(
        broken(
            "UPDATE dispatch_mark SET seq = 1 WHERE name = 'asked'",
            "UPDATE dispatch_mark SET seq = 2 WHERE name = 'asked'",
        ),
        one_of("a number that was never handed out")
    );
    assert_eq!(
        broken("UPDATE dispatch_answer SET seq = 1", "DELETE FROM dispatch_answer"),
        one_of("a wish in line was passed over")
    );
    assert_eq!(
        broken("UPDATE dispatch_ask SET asked_at = 0, seq = 3", "DELETE FROM dispatch_ask",)
            .iter()
            .map(|x| x.1)
            .collect::<Vec<_>>(),
        ["a number that was never handed out", "a wish has stood in line for minutes"]
    );
}
