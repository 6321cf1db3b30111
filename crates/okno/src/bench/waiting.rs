//! Those who wait: ten thousand people stand in the line of an opening and ask for their place as
//! often as the server tells them to. They must cost next to nothing, and the database nothing.

use std::cell::{Cell, RefCell};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use base::{Actor, Channel, Cx, Fault, Id, Instant, Outcome};
use rooms::admission::{self, Announce, Mode, Scope};
use serde_json::json;
use tokio::time::{Instant as Moment, sleep, sleep_until};

use super::country::VISIT;
use super::drive::metric;
use super::ground::Ground;
use super::hist::Hist;
use super::http::{Conn, get};
use super::load::{Load, Turn};
use super::process::Server;
use super::report::{Row, Target, number};
use super::town::{Town, Wishes};
use super::writes::call;

const NAME: &str = "waiting";
/// People in line.
const PEOPLE: usize = 10_000;
/// How often somebody comes back who was sent away.
const TRIES: usize = 20;
/// The polls are measured so many times longer than other phases: everybody comes at least once.
const LONGER: f64 = 5.0;
/// Seconds between two polls of somebody who cannot be told how long the wait will be.
const USUAL_GAP: f64 = 15.0;
/// Statements that were run because somebody asked.
const STATEMENTS: &str = "okno_statements_total{for=\"requests\"}";

pub(super) fn waiting(ground: &Ground) -> Outcome<Vec<Row>> {
    let town = ground.sqlite()?;
    let opening = open(town)?;
    let server = town.serve()?;
    let line = Line { people: town.wishes.clone(), path: format!("/openings/{opening}") };
    let line = Rc::new(line);
    let joined = Load::rush(server.address, PEOPLE).run(Joining(line.clone()))?;
    if joined.statuses.get(&200) != Some(&(PEOPLE as u64)) {
        return Err(Fault::new(format!("not everybody got a place: {}", joined.summary())).into());
    }
    let mut rows = Vec::new();
    for by in [By::Page, By::Api] {
        // Who has just come is looked up once, and then known.
        polls(&server, &line, by, USUAL_GAP)?;
        rows.extend(polls(&server, &line, by, ground.seconds * LONGER)?);
    }
    drop(server);
    let (cx, id) = (cx(town, town.now()), opening);
    town.db.write_wait(move |tx| admission::close(tx, &cx, &id).map(|_| ()))?;
    Ok(rows)
}

fn cx(town: &Town, now: Instant) -> Cx {
    Cx { now, actor: Actor::Engineer, channel: Channel::Cli, ..town.cx(&Id::from("")) }
}

/// An opening of one desk's fortnight, announced two minutes ago and running for one.
fn open(town: &Town) -> Outcome<Id> {
    let minute = |at: Instant| Instant(at.0 - at.0.rem_euclid(Instant::MINUTE));
    let (offer, (from, to)) = (&town.offers[0], town.fortnight());
    let command = Announce {
        series: None,
        service: VISIT.into(),
        scope: Scope::Resource(offer.resource.clone()),
        zone: offer.zone.clone(),
        mode: Mode::Fifo,
        opens: minute(town.now().plus(-Instant::MINUTE)),
        lasts_minutes: 120,
        choose_minutes: 60,
        from,
        to,
    };
    let cx = cx(town, command.opens.plus(-Instant::MINUTE));
    let announced = town.db.write_wait(move |tx| admission::announce(tx, &cx, &command))?;
    announced.ok_or_else(|| Fault::new("the opening was there already").into())
}

/// The people in line and the address of their opening.
struct Line {
    people: Arc<Wishes>,
    path: String,
}

/// Everybody joins once; who is asked to come back does.
struct Joining(Rc<Line>);

impl Turn for Joining {
    async fn go(&self, conn: &mut Conn, n: u64) -> io::Result<u16> {
        let (person, path) = (&self.0.people.people[n as usize], format!("{}/place", self.0.path));
        for _ in 0..TRIES {
            let reply = call(conn, person, (&path, "waiting"), &json!({})).await?;
            let later = reply.head("retry-after").and_then(|x| x.parse().ok());
            match later.filter(|_| reply.status == 503) {
                Some(seconds) => sleep(Duration::from_secs(seconds)).await,
                None => return Ok(reply.status),
            }
        }
        Ok(503)
    }
}

