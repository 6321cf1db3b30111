//! Keeping the ledger true: the news of this node at once, those of others by reading anew.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock, Weak};
use std::thread;
use std::time::Duration;

use base::db::News;
use base::{Clock, Db, Fault, Id, Outcome};

use super::{Availability, Ledger, Made};
use crate::booking::{self, ClaimChange};

/// How often a resource that changes all the time is read before its turn comes again.
const TRIES: u32 = 5;
/// Rest after a read that failed.
const REST: Duration = Duration::from_millis(300);

/// How long it waits for news before it compares some diaries with the database.
const LOOK: Duration = Duration::from_secs(1);
/// How many looks compare all of them …
const LOOKS: usize = 300;
/// … and how many diaries a look compares at most.
const AT_ONCE: usize = 20;

/// Who wants to hear that the free time of a resource is another, once the ledger knows it.
pub type Watcher = Box<dyn Fn(&Id) + Send + Sync>;

/// The ledger, the picture that shows it, and what is still to be read.
pub struct Feed {
    ledger: Arc<Ledger>,
    frame: RwLock<Arc<Availability>>,
    clock: Clock,
    /// The first read is under way: news only say what to read again.
    loading: AtomicBool,
    following: AtomicBool,
    wanted: Arc<Wanted>,
    watchers: RwLock<Vec<Watcher>>,
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Feed")
    }
}

#[derive(Debug)]
enum Stale {
    One(Id),
    All,
}

/// What is to be read anew: each resource once, however often it changes meanwhile.
#[derive(Debug, Default)]
struct Wanted {
    all: Mutex<Resources>,
    come: Condvar,
}

#[derive(Debug, Default)]
struct Resources {
    all: bool,
    line: VecDeque<Id>,
    inside: HashSet<Id>,
}

impl Wanted {
    fn add(&self, stale: Stale) {
        let mut wanted = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        match stale {
            Stale::All => wanted.all = true,
            Stale::One(id) => {
                if wanted.inside.insert(id.clone()) {
                    wanted.line.push_back(id);
                }
            }
        }
        self.come.notify_one();
    }

    /// The next one; nothing when none comes for so long.
    fn next(&self, patience: Duration) -> Option<Stale> {
        let wanted = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let empty = |x: &mut Resources| !x.all && x.line.is_empty();
        let waited = self.come.wait_timeout_while(wanted, patience, empty);
        let mut wanted = waited.unwrap_or_else(PoisonError::into_inner).0;
        if std::mem::take(&mut wanted.all) {
            return Some(Stale::All);
        }
        let next = wanted.line.pop_front()?;
        wanted.inside.remove(&next);
        Some(Stale::One(next))
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).line.len()
    }
}

