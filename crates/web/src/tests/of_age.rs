//! Who may act for others: what the profile has to say first, and whose papers the staff judge.

use axum::http::StatusCode;
use base::{Actor, Channel, Cx, Id};
use rooms::access::{Place, Role};
use rooms::accounts::{self, Level};
use rooms::identity;
use serde_json::json;

use super::acting::{NEW, PLACE, added, booked, filled};
use super::api;
use super::booking::{self, browser, hold};
use super::roles::given;
use crate::App;

/// The profile of `account` has a birth date.
pub(super) async fn of_age(app: &App, account: &Id) {
    let id = account.clone();
    let born = app.db.read(move |tx| identity::born(tx, &id)).await.unwrap();
    if born.is_none() {
        is_born(app, account, "01.02.1981").await;
    }
}

/// The profile of `account` has this birth date, and the account its level.
pub(super) async fn is_born(app: &App, account: &Id, day: &'static str) {
    let cx = Cx::new(&app.clock, &app.chance, Actor::Account(account.clone()), Channel::Web);
    let id = account.clone();
    let act = move |tx: &mut base::Tx<'_>| {
        let known = identity::profile(tx, &id)?.unwrap();
        let field = |name: &str| match name {
            "date" => day,
            "sex" => "female",
            _ => "гор. Томск",
        };
        let (kind, today) = (identity::Kind::Birth, identity::read::today(cx.now));
        let values = identity::read_datum(kind, field, identity::Beside { born: None, today });
        let (version, values) = (known.version(kind), values.unwrap());
        let datum = identity::Save { account: id.clone(), kind, values, version, agreed: true };
        identity::save(tx, &cx, identity::Ways::default(), &datum)?;
        Ok(known.account.level)
    };
    let level = app.db.write(act).await.unwrap();
    has_level(app, account, level).await;
}

/// The account has this level from now on.
async fn has_level(app: &App, account: &Id, level: Level) {
    let cx = Cx::new(&app.clock, &app.chance, Actor::Engineer, Channel::Cli);
    let id = account.clone();
    let act = move |tx: &mut base::Tx<'_>| accounts::set_level(tx, &cx, &id, level, "test");
    app.db.write(act).await.unwrap();
}

#[test]
fn what_the_profile_lacks_is_said_before_anything_is_typed() {
    booking::each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let page = client.get(&format!("{NEW}?kind=trader")).await;
        assert!(page.says("Сначала укажите дату рождения"), "{}", page.text());
        assert_eq!(page.link("Указать дату рождения"), "/account/profile/birth");
        of_age(&app, &anna).await;
        let page = client.get(&format!("{NEW}?kind=trader")).await;
        assert_eq!(page.link("Указать ИНН"), "/account/profile/inn");
        let inn = client.get("/account/profile/inn").await;
        let inn = inn.form("/account/profile/inn").set("inn.number", "000012345627");
        assert!(client.submit(&inn).await.status.is_redirection());
        let page = client.get(&format!("{NEW}?kind=trader")).await;
        let form = page.form(NEW);
        assert_eq!(form.value("inn"), "000012345627");
        let form = form.set("title", "ИП Гончар").set("ogrnip", "304007700123455");
        let other = client.submit(&form.clone().set("inn", "000098765476")).await;
        assert!(other.says("ИНН предпринимателя — это ваш ИНН"), "{}", other.text());
        let added = client.submit(&form).await;
        assert_eq!(added.location(), "/account/acting?done=added", "{}", added.text());
        let list = client.get("/account/acting").await;
        let files = format!("{}/files", list.link("Исправить"));
        assert!(!list.text().contains(&files));
        let page = client.get(&files).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "nothing was ended");
    });
}

#[test]
fn whoever_is_a_clerk_finds_no_verdict_to_say_of_their_own_paper() {
    booking::each(async |app, anna| {
        of_age(&app, &anna).await;
        given(&app, &anna, Role::Clerk, Place::Site("tomsk-mfc-main".into())).await;
        let mut client = browser(&app, &anna).await;
        let child = added(&mut client, "Михаил", "2019-09-03").await;
        let card = booked(&mut client, 0, &child).await.location().replace("?done=1", "");
        let path = format!("/staff/bookings/{}", card.rsplit('/').next().unwrap());
        let page = client.get(&path).await;
        let opened = client.submit(&page.form(&path).set("reason", "visit")).await;
        let page = client.follow(opened).await;
        assert!(page.says("Решение запишет коллега"), "{}", page.text());
        assert!(page.says("I-ОМ 100001") && !page.text().contains("name=\"verdict\""));
        let wish = [("verdict", "checked"), ("revision", "1")];
        let said = client.post_form(&format!("{path}/mandate"), &wish).await;
        assert!(!said.status.is_redirection(), "{}", said.text());
        assert!(client.get("/account/acting").await.says("Документ ещё не смотрели"));
    });
}

#[test]
fn a_level_that_fell_is_said_at_the_form_with_the_way_back() {
    booking::each(async |app, anna| {
        of_age(&app, &anna).await;
        let mut client = browser(&app, &anna).await;
        let child = added(&mut client, "Михаил", "2019-09-03").await;
        let form_at = hold(&mut client, PLACE, 0).await;
        has_level(&app, &anna, Level::Simplified).await;
        let page = client.get(&form_at).await;
        assert!(page.says("нужна стандартная учётная запись"), "{}", page.text());
        assert_eq!(page.link("Как повысить уровень"), "/account/level");
        let refused = filled(&mut client, &form_at, &child).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says("нужна стандартная учётная запись"), "{}", refused.text());
    });
}

#[test]
fn the_page_and_a_program_say_alike_why_nobody_can_be_acted_for_now() {
    booking::each(async |app, anna| {
        of_age(&app, &anna).await;
        let mut client = browser(&app, &anna).await;
        added(&mut client, "Михаил", "2019-09-03").await;
        let mut program = api::program(&app, &anna).await;
        let one = program.get("/api/v1/mandates").await.json()["items"][0].clone();
        assert_eq!((&one["standing"], &one["obstacle"]), (&json!("live"), &json!(null)));
        assert!(!client.get("/account/acting").await.says("Сейчас действовать нельзя"));

        has_level(&app, &anna, Level::Simplified).await;
        let one = program.get("/api/v1/mandates").await.json()["items"][0].clone();
        assert_eq!((&one["standing"], &one["state"]), (&json!("withheld"), &json!("typed")));
        assert_eq!(one["obstacle"]["code"], "E-MND-08");
        let list = client.get("/account/acting").await;
        let why = one["obstacle"]["detail"].as_str().unwrap();
        assert!(list.says("Сейчас действовать нельзя") && list.says(why), "{}", list.text());

        has_level(&app, &anna, Level::Verified).await;
        is_born(&app, &anna, "01.02.2010").await;
        let one = program.get("/api/v1/mandates").await.json()["items"][0].clone();
        assert_eq!(one["obstacle"]["code"], "E-MND-23");
        let list = client.get("/account/acting").await;
        assert_eq!(list.link("Исправить дату"), "/account/profile/birth");
        let form_at = hold(&mut client, PLACE, 0).await;
        let page = client.get(&form_at).await;
        assert!(page.says("вам ещё нет 18"), "{}", page.text());
        assert_eq!(page.link("Исправить дату"), "/account/profile/birth");
    });
}
