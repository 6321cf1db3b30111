//! Ways to the level «verified»: a visit to a service centre and a registered letter; the nearest
//! centres.

use std::sync::Arc;

use axum::http::StatusCode;
use base::{Id, Instant};
use rooms::access::{Place, Role};
use rooms::accounts::Level;
use rooms::identity::{Reply, Ways};

use super::booking::{account, browser, city};
use super::identity::{check, checked, raise, type_all, type_in};
use super::roles::{given, person};
use crate::App;
use crate::testing::{self, Client, run};

const CENTRE: &str = "tomsk-mfc-main";

/// The story on both engines, of Anna and of somebody at a service centre.
fn each(story: impl AsyncFn(&Arc<App>, Id, Id)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let ways = Ways { registry: true, letters: true, ..Ways::default() };
        let app = testing::app_with(db, |app| app.ways = ways);
        run(async {
            let anna = account(&app, 1, Level::Simplified).await;
            let clerk = person(&app, "79220000001", ("Логинова", "Тамара")).await;
            given(&app, &clerk, Role::ServiceCentre, Place::Site(CENTRE.into())).await;
            story(&app, anna, clerk).await;
        });
    });
}

/// The code that Anna's page shows.
async fn code(client: &mut Client) -> String {
    type_all(client).await;
    shown(client).await
}

/// The code of somebody whose data are all there.
async fn shown(client: &mut Client) -> String {
    let page = client.get("/account/level").await;
    let form = page.form("/account/level/visit");
    let refused = client.submit(&form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "no consent");
    assert!(refused.text().contains("id=\"consent-visit-error\""), "{}", refused.text());
    let page = client.submit(&form.set("consent-visit", "1")).await;
    assert_eq!(page.location(), "/account/level#way-visit");
    let page = client.get("/account/level").await;
    let code = page.text().split("<p class=\"code num\">").nth(1).unwrap();
    code.split('<').next().unwrap().to_owned()
}

/// Somebody at a centre has Anna's data before them; where.
async fn looked(anna: &mut Client, desk: &mut Client) -> String {
    let code = code(anna).await;
    found(desk, &code).await
}

/// Somebody at a centre has noted a look at whoever shows this code; where.
async fn found(desk: &mut Client, code: &str) -> String {
    let form = desk.get("/staff/identity").await.form("/staff/identity").set("code", code);
    let at = desk.submit(&form).await.location();
    let page = desk.get(&at).await;
    desk.submit(&page.form(&format!("{at}/look"))).await.location();
    at
}

/// Somebody at a centre has compared Anna's papers.
pub(super) async fn compared(anna: &mut Client, desk: &mut Client) {
    let at = looked(anna, desk).await;
    confirmed(desk, &at).await;
}

async fn confirmed(desk: &mut Client, at: &str) {
    let form = desk.get(at).await.form(&format!("{at}/confirm"));
    let form = form.set("passport", "1").set("snils", "1").set("face", "1");
    assert_eq!(desk.submit(&form).await.location(), "/staff/identity?done=passed");
}

#[test]
fn somebody_at_a_centre_compares_the_papers_and_the_level_is_the_highest() {
    each(async |app, anna, clerk| {
        let (mut anna, mut desk) = (browser(app, &anna).await, browser(app, &clerk).await);
        let code = code(&mut anna).await;
        let page = desk.get("/staff/identity").await;
        let form = page.form("/staff/identity");
        let page = desk.submit(&form.clone().set("code", "0000-0000")).await;
        assert!(page.says("Такого кода нет"));
        let at = desk.submit(&form.set("code", &code.to_lowercase())).await.location();
        let page = desk.get(&at).await;
        assert!(!page.says("112-233-445 95"), "nothing before the look is noted");
        assert!(!page.says("Соколова"));
        let form = page.form(&format!("{at}/look"));
        desk.submit(&form).await.location();
        desk.submit(&form).await.location();
        let looks = app.db.read(|tx| {
            Ok(tx.one("SELECT count(*) FROM visit_look", base::args![], |r| r.get::<i64>(0))?)
        });
        assert_eq!(looks.await.unwrap(), 1, "two presses are one look");
        let page = desk.get(&at).await;
        for words in ["112-233-445 95", "17.04.1988", "Соколова", "100001"] {
            assert!(page.says(words), "{words}");
        }
        let form = page.form(&format!("{at}/confirm"));
        let page = desk.submit(&form.clone().set("passport", "1")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "not all was compared");
        let form = form.set("passport", "1").set("snils", "1").set("face", "1");
        assert_eq!(desk.submit(&form).await.location(), "/staff/identity?done=passed");
        assert!(anna.get("/account").await.says("Подтверждённая"));
        assert!(anna.get("/account/profile").await.says("Сверено с документами"));
        let page = anna.get("/account/looks").await;
        assert!(page.says("Сверка документов: видел паспорт, СНИЛС"));
        assert_eq!(desk.get(&at).await.status, StatusCode::NOT_FOUND, "it is over");
    });
}

