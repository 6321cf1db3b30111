//! When a line says that all places are taken, and when it must not, on both engines.

use axum::http::StatusCode;
use rooms::accounts::Level;
use rooms::admission::Mode;
use rooms::booking;
use serde_json::json;

use super::api::{post, program};
use super::booking::{account, city, fill_for, times};
use super::openings::{DESK, SERVICE, Stage, stage_of};
use super::served::ruled;
use crate::testing::{self, Client};

#[test]
fn a_line_ends_where_the_daily_limit_is_reached_though_there_are_free_windows() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let mut stage = Stage::new(&db, Mode::Fifo);
        stage.receives("tue", 720);
        ruled(&db, SERVICE, |rules| rules.per_day = Some(1));
        testing::run(async {
            stage.open();
            let (_, mut anna) = stage.person(1).await;
            let (_, mut boris) = stage.person(2).await;
            assert!(anna.get(&stage.page).await.says("Осталось 1 место."), "of eight windows");
            anna.post_form(&format!("{}/join", stage.page), &[]).await;
            boris.post_form(&format!("{}/join", stage.page), &[]).await;
            (0..3).for_each(|_| stage.round());
            assert_eq!(stage_of(&boris.get(&stage.page).await), "waiting");
            let page = anna.get(&format!("/book/{SERVICE}?resource={DESK}&day=2026-12-08")).await;
            let start = times(&page)[0].clone();
            let held = anna.submit(&page.forms_at("/book/").set("start", &start)).await.location();
            let review = fill_for(&mut anna, &held, "utilities").await.location();
            let review = anna.get(&review).await;
            anna.submit(&review.forms_at("/confirm")).await.location();
            (0..4).for_each(|_| stage.round());
            assert_eq!(stage_of(&boris.get(&stage.page).await), "sold-out");
            let mut guest = Client::new(&stage.app);
            let at = format!("service={SERVICE}&resource={DESK}");
            let slots = guest
                .get(&format!("/api/v1/slots?{at}&from=2026-12-08&to=2026-12-08"))
                .await
                .json();
            assert_eq!(slots["slots"], json!([]));
            let days = guest.get(&format!("/api/v1/days?{at}&month=2026-12")).await.json();
            let day = days["days"].as_array().unwrap().iter().find(|x| x["date"] == "2026-12-08");
            assert_eq!(
                (&day.unwrap()["free"], &day.unwrap()["state"]),
                (&json!(0), &json!("full"))
            );
        });
    });
}

#[test]
fn a_limit_that_is_introduced_is_shown_before_anybody_chooses() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app(db.clone());
        let mut limits = booking::Limits::default();
        // As on a node: somebody changes the rule, and a thread that may wait learns of it.
        let mut changes = |limit| {
            let work = || {
                ruled(&db, SERVICE, move |rules| rules.per_day = limit);
                app.memory.refresh(&app.db).unwrap();
                limits.follow(&app.db, &app.portal(), app.clock.now()).unwrap();
            };
            std::thread::scope(|scope| scope.spawn(work).join().unwrap());
        };
        testing::run(async {
            let at = format!("service={SERVICE}&resource={DESK}&from=2026-12-08&to=2026-12-08");
            let free = async || {
                let found = Client::new(&app).get(&format!("/api/v1/slots?{at}")).await.json();
                found["slots"].as_array().unwrap().clone()
            };
            let take = async |number| {
                let start = free().await[0]["start"].clone();
                let wish = json!({ "service": SERVICE, "resource": DESK, "start": start });
                let client = program(&app, &account(&app, number, Level::Verified).await).await;
                let held = post(&client, "one", "/holds", &wish).await;
                assert_eq!(held.status, StatusCode::CREATED, "{}", held.text());
            };
            changes(None);
            take(1).await;
            take(2).await;
            assert!(free().await.len() > 2);
            changes(Some(2));
            assert_eq!(free().await.len(), 0);
            // One more comes while there is none again.
            changes(None);
            take(3).await;
            changes(Some(3));
            assert_eq!(free().await.len(), 0);
            changes(Some(4));
            take(4).await;
            assert_eq!(free().await.len(), 0);
            let now = app.clock.now();
            let found = app.db.read(move |tx| booking::verify(tx, now)).await.unwrap();
            assert!(found.is_empty(), "{found:?}");
        });
    });
}

#[test]
fn days_without_any_time_are_not_said_to_be_taken() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let mut stage = Stage::new(&db, Mode::Fifo);
        stage.receives("fri", 615);
        testing::run(async {
            stage.open();
            let page = Client::new(&stage.app).get(&stage.page).await;
            assert_eq!(stage_of(&page), "open");
            assert!(page.says("Свободного времени на эти дни сейчас нет."), "{}", page.text());
            assert!(!page.says("Все места заняты"));
        });
    });
}
