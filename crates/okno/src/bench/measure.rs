//! The measurements.

use std::time::Instant as Stopwatch;

use base::{Id, Instant, Outcome, args};
use jiff::civil::Date;
use rooms::availability::Scope;
use rooms::booking::{self, Offer};

use super::Figure;
use super::town::Town;

/// All measurements of the town.
pub(super) fn all(town: &Town, rounds: usize) -> Outcome<Vec<Figure>> {
    Ok(vec![
        slots_of_one(town, rounds)?,
        soonest_of_a_thousand(town, (rounds / 20).max(5))?,
        calendar_page(town, rounds)?,
        one_booking(town, rounds)?,
        many_bookings(town, rounds)?,
    ])
}

/// Middle and 99th percentile of `rounds` runs, in microseconds.
#[allow(clippy::disallowed_methods, reason = "a stopwatch of measurements")]
fn time(rounds: usize, mut act: impl FnMut(usize) -> Outcome<()>) -> Outcome<(f64, f64)> {
    let mut taken = Vec::with_capacity(rounds);
    for i in 0..rounds {
        let began = Stopwatch::now();
        act(i)?;
        taken.push(began.elapsed().as_secs_f64() * 1e6);
    }
    taken.sort_by(f64::total_cmp);
    Ok((taken[rounds / 2], taken[(rounds * 99 / 100).min(rounds - 1)]))
}

fn window(town: &Town, offer: &Offer) -> (Date, Date, Instant) {
    let now = town.app.clock.now();
    let today = now.in_zone(&offer.zone).date();
    let last = today.saturating_add(jiff::Span::new().days(13));
    (today, last, now)
}

/// Free times of one resource for 14 days; ceiling: only reading its live claims.
fn slots_of_one(town: &Town, rounds: usize) -> Outcome<Figure> {
    let portal = town.app.portal();
    let at = |i: usize| town.offers[i % town.offers.len()].clone();
    let (p50, p99) = time(rounds, |i| {
        let offer = at(i);
        let (from, to, now) = window(town, &offer);
        let offers = std::slice::from_ref(&offer);
        std::hint::black_box(portal.availability.slots(offers, ("", now), (from, to), usize::MAX));
        Ok(())
    })?;
    let (limit, _) = time(rounds, |i| {
        let (offer, now) = (at(i), town.app.clock.now());
        let read = move |tx: &mut base::Tx<'_>| booking::live_claims_of(tx, &offer.resource, now);
        town.app.db.read_wait(read).map(|_| ())
    })?;
    let ceiling = "reading the claims alone";
    Ok(Figure { what: "free times of one resource, 14 days", p50, p99, ceiling, limit })
}

/// The soonest 20 among all resources; ceiling: reading all their claims at once.
fn soonest_of_a_thousand(town: &Town, rounds: usize) -> Outcome<Figure> {
    let portal = town.app.portal();
    let service = portal.city.catalogue.service(&town.offers[0].service);
    let service = service.ok_or_else(|| base::Fault::new("the town has lost its service"))?;
    let (p50, p99) = time(rounds, |_| {
        let (from, to, now) = window(town, &town.offers[0]);
        let question = portal.question(service, "", now);
        std::hint::black_box(question.soonest(&Scope::Region("70"), (from, to), 20));
        Ok(())
    })?;
    let (limit, _) = time(rounds, |_| {
        let now = town.app.clock.now();
        town.app.db.read_wait(move |tx| booking::live_claims(tx, now, |_, _| ()))
    })?;
    let ceiling = "reading all their claims in one query";
    Ok(Figure { what: "soonest 20 among 1,000 resources, 14 days", p50, p99, ceiling, limit })
}

/// The calendar page through all layers; ceiling: a bare answer of the same size.
fn calendar_page(town: &Town, rounds: usize) -> Outcome<Figure> {
    let path = format!("/book/{}?resource=bench-3-7", town.offers[0].service);
    let portal = web::service(town.app.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let size = runtime.block_on(web::bench::get(portal.clone(), &path)).len();
    let bare = web::bench::bare(size);
    let (p50, p99) = time(rounds, |_| {
        runtime.block_on(web::bench::get(portal.clone(), &path));
        Ok(())
    })?;
    let (limit, _) = time(rounds, |_| {
        runtime.block_on(web::bench::get(bare.clone(), "/"));
        Ok(())
    })?;
    let ceiling = "a bare axum answer of the same size";
    Ok(Figure { what: "calendar page, server-rendered", p50, p99, ceiling, limit })
}

/// Hold and confirm, one caller; ceiling: two commits of the same rows.
fn one_booking(town: &Town, rounds: usize) -> Outcome<Figure> {
    let (p50, p99) = time(rounds, |i| town.book(10_000 + i).map(|_| ()))?;
    let (limit, _) = time(rounds, |_| {
        raw(town)?;
        raw(town)
    })?;
    let ceiling = "two commits of the same rows";
    Ok(Figure { what: "a booking (hold and confirm), one caller", p50, p99, ceiling, limit })
}

/// The same with sixteen callers, as time of the whole divided by bookings.
#[allow(clippy::disallowed_methods, reason = "a stopwatch of measurements")]
fn many_bookings(town: &Town, rounds: usize) -> Outcome<Figure> {
    const CALLERS: usize = 16;
    let each = (rounds / 4).max(20);
    let run = |act: &(dyn Fn(usize) -> Outcome<()> + Sync)| -> Outcome<f64> {
        let began = Stopwatch::now();
        std::thread::scope(|scope| {
            let callers = (0..CALLERS).map(|caller| {
                scope.spawn(move || (0..each).try_for_each(|i| act(caller * each + i)))
            });
            let callers: Vec<_> = callers.collect();
            callers.into_iter().try_for_each(|x| {
                x.join().unwrap_or_else(|_| Err(base::Fault::new("a caller panicked").into()))
            })
        })?;
        Ok(began.elapsed().as_secs_f64() * 1e6 / (CALLERS * each) as f64)
    };
    let p50 = run(&|i| town.book(100_000 + i).map(|_| ()))?;
    let limit = run(&|_| {
        raw(town)?;
        raw(town)
    })?;
    let ceiling = "two group commits of the same rows";
    Ok(Figure { what: "a booking, sixteen callers", p50, p99: p50, ceiling, limit })
}

/// Writes rows of the sizes that a hold writes, without any rule.
fn raw(town: &Town) -> Outcome<()> {
    let (now, chance) = (town.app.clock.now(), town.app.chance.clone());
    town.app.db.write_wait(move |tx| {
        let text = "x".repeat(160);
        for _ in 0..5 {
            let id = Id::new(now, &chance);
            tx.exec(
                "INSERT INTO attempt (scope, at, id) VALUES ($1, $2, $3)",
                args![&text, now, &id],
            )?;
        }
        Ok(())
    })
}
