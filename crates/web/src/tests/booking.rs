//! The journey of a citizen through the pages, on both engines, without any script.

use std::sync::Arc;

use base::{Actor, Chance, Channel, Cx, Db, Id, Instant};
use rooms::booking::verify;
use rooms::demo::Timetables;
use rooms::schedule::{self, Target};
use rooms::sessions::Opening;
use rooms::{accounts, booking, demo, sessions};

use crate::App;
use crate::testing::{self, BEGIN, Client, Page};

const SERVICE: &str = "/book/head-reception";
pub(super) const PLACE: &str = "/book/head-reception?site=tomsk-admin-main";

/// The demo's city with nobody in it, and clients who are signed in.
pub(super) fn city(db: &Db) {
    let cx = Cx::new(&base::Clock::fixed(BEGIN), &Chance::seeded(3), Actor::System, Channel::Cli);
    let keep = move |tx: &mut base::Tx<'_>, tables: &Timetables| {
        for (resource, rules) in &tables.rules {
            schedule::save_timetable(tx, &cx, resource, rules)?;
        }
        for (resource, exception, reason) in &tables.exceptions {
            let target = Target::Resource(resource.clone());
            schedule::add_exception(tx, &cx, &target, exception, reason)?;
        }
        Ok(())
    };
    demo::seed(db, jiff::civil::date(2026, 12, 1), keep).unwrap();
    db.write_wait(schedule::seed_calendar).unwrap();
}

pub(super) async fn account(app: &App, number: u8, level: accounts::Level) -> Id {
    let name = |text: &str| accounts::PersonName::parse("name", text).unwrap();
    let phone = format!("+7 900 000-00-{number:02}");
    let new = accounts::NewAccount {
        surname: name("Соколова"),
        name: name("Анна"),
        patronymic: name("Ивановна"),
        phone: accounts::Phone::parse("phone", &phone).unwrap(),
        email: None,
        email_verified: false,
        password_hash: None,
        level,
        lang: texts::Lang::Ru,
    };
    let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Cli);
    app.db.write(move |tx| accounts::add(tx, &cx, &new)).await.unwrap()
}

/// A browser in which this account is signed in, proved by the best there is.
pub(super) async fn browser(app: &Arc<App>, account: &Id) -> Client {
    browser_with(app, account, sessions::Factor::Strong).await
}

/// A browser in which this account is signed in by the password and `factor`.
pub(super) async fn browser_with(app: &Arc<App>, account: &Id, factor: sessions::Factor) -> Client {
    let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Cli);
    let account = account.clone();
    let proof = sessions::Proof::now(cx.now, factor, false);
    let opening = Opening { device: "", place: None, on: None, proof, trusted_for: None };
    let open = move |tx: &mut base::Tx<'_>| sessions::enter(tx, &cx, &account, &opening);
    let token = app.db.write(open).await.unwrap();
    let mut client = Client::new(app);
    client.cookies.insert("okno".into(), token);
    client
}

/// Runs the story with a portal on each engine.
pub(super) fn each(story: impl AsyncFn(Arc<App>, Id)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app(db.clone());
        testing::run(async {
            let anna = account(&app, 1, accounts::Level::Verified).await;
            story(app.clone(), anna).await;
        });
        let now = app.clock.now();
        assert_eq!(db.read_wait(move |tx| verify(tx, now)).unwrap(), []);
    });
}

/// The values of all times that a page offers.
pub(super) fn times(page: &Page) -> Vec<String> {
    let radios = page.text().split("name=\"start\" value=\"").skip(1);
    radios.filter_map(|x| x.split('"').next()).map(|x| x.replace("&#43;", "+")).collect()
}

pub(super) async fn hold(client: &mut Client, place: &str, which: usize) -> String {
    let page = client.get(place).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let start = times(&page).get(which).expect("a free time").clone();
    let form = page.forms_at("/book/").set("start", &start);
    let held = client.submit(&form).await;
    held.location()
}

