//! The page of connected sites: who sees it, what it refuses, what a change leads to.

use std::sync::Arc;

use axum::http::StatusCode;
use base::{Id, Instant};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rooms::access::{Place, Role};

use super::booking::browser;
use super::roles::{given, person};
use crate::App;
use crate::testing::{self, Client, FilledForm, Page};

/// A portal with its only administrator, on both engines.
fn each(story: impl AsyncFn(Arc<App>, Client)) {
    each_with(false, story);
}

fn each_with(four_eyes: bool, story: impl AsyncFn(Arc<App>, Client)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let app = testing::app_with(db, |app| {
            Arc::make_mut(&mut app.config).four_eyes = four_eyes;
        });
        testing::run(async {
            let admin = staff(&app, "79000000001", Role::PortalAdmin).await;
            story(app.clone(), admin).await;
        });
        let found = app.db.read_wait(rooms::sso::verify).unwrap();
        assert!(found.is_empty(), "{found:?}");
    });
}

async fn staff(app: &Arc<App>, phone: &str, role: Role) -> Client {
    let account = person(app, phone, ("Главная", "Анна")).await;
    given(app, &account, role, Place::Portal).await;
    browser(app, &account).await
}

/// What stands beside `name` on the page with the secret.
fn value(page: &Page, name: &str) -> String {
    let text = page.text();
    let rest = text.split(&format!("<dt>{name}</dt><dd class=\"long\">")).nth(1).unwrap();
    rest.split("</dd>").next().unwrap().replace("<strong>", "").replace("</strong>", "")
}

/// Connects «Налоговая служба»; gives its id and secret.
async fn connect(admin: &mut Client) -> (Id, String) {
    let form = admin.get("/staff/sites/new").await.form("/staff/sites/new");
    let form = form.set("name_ru", "Налоговая служба").set("name_en", "Tax Service");
    let form = form.set("redirects", "https://nalog.example/cb\r\nhttps://nalog.example/cb2");
    let page = admin.submit(&form).await;
    assert!(page.says("Секрет показан один раз"), "{}", page.text());
    (Id::from(value(&page, "client_id")), value(&page, "client_secret"))
}

/// What the site's own call says: whether its secret is known (the code is none).
async fn knows(app: &Arc<App>, (id, secret): (&Id, &str)) -> bool {
    let head = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", "none"),
        ("redirect_uri", "https://nalog.example/cb"),
        ("code_verifier", "none"),
    ];
    let page = Client::new(app).with("authorization", &head).post_form("/sso/token", &fields).await;
    match page.json()["error"].as_str() {
        Some("invalid_grant") => true,
        Some("invalid_client") => false,
        _ => panic!("{}", page.text()),
    }
}

#[test]
fn an_administrator_connects_a_site_and_sees_its_secret_once() {
    each(async |app, mut admin| {
        let page = admin.get("/staff/sites").await;
        assert!(page.says("Ни один сайт не подключён"), "{}", page.text());
        let form = admin.get("/staff/sites/new").await.form("/staff/sites/new");
        let wrong = form.clone().set("redirects", "http://nalog.example/cb").set("sector", "a/b");
        let wrong = wrong.set("after_logout", "https://*.nalog.example/");
        let page = admin.submit(&wrong.set("logout_uri", "http://127.0.0.1:5432/")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        for (field, words) in [
            ("name_ru", "Назовите сайт так"),
            ("redirects", "Адрес «http://nalog.example/cb» не подходит"),
            ("after_logout", "Адрес «https://*.nalog.example/» не подходит"),
            ("logout_uri", "портал обратился бы к самому себе"),
            ("sector", "только имя узла"),
        ] {
            assert!(page.says(words), "{words}: {}", page.text());
            assert!(page.text().contains(&format!("id=\"{field}-error\"")), "{field}");
        }
        assert_eq!(page.form("/staff/sites/new").value("redirects"), "http://nalog.example/cb");

        let form = form.set("name_ru", "Налоговая служба");
        let form = form.set("redirects", "https://nalog.example/cb");
        let page = admin.submit(&form).await;
        assert_eq!(page.head("cache-control"), "no-store");
        let (id, secret) = (Id::from(value(&page, "client_id")), value(&page, "client_secret"));
        assert!(knows(&app, (&id, &secret)).await && !knows(&app, (&id, "other")).await);
        // The form once more: the same site, and no secret.
        let again = admin.submit(&form).await;
        assert_eq!(again.location(), format!("/staff/sites/{id}?done=connected"));
        let card = admin.follow(again).await;
        assert!(card.says("Налоговая служба") && card.says("nalog.example/cb"));
        assert!(!card.text().contains(&secret) && card.says("Главная Анна"), "{}", card.text());
        assert!(admin.get("/staff/sites").await.says("1 сайт"));
        let kept = move |tx: &mut base::Tx<'_>| {
            let sql = "SELECT body FROM idempotency WHERE body IS NOT NULL";
            Ok(tx.all(sql, base::args![], |r| r.get::<String>(0))?)
        };
        let kept = app.db.read(kept).await.unwrap().concat();
        assert!(kept.contains(id.as_str()) && !kept.contains(&secret), "a secret is kept nowhere");
    });
}

