//! Holding and booking: what must be on the disk before it is answered.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use base::{Fault, Outcome};
use rooms::booking::Offer;
use serde_json::{Value, json};

use super::country::VISIT;
use super::drive::{Driven, USUAL, ask_bare, drive};
use super::floor;
use super::ground::Ground;
use super::http::{Conn, post};
use super::load::{Load, Turn};
use super::report::{Row, Target, number};
use super::town::{Person, Town, Wishes};
use super::yard;

/// Callers inside the process.
const CALLERS: usize = 64;
/// Holds that one measurement makes at most: a second hold of the same person replaces the first.
const MOST: u64 = (super::town::PEOPLE / 2) as u64;

/// A call of somebody who is signed in, as a page of our own sends it.
pub(super) async fn call<'c>(
    conn: &'c mut Conn,
    person: &Person,
    (path, key): (&str, &str),
    body: &Value,
) -> io::Result<super::http::Reply<'c>> {
    let cookie = format!("okno={}", person.token);
    let heads =
        [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin"), ("idempotency-key", key)];
    conn.ask(&post(&format!("/api/v1{path}"), &heads, &body.to_string())).await
}

/// Holds a free time and books it: both calls.
pub(super) struct Booking {
    pub wishes: Arc<Wishes>,
    pub offers: Arc<Vec<Offer>>,
}

impl Booking {
    pub fn in_town(town: &Town) -> Self {
        Self { wishes: town.wishes.clone(), offers: town.offers.clone() }
    }
}

impl Turn for Booking {
    async fn go(&self, conn: &mut Conn, _: u64) -> io::Result<u16> {
        let wish = self.wishes.next();
        let offer = &self.offers[wish.start.offer];
        let start = wish.start.at.rfc3339(&offer.zone);
        let key = format!("bench-{}-{}", wish.purpose, wish.start.at.0);
        let body = json!({ "service": VISIT, "resource": offer.resource, "start": start,
                           "purpose": wish.purpose });
        let held = call(conn, &wish.person, ("/holds", &key), &body).await?;
        if held.status != 201 {
            return Ok(held.status);
        }
        let body = json!({ "hold": held.json()["id"], "purpose": wish.purpose, "consent": true });
        let key = format!("{key}-b");
        Ok(call(conn, &wish.person, ("/bookings", &key), &body).await?.status)
    }
}

fn bookings(town: &Town, seconds: f64) -> Outcome<Driven> {
    let server = town.serve()?;
    Load::closed(server.address, USUAL, seconds / 5.0).run(Booking::in_town(town))?;
    drive(&server, Load::closed(server.address, USUAL, seconds), Booking::in_town(town))
}

pub(super) fn booking(ground: &Ground) -> Outcome<Vec<Row>> {
    const NAME: &str = "booking";
    let mut rows = Vec::new();
    for town in ground.both()? {
        let driven = bookings(town, ground.seconds)?;
        let most = if town.engine == "SQLite" { 0.25 } else { 0.6 };
        let what = format!("one booking, both calls and its letters, {}", town.engine);
        let floor = floor::rows_of_a_booking(town, ground.seconds)?;
        let (rate, answers) = (number(driven.rate()), driven.tally.summary());
        let beside = format!("its rows alone {floor:.3} CPU-ms; {rate}/s; {answers}");
        rows.push(
            Row::new(NAME, what, driven.cpu_ms, "CPU-ms")
                .target(Target::AtMost(most))
                .beside(beside),
        );
        if town.engine == "SQLite" {
            let bare = post("/", &[], &json!({ "hold": "x".repeat(26) }).to_string());
            let bare = ask_bare(200, ground.seconds, bare)?;
            let what = "hold and confirm over HTTP, calls a second";
            let rates = (driven.rate() * 2.0, bare.rate());
            rows.push(Row::share((NAME, what), rates, 50.0, "bare axum POST of JSON"));
        }
    }
    Ok(rows)
}

pub(super) fn claims(ground: &Ground) -> Outcome<Vec<Row>> {
    let town = ground.sqlite()?;
    let ours = holds(town, ground.seconds)?;
    let raw = yard::raw_group_commit(town, ground.seconds, CALLERS)?;
    let what = "claims a second in process, SQLite, synchronous=FULL";
    let ceiling = format!("raw writes of the same rows, {CALLERS} a commit");
    Ok(vec![Row::share(("claims", what), (ours, raw), 70.0, &ceiling)])
}

pub(super) fn claims_on_postgres(ground: &Ground) -> Outcome<Vec<Row>> {
    const NAME: &str = "claims-pg";
    let Some(town) = ground.postgres()? else { return Ok(Vec::new()) };
    let ours = holds(town, ground.seconds)?;
    let what = format!("claims a second in process, PostgreSQL, {CALLERS} callers");
    let Some(cluster) = ground.cluster()? else {
        return Ok(vec![Row::new(NAME, what, ours, "/s")]);
    };
    let bench = yard::pgbench(town, cluster, ground.path(), (CALLERS, ground.seconds))?;
    let row = match bench {
        None => Row::new(NAME, what, ours, "/s").beside("pgbench is not installed"),
        Some(bench) => Row::new(NAME, format!("{what}: times pgbench"), ours / bench, "×")
            .target(Target::AtLeast(5.0))
            .beside(format!(
                "{}/s of {}/s: pgbench, the same rows one booking a transaction, {CALLERS} clients",
                number(ours),
                number(bench)
            )),
    };
    Ok(vec![row])
}

/// Holds a second by callers who wait for each answer.
#[allow(clippy::disallowed_methods, reason = "a stop watch of measurements")]
fn holds(town: &Town, seconds: f64) -> Outcome<f64> {
    let (made, begun, began) = (AtomicU64::new(0), AtomicU64::new(0), Instant::now());
    let caller = || -> Outcome<()> {
        while began.elapsed().as_secs_f64() < seconds
            && begun.fetch_add(1, Ordering::Relaxed) < MOST
        {
            let held = town.hold(&town.wishes.next())?;
            made.fetch_add(u64::from(held), Ordering::Relaxed);
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(caller)).collect();
        let died = |_panic| Fault::new("a caller panicked");
        callers.into_iter().try_for_each(|x| x.join().map_err(died)?)
    })?;
    Ok(made.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64())
}
