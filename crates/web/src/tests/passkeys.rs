//! Passkeys on the pages; a key of software answers in the browser's place.

use std::sync::Arc;

use axum::http::StatusCode;
use base::config::Site;
use base::{Actor, Channel, Cx, Instant};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use rooms::demo::people;
use serde_json::Value;
use testkit::{Authenticator, Play, Signed};

use super::factors::{add_app, password, signed_in};
use crate::App;
use crate::testing::{self, Client, Page, run};

fn site() -> Site {
    Site { id: "okno.test".into(), origin: "https://okno.test".into() }
}

/// The story on both engines, where the portal's address allows keys.
fn each(story: impl AsyncFn(&Arc<App>)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let app = testing::app_with(db, |app| {
            app.policy.site = Some(site());
        });
        let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
        people::seed_logins(&app.db, &cx, &app.policy.secrets).unwrap();
        run(story(&app));
    });
}

/// What the script is told.
async fn challenge(client: &mut Client, path: &str) -> Value {
    let page = client.post_form(path, &[]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert_eq!(page.head("cache-control"), "no-store");
    page.json()
}

fn play(asked: &Value) -> Play {
    Play::of(&site(), &BASE64.decode(asked["challenge"].as_str().unwrap()).unwrap())
}

/// Registers a key as the script would; gives it and the page that follows.
async fn add(client: &mut Client) -> (Authenticator, Page) {
    let asked = challenge(client, "/account/security/key/challenge").await;
    let user = BASE64.decode(asked["user"]["id"].as_str().unwrap()).unwrap();
    let key = Authenticator::new(std::str::from_utf8(&user).unwrap());
    let created = key.create(&play(&asked));
    let fields = [
        ("token", asked["token"].as_str().unwrap()),
        ("client_data", &created.client_data),
        ("object", &created.object),
        ("transports", "internal"),
        ("name", "Мой ноутбук"),
    ];
    (key, client.post_form("/account/security/key", &fields).await)
}

async fn send(client: &mut Client, path: &str, asked: &Value, signed: &Signed) -> Page {
    let fields = [
        ("token", asked["token"].as_str().unwrap()),
        ("credential", &signed.credential),
        ("client_data", &signed.client_data),
        ("data", &signed.data),
        ("signature", &signed.signature),
        ("user", &signed.user),
        ("next", "/bookings"),
    ];
    client.post_form(path, &fields).await
}

#[test]
fn a_key_is_added_after_a_fresh_proof_and_opens_the_account_alone() {
    each(async |app| {
        let mut client = signed_in(app).await;
        app.clock.advance(11 * Instant::MINUTE);
        let page = client.get("/account/security/key").await;
        assert_eq!(page.location(), "/signin/again?next=/account/security/key&for=safety");
        let again = client.get(&page.location()).await;
        let password = super::factors::password();
        let answer = client.submit(&again.form("/signin/again").set("password", &password)).await;
        let page = client.follow(answer).await;
        assert!(page.says("Добавить ключ") && page.says("включите в браузере JavaScript"));
        // What needs a script is hidden with its button until the script shows both.
        let (seen, form) = page.text().split_once("data-key=\"new\"").unwrap();
        assert!(!seen.contains("Нажмите кнопку") && form.contains("Нажмите кнопку"));
        let before = client.cookies["okno"].clone();
        let (mut key, page) = add(&mut client).await;
        assert!(page.says("Ключ добавлен") && page.says("Мы показываем их один раз"));
        assert_ne!(client.cookies["okno"], before, "the session goes on under a new token");
        let page = client.get("/account/security").await;
        assert!(page.says("Мой ноутбук") && page.says("Ещё не использовался"));

        let mut other = Client::new(app);
        let page = other.get("/signin").await;
        assert!(page.text().contains("data-key=\"known\"") && page.text().contains("webauthn"));
        let asked = challenge(&mut other, "/signin/key/challenge").await;
        assert_eq!(asked["keys"], serde_json::json!([]), "nobody is told whose keys there are");
        let signed = key.sign(&play(&asked));
        let stolen = send(&mut Client::new(app), "/signin/key", &asked, &signed).await;
        assert!(stolen.says("из другого окна"), "another browser has the answer");
        let answer = send(&mut other, "/signin/key", &asked, &signed).await;
        assert_eq!(answer.location(), "/bookings");
        let again = send(&mut Client::new(app), "/signin/key", &asked, &signed).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(other.get("/account/security").await.says("Последний раз"));
    });
}

#[test]
fn a_key_is_the_second_factor_and_the_fresh_proof() {
    each(async |app| {
        let mut client = signed_in(app).await;
        let (mut key, _) = add(&mut client).await;
        app.clock.advance(11 * Instant::MINUTE);
        let page = client.get("/account/security").await;
        let answer = client.submit(&page.forms_at("/account/security/printed")).await;
        let page = client.follow(answer).await;
        assert!(page.says("Подтвердите ключом") && !page.says("Код в СМС"), "nothing weaker");
        let asked = challenge(&mut client, "/signin/factor/key/challenge").await;
        assert_eq!(asked["keys"][0]["transports"], serde_json::json!(["internal"]));
        let wrong = Play { origin: "https://okno.example".into(), ..play(&asked) };
        let signed = key.sign(&wrong);
        let refused = send(&mut client, "/signin/factor/key", &asked, &signed).await;
        assert!(refused.says("Этот ключ не подошёл"));
        let signed = key.sign(&play(&asked));
        let answer = send(&mut client, "/signin/factor/key", &asked, &signed).await;
        assert_eq!(answer.location(), "/bookings");
        let page = client.get("/account/security").await;
        let remove = page.forms_at("/remove");
        assert_eq!(client.submit(&remove).await.location(), "/account/security?done=key-removed");
        assert!(client.get("/account/security").await.says("Ключей пока нет"));
    });
}

#[test]
fn a_copied_key_is_refused_in_words_and_shown_as_such() {
    each(async |app| {
        let mut client = signed_in(app).await;
        let (mut key, _) = add(&mut client).await;
        key.counter = 5;
        let asked = challenge(&mut client, "/signin/key/challenge").await;
        let signed = key.sign(&play(&asked));
        assert_eq!(send(&mut client, "/signin/key", &asked, &signed).await.location(), "/bookings");
        let asked = challenge(&mut client, "/signin/key/challenge").await;
        let signed = key.sign_as(3, &play(&asked));
        let page = send(&mut client, "/signin/key", &asked, &signed).await;
        assert!(page.says("есть чужая копия"), "{}", page.text());
        assert!(client.get("/account/security").await.says("У ключа есть чужая копия"));
        assert!(client.get("/account/devices").await.says("Попытка войти с копией вашего ключа"));
    });
}

#[test]
fn looking_at_the_page_of_a_fresh_proof_sends_nothing() {
    each(async |app| {
        let mut client = signed_in(app).await;
        let page = client.get("/account/security").await;
        let form = page.form("/account/security/codes").press("Спрашивать при каждом входе");
        client.submit(&form).await;
        let sent = app.db.read(testkit::letters).await.unwrap().len();
        app.clock.advance(11 * Instant::MINUTE);
        let page = client.get("/signin/again?next=/account").await;
        let page = client.follow(page).await;
        assert_eq!(app.db.read(testkit::letters).await.unwrap().len(), sent);
        assert!(page.says("На следующем шаге спросим код"), "{}", page.text());
        let form = page.form("/signin/factor").set("password", &password());
        let answer = client.submit(&form).await;
        assert_eq!(app.db.read(testkit::letters).await.unwrap().len(), sent + 1);
        let page = client.follow(answer).await;
        assert!(page.says("Отправили СМС"));
        app.clock.advance(Instant::SECOND);
        let call = page.form("/signin/factor/send").press("Позвонить и продиктовать код");
        assert!(client.submit(&call).await.status.is_redirection());
        let letters = app.db.read(testkit::letters).await.unwrap();
        assert_eq!(letters[0].1["channel"], "voice");
    });
}

#[test]
fn where_the_address_allows_no_keys_none_are_offered() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let app = testing::app(db);
        run(async {
            let mut client = Client::new(&app);
            assert!(!client.get("/signin").await.text().contains("data-key"));
            let page = client.post_form("/signin/key/challenge", &[]).await;
            assert!(page.says("По этому адресу портала ключи не работают"));
        });
    });
}

#[test]
fn an_app_that_was_added_proves_the_session_at_once() {
    each(async |app| {
        let mut client = signed_in(app).await;
        let before = client.cookies["okno"].clone();
        add_app(app, &mut client).await;
        assert_ne!(client.cookies["okno"], before);
        let page = client.get("/account/security").await;
        let answer = client.submit(&page.forms_at("/account/security/printed")).await;
        assert_eq!(answer.status, StatusCode::OK, "what was shown just now is fresh");
    });
}
