//! Free times and pages: what people look at.

use std::time::Instant;

use base::{Fault, Outcome};
use rooms::availability::{Question, Scope};

use super::country::{AT_A_SITE, REGION, VISIT};
use super::drive::{USUAL, ask, ask_bare, drive, probe, usual_size};
use super::ground::Ground;
use super::hist::Hist;
use super::http::get;
use super::load::Load;
use super::report::{Row, Target, number};
use super::town::Town;

/// Runs of a question inside the process.
const ROUNDS: usize = 300;

/// The path of a question for the free slots of a fortnight.
fn slots(town: &Town, scope: &str, limit: usize) -> String {
    let (from, to) = town.fortnight();
    format!("/api/v1/slots?service={VISIT}&{scope}&from={from}&to={to}&limit={limit}")
}

fn of_each(town: &Town, count: usize) -> impl Iterator<Item = String> {
    let all = town.offers.iter().take(count);
    all.map(|x| slots(town, &format!("resource={}", x.resource), 1000))
}

pub(super) fn slots_of_one(ground: &Ground) -> Outcome<Vec<Row>> {
    const NAME: &str = "slots";
    let (town, seconds) = (ground.sqlite()?, ground.seconds);
    let server = town.serve()?;
    let paths: Vec<_> = of_each(town, town.offers.len()).collect();
    let requests: Vec<_> = paths.iter().map(|x| get(x, &[])).collect();
    let some = probe(server.address, &requests[..64.min(requests.len())])?;
    let size = usual_size(&some)?;
    let ours = ask(&server, seconds, requests)?;
    let known: Vec<_> = paths
        .iter()
        .zip(&some)
        .map(|(path, answer)| get(path, &[("if-none-match", &answer.etag)]))
        .collect();
    let unchanged = ask(&server, seconds, known)?;
    let bare = ask_bare(size, seconds, get("/", &[]))?;
    let beside = format!(
        "bare server {} CPU-ms; {} bytes; {}",
        number(bare.cpu_ms),
        size,
        ours.tally.summary()
    );
    let known_here = paths.iter().zip(cookies(town));
    let known_here = known_here.map(|(path, cookie)| get(path, &[("cookie", &cookie)])).collect();
    let own = ask(&server, seconds, known_here)?;
    let what = "free slots of one resource, 14 days, over HTTP";
    let rate = "free slots of one resource, 14 days: rate";
    let known = "the same with an unchanged ETag: 304";
    Ok(vec![
        Row::new(NAME, what, ours.cpu_ms, "CPU-ms").target(Target::AtMost(0.04)).beside(beside),
        Row::share(
            (NAME, rate),
            (ours.rate(), bare.rate()),
            60.0,
            "bare axum GET of the same size",
        ),
        Row::share((NAME, known), (unchanged.rate(), bare.rate()), 80.0, "bare axum GET")
            .noting(unchanged.tally.summary()),
        Row::new(NAME, "the same for people who are signed in: made anew", own.cpu_ms, "CPU-ms")
            .beside(format!("{}/s", number(own.rate()))),
    ])
}

/// Cookies of people who are signed in, over and over.
fn cookies(town: &Town) -> impl Iterator<Item = String> {
    town.wishes.people.iter().cycle().map(|x| format!("okno={}", x.token))
}

pub(super) fn slots_of_a_site(ground: &Ground) -> Outcome<Vec<Row>> {
    let town = ground.sqlite()?;
    let server = town.serve()?;
    let sites = town.offers.iter().step_by(AT_A_SITE);
    let paths = sites.map(|x| slots(town, &format!("site={}", x.site), 50));
    let requests: Vec<_> = paths.map(|x| get(&x, &[])).collect();
    let ours = ask(&server, ground.seconds, requests)?;
    let what = format!("free slots of {AT_A_SITE} resources in one call, soonest 50");
    let beside = format!("{}/s; {}", number(ours.rate()), ours.tally.summary());
    let row = Row::new("slots-site", what, ours.cpu_ms, "CPU-ms");
    Ok(vec![row.target(Target::AtMost(0.3)).beside(beside)])
}

