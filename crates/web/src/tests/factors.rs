//! Second factors, devices and limits of guessing, on the pages.

use std::sync::Arc;

use axum::http::StatusCode;
use base::{Actor, Channel, Cx, Instant};
use rooms::demo::people;
use rooms::factors::{self, Seed};
use sha2::{Digest as _, Sha256};

use crate::App;
use crate::testing::{self, Client, FilledForm, Page, run};

/// The first of the people of the demo.
pub(super) const ANNA: &str = "anna@example.org";

/// The story on both engines.
pub(super) fn each(story: impl AsyncFn(&Arc<App>)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let app = testing::app(db);
        let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
        people::seed_logins(&app.db, &cx, &app.policy.secrets).unwrap();
        run(story(&app));
    });
}

pub(super) fn password() -> String {
    people::logins().unwrap().into_iter().find(|x| x.email == ANNA).unwrap().password
}

/// Types name and password on the page of signing in.
pub(super) async fn typed(client: &mut Client, next: &str, password: &str) -> Page {
    let page = client.get(&crate::next::with("/signin", next)).await;
    client.submit(&page.form("/signin").set("identifier", ANNA).set("password", password)).await
}

/// The code of the newest letter.
pub(super) async fn code(app: &App) -> String {
    let letters = app.db.read(testkit::letters).await.unwrap();
    let says =
        |x: &str| ["factor-code", "signin-code", "recovery-code", "recovery-link"].contains(&x);
    let newest = letters.into_iter().find(|x| says(&x.0) && x.1["code"].is_string()).unwrap();
    newest.1["code"].as_str().unwrap().to_owned()
}

/// Signs in on a device that is new.
pub(super) async fn signed_in(app: &Arc<App>) -> Client {
    let mut client = Client::new(app);
    let answer = typed(&mut client, "/account", &password()).await;
    let page = client.follow(answer).await;
    let form = page.form("/signin/factor").set("code", &code(app).await);
    assert_eq!(client.submit(&form).await.location(), "/account");
    // Letters are told apart by their moments.
    app.clock.advance(Instant::SECOND);
    client
}

/// Types the code that was sent last, and comes to the next page.
pub(super) async fn next_code(app: &App, client: &mut Client, form: &FilledForm) -> Page {
    let form = form.clone().set("code", &code(app).await);
    app.clock.advance(Instant::SECOND);
    let answer = client.submit(&form).await;
    client.follow(answer).await
}

/// The secret on the page of an app, and the code that it shows now.
pub(super) fn shown(page: &Page, app: &App) -> (Seed, String) {
    let secret = page.text().split("secret=").nth(1).unwrap();
    let secret: String = secret.chars().take_while(char::is_ascii_alphanumeric).collect();
    let seed = Seed::parse(&secret).unwrap();
    let code = seed.now(app.clock.now());
    (seed, code)
}

/// Adds an app on the page «Safety»; gives its secret and the page with the printed codes.
pub(super) async fn add_app(app: &App, client: &mut Client) -> (Seed, Page) {
    let page = client.get("/account/security").await;
    let answer = client.submit(&page.form("/account/security/app").set("name", "Пиксель")).await;
    let page = client.follow(answer).await;
    assert!(page.text().contains("<svg") && page.says("Считайте код телефоном"));
    let (seed, code) = shown(&page, app);
    let form = page.forms_at("/account/security/app/");
    let wrong = client.submit(&form.clone().set("code", "000000")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.says("Код не подошёл") && wrong.text().contains("href=\"#code\""));
    let page = client.submit(&form.set("code", &code)).await;
    assert_eq!(page.head("cache-control"), "no-store");
    (seed, page)
}

