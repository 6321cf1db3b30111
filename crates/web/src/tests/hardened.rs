//! The walk over the whole table of routes with the eyes of somebody who means harm: heads, cookies,
//! caches, addresses that lead elsewhere, sessions that were planted.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use base::{Actor, Channel, Cx, Instant, Kind, Refusal};
use rooms::accounts::Level;

use super::booking::{account, browser, city};
use super::every_route::is_secured;
use super::{app, client_with};
use crate::testing::{self, Client, FilledForm, Page, run};
use crate::{Action, Answer, App, Rate, all_routes, get, next, post};

/// The demo's city with somebody who is signed in.
fn signed_in(story: impl AsyncFn(Arc<App>, Client)) {
    let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
    city(&db);
    let app = testing::app(db);
    run(async {
        let anna = account(&app, 1, Level::Verified).await;
        let client = browser(&app, &anna).await;
        story(app.clone(), client).await;
    });
}

/// The paths of all pages and calls that read, with their parameters filled in.
fn paths() -> Vec<(String, Action)> {
    let part = |x: &str| if x.starts_with('{') { "x".to_owned() } else { x.to_owned() };
    let filled = |path: &str| path.split('/').map(part).collect::<Vec<_>>().join("/");
    let reads = all_routes().into_iter().filter(|x| x.method == Method::GET);
    // An answer without an end, and the way out.
    let ends = |x: &crate::Route| !x.path.contains("/live") && !x.path.contains("/events");
    reads.filter(ends).map(|x| (filled(x.path), x.action)).collect()
}

#[test]
fn answers_that_went_wrong_on_the_way_carry_the_security_heads_too() {
    async fn late() -> Answer {
        Err(Refusal::new(Kind::Overloaded, "E-REQ-06").retry(5).into())
    }
    async fn slow() -> Answer {
        Err(Refusal::new(Kind::TooSlow, "E-REQ-09").into())
    }
    let (app, _dir) = app();
    run(async {
        let late = get("/test/late", Action::ReadHelp, Rate::Read, late);
        let ways = ["/test/slow", "/api/v1/test/slow"];
        let slow = ways.map(|way| post(way, Action::ReadHelp, Rate::Read, slow));
        let mut client = client_with(&app, slow.into_iter().chain([late]).collect());
        let kind = "application/x-www-form-urlencoded";
        let heavy = || Body::from(format!("next={}", "a".repeat(70 * 1024)));
        let answers = [
            (Method::POST, "/settings", heavy(), kind, StatusCode::PAYLOAD_TOO_LARGE),
            (Method::POST, "/settings", Body::from("a=%ff"), kind, StatusCode::BAD_REQUEST),
            (Method::PUT, "/help", Body::empty(), "", StatusCode::METHOD_NOT_ALLOWED),
            (Method::POST, ways[0], Body::empty(), kind, StatusCode::REQUEST_TIMEOUT),
            (Method::POST, ways[1], Body::empty(), kind, StatusCode::REQUEST_TIMEOUT),
            (Method::GET, "/test/late", Body::empty(), "", StatusCode::SERVICE_UNAVAILABLE),
            (Method::GET, "/nothing/here", Body::empty(), "", StatusCode::NOT_FOUND),
            (Method::GET, "/services/%ff", Body::empty(), "", StatusCode::NOT_FOUND),
            (Method::GET, "/notme/%c3%28", Body::empty(), "", StatusCode::NOT_FOUND),
            (Method::POST, "/api/v1/holds", heavy(), "application/json", StatusCode::UNAUTHORIZED),
        ];
        for (method, path, body, kind, status) in answers {
            let page = client.send(method, path, body, kind).await;
            assert_eq!(page.status, status, "{path}");
            is_secured(&page);
            assert_eq!(page.head("cache-control"), "no-store", "{path}");
            assert!(!page.head("content-type").starts_with("text/plain"), "{path}");
        }
    });
}

#[test]
fn what_is_shown_to_somebody_who_is_signed_in_is_kept_nowhere() {
    signed_in(async |_, mut client| {
        // Files, and what the portal says of itself to programs, are the same for everybody.
        let same = [Action::OpenFiles, Action::ReadProvider];
        for (path, action) in paths().into_iter().filter(|x| !same.contains(&x.1)) {
            let page = client.get(&path).await;
            assert_eq!(page.head("cache-control"), "no-store", "{path} ({action:?})");
        }
    });
}

/// A cache in front of the portal may believe the end of an address; the portal does not.
#[test]
fn an_address_that_ends_like_a_file_shows_no_personal_page() {
    signed_in(async |_, mut client| {
        let personal = |x: &(String, Action)| !rooms::access::table::is_public(x.1);
        for (path, _) in paths().into_iter().filter(personal) {
            for end in ["/x.css", ".css", "/x.js", "%2fx.css", ";x.css", "/..%2fx.png", "%00.css"] {
                let page = client.get(&format!("{path}{end}")).await;
                assert_ne!(page.status, StatusCode::OK, "{path}{end}");
                assert_eq!(page.head("cache-control"), "no-store", "{path}{end}");
                assert!(!String::from_utf8_lossy(&page.body).contains("Ивановна"), "{path}{end}");
            }
        }
    });
}

