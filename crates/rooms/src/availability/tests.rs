//! The index beside the database, on both engines: after every act it says what `slots` computes
//! from the rows.

use std::time::{Duration, Instant as Stopwatch};

use base::db::Place;
use base::{Db, Id, Instant, Outcome};
use jiff::civil::{Date, date};
use slots::{Ask, Exception, Rule, Slot, Weekdays};

use super::{Filter, Question, Scope, TO_CHOOSE};
use crate::accounts::Level;
use crate::booking::sample::{Town, Watch, at, town};
use crate::booking::{self, Cancel, Confirm, Hold, Reschedule};
use crate::{MIGRATIONS, schedule};

const DAYS: (Date, Date) = (date(2026, 12, 7), date(2026, 12, 20));

/// What `slots` computes from the rows as they are.
fn computed(db: &Db, town: &Town, resource: &Id, purpose: &str) -> Vec<Slot> {
    let (offer, now, resource) = (town.offer(resource), town.clock.now(), resource.clone());
    let purpose = purpose.to_owned();
    db.read_wait(move |tx| {
        let table = schedule::timetable(tx, &resource, &offer.site, &offer.zone)?.unwrap();
        let calendar = schedule::calendar(tx, &offer.region)?;
        let claims = booking::live_claims_of(tx, &resource, now)?;
        let taken: Vec<_> = claims.iter().map(|x| x.taken).collect();
        let ask = offer.ask(&purpose, now.minutes());
        let ask = Ask { lead: ask.lead + TO_CHOOSE, ..ask };
        Ok(slots::slots(&table.plan, &calendar, &ask, DAYS.0..=DAYS.1, &taken))
    })
    .unwrap()
}

/// Compares what the index shows with what is computed, for both resources together and apart.
fn agree(db: &Db, town: &Town, watch: &Watch) {
    let (frame, now) = (watch.feed.frame(), town.clock.now());
    for purpose in ["", "long"] {
        let offer = town.offer(&town.desk);
        let question = Question::of(&frame, &offer, purpose, now);
        let mut all = Vec::new();
        for resource in [&town.desk, &town.official] {
            let expected = computed(db, town, resource, purpose);
            let seat = frame.seat(resource).unwrap();
            let shown = question.slots(&[seat], DAYS, usize::MAX);
            assert_eq!(shown.iter().map(|x| x.slot).collect::<Vec<_>>(), expected);
            let free: u32 = question.days(&[seat], DAYS).iter().map(|x| x.free).sum();
            assert_eq!(free, expected.iter().map(|x| u32::from(x.free)).sum::<u32>());
            all.extend(expected.into_iter().map(|slot| (slot.start, seat, slot)));
        }
        all.sort_by_key(|x| (x.0, frame.desk(x.1).map(|desk| desk.resource.id.clone())));
        for limit in [1, 7, 1000] {
            let scope = Scope::Site(&town.site);
            let found = question.soonest(&scope, DAYS, limit);
            let found: Vec<_> = found.iter().map(|x| (x.slot.start, x.seat, x.slot)).collect();
            assert_eq!(found, all[..limit.min(all.len())]);
        }
    }
}

fn hold(db: &Db, town: &Town, who: usize, resource: &Id, start: Instant) -> Outcome<Id> {
    let wish = Hold {
        account: town.people[who].clone(),
        level: Level::Verified,
        start,
        purpose: String::new(),
        draft: None,
    };
    let (cx, offer) = (town.cx(&wish.account), town.offer(resource));
    db.write_wait(move |tx| booking::hold(tx, &cx, &offer, &wish)).map(|x| x.id)
}

fn confirm(db: &Db, town: &Town, who: usize, resource: &Id, id: &Id, purpose: &str) {
    let command = Confirm {
        account: town.people[who].clone(),
        level: Level::Verified,
        booking: id.clone(),
        purpose: purpose.into(),
        form: serde_json::json!({"phone": "+79000000000"}),
        on_behalf: None,
    };
    let (cx, offer) = (town.cx(&command.account), town.offer(resource));
    db.write_wait(move |tx| booking::confirm(tx, &cx, &offer, &command)).unwrap();
}

