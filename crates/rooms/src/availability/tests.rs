//! The index beside the database, on both engines: after every act it says what `slots` computes
//! from the rows.

use std::time::{Duration, Instant as Stopwatch};

use base::db::Place;
use base::{Db, Id, Instant, Kind, Outcome, Refusal};
use jiff::civil::{Date, date};
use slots::{Ask, DayState, Exception, Rule, Slot, Weekdays};

use super::{Asked, Filter, Question, Scope, TO_CHOOSE};
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

/// Every start of a resource on Tuesday and Wednesday, and whether the claim would be given; nobody
/// keeps one.
fn bookable(db: &Db, town: &Town, resource: &Id, moved: Option<(&Id, &Id)>) -> Vec<Instant> {
    let starts = (8..=9).flat_map(|day| (36..52).map(move |n| at(day, n / 4, n % 4 * 15)));
    let possible = |start: &Instant| {
        let (start, offer) = (*start, town.offer(resource));
        let account = moved.map_or(&town.people[99], |x| x.0).clone();
        let (cx, booking) = (town.cx(&account), moved.map(|x| x.1.clone()));
        let tried = db.write_wait(move |tx| -> Outcome<()> {
            let (account, level) = (account.clone(), Level::Verified);
            match booking.clone() {
                Some(booking) => {
                    let reason = String::new();
                    let command = Reschedule { account, booking, start, reason };
                    booking::reschedule(tx, &cx, &offer, &command)?;
                }
                None => {
                    let wish = Hold { account, level, start, purpose: String::new(), draft: None };
                    booking::hold(tx, &cx, &offer, &wish)?;
                }
            }
            Err(Refusal::new(Kind::Conflict, "E-STA-02").arg("state", "given").into())
        });
        tried.unwrap_err().code() == Some("E-STA-02")
    };
    starts.filter(possible).collect()
}

/// What the index shows of these days.
fn shown(
    town: &Town,
    watch: &Watch,
    resource: &Id,
    moving: Option<(&Id, Instant)>,
) -> Vec<Instant> {
    let (frame, now) = (watch.feed.frame(), town.clock.now());
    let offers = [town.offer(resource)];
    let (asked, days) =
        (Asked { purpose: "", now, moving }, (date(2026, 12, 8), date(2026, 12, 9)));
    let slots = frame.slots(&offers, asked, days, usize::MAX);
    let counts: u32 = frame.days(&offers, asked, days).iter().map(|x| x.free).sum();
    // Of several lanes a day has no more to give than its limit.
    assert!(counts <= slots.iter().map(|x| u32::from(x.slot.free)).sum::<u32>());
    assert_eq!(counts == 0, slots.is_empty());
    slots.iter().map(|x| Instant::from_minutes(x.slot.start)).collect()
}

#[test]
fn under_a_daily_limit_every_shown_time_holds_and_no_bookable_time_is_hidden() {
    testkit::each_engine(MIGRATIONS, |db| {
        let mut town = town(&db);
        town.per_day = Some(2);
        let watch = Watch::new(&db, &town);
        let (desk, official) = (town.desk.clone(), town.official.clone());
        let full = |day: Date, resource: &Id| {
            let (frame, now) = (watch.feed.frame(), town.clock.now());
            let offer = [town.offer(resource)];
            frame.days(&offer, ("", now), (day, day))[0].state == DayState::Full
        };
        let agree = |town: &Town| {
            for resource in [&desk, &official] {
                let found = shown(town, &watch, resource, None);
                assert_eq!(found, bookable(&db, town, resource, None), "{resource}");
            }
            assert_eq!(watch.differing(town), []);
        };
        agree(&town);
        let tuesday = date(2026, 12, 8);
        let frame = watch.feed.frame();
        let counts = frame.days(&[town.offer(&desk)], ("", town.clock.now()), (tuesday, tuesday));
        assert_eq!(counts[0].free, 2, "sixteen starts on two lanes, and a limit of two");
        let first = hold(&db, &town, 0, &desk, at(8, 9, 0)).unwrap();
        agree(&town);
        let version = frame.changes(None);
        hold(&db, &town, 1, &desk, at(8, 9, 0)).unwrap();
        assert_ne!(frame.changes(None), version);
        assert!(full(tuesday, &desk) && !full(tuesday, &official));
        agree(&town);
        confirm(&db, &town, 0, &desk, &first, "ask");
        // The other one runs out by the clock: nothing is told.
        town.clock.advance(16 * Instant::MINUTE);
        assert!(!full(tuesday, &desk));
        agree(&town);
        let second = hold(&db, &town, 2, &desk, at(8, 10, 0)).unwrap();
        confirm(&db, &town, 2, &desk, &second, "ask");
        assert!(full(tuesday, &desk));
        // The soonest time is found behind the full day, and on it once a visit is given back.
        let soonest = |town: &Town| {
            let frame = watch.feed.frame();
            let question = Question::of(&frame, &town.offer(&desk), "", town.clock.now());
            let days = (tuesday, date(2026, 12, 20));
            let found = question.soonest(&Scope::Resource(&desk), days, 1);
            found.first().map(|x| Instant::from_minutes(x.slot.start))
        };
        assert_eq!((soonest(&town), soonest(&town)), (Some(at(9, 9, 0)), Some(at(9, 9, 0))));
        agree(&town);
        // Who moves within the day keeps the place.
        let (who, start) = (town.people[2].clone(), at(8, 10, 0));
        let may = bookable(&db, &town, &desk, Some((&who, &second)));
        let own = shown(&town, &watch, &desk, Some((&desk, start)));
        let other =
            |all: &[Instant]| all.iter().copied().filter(|x| *x != start).collect::<Vec<_>>();
        assert_eq!(other(&own), other(&may));
        assert!(own.contains(&at(8, 12, 0)));
        let command = Cancel { account: who.clone(), booking: second, reason: "нет".into() };
        let (cx, terms) = (town.cx(&who), town.offer(&desk).terms);
        db.write_wait(move |tx| booking::cancel(tx, &cx, &terms, &command)).unwrap();
        assert_eq!(soonest(&town), Some(at(8, 9, 0)));
        agree(&town);
        // A node that starts now knows the same, and so does one after the limit was lowered.
        let fresh = Watch::new(&db, &town);
        assert_eq!(shown(&town, &fresh, &desk, None), shown(&town, &watch, &desk, None));
        town.per_day = Some(1);
        watch.refresh(&town);
        agree(&town);
    });
}

