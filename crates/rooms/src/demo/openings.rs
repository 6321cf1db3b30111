//! The demo's opening: there is always one to try, a few minutes away or under way.

use base::{Cx, Db, Instant, Outcome};
use jiff::ToSpan as _;

use crate::admission::{self, Announce, Mode, Scope};
use crate::portal::Portal;

/// The service whose days open, and where.
const SERVICE: &str = "city-hall";
/// Minutes between two openings.
const EVERY: i64 = 10;
/// Minutes from the start of the demo to the first one.
const FIRST: i64 = 2;
/// Minutes that a line goes on.
const LASTS: u32 = 8;
/// The day that opens lies so many days ahead, and then one more each time for a week.
const AHEAD: i64 = 5;

/// Announces the next opening when there is none.
///
/// # Errors
/// A fault of the engine.
pub fn keep(db: &Db, portal: &Portal, cx: &Cx) -> Outcome<()> {
    let known = portal.openings.of_service(SERVICE, cx.now).next();
    if known.is_some() {
        return Ok(());
    }
    let Some(offer) = portal.offers_of(SERVICE, &Scope::Service).into_iter().next() else {
        return Ok(());
    };
    let before = portal.openings.all().iter().filter(|x| x.service == SERVICE).count() as i64;
    let wait = if before == 0 { FIRST } else { EVERY - i64::from(LASTS) };
    let minute = cx.now.minutes() + 1 + wait;
    let today = cx.now.in_zone(&offer.zone).date();
    let day = today.saturating_add((AHEAD + before % 7).days());
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
