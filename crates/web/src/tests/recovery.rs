//! The way back for somebody who has lost the password.

use base::Instant;
use rooms::accounts::Level;

use super::booking::{account, browser};
use super::factors::{ANNA, each, next_code, signed_in, typed};
use crate::testing::Client;

#[test]
fn a_lost_password_is_recovered_and_strangers_learn_nothing() {
    each(async |app| {
        let mut pages = Vec::new();
        for who in ["+79000000001", "+79887776655"] {
            let mut client = Client::new(app);
            let page = client.get("/signin").await;
            let page = client.get(&page.link("Забыли пароль?")).await;
            let form = page.form("/recover").set("identifier", who);
            let answer = client.submit(&form).await;
            assert_eq!(answer.location(), "/recover/code?by=sms");
            let page = client.follow(answer).await;
            let none = client.submit(&page.form("/recover/code").set("code", "нет")).await;
            assert!(none.says("Нужно шесть цифр"), "that was no try");
            let wrong = client.submit(&page.form("/recover/code").set("code", "000000")).await;
            assert!(wrong.says("Осталось попыток: 4"));
            pages.push((page.text().to_owned(), wrong.text().to_owned(), client));
        }
        assert_eq!((&pages[0].0, &pages[0].1), (&pages[1].0, &pages[1].1));
        let mut client = pages.remove(0).2;
        let page = client.get("/recover/code").await;
        let page = next_code(app, &mut client, &page.form("/recover/code")).await;
        let page = next_code(app, &mut client, &page.form("/signin/factor")).await;
        assert_eq!(page.path, "/account/password");
        let form = page.form("/account/password").set("password", "Совсем новый7!");
        client.submit(&form).await;
        let answer = typed(&mut Client::new(app), "/", "Совсем новый7!").await;
        assert_eq!(answer.location(), "/signin/factor?next=/");
    });
}

#[test]
fn a_recovery_on_somebody_elses_computer_leaves_nothing_there() {
    each(async |app| {
        for shared in [true, false] {
            let mut client = Client::new(app);
            let form = client.get("/recover").await.form("/recover");
            let form = form.set("identifier", "+79000000001");
            let form = if shared { form.set("shared", "1") } else { form };
            let answer = client.submit(&form).await;
            assert_eq!(answer.location(), "/recover/code?by=sms", "not in the address");
            let page = client.follow(answer).await;
            let page = next_code(app, &mut client, &page.form("/recover/code")).await;
            let page = next_code(app, &mut client, &page.form("/signin/factor")).await;
            assert_eq!(page.path, "/account/password");
            for name in ["okno-device", "browser"] {
                assert_eq!(client.cookies.contains_key(name), !shared, "{name}");
            }
            app.clock.advance(Instant::HOUR);
        }
        // The link of a letter may be opened elsewhere, and there it is said, too.
        let mut client = Client::new(app);
        let form = client.get("/recover").await.form("/recover").set("identifier", ANNA);
        client.submit(&form).await;
        let letters = app.db.read(testkit::letters).await.unwrap();
        let letter = letters.into_iter().find(|x| x.0 == "recovery-link").unwrap();
        let path = letter.1["path"].as_str().unwrap();
        let mut other = Client::new(app);
        let form = other.get(path).await.form(path).set("shared", "1");
        app.clock.advance(Instant::SECOND);
        let answer = other.submit(&form).await;
        let page = other.follow(answer).await;
        let page = next_code(app, &mut other, &page.form("/signin/factor")).await;
        assert_eq!(page.path, "/account/password");
        assert!(!other.cookies.contains_key("okno-device"));
    });
}

