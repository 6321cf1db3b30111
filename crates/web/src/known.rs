//! Who was recognised a moment ago.
//!
//! A page asks for several things at once, and a booking is two calls within a second: whoever was
//! recognised is known for a second without asking the database, and forgotten at once when this node
//! ends the session or changes the account, and soon after another node does. Thousands of people ask
//! for their place in a line every few seconds: for these pages alone they are known for five
//! minutes. That somebody was recognised at all is remembered for an hour: under overload those who
//! wait keep their place before those who only read. Of the staff nothing is remembered.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use base::db::News;
use base::{Clock, Db, Fault, Id, Instant};
use rooms::accounts;
use rooms::sessions::SignedIn;
use sha2::{Digest as _, Sha256};

/// How long it is believed who somebody is …
const BELIEVED: i64 = Instant::SECOND;
/// … and by the pages of a line.
const IN_LINE: i64 = 5 * Instant::MINUTE;
/// How long it is remembered that the token is one of ours.
const KEPT: i64 = Instant::HOUR;
/// People remembered at once; when there are more, those whose time is over go.
const MOST: usize = 200_000;

/// By digest of the token, so that the memory holds no tokens.
type People = HashMap<[u8; 32], (Arc<SignedIn>, Instant)>;

/// Sessions that were recognised a moment ago.
#[derive(Debug, Default)]
pub struct Known {
    people: RwLock<People>,
    /// Accounts of which what was known before is not true any more.
    changed: RwLock<HashMap<Id, Instant>>,
}

impl Known {
    /// A memory that hears what changes.
    ///
    /// # Errors
    /// A fault of the engine.
    pub(crate) fn of(db: &Db, clock: &Clock) -> Result<Arc<Self>, Fault> {
        let known = Arc::new(Self::default());
        let (memory, clock) = (Arc::downgrade(&known), clock.clone());
        db.listen(Arc::new(move |news| {
            if let Some(memory) = memory.upgrade() {
                news.iter().for_each(|one| memory.hear(one, clock.now()));
            }
        }))?;
        Ok(known)
    }

    fn hear(&self, news: &News, now: Instant) {
        match &*news.topic {
            News::ALL => self.people.write().unwrap_or_else(PoisonError::into_inner).clear(),
            accounts::CHANGED => {
                let mut changed = self.changed.write().unwrap_or_else(PoisonError::into_inner);
                changed.retain(|_, at| (0..IN_LINE).contains(&(now.0 - at.0)));
                changed.insert(Id::from(news.key.as_str()), now);
            }
            _ => {}
        }
    }

    /// Whether this path is a page or call that tells a place in line.
    fn is_line(path: &str) -> bool {
        path.starts_with("/openings/") || path.starts_with("/api/v1/openings/")
    }

    /// Who the token belongs to, when that was found out a moment ago; `read`: the path of a request
    /// that only reads.
    pub(crate) fn get(
        &self,
        token: &str,
        now: Instant,
        read: Option<&str>,
    ) -> Option<Arc<SignedIn>> {
        let believed = if read.is_some_and(Self::is_line) { IN_LINE } else { BELIEVED };
        let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
        let (who, since) = people.get(&digest(token))?;
        let changed = self.changed.read().unwrap_or_else(PoisonError::into_inner);
        let untrue = changed.get(&who.account).is_some_and(|at| at >= since);
        // A clock that was set back makes everybody unknown, not known for longer.
        ((0..believed).contains(&(now.0 - since.0)) && !untrue).then(|| who.clone())
    }

    /// Whether the token was recognised within the last hour: it decides about a place in the queue,
    /// never about who somebody is.
    pub(crate) fn remembers(&self, token: &str, now: Instant) -> bool {
        let people = self.people.read().unwrap_or_else(PoisonError::into_inner);
        people.get(&digest(token)).is_some_and(|x| (0..KEPT).contains(&(now.0 - x.1.0)))
    }

    /// Notes who the token belongs to, as the database said it after `asked`.
    pub(crate) fn note(&self, token: &str, who: &Arc<SignedIn>, asked: Instant) {
        if who.staff {
            return;
        }
        let mut people = self.people.write().unwrap_or_else(PoisonError::into_inner);
        if people.len() >= MOST {
            people.retain(|_, x| (0..KEPT).contains(&(asked.0 - x.1.0)));
        }
        if people.len() < MOST {
            people.insert(digest(token), (who.clone(), asked));
        }
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use rooms::accounts::Level;

    use super::*;

    const LINE: Option<&str> = Some("/openings/o1");

    fn somebody(staff: bool) -> Arc<SignedIn> {
        Arc::new(SignedIn {
            account: "anna".into(),
            name: "Анна".to_owned().into(),
            level: Level::Verified,
            bearer: false,
            staff,
            proved_at: None,
            unproved: false,
            strong: false,
            due_touch: false,
            until: Instant::default(),
            last: Instant::default(),
        })
    }

    #[test]
    fn whoever_was_recognised_is_known_for_a_second_and_in_a_line_for_five_minutes() {
        let (known, now) = (Known::default(), Instant::from_minutes(29_000_000));
        known.note("t", &somebody(false), now);
        let is = |at: Instant, read| known.get("t", at, read).is_some();
        assert!(is(now, None) && is(now.plus(BELIEVED - 1), Some("/account")));
        assert!(!is(now.plus(BELIEVED), None) && !is(now.plus(BELIEVED), Some("/account")));
        assert!(is(now.plus(IN_LINE - 1), LINE) && !is(now.plus(IN_LINE), LINE));
        assert!(!is(now.plus(-1), LINE), "a clock that was set back");
        assert!(known.get("other", now, None).is_none());
        known.note("clerk", &somebody(true), now);
        assert!(known.get("clerk", now, None).is_none(), "never of the staff");
    }

    #[test]
    fn whoever_has_changed_is_forgotten_at_once_and_an_answer_under_way_does_not_bring_them_back() {
        let (known, now) = (Known::default(), Instant::from_minutes(29_000_000));
        known.note("t", &somebody(false), now);
        known.hear(&News::new(accounts::CHANGED, "boris", ()), now);
        assert!(known.get("t", now, None).is_some());
        known.hear(&News::new(accounts::CHANGED, "anna", ()), now);
        assert!(known.get("t", now, None).is_none() && known.get("t", now, LINE).is_none());
        known.note("t", &somebody(false), now);
        assert!(known.get("t", now, None).is_none(), "asked before the change was heard");
        let later = now.plus(1);
        known.note("t", &somebody(false), later);
        assert!(known.get("t", later, None).is_some());
        known.hear(&News::new(News::ALL, "", ()), later);
        assert!(known.get("t", later, None).is_none());
    }
}
