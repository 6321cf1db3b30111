//! Keeping the ledger true: the news of this node at once, those of others by reading anew.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
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

/// Who wants to hear that the free time of a resource is another, once the ledger knows it.
pub type Watcher = Box<dyn Fn(&Id) + Send + Sync>;

/// The ledger, the picture that shows it, and what is still to be read.
pub struct Feed {
    ledger: Arc<Ledger>,
    frame: RwLock<Arc<Availability>>,
    clock: Clock,
    /// The first read is under way: news only say what to read again.
    loading: AtomicBool,
    stale: Mutex<Sender<Stale>>,
    noted: Mutex<Option<Receiver<Stale>>>,
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

impl Feed {
    /// Listens to the news of `db`, then reads what is taken. Until [`Feed::follow`] the news are
    /// only noted.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn start(db: &Db, clock: &Clock) -> Outcome<Arc<Self>> {
        let (stale, noted) = channel();
        let feed = Arc::new(Self {
            ledger: Arc::default(),
            frame: RwLock::default(),
            clock: clock.clone(),
            loading: AtomicBool::new(true),
            stale: Mutex::new(stale),
            noted: Mutex::new(Some(noted)),
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
        let noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(noted) = noted else { return Ok(()) };
        let (feed, db) = (Arc::downgrade(self), db.clone());
        let work = move || read_anew(&feed, &db, &noted);
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
        if self.stale.lock().unwrap_or_else(PoisonError::into_inner).send(stale).is_err() {
            tracing::error!("nobody reads free time anew any more");
        }
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

fn read_anew(feed: &Weak<Feed>, db: &Db, wanted: &Receiver<Stale>) {
    while let Ok(stale) = wanted.recv() {
        let Some(feed) = feed.upgrade() else { return };
        feed.handle(db, stale);
    }
}
