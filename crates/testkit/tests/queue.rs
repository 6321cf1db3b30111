//! Queues number those who enter, and a node counts the statements it runs.
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

use std::sync::Mutex;

use base::db::{For, Migration, Turn};
use base::{Outcome, args};

const MIGRATIONS: &[Migration] =
    &[Migration::sql("0009_news", include_str!("../../rooms/migrations/0009_news.sql"))];

fn answer<R>(turn: Turn<R>) -> Outcome<R> {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(turn.answer())
}

#[test]
fn the_numbers_of_a_queue_are_the_order_in_which_it_serves() {
    testkit::each_engine(MIGRATIONS, |db| {
        let served = std::sync::Arc::new(Mutex::new(Vec::new()));
        let notes = served.clone();
        let queue = db.queue(move |_tx, asks: &[u32]| {
            notes.lock().unwrap().extend_from_slice(asks);
            Ok(asks.iter().map(|x| Ok(*x)).collect())
        });
        let queue = queue.unwrap();
        let entered = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for caller in 0..8 {
                let (queue, entered) = (&queue, &entered);
                scope.spawn(move || {
                    for ask in 0..50 {
                        let ask = caller * 1000 + ask;
                        let turn = queue.stand(ask).unwrap();
                        entered.lock().unwrap().push((turn.number, ask));
                        assert_eq!(answer(turn).unwrap(), ask);
                    }
                });
            }
        });
        let mut entered = entered.into_inner().unwrap();
        entered.sort_unstable();
        let numbers: Vec<u64> = entered.iter().map(|x| x.0).collect();
        assert_eq!(numbers, (1..=400).collect::<Vec<_>>());
        let order: Vec<u32> = entered.iter().map(|x| x.1).collect();
        assert_eq!(*served.lock().unwrap(), order);
    });
}

#[test]
fn statements_are_counted_apart_for_those_who_wait_and_for_what_runs_by_itself() {
    testkit::each_engine(MIGRATIONS, |db| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let so_far = |db: &base::Db| (db.statements(For::Requests), db.statements(For::Jobs));
        let one = |tx: &mut base::Tx<'_>| Ok(tx.one("SELECT 1", args![], |_| Ok(()))?);
        let (requests, jobs) = so_far(&db);
        runtime.block_on(db.read(one)).unwrap();
        let twice = |tx: &mut base::Tx<'_>| -> Outcome<()> {
            tx.exec("DELETE FROM news WHERE id = 'x'", args![])?;
            tx.all("SELECT id FROM news", args![], |_| Ok(()))?;
            Ok(())
        };
        runtime.block_on(db.write(twice)).unwrap();
        assert_eq!(so_far(&db), (requests + 3, jobs));
        db.read_wait(one).unwrap();
        db.write_wait(twice).unwrap();
        assert_eq!(so_far(&db), (requests + 3, jobs + 3));
        let queue = db.queue(move |tx, asks: &[u32]| {
            one(tx)?;
            Ok(asks.iter().map(|x| Ok(*x)).collect())
        });
        queue.unwrap().ask_wait(1).unwrap();
        assert_eq!(so_far(&db), (requests + 4, jobs + 3));
    });
}
