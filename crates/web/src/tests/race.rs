//! A thousand clients, fifty places: over the API, on both engines, with all layers.

use std::collections::HashSet;
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use base::{Actor, Channel, Cx, Id};
use rooms::accounts::{Level, NewAccount, PersonName, Phone};
use rooms::booking::verify;
use rooms::schedule;
use rooms::sessions::Kind;
use rooms::{accounts, sessions};
use serde_json::{Value, json};
use slots::Rule;
use tokio::task::JoinSet;

use super::booking::city;
use crate::App;
use crate::testing::{self, Client};

const CLIENTS: u32 = 1000;
const PLACES: usize = 50;
const SERVICE: &str = "mfc-visit";

/// The portal, where one desk has fifty places and only one day to give, and the tokens of a
/// thousand people.
fn rush(db: base::Db) -> (Arc<App>, Id, Vec<String>) {
    city(&db);
    let app = testing::app(db.clone());
    let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Cli);
    let portal = app.portal();
    let desks = portal.city.offices.resources().iter();
    let mut desks = desks.filter(|x| x.services.iter().any(|code| code == SERVICE));
    let desk = desks.next().unwrap();
    let desk = desk.id.clone();
    let rule: Rule = serde_json::from_value(json!({
        "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "on_days_off": true,
        "from": 420, "to": 420 + PLACES * 15, "step": 15,
        "valid_from": "2026-12-09", "valid_to": "2026-12-09",
    }))
    .unwrap();
    let own = desk.clone();
    let tokens = db
        .write_wait(move |tx| {
            schedule::save_timetable(tx, &cx, &own, std::slice::from_ref(&rule))?;
            (0..CLIENTS).map(|i| token(tx, &cx, i)).collect()
        })
        .unwrap();
    app.memory.refresh(&db).unwrap();
    (app, desk, tokens)
}

fn token(tx: &mut base::Tx<'_>, cx: &Cx, i: u32) -> base::Outcome<String> {
    let name = |text: &str| PersonName::parse("name", text).unwrap();
    let phone = format!("+7 902 {:03}-{:02}-{:02}", i / 10_000, i / 100 % 100, i % 100);
    let account = NewAccount {
        surname: name("Быстрый"),
        name: name("Иван"),
        patronymic: PersonName::parse_optional("patronymic", "").unwrap(),
        phone: Phone::parse("phone", &phone).unwrap(),
        email: None,
        email_verified: false,
        password_hash: None,
        level: Level::Verified,
        lang: texts::Lang::Ru,
    };
    let id = accounts::add(tx, cx, &account)?;
    sessions::open(tx, cx, &id, "", Kind::Bearer)
}

struct Runner {
    client: Client,
    calls: u32,
    who: usize,
}

impl Runner {
    fn new(app: &Arc<App>, token: &str, who: usize) -> Self {
        let client = Client::new(app).with("authorization", &format!("Bearer {token}"));
        Self { client, calls: 0, who }
    }

    /// A mutating call under a key of its own; never answered by a fault.
    async fn post(&mut self, path: &str, body: Value) -> (StatusCode, Value) {
        self.calls += 1;
        let key = format!("runner-{}-{}", self.who, self.calls);
        self.client.headers.insert("idempotency-key", key);
        let page = self.client.json(Method::POST, &format!("/api/v1{path}"), &body).await;
        assert!(page.status.as_u16() < 500, "{path}: {}", page.text());
        (page.status, page.json())
    }

    /// Asks for a time, then for the nearest free one at the same desk, until one is booked or the
    /// desk has nothing left.
    async fn book(&mut self, desk: &Id, starts: &[String]) -> Option<String> {
        let mut start = starts[self.who % starts.len()].clone();
        loop {
            let wish = json!({ "service": SERVICE, "resource": desk, "start": start });
            let (status, held) = self.post("/holds", wish).await;
            if status == StatusCode::CREATED {
                let booking = json!({ "hold": held["id"], "purpose": "one", "consent": true });
                let (status, booked) = self.post("/bookings", booking).await;
                assert_eq!(status, StatusCode::CREATED, "{booked}");
                return booked["id"].as_str().map(str::to_owned);
            }
            assert_eq!(held["code"], "E-SLOT-01", "{held}");
            let mut others = held["alternatives"].as_array()?.iter();
            let other = others.find(|x| x["resource"] == json!(desk))?;
            start = other["start"].as_str()?.to_owned();
        }
    }
}

async fn free_starts(app: &Arc<App>, desk: &Id) -> Vec<String> {
    let path = format!(
        "/api/v1/slots?service={SERVICE}&resource={desk}&from=2026-12-09&to=2026-12-09&limit=100"
    );
    let answer = Client::new(app).get(&path).await.json();
    let slots = answer["slots"].as_array().unwrap().iter();
    slots.map(|x| x["start"].as_str().unwrap().to_owned()).collect()
}

/// Runs `story` for every token at once, on two threads.
fn all_at_once<F>(
    app: &Arc<App>,
    tokens: &[String],
    story: impl Fn(Runner) -> F,
) -> Vec<Option<String>>
where
    F: Future<Output = Option<String>> + Send + 'static,
{
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().unwrap().block_on(async {
        let mut runners = JoinSet::new();
        for (who, token) in tokens.iter().enumerate() {
            runners.spawn(story(Runner::new(app, token, who)));
        }
        runners.join_all().await
    })
}

fn clean(app: &App) {
    let now = app.clock.now();
    assert_eq!(app.db.read_wait(move |tx| verify(tx, now)).unwrap(), []);
}

#[test]
fn a_thousand_clients_race_for_fifty_places_and_exactly_fifty_win() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let (app, desk, tokens) = rush(db);
        let starts = testing::run(free_starts(&app, &desk));
        assert_eq!(starts.len(), PLACES);
        let won = all_at_once(&app, &tokens, |mut runner| {
            let (desk, starts) = (desk.clone(), starts.clone());
            async move { runner.book(&desk, &starts).await }
        });
        let won: HashSet<String> = won.into_iter().flatten().collect();
        assert_eq!(won.len(), PLACES);
        assert!(testing::run(free_starts(&app, &desk)).is_empty());
        clean(&app);
    });
}

#[test]
fn the_same_race_with_moves_and_cancellations_breaks_nothing() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let (app, desk, tokens) = rush(db);
        let starts = testing::run(free_starts(&app, &desk));
        let left = all_at_once(&app, &tokens[..300], |mut runner| {
            let (desk, starts) = (desk.clone(), starts.clone());
            async move {
                let id = runner.book(&desk, &starts).await?;
                let wish = json!({ "resource": desk, "start": starts[runner.who * 7 % PLACES] });
                let (moved, body) = runner.post(&format!("/bookings/{id}/reschedule"), wish).await;
                let known =
                    ["E-SLOT-01", "E-CHG-06"].contains(&body["code"].as_str().unwrap_or(""));
                assert!(moved == StatusCode::OK || known, "{body}");
                if runner.who % 3 == 0 {
                    let path = format!("/bookings/{id}/cancel");
                    let (status, body) = runner.post(&path, json!({})).await;
                    assert_eq!(status, StatusCode::OK, "{body}");
                    return None;
                }
                Some(id)
            }
        });
        let standing = left.into_iter().flatten().count();
        let free = testing::run(free_starts(&app, &desk)).len();
        assert_eq!(standing + free, PLACES);
        clean(&app);
    });
}
