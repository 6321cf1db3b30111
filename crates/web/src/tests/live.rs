//! What a page shows after its times have changed under it: what it would show when it was opened anew, of
//! the day that it is about.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use http_body_util::BodyExt as _;
use rooms::accounts::Level;
use tower::ServiceExt as _;

use super::booking::{PLACE, account, book, browser, city, times};
use super::served::ruled;
use crate::testing::{self, Client, Page};

const HEAD: &str = "head-reception";

/// An address that stands in an attribute of the page.
fn address(page: &Page, attribute: &str) -> String {
    let (_, rest) = page.text().split_once(&format!("{attribute}=\"")).expect(attribute);
    rest.split_once('"').unwrap().0.replace("&#38;", "&")
}

/// The part of the times, word for word.
fn part(page: &Page) -> &str {
    let (_, rest) = page.text().split_once("data-fragment=\"times\"").unwrap();
    rest.split_once("</section>").unwrap().0
}

/// The calendar, word for word.
fn days(page: &Page) -> &str {
    let (_, rest) = page.text().split_once("data-fragment=\"days\"").unwrap();
    rest.split_once("</table>").unwrap().0
}

/// What the script asks for after a change on `page`.
async fn refreshed(client: &Client, page: &Page) -> Page {
    client.clone().with("x-fragment", "times").get(&address(page, "data-page")).await
}

fn day(time: &str) -> &str {
    &time.split_once('|').unwrap().1[..10]
}

/// The town with a daily limit of two visits; the story is told on both engines.
fn each(story: impl AsyncFn(&std::sync::Arc<crate::App>, Client, Client)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        ruled(&db, HEAD, |rules| rules.per_day = Some(2));
        let app = testing::app(db);
        testing::run(async {
            let anna = account(&app, 1, Level::Verified).await;
            let boris = account(&app, 2, Level::Verified).await;
            let (anna, boris) = (browser(&app, &anna).await, browser(&app, &boris).await);
            story(&app, anna, boris).await;
        });
    });
}

#[test]
fn whoever_moves_within_a_full_day_hears_of_changes_there_and_sees_what_a_reload_shows() {
    each(async |app, mut anna, mut boris| {
        let first = times(&anna.get(PLACE).await)[0].clone();
        let own = format!("{}/move", book(&mut anna, 0).await);
        let his = format!("{}/move", book(&mut boris, 0).await);
        let full = day(&first).to_owned();
        let guest = Client::new(app).get(&format!("{PLACE}&day={full}")).await;
        assert!(times(&guest).is_empty(), "the day is full for everybody else");
        let page = anna.get(&format!("{own}?day={full}")).await;
        let wished = times(&page).pop().unwrap();
        assert_eq!(day(&wished), full, "one's own day keeps its place");
        let events = Request::get(address(&page, "data-live")).header("host", "okno.test");
        let events = crate::service(app.clone()).oneshot(events.body(Body::empty()).unwrap());
        let mut events = events.await.unwrap().into_body();
        // Boris takes a time of the same day: for strangers it is as full as before.
        let form = boris.get(&format!("{his}?day={full}")).await.forms_at("/move");
        boris.submit(&form.set("start", &wished)).await.location();
        let told = tokio::time::timeout(Duration::from_secs(20), events.frame()).await;
        assert!(
            told.unwrap().unwrap().unwrap().into_data().unwrap().starts_with(b"event: changed")
        );
        let fresh = refreshed(&anna, &page).await;
        assert!(!times(&fresh).is_empty() && !times(&fresh).contains(&wished));
        assert_eq!(part(&fresh), part(&anna.get(&format!("{own}?day={full}")).await));
        // A page that answered a form has no day in its address, and goes on with the one it shows.
        let form = page.forms_at("/move").set("start", &wished);
        let refused = anna.submit(&form).await;
        assert_eq!((refused.status.as_u16(), day(&times(&refused)[0])), (422, &*full));
        assert_eq!(times(&refreshed(&anna, &refused).await), times(&refused));
    });
}

#[test]
fn a_day_that_becomes_full_while_it_is_shown_is_not_replaced_by_the_next() {
    each(async |app, mut anna, mut boris| {
        let mut guest = Client::new(app);
        let page = guest.get(PLACE).await;
        let shown = times(&page)[0].clone();
        book(&mut anna, 0).await;
        book(&mut boris, 0).await;
        let fresh = refreshed(&guest, &page).await;
        assert_ne!(days(&fresh), days(&page), "the day has as many places as before");
        assert_eq!(days(&fresh), days(&guest.get(&format!("{PLACE}&day={}", day(&shown))).await));
        assert!(times(&fresh).is_empty(), "times of another day under the heading of this one");
        assert!(fresh.says("В этот день всё занято"), "{}", part(&fresh));
        assert_ne!(day(&times(&guest.get(PLACE).await)[0]), day(&shown));
    });
}
