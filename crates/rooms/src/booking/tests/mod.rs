//! The room's story, on both engines.

mod holds;
mod races;

use std::sync::Arc;
use std::thread;

use base::{Db, Error, Id, Instant, Outcome, Tx};
use jiff::civil::date;

use super::sample::{Town, Watch, at, town};
use super::*;
use crate::MIGRATIONS;
use crate::access::{self, Action, Scope, Subject, Verdict};
use crate::accounts::Level;
use crate::availability::{Question, TO_CHOOSE};
use crate::offices::Offices;

/// Runs the story on both engines and looks at the invariants afterwards.
fn each(story: impl Fn(&Db, &Town)) {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = town(&db);
        let watch = Watch::new(&db, &town);
        story(&db, &town);
        assert_eq!(breaches(&db, &town), []);
        assert_eq!(watch.differing(&town), [], "the index is wrong");
    });
}

fn breaches(db: &Db, town: &Town) -> Vec<Breach> {
    let now = town.clock.now();
    db.read_wait(move |tx| verify(tx, now)).unwrap()
}

fn wish(person: &Id, start: Instant) -> Hold {
    Hold {
        account: person.clone(),
        level: Level::Verified,
        start,
        purpose: String::new(),
        draft: None,
    }
}

fn try_hold(db: &Db, town: &Town, offer: &Offer, wish: Hold) -> Outcome<Held> {
    let (cx, offer) = (town.cx(&wish.account), offer.clone());
    db.write_wait(move |tx| hold(tx, &cx, &offer, &wish))
}

fn hold_at(db: &Db, town: &Town, person: &Id, resource: &Id, start: Instant) -> Outcome<Held> {
    try_hold(db, town, &town.offer(resource), wish(person, start))
}

fn confirm_with(
    db: &Db,
    town: &Town,
    offer: &Offer,
    person: &Id,
    held: &Id,
    purpose: &str,
) -> Outcome<Confirmed> {
    let command = Confirm {
        account: person.clone(),
        level: Level::Verified,
        booking: held.clone(),
        purpose: purpose.into(),
        form: serde_json::json!({"phone": "+79000000000"}),
        on_behalf: None,
    };
    let (cx, offer) = (town.cx(person), offer.clone());
    db.write_wait(move |tx| confirm(tx, &cx, &offer, &command))
}

fn book(db: &Db, town: &Town, person: &Id, resource: &Id, start: Instant) -> Outcome<Confirmed> {
    let held = hold_at(db, town, person, resource, start)?;
    confirm_with(db, town, &town.offer(resource), person, &held.id, "ask")
}

fn move_to(
    db: &Db,
    town: &Town,
    offer: &Offer,
    person: &Id,
    id: &Id,
    start: Instant,
) -> Outcome<Moved> {
    let command =
        Reschedule { account: person.clone(), booking: id.clone(), start, reason: String::new() };
    let (cx, offer) = (town.cx(person), offer.clone());
    db.write_wait(move |tx| reschedule(tx, &cx, &offer, &command))
}

fn cancel_it(db: &Db, town: &Town, person: &Id, id: &Id) -> Outcome<Booking> {
    let command =
        Cancel {
            account: person.clone(), booking: id.clone(), reason: "передумал".into()
        };
    let (cx, terms) = (town.cx(person), town.offer(&town.desk).terms);
    db.write_wait(move |tx| cancel(tx, &cx, &terms, &command))
}

fn code<T: std::fmt::Debug>(outcome: Outcome<T>) -> &'static str {
    outcome.unwrap_err().code().unwrap_or("a fault")
}

/// The scope of whoever scans a ticket.
fn anybody() -> Scope {
    match access::may(&Subject::default(), Action::CheckTicket, None, Instant(0)) {
        Verdict::Allow(scope) => scope,
        no => panic!("{no:?}"),
    }
}

fn history(db: &Db, id: Id) -> Vec<EventRow> {
    let read = move |tx: &mut Tx<'_>| {
        let booking = rows::found(tx, &id)?.unwrap();
        event_rows(tx, &booking)
    };
    db.read_wait(read).unwrap()
}

