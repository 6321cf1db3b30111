//! What a service asks of a person beside the level, through the pages: an address of registration, an
//! age.

use std::sync::Arc;

use axum::http::StatusCode;
use base::{Db, Id, Instant};
use rooms::access::{Place, Role};
use rooms::accounts::Level;
use rooms::catalogue::{self, AddressNeed, AgeUnit, Ages, Rules};
use rooms::identity::Ways;
use serde_json::json;

use super::booking::{PLACE, account, browser, city, fill_for, hold, times};
use super::identity::{type_all, type_in};
use super::roles::{given, person};
use super::{acting, api, of_age};
use crate::App;
use crate::testing::{self, Client, Page, run};

const CENTRE: &str = "tomsk-mfc-main";
const SERVICE: &str = "head-reception";
const HOME: &[(&str, &str)] = &[
    ("index", "634050"),
    ("region", "Томская область"),
    ("locality", "Томск"),
    ("street", "ул. Садовая"),
    ("house", "14"),
];

/// The service on other terms.
pub(super) fn ruled(db: &Db, code: &'static str, change: impl Fn(&mut Rules) + Send + 'static) {
    db.write_wait(move |tx| {
        let all = catalogue::load(tx)?;
        let mut service = all.service(code).unwrap().as_ref().clone();
        change(&mut service.passport.rules);
        catalogue::save_service(tx, &service)
    })
    .unwrap();
}

/// The story on both engines, of Anna and of somebody at a service centre.
fn each(
    rules: impl Fn(&mut Rules) + Clone + Send + 'static,
    story: impl AsyncFn(&Arc<App>, Id, Id),
) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        ruled(&db, SERVICE, rules.clone());
        let ways = Ways { registry: true, letters: true, ..Ways::default() };
        let app = testing::app_with(db, |app| app.ways = ways);
        run(async {
            let anna = account(&app, 1, Level::Verified).await;
            let clerk = person(&app, "79220000001", ("Логинова", "Тамара")).await;
            given(&app, &clerk, Role::ServiceCentre, Place::Site(CENTRE.into())).await;
            story(&app, anna, clerk).await;
        });
    });
}

/// Wishes the first free time; gives where that leads.
async fn wish(client: &mut Client) -> Page {
    let page = client.get(PLACE).await;
    let start = times(&page)[0].clone();
    client.submit(&page.forms_at("/book/").set("start", &start).set("purpose", "budget")).await
}

/// Anna shows her passport at a centre; whoever is there ticks the address, too.
async fn shows_her_passport(app: &App, anna: &mut Client, desk: &mut Client) {
    app.clock.advance(Instant::SECOND);
    let page = anna.get("/account/level").await;
    assert!(page.says("Как подтвердить адрес"), "{}", page.text());
    anna.submit(&page.form("/account/level/visit").set("consent-visit", "1")).await.location();
    let page = anna.get("/account/level").await;
    let code = page.text().split("<p class=\"code num\">").nth(1).unwrap();
    let code = code.split('<').next().unwrap();
    let form = desk.get("/staff/identity").await.form("/staff/identity").set("code", code);
    let at = desk.submit(&form).await.location();
    let page = desk.get(&at).await;
    desk.submit(&page.form(&format!("{at}/look"))).await.location();
    let page = desk.get(&at).await;
    assert!(page.says("ул. Садовая") && page.says("на странице регистрации тот же адрес"));
    assert!(!page.says("В свидетельстве о временной регистрации"), "it was never typed");
    let form = page.form(&format!("{at}/confirm"));
    let form = form.set("passport", "1").set("snils", "1").set("face", "1");
    let done = desk.submit(&form.set("registration", "1")).await;
    assert_eq!(done.location(), "/staff/identity?done=passed");
}

