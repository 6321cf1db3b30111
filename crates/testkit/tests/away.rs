//! A server that went away and came back while nobody needed it.
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

use base::db::{Migration, Place, Questions, Queue};
use base::{Db, Outcome, Tx, args};

const MIGRATIONS: &[Migration] =
    &[Migration::sql("0001_words", "CREATE TABLE word (id BIGINT NOT NULL PRIMARY KEY);")];

fn add(tx: &mut Tx<'_>, id: i64) -> Outcome<u64> {
    Ok(tx.exec("INSERT INTO word (id) VALUES ($1)", args![id])?)
}

fn count(tx: &mut Tx<'_>) -> Outcome<i64> {
    Ok(tx.one("SELECT count(*) FROM word", args![], |r| r.get(0))?)
}

/// The database at `url` with what asks it: a queue that adds, and a place for questions that count.
fn opened(url: String) -> (Db, Queue<i64, u64>, Questions<(), i64>) {
    let db = testkit::open(&Place::Server(url)).unwrap();
    db.migrate(MIGRATIONS).unwrap();
    let queue = db
        .queue(|tx: &mut Tx<'_>, asks: &[i64]| Ok(asks.iter().map(|id| add(tx, *id)).collect()))
        .unwrap();
    let reads = db
        .questions(|tx: &mut Tx<'_>, asks: &[()]| Ok(asks.iter().map(|()| count(tx)).collect()))
        .unwrap();
    (db, queue, reads)
}

#[test]
fn whoever_comes_first_afterwards_is_served() {
    let Some(mut server) = testkit::Server::start() else { return };
    let (db, queue, reads) = opened(server.url());
    for round in 0..2 {
        let first = i64::from(round) * 100;
        // More than there are connections: each of them is met.
        for i in 0..20 {
            db.write_wait(move |tx| add(tx, first + i)).unwrap();
            assert_eq!(db.read_wait(count).unwrap(), i + 1 + i64::from(round) * 21);
        }
        queue.ask_wait(first + 20).unwrap();
        assert_eq!(reads.ask_wait(()).unwrap(), i64::from(round + 1) * 21);
        if round == 0 {
            server.kill();
            server.revive();
        }
    }
}

#[test]
fn a_way_that_passes_nothing_any_more_is_left_for_another() {
    let Some(server) = testkit::Server::start() else { return };
    let (proxy, url) = server.proxy();
    let (db, queue, reads) = opened(url);
    queue.ask_wait(0).unwrap();
    assert_eq!(reads.ask_wait(()).unwrap(), 1);
    db.write_wait(|tx| add(tx, 1)).unwrap();
    assert_eq!(db.read_wait(count).unwrap(), 2);
    let way = std::sync::Arc::new(proxy);
    // In the middle of a transaction nobody knows what became of it.
    let stalls = way.clone();
    let lost = db.write_wait(move |tx| {
        add(tx, 2)?;
        stalls.stall();
        add(tx, 3)
    });
    assert!(matches!(&lost, Err(base::Error::Fault(x)) if x.is_away()), "{lost:?}");
    // Whoever comes afterwards is served on another connection.
    std::thread::scope(|scope| {
        let asked =
            [scope.spawn(|| queue.ask_wait(4)), scope.spawn(|| db.write_wait(|tx| add(tx, 5)))];
        asked.into_iter().for_each(|x| assert_eq!(x.join().unwrap().unwrap(), 1));
    });
    assert_eq!((reads.ask_wait(()).unwrap(), db.read_wait(count).unwrap()), (4, 4));
}

#[test]
fn a_statement_that_takes_long_is_waited_for() {
    let Some(server) = testkit::Server::start() else { return };
    let (proxy, url) = server.proxy();
    let db = testkit::open(&Place::Server(url)).unwrap();
    let slow = |tx: &mut Tx<'_>| {
        Ok(tx.one("SELECT CAST(count(pg_sleep(2.5)) AS BIGINT)", args![], |r| r.get::<i64>(0))?)
    };
    assert_eq!(db.read_wait(slow).unwrap(), 1);
    assert_eq!(proxy.made(), 3, "a writer, a reader, and the one who asked what the reader does");
}
