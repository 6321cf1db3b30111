//! Free times over the API: places and filters, tags, and what a change of rules does at once.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use base::db::Place;
use base::{Actor, Channel, Cx, Id, Instant};
use http_body_util::BodyExt as _;
use jiff::civil::{DateTime, date};
use jiff::{Timestamp, ToSpan as _};
use rooms::accounts::Level;
use rooms::places::Point;
use rooms::schedule::{self, Target};
use serde_json::{Value, json};
use slots::Exception;
use tower::ServiceExt as _;

use super::api::program;
use super::booking::{account, city};
use crate::App;
use crate::testing::{self, Client};

const SERVICE: &str = "deputy-reception";

/// The demo's city, asked by nobody in particular; then the index is compared with the database.
fn each(story: impl AsyncFn(Arc<App>, Client)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app(db.clone());
        testing::run(story(app.clone(), Client::new(&app)));
        let (portal, now) = (app.portal(), app.clock.now());
        let differing =
            db.read_wait(move |tx| portal.availability.ledger().compare(tx, now)).unwrap();
        assert_eq!(differing, [], "the index is wrong");
    });
}

async fn slots(client: &mut Client, query: &str) -> Vec<Value> {
    let path = format!("/api/v1/slots?service={SERVICE}&limit=1000&{query}");
    let page = client.get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    page.json()["slots"].as_array().unwrap().clone()
}

fn text<'v>(slot: &'v Value, name: &str) -> &'v str {
    slot[name].as_str().unwrap()
}

/// The wall time of a slot.
fn wall(slot: &Value) -> DateTime {
    text(slot, "start")[..19].parse().unwrap()
}

fn instant(slot: &Value) -> Timestamp {
    text(slot, "start").parse().unwrap()
}

#[test]
fn a_place_gives_the_times_of_its_resources_soonest_first() {
    each(async |app, mut client| {
        let all = slots(&mut client, "region=70&to=2026-12-09").await;
        assert!((20..1000).contains(&all.len()), "{}", all.len());
        assert!(all.is_sorted_by_key(instant));
        let mut resources: Vec<&str> = all.iter().map(|x| text(x, "resource")).collect();
        resources.sort_unstable();
        resources.dedup();
        assert!(resources.len() > 2);
        let order = |x: &Value| (instant(x), text(x, "resource").to_owned());
        let mut singles = Vec::new();
        for resource in &resources {
            let own = slots(&mut client, &format!("resource={resource}&to=2026-12-09")).await;
            assert!(own.iter().all(|x| text(x, "resource") == *resource));
            singles.extend(own);
        }
        singles.sort_by_key(order);
        let list = format!("resource={}&to=2026-12-09", resources.join(","));
        assert_eq!(slots(&mut client, &list).await, singles, "several resources in one call");
        let mut sorted = all.clone();
        sorted.sort_by_key(order);
        assert_eq!(sorted, singles, "a region");
        let few = "region=70&to=2026-12-09&limit=7";
        let few = client.get(&format!("/api/v1/slots?service={SERVICE}&{few}")).await.json();
        assert_eq!(few["slots"].as_array().unwrap(), &all[..7], "the first of a region");
        let offices = &app.portal().city.offices;
        for slot in all.iter().take(20) {
            let desk = offices.resource(&text(slot, "resource").into()).unwrap();
            assert_eq!(text(slot, "site"), desk.site.as_str());
            let zone = &offices.site(&desk.site).unwrap().zone;
            let end: Timestamp = text(slot, "end").parse().unwrap();
            assert_eq!(Instant::from(end).rfc3339(zone), text(slot, "end"));
        }
    });
}

