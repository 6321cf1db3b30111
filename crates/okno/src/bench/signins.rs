//! Two thousand people sign in at once: does whoever books notice?
//!
//! A password costs tens of milliseconds of a core on purpose, so a crowd that signs in is the
//! easiest way to starve everything else.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use base::{Fault, Outcome};

use super::drive::USUAL;
use super::ground::Ground;
use super::http::{Conn, form, get};
use super::load::{Load, Tally, Turn};
use super::process::Server;
use super::report::{Row, Target, number};
use super::town::{PASSWORD, Wishes, phone};
use super::writes::Booking;

const NAME: &str = "signins";
/// People who sign in.
const CROWD: usize = 2000;
/// How often somebody who is sent away tries again.
const TRIES: usize = 200;
/// Bookings go on at this share of what the server can do.
const SHARE: f64 = 0.25;
/// Seconds after which nobody waits for the crowd any more.
const LONGEST: f64 = 600.0;

/// Each visitor is another person, comes from an address of their own, and tries until they are in.
struct SignIns(Arc<Wishes>);

impl Turn for SignIns {
    async fn go(&self, conn: &mut Conn, n: u64) -> io::Result<u16> {
        let phone = phone(n as usize % self.0.people.len()).replace('+', "%2B");
        let body = format!("identifier={phone}&password={PASSWORD}");
        // A network for each: those who share one are slowed down together.
        let from = format!("10.{}.{}.1", n >> 8 & 255, n & 255);
        let heads = [("sec-fetch-site", "same-origin"), ("x-forwarded-for", from.as_str())];
        let request = form("/signin", &heads, &body);
        for _ in 0..TRIES {
            let reply = conn.ask(&request).await?;
            let pause = reply.head("retry-after").and_then(|x| x.parse().ok()).unwrap_or(1);
            if reply.status != 503 {
                return Ok(reply.status);
            }
            tokio::time::sleep(Duration::from_secs(pause)).await;
            // The server has closed a connection on which nothing was said for so long.
            *conn = conn.anew();
        }
        Ok(503)
    }
}

/// Bookings that go on for as long as people sign in.
struct Beside {
    bookings: Booking,
    all_are_in: Arc<AtomicBool>,
}

impl Turn for Beside {
    async fn go(&self, conn: &mut Conn, n: u64) -> io::Result<u16> {
        self.bookings.go(conn, n).await
    }

    fn is_over(&self) -> bool {
        self.all_are_in.load(Ordering::Relaxed)
    }
}

pub(super) fn signins(ground: &Ground) -> Outcome<Vec<Row>> {
    let (town, seconds) = (ground.sqlite()?, ground.seconds);
    let server = town.serve()?;
    let address = server.address;
    let most = Load::closed(address, USUAL, seconds).run(Booking::in_town(town))?.rate();
    let rate = most * SHARE;
    let calm = Load::closed(address, USUAL, seconds * 2.0).at(rate).run(Booking::in_town(town))?;
    let wishes = town.wishes.clone();
    let all_are_in = Arc::new(AtomicBool::new(false));
    let bookings = Beside { bookings: Booking::in_town(town), all_are_in: all_are_in.clone() };
    let (crowd, beside) = thread::scope(|scope| {
        let crowd = scope.spawn(move || {
            let crowd = Load::rush(address, CROWD).run(SignIns(wishes));
            all_are_in.store(true, Ordering::Relaxed);
            crowd
        });
        let beside = Load::closed(address, USUAL, LONGEST).at(rate).run(bookings);
        let died = |_panic| Fault::new("the crowd panicked");
        Ok::<_, base::Error>((crowd.join().map_err(died)??, beside?))
    })?;
    let peak = server.peak();
    drop(server);
    let bare = bare(rate * 2.0, seconds * 4.0)?;
    let (before, during) = (calm.good.ms(0.99), beside.good.ms(0.99));
    let row = |what: &str, value, unit| Row::new(NAME, format!("{CROWD} {what}"), value, unit);
    let worst = |tally: &Tally| tally.by_second.iter().map(|x| x.ms(0.99)).fold(0.0, f64::max);
    Ok(vec![
        row(
            "sign in at once: p99 of a booking until all are in, times that of before",
            during / before,
            "×",
        )
        .target(Target::AtMost(2.0))
        .beside(format!(
            "{} ms, before {} ms, at {}/s; {}",
            number(during),
            number(before),
            number(rate),
            beside.summary()
        )),
        row("sign in at once: p99 of a booking in the worst second", worst(&beside), "ms")
            .beside(format!("in the worst second before {} ms", number(worst(&calm)))),
        row("come at once to a bare server: p99 in the worst second", worst(&bare), "ms")
            .beside(format!("of other calls, at {}/s", number(rate * 2.0))),
        row("sign in at once: memory at most", peak, "MB").target(Target::AtMost(600.0)),
        row("sign in at once: all are in after", crowd.seconds, "s")
            .beside(format!("{}; told to come again as often as needed", crowd.summary())),
    ])
}

/// Calls at a server that does nothing, while the same crowd knocks there once.
fn bare(rate: f64, seconds: f64) -> Outcome<Tally> {
    const LIKE_A_REFUSAL: usize = 2000;
    let server = Server::bare(LIKE_A_REFUSAL)?;
    let (address, page) = (server.address, || vec![get("/", &[])]);
    thread::scope(|scope| {
        scope.spawn(move || Load::rush(address, CROWD).run(page()));
        Load::closed(address, USUAL, seconds).at(rate).run(page())
    })
}
