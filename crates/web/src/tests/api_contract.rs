//! The API keeps what its document promises, and refuses what it does not know.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::booking::city;
use crate::testing::{self, Client};
use crate::{App, all_routes, api};

fn document() -> Value {
    serde_json::from_str(&api::openapi_json()).unwrap()
}

/// The demo's city, asked by nobody in particular.
fn with_city(story: impl AsyncFn(Arc<App>, Client)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app(db);
        testing::run(story(app.clone(), Client::new(&app)));
    });
}

#[test]
fn the_committed_document_is_fresh() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/develop/openapi.json");
    let fresh = api::openapi_json();
    #[allow(clippy::disallowed_methods, reason = "a test is told to renew its snapshot")]
    let bless = std::env::var_os("OKNO_BLESS").is_some();
    if bless {
        std::fs::write(&path, &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == fresh, "run with OKNO_BLESS=1 and look at the difference");
}

#[test]
fn the_document_describes_every_route_of_the_api_and_no_other() {
    let document = document();
    let paths = document["paths"].as_object().unwrap().iter();
    let described: BTreeSet<(String, String)> = paths
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(|x| (x.to_uppercase(), path.clone())).collect::<Vec<_>>()
        })
        .collect();
    let routes = all_routes().into_iter().filter(|x| x.path.starts_with("/api/"));
    let mounted = routes.map(|x| (x.method.to_string(), x.path.to_owned())).collect();
    assert_eq!(described, mounted);
}

#[test]
fn every_reference_and_link_of_the_document_leads_somewhere() {
    let (text, document) = (api::openapi_json(), document());
    for name in text.split("#/components/schemas/").skip(1) {
        let name = name.split('"').next().unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "no schema {name}");
    }
    let operations = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|x| x.as_object().unwrap().values());
    let mut ids = BTreeSet::new();
    for operation in operations {
        assert!(ids.insert(operation["operationId"].as_str().unwrap()));
        assert!(!operation["summary"].as_str().unwrap().is_empty());
    }
    assert!(ids.len() > 20);
}

#[test]
fn malformed_queries_are_refused_field_by_field() {
    const SLOTS: &str = "/slots?service=deputy-reception&region=70";
    with_city(async |_, mut client| {
        for (path, field) in [
            (format!("{SLOTS}&limit=0"), "limit"),
            (format!("{SLOTS}&limit=100000"), "limit"),
            (format!("{SLOTS}&limit=ten"), "limit"),
            (format!("{SLOTS}&limit=-1"), "limit"),
            (format!("{SLOTS}&limit="), "limit"),
            (format!("{SLOTS}&limit=1&limit=2"), "limit"),
            (format!("{SLOTS}&from=2026-02-30"), "from"),
            (format!("{SLOTS}&from=tomorrow"), "from"),
            (format!("{SLOTS}&from=2026-12-02&to=2026-12-01"), "to"),
            (format!("{SLOTS}&from=2026-12-01&to=2027-02-02"), "to"),
            (format!("{SLOTS}&to=9999-12-31"), "to"),
            (format!("{SLOTS}&purpose=none"), "purpose"),
            (format!("{SLOTS}&locallity=x"), "locallity"),
            (format!("{SLOTS}&time_from=25:00"), "time_from"),
            (format!("{SLOTS}&time_to=9"), "time_to"),
            (format!("{SLOTS}&time_from=12:00&time_to=11:59"), "time_to"),
            (format!("{SLOTS}&weekdays=mon,someday"), "weekdays"),
            (format!("{SLOTS}&weekdays="), "weekdays"),
            (format!("{SLOTS}&format=letter"), "format"),
            (format!("{SLOTS}&accessible=yes"), "accessible"),
            (format!("{SLOTS}&radius=5"), "near"),
            (format!("{SLOTS}&near=56.5"), "near"),
            (format!("{SLOTS}&near=56.5,85.0&radius=0"), "radius"),
            (format!("{SLOTS}&resource={}", vec!["a"; 101].join(",")), "resource"),
            ("/slots?service=deputy-reception&region=70&site=".into(), "site"),
            ("/slots?service=deputy-reception&region=70&resource=".into(), "resource"),
            ("/slots?region=70".into(), "service"),
            ("/slots?service=&region=70".into(), "service"),
            ("/slots?service=deputy-reception".into(), "resource"),
            ("/days?service=deputy-reception&site=tomsk-admin-main&month=2026-13".into(), "month"),
            ("/sites?near=abc".into(), "near"),
            ("/sites?near=91,0".into(), "near"),
            ("/sites?near=nan,inf".into(), "near"),
            ("/sites?cursor=none".into(), "cursor"),
            ("/regions?lang=xx".into(), "lang"),
            (format!("/services?q={}", "a".repeat(201)), "q"),
            // As sent, not as it is after cleaning.
            (format!("/services?q={}%01", "a".repeat(200)), "q"),
            ("/services?limit=%205".into(), "limit"),
        ] {
            let page = client.get(&format!("/api/v1{path}")).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", page.text());
            let fields = page.json()["fields"].clone();
            assert!(
                fields.as_array().unwrap().iter().any(|x| x["field"] == field),
                "{path}: {fields}"
            );
        }
    });
}

