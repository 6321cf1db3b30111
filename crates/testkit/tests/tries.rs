//! Writes that lose: how often they are tried again, how long, and what whoever waits is told.
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;

use base::db::{Migration, Place};
use base::{Db, Error, Fault, Outcome, Tx, args};

const MIGRATIONS: &[Migration] = &[Migration::sql(
    "0001_words",
    "CREATE TABLE word (id BIGINT NOT NULL PRIMARY KEY); INSERT INTO word (id) VALUES (1);",
)];

fn server() -> Option<Db> {
    Some(testkit::open(&Place::Server(testkit::postgres(MIGRATIONS)?)).unwrap())
}

fn lost<T: std::fmt::Debug>(outcome: Outcome<T>) -> bool {
    matches!(outcome, Err(Error::Fault(fault)) if fault.is_retryable() && !fault.is_away())
}

#[test]
fn whoever_loses_every_time_is_told_to_come_back() {
    let Some(db) = server() else { return };
    let tries = Arc::new(AtomicU32::new(0));
    let loses = {
        let tries = tries.clone();
        move |_: &mut Tx<'_>| -> Outcome<()> {
            tries.fetch_add(1, Ordering::SeqCst);
            Err(Fault::new("another was faster").retryable(true).into())
        }
    };
    assert!(lost(db.write_wait(loses.clone())));
    assert_eq!(tries.swap(0, Ordering::SeqCst), 5);
    let queue = db.queue(move |tx: &mut Tx<'_>, _: &[()]| loses(tx).map(|()| Vec::new())).unwrap();
    assert!(lost::<()>(queue.ask_wait(())));
    assert_eq!(tries.load(Ordering::SeqCst), 6, "once in a group, five times alone");
}

#[test]
fn whoever_waits_too_long_for_a_row_is_told_to_come_back_and_keeps_nobody_waiting() {
    let Some(db) = server() else { return };
    let tries = Arc::new(AtomicU32::new(0));
    let update = |tx: &mut Tx<'_>| Ok(tx.exec("UPDATE word SET id = id WHERE id = 1", args![])?);
    let (has, had) = channel();
    let (over, ends) = channel::<()>();
    let ends = std::sync::Mutex::new(ends);
    std::thread::scope(|scope| {
        let keeps = db.clone();
        scope.spawn(move || {
            keeps.write_wait(move |tx| {
                update(tx)?;
                has.send(()).unwrap();
                ends.lock().unwrap().recv().unwrap_or_default();
                Ok(())
            })
        });
        had.recv().unwrap();
        let noted = tries.clone();
        let waits = db.write_wait(move |tx| {
            noted.fetch_add(1, Ordering::SeqCst);
            update(tx)
        });
        assert!(lost(waits));
        drop(over);
    });
    assert_eq!(tries.load(Ordering::SeqCst), 1);
    assert_eq!(db.write_wait(update).unwrap(), 1);
}