#[test]
fn a_booking_is_held_confirmed_moved_and_cancelled_and_its_history_tells_it() {
    each(|db, town| {
        let person = &town.people[0];
        let offer = town.offer(&town.official);
        let booked = book(db, town, person, &town.official, at(9, 10, 0)).unwrap();
        assert_eq!(booked.status, State::Confirmed);
        let moved = move_to(db, town, &offer, person, &booked.id, at(10, 10, 0)).unwrap();
        assert_ne!(moved.code, booked.code, "the old code is dead");
        let old = booked.code.clone();
        let dead = |code: String| {
            let offices = Offices::default();
            let found = move |tx: &mut Tx<'_>| by_code(tx, &anybody(), &offices, &code);
            db.read_wait(found).unwrap().is_none()
        };
        assert!(dead(old) && !dead(moved.code));
        // The old time is free again, for anybody.
        hold_at(db, town, &town.people[1], &town.official, at(9, 10, 0)).unwrap();
        cancel_it(db, town, person, &booked.id).unwrap();
        let id = booked.id.clone();
        let history = history(db, id);
        let events: Vec<&str> = history.iter().map(|x| x.event.as_str()).collect();
        assert_eq!(events, ["held", "confirmed", "moved", "cancelled"]);
        assert_eq!(history[2].old["starts_at"], at(9, 10, 0).0);
        assert_eq!(history[2].new["starts_at"], at(10, 10, 0).0);
        assert_eq!(history[3].reason.reveal(), "передумал");
        assert_eq!(history[3].actor, format!("account:{person}"));
        // After a cancellation the same visit can be booked at once.
        book(db, town, person, &town.official, at(10, 10, 0)).unwrap();
    });
}

#[test]
fn a_taken_time_is_refused_and_the_second_lane_serves_a_second_person() {
    each(|db, town| {
        let [a, b, c] = [&town.people[0], &town.people[1], &town.people[2]];
        hold_at(db, town, a, &town.desk, at(9, 9, 0)).unwrap();
        hold_at(db, town, b, &town.desk, at(9, 9, 0)).unwrap();
        assert_eq!(code(hold_at(db, town, c, &town.desk, at(9, 9, 0))), "E-SLOT-01");
        hold_at(db, town, c, &town.desk, at(9, 9, 15)).unwrap();
    });
}

#[test]
fn one_active_booking_of_a_person_for_a_service_and_purpose() {
    each(|db, town| {
        let person = &town.people[0];
        let booked = book(db, town, person, &town.official, at(9, 9, 0)).unwrap();
        let held = hold_at(db, town, person, &town.desk, at(9, 10, 0)).unwrap();
        let offer = town.offer(&town.desk);
        let error = confirm_with(db, town, &offer, person, &held.id, "ask").unwrap_err();
        let Error::Refusal(refusal) = error else { panic!("{error}") };
        assert_eq!(refusal.code, "E-SLOT-04");
        assert_eq!(refusal.help.unwrap()["booking"], booked.id.to_string());
        // Another purpose is another visit.
        confirm_with(db, town, &offer, person, &held.id, "long").unwrap();
    });
}

