//! People come: registration, signing in and out, their page, the demo.

use std::sync::Arc;

use axum::http::StatusCode;
use base::vault::{NOBODY, Spot};
use base::{Actor, Channel, Cx, Db, Id, Instant, args};
use rooms::demo::{people, staff};
use serde_json::json;

use crate::App;
use crate::testing::{self, Client, FilledForm, Page, run};

const PASSWORD: &str = "Ясень горит7!";

/// The story on both engines.
fn each(story: impl AsyncFn(&Arc<App>)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let app = testing::app(db);
        let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
        people::seed_logins(&app.db, &cx, &app.policy.secrets).unwrap();
        run(story(&app));
    });
}

fn filled(page: &Page) -> FilledForm {
    page.form("/register")
        .set("surname", "Иванова")
        .set("name", "Мария")
        .set("patronymic", "Петровна")
        .set("phone", "8 (912) 345-67-89")
        .set("email", "maria@example.org")
        .set("password", PASSWORD)
        .set("agreement", "1")
        .set("privacy", "1")
}

/// The newest letter by this way.
async fn letter(db: &Db, channel: &'static str) -> serde_json::Value {
    let letters = db.read(testkit::letters).await.unwrap();
    letters.into_iter().map(|x| x.1).find(|x| x["channel"] == channel).unwrap()
}

async fn sms_code(app: &App) -> String {
    letter(&app.db, "sms").await["code"].as_str().unwrap().to_owned()
}

/// Registers up to the page on which the code is typed.
async fn to_the_code(client: &mut Client, next: &str) -> Page {
    let page = client.get(&crate::next::with("/register", next)).await;
    let answer = client.submit(&filled(&page)).await;
    assert!(answer.location().starts_with("/register/code?next="), "{}", answer.location());
    client.follow(answer).await
}

#[test]
fn somebody_registers_signs_out_and_in_and_arrives_where_they_wanted_to_go() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = to_the_code(&mut client, "/accessibility?from=a&b=c").await;
        assert!(page.says("+7 912 345-67-89") && page.says("maria@example.org"));
        assert_eq!(page.link("Посмотреть код"), "/demo/messages");
        let code = page.form("/register/code").set("code", &sms_code(app).await);
        let answer = client.submit(&code).await;
        let cookie = answer.head("set-cookie").to_owned();
        assert!(cookie.starts_with("okno=") && cookie.ends_with("; HttpOnly; SameSite=Lax"));
        assert!(!cookie.contains("Max-Age") && cookie.contains("Path=/"), "{cookie}");
        let page = client.follow(answer).await;
        assert!(page.says("Учётная запись создана") && page.says("Мария Иванова"));
        assert_eq!(page.link("Продолжить"), "/accessibility?from=a&b=c");

        let answer = client.submit(&page.form("/signout")).await;
        assert_eq!(answer.head("clear-site-data"), "\"cache\"");
        assert_eq!(answer.location(), "/");
        assert!(!client.cookies.contains_key("okno"));
        let token = cookie[5..].split(';').next().unwrap();
        client.cookies.insert("okno".into(), token.to_owned());
        assert_eq!(client.get("/account").await.location(), "/signin?next=/account&ended=1");

        let page = client.get("/signin?next=/account").await;
        assert_eq!(page.link("Создать"), "/register?next=/account");
        let form = page.form("/signin").set("identifier", "912 345 67 89");
        let answer = client.submit(&form.set("password", PASSWORD)).await;
        assert_eq!(answer.location(), "/account");
        let page = client.follow(answer).await;
        for words in ["Иванова Мария Петровна", "+7 912 345-67-89", "Не подтверждена", "1 браузере"]
        {
            assert!(page.says(words), "{words}");
        }
        assert!(page.says("дано 1 декабря 2026"));
        assert_eq!(client.get("/signin?next=/account").await.location(), "/account");
        assert!(app.policy.secrets.is_mark(&client.cookies["browser"]));
    });
}

