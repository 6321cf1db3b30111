//! One's data in one's own hands, on the pages.

use std::process::Command;
use std::sync::Arc;

use axum::http::StatusCode;
use base::{Actor, Channel, Cx, Id, Instant};
use rooms::accounts::Level;
use rooms::{booking, privacy};

use super::acting::{added, filled};
use super::booking::{account, book, browser, city, hold};
use crate::App;
use crate::testing::{self, Client, Page, run};

/// The demo's city on each engine, with somebody called Anna.
fn each(story: impl AsyncFn(Arc<App>, Id)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app(db);
        run(async {
            let anna = account(&app, 1, Level::Verified).await;
            story(app.clone(), anna).await;
        });
    });
}

/// What the newest letter of an event says.
async fn letter(app: &App, event: &str) -> serde_json::Value {
    let letters = app.db.read(testkit::letters).await.unwrap();
    letters.into_iter().find(|x| x.0 == event).unwrap_or_else(|| panic!("no {event}")).1
}

/// Once the last proof is old, every act of these pages leads to the proof first.
#[test]
fn every_change_asks_for_a_fresh_proof_and_gives_back_what_was_typed() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        app.clock.advance(11 * Instant::MINUTE);
        for (path, field) in [("/account/name", "surname"), ("/account/contact/phone", "phone")] {
            let form = client.get(path).await.form(path).set(field, "8 999 111-22-33");
            let led = client.submit(&form).await.location();
            assert!(led.starts_with("/signin/again?next=") && led.contains("kept"), "{led}");
        }
        let led = client.post_form("/account/data/copy", &[]).await.location();
        assert!(led.starts_with("/signin/again?next=/account/data"), "{led}");
        let led = client.post_form("/account/close", &[("sure", "1")]).await.location();
        assert!(led.starts_with("/signin/again?next=/account/close"), "{led}");
    });
}

#[test]
fn a_name_is_put_right_with_all_faults_at_once() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let page = client.get("/account/name").await;
        assert!(page.says("уровень учётной записи станет упрощённым"));
        let form = page.form("/account/name").set("surname", "").set("name", "A1");
        let page = client.submit(&form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["#surname", "#name"] {
            assert!(page.text().contains(&format!("href=\"{field}\"")), "{field}");
        }
        let form = page.form("/account/name").set("surname", "Воронова").set("name", "Анна");
        let answer = client.submit(&form).await;
        assert_eq!(answer.location(), "/account/data?done=name");
        let page = client.follow(answer).await;
        assert!(page.says("Имя изменено") && page.says("Воронова Анна"), "{}", page.text());
        assert!(client.get("/account").await.says("Упрощённая"));
        letter(&app, "security-name-changed").await;
    });
}

#[test]
fn a_new_phone_is_proved_told_and_taken_back() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let mut other = browser(&app, &anna).await;
        assert_eq!(client.get("/account/contact/fax").await.status, StatusCode::NOT_FOUND);
        let page = client.get("/account/contact/phone").await;
        let form = page.form("/account/contact/phone");
        let page = client.submit(&form.clone().set("phone", "112")).await;
        assert!(page.text().contains("href=\"#phone\""));
        let answer = client.submit(&form.set("phone", "8 999 111-22-33")).await;
        let path = answer.location();
        let page = client.follow(answer).await;
        assert!(page.says("+7 999 ***-**-33") && !page.text().contains("+79991112233"));
        let wrong = client.submit(&page.form(&path).set("code", "000000")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let code = letter(&app, "contact-code").await["code"].as_str().unwrap().to_owned();
        // A stranger to the change cannot even see it.
        let boris = account(&app, 2, Level::Simplified).await;
        let gone = browser(&app, &boris).await.get(&path).await;
        assert_eq!(gone.status, StatusCode::GONE);
        let answer = client.submit(&page.form(&path).set("code", &code)).await;
        assert_eq!(answer.location(), "/account/data?done=phone");
        assert!(client.follow(answer).await.says("+7 999 111-22-33"));
        assert!(other.get("/account").await.location().starts_with("/signin"), "ended elsewhere");

        let undo = letter(&app, "contact-undo").await;
        assert_eq!(undo["to"], "+79000000001");
        let link = undo["path"].as_str().unwrap().to_owned();
        let mut owner = Client::new(&app);
        for _ in 0..3 {
            // Programs that look into messages open every link: nothing happens.
            assert!(owner.get(&link).await.says("Вернуть прежний контакт"));
        }
        assert!(client.get("/account/data").await.says("+7 999 111-22-33"));
        let page = owner.get(&link).await;
        assert!(page.says("Это чужой компьютер"), "{}", page.text());
        let answer = owner.submit(&page.form(&link).set("shared", "1")).await;
        assert!(answer.location().starts_with("/signin/factor"));
        let said = owner.follow(answer).await;
        assert!(said.says("Прежний контакт снова ваш") && said.says("Придумайте новый пароль"));
        assert!(client.get("/account").await.location().starts_with("/signin"));
        assert_eq!(owner.get(&link).await.status, StatusCode::GONE);
        let twice = owner.get(&link).await;
        assert!(twice.says("По этой ссылке уже всё сделано"), "{}", twice.text());
        assert!(twice.text().contains("href=\"/recover\""), "{}", twice.text());
        let odd = owner.get("/notme/nothing").await;
        assert!(odd.says("Ссылка больше не действует") && odd.text().contains("href=\"/recover\""));
        let owner = browser(&app, &anna).await.get("/account/data").await;
        assert!(owner.says("+7 900 000-00-01"));
    });
}