#[test]
fn a_new_device_meets_the_second_factor_and_lands_where_it_started() {
    each(async |app| {
        let mut client = Client::new(app);
        let answer = typed(&mut client, "/bookings?state=past", &password()).await;
        assert!(!client.cookies.contains_key("okno"), "half a sign-in is no session");
        let page = client.follow(answer).await;
        assert!(page.says("Подтвердите вход") && page.says("+7 900 ***-**-01"), "{}", page.text());
        assert_eq!(client.get("/account").await.location(), "/signin?next=/account");
        let form = page.form("/signin/factor");
        assert!(client.submit(&form).await.says("Заполните это поле"));
        let right = code(app).await;
        let wrong = if right == "000000" { "000001" } else { "000000" };
        let again = client.submit(&form.clone().set("code", wrong)).await;
        assert!(again.says("Осталось попыток: 4"));

        // Another way on request: the code of the SMS ends.
        let answer = client.submit(&page.form("/signin/factor/send").press("Код на почту")).await;
        let page = client.follow(answer).await;
        assert!(page.says("a***@example.org") && page.says("Отправили новый код"));
        let form = page.form("/signin/factor");
        if code(app).await != right {
            let old = client.submit(&form.clone().set("code", &right)).await;
            assert!(old.says("прежний код"), "{}", old.text());
        }
        let answer = client.submit(&form.set("code", &code(app).await)).await;
        assert_eq!(answer.location(), "/bookings?state=past");
        assert!(!client.cookies.contains_key("okno-half"));
        assert_eq!(client.get("/account").await.status, StatusCode::OK);

        let page = client.get("/account").await;
        client.submit(&page.form("/signout")).await;
        let answer = typed(&mut client, "/account", &password()).await;
        assert_eq!(answer.location(), "/account", "the device is known by now");
    });
}

#[test]
fn the_weak_points_of_a_code_by_sms_are_told_where_it_is_chosen() {
    each(async |app| {
        let mut client = Client::new(app);
        let answer = typed(&mut client, "/account/security", &password()).await;
        let page = client.follow(answer).await;
        assert!(page.says("Никому не называйте код"), "{}", page.text());
        let page = next_code(app, &mut client, &page.form("/signin/factor")).await;
        let text = page.text();
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"));
        let weak = at("СМС могут перехватить");
        // What is better comes first, and the text leads to it.
        assert!(at("id=\"app\"") < weak);
        assert_eq!(page.link("Подключить приложение"), "#app");
    });
}

#[test]
fn a_code_that_was_not_sent_is_not_said_to_be() {
    each(async |app| {
        for sent in [true, true, true, false] {
            app.clock.advance(Instant::SECOND);
            let mut client = Client::new(app);
            let answer = typed(&mut client, "/", &password()).await;
            let page = client.follow(answer).await;
            assert_eq!(page.says("Отправили СМС"), sent);
            assert_eq!(page.says("Код пока не отправлен"), !sent);
        }
    });
}

/// The codes on paper, as they stand on the page.
#[test]
fn a_call_that_says_the_code_is_the_last_resort_and_gets_round_no_app() {
    each(async |app| {
        let mut client = Client::new(app);
        let answer = typed(&mut client, "/account", &password()).await;
        let page = client.follow(answer).await;
        assert!(page.says("Отправили СМС"), "a message comes first: {}", page.text());
        app.clock.advance(Instant::SECOND);
        let call = page.form("/signin/factor/send").press("Позвонить и продиктовать код");
        let answer = client.submit(&call).await;
        let newest = app.db.read(testkit::letters).await.unwrap().remove(0);
        assert_eq!((newest.0.as_str(), &newest.1["channel"]), ("factor-code", &"voice".into()));
        let page = client.follow(answer).await;
        let answer = next_code(app, &mut client, &page.form("/signin/factor")).await;
        assert_eq!(answer.path, "/account", "{}", answer.text());

        add_app(app, &mut client).await;
        let mut thief = Client::new(app);
        let answer = typed(&mut thief, "/account", &password()).await;
        let page = thief.follow(answer).await;
        assert!(page.says("Откройте приложение с кодами") && !page.says("Позвонить"));
        let by = [("by", "voice")];
        let refused = thief.post_form("/signin/factor/send", &by).await;
        assert!(refused.says("E-AUTH-02-EXPIRED") || !refused.status.is_redirection());
        let newest = app.db.read(testkit::letters).await.unwrap().remove(0);
        assert_ne!(newest.1["channel"], "voice", "nobody was called");
    });
}

