//! Reads of free time: an ETag from what is said, so that «nothing has changed» is the same on every node,
//! and a memory of tags, so that saying it again costs no computing.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::sync::{PoisonError, RwLock};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base::{Fault, Instant};
use rooms::portal::Portal;
use serde::Serialize;
use serde_json::Value;

use crate::{Answer, Failure, Visit};

/// The most states whose tags are remembered; of further ones the answer is made.
const MOST: usize = 20_000;

/// The tags of the answers that this node has made in the present minute, by the state of which they were.
#[derive(Debug)]
pub struct Tags {
    /// Keeps addresses apart that somebody made so that they would be taken for one another.
    salt: u64,
    known: RwLock<(i64, HashMap<u64, u64>)>,
}

/// All that an answer about free time hangs on, as this node counts it: the address, the minute, the rules,
/// and what is taken of its resources.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    minute: i64,
    key: u64,
}

impl State {
    /// The state of the answer to this query while the free time of its resources is at `version`.
    pub fn new(visit: &Visit, portal: &Portal, version: u64, now: Instant) -> Self {
        let minute = now.minutes();
        let rules = (portal.city.version, portal.schedule.version);
        let key = digest(&(visit.app.tags.salt, &visit.here, minute, rules, version));
        Self { minute, key }
    }

    /// The answer: nothing when the caller has it, else what `body` makes. It is made only when this node has
    /// not made it before, or the caller does not have it.
    pub fn answer(
        self,
        visit: &Visit,
        headers: &HeaderMap,
        body: impl FnOnce() -> Result<Vec<u8>, Failure>,
    ) -> Answer {
        let tags = &visit.app.tags;
        if let Some(tag) = tags.get(self).map(Tag::named)
            && tag.is_known(headers)
        {
            return tag.unchanged();
        }
        let body = body()?;
        let digest = digest(&facts(&body));
        tags.put(self, digest);
        Tag::named(digest).answer(headers, || Ok(body))
    }
}

impl Tags {
    /// An empty memory; `salt` is a secret of this process.
    pub fn new(salt: u64) -> Self {
        Self { salt, known: RwLock::default() }
    }

    fn get(&self, state: State) -> Option<u64> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.1.get(&state.key).copied().filter(|_| known.0 == state.minute)
    }

    fn put(&self, state: State, digest: u64) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let (minute, tags) = &mut *known;
        if *minute != state.minute {
            *minute = state.minute;
            tags.clear();
        }
        if tags.len() < MOST {
            tags.insert(state.key, digest);
        }
    }
}

/// What a body says: `as_of`, its last member, says when, not what.
fn facts(body: &[u8]) -> &[u8] {
    const WHEN: &[u8] = b",\"as_of\":";
    let end = body.windows(WHEN.len()).rposition(|x| x == WHEN);
    &body[..end.unwrap_or(body.len())]
}

/// The same for the same, on every node that runs the same program.
fn digest(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// Whether the caller has what `tag` names: compared weakly, one of a list, or anything (RFC 9110, 13.1.2).
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |x: &str| x.trim().trim_start_matches("W/").to_owned();
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|x| x.to_str().ok());
    known.flat_map(|x| x.split(',')).map(opaque).any(|x| x == opaque(tag) || x == "*")
}

/// What names an answer by what it says.
#[derive(Debug)]
pub(super) struct Tag(String);

impl Tag {
    fn named(digest: u64) -> Self {
        Self(format!("W/\"{digest:016x}\""))
    }

    /// The tag of a body by what it says; `as_of` says when, not what.
    pub fn of(body: &impl Serialize) -> Result<Self, Failure> {
        let mut facts = serde_json::to_value(body)?;
        if let Value::Object(members) = &mut facts {
            members.remove("as_of");
        }
        Ok(Self::named(digest(&facts.to_string())))
    }

    /// The answer: nothing when the caller has it, else what `body` makes.
    pub fn answer(
        self,
        headers: &HeaderMap,
        body: impl FnOnce() -> Result<Vec<u8>, Failure>,
    ) -> Answer {
        match self.is_known(headers) {
            true => self.unchanged(),
            false => self.at(json(body()?)),
        }
    }

    /// Whether the caller has what this names.
    fn is_known(&self, headers: &HeaderMap) -> bool {
        is_known(headers, &self.0)
    }

    fn unchanged(&self) -> Answer {
        self.at(StatusCode::NOT_MODIFIED.into_response())
    }

    fn at(&self, mut response: Response) -> Answer {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_of_tags_is_bounded_and_of_one_minute() {
        let tags = Tags::new(7);
        let state = |minute, key| State { minute, key };
        for key in 0..MOST as u64 + 10 {
            tags.put(state(1, key), key + 7);
        }
        assert_eq!((tags.get(state(1, 3)), tags.get(state(2, 3))), (Some(10), None));
        assert_eq!(tags.known.read().unwrap().1.len(), MOST);
        tags.put(state(2, 1), 5);
        assert_eq!((tags.get(state(2, 1)), tags.get(state(2, 3))), (Some(5), None));
    }

    #[test]
    fn a_moment_is_no_fact() {
        assert_eq!(
            facts(br#"{"slots":[],"as_of":"2026-12-01T13:00:00+07:00"}"#),
            br#"{"slots":[]"#
        );
        assert_eq!(facts(b"[]"), b"[]");
    }
}
