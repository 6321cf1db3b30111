//! What a larger country costs, and what the smallest one needs.

use std::time::{Duration, Instant};

use base::Outcome;
use rooms::availability::Scope;
use rooms::places::Point;

use super::country::THOUSAND;
use super::ground::Ground;
use super::process::Server;
use super::reads::{one_inside, soonest_inside};
use super::report::{Row, Target, number};
use super::town::Town;

/// Resources of the large country.
const LARGE: usize = 100 * THOUSAND;
/// The middle of the country, and kilometres within which all of it lies.
const MIDDLE: Point = Point { lat_e6: 62_000_000, lon_e6: 95_000_000 };
const FAR: f64 = 20_000.0;
/// What a search in a tree would cost more in it: log 100,000 / log 1,000.
const LIKE_A_LOGARITHM: f64 = 5.0 / 3.0;

#[allow(clippy::disallowed_methods, reason = "a stop watch of measurements")]
pub(super) fn growth(ground: &Ground) -> Outcome<Vec<Row>> {
    const NAME: &str = "growth";
    let built = |name: &str, resources: usize| {
        let folder = ground.folder(name)?;
        let url = format!("sqlite:{}", folder.join("okno.db").display());
        eprintln!("building a country of {resources} resources …");
        let began = Instant::now();
        Ok::<_, base::Error>((Town::build(&url, folder, None, resources)?, began.elapsed()))
    };
    let (small, _) = built("small", THOUSAND)?;
    let everywhere = Scope::Near(MIDDLE, FAR);
    let (one, soonest) = (one_inside(&small)?, soonest_inside(&small, &everywhere)?);
    drop(small);
    let (large, took) = built("large", LARGE)?;
    let (one_large, soonest_large) = (one_inside(&large)?, soonest_inside(&large, &everywhere)?);
    let row = |what: &str, (small, large): (f64, f64), most: f64| {
        let beside = format!("p50 {} ms, then {} ms", number(small), number(large));
        let times = large / small.max(0.001);
        Row::new(NAME, what, times, "×").target(Target::AtMost(most)).beside(beside)
    };
    let built =
        Row::new(NAME, "a country of 100,000 resources is built in", took.as_secs_f64(), "s");
    Ok(vec![
        row(
            "one resource's slots, 100,000 instead of 1,000",
            (one.ms(0.5), one_large.ms(0.5)),
            2.0,
        ),
        row(
            "soonest 20 of all, 100,000 instead of 1,000",
            (soonest.ms(0.5), soonest_large.ms(0.5)),
            LIKE_A_LOGARITHM,
        ),
        built,
    ])
}

pub(super) fn idle(ground: &Ground) -> Outcome<Vec<Row>> {
    const NAME: &str = "idle";
    let folder = ground.folder("demo")?;
    drop(Server::demo(&folder)?);
    let mut starts: Vec<Duration> = Vec::new();
    for _ in 0..3 {
        starts.push(Server::demo(&folder)?.took);
    }
    starts.sort_unstable();
    let server = Server::demo(&folder)?;
    std::thread::sleep(Duration::from_secs(2));
    let before = server.cpu();
    std::thread::sleep(Duration::from_secs(5));
    let busy = (server.cpu() - before) / 5.0 * 100.0;
    Ok(vec![
        Row::new(NAME, "idle demo", server.resident(), "MB")
            .target(Target::AtMost(60.0))
            .beside(format!("{} % of a core", number(busy))),
        Row::new(NAME, "start of the demo on its database", starts[1].as_secs_f64() * 1e3, "ms")
            .target(Target::AtMost(300.0)),
    ])
}
