//! A row of the table of routes, and how rows become a router.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request, State};
use axum::handler::Handler;
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{self, MethodRouter};
use base::{Kind, Outcome, Refusal};
pub use rooms::access::Action;
use rooms::access::{self, StepUp, Verdict};

use crate::form::unread;
use crate::shed::is_robot;
use crate::{App, Failure, Visit, kept};

/// The class of a route: how it is counted, and what becomes of it when there is more to do than
/// can be done. In the order in which they are given up: see [`crate::shed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rate {
    /// What no route answers.
    Other,
    /// Search, and whatever a robot reads.
    Search,
    /// Pages, the directory, free times.
    Read,
    /// Passwords and codes of people who are new here: signing in, registering.
    Secret,
    /// Signing in with an account of elsewhere, which waits for somebody else's server.
    Elsewhere,
    /// Taking a time.
    Hold,
    /// Asking for one's place in a line; of strangers it is reading.
    Poll,
    /// Signing in where somebody has signed in before.
    Known,
    /// Moving a booking.
    Move,
    /// Filling in, confirming, cancelling.
    Write,
    /// Showing a ticket, checking in, signing out: never given up.
    Vital,
    /// Files that never change, health: never given up.
    Static,
}

impl Rate {
    /// All classes, the first to be given up first.
    pub const ALL: [Self; 12] = [
        Self::Other,
        Self::Search,
        Self::Read,
        Self::Secret,
        Self::Elsewhere,
        Self::Hold,
        Self::Poll,
        Self::Known,
        Self::Move,
        Self::Write,
        Self::Vital,
        Self::Static,
    ];

    /// As in the metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Search => "search",
            Self::Read => "read",
            Self::Secret => "secret",
            Self::Elsewhere => "elsewhere",
            Self::Hold => "hold",
            Self::Poll => "poll",
            Self::Known => "known",
            Self::Move => "move",
            Self::Write => "write",
            Self::Vital => "vital",
            Self::Static => "static",
        }
    }
}

/// A row of the table: method, path, action, class, handler.
#[derive(Debug)]
pub struct Route {
    /// GET rows answer HEAD as well.
    pub method: Method,
    /// With parameters in braces: `/services/{code}`.
    pub path: &'static str,
    /// What is done: who may do it stands in the table of roles.
    pub action: Action,
    /// The class.
    pub rate: Rate,
    /// It begins with work that is slow on purpose ([`crate::slow`]).
    pub slow: bool,
    /// Whoever comes sees the same: a browser may keep the answer for a moment though the row is
    /// [`Rate::Secret`].
    pub alike: bool,
    /// It takes files, which come slowly and are not read before the handler.
    pub files: bool,
    pub(crate) handler: MethodRouter<Arc<App>>,
}

impl Route {
    /// With bodies of up to so many bytes: a row that takes files.
    #[must_use]
    pub fn admits(mut self, bytes: usize) -> Self {
        self.handler = self.handler.layer(DefaultBodyLimit::max(bytes));
        self.files = true;
        self
    }

    /// Hashes a password first of all: while there is no room for one more, [`crate::shed`] sends whoever
    /// comes away, before anything is read or counted.
    #[must_use]
    pub fn slow(self) -> Self {
        Self { slow: true, ..self }
    }

    /// An empty form that everybody sees alike.
    #[must_use]
    pub fn alike(self) -> Self {
        Self { alike: true, ..self }
    }

    /// Whether no browser may keep an answer: what stands there is somebody's, or the address itself
    /// opens something.
    pub(crate) fn keeps_nothing(&self) -> bool {
        let secret = self.rate == Rate::Secret && !self.alike;
        secret || ["{link}", "{token}"].iter().any(|x| self.path.contains(x))
    }
}

/// A row that reads.
pub fn get<H, T>(path: &'static str, action: Action, rate: Rate, handler: H) -> Route
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    row(Method::GET, path, (action, rate), routing::get(handler))
}

/// A row that changes something.
pub fn post<H, T>(path: &'static str, action: Action, rate: Rate, handler: H) -> Route
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    row(Method::POST, path, (action, rate), routing::post(handler))
}

/// A row of the API that takes something away.
pub fn delete<H, T>(path: &'static str, action: Action, rate: Rate, handler: H) -> Route
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    row(Method::DELETE, path, (action, rate), routing::delete(handler))
}

