//! One SQL text, two engines.
//!
//! Rooms write portable SQL by hand and run it through five verbs of [`Tx`]: `exec`, `one`, `opt`,
//! `all`, `script`. Values are always bound; the SQL itself is `&'static str`, so a query can not
//! be put together from what people typed.
//!
//! A transaction is a closure that is sent to a database thread. Dropping the future that waits
//! for it changes nothing: the closure runs to its end and its answer is thrown away.
//!
//! Three rules of the adapter:
//! * answers leave after COMMIT;
//! * a failed statement ends the transaction, so ask with `ON CONFLICT DO NOTHING RETURNING`;
//! * nobody branches on the name of a constraint.

mod count;
mod dialect;
mod many;
mod migrate;
mod news;
mod pg;
mod queue;
mod row;
mod server;
mod session;
mod sqlite;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};

pub use count::For;
pub use many::{Insert, Keyed, Sort, Update};
pub use migrate::{Migration, Step};
pub use news::{Listener, News};
pub use queue::{Questions, Queue, Reply, Turn};
pub use row::{Column, Row, Val};
use tokio::sync::oneshot;

use crate::{Clock, Error, Fault, Kind, Outcome, Refusal, Vault};

/// Binds values: `args![id, now, name]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::db::Val::from($value)),*][..] };
}

/// The database of this node. Clones share it.
#[derive(Clone, Debug)]
pub struct Db(Arc<Node>);

#[derive(Debug)]
struct Node {
    engine: Engine,
    around: Around,
    statements: count::Statements,
}

/// What all connections of a node share.
#[derive(Clone, Debug)]
struct Around {
    listeners: Arc<news::Listeners>,
    waiting: Waiting,
    vault: Vault,
}

/// How many writes stand in the queues of this node.
#[derive(Clone, Debug, Default)]
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    /// Puts something into a bounded queue and counts it; a full queue answers at once.
    fn enter<T>(&self, queue: &SyncSender<T>, what: T) -> Outcome<()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        queue.try_send(what).map_err(|error| {
            self.leave(1);
            match error {
                TrySendError::Full(_) => overloaded(),
                TrySendError::Disconnected(_) => gone(),
            }
        })
    }

    fn leave(&self, count: usize) {
        self.0.fetch_sub(count, Ordering::Relaxed);
    }
}

#[derive(Debug)]
enum Engine {
    Sqlite(sqlite::Sqlite),
    Pg(pg::Pg),
}

/// Where the data live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A SQLite file; the folder must exist.
    File(PathBuf),
    /// A PostgreSQL URL or key=value string.
    Server(String),
}

impl Place {
    /// Reads `sqlite:PATH` or a `postgres://…` URL.
    ///
    /// # Errors
    /// A fault that names the two forms.
    pub fn parse(url: &str) -> Result<Self, Fault> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Ok(Self::File(path.trim_start_matches("//").into()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Server(url.to_owned()));
        }
        Err(Fault::new(format!(
            "the database `{url}` is neither sqlite:PATH nor postgres://USER@HOST/NAME"
        )))
    }
}

/// A transaction (or a run of reads) on either engine.
#[derive(Debug)]
pub struct Tx<'c> {
    inner: Inner<'c>,
    vault: &'c Vault,
    news: Vec<News>,
    /// How often something was written: if an act that wrote is given up, so is the transaction.
    writes: u64,
    /// How many statements it has run.
    statements: u64,
}