#[test]
fn a_longer_purpose_takes_more_time_or_is_refused_when_the_next_time_is_taken() {
    each(|db, town| {
        let [a, b] = [&town.people[0], &town.people[1]];
        let offer = town.offer(&town.official);
        let held = hold_at(db, town, a, &town.official, at(9, 9, 0)).unwrap();
        let booked = confirm_with(db, town, &offer, a, &held.id, "long").unwrap();
        assert_eq!(code(hold_at(db, town, b, &town.official, at(9, 9, 15))), "E-SLOT-01");
        hold_at(db, town, b, &town.official, at(9, 10, 15)).unwrap();
        let other = hold_at(db, town, &town.people[2], &town.official, at(9, 10, 0)).unwrap();
        // The same is known before the last click; whom nothing stands in the way hears nothing.
        let fits = |who: &Id, id: &Id, purpose: &'static str| {
            let (cx, who, id, offer) = (town.cx(who), who.clone(), id.clone(), offer.clone());
            let look = move |tx: &mut Tx<'_>| fits_purpose(tx, &cx, (&who, &id), &offer, purpose);
            db.read_wait(look).unwrap().map(|x| (x.field, x.code, x.args))
        };
        let short = ("purpose".into(), "E-SLOT-10", vec![("minutes", "30".to_owned())]);
        assert_eq!(fits(&town.people[2], &other.id, "long"), Some(short));
        assert_eq!(fits(&town.people[2], &other.id, "ask"), None);
        let alone = hold_at(db, town, &town.people[5], &town.official, at(9, 11, 0)).unwrap();
        assert_eq!(fits(&town.people[5], &alone.id, "long"), None);
        let late = confirm_with(db, town, &offer, &town.people[2], &other.id, "long");
        assert_eq!(code(late), "E-SLOT-10");
        // The refused confirmation lost nothing: the hold is still there.
        confirm_with(db, town, &offer, &town.people[2], &other.id, "ask").unwrap();
        // A move keeps the length, and may overlap its own old time.
        move_to(db, town, &offer, a, &booked.id, at(9, 9, 15)).unwrap();
        hold_at(db, town, &town.people[3], &town.official, at(9, 9, 0)).unwrap();
        assert_eq!(
            code(hold_at(db, town, &town.people[4], &town.official, at(9, 9, 30))),
            "E-SLOT-01"
        );
    });
}

#[test]
fn moves_have_a_deadline_and_a_number() {
    each(|db, town| {
        let person = &town.people[0];
        let offer = town.offer(&town.official);
        let id = book(db, town, person, &town.official, at(9, 9, 0)).unwrap().id;
        assert_eq!(code(move_to(db, town, &offer, person, &id, at(9, 9, 0))), "E-CHG-06");
        for day in [10, 11, 14] {
            move_to(db, town, &offer, person, &id, at(day, 9, 0)).unwrap();
        }
        let once_more = move_to(db, town, &offer, person, &id, at(15, 9, 0));
        assert_eq!(code(once_more), "E-CHG-02");
        // 24 hours before, to the microsecond, in clock hours.
        town.clock.advance(at(13, 9, 0).0 - town.clock.now().0);
        let strict =
            Offer { terms: Arc::new(Terms { max_moves: 9, ..(*offer.terms).clone() }), ..offer };
        move_to(db, town, &strict, person, &id, at(15, 9, 0)).unwrap();
        town.clock.advance(at(14, 9, 0).0 - town.clock.now().0 + 1);
        assert_eq!(code(move_to(db, town, &strict, person, &id, at(16, 9, 0))), "E-CHG-01");
        assert_eq!(code(cancel_it(db, town, person, &id)), "E-CHG-01");
    });
}

#[test]
fn a_move_without_the_reason_that_is_asked_for_is_refused() {
    each(|db, town| {
        let person = &town.people[0];
        let id = book(db, town, person, &town.official, at(9, 9, 0)).unwrap().id;
        let plain = town.offer(&town.official);
        let asking = Offer {
            terms: Arc::new(Terms { justification: true, ..(*plain.terms).clone() }),
            ..plain
        };
        assert_eq!(code(move_to(db, town, &asking, person, &id, at(10, 9, 0))), "E-CHG-03");
    });
}

#[test]
fn times_that_are_no_times_are_refused_by_name() {
    each(|db, town| {
        let person = &town.people[0];
        let refused = |start: Instant| code(hold_at(db, town, person, &town.desk, start));
        assert_eq!(refused(at(9, 9, 5)), "E-SLOT-05", "off the grid");
        assert_eq!(refused(at(9, 9, 0).plus(1)), "E-SLOT-05", "between minutes");
        assert_eq!(refused(at(9, 14, 0)), "E-SLOT-05", "closed");
        assert_eq!(refused(at(12, 9, 0)), "E-SLOT-05", "a Saturday");
        assert_eq!(refused(at(4, 9, 0)), "E-SLOT-06", "the past");
        town.clock.advance(61 * Instant::MINUTE);
        assert_eq!(refused(at(7, 10, 0)), "E-SLOT-06", "too soon");
        assert_eq!(refused(at(7, 9, 0).plus(60 * Instant::DAY)), "E-SLOT-07");
    });
}

