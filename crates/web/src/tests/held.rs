//! A held time until its last click: how long the purpose takes, more time, a second window, a second
//! choice, and how often one may choose. On both engines, without any script.

use axum::http::StatusCode;
use base::Instant;
use rooms::accounts::Level;
use serde_json::json;

use super::api::{post, program};
use super::booking::{account, browser, each, fill_for, hold, times};
use crate::testing::{FilledForm, Page};

const HEAD: &str = "/book/head-reception?resource=tomsk-admin-main-01";

/// The number of the first time of a page after which the next one begins at once.
fn before_its_neighbour(page: &Page) -> usize {
    let starts = times(page);
    let at =
        |n: usize| -> jiff::Timestamp { starts[n].split_once('|').unwrap().1.parse().unwrap() };
    (0..starts.len() - 1).find(|&n| at(n + 1).duration_since(at(n)).as_mins() <= 20).unwrap()
}

#[test]
fn that_a_purpose_does_not_fit_is_said_when_the_form_is_sent_and_nothing_is_lost() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let first = before_its_neighbour(&client.get(HEAD).await);
        let form_at = hold(&mut client, HEAD, first).await;
        let boris = account(&app, 2, Level::Verified).await;
        hold(&mut browser(&app, &boris).await, HEAD, first).await;
        let refused = fill_for(&mut client, &form_at, "project").await;
        assert!(refused.says("Для этой цели нужно 30 минут подряд"), "{}", refused.text());
        assert!(refused.text().contains("id=\"purpose-error\""));
        // The way out keeps what was typed, and shows times that are long enough.
        let other = client.get(&refused.link("Другое время")).await;
        let start = times(&other).last().unwrap().clone();
        let held = client.submit(&other.forms_at("/book/").set("start", &start)).await.location();
        let form = client.get(&held).await.form(&held);
        assert_eq!(form.value("purpose"), "project");
        let review = fill_for(&mut client, &held, "project").await.location();
        let page = client.get(&review).await;
        assert!(page.says("30 минут, до "), "{}", page.text());
        let done = client.submit(&page.forms_at("/confirm")).await.location();
        assert!(done.ends_with("?done=1"), "{done}");
    });
}

#[test]
fn a_time_that_becomes_longer_says_how_long_before_the_last_click() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let form_at = hold(&mut client, HEAD, 0).await;
        assert!(client.get(&form_at).await.says("15 минут, до "));
        let review = fill_for(&mut client, &form_at, "project").await.location();
        let page = client.get(&review).await;
        assert!(page.says("30 минут, до ") && !page.says("15 минут, до "), "{}", page.text());
    });
}

#[test]
fn more_time_comes_after_what_is_left_and_a_second_window_goes_on_with_the_form() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let form_at = hold(&mut client, HEAD, 0).await;
        let page = client.get(&form_at).await;
        let (more, ends) = (longer(&page, &form_at), |page: &Page| -> i64 {
            let ends = page.text().split("data-countdown=\"").nth(1).unwrap();
            ends.split('"').next().unwrap().parse().unwrap()
        });
        assert_eq!(client.submit(&more).await.location(), form_at);
        let longer = client.get(&form_at).await;
        assert_eq!(ends(&longer) - ends(&page), 15 * 60_000);
        let second = client.submit(&more).await;
        assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(second.says("Продлить можно один раз"), "{}", second.text());
        assert_eq!(second.form(&form_at).value("phone"), longer.form(&form_at).value("phone"));
        assert_eq!(ends(&second), ends(&longer));
    });
}

/// The page's form, sent with the button for more time.
fn longer(page: &Page, form_at: &str) -> FilledForm {
    let action = form_at.replace("/form", "/extend");
    let button = format!("form=\"booking-form\" formaction=\"{action}\" formnovalidate");
    assert!(page.text().contains(&button), "{}", page.text());
    FilledForm { action, ..page.form(form_at) }
}

