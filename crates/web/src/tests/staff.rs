//! The workplace: taking up a role, giving and taking roles, the day, a visitor, the password again.

use std::sync::Arc;

use axum::http::StatusCode;
use base::{Actor, Channel, Cx, Id, Instant};
use rooms::access::{self, Invite, Place, Role};
use rooms::accounts::Level;
use rooms::demo::{people, staff};
use rooms::privacy;
use rooms::sessions::Factor;

use super::booking::{account, browser, browser_with, city};
use super::roles::{booked, given, person};
use crate::App;
use crate::testing::{self, Client, Page, run};

/// The demo's city on each engine, with somebody called Anna. One person alone may give a role.
fn each(story: impl AsyncFn(Arc<App>, Id)) {
    each_with(false, story);
}

fn each_with(four_eyes: bool, story: impl AsyncFn(Arc<App>, Id)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app_with(db, |app| {
            Arc::make_mut(&mut app.config).four_eyes = four_eyes;
        });
        run(async {
            let anna = account(&app, 1, Level::Verified).await;
            story(app.clone(), anna).await;
        });
    });
}

fn centre() -> Place {
    Place::Site("tomsk-mfc-main".into())
}

async fn invited(app: &Arc<App>, role: Role, place: Place) -> String {
    let cx = Cx::new(&app.clock, &app.chance, Actor::Engineer, Channel::Cli);
    let portal = app.portal();
    let wish = Invite { role, place };
    let offer = move |tx: &mut base::Tx<'_>| access::invite(tx, &cx, &portal.city.offices, &wish);
    app.db.write(offer).await.unwrap()
}

fn has_workplace(page: &Page) -> bool {
    page.says("Рабочее место")
}