#[test]
fn whoever_has_one_name_says_so_and_is_called_by_it_everywhere() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = client.get("/register").await;
        let form = filled(&page).set("surname", "").set("name", "Сухарто").set("patronymic", "");
        let refused = client.submit(&form).await;
        assert!(refused.says("Фамилия: "), "a surname is not left out by mistake");
        assert!(refused.says("У меня одно имя"), "{}", refused.text());
        let none = refused.form("/register").set("name", "").set("one_name", "1");
        let refused = client.submit(&none.set("password", PASSWORD)).await;
        assert!(refused.says("Впишите имя сюда"), "{}", refused.text());
        let answer = client.submit(&form.set("one_name", "1")).await;
        let page = client.follow(answer).await;
        let code = page.form("/register/code").set("code", &sms_code(app).await);
        let answer = client.submit(&code).await;
        let page = client.follow(answer).await;
        assert!(page.says("Учётная запись создана"), "{}", page.text());
        let page = client.get("/account").await;
        assert!(page.text().contains("<h2 id=\"me\">Сухарто</h2>"), "{}", page.text());

        // The form of the name knows it, and moving the name to the other field changes nothing.
        let form = client.get("/account/name").await.form("/account/name");
        assert_eq!((form.value("name"), form.value("one_name")), ("Сухарто", "1"));
        let refused = client.submit(&form.clone().unset("one_name")).await;
        assert!(refused.says("Фамилия: "), "{}", refused.text());
        let answer = client.submit(&form.set("surname", "Сухарто").set("name", "")).await;
        assert_eq!(answer.location(), "/account/data?done=name");
        let page = client.get("/account").await;
        assert!(page.text().contains("<h2 id=\"me\">Сухарто</h2>"), "{}", page.text());
    });
}

#[test]
fn somebody_registers_without_an_email_and_never_without_a_name_or_a_phone() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = client.get("/register").await;
        let form = filled(&page).set("email", "").set("patronymic", "");
        let refused = client.submit(&form.clone().set("surname", "").set("phone", "")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.says("Фамилия: ") && refused.says("Мобильный телефон: "),
            "{}",
            refused.text()
        );
        assert!(!refused.says("Электронная почта: "), "nobody has to have one");
        let refused = client.submit(&form.clone().unset("privacy").set("name", "")).await;
        let (name, tick) = ("Имя: ", "Соглашаюсь на обработку персональных данных: ");
        assert!(refused.says(tick), "as the form names it: {}", refused.text());
        let order = [name, tick].map(|x| refused.text().find(&format!(">{x}")));
        assert!(order[0].is_some() && order[0] < order[1], "{order:?}");
        let answer = client.submit(&form).await;
        let page = client.follow(answer).await;
        assert!(page.says("+7 912 345-67-89") && !page.says("maria@"), "{}", page.text());
        let code = page.form("/register/code").set("code", &sms_code(app).await);
        let answer = client.submit(&code).await;
        let page = client.follow(answer).await;
        assert!(page.says("Учётная запись создана"), "{}", page.text());
        let page = client.get("/account").await;
        assert!(page.says("Упрощённая") && page.says("Иванова Мария"));
        // Whoever has only a phone signs in again with it, and is known by no e-mail.
        client.submit(&page.form("/signout")).await;
        let form = client.get("/signin?next=/account").await.form("/signin");
        let form = form.set("identifier", "+7 912 345 67 89").set("password", PASSWORD);
        assert_eq!(client.submit(&form).await.location(), "/account");
    });
}

#[test]
fn wrong_used_expired_and_spent_codes_are_told_apart() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = to_the_code(&mut client, "/").await;
        let right = sms_code(app).await;
        let wrong = if right == "000000" { "000001" } else { "000000" };
        let form = page.form("/register/code");
        let page = client.submit(&form).await;
        assert!(page.says("Заполните это поле"));
        let page = client.submit(&form.clone().set("code", wrong)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.says("Осталось попыток: 4") && page.says("+7 912 345-67-89"));

        app.clock.advance(11 * Instant::MINUTE);
        let page = client.submit(&form.clone().set("code", &right)).await;
        assert!(page.says("Срок действия истёк"));
        let again = page.form("/register/resend").set("by", "sms");
        let page = client.submit(&again).await;
        let page = client.follow(page).await;
        assert!(page.says("Отправили новый код"));
        if right != sms_code(app).await {
            let page = client.submit(&form.clone().set("code", &right)).await;
            assert!(page.says("Это прежний код"), "{}", page.text());
        }
        let code = form.clone().set("code", &sms_code(app).await);
        let mut twice = client.clone();
        assert!(client.submit(&code).await.location().starts_with("/register/done"));
        let page = twice.submit(&code).await;
        assert!(page.says("уже воспользовались") && page.says("Войти"));
        let page = client.get("/register/code").await;
        assert_eq!((page.status, page.says("E-ACC-04")), (StatusCode::GONE, true));

        for _ in 0..2 {
            let page = twice.submit(&again).await;
            assert!(page.says("Эта регистрация уже завершена"));
        }
    });
}

