//! A queue for one kind of act: strictly in order of arrival, many in one transaction.
//!
//! On PostgreSQL a queue has a thread and a connection of its own, so that what comes first commits
//! first and what waits shares one commit. On SQLite there is one writer anyway, and the asks enter
//! its queue.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::{Db, Engine, Tx, gone};
use crate::{Fault, Outcome};

/// What a queue does with the asks at its head: an answer for each, in their order. A refusal among
/// the answers must have written nothing. A fault undoes all, and each ask is run alone.
pub type Act<A, R> = dyn Fn(&mut Tx<'_>, &[A]) -> Outcome<Vec<Outcome<R>>> + Send + Sync;

/// Where the answer to an ask goes.
pub type Reply<R> = oneshot::Sender<Outcome<R>>;

/// Puts an ask into the line.
pub(super) type Enter<A, R> = dyn Fn(A, Reply<R>) -> Outcome<()> + Send + Sync;

/// A queue of asks of type `A` with answers of type `R`. Clones share it.
pub struct Queue<A, R>(Arc<Enter<A, R>>);

impl<A, R> Clone for Queue<A, R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<A, R> std::fmt::Debug for Queue<A, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Queue")
    }
}

impl<A, R> Queue<A, R> {
    /// A queue whose asks are taken by `enter`, which sees to it that each is answered.
    pub fn by(enter: impl Fn(A, Reply<R>) -> Outcome<()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(enter))
    }

    /// Stands in line with `ask`, whose answer goes to `reply` after the commit.
    ///
    /// # Errors
    /// `E-SYS-02` when the queue is full.
    pub fn enter(&self, ask: A, reply: Reply<R>) -> Outcome<()> {
        (self.0)(ask, reply)
    }

    /// Stands in line with `ask`; gives its answer after the commit.
    ///
    /// # Errors
    /// What the act gives; a fault of the engine; `E-SYS-02` when the queue is full.
    pub async fn ask(&self, ask: A) -> Outcome<R> {
        let (reply, answer) = oneshot::channel();
        self.enter(ask, reply)?;
        answer.await.unwrap_or_else(|_closed| Err(gone()))
    }

    /// [`Queue::ask`] for threads that may wait.
    ///
    /// # Errors
    /// As [`Queue::ask`].
    pub fn ask_wait(&self, ask: A) -> Outcome<R> {
        let (reply, answer) = oneshot::channel();
        self.enter(ask, reply)?;
        answer.blocking_recv().unwrap_or_else(|_closed| Err(gone()))
    }
}

impl Db {
    /// A queue whose asks are answered by `act`.
    ///
    /// # Errors
    /// A fault when its thread cannot be started.
    pub fn queue<A, R>(
        &self,
        act: impl Fn(&mut Tx<'_>, &[A]) -> Outcome<Vec<Outcome<R>>> + Send + Sync + 'static,
    ) -> Result<Queue<A, R>, Fault>
    where
        A: Send + 'static,
        R: Send + 'static,
    {
        let act: Arc<Act<A, R>> = Arc::new(act);
        Ok(Queue(match &self.0.engine {
            Engine::Sqlite(_) => {
                let db = self.clone();
                Arc::new(move |ask, reply| {
                    let act = act.clone();
                    db.send_to(move |tx| alone(&*act, tx, std::slice::from_ref(&ask)), reply)
                })
            }
            Engine::Pg(pg) => pg.queue(act, &self.0.listeners)?,
        }))
    }
}

/// The one answer to one ask.
pub(super) fn alone<A, R>(act: &Act<A, R>, tx: &mut Tx<'_>, ask: &[A]) -> Outcome<R> {
    act(tx, ask)?.pop().unwrap_or_else(|| Err(Fault::new("a queue gave no answer").into()))
}