#[test]
fn a_low_level_is_refused_at_the_hold_and_again_at_the_confirmation() {
    each(|db, town| {
        let person = &town.people[0];
        let offer = town.offer(&town.official);
        let low = Hold { level: Level::Standard, ..wish(person, at(9, 9, 0)) };
        assert_eq!(code(try_hold(db, town, &offer, low)), "E-AUTH-12");
        // The level can fall, or the service ask for more, while the form is filled in.
        let held = hold_at(db, town, person, &town.official, at(9, 9, 0)).unwrap().id;
        let command = Confirm {
            account: person.clone(),
            level: Level::Standard,
            booking: held.clone(),
            purpose: "ask".into(),
            form: serde_json::json!({}),
            on_behalf: None,
        };
        let cx = town.cx(person);
        let (asked, of) = (offer.clone(), command.clone());
        let confirmed = db.write_wait(move |tx| confirm(tx, &cx, &asked, &of));
        assert_eq!(code(confirmed), "E-AUTH-12");
        confirm_with(db, town, &offer, person, &held, "ask").unwrap();
    });
}

#[test]
fn a_stranger_can_neither_see_nor_touch_a_booking() {
    each(|db, town| {
        let [a, b] = [&town.people[0], &town.people[1]];
        let id = book(db, town, a, &town.official, at(9, 9, 0)).unwrap().id;
        let offer = town.offer(&town.official);
        assert_eq!(code(move_to(db, town, &offer, b, &id, at(10, 9, 0))), "E-STA-01");
        assert_eq!(code(cancel_it(db, town, b, &id)), "E-STA-01");
        let (who, id) = (b.clone(), id.clone());
        assert_eq!(code(db.write_wait(move |tx| of_account(tx, &who, &id))), "E-STA-01");
    });
}

#[test]
fn the_daily_limit_holds_and_expired_holds_do_not_count() {
    each(|db, town| {
        let plain = town.offer(&town.desk);
        let offer = Offer {
            terms: Arc::new(Terms { per_day: Some(2), ..(*plain.terms).clone() }),
            ..plain
        };
        let held =
            |i: usize, hour| try_hold(db, town, &offer, wish(&town.people[i], at(9, hour, 0)));
        let first = held(0, 9).unwrap();
        held(1, 9).unwrap();
        assert_eq!(code(held(2, 10)), "E-SLOT-03");
        confirm_with(db, town, &offer, &town.people[0], &first.id, "ask").unwrap();
        town.clock.advance(16 * Instant::MINUTE);
        held(2, 10).unwrap();
        assert_eq!(code(held(3, 11)), "E-SLOT-03");
        // A move within the day keeps its place in the limit.
        move_to(db, town, &offer, &town.people[0], &first.id, at(9, 12, 0)).unwrap();
    });
}

#[test]
fn a_limit_that_is_introduced_counts_what_stands() {
    each(|db, town| {
        let plain = town.offer(&town.desk);
        let limited = Offer {
            terms: Arc::new(Terms { per_day: Some(2), ..(*plain.terms).clone() }),
            ..plain.clone()
        };
        let held = |i: usize, day| {
            try_hold(db, town, &plain, wish(&town.people[i], at(day, 9 + i as i8, 0)))
        };
        for i in 0..3 {
            held(i, 9).unwrap();
        }
        held(3, 10).unwrap();
        let try_limited =
            |i: usize, day| try_hold(db, town, &limited, wish(&town.people[i], at(day, 12, 15)));
        assert_eq!(code(try_limited(4, 9)), "E-SLOT-03");
        try_limited(5, 10).unwrap();
        assert_eq!(code(try_limited(6, 10)), "E-SLOT-03");
        let (now, lost) = (town.clock.now(), "DELETE FROM claim_cell WHERE owner LIKE 'quota:%'");
        let found = db.write_wait(move |tx| {
            tx.exec(lost, base::args![])?;
            let found = verify(tx, now)?;
            Err::<(), _>(base::Fault::new(format!("{}×{}", found.len(), found[0].says)).into())
        });
        let says = "2×a claim counts towards a daily limit and has no place of it";
        assert_eq!(found.unwrap_err().to_string(), says);
        // What has run out counts no longer, though it was made without a limit.
        town.clock.advance(16 * Instant::MINUTE);
        try_limited(4, 9).unwrap();
    });
}

