//! Forms, settings, what is too large or broken.

use askama::Template;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use base::{FieldFault, Refusal};

use super::{app, client_with};
use crate::form::BODY_LIMIT;
use crate::testing::{Client, run};
use crate::{Action, Answer, Form, FormState, Json, Rate, Shell, Visit, post};

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
        // What stands folded away is open once it is chosen.
        assert!(html.contains("<details class=\"vision-more\"><summary>"));
        let wide = client.submit(&page.form("/settings").press("Широкие")).await;
        let page = client.follow(wide).await;
        assert!(page.text().contains("<details class=\"vision-more\" open>"));
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
fn what_no_form_sends_is_refused() {
    let (app, _dir) = app();
    run(async {
        let mut client = Client::new(&app);
        for kind in ["text/plain", "application/json", "text/plain; charset=utf-8", ""] {
            let page = client.send(Method::POST, "/settings", Body::from("lang=en"), kind).await;
            assert_eq!(page.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
            assert!(page.says("E-REQ-13") && client.cookies.is_empty(), "{kind}");
        }
        let kind = "Application/X-WWW-Form-Urlencoded; charset=UTF-8";
        let page = client.send(Method::POST, "/settings", Body::from("lang=en"), kind).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
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

/// A page with a form, as page authors write them.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"{% extends "layout.html" %}{% import "ui/field.html" as ui %}{% block content %}
<form method="post" action="/test/form">{% include "ui/summary.html" %}
{{ ui::tel(shell, form, "phone", "sign-in", hint="theme-hint") }}
{{ ui::password(shell, form, "password", "sign-in", "new-password") }}
{{ ui::textarea(shell, form, "note", "sign-in", optional=true) }}
{{ ui::check(shell, form, "agree", "sign-in", link="/help", link_words="nav-help") }}
</form>{% endblock %}"##
)]
struct TestForm {
    shell: Shell,
    form: FormState,
}

async fn always_refused(visit: Visit, Form(fields): Form) -> Answer {
    let faults = vec![FieldFault::new("phone", "E-FORM-02"), FieldFault::new("agree", "E-FORM-01")];
    let form = FormState::refused(fields, Refusal::invalid(faults).into())?;
    visit.again(TestForm { shell: visit.shell("sign-in").of(&form), form })
}

async fn takes_json(Json(list): Json<Vec<u8>>) -> Answer {
    crate::see_other(&format!("/{}", list.len()))
}

#[test]
fn a_refused_form_comes_back_with_its_values_and_every_fault_in_its_place() {
    let (app, _dir) = app();
    let refused = post("/test/form", Action::ReadHelp, Rate::Write, always_refused);
    run(async {
        let mut client = client_with(&app, vec![refused]);
        let sent = [("phone", "12 \"3\""), ("password", "secret"), ("note", "<b>"), ("agree", "1")];
        let page = client.post_form("/test/form", &sent).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let form = page.form("/test/form");
        assert_eq!((form.value("phone"), form.value("note")), ("12 \"3\"", "<b>"));
        assert_eq!((form.value("password"), form.value("agree")), ("", "1"));
        let html = page.text();
        assert!(html.contains("<title>Ошибка: Войти"), "{html}");
        assert!(html.contains("<a href=\"#phone\">Войти: Формат не подходит</a>"), "{html}");
        let aria = "aria-describedby=\"phone-hint phone-error\" aria-invalid=\"true\"";
        assert!(html.contains(aria), "{html}");
        assert!(html.contains("id=\"agree-error\"") && !html.contains("secret"), "{html}");
    });
}

#[test]
fn json_that_does_not_fit_is_refused_with_the_place() {
    let (app, _dir) = app();
    let route = post("/api/v1/test", Action::ReadHelp, Rate::Write, takes_json);
    run(async {
        let mut client = client_with(&app, vec![route]);
        let page = client.json(Method::POST, "/api/v1/test", &serde_json::json!([1, 2])).await;
        assert_eq!(page.location(), "/2");
        let page = client.json(Method::POST, "/api/v1/test", &serde_json::json!({"a": 1})).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert_eq!(page.json()["code"], "E-REQ-08");
    });
}