async fn fill(client: &mut Client, form_at: &str) -> Page {
    fill_for(client, form_at, "budget").await
}

pub(super) async fn fill_for(client: &mut Client, form_at: &str, purpose: &str) -> Page {
    let page = client.get(form_at).await;
    let form = page.form(form_at).set("purpose", purpose).set("consent", "1");
    let form = form.set("phone", "+7 900 000-00-01");
    let form = answer_questions(&page, form);
    client.submit(&form).await
}

/// Answers whatever the service asks for itself.
fn answer_questions(page: &Page, form: testing::FilledForm) -> testing::FilledForm {
    let own = page.text().split("name=\"f.").skip(1).filter_map(|x| x.split('"').next());
    own.fold(form, |form, name| {
        let name = format!("f.{name}");
        if form.value(&name).is_empty() {
            form.set(&name, "Дорога у школы")
        } else {
            form
        }
    })
}

pub(super) async fn book(client: &mut Client, which: usize) -> String {
    let form_at = hold(client, PLACE, which).await;
    let review = fill(client, &form_at).await.location();
    let page = client.get(&review).await;
    let confirm = page.forms_at("/confirm");
    let done = client.submit(&confirm).await;
    done.location().replace("?done=1", "")
}

#[test]
fn a_visit_to_the_head_of_administration_is_booked_moved_cancelled_and_booked_again() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        // Where, at which office: every step is a page of its own.
        let regions = client.get(SERVICE).await;
        let region = client.get(&regions.link("Томская область")).await;
        let offices = client.get(&region.link("Томск")).await;
        let month = client.get(&offices.link("Администрация округа Ясный, Томск")).await;
        assert!(month.says("Когда вам удобно прийти?"), "{}", month.text());
        // A time is held at once.
        let form_at = hold(&mut client, PLACE, 0).await;
        let page = client.get(&form_at).await;
        assert!(page.says("держим за вами до"), "the hold is in sight");
        // Everything that is wrong is said at once, and what was typed comes back.
        let form = page.form(&form_at).set("detail", "О дороге").set("phone", "12");
        let refused = client.submit(&form.unset("consent").unset("purpose")).await;
        assert_eq!(refused.status, 422);
        let back = refused.form(&form_at);
        assert_eq!((back.value("detail"), back.value("phone")), ("О дороге", "12"));
        for field in ["#purpose", "#phone", "#consent"] {
            assert!(refused.text().contains(&format!("href=\"{field}\"")), "{field}");
        }
        let review = fill(&mut client, &form_at).await.location();
        let page = client.get(&review).await;
        assert!(page.says("О дороге"), "the draft was kept");
        let confirm = page.forms_at("/confirm");
        let done = client.submit(&confirm).await.location();
        // A second click meets the first answer.
        assert_eq!(client.submit(&confirm).await.location(), done);
        let card = client.get(&done).await;
        assert!(card.says("Ожидает подтверждения"), "this office confirms by hand");
        assert!(card.says("Осталось") || card.says("осталось 3 переноса из 3"));
        // The ticket and the calendar.
        let booking = done.replace("?done=1", "");
        let pdf = client.get(&format!("{booking}/ticket.pdf")).await;
        assert!(pdf.body.starts_with(b"%PDF") && pdf.head("content-type") == "application/pdf");
        let calendar = client.get(&format!("{booking}/calendar.ics")).await;
        assert!(calendar.text().contains("STATUS:TENTATIVE"));
        // Another time: the old code is dead.
        let code =
            |page: &Page| page.text().split("class=\"code\">").nth(1).unwrap()[..15].to_owned();
        let old = code(&card);
        let page = client.get(&format!("{booking}/move")).await;
        let later = times(&page)[2].clone();
        let moved = client.submit(&page.forms_at("/move").set("start", &later)).await;
        let card = client.get(&moved.location()).await;
        assert_ne!(code(&card), old);
        assert!(card.says("осталось 2 переноса из 3"), "{}", card.text());
        // Cancelled; the same visit can be booked anew at once.
        let page = client.get(&format!("{booking}/cancel")).await;
        let form = page.form(&format!("{booking}/cancel")).set("reason", "Передумала");
        let list = client.submit(&form).await.location();
        assert!(client.get(&list).await.says("Запись отменена"));
        let card = client.get(&booking).await;
        assert!(card.says("Отменена вами") && card.says("Передумала"));
        let again = client.submit(&card.form(&format!("{booking}/repeat"))).await.location();
        assert!(again.contains("draft="), "{again}");
        let form_at = hold(&mut client, &again, 0).await;
        let page = client.get(&form_at).await;
        assert_eq!(page.form(&form_at).value("detail"), "О дороге", "the old data are there");
        let list = client.get("/bookings?state=cancelled").await;
        assert!(list.says("Отменена вами"));
    });
}