#[test]
fn a_withdrawn_consent_ends_the_visit_and_the_page_of_levels_says_so() {
    each(async |app, anna, clerk| {
        let (mut anna, mut desk) = (browser(app, &anna).await, browser(app, &clerk).await);
        let code = code(&mut anna).await;
        assert!(anna.get("/account/level").await.says("код действует до "));
        let at = found(&mut desk, &code).await;
        let form = anna.get("/account/data").await.form("/account/data/consent");
        let form = form.press("Отозвать");
        assert_eq!(anna.submit(&form).await.location(), "/account/data?done=consent");
        let page = anna.get("/account/level").await;
        assert!(page.says("Вы отозвали согласие на подтверждение личности"), "{}", page.text());
        assert!(!page.says(&code));
        assert_eq!(desk.get(&at).await.status, StatusCode::NOT_FOUND);
        let form = desk.get("/staff/identity").await.form("/staff/identity");
        assert!(desk.submit(&form.set("code", &code)).await.says("Такого кода нет"));
        // What was begun later comes after what is over.
        app.clock.advance(Instant::SECOND);
        shown(&mut anna).await;
    });
}

#[test]
fn a_refusal_at_the_desk_is_read_in_the_cabinet() {
    each(async |app, anna, clerk| {
        let (mut anna, mut desk) = (browser(app, &anna).await, browser(app, &clerk).await);
        let at = looked(&mut anna, &mut desk).await;
        let form = desk.get(&at).await.form(&format!("{at}/refuse"));
        assert_eq!(desk.submit(&form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let form = form.set("reason", "В паспорте другая дата выдачи");
        assert_eq!(desk.submit(&form).await.location(), "/staff/identity?done=refused");
        let page = anna.get("/account/level").await;
        assert!(page.says("Не подтверждено") && page.says("В паспорте другая дата выдачи"));
    });
}

#[test]
fn what_was_typed_below_a_look_that_is_over_is_there_after_the_next() {
    each(async |app, anna, clerk| {
        let (mut anna, mut desk) = (browser(app, &anna).await, browser(app, &clerk).await);
        let at = looked(&mut anna, &mut desk).await;
        let form = desk.get(&at).await.form(&format!("{at}/refuse"));
        for _ in 0..2 {
            app.clock.advance(8 * Instant::MINUTE);
            desk.get("/staff/identity").await;
        }
        let words = "В паспорте другая дата выдачи";
        let late = desk.submit(&form.set("reason", words)).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", late.text());
        assert!(!late.says("112-233-445 95"), "the look is over");
        let answer = desk.submit(&late.form(&format!("{at}/look"))).await;
        let page = desk.follow(answer).await;
        assert!(page.says("112-233-445 95") && page.says(words), "{}", page.text());
        let form = page.form(&format!("{at}/refuse"));
        assert_eq!(desk.submit(&form).await.location(), "/staff/identity?done=refused");
    });
}

#[test]
fn what_was_changed_after_the_look_is_looked_at_anew_and_no_tick_stays() {
    each(async |app, anna, clerk| {
        let (mut anna, mut desk) = (browser(app, &anna).await, browser(app, &clerk).await);
        let at = looked(&mut anna, &mut desk).await;
        let first = desk.get(&at).await.form(&format!("{at}/confirm"));
        type_in(&mut anna, "passport", &CHANGED).await;
        // A tick too few, and all of them: neither leads past the new data.
        let ticks: [&[&str]; 2] = [&["passport", "snils"], &["passport", "snils", "face"]];
        for ticked in ticks {
            let form = ticked.iter().fold(first.clone(), |form, x| form.set(x, "1"));
            let page = desk.submit(&form).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.says("Данные изменились"), "{}", page.text());
            assert!(page.forms(&format!("{at}/confirm")).is_empty(), "{}", page.text());
            assert!(!page.says("100002") && !page.text().contains(" checked"));
            desk.submit(&page.form(&format!("{at}/look"))).await.location();
            let page = desk.get(&at).await;
            assert!(page.says("100002") && !page.text().contains(" checked"));
        }
        confirmed(&mut desk, &at).await;
    });
}

/// Another passport of Anna's.
const CHANGED: [(&str, &str); 5] = [
    ("series", "0008"),
    ("number", "100002"),
    ("issued_on", "20.05.2008"),
    ("issuer", "ОВД города Томска"),
    ("subdivision", "000001"),
];

#[test]
fn papers_are_compared_at_service_centres_and_by_nobody_else() {
    each(async |app, anna, _| {
        let page = Client::new(app).get("/staff/identity").await;
        assert!(page.location().starts_with("/signin"), "a guest");
        let page = browser(app, &anna).await.get("/staff/identity").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "a citizen");
        for (n, (role, site, code)) in [
            (Role::Clerk, CENTRE, "E-ROLE-01"),
            (Role::ServiceCentre, "tomsk-admin-main", "E-ACC-18"),
        ]
        .into_iter()
        .enumerate()
        {
            let other = person(app, &format!("7922000001{n}"), ("Другая", "Анна")).await;
            let grant = given(app, &other, role, Place::Site(CENTRE.into())).await;
            // As if the site had stopped being a centre.
            let card = format!("/staff/people/{grant}");
            app.db
                .write(move |tx| {
                    let sql = "UPDATE staff_grant SET place_id = $2 WHERE id = $1";
                    Ok(tx.exec(sql, base::args![&grant, site])?)
                })
                .await
                .unwrap();
            let mut desk = browser(app, &other).await;
            for path in ["/staff/identity", "/staff/letters"] {
                let page = desk.get(path).await;
                assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?} {path}");
                assert!(page.says(code), "{role:?} {path}");
            }
            let admin = person(app, &format!("7922000002{n}"), ("Главная", "Анна")).await;
            given(app, &admin, Role::PortalAdmin, Place::Portal).await;
            let page = browser(app, &admin).await.get(&card).await;
            let idle = page.says("больше не отмечено как центр");
            assert_eq!(idle, role == Role::ServiceCentre, "{}", page.text());
        }
    });
}