/// Every cookie of every answer, also of those that were refused.
#[test]
fn every_cookie_is_out_of_reach_of_scripts_and_of_other_sites() {
    let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
    city(&db);
    let app = testing::app_with(db, |app| {
        Arc::make_mut(&mut app.config).public_url = "https://okno.test".into();
    });
    run(async {
        let anna = account(&app, 1, Level::Verified).await;
        let token = browser(&app, &anna).await.cookies["okno"].clone();
        let mut seen = BTreeSet::new();
        let mut check = |page: &Page| {
            for cookie in page.headers.get_all("set-cookie") {
                let cookie = cookie.to_str().unwrap();
                let name = cookie.split('=').next().unwrap();
                for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
                    assert!(cookie.contains(attribute), "{}: {cookie}", page.path);
                }
                assert!(!cookie.contains("Domain"), "{}: {cookie}", page.path);
                let proves = name.contains("okno");
                assert_eq!(name.starts_with("__Host-"), proves, "{}: {cookie}", page.path);
                seen.insert(name.to_owned());
            }
        };
        for route in all_routes().iter().filter(|x| !x.path.contains("/live")) {
            let path = route.path.replace(['{', '}'], "");
            let mut client = Client::new(&app);
            client.cookies.insert("__Host-okno".into(), token.clone());
            let fields = [("lang", "en"), ("account", "0"), ("region", "70")];
            let page = match route.method {
                Method::GET => client.get(&format!("{path}?lang=en")).await,
                _ => client.post_form(&path, &fields).await,
            };
            check(&page);
        }
        assert!(seen.contains("lang") && seen.contains("__Host-okno"), "{seen:?}");
    });
}

/// Forms and addresses that would lead a person elsewhere afterwards.
const ELSEWHERE: [&str; 42] = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https://evil.example",
    "HTTPS://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http://okno.test@evil.example",
    "http://okno.test.evil.example",
    "//okno.test@evil.example",
    "//evil.example/okno.test",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/\r\nLocation: //evil.example",
    "/%0d%0aLocation:%20//evil.example",
    " //evil.example",
    "/ /evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/a/..//evil.example",
    "/./\\evil.example",
    "/%2e%2e//evil.example",
    "/%2f/evil.example",
    "/%2F%2Fevil.example",
    "/%5cevil.example",
    "/%5C%5Cevil.example",
    "/%09/evil.example",
    "/\u{ff0f}evil.example",
    "\u{3002}evil.example",
    "/\u{202e}elpmaxe.live//",
    "/\u{a0}/evil.example",
    "@evil.example",
    "?next=//evil.example",
    "mailto:a@evil.example",
];

/// Where an answer leads, and what it would send along in a hidden field.
fn leads(page: &Page) -> Vec<String> {
    let mut found = Vec::new();
    if page.status.is_redirection() {
        let location = page.location();
        let carried = location.split("next=").nth(1).unwrap_or_default();
        let carried = carried.split('&').next().unwrap_or_default();
        let carried = percent_encoding::percent_decode_str(carried).decode_utf8_lossy();
        found.push(carried.into_owned());
        found.push(location);
    } else if page.head("content-type").starts_with("text/html") {
        let text = String::from_utf8_lossy(&page.body);
        let fields = text.split("name=\"next\" value=\"").skip(1);
        found.extend(fields.filter_map(|x| x.split('"').next()).map(str::to_owned));
    }
    found.retain(|x| !x.is_empty());
    found
}

#[test]
fn no_form_and_no_address_leads_a_person_elsewhere() {
    signed_in(async |app, client| {
        let mut heeds = 0;
        for route in all_routes().iter().filter(|x| !x.path.contains("/live")) {
            let path = route.path.replace(['{', '}'], "");
            for known in [true, false] {
                let ask = async |wish: &str| {
                    let mut client = match known {
                        true => client.clone(),
                        false => Client::new(&app),
                    };
                    let encoded = next::with(&path, "/").replace("next=/", "next=");
                    let value: String = wish.bytes().map(|x| format!("%{x:02X}")).collect();
                    match route.method {
                        Method::GET => client.get(&format!("{encoded}{value}")).await,
                        _ => client.post_form(&path, &[("next", wish), ("lang", "ru")]).await,
                    }
                };
                // Only those that heed the field at all are worth forty more questions.
                if !leads(&ask("/help?mark=1").await).iter().any(|x| x.contains("mark")) {
                    continue;
                }
                heeds += 1;
                for wish in ELSEWHERE {
                    let page = ask(wish).await;
                    for lead in leads(&page) {
                        assert!(
                            !lead.contains("evil"),
                            "{} {path}: {wish:?} → {lead}",
                            route.method
                        );
                        assert_eq!(next::own(&lead), lead, "{} {path}: {wish:?}", route.method);
                    }
                }
            }
        }
        assert!(heeds >= 6, "only {heeds} rows heed `next`");
    });
}

