//! How long a session still lasts: pages say it, a script asks before it warns, and asking prolongs nothing.

use base::Instant;
use rooms::access::{Place, Role};
use serde_json::{Value, json};

use super::booking::{browser, each};
use super::roles::given;
use crate::testing::{Client, Page};

const HALF_AN_HOUR: i64 = 30 * 60;

/// What the page says is left, in seconds.
fn left(page: &Page) -> Option<i64> {
    let text = page.text();
    let (_, rest) = text.split_once("data-left=\"")?;
    rest.split_once('"')?.0.parse().ok()
}

fn said(page: &Page) -> Value {
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(page.head("cache-control"), "no-store");
    page.json()
}

#[test]
fn asking_how_long_a_session_lasts_does_not_prolong_it_and_staying_does() {
    each(async |app, anna| {
        let mut tab = browser(&app, &anna).await;
        let mut other = tab.clone();
        assert_eq!(left(&tab.get("/account").await), Some(HALF_AN_HOUR));
        for minutes in [10, 10, 8] {
            app.clock.advance(minutes * Instant::MINUTE);
            tab.get("/session").await;
        }
        let lasts = |left: i64| json!({"left": left, "more": true, "kept": false});
        assert_eq!(said(&tab.get("/session").await), lasts(120));
        // Another tab was active: this one hears of it before it warns.
        assert_eq!(left(&other.get("/account").await), Some(HALF_AN_HOUR));
        assert_eq!(said(&tab.get("/session").await), lasts(HALF_AN_HOUR));
        app.clock.advance(28 * Instant::MINUTE);
        assert_eq!(said(&tab.post_form("/session", &[]).await), lasts(HALF_AN_HOUR));
        app.clock.advance(30 * Instant::MINUTE - 1);
        assert_eq!(said(&tab.get("/session").await), lasts(1));
        app.clock.advance(1);
        let over = json!({"left": 0, "more": false, "kept": true});
        assert_eq!(said(&tab.get("/session").await), over);
        assert_eq!(said(&tab.post_form("/session", &[]).await), over, "what is over stays over");
    });
}

/// Pages whose times are asked for again and again, with nobody at hand.
#[test]
fn what_a_page_asks_by_itself_does_not_keep_a_session_alive_and_its_reader_does() {
    each(async |app, anna| {
        let mut tab = browser(&app, &anna).await;
        let by_itself = async |tab: &Client| {
            tab.clone().with("x-fragment", "times").get("/book/head-reception").await;
            tab.clone().get("/slots/events?service=nothing").await;
        };
        for _ in 0..5 {
            app.clock.advance(5 * Instant::MINUTE);
            by_itself(&tab).await;
        }
        let left_now =
            async |tab: &Client| said(&tab.clone().get("/session").await)["left"].clone();
        assert_eq!(left_now(&tab).await, 5 * 60);
        // In the same moment the reader follows a link, and writes a few letters into the search.
        by_itself(&tab).await;
        assert_eq!(left(&tab.get("/account").await), Some(HALF_AN_HOUR));
        app.clock.advance(6 * Instant::MINUTE);
        tab.clone().with("x-fragment", "suggest").get("/suggest?q=glava").await;
        assert_eq!(left_now(&tab).await, HALF_AN_HOUR);
        // To wait in a line is to be there, with nothing to press.
        app.clock.advance(6 * Instant::MINUTE);
        tab.clone().with("x-fragment", "line").get("/openings/none").await;
        assert_eq!(left_now(&tab).await, HALF_AN_HOUR);
        app.clock.advance(30 * Instant::MINUTE);
        by_itself(&tab).await;
        assert_eq!(left_now(&tab).await, 0);
    });
}

#[test]
fn a_session_at_its_last_hour_cannot_be_prolonged_and_whoever_has_left_or_never_came_has_none() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        for _ in 0..35 {
            app.clock.advance(20 * Instant::MINUTE);
            client.get("/account").await;
        }
        app.clock.advance(18 * Instant::MINUTE);
        let last = json!({"left": 120, "more": false, "kept": false});
        assert_eq!(said(&client.post_form("/session", &[]).await), last);
        client.post_form("/signout", &[]).await;
        let nobody = json!({"left": 0, "more": false, "kept": false});
        for client in [&mut client, &mut Client::new(&app)] {
            assert_eq!(said(&client.get("/session").await), nobody);
            assert_eq!(left(&client.get("/").await), None);
        }
    });
}

#[test]
fn a_workplace_says_that_it_closes_after_a_quarter_of_an_hour() {
    each(async |app, anna| {
        given(&app, &anna, Role::PortalAdmin, Place::Portal).await;
        let mut client = browser(&app, &anna).await;
        assert_eq!(left(&client.get("/staff/people").await), Some(HALF_AN_HOUR / 2));
        app.clock.advance(13 * Instant::MINUTE);
        let lasts = |left: i64| json!({"left": left, "more": true, "kept": false});
        assert_eq!(said(&client.get("/session").await), lasts(120));
        assert_eq!(said(&client.post_form("/session", &[]).await), lasts(HALF_AN_HOUR / 2));
    });
}
