//! Holds: how long they stand, what they give back, what becomes of what was typed.

use super::*;

#[test]
fn an_expired_hold_gives_its_time_to_the_next_without_any_sweeper() {
    each(|db, town| {
        let [a, b] = [&town.people[0], &town.people[1]];
        let held = hold_at(db, town, a, &town.official, at(9, 9, 0)).unwrap();
        town.clock.advance(15 * Instant::MINUTE - 1);
        assert_eq!(code(hold_at(db, town, b, &town.official, at(9, 9, 0))), "E-SLOT-01");
        town.clock.advance(1);
        hold_at(db, town, b, &town.official, at(9, 9, 0)).unwrap();
        let offer = town.offer(&town.official);
        assert_eq!(code(confirm_with(db, town, &offer, a, &held.id, "ask")), "E-HOLD-02");
        let id = held.id.clone();
        let history = history(db, id);
        assert_eq!(history.last().unwrap().to, State::Expired);
    });
}

#[test]
fn an_expired_hold_can_not_be_confirmed_even_when_nobody_wants_the_time() {
    each(|db, town| {
        let person = &town.people[0];
        let held = hold_at(db, town, person, &town.official, at(9, 9, 0)).unwrap();
        town.clock.advance(15 * Instant::MINUTE);
        let offer = town.offer(&town.official);
        assert_eq!(code(confirm_with(db, town, &offer, person, &held.id, "ask")), "E-HOLD-02");
        let cx = town.cx(person);
        assert_eq!(db.write_wait(move |tx| sweep(tx, &cx, 100)).unwrap(), 1);
        assert_eq!(code(confirm_with(db, town, &offer, person, &held.id, "ask")), "E-HOLD-02");
    });
}

#[test]
fn a_hold_can_be_extended_once() {
    each(|db, town| {
        let person = town.people[0].clone();
        let held = hold_at(db, town, &person, &town.official, at(9, 9, 0)).unwrap();
        town.clock.advance(10 * Instant::MINUTE);
        let again = |who: &Id| {
            let (cx, who, id) = (town.cx(who), who.clone(), held.id.clone());
            db.write_wait(move |tx| extend(tx, &cx, &who, &id, 15))
        };
        assert_eq!(code(again(&town.people[1])), "E-STA-01");
        // What is left is not lost: five minutes and fifteen more.
        let longer = again(&person).unwrap();
        assert_eq!(longer.expires_at, town.clock.now().plus(20 * Instant::MINUTE));
        assert_eq!(code(again(&person)), "E-HOLD-03");
    });
}

#[test]
fn choosing_another_time_gives_the_first_one_back_and_keeps_what_was_typed() {
    each(|db, town| {
        let person = town.people[0].clone();
        let first = hold_at(db, town, &person, &town.official, at(9, 9, 0)).unwrap();
        let (cx, who, id) = (town.cx(&person), person.clone(), first.id.clone());
        let form = serde_json::json!({"detail": "о дороге"});
        db.write_wait(move |tx| save_form(tx, &cx, &who, &id, Some("ask"), &form)).unwrap();
        let second = hold_at(db, town, &person, &town.official, at(9, 9, 30)).unwrap();
        // The page of the first one is still open somewhere: it did not run out, it was replaced.
        let offer = town.offer(&town.official);
        assert_eq!(code(confirm_with(db, town, &offer, &person, &first.id, "ask")), "E-HOLD-04");
        let (who, id) = (person.clone(), second.id.clone());
        let booking = db.write_wait(move |tx| of_account(tx, &who, &id)).unwrap();
        assert_eq!(booking.form.reveal()["detail"], "о дороге");
        assert_eq!(booking.purpose, "ask");
        hold_at(db, town, &town.people[1], &town.official, at(9, 9, 0)).unwrap();
        // A wish that fails leaves the held time alone.
        assert_eq!(code(hold_at(db, town, &person, &town.official, at(9, 9, 0))), "E-SLOT-01");
        let (who, id) = (person.clone(), second.id.clone());
        let booking = db.write_wait(move |tx| of_account(tx, &who, &id)).unwrap();
        assert_eq!(booking.state, State::Held);
    });
}

#[test]
fn a_hold_is_as_long_as_its_own_wish_whatever_was_held_before() {
    each(|db, town| {
        let (person, offer) = (&town.people[0], town.offer(&town.official));
        let long = Hold { purpose: "long".into(), ..wish(person, at(9, 9, 0)) };
        try_hold(db, town, &offer, long).unwrap();
        // The last quarter of the day is long enough for what is wished now.
        let next = hold_at(db, town, person, &town.official, at(9, 12, 45)).unwrap();
        let who = person.clone();
        let booking = db.write_wait(move |tx| of_account(tx, &who, &next.id)).unwrap();
        assert_eq!(booking.purpose, "");
        assert_eq!(booking.ends, Some(at(9, 13, 0)));
    });
}

#[test]
fn a_person_holds_two_times_of_different_services_at_most() {
    each(|db, town| {
        let person = &town.people[0];
        for (service, hour) in [("visit", 9), ("other", 10)] {
            let offer = Offer { service: service.into(), ..town.offer(&town.official) };
            try_hold(db, town, &offer, wish(person, at(9, hour, 0))).unwrap();
            town.clock.advance(Instant::MINUTE);
        }
        let offer = Offer { service: "third".into(), ..town.offer(&town.official) };
        let refused = try_hold(db, town, &offer, wish(person, at(9, 11, 0)));
        let Err(Error::Refusal(refusal)) = refused else { panic!("{refused:?}") };
        let first_ends = 13 * 60 + 1;
        assert_eq!((refusal.code, refusal.retry_after), ("E-HOLD-01", Some(first_ends)));
    });
}

#[test]
fn the_form_of_an_expired_hold_goes_on_with_the_next_time() {
    each(|db, town| {
        let person = town.people[0].clone();
        let held = hold_at(db, town, &person, &town.official, at(9, 9, 0)).unwrap();
        town.clock.advance(20 * Instant::MINUTE);
        let (cx, who, id) = (town.cx(&person), person.clone(), held.id.clone());
        let form = serde_json::json!({"detail": "дописал позже"});
        db.write_wait(move |tx| save_form(tx, &cx, &who, &id, None, &form)).unwrap();
        let again = Hold { draft: Some(held.id), ..wish(&person, at(9, 9, 15)) };
        let held = try_hold(db, town, &town.offer(&town.official), again).unwrap();
        let (who, id) = (person.clone(), held.id);
        let booking = db.write_wait(move |tx| of_account(tx, &who, &id)).unwrap();
        assert_eq!(booking.form.reveal()["detail"], "дописал позже");
    });
}

#[test]
fn repeating_an_old_booking_makes_a_draft_that_takes_a_time() {
    each(|db, town| {
        let person = town.people[0].clone();
        let booked = book(db, town, &person, &town.official, at(9, 9, 0)).unwrap();
        cancel_it(db, town, &person, &booked.id).unwrap();
        let (cx, command) =
            (town.cx(&person), Repeat { account: person.clone(), booking: booked.id });
        let draft = db.write_wait(move |tx| repeat(tx, &cx, &command)).unwrap();
        assert_eq!(draft.state, State::Draft);
        assert_eq!(draft.form.reveal()["phone"], "+79000000000");
        let again = Hold { draft: Some(draft.id.clone()), ..wish(&person, at(9, 9, 0)) };
        let held = try_hold(db, town, &town.offer(&town.official), again).unwrap();
        assert_eq!(held.id, draft.id, "the draft itself goes on");
    });
}
