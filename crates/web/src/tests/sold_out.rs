//! When a line says that all places are taken, and when it must not, on both engines.

use rooms::admission::Mode;
use serde_json::json;

use super::booking::{fill_for, times};
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
