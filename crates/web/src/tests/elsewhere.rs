//! Providers of identity are somebody else's servers. They are played here; real ones are asked in `outbound`
//! and by the whole program.

use std::sync::{Arc, Condvar, Mutex};

use axum::http::StatusCode;
use base::{Id, Instant};
use rooms::accounts::Level;
use rooms::sso::elsewhere::{Departure, Identity, NotProved, Provider, Providers, Return};

use super::booking::{account, browser};
use crate::testing::{self, Client, Page};
use crate::{App, Vouchers};

/// The bank hangs until it is let go, the post office answers at once.
struct Played {
    all: Vec<Provider>,
    bank: Mutex<Bank>,
    changed: Condvar,
}

#[derive(Default)]
struct Bank {
    asked: usize,
    hangs: bool,
    down: bool,
}

impl Played {
    fn new() -> Arc<Self> {
        let provider = |id: &str| Provider { id: id.into(), name: id.into() };
        let all = vec![provider("bank"), provider("post")];
        Arc::new(Self { all, bank: Mutex::default(), changed: Condvar::new() })
    }

    fn set(&self, change: impl FnOnce(&mut Bank)) {
        change(&mut self.bank.lock().unwrap());
        self.changed.notify_all();
    }

    fn asked(&self) -> usize {
        self.bank.lock().unwrap().asked
    }
}

impl Providers for Played {
    fn all(&self) -> &[Provider] {
        &self.all
    }

    fn address(&self, provider: &str, departure: &Departure) -> Result<String, NotProved> {
        if provider == "bank" {
            let mut bank = self.bank.lock().unwrap();
            bank.asked += 1;
            let bank = self.changed.wait_while(bank, |x| x.hangs).unwrap();
            if bank.down {
                return Err(NotProved::Away("it hung".into()));
            }
        }
        Ok(format!("https://{provider}.example/?state={}", departure.state))
    }

    fn identity(&self, provider: &str, _: &Return) -> Result<Identity, NotProved> {
        Ok(Identity {
            issuer: format!("https://{provider}.example"),
            subject: "1".into(),
            level: Some(Level::Verified),
            surname: "Соколова".into(),
            name: "Анна".into(),
            patronymic: String::new(),
            born: String::new(),
            email: String::new(),
            phone: String::new(),
        })
    }
}

fn portal(played: &Arc<Played>) -> (Arc<App>, testkit::TempDir) {
    let (db, dir) = testkit::sqlite(rooms::MIGRATIONS);
    let providers = played.clone();
    (testing::app_with(db, |app| app.providers = Vouchers::new(providers)), dir)
}

async fn leaves(app: &Arc<App>, provider: &str) -> Page {
    Client::new(app).get(&format!("/signin/with/{provider}")).await
}

#[test]
fn a_provider_that_hangs_keeps_nobody_from_another_and_from_the_password() {
    let played = Played::new();
    let (app, _dir) = portal(&played);
    testing::run(async {
        played.set(|x| x.hangs = true);
        let crowd: Vec<_> = (0..8)
            .map(|_| {
                let app = app.clone();
                tokio::spawn(async move { leaves(&app, "bank").await.location() })
            })
            .collect();
        while played.asked() < 8 {
            tokio::task::yield_now().await;
        }
        for _ in 0..100 {
            let page = leaves(&app, "bank").await;
            assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(
                page.says("E-SSO-37") && page.says("Сейчас так войти нельзя"),
                "{}",
                page.text()
            );
            assert_eq!(page.head("retry-after"), "30");
        }
        assert_eq!(played.asked(), 8, "nobody else waits for it");
        assert!(leaves(&app, "post").await.location().starts_with("https://post.example/"));
        assert_eq!(Client::new(&app).get("/signin").await.status, StatusCode::OK);
        played.set(|x| x.hangs = false);
        for one in crowd {
            assert!(one.await.unwrap().starts_with("https://bank.example/"));
        }
        assert!(leaves(&app, "bank").await.location().starts_with("https://bank.example/"));
    });
}

