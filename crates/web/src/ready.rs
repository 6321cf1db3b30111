//! Ready answers: what every guest would get alike is made once and given again, in front of all
//! layers, while what it depends on stays as it was.
//!
//! In a rush most requests are guests who look at the same few calendars. A handler whose answer
//! hangs on nothing but the address, the picture of reference data, the free time of some resources
//! and the minute says so by [`Visit::lasting`]. Then [`Front`] keeps the finished answer, compressed
//! and with its heads, under everything of a request that could change it.
//!
//! Nothing personal gets here: whoever brings a session or a token is led past, and an answer that
//! sets a cookie is not kept.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::hash::{BuildHasher as _, RandomState};
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use base::{Id, Instant};
use http_body_util::BodyExt as _;
use rooms::availability::Mark;
use rooms::portal::Portal;
use tower::{BoxError, Service};

use crate::route::Rate;
use crate::shed::Guard;
use crate::{Answer, App, Visit, cookies};

/// The most bytes that all answers together may take; further ones are made anew.
const ROOM: usize = 32 << 20;
/// The most bytes of one answer.
const LARGEST: usize = 256 << 10;
/// What an answer can hang on, besides its address.
const HEADS: [&str; 5] =
    ["cookie", "accept-language", "accept-encoding", "if-none-match", "x-fragment"];

/// What an answer depends on. Rides in its extensions.
#[derive(Clone, Debug)]
pub(crate) struct Lasting {
    portal: Weak<Portal>,
    mark: Option<Mark>,
    minute: i64,
}

impl Visit {
    /// The answer, with word that every guest would get the same until the minute is over, the
    /// picture changes, or the free time that `mark` names.
    pub(crate) fn lasting(
        &self,
        answer: Answer,
        portal: &Arc<Portal>,
        mark: Option<Mark>,
    ) -> Answer {
        let mut answer = answer?;
        if self.signed_in.is_none() {
            let (portal, minute) = (Arc::downgrade(portal), self.began.minutes());
            answer.extensions_mut().insert(Lasting { portal, mark, minute });
        }
        Ok(answer)
    }
}

impl Lasting {
    fn holds(&self, portal: &Arc<Portal>, now: Instant) -> bool {
        let same = std::ptr::eq(self.portal.as_ptr(), Arc::as_ptr(portal));
        let free = &portal.availability;
        self.minute == now.minutes()
            && same
            && self.mark.as_ref().is_none_or(|x| free.holds(x, now))
    }
}

/// The ready answers of a node.
#[derive(Debug, Default)]
pub struct Ready {
    answers: RwLock<HashMap<u64, Arc<Kept>>>,
    hasher: RandomState,
    /// All answers are of this minute.
    minute: AtomicI64,
    bytes: AtomicUsize,
}

#[derive(Debug)]
struct Kept {
    wish: Wish,
    lasting: Lasting,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    class: Rate,
}

impl Kept {
    fn bytes(&self) -> usize {
        const HEADERS: usize = 2048;
        self.body.len() + self.wish.here.len() + HEADERS
    }
}

/// All of a request that its answer can hang on.
#[derive(Debug, PartialEq, Eq)]
struct Wish {
    here: String,
    heads: [Option<HeaderValue>; HEADS.len()],
}

impl Wish {
    /// Nothing for requests that change something or come from somebody.
    fn of<B>(app: &App, request: &Request<B>) -> Option<Self> {
        let headers = request.headers();
        let session = cookies::session_name(&app.config);
        let anonymous = request.method() == Method::GET
            && !headers.contains_key(header::AUTHORIZATION)
            && cookies::read(headers, session).is_none();
        // Of a head that comes twice only one would be seen.
        let single = |name: &&str| headers.get_all(*name).iter().nth(1).is_none();
        let fits = anonymous && HEADS.iter().all(single);
        let here = fits.then(|| request.uri().path_and_query())?;
        let heads = HEADS.map(|name| headers.get(name).cloned());
        Some(Self { here: here.map_or("/", |x| x.as_str()).to_owned(), heads })
    }
}

impl Ready {
    fn hash(&self, wish: &Wish) -> u64 {
        self.hasher.hash_one((&wish.here, wish.heads.each_ref().map(|x| x.as_ref())))
    }

    fn find(&self, wish: &Wish, portal: &Arc<Portal>, now: Instant) -> Option<Arc<Kept>> {
        let answers = self.answers.read().unwrap_or_else(PoisonError::into_inner);
        let kept = answers.get(&self.hash(wish)).filter(|x| x.wish == *wish)?;
        kept.lasting.holds(portal, now).then(|| kept.clone())
    }

