//! Work that is slow on purpose: hashing passwords. It has threads of its own, a short queue and a
//! deadline: a crowd is sent away before it fills the memory, and nobody waits for long.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use base::{Chance, Error, Fault, Kind, Outcome, Refusal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::Instant;

/// How many hashes are made at once: each takes a core and 19 MiB.
const AT_ONCE: usize = 2;
/// How many more may wait.
const WAITING: usize = 32;
/// How long one may wait before it is sent away instead of begun.
const PATIENCE: Duration = Duration::from_secs(3);

/// The place for slow work. Cloning shares it; its threads begin with the first piece of work.
#[derive(Clone, Debug)]
pub struct Slow {
    queue: Arc<OnceLock<SyncSender<Job>>>,
    room: Arc<Semaphore>,
    patience: Duration,
    done: Arc<AtomicU64>,
}

/// A place in the queue, taken before the work is known. Whoever has none is sent away before anything
/// is counted against them.
#[derive(Debug)]
pub struct Turn(OwnedSemaphorePermit);

/// A piece of work that knows whether its turn came too late.
struct Job {
    until: Instant,
    work: Box<dyn FnOnce(bool) + Send>,
}

impl Default for Slow {
    fn default() -> Self {
        let room = Arc::new(Semaphore::new(AT_ONCE + WAITING));
        Self { queue: Arc::default(), room, patience: PATIENCE, done: Arc::default() }
    }
}

impl Slow {
    /// Whether one more could wait.
    pub fn has_room(&self) -> bool {
        self.room.available_permits() > 0
    }

    /// Takes a place in the queue.
    ///
    /// # Errors
    /// `E-SYS-02` when too many wait already.
    pub fn turn(&self) -> Outcome<Turn> {
        self.room.clone().try_acquire_owned().map(Turn).map_err(|_full| busy())
    }

    /// [`Slow::run_in`] with a turn that is taken now.
    ///
    /// # Errors
    /// As [`Slow::turn`] and [`Slow::run_in`].
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        self.run_in(self.turn()?, work).await
    }

    /// Does `work` when its turn comes. Dropping the future gives the turn away; work that has
    /// begun is finished.
    ///
    /// # Errors
    /// `E-SYS-02` when the turn came too late; what `work` gives; a fault when it panics.
    pub async fn run_in<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl FnOnce() -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        let (reply, answer) = oneshot::channel();
        let begun = self.done.clone();
        let work = move |late: bool| {
            let Turn(_until_done) = turn;
            if reply.is_closed() {
                return;
            }
            let done = match late {
                true => Err(busy()),
                false => {
                    begun.fetch_add(1, Ordering::Relaxed);
                    catch_unwind(AssertUnwindSafe(work))
                        .unwrap_or_else(|_| Err(Fault::new("slow work panicked").into()))
                }
            };
            if reply.send(done).is_err() {
                tracing::debug!("nobody waits for this slow work any more");
            }
        };
        let job = Job { until: Instant::now() + self.patience, work: Box::new(work) };
        self.queue.get_or_init(threads).try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => busy(),
            TrySendError::Disconnected(_) => Fault::new("there is nobody for slow work").into(),
        })?;
        let gone = |error| Err(Fault::of("slow work vanished", error).into());
        answer.await.unwrap_or_else(gone)
    }

    /// How many pieces of work were done so far.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }
}

/// Seconds after which whoever found no room comes back: 2 to 10. A crowd that is sent away together must
/// not return together, or each of its returns holds up everybody else.
pub(crate) fn come_back() -> u32 {
    2 + Chance::os().below(9) as u32
}

fn busy() -> Error {
    Refusal::new(Kind::Overloaded, "E-SYS-02").retry(come_back()).into()
}

/// The threads end when the last [`Slow`] that shares them is gone.
fn threads() -> SyncSender<Job> {
    let (queue, jobs) = sync_channel(AT_ONCE + WAITING);
    let jobs = Arc::new(Mutex::new(jobs));
    for _ in 0..AT_ONCE {
        let jobs = jobs.clone();
        let started = thread::Builder::new().name("okno-slow".into()).spawn(move || work(&jobs));
        if let Err(error) = started {
            tracing::error!("no thread for slow work: {error}");
        }
    }
    queue
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    give_way();
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        (job.work)(Instant::now() > job.until);
    }
}

