//! The rush: many people, few places, all at once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use base::{Fault, Instant, Outcome, args};
use rooms::availability::Question;
use serde_json::{Value, json};

use super::country::{RUSH, RUSHES};
use super::ground::Ground;
use super::http::Conn;
use super::load::{Load, Tally, Turn};
use super::process::Server;
use super::report::{Row, Target};
use super::town::{Town, Wishes};
use super::writes::call;

pub(super) fn five_hundred(ground: &Ground) -> Outcome<Vec<Row>> {
    let limits = Limits { name: "race", seconds: 1.0, memory: 60.0 };
    race(ground.sqlite()?, (0, 500), limits)
}

pub(super) fn ten_thousand(ground: &Ground) -> Outcome<Vec<Row>> {
    let limits = Limits { name: "rush", seconds: 30.0, memory: 300.0 };
    let mut rows = Vec::new();
    for town in ground.both()? {
        rows.extend(race(town, (1, 10_000), limits)?);
    }
    Ok(rows)
}

#[derive(Clone, Copy)]
struct Limits {
    name: &'static str,
    seconds: f64,
    memory: f64,
}

/// `clients` people want the places of a desk that no race has touched.
fn race(town: &Town, (which, clients): (usize, usize), limits: Limits) -> Outcome<Vec<Row>> {
    let (desk, starts, lanes) = RUSHES[which];
    let places = usize::from(starts) * lanes;
    let server = town.serve()?;
    let runners = Rc::new(Runners {
        wishes: town.wishes.clone(),
        desk,
        purpose: format!("p{which}"),
        starts: free_starts(town, desk)?,
        asked: RefCell::default(),
    });
    let tally = Load::rush(server.address, clients).run(runners.clone())?;
    let confirmed = confirmed(town, desk)?;
    let mut rows = rows(town, (clients, places), (&tally, &server, confirmed), limits);
    let asked = runners.asked.take();
    let what = format!("{clients} clients for {places} places, {}: overtaken", town.engine);
    let won = asked.iter().filter(|x| x.won).count();
    rows.push(
        Row::new(limits.name, what, overtaken(&asked) as f64, "")
            .target(Target::Exactly(0.0))
            .beside(format!("{won} of {} wishes came true, by arrival number", asked.len())),
    );
    Ok(rows)
}

/// A wish for a time, with its number in the line of the server.
#[derive(Debug)]
struct Asked {
    start: String,
    number: u64,
    won: bool,
}

/// Wishes that were refused although the same time was given to somebody who came later.
fn overtaken(asked: &[Asked]) -> usize {
    let mut last_winner: HashMap<&str, u64> = HashMap::new();
    for one in asked.iter().filter(|x| x.won) {
        let last = last_winner.entry(&one.start).or_default();
        *last = one.number.max(*last);
    }
    let late = |x: &&Asked| last_winner.get(x.start.as_str()).is_some_and(|last| x.number < *last);
    asked.iter().filter(|x| !x.won).filter(late).count()
}

fn rows(
    town: &Town,
    (clients, places): (usize, usize),
    (tally, server, confirmed): (&Tally, &Server, i64),
    limits: Limits,
) -> Vec<Row> {
    let name = limits.name;
    let of = |what: &str| format!("{clients} clients for {places} places, {}: {what}", town.engine);
    vec![
        Row::new(name, of("confirmed"), confirmed as f64, "")
            .target(Target::Exactly(places as f64))
            .beside(tally.summary()),
        Row::new(name, of("faults"), tally.faults() as f64, "").target(Target::Exactly(0.0)),
        Row::new(name, of("last answer"), tally.seconds, "s")
            .target(Target::AtMost(limits.seconds)),
        Row::new(name, of("memory at most"), server.peak(), "MB")
            .target(Target::AtMost(limits.memory)),
    ]
}

fn free_starts(town: &Town, desk: &str) -> Outcome<Vec<String>> {
    let portal = &town.portal;
    let none = || Fault::new("the desk of the rush is missing");
    let service = portal.city.catalogue.service(RUSH).ok_or_else(none)?;
    let resource = portal.city.offices.resource(&desk.into()).ok_or_else(none)?;
    let offer = portal.offer(service, resource).ok_or_else(none)?;
    let seat = portal.availability.seat(&offer.resource).ok_or_else(none)?;
    let question = Question::of(&portal.availability, &offer, "", town.now());
    let found = question.slots(&[seat], town.fortnight(), usize::MAX);
    Ok(found.iter().map(|x| Instant::from_minutes(x.slot.start).rfc3339(&offer.zone)).collect())
}

fn confirmed(town: &Town, desk: &'static str) -> Outcome<i64> {
    town.db.read_wait(move |tx| {
        Ok(tx.one(
            "SELECT count(*) FROM check_booking WHERE resource_id = $1 AND state = 'confirmed'",
            args![desk],
            |r| r.get(0),
        )?)
    })
}

/// Each asks for a time, then for the nearest free one, until one is booked or nothing is left.
struct Runners {
    wishes: Arc<Wishes>,
    desk: &'static str,
    purpose: String,
    starts: Vec<String>,
    asked: RefCell<Vec<Asked>>,
}

impl Turn for Rc<Runners> {
    async fn go(&self, conn: &mut Conn, n: u64) -> io::Result<u16> {
        let person = &self.wishes.people[n as usize];
        let mut start = self.starts[n as usize % self.starts.len()].clone();
        for attempt in 0.. {
            let key = format!("rush-{}-{attempt}", self.purpose);
            let body = json!({ "service": RUSH, "resource": self.desk, "start": start,
                               "purpose": self.purpose });
            let held = call(conn, person, ("/holds", &key), &body).await?;
            let won = held.status == 201;
            if won || held.status == 409 {
                let number = held.head("arrival-number").and_then(|x| x.parse().ok());
                let number = number.ok_or_else(|| io::Error::other("a wish without its number"))?;
                self.asked.borrow_mut().push(Asked { start: start.clone(), number, won });
            }
            if won {
                let body = json!({ "hold": held.json()["id"], "purpose": self.purpose,
                                   "consent": true });
                let key = format!("{key}-b");
                return Ok(call(conn, person, ("/bookings", &key), &body).await?.status);
            }
            match another(&held.json(), self.desk) {
                Some(other) if held.status == 409 => start = other,
                _ => return Ok(held.status),
            }
        }
        Ok(409)
    }
}

/// The nearest start at the same desk that the refusal offers.
fn another(refusal: &Value, desk: &str) -> Option<String> {
    let mut others = refusal["alternatives"].as_array()?.iter();
    let other = others.find(|x| x["resource"] == *desk)?;
    Some(other["start"].as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_was_refused_before_a_later_one_won_was_overtaken() {
        let asked = |start: &str, number, won| Asked { start: start.into(), number, won };
        let fair = [asked("a", 1, true), asked("a", 3, false), asked("b", 4, true)];
        assert_eq!(overtaken(&fair), 0);
        let unfair = [asked("a", 1, false), asked("a", 2, true), asked("a", 3, false)];
        assert_eq!(overtaken(&unfair), 1);
    }
}
