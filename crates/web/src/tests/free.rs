//! Free times over the API: places and filters, tags, and what a change of rules does at once.

use std::sync::Arc;

use axum::http::StatusCode;
use base::{Actor, Channel, Cx, Id};
use jiff::civil::{DateTime, date, time};
use jiff::{Timestamp, ToSpan as _};
use rooms::places::Point;
use rooms::schedule::{self, Target};
use serde_json::Value;
use slots::Exception;

use super::booking::city;
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
        let few = format!("region=70&to=2026-12-09&limit=7");
        let few = client.get(&format!("/api/v1/slots?service={SERVICE}&{few}")).await.json();
        assert_eq!(few["slots"].as_array().unwrap(), &all[..7], "the first of a region");
        let offices = &app.portal().city.offices;
        for slot in all.iter().take(20) {
            let desk = offices.resource(&text(slot, "resource").into()).unwrap();
            assert_eq!(text(slot, "site"), desk.site.as_str());
            let zone = &offices.site(&desk.site).unwrap().zone;
            let end: Timestamp = text(slot, "end").parse().unwrap();
            assert_eq!(base::Instant::from(end).rfc3339(zone), text(slot, "end"));
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
        let all = slots(&mut client, "site=tomsk-admin-main").await;
        let filters = "time_from=10:00&time_to=11:30&weekdays=tue,thu";
        let found = slots(&mut client, &format!("site=tomsk-admin-main&{filters}")).await;
        let wanted = |x: &&Value| {
            let at = wall(x);
            let weekday = at.date().weekday().to_monday_zero_offset();
            (time(10, 0, 0, 0)..time(11, 30, 0, 0)).contains(&at.time())
                && [1, 3].contains(&weekday)
        };
        let expected: Vec<&Value> = all.iter().filter(wanted).collect();
        assert!(!expected.is_empty() && expected.len() < all.len());
        assert_eq!(found.iter().collect::<Vec<_>>(), expected);
        assert_eq!(slots(&mut client, "site=tomsk-admin-main&format=in_person").await, all);
        assert!(slots(&mut client, "site=tomsk-admin-main&format=phone").await.is_empty());
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