/// Lets everything else go first on this thread's core: whoever signs in waits a little longer, so
/// that whoever books does not. Only Linux counts threads one by one.
fn give_way() {
    #[cfg(target_os = "linux")]
    {
        const NICE: i32 = 10;
        let thread = rustix::thread::gettid();
        if let Err(error) = rustix::process::setpriority_process(Some(thread), NICE) {
            tracing::debug!("slow work goes on as fast as everything else: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::task::JoinHandle;

    use super::*;

    /// Work that goes on until the gate opens, and says when it begins.
    struct Gate {
        began: mpsc::Sender<()>,
        open: Arc<Mutex<mpsc::Receiver<()>>>,
    }

    impl Gate {
        fn hold(&self, slow: &Slow) -> JoinHandle<Outcome<i32>> {
            let (slow, began, open) = (slow.clone(), self.began.clone(), self.open.clone());
            tokio::spawn(async move {
                let work = move || {
                    began.send(()).unwrap();
                    open.lock().unwrap().recv().unwrap();
                    Ok(1)
                };
                slow.run(work).await
            })
        }
    }

    async fn seen(count: usize, began: &mpsc::Receiver<()>) {
        for _ in 0..count {
            while began.try_recv().is_err() {
                tokio::task::yield_now().await;
            }
        }
    }

    #[test]
    fn a_crowd_is_told_to_come_back_and_those_inside_are_served() {
        crate::testing::run(async {
            let slow = Slow::default();
            let ((began, begun), (open, gate)) = (mpsc::channel(), mpsc::channel());
            let gate = Gate { began, open: Arc::new(Mutex::new(gate)) };
            let mut inside: Vec<_> = (0..AT_ONCE).map(|_| gate.hold(&slow)).collect();
            seen(AT_ONCE, &begun).await;
            inside.extend((0..WAITING).map(|_| gate.hold(&slow)));
            // On one thread: all of them have asked when this one goes on.
            tokio::task::yield_now().await;
            assert_eq!(slow.run(|| Ok(0)).await.unwrap_err().code(), Some("E-SYS-02"));
            inside.iter().for_each(|_| open.send(()).unwrap());
            for one in inside {
                assert_eq!(one.await.unwrap().unwrap(), 1);
            }
            assert_eq!(slow.run(|| Ok(2)).await.unwrap(), 2);
        });
    }

    #[test]
    fn work_whose_turn_comes_too_late_is_not_begun() {
        crate::testing::run(async {
            let slow = Slow { patience: Duration::from_millis(20), ..Slow::default() };
            let ((began, begun), (open, gate)) = (mpsc::channel(), mpsc::channel());
            let gate = Gate { began, open: Arc::new(Mutex::new(gate)) };
            let inside: Vec<_> = (0..AT_ONCE).map(|_| gate.hold(&slow)).collect();
            seen(AT_ONCE, &begun).await;
            let late = gate.hold(&slow);
            tokio::time::sleep(Duration::from_millis(50)).await;
            inside.iter().for_each(|_| open.send(()).unwrap());
            assert_eq!(late.await.unwrap().unwrap_err().code(), Some("E-SYS-02"));
            assert!(begun.try_recv().is_err(), "it began nevertheless");
            for one in inside {
                assert_eq!(one.await.unwrap().unwrap(), 1);
            }
        });
    }

    #[test]
    fn a_panic_is_a_fault_and_the_thread_goes_on() {
        crate::testing::run(async {
            let slow = Slow::default();
            for _ in 0..AT_ONCE + 1 {
                let fault = slow.run(|| -> Outcome<()> { panic!("at the disco") }).await;
                assert!(matches!(fault, Err(Error::Fault(_))));
            }
            assert_eq!(slow.run(|| Ok(3)).await.unwrap(), 3);
        });
    }
}
