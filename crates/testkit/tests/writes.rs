//! Rows that a transaction writes together.
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

use base::db::Sort::{Number, Text};
use base::db::{For, Insert, Migration, Update, Val};
use base::{Error, Fault, Kind, Outcome, Refusal, Tx, args};

const MIGRATIONS: &[Migration] = &[Migration::sql(
    "0001_words",
    "CREATE TABLE word (id BIGINT NOT NULL PRIMARY KEY, said TEXT NOT NULL);
     CREATE TABLE echo (id BIGINT NOT NULL PRIMARY KEY, said TEXT NOT NULL);",
)];

static WORD: Insert = Insert::into("word", &[("id", Number), ("said", Text)]);
static ECHO: Insert = Insert::into("echo", &[("id", Number), ("said", Text)]);
static SAID: Update = Update::of("word", ("id", Number), &[("said", Text)]);

fn rows<'a>(ids: &[i64], said: &'a str) -> Vec<Vec<Val<'a>>> {
    ids.iter().map(|id| args![*id, said].to_vec()).collect()
}

fn words(tx: &mut Tx<'_>) -> Result<Vec<(i64, String)>, Fault> {
    tx.all("SELECT id, said FROM word ORDER BY id", args![], |r| Ok((r.get(0)?, r.get(1)?)))
}

fn said(all: &[(i64, &str)]) -> Vec<(i64, String)> {
    all.iter().map(|(id, said)| (*id, (*said).to_owned())).collect()
}

#[test]
fn a_transaction_sees_what_it_has_written_and_later_words_win() {
    testkit::each_engine(MIGRATIONS, |db| {
        let seen = db.write_wait(|tx| {
            tx.insert(&WORD, &rows(&[1, 2, 3], "here"))?;
            tx.insert(&ECHO, &rows(&[1], "there"))?;
            tx.update(&SAID, &rows(&[2, 3, 9], "again"))?;
            tx.exec("UPDATE word SET said = 'last' WHERE id = $1", args![3])?;
            let seen = words(tx)?;
            tx.insert(&WORD, &rows(&[4], "after"))?;
            Ok(seen)
        });
        assert_eq!(seen.unwrap(), said(&[(1, "here"), (2, "again"), (3, "last")]));
        let after = db.read_wait(|tx| Ok(words(tx)?)).unwrap();
        assert_eq!(after.last(), said(&[(4, "after")]).last());
    });
}

#[test]
fn what_is_given_up_is_written_neither_then_nor_with_the_next() {
    testkit::each_engine(MIGRATIONS, |db| {
        let refused = db.write_wait(|tx| -> Outcome<()> {
            tx.insert(&WORD, &rows(&[1, 2], "never"))?;
            Err(Refusal::new(Kind::Conflict, "E-SLOT-01").into())
        });
        refused.unwrap_err();
        db.write_wait(|tx| Ok(tx.insert(&WORD, &rows(&[2], "kept"))?)).unwrap();
        assert_eq!(db.read_wait(|tx| Ok(words(tx)?)).unwrap(), said(&[(2, "kept")]));
    });
}

#[test]
fn a_key_that_is_taken_undoes_the_transaction_and_asks_for_another_run() {
    testkit::each_engine(MIGRATIONS, |db| {
        db.write_wait(|tx| Ok(tx.insert(&ECHO, &rows(&[7], "first"))?)).unwrap();
        let taken = db.write_wait(|tx| {
            tx.insert(&WORD, &rows(&[1], "lost"))?;
            Ok(tx.insert(&ECHO, &rows(&[6, 7], "second"))?)
        });
        let Err(Error::Fault(fault)) = taken else { panic!("{taken:?}") };
        assert!(fault.is_retryable(), "{fault}");
        assert_eq!(db.read_wait(|tx| Ok(words(tx)?)).unwrap(), []);
    });
}

#[test]
fn postgresql_gets_the_rows_of_many_tables_in_one_statement() {
    let Some(url) = testkit::postgres(MIGRATIONS) else { return };
    let db = testkit::open(&base::db::Place::Server(url)).unwrap();
    let before = db.statements(For::Jobs);
    db.write_wait(|tx| {
        tx.insert(&WORD, &rows(&[1, 2, 3], "here"))?;
        Ok(tx.insert(&ECHO, &rows(&[1, 2], "there"))?)
    })
    .unwrap();
    assert_eq!(db.statements(For::Jobs) - before, 1);
    // An update of what was inserted would not see it in the same statement.
    db.write_wait(|tx| {
        tx.insert(&WORD, &rows(&[4], "here"))?;
        tx.insert(&ECHO, &rows(&[4], "there"))?;
        Ok(tx.update(&SAID, &rows(&[1, 4], "again"))?)
    })
    .unwrap();
    assert_eq!(db.statements(For::Jobs) - before, 3);
    let seen = db.read_wait(|tx| Ok(words(tx)?)).unwrap();
    assert_eq!(seen, said(&[(1, "again"), (2, "here"), (3, "here"), (4, "again")]));
}