#[test]
fn of_a_provider_that_is_down_one_person_in_half_a_minute_finds_out_whether_it_is_back() {
    let played = Played::new();
    let (app, _dir) = portal(&played);
    testing::run(async {
        played.set(|x| x.down = true);
        for _ in 0..20 {
            let page = leaves(&app, "bank").await;
            assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(page.says("E-SSO-31"), "{}", page.text());
        }
        assert_eq!(played.asked(), 5, "the others hear of it at once");
        app.clock.advance(31 * Instant::SECOND);
        leaves(&app, "bank").await;
        leaves(&app, "bank").await;
        assert_eq!(played.asked(), 6);
        app.clock.advance(31 * Instant::SECOND);
        played.set(|x| x.down = false);
        for _ in 0..2 {
            assert!(leaves(&app, "bank").await.location().starts_with("https://bank.example/"));
        }
    });
}

#[test]
fn whoever_links_on_the_way_elsewhere_reads_why_the_level_was_not_raised() {
    let played = Played::new();
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let providers = played.clone();
        let app = testing::app_with(db, |app| app.providers = Vouchers::new(providers));
        testing::run(async {
            let anna = account(&app, 1, Level::Simplified).await;
            let mut client = browser(&app, &anna).await;
            let away = client.get("/signin/with/post?next=/book/head-reception").await.location();
            let state = away.split("state=").nth(1).unwrap();
            let back = client.get(&format!("/signin/back/post?state={state}&code=1")).await;
            assert_eq!(back.location(), "/signin/elsewhere", "{}", back.text());
            let page = client.follow(back).await;
            let answer = client.submit(&page.form("/signin/elsewhere")).await;
            let page = client.follow(answer).await;
            assert!(page.says("сначала должны быть проверены"), "{}", page.text());
            assert_eq!(page.link("Как повысить уровень"), "/account/level");
            assert_eq!(page.link("Продолжить"), "/book/head-reception");
        });
    });
}

/// Comes back from the post office as Anna Sokolova; gives what the portal says then.
async fn returns(client: &mut Client) -> Page {
    let away = client.get("/signin/with/post?next=/account/providers").await.location();
    let state = away.split("state=").nth(1).unwrap();
    client.get(&format!("/signin/back/post?state={state}&code=1")).await
}

fn with_post(story: impl AsyncFn(Arc<App>)) {
    let played = Played::new();
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let providers = played.clone();
        let app = testing::app_with(db, |app| app.providers = Vouchers::new(providers));
        testing::run(async { story(app.clone()).await });
    });
}

async fn level(app: &App, account: &Id) -> Level {
    let id = account.clone();
    let read = move |tx: &mut base::Tx<'_>| rooms::accounts::read::account(tx, &id);
    app.db.read(read).await.unwrap().unwrap().level
}

#[test]
fn a_provider_raises_whoever_agrees_and_unlinking_it_is_told() {
    with_post(async |app| {
        let anna = account(&app, 1, Level::Standard).await;
        let mut client = browser(&app, &anna).await;
        let back = returns(&mut client).await;
        let page = client.follow(back).await;
        assert!(page.says("может повысить ваш уровень"), "{}", page.text());
        let answer = client.submit(&page.form("/signin/elsewhere")).await;
        assert_eq!(answer.location(), "/account/providers?next=/account/providers&done=linked");
        let page = client.follow(answer).await;
        assert!(page.says("вы не согласились на эту проверку"), "{}", page.text());
        returns(&mut client).await;
        assert_eq!(level(&app, &anna).await, Level::Standard, "nor at a sign-in");

        let page = client.get("/account/providers").await;
        let answer = client.submit(&page.form("/account/providers/post/agree")).await;
        assert_eq!(answer.location(), "/signin/with/post?next=/account/providers");
        returns(&mut client).await;
        assert_eq!(level(&app, &anna).await, Level::Verified);

        let page = client.get("/account/providers").await;
        assert!(!page.text().contains("/agree"), "{}", page.text());
        let unlink = page.form("/account/providers/post/unlink");
        let answer = client.submit(&unlink).await;
        assert_eq!(answer.location(), "/account/providers?done=unlinked");
        let letters = app.db.read(testkit::letters).await.unwrap();
        let told = letters.iter().filter(|x| x.0 == "security-provider-unlinked");
        assert_eq!(told.map(|x| x.1["account"].clone()).collect::<Vec<_>>(), [anna.as_str()]);
        assert!(client.get("/account/devices").await.says("Отвязан вход через другую организацию"));
    });
}