#[test]
fn the_ends_of_time_and_unknown_names_break_nothing() {
    const SLOTS: &str = "/slots?service=deputy-reception&region=70";
    with_city(async |_, mut client| {
        for (path, status) in [
            (format!("{SLOTS}&from=0000-01-01&to=0000-01-02"), 200),
            (format!("{SLOTS}&from=9999-12-31"), 200),
            ("/days?service=deputy-reception&site=tomsk-admin-main&month=9999-12".into(), 200),
            ("/days?service=deputy-reception&site=tomsk-admin-main&month=0000-01".into(), 200),
            ("/sites?near=56.48,84.94&limit=100".into(), 200),
            ("/services?q=%D0%BF%D0%B0%D1%81%D0%BF%D0%BE%D1%80%D1%82&region=70".into(), 200),
            ("/slots?service=none&region=70".into(), 404),
            ("/slots?service=deputy-reception&region=none".into(), 404),
            ("/slots/events?service=none".into(), 404),
            ("/services/none".into(), 404),
            ("/services/%00".into(), 404),
            ("/services/%ff".into(), 404),
            ("/regions/none/localities".into(), 404),
            ("/resources?locality=none".into(), 404),
            ("/none".into(), 404),
            ("/regions?q=%ff".into(), 400),
            ("/bookings".into(), 401),
        ] {
            let page = client.get(&format!("/api/v1{path}")).await;
            assert_eq!(page.status.as_u16(), status, "{path}: {}", page.text());
            if status >= 400 {
                assert_eq!(page.head("content-type"), "application/problem+json", "{path}");
            }
        }
    });
}

#[test]
fn malformed_bodies_are_refused_as_what_they_are() {
    with_city(async |app, _| {
        let anna = super::booking::account(&app, 1, rooms::accounts::Level::Verified).await;
        let mut client = super::api::program(&app, &anna).await.with("idempotency-key", "k");
        let whole = json!({
            "service": "deputy-reception", "resource": "tomsk-admin-main-02",
            "start": "2026-12-08T14:00:00+07:00",
        });
        let with = |name: &str, value: Value| {
            let mut body = whole.clone();
            body[name] = value;
            body.to_string().into_bytes()
        };
        let cases: Vec<(Vec<u8>, &str, u16, &str)> = vec![
            (b"{".to_vec(), "application/json", 400, "E-REQ-08"),
            (b"\xff\xfe".to_vec(), "application/json", 400, "E-REQ-08"),
            (b"[]".to_vec(), "application/json", 400, "E-REQ-08"),
            (with("more", json!(1)), "application/json", 400, "E-REQ-08"),
            (with("service", json!(1)), "application/json", 400, "E-REQ-08"),
            (with("purpose", json!("a\0b")), "application/json", 400, "E-REQ-08"),
            (with("start", json!("soon")), "application/json", 422, "E-FORM-00"),
            (with("start", json!("9000-01-01T00:00:00Z")), "application/json", 422, "E-SLOT-07"),
            (with("start", json!("0001-01-01T00:00:00Z")), "application/json", 422, "E-SLOT-06"),
            (
                with("start", json!("2026-12-08T14:00:30+07:00")),
                "application/json",
                422,
                "E-SLOT-05",
            ),
            (with("purpose", json!("none")), "application/json", 422, "E-FORM-00"),
            (with("resource", json!("none")), "application/json", 404, "E-API-06"),
            (with("purpose", json!("a".repeat(70_000))), "application/json", 413, "E-REQ-03"),
            (whole.to_string().into_bytes(), "text/plain", 415, "E-API-04"),
            (whole.to_string().into_bytes(), "", 415, "E-API-04"),
            (whole.to_string().into_bytes(), "application/json; charset=utf-8", 201, ""),
        ];
        for (body, kind, status, code) in cases {
            let said = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
            let page = client.send(Method::POST, "/api/v1/holds", Body::from(body), kind).await;
            assert_eq!(page.status.as_u16(), status, "{said}: {}", page.text());
            if status >= 400 {
                assert_eq!(page.json()["code"], code, "{said}");
            }
        }
        let named = [
            (with("more", json!(1)), "more", "E-API-01"),
            (with("service", json!(1)), "service", "E-FORM-02"),
            (br#"{"resource": "tomsk-admin-main-02"}"#.to_vec(), "service", "E-FORM-01"),
            (with("resource", json!("none")), "resource", "E-API-06"),
            (with("service", json!("none")), "service", "E-API-06"),
        ];
        for (body, field, code) in named {
            let answer =
                client.send(Method::POST, "/api/v1/holds", Body::from(body), "application/json");
            let problem = answer.await.json();
            let fault = &problem["fields"][0];
            assert_eq!((&fault["field"], &fault["code"]), (&json!(field), &json!(code)));
        }
        let page = client.send(Method::PUT, "/api/v1/holds", Body::empty(), "").await;
        assert_eq!((page.status, page.head("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
        let mut long = client.clone().with("idempotency-key", &"k".repeat(201));
        let page = long.json(Method::POST, "/api/v1/holds", &whole).await;
        assert_eq!(page.json()["code"], "E-IDEM-00");
    });
}

#[test]
fn a_walk_by_cursor_meets_everything_once() {
    with_city(async |app, mut client| {
        let portal = app.portal();
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = client
                .get(&format!("/api/v1/resources?near=56.48,84.94&limit=7{cursor}"))
                .await
                .json();
            let items = page["items"].as_array().unwrap();
            assert!(items.iter().is_sorted_by_key(|x| x["km"].as_f64().unwrap_or(f64::MAX)));
            seen.extend(items.iter().map(|x| x["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let active = portal.city.offices.resources().iter().filter(|x| x.active).count();
        assert_eq!(seen.len(), active);
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>().len(), active);
    });
}
