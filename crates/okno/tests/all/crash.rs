//! The power fails while people book, move and cancel: what was acknowledged is there afterwards, in
//! that state or a later one, and the same call gives the same answer again.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Server, TempDir};

use crate::demo::{Demo, assert_verified_on, run};
use crate::program::{Call, Program, Reply};

const SERVICE: &str = "doctor-therapist";
const PROGRAMS: usize = 4;
/// How long people book before the power fails.
const WHILE: Duration = Duration::from_millis(1500);

/// What the portal promised about a booking, by its last acknowledged answer.
#[derive(Clone, Debug)]
struct Promise {
    /// Index of the program.
    whose: usize,
    booking: String,
    /// `hold`, `book`, `move`, `cancel`.
    step: &'static str,
    /// What was answered.
    said: Value,
}

/// What all programs heard.
#[derive(Debug, Default)]
struct Ledger {
    promises: Mutex<Vec<Promise>>,
    /// The last call of each program, and its answer if one came.
    last: Mutex<Vec<(usize, Call, Option<Reply>)>>,
}

impl Ledger {
    /// Keeps the promise in the place of an earlier one about the same booking.
    fn keep(&self, promise: Promise) {
        let mut all = self.promises.lock().unwrap();
        all.retain(|x| x.booking != promise.booking);
        all.push(promise);
    }

    fn count(&self, step: &str) -> usize {
        self.promises.lock().unwrap().iter().filter(|x| x.step == step).count()
    }
}

/// One person: holds, books, moves and cancels until the portal is told to be dead.
struct Person<'a> {
    whose: usize,
    base: &'a str,
    program: &'a Program,
    ledger: &'a Ledger,
    purposes: &'a [String],
    over: &'a AtomicBool,
}

impl Person<'_> {
    /// Makes a call; the answer of success. What the portal did not acknowledge is no promise.
    fn call(&self, path: &str, body: Value) -> Option<Value> {
        let call = Call::new(path, body);
        let reply = self.program.post(self.base, &call);
        let mut last = self.ledger.last.lock().unwrap();
        last.retain(|x| x.0 != self.whose);
        last.push((self.whose, call, reply.clone()));
        drop(last);
        match reply {
            Some(x) if x.status < 300 => Some(x.body),
            Some(x) if x.status < 500 => None,
            // The database is away, or the portal itself.
            _ => {
                thread::sleep(Duration::from_millis(50));
                None
            }
        }
    }

    fn heard(&self, booking: &str, step: &'static str, said: Value) {
        let (whose, booking) = (self.whose, booking.to_owned());
        self.ledger.keep(Promise { whose, booking, step, said });
    }

    /// Books for one purpose after the other. A person has one booking for a purpose, so the one of
    /// the round before is cancelled first; every second one is moved.
    fn live(&self, slots: &[Value]) {
        let mine = self.program.get(self.base, "/bookings?state=active&limit=100");
        let mine = mine["items"].as_array().unwrap().iter();
        let text = |x: &Value| x.as_str().unwrap_or_default().to_owned();
        let mut standing: HashMap<String, String> =
            mine.map(|x| (text(&x["purpose"]), text(&x["id"]))).collect();
        for (n, pair) in slots.chunks_exact(2).cycle().enumerate() {
            if self.over.load(Ordering::Relaxed) {
                return;
            }
            let purpose = &self.purposes[n % self.purposes.len()];
            if let Some(old) = standing.remove(purpose)
                && let Some(cancelled) = self.call(&format!("/bookings/{old}/cancel"), json!({}))
            {
                self.heard(&old, "cancel", cancelled);
            }
            if let Some(id) = self.book(&pair[0], purpose) {
                if n % 2 == 0 {
                    self.change(&id, &pair[1]);
                }
                standing.insert(purpose.clone(), id);
            }
        }
    }

    fn book(&self, slot: &Value, purpose: &str) -> Option<String> {
        let mut wish = place(slot);
        wish["service"] = SERVICE.into();
        let held = self.call("/holds", wish)?;
        let id = held["id"].as_str()?.to_owned();
        self.heard(&id, "hold", held);
        let booked = self.call("/bookings", json!({ "hold": id, "purpose": purpose }))?;
        self.heard(&id, "book", booked);
        Some(id)
    }

    fn change(&self, id: &str, slot: &Value) {
        if let Some(moved) = self.call(&format!("/bookings/{id}/reschedule"), place(slot)) {
            self.heard(id, "move", moved);
        }
    }
}

fn place(slot: &Value) -> Value {
    json!({ "resource": slot["resource"], "start": slot["start"] })
}

/// A portal that can be killed, the programs that talk to it, and what they heard.
struct Town {
    data: TempDir,
    database: Vec<String>,
    programs: Vec<Program>,
    ledger: Ledger,
}

impl Town {
    /// A filled demo with programs that have never booked.
    fn found(database: Vec<String>) -> Self {
        let data = TempDir::new();
        let town = Self { data, database, programs: Vec::new(), ledger: Ledger::default() };
        drop(town.portal());
        let tokens = town.data.path().join("tokens");
        let count = PROGRAMS.to_string();
        let seed = ["accounts", "seed", "--count", &count, "--tokens", tokens.to_str().unwrap()];
        let made = run(town.data.path(), &[&seed, town.database().as_slice()].concat());
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let tokens = std::fs::read_to_string(tokens).unwrap();
        Self { programs: tokens.lines().map(Program::new).collect(), ..town }
    }