#[test]
fn a_site_is_changed_by_whoever_saw_it_as_it_is() {
    each(async |app, mut admin| {
        let (id, _) = connect(&mut admin).await;
        let path = format!("/staff/sites/{id}/edit");
        let form = admin.get(&path).await.form(&path);
        assert_eq!(form.value("redirects"), "https://nalog.example/cb\nhttps://nalog.example/cb2");
        let mine = form.clone().set("name_en", "Taxes").set("redirects", "https://nalog.example/x");
        let page = admin.submit(&mine).await;
        assert_eq!(page.location(), format!("/staff/sites/{id}?done=changed"));
        let card = admin.follow(page).await;
        assert!(card.says("Название по-английски, Адреса возврата"), "{}", card.text());
        let mut other = staff(&app, "79000000002", Role::PortalAdmin).await;
        let late = other.get(&path).await.form(&path).set("revision", "1").set("name_ru", "Б");
        let page = other.submit(&late).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.says("изменил кто-то другой"), "{}", page.text());
        let evil = other.get(&path).await.form(&path).set("redirects", "https://nalog.example/#x");
        assert_eq!(other.submit(&evil).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(other.get("/staff/sites/none").await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn the_secret_is_changed_and_a_site_switched_off_and_on() {
    each(async |app, mut admin| {
        let (id, first) = connect(&mut admin).await;
        let path = format!("/staff/sites/{id}");
        let card = admin.get(&path).await;
        let form = card.form(&format!("{path}/secret"));
        let page = admin.submit(&form.clone()).await;
        assert!(page.says("Выберите один из вариантов"), "{}", page.text());
        let page = admin.submit(&form.set("former", "day")).await;
        let second = value(&page, "client_secret");
        assert!(knows(&app, (&id, &first)).await && knows(&app, (&id, &second)).await);
        assert!(admin.get(&path).await.says("Прежний секрет действует до"));
        let form = admin.get(&path).await.form(&format!("{path}/secret"));
        let third = value(&admin.submit(&form.set("former", "at-once")).await, "client_secret");
        assert!(!knows(&app, (&id, &second)).await && knows(&app, (&id, &third)).await);

        let form = admin.get(&path).await.form(&format!("{path}/close"));
        for _ in 0..2 {
            assert_eq!(admin.submit(&form).await.location(), format!("{path}?done=closed"));
        }
        assert!(!knows(&app, (&id, &third)).await);
        let card = admin.get(&path).await;
        assert!(card.says("Отключён с") && card.forms(&format!("{path}/secret")).is_empty());
        let page = admin.submit(&card.form(&format!("{path}/open"))).await;
        let fourth = value(&page, "client_secret");
        assert!(knows(&app, (&id, &fourth)).await && !knows(&app, (&id, &third)).await);
    });
}

#[test]
fn whoever_connects_sites_alone_sees_who_shares_the_sector_first() {
    each(async |_, mut admin| {
        connect(&mut admin).await;
        let form = wished(&mut admin).await.set("name_ru", "Другая").set("sector", "nalog.example");
        let wrong = form.clone().set("logout_uri", "http://evil.example/out");
        let page = admin.submit(&wrong).await;
        assert!(!page.says("людей уже узнают"), "what is wrong is put right first");
        let page = admin.submit(&form.set("redirects", "https://evil.example/cb")).await;
        assert!(page.says("На этом узле нет ни одного адреса возврата"), "{}", page.text());
        assert!(page.says("людей уже узнают: Налоговая служба"), "{}", page.text());
        let form = page.form("/staff/sites/new");
        assert_eq!(form.value("name_ru"), "Другая");
        assert!(admin.submit(&form).await.says("людей уже узнают"), "not without a word");
        let page = admin.submit(&form.set("seen", "1")).await;
        assert!(page.says("Секрет показан один раз"), "{}", page.text());
    });
}

/// The form that proposes a site, filled in.
async fn wished(admin: &mut Client) -> FilledForm {
    let form = admin.get("/staff/sites/new").await.form("/staff/sites/new");
    let form = form.set("name_ru", "Налоговая служба");
    form.set("redirects", "https://nalog.example/cb")
}

/// The forms about what waits.
fn decisions(page: &Page) -> FilledForm {
    page.forms_at("/staff/site-proposals/")
}

#[test]
fn a_site_is_connected_and_changed_when_a_second_administrator_agrees() {
    each_with(true, async |app, mut first| {
        let mut second = staff(&app, "79000000002", Role::PortalAdmin).await;
        let form = wished(&mut first).await;
        for _ in 0..2 {
            assert_eq!(first.submit(&form).await.location(), "/staff/sites?done=proposed");
        }
        let page = first.get("/staff/sites").await;
        assert!(page.says("Ни один сайт не подключён") && page.says("Ждёт второго администратора"));
        assert!(page.says("Согласиться должен другой администратор") && !page.says("Согласиться:"));
        // Nor by a form of their own making.
        let own = decisions(&page);
        let forged = [("say", "agree"), ("key", own.value("key"))];
        let refused = first.post_form(&own.action, &forged).await;
        assert!(refused.says("Вы сами это предложили"), "{}", refused.text());

        let page = second.get("/staff/sites").await;
        assert!(page.says("Подключить: Налоговая служба") && page.says("https://nalog.example/cb"));
        assert!(page.says("Узнавать человека") && !page.text().contains("sso-scope-"));
        assert!(page.text().contains("<dd class=\"long\">nalog.example</dd>"), "{}", page.text());
        assert!(!page.says("нет ни одного адреса возврата") && !page.says("людей уже узнают"));
        let agreed = second.submit(&decisions(&page).press("Согласиться")).await;
        let id = Id::from(value(&agreed, "client_id"));
        let secret = value(&agreed, "client_secret");
        assert!(knows(&app, (&id, &secret)).await);
        let path = &decisions(&page).action;
        let late = second.post_form(path, &[("say", "let-go")]).await;
        assert!(late.says("уже решено"), "{}", late.text());

        assert!(first.get(&format!("/staff/sites/{id}")).await.says("общий узел nalog.example"));

        // A sector of somebody else is seen before anybody agrees.
        let form = wished(&mut first).await.set("name_ru", "Другая").set("sector", "nalog.example");
        first.submit(&form.set("redirects", "https://evil.example/cb")).await;
        let page = second.get("/staff/sites").await;
        assert!(page.says("На этом узле нет ни одного адреса возврата"), "{}", page.text());
        assert!(page.says("людей уже узнают: Налоговая служба"), "{}", page.text());
        second.submit(&decisions(&page).press("Отклонить")).await;

        // A change waits; what is registered stays until then.
        let (path, card) = (format!("/staff/sites/{id}/edit"), format!("/staff/sites/{id}"));
        let edit = |page: Page| page.form(&path).set("redirects", "https://evil.example/cb");
        let form = edit(second.get(&path).await);
        assert_eq!(second.submit(&form).await.location(), format!("{card}?done=proposed"));
        let registered = |page: Page| {
            page.text().split("id=\"for-site\"").next().unwrap().contains("nalog.example/cb</dd>")
        };
        assert!(registered(second.get(&card).await));
        let again = second.submit(&edit(second.clone().get(&path).await)).await;
        assert!(again.says("Об этом сайте уже есть предложение"), "{}", again.text());
        let page = second.get(&card).await;
        let answer = second.submit(&decisions(&page).press("Отозвать")).await;
        assert_eq!(answer.location(), "/staff/sites?done=let-go");
        let page = second.get(&card).await;
        assert!(!page.text().contains("action=\"/staff/site-proposals") && registered(page));

        let form = edit(second.get(&path).await);
        second.submit(&form).await;
        let page = first.get(&card).await;
        assert!(page.says("Сейчас:") && page.says("https://evil.example/cb"));
        let answer = first.submit(&decisions(&page).press("Согласиться")).await;
        assert_eq!(answer.location(), format!("{card}?done=agreed"));
        let page = first.follow(answer).await;
        assert!(page.says("evil.example/cb") && page.says("Предложение: "), "{}", page.text());
        assert!(page.says("Согласие: Главная Анна"), "{}", page.text());

        // Switching off protects people: one is enough. On again takes two.
        first.submit(&page.form(&format!("{card}/close"))).await;
        let page = first.get(&card).await;
        assert!(page.says("Отключён с"));
        let answer = first.submit(&page.form(&format!("{card}/open"))).await;
        assert_eq!(answer.location(), format!("{card}?done=proposed"));
        assert!(!knows(&app, (&id, &secret)).await);
        let page = second.get(&card).await;
        let opened = second.submit(&decisions(&page).press("Согласиться")).await;
        assert!(knows(&app, (&id, &value(&opened, "client_secret"))).await);
    });
}

#[test]
fn what_a_former_administrator_proposed_or_nobody_looked_at_for_a_week_is_in_force_never() {
    each_with(true, async |app, mut first| {
        let account = person(&app, "79000000002", ("Вторая", "Анна")).await;
        let grant = given(&app, &account, Role::PortalAdmin, Place::Portal).await;
        let mut second = browser(&app, &account).await;
        let form = wished(&mut second).await;
        second.submit(&form).await;
        let page = first.get("/staff/sites").await;
        let once = "UPDATE staff_grant SET place_kind = 'site', place_id = 'x' WHERE id = $1";
        let narrow = {
            let id = grant.clone();
            move |tx: &mut base::Tx<'_>| Ok(tx.exec(once, base::args![&id])?)
        };
        app.db.write(narrow).await.unwrap();
        let refused = first.submit(&decisions(&page).press("Согласиться")).await;
        assert!(refused.says("больше не может этого делать"), "{}", refused.text());
        let gone = move |tx: &mut base::Tx<'_>| {
            let sql =
                "UPDATE staff_grant SET revoked_at = 1, revoked_by = 'engineer' WHERE id = $1";
            Ok(tx.exec(sql, base::args![&grant])?)
        };
        app.db.write(gone).await.unwrap();
        let refused = first.submit(&decisions(&page).press("Согласиться")).await;
        assert!(refused.says("больше не может этого делать"), "{}", refused.text());
        assert!(first.get("/staff/sites").await.says("Ни один сайт не подключён"));

        let mut watcher = staff(&app, "79000000003", Role::SecurityOfficer).await;
        let page = watcher.get("/staff/sites").await;
        assert!(page.says("Подключить: Налоговая служба"));
        assert!(!page.text().contains("action=\"/staff/site-proposals"));
        let path = decisions(&first.get("/staff/sites").await).action;
        let refused = watcher.post_form(&path, &[("say", "let-go")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);

        app.clock.advance(7 * Instant::DAY);
        let third = person(&app, "79000000004", ("Третья", "Анна")).await;
        given(&app, &third, Role::PortalAdmin, Place::Portal).await;
        let mut third = browser(&app, &third).await;
        let page = third.get("/staff/sites").await;
        assert!(!page.says("Ждёт второго администратора"), "{}", page.text());
        let late = third.post_form(&path, &[("say", "agree")]).await;
        assert!(late.says("прошло семь дней"), "{}", late.text());
    });
}

#[test]
fn sites_are_seen_by_those_who_watch_and_changed_by_an_administrator_who_proves_it() {
    each(async |app, mut admin| {
        let (id, _) = connect(&mut admin).await;
        let path = format!("/staff/sites/{id}");
        for (phone, role) in
            [("79000000003", Role::SecurityOfficer), ("79000000004", Role::Controller)]
        {
            let mut watcher = staff(&app, phone, role).await;
            let card = watcher.get(&path).await;
            assert!(
                card.says("Налоговая служба") && !card.text().contains("action=\"/staff/sites"),
                "{}",
                card.text()
            );
            assert!(!watcher.get("/staff/sites").await.says("Подключить сайт"));
            for path in ["/staff/sites/new".to_owned(), format!("{path}/edit")] {
                assert_eq!(watcher.get(&path).await.status, StatusCode::FORBIDDEN, "{role:?}");
            }
            let close = watcher.post_form(&format!("{path}/close"), &[]).await;
            assert_eq!(close.status, StatusCode::FORBIDDEN);
        }
        let nobody = person(&app, "79000000005", ("Чужая", "Анна")).await;
        let mut nobody = browser(&app, &nobody).await;
        assert_eq!(nobody.get("/staff/sites").await.status, StatusCode::FORBIDDEN);
        let guest = Client::new(&app).get("/staff/sites").await;
        assert!(guest.location().starts_with("/signin"), "{}", guest.location());

        // What was typed waits for the proof.
        let edit = format!("{path}/edit");
        let form = admin.get(&edit).await.form(&edit).set("name_ru", "Налоги");
        for _ in 0..2 {
            app.clock.advance(8 * Instant::MINUTE);
            admin.get("/staff/sites").await;
        }
        let page = admin.submit(&form).await;
        assert!(page.location().starts_with("/signin/again"), "{}", page.location());
        assert!(!admin.get(&path).await.says("Налоги"));
    });
}