#[test]
fn a_hold_that_ran_out_says_so_and_keeps_what_was_typed() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let form_at = hold(&mut client, PLACE, 0).await;
        fill(&mut client, &form_at).await;
        app.clock.advance(16 * Instant::MINUTE);
        let page = client.get(&form_at).await;
        assert!(page.says("Всё, что вы ввели, сохранено"));
        let refused = client.post_form(&form_at.replace("form", "confirm"), &[]).await;
        assert_eq!(refused.status, 410);
        let again = page.link("Выбрать время заново");
        let fresh = hold(&mut client, &again, 0).await;
        let page = client.get(&fresh).await;
        assert_eq!(page.form(&fresh).value("purpose"), "budget");
    });
}

#[test]
fn two_people_want_the_same_time_and_the_second_sees_what_is_left() {
    each(async |app, anna| {
        let boris = account(&app, 2, accounts::Level::Verified).await;
        let (mut first, mut second) = (browser(&app, &anna).await, browser(&app, &boris).await);
        let page = second.get(PLACE).await;
        let wanted = times(&page)[0].clone();
        hold(&mut first, PLACE, 0).await;
        let form = page.forms_at("/book/").set("start", &wanted);
        let refused = second.submit(&form).await;
        assert_eq!(refused.status, 409);
        assert!(!times(&refused).contains(&wanted) && !times(&refused).is_empty());
        assert!(refused.text().contains("role=\"alert\""));
    });
}

#[test]
fn a_guest_is_led_through_the_sign_in_and_back_to_the_chosen_time() {
    each(async |app, anna| {
        let mut guest = Client::new(&app);
        let page = guest.get(PLACE).await;
        let wanted = times(&page)[1].clone();
        let form = page.forms_at("/book/").set("start", &wanted);
        let signin = guest.submit(&form).await.location();
        assert!(signin.starts_with("/signin?next="), "{signin}");
        let next = signin.split_once("next=").unwrap().1.to_owned();
        let next = percent_encoding::percent_decode_str(&next).decode_utf8().unwrap().into_owned();
        let mut client = browser(&app, &anna).await;
        let page = client.get(&next).await;
        assert_eq!(page.forms_at("/book/").value("start"), wanted, "the wish is still marked");
    });
}

#[test]
fn a_low_level_is_told_before_and_leads_to_the_page_of_levels_after_the_choice() {
    each(async |app, _| {
        let low = account(&app, 9, accounts::Level::Simplified).await;
        let mut client = browser(&app, &low).await;
        let page = client.get(PLACE).await;
        assert!(page.says("Как повысить уровень"));
        // Also whoever goes there at once finds the way back.
        let raise = page.text().split("formaction=\"").nth(1).and_then(|x| x.split('"').next());
        let raise = raise.unwrap().replace("&#38;", "&");
        let led = client.post_form(&raise, &[]).await.location();
        assert!(client.get(&led).await.says("Запомнили вашу запись"));
        let back = client.get("/account/level/resume").await.location();
        assert!(!times(&client.get(&back).await).is_empty(), "{back}");
        client.post_form("/account/level/leave", &[]).await.location();
        let form = page.forms_at("/book/").set("start", &times(&page)[0]);
        let led = client.submit(&form).await.location();
        assert!(led.starts_with("/account/level?next=/book/head-reception"), "{led}");
        assert!(client.get(&led).await.says("Запомнили вашу запись"));
    });
}

