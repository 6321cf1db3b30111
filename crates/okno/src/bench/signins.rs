//! Two thousand people sign in at once: does whoever books notice?
//!
//! A password costs tens of milliseconds of a core on purpose, so a crowd that signs in is the
//! easiest way to starve everything else.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use base::{Fault, Outcome};

use super::drive::USUAL;
use super::ground::Ground;
use super::http::{Conn, form, get};
use super::load::{Load, Tally, Turn};
use super::process::Server;
use super::report::{Row, Target, number};
use super::town::{PASSWORD, Town, Wishes, phone};
use super::writes::Booking;

const NAME: &str = "signins";
/// People who sign in.
const CROWD: usize = 2000;
/// How often somebody who is sent away tries again.
const TRIES: usize = 200;
/// Bookings go on at this share of what the server can do.
const SHARE: f64 = 0.25;

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

pub(super) fn signins(ground: &Ground) -> Outcome<Vec<Row>> {
    let (town, seconds) = (ground.sqlite()?, ground.seconds);
    let server = town.serve()?;
    let address = server.address;
    let most = Load::closed(address, USUAL, seconds).run(Booking::in_town(town))?.rate();
    let bookings = |town: &Town, seconds: f64| -> Outcome<Tally> {
        Load::closed(address, USUAL, seconds).at(most * SHARE).run(Booking::in_town(town))
    };
    let calm = bookings(town, seconds * 2.0)?;
    let wishes = town.wishes.clone();
    let (crowd, beside) = thread::scope(|scope| {
        let crowd = scope.spawn(move || Load::rush(address, CROWD).run(SignIns(wishes)));
        let beside = bookings(town, seconds * 4.0);
        let died = |_panic| Fault::new("the crowd panicked");
        Ok::<_, base::Error>((crowd.join().map_err(died)??, beside?))
    })?;
    let peak = server.peak();
    drop(server);
    let bare = bare(most * SHARE * 2.0, seconds * 4.0)?;
    let (before, during) = (calm.good.ms(0.99), beside.good.ms(0.99));
    let what = format!("{CROWD} sign in at once: p99 of a booking, times that of before");
    Ok(vec![
        Row::new(NAME, what, during / before, "×").target(Target::AtMost(2.0)).beside(format!(
            "{} ms, before {} ms, at {}/s; {}",
            number(during),
            number(before),
            number(most * SHARE),
            beside.summary()
        )),
        Row::new(
            NAME,
            format!("{CROWD} come at once to a bare server: p99"),
            bare.good.ms(0.99),
            "ms",
        )
        .beside(format!("of other calls, at {}/s", number(most * SHARE * 2.0))),
        Row::new(NAME, format!("{CROWD} sign in at once: memory at most"), peak, "MB")
            .target(Target::AtMost(600.0)),
        Row::new(NAME, format!("{CROWD} sign in at once: all are in after"), crowd.seconds, "s")
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
