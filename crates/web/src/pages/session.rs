//! How long the session still lasts: for the script that warns before it ends.
//!
//! Asking is no use of the session, so pages that stand open do not keep it alive; pressing «Остаться»
//! is, like every other request.

use axum::Json;
use axum::http::header;
use axum::response::IntoResponse as _;
use base::Instant;
use rooms::sessions::SignedIn;
use serde_json::json;

use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Visit};

/// Asked with GET it only tells, see [`Visit::recognise`]; with POST the session is used.
pub(crate) const PATH: &str = "/session";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get(PATH, Action::AskSession, Rate::Vital, state),
        post(PATH, Action::AskSession, Rate::Vital, state),
    ]
}

/// Seconds until the session ends without another request: none only when it is over.
pub(crate) fn left(who: &SignedIn, now: Instant) -> i64 {
    ((who.until.0 - now.0).max(0) + Instant::SECOND - 1) / Instant::SECOND
}

/// The seconds that are left, none when it is over; whether another request would give it more; whether
/// what is sent too late from this browser waits for its owner ([`crate::kept`]).
async fn state(visit: Visit) -> Answer {
    let now = visit.app.clock.now();
    let who = visit.signed_in.as_deref();
    let (left, more) = who.map_or((0, false), |x| (left(x, now), x.until < x.last));
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    Ok((no_store, Json(json!({"left": left, "more": more, "kept": visit.ended}))).into_response())
}
