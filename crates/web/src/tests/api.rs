//! Programs book: the whole journey over the API, on both engines.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use base::{Actor, Channel, Cx, Id, Instant};
use rooms::access::{Action, Subject, Verdict, may};
use rooms::booking::verify;
use rooms::sessions::{self, Kind};
use rooms::{accounts, booking};
use serde_json::{Value, json};

use super::booking::{account, city};
use crate::App;
use crate::testing::{self, Client, Page};

const SERVICE: &str = "deputy-reception";

/// Runs the story with the demo's city on each engine, then asks for broken invariants.
fn each(story: impl AsyncFn(Arc<App>, Client)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app(db.clone());
        testing::run(async {
            let anna = account(&app, 1, accounts::Level::Verified).await;
            let client = program(&app, &anna).await;
            story(app.clone(), client).await;
        });
        let now = app.clock.now();
        assert_eq!(db.read_wait(move |tx| verify(tx, now)).unwrap(), []);
    });
}

/// A program with a token of this account.
pub(super) async fn program(app: &Arc<App>, account: &Id) -> Client {
    let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Cli);
    let account = account.clone();
    let open = move |tx: &mut base::Tx<'_>| sessions::open(tx, &cx, &account, "", Kind::Bearer);
    let token = app.db.write(open).await.unwrap();
    Client::new(app).with("authorization", &format!("Bearer {token}"))
}

pub(super) async fn post(client: &Client, key: &str, path: &str, body: &Value) -> Page {
    let mut client = client.clone().with("idempotency-key", key);
    client.json(Method::POST, &format!("/api/v1{path}"), body).await
}

async fn get(client: &mut Client, path: &str) -> Page {
    client.get(&format!("/api/v1{path}")).await
}