#[test]
fn a_service_for_a_proved_address_waits_until_it_is_and_goes_on_where_it_stopped() {
    let proved = |rules: &mut Rules| rules.address = Some(AddressNeed::Proved);
    each(proved, async |app, anna, clerk| {
        let (mut client, mut desk) = (browser(app, &anna).await, browser(app, &clerk).await);
        let page = client.get("/services/head-reception").await;
        assert!(page.says("Адрес регистрации") && page.says("Должен быть подтверждён"));
        let led = wish(&mut client).await.location();
        assert!(
            led.starts_with("/account/profile/registration?next=/book/head-reception"),
            "{led}"
        );
        let page = client.get(&led).await;
        assert!(page.says("Запомнили вашу запись") && page.says("Нужен адрес регистрации"));
        type_all(&mut client).await;
        type_in(&mut client, "registration", HOME).await.location();
        let page = client.get("/account/profile").await;
        assert!(page.says("Указан, не подтверждён"), "{}", page.text());
        assert_eq!(page.link("Подтвердить: Адрес регистрации"), "/account/level#address");

        let led = wish(&mut client).await.location();
        assert!(led.starts_with("/account/level?next=/book/head-reception"), "{led}");
        assert!(client.get(&led).await.says("Нужен подтверждённый адрес регистрации"));
        shows_her_passport(app, &mut client, &mut desk).await;
        let page = client.get("/account/profile").await;
        assert!(page.says("Сверено с документами") && page.says("Теперь всё готово"));
        let back = client.submit(&page.form("/account/level/resume")).await.location();
        let page = client.get(&back).await;
        let form = page.forms_at("/book/");
        assert_eq!(form.value("purpose"), "budget", "{back}");
        let form_at = client.submit(&form).await.location();
        let page = client.get(&form_at).await;
        assert!(page.says("ул. Садовая") && page.says("Подтверждён"), "{}", page.text());
        let review = fill_for(&mut client, &form_at, "budget").await.location();
        let page = client.get(&review).await;
        assert!(page.says("ул. Садовая"), "the address is on the last look");

        // A change is warned of and costs the proof; the held time is refused, and its form kept.
        let path = "/account/profile/registration";
        let page = client.get(path).await;
        assert!(page.says("Адрес придётся подтвердить заново"), "{}", page.text());
        let moved = page.form(path).set("registration.house", "15");
        let page = client.submit(&moved).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody agreed");
        assert_eq!(page.form(path).value("registration.house"), "15", "what was typed stays");
        client.submit(&page.form(path).set("agree", "1")).await.location();
        assert!(client.get("/account").await.says("Подтверждённая"), "the level stays");
        let confirm = form_at.replace("/form", "/confirm");
        let form = client.get(&review).await.form(&confirm);
        let led = client.submit(&form).await.location();
        assert_eq!(led, crate::next::with("/account/level", &form_at));
        shows_her_passport(app, &mut client, &mut desk).await;
        let back = client.get("/account/level/resume").await.location();
        assert_eq!(back, form_at, "back to the same draft");
        let page = client.get(&back).await;
        assert!(
            page.says("Адрес в личных данных изменился") && page.says(", д. 15"),
            "{}",
            page.text()
        );
        assert_eq!(page.form(&form_at).value("purpose"), "budget");
        let review = client.submit(&page.form(&form_at)).await.location();
        let form = client.get(&review).await.form(&confirm);
        let done = client.submit(&form).await;
        assert!(done.location().ends_with("?done=1"));
    });
}

#[test]
fn a_form_with_an_address_that_the_profile_has_no_more_is_refused_until_it_is_looked_at() {
    let stated = |rules: &mut Rules| rules.address = Some(AddressNeed::Stated);
    each(stated, async |app, anna, _| {
        let mut client = browser(app, &anna).await;
        type_in(&mut client, "registration", HOME).await.location();
        let form_at = hold(&mut client, PLACE, 0).await;
        let stale = client.get(&form_at).await.form(&form_at);
        let review = fill_for(&mut client, &form_at, "budget").await.location();
        let page = client.get(&review).await;
        let moved = [("house", "15")];
        type_in(&mut client, "registration", &moved).await.location();
        let confirm = form_at.replace("/form", "/confirm");
        let refused = client.submit(&page.form(&confirm)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says("Адрес в личных данных изменился"), "{}", refused.text());
        let again = client.submit(&stale.set("purpose", "budget").set("consent", "1")).await;
        assert!(again.says("Адрес в личных данных изменился"), "the window is an old one");
        let review = fill_for(&mut client, &form_at, "budget").await.location();
        let form = client.get(&review).await.form(&confirm);
        let done = client.submit(&form).await;
        assert!(done.location().ends_with("?done=1"), "{}", done.text());
    });
}

#[test]
fn a_program_is_told_the_same_of_addresses_and_ages() {
    let rules = |rules: &mut Rules| {
        rules.address = Some(AddressNeed::Proved);
        rules.ages = Some(Ages { from: Some(18), to: None, unit: AgeUnit::Years });
    };
    each(rules, async |app, anna, _| {
        let mut program = api::program(app, &anna).await;
        let service = program.get("/api/v1/services/head-reception").await.json();
        assert_eq!(service["rules"]["address"], "proved");
        assert_eq!(service["rules"]["ages"], json!({"from": 18, "to": null, "unit": "years"}));
        let path = "/api/v1/slots?service=head-reception&site=tomsk-admin-main";
        let slot = program.get(path).await.json()["slots"][0].clone();
        let wish =
            json!({"service": SERVICE, "resource": slot["resource"], "start": slot["start"]});
        let refused = api::post(&program, "one", "/holds", &wish).await;
        assert_eq!(
            (refused.status, &refused.json()["code"]),
            (StatusCode::CONFLICT, &json!("E-ADR-02"))
        );
        let mut client = browser(app, &anna).await;
        type_in(&mut client, "registration", HOME).await.location();
        let refused = api::post(&program, "two", "/holds", &wish).await;
        assert_eq!(refused.json()["code"], "E-ADR-03");
    });
}

