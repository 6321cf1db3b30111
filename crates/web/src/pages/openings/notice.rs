//! «Booking for 1 to 7 December opens on …»: on the pages of the service and of its times.

use base::Id;
use rooms::admission::{Mode, Opening, Phase, Standing};
use rooms::booking::Offer;
use rooms::portal::Portal;

use super::{days, moment, place};
use crate::Visit;
use crate::pages::words::say;

/// An opening in a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    /// Its page.
    pub href: String,
    /// Name of the service.
    pub service: String,
    /// Whom or where it is about; may be empty.
    pub place: String,
    /// What opens, and when; or that it is open now.
    pub words: String,
    /// The words of the link to its page.
    pub more: String,
}

impl Notice {
    /// The sentence about `opening`.
    pub fn of(visit: &Visit, portal: &Portal, opening: &Opening) -> Self {
        let now = visit.app.clock.now();
        let running = opening.phase(now) == Phase::Running;
        let service = portal.city.catalogue.service(&opening.service);
        let place_in_line =
            visit.account().and_then(|who| visit.app.lines.place(&opening.id, who, now));
        let inside = place_in_line.filter(|x| running && x.standing == Standing::Inside);
        let until = inside.and_then(|x| x.until).map(|x| x.in_zone(&opening.zone));
        let key = match (running, &until) {
            (true, Some(_)) => "opening-notice-inside",
            (true, None) => "opening-notice-now",
            (false, _) if opening.mode == Mode::Lottery => "opening-notice-lottery",
            (false, _) => "opening-notice",
        };
        let time = until.map(|x| x.strftime("%H:%M").to_string()).unwrap_or_default();
        let (days, when) = (days(visit, opening), moment(visit, opening.opens, opening));
        Self {
            href: format!("/openings/{}", opening.id),
            service: service.map_or(String::new(), |x| say(visit, &x.passport.name)),
            place: place(visit, portal, opening),
            words: visit
                .tw(key, &[("days", days.into()), ("when", when.into()), ("time", time.into())]),
            more: match key {
                "opening-notice-now" => visit.t("opening-notice-join"),
                _ => visit.t("opening-notice-more"),
            }
            .to_owned(),
        }
    }
}

/// The openings of a service that are not over.
pub(crate) fn of_service(visit: &Visit, portal: &Portal, code: &str) -> Vec<Notice> {
    let now = visit.app.clock.now();
    portal.openings.of_service(code, now).map(|x| Notice::of(visit, portal, x)).collect()
}

/// The openings that cover one of these offers and are not over.
pub(crate) fn of_offers(visit: &Visit, portal: &Portal, offers: &[Offer]) -> Vec<Notice> {
    let now = visit.app.clock.now();
    let guards = offers.iter().flat_map(|x| &x.guards).filter(|x| now < x.ends);
    let mut ids: Vec<&Id> = guards.map(|x| &x.opening).collect();
    ids.dedup();
    ids.sort_unstable();
    ids.dedup();
    let known = ids.into_iter().filter_map(|id| portal.openings.get(id));
    known.map(|x| Notice::of(visit, portal, x)).collect()
}
