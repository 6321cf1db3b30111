//! Providers of identity are asked on threads that may wait: a few at a time and each provider apart. One
//! that hangs keeps nobody from the others, nor from the password; who finds no room hears so at once,
//! before anything is read or written.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering::Relaxed};

use base::{Fault, Instant, Kind, Outcome, Refusal};
use rooms::sso::elsewhere::{NotProved, Provider, Providers};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Visit;

/// People who wait for one provider at once.
const AT_ONCE: usize = 8;
/// After so many calls in a row without an answer nobody waits for one any more …
const FAILURES: u32 = 5;
/// … but one person in such a time, who finds out whether it is back.
const PAUSE: i64 = 30 * Instant::SECOND;
/// When it makes sense to come back, in seconds.
const COME_BACK: u32 = 30;

/// The providers, and a door before each.
pub struct Vouchers {
    providers: Arc<dyn Providers>,
    doors: HashMap<String, Arc<Door>>,
}

/// What is known of how a provider answers.
struct Door {
    room: Arc<Semaphore>,
    failures: AtomicU32,
    shut_until: AtomicI64,
}

impl Vouchers {
    /// A door before each of `providers`.
    pub fn new(providers: Arc<dyn Providers>) -> Self {
        let door = || Door {
            room: Arc::new(Semaphore::new(AT_ONCE)),
            failures: AtomicU32::new(0),
            shut_until: AtomicI64::new(0),
        };
        let doors = providers.all().iter().map(|x| (x.id.clone(), Arc::new(door()))).collect();
        Self { providers, doors }
    }

    /// All of them, in the order of the configuration.
    pub fn all(&self) -> &[Provider] {
        self.providers.all()
    }

    /// A place among those who wait for a provider.
    ///
    /// # Errors
    /// `E-REQ-01` when there is no such provider, `E-SSO-37` when too many wait for it, `E-SSO-31` when it
    /// has not answered those before.
    pub(crate) fn enter(&self, visit: &Visit, provider: &str) -> Result<Place, Refusal> {
        let unknown = || Refusal::new(Kind::NotFound, "E-REQ-01");
        let door = self.doors.get(provider).ok_or_else(unknown)?.clone();
        let away = |code| Refusal::new(Kind::Overloaded, code).retry(COME_BACK);
        let permit = door.room.clone().try_acquire_owned().map_err(|_full| away("E-SSO-37"))?;
        if !door.lets_in(visit.app.clock.now()) {
            return Err(away("E-SSO-31"));
        }
        Ok(Place { provider: provider.to_owned(), providers: self.providers.clone(), door, permit })
    }
}

impl Door {
    fn lets_in(&self, now: Instant) -> bool {
        let one = |until| (until <= now.0).then_some(now.plus(PAUSE).0);
        self.failures.load(Relaxed) < FAILURES
            || self.shut_until.fetch_update(Relaxed, Relaxed, one).is_ok()
    }

    fn answered(&self, now: Instant, down: bool) {
        if down {
            self.shut_until.store(now.plus(PAUSE).0, Relaxed);
            self.failures.fetch_add(1, Relaxed);
        } else {
            self.failures.store(0, Relaxed);
        }
    }
}

/// A place among those who wait for a provider.
pub(crate) struct Place {
    provider: String,
    providers: Arc<dyn Providers>,
    door: Arc<Door>,
    permit: OwnedSemaphorePermit,
}

impl Place {
    /// Asks the provider. The place is given back when it has answered, also when nobody waits for that any
    /// more.
    ///
    /// # Errors
    /// Why it proves nothing.
    pub(crate) async fn ask<T: Send + 'static>(
        self,
        visit: &Visit,
        ask: impl FnOnce(&dyn Providers, &str) -> Result<T, NotProved> + Send + 'static,
    ) -> Outcome<T> {
        let (clock, name) = (visit.app.clock.clone(), self.provider.clone());
        let work = move || {
            let answer = ask(&*self.providers, &self.provider);
            self.door.answered(clock.now(), matches!(answer, Err(NotProved::Away(_))));
            drop(self.permit);
            answer
        };
        let answer = tokio::task::spawn_blocking(work).await;
        let answer = answer.map_err(|error| Fault::of("a provider's thread has died", error))?;
        answer.map_err(|why| {
            tracing::warn!(op = %visit.op, provider = name, "a provider proved nothing: {why:?}");
            Refusal::from(why).into()
        })
    }
}

impl std::fmt::Debug for Vouchers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vouchers")
    }
}
