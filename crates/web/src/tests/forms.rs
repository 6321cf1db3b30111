//! Forms, settings, what is too large or broken.

use axum::body::Body;
use axum::http::{Method, StatusCode};

use super::app;
use crate::form::BODY_LIMIT;
use crate::testing::{Client, run};

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn a_look_is_chosen_on_the_page_and_kept() {
    let (app, _dir) = app();
    run(async {
        let mut client = Client::new(&app);
        let page = client.get("/accessibility").await;
        assert!(page.text().contains("data-color-scheme=\"auto\""));
        let form = page.forms("/settings").into_iter().find(|x| x.value("size") == "1").unwrap();
        let form = form.set("vision", "large").set("size", "3").set("scheme", "black");
        let answer = client.submit(&form).await;
        assert_eq!(answer.location(), "/accessibility");
        let page = client.follow(answer).await;
        let html = page.text();
        assert!(html.contains("data-vision=\"large\" data-size=\"3\" data-scheme=\"black\""));
        let off = client.submit(&page.form("/settings").press("Обычная версия")).await;
        assert!(client.follow(off).await.text().contains("data-color-scheme"));
    });
}

#[test]
fn the_language_switch_leads_back_to_where_one_was() {
    let (app, _dir) = app();
    run(async {
        let mut client = Client::new(&app);
        let page = client.get("/accessibility?from=help").await;
        let answer = client.submit(&page.form("/settings").press("English")).await;
        assert_eq!(answer.location(), "/accessibility?from=help");
        let page = client.follow(answer).await;
        assert!(page.text().contains("<html lang=\"en\"") && page.says("Sign in"));
        let away = client.post_form("/settings", &[("next", "//evil.example")]).await;
        assert_eq!(away.location(), "/");
    });
}

#[test]
fn a_broken_or_too_large_form_gets_a_clear_refusal() {
    let (app, _dir) = app();
    run(async {
        let mut client = Client::new(&app);
        let page = client.send(Method::POST, "/settings", Body::from("lang=%ff%fe"), FORM).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(page.says("E-REQ-04"));
        let large = format!("next={}", "a".repeat(BODY_LIMIT));
        let page = client.send(Method::POST, "/settings", Body::from(large), FORM).await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(page.says("не больше 64 КБ"), "{}", page.text());
    });
}
