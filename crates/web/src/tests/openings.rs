//! An opening as people and programs meet it, without any script, on both engines.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use base::{Actor, Chance, Channel, Cx, Db, Id, Instant};
use jiff::civil::date;
use jiff::tz::TimeZone;
use rooms::accounts::Level;
use rooms::admission::{self, Announce, Keeper, Mode, Scope, Series};
use rooms::schedule;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::task::JoinSet;

use super::api::program;
use super::booking::{account, browser, city, fill_for, times};
use crate::shed::Level as Share;
use crate::testing::{self, BEGIN, Client, Page};
use crate::{App, Rate};

pub(super) const SERVICE: &str = "deputy-reception";
pub(super) const DESK: &str = "tomsk-admin-main-02";

/// The portal with an opening of 8 and 9 December in an hour, and whoever looks after its line.
pub(super) struct Stage {
    pub app: Arc<App>,
    pub opening: Id,
    keeper: Keeper,
    pub page: String,
    pub call: String,
}

impl Stage {
    pub(super) fn new(db: &Db, mode: Mode) -> Self {
        city(db);
        let app = testing::app(db.clone());
        let cx = Cx::new(&app.clock, &app.chance, Actor::Engineer, Channel::Cli);
        let command = Announce {
            series: None,
            service: SERVICE.into(),
            scope: Scope::Resource(DESK.into()),
            zone: TimeZone::get("Asia/Tomsk").unwrap(),
            mode,
            opens: BEGIN.plus(Instant::HOUR),
            lasts_minutes: 60,
            choose_minutes: 10,
            from: date(2026, 12, 8),
            to: date(2026, 12, 9),
        };
        let announced = db.write_wait(move |tx| admission::announce(tx, &cx, &command));
        let opening = announced.unwrap().unwrap();
        app.memory.refresh(db).unwrap();
        let (page, call) = (format!("/openings/{opening}"), format!("/api/v1/openings/{opening}"));
        Self { app, opening, keeper: Keeper::default(), page, call }
    }

    /// The desk receives from ten, every quarter of an hour, on one day of the week alone.
    pub(super) fn receives(&self, weekday: &str, until: u16) {
        let cx = Cx::new(&self.app.clock, &self.app.chance, Actor::Engineer, Channel::Cli);
        let rule = json!({"weekdays": [weekday], "from": 600, "to": until, "step": 15});
        let rules: Vec<slots::Rule> = vec![serde_json::from_value(rule).unwrap()];
        let save =
            move |tx: &mut base::Tx<'_>| schedule::save_timetable(tx, &cx, &DESK.into(), &rules);
        self.app.db.write_wait(save).unwrap();
    }

    /// What every node does once a second.
    pub(super) fn round(&mut self) {
        self.app.clock.advance(Instant::SECOND);
        let app = &self.app;
        let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
        // On a thread that may wait, as on a node.
        let keeper = &mut self.keeper;
        let work = move || {
            app.memory.refresh(&app.db)?;
            keeper.round(&app.db, &app.lines, &app.portal(), &cx, 0)
        };
        std::thread::scope(|scope| scope.spawn(work).join().unwrap()).unwrap();
    }

    pub(super) async fn person(&self, number: u8) -> (Id, Client) {
        let id = account(&self.app, number, Level::Verified).await;
        let client = browser(&self.app, &id).await;
        (id, client)
    }

    /// The moment has come, and a second more. Sessions of browsers do not last so long.
    pub(super) fn open(&mut self) {
        self.app.clock.advance(Instant::HOUR);
        self.round();
    }
}

pub(super) fn each(mode: Mode, story: impl AsyncFn(Stage)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let stage = Stage::new(&db, mode);
        testing::run(story(stage));
    });
}

pub(super) fn stage_of(page: &Page) -> &str {
    let found = page.text().split("data-stage=\"").nth(1).and_then(|x| x.split('"').next());
    found.unwrap_or_else(|| panic!("{} ({}): {}", page.path, page.status, page.text()))
}

