//! An opening from its announcement to its end, on both engines.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

use base::{Cx, Db, Id, Instant, Outcome, Refusal, args};
use jiff::civil::date;
use jiff::tz::TimeZone;

use crate::MIGRATIONS;
use crate::accounts::Level;
use crate::admission::*;
use crate::booking::sample::{Town, at, town};
use crate::booking::{self, Held, Hold, Offer};

/// Places of 8 and 9 December at the desk, opened on the 7th at 09:00; the clock stands at 08:00.
fn announced(db: &Db, town: &Town, mode: Mode) -> Arc<Opening> {
    let cx = town.cx(&"engineer".into());
    let command = Announce {
        series: None,
        service: "visit".into(),
        scope: Scope::Resource(town.desk.clone()),
        zone: TimeZone::get("Asia/Tomsk").unwrap(),
        mode,
        opens: at(7, 9, 0),
        lasts_minutes: 60,
        choose_minutes: 10,
        from: date(2026, 12, 8),
        to: date(2026, 12, 9),
    };
    let id = db.write_wait(move |tx| announce(tx, &cx, &command)).unwrap().unwrap();
    definition(db, &id)
}

fn definition(db: &Db, id: &Id) -> Arc<Opening> {
    db.read_wait(Openings::load).unwrap().get(id).unwrap().clone()
}

pub(super) fn each(mode: Mode, story: impl Fn(&Db, &Town, Arc<Opening>)) {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let opening = announced(&db, &town, mode);
        story(&db, &town, opening);
        assert_eq!(db.read_wait(verify).unwrap(), []);
    });
}

pub(super) fn join_as(db: &Db, cx: &Cx, opening: &Opening, person: &Id) -> Result<Entry, Refusal> {
    let (cx, id) = (cx.clone(), opening.id.clone());
    let who = Candidate {
        account: person.clone(),
        level: Level::Verified,
        needed: Level::Standard,
        key: None,
    };
    db.write_wait(move |tx| join(tx, &cx, &id, std::slice::from_ref(&who))).unwrap().remove(0)
}

pub(super) fn join_now(
    db: &Db,
    town: &Town,
    opening: &Opening,
    person: &Id,
) -> Result<Entry, Refusal> {
    join_as(db, &town.cx(person), opening, person)
}

/// A turn a second later.
pub(super) fn turn_now(db: &Db, town: &Town, opening: &Opening, places: Option<u32>) -> Turned {
    town.clock.advance(Instant::SECOND);
    let (cx, id) = (town.cx(&"worker".into()), opening.id.clone());
    db.write_wait(move |tx| turn(tx, &cx, &id, Load::default(), places)).unwrap()
}

pub(super) fn offer(town: &Town, opening: &Opening) -> Offer {
    Offer { guards: vec![opening.guard()], ..town.offer(&town.desk) }
}

pub(super) fn hold(
    db: &Db,
    town: &Town,
    offer: &Offer,
    person: &Id,
    start: Instant,
) -> Outcome<Held> {
    let (cx, offer) = (town.cx(person), offer.clone());
    let (account, level, purpose) = (person.clone(), Level::Verified, String::new());
    let wish = Hold { account, level, start, purpose, draft: None };
    db.write_wait(move |tx| booking::hold(tx, &cx, &offer, &wish))
}

pub(super) fn code<T: std::fmt::Debug>(outcome: Outcome<T>) -> &'static str {
    outcome.unwrap_err().code().unwrap_or("a fault")
}

/// The lines as a node sees them that starts now.
pub(super) fn lines(db: &Db, opening: &Arc<Opening>) -> Lines {
    let lines = Lines::default();
    lines.follow(db, std::slice::from_ref(opening)).unwrap();
    lines
}

