//! Another key for blind indexes, while people come and go, and whatever happens in between.

use base::db::Place;
use base::vault::{self, Field};
use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Instant, Outcome, Vault, args};
use testkit::TempDir;

use super::tests::new_account;
use super::*;
use crate::accounts::signin::{Identifier, lookup};

/// Accounts there are.
const PEOPLE: usize = 25;

fn cx() -> Cx {
    let clock = Clock::fixed(Instant::from_minutes(29_000_000));
    Cx::new(&clock, &Chance::os(), Actor::System, Channel::Job)
}

fn phone(n: usize) -> String {
    format!("+7900000{n:04}")
}

fn person(n: usize) -> NewAccount {
    let email = Some(Email::parse("email", &format!("p{n}@example.org")).unwrap());
    NewAccount { email, ..new_account(&phone(n)) }
}

/// Each engine, migrated, as an address that can be opened with different keys.
fn each_place(test: impl Fn(&Place)) {
    let dir = TempDir::new();
    let place = Place::File(dir.path().join("okno.db"));
    testkit::open(&place).unwrap().migrate(crate::MIGRATIONS).unwrap();
    test(&place);
    if let Some(url) = testkit::postgres(crate::MIGRATIONS) {
        test(&Place::Server(url));
    }
}

fn open(place: &Place, indexes: &[u8]) -> Db {
    Db::open(place, testkit::vault_with(1, indexes)).unwrap()
}

fn add_one(db: &Db, n: usize) -> Outcome<Id> {
    db.write_wait(move |tx| add(tx, &cx(), &person(n)))
}

/// Whether everybody is found by phone and by e-mail.
fn all_are_found(db: &Db, people: usize) {
    for n in 0..people {
        db.write_wait(move |tx| {
            for who in [phone(n), format!("p{n}@example.org")] {
                assert!(read::by_contact(tx, &who)?.is_some(), "{who}");
                let challenge = lookup(tx, &Identifier::parse(&who))?;
                assert!(challenge.account().is_some(), "{who}");
            }
            Ok(())
        })
        .unwrap();
    }
}

fn turn(db: &Db) {
    db.write_wait(|tx| vault::turn_index(tx, cx().now, 2)).unwrap();
}

fn left(db: &Db) -> i64 {
    let sql = "SELECT count(*) FROM account WHERE index_key < 2 AND closed_at IS NULL";
    db.read_wait(move |tx| Ok(tx.one(sql, args![], |r| r.get(0))?)).unwrap()
}

#[test]
fn everybody_is_found_before_in_the_middle_of_and_after_a_change_that_was_broken_off() {
    each_place(|place| {
        let db = open(place, &[1]);
        (0..PEOPLE).for_each(|n| drop(add_one(&db, n).unwrap()));
        drop(db);

        let db = open(place, &[1, 2]);
        all_are_found(&db, PEOPLE);
        turn(&db);
        all_are_found(&db, PEOPLE);
        assert_eq!(db.write_wait(|tx| reindex(tx, 10)).unwrap(), 10);
        all_are_found(&db, PEOPLE);
        // The next batch is written and then the program dies: its transaction never was.
        let died = db.write_wait(|tx| {
            assert_eq!(reindex(tx, 10)?, 10);
            Err::<(), _>(base::Fault::new("the power is gone").into())
        });
        died.unwrap_err();
        drop(db);

        let db = open(place, &[1, 2]);
        assert_eq!(left(&db), 15);
        all_are_found(&db, PEOPLE);
        // Somebody who comes in the middle of it has the new key; nobody has a phone twice.
        add_one(&db, PEOPLE).unwrap();
        for n in [0, PEOPLE - 1, PEOPLE] {
            assert_eq!(add_one(&db, n).unwrap_err().code(), Some("E-ACC-01"), "{n}");
        }
        turn(&db);
        while db.write_wait(|tx| reindex(tx, 10)).unwrap() > 0 {}
        assert_eq!(left(&db), 0);
        drop(db);
        // The former key is needed no more.
        let db = open(place, &[2]);
        all_are_found(&db, PEOPLE + 1);
        assert_eq!(add_one(&db, 3).unwrap_err().code(), Some("E-ACC-01"));
    });
}

