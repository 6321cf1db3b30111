//! Work that is slow on purpose: hashing passwords. It runs off the threads that serve requests, a
//! little at a time, and a crowd is sent away before it fills the memory.

use std::sync::Arc;

use base::{Fault, Kind, Outcome, Refusal};
use tokio::sync::Semaphore;

/// How many hashes are made at once: each takes a core and 19 MiB.
const AT_ONCE: usize = 2;
/// How many more may wait.
const WAITING: usize = 32;

/// The place for slow work. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Slow {
    seats: Arc<Semaphore>,
    hands: Arc<Semaphore>,
}

impl Default for Slow {
    fn default() -> Self {
        Self {
            seats: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
            hands: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Slow {
    /// Does `work` when its turn comes. Dropping the future gives the turn away; work that has
    /// begun is finished.
    ///
    /// # Errors
    /// `E-SYS-02` when too many wait already; what `work` gives; a fault when it panics.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        let full = |_full| Refusal::new(Kind::Overloaded, "E-SYS-02").retry(2);
        let seat = self.seats.clone().try_acquire_owned().map_err(full)?;
        let closed = |error| Fault::of("slow work is closed", error);
        let hand = self.hands.clone().acquire_owned().await.map_err(closed)?;
        let turn = move || {
            let _held = (seat, hand);
            work()
        };
        let done = tokio::task::spawn_blocking(turn).await;
        done.map_err(|error| Fault::of("slow work failed", error))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_told_to_come_back_and_those_inside_are_served() {
        crate::testing::run(async {
            let slow = Slow::default();
            let (open, gate) = std::sync::mpsc::channel::<()>();
            let gate = Arc::new(std::sync::Mutex::new(gate));
            let inside = (0..AT_ONCE + WAITING).map(|_| {
                let (slow, gate) = (slow.clone(), gate.clone());
                tokio::spawn(async move {
                    slow.run(move || {
                        gate.lock().unwrap().recv().unwrap();
                        Ok(1)
                    })
                    .await
                })
            });
            let inside: Vec<_> = inside.collect();
            while slow.seats.available_permits() > 0 {
                tokio::task::yield_now().await;
            }
            assert_eq!(slow.run(|| Ok(0)).await.unwrap_err().code(), Some("E-SYS-02"));
            inside.iter().for_each(|_| open.send(()).unwrap());
            for one in inside {
                assert_eq!(one.await.unwrap().unwrap(), 1);
            }
            assert_eq!(slow.run(|| Ok(2)).await.unwrap(), 2);
        });
    }
}