#[derive(Debug)]
enum Inner<'c> {
    Sqlite(&'c rusqlite::Connection),
    Pg(&'c mut session::Session),
}

impl<'c> Tx<'c> {
    fn new(inner: Inner<'c>, vault: &'c Vault) -> Self {
        Self { inner, vault, news: Vec::new(), writes: 0, statements: 0 }
    }

    /// What seals and opens the personal data of this database.
    pub fn vault(&self) -> &'c Vault {
        self.vault
    }

    /// How often this transaction has written so far: what wrote nothing can be given up alone.
    pub fn writes(&self) -> u64 {
        self.writes
    }

    /// Tells the memories of all nodes something, once this transaction has committed; see
    /// [`Db::listen`]. What is rolled back is never told.
    pub fn tell(&mut self, news: News) {
        self.news.push(news);
    }

    /// Runs a statement; gives the number of rows it touched.
    ///
    /// # Errors
    /// A fault with the statement's text when the engine refuses it.
    pub fn exec(&mut self, sql: &'static str, args: &[Val<'_>]) -> Result<u64, Fault> {
        self.statements += 1;
        let rows = match &mut self.inner {
            Inner::Sqlite(conn) => sqlite::exec(conn, sql, args),
            Inner::Pg(session) => session.exec(sql, args),
        };
        self.writes += u64::from(!matches!(rows, Ok(0)));
        rows
    }

    /// All rows, each read by `read`.
    ///
    /// # Errors
    /// A fault when the engine refuses the statement or a column is of another type.
    pub fn all<T>(
        &mut self,
        sql: &'static str,
        args: &[Val<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        self.writes += u64::from(!sql.starts_with("SELECT"));
        self.statements += 1;
        match &mut self.inner {
            Inner::Sqlite(conn) => sqlite::all(conn, sql, args, &mut read),
            Inner::Pg(session) => session.all(sql, args, &mut read),
        }
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// As [`Tx::all`].
    pub fn opt<T>(
        &mut self,
        sql: &'static str,
        args: &[Val<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        Ok(self.all(sql, args, read)?.into_iter().next())
    }

    /// The one row that must be there.
    ///
    /// # Errors
    /// As [`Tx::all`]; also when there is no row.
    pub fn one<T>(
        &mut self,
        sql: &'static str,
        args: &[Val<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.opt(sql, args, read)?.ok_or_else(|| Fault::new(format!("no row came from: {sql}")))
    }

    /// Runs several statements without values: schema only.
    ///
    /// # Errors
    /// A fault when the engine refuses one of them.
    pub fn script(&mut self, sql: &str) -> Result<(), Fault> {
        self.writes += 1;
        self.statements += 1;
        match &mut self.inner {
            Inner::Sqlite(conn) => sqlite::script(conn, &dialect::sqlite_schema(sql)),
            Inner::Pg(session) => session.script(sql),
        }
    }

    /// Keeps the row that `sql` names from changing until the end of this transaction. SQLite's one
    /// writer needs no lock, so there the statement only reads. This is the project's only
    /// engine-specific word (`FOR SHARE`, `FOR UPDATE`, with or without `SKIP LOCKED`).
    ///
    /// # Errors
    /// As [`Tx::all`].
    pub fn locked<T>(
        &mut self,
        sql: Locking,
        args: &[Val<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let text = match &self.inner {
            Inner::Sqlite(_) => sql.plain,
            Inner::Pg(_) => sql.locking,
        };
        self.opt(text, args, read)
    }

    /// Waits until no other transaction has one of these locks, and has them until it ends; see
    /// [`Db::queue_apart`], which needs no journey for it. On SQLite nobody writes beside this one.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn lock(&mut self, mut locks: Vec<i64>) -> Result<(), Fault> {
        locks.sort_unstable();
        locks.dedup();
        match &mut self.inner {
            Inner::Pg(session) if !locks.is_empty() => {
                self.statements += 1;
                let sql = "SELECT pg_advisory_xact_lock(x) FROM unnest($1::BIGINT[]) AS x";
                session.all_many(sql, &[&locks], &mut |_| Ok(())).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Whether this is PostgreSQL: for reports, never for rules.
    pub fn is_postgres(&self) -> bool {
        matches!(self.inner, Inner::Pg(_))
    }
}

/// A query in both its forms; made by [`crate::locking!`].
#[derive(Clone, Copy, Debug)]
pub struct Locking {
    /// As SQLite runs it.
    pub plain: &'static str,
    /// With the lock, as PostgreSQL runs it.
    pub locking: &'static str,
}

/// A query whose row stays locked: `locking!("SELECT …", "FOR SHARE")`.
#[macro_export]
macro_rules! locking {
    ($sql:literal, $lock:literal) => {
        $crate::db::Locking { plain: $sql, locking: concat!($sql, " ", $lock) }
    };
}

impl Db {
    /// Opens the database at `place`, whose personal data are sealed with `vault`, and starts its
    /// threads.
    ///
    /// # Errors
    /// A fault that names the place and the cause.
    pub fn open(place: &Place, vault: Vault) -> Result<Self, Fault> {
        Self::open_by(place, vault, Clock::system())
    }

    /// [`Db::open`] on a machine with another clock.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub fn open_by(place: &Place, vault: Vault, clock: Clock) -> Result<Self, Fault> {
        let listeners = Arc::new(news::Listeners::new(clock));
        let around = Around { listeners, waiting: Waiting::default(), vault };
        let engine = match place {
            Place::File(path) => Engine::Sqlite(sqlite::Sqlite::open(path, around.clone())?),
            Place::Server(url) => Engine::Pg(pg::Pg::open(url, &around)?),
        };
        Ok(Self(Arc::new(Node { engine, around, statements: Default::default() })))
    }

    /// What seals and opens the personal data of this database.
    pub fn vault(&self) -> &Vault {
        &self.0.around.vault
    }

    /// How many writes wait for their turn on this node: what a load is judged by.
    pub fn waiting(&self) -> usize {
        self.0.around.waiting.0.load(Ordering::Relaxed)
    }

    /// How many statements this node has run so far for requests, or for what runs by itself.
    pub fn statements(&self, whom: For) -> u64 {
        self.0.statements.so_far(whom)
    }

    /// Calls `listener` with the news of every committed transaction, before the answer leaves: what
    /// this node did itself is known to its memory when the caller hears of it. What other nodes on
    /// the same server did comes within a second, without its `fact`.
    ///
    /// The news of two transactions that ran beside each other on PostgreSQL may come in either
    /// order. A listener must be quick and must not write.
    ///
    /// # Errors
    /// A fault when the thread that asks for the news of other nodes cannot be started.
    pub fn listen(&self, listener: Listener) -> Result<(), Fault> {
        if self.0.around.listeners.add(listener) && matches!(self.0.engine, Engine::Pg(_)) {
            news::follow(Arc::downgrade(&self.0))?;
        }
        Ok(())
    }

    /// `SQLite` or `PostgreSQL`.
    pub fn engine(&self) -> &'static str {
        match &self.0.engine {
            Engine::Sqlite(_) => "SQLite",
            Engine::Pg(_) => "PostgreSQL",
        }
    }

    /// Whether other nodes can work on this database at the same time.
    pub fn is_shared(&self) -> bool {
        matches!(self.0.engine, Engine::Pg(_))
    }

    /// Brings the schema up to date; gives the names of what was applied.
    ///
    /// # Errors
    /// A fault when a migration fails or an applied one has changed since.
    pub fn migrate(&self, migrations: &'static [Migration]) -> Outcome<Vec<&'static str>> {
        self.write_wait(move |tx| migrate::migrate(tx, migrations))
    }

    /// Takes what was deleted and overwritten out of the database's files, too. For when personal
    /// data were sealed or erased: it writes everything anew and keeps others waiting meanwhile.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn scrub(&self) -> Result<(), Fault> {
        match &self.0.engine {
            Engine::Sqlite(sqlite) => sqlite.scrub(),
            Engine::Pg(pg) => pg.scrub(),
        }
    }

    /// Runs `act` in a transaction and gives its answer after the commit. A refusal rolls back.
    /// `act` may run again when the engine asks for it, so it takes what it needs by reference.
    ///
    /// # Errors
    /// What `act` gives; a fault of the engine; `E-SYS-02` when the queue is full.
    pub async fn write<T, F>(&self, act: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        self.send(self.counted(For::Requests, act))?.await.unwrap_or_else(|_closed| Err(gone()))
    }

    /// [`Db::write`] for threads that may wait: the command line, workers, tests.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_wait<T, F>(&self, act: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        self.send(self.counted(For::Jobs, act))?
            .blocking_recv()
            .unwrap_or_else(|_closed| Err(gone()))
    }

    /// `act`, with what it asks counted.
    fn counted<T, F>(&self, whom: For, act: F) -> impl Fn(&mut Tx<'_>) -> T + use<T, F>
    where
        F: Fn(&mut Tx<'_>) -> T,
    {
        let statements = self.0.statements.clone();
        move |tx| statements.counting(whom, tx, &act)
    }

    fn send<T, F>(&self, act: F) -> Outcome<oneshot::Receiver<Outcome<T>>>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send_to(act, reply)?;
        Ok(answer)
    }

    fn send_to<T, F>(&self, act: F, reply: queue::Reply<T>) -> Outcome<()>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        let task = Task { act, answer: None, reply };
        match &self.0.engine {
            Engine::Sqlite(sqlite) => sqlite.send(Box::new(task)),
            Engine::Pg(pg) => pg.write(Box::new(task)),
        }
    }

    /// Runs `query` on a read-only connection.
    ///
    /// # Errors
    /// What `query` gives, or a fault of the engine.
    pub async fn read<T, F>(&self, query: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        let statements = self.0.statements.clone();
        let query = move |tx: &mut Tx<'_>| statements.counting(For::Requests, tx, query);
        match &self.0.engine {
            Engine::Sqlite(sqlite) => sqlite.read(query),
            Engine::Pg(pg) => pg.read(query)?.await.unwrap_or_else(|_closed| Err(gone())),
        }
    }

    /// [`Db::read`] for threads that may wait.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_wait<T, F>(&self, query: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Outcome<T> + Send + 'static,
    {
        let statements = self.0.statements.clone();
        let query = move |tx: &mut Tx<'_>| statements.counting(For::Jobs, tx, query);
        match &self.0.engine {
            Engine::Sqlite(sqlite) => sqlite.read(query),
            Engine::Pg(pg) => pg.read(query)?.blocking_recv().unwrap_or_else(|_closed| Err(gone())),
        }
    }
}

/// A write on its way: run inside a transaction, answered after the commit.
trait Job: Send {
    /// Runs the act; `true` when its effects are to be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Whether the act failed in a way after which the whole transaction may be tried again.
    fn wants_retry(&self) -> bool;
    /// Sends the answer, or the fault of the commit.
    fn finish(self: Box<Self>, commit: Result<(), Fault>);
}

struct Task<T, F> {
    act: F,
    answer: Option<Outcome<T>>,
    reply: oneshot::Sender<Outcome<T>>,
}

impl<T, F> Job for Task<T, F>
where
    T: Send,
    F: Fn(&mut Tx<'_>) -> Outcome<T> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let act = std::panic::AssertUnwindSafe(|| (self.act)(tx));
        let answer = std::panic::catch_unwind(act)
            .unwrap_or_else(|panic| Err(Fault::new(panic_text(&*panic)).into()));
        self.answer.insert(answer).is_ok()
    }

    fn wants_retry(&self) -> bool {
        matches!(&self.answer, Some(Err(Error::Fault(fault))) if fault.is_retryable())
    }

    fn finish(self: Box<Self>, commit: Result<(), Fault>) {
        let answer = match commit {
            Ok(()) => self.answer.unwrap_or_else(|| Err(gone())),
            Err(fault) => Err(fault.into()),
        };
        if self.reply.send(answer).is_err() {
            tracing::debug!("nobody waits for this answer any more");
        }
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("an act panicked: {}", text.unwrap_or("without a text"))
}

fn gone() -> Error {
    Fault::new("the database gave no answer").away(true).into()
}

/// The queue of writes is full: come back in a moment.
fn overloaded() -> Error {
    Refusal::new(Kind::Overloaded, "E-SYS-02").retry(2).into()
}
