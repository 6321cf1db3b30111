//! Many at once, and many steps in any order.

use super::*;

#[test]
fn forty_people_race_for_sixteen_places_and_exactly_sixteen_win() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = Arc::new(town(&db));
        let watch = Watch::new(&db, &town);
        let race = |i: usize| {
            let (db, town) = (db.clone(), Arc::clone(&town));
            thread::spawn(move || {
                let person = town.people[i].clone();
                let mut won = 0;
                for k in 0..16 {
                    let minutes = (i + k) % 16 * 15;
                    let start = at(9, 9, 0).plus(minutes as i64 * Instant::MINUTE);
                    match book(&db, &town, &person, &town.official, start) {
                        Ok(_) => won += 1,
                        Err(Error::Refusal(x)) if x.code == "E-SLOT-01" => {}
                        Err(Error::Refusal(x)) if x.code == "E-SLOT-04" => break,
                        Err(error) => panic!("{error}"),
                    }
                }
                won
            })
        };
        let threads: Vec<_> = (0..40).map(race).collect();
        let won: usize = threads.into_iter().map(|x| x.join().unwrap()).sum();
        assert_eq!(won, 16);
        assert_eq!(breaches(&db, &town), []);
        assert_eq!(watch.differing(&town), [], "the index is wrong");
    });
}

#[test]
fn two_people_who_want_each_others_place_both_keep_their_own() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = Arc::new(town(&db));
        let [a, b] = [&town.people[0], &town.people[1]];
        let one = book(&db, &town, a, &town.official, at(9, 9, 0)).unwrap().id;
        let two = book(&db, &town, b, &town.official, at(9, 9, 15)).unwrap().id;
        let swap = |who: &Id, id: &Id, to: Instant| {
            let (db, town, who, id) = (db.clone(), Arc::clone(&town), who.clone(), id.clone());
            thread::spawn(move || move_to(&db, &town, &town.offer(&town.official), &who, &id, to))
        };
        let (x, y) = (swap(a, &one, at(9, 9, 15)), swap(b, &two, at(9, 9, 0)));
        assert_eq!(code(x.join().unwrap()), "E-SLOT-01");
        assert_eq!(code(y.join().unwrap()), "E-SLOT-01");
        assert_eq!(breaches(&db, &town), []);
    });
}

#[test]
fn random_walks_over_holds_confirmations_moves_and_cancellations_break_no_invariant() {
    testkit::each_engine(MIGRATIONS, |db| {
        let town = Arc::new(town(&db));
        let watch = Watch::new(&db, &town);
        let walk = |seed: u64| {
            let (db, town) = (db.clone(), Arc::clone(&town));
            thread::spawn(move || {
                let chance = base::Chance::seeded(seed);
                let person = town.people[seed as usize].clone();
                let mut booked: Option<Id> = None;
                for _ in 0..60 {
                    let resource = [&town.desk, &town.official][chance.below(2) as usize];
                    let minutes = 15 * chance.below(16) as i64;
                    let start = at(9, 9, 0).plus(minutes * Instant::MINUTE);
                    let outcome = match (chance.below(4), &booked) {
                        (0, Some(id)) => cancel_it(&db, &town, &person, id).map(|_| None),
                        (1 | 2, Some(id)) => {
                            let offer = town.offer(resource);
                            let terms = Arc::new(Terms { max_moves: 99, ..(*offer.terms).clone() });
                            let offer = Offer { terms, ..offer };
                            move_to(&db, &town, &offer, &person, id, start).map(|x| Some(x.id))
                        }
                        (0, None) => hold_at(&db, &town, &person, resource, start).map(|_| None),
                        _ => book(&db, &town, &person, resource, start).map(|x| Some(x.id)),
                    };
                    match outcome {
                        Ok(next) => booked = next,
                        Err(Error::Refusal(_)) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            })
        };
        let threads: Vec<_> = (0..12).map(walk).collect();
        threads.into_iter().for_each(|x| x.join().unwrap());
        assert_eq!(breaches(&db, &town), []);
        assert_eq!(watch.differing(&town), [], "the index is wrong");
    });
}

#[test]
fn what_is_shown_can_still_be_held_minutes_later() {
    each(|db, town| {
        let (offer, day) = (town.offer(&town.desk), date(2026, 12, 7));
        let watch = Watch::new(db, town);
        // 08:59, 09:15, 09:29, 09:45: about the moments at which a start comes nearer than the lead.
        for (minutes, person) in [59, 11, 9, 11].into_iter().zip(&town.people) {
            town.clock.advance(minutes * Instant::MINUTE);
            let (picture, now) = (watch.feed.frame(), town.clock.now());
            let offers = std::slice::from_ref(&offer);
            let shown = picture.slots(offers, ("", now), (day, day), 1)[0].slot.start;
            town.clock.advance(i64::from(TO_CHOOSE) * Instant::MINUTE - 1);
            try_hold(db, town, &offer, wish(person, Instant::from_minutes(shown))).unwrap();
            town.clock.advance(1);
        }
    });
}
