//! A connection to PostgreSQL with its prepared statements: how it begins for whom, what its faults mean, and
//! what is asked on it.

use std::collections::{BTreeSet, HashMap};
use std::error::Error as StdError;

use tokio_postgres::Statement;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::many::Unsent;
use super::wire::{Trouble, Wire};
use super::{Row, Val};
use crate::Fault;

/// How a queue's connection begins. The rows that it locks are what everybody waits for: when this
/// process stands still in the middle of a transaction, the server soon undoes it.
const QUEUED: &str = "SET idle_in_transaction_session_timeout = '5s'";
/// How a connection for single writes begins: whoever waits for a lock keeps it from everybody else.
const SINGLE: &str = "SET lock_timeout = '5s'";

/// How a connection is made.
pub(super) type Connect = fn(&str) -> Result<Session, Fault>;

/// How a connection begins. Compiling a plan to machine code takes longer than any of our statements.
const BEGINS: &str = "SET synchronous_commit = on; SET timezone = 'UTC'; SET lock_timeout = '10s';
     SET idle_in_transaction_session_timeout = '60s'; SET jit = off";

pub(super) fn connect(url: &str) -> Result<Session, Fault> {
    let client = Wire::open(url, BEGINS)?;
    Ok(Session {
        client,
        statements: HashMap::new(),
        unsent: Unsent::default(),
        inside: false,
        anew: (connect, url.to_owned()),
    })
}

/// A connection that writes. It asks by keys, and its plans live on while the tables grow, perhaps
/// from nothing: so the planner is told that reading a whole table is never the way.
fn writer(url: &str) -> Result<Session, Fault> {
    let mut session = connect(url)?;
    session.anew.0 = writer;
    session
        .set("SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off")?;
    Ok(session)
}

/// A connection of the pool that writes.
pub(super) fn single(url: &str) -> Result<Session, Fault> {
    let mut session = writer(url)?;
    session.anew.0 = single;
    session.set(SINGLE)?;
    Ok(session)
}

/// The connection of a queue. Left to itself, the server plans a small group anew every time.
pub(super) fn queued(url: &str) -> Result<Session, Fault> {
    let mut session = writer(url)?;
    session.anew.0 = queued;
    session.set("SET plan_cache_mode = force_generic_plan")?;
    session.set(QUEUED)?;
    Ok(session)
}

/// One connection with its prepared statements.
pub(super) struct Session {
    client: Wire,
    statements: HashMap<&'static str, Statement>,
    /// What goes to the server before anything else does.
    pub(super) unsent: Unsent,
    /// A transaction was begun and has not ended.
    inside: bool,
    /// How another such connection is made.
    anew: (Connect, String),
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session")
    }
}

fn fault(sql: &str, trouble: Trouble) -> Fault {
    let error = match trouble {
        Trouble::Said(error) => error,
        Trouble::Silent => {
            return Fault::new(format!("nothing is heard of PostgreSQL: {sql}")).away(true);
        }
    };
    let retry = [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        // Somebody else had what it needs for too long.
        SqlState::LOCK_NOT_AVAILABLE,
        // Somebody was faster with the same key: asked again, the database says so.
        SqlState::UNIQUE_VIOLATION,
    ];
    let retry = error.code().is_some_and(|code| retry.contains(code));
    let stops = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    ];
    let broken = StdError::source(&error).is_some_and(|x| x.is::<std::io::Error>());
    let away = error.is_closed() || broken || error.code().is_some_and(|x| stops.contains(x));
    Fault::of(format!("PostgreSQL refused: {sql}"), error).retryable(retry).away(away)
}

fn bound<'a>(args: &'a [Val<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    args.iter().map(|x| x as &(dyn ToSql + Sync)).collect()
}

