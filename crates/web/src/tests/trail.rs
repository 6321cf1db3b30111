//! «Журнал действий»: that nothing goes around it, who reads what, filters, pages, the file. That each
//! operation has one entry is checked wherever a test does it: `testing/noted.rs`.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use base::{Actor, Channel, Cx, Id, args};
use rooms::access::table::roles_of;
use rooms::access::{Action, Invite, Place, Role};
use rooms::accounts::Level;
use rooms::trail::{self, ACTIONS, Command, Deed, Done, Kind, Step};

use super::booking::{account, browser, city};
use super::roles::{booked, given, person};
use crate::testing::{self, Client, Page, run};
use crate::{App, all_routes};

const HERE: &str = "/staff/trail";

/// The demo's city on each engine, with an administrator of the portal.
fn each(story: impl AsyncFn(Arc<App>, Client)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app_with(db, |app| Arc::make_mut(&mut app.config).four_eyes = false);
        run(async {
            let boss = account(&app, 1, Level::Verified).await;
            given(&app, &boss, Role::PortalAdmin, Place::Portal).await;
            let client = browser(&app, &boss).await;
            story(app.clone(), client).await;
        });
    });
}

async fn clerk(app: &Arc<App>, n: u8, site: &str) -> (Id, Client) {
    let id = person(app, &format!("7922000000{n}"), ("Вавилова", "Юлия")).await;
    given(app, &id, Role::Clerk, Place::Site(site.into())).await;
    let client = browser(app, &id).await;
    (id, client)
}

/// Opens the visitor of `booking`.
async fn opens(client: &mut Client, booking: &Id) -> Page {
    let path = format!("/staff/bookings/{booking}");
    let form = client.get(&path).await.form(&path).set("reason", "visit");
    let page = client.submit(&form).await;
    assert_eq!(page.location(), path);
    page
}

/// The entry of an operation: action, step, object.
async fn entry(app: &App, page: &Page) -> (String, String, String) {
    let op = page.head("operation-id").to_owned();
    let read = move |tx: &mut base::Tx<'_>| {
        let sql =
            "SELECT action, step, COALESCE(object_kind, '') FROM staff_trail WHERE op_id = $1";
        Ok(tx.all(sql, args![&op], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?)
    };
    let mut found: Vec<(String, String, String)> = app.db.read(read).await.unwrap();
    assert_eq!(found.len(), 1, "{}: one operation, one entry", page.path);
    found.remove(0)
}

fn is(action: &str, step: &str, object: &str) -> (String, String, String) {
    (action.to_owned(), step.to_owned(), object.to_owned())
}