#[test]
fn an_email_is_removed_while_the_phone_stays() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let form = client.get("/account/contact/email").await.form("/account/contact/email");
        let answer = client.submit(&form.set("email", "anna@example.org")).await;
        let page = client.follow(answer).await;
        let code = letter(&app, "contact-code").await["code"].as_str().unwrap().to_owned();
        let form = page.forms_at("/account/contact/email/").set("code", &code);
        assert_eq!(client.submit(&form).await.location(), "/account/data?done=email");

        const REMOVE: &str = "/account/contact/email/remove";
        let page = client.get("/account/contact/email").await;
        assert!(page.says("Телефон останется"), "{}", page.text());
        let form = page.form(REMOVE);
        app.clock.advance(11 * Instant::MINUTE);
        let led = client.submit(&form).await.location();
        assert!(led.starts_with("/signin/again?next=/account/contact/email"), "{led}");
        let mut client = browser(&app, &anna).await;
        let answer = client.submit(&form).await;
        assert_eq!(answer.location(), "/account/data?done=email-removed");
        let page = client.follow(answer).await;
        assert!(page.says("Почта убрана") && !page.says("anna@example.org"), "{}", page.text());
        assert_eq!(letter(&app, "contact-undo").await["to"], "anna@example.org");
        assert!(client.get("/account/contact/email").await.forms(REMOVE).is_empty());
    });
}

/// Unpacks an archive with Python's reader; gives its page and its data.
fn unpacked(page: &Page) -> Option<(String, serde_json::Value)> {
    assert_eq!(page.head("content-type"), "application/zip");
    assert_eq!(page.head("cache-control"), "no-store");
    assert!(page.head("content-disposition").starts_with("attachment"));
    if !testkit::has("python3") {
        return None;
    }
    let dir = testkit::TempDir::new();
    std::fs::write(dir.path().join("a.zip"), &page.body).unwrap();
    let script = "import zipfile; z = zipfile.ZipFile('a.zip'); assert z.testzip() is None; \
                  z.extractall('.')";
    let run = Command::new("python3").args(["-c", script]).current_dir(dir.path()).status();
    assert!(run.unwrap().success());
    let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap();
    Some((read("okno-data.html"), serde_json::from_str(&read("okno-data.json")).unwrap()))
}