#[test]
fn a_radius_takes_the_sites_within_it() {
    each(async |app, mut client| {
        let here = Point::degrees(56.4846, 84.9482).unwrap();
        let portal = app.portal();
        let near = |km: f64| {
            let sites = portal.city.offices.sites_for(SERVICE);
            sites.filter(|x| x.point.is_some_and(|at| here.km_to(at) <= km)).count()
        };
        assert!(near(500.0) > near(3.0), "the demo has no sites to tell apart");
        for km in [1, 3, 25, 500] {
            let found = slots(&mut client, &format!("near=56.4846,84.9482&radius={km}")).await;
            let mut sites: Vec<&str> = found.iter().map(|x| text(x, "site")).collect();
            sites.sort_unstable();
            sites.dedup();
            assert!(sites.len() <= near(f64::from(km)));
            for site in sites {
                let point = portal.city.offices.site(&site.into()).unwrap().point.unwrap();
                assert!(here.km_to(point) <= f64::from(km));
            }
        }
    });
}

#[test]
fn filters_choose_times_and_places() {
    each(async |app, mut client| {
        let all = slots(&mut client, "region=70").await;
        let middle = wall(&all[all.len() / 2]);
        let (from, day) = (middle.time(), middle.date().weekday());
        let to = from.saturating_add(61.minutes());
        let word = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            [usize::try_from(day.to_monday_zero_offset()).unwrap()];
        let clock = |x: jiff::civil::Time| x.strftime("%H:%M").to_string();
        let times = format!("region=70&time_from={}&time_to={}", clock(from), clock(to));
        let in_time = |x: &&Value| (from..to).contains(&wall(x).time());
        let expected: Vec<&Value> = all.iter().filter(in_time).collect();
        assert!(!expected.is_empty() && expected.len() < all.len());
        let found = slots(&mut client, &times).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected);
        let on_day = expected.into_iter().filter(|x| wall(x).date().weekday() == day);
        let found = slots(&mut client, &format!("{times}&weekdays={word}")).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), on_day.collect::<Vec<_>>());
        assert_eq!(slots(&mut client, "region=70&format=in_person").await, all);
        assert!(slots(&mut client, "region=70&format=phone").await.is_empty());
        let accessible = slots(&mut client, "region=70&accessible=1").await;
        let portal = app.portal();
        for slot in &accessible {
            let site = portal.city.offices.site(&text(slot, "site").into()).unwrap();
            assert!(!site.card.accessible.is_empty());
        }
    });
}

#[test]
fn an_absence_is_seen_at_once_and_ends_a_tag() {
    each(async |app, mut client| {
        let free = slots(&mut client, "site=tomsk-admin-main").await;
        let (resource, day) = (Id::from(text(&free[0], "resource")), wall(&free[0]).date());
        let path = format!("/api/v1/slots?service={SERVICE}&resource={resource}&limit=500");
        let first = client.get(&path).await;
        let strong = first.head("etag").trim_start_matches("W/").to_owned();
        let listed = client.clone().with("if-none-match", &format!("\"other\", {strong}"));
        assert_eq!(listed.clone().get(&path).await.status, StatusCode::NOT_MODIFIED);
        // Whoever takes no encoding at all gets the answer as it is.
        let picky = client.clone().with("accept-encoding", "identity;q=0, *;q=0");
        let plain = picky.clone().get(&path).await;
        assert_eq!((plain.status, &plain.body), (StatusCode::OK, &first.body));
        let mut asks = client.clone().with("if-none-match", first.head("etag"));
        assert_eq!(asks.get(&path).await.status, StatusCode::NOT_MODIFIED);
        let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Cli);
        let target = Target::Resource(resource);
        let away = Exception::Absence {
            from: day.at(0, 0, 0, 0),
            to: day.saturating_add(1.day()).at(0, 0, 0, 0),
        };
        let add = move |tx: &mut base::Tx<'_>| {
            schedule::add_exception(tx, &cx, &target, &away, "").map(|_| ())
        };
        app.db.write(add).await.unwrap();
        let (other, db) = (app.clone(), app.db.clone());
        let refreshed = std::thread::spawn(move || other.memory.refresh(&db)).join().unwrap();
        assert!(refreshed.unwrap());
        let then = asks.get(&path).await;
        assert_eq!(then.status, StatusCode::OK);
        let then = then.json();
        let then = then["slots"].as_array().unwrap();
        assert!(!then.is_empty() && then.iter().all(|x| wall(x).date() != day));
        assert!(day >= date(2026, 12, 1));
    });
}