async fn post(client: &Client, path: &str, body: &Value) -> Page {
    let mut client = client.clone().with("idempotency-key", "one");
    client.json(Method::POST, path, body).await
}

/// A wish for a time on the days that open.
fn wish() -> Value {
    json!({ "service": SERVICE, "resource": DESK, "start": "2026-12-08T14:00:00+07:00" })
}

#[test]
fn a_citizen_counts_down_joins_waits_and_takes_a_time_without_any_script() {
    each(Mode::Fifo, async |mut stage| {
        let (id, mut anna) = stage.person(1).await;
        let place = format!("/book/{SERVICE}?resource={DESK}");
        for path in [place.as_str(), &format!("/services/{SERVICE}")] {
            let page = anna.get(path).await;
            let notice =
                "Запись на 8 декабря – 9 декабря откроется по очереди: вторник, 1 декабря, 14:00.";
            assert!(page.says(notice), "{path}");
            assert!(page.text().contains(&stage.page), "{path} leads there");
        }
        let shut = anna.get(&format!("{place}&day=2026-12-08")).await;
        assert!(times(&shut).iter().all(|x| !x.contains("2026-12-08")), "shut until then");

        let page = anna.get(&stage.page).await;
        assert_eq!(stage_of(&page), "coming");
        assert!(page.says("Запись откроется: вторник, 1 декабря, 14:00"));
        assert!(page.text().contains("<noscript><meta http-equiv=\"refresh\" content=\""));
        let early = anna.post_form(&format!("{}/join", stage.page), &[]).await;
        assert_eq!(early.status, StatusCode::CONFLICT);
        assert!(early.says("раньше занять очередь нельзя"));
        stage.app.clock.advance(Instant::HOUR - 20 * Instant::SECOND);
        let page = anna.get(&stage.page).await;
        assert_eq!(page.head("retry-after"), "20", "the page comes back at the moment itself");

        stage.app.clock.advance(20 * Instant::SECOND);
        stage.round();
        let mut anna = browser(&stage.app, &id).await;
        let page = anna.get(&stage.page).await;
        assert_eq!(stage_of(&page), "open");
        let joined = anna.submit(&page.forms_at("/join")).await;
        assert_eq!(joined.location(), stage.page);
        let page = anna.get(&stage.page).await;
        assert_eq!(stage_of(&page), "waiting");
        assert!(page.says("Перед вами никого"));
        let (_, mut boris) = stage.person(2).await;
        let free = boris.get(&format!("{place}&day=2026-12-08")).await;
        let start = times(&free).into_iter().find(|x| x.contains("2026-12-08")).unwrap();
        let jumped = boris.submit(&free.forms_at("/book/").set("start", &start)).await;
        assert_eq!(jumped.location(), stage.page, "nobody passes the line");

        stage.round();
        stage.round();
        let page = anna.get(&stage.page).await;
        assert_eq!(stage_of(&page), "inside");
        let choose = anna.get(&page.link("Выбрать время")).await;
        let days = anna.get(&format!("{place}&day=2026-12-08")).await;
        assert!(choose.says("Ваша очередь на 8 декабря – 9 декабря подошла"));
        let held = anna.submit(&days.forms_at("/book/").set("start", &start)).await;
        assert!(held.location().ends_with("/form"), "{}", held.location());
        stage.round();
        stage.round();
        assert_eq!(stage_of(&anna.get(&stage.page).await), "served");

        stage.app.clock.advance(Instant::HOUR);
        let (_, mut boris) = stage.person(3).await;
        assert_eq!(stage_of(&boris.get(&stage.page).await), "over");
        let later = times(&days).into_iter().rfind(|x| x.contains("2026-12-08"));
        let form = days.forms_at("/book/").set("start", &later.unwrap());
        let late = boris.submit(&form).await;
        assert!(late.location().ends_with("/form"), "what is left is everybody's");
    });
}

