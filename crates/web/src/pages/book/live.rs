//! Live times: server-sent events that say «changed» when the free times of a page have changed.

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use axum::response::IntoResponse as _;
use axum::response::sse::{Event, KeepAlive, Sse};
use base::{Id, Kind, Outcome, Refusal};
use futures_util::stream;
use jiff::Span;
use rooms::booking::{Free, Offer};

use crate::{Answer, Query, Visit};

/// Holds of other nodes, and those that run out, are noticed this much later at most.
const LOOK: Duration = Duration::from_secs(15);
/// A page that is left open for long asks anew: the server forgets it.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// Watches the free times of a resource or a site.
pub(crate) async fn events(visit: Visit, Query(query): Query) -> Answer {
    let portal = visit.app.portal();
    let unknown = || Refusal::new(Kind::NotFound, "E-REQ-01");
    let service = portal.city.catalogue.service(query.text("service")).ok_or_else(unknown)?;
    let offices = &portal.city.offices;
    let offers: Vec<Offer> = match (query.opt("resource"), query.opt("site")) {
        (Some(id), _) => {
            let resource = offices.resource(&Id::from(id)).ok_or_else(unknown)?;
            portal.offer(service, resource).into_iter().collect()
        }
        (None, Some(id)) => {
            portal.offers_at(service, offices.site(&Id::from(id)).ok_or_else(unknown)?)
        }
        (None, None) => return Err(unknown().into()),
    };
    if offers.is_empty() {
        return Err(unknown().into());
    }
    let purpose = query.text("purpose").to_owned();
    let watch = Watch { news: visit.app.live.watch(), seen: 0, visit, offers, purpose };
    let began = tokio::time::Instant::now();
    let changes = stream::unfold(watch, move |mut watch| async move {
        if began.elapsed() > LONGEST {
            return None;
        }
        watch.next().await;
        Some((Ok::<_, Infallible>(Event::default().event("changed").data("changed")), watch))
    });
    Ok(Sse::new(changes).keep_alive(KeepAlive::new().interval(LOOK)).into_response())
}

struct Watch {
    visit: Visit,
    offers: Vec<Offer>,
    purpose: String,
    news: tokio::sync::broadcast::Receiver<Id>,
    seen: u64,
}

impl Watch {
    /// Waits until the free times differ from those seen before.
    async fn next(&mut self) {
        if self.seen == 0 {
            self.seen = self.look().await.unwrap_or(0);
        }
        loop {
            self.hear().await;
            match self.look().await {
                Ok(now) if now != self.seen => {
                    self.seen = now;
                    return;
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "live times cannot be read"),
            }
        }
    }

    /// Waits for news about one of the resources, or for a while.
    async fn hear(&mut self) {
        let heard = async {
            loop {
                match self.news.recv().await {
                    Ok(id) if self.offers.iter().all(|x| x.resource != id) => {}
                    _ => return,
                }
            }
        };
        if tokio::time::timeout(LOOK, heard).await.is_err() {
            tracing::trace!("no news, looking anyway");
        }
    }

    /// A digest of what is free now.
    async fn look(&self) -> Outcome<u64> {
        let (portal, now) = (self.visit.app.portal(), self.visit.app.clock.now());
        let (offers, purpose) = (self.offers.clone(), self.purpose.clone());
        self.visit
            .db()
            .read(move |tx| {
                let free = Free { schedule: &portal.schedule, now, purpose: &purpose };
                let today = offers.first().map(|x| now.in_zone(&x.zone).date());
                let today = today.unwrap_or_default();
                let last = today.saturating_add(Span::new().days(62));
                let mut digest = DefaultHasher::new();
                for found in free.slots(tx, &offers, (today, last), 10_000)? {
                    (found.slot.start, found.slot.free).hash(&mut digest);
                }
                Ok(digest.finish() | 1)
            })
            .await
    }
}