#[test]
fn the_index_is_right_after_every_act() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let watch = Watch::new(&db, &town);
        let agree = || agree(&db, &town, &watch);
        agree();
        let (desk, official) = (&town.desk, &town.official);
        let first = hold(&db, &town, 0, official, at(7, 9, 15)).unwrap();
        agree();
        hold(&db, &town, 1, desk, at(7, 9, 15)).unwrap();
        let longer = hold(&db, &town, 2, desk, at(8, 9, 0)).unwrap();
        agree();
        confirm(&db, &town, 0, official, &first, "ask");
        confirm(&db, &town, 2, desk, &longer, "long");
        agree();
        let who = town.people[0].clone();
        let (cx, offer) = (town.cx(&who), town.offer(desk));
        let command = Reschedule {
            account: who.clone(),
            booking: first.clone(),
            start: at(9, 9, 0),
            reason: String::new(),
        };
        // The visit of this morning is too near to be moved; one of Wednesday is not.
        let (moving, other) = (command.clone(), offer.clone());
        let near = db.write_wait(move |tx| booking::reschedule(tx, &cx, &other, &moving));
        assert!(near.is_err());
        agree();
        let wednesday = hold(&db, &town, 3, official, at(9, 9, 0)).unwrap();
        confirm(&db, &town, 3, official, &wednesday, "ask");
        agree();
        let who = town.people[3].clone();
        let command = Reschedule { account: who.clone(), booking: wednesday.clone(), ..command };
        let (cx, moving) = (town.cx(&who), Reschedule { start: at(10, 9, 0), ..command });
        db.write_wait(move |tx| booking::reschedule(tx, &cx, &offer, &moving)).unwrap();
        agree();
        let command = Cancel { account: who.clone(), booking: wednesday, reason: "нет".into() };
        let (cx, terms) = (town.cx(&who), town.offer(desk).terms);
        db.write_wait(move |tx| booking::cancel(tx, &cx, &terms, &command)).unwrap();
        agree();
        // The second hold runs out by the clock; nothing is told, then it is swept.
        let version = || {
            let frame = watch.feed.frame();
            let offer = town.offer(desk);
            let question = Question::of(&frame, &offer, "", town.clock.now());
            question.mark_of(&Scope::Site(&town.site)).version()
        };
        let before = version();
        assert_eq!(version(), before);
        town.clock.advance(15 * Instant::MINUTE);
        agree();
        assert_ne!(version(), before, "an answer could be taken for unchanged");
        let cx = town.cx(&who);
        assert_eq!(db.write_wait(move |tx| booking::sweep(tx, &cx, 10)).unwrap(), 1);
        agree();
        town.clock.advance(Instant::DAY);
        agree();
        assert_eq!(watch.differing(&town), []);
    });
}

#[test]
fn the_index_is_right_when_rules_and_exceptions_change() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let watch = Watch::new(&db, &town);
        let held = hold(&db, &town, 0, &town.desk, at(8, 9, 0)).unwrap();
        confirm(&db, &town, 0, &town.desk, &held, "ask");
        let away = Exception::Absence {
            from: date(2026, 12, 8).at(0, 0, 0, 0),
            to: date(2026, 12, 9).at(10, 0, 0, 0),
        };
        let (cx, target) =
            (town.cx(&town.people[0]), schedule::Target::Resource(town.official.clone()));
        db.write_wait(move |tx| schedule::add_exception(tx, &cx, &target, &away, "отпуск"))
            .unwrap();
        watch.refresh(&town);
        agree(&db, &town, &watch);
        // Twenty minutes are no multiple of the grid so far.
        let rule = Rule { from: 610, to: 850, step: 20, ..Rule::default() };
        let (cx, desk) = (town.cx(&town.people[0]), town.desk.clone());
        db.write_wait(move |tx| {
            schedule::save_timetable(tx, &cx, &desk, std::slice::from_ref(&rule))
        })
        .unwrap();
        watch.refresh(&town);
        agree(&db, &town, &watch);
        hold(&db, &town, 1, &town.desk, at(8, 10, 30)).unwrap();
        agree(&db, &town, &watch);
        assert_eq!(watch.differing(&town), []);
    });
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a stop watch")]
fn a_second_node_knows_within_a_second() {
    let Some(url) = testkit::postgres(MIGRATIONS) else { return };
    let place = Place::Server(url);
    let (here, there) = (testkit::open(&place).unwrap(), testkit::open(&place).unwrap());
    let town = town(&here);
    let (own, other) = (Watch::new(&here, &town), Watch::new(&there, &town));
    let wait = || {
        let begun = Stopwatch::now();
        let now = town.clock.now();
        let spans = |watch: &Watch| {
            let diary = watch.feed.ledger().diary(&town.official).unwrap();
            diary.spans(now)
        };
        while spans(&own) != spans(&other) && begun.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
        agree(&there, &town, &other);
    };
    let held = hold(&here, &town, 0, &town.official, at(8, 9, 0)).unwrap();
    wait();
    confirm(&here, &town, 0, &town.official, &held, "ask");
    wait();
    hold(&here, &town, 1, &town.official, at(8, 9, 15)).unwrap();
    hold(&here, &town, 1, &town.official, at(8, 9, 30)).unwrap();
    wait();
}

#[test]
fn filters_choose_among_the_same_times() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let watch = Watch::new(&db, &town);
        let (frame, now) = (watch.feed.frame(), town.clock.now());
        let offer = town.offer(&town.desk);
        let filter = Filter {
            from: 10 * 60,
            to: 10 * 60 + 30,
            weekdays: Weekdays::NONE.with(slots::Weekday::Tue),
            accessible: false,
        };
        let question = Question::of(&frame, &offer, "", now).only(filter);
        let found = question.soonest(&Scope::Region("70"), DAYS, 100);
        let starts: Vec<i64> = found.iter().map(|x| x.slot.start).collect();
        let wanted = [at(8, 10, 0), at(8, 10, 15), at(15, 10, 0), at(15, 10, 15)];
        let wanted: Vec<i64> = wanted.iter().flat_map(|x| [x.minutes(); 2]).collect();
        assert_eq!(starts, wanted);
        let question =
            Question::of(&frame, &offer, "", now).only(Filter { accessible: true, ..Filter::ALL });
        assert!(question.soonest(&Scope::Locality(&"tomsk".into()), DAYS, 100).is_empty());
        assert!(question.soonest(&Scope::Region("54"), DAYS, 100).is_empty());
    });
}
