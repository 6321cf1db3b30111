//! What is taken of every resource, followed from news to news.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use base::{Id, Instant, Outcome, Tx};
use slots::index::{Busy, Counted};
use slots::{Minute, Taken};

use crate::booking::{self, ClaimChange, LiveClaim};

/// What is taken of one resource, as this node knows it.
#[derive(Debug)]
pub struct Diary {
    busy: Mutex<Busy>,
    version: AtomicU64,
}

/// What a change did to a diary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Effect {
    /// From this minute on something became free.
    pub freed: Option<Minute>,
    /// The change did not fit what was known: the claims are to be read anew.
    pub odd: bool,
}

impl Diary {
    fn new(grid: u16) -> Self {
        Self { busy: Mutex::new(Busy::new(grid)), version: AtomicU64::new(1) }
    }

    /// What is taken now.
    pub(super) fn busy(&self) -> MutexGuard<'_, Busy> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is taken from `now` on.
    pub fn spans(&self, now: Instant) -> Vec<Taken> {
        self.busy().spans(now.minutes(), now.0)
    }

    /// Rises with every change.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    pub(super) fn touch(&self) {
        self.version.fetch_add(1, Ordering::AcqRel);
    }

    fn change(&self, change: &ClaimChange) -> Effect {
        let mut busy = self.busy();
        let LiveClaim { taken, until, counted, .. } = change.claim;
        let counts = counted.is_none_or(|one| {
            if change.alive {
                busy.count(one, ends(until));
                return true;
            }
            // Of a hold it may have been dropped when it ran out.
            busy.uncount(one) || until != Instant::NEVER
        });
        let fits = match (change.alive, until == Instant::NEVER) {
            (true, true) => {
                // A hold that became a booking, or a claim that was one from the beginning.
                busy.let_go(change.claim.key);
                busy.take(taken)
            }
            (true, false) => {
                busy.hold(change.claim.key, taken, until.0);
                true
            }
            (false, true) => busy.give(taken),
            (false, false) => {
                busy.let_go(change.claim.key);
                true
            }
        };
        self.touch();
        // Where a limit was reached, all of the day may be free again.
        let freed = counted.map_or(taken.start, |x| (x.day - 1) * Minute::from(DAY));
        Effect { freed: (!change.alive).then_some(freed), odd: !(fits && counts) }
    }

    /// Replaces what is known by what was read, unless something changed since `version`.
    pub(super) fn replace(&self, version: u64, claims: &[LiveClaim]) -> bool {
        let mut busy = self.busy();
        if self.version() != version {
            return false;
        }
        let mut fresh = Busy::new(busy.grid());
        claims.iter().for_each(|claim| put(&mut fresh, claim));
        *busy = fresh;
        self.touch();
        true
    }
}

/// When a claim lapses by itself, if it does.
fn ends(until: Instant) -> Option<i64> {
    (until != Instant::NEVER).then_some(until.0)
}

fn put(busy: &mut Busy, claim: &LiveClaim) {
    if let Some(one) = claim.counted {
        busy.count(one, ends(claim.until));
    }
    match claim.until {
        Instant::NEVER => {
            busy.take(claim.taken);
        }
        until => busy.hold(claim.key, claim.taken, until.0),
    }
}

/// The diaries of all resources. They outlive every picture of the reference data: a change of
/// rules takes nobody's time.
#[derive(Debug)]
pub struct Ledger {
    diaries: RwLock<HashMap<Id, Arc<Diary>>>,
    changes: AtomicU64,
    /// When holds of which resource run out, and the soonest of these moments. A set: what is read again
    /// and again is awaited once.
    expiries: Mutex<BTreeSet<(i64, Id)>>,
    soonest: AtomicI64,
    /// How often a diary had to be read anew although no news said so.
    healed: AtomicU64,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            diaries: RwLock::default(),
            changes: AtomicU64::new(1),
            expiries: Mutex::default(),
            soonest: AtomicI64::new(i64::MAX),
            healed: AtomicU64::new(0),
        }
    }
}

impl Ledger {
    /// The diary of a resource, if it has one.
    pub fn diary(&self, resource: &Id) -> Option<Arc<Diary>> {
        self.diaries.read().unwrap_or_else(PoisonError::into_inner).get(resource).cloned()
    }

    /// The diary of a resource, an empty one when it is new; says whether it is.
    pub(super) fn open(&self, resource: &Id, grid: u16) -> (Arc<Diary>, bool) {
        if let Some(known) = self.diary(resource) {
            return (known, false);
        }
        let mut diaries = self.diaries.write().unwrap_or_else(PoisonError::into_inner);
        let mut new = false;
        let diary = diaries.entry(resource.clone()).or_insert_with(|| {
            new = true;
            Arc::new(Diary::new(grid))
        });
        (diary.clone(), new)
    }

