//! Somebody who has lost every way in comes to a service centre with the passport, and finishes alone.

use std::sync::Arc;

use axum::http::StatusCode;
use base::{Id, Instant};
use rooms::access::{Place, Role};
use rooms::accounts::Level;
use rooms::identity::Ways;

use super::booking::{account, browser, city};
use super::factors::code;
use super::roles::{given, person};
use super::ways::compared;
use crate::App;
use crate::testing::{self, Client, FilledForm, Page, run};

const CENTRE: &str = "tomsk-mfc-main";
const NEW: &str = "+7 999 000-11-22";

/// The story on both engines, of Anna, whose papers were compared, and of somebody at a service centre.
fn each(story: impl AsyncFn(&Arc<App>, Id, Id)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app_with(db, |app| app.ways = Ways::default());
        run(async {
            let anna = account(&app, 1, Level::Simplified).await;
            let clerk = person(&app, "79220000001", ("Логинова", "Тамара")).await;
            given(&app, &clerk, Role::ServiceCentre, Place::Site(CENTRE.into())).await;
            let mut desk = browser(&app, &clerk).await;
            compared(&mut browser(&app, &anna).await, &mut desk).await;
            story(&app, anna, clerk).await;
        });
    });
}

/// What the clerk types for Anna.
async fn asked(desk: &mut Client) -> FilledForm {
    let form = desk.get("/staff/restore").await.form("/staff/restore");
    form.set("aim", "restore")
        .set("surname", "Соколова")
        .set("identifier", "112-233-445 95")
        .set("seen", "paper")
        .set("paper", "0008 100001")
        .set("reason", "Потеряла телефон, номер отключён")
}

/// The code on the sheet.
fn on_paper(page: &Page) -> String {
    let code = page.text().split("<p class=\"h2 num nowrap\">").nth(1).unwrap();
    code.split('<').next().unwrap().to_owned()
}

/// Types the code on the sheet, and the code that comes to the contact.
async fn brings(app: &App, client: &mut Client, paper: &str, contact: &str) -> Page {
    let form = client.get("/recover/desk").await.form("/recover/desk");
    let form = form.set("code", paper).set("contact", contact).set("shared", "1");
    let answer = client.submit(&form).await;
    assert_eq!(answer.location(), "/recover/desk/code", "{}", answer.text());
    let form = client.follow(answer).await.form("/recover/desk/code");
    let form = form.set("code", &code(app).await);
    app.clock.advance(Instant::SECOND);
    client.submit(&form).await
}