#[test]
fn more_time_takes_what_was_typed_along_also_when_there_is_none_to_give() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let form_at = hold(&mut client, HEAD, 0).await;
        let page = client.get(&form_at).await;
        let type_in = |form: FilledForm, detail: &str| {
            form.set("purpose", "budget").set("detail", detail).set("consent", "1").unset("phone")
        };
        let typed = |page: &Page, detail: &str| {
            let form = page.form(&form_at);
            assert_eq!((form.value("purpose"), form.value("detail")), ("budget", detail));
            assert_eq!(form.value("consent"), "1");
        };
        let more = type_in(longer(&page, &form_at), "Яма\nу школы");
        assert_eq!(client.submit(&more).await.location(), form_at);
        typed(&client.get(&form_at).await, "Яма\nу школы");
        let refused = client.submit(&type_in(more.clone(), "Две ямы")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says("Продлить можно один раз"));
        typed(&refused, "Две ямы");
        app.clock.advance(Instant::HOUR);
        client = browser(&app, &anna).await;
        let over = client.submit(&type_in(more.clone(), "Три ямы")).await;
        assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY);
        typed(&over, "Три ямы");
        // A page from before sends nothing along, and costs nothing.
        client.post_form(&more.action, &[]).await;
        typed(&client.get(&form_at).await, "Три ямы");
    });
}

#[test]
fn a_time_that_was_replaced_is_not_said_to_have_run_out() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let first = hold(&mut client, HEAD, 0).await;
        let review = fill_for(&mut client, &first, "budget").await.location();
        let last = client.get(&review).await;
        hold(&mut client, HEAD, 1).await;
        let refused = client.submit(&last.forms_at("/confirm")).await;
        assert!(refused.says("Вы выбрали вместо этого времени другое"), "{}", refused.text());
        assert!(!refused.says("истекло") && !refused.says("Время вышло"));
        app.clock.advance(Instant::HOUR);
    });
}

#[test]
fn holds_of_an_account_have_a_pace_that_people_do_not_meet() {
    each(async |app, anna| {
        let client = program(&app, &anna).await;
        let mut page = browser(&app, &anna).await;
        let starts = times(&page.get(HEAD).await);
        let wish = |n: usize| {
            let (resource, start) = starts[n % 2].split_once('|').unwrap();
            json!({ "service": "head-reception", "resource": resource, "start": start })
        };
        let mut taken = 0;
        let refused = loop {
            let held = post(&client, &format!("key-{taken}"), "/holds", &wish(taken)).await;
            if held.status != StatusCode::CREATED {
                break held;
            }
            taken += 1;
            assert!(taken < 100);
        };
        assert_eq!((taken, refused.status), (20, StatusCode::TOO_MANY_REQUESTS));
        assert_eq!(refused.json()["code"], "E-HOLD-05");
        assert_eq!(refused.head("retry-after"), "7");
        // The page says so too; others are not concerned, and a moment later all is well.
        let shown = page.get(HEAD).await;
        let form = shown.forms_at("/book/").set("start", &times(&shown)[1]);
        let refused = page.submit(&form).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(refused.says("Вы слишком часто выбираете"), "{}", refused.text());
        let boris = account(&app, 2, Level::Verified).await;
        hold(&mut browser(&app, &boris).await, HEAD, 3).await;
        app.clock.advance(7 * Instant::SECOND);
        // A key that has its answer gets it however often it comes, and that costs nothing.
        let mut same = Vec::new();
        for _ in 0..100 {
            let held = post(&client, "key-3", "/holds", &wish(3)).await;
            assert_eq!(held.status, StatusCode::CREATED, "{}", held.text());
            same.push(held.json()["id"].clone());
        }
        same.dedup();
        assert_eq!(same.len(), 1);
        let held = post(&client, "later", "/holds", &wish(0)).await;
        assert_eq!(held.status, StatusCode::CREATED, "{}", held.text());
        assert_eq!(post(&client, "new", "/holds", &wish(1)).await.json()["code"], "E-HOLD-05");
        let again = post(&client, "later", "/holds", &wish(0)).await;
        assert_eq!(again.json()["id"], held.json()["id"], "when there is no pace left");
    });
}

#[test]
fn a_page_that_is_sent_again_uses_none_of_the_pace() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let page = client.get(HEAD).await;
        let form = page.forms_at("/book/").set("start", &times(&page)[0]);
        let held = client.submit(&form).await.location();
        for _ in 0..25 {
            app.clock.advance(Instant::SECOND);
            assert_eq!(client.submit(&form).await.location(), held);
        }
        let left = || (0..100).filter(|_| app.pace.take(&anna, app.clock.now()).is_ok()).count();
        assert_eq!(left(), 20);
    });
}