/// Free starts of the service in Tomsk.
async fn slots(client: &mut Client) -> Vec<Value> {
    let page = get(client, &format!("/slots?service={SERVICE}&region=70&limit=200")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    page.json()["slots"].as_array().unwrap().clone()
}

fn wish(slot: &Value) -> Value {
    json!({ "service": SERVICE, "resource": slot["resource"], "start": slot["start"] })
}

/// A form that answers whatever the service asks, made from its description.
pub(super) async fn form_of(client: &mut Client, service: &str, hold: &Value) -> Value {
    let service = get(client, &format!("/services/{service}")).await.json();
    let asked = service["fields"].as_array().unwrap().iter().filter(|x| x["required"] == true);
    let fields: serde_json::Map<String, Value> = asked
        .map(|x| {
            let value = match x["options"][0]["code"].as_str() {
                Some(code) => code,
                None if x["kind"] == "date" => "2026-11-30",
                None => "12",
            };
            (x["code"].as_str().unwrap().to_owned(), value.into())
        })
        .collect();
    json!({ "hold": hold, "purpose": service["purposes"][0]["code"], "fields": fields })
}

async fn form(client: &mut Client, hold: &Value) -> Value {
    form_of(client, SERVICE, hold).await
}

/// Holds and books a slot; gives the booking as answered.
async fn book(client: &mut Client, key: &str, slot: &Value) -> Value {
    let held = post(client, &format!("{key}-hold"), "/holds", &wish(slot)).await;
    assert_eq!(held.status, StatusCode::CREATED, "{}", held.text());
    let form = form(client, &held.json()["id"]).await;
    let booked = post(client, key, "/bookings", &form).await;
    assert_eq!(booked.status, StatusCode::CREATED, "{}", booked.text());
    booked.json()
}

#[test]
fn a_program_books_moves_and_cancels() {
    each(async |app, mut client| {
        let free = slots(&mut client).await;
        let held = post(&client, "h1", "/holds", &wish(&free[0])).await;
        assert_eq!(held.status, StatusCode::CREATED, "{}", held.text());
        assert_eq!((held.head("operation-id").len(), held.head("arrival-number")), (26, "1"));
        let held = held.json();
        assert_eq!(held["expires_at"], "2026-12-01T13:15:00+07:00");
        let id = held["id"].as_str().unwrap();
        let own = get(&mut client, &format!("/bookings/{id}")).await.json();
        assert_eq!((own["status"].as_str(), &own["start"]), (Some("held"), &free[0]["start"]));

        let sent = form(&mut client, &held["id"]).await;
        let booked = post(&client, "b1", "/bookings", &sent).await;
        assert_eq!(booked.status, StatusCode::CREATED, "{}", booked.text());
        let booked = booked.json();
        let old_code = booked["code"].as_str().unwrap().to_owned();
        let ticket = get(&mut client, &format!("/bookings/{id}/ticket.pdf")).await;
        assert_eq!(
            (ticket.status, ticket.head("content-type")),
            (StatusCode::OK, "application/pdf")
        );
        let calendar = get(&mut client, &format!("/bookings/{id}/calendar.ics")).await;
        assert!(calendar.text().starts_with("BEGIN:VCALENDAR"));

        let free = slots(&mut client).await;
        let other = free.iter().rev().find(|x| x["resource"] == own["resource"]).unwrap();
        let time = json!({ "resource": other["resource"], "start": other["start"] });
        let moved = post(&client, "m1", &format!("/bookings/{id}/reschedule"), &time).await;
        assert_eq!(moved.status, StatusCode::OK, "{}", moved.text());
        let moved = moved.json();
        assert_eq!((&moved["start"], &moved["moves_left"]), (&other["start"], &json!(2)));
        assert_ne!(moved["code"], booked["code"]);
        let (portal, now) = (app.portal(), app.clock.now());
        let guest = may(&Subject::default(), Action::CheckTicket, None, now);
        let Verdict::Allow(scope) = guest else { panic!("{guest:?}") };
        let dead =
            app.db.read(move |tx| booking::by_code(tx, &scope, &portal.city.offices, &old_code));
        let dead = dead.await.unwrap();
        assert!(dead.is_none(), "the old code still opens the door");

        let history = get(&mut client, &format!("/bookings/{id}/history?limit=2")).await.json();
        let events: Vec<_> =
            history["items"].as_array().unwrap().iter().map(|x| x["event"].as_str()).collect();
        assert_eq!(events.len(), 2);
        let next = history["next"].as_str().unwrap();
        let rest = format!("/bookings/{id}/history?cursor={next}");
        let rest = get(&mut client, &rest).await.json();
        assert_eq!(rest["items"][0]["start_after"], other["start"]);
        assert_eq!(rest["next"], Value::Null);

        let cancelled = post(&client, "c1", &format!("/bookings/{id}/cancel"), &json!({})).await;
        assert_eq!(cancelled.status, StatusCode::OK, "{}", cancelled.text());
        assert_eq!(cancelled.json()["status"], "cancelled_by_applicant");
        let gone = get(&mut client, &format!("/bookings/{id}/ticket.pdf")).await;
        assert_eq!(
            (gone.status, gone.json()["code"].as_str()),
            (StatusCode::GONE, Some("E-NTF-02"))
        );
        let again = slots(&mut client).await;
        book(&mut client, "b2", &again[0]).await;
        let list = get(&mut client, "/bookings?limit=1").await.json();
        let next = list["next"].as_str().unwrap();
        let list = get(&mut client, &format!("/bookings?limit=1&cursor={next}")).await.json();
        assert_eq!((&list["items"][0]["id"], &list["next"]), (&json!(id), &Value::Null));
        let active = get(&mut client, "/bookings?state=active").await.json();
        assert_eq!(active["items"].as_array().unwrap().len(), 1);
        let me = get(&mut client, "/account").await.json();
        assert_eq!(
            (&me["level"], &me["name"]),
            (&json!("verified"), &json!("Соколова Анна Ивановна"))
        );
    });
}

#[test]
fn the_same_key_gives_the_same_answer_fifty_times_at_once() {
    each(async |_, mut client| {
        let free = slots(&mut client).await;
        let held = post(&client, "h1", "/holds", &wish(&free[0])).await.json();
        let sent = form(&mut client, &held["id"]).await;
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let (client, sent) = (client.clone(), sent.clone());
            calls.spawn(async move { post(&client, "b1", "/bookings", &sent).await });
        }
        let answers = calls.join_all().await;
        let first = &answers[0];
        assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
        for answer in &answers {
            assert_eq!((answer.status, answer.text()), (first.status, first.text()));
        }
        let list = get(&mut client, "/bookings").await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);

        let again = post(&client, "h1", "/holds", &wish(&free[0])).await;
        assert_eq!((again.status, again.json()), (StatusCode::CREATED, held));
        let other = post(&client, "h1", "/holds", &wish(&free[1])).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(other.json()["code"], "E-IDEM-01");
        let mut without = client.clone();
        let without = without.json(Method::POST, "/api/v1/holds", &wish(&free[1])).await;
        assert_eq!(without.status, StatusCode::BAD_REQUEST);
        assert_eq!(without.json()["code"], "E-IDEM-00");
    });
}