#[test]
fn the_pages_of_an_opening_speak_both_languages() {
    each(Mode::Lottery, async |stage| {
        let mut guest = Client::new(&stage.app).with("accept-language", "en");
        let page = guest.get(&stage.page).await;
        assert!(page.says("Booking opens: Tuesday, 1 December, 14:00"), "{}", page.text());
        assert!(page.says("The draw is honest") && page.says("Sign in to join the line"));
        assert!(guest.get("/openings").await.says("Booking for 8 December – 9 December opens"));
        let page = guest.get("/openings?lang=ru").await;
        assert!(page.says("откроется по жребию"));
        assert!(guest.get(&stage.page).await.says("решит жребий"));
        assert_eq!(guest.get("/openings/none").await.status, StatusCode::NOT_FOUND);
        let still = guest.get(&format!("{}?still=1", stage.page)).await;
        assert!(!still.text().contains("http-equiv"), "a person can stop the refreshing");
    });
}

#[test]
fn a_program_joins_polls_and_is_told_why_it_must_wait() {
    each(Mode::Fifo, async |mut stage| {
        let (anna, _) = stage.person(1).await;
        let mut client = program(&stage.app, &anna).await;
        let listed = client.get("/api/v1/openings").await.json();
        assert_eq!(listed["items"][0]["id"], json!(stage.opening));
        assert_eq!(listed["items"][0]["opens_at"], "2026-12-01T14:00:00+07:00");
        let early = post(&client, &format!("{}/place", stage.call), &json!({})).await;
        assert_eq!((early.status, early.head("retry-after")), (StatusCode::CONFLICT, "3601"));
        assert_eq!(early.json()["opens_at"], "2026-12-01T14:00:00+07:00");
        let shut = post(&client, "/api/v1/holds", &wish()).await.json();
        assert_eq!(shut["code"], "E-SLOT-08");
        assert_eq!(shut["opens_at"], "2026-12-01T14:00:00+07:00");

        stage.open();
        let refused = post(&client, "/api/v1/holds", &wish()).await;
        let problem = refused.json();
        assert_eq!((refused.status, &problem["code"]), (StatusCode::CONFLICT, &json!("E-WAIT-01")));
        assert_eq!(problem["address"], json!(stage.page));
        assert_eq!(problem["ahead"], Value::Null);
        let none = client.get(&format!("{}/place", stage.call)).await.json();
        assert_eq!(none["state"], "none");

        let place = post(&client, &format!("{}/place", stage.call), &json!({})).await;
        assert_eq!(place.json()["state"], "waiting");
        assert_eq!(place.json()["ahead"], 0);
        let again = post(&client, &format!("{}/place", stage.call), &json!({})).await;
        assert_eq!(again.json()["ahead"], 0);
        assert_eq!(again.head("retry-after"), again.json()["poll_after"].to_string());
        let spent = post(&client, "/api/v1/holds", &wish()).await.json();
        assert_eq!(spent["code"], "E-IDEM-01", "the key has joined the line");
        assert!(spent["detail"].as_str().unwrap().contains("с новым ключом"), "{spent}");
        let mut client = client.with("idempotency-key", "another");
        let problem = client.json(Method::POST, "/api/v1/holds", &wish()).await.json();
        assert_eq!((&problem["code"], &problem["ahead"]), (&json!("E-WAIT-01"), &json!(0)));

        let polled = client.get(&format!("{}/place", stage.call)).await;
        let tag = polled.head("etag").to_owned();
        let seconds: u32 = polled.head("retry-after").parse().unwrap();
        assert!((4..=72).contains(&seconds));
        let mut knowing = client.clone().with("if-none-match", &tag);
        let same = knowing.get(&format!("{}/place", stage.call)).await;
        assert_eq!((same.status, same.body.len()), (StatusCode::NOT_MODIFIED, 0));
        stage.round();
        stage.round();
        let inside = knowing.get(&format!("{}/place", stage.call)).await.json();
        assert_eq!(inside["state"], "inside");
        // The call that was refused before the turn came is repeated as it was: its key is free.
        let held = client.json(Method::POST, "/api/v1/holds", &wish()).await;
        assert_eq!(held.status, StatusCode::CREATED, "{}", held.text());
        let line = client.get(&stage.call).await.json();
        assert_eq!(line["phase"], "running");
        assert!(line["places"]["free"].as_u64().unwrap() > 0);
        let proof = client.get(&format!("{}/draw", stage.call)).await;
        assert_eq!(proof.json()["code"], "E-WAIT-05");
        let (id, _) = stage.person(2).await;
        let late = program(&stage.app, &id).await;
        post(&late, &format!("{}/place", stage.call), &json!({})).await;
        stage.round();
        stage.app.clock.advance(Instant::HOUR);
        let over = late.clone().get(&format!("{}/place", stage.call)).await.json();
        assert_eq!(over["state"], "over", "{over}");
    });
}