fn printed_on(page: &Page) -> Vec<String> {
    let codes = page.text().split("<strong class=\"num\">").skip(1);
    let one =
        |x: &str| x.split("</strong>").next().map(|x| x.replace("<span class=\"nowrap\">", ""));
    codes.filter_map(one).map(|x| x.replace("</span>", "").trim().to_owned()).collect()
}

#[test]
fn an_app_is_added_asked_renamed_and_removed() {
    each(async |app| {
        let mut client = signed_in(app).await;
        let (seed, page) = add_app(app, &mut client).await;
        assert!(page.says("Приложение подключено") && page.says("Мы показываем их один раз"));
        let printed = printed_on(&page);
        assert_eq!(printed.len(), 10);
        let printed = printed[0].clone();

        let page = client.get("/account").await;
        client.submit(&page.form("/signout")).await;
        let answer = typed(&mut client, "/account/security", &password()).await;
        let page = client.follow(answer).await;
        assert!(page.says("шесть цифр, которые оно показывает"), "asked on a known device, too");
        app.clock.advance(30 * Instant::SECOND);
        let form = page.form("/signin/factor").set("code", &seed.now(app.clock.now()));
        let answer = client.submit(&form.set("remember", "1")).await;
        assert_eq!(answer.location(), "/account/security");
        let page = client.follow(answer).await;
        assert!(page.says("Пиксель") && page.says("Осталось 10 кодов"), "{}", page.text());

        let form = page.forms_at("/name").set("name", "Новый телефон");
        let answer = client.submit(&form).await;
        let page = client.follow(answer).await;
        assert!(page.says("Новый телефон") && page.says("Название изменено"));
        let empty = client.submit(&page.forms_at("/name").set("name", "")).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);

        // Remembered: no second factor. But removing an app asks for it.
        client.submit(&page.form("/signout")).await;
        assert_eq!(typed(&mut client, "/", &password()).await.location(), "/");
        let page = client.get("/account/security").await;
        let answer = client.submit(&page.forms_at("/remove")).await;
        let page = client.follow(answer).await;
        let other = client.get(&page.link("Распечатанный код")).await;
        let form = other.form("/signin/factor").set("code", &printed.to_lowercase());
        assert_eq!(client.submit(&form).await.location(), "/account/security");
        let page = client.get("/account/security").await;
        assert!(page.says("Осталось 9 кодов"));
        let answer = client.submit(&page.forms_at("/remove")).await;
        assert!(client.follow(answer).await.says("Приложение отключено"));
    });
}

#[test]
fn the_third_try_proves_work_and_a_script_or_patience_can_do_it() {
    each(async |app| {
        let mut client = Client::new(app);
        let mut page = typed(&mut client, "/", "Не тот пароль1!").await;
        assert!(!page.text().contains("data-work="));
        let again = |page: &Page| {
            page.form("/signin").set("identifier", ANNA).set("password", "Не тот пароль1!")
        };
        page = client.submit(&again(&page)).await;
        let form = again(&page);
        let answer = (0_u64..).find(|x| {
            let digest = Sha256::digest(format!("{}:{x}", form.value("work")).as_bytes());
            u32::from_be_bytes(digest[..4].try_into().unwrap()).leading_zeros() >= factors::BITS
        });
        let answer = answer.unwrap().to_string();
        page = client.submit(&form.clone().set("work_answer", &answer)).await;
        assert!(page.says("не подошли"), "{}", page.text());
        let twice = client.submit(&form.set("work_answer", &answer)).await;
        assert!(twice.says("Проверим, что пароль подбирает не программа"));
        // Without scripts: half a minute.
        let early = client.submit(&again(&page)).await;
        assert!(early.says("Проверим, что пароль подбирает не программа"));
        app.clock.advance(31 * Instant::SECOND);
        let form = again(&early).set("password", &password());
        assert_eq!(client.submit(&form).await.location(), "/signin/factor?next=/");
    });
}