#[test]
fn a_mistyped_phone_is_put_right_in_the_form_as_it_was_filled_in() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = to_the_code(&mut client, "/bookings").await;
        let old = page.form("/register/code").set("code", &sms_code(app).await);
        let fix = page.form("/register/correct");
        // Another browser gets an empty form.
        let none = Client::new(app).submit(&fix).await;
        assert_eq!(none.location(), "/register?next=/bookings");
        let mut stale = client.clone();
        let page = client.submit(&fix).await;
        assert!(page.says("введите пароль ещё раз"), "{}", page.text());
        for typed in ["Иванова", "Мария", "Петровна", "+7 912 345-67-89", "maria@example.org"]
        {
            assert!(page.text().contains(&format!("value=\"{typed}\"")), "{typed}");
        }
        assert!(!page.text().contains(PASSWORD) && !client.cookies.contains_key("okno-register"));
        assert!(stale.submit(&old).await.says("Срок действия истёк"), "the old one has ended");
        assert_eq!(stale.get("/register/code").await.status, StatusCode::GONE);
        app.clock.advance(Instant::SECOND);
        let form = page.form("/register").set("phone", "+7 912 345-67-80");
        let answer = client.submit(&form.set("password", PASSWORD)).await;
        let page = client.follow(answer).await;
        assert!(page.says("+7 912 345-67-80"), "{}", page.text());
        let code = page.form("/register/code").set("code", &sms_code(app).await);
        assert_eq!(client.submit(&code).await.location(), "/register/done?next=/bookings");
    });
}

#[test]
fn a_registration_goes_on_in_the_browser_that_began_it_and_in_no_other() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = to_the_code(&mut client, "/").await;
        assert_eq!(page.path, "/register/code?next=/", "the address opens nothing");
        let mut other = Client::new(app);
        let seen = other.get(&page.path).await;
        assert_eq!((seen.status, seen.says("E-ACC-04")), (StatusCode::GONE, true));
        other.cookies.insert("okno-register".to_owned(), "0a".repeat(32));
        let unknown = other.get(&page.path).await;
        assert_eq!((unknown.status, unknown.says("***")), (seen.status, false));
        let code = page.form("/register/code").set("code", &sms_code(app).await);
        let tried = Client::new(app).submit(&code).await;
        assert!(tried.says("Срок действия истёк"), "{}", tried.text());
        let again = page.form("/register/resend").set("by", "sms");
        assert!(Client::new(app).submit(&again).await.says("Эта регистрация"));
        let done = client.submit(&code).await;
        assert_eq!(done.location(), "/register/done?next=/");
        assert!(client.cookies.contains_key("okno-device"), "as ever where nothing was ticked");
        assert!(!client.cookies.contains_key("okno-register"));
    });
}

#[test]
fn a_registration_on_somebody_elses_computer_leaves_nothing_there() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = client.get("/register").await;
        let answer = client.submit(&filled(&page).set("shared", "1")).await;
        let page = client.follow(answer).await;
        let code = page.form("/register/code").set("code", &sms_code(app).await);
        assert_eq!(client.submit(&code).await.location(), "/register/done?next=/");
        for name in ["okno-device", "browser"] {
            assert!(!client.cookies.contains_key(name), "{name}");
        }
        assert!(client.get("/account").await.says("Мария"));
    });
}

#[test]
fn a_refused_registration_comes_back_whole_but_for_the_password() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = client.get("/register?next=/bookings").await;
        let form = filled(&page).set("phone", "+7 495 123-45-67").unset("privacy");
        let page = client.submit(&form.clone().set("password", "Short1!")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text().contains("<title>Ошибка: ") && !page.text().contains("Short1!"));
        let back = page.form("/register");
        for (name, value) in form.fields.iter().filter(|x| x.0 != "password") {
            assert_eq!(back.value(name), value, "{name}");
        }
        assert_eq!((back.value("password"), back.value("privacy")), ("", ""));
        for id in ["#phone", "#password", "#privacy"] {
            assert!(page.text().contains(&format!("<a href=\"{id}\">")), "{id}");
        }
    });
}

#[test]
fn a_fourth_message_in_ten_minutes_is_refused_on_the_page() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = to_the_code(&mut client, "/").await;
        let again = page.form("/register/resend").press("СМС");
        for _ in 0..2 {
            assert!(client.submit(&again).await.location().ends_with("&again=sms"));
        }
        let page = client.submit(&again).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.says("Новое можно запросить через 10 мин"), "{}", page.text());
    });
}

