//! The border: every request passes here first, every answer last.
//!
//! Here a request becomes a [`Visit`], gets its time limit, and its answer the heads that every
//! answer carries. Failures become pages or problem documents here and nowhere else.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base::config::Config;
use base::{Fault, Kind, Refusal};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::answer::with_cookie;
use crate::late::{in_time, within};
use crate::pages::sso::FROM_ELSEWHERE;
use crate::route::Rate;
use crate::visit::bearer;
use crate::{App, Failure, Visit, cookies, refused, reports};

/// The head with the number of a wish in the line of its node: the lower one was served first.
pub(crate) const ARRIVAL: HeaderName = HeaderName::from_static("arrival-number");

const TIME_LIMIT: Duration = Duration::from_secs(30);
/// How long it may take to find out who asks.
const WHO_LIMIT: Duration = Duration::from_secs(15);
/// Files over a bad connection take longer; how slowly they may come says `arriving.rs`.
const UPLOAD_LIMIT: Duration = Duration::from_secs(600);
/// What is told of a secret goes out in steps of this length: whether there is an account costs a few
/// microseconds more or less, which somebody who asks often enough could measure.
const EVEN: Duration = Duration::from_millis(10);
/// Where files come.
const UPLOADS: &str = "/account/level/scans/";
/// Where people see whether the portal works.
pub(crate) const STATUS: &str = "/status";
/// How long that page waits for the database before it says that it does not answer.
pub(crate) const DATABASE_WAIT: Duration = Duration::from_millis(500);

/// The outermost of our own layers.
pub(crate) async fn edge(
    State(app): State<Arc<App>>,
    mut request: Request<Body>,
    next: Next,
) -> Response {
    let _under_way = app.meter.begin();
    let came = tokio::time::Instant::now();
    let mut visit = Visit::new(&app, request.method(), request.uri(), request.headers());
    let known = match visit.path.as_str() {
        path if !is_text(path) => Err(Refusal::new(Kind::NotFound, "E-REQ-01").into()),
        path if is_static(path) || from_elsewhere(path) => Ok(()),
        STATUS => {
            recognise_if_possible(&mut visit, request.headers()).await;
            Ok(())
        }
        _ => within(WHO_LIMIT, visit.recognise(request.headers())).await,
    };
    let program = visit.is_api() && bearer(request.headers()).is_some();
    if program || from_elsewhere(&visit.path) {
        // No browser sends a bearer token by itself, so another site cannot misuse it; and where no
        // cookie counts there is nothing to misuse.
        request.headers_mut().remove(header::ORIGIN);
        request.headers_mut().remove("sec-fetch-site");
    }
    request.extensions_mut().insert(visit.clone());
    let response = match known {
        Err(error) => Failure::from(error).into_response(),
        Ok(()) => {
            let uploads = !visit.reads && visit.path.starts_with(UPLOADS);
            let limit = if uploads { UPLOAD_LIMIT } else { TIME_LIMIT };
            in_time(limit, request, |request| next.run(request)).await
        }
    };
    let response = finished(&visit, response);
    let class = response.extensions().get::<Rate>().copied().unwrap_or(Rate::Other);
    app.meter.answered(class, response.status().as_u16(), app.clock.now().0 - visit.began.0);
    if class == Rate::Secret && !visit.reads {
        let steps = 1 + came.elapsed().as_millis() / EVEN.as_millis();
        tokio::time::sleep_until(came + EVEN * u32::try_from(steps).unwrap_or(1)).await;
    }
    response
}

/// Whoever takes an answer neither compressed nor as it is gets it as it is: it says more than a refusal
/// (RFC 9110, 12.5.3).
pub(crate) async fn as_it_is(mut request: Request<Body>) -> Request<Body> {
    let said = request.headers().get(header::ACCEPT_ENCODING).and_then(|x| x.to_str().ok());
    let taken = |part: &str| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().trim_start_matches("q=").parse().unwrap_or(1.0);
        ["gzip", "br"].contains(&name.trim()) && weight > 0.0
    };
    if said.is_some_and(|x| x.contains("q=0") && !x.to_lowercase().split(',').any(taken)) {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
    request
}

/// The answer to a request that meets no layer, with its status.
pub(crate) fn refuse<B>(
    app: &Arc<App>,
    request: &Request<B>,
    (status, why): (StatusCode, Refusal),
) -> Response {
    let visit = Visit::new(app, request.method(), request.uri(), request.headers());
    let mut response = Failure::from(why).into_response();
    *response.status_mut() = status;
    app.meter.answered(Rate::Other, status.as_u16(), 0);
    finished(&visit, response)
}

/// The page that says whether the portal works must come when it does not.
async fn recognise_if_possible(visit: &mut Visit, headers: &HeaderMap) {
    let asked = tokio::time::timeout(DATABASE_WAIT, visit.recognise(headers)).await;
    if !matches!(asked, Ok(Ok(()))) {
        tracing::warn!(op = %visit.op, "a session could not be looked up for {STATUS}");
    }
}