#[test]
fn a_program_is_told_which_level_is_needed_and_where_it_is_raised() {
    each(async |app, mut client| {
        let free = slots(&mut client).await;
        let boris = account(&app, 2, accounts::Level::Simplified).await;
        let refused = post(&program(&app, &boris).await, "h1", "/holds", &wish(&free[0])).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text());
        let told = refused.json();
        assert_eq!((&told["code"], &told["level"]), (&"E-AUTH-12".into(), &"verified".into()));
        assert!(told["detail"].as_str().unwrap().contains("нужна подтверждённая учётная запись"));
        assert!(told["address"].as_str().unwrap().ends_with("/account/level"), "{told}");
    });
}

#[test]
fn a_taken_time_comes_back_with_the_nearest_free_ones() {
    each(async |app, mut client| {
        let free = slots(&mut client).await;
        let taken = &free[2];
        post(&client, "h1", "/holds", &wish(taken)).await;
        let boris = account(&app, 2, accounts::Level::Verified).await;
        let boris = program(&app, &boris).await;
        let late = post(&boris, "h1", "/holds", &wish(taken)).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text());
        assert_eq!(late.head("arrival-number"), "2");
        let late = late.json();
        assert_eq!(late["code"], "E-SLOT-01");
        let near = late["alternatives"].as_array().unwrap();
        assert!((1..=5).contains(&near.len()));
        assert_eq!(near[0]["resource"], taken["resource"], "the same person comes first");
        assert!(
            near.iter().all(|x| x["start"] != taken["start"] || x["resource"] != taken["resource"])
        );
        let held = post(&boris, "h2", "/holds", &wish(&near[0])).await;
        assert_eq!(held.status, StatusCode::CREATED, "an alternative can be had");
        let id = held.json()["id"].as_str().unwrap().to_owned();
        let mut boris = boris.with("idempotency-key", "d1");
        for _ in 0..2 {
            let path = format!("/api/v1/holds/{id}");
            let back = boris.send(Method::DELETE, &path, Body::empty(), "").await;
            assert_eq!(back.status, StatusCode::NO_CONTENT, "{}", back.text());
        }
    });
}

#[test]
fn a_stranger_learns_nothing_of_a_booking() {
    each(async |app, mut client| {
        let free = slots(&mut client).await;
        let booked = book(&mut client, "b1", &free[0]).await;
        let id = booked["id"].as_str().unwrap();
        let boris = account(&app, 2, accounts::Level::Verified).await;
        let mut boris = program(&app, &boris).await;
        for tail in ["", "/history", "/ticket.pdf", "/calendar.ics"] {
            let page = get(&mut boris, &format!("/bookings/{id}{tail}")).await;
            assert_eq!(
                (page.status, page.json()["code"].as_str()),
                (StatusCode::NOT_FOUND, Some("E-STA-01"))
            );
        }
        let time = json!({ "resource": free[1]["resource"], "start": free[1]["start"] });
        for (tail, body) in [("cancel", json!({})), ("reschedule", time)] {
            let page = post(&boris, tail, &format!("/bookings/{id}/{tail}"), &body).await;
            assert_eq!(
                (page.status, page.json()["code"].as_str()),
                (StatusCode::NOT_FOUND, Some("E-STA-01"))
            );
        }
        let mut nobody = Client::new(&app);
        let page = get(&mut nobody, &format!("/bookings/{id}")).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    });
}

