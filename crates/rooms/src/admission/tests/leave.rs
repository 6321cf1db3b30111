//! Leaving a line, and joining under a key, on both engines.

use base::idem::Key;
use base::{Db, Id, Instant, Refusal};

use super::story::{code, each, hold, join_now, lines, offer, turn_now};
use crate::accounts::Level;
use crate::admission::*;
use crate::booking::sample::{Town, at};

fn leave_now(db: &Db, town: &Town, opening: &Opening, person: &Id) {
    let (cx, id, who) = (town.cx(person), opening.id.clone(), person.clone());
    db.write_wait(move |tx| leave(tx, &cx, &id, &who)).unwrap();
}

#[test]
fn whoever_leaves_lets_the_others_move_up_and_comes_back_at_the_tail() {
    each(Mode::Fifo, |db, town, opening| {
        town.clock.advance(Instant::HOUR);
        let [anna, boris, vera] = [0, 1, 2].map(|i| town.people[i].clone());
        for person in [&anna, &boris, &vera] {
            join_now(db, town, &opening, person).unwrap();
        }
        let node = lines(db, &opening);
        let ahead = |who| node.place(&opening.id, who, town.clock.now()).and_then(|x| x.ahead);
        assert_eq!((ahead(&boris), ahead(&vera)), (Some(1), Some(2)));
        for _ in 0..2 {
            leave_now(db, town, &opening, &boris);
        }
        let left = {
            let (id, who) = (opening.id.clone(), boris.clone());
            db.read_wait(move |tx| entry(tx, &id, &who)).unwrap()
        };
        node.know(&opening.id, left);
        assert_eq!(node.place(&opening.id, &boris, town.clock.now()), None, "told here at once");
        node.follow(db, std::slice::from_ref(&opening)).unwrap();
        assert_eq!((ahead(&anna), ahead(&boris), ahead(&vera)), (Some(0), None, Some(1)));

        assert_eq!(turn_now(db, town, &opening, Some(1)).admitted, 1);
        leave_now(db, town, &opening, &anna);
        assert_eq!(code(hold(db, town, &offer(town, &opening), &anna, at(8, 9, 0))), "E-WAIT-01");
        let next = turn_now(db, town, &opening, Some(2));
        assert_eq!((next.served, next.admitted), (1, 1), "there is room for the next one");
        node.follow(db, std::slice::from_ref(&opening)).unwrap();
        let vera_now = node.place(&opening.id, &vera, town.clock.now()).unwrap();
        assert_eq!(vera_now.standing, Standing::Inside);
        assert_eq!(join_now(db, town, &opening, &boris).unwrap().rank, Some(4));

        hold(db, town, &offer(town, &opening), &vera, at(8, 9, 0)).unwrap();
        leave_now(db, town, &opening, &vera);
        turn_now(db, town, &opening, None);
        let served = lines(db, &opening).place(&opening.id, &vera, town.clock.now()).unwrap();
        assert_eq!(served.standing, Standing::Served, "a time that was taken stays");
    });
}

#[test]
fn whoever_leaves_the_list_of_a_lottery_is_not_drawn() {
    each(Mode::Lottery, |db, town, opening| {
        let [anna, boris, vera] = [0, 1, 2].map(|i| town.people[i].clone());
        for person in [&anna, &boris, &vera] {
            join_now(db, town, &opening, person).unwrap();
        }
        leave_now(db, town, &opening, &anna);
        leave_now(db, town, &opening, &boris);
        let node = lines(db, &opening);
        assert_eq!(node.line(&opening.id).listed(), 1);
        let back = join_now(db, town, &opening, &boris).unwrap();
        node.know(&opening.id, [back]);
        assert!(node.place(&opening.id, &boris, town.clock.now()).is_some());
        town.clock.advance(Instant::HOUR);
        turn_now(db, town, &opening, Some(0));
        let id = opening.id.clone();
        let drawn = db.read_wait(move |tx| proof(tx, &id)).unwrap();
        assert_eq!((drawn.entries.len(), drawn.holds()), (2, true));
    });
}

#[test]
fn a_key_joins_once_and_is_good_for_one_line() {
    each(Mode::Fifo, |db, town, opening| {
        town.clock.advance(Instant::HOUR);
        let anna = town.people[0].clone();
        let join_with = |keys: &[(&str, &str)]| -> Vec<Result<Entry, Refusal>> {
            let one = |(key, path): &(&str, &str)| Candidate {
                account: anna.clone(),
                level: Level::Verified,
                needed: Level::Standard,
                key: Some((town.cx(&anna), Key::new(*key, &[path]))),
            };
            let (cx, id) = (town.cx(&anna), opening.id.clone());
            let people: Vec<Candidate> = keys.iter().map(one).collect();
            db.write_wait(move |tx| join(tx, &cx, &id, &people)).unwrap()
        };
        let twice = join_with(&[("a", "here"), ("a", "here")]);
        assert!(twice.iter().all(|x| x.as_ref().is_ok_and(|x| x.rank == Some(1))), "{twice:?}");
        leave_now(db, town, &opening, &anna);
        let again = join_with(&[("a", "here")]).remove(0).unwrap();
        assert_eq!(again.standing, Standing::Out, "a repeated key joins nobody anew");
        assert_eq!(join_with(&[("a", "there")]).remove(0).unwrap_err().code, "E-IDEM-01");
        assert_eq!(join_with(&[("b", "here")]).remove(0).unwrap().rank, Some(2));
    });
}