#[test]
fn a_link_in_a_letter_and_a_days_wait_lead_to_a_new_password() {
    each(async |app| {
        let mut owner = signed_in(app).await;
        let mut client = Client::new(app);
        let form = client.get("/recover").await.form("/recover").set("identifier", ANNA);
        let answer = client.submit(&form).await;
        assert_eq!(answer.location(), "/recover/code?by=email");
        let page = client.follow(answer).await;
        assert!(page.says("Прислать письмо ещё раз") && !page.says("Прислать СМС ещё раз"));
        let letters = app.db.read(testkit::letters).await.unwrap();
        let letter = letters.into_iter().find(|x| x.0 == "recovery-link").unwrap();
        let path = letter.1["path"].as_str().unwrap();
        let mut other = Client::new(app);
        other.get(path).await;
        let page = other.get(path).await;
        assert!(page.says("Вы открыли ссылку из письма"), "looking uses nothing up");
        app.clock.advance(Instant::SECOND);
        let answer = other.submit(&page.form(path)).await;
        let page = other.follow(answer).await;
        assert!(
            page.says("Нужно ещё одно подтверждение") && page.says("Ничего из этого у меня нет")
        );
        let answer = other.submit(&page.form("/recover/wait")).await;
        let page = other.follow(answer).await;
        assert!(page.says("Подождите сутки") && page.says("2 декабря"), "{}", page.text());
        assert!(other.get("/recover/wait").await.says("2 декабря"), "looked at once more");
        let nobody = Client::new(app).get("/recover/wait").await;
        assert_eq!(nobody.location(), "/signin?next=/account/password");

        let page = owner.get("/account/security").await;
        assert!(page.says("Кто-то восстанавливает доступ"));
        let answer = owner.submit(&page.form("/account/security/wait")).await;
        let page = owner.follow(answer).await;
        assert!(page.says("Восстановление доступа остановлено"));
        assert!(!page.says("Кто-то восстанавливает доступ"));
        assert!(other.get("/recover/wait").await.location().starts_with("/signin"));
        assert!(other.get(path).await.form(path).action.contains("/recover/link/"));
        let again = other.submit(&other.clone().get(path).await.form(path)).await;
        assert!(again.says("уже воспользовались"), "{}", again.text());
    });
}

#[test]
fn a_control_question_is_set_asked_in_a_recovery_and_taken_away() {
    each(async |app| {
        let mut owner = signed_in(app).await;
        let page = owner.get("/account/security").await;
        let form = page.form("/account/security/question");
        let empty = owner.submit(&form.clone().set("question", "Кто?").set("answer", "?")).await;
        assert!(empty.says("от 5 до 120 знаков") && empty.says("не короче трёх букв"));
        let form = form.set("question", "Как звали первую учительницу?").set("answer", "Мария");
        let answer = owner.submit(&form).await;
        assert_eq!(answer.location(), "/account/security?done=question");
        assert!(owner.follow(answer).await.says("Как звали первую учительницу?"));

        let mut client = Client::new(app);
        let form = client.get("/recover").await.form("/recover").set("identifier", "+79000000001");
        client.submit(&form).await;
        let page = client.get("/recover/code").await;
        assert!(!page.says("учительницу"), "strangers do not see it");
        let page = next_code(app, &mut client, &page.form("/recover/code")).await;
        assert!(page.says("Как звали первую учительницу?"), "{}", page.text());
        let wrong = client.submit(&page.form("/signin/factor").set("code", "Анна")).await;
        assert!(wrong.says("Ответ не подходит"));
        let answer = client.submit(&wrong.form("/signin/factor").set("code", " МАРИЯ ")).await;
        assert!(answer.location().starts_with("/signin/factor"), "the level asks for more");

        let page = owner.get("/account/security").await;
        let answer = owner.submit(&page.form("/account/security/question/remove")).await;
        assert_eq!(answer.location(), "/account/security?done=no-question");
        assert!(!owner.follow(answer).await.says("учительницу"));
    });
}

#[test]
fn whoever_could_not_restore_access_at_once_reads_it_on_their_page() {
    each(async |app| {
        for (number, level) in
            [(11, Level::Simplified), (12, Level::Standard), (13, Level::Verified)]
        {
            let mut client = browser(app, &account(app, number, level).await).await;
            let page = client.get("/account").await;
            let told = page.says("нужны два подтверждения, а у вас есть только телефон");
            assert_eq!(told, level > Level::Simplified, "{level:?}");
        }
    });
}