#[test]
fn a_copy_of_everything_is_read_by_people_and_by_programs() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let booking = book(&mut client, 0).await;
        super::of_age::of_age(&app, &anna).await;
        super::acting::added(&mut client, "Михаил", "2019-09-03").await;
        let person = anna.clone();
        let cx = Cx::new(&app.clock, &app.chance, Actor::Engineer, Channel::Cli);
        let looked = move |tx: &mut base::Tx<'_>| privacy::looked(tx, &cx, &person, "level");
        app.db.write(looked).await.unwrap();
        let form = client.get("/account/data").await.form("/account/data/copy");
        let answer = client.submit(&form).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", String::from_utf8_lossy(&answer.body));
        letter(&app, "security-data-taken").await;
        assert!(client.get("/account/devices").await.says("Скачана копия данных"));
        if let Some((page, data)) = unpacked(&answer) {
            let of = &data["data"];
            assert_eq!(of["account"][0]["surname"], "Соколова");
            let id = booking.trim_start_matches("/bookings/");
            assert_eq!(of["bookings"][0]["id"], id);
            assert_eq!(of["bookings"][0]["form"]["consent_version"], "2026-11");
            assert_eq!(of["accesses"][0]["who"], "engineer");
            assert!(page.contains("Соколова") && page.contains("Записи на приём"));
            for part in of.as_object().unwrap().keys() {
                assert!(!page.contains(&format!("data-part-{part}")), "{part} has no title");
            }
            assert!(!page.contains("data-field-"), "a field has no name");
            assert!(!page.contains("consent_version") && page.contains("Конец приёма"), "{page}");
            assert!(page.contains("Редакция согласия: 2026-11"), "{page}");
            let papers = &of["mandates"][0];
            assert_eq!(papers["history"][0]["event"], "added", "{papers}");
            assert_eq!(papers["history"][0]["who"], "self");
            assert!(
                page.contains("Дата выдачи: 12 сентября 2019") && page.contains("Кто: вы"),
                "{page}"
            );
            assert!(!of.to_string().contains("\"who\":\"account:"), "ids of accounts are nobody's");
            assert!(!page.contains("details.") && !page.contains("powers."), "{page}");
            assert!(!page.contains("<script") && !page.contains("http-equiv"));
        }
        for _ in 0..4 {
            assert_eq!(client.submit(&form).await.status, StatusCode::OK);
        }
        let page = client.submit(&form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.says("пять раз в сутки"));
    });
}

/// Every value that an export may name has its words, whatever this test's people left behind.
#[test]
fn every_word_of_an_export_is_in_both_languages() {
    let texts = texts::Texts::load().unwrap();
    let source = |path: &str| {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../rooms/src");
        std::fs::read_to_string(root.join(path)).unwrap()
    };
    let mut keys: Vec<String> = Vec::new();
    for path in [
        "accounts/export.rs",
        "sessions/export.rs",
        "factors/export.rs",
        "factors/change.rs",
        "factors/kept.rs",
        "identity/export.rs",
        "identity/wish.rs",
        "booking/export.rs",
        "notify/export.rs",
        "admission/export.rs",
        "access/export.rs",
        "privacy/mod.rs",
    ] {
        let text = source(path);
        let after = |mark: &str, prefix: &str| -> Vec<String> {
            let words = text.split(mark).skip(1).filter_map(|x| x.split('"').next());
            words.map(|x| format!("{prefix}{x}")).collect()
        };
        keys.extend(after("Part { name: \"", "data-part-"));
        for mark in [".text(\"", ".at(\"", ".code(\"", ".with(\""] {
            keys.extend(after(mark, "data-field-"));
        }
    }
    keys.retain(|x| x != "data-field-history");
    assert!(keys.len() > 60, "{}", keys.len());
    for (key, lang) in keys.iter().flat_map(|x| texts::Lang::ALL.map(|lang| (x, lang))) {
        assert!(texts.has(lang, key), "{key} in {lang:?}");
    }
}

#[test]
fn consents_are_shown_with_version_and_time_and_withdrawn_where_that_is_lawful() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let booking = book(&mut client, 0).await;
        let page = client.get("/account/data").await;
        assert!(
            page.says("Редакция 2026-11") && page.says("Каким путём: на сайте"),
            "{}",
            page.text()
        );
        assert!(page.says("Отозвать можно, когда запись завершится"));
        assert!(page.forms("/account/data/consent").is_empty());
        let id = booking.trim_start_matches("/bookings/").to_owned();
        let forged = client.post_form("/account/data/consent", &[("booking", &id)]).await;
        assert!(forged.says("E-DATA-02") || forged.says("ещё действует"), "{}", forged.text());
        let forged = client.post_form("/account/data/consent", &[("kind", "privacy")]).await;
        assert!(forged.says("учётной записи не бывает"));

        let form = client.get(&format!("{booking}/cancel")).await.forms_at("/cancel");
        client.submit(&form).await;
        let boris = account(&app, 2, Level::Simplified).await;
        let mut stranger = browser(&app, &boris).await;
        let theirs = stranger.post_form("/account/data/consent", &[("booking", &id)]).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND);
        let form = client.get("/account/data").await.form("/account/data/consent");
        let form = form.press("Отозвать");
        assert_eq!(client.submit(&form).await.location(), "/account/data?done=consent");
        let found = app.db.read(move |tx| booking::of_account(tx, &anna, &id)).await.unwrap();
        assert_eq!(*found.form.reveal(), serde_json::json!({}), "what was typed is forgotten");
        assert!(!client.get("/account/data").await.says("Обработка данных для записи"));
    });
}

