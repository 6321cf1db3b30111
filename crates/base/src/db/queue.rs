//! A queue for one kind of act: strictly in order of arrival, many in one transaction.
//!
//! On PostgreSQL a queue has a thread and a connection of its own, so that what comes first commits
//! first and what waits shares one commit. On SQLite there is one writer anyway, and the asks enter
//! its queue. Questions that only read have places of their own.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::{Db, Engine, For, Tx, gone};
use crate::{Fault, Outcome};

/// What a queue does with the asks at its head: an answer for each, in their order. A refusal among
/// the answers must have written nothing. A fault undoes all, and each ask is run alone.
pub type Act<A, R> = dyn Fn(&mut Tx<'_>, &[A]) -> Outcome<Vec<Outcome<R>>> + Send + Sync;

/// What a group of asks locks before it is looked at: no other group that locks the same, on whatever node,
/// runs beside it.
pub(super) type Locks<A> = dyn Fn(&[A]) -> Vec<i64> + Send + Sync;

/// Where the answer to an ask goes.
pub type Reply<R> = oneshot::Sender<Outcome<R>>;

/// Puts an ask into the line.
pub(super) type Enter<A, R> = dyn Fn(A, Reply<R>) -> Outcome<()> + Send + Sync;

/// A queue of asks of type `A` with answers of type `R`. Clones share it.
pub struct Queue<A, R> {
    enter: Arc<Enter<A, R>>,
    /// Asks that have entered so far.
    entered: Arc<Mutex<u64>>,
}

impl<A, R> Clone for Queue<A, R> {
    fn clone(&self) -> Self {
        Self { enter: self.enter.clone(), entered: self.entered.clone() }
    }
}

impl<A, R> std::fmt::Debug for Queue<A, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Queue")
    }
}

/// A turn in a queue: it comes whether anybody waits for the answer or not.
#[derive(Debug)]
pub struct Turn<R> {
    /// The how manieth ask it is since this node started; of two, the lower one is served first.
    pub number: u64,
    answer: oneshot::Receiver<Outcome<R>>,
}

impl<R> Turn<R> {
    /// The answer, after the commit.
    ///
    /// # Errors
    /// What the act gives; a fault of the engine.
    pub async fn answer(self) -> Outcome<R> {
        self.answer.await.unwrap_or_else(|_closed| Err(gone()))
    }
}

impl<A, R> Queue<A, R> {
    /// A queue whose asks are taken by `enter`, which sees to it that each is answered.
    pub fn by(enter: impl Fn(A, Reply<R>) -> Outcome<()> + Send + Sync + 'static) -> Self {
        Self::of(Arc::new(enter))
    }

    fn of(enter: Arc<Enter<A, R>>) -> Self {
        Self { enter, entered: Arc::default() }
    }

    /// Stands in line with `ask`, whose answer goes to `reply` after the commit; gives its number.
    ///
    /// # Errors
    /// `E-SYS-02` when the queue is full.
    pub fn enter(&self, ask: A, reply: Reply<R>) -> Outcome<u64> {
        // Numbered and entered in one step, so that the numbers are the order.
        let mut entered = self.entered.lock().unwrap_or_else(PoisonError::into_inner);
        (self.enter)(ask, reply)?;
        *entered += 1;
        Ok(*entered)
    }

    /// Stands in line with `ask`.
    ///
    /// # Errors
    /// `E-SYS-02` when the queue is full.
    pub fn stand(&self, ask: A) -> Outcome<Turn<R>> {
        let (reply, answer) = oneshot::channel();
        Ok(Turn { number: self.enter(ask, reply)?, answer })
    }

    /// Stands in line with `ask`; gives its answer after the commit.
    ///
    /// # Errors
    /// What the act gives; a fault of the engine; `E-SYS-02` when the queue is full.
    pub async fn ask(&self, ask: A) -> Outcome<R> {
        self.stand(ask)?.answer().await
    }

    /// [`Queue::ask`] for threads that may wait.
    ///
    /// # Errors
    /// As [`Queue::ask`].
    pub fn ask_wait(&self, ask: A) -> Outcome<R> {
        let turn = self.stand(ask)?;
        turn.answer.blocking_recv().unwrap_or_else(|_closed| Err(gone()))
    }
}

