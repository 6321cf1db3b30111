//! Data of one's papers and ways to a higher level, as people click them.

use std::sync::Arc;

use axum::http::StatusCode;
use base::{Actor, Channel, Cx, Id, Instant};
use rooms::accounts::{self, Level};
use rooms::identity::{Asked, Checker, Registry, RegistryFault, Reply, Ways};

use super::booking::{account, browser, city, times};
use crate::App;
use crate::testing::{self, Client, Page, run};

/// The story on both engines, of somebody of the simplified level.
fn each(story: impl AsyncFn(&Arc<App>, Id)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app =
            testing::app_with(db, |app| app.ways = Ways { registry: true, ..Ways::default() });
        run(async {
            let anna = account(&app, 1, Level::Simplified).await;
            story(&app, anna).await;
        });
    });
}

/// What Anna's papers say, as she types it.
const PAPERS: [(&str, &[(&str, &str)]); 3] = [
    ("birth", &[("date", "17.04.1988"), ("sex", "female"), ("place", "гор. Томск")]),
    ("snils", &[("number", "11223344595")]),
    (
        "passport",
        &[
            ("series", "0008"),
            ("number", "100001"),
            ("issued_on", "20.05.2008"),
            ("issuer", "ОВД города Томска"),
            ("subdivision", "000001"),
        ],
    ),
];

pub(super) async fn type_in(client: &mut Client, kind: &str, typed: &[(&str, &str)]) -> Page {
    let path = format!("/account/profile/{kind}");
    let form = client.get(&path).await.form(&path);
    let form = typed.iter().fold(form, |form, x| form.set(&format!("{kind}.{}", x.0), x.1));
    client.submit(&form).await
}

pub(super) async fn type_all(client: &mut Client) {
    for (kind, typed) in PAPERS {
        let answer = type_in(client, kind, typed).await;
        assert_eq!(answer.location(), format!("/account/profile?saved={kind}"));
    }
}

/// A registry that answers at once.
struct Played(Reply);

impl Registry for Played {
    fn ask(&self, asked: &Asked) -> Result<String, RegistryFault> {
        Ok(asked.id.clone())
    }

    fn poll(&self, _: &str) -> Result<Reply, RegistryFault> {
        Ok(self.0.clone())
    }
}

/// The worker, minutes later.
pub(super) fn checked(app: &Arc<App>, reply: Reply) {
    for _ in 0..3 {
        app.clock.advance(5 * Instant::MINUTE);
        let (db, clock, chance) = (&app.db, &app.clock, &app.chance);
        let registry = Played(reply.clone());
        let checker = Checker { db, clock, chance, registry: &registry };
        // It waits for the database, as only a thread of its own may.
        std::thread::scope(|scope| scope.spawn(|| checker.run_once().unwrap()).join().unwrap());
    }
}

pub(super) async fn check(app: &Arc<App>, client: &mut Client, reply: Reply) {
    let page = client.get("/account/level").await;
    let form = page.form("/account/level/registry").set("consent", "1");
    assert_eq!(client.submit(&form).await.location(), "/account/level#way-registry");
    checked(app, reply);
}