#[test]
fn an_unknown_and_a_known_account_are_answered_alike() {
    each(async |app| {
        let mut answers = Vec::new();
        for who in ["+79000000001", "+79887776655", "nobody@example.org", "кто-то"] {
            let mut client = Client::new(app);
            let form = client.get("/signin").await.form("/signin").set("identifier", who);
            let page = client.submit(&form.set("password", "Не тот пароль1!")).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(page.form("/signin").value("identifier"), who);
            assert!(client.cookies.keys().all(|x| x == "probe") && page.says("не подошли"));
            let (form, _) = page.text().split_once("action=\"/demo/signin\"").unwrap();
            answers.push(form.replace(who, "…"));
        }
        assert!(answers.windows(2).all(|x| x[0] == x[1]));

        let mut client = Client::new(app);
        let mut last = client.get("/signin").await;
        for _ in 0..3 {
            let form = last.form("/signin").set("identifier", "+79000000002");
            last = client.submit(&form.set("password", "Не тот пароль1!")).await;
        }
        assert!(last.says("Проверим, что пароль подбирает не программа"), "{}", last.text());
        let page = client.post_form("/signin", &[]).await;
        assert!(page.text().contains("#identifier") && page.text().contains("#password"));
    });
}

#[test]
fn a_code_from_a_call_is_asked_for_as_such_and_a_long_wait_is_told_in_hours() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = to_the_code(&mut client, "/").await;
        assert!(page.says("Код из СМС"));
        let called = client.submit(&page.form("/register/resend").set("by", "voice")).await;
        let page = client.follow(called).await;
        assert!(page.says("Введите код из звонка") && !page.says("Код из СМС"), "{}", page.text());
        let page = client.submit(&page.form("/register/code").set("code", "12345")).await;
        assert!(page.says("Нужно шесть цифр") && page.says("Код из звонка"), "that was no try");

        let again = page.form("/register/resend").set("by", "sms");
        for _ in 0..12 {
            app.clock.advance(11 * Instant::MINUTE);
            let sent = client.submit(&again).await;
            if sent.status == StatusCode::UNPROCESSABLE_ENTITY {
                assert!(sent.says("Новое можно запросить через 23 часа"), "{}", sent.text());
                return;
            }
        }
        panic!("nothing ended it");
    });
}

#[test]
fn a_registered_phone_looks_like_a_new_one() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = client.get("/register").await;
        let known = filled(&page).set("phone", "+79000000001");
        let answer = client.submit(&known).await;
        let page = client.follow(answer).await;
        assert!(page.says("Введите код из СМС") && page.says("+7 900 000-00-01"));
        let page = client.submit(&page.form("/register/code").set("code", "123456")).await;
        assert!(page.says("Осталось попыток: 4"));
    });
}

#[test]
fn only_the_button_of_the_letters_page_proves_an_email() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = to_the_code(&mut client, "/").await;
        let path = letter(&app.db, "email").await["path"].as_str().unwrap().to_owned();
        let code = page.form("/register/code").set("code", &sms_code(app).await);
        client.submit(&code).await;
        let link = client.get(&path).await;
        assert!(client.get("/account").await.says("Не подтверждена"), "a look proved it");

        app.clock.advance(Instant::MINUTE);
        let page = client.get("/account").await;
        let sent = client.submit(&page.form("/account/email-link")).await;
        assert!(client.follow(sent).await.says("Отправили письмо"));
        let newer = letter(&app.db, "email").await["path"].as_str().unwrap().to_owned();
        assert_ne!(path, newer);
        let answer = client.submit(&client.clone().get(&newer).await.form(&newer)).await;
        assert!(client.follow(answer).await.says("Почта подтверждена"));
        assert!(!client.get("/account").await.says("Не подтверждена"));
        let page = client.submit(&client.clone().get(&newer).await.form(&newer)).await;
        assert_eq!((page.status, page.says("E-AUTH-02-USED")), (StatusCode::CONFLICT, true));
        let page = client.submit(&link.form(&path)).await;
        assert_eq!(page.location(), "/register/email", "the first letter tells the same truth");
        let page = client.post_form("/register/email/00", &[]).await;
        assert_eq!((page.status, page.says("E-AUTH-02-EXPIRED")), (StatusCode::GONE, true));
    });
}