#[test]
fn the_first_administrator_comes_by_a_token_that_works_once() {
    each(async |app, anna| {
        let token = invited(&app, Role::PortalAdmin, Place::Portal).await;
        let link = format!("/staff/join?token={token}");
        let page = Client::new(&app).get(&link).await;
        assert!(page.says("Администратор портала") && page.says("Весь портал"), "{}", page.text());
        assert!(page.link("Создать учётную запись").starts_with("/register?next=/staff/join"));
        assert!(page.forms("/staff/join").is_empty(), "a guest cannot take a role up");

        let mut client = browser(&app, &anna).await;
        assert!(!has_workplace(&client.get("/help").await));
        let before = client.clone();
        let form = client.get(&link).await.form("/staff/join");
        let answer = client.submit(&form).await;
        assert!(answer.location().starts_with("/staff/joined?role="), "{}", answer.location());
        assert_ne!(client.cookies["okno"], before.cookies["okno"], "a new session for more rights");
        assert!(before.clone().get("/account").await.location().starts_with("/signin"));
        let page = client.follow(answer).await;
        assert!(page.says("Роль уже действует") && page.says("Администратор портала"));
        assert!(page.says("Весь портал") && !page.says("Приём"), "{}", page.text());
        let begin = page.link("Сотрудники");
        assert_eq!(begin, "/staff/people");
        let page = client.get(&begin).await;
        assert!(page.says("Соколова Анна Ивановна") && page.says("бессрочно"));
        assert_eq!(client.get("/staff/joined?role=another").await.location(), "/account");
        assert!(has_workplace(&client.get("/help").await));
        assert_eq!(client.get("/staff").await.status, StatusCode::FORBIDDEN, "no visits for her");

        let mut other = browser(&app, &account(&app, 2, Level::Verified).await).await;
        let page = other.get(&link).await;
        assert_eq!((page.status, page.says("E-ROLE-03")), (StatusCode::GONE, true));
        assert!(page.says("Ссылка больше не действует") && !page.says("Найти услугу"));
        let page = other.submit(&form).await;
        assert_eq!(page.status, StatusCode::GONE);
        assert_eq!(other.get("/staff/people").await.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn a_workplace_opens_after_a_key_or_an_app_and_never_after_a_code_to_a_phone() {
    each(async |app, anna| {
        given(&app, &anna, Role::Clerk, centre()).await;
        let mut client = browser_with(&app, &anna, Factor::Contact).await;
        assert_eq!(client.get("/bookings").await.status, StatusCode::OK, "her own matters");
        let answer = client.get("/staff").await;
        assert_eq!(answer.location(), "/signin/again?next=/staff&for=staff");
        let page = client.follow(answer).await;
        assert_eq!(page.path, "/account/security?for=staff");
        assert!(page.says("Для рабочего места нужен ключ или приложение"), "{}", page.text());
        let (seed, page) = super::factors::add_app(&app, &mut client).await;
        assert_eq!(page.link("Открыть рабочее место"), "/staff");
        assert_eq!(client.get("/staff").await.status, StatusCode::OK);

        // Another day, another code by SMS: the app is asked for, and nothing else.
        let mut client = browser_with(&app, &anna, Factor::Contact).await;
        let answer = client.get("/staff").await;
        let page = client.follow(answer).await;
        assert!(page.says("Откройте приложение с кодами") && !page.says("Код в СМС"));
        app.clock.advance(30 * Instant::SECOND);
        let code = seed.now(app.clock.now());
        let answer = client.submit(&page.form("/signin/factor").set("code", &code)).await;
        assert_eq!(answer.location(), "/staff");
        assert_eq!(client.follow(answer).await.status, StatusCode::OK);
    });
}

/// The link of an offer, as the page shows it.
fn link_in(page: &Page) -> String {
    let rest = page.text().split("/staff/join?token=").nth(1).unwrap();
    format!("/staff/join?token={}", &rest[..64])
}

#[test]
fn a_role_counts_from_the_next_request_and_ends_with_the_next_request() {
    each(async |app, anna| {
        given(&app, &anna, Role::OrganizationAdmin, Place::Organization("tomsk-mfc".into())).await;
        let vera = account(&app, 2, Level::Simplified).await;
        let (mut boss, mut clerk) = (browser(&app, &anna).await, browser(&app, &vera).await);
        assert_eq!(clerk.get("/staff").await.status, StatusCode::FORBIDDEN);

        let page = boss.get("/staff/people/new").await;
        assert!(page.forms("/staff/people/new").len() == 1, "one body: nothing to choose");
        assert!(!page.text().contains("portal_admin") && !page.text().contains("tomsk-clinic"));
        let form = page.form("/staff/people/new");
        let wrong = form.clone().set("contact", "+7 900 000-00-77").set("until", "2026-11-30");
        let page = boss.submit(&wrong.set("reason", "")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        let form = page.form("/staff/people/new").set("until", "").set("reason", "Приказ 12");
        let form = form.set("role", "clerk").set("place", "site:tomsk-mfc-main");
        // Of somebody who has an account as of somebody who has none: a link, and not a word more.
        let unknown = boss.submit(&form).await;
        assert!(unknown.says("Ссылка показана один раз"), "{}", unknown.text());
        let form = boss.get("/staff/people/new").await.form("/staff/people/new");
        let form = form.set("contact", "8 900 000-00-02").set("reason", "Приказ 12");
        let form = form.set("role", "clerk").set("place", "site:tomsk-mfc-main");
        let known = boss.submit(&form).await;
        let without = |page: &Page| page.text().replace(&link_in(page), "");
        assert_eq!(without(&known), without(&unknown));
        let again = boss.submit(&form).await;
        assert_eq!(again.location(), "/staff/proposals?done=offered", "shown once");
        let page = boss.get("/staff/proposals").await;
        assert!(page.says("Приглашение ещё не приняли") && !page.says("Вера"), "{}", page.text());

        // Who has the phone takes it up; nobody else can.
        assert_eq!(clerk.get("/staff").await.status, StatusCode::FORBIDDEN);
        let join = clerk.get(&link_in(&unknown)).await.form("/staff/join");
        let page = clerk.submit(&join).await;
        assert_eq!((page.status, page.says("E-ROLE-19")), (StatusCode::FORBIDDEN, true));
        let page = clerk.get(&link_in(&known)).await;
        assert!(page.says("администратор увидит ваши фамилию"), "{}", page.text());
        clerk.submit(&page.form("/staff/join")).await;
        assert_eq!(clerk.get("/staff").await.status, StatusCode::OK);
        let forged = form.clone().set("place", "site:tomsk-clinic-main");
        let page = boss.submit(&forged).await;
        assert_eq!((page.status, page.says("E-ROLE-07")), (StatusCode::FORBIDDEN, true));

        let list = boss.get("/staff/people").await;
        assert!(list.says("Регистратор") && list.says("2 роли"));
        let card = list.text().split("href=\"/staff/people/").skip(1);
        let ids: Vec<_> =
            card.filter_map(|x| x.split('"').next()).filter(|x| x.len() == 26).collect();
        let card = boss.get(&format!("/staff/people/{}", ids[0])).await;
        assert!(card.says("Приказ 12") && card.says("Соколова Анна Ивановна"));
        let form = card.forms_at("/revoke");
        let page = boss.submit(&form).await;
        assert!(page.says("Заполните это поле") && page.says("Приказ 12"));
        let form = form.set("reason", "Уволена");
        for _ in 0..2 {
            assert_eq!(boss.submit(&form).await.location(), "/staff/people?done=revoked");
        }
        assert_eq!(clerk.get("/staff").await.status, StatusCode::FORBIDDEN);
        assert!(!has_workplace(&clerk.get("/help").await));
        let page = boss.get(&format!("/staff/people/{}", ids[0])).await;
        assert!(page.says("Роль снята") && !page.text().contains("/revoke\""));
    });
}

#[test]
fn a_clerk_sees_initials_and_the_name_only_for_a_reason_which_the_citizen_sees() {
    each(async |app, anna| {
        let id = booked(&app, &anna, ("mfc-visit", "tomsk-mfc-main-01"), true).await;
        let vera = person(&app, "79110000001", ("Иванова", "Вера")).await;
        given(&app, &vera, Role::Clerk, centre()).await;
        let mut clerk = browser(&app, &vera).await;
        let (today, tomorrow) = (clerk.get("/staff").await, clerk.get("/staff?day=tomorrow").await);
        let day = if today.text().contains(id.as_str()) { today } else { tomorrow };
        assert!(day.says("А. И. С.") && day.says("Подтверждена"), "{}", day.text());
        assert!(!day.says("Соколова") && !day.says("79000000001"));

        let path = format!("/staff/bookings/{id}");
        let page = clerk.get(&path).await;
        assert!(page.says("Имя и телефон скрыты") && !page.says("Соколова"));
        let form = page.form(&path);
        let page = clerk.submit(&form).await;
        assert!(page.says("Выберите один из вариантов") && !page.says("Соколова"));
        let page = clerk.submit(&form.clone().set("reason", "other")).await;
        assert!(page.says("Заполните это поле") && !page.says("Соколова"));
        for silent in ["\u{200b}\u{200b}\u{200b}\u{200b}", ".", "… 12", "\u{3164}\u{3164}\u{3164}"]
        {
            let page =
                clerk.submit(&form.clone().set("reason", "other").set("words", silent)).await;
            assert!(page.says("Напишите причину словами") && !page.says("Соколова"), "{silent}");
        }
        let form = form.set("reason", "other").set("words", "Просила перезвонить");
        let answer = clerk.submit(&form).await;
        assert_eq!(answer.location(), path);
        let page = clerk.follow(answer).await;
        assert!(page.says("Соколова Анна Ивановна") && page.says("+7 900 000-00-01"));

        let mut citizen = browser(&app, &anna).await;
        let page = citizen.get("/account/looks").await;
        assert!(page.says("Просила перезвонить") && page.says("Регистратор"));
        assert_eq!(page.link("Запись"), format!("/bookings/{id}"));
        assert!(!page.says("Инженер портала"));
        let (cx, me) =
            (Cx::new(&app.clock, &app.chance, Actor::Engineer, Channel::Cli), anna.clone());
        let looked = move |tx: &mut base::Tx<'_>| privacy::looked(tx, &cx, &me, "level");
        app.db.write(looked).await.unwrap();
        let page = citizen.get("/account/looks").await;
        assert!(page.says("Инженер портала") && page.says("Просила перезвонить"));
        for _ in 0..3 {
            app.clock.advance(6 * Instant::MINUTE);
            clerk.get("/staff").await;
        }
        let page = clerk.get(&path).await;
        assert!(page.says("Имя и телефон скрыты"), "the look is over");
        let page = clerk.get("/staff/bookings/none").await;
        assert_eq!((page.status, page.says("E-STA-01")), (StatusCode::NOT_FOUND, true));
    });
}

#[test]
fn an_empty_day_and_a_vanished_place_are_told_apart() {
    each(async |app, anna| {
        given(&app, &anna, Role::Clerk, centre()).await;
        let mut clerk = browser(&app, &anna).await;
        let page = clerk.get("/staff").await;
        assert!(page.says("На этот день никто не записан") && page.says("1 декабря"));
        assert!(page.forms("/staff").is_empty(), "one site: nothing to choose");
        let page = clerk.get("/staff?site=tomsk-clinic-main&day=tomorrow&page=9").await;
        assert!(page.says("2 декабря") && page.status == StatusCode::OK);
        app.db
            .write(|tx| Ok(tx.exec("UPDATE staff_grant SET place_id = 'gone'", base::args![])?))
            .await
            .unwrap();
        let page = clerk.get("/staff").await;
        assert!(page.says("не закреплено ни одного отделения"));

        let mut client = clerk.clone().with("accept-language", "en");
        let page = client.get("/staff").await;
        assert!(page.says("No office is assigned to you") && page.says("Workplace"));
    });
}

#[test]
fn the_password_is_asked_again_before_roles_are_given_and_a_workplace_closes_early() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app(db);
        let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
        people::seed_logins(&app.db, &cx, &app.policy.secrets).unwrap();
        staff::seed(&app.db, &cx, Some(&app.policy.secrets)).unwrap();
        let admin = staff::workplaces().unwrap().into_iter().find(|x| x.role == "portal_admin");
        let admin = admin.unwrap();
        let login = admin.login.clone();
        run(async {
            let mut client = Client::new(&app);
            let form = client.get("/signin?next=/staff/people").await.form("/signin");
            let form = form.set("identifier", &login.email).set("password", &login.password);
            let answer = client.submit(&form).await;
            let page = client.follow(answer).await;
            assert!(page.text().contains("value=\"app\""), "the app, and no code to a contact");
            let seed = admin.seed().unwrap();
            let shown = seed.now(app.clock.now());
            assert!(page.says(&shown), "the demo helps");
            let answer = client.submit(&page.form("/signin/factor").set("code", &shown)).await;
            let page = client.follow(answer).await;
            assert!(page.says("Вавилова Юлия Сергеевна") && page.says("10 ролей"));
            assert_eq!(client.get("/staff/people/new").await.status, StatusCode::OK);
            for _ in 0..2 {
                app.clock.advance(8 * Instant::MINUTE);
                assert_eq!(client.get("/staff/people").await.status, StatusCode::OK);
            }
            let answer = client.get("/staff/people/new?organization=portal").await;
            let next = "/signin/again?next=/staff/people/new%3Forganization%3Dportal";
            assert_eq!(answer.location(), next);
            let before = client.cookies["okno"].clone();
            let page = client.follow(answer).await;
            let form = page.form("/signin/factor").set("password", &login.password);
            let answer = client.submit(&form).await;
            assert_eq!(client.cookies["okno"], before, "the password alone is not enough");
            let page = client.follow(answer).await;
            let form = page.form("/signin/factor");
            let page = client.submit(&form.clone().set("code", "000000")).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            let code = seed.now(app.clock.now());
            let answer = client.submit(&form.set("code", &code)).await;
            assert_eq!(answer.location(), "/staff/people/new?organization=portal");
            assert_ne!(client.cookies["okno"], before, "the session goes on under a new token");
            let page = client.follow(answer).await;
            assert!(page.says("Офицер безопасности") && page.says("Весь портал"));
            let page = client.get("/staff/people/new?organization=tomsk-clinic").await;
            assert!(page.says("Регистратор") && !page.says("Офицер безопасности"), "a part of it");

            app.clock.advance(15 * Instant::MINUTE);
            let page = client.get("/staff/people").await;
            assert_eq!(page.location(), "/signin?next=/staff/people&ended=1", "idle for a quarter");
        });
    });
}

#[test]
fn a_role_that_one_proposes_holds_when_another_agrees() {
    each_with(true, async |app, anna| {
        given(&app, &anna, Role::OrganizationAdmin, Place::Organization("tomsk-mfc".into())).await;
        let vera = account(&app, 2, Level::Simplified).await;
        let olga = account(&app, 3, Level::Simplified).await;
        given(&app, &olga, Role::PortalAdmin, Place::Portal).await;
        let (mut boss, mut clerk) = (browser(&app, &anna).await, browser(&app, &vera).await);
        let form = boss.get("/staff/people/new").await.form("/staff/people/new");
        let form = form.set("contact", "8 900 000-00-02").set("reason", "Приказ 12");
        let form = form.set("role", "clerk").set("place", "site:tomsk-mfc-main");
        let offered = boss.submit(&form).await;
        let page = boss.get("/staff/proposals").await;
        assert!(!page.says("Согласиться должен кто-то другой"), "nobody has taken it up");
        let join = clerk.get(&link_in(&offered)).await.form("/staff/join");
        let page = clerk.submit(&join).await;
        assert!(page.says("когда с ней согласится второй"), "{}", page.text());
        assert_eq!(clerk.get("/staff").await.status, StatusCode::FORBIDDEN, "not yet");
        let page = boss.get("/staff/proposals").await;
        assert!(page.says("Приказ 12") && page.says("Согласиться должен кто-то другой"));
        let mut form = page.forms_at("/staff/proposals/");
        form.fields.push(("say".into(), "agree".into()));
        let page = boss.submit(&form).await;
        assert_eq!((page.status, page.says("E-ROLE-15")), (StatusCode::FORBIDDEN, true));
        assert_eq!(clerk.submit(&form).await.status, StatusCode::FORBIDDEN);
        assert_eq!(clerk.get("/staff").await.status, StatusCode::FORBIDDEN);

        let mut second = browser(&app, &olga).await;
        let form = second.get("/staff/proposals").await.forms_at("/staff/proposals/");
        assert_eq!(second.submit(&form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(second.get("/staff/proposals").await.says("Приказ 12"), "nothing was decided");
        let form = form.press("Согласиться");
        assert_eq!(second.submit(&form).await.location(), "/staff/people?done=granted");
        assert_eq!(clerk.get("/staff").await.status, StatusCode::OK);
        let page = second.submit(&form).await;
        assert!(page.says("уже решено"), "{}", page.text());
        assert!(second.get("/staff/proposals").await.says("Предложений нет"));
    });
}

#[test]
fn a_role_that_ends_on_one_node_is_over_on_the_other_with_its_next_request() {
    let Some(url) = testkit::postgres(rooms::MIGRATIONS) else { return };
    let open = || testkit::open(&base::db::Place::Server(url.clone())).unwrap();
    let (here, there) = (open(), open());
    city(&here);
    let here = testing::app(here);
    let there = testing::app_with(there, |app| app.chance = base::Chance::seeded(2));
    run(async {
        let vera = account(&here, 2, Level::Simplified).await;
        let grant = given(&here, &vera, Role::Clerk, centre()).await;
        let mut clerk = browser(&here, &vera).await;
        let mut elsewhere = Client::new(&there);
        elsewhere.cookies = clerk.cookies.clone();
        for _ in 0..2 {
            assert_eq!(clerk.get("/staff").await.status, StatusCode::OK);
            assert_eq!(elsewhere.get("/staff").await.status, StatusCode::OK);
        }
        let (cx, portal) =
            (Cx::new(&here.clock, &here.chance, Actor::Engineer, Channel::Cli), here.portal());
        let command = access::Revoke { grant, reason: "left".into() };
        let revoke = move |tx: &mut base::Tx<'_>| {
            access::revoke(tx, &cx, (access::By::Engineer, &portal.city.offices), &command)
        };
        here.db.write(revoke).await.unwrap();
        assert_eq!(elsewhere.get("/staff").await.status, StatusCode::FORBIDDEN, "at once");
        assert_eq!(clerk.get("/staff").await.status, StatusCode::FORBIDDEN);
        // And an ended session is over everywhere.
        let owner = vera.clone();
        here.db.write(move |tx| rooms::sessions::close_all(tx, &owner)).await.unwrap();
        assert!(elsewhere.get("/account").await.location().starts_with("/signin"));
    });
}

#[test]
fn those_who_watch_over_the_portal_see_who_opens_too_many_cards() {
    each(async |app, anna| {
        given(&app, &anna, Role::SecurityOfficer, Place::Portal).await;
        let vera = account(&app, 2, Level::Simplified).await;
        given(&app, &vera, Role::Clerk, centre()).await;
        let mut watch = browser(&app, &anna).await;
        assert!(watch.get("/staff/alarms").await.says("Предупреждений нет"));
        let mut clerk = browser(&app, &vera).await;
        assert_eq!(clerk.get("/staff/alarms").await.status, StatusCode::FORBIDDEN);
        let looker = vera.clone();
        let cx = Cx::new(&app.clock, &app.chance, Actor::Account(vera), Channel::Web);
        let many = move |tx: &mut base::Tx<'_>| {
            let grants = access::read::grants_of(tx, cx.now, &looker)?;
            let who = access::Subject {
                account: Some((&looker, Level::Simplified)),
                grants: &grants,
                proof: access::Proof { bearer: false, proved_at: Some(cx.now), strong: true },
                demo: false,
            };
            let may = access::may(&who, access::Action::OpenVisitor, None, cx.now);
            let access::Verdict::Allow(scope) = may else { panic!("a clerk may") };
            for card in 0..=access::CARDS {
                let look = access::Look {
                    looker: looker.clone(),
                    booking: format!("b{card}").as_str().into(),
                    account: looker.clone(),
                    by: grants[0].clone(),
                    reason: "visit".into(),
                };
                access::look(tx, &cx, &scope, &look)?;
            }
            Ok(())
        };
        app.db.write(many).await.unwrap();
        let page = watch.get("/staff/alarms").await;
        assert!(page.says("Открыта 51 карточка за час"), "{}", page.text());
        let form = page.forms_at("/staff/alarms/");
        assert_eq!(watch.submit(&form).await.location(), "/staff/alarms");
        assert!(watch.get("/staff/alarms").await.says("Посмотрели 1 декабря"));
        assert_eq!(watch.submit(&form).await.status, StatusCode::GONE);
    });
}