#[test]
fn free_times_carry_a_tag_that_changes_with_them() {
    each(async |app, mut client| {
        let days = format!("/api/v1/days?service={SERVICE}&site=tomsk-admin-main&month=2026-12");
        let list = format!("/api/v1/slots?service={SERVICE}&site=tomsk-admin-main&limit=200");
        for path in [&days, &list] {
            let first = client.get(path).await;
            assert_eq!(first.status, StatusCode::OK, "{}", first.text());
            app.clock.advance(Instant::SECOND);
            let mut asks = client.clone().with("if-none-match", first.head("etag"));
            let same = asks.get(path).await;
            assert_eq!((same.status, same.body.len()), (StatusCode::NOT_MODIFIED, 0));
            assert_eq!(same.head("etag"), first.head("etag"));
            let free = slots(&mut client).await;
            let free: Vec<_> = free.iter().filter(|x| x["site"] == "tomsk-admin-main").collect();
            post(&client, path, "/holds", &wish(free[3])).await;
            let changed = asks.get(path).await;
            assert_eq!(changed.status, StatusCode::OK);
            assert_ne!(changed.head("etag"), first.head("etag"));
            app.clock.advance(Instant::HOUR);
        }
    });
}

#[test]
fn all_faulty_fields_of_a_booking_are_named_at_once() {
    each(async |app, mut client| {
        let free = slots(&mut client).await;
        let held = post(&client, "h1", "/holds", &wish(&free[0])).await.json();
        let sent = json!({
            "hold": held["id"], "purpose": "no-such", "phone": "12", "email": "nowhere",
            "fields": { "no-such": "1" }, "consent": false,
        });
        let page = post(&client, "b1", "/bookings", &sent).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text());
        let problem = page.json();
        let fields: Vec<_> = problem["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|x| x["field"].as_str().unwrap())
            .collect();
        for name in ["fields.no-such", "purpose", "phone", "email", "consent"] {
            assert!(fields.contains(&name), "{name} is not among {fields:?}");
        }
        app.clock.advance(Instant::HOUR);
        let sent = form(&mut client, &held["id"]).await;
        let late = post(&client, "b2", "/bookings", &sent).await;
        assert_eq!(
            (late.status, late.json()["code"].as_str()),
            (StatusCode::GONE, Some("E-HOLD-02"))
        );
    });
}

#[test]
fn a_purpose_that_needs_more_than_is_free_is_refused_with_times_that_have_it() {
    const SERVICE: &str = "head-reception";
    each(async |app, mut client| {
        let ask = format!("/slots?service={SERVICE}&resource=tomsk-admin-main-01&limit=200");
        let free = get(&mut client, &ask).await.json()["slots"].as_array().unwrap().clone();
        let pair = free.windows(2).find(|x| x[0]["end"] == x[1]["start"]).unwrap().to_vec();
        let boris = account(&app, 2, accounts::Level::Verified).await;
        let mut other = program(&app, &boris).await;
        for (client, slot) in [(&mut client, &pair[0]), (&mut other, &pair[1])] {
            let mut wish = wish(slot);
            wish["service"] = SERVICE.into();
            let held = post(client, "hold", "/holds", &wish).await;
            assert_eq!(held.status, StatusCode::CREATED, "{}", held.text());
        }
        let own = get(&mut client, "/bookings?state=active").await.json();
        let form = json!({
            "hold": own["items"][0]["id"],
            "purpose": "project",
            "fields": { "subject": "Проект благоустройства" },
        });
        let refused = post(&client, "book", "/bookings", &form).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
        let refused = refused.json();
        assert_eq!(refused["code"], "E-SLOT-10");
        let near = refused["alternatives"].as_array().unwrap();
        assert!((1..=5).contains(&near.len()), "{refused}");
        let minutes = |x: &Value| {
            let at = |name: &str| x[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
            at("end").duration_since(at("start")).as_mins()
        };
        assert!(near.iter().all(|x| minutes(x) == 30), "{refused}");
    });
}
