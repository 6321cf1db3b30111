//! A server that went away and came back while nobody needed it.
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

use base::Outcome;
use base::db::{Migration, Place};
use base::{Tx, args};

const MIGRATIONS: &[Migration] =
    &[Migration::sql("0001_words", "CREATE TABLE word (id BIGINT NOT NULL PRIMARY KEY);")];

fn add(tx: &mut Tx<'_>, id: i64) -> Outcome<u64> {
    Ok(tx.exec("INSERT INTO word (id) VALUES ($1)", args![id])?)
}

fn count(tx: &mut Tx<'_>) -> Outcome<i64> {
    Ok(tx.one("SELECT count(*) FROM word", args![], |r| r.get(0))?)
}

#[test]
fn whoever_comes_first_afterwards_is_served() {
    let Some(mut server) = testkit::Server::start() else { return };
    let db = testkit::open(&Place::Server(server.url())).unwrap();
    db.migrate(MIGRATIONS).unwrap();
    let queue = db
        .queue(|tx: &mut Tx<'_>, asks: &[i64]| Ok(asks.iter().map(|id| add(tx, *id)).collect()))
        .unwrap();
    let reads = db
        .questions(|tx: &mut Tx<'_>, asks: &[()]| Ok(asks.iter().map(|()| count(tx)).collect()))
        .unwrap();
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