#[test]
fn visits_of_this_morning_count_until_the_day_is_over() {
    testkit::each_engine(MIGRATIONS, |db| {
        let mut town = town(&db);
        town.per_day = Some(1);
        let held = hold(&db, &town, 0, &town.desk, at(7, 9, 15)).unwrap();
        confirm(&db, &town, 0, &town.desk, &held, "ask");
        town.clock.advance(2 * Instant::HOUR);
        let refused = hold(&db, &town, 1, &town.desk, at(7, 12, 0)).unwrap_err();
        assert_eq!(refused.code(), Some("E-SLOT-03"));
        // A node that starts after the visit knows of it.
        let watch = Watch::new(&db, &town);
        let (frame, today) = (watch.feed.frame(), date(2026, 12, 7));
        let offer = [town.offer(&town.desk)];
        assert!(frame.slots(&offer, ("", town.clock.now()), (today, today), 9).is_empty());
    });
}

#[test]
fn a_limit_that_is_introduced_is_shown_before_anybody_claims() {
    testkit::each_engine(MIGRATIONS, |db| {
        let mut town = town(&db);
        for (i, hour) in [(0, 9), (1, 10)] {
            let held = hold(&db, &town, i, &town.desk, at(8, hour, 0)).unwrap();
            confirm(&db, &town, i, &town.desk, &held, "ask");
        }
        town.per_day = Some(2);
        let (zone, now) = (town.offer(&town.desk).zone, town.clock.now());
        let standing = db.read_wait(move |tx| booking::limits::stand_uncounted(tx, "visit", now));
        assert!(standing.unwrap());
        let mut last = Id::from("");
        let mut parts = 0;
        loop {
            let (zone, from) = (zone.clone(), last.clone());
            let next = db.write_wait(move |tx| {
                booking::limits::count_standing(
                    tx,
                    "visit",
                    |_| Some(zone.clone()),
                    (now, &from, 1),
                )
            });
            parts += 1;
            match next.unwrap() {
                Some(next) => last = next,
                None => break,
            }
        }
        assert_eq!(parts, 3);
        let left = db.read_wait(move |tx| booking::limits::stand_uncounted(tx, "visit", now));
        assert!(!left.unwrap());
        let watch = Watch::new(&db, &town);
        let (frame, day) = (watch.feed.frame(), date(2026, 12, 8));
        let offer = [town.offer(&town.desk)];
        assert!(frame.slots(&offer, ("", now), (day, day), 9).is_empty());
        let refused = hold(&db, &town, 2, &town.desk, at(8, 12, 0)).unwrap_err();
        assert_eq!(refused.code(), Some("E-SLOT-03"));
        assert_eq!(db.read_wait(move |tx| booking::verify(tx, now)).unwrap(), []);
    });
}

/// Waits until two nodes say the same of the official; less than a second.
#[allow(clippy::disallowed_methods, reason = "a stop watch")]
fn wait_until_alike(town: &Town, own: &Watch, other: &Watch) {
    let (begun, now) = (Stopwatch::now(), town.clock.now());
    let known = |watch: &Watch| {
        let diary = watch.feed.ledger().diary(&town.official).unwrap();
        (diary.spans(now), diary.busy().counts(0, now.0))
    };
    while known(own) != known(other) && begun.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[test]
fn a_second_node_knows_within_a_second() {
    let Some(url) = testkit::postgres(MIGRATIONS) else { return };
    let place = Place::Server(url);
    let (here, there) = (testkit::open(&place).unwrap(), testkit::open(&place).unwrap());
    let town = town(&here);
    let (own, other) = (Watch::new(&here, &town), Watch::new(&there, &town));
    let wait = || {
        wait_until_alike(&town, &own, &other);
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
fn a_second_node_knows_within_a_second_that_a_day_is_full() {
    let Some(url) = testkit::postgres(MIGRATIONS) else { return };
    let place = Place::Server(url);
    let (here, there) = (testkit::open(&place).unwrap(), testkit::open(&place).unwrap());
    let mut town = town(&here);
    town.per_day = Some(2);
    let (own, other) = (Watch::new(&here, &town), Watch::new(&there, &town));
    let free = |watch: &Watch| shown(&town, watch, &town.official, None);
    let held = hold(&here, &town, 0, &town.official, at(8, 9, 0)).unwrap();
    confirm(&here, &town, 0, &town.official, &held, "ask");
    wait_until_alike(&town, &own, &other);
    assert!(free(&other).contains(&at(8, 12, 0)));
    hold(&here, &town, 1, &town.official, at(8, 9, 15)).unwrap();
    wait_until_alike(&town, &own, &other);
    assert_eq!(free(&other), free(&own));
    assert!(free(&other).iter().all(|x| *x >= at(9, 0, 0)), "the day has reached its limit");
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