#[test]
fn a_day_with_more_bookings_than_a_limit_can_count_is_full_and_at_odds_with_nothing() {
    each(|db, town| {
        let plain = town.offer(&town.desk);
        let limited = Offer {
            terms: Arc::new(Terms { per_day: Some(2), ..(*plain.terms).clone() }),
            ..plain.clone()
        };
        let held = try_hold(db, town, &plain, wish(&town.people[0], at(9, 9, 0))).unwrap().id;
        let day = at(9, 12, 0).minutes() / 1440;
        db.write_wait(move |tx| {
            for lane in 0..=u8::MAX {
                tx.exec(
                    "INSERT INTO claim_cell (owner, lane, cell, claim_id, expires_at)
                     SELECT 'quota:desk:visit', $1, $2, id, expires_at FROM claim
                     WHERE booking_id = $3",
                    base::args![lane, day * 1440, &held],
                )?;
            }
            Ok(())
        })
        .unwrap();
        let refused = try_hold(db, town, &limited, wish(&town.people[1], at(9, 12, 15)));
        assert_eq!(code(refused), "E-SLOT-03");
        let now = town.clock.now();
        let found = db.read_wait(move |tx| verify(tx, now)).unwrap();
        assert!(found.iter().all(|x| !x.says.contains("daily limit")), "{found:?}");
    });
}

#[test]
fn a_finer_grid_guards_the_claims_that_were_made_on_the_coarse_one() {
    each(|db, town| {
        let offer = town.offer(&town.official);
        book(db, town, &town.people[0], &town.official, at(9, 9, 0)).unwrap();
        let odd = Offer {
            service: "other".into(),
            terms: Arc::new(Terms { duration: 20, ..(*offer.terms).clone() }),
            ..offer
        };
        let refused = try_hold(db, town, &odd, wish(&town.people[1], at(9, 9, 0)));
        assert_eq!(code(refused), "E-SLOT-01");
        try_hold(db, town, &odd, wish(&town.people[1], at(9, 9, 15))).unwrap();
        assert_eq!(
            code(hold_at(db, town, &town.people[2], &town.official, at(9, 9, 30))),
            "E-SLOT-01",
            "09:15 for 20 minutes reaches into 09:30"
        );
        hold_at(db, town, &town.people[2], &town.official, at(9, 9, 45)).unwrap();
    });
}

#[test]
fn shown_free_times_are_those_that_can_be_held() {
    each(|db, town| {
        let offers = vec![town.offer(&town.desk), town.offer(&town.official)];
        let (now, day) = (town.clock.now(), date(2026, 12, 9));
        let picture = Watch::new(db, town).refresh(town);
        hold_at(db, town, &town.people[0], &town.official, at(9, 9, 0)).unwrap();
        let slots = picture.slots(&offers, ("", now), (day, day), 1000);
        let places: u32 = slots.iter().map(|x| u32::from(x.slot.free)).sum();
        assert_eq!(places, 16 * 3, "nobody listens any more");
        let watch = Watch::new(db, town);
        let picture = watch.refresh(town);
        let slots = picture.slots(&offers, ("", now), (day, day), 1000);
        let places: u32 = slots.iter().map(|x| u32::from(x.slot.free)).sum();
        assert_eq!(places, 16 * 3 - 1);
        assert_eq!(picture.days(&offers, ("", now), (day, day))[0].free, 16 * 3 - 1);
        let question = Question::of(&picture, &offers[1], "", now);
        let seat = picture.seat(&town.official).unwrap();
        let first = question.table(seat, day)[0];
        assert_eq!((first.free, first.total), (0, 1));
    });
}
