//! A button that is pressed twice, or twenty times at once, outside of bookings: one effect, one answer.

use std::collections::HashSet;

use axum::http::StatusCode;
use base::Instant;
use rooms::accounts::Level;
use tokio::task::JoinSet;

use super::booking::{account, browser};
use super::factors::{add_app, each, next_code, password, signed_in, typed};
use crate::App;
use crate::testing::{Client, FilledForm, Page};

const NEW: &str = "Совсем новый7!";
const OTHER: &str = "Ещё новее 8!";

/// How many letters of this event there are.
async fn letters(app: &App, event: &str) -> usize {
    let letters = app.db.read(testkit::letters).await.unwrap();
    letters.iter().filter(|x| x.0 == event).count()
}

/// The answers to ten presses at once.
async fn ten(client: &Client, form: &FilledForm) -> Vec<Page> {
    let mut all = JoinSet::new();
    for _ in 0..10 {
        let (mut client, form) = (client.clone(), form.clone());
        all.spawn(async move { client.submit(&form).await });
    }
    all.join_all().await
}

#[test]
fn ten_presses_change_the_password_once_and_all_read_the_same() {
    each(async |app| {
        let mut client = signed_in(app).await;
        let form = client.get("/account/password").await.form("/account/password");
        let form = form.set("present", &password()).set("password", NEW);
        for page in ten(&client, &form).await {
            assert_eq!(page.location(), "/account/devices?done=password");
        }
        assert_eq!(client.submit(&form).await.location(), "/account/devices?done=password");
        assert_eq!(letters(app, "security-password-changed").await, 1);
        let other = client.submit(&form.set("password", OTHER)).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(other.says("Эта форма уже была отправлена с другими данными"), "{}", other.text());
        assert_eq!(letters(app, "security-password-changed").await, 1);
        assert_eq!(typed(&mut Client::new(app), "/", NEW).await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn a_recovery_permits_one_new_password() {
    each(async |app| {
        let mut client = Client::new(app);
        let form = client.get("/recover").await.form("/recover").set("identifier", "+79000000001");
        let answer = client.submit(&form).await;
        let form = client.follow(answer).await.form("/recover/code");
        let page = next_code(app, &mut client, &form).await;
        let page = next_code(app, &mut client, &page.form("/signin/factor")).await;
        assert_eq!(page.path, "/account/password");
        // Forms that were opened beside each other.
        let forms = [page, client.get("/account/password").await];
        let [one, two] = forms.map(|x| x.form("/account/password"));
        let one = one.set("password", NEW);
        let first: HashSet<String> = ten(&client, &one).await.iter().map(Page::location).collect();
        assert_eq!(first.len(), 1, "{first:?}");
        assert_eq!(letters(app, "security-password-changed").await, 1);
        for form in [two.set("password", OTHER), one.clone().set("password", OTHER)] {
            let page = client.submit(&form).await;
            let page = if page.status.is_redirection() { client.follow(page).await } else { page };
            assert_ne!(page.path, "/account/devices", "the permission is used up");
        }
        assert_eq!(client.submit(&one).await.location(), *first.iter().next().unwrap());
        assert_eq!(letters(app, "security-password-changed").await, 1);
        assert_eq!(typed(&mut Client::new(app), "/", NEW).await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn a_contact_and_printed_codes_are_asked_for_once() {
    each(async |app| {
        let mut client = signed_in(app).await;
        let form = client.get("/account/contact/phone").await.form("/account/contact/phone");
        let form = form.set("phone", "8 999 111-22-33");
        let led: HashSet<String> = ten(&client, &form).await.iter().map(Page::location).collect();
        assert_eq!((led.len(), letters(app, "contact-code").await), (1, 1), "{led:?}");
        let other = client.submit(&form.set("phone", "8 999 111-22-44")).await.location();
        assert!(!led.contains(&other), "another wish of the same form");
        add_app(app, &mut client).await;
        app.clock.advance(Instant::SECOND);
        let page = client.get("/account/security").await;
        let form = page.form("/account/security/printed");
        let codes = |page: &Page| page.text().split("data:text/plain").nth(1).unwrap().to_owned();
        let shown: HashSet<String> = {
            let pages = ten(&client, &form).await;
            let file = |x: &Page| codes(x).split('"').next().unwrap().to_owned();
            pages.iter().map(file).collect()
        };
        assert_eq!(shown.len(), 1, "what is printed first is not dead");
        assert_eq!(letters(app, "security-codes-renewed").await, letters_of_one(app).await);
    });
}

/// As many letters as one notice to all contacts has.
async fn letters_of_one(app: &App) -> usize {
    letters(app, "security-factor-added").await
}

#[test]
fn a_contact_whose_code_was_typed_says_so_and_another_has_expired() {
    each(async |app| {
        let mut client = signed_in(app).await;
        let path = "/account/contact/phone";
        let form = client.get(path).await.form(path).set("phone", "8 999 111-22-33");
        let answer = client.submit(&form).await;
        let at = answer.location();
        let sent = app.db.read(testkit::letters).await.unwrap();
        let sent = sent.into_iter().find(|x| x.0 == "contact-code").unwrap();
        let form =
            client.follow(answer).await.form(&at).set("code", sent.1["code"].as_str().unwrap());
        assert_eq!(client.submit(&form).await.location(), "/account/data?done=phone");
        let again = client.submit(&form).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text());
        assert!(again.says("уже воспользовались"), "{}", again.text());
        let stranger = account(app, 9, Level::Simplified).await;
        let gone = browser(app, &stranger).await.get(&at).await;
        assert_eq!(gone.status, StatusCode::GONE, "and tells strangers nothing");
    });
}

#[test]
fn whoever_types_the_code_of_a_recovery_twice_reads_that_it_was_used() {
    each(async |app| {
        let mut client = signed_in(app).await;
        client.cookies.remove("okno");
        let form = client.get("/recover").await.form("/recover").set("identifier", "+79000000001");
        let answer = client.submit(&form).await;
        let form = client.follow(answer).await.form("/recover/code");
        let form = form.set("code", &super::factors::code(app).await);
        let mut late = client.clone();
        assert_eq!(client.submit(&form).await.location(), "/account/password");
        let page = late.submit(&form).await;
        assert!(page.says("уже воспользовались") && !page.says("Срок действия истёк"));
    });
}