#[test]
fn days_are_shut_until_the_opening_and_then_given_along_the_line() {
    each(Mode::Fifo, |db, town, opening| {
        let offer = offer(town, &opening);
        let [anna, boris, vera] = [0, 1, 2].map(|i| town.people[i].clone());
        assert_eq!(code(hold(db, town, &offer, &anna, at(8, 9, 0))), "E-SLOT-08");
        hold(db, town, &offer, &vera, at(10, 9, 0)).unwrap();
        let refusal = join_now(db, town, &opening, &anna).unwrap_err();
        assert_eq!((refusal.code, refusal.retry_after), ("E-WAIT-02", Some(3601)));
        assert_eq!(refusal.help.unwrap()["opens_at"], "2026-12-07T09:00:00+07:00");

        town.clock.advance(Instant::HOUR);
        assert_eq!(code(hold(db, town, &offer, &anna, at(8, 9, 0))), "E-WAIT-01");
        join_now(db, town, &opening, &anna).unwrap();
        assert_eq!(code(hold(db, town, &offer, &anna, at(8, 9, 0))), "E-WAIT-01");
        assert_eq!(turn_now(db, town, &opening, None).admitted, 1);
        let held = hold(db, town, &offer, &anna, at(8, 9, 0)).unwrap();
        hold(db, town, &offer, &anna, at(8, 9, 15)).expect("the time can be changed");
        assert_ne!(held.id.as_str(), "");
        assert_eq!(code(hold(db, town, &offer, &boris, at(8, 9, 0))), "E-WAIT-01");
        // The move of a booking elsewhere is no way around the line.
        hold(db, town, &offer, &vera, at(10, 9, 30)).unwrap();

        let (cx, id) = (town.cx(&"engineer".into()), opening.id.clone());
        db.write_wait(move |tx| close(tx, &cx, &id)).unwrap();
        hold(db, town, &offer, &boris, at(8, 9, 0)).expect("what is left is everybody's");
        assert_eq!(join_now(db, town, &opening, &vera).unwrap_err().code, "E-WAIT-03");
    });
}

#[test]
fn nobody_moves_a_booking_past_the_line() {
    each(Mode::Fifo, |db, town, opening| {
        let offer = offer(town, &opening);
        let anna = town.people[0].clone();
        let held = hold(db, town, &offer, &anna, at(10, 9, 0)).unwrap();
        confirm(db, town, &offer, &anna, &held, "ask");
        town.clock.advance(Instant::HOUR);
        assert_eq!(code(reschedule(db, town, &offer, &anna, &held, at(8, 9, 0))), "E-WAIT-01");
    });
}

fn confirm(db: &Db, town: &Town, offer: &Offer, person: &Id, held: &Held, purpose: &str) {
    let (cx, offer) = (town.cx(person), offer.clone());
    let command = booking::Confirm {
        account: person.clone(),
        level: Level::Verified,
        booking: held.id.clone(),
        purpose: purpose.into(),
        form: serde_json::json!({}),
        on_behalf: None,
    };
    db.write_wait(move |tx| booking::confirm(tx, &cx, &offer, &command)).unwrap();
}

fn reschedule(
    db: &Db,
    town: &Town,
    offer: &Offer,
    person: &Id,
    held: &Held,
    start: Instant,
) -> Outcome<booking::Moved> {
    let (cx, offer) = (town.cx(person), offer.clone());
    let (account, booking, reason) = (person.clone(), held.id.clone(), String::new());
    let command = booking::Reschedule { account, booking, start, reason };
    db.write_wait(move |tx| booking::reschedule(tx, &cx, &offer, &command))
}

#[test]
fn one_turn_is_one_booking() {
    each(Mode::Fifo, |db, town, opening| {
        let offer = offer(town, &opening);
        let [anna, boris] = [0, 1].map(|i| town.people[i].clone());
        let elsewhere = hold(db, town, &offer, &boris, at(10, 9, 0)).unwrap();
        confirm(db, town, &offer, &boris, &elsewhere, "ask");
        town.clock.advance(Instant::HOUR);
        join_now(db, town, &opening, &anna).unwrap();
        join_now(db, town, &opening, &boris).unwrap();
        assert_eq!(turn_now(db, town, &opening, None).admitted, 2);
        let first = hold(db, town, &offer, &anna, at(8, 9, 0)).unwrap();
        let other = hold(db, town, &offer, &anna, at(8, 9, 15)).expect("another one instead");
        assert_ne!(first.id, other.id);
        confirm(db, town, &offer, &anna, &other, "ask");
        assert_eq!(code(hold(db, town, &offer, &anna, at(8, 9, 30))), "E-WAIT-01");
        // Nor is the turn one for a hold and for a move.
        let held = hold(db, town, &offer, &boris, at(8, 10, 0)).unwrap();
        reschedule(db, town, &offer, &boris, &elsewhere, at(8, 10, 15)).unwrap();
        let id = held.id.clone();
        let state = "SELECT state FROM booking WHERE id = $1";
        let state = db.read_wait(move |tx| Ok(tx.one(state, args![&id], |r| r.get::<String>(0))?));
        assert_eq!(state.unwrap(), "expired");
        assert_eq!(code(hold(db, town, &offer, &boris, at(8, 9, 30))), "E-WAIT-01");
        // Both may wait once more, and the pictures of the line say so.
        assert_eq!(turn_now(db, town, &opening, None).served, 2);
        let now = town.clock.now();
        let lines = lines(db, &opening);
        for person in [&anna, &boris] {
            assert_eq!(lines.place(&opening.id, person, now), None);
            join_now(db, town, &opening, person).unwrap();
        }
        assert_eq!(turn_now(db, town, &opening, None).admitted, 2);
        hold(db, town, &offer, &anna, at(8, 9, 30)).unwrap();
    });
}

