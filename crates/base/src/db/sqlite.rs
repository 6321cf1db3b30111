//! SQLite: one writing thread with group commit, read-only connections beside it.
//!
//! The writer drains its queue: the waiting acts run in one transaction, one COMMIT (with
//! `synchronous=FULL`) makes them all durable, and only then the answers leave, in the order of
//! arrival.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::news::{Listeners, News};
use super::{Around, Inner, Job, Row, Tx, Val};
use crate::{Fault, Outcome, Vault};

/// Writes that may wait before callers are told to come back.
const QUEUE: usize = 4096;
/// Acts that share one COMMIT at most.
const GROUP: usize = 128;
/// Read-only connections kept open.
const READERS: usize = 8;
/// Pages that such a connection remembers, as SQLite counts: 512 kB. It forgets them with every commit
/// of the writer, and the system still has them.
const READER_CACHE: i64 = -512;

/// Names of parameters, so that `$2` may stand before `$1`.
const NAMES: [&str; 32] = [
    "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15",
    "$16", "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24", "$25", "$26", "$27", "$28",
    "$29", "$30", "$31", "$32",
];

#[derive(Debug)]
pub(super) struct Sqlite {
    path: PathBuf,
    queue: SyncSender<Box<dyn Job>>,
    around: Around,
    readers: Mutex<Vec<Connection>>,
}

impl Sqlite {
    pub(super) fn open(path: &Path, around: Around) -> Result<Self, Fault> {
        let cannot = |error| Fault::of(format!("cannot open {}", path.display()), error);
        owners_own(path)?;
        let conn = Connection::open(path).map_err(cannot)?;
        // SQLite would read on, and refuse the first change.
        if conn.is_readonly("main").map_err(cannot)? {
            let remedy =
                "cannot be written to: the file and its folder must belong to whoever runs Okno";
            return Err(Fault::new(format!("{} {remedy}", path.display())));
        }
        conn.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;
             PRAGMA journal_size_limit = 67108864; PRAGMA busy_timeout = 5000;
             PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;
             PRAGMA wal_autocheckpoint = 4000;",
        )
        .map_err(cannot)?;
        kept_plans(&conn).map_err(cannot)?;
        let (queue, jobs) = sync_channel(QUEUE);
        let shared = around.clone();
        let write = move || writer(&conn, &jobs, &shared);
        thread::Builder::new()
            .name("okno-writer".into())
            .spawn(write)
            .map_err(|error| Fault::of("cannot start the writing thread", error))?;
        Ok(Self { path: path.to_owned(), queue, around, readers: Mutex::default() })
    }

    pub(super) fn send(&self, job: Box<dyn Job>) -> Outcome<()> {
        self.around.waiting.enter(&self.queue, job)
    }

    /// Reads on the caller's thread: a point read costs less than handing it over.
    pub(super) fn read<T>(&self, query: impl FnOnce(&mut Tx<'_>) -> Outcome<T>) -> Outcome<T> {
        let kept = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let conn = kept.map_or_else(|| self.reader(), Ok)?;
        let answer = snapshot(&conn, &self.around.vault, query);
        if conn.is_autocommit() {
            let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
            if readers.len() < READERS {
                readers.push(conn);
            }
        }
        answer
    }

    /// The file is written anew and the log emptied.
    pub(super) fn scrub(&self) -> Result<(), Fault> {
        let cannot = |error| Fault::of(format!("cannot scrub {}", self.path.display()), error);
        let conn = Connection::open(&self.path).map_err(cannot)?;
        conn.busy_timeout(Duration::from_secs(60)).map_err(cannot)?;
        script(&conn, "PRAGMA secure_delete = ON; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
    }

    fn reader(&self) -> Result<Connection, Fault> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let cannot = |error| Fault::of(format!("cannot open {}", self.path.display()), error);
        let conn = Connection::open_with_flags(&self.path, flags).map_err(cannot)?;
        conn.busy_timeout(Duration::from_secs(5)).map_err(cannot)?;
        conn.pragma_update(None, "cache_size", READER_CACHE).map_err(cannot)?;
        kept_plans(&conn).map_err(cannot)?;
        Ok(conn)
    }
}

/// A new database can be read by nobody else; its log gets the rights of the file from SQLite.
fn owners_own(path: &Path) -> Result<(), Fault> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(Fault::of(format!("cannot make {}", path.display()), error))
        }
        _ => Ok(()),
    }
}