#[test]
fn whoever_ticks_the_consent_while_linking_is_raised_at_once() {
    with_post(async |app| {
        let anna = account(&app, 1, Level::Standard).await;
        let mut client = browser(&app, &anna).await;
        let back = returns(&mut client).await;
        let page = client.follow(back).await;
        client.submit(&page.form("/signin/elsewhere").set("consent", "1")).await;
        assert_eq!(level(&app, &anna).await, Level::Verified);
    });
}

#[test]
fn nothing_from_elsewhere_waits_for_whoever_comes_next() {
    with_post(async |app| {
        let anna = account(&app, 1, Level::Standard).await;
        let boris = account(&app, 2, Level::Standard).await;
        // Anna leaves the page and signs out.
        let mut client = browser(&app, &anna).await;
        let back = returns(&mut client).await;
        assert_eq!(back.location(), "/signin/elsewhere");
        let trip = client.cookies["okno-trip"].clone();
        client.post_form("/signout", &[]).await;
        assert!(!client.cookies.contains_key("okno-trip"));
        let mut next = browser(&app, &boris).await;
        next.cookies.insert("okno-trip".into(), trip);
        assert_eq!(next.get("/signin/elsewhere").await.location(), "/account", "the row went, too");

        // Anna's session is over, and what she brought is still hers.
        let mut client = browser(&app, &anna).await;
        returns(&mut client).await;
        let mut next = browser(&app, &boris).await;
        next.cookies.insert("okno-trip".into(), client.cookies["okno-trip"].clone());
        assert_eq!(next.get("/signin/elsewhere").await.location(), "/account");
        let page = next.post_form("/signin/elsewhere", &[]).await;
        assert_eq!(page.location(), "/account/providers", "{}", page.text());
        let links = move |tx: &mut base::Tx<'_>| rooms::sso::elsewhere::links(tx, &boris);
        assert_eq!(app.db.read(links).await.unwrap(), []);
        let page = client.get("/signin/elsewhere").await;
        assert!(page.says("Анна С."), "{}", page.text());
    });
}

#[test]
fn what_a_guest_brings_says_whose_it_is_only_to_whoever_goes_on_with_it() {
    with_post(async |app| {
        let mut client = Client::new(&app);
        let back = returns(&mut client).await;
        let page = client.follow(back).await;
        assert!(page.says("подтверждает, кто вы") && !page.says("Анна С."), "{}", page.text());
        assert!(!client.get("/register").await.text().contains("Соколова"), "nor does the form");
        let go = page.form("/signin/elsewhere/go");
        let answer = client.submit(&go.clone().press("Создать учётную запись")).await;
        assert_eq!(answer.location(), "/register?next=/signin/elsewhere");
        let page = client.follow(answer).await;
        assert_eq!(page.form("/register").value("surname"), "Соколова");
        let mut thief = client.clone();
        let answer = client.submit(&page.form("/signin/elsewhere/leave")).await;
        assert_eq!(answer.location(), "/signin");
        assert!(!client.cookies.contains_key("okno-trip"));
        assert!(!thief.get("/register").await.text().contains("Соколова"), "the row went, too");

        // Whoever walks away leaves nothing for long.
        let back = returns(&mut client).await;
        client.follow(back).await;
        app.clock.advance(5 * Instant::MINUTE);
        let page = client.submit(&go.clone().press("У меня есть учётная запись")).await;
        assert!(page.says("E-SSO-32"), "{}", page.text());

        let back = returns(&mut client).await;
        let page = client.follow(back).await;
        let go = page.form("/signin/elsewhere/go").press("У меня есть учётная запись");
        assert_eq!(client.submit(&go).await.location(), "/signin?next=/signin/elsewhere");
        let anna = account(&app, 1, Level::Standard).await;
        let signed_in = browser(&app, &anna).await;
        client.cookies.insert("okno".into(), signed_in.cookies["okno"].clone());
        let page = client.get("/signin/elsewhere").await;
        assert!(page.says("Анна С."), "{}", page.text());
        let answer = client.submit(&page.form("/signin/elsewhere")).await;
        assert!(answer.location().starts_with("/account/providers"), "{}", answer.location());
    });
}
