//! Three nodes on one database: a guarded time goes to whoever came first to any of them, also while
//! one is killed and one stands still.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use base::db::Place;
use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, args};
use jiff::tz::TimeZone;
use rooms::admission::{self, Announce, Mode, Scope};
use serde_json::{Value, json};
use testkit::{Server, TempDir};

use crate::demo::{Demo, assert_verified_on, run};
use crate::program::{Call, Program};

const SERVICE: &str = "doctor-therapist";
const PEOPLE: usize = 96;
const TIMES: usize = 8;

/// The places of a day at one specialist, which open now.
struct Places {
    resource: String,
    /// Starts, and how many can be received at each.
    starts: Vec<(jiff::Timestamp, u64)>,
}

impl Places {
    fn find(program: &Program, base: &str) -> Self {
        let from = jiff::Zoned::now().date().saturating_add(jiff::Span::new().days(3));
        let ask = format!("/slots?service={SERVICE}&region=70&from={from}&limit=1000");
        let slots = program.get(base, &ask)["slots"].as_array().unwrap().clone();
        let mut days = BTreeMap::<(String, String), Vec<(jiff::Timestamp, u64)>>::new();
        for slot in slots {
            let text = |name: &str| slot[name].as_str().unwrap().to_owned();
            let (resource, start) = (text("resource"), text("start"));
            let time = (start.parse().unwrap(), slot["free"].as_u64().unwrap());
            days.entry((resource, start[..10].to_owned())).or_default().push(time);
        }
        let full = days.into_iter().find(|x| x.1.len() >= TIMES).expect("a day with many times");
        let ((resource, _), mut starts) = full;
        starts.truncate(TIMES);
        Self { resource, starts }
    }

    /// Announces that they open at the next full minute, and waits for it; gives the opening.
    fn open(&self, db: &Db, clock: &Clock) -> Id {
        let cx = Cx::new(clock, &Chance::os(), Actor::Engineer, Channel::Cli);
        let opens = base::Instant::from_minutes(cx.now.plus(65 * base::Instant::SECOND).minutes());
        let zone = TimeZone::get("Asia/Tomsk").unwrap();
        let day = self.starts[0].0.to_zoned(zone.clone()).date();
        let command = Announce {
            series: None,
            service: SERVICE.into(),
            scope: Scope::Resource(self.resource.as_str().into()),
            zone,
            mode: Mode::Fifo,
            opens,
            lasts_minutes: 60,
            choose_minutes: 10,
            from: day,
            to: day,
        };
        let id = db.write_wait(move |tx| admission::announce(tx, &cx, &command));
        let wait = opens.0 - clock.now().0 + base::Instant::SECOND;
        thread::sleep(Duration::from_micros(wait.unsigned_abs()));
        id.unwrap().unwrap()
    }
}

/// Everybody joins, and everybody is let in: there are fewer places than people.
fn let_in(db: &Db, opening: &Id, people: &[Program], bases: &[String]) {
    for (n, person) in people.iter().enumerate() {
        let call = Call::new(&format!("/openings/{opening}/place"), json!({}));
        let place = person.post(&bases[n % bases.len()], &call).unwrap();
        assert!(place.status < 300, "{place:?}");
    }
    let (id, until) = (opening.clone(), Clock::system().now().plus(base::Instant::HOUR));
    db.write_wait(move |tx| {
        tx.exec(
            "UPDATE opening SET admitted_to = last_rank, revision = revision + 1 WHERE id = $1",
            args![&id],
        )?;
        tx.exec(
            "UPDATE opening_entry SET state = 'inside', until_at = $2, revision =
               (SELECT revision FROM opening WHERE id = $1)
             WHERE opening_id = $1",
            args![&id, until],
        )?;
        Ok(())
    })
    .unwrap();
    // Every node looks once a second.
    thread::sleep(Duration::from_millis(2500));
}

/// Makes the call at one node, and again at the next while there is no answer of substance.
fn insist(person: &Program, call: &Call, bases: &[String], first: usize) -> (u16, Value) {
    for n in 0..60 {
        match person.post(&bases[(first + n) % bases.len()], call) {
            Some(reply) if reply.status < 500 => return (reply.status, reply.body),
            _ => thread::sleep(Duration::from_millis(100)),
        }
    }
    panic!("no answer to {call:?}");
}