#[test]
fn a_node_that_missed_the_change_follows_before_it_answers() {
    each_place(|place| {
        // Both nodes have the new key in their files; one does not know yet that it is in force. The
        // embedded database has one process, so there one node plays both.
        let (late, ahead) = match place {
            Place::Server(_) => (open(place, &[1, 2]), open(place, &[1, 2])),
            Place::File(_) => {
                let db = open(place, &[1, 2]);
                (db.clone(), db)
            }
        };
        add_one(&late, 1).unwrap();
        turn(&ahead);
        while ahead.write_wait(|tx| reindex(tx, 10)).unwrap() > 0 {}
        let found = late
            .write_wait(|tx| Ok(lookup(tx, &Identifier::parse(&phone(1)))?.account().is_some()));
        assert!(found.unwrap(), "found in spite of its old number");
        assert_eq!(late.vault().index_number(), 2);
        assert_eq!(add_one(&late, 1).unwrap_err().code(), Some("E-ACC-01"));
    });
    // A node whose file was forgotten says so, and does not tell people that they have no account.
    if let Some(url) = testkit::postgres(crate::MIGRATIONS) {
        let place = Place::Server(url);
        let (late, ahead) = (open(&place, &[1]), open(&place, &[1, 2]));
        add_one(&late, 1).unwrap();
        turn(&ahead);
        let refused = add_one(&late, 2).unwrap_err();
        assert!(refused.to_string().contains("index key 2"), "{refused}");
    }
}

#[test]
fn writers_at_the_moment_of_the_change_never_give_a_phone_twice() {
    let Some(url) = testkit::postgres(crate::MIGRATIONS) else { return };
    let place = Place::Server(url);
    let nodes = [open(&place, &[1, 2]), open(&place, &[1, 2])];
    std::thread::scope(|scope| {
        for db in &nodes {
            scope.spawn(|| {
                for n in 0..60 {
                    // Both nodes want every phone; whoever comes second is refused.
                    match add_one(db, n) {
                        Ok(_) => {}
                        Err(error) => assert_eq!(error.code(), Some("E-ACC-01"), "{error}"),
                    }
                }
            });
        }
        scope.spawn(|| {
            let db = open(&place, &[1, 2]);
            turn(&db);
            for _ in 0..20 {
                db.write_wait(|tx| reindex(tx, 5)).unwrap();
            }
        });
    });
    while nodes[0].write_wait(|tx| reindex(tx, 50)).unwrap() > 0 {}
    let sql = "SELECT count(*), count(DISTINCT phone_index) FROM account";
    let counted = nodes[0].read_wait(move |tx| {
        Ok(tx.one(sql, args![], |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?)))?)
    });
    assert_eq!(counted.unwrap(), (60, 60));
}

#[test]
fn a_contact_that_changes_in_the_middle_of_it_stays_changed() {
    each_place(|place| {
        let db = open(place, &[1, 2]);
        let id = add_one(&db, 1).unwrap();
        turn(&db);
        let new = Contact::Phone(Phone::parse("phone", "+79991112233").unwrap());
        let act = move |tx: &mut base::Tx<'_>| set_contact(tx, cx().now, &id, &new);
        assert!(db.write_wait(act).unwrap());
        assert_eq!(db.write_wait(|tx| reindex(tx, 10)).unwrap(), 0, "it has the new key already");
        let gone = db.write_wait(|tx| read::by_contact(tx, &phone(1)));
        assert!(gone.unwrap().is_none());
        let there = db.write_wait(|tx| read::by_contact(tx, "+79991112233"));
        assert!(there.unwrap().is_some());
    });
}

#[test]
fn an_answer_is_given_again_under_the_key_of_yesterday() {
    let vault: Vault = testkit::vault_with(1, &[1, 2]);
    let key = base::idem::Key::new("k", &["book", "visit"]);
    let stored = key.stored(&vault);
    let dir = TempDir::new();
    let place = Place::File(dir.path().join("okno.db"));
    let db = Db::open(&place, vault.clone()).unwrap();
    db.migrate(crate::MIGRATIONS).unwrap();
    turn(&db);
    assert_ne!(key.stored(&vault), stored, "another key is in force");
    key.is_of(&vault, &stored).unwrap();
    assert_ne!(vault.index(Field::Asked, "x"), vault.index(Field::Scope, "x"));
}