pub(super) fn soonest(ground: &Ground) -> Outcome<Vec<Row>> {
    const NAME: &str = "soonest";
    let (town, seconds) = (ground.sqlite()?, ground.seconds);
    let inside = soonest_inside(town, &Scope::Region(REGION))?;
    let server = town.serve()?;
    let requests = vec![get(&slots(town, &format!("region={REGION}"), 20), &[])];
    let most = ask(&server, seconds, requests.clone())?;
    let rate = most.rate() / 2.0;
    let load = Load::closed(server.address, USUAL, seconds).at(rate);
    let half = drive(&server, load, requests)?;
    let count = town.offers.len();
    let inside_row =
        Row::new(NAME, format!("soonest 20 among {count}, in process, p99"), inside.ms(0.99), "ms")
            .target(Target::AtMost(1.0))
            .beside(format!("p50 {} ms", number(inside.ms(0.5))));
    let what = format!("soonest 20 among {count}, over HTTP at half the maximal rate, p99");
    let beside = format!(
        "at {}/s; p50 {} ms; {} CPU-ms",
        number(rate),
        number(half.tally.good.ms(0.5)),
        number(half.cpu_ms)
    );
    let over_http = Row::new(NAME, what, half.tally.good.ms(0.99), "ms");
    Ok(vec![inside_row, over_http.target(Target::AtMost(20.0)).beside(beside)])
}

/// The soonest twenty free starts somewhere, asked inside this process.
pub(super) fn soonest_inside(town: &Town, scope: &Scope<'_>) -> Outcome<Hist> {
    time(ROUNDS, |_| {
        let question = Question::of(&town.portal.availability, &town.offers[0], "", town.now());
        let found = question.soonest(scope, town.fortnight(), 20);
        enough(found.len(), 20)
    })
}

/// The free starts of one resource after the other, asked inside this process.
pub(super) fn one_inside(town: &Town) -> Outcome<Hist> {
    time(ROUNDS * 10, |i| {
        let (index, offer) = (&town.portal.availability, &town.offers[i % town.offers.len()]);
        let seat = index.seat(&offer.resource).ok_or_else(|| Fault::new("an unknown desk"))?;
        let question = Question::of(index, offer, "", town.now());
        enough(question.slots(&[seat], town.fortnight(), usize::MAX).len(), 1)
    })
}

/// An empty answer is quick and says nothing.
fn enough(found: usize, wanted: usize) -> Outcome<()> {
    match found >= wanted {
        true => Ok(()),
        false => Err(Fault::new(format!("{found} free starts where {wanted} are known")).into()),
    }
}

/// How long each of `rounds` runs takes; at most ten seconds in all.
#[allow(clippy::disallowed_methods, reason = "a stop watch of measurements")]
fn time(rounds: usize, mut act: impl FnMut(usize) -> Outcome<()>) -> Outcome<Hist> {
    let (mut hist, all) = (Hist::default(), Instant::now());
    for i in 0..rounds {
        let began = Instant::now();
        act(i)?;
        hist.add(began.elapsed().as_micros() as u64);
        if all.elapsed().as_secs() >= 10 {
            break;
        }
    }
    Ok(hist)
}

pub(super) fn page(ground: &Ground) -> Outcome<Vec<Row>> {
    const NAME: &str = "page";
    let (town, seconds) = (ground.sqlite()?, ground.seconds);
    let server = town.serve()?;
    let some = town.offers.iter().take(200);
    let paths: Vec<_> = some.map(|x| format!("/book/{VISIT}?resource={}", x.resource)).collect();
    let requests: Vec<_> = paths.iter().map(|x| get(x, &[])).collect();
    let own = paths.iter().zip(cookies(town));
    let own = own.map(|(path, cookie)| get(path, &[("cookie", &cookie)])).collect();
    let size = usual_size(&probe(server.address, &requests)?)?;
    let ours = ask(&server, seconds, requests)?;
    let own = ask(&server, seconds, own)?;
    let bare = ask_bare(size, seconds, get("/", &[]))?;
    let beside = format!("bare server {} CPU-ms; {size} bytes", number(bare.cpu_ms));
    Ok(vec![
        Row::share(
            (NAME, "calendar page, server-rendered: rate"),
            (ours.rate(), bare.rate()),
            30.0,
            "bare axum GET of the same size",
        ),
        Row::new(NAME, "calendar page, server-rendered", ours.cpu_ms, "CPU-ms")
            .target(Target::AtMost(1.0))
            .beside(beside),
        Row::new(NAME, "the same for people who are signed in: made anew", own.cpu_ms, "CPU-ms")
            .target(Target::AtMost(1.0))
            .beside(format!("{}/s", number(own.rate()))),
    ])
}
