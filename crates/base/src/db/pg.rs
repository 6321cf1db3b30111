//! PostgreSQL: a few threads, each with one connection; a transaction runs from BEGIN to COMMIT on
//! its thread, so a caller that goes away never leaves one half done.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant as StdInstant};

use tokio::sync::oneshot;

use super::news;
use super::queue::{Act, Enter, Locks, Reply, say};
use super::session::{Connect, Session, connect, queued, single};
use super::{Around, Inner, Job, News, Tx, Waiting, gone, overloaded, panic_text};
use crate::{Chance, Error, Fault, Outcome};

/// Requests that may wait before callers are told to come back.
const QUEUE: usize = 4096;
/// Connections for writes and for reads: apart, so that neither starves the other.
const WRITERS: usize = 6;
const READERS: usize = 4;
/// Asks of a queue that share one transaction at most.
const GROUP: usize = 64;
/// How long after a group the next one begins at the earliest.
const GATHER: Duration = Duration::from_millis(1);
/// Tries of a transaction that the engine asks to repeat.
const TRIES: u32 = 5;
/// How long they may take together before no more begins: everybody's writes share a few connections.
const PATIENCE: Duration = Duration::from_secs(5);
/// A commit after which the news are told once more: other nodes mostly look back no further.
const LATE: Duration = Duration::from_secs(3);
/// Whoever has lost twice tries on alone: two who stand in each other's way need not meet again.
const ALONE: i64 = 0x6f6b_6e6f_0001;
type Query = Box<dyn FnOnce(&mut Tx<'_>) + Send>;

pub(super) enum Work {
    Write(Box<dyn Job>),
    Read(Query),
}

#[derive(Debug)]
pub(super) struct Pg {
    url: String,
    writes: SyncSender<Work>,
    reads: SyncSender<Work>,
    around: Around,
}

impl Pg {
    pub(super) fn open(url: &str, around: &Around) -> Result<Self, Fault> {
        let first = single(url)?;
        let writes = pool(url, WRITERS, (single, Some(first)), around)?;
        let reads = pool(url, READERS, (connect, None), around)?;
        Ok(Self { url: url.to_owned(), writes, reads, around: around.clone() })
    }

    pub(super) fn write(&self, job: Box<dyn Job>) -> Outcome<()> {
        self.around.waiting.enter(&self.writes, Work::Write(job))
    }

    pub(super) fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Tx<'_>) -> Outcome<T> + Send + 'static,
    ) -> Outcome<oneshot::Receiver<Outcome<T>>> {
        let (reply, answer) = oneshot::channel();
        let query = move |tx: &mut Tx<'_>| say(reply, query(tx));
        self.reads.try_send(Work::Read(Box::new(query))).map_err(|error| match error {
            TrySendError::Full(_) => overloaded(),
            TrySendError::Disconnected(_) => gone(),
        })?;
        Ok(answer)
    }
}

impl Pg {
    /// All tables are written anew.
    pub(super) fn scrub(&self) -> Result<(), Fault> {
        connect(&self.url)?.script("VACUUM FULL")
    }
}

/// What a queue works with.
struct Queued<A> {
    around: Around,
    /// What its groups lock first; nothing where it only reads.
    locks: Option<Arc<Locks<A>>>,
}

/// The line of a queue: each ask with the way its answer goes.
type Line<A, R> = Receiver<(A, Reply<R>)>;

impl Pg {
    /// A queue with a thread and a connection of its own, whose groups begin with `locks`. One that only
    /// reads has none, begins nothing and commits nothing.
    pub(super) fn queue<A: Send + 'static, R: Send + 'static>(
        &self,
        act: Arc<Act<A, R>>,
        locks: Option<Arc<Locks<A>>>,
    ) -> Result<Arc<Enter<A, R>>, Fault> {
        let (line, asks) = sync_channel(QUEUE);
        let (url, mut around) = (self.url.clone(), self.around.clone());
        if locks.is_none() {
            around.waiting = Waiting::default();
        }
        let waiting = around.waiting.clone();
        thread::Builder::new()
            .name("okno-pg-queue".into())
            .spawn(move || serve_queue(&url, &*act, &asks, &Queued { around, locks }))
            .map_err(|error| Fault::of("cannot start a database thread", error))?;
        Ok(Arc::new(move |ask, reply| waiting.enter(&line, (ask, reply))))
    }
}

/// Lets a group gather. Those who were answered together come again almost together, and a group that
/// took whoever is first would leave the rest for the next: twice the transactions for the same asks.
#[derive(Default)]
struct Pace {
    /// How many were answered together, and until when they are waited for.
    last: Option<(usize, StdInstant)>,
}