#[test]
fn two_hundred_joins_of_one_person_are_one_place() {
    each(Mode::Fifo, |db, town, opening| {
        town.clock.advance(Instant::HOUR);
        let anna = &town.people[0];
        let ranks: Vec<Entry> = thread::scope(|scope| {
            let tab = || (0..25).map(|_| join_now(db, town, &opening, anna).unwrap()).collect();
            let tabs: Vec<_> = (0..8).map(|_| scope.spawn(tab)).collect();
            tabs.into_iter().flat_map(|x| x.join().unwrap_or_else(|_| Vec::new())).collect()
        });
        assert_eq!(ranks.len(), 200);
        assert!(ranks.iter().all(|x| *x == ranks[0] && x.rank == Some(1)), "one place, one rank");
        let boris = join_now(db, town, &opening, &town.people[1]).unwrap();
        assert_eq!(boris.rank, Some(2), "no rank was wasted");
    });
}

#[test]
fn ranks_are_the_order_of_arrival_and_a_node_that_starts_anew_knows_them() {
    each(Mode::Fifo, |db, town, opening| {
        town.clock.advance(Instant::HOUR);
        let given: Vec<Entry> = thread::scope(|scope| {
            let crowd = |part: &[Id]| -> Vec<Entry> {
                part.iter().map(|x| join_now(db, town, &opening, x).unwrap()).collect()
            };
            let crowds = town.people.chunks(25).map(|part| scope.spawn(move || crowd(part)));
            let crowds: Vec<_> = crowds.collect();
            crowds.into_iter().flat_map(|x| x.join().unwrap_or_else(|_| Vec::new())).collect()
        });
        let ranks: BTreeSet<i64> = given.iter().filter_map(|x| x.rank).collect();
        assert_eq!(ranks, (1..=100).collect(), "every rank once");
        for part in given.chunks(25) {
            assert!(part.is_sorted_by_key(|x| x.rank), "who came first stands before");
        }
        let now = town.clock.now();
        let reborn = lines(db, &opening);
        for entry in &given {
            let place = reborn.place(&opening.id, &entry.account, now).unwrap();
            assert_eq!(place.ahead.map(i64::from), entry.rank.map(|x| x - 1));
        }
        assert_eq!(turn_now(db, town, &opening, None).admitted, 20);
        reborn.follow(db, std::slice::from_ref(&opening)).unwrap();
        assert_eq!(
            (reborn.line(&opening.id).waiting(), reborn.line(&opening.id).inside()),
            (80, 20)
        );
        let last = given.iter().find(|x| x.rank == Some(100)).unwrap();
        assert_eq!(reborn.place(&opening.id, &last.account, now).unwrap().ahead, Some(79));
    });
}