    fn database(&self) -> Vec<&str> {
        self.database.iter().map(String::as_str).collect()
    }

    fn portal(&self) -> Demo {
        Demo::start_for_load(self.data.path(), &self.database())
    }

    /// People book at `demo` while `event` happens; then they stop.
    fn book_while(&self, demo: &mut Demo, event: impl FnOnce(&mut Demo)) {
        let base = demo.base.clone();
        let asked = &self.programs[0];
        let purposes = asked.get(&base, &format!("/services/{SERVICE}"))["purposes"].clone();
        let purposes = purposes.as_array().unwrap().iter();
        let purposes: Vec<String> = purposes.map(|x| x["code"].as_str().unwrap().into()).collect();
        let from = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let from = from.saturating_add(jiff::Span::new().days(3));
        let ask = format!("/slots?service={SERVICE}&region=70&from={from}&limit=1000");
        let slots = asked.get(&base, &ask)["slots"].as_array().unwrap().clone();
        assert!(slots.len() >= 400, "only {} free times", slots.len());
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            let shares = slots.chunks(slots.len().div_ceil(PROGRAMS));
            for (whose, (program, slots)) in self.programs.iter().zip(shares).enumerate() {
                let (base, ledger, over) = (base.as_str(), &self.ledger, &over);
                let purposes = purposes.as_slice();
                let person = Person { whose, base, program, ledger, purposes, over };
                scope.spawn(move || person.live(slots));
            }
            event(demo);
            over.store(true, Ordering::Relaxed);
        });
    }

    /// Every promise holds, nothing is at odds, and the last calls give the answers they gave.
    fn assert_kept(&self, demo: &Demo) {
        assert_verified_on(self.data.path(), &self.database());
        for promise in self.ledger.promises.lock().unwrap().iter() {
            let path = format!("/bookings/{}", promise.booking);
            let now = self.programs[promise.whose].get(&demo.base, &path);
            assert!(is_kept(promise, &now), "{promise:?} is now {now}");
        }
        for (whose, call, reply) in self.ledger.last.lock().unwrap().drain(..) {
            let again = self.programs[whose].post(&demo.base, &call).expect("the portal is there");
            match reply {
                Some(x) if x.status < 300 => assert_eq!(again, x, "{call:?}"),
                // What was not acknowledged happens now, or is refused: once in any case.
                _ => assert!(again.status < 500, "{call:?}: {again:?}"),
            }
        }
    }

    fn told(&self) -> String {
        let count = |step| format!("{step} {}", self.ledger.count(step));
        ["hold", "book", "move", "cancel"].map(count).join(", ")
    }
}

/// Whether a booking is where its promise said, or further.
fn is_kept(promise: &Promise, now: &Value) -> bool {
    let status = now["status"].as_str().unwrap_or_default();
    let cancelled = status == "cancelled_by_applicant";
    let stands = ["confirmed", "pending"].contains(&status);
    let same = |name: &str| now[name] == promise.said[name];
    match promise.step {
        "hold" => ["held", "expired"].contains(&status) || stands || cancelled,
        "book" => same("number") && (stands || cancelled),
        "move" => same("number") && same("start") && (cancelled || stands && same("code")),
        _ => cancelled && same("number"),
    }
}

#[test]
fn what_was_acknowledged_before_a_crash_is_there_after_it_on_sqlite() {
    survives(&Town::found(Vec::new()));
}

#[test]
fn what_was_acknowledged_before_a_crash_is_there_after_it_on_postgresql() {
    let Some(mut server) = Server::start() else { return };
    let town = Town::found(vec!["--database".into(), server.url()]);
    survives(&town);
    outlives(&town, &mut server);
}

/// The portal is killed three times among its work.
fn survives(town: &Town) {
    for round in 1..=3 {
        let before = town.ledger.promises.lock().unwrap().len();
        town.book_while(&mut town.portal(), |demo| {
            thread::sleep(WHILE);
            demo.kill();
        });
        let heard = town.ledger.promises.lock().unwrap().len() - before;
        assert!(heard > 10, "only {heard} bookings in {WHILE:?}");
        let demo = town.portal();
        town.assert_kept(&demo);
        let (told, took, memory) = (town.told(), demo.took, demo.memory());
        eprintln!("kill {round}: {told}; ready again after {took:?}, {memory} MB");
    }
    for step in ["book", "move", "cancel"] {
        assert!(town.ledger.count(step) > 0, "nothing ended with {step}");
    }
}

/// The database's server is killed; the portal stays and goes on when it is back.
fn outlives(town: &Town, server: &mut Server) {
    let mut demo = town.portal();
    let before = town.ledger.promises.lock().unwrap().len();
    town.book_while(&mut demo, |demo| {
        thread::sleep(WHILE);
        server.kill();
        thread::sleep(WHILE);
        let gone = town.ledger.promises.lock().unwrap().len();
        server.revive();
        thread::sleep(2 * WHILE);
        let back = town.ledger.promises.lock().unwrap().len();
        assert!(gone > before && back > gone + 10, "{before}, then {gone}, then {back}");
        assert!(demo.is_up(), "the portal ended");
    });
    town.assert_kept(&demo);
    eprintln!("the database was killed: {}", town.told());
}
