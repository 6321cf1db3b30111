//! Reads of free time: an ETag from versions, so that «nothing has changed» costs no computing.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base::{Fault, Instant};
use rooms::portal::Portal;
use serde::Serialize;
use serde_json::Value;

use crate::{Answer, Failure, Visit};

/// What names one state of an answer.
#[derive(Debug)]
pub(super) struct Tag(String);

impl Tag {
    /// The tag of the answer to this query while the free time of its resources is at `version`: it
    /// changes with the rules, with what is taken, with the minute and with the process, whose
    /// versions are its own.
    pub fn new(visit: &Visit, portal: &Portal, version: u64, now: Instant) -> Self {
        let mut hasher = DefaultHasher::new();
        (visit.app.nonce, &visit.here, now.minutes()).hash(&mut hasher);
        (portal.city.version, portal.schedule.version).hash(&mut hasher);
        Self(format!("W/\"{:016x}-{version:x}\"", hasher.finish()))
    }

    /// The tag of a body by what it says; `as_of` says when, not what.
    pub fn of(body: &impl Serialize) -> Result<Self, Failure> {
        let mut facts = serde_json::to_value(body)?;
        if let Value::Object(members) = &mut facts {
            members.remove("as_of");
        }
        let mut hasher = DefaultHasher::new();
        facts.to_string().hash(&mut hasher);
        Ok(Self(format!("W/\"{:016x}\"", hasher.finish())))
    }

    /// The answer: nothing when the caller has it, else what `body` makes.
    pub fn answer(
        self,
        headers: &HeaderMap,
        body: impl FnOnce() -> Result<Vec<u8>, Failure>,
    ) -> Answer {
        let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|x| x.to_str().ok());
        let known = known.flat_map(|x| x.split(',')).any(|x| x.trim() == self.0 || x.trim() == "*");
        let mut response = match known {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => json(body()?),
        };
        let tag = HeaderValue::from_str(&self.0)
            .map_err(|error| Fault::of("an ETag that is not fit for a head", error))?;
        response.headers_mut().insert(header::ETAG, tag);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        Ok(response)
    }
}

fn json(body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