#[test]
fn polls_are_answered_when_the_database_cannot_be_asked() {
    each(Mode::Fifo, async |mut stage| {
        stage.open();
        let (id, mut anna) = stage.person(1).await;
        let mut client = program(&stage.app, &id).await;
        anna.post_form(&format!("{}/join", stage.page), &[]).await;
        let calls = [stage.page.clone(), format!("{}/place", stage.call), stage.call.clone()];
        let mut before = Vec::new();
        for path in &calls {
            let asked = if path.starts_with("/api") { &mut client } else { &mut anna };
            before.push(asked.get(path).await);
        }
        let broken = |tx: &mut base::Tx<'_>| {
            Ok(tx.script("DROP TABLE session; DROP TABLE opening_entry; DROP TABLE opening;")?)
        };
        stage.app.db.write(broken).await.unwrap();
        for (path, before) in calls.iter().zip(before) {
            let asked = if path.starts_with("/api") { &mut client } else { &mut anna };
            for _ in 0..100 {
                let page = asked.get(path).await;
                assert_eq!((page.status, &page.body), (before.status, &before.body), "{path}");
                let mut knowing = asked.clone().with("if-none-match", page.head("etag"));
                assert_eq!(knowing.get(path).await.status, StatusCode::NOT_MODIFIED, "{path}");
            }
        }
        // Whatever changes something does ask.
        let join = anna.post_form(&format!("{}/join", stage.page), &[]).await;
        assert_eq!(join.status, StatusCode::INTERNAL_SERVER_ERROR);
    });
}

#[test]
fn a_place_in_line_can_be_given_up_on_the_page_and_by_a_program() {
    each(Mode::Fifo, async |mut stage| {
        stage.open();
        let (id, mut anna) = stage.person(1).await;
        let words =
            [("ru", "Выйти из очереди", "Занять очередь"), ("en", "Leave the line", "Join")];
        for (language, leave, join) in words {
            anna = anna.with("accept-language", language);
            anna.post_form(&format!("{}/join", stage.page), &[]).await;
            let page = anna.get(&stage.page).await;
            assert!(page.says(leave), "{}", page.text());
            let left = anna.submit(&page.forms_at("/leave")).await;
            assert_eq!(left.location(), stage.page);
            let page = anna.get(&stage.page).await;
            assert_eq!(stage_of(&page), "open");
            assert!(page.says(join));
            stage.round();
        }
        let place = format!("{}/place", stage.call);
        let joined = post(&anna, &place, &json!({})).await;
        assert_eq!(joined.json()["state"], "waiting", "{}", joined.text());
        let program = program(&stage.app, &id).await;
        let mut leaving = program.clone().with("idempotency-key", "leave");
        for _ in 0..2 {
            let left = leaving.json(Method::DELETE, &place, &json!({})).await;
            assert_eq!(left.status, StatusCode::NO_CONTENT, "{}", left.text());
            assert_eq!(program.clone().get(&place).await.json()["state"], "none");
        }
        let repeated = post(&anna, &place, &json!({})).await;
        assert_eq!(repeated.json()["state"], "none", "the key has joined once");
    });
}