#[test]
fn somebody_fills_in_their_data_bit_by_bit_and_always_sees_what_is_missing() {
    each(async |app, anna| {
        let mut client = browser(app, &anna).await;
        let page = client.get("/account/profile").await;
        assert!(page.says("Осталось заполнить") && page.says("не заполнено"));
        assert_eq!(page.link("СНИЛС"), "/account/profile/snils");
        let page = type_in(&mut client, "snils", &[("number", "112-233-445 96")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.says("Номер СНИЛС: В СНИЛС не сходится контрольная сумма"), "{}", page.text());
        let form = page.form("/account/profile/snils");
        assert_eq!(form.value("snils.number"), "112-233-445 96", "what was typed stays");
        type_all(&mut client).await;
        let page = client.get("/account/profile").await;
        assert!(page.says("Всё заполнено") && page.says("•••-•••-445 95"));
        assert!(!page.text().contains("100001"), "the overview shows no whole number");
        let form = client.get("/account/profile/passport").await.form("/account/profile/passport");
        assert_eq!(form.value("passport.issued_on"), "20.05.2008");
        assert_eq!(client.get("/account/profile/nothing").await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn two_windows_lose_nothing_of_each_other() {
    each(async |app, anna| {
        let mut client = browser(app, &anna).await;
        let path = "/account/profile/inn";
        let (one, two) = (client.get(path).await.form(path), client.get(path).await.form(path));
        client.submit(&one.set("inn.number", "000012345627")).await.location();
        let page = client.submit(&two.set("inn.number", "000098765476")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.says("в другом окне") && page.says("Сейчас сохранено: 000012345627"));
        let again = page.form(path);
        assert_eq!(again.value("inn.number"), "000098765476");
        client.submit(&again).await.location();
        assert!(client.get("/account/profile").await.says("••••••••5476"));
    });
}

#[test]
fn the_registries_raise_the_level_and_a_changed_paper_lowers_it_after_a_warning() {
    each(async |app, anna| {
        let mut client = browser(app, &anna).await;
        let page = client.get("/account/level").await;
        assert!(page.says("Проверка по реестрам") && page.says("Осталось заполнить"));
        // What each level opens, and with which way to begin.
        assert!(page.says("Проще всего начать с проверки по реестрам"));
        assert!(page.text().contains("<details><summary>Открывает"), "the services of a level");
        assert!(page.forms("/account/level/registry").is_empty());
        type_all(&mut client).await;
        let page = client.get("/account/level").await;
        let form = page.form("/account/level/registry");
        let refused = client.submit(&form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "no consent");
        client.submit(&form.set("consent", "1")).await.location();
        let page = client.get("/account").await;
        assert!(page.says("Подтверждение личности"), "apart from the consents of the registration");
        assert!(client.get("/account/level").await.says("Страницу можно закрыть"));
        assert!(client.get("/account/profile").await.says("Проверяем"));
        let fields = vec!["passport.subdivision".to_owned()];
        checked(app, Reply::Mismatch { fields });
        let page = client.get("/account/level").await;
        assert!(page.says("Не совпало"));
        assert_eq!(page.link("Паспорт: код подразделения"), "/account/profile/passport");
        let page = client.get("/account/profile").await;
        assert!(page.says("в этих полях у них другое") && !page.says("Всё заполнено"));
        assert_eq!(page.link("Паспорт: код подразделения"), "/account/profile/passport");
        let answer = type_in(&mut client, "passport", &[("subdivision", "000-002")]).await;
        assert_eq!(answer.location(), "/account/profile?saved=passport&asked=1");
        checked(app, Reply::MATCH);
        let page = client.get("/account/profile").await;
        assert!(page.says("Проверено 1 декабря"));
        assert!(client.get("/account").await.says("Стандартная"));

        // Half an hour later: a fresh proof.
        let mut client = browser(app, &anna).await;
        let path = "/account/profile/passport";
        let page = client.get(path).await;
        assert!(page.says("После изменения понадобится новая проверка"));
        let changed = page.form(path).set("passport.number", "100002");
        let page = client.submit(&changed).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody agreed");
        let answer = client.submit(&page.form(path).set("agree", "1")).await;
        assert_eq!(answer.location(), "/account/profile?saved=passport&asked=1");
        assert!(client.get("/account").await.says("Упрощённая"));
        checked(app, Reply::MATCH);
        assert!(client.get("/account").await.says("Стандартная"));
    });
}

#[test]
fn what_the_registries_do_not_find_is_told_until_all_of_it_is_typed_anew() {
    each(async |app, anna| {
        let mut client = browser(app, &anna).await;
        type_all(&mut client).await;
        let fields = ["passport.number", "birth.place"].map(str::to_owned).to_vec();
        check(app, &mut client, Reply::Mismatch { fields }).await;
        type_in(&mut client, "passport", &[("number", "100002")]).await;
        let page = client.get("/account/profile").await;
        assert!(page.says("Не совпало") && !page.says("Всё заполнено"), "{}", page.text());
        assert!(page.link("место рождения").ends_with("/birth"));
        assert!(!page.says("Паспорт: номер"), "what was corrected is no doubt");
        check(app, &mut client, Reply::Unknown).await;
        let page = client.get("/account/profile").await;
        assert!(page.says("Не нашли") && !page.says("Всё заполнено"), "{}", page.text());
        assert_eq!(page.link("Всё верно?"), "/account/level");
        type_in(&mut client, "snils", &[("number", "001-001-999 65")]).await;
        assert!(client.get("/account/profile").await.says("Всё заполнено"));
    });
}

#[test]
fn a_check_after_a_change_waits_for_the_consent_that_was_withdrawn() {
    each(async |app, anna| {
        let mut client = browser(app, &anna).await;
        type_all(&mut client).await;
        check(app, &mut client, Reply::MATCH).await;
        let form = client.get("/account/data").await.form("/account/data/consent");
        client.submit(&form.press("Отозвать")).await.location();
        let mut client = browser(app, &anna).await;
        let path = "/account/profile/passport";
        let form = client.get(path).await.form(path).set("passport.number", "100002");
        let answer = client.submit(&form.set("agree", "1")).await;
        assert_eq!(answer.location(), "/account/profile?saved=passport&agree=1");
        let page = client.follow(answer).await;
        assert!(page.says("вашего согласия на неё сейчас нет"), "{}", page.text());
        assert_eq!(page.link("Проверить данные"), "/account/level");
        checked(app, Reply::MATCH);
        assert!(client.get("/account").await.says("Упрощённая"), "nobody was asked");
        check(app, &mut client, Reply::MATCH).await;
        assert!(client.get("/account").await.says("Стандартная"));
    });
}

#[test]
fn a_passport_that_serves_no_more_is_told_with_the_way_to_its_form() {
    each(async |app, anna| {
        let mut client = browser(app, &anna).await;
        type_all(&mut client).await;
        assert!(client.get("/account/profile").await.says("Всё заполнено"));
        // She is 45, and has got no new one.
        app.clock.advance(7 * 366 * Instant::DAY);
        let mut client = browser(app, &anna).await;
        let page = client.get("/account/profile").await;
        assert!(page.says("Паспорт недействителен с") && !page.says("Всё заполнено"));
        assert!(!page.says("запишитесь"), "nobody books here");
        assert_eq!(page.link("Паспорт: дата выдачи"), "/account/profile/passport");
        let page = client.get("/account/level").await;
        for way in ["registry", "visit"] {
            assert!(page.forms(&format!("/account/level/{way}")).is_empty(), "{way}");
        }
        let given = [("consent", "1"), ("consent-visit", "1")];
        for way in ["registry", "visit"] {
            let page = client.post_form(&format!("/account/level/{way}"), &given).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.says("Паспорт недействителен с"));
            assert_eq!(page.link("Паспорт: дата выдачи"), "/account/profile/passport");
        }
    });
}

#[test]
fn a_change_of_what_a_level_rests_on_asks_for_a_fresh_proof_and_keeps_what_was_typed() {
    each(async |app, anna| {
        let mut client = browser(app, &anna).await;
        type_all(&mut client).await;
        check(app, &mut client, Reply::MATCH).await;
        let path = "/account/profile/snils";
        let form = client.get(path).await.form(path).set("snils.number", "087-654-303 00");
        app.clock.advance(Instant::HOUR);
        let mut client = browser(app, &anna).await;
        app.clock.advance(20 * Instant::MINUTE);
        let led = client.submit(&form.set("agree", "1")).await.location();
        assert!(led.starts_with("/signin/again?next=/account/profile/snils%3Fkept%3D"), "{led}");
        let back = led.split("next=").nth(1).unwrap();
        let back = back.replace("%3F", "?").replace("%3D", "=");
        let form = client.get(&back).await.form(path);
        assert_eq!(form.value("snils.number"), "087-654-303 00");
    });
}

#[test]
fn an_interrupted_booking_waits_until_the_level_is_enough() {
    each(async |app, anna| {
        let mut client = browser(app, &anna).await;
        let place = "/book/head-reception?site=tomsk-admin-main";
        let page = client.get(place).await;
        assert!(page.says("Как повысить уровень"));
        let start = times(&page)[2].clone();
        let form = page.forms_at("/book/").set("start", &start).set("purpose", "budget");
        let led = client.submit(&form).await.location();
        assert!(led.starts_with("/account/level?next=/book/head-reception"), "{led}");
        let page = client.get(&led).await;
        assert!(page.says("Запомнили вашу запись"));
        assert!(page.says("Даст уровень «Стандартная»") && !page.says("нужен ещё один"));
        let place = |way: &str| page.text().find(&format!("id=\"way-{way}\"")).unwrap();
        assert!(place("visit") < place("registry"), "first what reaches the level that is needed");
        raise(app, &anna, Level::Standard).await;
        let page = client.get("/account/level").await;
        assert!(page.says("Для этой записи нужен ещё один: «Подтверждённая». К нему ведут: визит"));
        type_all(&mut client).await;
        // Minutes later, somewhere else on the portal.
        raise(app, &anna, Level::Verified).await;
        let page = client.get("/bookings").await;
        assert!(page.says("Теперь всё готово") && page.says("Продолжить запись"));
        let linked = client.get("/account/level/resume").await.location();
        let back = client.submit(&page.form("/account/level/resume")).await.location();
        assert_eq!(linked, back, "the link of a message leads there, too");
        let page = client.get(&back).await;
        let form = page.forms_at("/book/");
        assert_eq!(
            (form.value("start"), form.value("purpose")),
            (start.as_str(), "budget"),
            "{back}"
        );
        let held = client.submit(&form).await.location();
        assert!(held.starts_with("/bookings/") && held.ends_with("/form"), "{held}");
        assert!(!client.get("/bookings").await.says("Теперь всё готово"));
    });
}

pub(super) async fn raise(app: &App, account: &Id, level: Level) {
    let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
    let account = account.clone();
    let act = move |tx: &mut base::Tx<'_>| accounts::set_level(tx, &cx, &account, level, "test");
    app.db.write(act).await.unwrap();
}

#[test]
fn a_level_that_falls_while_the_form_is_filled_in_keeps_what_was_typed() {
    each(async |app, anna| {
        raise(app, &anna, Level::Verified).await;
        let mut client = browser(app, &anna).await;
        let form_at = super::booking::hold(&mut client, super::booking::PLACE, 0).await;
        let review = super::booking::fill_for(&mut client, &form_at, "budget").await.location();
        let page = client.get(&review).await;
        raise(app, &anna, Level::Simplified).await;
        let confirm = form_at.replace("/form", "/confirm");
        let led = client.submit(&page.form(&confirm)).await.location();
        assert_eq!(led, crate::next::with("/account/level", &form_at));
        raise(app, &anna, Level::Verified).await;
        let back = client.get("/account/level/resume").await.location();
        assert_eq!(back, form_at);
        let form = client.get(&back).await.form(&form_at);
        assert_eq!(form.value("purpose"), "budget");
    });
}

#[test]
fn what_is_known_is_not_asked_again() {
    each(async |app, anna| {
        raise(app, &anna, Level::Verified).await;
        let mut client = browser(app, &anna).await;
        let policy: &[_] = &[("number", "7780 1234 5678 9016")];
        type_in(&mut client, "policy", policy).await.location();
        let site = "/book/doctor-therapist?region=70";
        let mut page = client.get(site).await;
        for part in ["locality=", "site=", "resource="] {
            if times(&page).is_empty() {
                let next = page.text().split("href=\"").find(|x| x.contains(part)).unwrap();
                let next =
                    next.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
                page = client.get(&next).await;
            }
        }
        let start = times(&page)[0].clone();
        let held = client.submit(&page.forms_at("/book/").set("start", &start)).await.location();
        let form = client.get(&held).await.form(&held);
        assert_eq!(form.value("f.policy"), "7780 1234 5678 9016");
    });
}