#[test]
fn a_passport_at_a_centre_a_new_phone_and_a_day_lead_back_in() {
    each(async |app, anna, clerk| {
        let (mut owner, mut desk) = (browser(app, &anna).await, browser(app, &clerk).await);
        let form = desk.get("/staff/restore").await.form("/staff/restore");
        let faults = desk.submit(&form).await;
        assert_eq!(faults.status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["aim", "surname", "identifier", "seen", "reason"] {
            assert!(faults.text().contains(&format!("href=\"#{field}\"")), "{field}");
        }
        let right = asked(&mut desk).await;
        let page = desk.submit(&right).await;
        assert!(page.says("Отдайте код человеку") && page.says("/recover/desk"));
        for secret in ["Анна", "900 000"] {
            assert!(!page.says(secret), "nothing of the account is shown: {secret}");
        }
        let paper = on_paper(&page);
        assert!(owner.get("/account/looks").await.says("Помог вернуть доступ"));

        let mut client = Client::new(app);
        let at = client.get("/recover").await.link("У меня есть код из центра обслуживания");
        let form = client.get(&at).await.form("/recover/desk").set("contact", "кто-то");
        let wrong = client.submit(&form).await;
        assert!(wrong.says("Заполните это поле") && wrong.text().contains("href=\"#contact\""));
        let none = client.submit(&form.clone().set("code", "нет").set("contact", NEW)).await;
        assert!(none.says("Такого кода нет"));
        let page = brings(app, &mut client, &paper, NEW).await;
        assert!(page.says("Осталось подождать"), "{}", page.text());
        assert!(owner.get("/account/security").await.says("Кто-то восстанавливает доступ"));

        app.clock.advance(Instant::DAY);
        let mut client = Client::new(app);
        let answer = brings(app, &mut client, &paper, "").await;
        assert_eq!(answer.location(), "/account/password");
        assert!(!client.cookies.contains_key("okno-device"), "it was somebody else's computer");
        let form = client.follow(answer).await.form("/account/password");
        let answer = client.submit(&form.set("password", "Совсем новый7!")).await;
        assert_eq!(answer.location(), "/account/review");
        let page = client.follow(answer).await;
        assert!(page.says("Проверьте контакты") && page.says("+7 999 000-11-22"));
        assert!(page.says("Проверьте, всё ли на месте"), "{}", page.text());
        assert!(client.get("/account").await.says("После восстановления доступа"));
        let answer = client.submit(&page.form("/account/review")).await;
        let page = client.follow(answer).await;
        assert!(page.says("Контакты проверены") && !page.says("После восстановления доступа"));
        assert!(page.says("Стандартная"), "what was confirmed in person is confirmed anew");
        assert_eq!(owner.get("/account").await.location(), "/signin?next=/account&ended=1");
    });
}

#[test]
fn the_owner_stops_what_was_begun_and_strangers_are_answered_alike() {
    each(async |app, anna, clerk| {
        let (mut owner, mut desk) = (browser(app, &anna).await, browser(app, &clerk).await);
        let right = asked(&mut desk).await;
        let page = desk.submit(&right).await;
        let paper = on_paper(&page);
        assert_eq!(
            on_paper(&desk.submit(&right).await),
            paper,
            "a second press gives the same code"
        );
        for (field, value) in
            [("surname", "Петрова"), ("paper", "0008 100002"), ("identifier", "001-001-999 65")]
        {
            let other = desk.submit(&right.clone().set(field, value)).await;
            let code = on_paper(&other);
            assert_eq!(other.text().replace(&code, ""), page.text().replace(&paper, ""), "{field}");
        }
        let mut stranger = Client::new(app);
        brings(app, &mut stranger, &paper, NEW).await;
        const STOP: &str = "/account/security/wait";
        // Every page of the cabinet warns its owner, and nobody else's page.
        for path in ["/account", "/account/profile", "/account/security", "/bookings"] {
            let page = owner.get(path).await;
            assert!(page.says("Кто-то восстанавливает доступ"), "{path}");
            assert!(page.text().contains(STOP), "{path}");
        }
        let page = owner.get("/account/devices").await;
        assert!(page.says("Остановить восстановление") && page.text().matches(STOP).count() == 2);
        assert!(!desk.get("/account").await.says("Кто-то восстанавливает доступ"));
        assert!(!stranger.get("/recover/desk").await.says("Кто-то восстанавливает доступ"));
        let form = page.form(STOP);
        assert!(stranger.submit(&form).await.location().starts_with("/signin?"));
        // A session that was left open proves nothing.
        app.clock.advance(Instant::MINUTE * 20);
        assert!(owner.submit(&form).await.location().starts_with("/signin/again"));
        assert!(owner.get("/account").await.says("Кто-то восстанавливает доступ"));
        let mut owner = browser(app, &anna).await;
        let page = owner.get("/bookings").await;
        let answer = owner.submit(&page.form(STOP)).await;
        assert_eq!(answer.location(), "/account/security?done=wait-stopped");
        let page = owner.follow(answer).await;
        assert!(page.says("остановлено") && !page.says("Кто-то восстанавливает доступ"));
        app.clock.advance(Instant::DAY);
        let mut client = Client::new(app);
        let form = client.get("/recover/desk").await.form("/recover/desk").set("code", &paper);
        assert!(client.submit(&form).await.says("Такого кода нет"));

        // A call gives no code, and sessions end at the person's word.
        let mut desk = browser(app, &clerk).await;
        let call = asked(&mut desk).await;
        let call = call.set("seen", "call").set("paper", "").set("identifier", "+79000000001");
        let page = desk.submit(&call).await;
        assert!(page.says("как вернуть доступ") && !page.says("Код для возвращения"));
        let mut owner = browser(app, &anna).await;
        let page = desk.submit(&call.set("aim", "sessions")).await;
        assert!(page.says("все входы в неё завершены"));
        assert!(owner.get("/account").await.location().starts_with("/signin"));
        let mut again = browser(app, &anna).await;
        assert!(again.get("/account/looks").await.says("Завершил все входы"));
    });
}

#[test]
fn only_service_centres_and_the_portals_administrators_help() {
    each(async |app, anna, _| {
        let page = browser(app, &anna).await.get("/staff/restore").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        let places = [
            (Role::PortalAdmin, Place::Portal, None),
            (Role::Clerk, Place::Site(CENTRE.into()), Some("E-ROLE-01")),
            (Role::ServiceCentre, Place::Site("tomsk-admin-main".into()), Some("E-ACC-18")),
        ];
        for (n, (role, place, refused)) in places.into_iter().enumerate() {
            let other = person(app, &format!("7922000001{n}"), ("Другая", "Анна")).await;
            let centre = Place::Site(CENTRE.into());
            let at = if role == Role::ServiceCentre { centre } else { place.clone() };
            let grant = given(app, &other, role, at).await;
            // As if the site had stopped being a centre.
            app.db
                .write(move |tx| {
                    let sql = "UPDATE staff_grant SET place_id = $2 WHERE id = $1";
                    Ok(tx.exec(sql, base::args![&grant, place.id()])?)
                })
                .await
                .unwrap();
            let page = browser(app, &other).await.get("/staff/restore").await;
            assert_eq!(page.status.is_success(), refused.is_none(), "{role:?}");
            assert!(refused.is_none_or(|code| page.says(code)), "{role:?}");
        }
    });
}