#[test]
fn those_who_wait_are_told_their_place_while_pages_and_holds_are_given_up() {
    each(Mode::Fifo, async |mut stage| {
        stage.open();
        let (id, mut anna) = stage.person(1).await;
        let mut client = program(&stage.app, &id).await;
        let place = format!("{}/place", stage.call);
        anna.post_form(&format!("{}/join", stage.page), &[]).await;
        assert_eq!(anna.get(&stage.page).await.status, StatusCode::OK);
        assert_eq!(client.get(&place).await.status, StatusCode::OK);
        stage.app.gate.set(Share::of(Rate::Hold, 0.0));
        // Who she is, is asked anew after five minutes, but her place in the queue stays.
        stage.app.clock.advance(6 * Instant::MINUTE);
        assert_eq!(stage_of(&anna.get(&stage.page).await), "waiting");
        assert_eq!(client.get(&place).await.json()["state"], "waiting");
        let mut forger = Client::new(&stage.app);
        assert_eq!(forger.get(&stage.page).await.status, StatusCode::SERVICE_UNAVAILABLE);
        forger.cookies.insert("okno".into(), "0".repeat(64));
        assert_eq!(forger.get(&stage.page).await.status, StatusCode::SERVICE_UNAVAILABLE);
        let mut forger = Client::new(&stage.app).with("authorization", "Bearer 0");
        assert_eq!(forger.get(&place).await.status, StatusCode::SERVICE_UNAVAILABLE);
    });
}

#[test]
fn two_hundred_joins_from_many_tabs_are_one_place_and_nobody_shares_it() {
    each(Mode::Fifo, async |mut stage| {
        stage.open();
        let mut programs = Vec::new();
        for number in 1..=3 {
            let id = account(&stage.app, number, Level::Verified).await;
            programs.push(program(&stage.app, &id).await);
        }
        let path = format!("{}/place", stage.call);
        let mut tabs = JoinSet::new();
        for (client, joins) in programs.iter().zip([200, 1, 1]) {
            for _ in 0..joins {
                let (client, path) = (client.clone(), path.clone());
                tabs.spawn(async move { post(&client, &path, &json!({})).await });
            }
        }
        for page in tabs.join_all().await {
            assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        }
        let given = stage.app.db.read(|tx| {
            Ok(tx.one("SELECT count(*) FROM opening_entry", base::args![], |r| r.get::<i64>(0))?)
        });
        assert_eq!(given.await.unwrap(), 3);
        let mut places = Vec::new();
        for client in &mut programs {
            places.push(client.get(&path).await.json()["ahead"].as_u64().unwrap());
        }
        places.sort_unstable();
        assert_eq!(places, [0, 1, 2]);
    });
}