/// Statements are kept, and so are their plans: otherwise SQLite plans those whose LIMIT is bound anew
/// each time.
fn kept_plans(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_prepared_statement_cache_capacity(256);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// One query, one state of the data: all statements of `query` see the same moment.
fn snapshot<T>(
    conn: &Connection,
    vault: &Vault,
    query: impl FnOnce(&mut Tx<'_>) -> Outcome<T>,
) -> Outcome<T> {
    cached(conn, "BEGIN")?;
    let answer = query(&mut Tx::new(Inner::Sqlite(conn), vault));
    cached(conn, "COMMIT")?;
    answer
}

/// The loop of the one writer.
fn writer(conn: &Connection, jobs: &Receiver<Box<dyn Job>>, around: &Around) {
    let Around { listeners, waiting, vault } = around;
    let jobs_kept = Vec::with_capacity(GROUP);
    let mut group = Group { jobs: jobs_kept, news: Vec::new(), careful: false, vault };
    while let Ok(first) = jobs.recv() {
        if let Err(fault) = cached(conn, "BEGIN IMMEDIATE") {
            waiting.leave(1);
            first.finish(Err(fault));
            continue;
        }
        let mut next = Some(first);
        while let Some(job) = next {
            if let Err(fault) = group.run(conn, job) {
                tracing::error!(%fault, "a transaction broke; stopping so that a restart recovers");
                std::process::abort();
            }
            next = if group.jobs.len() < GROUP { jobs.try_recv().ok() } else { None };
        }
        // After a failed commit the engine's memory of the file can not be trusted: what was
        // promised is on the disk, what was not is answered as broken, and the process ends.
        let commit = cached(conn, "COMMIT");
        let failed = commit.is_err();
        let text = commit.err().map(|fault| fault.to_string());
        waiting.leave(group.jobs.len());
        group.finish(text.as_deref(), listeners);
        if failed {
            tracing::error!(cause = text, "the commit failed; stopping so that a restart recovers");
            std::process::abort();
        }
    }
}

/// Acts that share one COMMIT.
///
/// They run without savepoints, which copy every page an act touches, as long as no act has to be
/// undone: a refusal that wrote nothing leaves nothing behind. When one has written before it
/// refuses, the transaction begins anew and all its acts run again, each in a savepoint.
struct Group<'v> {
    jobs: Vec<Box<dyn Job>>,
    news: Vec<News>,
    careful: bool,
    vault: &'v Vault,
}

impl Group<'_> {
    fn run(&mut self, conn: &Connection, mut job: Box<dyn Job>) -> Result<(), Fault> {
        if self.careful {
            savepoint((conn, self.vault), &mut *job, &mut self.news)?;
            self.jobs.push(job);
            return Ok(());
        }
        let mut tx = Tx::new(Inner::Sqlite(conn), self.vault);
        let keep = job.run(&mut tx);
        let (wrote, mut news) = (tx.writes > 0, tx.news);
        self.jobs.push(job);
        if keep {
            self.news.append(&mut news);
        } else if wrote {
            self.careful = true;
            self.news.clear();
            script(conn, "ROLLBACK; BEGIN IMMEDIATE")?;
            for job in &mut self.jobs {
                savepoint((conn, self.vault), &mut **job, &mut self.news)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, failed: Option<&str>, listeners: &Listeners) {
        if failed.is_none() {
            listeners.hear(&self.news);
        }
        for job in self.jobs.drain(..) {
            job.finish(failed.map_or(Ok(()), |text| Err(Fault::new(text.to_owned()))));
        }
        self.news.clear();
        self.careful = false;
    }
}

fn savepoint(
    (conn, vault): (&Connection, &Vault),
    job: &mut dyn Job,
    news: &mut Vec<News>,
) -> Result<(), Fault> {
    cached(conn, "SAVEPOINT act")?;
    let mut tx = Tx::new(Inner::Sqlite(conn), vault);
    if job.run(&mut tx) {
        news.append(&mut tx.news);
    } else {
        cached(conn, "ROLLBACK TO act")?;
    }
    cached(conn, "RELEASE act")
}

fn fault(sql: &str, error: rusqlite::Error) -> Fault {
    let taken = error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation);
    Fault::of(format!("SQLite refused: {sql}"), error).retryable(taken)
}

pub(super) fn script(conn: &Connection, sql: &str) -> Result<(), Fault> {
    conn.execute_batch(sql).map_err(|error| fault(sql, error))
}

/// [`script`] for a single statement that comes often.
fn cached(conn: &Connection, sql: &'static str) -> Result<(), Fault> {
    let mut stmt = conn.prepare_cached(sql).map_err(|error| fault(sql, error))?;
    stmt.raw_execute().map(|_| ()).map_err(|error| fault(sql, error))
}

fn bind(
    stmt: &mut rusqlite::CachedStatement<'_>,
    sql: &'static str,
    args: &[Val<'_>],
) -> Result<(), Fault> {
    for (arg, name) in args.iter().zip(NAMES) {
        let at = stmt.parameter_index(name).map_err(|error| fault(sql, error))?;
        if let Some(at) = at {
            stmt.raw_bind_parameter(at, arg).map_err(|error| fault(sql, error))?;
        }
    }
    Ok(())
}

pub(super) fn exec(conn: &Connection, sql: &'static str, args: &[Val<'_>]) -> Result<u64, Fault> {
    let mut stmt = conn.prepare_cached(sql).map_err(|error| fault(sql, error))?;
    bind(&mut stmt, sql, args)?;
    let rows = stmt.raw_execute().map_err(|error| fault(sql, error))?;
    Ok(rows as u64)
}

pub(super) fn all<T>(
    conn: &Connection,
    sql: &'static str,
    args: &[Val<'_>],
    read: &mut dyn FnMut(&Row<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut stmt = conn.prepare_cached(sql).map_err(|error| fault(sql, error))?;
    bind(&mut stmt, sql, args)?;
    let mut rows = stmt.raw_query();
    let mut out = Vec::new();
    while let Some(row) = rows.next().map_err(|error| fault(sql, error))? {
        out.push(read(&Row::Sqlite(row))?);
    }
    Ok(out)
}