/// The two ways to ask.
#[derive(Clone, Copy)]
enum By {
    /// The part of the page that a script renews.
    Page,
    /// The call of a program.
    Api,
}

impl By {
    fn request(self, line: &Line, n: usize, tag: &str) -> Vec<u8> {
        let cookie = format!("okno={}", line.people.people[n].token);
        let mut heads = vec![("cookie", cookie.as_str()), ("accept-encoding", "gzip")];
        if !tag.is_empty() {
            heads.push(("if-none-match", tag));
        }
        match self {
            Self::Page => {
                heads.push(("x-fragment", "line"));
                get(&line.path, &heads)
            }
            Self::Api => get(&format!("/api/v1{}/place", line.path), &heads),
        }
    }
}

/// Everybody polls until the end, each at the interval that the last answer told.
struct Polling {
    line: Rc<Line>,
    by: By,
    began: Moment,
    seconds: f64,
    unchanged: Cell<u64>,
    waits: RefCell<Hist>,
}

impl Turn for Rc<Polling> {
    async fn go(&self, conn: &mut Conn, n: u64) -> io::Result<u16> {
        let end = self.began + Duration::from_secs_f64(self.seconds);
        let mut due = self.began + Duration::from_secs_f64(USUAL_GAP * n as f64 / PEOPLE as f64);
        let mut tag = String::new();
        while due < end {
            sleep_until(due).await;
            let reply = conn.ask(&self.by.request(&self.line, n as usize, &tag)).await?;
            if !matches!(reply.status, 200 | 304) {
                return Ok(reply.status);
            }
            let gap = reply.head("retry-after").and_then(|x| x.parse().ok());
            let gap = gap.ok_or_else(|| io::Error::other("a poll without its next time"))?;
            tag = reply.head("etag").unwrap_or_default().to_owned();
            self.unchanged.set(self.unchanged.get() + u64::from(reply.status == 304));
            self.waits.borrow_mut().add((Moment::now() - due).as_micros() as u64);
            due += Duration::from_secs(gap);
            // Nobody keeps a connection for so long without a word.
            *conn = conn.anew();
        }
        Ok(200)
    }
}

/// Lets everybody poll for so long; what it cost.
fn polls(server: &Server, line: &Rc<Line>, by: By, seconds: f64) -> Outcome<Vec<Row>> {
    let polling = Rc::new(Polling {
        line: line.clone(),
        by,
        began: Moment::now(),
        seconds,
        unchanged: Cell::new(0),
        waits: RefCell::default(),
    });
    let (cpu, asked) = (server.cpu(), metric(server, STATEMENTS)?);
    let tally = Load::rush(server.address, PEOPLE).run(polling.clone())?;
    let (cpu, asked) = (server.cpu() - cpu, metric(server, STATEMENTS)? - asked);
    if tally.statuses.keys().any(|x| *x != 200) || tally.broken > 0 {
        return Err(Fault::new(format!("not every poll was answered: {}", tally.summary())).into());
    }
    let (waits, unchanged) = (polling.waits.take(), polling.unchanged.get());
    let way = if matches!(by, By::Page) { "page" } else { "API" };
    let of = |what: &str| format!("{PEOPLE} people wait and poll, {way}: {what}");
    let beside = format!(
        "{} polls a second, {} unchanged; p99 {} ms; memory {} MB",
        number(waits.count() as f64 / seconds),
        number(unchanged as f64 / seconds),
        number(waits.ms(0.99)),
        number(server.resident())
    );
    Ok(vec![
        Row::new(NAME, of("processor"), cpu / seconds * 100.0, "%")
            .target(Target::AtMost(40.0))
            .beside(format!("of one core; {beside}")),
        Row::new(NAME, of("statements a poll"), asked / waits.count().max(1) as f64, "")
            .target(Target::Exactly(0.0))
            .beside("a session is looked up once in five minutes"),
    ])
}