impl Db {
    /// The act, whose statements count as run because somebody asked.
    fn counted_act<A: 'static, R: 'static>(
        &self,
        act: impl Fn(&mut Tx<'_>, &[A]) -> Outcome<Vec<Outcome<R>>> + Send + Sync + 'static,
    ) -> Arc<Act<A, R>> {
        let statements = self.0.statements.clone();
        Arc::new(move |tx: &mut Tx<'_>, asks: &[A]| {
            statements.counting(For::Requests, tx, |tx| act(tx, asks))
        })
    }

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
        self.queue_apart(|_| Vec::new(), act)
    }

    /// [`Db::queue`], where what counts rows that another node may be adding to: no two groups whose `locks`
    /// have a number in common run at the same time. On SQLite none do anyway.
    ///
    /// # Errors
    /// As [`Db::queue`].
    pub fn queue_apart<A, R>(
        &self,
        locks: impl Fn(&[A]) -> Vec<i64> + Send + Sync + 'static,
        act: impl Fn(&mut Tx<'_>, &[A]) -> Outcome<Vec<Outcome<R>>> + Send + Sync + 'static,
    ) -> Result<Queue<A, R>, Fault>
    where
        A: Send + 'static,
        R: Send + 'static,
    {
        let act = self.counted_act(act);
        let enter: Arc<Enter<A, R>> = match &self.0.engine {
            Engine::Sqlite(_) => {
                let db = self.clone();
                Arc::new(move |ask, reply| {
                    let act = act.clone();
                    db.send_to(move |tx| alone(&*act, tx, std::slice::from_ref(&ask)), reply)
                })
            }
            Engine::Pg(pg) => pg.queue(act, Some(Arc::new(locks)))?,
        };
        Ok(Queue::of(enter))
    }

    /// A place for questions, which `act` answers without writing: on PostgreSQL those that wait
    /// share the journeys to the server; on SQLite each is answered on its caller's thread.
    ///
    /// # Errors
    /// A fault when its thread cannot be started.
    pub fn questions<A, R>(
        &self,
        act: impl Fn(&mut Tx<'_>, &[A]) -> Outcome<Vec<Outcome<R>>> + Send + Sync + 'static,
    ) -> Result<Questions<A, R>, Fault>
    where
        A: Send + 'static,
        R: Send + 'static,
    {
        let act = self.counted_act(act);
        Ok(Questions(match &self.0.engine {
            Engine::Sqlite(_) => {
                let db = self.clone();
                Arc::new(move |ask, reply| {
                    let act = act.clone();
                    let one = move |tx: &mut Tx<'_>| alone(&*act, tx, std::slice::from_ref(&ask));
                    if let Engine::Sqlite(sqlite) = &db.0.engine {
                        say(reply, sqlite.read(one));
                    }
                    Ok(())
                })
            }
            Engine::Pg(pg) => pg.queue(act, None)?,
        }))
    }
}

/// Questions of one kind: type `A`, answers `R`. Clones share the place where they are answered.
pub struct Questions<A, R>(Arc<Enter<A, R>>);

impl<A, R> Clone for Questions<A, R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<A, R> std::fmt::Debug for Questions<A, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Questions")
    }
}

impl<A, R> Questions<A, R> {
    /// The answer to a question.
    ///
    /// # Errors
    /// What the act gives; a fault of the engine; `E-SYS-02` when too many wait.
    pub async fn ask(&self, ask: A) -> Outcome<R> {
        let (reply, answer) = oneshot::channel();
        (self.0)(ask, reply)?;
        answer.await.unwrap_or_else(|_closed| Err(gone()))
    }

    /// [`Questions::ask`] for threads that may wait.
    ///
    /// # Errors
    /// As [`Questions::ask`].
    pub fn ask_wait(&self, ask: A) -> Outcome<R> {
        let (reply, answer) = oneshot::channel();
        (self.0)(ask, reply)?;
        answer.blocking_recv().unwrap_or_else(|_closed| Err(gone()))
    }
}

/// Sends an answer.
pub(super) fn say<R>(reply: Reply<R>, answer: Outcome<R>) {
    if reply.send(answer).is_err() {
        tracing::debug!("nobody waits for this answer any more");
    }
}

/// The one answer to one ask.
pub(super) fn alone<A, R>(act: &Act<A, R>, tx: &mut Tx<'_>, ask: &[A]) -> Outcome<R> {
    act(tx, ask)?.pop().unwrap_or_else(|| Err(Fault::new("a queue gave no answer").into()))
}