#[allow(clippy::disallowed_methods, reason = "how long to wait for others decides nothing")]
impl Pace {
    /// A group of so many was answered just now. Whoever was alone is not kept waiting for others.
    fn served(&mut self, together: usize) {
        self.last = (together > 1).then(|| (together, StdInstant::now() + GATHER));
    }

    /// The next group, which begins with `first`: whoever waits, and for a moment whoever is about to,
    /// until as many are there as before and nobody comes any more.
    fn gather<T>(&self, first: T, line: &Receiver<T>) -> Vec<T> {
        let mut group = vec![first];
        loop {
            let before = group.len();
            group.extend(line.try_iter().take(GROUP - before));
            let Some((last, until)) = self.last else { return group };
            let left = until.saturating_duration_since(StdInstant::now());
            let all = group.len() >= last && group.len() == before || group.len() == GROUP;
            if all || left.is_zero() {
                return group;
            }
            thread::sleep(left.min(GATHER / 5));
        }
    }
}

/// Takes what waits, answers it in one transaction, and when that cannot be, one by one.
fn serve_queue<A, R>(url: &str, act: &Act<A, R>, line: &Line<A, R>, around: &Queued<A>) {
    let waiting = &around.around.waiting;
    let mut session: Option<Session> = None;
    let mut pace = Pace::default();
    while let Ok(first) = line.recv() {
        let group = pace.gather(first, line);
        let (asks, replies): (Vec<A>, Vec<Reply<R>>) = group.into_iter().unzip();
        if session.as_ref().is_none_or(|x| x.is_closed()) {
            let fresh = queued(url);
            session = fresh.inspect_err(|fault| tracing::warn!(%fault, "no database")).ok();
        }
        let Some(open) = &mut session else {
            waiting.leave(asks.len());
            replies.into_iter().for_each(|reply| say(reply, unreached()));
            continue;
        };
        let answers = match once(open, act, &asks, around) {
            Ok(answers) => answers,
            // Perhaps it was committed: whoever asks again, under the same key, will see.
            Err(Error::Fault(fault)) if fault.is_away() => {
                tracing::warn!(%fault, "the database went away");
                asks.iter().map(|_| unreached()).collect()
            }
            Err(_) => asks.chunks(1).map(|ask| patient(open, act, ask, around)).collect(),
        };
        waiting.leave(asks.len());
        let together = asks.len();
        replies.into_iter().zip(answers).for_each(|(reply, answer)| say(reply, answer));
        pace.served(together);
    }
}

fn unreached<R>() -> Outcome<R> {
    Err(Fault::new("the database cannot be reached").away(true).into())
}

/// One ask in its own transaction, again when the engine asks for it: no longer than a single write would be.
#[allow(clippy::disallowed_methods, reason = "how long others are kept waiting decides nothing")]
fn patient<A, R>(
    session: &mut Session,
    act: &Act<A, R>,
    ask: &[A],
    around: &Queued<A>,
) -> Outcome<R> {
    let began = StdInstant::now();
    let mut attempt = 1;
    loop {
        match once(session, act, ask, around) {
            Err(Error::Fault(fault))
                if fault.is_retryable() && attempt < TRIES && began.elapsed() < PATIENCE =>
            {
                pause(attempt);
                attempt += 1;
            }
            answers => return answers?.pop().unwrap_or_else(|| Err(gone())),
        }
    }
}

/// All asks in one transaction; undone when the act as a whole fails.
#[allow(clippy::disallowed_methods, reason = "how long a commit takes decides nothing in it")]
fn once<A, R>(
    session: &mut Session,
    act: &Act<A, R>,
    asks: &[A],
    Queued { around: around @ Around { listeners, vault, .. }, locks }: &Queued<A>,
) -> Outcome<Vec<Outcome<R>>> {
    if let Some(locks) = locks {
        session.begin_with(&locks(asks))?;
    }
    let mut tx = Tx::new(Inner::Pg(session), vault);
    let run = std::panic::AssertUnwindSafe(|| act(&mut tx, asks));
    let answers = std::panic::catch_unwind(run)
        .unwrap_or_else(|panic| Err(Fault::new(panic_text(&*panic)).into()));
    if locks.is_none() {
        return answers;
    }
    // A refusal of the only ask may have written; a whole group's may not.
    let keep = match &answers {
        Ok(answers) => answers.len() > 1 || answers.iter().all(Result::is_ok),
        Err(_) => false,
    };
    let (news, began) = (std::mem::take(&mut tx.news), StdInstant::now());
    let told = if keep { news::publish(&mut tx, &news, listeners) } else { Ok(()) };
    let end = session.end(keep, told);
    let answers = answers?;
    end?;
    if keep {
        listeners.hear(&news);
        tell_late(session, around, &news, began.elapsed());
    }
    Ok(answers)
}

