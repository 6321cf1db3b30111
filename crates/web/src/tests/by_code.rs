//! A code in place of the password, and a SNILS in place of a contact, on the pages.

use std::sync::Arc;

use base::{Actor, Channel, Cx, Instant};
use rooms::demo::{papers, people};

use super::factors::{code, password};
use crate::App;
use crate::testing::{self, Client, Page, run};

/// The story on both engines, with the people of the demo and their papers.
fn each(story: impl AsyncFn(&Arc<App>)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let app = testing::app(db);
        let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
        people::seed_logins(&app.db, &cx, &app.policy.secrets).unwrap();
        papers::seed(&app.db, &cx).unwrap();
        run(story(&app));
    });
}

/// Asks for a code; gives the page on which it is typed.
async fn asked(client: &mut Client, who: &str, shared: bool) -> Page {
    let page = client.get("/signin?next=/bookings").await;
    let page = client.get(&page.link("Войти по коду")).await;
    let form = page.form("/signin/code").set("identifier", who);
    let form = if shared { form.set("shared", "1") } else { form };
    let answer = client.submit(&form).await;
    client.follow(answer).await
}

async fn typed(app: &App, client: &mut Client, page: &Page) -> Page {
    let form = page.form("/signin/code/enter").set("code", &code(app).await);
    app.clock.advance(Instant::SECOND);
    client.submit(&form).await
}

#[test]
fn somebody_signs_in_by_a_code_and_above_the_first_level_with_the_password_too() {
    each(async |app| {
        // The third of the demo's people has the simplified level.
        let mut client = Client::new(app);
        let page = asked(&mut client, "8 900 000 00 03", true).await;
        assert!(page.says("Если учётная запись с этим телефоном есть"), "{}", page.text());
        // Nobody has typed a password: nobody is told that somebody knows it.
        assert_eq!(app.db.read(testkit::letters).await.unwrap()[0].0, "signin-code");
        let empty = client.submit(&page.form("/signin/code/enter")).await;
        assert!(empty.says("Заполните это поле"));
        assert!(
            empty.text().contains("role=\"alert\" tabindex=\"-1\" autofocus"),
            "the focus is there"
        );
        let ask = client.get("/signin/code").await.form("/signin/code").set("identifier", "кто-то");
        assert!(client.submit(&ask).await.says("или адрес почты, например"));
        let none = page.form("/signin/code/enter").set("code", "12");
        assert!(client.submit(&none).await.says("Нужно шесть цифр"), "that was no try");
        let wrong = page.form("/signin/code/enter").set("code", "000000");
        assert!(client.submit(&wrong).await.says("Осталось попыток: 4"));
        assert_eq!(typed(app, &mut client, &page).await.location(), "/bookings");
        assert!(!client.cookies.contains_key("okno-device"), "somebody else's computer");

        let mut client = Client::new(app);
        let page = asked(&mut client, "anna@example.org", false).await;
        let answer = typed(app, &mut client, &page).await;
        assert!(!client.cookies.contains_key("okno"), "half a sign-in is no session");
        let page = client.follow(answer).await;
        assert!(page.says("ещё одно подтверждение"), "{}", page.text());
        let page = client.get(&page.link("Пароль")).await;
        let form = page.form("/signin/factor");
        assert!(client.submit(&form).await.says("Заполните это поле"));
        let wrong = client.submit(&form.clone().set("password", "Не тот пароль1!")).await;
        assert!(wrong.text().contains("href=\"#password\""), "{}", wrong.text());
        let answer = client.submit(&form.set("password", &password())).await;
        assert_eq!(answer.location(), "/bookings");
        assert_eq!(client.get("/account").await.status, 200);

        // The device is known now. Letters are told apart by their moments.
        client.cookies.remove("okno");
        app.clock.advance(Instant::SECOND);
        let page = asked(&mut client, "8 900 000 00 01", false).await;
        assert_eq!(typed(app, &mut client, &page).await.location(), "/bookings");
    });
}

#[test]
fn a_lost_password_is_recovered_by_the_snils_without_a_word_about_the_phone() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = client.get("/recover").await;
        let form = page.form("/recover").set("identifier", "112-233-445 96");
        let refused = client.submit(&form).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("href=\"#identifier\""));
        let answer = client.submit(&form.set("identifier", "112-233-445 95")).await;
        let page = client.follow(answer).await;
        assert!(page.says("этот СНИЛС проверен"), "{}", page.text());
        assert!(!page.text().contains("900") && !page.text().contains("***"), "no contact");
        let form = page.form("/recover/code").set("code", &code(app).await);
        let answer = client.submit(&form).await;
        assert!(answer.location().starts_with("/signin/factor"), "one kind is not enough");
    });
}