fn row(
    method: Method,
    path: &'static str,
    (action, rate): (Action, Rate),
    handler: MethodRouter<Arc<App>>,
) -> Route {
    Route { method, path, action, rate, slow: false, alike: false, files: false, handler }
}

/// Mounts the table. Panics when two rows have the same method and path.
pub(crate) fn mount(routes: Vec<Route>) -> Router<Arc<App>> {
    let mut paths: BTreeMap<&'static str, MethodRouter<Arc<App>>> = BTreeMap::new();
    for route in routes {
        let keeps_nothing = route.keeps_nothing();
        let guard =
            from_fn_with_state((route.action, route.rate, keeps_nothing, route.files), guard);
        let handler = route.handler.layer(guard);
        let merged = match paths.remove(route.path) {
            None => handler,
            Some(others) => others.merge(handler),
        };
        paths.insert(route.path, merged);
    }
    let router = paths.into_iter().fold(Router::new(), |router, (path, x)| router.route(path, x));
    router.method_not_allowed_fallback(wrong_method).fallback(no_such_page)
}

/// Asks the engine before every handler: a yes gives the handler its [`Scope`](rooms::access::Scope)
/// in the request's extensions. Notes the class for the metrics. Robots change nothing through pages: for
/// programs there is the API.
async fn guard(
    State((action, rate, keeps_nothing, files)): State<(Action, Rate, bool, bool)>,
    mut visit: Visit,
    mut request: Request,
    next: Next,
) -> Response {
    let by_page = *request.method() == Method::POST && !visit.is_api() && !visit.is_site();
    if by_page && is_robot(request.headers()) {
        return Failure::from(Refusal::new(Kind::Forbidden, "E-BOT-01")).into_response();
    }
    let verdict = match settled(&mut visit, (action, files), &mut request).await {
        Ok(verdict) => verdict,
        Err(error) => return Failure::from(error).into_response(),
    };
    let mut response = match verdict {
        Verdict::Allow(scope) => {
            request.extensions_mut().insert(scope);
            if let Err(error) = before(&mut visit, request.method()).await {
                return Failure::from(error).into_response();
            }
            request.extensions_mut().insert(visit);
            next.run(request).await
        }
        Verdict::Deny(why) => kept::sign_in_first(&visit, Refusal::from(why), request).await,
        Verdict::StepUp(proof) => step_up(&visit, proof, request).await,
    };
    response.extensions_mut().insert(rate);
    let public = access::table::is_public(action) && !keeps_nothing;
    if !public && !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// The engine's answer about this request. A form by which somebody who is signed in changes something is
/// asked about once it is there: a head can wait for its body, and a role or a session may end meanwhile.
/// Who was recognised a moment ago is known, so of most forms nobody is asked twice. Files are not waited for.
async fn settled(
    visit: &mut Visit,
    (action, files): (Action, bool),
    request: &mut Request,
) -> Outcome<Verdict> {
    let verdict = visit.may(action);
    let by_session = matches!(verdict, Verdict::Allow(_)) && visit.signed_in.is_some();
    if !by_session || visit.reads || files {
        return Ok(verdict);
    }
    let (parts, body) = std::mem::take(request).into_parts();
    let arriving = Request::from_parts(parts.clone(), body);
    let body = Bytes::from_request(arriving, &()).await.map_err(|x| unread(x.status()))?;
    visit.recognise_anew(&parts.headers).await?;
    *request = Request::from_parts(parts, body.into());
    Ok(visit.may(action))
}

/// What a page shows beside its own: what was typed before, and what its owner must know.
async fn before(visit: &mut Visit, method: &Method) -> Outcome<()> {
    kept::give_back(visit, method).await?;
    visit.look_for_news().await?;
    Ok(())
}

/// People are led to the page where they prove again who they are, and back; programs are told.
async fn step_up(visit: &Visit, proof: StepUp, request: Request) -> Response {
    if visit.is_api() {
        return Failure::from(Refusal::from(proof)).into_response();
    }
    kept::prove_first(visit, proof, request).await
}

fn no_page() -> Refusal {
    Refusal::new(Kind::NotFound, "E-REQ-01")
}

async fn no_such_page() -> Failure {
    no_page().into()
}

/// The status tells the edge which refusal this is; the router adds `Allow`.
async fn wrong_method() -> Response {
    let mut response = Failure::from(Refusal::new(Kind::Malformed, "E-REQ-02")).into_response();
    *response.status_mut() = axum::http::StatusCode::METHOD_NOT_ALLOWED;
    response
}
