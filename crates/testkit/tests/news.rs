//! What a transaction tells the memories of the nodes.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests may unwrap and wait")]

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base::db::{Migration, News, Place};
use base::{Clock, Db, Kind, Refusal, args};

const MIGRATIONS: &[Migration] =
    &[Migration::sql("0009_news", include_str!("../../rooms/migrations/0009_news.sql"))];

/// What a listener of `db` hears: topic, key, and whether the fact came with it.
fn heard(db: &Db) -> Arc<Mutex<Vec<(String, String, bool)>>> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let notes = heard.clone();
    db.listen(Arc::new(move |news: &[News]| {
        let said = news.iter().map(|x| (x.topic.to_string(), x.key.clone(), x.fact.is_some()));
        notes.lock().unwrap().extend(said);
    }))
    .unwrap();
    heard
}

#[test]
fn the_memory_knows_before_the_caller_and_nothing_that_was_rolled_back() {
    testkit::each_engine(MIGRATIONS, |db| {
        let heard = heard(&db);
        db.write_wait(|tx| {
            tx.exec("DELETE FROM news WHERE id = 'x'", args![])?;
            tx.tell(News::new("claims", "desk-1", 7_u32));
            Ok(())
        })
        .unwrap();
        assert_eq!(*heard.lock().unwrap(), [("claims".into(), "desk-1".into(), true)]);
        let refused = db.write_wait(|tx| {
            tx.tell(News::new("claims", "desk-2", ()));
            Err::<(), _>(Refusal::new(Kind::Conflict, "E-SLOT-01").into())
        });
        refused.unwrap_err();
        assert_eq!(heard.lock().unwrap().len(), 1);
    });
}

#[test]
fn another_node_hears_within_a_second_and_once() {
    let Some(url) = testkit::postgres(MIGRATIONS) else { return };
    let place = Place::Server(url);
    let (here, there) = (testkit::open(&place).unwrap(), testkit::open(&place).unwrap());
    let (own, foreign) = (heard(&here), heard(&there));
    here.write_wait(|tx| {
        tx.tell(News::new("claims", "desk-1", ()));
        tx.tell(News::new("claims", "desk-1", ()));
        tx.tell(News::new("claims", "desk-2", ()));
        Ok(())
    })
    .unwrap();
    let begun = Instant::now();
    while foreign.lock().unwrap().len() < 2 && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let expected =
        [("claims".into(), "desk-1".into(), false), ("claims".into(), "desk-2".into(), false)];
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(*foreign.lock().unwrap(), expected);
    assert_eq!(own.lock().unwrap().len(), 3);
}

#[test]
fn nodes_whose_clocks_differ_hear_each_other() {
    let Some(url) = testkit::postgres(MIGRATIONS) else { return };
    let place = Place::Server(url);
    let ahead = Clock::fixed(Clock::system().now().plus(5 * base::Instant::MINUTE));
    let here = testkit::open(&place).unwrap();
    let there = Db::open_by(&place, testkit::vault(1), ahead).unwrap();
    let (own, foreign) = (heard(&here), heard(&there));
    for (db, key) in [(&here, "desk-1"), (&there, "desk-2")] {
        db.write_wait(move |tx| {
            tx.tell(News::new("claims", key, ()));
            Ok(())
        })
        .unwrap();
    }
    let begun = Instant::now();
    let both = || own.lock().unwrap().len() == 2 && foreign.lock().unwrap().len() == 2;
    while !both() && begun.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(both(), "{own:?} {foreign:?}");
}

#[test]
fn what_was_committed_late_is_told_again() {
    const LATE: Migration = Migration::sql(
        "0002_late",
        "CREATE TABLE late (id BIGINT NOT NULL PRIMARY KEY);
         CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
           $$BEGIN PERFORM pg_sleep(3.1); RETURN NULL; END$$;
         CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED
           FOR EACH ROW EXECUTE FUNCTION wait();",
    );
    const BOTH: &[Migration] =
        &[Migration::sql("0009_news", include_str!("../../rooms/migrations/0009_news.sql")), LATE];
    let Some(server) = testkit::Server::start() else { return };
    let db = testkit::open(&Place::Server(server.url())).unwrap();
    db.migrate(BOTH).unwrap();
    let queue = db
        .queue(|tx: &mut base::Tx<'_>, asks: &[i64]| {
            let one = |id: &i64| {
                tx.tell(News::new("claims", format!("desk-{id}"), ()));
                Ok(tx.exec("INSERT INTO late (id) VALUES ($1)", args![*id])?)
            };
            Ok(asks.iter().map(one).collect())
        })
        .unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| queue.ask_wait(1).unwrap());
        db.write_wait(|tx| {
            tx.tell(News::new("claims", "desk-2", ()));
            Ok(tx.exec("INSERT INTO late (id) VALUES (2)", args![])?)
        })
        .unwrap();
    });
    db.write_wait(|tx| {
        tx.tell(News::new("claims", "desk-3", ()));
        Ok(())
    })
    .unwrap();
    let told = db
        .read_wait(|tx| {
            let told = "SELECT key FROM news ORDER BY key";
            Ok(tx.all(told, args![], |r| r.get::<String>(0))?)
        })
        .unwrap();
    assert_eq!(told, ["desk-1", "desk-1", "desk-2", "desk-2", "desk-3"]);
}