/// A wish in line: start, key and number, in the order of arrival, and what was held.
fn record(db: &Db) -> Vec<(jiff::Timestamp, String, i64, Option<String>)> {
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
    let read = |(seq, ask, answer): (i64, String, String)| {
        let [ask, answer] = [ask, answer].map(|x| serde_json::from_str::<Value>(&x).unwrap());
        let start = base::Instant(ask["hold"]["start"].as_i64().unwrap()).timestamp();
        let key = ask["key"]["key"].as_str().unwrap().to_owned();
        (start, key, seq, answer["done"]["id"].as_str().map(str::to_owned))
    };
    rows.into_iter().map(read).collect()
}

#[test]
fn first_come_is_first_served_on_three_nodes_of_which_one_dies_and_one_stands_still() {
    let Some(server) = Server::start() else { return };
    let (url, data) = (server.url(), TempDir::new());
    let database = ["--database", url.as_str()];
    drop(Demo::start_on(data.path(), &database));
    let file = data.path().join("tokens");
    let count = PEOPLE.to_string();
    let seed = ["accounts", "seed", "--count", &count, "--tokens", file.to_str().unwrap()];
    let made = run(data.path(), &[&seed[..], &database].concat());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let people = std::fs::read_to_string(&file).unwrap();
    let people: Vec<Program> = people.lines().map(Program::new).collect();

    let mut nodes = [0, 1, 2].map(|_| Demo::serve_on(data.path(), &database));
    let bases: Vec<String> = nodes.iter().map(|x| x.base.clone()).collect();
    let (db, clock) = (testkit::open(&Place::parse(&url).unwrap()).unwrap(), Clock::system());
    let places = Places::find(&people[0], &bases[0]);
    let opening = places.open(&db, &clock);
    let_in(&db, &opening, &people, &bases);

    let (answered, began) = (AtomicUsize::new(0), Instant::now());
    let answers: Vec<(jiff::Timestamp, u16, Value)> = thread::scope(|scope| {
        let mut asked = Vec::new();
        for (n, person) in people.iter().enumerate() {
            let (start, resource) = (places.starts[n % TIMES].0, &places.resource);
            let wish =
                json!({ "service": SERVICE, "resource": resource, "start": start.to_string() });
            let (call, bases, answered) = (Call::new("/holds", wish), &bases, &answered);
            asked.push(scope.spawn(move || {
                let (status, body) = insist(person, &call, bases, n / TIMES % 3);
                answered.fetch_add(1, Ordering::Relaxed);
                (start, status, body)
            }));
        }
        while answered.load(Ordering::Relaxed) < 8 {
            thread::sleep(Duration::from_millis(1));
        }
        let (first, rest) = nodes.split_first_mut().unwrap();
        rest[0].signal("STOP");
        first.kill();
        eprintln!("killed and stopped after {} answers", answered.load(Ordering::Relaxed));
        // Longer than the server lets a transaction of the stopped one stand.
        thread::sleep(Duration::from_secs(8));
        rest[0].signal("CONT");
        asked.into_iter().map(|x| x.join().unwrap()).collect()
    });
    eprintln!("{PEOPLE} answers in {:?}", began.elapsed());

    let record = record(&db);
    for (start, places) in &places.starts {
        let told = answers.iter().filter(|x| x.0 == *start);
        let refused = told.clone().filter(|x| x.1 == 409 && x.2["code"] == "E-SLOT-01").count();
        let mut told: Vec<&str> = told.filter_map(|x| x.2["id"].as_str()).collect();
        assert_eq!(told.len() + refused, PEOPLE / TIMES, "everybody has an answer: {answers:?}");
        // By the first number under each key; whoever asks again meets the first answer.
        let mut came: Vec<(&str, Option<&str>)> = Vec::new();
        for (_, key, _, held) in record.iter().filter(|x| x.0 == *start) {
            match came.iter().find(|x| x.0 == key) {
                Some((_, first)) => assert_eq!(*first, held.as_deref(), "{key} has two answers"),
                None => came.push((key, held.as_deref())),
            }
        }
        let count = usize::try_from(*places).unwrap();
        let mut first: Vec<&str> = came.iter().take(count).filter_map(|x| x.1).collect();
        assert_eq!(first.len(), count, "the first who came have the places: {came:?}");
        assert!(came[count..].iter().all(|x| x.1.is_none()), "{came:?}");
        first.sort_unstable();
        told.sort_unstable();
        assert_eq!(told, first, "who won was told so, nobody else");
    }
    assert!(nodes[1].is_up() && nodes[2].is_up());
    assert_verified_on(data.path(), &database);
}
