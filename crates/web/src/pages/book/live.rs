//! Live times: server-sent events that say «changed» when the free times of a page have changed.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use base::{Id, Kind, Refusal};
use futures_util::stream;
use rooms::availability::Scope;
use rooms::portal::Portal;
use tokio::sync::broadcast;

use crate::{Answer, Query, Visit};

/// Holds that run out tell nobody: they are noticed this much later at most.
const LOOK: Duration = Duration::from_secs(5);
/// How often a silent stream shows that it is alive.
const ALIVE: Duration = Duration::from_secs(15);
/// A page that is left open for long asks anew: the server forgets it.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// Watches the free times of a resource or a site.
pub(crate) async fn events(visit: Visit, Query(query): Query) -> Answer {
    let portal = visit.app.portal();
    let unknown = || Refusal::new(Kind::NotFound, "E-REQ-01");
    let service = portal.city.catalogue.service(query.text("service")).ok_or_else(unknown)?;
    let whose = match (query.opt("resource"), query.opt("site")) {
        (Some(id), _) => Whose::Resource(id.into()),
        (None, Some(id)) => Whose::Site(id.into()),
        (None, None) => return Err(unknown().into()),
    };
    let question = portal.question(service, "", visit.app.clock.now());
    question.first(&whose.scope()).ok_or_else(unknown)?;
    drop(question);
    let news = visit.app.live.watch();
    let mut watch = Watch { news, seen: (0, 0), visit, service: service.code.clone(), whose };
    watch.seen = watch.look();
    Ok(told(watch, LONGEST).into_response())
}

/// The changes, until the watch is over or the node stops: a browser asks again by itself.
fn told(watch: Watch, longest: Duration) -> impl IntoResponse {
    let end = tokio::time::Instant::now() + longest;
    let changes = stream::unfold(watch, move |mut watch| async move {
        let mut stopping = watch.visit.app.stopping.subscribe();
        tokio::select! {
            () = watch.next() => {}
            () = tokio::time::sleep_until(end) => return None,
            _ = stopping.wait_for(|x| *x) => return None,
        }
        Some((Ok::<_, Infallible>(Event::default().event("changed").data("changed")), watch))
    });
    Sse::new(changes).keep_alive(KeepAlive::new().interval(ALIVE))
}

/// Whose free times are watched.
enum Whose {
    Resource(Id),
    Site(Id),
}

impl Whose {
    fn scope(&self) -> Scope<'_> {
        match self {
            Self::Resource(id) => Scope::Resource(id),
            Self::Site(id) => Scope::Site(id),
        }
    }

    fn concerns(&self, portal: &Portal, resource: &Id) -> bool {
        match self {
            Self::Resource(id) => id == resource,
            Self::Site(id) => portal.city.offices.resource(resource).is_some_and(|x| x.site == *id),
        }
    }
}

struct Watch {
    visit: Visit,
    service: String,
    whose: Whose,
    news: broadcast::Receiver<Id>,
    seen: (u64, i64),
}

impl Watch {
    /// Waits until the free times may differ from those seen before.
    async fn next(&mut self) {
        loop {
            self.hear().await;
            let now = self.look();
            if now != self.seen {
                self.seen = now;
                return;
            }
        }
    }

    /// Waits for news about one of the resources, or for a while.
    async fn hear(&mut self) {
        let heard = async {
            loop {
                match self.news.recv().await {
                    Ok(id) if !self.whose.concerns(&self.visit.app.portal(), &id) => {}
                    _ => return,
                }
            }
        };
        if tokio::time::timeout(LOOK, heard).await.is_err() {
            tracing::trace!("no news, looking anyway");
        }
    }

    /// The versions of what is taken and of the rules.
    fn look(&self) -> (u64, i64) {
        let (portal, now) = (self.visit.app.portal(), self.visit.app.clock.now());
        let service = portal.city.catalogue.service(&self.service);
        let taken = service.map_or(0, |service| {
            portal.question(service, "", now).mark_of(&self.whose.scope()).version()
        });
        (taken, portal.schedule.version)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{HeaderMap, Method, Uri};
    use http_body_util::BodyExt as _;

    use super::*;

    #[test]
    fn a_quiet_stream_ends_after_its_time_and_with_the_node() {
        let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
        let app = crate::testing::app(db);
        crate::testing::run(async {
            let open = |longest: Duration| -> Body {
                let uri = Uri::from_static("/slots/events");
                let visit = Visit::new(&app, &Method::GET, &uri, &HeaderMap::new());
                let (news, service) = (app.live.watch(), String::new());
                let whose = Whose::Resource("nobody".into());
                let mut watch = Watch { news, seen: (0, 0), visit, service, whose };
                watch.seen = watch.look();
                told(watch, longest).into_response().into_body()
            };
            assert!(open(Duration::ZERO).frame().await.is_none());
            let mut open = open(LONGEST);
            tokio::join!(async { assert!(open.frame().await.is_none()) }, async {
                app.stopping.send_replace(true)
            },);
        });
    }
}
