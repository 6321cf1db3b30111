//! The soonest free times of several places at once. They may be a moment old.

use std::sync::Arc;

use base::{Instant, Outcome, Tx};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rooms::booking::{Free, Offer};
use rooms::portal::Portal;
use slots::Release;

use super::words::when;
use crate::Visit;

/// Most people find a time within a week, so that is asked first.
const NEAR_DAYS: i64 = 6;
/// A weekly opening may reach further than the horizon, but no further than this.
const LEAST_DAYS: i64 = 28;

/// The soonest free start of each group of offers, in words; `None` where everything is taken.
///
/// # Errors
/// A fault of the engine.
pub(crate) async fn soonest(
    visit: &Visit,
    portal: &Arc<Portal>,
    groups: Vec<Vec<Offer>>,
) -> Outcome<Vec<Option<String>>> {
    let zones: Vec<Option<TimeZone>> =
        groups.iter().map(|x| x.first().map(|offer| offer.zone.clone())).collect();
    let found = starts(visit, portal, groups, 1).await?;
    let words = |(starts, zone): (Vec<Instant>, Option<TimeZone>)| {
        Some(when(visit, *starts.first()?, &zone?))
    };
    Ok(found.into_iter().zip(zones).map(words).collect())
}

/// The soonest free starts of each group of offers, at most `limit` of each.
///
/// # Errors
/// A fault of the engine.
pub(crate) async fn starts(
    visit: &Visit,
    portal: &Arc<Portal>,
    groups: Vec<Vec<Offer>>,
    limit: usize,
) -> Outcome<Vec<Vec<Instant>>> {
    let (portal, now) = (portal.clone(), visit.app.clock.now());
    let query = move |tx: &mut Tx<'_>| {
        let free = Free { schedule: &portal.schedule, now, purpose: "" };
        groups.iter().map(|offers| first(tx, &free, offers, limit)).collect()
    };
    visit.db().read(query).await
}

fn first<'a>(
    tx: &mut Tx<'_>,
    free: &Free<'a>,
    offers: &'a [Offer],
    limit: usize,
) -> Outcome<Vec<Instant>> {
    let Some(offer) = offers.first() else { return Ok(vec![]) };
    let mut found = Vec::new();
    for days in windows(offer, free.now) {
        let rest = limit - found.len();
        if rest > 0 && days.0 <= days.1 {
            let slots = free.slots(tx, offers, days, rest)?;
            found.extend(slots.iter().map(|x| Instant::from_minutes(x.slot.start)));
        }
    }
    Ok(found)
}

/// The local dates on which a time may be free: the next week, then the rest.
fn windows(offer: &Offer, now: Instant) -> [(Date, Date); 2] {
    let terms = &offer.terms;
    let earliest = now.plus(i64::from(terms.lead) * Instant::MINUTE);
    let earliest = earliest.in_zone(&offer.zone).date();
    let days = i64::from(terms.horizon_days).max(LEAST_DAYS);
    let (from, to) = match &terms.release {
        Release::On { from, to, .. } => ((*from).max(earliest), *to),
        _ => (earliest, now.in_zone(&offer.zone).date().saturating_add(days.days())),
    };
    let near = from.saturating_add(NEAR_DAYS.days()).min(to);
    [(from, near), (near.saturating_add(1.day()), to)]
}