#[test]
fn nothing_stays_on_somebody_elses_computer() {
    each(async |app| {
        let mut client = Client::new(app);
        let page = client.get("/signin").await;
        let form = page.form("/signin").set("identifier", ANNA).set("shared", "1");
        let answer = client.submit(&form.set("password", &password())).await;
        let page = client.follow(answer).await;
        assert!(!page.says("Запомнить это устройство"));
        let form = page.form("/signin/factor").set("code", &code(app).await);
        let answer = client.submit(&form).await;
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
        let lasting = |x: &str| x.contains("Max-Age=") && !x.contains("Max-Age=0");
        assert!(cookies.iter().all(|x| !lasting(x.to_str().unwrap())), "{cookies:?}");
        let page = client.get("/account").await;
        let answer = client.submit(&page.form("/signout")).await;
        assert_eq!(answer.head("clear-site-data"), "\"cache\", \"cookies\", \"storage\"");
    });
}

/// Sends a form from a hundred browsers that hold the same; gives the answers.
async fn at_once(clients: &[Client], form: &FilledForm) -> Vec<Page> {
    let mut all = tokio::task::JoinSet::new();
    for n in 0..100 {
        let (mut client, form) = (clients[n % clients.len()].clone(), form.clone());
        all.spawn(async move { client.submit(&form).await });
    }
    all.join_all().await
}

/// How many of the answers opened a session; none may be a fault.
fn opened(answers: &[Page]) -> usize {
    assert!(answers.iter().all(|x| x.status.as_u16() < 500), "somebody met a fault");
    let cookie = |x: &&Page| {
        let all = x.headers.get_all("set-cookie").iter();
        let mut all = all.filter_map(|x| x.to_str().ok());
        all.any(|x| x.starts_with("okno=") && !x.contains("Max-Age=0"))
    };
    answers.iter().filter(cookie).count()
}

#[test]
fn a_hundred_who_bring_one_proof_at_once_open_one_session() {
    each(async |app| {
        // A code to a contact.
        let mut client = Client::new(app);
        let answer = typed(&mut client, "/account", &password()).await;
        let page = client.follow(answer).await;
        let form = page.form("/signin/factor").set("code", &code(app).await);
        assert_eq!(opened(&at_once(&[client], &form).await), 1);

        // A step of an app, brought to two half sign-ins; then a printed code.
        app.clock.advance(2 * Instant::HOUR);
        let mut owner = signed_in(app).await;
        let (seed, page) = add_app(app, &mut owner).await;
        let printed = printed_on(&page).remove(0);
        for by in ["app", "printed"] {
            app.clock.advance(2 * Instant::HOUR);
            let mut halves = [Client::new(app), Client::new(app)];
            for half in &mut halves {
                typed(half, "/account", &password()).await;
            }
            let page = halves[0].get(&format!("/signin/factor?by={by}")).await;
            let shown = seed.now(app.clock.now());
            let proof = if by == "app" { &shown } else { &printed };
            let form = page.form("/signin/factor").set("code", proof);
            assert_eq!(opened(&at_once(&halves, &form).await), 1, "{by}");
        }

        // The link of a notice shuts everybody out once.
        let letters = app.db.read(testkit::letters).await.unwrap();
        let notice = letters.into_iter().find(|x| x.0.starts_with("security-")).unwrap();
        let path = notice.1["path"].as_str().unwrap().to_owned();
        let form = Client::new(app).get(&path).await.form(&path);
        let answers = at_once(&[Client::new(app)], &form).await;
        let led = answers.iter().filter(|x| x.status == StatusCode::SEE_OTHER).count();
        assert_eq!(led, 1);
        assert!(answers.iter().all(|x| [303, 410].contains(&x.status.as_u16())));
    });
}