#[test]
fn no_address_and_no_title_tells_who_somebody_is() {
    signed_in(async |_, mut client| {
        let told = ["Соколова", "79000000001", "%D0%A1%D0%BE%D0%BA%D0%BE%D0%BB%D0%BE%D0%B2%D0%B0"];
        for (path, _) in paths() {
            let page = client.get(&path).await;
            if page.status.is_redirection() {
                assert!(told.iter().all(|x| !page.location().contains(x)), "{}", page.location());
            }
            let text = String::from_utf8_lossy(&page.body);
            let title = text.split("<title>").nth(1).and_then(|x| x.split("</title>").next());
            let addresses = ["href=\"", "action=\"", "src=\"", "data-suggest=\""];
            let addresses = addresses.iter().flat_map(|x| text.split(*x).skip(1));
            let addresses = addresses.filter_map(|x| x.split('"').next());
            // A telephone to call is an address of another kind.
            let addresses = addresses.filter(|x| !x.starts_with("tel:"));
            for place in addresses.chain(title) {
                assert!(told.iter().all(|x| !place.contains(x)), "{path}: {place}");
            }
        }
    });
}

/// Whoever plants a token in somebody's browser learns nothing: every sign-in makes a new one, and so
/// does every proof.
#[test]
fn a_planted_session_is_worth_nothing_before_and_after_the_sign_in() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let app = testing::app(db);
        let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
        rooms::demo::people::seed_logins(&app.db, &cx, &app.policy.secrets).unwrap();
        run(async {
            let people = rooms::demo::people::logins().unwrap();
            let anna = people.into_iter().find(|x| x.email == "anna@example.org").unwrap();
            let planted = "ab".repeat(32);
            let mut client = Client::new(&app);
            for name in ["okno", "okno-half", "okno-device"] {
                client.cookies.insert(name.into(), planted.clone());
            }
            assert!(client.get("/account").await.location().starts_with("/signin"));
            let page = client.get("/signin").await;
            let form: FilledForm = page.form("/signin").set("identifier", &anna.email);
            let answer = client.submit(&form.set("password", &anna.password)).await;
            assert_eq!(client.cookies["okno"], planted, "half a sign-in opens nothing");
            let half = client.cookies["okno-half"].clone();
            assert_ne!(half, planted);
            let page = client.follow(answer).await;
            let code = super::factors::code(&app).await;
            client.submit(&page.form("/signin/factor").set("code", &code)).await;
            let session = client.cookies["okno"].clone();
            assert_ne!(session, planted);
            // What was planted may stay behind it, and is known to nobody.
            assert!(!client.cookies["okno-device"].starts_with(&planted[..26]));
            assert_eq!(client.get("/account").await.status, StatusCode::OK);
            for stale in [&planted, &half] {
                let mut thief = Client::new(&app);
                thief.cookies.insert("okno".into(), stale.clone());
                assert!(thief.get("/account").await.location().starts_with("/signin"));
            }
            // Signing out ends it on the server, not in the browser alone.
            app.clock.advance(Instant::SECOND);
            let page = client.get("/account").await;
            client.submit(&page.form("/signout")).await;
            let mut thief = Client::new(&app);
            thief.cookies.insert("okno".into(), session);
            assert!(thief.get("/account").await.location().starts_with("/signin"));
        });
    });
}

#[test]
fn browsers_report_breaches_of_the_policy_and_nothing_of_people_is_kept() {
    signed_in(async |app, mut client| {
        let heads = client.get("/help").await;
        let policy = heads.head("content-security-policy");
        assert!(policy.contains("report-uri /csp-report; report-to csp"), "{policy}");
        assert!(policy.contains("require-trusted-types-for 'script'"), "{policy}");
        assert_eq!(heads.head("reporting-endpoints"), "csp=\"/csp-report\"");
        let report = serde_json::json!({"csp-report": {
            "document-uri": "http://okno.test/bookings/01jd", "violated-directive": "img-src",
            "blocked-uri": "https://spy.example/pixel?who=anna",
        }});
        for kind in ["application/csp-report", "application/reports+json", "text/plain"] {
            let body = Body::from(report.to_string());
            let answer = client.send(Method::POST, "/csp-report", body, kind).await;
            assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
        }
        let long = Body::from("x".repeat(9 * 1024));
        let answer = client.send(Method::POST, "/csp-report", long, "application/csp-report").await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        let metrics = app.meter.text(&app.gate, &app.db, app.waiting());
        let counted = "okno_csp_reports_total{directive=\"img-src\",blocked=\"spy.example\"} 3";
        assert!(metrics.contains(counted), "{metrics}");
        assert!(!metrics.contains("pixel") && !metrics.contains("anna"));
    });
}