/// Opens a form, fills it in and gives the answer; `more`: fields beside the usual ones.
async fn filled(client: &mut Client, form_at: &str, more: &[(&str, &str)]) -> Page {
    let page = client.get(form_at).await;
    let form = page.form(form_at).set("purpose", "budget").set("consent", "1");
    let form = form.set("phone", "+7 900 000-00-01").set("f.subject", "Дорога у школы");
    client.submit(&more.iter().fold(form, |form, x| form.set(x.0, x.1))).await
}

#[test]
fn a_birth_date_that_nobody_knows_is_asked_and_counts_on_the_day_of_the_visit() {
    let ages = |rules: &mut Rules| {
        rules.ages = Some(Ages { from: Some(18), to: Some(35), unit: AgeUnit::Years });
    };
    each(ages, async |app, anna, _| {
        let mut client = browser(app, &anna).await;
        let page = client.get("/services/head-reception").await;
        assert!(page.says("людям от 18 до 35 лет включительно"), "{}", page.text());
        let form_at = hold(&mut client, PLACE, 0).await;
        assert!(client.get(&form_at).await.says("Услугу оказывают людям от 18 до 35 лет"));
        let empty = filled(&mut client, &form_at, &[]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.says("Дата рождения того, кто придёт: Заполните"), "{}", empty.text());
        let child = filled(&mut client, &form_at, &[("born", "01.09.2015")]).await;
        assert!(child.says("Не подходит по возрасту"), "{}", child.text());
        let review = filled(&mut client, &form_at, &[("born", "17.04.1995")]).await.location();
        let page = client.get(&review).await;
        assert!(page.says("17 апреля 1995"), "{}", page.text());
        // What the profile says counts more than what a form said.
        let birth = &[("date", "17.04.1988"), ("sex", "female"), ("place", "гор. Томск")];
        type_in(&mut client, "birth", birth).await.location();
        let refused = client.submit(&page.forms_at("/confirm")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.says("Не подходит по возрасту: услугу оказывают людям от 18 до 35 лет"),
            "{}",
            refused.text()
        );
        let form = client.get(&form_at).await;
        assert!(!form.says("Дата рождения того, кто придёт"), "nobody asks what is known");
    });
}

#[test]
fn a_child_is_of_the_right_age_or_the_field_says_why_not() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        ruled(&db, "mfc-visit", |rules| {
            rules.ages = Some(Ages { from: Some(3), to: Some(7), unit: AgeUnit::Years });
        });
        let app = testing::app(db);
        run(async {
            let anna = account(&app, 1, Level::Verified).await;
            of_age::of_age(&app, &anna).await;
            let mut client = browser(&app, &anna).await;
            let page = client.get("/services/mfc-visit").await;
            assert!(page.says("детям от 3 до 7 лет включительно"), "{}", page.text());
            let small = acting::added(&mut client, "Михаил", "2019-09-03").await;
            let big = acting::added(&mut client, "Пётр", "2016-09-03").await;
            let refused = acting::booked(&mut client, 0, &small).await;
            assert!(refused.status.is_redirection(), "{}", refused.text());
            let form_at = hold(&mut client, acting::PLACE, 1).await;
            let refused = acting::filled(&mut client, &form_at, &big).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            let says = "Для кого вы записываетесь: Не подходит по возрасту: услугу оказывают детям от 3 до 7 лет";
            assert!(refused.says(says), "{}", refused.text());
        });
    });
}