impl Feed {
    /// Listens to the news of `db`, then reads what is taken. Until [`Feed::follow`] the news are
    /// only noted.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn start(db: &Db, clock: &Clock) -> Outcome<Arc<Self>> {
        let feed = Arc::new(Self {
            ledger: Arc::default(),
            frame: RwLock::default(),
            clock: clock.clone(),
            loading: AtomicBool::new(true),
            following: AtomicBool::new(false),
            wanted: Arc::default(),
            watchers: RwLock::default(),
        });
        let listener = Arc::downgrade(&feed);
        db.listen(Arc::new(move |news| {
            if let Some(feed) = listener.upgrade() {
                news.iter().for_each(|one| feed.hear(one));
            }
        }))?;
        let (ledger, now) = (feed.ledger.clone(), clock.now());
        db.read_wait(move |tx| {
            booking::live_claims(tx, now, |resource, claim| ledger.add(resource, &claim))
        })?;
        Ok(feed)
    }

    /// Follows the news from now on: every resource has its diary. A thread of its own reads again
    /// what the news do not tell in full, beginning with what was noted; it ends with the feed.
    ///
    /// # Errors
    /// A fault when no thread can be started.
    pub fn follow(self: &Arc<Self>, db: &Db) -> Outcome<()> {
        self.loading.store(false, Ordering::Release);
        if self.following.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let (feed, db, wanted) = (Arc::downgrade(self), db.clone(), self.wanted.clone());
        let work = move || read_anew(&feed, &db, &wanted);
        let thread = thread::Builder::new().name("okno-free-time".into()).spawn(work);
        thread.map_err(|error| Fault::of("cannot start the thread for free time", error))?;
        Ok(())
    }

    /// What is taken.
    pub fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }

    /// The picture that is shown now.
    pub fn frame(&self) -> Arc<Availability> {
        self.frame.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Calls `watcher` from now on after every change.
    pub fn watch(&self, watcher: Watcher) {
        self.watchers.write().unwrap_or_else(PoisonError::into_inner).push(watcher);
    }

    fn changed(&self, resource: &Id) {
        let watchers = self.watchers.read().unwrap_or_else(PoisonError::into_inner);
        watchers.iter().for_each(|watcher| watcher(resource));
    }

    /// Shows another picture. What became free while its bounds were computed lowers them now.
    pub fn show(&self, made: &Made) {
        let frame = &made.availability;
        *self.frame.write().unwrap_or_else(PoisonError::into_inner) = frame.clone();
        frame.catch_up(&made.versions);
    }

    fn hear(&self, news: &News) {
        match &*news.topic {
            News::ALL => self.wants(Stale::All),
            booking::FREE_TIME => self.learn(news),
            _ => {}
        }
    }

    fn learn(&self, news: &News) {
        let resource = Id::from(news.key.as_str());
        let change = news.fact.as_ref().and_then(|fact| fact.downcast_ref::<ClaimChange>());
        let Some(change) = change.filter(|_| !self.loading.load(Ordering::Acquire)) else {
            return self.wants(Stale::One(resource));
        };
        // A resource without a diary is not in any picture yet: it is read when it comes into one.
        let Some(effect) = self.ledger.change(&resource, change) else { return };
        if let Some(start) = effect.freed {
            self.frame().freed(&resource, Some(start));
        }
        self.changed(&resource);
        if effect.odd {
            // Transactions of other threads commit in another order than their news arrive.
            tracing::debug!(%resource, "what is taken is read anew");
            self.wants(Stale::One(resource));
        }
    }

    fn wants(&self, stale: Stale) {
        self.wanted.add(stale);
    }

    /// Reads what is taken of resources that are new to the ledger, those that could not be read a
    /// moment later.
    pub fn read(&self, db: &Db, fresh: &[Id]) {
        for resource in fresh {
            if !matches!(self.reload(db, resource), Ok(true)) {
                self.wants(Stale::One(resource.clone()));
            }
        }
    }

    /// Reads what is taken of a resource; says whether it stood still meanwhile.
    fn reload(&self, db: &Db, resource: &Id) -> Outcome<bool> {
        for _ in 0..TRIES {
            let version = self.ledger.diary(resource).map_or(0, |x| x.version());
            let (id, now) = (resource.clone(), self.clock.now());
            let claims = db.read_wait(move |tx| booking::live_claims_of(tx, &id, now))?;
            if self.ledger.replace(resource, version, &claims) {
                self.frame().freed(resource, None);
                self.changed(resource);
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn handle(&self, db: &Db, stale: Stale) {
        let resources = match stale {
            Stale::One(resource) => vec![resource],
            Stale::All => self.ledger.resources(),
        };
        for resource in resources {
            // A resource that no picture has needs no reading.
            if self.ledger.diary(&resource).is_none() {
                continue;
            }
            match self.reload(db, &resource) {
                Ok(true) => {}
                Ok(false) => self.wants(Stale::One(resource)),
                Err(error) => {
                    tracing::warn!(%error, "what is taken could not be read");
                    self.wants(Stale::One(resource));
                    thread::sleep(REST);
                }
            }
        }
    }
}

/// What a look has found, and what is left of its round.
#[derive(Debug, Default)]
struct Looks {
    /// Diaries of this round that were not compared yet.
    left: Vec<Id>,
    /// So many at a time.
    step: usize,
    /// Those that differed a moment ago: perhaps their news were on their way.
    doubted: Vec<Id>,
}

impl Feed {
    /// Compares some diaries with the database, so that the whole index is compared within minutes: news can
    /// be lost, and the index heals itself. One that differs twice is read anew.
    fn look(&self, db: &Db, looks: &mut Looks) -> Outcome<()> {
        for resource in std::mem::take(&mut looks.doubted) {
            if self.differs(db, &resource)? {
                tracing::warn!(%resource, "what is taken was not what the database says");
                self.ledger.note_healed();
                self.wants(Stale::One(resource));
            }
        }
        if looks.left.is_empty() {
            looks.left = self.ledger.resources();
            looks.step = looks.left.len().div_ceil(LOOKS).min(AT_ONCE);
        }
        for _ in 0..looks.step {
            let Some(resource) = looks.left.pop() else { break };
            if self.differs(db, &resource)? {
                looks.doubted.push(resource);
            }
        }
        Ok(())
    }

    fn differs(&self, db: &Db, resource: &Id) -> Outcome<bool> {
        let Some(diary) = self.ledger.diary(resource) else { return Ok(false) };
        let (id, version, now) = (resource.clone(), diary.version(), self.clock.now());
        let claims = db.read_wait(move |tx| booking::live_claims_of(tx, &id, now))?;
        Ok(!self.ledger.is_true(resource, version, &claims, now))
    }
}

/// Ends with the feed.
#[allow(clippy::disallowed_methods, reason = "when diaries are compared decides nothing")]
fn read_anew(feed: &Weak<Feed>, db: &Db, wanted: &Wanted) {
    let (mut looks, mut looked) = (Looks::default(), std::time::Instant::now());
    loop {
        let stale = wanted.next(LOOK);
        let Some(feed) = feed.upgrade() else { return };
        if let Some(stale) = stale {
            feed.handle(db, stale);
        }
        if looked.elapsed() >= LOOK {
            if let Err(error) = feed.look(db, &mut looks) {
                tracing::warn!(%error, "what is taken could not be compared");
            }
            looked = std::time::Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MIGRATIONS;
    use crate::accounts::Level;
    use crate::booking::sample::{Watch, at, town};
    use crate::booking::{Hold, hold};

    #[test]
    fn news_of_others_that_come_again_and_again_are_noted_once() {
        let (db, _dir) = testkit::sqlite(MIGRATIONS);
        let town = town(&db);
        let Watch { feed, .. } = Watch::new(&db, &town);
        let offer = town.offer(&town.desk);
        let (cx, who, start) = (town.cx(&town.people[0]), town.people[0].clone(), at(8, 9, 0));
        let (level, purpose) = (Level::Verified, String::new());
        let wish = Hold { account: who, level, start, purpose, draft: None };
        db.write_wait(move |tx| hold(tx, &cx, &offer, &wish)).unwrap();
        for _ in 0..5 {
            assert!(feed.reload(&db, &town.desk).unwrap());
        }
        assert_eq!(feed.ledger.awaited(), 1);
        let wanted = Wanted::default();
        for _ in 0..5 {
            wanted.add(Stale::One("desk".into()));
            wanted.add(Stale::One("another".into()));
        }
        assert_eq!(wanted.len(), 2);
        let next = wanted.next(Duration::ZERO);
        assert!(matches!(&next, Some(Stale::One(id)) if id.as_str() == "desk"), "{next:?}");
    }

    #[test]
    fn an_index_that_lost_news_heals_itself() {
        testkit::each_engine(MIGRATIONS, |db| {
            let town = town(&db);
            let Watch { feed, .. } = Watch::new(&db, &town);
            let mut looks = Looks::default();
            let mut round = || {
                // More than a whole round.
                for _ in 0..4 {
                    feed.look(&db, &mut looks).unwrap();
                }
                looks.doubted.len()
            };
            assert_eq!((round(), feed.ledger.healed()), (0, 0));
            feed.ledger.diary(&town.desk).unwrap().busy().hold(
                1,
                slots::Taken { lane: 0, start: at(8, 9, 0).minutes(), end: at(8, 9, 15).minutes() },
                at(8, 9, 0).0,
            );
            round();
            assert!(feed.ledger.healed() > 0);
            while let Some(stale) = feed.wanted.next(Duration::ZERO) {
                feed.handle(&db, stale);
            }
            let now = town.clock.now();
            let ledger = feed.ledger.clone();
            assert!(db.read_wait(move |tx| ledger.compare(tx, now)).unwrap().is_empty());
        });
    }
}
