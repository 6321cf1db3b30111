//! The pages of safety: sessions, devices, a new password, «It was not me».

use axum::http::StatusCode;
use base::Instant;

use super::factors::{add_app, each, next_code, password, shown, signed_in, typed};
use crate::testing::Client;

#[test]
fn the_pages_of_safety_speak_english_too() {
    each(async |app| {
        let mut client = signed_in(app).await.with("accept-language", "en");
        let page = client.get("/account/security").await;
        let answer = client.submit(&page.form("/account/security/app")).await;
        let scan = client.follow(answer).await;
        let form = scan.forms_at("/account/security/app/").set("code", &shown(&scan, app).1);
        let printed = client.submit(&form).await;
        let again = client.get("/signin/again?next=/account").await;
        let factor = client.follow(again).await;
        for page in [&page, &scan, &printed, &factor] {
            assert_eq!(page.status, StatusCode::OK, "{}", page.path);
            let text = page.text().split("<h1").nth(1).unwrap().split("<footer").next().unwrap();
            let text = text.replace("Окно", "").replace("Анна Соколова", "");
            let russian = |x: &char| ('а'..='я').contains(x);
            assert_eq!(text.chars().find(russian), None, "{} is not all English", page.path);
        }
    });
}

#[test]
fn sessions_and_devices_are_listed_and_ended() {
    each(async |app| {
        let mut client = signed_in(app).await;
        app.clock.advance(11 * Instant::MINUTE);
        let mut other = signed_in(app).await;
        let page = client.get("/account/devices").await;
        for words in ["Этот браузер", "Вход с нового устройства", "Знакомые устройства"]
        {
            assert!(page.says(words), "{words}");
        }
        let one = page.forms("/account/devices/end").into_iter().next().unwrap().press("Завершить");
        // Whoever has stolen the session cannot throw its owner out.
        for form in [&one, &page.forms("/account/devices/forget")[0].clone().press("Забыть")]
        {
            let answer = client.submit(form).await;
            assert!(answer.location().starts_with("/signin/again?next="), "{}", answer.location());
            let page = client.follow(answer).await;
            let wrong = page.form("/signin/again").set("password", "Не тот пароль1!");
            assert!(client.submit(&wrong).await.says("Пароль не подошёл"));
        }
        assert_eq!(other.get("/account").await.status, StatusCode::OK);
        // The owner proves it, and what was chosen is still there.
        let answer = client.submit(&one).await;
        let asked = client.follow(answer).await;
        let form = asked.form("/signin/again").set("password", &password());
        let answer = client.submit(&form).await;
        let back = client.follow(answer).await;
        assert!(back.says("Осталось нажать"), "{}", back.text());
        let one = back.forms("/account/devices/end").into_iter().next().unwrap();
        let one = one.press("Завершить: ");
        let answer = client.submit(&one).await;
        assert!(client.follow(answer).await.says("Сеанс завершён"));
        assert!(other.get("/account").await.location().starts_with("/signin"));
        let twice = client.submit(&one).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(twice.says("Этого сеанса уже нет"));

        let form = page.forms("/account/devices/forget").into_iter().next().unwrap();
        let answer = client.submit(&form.press("Забыть")).await;
        assert!(client.follow(answer).await.says("Устройство забыто"));
        let mut again = Client::new(app);
        again.cookies.clone_from(&other.cookies);
        let answer = typed(&mut again, "/", &password()).await;
        assert!(answer.location().starts_with("/signin/factor"), "forgotten");
    });
}

#[test]
fn a_new_password_asks_for_the_present_one_and_those_who_forgot_it_are_shown_the_way() {
    each(async |app| {
        let mut client = signed_in(app).await;
        app.clock.advance(11 * Instant::MINUTE);
        let page = client.get("/account/password").await;
        assert!(page.says("Нынешний пароль"), "the form is all that is asked");
        assert!(
            client.get(&page.link("Не помню нынешний пароль")).await.forms("/recover").len() == 1
        );
        let form = page.form("/account/password");
        let faults = client.submit(&form.clone().set("password", "Short1!")).await;
        assert_eq!(faults.status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["present", "password"] {
            assert!(faults.text().contains(&format!("href=\"#{field}\"")), "{field}");
        }
        let form = form.set("password", "Совсем новый7!");
        let wrong = client.submit(&form.clone().set("present", "Не тот пароль1!")).await;
        assert!(wrong.says("Пароль не подошёл") && !wrong.text().contains("href=\"#password\""));
        let answer = client.submit(&form.set("present", &password())).await;
        assert_eq!(answer.location(), "/account/devices?done=password");
        let tried = typed(&mut Client::new(app), "/", &password()).await;
        assert_eq!(tried.status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

#[test]
fn where_an_app_is_on_a_new_password_asks_for_that_and_for_the_present_one() {
    each(async |app| {
        let mut client = signed_in(app).await;
        let (seed, _) = add_app(app, &mut client).await;
        app.clock.advance(11 * Instant::MINUTE);
        let answer = client.get("/account/password").await;
        let page = client.follow(answer).await;
        let form = page.form("/signin/factor").set("code", &seed.now(app.clock.now()));
        let answer = client.submit(&form).await;
        let page = client.follow(answer).await;
        assert_eq!(page.path, "/account/password");
        let form = page.form("/account/password").set("password", "Совсем новый7!");
        assert!(client.submit(&form).await.text().contains("href=\"#present\""));
        let answer = client.submit(&form.set("present", &password())).await;
        assert_eq!(answer.location(), "/account/devices?done=password");
    });
}

#[test]
fn it_was_not_me_leads_to_a_new_password() {
    each(async |app| {
        let mut thief = signed_in(app).await;
        let letters = app.db.read(testkit::letters).await.unwrap();
        let notice = letters.into_iter().find(|x| x.0 == "security-new-device").unwrap();
        let path = notice.1["path"].as_str().unwrap().to_owned();
        let mut owner = Client::new(app);
        let page = owner.get(&path).await;
        assert!(page.says("Завершим все сеансы") && page.says("Уберём то, что с тех пор добавили"));
        assert_eq!(thief.get("/account").await.status, StatusCode::OK, "a look does nothing");
        let answer = owner.submit(&page.form(&path)).await;
        assert!(thief.get("/account").await.location().starts_with("/signin"));
        assert_eq!(owner.get(&path).await.status, StatusCode::GONE, "once");
        let page = owner.follow(answer).await;
        assert!(page.says("Доступ закрыт") && page.says("убрали то, что добавили для входа"));
        assert!(page.says("Что дальше") && page.says("Придумайте новый пароль"));
        let wrong = page.form("/signin/factor").set("code", "000000");
        assert!(owner.submit(&wrong).await.says("Доступ закрыт"), "it stays after a slip");
        // Anna's level is verified: a code to the phone, then another to the e-mail.
        let page = next_code(app, &mut owner, &page.form("/signin/factor")).await;
        assert!(page.says("Нужно ещё одно подтверждение") && page.says("a***@example.org"));
        let page = next_code(app, &mut owner, &page.form("/signin/factor")).await;
        assert_eq!(page.path, "/account/password");
        let form = page.form("/account/password");
        let weak = owner.submit(&form.clone().set("password", "Short1!")).await;
        assert!(weak.says("Пароль короткий") && weak.text().contains("href=\"#password\""));
        let answer = owner.submit(&form.set("password", "Совсем новый7!")).await;
        assert!(owner.follow(answer).await.says("Проверьте, всё ли на месте"));
        assert_eq!(
            typed(&mut thief, "/", &password()).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    });
}
