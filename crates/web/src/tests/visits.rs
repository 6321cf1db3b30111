//! Who came, in which language; what browsers may keep.

use axum::body::Body;
use axum::http::{Method, StatusCode};

use super::app;
use crate::assets;
use crate::testing::{Client, run};

#[test]
fn the_language_is_that_of_the_link_the_cookie_the_browser_in_this_order() {
    let (app, _dir) = app();
    run(async {
        let speaks = |page: &crate::testing::Page, lang: &str| {
            assert!(page.text().contains(&format!("<html lang=\"{lang}\"")), "{}", page.path);
        };
        let mut client = Client::new(&app).with("accept-language", "de, en;q=0.8, ru;q=0.3");
        speaks(&client.get("/accessibility").await, "en");
        client.cookies.insert("lang".into(), "ru".into());
        speaks(&client.get("/accessibility").await, "ru");
        speaks(&client.get("/accessibility?lang=en").await, "en");
        speaks(&client.get("/accessibility").await, "en");
        client.cookies.insert("lang".into(), "<script>".into());
        speaks(&client.get("/accessibility?lang=xx").await, "en");
        let mut client = Client::new(&app).with("accept-language", "de");
        speaks(&client.get("/accessibility").await, "ru");
    });
}

#[test]
fn browsers_keep_files_for_ever_public_pages_for_a_moment_and_refusals_never() {
    let (app, _dir) = app();
    run(async {
        let mut client = Client::new(&app).with("accept-encoding", "gzip, br");
        let css = client.get(assets::url("okno.css")).await;
        assert_eq!(css.head("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(css.head("content-encoding"), "br");
        assert!(css.body.len() < 20_000, "{} bytes of style", css.body.len());
        let page = client.get("/accessibility").await;
        assert_eq!(page.head("cache-control"), "private, max-age=10");
        assert_eq!(page.head("content-encoding"), "br");
        assert_eq!(client.get("/none").await.head("cache-control"), "no-store");
    });
}

#[test]
fn over_https_cookies_are_bound_to_it() {
    let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
    let app = crate::testing::app_with(db, |app| {
        std::sync::Arc::make_mut(&mut app.config).public_url = "https://okno.test".into();
    });
    run(async {
        let mut client = Client::new(&app);
        let page = client.post_form("/settings", &[("lang", "en")]).await;
        assert!(page.head("set-cookie").ends_with("HttpOnly; SameSite=Lax; Secure"));
        assert!(!page.head("strict-transport-security").is_empty());
    });
}

#[test]
fn health_is_answered_and_counted() {
    let (app, _dir) = app();
    run(async {
        let mut client = Client::new(&app);
        assert_eq!(client.get("/livez").await.text(), "live\n");
        assert_eq!(client.get("/readyz").await.text(), "ready\n");
        assert_eq!(client.get("/metrics").await.status, StatusCode::NOT_FOUND);
        let page = client.send(Method::HEAD, "/robots.txt", Body::empty(), "").await;
        assert_eq!(page.status, StatusCode::OK);
        let text = app.meter.text(&app.gate, &app.db, app.waiting());
        assert!(text.contains("okno_requests_total{class=\"static\",status=\"2xx\"} 3"), "{text}");
        assert!(text.contains("class=\"other\",status=\"4xx\"} 1"), "{text}");
        assert!(text.contains("okno_requests_in_flight 0"), "{text}");
    });
}