/// Whether a path is text that somebody can type: no address of ours is anything else. The library would
/// refuse other bytes in words of its own, and a database stumbles over control characters.
fn is_text(path: &str) -> bool {
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8();
    !path.contains('%') || decoded.is_ok_and(|x| !x.contains(char::is_control))
}

/// What connected sites call, and where they send browsers: nobody is signed in there.
fn from_elsewhere(path: &str) -> bool {
    FROM_ELSEWHERE.contains(&path)
}

/// Files, health and reports of browsers ask for nobody's session.
fn is_static(path: &str) -> bool {
    path.starts_with("/assets/") || path == "/livez" || path == "/readyz" || path == reports::PATH
}

/// Turns a failure into its answer and adds the heads that every answer carries.
fn finished(visit: &Visit, response: Response) -> Response {
    let mut response = match response.extensions().get::<Failure>().cloned() {
        None => response,
        Some(failure) => {
            let mut made = refused::answer(visit, &failure, response.status());
            for name in [header::ALLOW, header::CONNECTION, ARRIVAL] {
                if let Some(told) = response.headers().get(&name) {
                    made.headers_mut().insert(name, told.clone());
                }
            }
            if let Some(class) = response.extensions().get::<Rate>() {
                made.extensions_mut().insert(*class);
            }
            made
        }
    };
    response = remember_lang(visit, response);
    secure(&visit.app.config, response.headers_mut());
    if let Ok(op) = HeaderValue::from_str(&visit.op) {
        response.headers_mut().insert("operation-id", op);
    }
    cache(visit, response.status(), response.headers_mut());
    response
}

/// `?lang=` chooses the language for the next pages as well.
fn remember_lang(visit: &Visit, response: Response) -> Response {
    let (_, query) = visit.here.split_once('?').unwrap_or_default();
    if !visit.reads || !query.split('&').any(|x| x.starts_with("lang=")) {
        return response;
    }
    let cookie = cookies::keep(&visit.app.config, cookies::LANG, visit.lang.code());
    with_cookie(response, &cookie).unwrap_or_else(IntoResponse::into_response)
}

/// No script, style or frame from elsewhere; nothing for others to embed; text becomes a page in one place
/// of `okno.js` only. Browsers tell us what they held back.
const SECURITY: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; form-action 'self'; manifest-src 'self'; \
         frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; \
         trusted-types okno; report-uri /csp-report; report-to csp",
    ),
    ("reporting-endpoints", "csp=\"/csp-report\""),
    ("x-content-type-options", "nosniff"),
    // Not `no-referrer`: that would make browsers send `Origin: null` with our own forms.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(self), geolocation=(self), microphone=(), payment=(), usb=(), interest-cohort=()",
    ),
    ("x-frame-options", "DENY"),
];

/// The heads that protect whoever reads the answer.
pub(crate) fn secure(config: &Config, headers: &mut HeaderMap) {
    for (name, value) in SECURITY {
        // What somebody has uploaded comes with a stricter policy of its own.
        let policy = headers.entry(HeaderName::from_static(name));
        policy.or_insert_with(|| HeaderValue::from_static(value));
    }
    if config.secure() {
        let years = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, years);
    }
}

/// Unless the row or the handler said otherwise: personal answers are kept nowhere, nor is what somebody sees
/// who is half signed in; public pages for a moment by this browser alone.
fn cache(visit: &Visit, status: StatusCode, headers: &mut HeaderMap) {
    if headers.contains_key(header::CACHE_CONTROL) {
        return;
    }
    let nobody = visit.signed_in.is_none() && !visit.midway;
    let public = visit.reads && nobody && status == StatusCode::OK;
    let rule = if public { "private, max-age=10" } else { "no-store" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(rule));
    headers.append(
        header::VARY,
        HeaderValue::from_static("cookie, authorization, accept-language, x-fragment"),
    );
}

/// Refuses what another site sends in a person's name.
pub(crate) fn same_site(
    config: &Config,
) -> CsrfLayer<impl FnMut(ProtectionError) -> Response + Clone + Send + Sync + 'static> {
    let layer = CsrfLayer::new();
    let layer = match layer.clone().add_trusted_origin(origin(&config.public_url)) {
        Ok(trusting) => trusting,
        Err(error) => {
            tracing::warn!("public_url is not an origin that browsers send: {error}");
            layer
        }
    };
    layer.with_rejection_response(|_: ProtectionError| {
        Failure::from(Refusal::new(Kind::Forbidden, "E-REQ-05")).into_response()
    })
}

/// Scheme and host of a URL.
pub(crate) fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |x| x + 3);
    url[host..].find('/').map_or(url, |end| &url[..host + end])
}

/// A handler panicked: the person gets the page of a fault, the log gets the text.
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("without a text");
    Failure::from(Fault::new(format!("a handler panicked: {text}"))).into_response()
}