#[test]
fn a_place_is_known_at_once_and_nobody_seems_to_be_first_who_is_not() {
    each(Mode::Fifo, |db, town, opening| {
        town.clock.advance(Instant::HOUR);
        let lines = lines(db, &opening);
        let mut last = None;
        for person in &town.people[..30] {
            last = Some(join_now(db, town, &opening, person).unwrap());
        }
        let (last, now) = (last.unwrap(), town.clock.now());
        assert_eq!(lines.place(&opening.id, &last.account, now), None);
        lines.know(&opening.id, [last.clone()]);
        assert_eq!(lines.place(&opening.id, &last.account, now).unwrap().ahead, Some(29));
        lines.follow(db, std::slice::from_ref(&opening)).unwrap();
        assert_eq!(lines.place(&opening.id, &last.account, now).unwrap().ahead, Some(29));
        assert_eq!(lines.place(&opening.id, &"stranger".into(), now), None);
    });
}

#[test]
fn a_lottery_is_drawn_by_the_seed_that_was_promised_and_anybody_can_recompute_it() {
    each(Mode::Lottery, |db, town, opening| {
        let id = opening.id.clone();
        let ask = |id: Id| db.read_wait(move |tx| proof(tx, &id)).unwrap();
        for person in &town.people[..40] {
            let entry = join_now(db, town, &opening, person).unwrap();
            assert_eq!(entry.rank, None, "nothing is won by coming early");
        }
        let before = ask(id.clone());
        assert_eq!((before.seed.as_ref(), before.entries.len()), (None, 0));
        assert_eq!(opening.commitment.as_ref(), Some(&before.commitment));
        let line = lines(db, &opening);
        assert_eq!(line.line(&id).listed(), 40);
        assert_eq!(turn_now(db, town, &opening, None), Turned::default(), "not before its moment");

        town.clock.advance(Instant::HOUR);
        let late = join_now(db, town, &opening, &town.people[40]).unwrap();
        assert_eq!(late.rank, Some(41), "whoever comes later stands behind");
        let proof = ask(id.clone());
        assert!(proof.holds());
        assert_eq!(proof.entries.len(), 40);
        let ids: Vec<Id> = proof.entries.iter().map(|x| x.0.clone()).collect();
        assert!(!ids.is_sorted(), "it is shuffled");
        let mut cheated = proof.clone();
        cheated.entries.swap(0, 1);
        assert!(!cheated.holds());
        let mut other = proof;
        other.seed = other.seed.map(|x| x.chars().rev().collect());
        assert!(!other.holds());
        assert_eq!(turn_now(db, town, &opening, None).admitted, 20);
    });
}

#[test]
fn whoever_takes_no_time_goes_to_the_tail_once_and_then_out() {
    each(Mode::Fifo, |db, town, opening| {
        town.clock.advance(Instant::HOUR);
        let offer = offer(town, &opening);
        let [anna, boris] = [0, 1].map(|i| town.people[i].clone());
        join_now(db, town, &opening, &anna).unwrap();
        turn_now(db, town, &opening, None);
        join_now(db, town, &opening, &boris).unwrap();
        town.clock.advance(11 * Instant::MINUTE);
        assert_eq!(turn_now(db, town, &opening, None).late, 0, "two minutes of grace");
        town.clock.advance(Instant::MINUTE);
        assert_eq!(code(hold(db, town, &offer, &anna, at(8, 9, 0))), "E-WAIT-01");
        // Nobody is let in to find nothing.
        assert_eq!(turn_now(db, town, &opening, Some(0)), Turned { late: 1, ..Turned::default() });
        let state = |who: &Id| lines(db, &opening).place(&opening.id, who, town.clock.now());
        let place = state(&anna).unwrap();
        assert_eq!((place.standing, place.moved), (Standing::Waiting, true));
        let again = join_now(db, town, &opening, &anna).unwrap();
        assert_eq!(again.rank, Some(3), "a second click changes nothing");
        turn_now(db, town, &opening, None);
        town.clock.advance(12 * Instant::MINUTE);
        turn_now(db, town, &opening, None);
        assert_eq!(state(&anna), None, "out");
        let back = join_now(db, town, &opening, &anna).unwrap();
        assert_eq!((back.standing, back.moved), (Standing::Waiting, false), "at the tail again");
    });
}

