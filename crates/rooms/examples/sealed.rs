//! What sealing costs where it is paid most often: recognising somebody, at every call. Beside it the
//! same questions to tables whose columns stand open. `cargo run --release -p rooms --example sealed`
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool for developers that measures by the clock"
)]

use std::hint::black_box;
use std::time::Instant;

use base::vault::Spot;
use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Outcome, Tx, args};
use rooms::accounts::{self, Email, Level, NewAccount, PersonName, Phone};
use rooms::sessions;
use sha2::{Digest, Sha256};

const PEOPLE: usize = 20_000;
const ROUNDS: usize = 200_000;

fn main() {
    let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
    on(&db);
    if let Some(url) = testkit::postgres(rooms::MIGRATIONS) {
        on(&testkit::open(&base::db::Place::Server(url)).unwrap());
    }
    alone(&db);
}

fn on(db: &Db) {
    let rounds = if db.engine() == "SQLite" { ROUNDS } else { ROUNDS / 20 };
    let cx = Cx::new(&Clock::system(), &Chance::os(), Actor::System, Channel::Cli);
    let now = cx.now;
    let tokens = db.write_wait(move |tx| people(tx, &cx)).unwrap();
    let open = tokens.clone();
    let sealed = db.read_wait(move |tx| {
        timed(&tokens, rounds, |token| {
            let caller = sessions::Caller { now, token: token.to_owned() };
            black_box(sessions::recognise(tx, &[caller])?.remove(0).unwrap());
            Ok(())
        })
    });
    let open = db.read_wait(move |tx| timed(&open, rounds, |token| resolve_open(tx, now.0, token)));
    let (sealed, open) = (sealed.unwrap(), open.unwrap());
    println!("{:10}  session and account: sealed {sealed:.2} µs, open {open:.2} µs", db.engine());
}

fn people(tx: &mut Tx<'_>, cx: &Cx) -> Outcome<Vec<String>> {
    tx.script(
        "CREATE TABLE open_account (
           id TEXT NOT NULL PRIMARY KEY, phone TEXT NOT NULL UNIQUE, email TEXT,
           email_verified_at BIGINT, surname TEXT NOT NULL, name TEXT NOT NULL,
           patronymic TEXT NOT NULL, level TEXT NOT NULL, lang TEXT NOT NULL,
           created_at BIGINT NOT NULL, closed_at BIGINT
         )",
    )?;
    let name = |text| PersonName::parse("name", text).unwrap();
    (0..PEOPLE)
        .map(|i| {
            let (phone, email) = (format!("+7900{i:07}"), format!("citizen{i}@example.org"));
            let new = NewAccount {
                surname: name("Соколова"),
                name: name("Анна"),
                patronymic: name("Ивановна"),
                phone: Phone::parse("phone", &phone).unwrap(),
                email: Some(Email::parse("email", &email).unwrap()),
                email_verified: true,
                password_hash: None,
                level: Level::Verified,
                lang: texts::Lang::Ru,
            };
            let id = accounts::add(tx, cx, &new)?;
            tx.exec(
                "INSERT INTO open_account VALUES ($1, $2, $3, 1, 'Соколова', 'Анна', 'Ивановна',
                   'verified', 'ru', 1, NULL)",
                args![&id, &phone, &email],
            )?;
            sessions::open(tx, cx, &id, "Firefox, Windows", sessions::Kind::Browser)
        })
        .collect()
}

/// Microseconds a call.
fn timed(
    tokens: &[String],
    rounds: usize,
    mut call: impl FnMut(&str) -> Outcome<()>,
) -> Outcome<f64> {
    let began = Instant::now();
    for i in 0..rounds {
        call(&tokens[i * 7919 % tokens.len()])?;
    }
    Ok(began.elapsed().as_secs_f64() * 1e6 / rounds as f64)
}

/// As it was with open columns.
fn resolve_open(tx: &mut Tx<'_>, now: i64, token: &str) -> Outcome<()> {
    let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    let session = tx.one(
        "SELECT account_id, kind, seen_at FROM session
         WHERE token_digest = $1 AND idle_until > $2 AND ends_at > $2",
        args![&digest[..], now],
        |r| Ok((r.get::<Id>(0)?, r.get::<String>(1)?, r.get::<i64>(2)?)),
    )?;
    let account = tx.one(
        "SELECT id, phone, email, email_verified_at, surname, name, patronymic, level, lang,
                created_at
         FROM open_account WHERE id = $1 AND closed_at IS NULL",
        args![&session.0],
        |r| {
            let names: (String, String, String) = (r.get(4)?, r.get(5)?, r.get(6)?);
            let rest: (String, String, i64) = (r.get(7)?, r.get(8)?, r.get(9)?);
            Ok((r.get::<Id>(0)?, r.get::<String>(1)?, r.get::<Option<String>>(2)?, names, rest))
        },
    )?;
    black_box(account);
    Ok(())
}

/// The single steps, without a database.
fn alone(db: &Db) {
    let vault = db.vault();
    let (key, wrapped) = vault.fresh("anna").unwrap();
    let spot = Spot::new("account", "sealed", "anna");
    let person = r#"{"surname":"Соколова","name":"Анна","patronymic":"Ивановна","phone":"+79000000001","email":"anna@example.org"}"#;
    let sealed = key.seal(spot, person).unwrap();
    let step = |what: &str, run: &dyn Fn()| {
        let began = Instant::now();
        (0..ROUNDS).for_each(|_| run());
        let each = began.elapsed().as_secs_f64() * 1e6 / ROUNDS as f64;
        println!("            {what:28} {each:.2} µs");
    };
    step("unwrap a data key", &|| drop(black_box(vault.unwrap("anna", wrapped.bytes()).unwrap())));
    step("open a person", &|| drop(black_box(key.open(spot, &sealed).unwrap())));
    step("seal a person", &|| drop(black_box(key.seal(spot, person).unwrap())));
    step("a blind index", &|| {
        drop(black_box(vault.index(base::vault::Field::Phone, "+79000000001")));
    });
}
