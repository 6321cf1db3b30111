//! Promises that every row of the table keeps.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use base::{Fault, Kind, Refusal};
use rooms::accounts::Level;

use super::booking::account;
use super::{api, app, client_with};
use crate::testing::{Client, Page, run};
use crate::{Action, Answer, Rate, Route, all_routes, get, post};

/// A path with its parameters filled in.
fn example(path: &str) -> String {
    let part = |x: &str| if x.starts_with('{') { "x".to_owned() } else { x.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

pub(super) fn is_secured(page: &Page) {
    let csp = page.head("content-security-policy");
    assert!(csp.starts_with("default-src 'none'"), "{}: {csp}", page.path);
    assert!(!csp.contains("unsafe"), "{}: {csp}", page.path);
    assert_eq!(page.head("x-content-type-options"), "nosniff", "{}", page.path);
    assert_eq!(page.head("referrer-policy"), "same-origin", "{}", page.path);
    assert_eq!(page.head("cross-origin-opener-policy"), "same-origin", "{}", page.path);
    assert_eq!(page.head("cross-origin-resource-policy"), "same-origin", "{}", page.path);
    assert!(!page.head("permissions-policy").is_empty(), "{}", page.path);
    assert!(!page.head("cache-control").is_empty(), "{}", page.path);
    assert_eq!(page.head("operation-id").len(), 26, "{}", page.path);
}

/// Routes that go wrong in every way there is.
fn broken() -> Vec<Route> {
    async fn fault() -> Answer {
        Err(Fault::new("the roof fell in").into())
    }
    async fn panic() -> Answer {
        panic!("at the disco")
    }
    async fn refusal() -> Answer {
        let help = serde_json::json!({"alternatives": ["10:30"]});
        Err(Refusal::new(Kind::TooMany, "E-REQ-07").retry(7).help(help).into())
    }
    async fn hello() -> Answer {
        crate::see_other("/")
    }
    vec![
        get("/test/fault", Action::ReadHelp, Rate::Read, fault),
        get("/test/panic", Action::ReadHelp, Rate::Read, panic),
        get("/test/refusal", Action::ReadHelp, Rate::Read, refusal),
        get("/api/v1/test/refusal", Action::ReadHelp, Rate::Read, refusal),
        get("/api/v1/test/fault", Action::ReadHelp, Rate::Read, fault),
        get("/api/v1/test/own", Action::ReadAccount, Rate::Read, hello),
        get("/test/own", Action::ReadAccount, Rate::Read, hello),
        post("/test/own", Action::ReadAccount, Rate::Write, hello),
        get("/test/demo", Action::ReadDemo, Rate::Read, hello),
    ]
}

#[test]
fn every_answer_carries_the_security_heads() {
    let (app, _dir) = app();
    run(async {
        let mut client = client_with(&app, broken());
        for route in all_routes().iter().chain(&broken()) {
            for method in [&route.method, &Method::DELETE, &Method::HEAD, &Method::OPTIONS] {
                let path = example(route.path);
                is_secured(&client.send(method.clone(), &path, Body::empty(), "").await);
            }
        }
        for path in ["/no/such/page", "/%ff", "/..%2f", "/api/v1/none", "/assets/none.css"] {
            let page = client.get(path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            is_secured(&page);
        }
    });
}

#[test]
fn no_browser_keeps_what_somebody_sees_who_is_half_signed_in() {
    let (app, _dir) = app();
    let forms = ["/recover", "/recover/desk", "/register", "/signin", "/signin/code"];
    run(async {
        let mut public = Vec::new();
        for route in all_routes().iter().filter(|x| x.method == Method::GET) {
            let path = example(route.path);
            for begun in ["okno-half", "okno-register", "okno-trip"] {
                let mut half = Client::new(&app);
                half.cookies.insert(begun.to_owned(), "0a".to_owned());
                let page = half.get(&path).await;
                assert_ne!(page.head("cache-control"), "private, max-age=10", "{path}");
            }
            let page = Client::new(&app).get(&path).await;
            let kept = page.head("cache-control") != "no-store";
            let secret = route.rate == Rate::Secret || path != route.path && route.keeps_nothing();
            if secret && kept {
                public.push(route.path);
            }
        }
        public.sort_unstable();
        assert_eq!(public, forms, "empty forms are the same for everybody");
    });
}

#[test]
fn a_post_from_another_site_is_refused_on_every_route_that_changes_something() {
    let (app, _dir) = app();
    run(async {
        let elsewhere = crate::pages::sso::FROM_ELSEWHERE;
        let guarded = |x: &&Route| x.method != Method::GET && !elsewhere.contains(&x.path);
        for route in all_routes().iter().filter(guarded) {
            let path = example(route.path);
            for (name, value) in [
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-site", "same-site"),
                ("origin", "https://evil.example"),
                ("origin", "null"),
                ("origin", "http://okno.test.evil.example"),
            ] {
                let mut client = Client::new(&app).with(name, value);
                let page = client.send(route.method.clone(), &path, Body::empty(), "").await;
                assert_eq!(page.status, StatusCode::FORBIDDEN, "{name}: {value} on {path}");
                assert!(page.text().contains("E-REQ-05"));
                is_secured(&page);
            }
        }
        let mut own = Client::new(&app).with("origin", "http://okno.test");
        let page = own.post_form("/settings", &[]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        let mut program = Client::new(&app).with("origin", "https://else.example");
        program = program.with("authorization", "Bearer none");
        let page = program.post_form("/settings", &[]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "a bearer token counts for nothing here");
        let page = program.json(Method::POST, "/api/v1/holds", &serde_json::json!({})).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "and needs no such guard there");
    });
}

#[test]
fn a_robot_changes_nothing_through_pages_and_is_shown_the_way_to_the_api() {
    let (app, _dir) = app();
    run(async {
        let mut robot = Client::new(&app).with("user-agent", "Examplebot/1.0");
        let mut asked = 0;
        for route in all_routes().iter().filter(|x| x.method == Method::POST) {
            let page = robot.send(Method::POST, &example(route.path), Body::empty(), "").await;
            let refused = page.text().contains("E-BOT-01");
            let by_page = !route.path.starts_with("/api/") && !route.path.starts_with("/sso/");
            assert!(refused || !by_page, "{}: {}", route.path, page.status);
            assert!(!refused || page.status == StatusCode::FORBIDDEN, "{}", route.path);
            asked += usize::from(refused);
        }
        assert!(asked > 50, "{asked}");
        let wish = serde_json::json!({});
        let page = robot.json(Method::POST, "/api/v1/holds", &wish).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "with a token it may");
        assert_eq!(robot.get("/services").await.status, StatusCode::OK);
        assert!(robot.get("/robots.txt").await.text().contains("/api/v1/openapi.json"));
        assert!(robot.get("/agreement").await.says("API"));
        let person = Client::new(&app).post_form("/settings", &[]).await;
        assert_eq!(person.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn the_wrong_method_is_told_the_right_ones() {
    let (app, _dir) = app();
    run(async {
        let mut client = Client::new(&app);
        let page = client.post_form("/accessibility", &[]).await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(page.head("allow"), "GET,HEAD");
        assert!(page.text().contains("E-REQ-02"));
    });
}

#[test]
fn head_answers_like_get_without_a_body() {
    let (app, _dir) = app();
    run(async {
        let mut client = Client::new(&app);
        let page = client.send(Method::HEAD, "/accessibility", Body::empty(), "").await;
        assert_eq!((page.status, page.body.len()), (StatusCode::OK, 0));
        assert!(page.head("content-type").starts_with("text/html"));
    });
}

#[test]
fn a_fault_and_a_panic_tell_the_operation_and_nothing_else() {
    let (app, _dir) = app();
    run(async {
        let mut client = client_with(&app, broken());
        for path in ["/test/fault", "/test/panic", "/api/v1/test/fault"] {
            let page = client.get(path).await;
            assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
            assert!(page.text().contains(page.head("operation-id")), "{path} hides its operation");
            assert!(!page.text().contains("roof") && !page.text().contains("disco"));
        }
    });
}

#[test]
fn a_refusal_is_a_page_for_people_and_a_problem_document_for_programs() {
    let (app, _dir) = app();
    run(async {
        let mut client = client_with(&app, broken());
        let page = client.get("/test/refusal").await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(page.head("retry-after"), "7");
        assert!(page.says("Слишком часто") && page.says("E-REQ-07"));
        let page = client.get("/api/v1/test/refusal").await;
        assert_eq!(page.head("content-type"), "application/problem+json");
        let problem = page.json();
        assert_eq!(problem["code"], "E-REQ-07");
        assert_eq!(problem["status"], 429);
        assert_eq!(problem["alternatives"][0], "10:30");
        assert_eq!(problem["operation_id"], page.head("operation-id"));
        let kind = problem["type"].as_str().unwrap().strip_prefix("http://okno.test").unwrap();
        assert!(client.get(kind).await.says("E-REQ-07"), "the type leads nowhere");
    });
}

#[test]
fn strangers_are_led_to_the_sign_in_page_and_back() {
    let (app, _dir) = app();
    run(async {
        let mut client = client_with(&app, broken());
        let page = client.get("/test/own?a=1&b=2").await;
        assert_eq!(page.location(), "/signin?next=/test/own%3Fa%3D1%26b%3D2");
        let mut from = client.clone().with("referer", "http://okno.test/services?q=a");
        let page = from.post_form("/test/own", &[]).await;
        assert_eq!(page.location(), "/signin?next=/services%3Fq%3Da");
        let mut from = client.clone().with("referer", "http://evil.example/services");
        assert_eq!(from.post_form("/test/own", &[]).await.location(), "/signin?next=/");
        let page = client.get("/api/v1/test/own").await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert_eq!(page.head("www-authenticate"), "Bearer");
    });
}

#[test]
fn the_demo_pages_exist_only_in_the_demo() {
    let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
    let app = crate::testing::app_with(db, |app| app.demo = false);
    run(async {
        let mut client = client_with(&app, broken());
        assert_eq!(client.get("/test/demo").await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_token_of_a_program_opens_no_page() {
    let (app, _dir) = app();
    run(async {
        let anna = account(&app, 1, Level::Verified).await;
        let mut program = api::program(&app, &anna).await;
        // The token where a browser keeps its session is worth no more.
        let other = api::program(&app, &anna).await;
        let token = other.headers["authorization"].replace("Bearer ", "");
        let mut keeper = Client::new(&app);
        for route in all_routes().iter().filter(|x| !x.path.starts_with("/api/")) {
            let path = example(route.path);
            let guest =
                Client::new(&app).send(route.method.clone(), &path, Body::empty(), "").await;
            let seen = program.send(route.method.clone(), &path, Body::empty(), "").await;
            program.cookies.clear();
            assert_eq!(seen.status, guest.status, "{} {path}", route.method);
            assert_eq!(seen.head("location"), guest.head("location"), "{} {path}", route.method);
            keeper.cookies = [("okno".to_owned(), token.clone())].into();
            let seen = keeper.send(route.method.clone(), &path, Body::empty(), "").await;
            assert_eq!(seen.status, guest.status, "{} {path}", route.method);
        }
        keeper.cookies = [("okno".to_owned(), token)].into();
        let page = keeper.get("/api/v1/bookings").await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        // Nobody was signed out by it either.
        assert_eq!(program.get("/api/v1/bookings").await.status, StatusCode::OK);
    });
}

#[test]
fn no_path_is_mounted_twice() {
    let mut seen = std::collections::HashSet::new();
    for route in all_routes() {
        assert!(seen.insert((route.method.clone(), route.path)), "{} {}", route.method, route.path);
        assert!(route.path.starts_with('/') && (route.path == "/" || !route.path.ends_with('/')));
    }
}