#[test]
fn a_registered_letter_goes_from_the_printer_to_the_highest_level() {
    each(async |app, anna, clerk| {
        let (mut client, mut desk) = (browser(app, &anna).await, browser(app, &clerk).await);
        type_all(&mut client).await;
        raise(app, &anna, Level::Standard).await;
        let order = client.get("/account/level").await.form("/account/level/letter");
        let order = order.set("consent-letter", "1");
        let page = client.submit(&order).await;
        assert!(page.says("Не хватает адреса регистрации"));
        let home: &[_] = &[
            ("index", "634050"),
            ("region", "Томская область"),
            ("locality", "Томск"),
            ("house", "3"),
        ];
        type_in(&mut client, "registration", home).await.location();
        client.submit(&order).await.location();
        assert!(client.get("/account/level").await.says("Письмо готовится"));
        let page = desk.get("/staff/letters").await;
        assert!(!page.says("Соколова"), "the list names nobody");
        let printed = desk.submit(&page.forms_at("/print")).await;
        assert_eq!(printed.head("content-type"), "application/pdf");
        assert!(printed.body.starts_with(b"%PDF"));
        assert!(!page.says("Напечатано"));
        let again = desk.get("/staff/letters").await;
        assert!(again.says("Напечатано") && !again.says("Соколова"), "{}", again.text());
        let handed = page.forms_at("/handed");
        let page = desk.submit(&handed).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        // The summary leads to the field of this letter, which is marked and named by its letter.
        let field = page.text().split("href=\"#track-").nth(1).unwrap();
        let field = format!("track-{}", field.split('"').next().unwrap());
        assert!(page.text().contains(&format!("id=\"{field}\"")), "{}", page.text());
        let marked = format!("aria-describedby=\"{field}-error\" aria-invalid=\"true\"");
        assert!(page.text().contains(&marked), "{}", page.text());
        assert!(page.says("Почтовый номер письма"), "{}", page.text());
        let page = desk.submit(&handed.clone().set("track", "80090650210000")).await;
        assert!(page.says("В номере опечатка") && page.text().contains("80090650210000"));
        let answer = desk.submit(&handed.set("track", "80090650210009")).await;
        assert_eq!(answer.location(), "/staff/letters?done=handed-over");
        let page = client.get("/account/level").await;
        assert!(page.says("Письмо в пути") && page.says("80090650210009"), "{}", page.text());
        let again = desk.get("/staff/letters").await.forms_at("/number");
        assert!(desk.submit(&again.clone().set("track", "1")).await.says("14 цифр"));
        let answer = desk.submit(&again.set("track", "ra473124829ru")).await;
        assert_eq!(answer.location(), "/staff/letters?done=renumbered");
        let told = app.db.read(testkit::letters).await.unwrap();
        let told = told.into_iter().find(|x| x.0 == "identity-letter-number").unwrap();
        assert_eq!(told.1["track"], "RA473124829RU");
        let page = client.get("/account/level").await;
        assert!(page.says("RA473124829RU"), "{}", page.text());
        let form = page.form("/account/level/letter/code");
        let page = client.submit(&form.clone().set("code", "00000-00000")).await;
        assert!(page.says("Осталось попыток: 9"));
        let page = client.submit(&form.clone().set("code", "00000-00000")).await;
        assert!(page.says("Осталось попыток: 8"), "a wrong try stays counted");
        let page = desk.get("/staff/letters").await;
        desk.submit(&page.forms_at("/delivered")).await.location();
        assert!(client.get("/account/level").await.says("Письмо вручено"));
        assert!(client.get("/account/looks").await.says("Печать письма с кодом"));
    });
}