#[test]
fn a_stranger_learns_nothing_of_anybodys_place() {
    each(Mode::Fifo, async |mut stage| {
        stage.open();
        let (_, mut anna) = stage.person(1).await;
        anna.post_form(&format!("{}/join", stage.page), &[]).await;
        assert_eq!(stage_of(&anna.get(&stage.page).await), "waiting");
        let mut guest = Client::new(&stage.app);
        let seen = guest.get(&stage.page).await;
        assert_eq!(stage_of(&seen), "open");
        assert!(!seen.says("Соколова"));
        let refused = guest.get(&format!("{}/place", stage.call)).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        let led = guest.post_form(&format!("{}/join", stage.page), &[]).await;
        assert!(led.location().starts_with("/signin"));
        let (_, mut boris) = stage.person(2).await;
        assert_eq!(stage_of(&boris.get(&stage.page).await), "open");
        // Signed out, the browser's old cookie tells nothing any more.
        let cookie = anna.cookies.clone();
        anna.post_form("/signout", &[]).await;
        anna.cookies = cookie;
        assert_eq!(stage_of(&anna.get(&stage.page).await), "open");
        let low = account(&stage.app, 3, Level::Simplified).await;
        let mut low = browser(&stage.app, &low).await;
        let page = low.get(&stage.page).await;
        assert!(page.says("учётная запись") && page.says("Как повысить уровень"));
        let refused = low.post_form(&format!("{}/join", stage.page), &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn anybody_can_recompute_a_lottery_from_what_the_api_tells() {
    each(Mode::Lottery, async |mut stage| {
        let mut clients = Vec::new();
        for number in 1..=12 {
            let (id, mut client) = stage.person(number).await;
            let page = client.get(&stage.page).await;
            client.submit(&page.forms_at("/join")).await;
            clients.push((id, client));
        }
        assert_eq!(stage_of(&clients[0].1.get(&stage.page).await), "listed");
        let mut guest = Client::new(&stage.app);
        let before = guest.get(&format!("{}/draw", stage.call)).await.json();
        assert_eq!((&before["seed"], &before["entries"]), (&Value::Null, &json!([])));
        let promised = guest.get(&stage.call).await.json()["commitment"].clone();
        stage.open();
        stage.round();
        let proof = guest.get(&format!("{}/draw", stage.call)).await.json();
        let hex = proof["seed"].as_str().unwrap();
        let seed: Vec<u8> =
            (0..32).map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap()).collect();
        let digest: String = Sha256::digest(&seed).iter().map(|x| format!("{x:02x}")).collect();
        assert_eq!(json!(digest), promised);
        let entries = proof["entries"].as_array().unwrap().iter();
        let ids: Vec<&str> = entries.map(|x| x["id"].as_str().unwrap()).collect();
        let mut sorted = ids.clone();
        sorted.sort_by_key(|id| Sha256::digest([&seed[..], id.as_bytes()].concat()));
        assert_eq!((ids.len(), ids), (12, sorted));
        let mut anna = browser(&stage.app, &clients[0].0).await;
        let page = anna.get(&stage.page).await;
        assert_eq!(stage_of(&page), "inside");
        // The page shows the same, and promises nothing that has happened.
        assert!(page.says(hex) && page.says(promised.as_str().unwrap()), "{}", page.text());
        assert!(page.text().contains(&format!("href=\"{}/draw\"", stage.call)));
        assert!(!page.says("После жеребьёвки число опубликуют"));
    });
}

#[test]
fn everything_is_taken_only_when_everything_is_confirmed() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let mut stage = Stage::new(&db, Mode::Fifo);
        stage.receives("tue", 615);
        testing::run(async {
            stage.open();
            let (_, mut anna) = stage.person(1).await;
            let (_, mut boris) = stage.person(2).await;
            assert!(anna.get(&stage.page).await.says("Осталось 1 место."));
            anna.post_form(&format!("{}/join", stage.page), &[]).await;
            boris.post_form(&format!("{}/join", stage.page), &[]).await;
            (0..3).for_each(|_| stage.round());
            let waiting = boris.get(&stage.page).await;
            assert_eq!(stage_of(&waiting), "waiting", "nobody is let in to find nothing");
            assert!(waiting.says("Мест может не хватить"), "whoever is inside comes first");
            let place = format!("/book/{SERVICE}?resource={DESK}&day=2026-12-08");
            let page = anna.get(&place).await;
            let start = times(&page)[0].clone();
            let held = anna.submit(&page.forms_at("/book/").set("start", &start)).await.location();
            (0..4).for_each(|_| stage.round());
            let page = boris.get(&stage.page).await;
            assert_eq!(stage_of(&page), "waiting");
            assert!(
                page.says("Все места заняты, 1 из них ещё не подтверждено."),
                "{}",
                page.text()
            );

            let review = fill_for(&mut anna, &held, "utilities").await.location();
            let review = anna.get(&review).await;
            anna.submit(&review.forms_at("/confirm")).await.location();
            (0..4).for_each(|_| stage.round());
            let page = boris.get(&stage.page).await;
            assert_eq!(stage_of(&page), "sold-out");
            assert!(page.says("Посмотреть другие отделения") && page.says("Позвонить"));
        });
    });
}

