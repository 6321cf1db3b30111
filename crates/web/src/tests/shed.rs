//! What goes on when there is more to do than can be done.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use base::db::For;
use rooms::accounts::Level as Surety;
use tokio::net::TcpListener;

use super::booking::{account, book, browser, city};
use super::factors::{each, password, typed};
use super::{app, every_route};
use crate::shed::{Level, bounds};
use crate::testing::{self, Client, run};
use crate::{Rate, all_routes};

/// Nothing but what is never given up.
const NOTHING_ELSE: Level = Level::of(Rate::Write, 0.0);

#[test]
fn every_route_stands_in_its_place_among_those_that_are_given_up() {
    let of = |method: Method, path: &str| {
        let routes = all_routes();
        let row = routes.iter().find(|x| x.path == path && x.method == method);
        row.unwrap_or_else(|| panic!("no route {path}")).rate
    };
    let (get, post) = (Method::GET, Method::POST);
    let order = [
        of(get.clone(), "/suggest"),
        of(get.clone(), "/api/v1/slots"),
        of(post.clone(), "/signin"),
        of(post.clone(), "/api/v1/holds"),
        of(post.clone(), "/api/v1/bookings/{id}/reschedule"),
        of(post.clone(), "/api/v1/bookings/{id}/cancel"),
        of(get.clone(), "/bookings/{id}/ticket.pdf"),
    ];
    assert!(order.is_sorted_by(|a, b| a < b), "{order:?}");
    assert_eq!(of(get.clone(), "/book/{service}"), of(get.clone(), "/api/v1/slots"));
    assert_eq!(of(post.clone(), "/book/{service}"), of(post.clone(), "/api/v1/holds"));
    assert_eq!(of(post.clone(), "/bookings/{id}/confirm"), of(post.clone(), "/api/v1/bookings"));
    // A form is worth nothing without its page.
    for route in all_routes().iter().filter(|x| x.method == Method::POST) {
        if route.path.starts_with("/api/") {
            continue;
        }
        let page = all_routes().into_iter().find(|x| x.path == route.path && x.method == get);
        if let Some(page) = page.filter(|_| !["/book/{service}", "/region"].contains(&route.path)) {
            assert_eq!(page.rate, route.rate, "{}", route.path);
        }
    }
    for path in ["/livez", "/readyz", "/assets/{*name}", "/t/{token}", "/bookings/{id}"] {
        assert!(bounds(of(get.clone(), path)).is_none(), "{path} can be given up");
    }
    assert!(bounds(of(post, "/signout")).is_none());
}

#[test]
fn whoever_is_sent_away_is_told_so_in_few_words_and_can_come_back() {
    let (app, _dir) = app();
    app.gate.set(NOTHING_ELSE);
    run(async {
        for (language, words) in [("ru", "Сейчас много посетителей"), ("en", "Many visitors")]
        {
            let mut client = Client::new(&app).with("accept-language", language);
            let page = client.get("/services").await;
            assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(page.says(words), "{}", page.text());
            assert!(page.text().contains(&format!("<html lang=\"{language}\">")));
            assert!(page.text().contains("href=\"\""), "one click asks again");
            assert!(page.body.len() < 2500, "{} bytes", page.body.len());
            assert_eq!(page.head("retry-after"), "20");
            assert_eq!(page.head("cache-control"), "no-store");
            every_route::is_secured(&page);
            let sent = client.post_form("/book/head-reception", &[]).await;
            assert_eq!(sent.status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(!sent.text().contains("href=\"\""), "a form cannot be asked for by a link");
        }
        let mut program = Client::new(&app);
        let refused = program.get("/api/v1/regions").await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.head("content-type"), "application/problem+json");
        let told = refused.json();
        assert_eq!((&told["code"], &told["status"]), (&"E-SYS-03".into(), &503.into()));
        assert_eq!(told["operation_id"], refused.head("operation-id"));
        let nothing = program.send(Method::HEAD, "/services", Body::empty(), "").await;
        assert_eq!(nothing.status, StatusCode::SERVICE_UNAVAILABLE);
        app.gate.set(Level::default());
        assert_eq!(program.get("/services").await.status, StatusCode::OK);
        let metrics = app.meter.text(&app.gate, &app.db, app.waiting());
        assert!(metrics.contains("okno_requests_sent_away_total{class=\"hold\"} 2"), "{metrics}");
        assert!(metrics.contains("okno_requests_total{class=\"hold\",status=\"5xx\"} 2"));
    });
}