#[test]
fn a_low_level_and_a_clock_that_steps_break_nothing() {
    each(Mode::Fifo, |db, town, opening| {
        town.clock.advance(Instant::HOUR);
        let (cx, id) = (town.cx(&town.people[0]), opening.id.clone());
        let people = [0, 1, 2].map(|i| Candidate {
            account: town.people[i].clone(),
            level: if i == 1 { Level::Simplified } else { Level::Verified },
            needed: Level::Verified,
            key: None,
        });
        let given = db.write_wait(move |tx| join(tx, &cx, &id, &people)).unwrap();
        let codes: Vec<_> =
            given.iter().map(|x| x.as_ref().map_or_else(|x| x.code, |_| "")).collect();
        assert_eq!(codes, ["", "E-AUTH-12", ""], "one who may not join hinders nobody else");
        assert_eq!(turn_now(db, town, &opening, Some(1)).admitted, 1);
        let early = town.cx(&town.people[5]);
        town.clock.advance(-10 * Instant::MINUTE);
        assert_eq!(join_now(db, town, &opening, &town.people[4]).unwrap_err().code, "E-WAIT-02");
        assert_eq!(turn_now(db, town, &opening, None), Turned::default());
        town.clock.advance(10 * Instant::MINUTE + 30 * Instant::SECOND);
        turn_now(db, town, &opening, None);
        // A node whose clock is behind the last turn goes on all the same.
        town.clock.advance(-20 * Instant::SECOND);
        let late = join_as(db, &early, &opening, &town.people[5]).unwrap();
        assert_eq!(late.rank, Some(3));
        assert_eq!(turn_now(db, town, &opening, None).admitted, 1);
    });
}

#[test]
fn what_no_act_could_do_is_found() {
    each(Mode::Lottery, |db, town, opening| {
        for person in &town.people[..3] {
            join_now(db, town, &opening, person).unwrap();
        }
        town.clock.advance(Instant::HOUR);
        turn_now(db, town, &opening, Some(0));
        let broken = |sql: &'static str, heal: &'static str| {
            db.write_wait(move |tx| Ok(tx.script(sql)?)).unwrap();
            let found = db.read_wait(verify).unwrap();
            db.write_wait(move |tx| Ok(tx.script(heal)?)).unwrap();
            found.iter().map(|x| x.rule).collect::<Vec<_>>()
        };
        let inside = "UPDATE opening_entry SET state = 'inside', until_at = 1 WHERE rank = 2";
        let waiting = "UPDATE opening_entry SET state = 'waiting', until_at = NULL WHERE rank = 2";
        assert_eq!(broken(inside, waiting), ["W1"]);
        let (far, near) = (
            "UPDATE opening_entry SET rank = 9 WHERE rank = 2",
            "UPDATE opening_entry SET rank = 2 WHERE rank = 9",
        );
        assert_eq!(broken(far, near), ["W1"]);
        let swapped = "UPDATE opening_entry SET drawn = 5 - drawn WHERE drawn > 1";
        assert_eq!(broken(swapped, swapped), ["W2"]);
    });
}

#[test]
fn holds_that_share_a_transaction_stand_before_the_gate_as_well() {
    each(Mode::Fifo, |db, town, opening| {
        town.clock.advance(Instant::HOUR);
        let line = booking::line(db).unwrap();
        let [anna, boris, vera] = [0, 1, 2].map(|i| town.people[i].clone());
        join_now(db, town, &opening, &anna).unwrap();
        turn_now(db, town, &opening, None);
        let ask = |person: &Id, start: Instant| booking::Ask {
            cx: town.cx(person),
            offer: offer(town, &opening),
            wish: Hold {
                account: person.clone(),
                level: Level::Verified,
                start,
                purpose: String::new(),
                draft: None,
            },
            key: base::idem::Key::new(person.as_str(), &[]),
        };
        let asks = [ask(&boris, at(8, 9, 0)), ask(&anna, at(8, 9, 0)), ask(&vera, at(10, 9, 0))];
        let answers: Vec<Outcome<Held>> = thread::scope(|scope| {
            let asked = asks.map(|x| scope.spawn(|| line.ask_wait(x)));
            asked.into_iter().map(|x| x.join().unwrap()).collect()
        });
        let codes: Vec<_> =
            answers.iter().map(|x| x.as_ref().err().and_then(|x| x.code())).collect();
        assert_eq!(codes, [Some("E-WAIT-01"), None, None]);
        let place = lines(db, &opening).place(&opening.id, &anna, town.clock.now()).unwrap();
        assert_eq!(place.standing, Standing::Served);
    });
}
