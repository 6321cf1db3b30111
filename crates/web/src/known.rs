//! Who polls: sessions that were recognised a moment ago, for the pages of a line alone.
//!
//! Thousands of people ask for their place every few seconds. Whoever was recognised is known for
//! five minutes without asking the database; whatever changes something always asks. So a session
//! that was closed on another node can still see its place in line for that long, and nothing else.
//! That somebody was recognised at all is remembered for an hour: under overload those who wait keep
//! their place before those who only read.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use base::Instant;
use rooms::sessions::SignedIn;
use sha2::{Digest as _, Sha256};

/// How long it is believed who somebody is.
const BELIEVED: i64 = 5 * Instant::MINUTE;
/// How long it is remembered that the token is one of ours.
const KEPT: i64 = Instant::HOUR;
/// People remembered at once; when there are more, those whose time is over go.
const MOST: usize = 200_000;

/// By digest of the token, so that the memory holds no tokens.
type People = HashMap<[u8; 32], (Arc<SignedIn>, Instant)>;

/// Sessions that were recognised a moment ago.
#[derive(Debug, Default)]
pub struct Known(RwLock<People>);

impl Known {
    /// Whether this path is answered from memory: the pages and calls that tell a place in line.
    pub(crate) fn serves(path: &str) -> bool {
        path.starts_with("/openings/") || path.starts_with("/api/v1/openings/")
    }

    /// Who the token belongs to, when that was found out a moment ago.
    pub(crate) fn get(&self, token: &str, now: Instant) -> Option<Arc<SignedIn>> {
        let people = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (who, since) = people.get(&digest(token))?;
        // A clock that was set back makes everybody unknown, not known for longer.
        (0..BELIEVED).contains(&(now.0 - since.0)).then(|| who.clone())
    }

    /// Whether the token was recognised within the last hour: it decides about a place in the queue,
    /// never about who somebody is.
    pub(crate) fn remembers(&self, token: &str, now: Instant) -> bool {
        let people = self.0.read().unwrap_or_else(PoisonError::into_inner);
        people.get(&digest(token)).is_some_and(|x| (0..KEPT).contains(&(now.0 - x.1.0)))
    }

    /// Notes who the token belongs to.
    pub(crate) fn note(&self, token: &str, who: &Arc<SignedIn>, now: Instant) {
        let mut people = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if people.len() >= MOST {
            people.retain(|_, x| (0..KEPT).contains(&(now.0 - x.1.0)));
        }
        if people.len() < MOST {
            people.insert(digest(token), (who.clone(), now));
        }
    }

    /// Forgets the token: it was signed out.
    pub(crate) fn forget(&self, token: &str) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&digest(token));
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