#[test]
fn every_release_of_a_guarded_service_becomes_one_opening() {
    each(Mode::Fifo, async |mut stage| {
        let app = stage.app.clone();
        let cx = Cx::new(&app.clock, &app.chance, Actor::Engineer, Channel::Cli);
        let series = Series {
            id: cx.new_id(),
            service: "marriage-registration".into(),
            scope: Scope::Service,
            mode: Mode::Fifo,
            lasts_minutes: 120,
            choose_minutes: 10,
        };
        app.db.write(move |tx| admission::guard(tx, &cx, &series)).await.unwrap();
        (0..6).for_each(|_| stage.round());
        let found = |app: &App| {
            let portal = app.portal();
            let all = portal.openings.of_service("marriage-registration", app.clock.now());
            let one = |x: &Arc<admission::Opening>| {
                let zone = x.zone.iana_name().unwrap_or_default().to_owned();
                (zone, (x.opens.rfc3339(&x.zone), x.from.to_string()))
            };
            all.map(one).collect::<BTreeMap<_, _>>()
        };
        let (first, count) = (found(&app), app.portal().openings.all().len());
        let tomsk = ("2026-12-02T09:00:00+07:00".to_owned(), "2027-12-02".to_owned());
        assert_eq!(first.get("Asia/Tomsk"), Some(&tomsk), "{first:?}");
        assert_eq!((first.len() > 1, first.len() + 1), (true, count), "one in each zone");
        // One that was closed before its moment stays closed: the next one is that of the next day.
        let all = app.portal();
        let one = |x: &&Arc<admission::Opening>| x.zone.iana_name() == Some("Asia/Tomsk");
        let mut ours = all.openings.of_service("marriage-registration", app.clock.now());
        let (id, cx) = (
            ours.find(one).unwrap().id.clone(),
            Cx::new(&app.clock, &app.chance, Actor::Engineer, Channel::Cli),
        );
        drop(ours);
        app.db.write(move |tx| admission::close(tx, &cx, &id)).await.unwrap();
        (0..6).for_each(|_| stage.round());
        assert_eq!(found(&app).get("Asia/Tomsk"), None);
        assert_eq!(app.portal().openings.all().len(), count, "none is announced instead");
        app.clock.advance(24 * Instant::HOUR);
        (0..6).for_each(|_| stage.round());
        let next = ("2026-12-03T09:00:00+07:00".to_owned(), "2027-12-03".to_owned());
        assert_eq!(found(&app).get("Asia/Tomsk"), Some(&next), "{:?}", found(&app));
    });
}

#[test]
fn another_node_knows_the_line_a_round_later_and_nobody_is_let_in_twice() {
    each(Mode::Fifo, async |mut stage| {
        stage.open();
        let db = stage.app.db.clone();
        let start = || testing::app_with(db, |app| app.chance = Chance::seeded(2));
        let other = std::thread::scope(|x| x.spawn(start).join().unwrap());
        other.clock.advance(stage.app.clock.now().0 - BEGIN.0);
        let mut other = Stage {
            app: other,
            opening: stage.opening.clone(),
            keeper: Keeper::default(),
            page: stage.page.clone(),
            call: stage.call.clone(),
        };
        let mut people = Vec::new();
        for number in 1..=30 {
            let (id, _) = stage.person(number).await;
            let joins = if number % 2 == 0 { &stage.app } else { &other.app };
            let client = program(joins, &id).await;
            let place = post(&client, &format!("{}/place", stage.call), &json!({})).await.json();
            assert_eq!(place["state"], "waiting", "known at once on the node that gave it");
            people.push(id);
        }
        stage.round();
        other.round();
        stage.round();
        other.round();
        for node in [&stage, &other] {
            let line = node.app.lines.line(&stage.opening);
            assert_eq!((line.inside(), line.waiting()), (12, 18), "as many as there are places");
        }
        let now = stage.app.clock.now();
        for id in &people {
            let [here, there] =
                [&stage, &other].map(|x| x.app.lines.place(&stage.opening, id, now).unwrap());
            assert_eq!(here, there);
        }
    });
}