#[test]
fn no_change_of_the_staff_goes_around_the_trail() {
    // Whatever only the staff may change is mounted in the folder of the workplace …
    let staff_only = |x: &Action| roles_of(*x).iter().all(|role| role.widest().is_some());
    let mut mounted = BTreeSet::from([Action::JoinStaff]);
    for route in all_routes() {
        if route.method != Method::GET && !route.action.is_demo() && staff_only(&route.action) {
            assert!(route.path.starts_with("/staff/"), "{}", route.path);
            mounted.insert(route.action);
        }
    }
    assert_eq!(mounted, BTreeSet::from(ACTIONS), "the trail names the actions that leave entries");
    // … and there only one file writes, which writes the entry with it.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages/staff");
    let mut files = Vec::new();
    sources(&folder, &mut files);
    assert!(files.len() > 20, "{files:?}");
    for (name, text) in files {
        let writes =
            [".write(", ".write_wait(", ".ask(", ".confirms"].iter().any(|x| text.contains(x));
        assert_eq!(writes, name == "doing.rs", "{name} writes past `doing.rs`");
    }
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        match path.is_dir() {
            true => sources(&path, found),
            false => {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
}

#[test]
fn everything_in_the_trail_has_words_in_both_languages() {
    let texts = texts::Texts::load().unwrap();
    let deeds = Deed::all().map(|x| format!("trail-do-{}", x.as_str()));
    let steps = Step::ALL.iter().map(|x| format!("trail-step-{}", x.as_str()));
    let kinds = Kind::ALL.iter().map(|x| format!("trail-object-{}", x.as_str()));
    for key in deeds.chain(steps).chain(kinds) {
        assert!(texts::Lang::ALL.iter().all(|lang| texts.has(*lang, &key)), "{key}");
    }
}

#[test]
fn every_operation_of_the_staff_stands_in_the_trail_under_the_id_of_its_answer() {
    each(async |app, mut boss| {
        let anna = person(&app, "79110000001", ("Соколова", "Анна")).await;
        let booking = booked(&app, &anna, ("mfc-visit", "tomsk-mfc-main-01"), true).await;
        let (vera, mut clerk) = clerk(&app, 1, "tomsk-mfc-main").await;
        let page = opens(&mut clerk, &booking).await;
        assert_eq!(entry(&app, &page).await, is("open_visitor", "", "booking"));

        // A role: given, once under its key, and taken away.
        let form = boss.get("/staff/people/new?organization=tomsk-mfc").await;
        let form = form.forms("/staff/people/new").pop().unwrap();
        let form = form.set("contact", "+7 922 000-00-01");
        let form = form.set("role", "service_centre").set("place", "site:tomsk-mfc-main");
        let wrong = boss.submit(&form.clone().set("reason", "")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let form = form.set("reason", "Приказ 12");
        let page = boss.submit(&form).await;
        assert_eq!(entry(&app, &page).await, is("grant_role", "invited", "invitation"));
        assert_eq!(boss.submit(&form).await.location(), "/staff/proposals?done=offered");
        let token = page.text().split("/staff/join?token=").nth(1).unwrap()[..64].to_owned();
        let form = clerk.get(&format!("/staff/join?token={token}")).await.form("/staff/join");
        let page = clerk.submit(&form).await;
        assert_eq!(entry(&app, &page).await, is("join_staff", "", "role"));
        let grant = app.db.read(move |tx| {
            let sql =
                "SELECT id FROM staff_grant WHERE account_id = $1 AND role = 'service_centre'";
            Ok(tx.one(sql, args![&vera], |r| r.get::<Id>(0))?)
        });
        let card = format!("/staff/people/{}", grant.await.unwrap());
        let form = boss.get(&card).await.forms_at("/revoke").set("reason", "Уволена");
        let page = boss.submit(&form).await;
        assert_eq!(entry(&app, &page).await, is("revoke_role", "", "role"));

        // Help, the same entry whether or not there is such an account.
        let form = boss.get("/staff/restore").await.form("/staff/restore").set("aim", "sessions");
        let form = form.set("surname", "Соколова").set("seen", "call").set("reason", "Просит");
        for identifier in ["+7 911 000-00-01", "+7 911 000-00-99"] {
            let page = boss.submit(&form.clone().set("identifier", identifier)).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.text());
            assert_eq!(entry(&app, &page).await, is("help_recover", "sessions_ended", ""));
        }

        // A site.
        let form = boss.get("/staff/sites/new").await.form("/staff/sites/new");
        let form = form.set("name_ru", "Налоговая служба").set("name_en", "Tax Service");
        let page = boss.submit(&form.set("redirects", "https://nalog.example/cb")).await;
        assert_eq!(entry(&app, &page).await, is("connect_sites", "connected", "site"));

        // An invitation.
        let cx = Cx::new(&app.clock, &app.chance, Actor::Engineer, Channel::Cli);
        let portal = app.portal();
        let wish = Invite { role: Role::Clerk, place: Place::Site("tomsk-mfc-main".into()) };
        let offer = move |tx: &mut base::Tx<'_>| {
            rooms::access::invite(tx, &cx, &portal.city.offices, &wish)
        };
        let token = app.db.write(offer).await.unwrap();
        let mut guest = browser(&app, &anna).await;
        let form = guest.get(&format!("/staff/join?token={token}")).await.form("/staff/join");
        let page = guest.submit(&form).await;
        assert_eq!(entry(&app, &page).await, is("join_staff", "", "role"));

        let page = boss.post_form("/staff/trail/file", &[]).await;
        assert_eq!(entry(&app, &page).await, is("export_trail", "", ""));
    });
}

#[test]
fn an_administrator_reads_filters_and_follows_what_the_staff_did() {
    each(async |app, mut boss| {
        let page = boss.get(HERE).await;
        assert!(page.says("В журнале пока пусто") && page.forms("/staff/trail/file").is_empty());
        let anna = person(&app, "79110000001", ("Канарейкина", "Анна")).await;
        let booking = booked(&app, &anna, ("mfc-visit", "tomsk-mfc-main-01"), true).await;
        let (vera, mut vera_sees) = clerk(&app, 1, "tomsk-mfc-main").await;
        let manager = person(&app, "79220000005", ("Морозова", "Ирина")).await;
        given(&app, &manager, Role::OrganizationAdmin, Place::Organization("tomsk-mfc".into()))
            .await;
        let other = person(&app, "79220000006", ("Дальнева", "Ольга")).await;
        given(&app, &other, Role::OrganizationAdmin, Place::Organization("tomsk-clinic".into()))
            .await;
        let looked = opens(&mut vera_sees, &booking).await;
        let op = looked.head("operation-id").to_owned();
        assert_eq!(vera_sees.get(HERE).await.status, StatusCode::FORBIDDEN);

        let page = boss.get(HERE).await;
        assert!(page.says("1 действие на странице") && page.says("Вавилова Юлия"));
        assert!(
            page.says("Открытие данных посетителя") && page.says("Регистратор"),
            "{}",
            page.text()
        );
        assert!(page.says(&op) && page.says(&booking) && page.says("1 декабря 2026"));
        assert!(!page.says("Канарейкина"), "no names of visitors");
        assert_eq!(page.link(&op), format!("{HERE}?op={op}"));
        assert_eq!(page.link("Вавилова Юлия"), format!("{HERE}?staff={vera}"));
        assert!(!page.text().contains("/staff/bookings/"), "she may not open it");

        // Those of the same body read it, those of another do not.
        let mut manager = browser(&app, &manager).await;
        let page = manager.get(HERE).await;
        assert!(page.says(&op) && !page.text().contains("value=\"engineer\""));
        assert!(!page.text().contains("value=\"set_level\""), "what only the engineer does");
        let mut other = browser(&app, &other).await;
        assert!(other.get(HERE).await.says("В журнале пока пусто"));
        let page = other.get(&format!("{HERE}?op={op}")).await;
        assert!(page.says("Ничего не нашлось") && page.status == StatusCode::OK);
        let page = other.get(&format!("{HERE}?staff={vera}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "whoever is out of reach");

        for (query, found) in [
            (format!("staff={vera}"), true),
            ("staff=engineer".to_owned(), false),
            ("deed=open_visitor&from=2026-12-01&to=2026-12-01".to_owned(), true),
            ("deed=grant_role".to_owned(), false),
            ("from=02.12.2026".to_owned(), false),
            (format!("op={}", op.to_uppercase()), true),
        ] {
            let page = boss.get(&format!("{HERE}?{query}")).await;
            assert_eq!(page.status, StatusCode::OK, "{query}");
            assert_eq!(page.says(&booking), found, "{query}");
            assert_eq!(page.says("Ничего не нашлось"), !found, "{query}");
        }
        let page = boss.get(&format!("{HERE}?deed=fly&from=soon&op=12&staff=x")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.says("Напишите дату так") && page.says("26 цифр"), "{}", page.text());
        assert!(page.says("Выберите один из вариантов"));
        assert_eq!(page.form(HERE).value("op"), "12", "what was typed stays");
        let page = boss.get(&format!("{HERE}?from=2026-12-05&to=2026-12-01")).await;
        assert!(page.says("Последний день раньше первого"));

        let mut english = boss.clone().with("accept-language", "en");
        let page = english.get(HERE).await;
        assert!(page.says("Opening a visitor’s data") && page.says("1 action on this page"));
    });
}

#[test]
fn pages_of_the_trail_follow_each_other_and_keep_the_filter() {
    each(async |app, mut boss| {
        fill(&app, 120).await;
        let (mut seen, mut path) = (Vec::new(), format!("{HERE}?deed=set_level"));
        loop {
            let page = boss.get(&path).await;
            assert_eq!(page.status, StatusCode::OK);
            seen.extend(page.text().split("?op=").skip(1).map(|x| x[..26].to_owned()));
            // Somebody works on meanwhile.
            fill(&app, 3).await;
            if !page.text().contains("rel=\"next\"") {
                break;
            }
            path = page.link("Дальше");
            assert!(path.starts_with("/staff/trail?deed=set%5Flevel&before="), "{path}");
        }
        assert_eq!(seen.len(), 120);
        let all: BTreeSet<_> = seen.iter().collect();
        assert_eq!(all.len(), 120, "nothing twice");
        let page = boss.get(&path).await;
        assert!(page.says("К самым новым"));
        let page = boss.get(&format!("{HERE}?before=0000000000aaaaaaaaaaaaaaaa")).await;
        assert!(page.says("Более старых записей нет"));
        assert_eq!(boss.get(&format!("{HERE}?before=%27--")).await.status, StatusCode::OK);
    });
}

/// So many operations of the engineer.
async fn fill(app: &App, count: usize) {
    for _ in 0..count {
        app.clock.advance(1_000);
        let cx = Cx::new(&app.clock, &app.chance, Actor::Engineer, Channel::Cli);
        let deed = Deed::Command(Command::SetLevel);
        let note = move |tx: &mut base::Tx<'_>| {
            trail::by_engineer(tx, &cx, deed, &Done::to(Kind::Account, "a1"))
        };
        app.db.write(note).await.unwrap();
    }
}

#[test]
fn the_file_of_the_trail_opens_in_a_spreadsheet_and_runs_nothing_there() {
    each(async |app, mut boss| {
        let (vera, _) = clerk(&app, 1, "tomsk-mfc-main").await;
        // Whatever came into the database: nothing of it is a formula.
        let bad = move |tx: &mut base::Tx<'_>| {
            tx.exec(
                "INSERT INTO staff_trail (id, at, op_id, account_id, action, step, role, place_kind,
                                          place_id, object_kind, object_id, channel)
                 VALUES ('00000000000000000000000001', 1, 'op1', $1, '+cmd', '', 'clerk', 'site',
                         'none', '@x', '=1+1', 'web')",
                args![&vera],
            )?;
            Ok(())
        };
        app.db.write(bad).await.unwrap();
        fill(&app, 1).await;
        let form = boss.get(&format!("{HERE}?staff=engineer")).await.form("/staff/trail/file");
        let page = boss.submit(&form).await;
        assert_eq!(page.head("content-type"), "text/csv; charset=utf-8");
        assert!(page.head("content-disposition").contains("okno-trail.csv"));
        assert_eq!(page.head("cache-control"), "no-store");
        let lines: Vec<_> = page.text().lines().collect();
        assert_eq!(lines.len(), 2, "{}", page.text());
        assert!(lines[0].starts_with("\u{feff}\"Когда\";\"Кто\""), "{}", lines[0]);
        assert!(
            lines[1].contains("\"Инженер портала\"") && lines[1].contains("\"Изменение уровня\"")
        );
        assert!(page.text().ends_with("\r\n"));

        let page = boss.post_form("/staff/trail/file", &[]).await;
        assert!(page.text().contains("\"Скачивание журнала\""), "the one before is in it");
        for cell in ["\"'+cmd\"", "\"'=1+1\"", "\"'@x\""] {
            assert!(page.text().contains(cell), "{cell}: {}", page.text());
        }
        let wrong = boss.post_form("/staff/trail/file", &[("from", "soon")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let mut clerk = clerk_again(&app).await;
        assert_eq!(clerk.post_form("/staff/trail/file", &[]).await.status, StatusCode::FORBIDDEN);
    });
}

async fn clerk_again(app: &Arc<App>) -> Client {
    clerk(app, 2, "tomsk-mfc-main").await.1
}

#[test]
fn a_file_of_more_than_ten_thousand_rows_says_so() {
    each(async |app, mut boss| {
        let many = |tx: &mut base::Tx<'_>| {
            tx.exec(
                "INSERT INTO staff_trail (id, at, op_id, action, step, channel)
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001)
                 SELECT '0000' || CAST(i AS TEXT), 1, 'op' || CAST(i AS TEXT), 'set_level', '', 'cli'
                 FROM n",
                args![],
            )?;
            Ok(())
        };
        app.db.write(many).await.unwrap();
        let page = boss.post_form("/staff/trail/file", &[("deed", "set_level")]).await;
        let lines: Vec<_> = page.text().lines().collect();
        assert_eq!(lines.len(), 10_002);
        assert!(lines[10_001].contains("10000"), "{}", lines[10_001]);
        assert!(lines[10_001].contains("сузьте отбор"));
    });
}
