//! The demo's opening: there is always one to try, a few minutes away or under way.

use std::sync::Arc;

use base::{Cx, Db, Instant, Outcome};
use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::admission::{self, Announce, Mode, Scope};
use crate::booking::Offer;
use crate::portal::Portal;

/// The service whose days open, and where.
const SERVICE: &str = "city-hall";
/// Code of the region.
const REGION: &str = "70";
/// Minutes between two openings.
const EVERY: i64 = 10;
/// Minutes from the start of the demo to the first one.
const FIRST: i64 = 2;
/// Minutes that a line goes on.
const LASTS: u32 = 8;
/// The day that opens lies so many days ahead: the first with free places, then the next one, …
const AHEAD: (i64, i64) = (5, 19);

/// Announces the next opening when there is none.
///
/// # Errors
/// A fault of the engine.
pub fn keep(db: &Db, portal: &Arc<Portal>, cx: &Cx) -> Outcome<()> {
    let known = portal.openings.of_service(SERVICE, cx.now).next();
    if known.is_some() {
        return Ok(());
    }
    let mut offers = portal.offers_of(SERVICE, &Scope::Service);
    // Where most of the demo's history is.
    offers.sort_by_key(|x| x.region != REGION);
    let Some(offer) = offers.into_iter().next() else { return Ok(()) };
    let before = portal.openings.all().iter().filter(|x| x.service == SERVICE).count() as i64;
    let wait = if before == 0 { FIRST } else { EVERY - i64::from(LASTS) };
    let minute = cx.now.minutes() + 1 + wait;
    let Some(day) = day(portal, &offer, (cx.now, before)) else { return Ok(()) };
    let command = Announce {
        series: None,
        service: SERVICE.into(),
        scope: Scope::Site(offer.site.clone()),
        zone: offer.zone.clone(),
        mode: if before % 2 == 0 { Mode::Fifo } else { Mode::Lottery },
        opens: Instant::from_minutes(minute),
        lasts_minutes: LASTS,
        choose_minutes: 3,
        from: day,
        to: day,
    };
    let cx = Cx { op: cx.new_id(), ..cx.clone() };
    db.write_wait(move |tx| admission::announce(tx, &cx, &command)).map(|_| ())
}

/// The next day with free places, a different one each time.
fn day(portal: &Portal, offer: &Offer, (now, before): (Instant, i64)) -> Option<Date> {
    let today = now.in_zone(&offer.zone).date();
    let days = (today.saturating_add(AHEAD.0.days()), today.saturating_add(AHEAD.1.days()));
    let counts = portal.availability.days(std::slice::from_ref(offer), ("", now), days);
    let free: Vec<Date> = counts.into_iter().filter(|x| x.free > 0).map(|x| x.date).collect();
    let which = (before as usize).checked_rem(free.len());
    which.map(|n| free[n])
}