    /// All resources that have a diary.
    pub(super) fn resources(&self) -> Vec<Id> {
        self.diaries.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    /// Adds a claim that was read at the start.
    pub(super) fn add(&self, resource: &Id, claim: &LiveClaim) {
        let (diary, _) = self.open(resource, DAY);
        put(&mut diary.busy(), claim);
        self.await_expiry(resource, claim.until);
    }

    /// Replaces what is known of a resource; `false` when it changed since `version`.
    pub(super) fn replace(&self, resource: &Id, version: u64, claims: &[LiveClaim]) -> bool {
        let (diary, _) = self.open(resource, DAY);
        let replaced = diary.replace(version, claims);
        if replaced {
            claims.iter().for_each(|claim| self.await_expiry(resource, claim.until));
            self.changes.fetch_add(1, Ordering::AcqRel);
        }
        replaced
    }

    /// Follows a change that was committed; the diary must be there.
    pub(super) fn change(&self, resource: &Id, change: &ClaimChange) -> Option<Effect> {
        let effect = self.diary(resource)?.change(change);
        if change.alive {
            self.await_expiry(resource, change.claim.until);
        }
        self.changes.fetch_add(1, Ordering::AcqRel);
        Some(effect)
    }

    /// Rises with every change of any resource.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    fn await_expiry(&self, resource: &Id, until: Instant) {
        if until == Instant::NEVER {
            return;
        }
        let mut expiries = self.expiries.lock().unwrap_or_else(PoisonError::into_inner);
        expiries.insert((until.0, resource.clone()));
        self.soonest.fetch_min(until.0, Ordering::AcqRel);
    }

    /// Lets the versions of those resources rise whose holds have run out until `now`. What is free
    /// does not depend on it; what says that nothing has changed does.
    pub(super) fn expire(&self, now: Instant) {
        if self.soonest.load(Ordering::Acquire) > now.0 {
            return;
        }
        let mut expiries = self.expiries.lock().unwrap_or_else(PoisonError::into_inner);
        while expiries.first().is_some_and(|(until, _)| *until <= now.0)
            && let Some((_, resource)) = expiries.pop_first()
        {
            if let Some(diary) = self.diary(&resource) {
                diary.touch();
            }
            self.changes.fetch_add(1, Ordering::AcqRel);
        }
        let next = expiries.first().map_or(i64::MAX, |(until, _)| *until);
        self.soonest.store(next, Ordering::Release);
    }

    /// Drops what is over.
    pub(crate) fn forget(&self, now: Instant) {
        let diaries = self.diaries.read().unwrap_or_else(PoisonError::into_inner);
        let past = now.plus(-Instant::DAY).minutes();
        diaries.values().for_each(|diary| diary.busy().forget(past, now.0));
    }

    /// The resources of which the database says something else than the ledger.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn compare(&self, tx: &mut Tx<'_>, now: Instant) -> Outcome<Vec<Id>> {
        let mut stored: HashMap<Id, Busy> = HashMap::new();
        booking::live_claims(tx, now, |resource, claim| {
            put(stored.entry(resource.clone()).or_insert_with(|| Busy::new(DAY)), &claim);
        })?;
        let spans = |busy: Option<&Busy>| busy.map_or_else(Default::default, |x| shown(x, now));
        let diaries = self.diaries.read().unwrap_or_else(PoisonError::into_inner);
        let mut differing: Vec<Id> = diaries
            .iter()
            .filter(|(id, diary)| spans(Some(&diary.busy())) != spans(stored.get(*id)))
            .map(|(id, _)| id.clone())
            .collect();
        differing.extend(stored.into_keys().filter(|id| !diaries.contains_key(id)));
        differing.sort();
        Ok(differing)
    }

    /// Whether a diary says what was read from the database; `true` while it is in motion, since then nobody
    /// can tell.
    pub(super) fn is_true(
        &self,
        resource: &Id,
        version: u64,
        claims: &[LiveClaim],
        now: Instant,
    ) -> bool {
        let Some(diary) = self.diary(resource) else { return true };
        let mut stored = Busy::new(DAY);
        claims.iter().for_each(|claim| put(&mut stored, claim));
        let busy = diary.busy();
        diary.version() != version || shown(&busy, now) == shown(&stored, now)
    }

    /// Counts a diary that had to be read anew although no news said so.
    pub(super) fn note_healed(&self) {
        self.healed.fetch_add(1, Ordering::Relaxed);
    }

    /// How often a diary had to be read anew although no news said so.
    pub fn healed(&self) -> u64 {
        self.healed.load(Ordering::Relaxed)
    }

    /// Moments that are awaited.
    #[cfg(test)]
    pub(super) fn awaited(&self) -> usize {
        self.expiries.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Bytes of all that is taken, about.
    pub fn bytes(&self) -> usize {
        let diaries = self.diaries.read().unwrap_or_else(PoisonError::into_inner);
        let own = diaries.values().map(|diary| size_of::<Diary>() + diary.busy().bytes());
        own.sum::<usize>() + diaries.capacity() * size_of::<(Id, Arc<Diary>)>()
    }
}

/// What is taken from `now` on, and what counts towards limits, from the first day that is over nowhere: of
/// former ones only memory may still know.
fn shown(busy: &Busy, now: Instant) -> (Vec<Taken>, Vec<Counted>) {
    let (from, day) = (now.minutes(), now.minutes() / Minute::from(DAY) + 1);
    (busy.spans(from, now.0), busy.counts(day, now.0))
}

/// The coarsest grid there is; claims and starts refine it.
pub(super) const DAY: u16 = 1440;