#[test]
fn a_withdrawn_consent_leaves_a_booking_for_somebody_else_and_not_for_its_owner() {
    each(async |app, anna| {
        super::of_age::of_age(&app, &anna).await;
        let mut client = browser(&app, &anna).await;
        let child = added(&mut client, "Михаил", "2019-09-03").await;
        let place = "/book/mfc-visit?resource=tomsk-mfc-main-01&day=2026-12-08";
        let form_at = hold(&mut client, place, 0).await;
        let review = filled(&mut client, &form_at, &child).await.location();
        let page = client.get(&review).await;
        let done = client.submit(&page.forms_at("/confirm")).await.location();
        let booking = done.replace("?done=1", "");
        let form = client.get(&format!("{booking}/cancel")).await.forms_at("/cancel");
        client.submit(&form).await;
        assert!(client.get(&booking).await.says("Соколов Михаил Андреевич (представитель"));
        let form = client.get("/account/data").await.form("/account/data/consent");
        assert!(client.submit(&form.press("Отозвать")).await.status.is_redirection());
        for page in [client.get(&booking).await, client.get("/bookings?state=cancelled").await] {
            assert!(page.says("Представляемый (имя удалено)"), "{}", page.text());
            assert!(!page.says("Михаил"));
        }
        let found = app.db.read(rooms::mandates::verify).await.unwrap();
        assert_eq!(found, []);
    });
}

#[test]
fn closing_says_what_becomes_of_bookings_and_signing_in_takes_it_back() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        book(&mut client, 0).await;
        let page = client.get("/account/close").await;
        assert!(page.says("У вас есть предстоящая запись") && page.says("через 7 дней"));
        let form = page.form("/account/close");
        let page = client.submit(&form).await;
        assert!(page.text().contains("href=\"#standing\""), "{}", page.text());
        let form = form.set("standing", "keep");
        let page = client.submit(&form).await;
        assert!(page.text().contains("href=\"#sure\""));
        let page = client.submit(&form.set("sure", "1")).await;
        assert!(page.says("Учётная запись закрывается") && page.says("8 декабря, 09:00"));
        assert!(!page.says("Соколова"), "nobody is signed in on this page");
        assert!(!client.cookies.contains_key("okno"));
        letter(&app, "security-closing").await;
        let due = |app: &Arc<App>| {
            let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
            // As the worker does: on a thread of its own.
            std::thread::scope(|scope| {
                scope.spawn(|| privacy::erase_due(&app.db, &cx).unwrap()).join().unwrap()
            })
        };
        app.clock.advance(6 * Instant::DAY);
        assert_eq!(due(&app), 0);
        let mut client = browser(&app, &anna).await;
        // Where one arrives, for some minutes; on the page of the data for a day.
        assert!(client.get("/").await.says("учётная запись остаётся"));
        app.clock.advance(11 * Instant::MINUTE);
        for (path, told) in [("/", false), ("/account", false), ("/account/data", true)] {
            assert_eq!(client.get(path).await.says("учётная запись остаётся"), told, "{path}");
        }
        assert_eq!(letter(&app, "identity-stays").await["account"], anna.as_str());
        app.clock.advance(2 * Instant::DAY);
        assert_eq!(due(&app), 0);

        let mut client = browser(&app, &anna).await;
        let page = client.get("/account/close").await;
        let form = page.form("/account/close").set("standing", "cancel").set("sure", "1");
        assert_eq!(client.submit(&form).await.status, StatusCode::OK);
        app.clock.advance(7 * Instant::DAY);
        assert_eq!(due(&app), 1);
        let gone = app.db.read(move |tx| rooms::accounts::read::account(tx, &anna)).await;
        assert!(gone.unwrap().is_none());
    });
}

#[test]
fn a_visit_after_the_day_on_which_the_data_go_is_not_offered_to_be_kept() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let late_at = "/book/mfc-visit?resource=tomsk-mfc-main-01&day=2026-12-10";
        let form_at = hold(&mut client, late_at, 0).await;
        let review = filled(&mut client, &form_at, "").await.location();
        let page = client.get(&review).await;
        let late = client.submit(&page.forms_at("/confirm")).await.location();
        let late = late.replace("?done=1", "");
        let page = client.get("/account/close").await;
        assert!(page.says("Эта запись позже") && !page.says("Оставить"), "{}", page.text());
        let soon = book(&mut client, 0).await;
        let page = client.get("/account/close").await;
        let form = page.form("/account/close").set("standing", "keep").set("sure", "1");
        assert!(page.says("Эта запись позже") && page.says("У вас есть предстоящая запись"));
        assert_eq!(client.submit(&form).await.status, StatusCode::OK);
        let state = async |path: &str| {
            let id = path.trim_start_matches("/bookings/").to_owned();
            let me = anna.clone();
            let found = app.db.read(move |tx| booking::of_account(tx, &me, &id)).await;
            found.unwrap().state
        };
        assert_eq!(state(&soon).await, booking::State::Pending);
        assert_eq!(state(&late).await, booking::State::CancelledByApplicant);
    });
}