#[test]
fn what_a_mandate_says_of_a_child_is_not_asked_again() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app(db);
        run(async {
            let anna = account(&app, 1, Level::Verified).await;
            of_age::of_age(&app, &anna).await;
            let mut client = browser(&app, &anna).await;
            let portal = app.portal();
            let code = "doctor-paediatrician";
            let site = portal.city.offices.sites_in_region(code, "70").next().unwrap();
            let place = format!("/book/{code}?site={}", site.id);
            acting::added(&mut client, "Михаил", "2019-09-03").await;
            let form_at = hold(&mut client, &place, 0).await;
            let page = client.get(&form_at).await;
            let form = page.form(&form_at);
            assert_eq!(form.value("f.child-name"), "Соколов Михаил Андреевич");
            assert_eq!(form.value("f.child-birthdate"), "2019-09-03");
            assert_eq!(form.value("f.child-sex"), "boy");

            // Of several the chosen one answers what was left empty, and nothing that was typed.
            let small = acting::added(&mut client, "Пётр", "2018-02-01").await;
            let page = client.get(&form_at).await;
            assert!(page.says("подставим сами"), "{}", page.text());
            let form = page.form(&form_at);
            assert_eq!(form.value("f.child-name"), "");
            let purpose = page.text().split("name=\"purpose\" value=\"").nth(1).unwrap();
            let form = form.set("purpose", purpose.split('"').next().unwrap());
            let form = form.set("phone", "+7 900 000-00-01").set("consent", "1");
            let form = form.set("participant", &small).set("f.child-name", "Соколов Пётр");
            let review = client.submit(&form).await.location();
            let page = client.get(&review).await;
            assert!(page.says("2018-02-01") && page.says("Мальчик"), "{}", page.text());
            assert!(page.says("Соколов Пётр") && !page.says("2019-09-03"));

            // What the mandate says of one child is no answer for another, on the page and in the act.
            let other = form.set("f.child-name", "Соколов Михаил Андреевич");
            let page = client.submit(&other).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.says("Не совпадает с данными"), "{}", page.text());
            assert!(page.text().contains("href=\"#f.child-name\""));
            let mut program = api::program(&app, &anna).await;
            let hold = form_at.split('/').nth(2).unwrap();
            let mut wish = api::form_of(&mut program, code, &json!(hold)).await;
            wish["on_behalf_of"] = small.as_str().into();
            wish["fields"] = json!({ "child-name": "Соколов Михаил", "child-sex": "boy",
                                     "child-birthdate": "01.02.2018" });
            let refused = api::post(&program, "other", "/bookings", &wish).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
            assert!(refused.text().contains("E-MND-21"), "{}", refused.text());
            assert!(refused.text().contains("fields.child-name"), "{}", refused.text());
        });
    });
}

#[test]
fn ones_own_policy_is_not_kept_of_somebody_else() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app(db);
        run(async {
            let anna = account(&app, 1, Level::Verified).await;
            of_age::of_age(&app, &anna).await;
            let mut client = browser(&app, &anna).await;
            let own = "7780 1234 5678 9016";
            type_in(&mut client, "policy", &[("number", own)]).await.location();
            let child = acting::added(&mut client, "Михаил", "2019-09-03").await;
            let portal = app.portal();
            let code = "doctor-therapist";
            let site = portal.city.offices.sites_in_region(code, "70").next().unwrap();
            let form_at = hold(&mut client, &format!("/book/{code}?site={}", site.id), 0).await;
            let page = client.get(&form_at).await;
            let form = page.form(&form_at);
            assert_eq!(form.value("f.policy"), "", "nobody said for whom");
            let purpose = page.text().split("name=\"purpose\" value=\"").nth(1).unwrap();
            let form = form.set("purpose", purpose.split('"').next().unwrap());
            let form = form.set("phone", "+7 900 000-00-01").set("consent", "1");

            // For oneself it need not be typed.
            let review = client.submit(&form.clone().set("participant", "self")).await.location();
            assert!(client.get(&review).await.says("7780"), "{review}");
            assert_eq!(client.get(&form_at).await.form(&form_at).value("f.policy"), own);

            // As a page of before has it: the number is one's own, the visit the child's.
            let theirs = form.clone().set("participant", &child).set("detail", "Кашель");
            let page = client.submit(&theirs.set("f.policy", "7780123456789016")).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.text().contains("href=\"#f.policy\""), "{}", page.text());
            let again = page.form(&form_at);
            assert_eq!((again.value("f.policy"), again.value("detail")), ("", "Кашель"));
            let review = client.submit(&again).await.location();
            let page = client.get(&review).await;
            assert!(page.says("Кашель") && !page.says("7780"), "{}", page.text());
        });
    });
}

#[test]
fn after_a_new_password_the_bookings_are_there_to_be_looked_at() {
    super::booking::each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let booking = super::booking::book(&mut client, 0).await;
        let form = client.get("/account/password").await.form("/account/password");
        let answer = client.submit(&form.set("password", "Совсем новый7!")).await;
        assert_eq!(answer.location(), "/account/devices?done=password");
        let page = client.follow(answer).await;
        assert!(page.says("Проверьте, всё ли на месте"), "{}", page.text());
        assert_eq!(page.link("Приём главы администрации"), booking);
        assert_eq!(page.link("Все записи"), "/bookings");
        assert!(!client.get("/account/devices").await.says("Проверьте, всё ли на месте"));
    });
}