#[test]
fn tickets_are_shown_and_bookings_cancelled_while_everything_else_is_given_up() {
    let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
    city(&db);
    let app = testing::app(db);
    run(async {
        let anna = account(&app, 1, Surety::Verified).await;
        let mut client = browser(&app, &anna).await;
        let (booking, other) = (book(&mut client, 0).await, format!("{}/x", "/organizations"));
        app.gate.set(Level::of(Rate::Move, 0.0));
        for path in ["/", other.as_str(), "/services", "/signin", &format!("{booking}/move")] {
            let page = client.get(path).await;
            assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        }
        let page = client.get(&format!("{booking}/cancel")).await;
        let form = page.form(&format!("{booking}/cancel")).set("reason", "Передумала");
        assert_eq!(client.submit(&form).await.status, StatusCode::SEE_OTHER);
        app.gate.set(NOTHING_ELSE);
        assert!(client.get(&booking).await.says("Отменена вами"));
        assert_eq!(client.get(&format!("{booking}/cancel")).await.status, 503);
        for path in ["/bookings", "/livez", "/readyz", "/assets/okno.css"] {
            assert_eq!(client.get(path).await.status, StatusCode::OK, "{path}");
        }
        assert_eq!(client.get("/t/none").await.status, StatusCode::OK);
        assert_eq!(client.post_form("/signout", &[]).await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn who_signed_in_here_before_goes_before_those_who_never_did() {
    let (app, _dir) = app();
    app.gate.set(Level::of(Rate::Secret, 0.0));
    run(async {
        let mut stranger = Client::new(&app);
        assert_eq!(stranger.get("/signin").await.status, StatusCode::SERVICE_UNAVAILABLE);
        let mut forger = Client::new(&app);
        forger.cookies.insert("okno".into(), "0".repeat(64));
        forger.cookies.insert("browser".into(), format!("{}.{}", "x".repeat(26), "0".repeat(32)));
        assert_eq!(forger.get("/signin").await.status, StatusCode::SERVICE_UNAVAILABLE);
        let mut back = Client::new(&app);
        back.cookies.insert("browser".into(), app.policy.secrets.mark("once"));
        assert_eq!(back.get("/signin").await.status, StatusCode::OK);
        let mut robot = Client::new(&app).with("user-agent", "Examplebot/1.0");
        app.gate.set(Level::of(Rate::Search, 0.0));
        assert_eq!(robot.get("/help").await.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(stranger.get("/help").await.status, StatusCode::OK);
    });
}

/// Keeps the only thread busy, with short looks at what else there is.
async fn hog(began: tokio::time::Instant, long: Duration) {
    while began.elapsed() < long {
        std::thread::sleep(Duration::from_millis(150));
        tokio::task::yield_now().await;
    }
}

#[test]
fn a_server_whose_requests_wait_gives_up_the_lowest_and_takes_them_back() {
    let (app, _dir) = app();
    run(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = tokio::spawn(crate::serve(app.clone(), listener, std::future::pending()));
        let mut client = Client::new(&app);
        let began = tokio::time::Instant::now();
        let hog = tokio::spawn(hog(began, Duration::from_secs(30)));
        while client.get("/suggest?q=x").await.status != StatusCode::SERVICE_UNAVAILABLE {
            assert!(began.elapsed() < Duration::from_secs(20), "nothing was ever given up");
            tokio::task::yield_now().await;
        }
        assert_eq!(client.get("/livez").await.status, StatusCode::OK);
        hog.abort();
        let calm = tokio::time::Instant::now();
        while app.gate.level() != Level::default() {
            assert!(calm.elapsed() < Duration::from_secs(10), "{:?}", app.gate.level());
            client.get("/suggest?q=x").await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server.abort();
    });
}

#[test]
fn whoever_is_sent_away_because_too_many_sign_in_has_not_guessed() {
    each(async |app| {
        let all: Vec<_> = std::iter::from_fn(|| app.slow.turn().ok()).collect();
        for _ in 0..6 {
            let answer = typed(&mut Client::new(app), "/", &password()).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        }
        // Nothing is read for them, whichever form begins with a hash, and they do not return together.
        for path in ["/signin", "/register"] {
            let mut waits = BTreeSet::new();
            for _ in 0..40 {
                let read = app.db.statements(For::Requests);
                let answer = Client::new(app).post_form(path, &[]).await;
                assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
                assert_eq!(app.db.statements(For::Requests), read, "{path}");
                waits.insert(answer.head("retry-after").parse::<u32>().unwrap());
            }
            assert!(waits.len() > 1 && waits.iter().all(|x| (2..=10).contains(x)), "{waits:?}");
        }
        drop(all);
        let answer = typed(&mut Client::new(app), "/", &password()).await;
        assert_eq!(answer.location(), "/signin/factor?next=/");
    });
}