    fn keep(&self, kept: Kept) {
        let (hash, bytes) = (self.hash(&kept.wish), kept.bytes());
        let mut answers = self.answers.write().unwrap_or_else(PoisonError::into_inner);
        if self.minute.swap(kept.lasting.minute, Relaxed) != kept.lasting.minute {
            answers.clear();
            self.bytes.store(0, Relaxed);
        }
        if self.bytes.load(Relaxed) + bytes <= ROOM {
            let former = answers.insert(hash, Arc::new(kept));
            self.bytes.fetch_add(bytes, Relaxed);
            self.bytes.fetch_sub(former.map_or(0, |x| x.bytes()), Relaxed);
        }
    }
}

/// The portal as the network meets it: the guard, ready answers, and behind them all layers and routes.
/// Under overload a page is held back even when it is ready: it is the door to the work behind it.
#[derive(Clone, Debug)]
pub struct Front {
    guard: Guard,
    layers: Router,
}

impl Front {
    pub(crate) fn new(guard: Guard, layers: Router) -> Self {
        Self { guard, layers }
    }

    fn given(&self, wish: &Wish) -> Option<Response> {
        let app = &self.guard.app;
        let now = app.clock.now();
        let kept = app.ready.find(wish, &app.portal(), now)?;
        let mut response = Response::new(Body::from(kept.body.clone()));
        *response.status_mut() = kept.status;
        *response.headers_mut() = kept.headers.clone();
        let op = Id::new(now, &app.chance);
        response.headers_mut().insert("operation-id", HeaderValue::from_str(&op).ok()?);
        app.meter.ready.fetch_add(1, Relaxed);
        app.meter.answered(kept.class, kept.status.as_u16(), 0);
        Some(response)
    }
}

impl<B> Service<Request<B>> for Front
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let class = match self.guard.admit(&request) {
            Ok(class) => class,
            Err(told) => {
                let busy = self.guard.away(told, &request);
                return Box::pin(std::future::ready(Ok(busy)));
            }
        };
        let wish = Wish::of(&self.guard.app, &request);
        if let Some(response) = wish.as_ref().and_then(|x| self.given(x)) {
            return Box::pin(std::future::ready(Ok(response)));
        }
        let (guard, layers) = (self.guard.clone(), self.layers.clone());
        Box::pin(async move {
            let response = guard.pass(class, request, layers).await;
            match wish {
                Some(wish) => Ok(kept(&guard.app.ready, wish, response).await),
                None => Ok(response),
            }
        })
    }
}

/// Keeps the answer when it is one that lasts.
async fn kept(ready: &Ready, wish: Wish, mut response: Response) -> Response {
    let lasting = response.extensions_mut().remove::<Lasting>();
    let fits = matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED);
    let Some(lasting) = lasting.filter(|_| fits) else { return response };
    if response.headers().contains_key(header::SET_COOKIE) {
        return response;
    }
    let (parts, body) = response.into_parts();
    // Made in memory a moment ago: there is nothing to wait for, and nothing that could fail.
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return Response::from_parts(parts, Body::from_stream(failed(error))),
    };
    if body.len() <= LARGEST {
        let (status, headers) = (parts.status, parts.headers.clone());
        let class = parts.extensions.get::<Rate>().copied().unwrap_or(Rate::Other);
        ready.keep(Kept { wish, lasting, status, headers, body: body.clone(), class });
    }
    Response::from_parts(parts, Body::from(body))
}

/// A body that breaks off.
fn failed(error: axum::Error) -> impl futures_util::Stream<Item = Result<Bytes, axum::Error>> {
    futures_util::stream::once(std::future::ready(Err(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(n: usize, minute: i64, size: usize) -> Kept {
        Kept {
            wish: Wish { here: format!("/{n}"), heads: Default::default() },
            lasting: Lasting { portal: Weak::new(), mark: None, minute },
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: vec![0; size].into(),
            class: Rate::Read,
        }
    }

    #[test]
    fn the_store_is_bounded_and_a_new_minute_begins_with_an_empty_one() {
        let ready = Ready::default();
        let held = || ready.answers.read().unwrap().values().map(|x| x.bytes()).sum::<usize>();
        for n in 0..200 {
            ready.keep(kept(n, 1, LARGEST));
            assert!(held() <= ROOM && held() == ready.bytes.load(Relaxed));
        }
        assert!(held() > ROOM / 2);
        ready.keep(kept(1000, 2, 10));
        ready.keep(kept(1000, 2, 20));
        assert_eq!((ready.answers.read().unwrap().len(), ready.bytes.load(Relaxed)), (1, held()));
    }
}