impl Session {
    /// Whether nobody can ask on it any more.
    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Begins a transaction, which goes on once the locks are free, in one journey: what is asked afterwards
    /// sees what those who had them did; what another left unsent is forgotten. In one order everywhere, so
    /// that nobody waits in a circle.
    pub(super) fn begin_with(&mut self, locks: &[i64]) -> Result<(), Fault> {
        self.unsent = Unsent::default();
        let sorted: BTreeSet<i64> = locks.iter().copied().collect();
        let list: Vec<String> = sorted.iter().map(i64::to_string).collect();
        let list = list.join(",");
        let begun = match &*list {
            "" => self.script("BEGIN"),
            list => self.script(&format!(
                "BEGIN; SELECT pg_advisory_xact_lock(x) FROM unnest('{{{list}}}'::BIGINT[]) AS x"
            )),
        };
        if begun.is_err() {
            drop(self.set("ROLLBACK"));
        }
        self.inside = begun.is_ok();
        begun
    }

    /// Ends the transaction, whose news were `told`: what it did stays, or never was. It ends in any
    /// case: when the last of it cannot be sent, nothing stays.
    pub(super) fn end(&mut self, keep: bool, told: Result<(), Fault>) -> Result<(), Fault> {
        let sent = told.and_then(|()| if keep { self.send() } else { Ok(()) });
        self.unsent = Unsent::default();
        let end = self.set(if keep && sent.is_ok() { "COMMIT" } else { "ROLLBACK" });
        self.inside = false;
        sent.and(end)
    }

    /// Sends what was not sent yet.
    pub(super) fn send(&mut self) -> Result<(), Fault> {
        if self.unsent.is_empty() {
            return Ok(());
        }
        let unsent = std::mem::take(&mut self.unsent);
        let sql = unsent.text();
        let stmt = self.prepared(sql)?;
        self.client.execute(&stmt, &unsent.arrays()).map_err(|trouble| fault(sql, trouble))?;
        Ok(())
    }

    fn prepared(&mut self, sql: &'static str) -> Result<Statement, Fault> {
        if let Some(known) = self.statements.get(sql) {
            return Ok(known.clone());
        }
        let fresh = self.client.prepare(sql).map_err(|trouble| fault(sql, trouble))?;
        self.statements.insert(sql, fresh.clone());
        Ok(fresh)
    }

    pub(super) fn exec(&mut self, sql: &'static str, args: &[Val<'_>]) -> Result<u64, Fault> {
        self.send()?;
        let stmt = self.prepared(sql)?;
        self.client.execute(&stmt, &bound(args)).map_err(|trouble| fault(sql, trouble))
    }

    pub(super) fn all<T>(
        &mut self,
        sql: &'static str,
        args: &[Val<'_>],
        read: &mut dyn FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        self.all_many(sql, &bound(args), read)
    }

    /// [`Session::all`] with arrays.
    pub(super) fn all_many<T>(
        &mut self,
        sql: &'static str,
        arrays: &[&(dyn ToSql + Sync)],
        read: &mut dyn FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        self.send()?;
        let rows = self.again(|x| {
            let stmt = x.prepared(sql)?;
            x.client.query(&stmt, arrays).map_err(|trouble| fault(sql, trouble))
        })?;
        rows.iter().map(|row| read(&Row::Pg(row))).collect()
    }

    pub(super) fn script(&mut self, sql: &str) -> Result<(), Fault> {
        self.send()?;
        self.again(|x| x.set(sql))
    }

    pub(super) fn set(&mut self, sql: &str) -> Result<(), Fault> {
        self.client.simple(sql).map(drop).map_err(|trouble| fault(sql, trouble))
    }

    /// A connection that died while nobody needed it is found out by whoever asks next: where no transaction
    /// is lost with it, they ask on another.
    fn again<T>(&mut self, mut ask: impl FnMut(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        match ask(self) {
            Err(fault) if fault.is_away() && !self.inside => {
                let (connect, url) = &self.anew;
                *self = connect(url)?;
                ask(self)
            }
            answer => answer,
        }
    }
}
