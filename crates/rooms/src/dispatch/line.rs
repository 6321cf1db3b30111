//! Where the holds of a node stand in line, and how a guarded one gets into the line of all nodes.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use base::db::{Queue, Reply, Turn};
use base::{Chance, Clock, Db, Fault, Id, Outcome, answer};

use super::append::append;
use super::dispatcher::Dispatcher;
use super::{GROUP, full};
use crate::booking::{self, Ask, Held, Offer};

/// Guarded wishes of a node that may wait for a number.
const WAITING: usize = 4096;
/// Answers that are looked for at a time: they come in the order of the numbers.
const LOOKED: usize = 256;

/// A service at a resource as the memory of a node has it, if it has.
pub type Offers = Arc<dyn Fn(&str, &Id) -> Option<Offer> + Send + Sync>;

/// What a node brings to serve the wishes of all.
#[derive(Clone)]
pub struct Node {
    /// Where «now» comes from.
    pub clock: Clock,
    /// Where randomness comes from.
    pub chance: Chance,
    /// What is offered.
    pub offers: Offers,
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Node")
    }
}

/// Where the holds of a node stand in line: guarded ones of a shared database in the line of all
/// nodes, all others in that of this node.
#[derive(Clone, Debug)]
pub struct Line {
    holds: booking::Line,
    waiters: Arc<Waiters>,
}

impl Line {
    /// Opens the line. Its threads end with its last clone.
    ///
    /// # Errors
    /// A fault when a thread cannot be started.
    pub fn open(db: &Db, node: &Node) -> Result<Self, Fault> {
        let (here, waiters) = (booking::line(db)?, Arc::<Waiters>::default());
        if !db.is_shared() {
            return Ok(Self { holds: here, waiters });
        }
        let all = enter_all(db, node, &waiters)?;
        let holds = Queue::by(move |ask: Ask, reply| match ask.is_guarded() {
            false => here.enter(ask, reply).map(drop),
            true => all.try_send((ask, reply)).map_err(|error| match error {
                TrySendError::Full(_) => full().into(),
                TrySendError::Disconnected(_) => Fault::new("the line has ended").into(),
            }),
        });
        Ok(Self { holds, waiters })
    }

    /// Stands in line with `ask`; gives its answer after the commit.
    ///
    /// # Errors
    /// What [`booking::hold`] refuses; `E-SYS-02` when the line is full; `E-REQ-06` when it took too
    /// long; a fault of the engine.
    pub async fn ask(&self, ask: Ask) -> Outcome<Held> {
        self.holds.ask(ask).await
    }

    /// Stands in line with `ask`: its number among all wishes of this node, and the answer to come.
    ///
    /// # Errors
    /// `E-SYS-02` when the line is full.
    pub fn stand(&self, ask: Ask) -> Outcome<Turn<Held>> {
        self.holds.stand(ask)
    }

    /// [`Line::ask`] for threads that may wait.
    ///
    /// # Errors
    /// As [`Line::ask`].
    pub fn ask_wait(&self, ask: Ask) -> Outcome<Held> {
        self.holds.ask_wait(ask)
    }

    /// How many of this node's people wait in the line of all nodes.
    pub fn waiting(&self) -> usize {
        self.waiters.all().len()
    }
}

type Entering = (Ask, Reply<Held>);

/// Starts what takes guarded wishes.
fn enter_all(db: &Db, node: &Node, waiters: &Arc<Waiters>) -> Result<SyncSender<Entering>, Fault> {
    let (entrance, asks) = sync_channel(WAITING);
    let (wake, woken) = sync_channel(1);
    let append = db.queue(|tx, groups: &[Vec<Ask>]| {
        groups.iter().map(|asks| Ok(Ok(append(tx, asks)?))).collect()
    })?;
    let clerk = Clerk { asks, append, waiters: waiters.clone(), wake };
    let dispatcher = Dispatcher::new(db, node.clone(), waiters.clone())?;
    start("okno-arrivals", move || clerk.work())?;
    start("okno-dispatch", move || dispatcher.work(&woken))?;
    Ok(entrance)
}

fn start(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Fault> {
    let thread = thread::Builder::new().name(name.into()).spawn(work);
    thread.map(|_| ()).map_err(|error| Fault::of("cannot start a thread of the line", error))
}

/// Gives the wishes of a node their numbers, in the order in which they came.
struct Clerk {
    asks: Receiver<Entering>,
    append: Queue<Vec<Ask>, Vec<i64>>,
    waiters: Arc<Waiters>,
    wake: SyncSender<()>,
}

impl Clerk {
    fn work(self) {
        while let Ok(first) = self.asks.recv() {
            let group = std::iter::once(first).chain(self.asks.try_iter()).take(GROUP);
            let (asks, replies): (Vec<Ask>, Vec<Reply<Held>>) = group.unzip();
            match self.append.ask_wait(asks) {
                Ok(seqs) => self.waiters.stand(&seqs, replies),
                Err(error) => replies.into_iter().for_each(|x| say(x, Err(error.again()))),
            }
            // When it cannot be woken, it is awake, or the node ends.
            self.wake.try_send(()).unwrap_or_default();
        }
    }
}

fn say(reply: Reply<Held>, answer: Outcome<Held>) {
    if reply.send(answer).is_err() {
        tracing::debug!("nobody waits for this answer any more");
    }
}

/// Those of this node whose wishes have a number and no answer yet.
#[derive(Debug, Default)]
pub(super) struct Waiters(Mutex<BTreeMap<i64, Reply<Held>>>);

impl Waiters {
    fn all(&self) -> MutexGuard<'_, BTreeMap<i64, Reply<Held>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those for whom there was no room are told so.
    fn stand(&self, seqs: &[i64], mut replies: Vec<Reply<Held>>) {
        let late = replies.split_off(seqs.len().min(replies.len()));
        self.all().extend(seqs.iter().copied().zip(replies));
        late.into_iter().for_each(|x| say(x, Err(full().into())));
    }

    /// Hands out answers; those to the people of other nodes are not for us.
    pub(super) fn hear(&self, answers: Vec<(i64, String)>) {
        for (seq, text) in answers {
            let reply = self.all().remove(&seq);
            if let Some(reply) = reply {
                say(reply, answer::read(&text));
            }
        }
    }

    /// The numbers whose answers come next. Whoever went away does not wait any more.
    pub(super) fn next(&self) -> Vec<i64> {
        let mut all = self.all();
        all.retain(|_, reply| !reply.is_closed());
        all.keys().copied().take(LOOKED).collect()
    }
}