#[test]
fn a_consent_that_was_given_several_times_is_one_row_with_the_others_folded() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        for n in 0..3 {
            let (cx, id) = (
                Cx::new(&app.clock, &app.chance, Actor::Account(anna.clone()), Channel::Web),
                anna.clone(),
            );
            let give = move |tx: &mut base::Tx<'_>| {
                let sql = "INSERT INTO consent (account_id, kind, version, given_at, channel)
                           VALUES ($1, 'personal_data', '2026-11', $2, 'web')";
                Ok(tx.exec(sql, base::args![&id, cx.now])?)
            };
            app.db.write(give).await.unwrap();
            app.clock.advance(n * Instant::MINUTE + Instant::MINUTE);
        }
        let page = client.get("/account/data").await;
        assert_eq!(page.text().matches("<strong>Подтверждение личности</strong>").count(), 1);
        assert!(page.says("Раньше: 2 раза"), "{}", page.text());
        let page = client.get("/account").await;
        assert_eq!(page.text().matches("<dt>Подтверждение личности</dt>").count(), 1);

        // Forms that were sent with one text: each can still be withdrawn by itself.
        let first = book(&mut client, 0).await;
        let cancel = client.get(&format!("{first}/cancel")).await.forms_at("/cancel");
        client.submit(&cancel).await;
        book(&mut client, 1).await;
        let page = client.get("/account/data").await;
        assert!(page.says("2 записи") && page.says("Отозвать можно, когда запись завершится"));
        let form = page.forms("/account/data/consent").pop().unwrap().press("Отозвать");
        assert_eq!(client.submit(&form).await.location(), "/account/data?done=consent");
        assert!(!client.get("/account/data").await.says("2 записи"));

        let copy = client.get("/account/data").await.form("/account/data/copy");
        if let Some((words, data)) = unpacked(&client.submit(&copy).await) {
            let all = data["data"]["consents"].as_array().unwrap();
            let own: Vec<_> = all.iter().filter(|x| x["text"] == "personal_data").collect();
            assert_eq!((own.len(), own[0]["history"].as_array().unwrap().len()), (1, 2), "{all:?}");
            assert!(!words.contains("data-field-"), "{words}");
        }
    });
}

#[test]
fn every_page_reminds_of_an_e_mail_that_was_never_proved() {
    each(async |app, anna| {
        let mut proved = browser(&app, &anna).await;
        assert!(!proved.get("/help").await.says("Почта не подтверждена"));
        let email = rooms::accounts::Email::parse("email", "vera@example.org").unwrap();
        let name = |text: &str| rooms::accounts::PersonName::parse_optional("name", text).unwrap();
        let new = rooms::accounts::NewAccount {
            surname: name("Рябинина"),
            name: name("Вера"),
            patronymic: name(""),
            phone: rooms::accounts::Phone::parse("phone", "+79995556677").unwrap(),
            email: Some(email),
            email_verified: false,
            password_hash: None,
            level: Level::Simplified,
            lang: texts::Lang::Ru,
        };
        let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Cli);
        let add = move |tx: &mut base::Tx<'_>| rooms::accounts::add(tx, &cx, &new);
        let vera = app.db.write(add).await.unwrap();
        let mut client = browser(&app, &vera).await;
        for path in ["/", "/help", "/bookings"] {
            let page = client.get(path).await;
            assert!(page.says("Почта не подтверждена"), "{path}");
            assert_eq!(page.link("Подтвердить почту"), "/account");
        }
        let page = client.get("/account").await;
        assert!(!page.says("Почта не подтверждена: письма"), "there is the button itself");
        client.submit(&page.form("/account/email-link")).await;
        let path = letter(&app, "email-link").await["path"].as_str().unwrap().to_owned();
        let page = client.get(&path).await;
        client.submit(&page.forms_at("/register/email/")).await;
        assert!(!client.get("/help").await.says("Почта не подтверждена"));
    });
}