/// The body of the events of a resource.
async fn watched(app: &Arc<App>, resource: &Id) -> Body {
    let path = format!("/api/v1/slots/events?service={SERVICE}&resource={resource}");
    let request = Request::get(path).header("host", "okno.test").body(Body::empty()).unwrap();
    let response = crate::service(app.clone()).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.into_body()
}

/// Waits for the next event and says how long it took.
async fn told(events: &mut Body) -> Duration {
    let begun = tokio::time::Instant::now();
    let frame = tokio::time::timeout(Duration::from_secs(20), events.frame()).await;
    let text = frame.unwrap().unwrap().unwrap().into_data().unwrap();
    assert!(text.starts_with(b"event: changed"), "{text:?}");
    begun.elapsed()
}

#[test]
fn open_pages_hear_of_a_hold_on_any_node() {
    let Some(url) = testkit::postgres(rooms::MIGRATIONS) else { return };
    let place = Place::Server(url);
    let (here, there) = (testkit::open(&place).unwrap(), testkit::open(&place).unwrap());
    city(&here);
    let (here, there) = (testing::app(here), testing::app(there));
    testing::run(async {
        let anna = account(&here, 1, Level::Verified).await;
        let mut client = program(&here, &anna).await;
        let free = slots(&mut client, "region=70").await;
        let wish = json!({
            "service": SERVICE, "resource": free[0]["resource"], "start": free[0]["start"],
        });
        let resource = Id::from(text(&free[0], "resource"));
        let mut own = watched(&here, &resource).await;
        let mut other = watched(&there, &resource).await;
        let mut client = client.with("idempotency-key", "k1");
        let held = client.json(Method::POST, "/api/v1/holds", &wish).await;
        assert_eq!(held.status, StatusCode::CREATED, "{}", held.text());
        assert!(told(&mut own).await < Duration::from_millis(500));
        assert!(told(&mut other).await < Duration::from_secs(2));
        let mut elsewhere = Client::new(&there);
        let path = format!("resource={resource}");
        let shown = slots(&mut elsewhere, &path).await;
        assert!(shown.iter().all(|x| x["start"] != free[0]["start"]), "the other node is wrong");
        // What both say alike they call alike, so that it is said once to whoever is led to either.
        for call in ["slots", "days"] {
            let path = format!("/api/v1/{call}?service={SERVICE}&resource={resource}");
            let said = Client::new(&here).get(&path).await;
            let tag = said.head("etag").to_owned();
            let mut knows = Client::new(&there).with("if-none-match", &tag);
            let same = knows.get(&path).await;
            assert_eq!((same.status, same.head("etag")), (StatusCode::NOT_MODIFIED, &*tag));
            there.clock.advance(Instant::MINUTE);
            let later = knows.get(&path).await;
            assert_eq!(later.status, StatusCode::NOT_MODIFIED, "nothing but the minute is another");
        }
    });
}

#[test]
fn a_step_shows_the_times_that_suit() {
    each(async |_, mut client| {
        let path = "/book/deputy-reception?region=70&locality=";
        let start = client.get("/book/deputy-reception?region=70").await;
        let link = start.text();
        let from = link.find("locality=").unwrap() + "locality=".len();
        let locality: String = link[from..].chars().take_while(|x| !"\"&".contains(*x)).collect();
        let offices = client.get(&format!("{path}{locality}")).await;
        assert!(offices.says("Ближайшее: "), "{}", offices.text());
        let form = offices.form("/book/deputy-reception").set("weekday", "sun");
        let sent = form.fields.iter().map(|(name, value)| format!("{name}={value}"));
        let sent = sent.collect::<Vec<_>>().join("&");
        let none = client.get(&format!("/book/deputy-reception?{sent}")).await;
        assert_eq!(none.status, StatusCode::OK);
        assert!(!none.says("Ближайшее: ") && none.says("Свободного времени пока нет"));
        assert!(none.says("Сбросить"));
    });
}