#[test]
fn an_account_climbs_level_by_level_and_leaps_over_none() {
    each(async |app, anna, clerk| {
        let mut client = browser(app, &anna).await;
        let page = client.get("/account").await;
        assert!(page.says("Упрощённая"));
        type_all(&mut client).await;
        let page = client.get("/account/level").await;
        assert!(page.forms("/account/level/letter").is_empty(), "the letter is for later");
        let leapt = client.post_form("/account/level/letter", &[("consent-letter", "1")]).await;
        assert_eq!(leapt.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(leapt.says("Письмо можно заказать после проверки по реестрам"), "{}", leapt.text());
        let typed =
            client.post_form("/account/level/letter/code", &[("code", "00000-00000")]).await;
        assert!(typed.says("Сейчас нет письма"), "{}", typed.text());
        assert!(client.get("/account").await.says("Упрощённая"));

        check(app, &mut client, Reply::MATCH).await;
        assert!(client.get("/account").await.says("Стандартная"), "no higher than that");
        let page = client.get("/account/level").await;
        assert!(page.forms("/account/level/registry").is_empty(), "registries lead no further");
        let again = client.post_form("/account/level/registry", &[("consent", "1")]).await;
        checked(app, Reply::MATCH);
        assert!(again.status.is_redirection() && client.get("/account").await.says("Стандартная"));
        let code = shown(&mut client).await;
        let mut desk = browser(app, &clerk).await;
        let at = found(&mut desk, &code).await;
        confirmed(&mut desk, &at).await;
        let page = client.get("/account").await;
        assert!(page.says("Подтверждённая"), "{}", page.text());
        let page = client.get("/account/level").await;
        assert!(page.forms("/account/level/visit").is_empty(), "there is nothing above");
    });
}

#[test]
fn the_nearest_centres_come_first_and_stand_on_a_map_of_our_own() {
    let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
    city(&db);
    let app = testing::app(db);
    run(async {
        let mut client = Client::new(&app);
        let page = client.get("/centres").await;
        assert!(
            page.says("Ближайшие центры") && !page.text().contains("<circle class=\"map-pin\"")
        );
        // «634050, Томск, ул. Садовая, 14»: a whole address.
        let typed = "634050%2C+%D0%A2%D0%BE%D0%BC%D1%81%D0%BA%2C+%D1%83%D0%BB.+%D0%A1%D0%B0%D0%B4";
        let page = client.get(&format!("/centres?q={typed}")).await;
        assert!(page.says("Расстояния отсюда: Томск"));
        assert!(page.text().contains("<circle class=\"map-pin\""), "pins are drawn");
        let first = page.text().find("Томск, ул.").unwrap();
        let far = page.text().find("Москва,");
        assert!(far.is_none_or(|far| first < far));
        let page = client.get("/centres?q=%D0%9D%D0%B8%D0%B3%D0%B4%D0%B5").await;
        assert!(page.says("Такого места не нашли"));
    });
}
