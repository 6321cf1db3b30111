//! Ten times what the server can do, for a minute: does the useful work go on, and is all well soon
//! after?

use std::io;
use std::sync::Arc;
use std::time::Duration;

use base::Outcome;

use super::country::VISIT;
use super::drive::USUAL;
use super::ground::Ground;
use super::hist::Hist;
use super::http::{Conn, get};
use super::load::{Load, Tally, Turn};
use super::process::Server;
use super::report::{Row, Target, number};
use super::town::Town;
use super::writes::Booking;

const NAME: &str = "overload";
/// Connections of the crowd.
const CROWD: usize = 5000;
/// How long a visitor waits for an answer before leaving: later work is done for nobody.
const PATIENCE: Duration = Duration::from_secs(3);
/// How much more is asked than can be done.
const TIMES: f64 = 10.0;
/// The crowd stays so many times longer than other phases of a run: a minute by default.
const LONGER: f64 = 12.0;
/// Seconds over which the useful work is looked at.
const WINDOW: usize = 5;

/// A visitor: looks at the calendar, holds a time, books it. Who is sent away goes.
struct Visitors {
    page: Vec<u8>,
    booking: Booking,
}

impl Visitors {
    fn in_town(town: &Town) -> Arc<Self> {
        let page = format!("/book/{VISIT}?resource={}", town.offers[0].resource);
        Arc::new(Self { page: get(&page, &[]), booking: Booking::in_town(town) })
    }
}

impl Turn for Arc<Visitors> {
    async fn go(&self, conn: &mut Conn, n: u64) -> io::Result<u16> {
        let looked = tokio::time::timeout(PATIENCE, conn.ask(&self.page)).await??;
        match looked.status {
            200 => tokio::time::timeout(PATIENCE * 2, self.booking.go(conn, n)).await?,
            status => Ok(status),
        }
    }
}

pub(super) fn overload(ground: &Ground) -> Outcome<Vec<Row>> {
    let (town, seconds) = (ground.sqlite()?, ground.seconds);
    let server = town.serve()?;
    let visitors = Visitors::in_town(town);
    Load::closed(server.address, USUAL, seconds / 5.0).run(visitors.clone())?;
    let most = Load::closed(server.address, USUAL, seconds).run(visitors.clone())?.rate();
    let calm = calm(&server, most, &visitors, seconds)?;
    let crowd = Load::closed(server.address, CROWD, seconds * LONGER).at(most * TIMES);
    let tally = crowd.run(visitors.clone())?;
    let recovery = recovery(&server, most, &visitors, calm.good.ms(0.99))?;
    drop(server);
    let bare = bare(most * TIMES, seconds * LONGER / 4.0)?;
    let by_second: Vec<u64> = tally.by_second.iter().map(Hist::count).collect();
    let worst = worst_window(&by_second, seconds * LONGER);
    let asked: u64 = tally.statuses.values().sum::<u64>() + tally.broken;
    let beside = format!(
        "worst {WINDOW} s: {}/s of {}/s; {} visits begun a second; {}",
        number(worst),
        number(most),
        number(asked as f64 / tally.seconds),
        tally.summary()
    );
    Ok(vec![
        Row::new(NAME, "overload: useful work of the maximum", worst / most * 100.0, "%")
            .target(Target::AtLeast(80.0))
            .beside(beside),
        Row::new(NAME, "overload: whoever is sent away hears it, p99", tally.shed.ms(0.99), "ms")
            .target(Target::AtMost(50.0))
            .beside(format!(
                "{} sent away; p50 {} ms; the crowd itself was late by {} ms",
                tally.shed.count(),
                number(tally.shed.ms(0.5)),
                number(tally.lag.ms(0.99))
            )),
        Row::new(NAME, "overload: the same crowd at a bare server, p99", bare.good.ms(0.99), "ms")
            .beside(format!(
                "{}/s; the crowd itself was late by {} ms",
                number(bare.rate()),
                number(bare.lag.ms(0.99))
            )),
        Row::new(NAME, "overload: visitors who left without an answer", tally.broken as f64, "")
            .beside(format!("after {} s", PATIENCE.as_secs())),
        Row::new(NAME, "overload: normal again after", recovery as f64, "s")
            .target(Target::AtMost(10.0))
            .beside(format!("p99 before {} ms", number(calm.good.ms(0.99)))),
    ])
}

/// The same crowd at a server that does nothing.
fn bare(rate: f64, seconds: f64) -> Outcome<Tally> {
    const LIKE_A_REFUSAL: usize = 2000;
    let server = Server::bare(LIKE_A_REFUSAL)?;
    Load::closed(server.address, CROWD, seconds).at(rate).run(vec![get("/", &[])])
}

/// Half of what the server can do.
fn calm(server: &Server, most: f64, visitors: &Arc<Visitors>, seconds: f64) -> Outcome<Tally> {
    Load::closed(server.address, USUAL * 4, seconds).at(most / 2.0).run(visitors.clone())
}

/// Seconds of calm load until one is as good as before: nobody sent away, times at most doubled.
fn recovery(server: &Server, most: f64, visitors: &Arc<Visitors>, p99: f64) -> Outcome<usize> {
    const PATIENCE: usize = 60;
    for second in 0..PATIENCE {
        let tally = calm(server, most, visitors, 1.0)?;
        if tally.faults() == 0 && tally.good.ms(0.99) <= (p99 * 2.0).max(20.0) {
            return Ok(second);
        }
    }
    Ok(PATIENCE)
}

/// The least useful turns a second over any [`WINDOW`] seconds of the load.
fn worst_window(by_second: &[u64], seconds: f64) -> f64 {
    let mut all = by_second.to_vec();
    all.resize(seconds.floor().max(1.0) as usize, 0);
    let width = WINDOW.min(all.len());
    let sums = all.windows(width).map(|x| x.iter().sum::<u64>());
    sums.min().unwrap_or(0) as f64 / width as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_window_counts_seconds_without_any_work() {
        assert_eq!(worst_window(&[10, 10, 10, 10, 10, 0, 0, 10, 10, 10], 10.0), 6.0);
        assert_eq!(worst_window(&[10, 10, 10, 10, 10], 10.0), 0.0);
    }
}