#[test]
fn strangers_and_nonsense_get_clear_answers() {
    each(async |app, anna| {
        let boris = account(&app, 2, accounts::Level::Verified).await;
        let (mut owner, mut stranger) = (browser(&app, &anna).await, browser(&app, &boris).await);
        let booking = book(&mut owner, 0).await;
        for path in ["", "/ticket.pdf", "/calendar.ics", "/move", "/cancel", "/form", "/review"] {
            let page = stranger.get(&format!("{booking}{path}")).await;
            assert_eq!(page.status, 404, "{path}");
        }
        for path in ["/move", "/cancel", "/repeat", "/contacts", "/confirm", "/extend", "/release"]
        {
            let page = stranger.post_form(&format!("{booking}{path}"), &[("start", "x|y")]).await;
            assert_eq!(page.status, 404, "{path}");
        }
        for start in [
            "",
            "x",
            "tomsk-admin-main-01|yesterday",
            "tomsk-admin-main-01|2020-01-01T10:00:00+07:00",
        ] {
            let page = owner.post_form(PLACE, &[("start", start)]).await;
            assert_eq!(page.status, 422, "{start}");
            assert!(page.text().contains("role=\"alert\""), "{start}");
        }
        for query in [
            "month=2026-13",
            "month=0001-01",
            "month=9999-12",
            "day=2026-02-31",
            "day=%00",
            "view=table&month=x",
            "purpose=nothing",
            "month=-5",
        ] {
            let page = owner.get(&format!("{PLACE}&{query}")).await;
            assert_eq!(page.status, 200, "{query}");
        }
        for path in [
            "/book/nothing",
            "/book/head-reception?site=nothing",
            "/book/head-reception?resource=nothing",
            "/book/head-reception?locality=nothing",
            "/book/head-reception?region=00",
            "/bookings/nothing",
            "/slots/events?service=nothing",
        ] {
            assert_eq!(owner.get(path).await.status, 404, "{path}");
        }
    });
}

#[test]
fn the_qr_of_a_ticket_says_whether_it_is_the_newest() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let booking = book(&mut client, 0).await;
        let id = booking.trim_start_matches("/bookings/").to_owned();
        let token = async || {
            let (id, anna) = (id.clone(), anna.clone());
            let found = app.db.read(move |tx| booking::of_account(tx, &anna, &id)).await.unwrap();
            let portal = app.portal();
            let seen = crate::papers::Seen::of(&found, "", &portal).unwrap();
            let link = crate::papers::qr_text(&app, &seen).unwrap();
            link.trim_start_matches("http://okno.test").to_owned()
        };
        let first = token().await;
        let mut desk = Client::new(&app);
        assert!(desk.get(&first).await.says("Талон подлинный и действует"));
        let page = client.get(&format!("{booking}/move")).await;
        let later = times(&page)[2].clone();
        client.submit(&page.forms_at("/move").set("start", &later)).await.location();
        assert!(desk.get(&first).await.says("заменён"));
        assert!(desk.get(&token().await).await.says("Талон подлинный и действует"));
        let mut forged = first.clone().into_bytes();
        let last = forged.len() - 3;
        forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).unwrap();
        assert!(desk.get(&forged).await.says("не талон"));
    });
}

#[test]
fn the_table_shows_dates_times_services_and_rooms() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let page = client.get(&format!("{PLACE}&view=table")).await;
        assert!(page.says("Свободное время на две недели") && page.says("301"));
        let link = page.text().split("class=\"slot\" href=\"").nth(1).unwrap();
        let link = link.split('"').next().unwrap().replace("&#38;", "&");
        let page = client.get(&link).await;
        assert!(!page.forms_at("/book/").value("start").is_empty(), "the time is chosen");
    });
}