/// Longer with every attempt, and never the same for two who stood in each other's way.
fn pause(attempt: u32) {
    let step = u64::from(attempt * attempt) * 1000;
    thread::sleep(Duration::from_micros(step / 2 + Chance::os().below(step)));
}

fn pool(
    url: &str,
    size: usize,
    (connect, mut first): (Connect, Option<Session>),
    around: &Around,
) -> Result<SyncSender<Work>, Fault> {
    let (queue, work) = sync_channel(QUEUE);
    let work = Arc::new(Mutex::new(work));
    for i in 0..size {
        let (url, work, session) = (url.to_owned(), Arc::clone(&work), first.take());
        let around = around.clone();
        thread::Builder::new()
            .name(format!("okno-pg-{i}"))
            .spawn(move || serve(|| connect(&url), &work, session, &around))
            .map_err(|error| Fault::of("cannot start a database thread", error))?;
    }
    Ok(queue)
}

fn serve(
    connect: impl Fn() -> Result<Session, Fault>,
    queue: &Mutex<Receiver<Work>>,
    mut session: Option<Session>,
    around: &Around,
) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        if matches!(work, Work::Write(_)) {
            around.waiting.leave(1);
        }
        if session.as_ref().is_none_or(|x| x.is_closed()) {
            session = match connect() {
                Ok(session) => Some(session),
                Err(fault) => {
                    refuse(work, fault);
                    continue;
                }
            };
        }
        let Some(open) = &mut session else { continue };
        match work {
            Work::Write(job) => transaction(open, job, around),
            Work::Read(query) => query(&mut Tx::new(Inner::Pg(open), &around.vault)),
        }
    }
}

/// A read whose connection failed is dropped: its caller sees the closed channel.
fn refuse(work: Work, fault: Fault) {
    tracing::warn!(%fault, "the database cannot be reached");
    if let Work::Write(job) = work {
        job.finish(Err(fault));
    }
}

/// Runs a write, again when the engine asks for it; answers after COMMIT. After the second loss the
/// losers go one by one, and after a while they give the connection back.
#[allow(clippy::disallowed_methods, reason = "how long a connection is kept decides nothing")]
fn transaction(session: &mut Session, mut job: Box<dyn Job>, around: &Around) {
    let Around { listeners, vault, .. } = around;
    let began = StdInstant::now();
    for attempt in 1..=TRIES {
        let (mut news, mut told_at) = (Vec::new(), began);
        let locks = if attempt > 2 { &[ALONE][..] } else { &[] };
        let commit = session.begin_with(locks).and_then(|()| {
            let mut tx = Tx::new(Inner::Pg(session), vault);
            let keep = job.run(&mut tx);
            let told = if keep {
                (news, told_at) = (std::mem::take(&mut tx.news), StdInstant::now());
                news::publish(&mut tx, &news, listeners)
            } else {
                Ok(())
            };
            session.end(keep, told)
        });
        let again = job.wants_retry() || matches!(&commit, Err(x) if x.is_retryable());
        if !again || attempt == TRIES || began.elapsed() > PATIENCE {
            if commit.is_ok() {
                listeners.hear(&news);
                tell_late(session, around, &news, told_at.elapsed());
            }
            return job.finish(commit);
        }
        pause(attempt);
    }
}

/// News carry the moment at which they were told, and are seen from the commit on. Where that `took` long (a
/// second server keeps what is committed and was slow), nobody looks back to them any more: so they are
/// told again, and that waits for no second server.
fn tell_late(session: &mut Session, around: &Around, news: &[News], took: Duration) {
    if news.is_empty() || took < LATE {
        return;
    }
    let again = session.begin_with(&[]).and_then(|()| {
        let begun = session.set("SET LOCAL synchronous_commit = local");
        let told = begun.and_then(|()| {
            let mut tx = Tx::new(Inner::Pg(session), &around.vault);
            news::publish(&mut tx, news, &around.listeners)
        });
        session.end(true, told)
    });
    if let Err(fault) = again {
        tracing::warn!(%fault, "other nodes may not have heard what was committed late");
    }
}
