//! What guests are given again, and when it is made anew.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use base::Instant;
use rooms::accounts::Level;
use serde_json::json;

use super::api::program;
use super::booking::{PLACE, account, browser, each};
use crate::App;
use crate::route::Rate;
use crate::shed;
use crate::testing::{Client, Page};

const SLOTS: &str = "/api/v1/slots?service=head-reception&site=tomsk-admin-main&limit=500";

/// Asks, and says whether the answer was ready.
async fn ask(app: &App, client: &mut Client, path: &str) -> (Page, bool) {
    let before = app.meter.ready.load(Relaxed);
    let page = client.get(path).await;
    (page, app.meter.ready.load(Relaxed) > before)
}

/// Somebody takes the first free time.
async fn take(app: &Arc<App>, number: u8) {
    let person = account(app, number, Level::Verified).await;
    let mut client = program(app, &person).await.with("idempotency-key", "take");
    let slot = client.get(SLOTS).await.json()["slots"][0].clone();
    let wish = json!({
        "service": "head-reception", "resource": slot["resource"], "start": slot["start"],
    });
    assert_eq!(client.json(Method::POST, "/api/v1/holds", &wish).await.status, StatusCode::CREATED);
}

#[test]
fn guests_get_what_was_made_for_a_guest_until_a_time_is_taken_or_the_minute_is_over() {
    each(async |app, _anna| {
        for (n, path) in (10..).zip([SLOTS, PLACE, "/services/head-reception"]) {
            let (mut one, mut other) = (Client::new(&app), Client::new(&app));
            let (first, ready) = ask(&app, &mut one, path).await;
            assert!(!ready && first.status == StatusCode::OK, "{path}");
            let (again, ready) = ask(&app, &mut other, path).await;
            assert!(ready, "{path} was made anew");
            assert_eq!(again.body, first.body);
            assert_ne!(again.head("operation-id"), first.head("operation-id"));
            let heads = |page: &Page| {
                let mut heads = page.headers.clone();
                heads.remove("operation-id");
                heads.remove("content-length");
                heads
            };
            assert_eq!(heads(&again), heads(&first), "{path}");
            take(&app, n).await;
            let (taken, ready) = ask(&app, &mut one, path).await;
            assert!(!ready && taken.body != first.body, "{path} does not see what was taken");
            assert!(ask(&app, &mut other, path).await.1);
            app.clock.advance(Instant::MINUTE);
            assert!(!ask(&app, &mut one, path).await.1, "{path} lasts longer than its minute");
        }
    });
}

#[test]
fn an_expired_hold_is_seen_free_in_its_minute() {
    each(async |app, _anna| {
        let mut guest = Client::new(&app);
        let free = guest.get(SLOTS).await.json()["slots"].as_array().unwrap().len();
        take(&app, 10).await;
        // The hold lasts a quarter of an hour, to the second, and does not begin with a minute.
        app.clock.advance(15 * Instant::MINUTE - 10_000_000);
        let held = guest.get(SLOTS).await.json()["slots"].clone();
        app.clock.advance(10_000_000);
        let again = guest.get(SLOTS).await.json()["slots"].clone();
        assert!(again.as_array().unwrap().len() > held.as_array().unwrap().len(), "of {free}");
    });
}

#[test]
fn whoever_is_signed_in_gets_a_page_of_their_own_and_leaves_none_behind() {
    each(async |app, anna| {
        let (mut own, mut guest) = (browser(&app, &anna).await, Client::new(&app));
        for _ in 0..2 {
            let (page, ready) = ask(&app, &mut own, PLACE).await;
            assert!(!ready && page.says("Анна"));
            assert!(page.text().contains("name=\"key\""), "a form without its key");
        }
        let (page, ready) = ask(&app, &mut guest, PLACE).await;
        assert!(!ready && !page.says("Анна"));
        assert!(ask(&app, &mut guest, PLACE).await.1);
        let (page, ready) = ask(&app, &mut own, PLACE).await;
        assert!(!ready && page.says("Анна"));
        let mut program = program(&app, &anna).await;
        assert!(!ask(&app, &mut program, PLACE).await.1);
    });
}

#[test]
fn an_answer_hangs_on_language_look_encoding_and_tag() {
    each(async |app, _anna| {
        let mut guest = Client::new(&app);
        let russian = guest.get(PLACE).await;
        let mut english = guest.clone().with("accept-language", "en");
        let (page, ready) = ask(&app, &mut english, PLACE).await;
        assert!(!ready && page.text().contains("lang=\"en\""));
        let mut packed = guest.clone().with("accept-encoding", "gzip");
        let (page, ready) = ask(&app, &mut packed, PLACE).await;
        assert!(!ready && page.head("content-encoding") == "gzip");
        assert_eq!(ask(&app, &mut packed, PLACE).await.0.head("content-encoding"), "gzip");
        let mut large = guest.clone();
        large.cookies.insert("look".into(), "large".into());
        assert!(!ask(&app, &mut large, PLACE).await.1);
        let tag = guest.get(SLOTS).await.head("etag").to_owned();
        let mut knows = guest.clone().with("if-none-match", &tag);
        for ready in [false, true] {
            let (page, was) = ask(&app, &mut knows, SLOTS).await;
            assert_eq!((page.status, was), (StatusCode::NOT_MODIFIED, ready));
            assert!(page.body.is_empty() && page.head("etag") == tag);
        }
        let head = guest.send(Method::HEAD, PLACE, Body::empty(), "").await;
        assert!(head.status == StatusCode::OK && head.body.is_empty());
        let (again, ready) = ask(&app, &mut guest, PLACE).await;
        assert!(ready && again.body == russian.body);
        // `?lang=` sets a cookie, so that answer is nobody else's.
        let path = format!("{PLACE}&lang=en");
        for _ in 0..2 {
            let (page, ready) = ask(&app, &mut guest.clone(), &path).await;
            assert!(!ready && !page.head("set-cookie").is_empty());
        }
    });
}

#[test]
fn under_overload_a_ready_page_is_held_back_like_one_to_be_made() {
    each(async |app, _anna| {
        let mut guest = Client::new(&app);
        guest.get(PLACE).await;
        assert!(ask(&app, &mut guest, PLACE).await.1);
        let before = app.gate.sent_away(Rate::Read);
        app.gate.set(shed::Level::of(Rate::Read, 0.0));
        let (page, ready) = ask(&app, &mut guest, PLACE).await;
        assert!(!ready && page.status == StatusCode::SERVICE_UNAVAILABLE);
        assert!(!page.head("retry-after").is_empty());
        assert_eq!(app.gate.sent_away(Rate::Read), before + 1);
        app.gate.set(shed::Level::default());
        assert!(ask(&app, &mut guest, PLACE).await.1);
    });
}