#[test]
fn the_people_of_the_demo_sign_in_by_one_click_and_raise_their_level() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = client.get("/signin?next=/account").await;
        let form = page.form("/demo/signin");
        let all = people::logins().unwrap().len() + staff::workplaces().unwrap().len();
        assert_eq!(form.buttons.len(), all);
        let form = form.press("Дина Гончар");
        let answer = client.submit(&form).await;
        assert_eq!(answer.location(), "/account");
        let page = client.follow(answer).await;
        assert!(page.says("Гончар Дина Олеговна"));
        assert_eq!(page.link("Повысить уровень"), "/account/level");
        for above in ["standard", "verified"] {
            let page = client.get("/account/level").await;
            let raise = page.form("/demo/level").set("level", above);
            assert_eq!(client.submit(&raise).await.location(), "/account/level");
        }
        let page = client.get("/account/level").await;
        assert!(page.forms("/demo/level").is_empty());
        let level = client.get("/demo").await.form("/demo/level");
        assert_eq!(level.value("level"), "verified");

        let page = client.post_form("/demo/signin", &[("who", "maria@example.org")]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "only people of the demo");
        let page = Client::new(app).post_form("/demo/level", &[("level", "verified")]).await;
        assert!(page.location().starts_with("/signin"));
        let mut client = Client::new(app);
        let form = client.get("/signin").await.form("/signin");
        let boris = &people::logins().unwrap()[1];
        let form = form.set("identifier", "BORIS@example.org").set("password", &boris.password);
        assert_eq!(client.submit(&form).await.location(), "/signin/factor?next=/");
    });
}

#[test]
fn the_demo_shows_every_message_and_ones_own() {
    each(async |app| {
        let sent = [("+79000000001", "sms", "код 123456"), ("other@example.org", "email", "<b>")];
        app.db
            .write(move |tx| {
                for (to, channel, body) in sent {
                    let id = Id::from(channel);
                    let body = format!("{body}\n\nhttp://okno.test/register/email/0a");
                    let said = json!({"to": to, "subject": "Тема", "body": body, "note": ""});
                    let row = format!("{id}/{channel}");
                    let spot = Spot::new("message", "sealed", &row);
                    let sealed = tx.key(NOBODY)?.seal_json(spot, &said)?;
                    tx.exec(
                        "INSERT INTO message (id, outbox_id, channel, state, created_at, sealed)
                         VALUES ($1, $1, $2, 'recorded', $3, $4)",
                        args![&id, channel, testing::BEGIN, &sealed],
                    )?;
                }
                Ok(())
            })
            .await
            .unwrap();
        let mut client = Client::new(app);
        let page = client.get("/demo/messages").await;
        for words in ["код 123456", "<b>", "Тема", "1 декабря, 09:00 (МСК)", "other@example.org"]
        {
            assert!(page.says(words), "{words}");
        }
        assert_eq!(page.link("Открыть ссылку"), "/register/email/0a");
        client.post_form("/demo/signin", &[("who", "anna@example.org")]).await;
        let page = client.get("/demo/messages?mine=1").await;
        assert!(page.says("код 123456") && !page.says("other@example.org"));
    });
}

#[test]
fn the_pages_of_people_speak_english_too() {
    each(async |app| {
        let mut client = Client::new(app).with("accept-language", "en");
        let page = to_the_code(&mut client, "/").await;
        assert!(page.says("Enter the code") && page.says("Send the e-mail again"));
        let code = page.form("/register/code").set("code", &sms_code(app).await);
        let answer = client.submit(&code).await;
        let mut pages = vec![client.follow(answer).await];
        for path in ["/account", "/demo", "/demo/messages", "/register/email", "/register/email/0"]
        {
            pages.push(client.get(path).await);
        }
        for path in ["/signin", "/register"] {
            pages.push(Client::new(app).with("accept-language", "en").get(path).await);
        }
        let mut logins = people::logins().unwrap();
        logins.extend(staff::workplaces().unwrap().into_iter().map(|x| x.login));
        let mut names: Vec<_> = logins.iter().flat_map(|x| [&*x.surname, &*x.name]).collect();
        // Papers are Russian in every language.
        let papers = logins.iter().flat_map(|x| x.papers.values()).flat_map(|x| x.values());
        names.extend(papers.map(String::as_str));
        names.extend(["Мария", "Иванова", "Петровна"]);
        for page in &pages {
            assert_eq!(page.status, StatusCode::OK, "{}", page.path);
            let text = page.text().split("<main").nth(1).unwrap();
            let text = text.split("<footer").next().unwrap();
            let russian = |x: &char| ('а'..='я').contains(x);
            let text = names.iter().fold(text.to_owned(), |text, name| text.replace(name, ""));
            assert_eq!(text.chars().find(russian), None, "{} is not all English", page.path);
        }
    });
}
