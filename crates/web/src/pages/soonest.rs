//! The soonest free times, for cards of services, offices and people. They may be a moment old.

use base::{Id, Instant};
use rooms::availability::Scope;
use rooms::catalogue::Service;
use rooms::portal::Portal;

use super::words::when;
use crate::Visit;

/// The soonest free start of a service within the scope, in words; `None` where all is taken.
pub(crate) fn soonest(
    visit: &Visit,
    portal: &Portal,
    service: &Service,
    scope: &Scope<'_>,
) -> Option<String> {
    let question = portal.question(service, "", visit.app.clock.now());
    let found = *question.soonest(scope, question.whole(), 1).first()?;
    let desk = portal.availability.desk(found.seat)?;
    Some(when(visit, Instant::from_minutes(found.slot.start), &desk.site.zone))
}

/// The soonest free starts of a service at a resource, at most `limit`.
pub(crate) fn starts(
    visit: &Visit,
    portal: &Portal,
    service: &Service,
    resource: &Id,
    limit: usize,
) -> Vec<Instant> {
    let question = portal.question(service, "", visit.app.clock.now());
    let found = question.soonest(&Scope::Resource(resource), question.whole(), limit);
    found.iter().map(|x| Instant::from_minutes(x.slot.start)).collect()
}
