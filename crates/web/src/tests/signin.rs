//! What the page of signing in tells plainly, and how long one stays signed in.

use std::sync::Arc;

use base::{Actor, Channel, Cx, Instant};
use rooms::demo::people;

use super::factors::{add_app, code, password};
use crate::App;
use crate::testing::{self, Client, run};

/// The story on both engines, with the people of the demo.
fn each(change: fn(&mut App), story: impl AsyncFn(&Arc<App>)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let app = testing::app_with(db, change);
        let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
        people::seed_logins(&app.db, &cx, &app.policy.secrets).unwrap();
        run(story(&app));
    });
}

#[test]
fn whoever_has_switched_cookies_off_is_told_so_before_anything_else() {
    each(
        |_| (),
        async |app| {
            for path in ["/signin", "/signin/code", "/register"] {
                let mut client = Client::new(app);
                let form = client.get(path).await.form(path);
                client.cookies.clear();
                let page = client.submit(&form).await;
                assert_eq!(page.status, 422, "{path}");
                assert!(page.says("не сохраняет файлы cookie"), "{path}: {}", page.text());
                // The refused page brings the probe again: once cookies are allowed the form works.
                let page = client.submit(&page.form(path)).await;
                assert!(!page.says("не сохраняет файлы cookie"), "{path}");
            }
        },
    );
}

#[test]
fn whoever_must_wait_reads_how_it_ends_and_what_the_support_will_ask() {
    each(
        |_| (),
        async |app| {
            let mut client = Client::new(app);
            let mut page = client.get("/signin").await;
            for number in 0..6 {
                assert!(!page.says("Номер операции"), "after {number} tries");
                let form = page.form("/signin").set("identifier", "+79000000001");
                app.clock.advance(31 * Instant::SECOND);
                page = client.submit(&form.set("password", "Не тот пароль1!")).await;
            }
            assert!(page.says("Номер операции") && page.says(page.head("operation-id")));
            assert!(page.says("Последняя попытка") && page.says("1 декабря"), "{}", page.text());
            assert!(page.says("снимется само") && page.says("Пароль и коды мы не спрашиваем"));
        },
    );
}

#[test]
fn a_new_password_is_accompanied_by_what_it_needs() {
    let rules = async |app: &Arc<App>| {
        let page = Client::new(app).get("/register").await;
        assert!(page.text().contains("data-checks=\"password\""));
        page.text().matches("data-rule=").count()
    };
    each(|_| (), async |app| assert_eq!(rules(app).await, 5));
    let plain = |app: &mut App| Arc::make_mut(&mut app.config).password_classes = false;
    each(plain, async |app| assert_eq!(rules(app).await, 2));
}

#[test]
fn a_remembered_device_stays_signed_in_for_as_long_as_the_instance_says() {
    each(
        |_| (),
        async |app| {
            let mut client = Client::new(app);
            let form = client.get("/signin").await.form("/signin");
            let form = form.set("identifier", "anna@example.org").set("password", &password());
            let answer = client.submit(&form).await;
            let page = client.follow(answer).await;
            let form = page.form("/signin/factor").set("code", &code(app).await);
            let answer = client.submit(&form.set("remember", "1")).await;
            let cookie = answer.head("set-cookie").to_owned();
            assert!(cookie.starts_with("okno=") && cookie.contains("Max-Age=604800"), "{cookie}");
            let mut other = client.clone();
            let (_, page) = add_app(app, &mut other).await;
            let cookie = page.head("set-cookie");
            assert!(cookie.contains("Max-Age=604800"), "a better proof loses nothing: {cookie}");
            app.clock.advance(6 * Instant::DAY);
            assert_eq!(other.get("/account").await.status, 200);
            app.clock.advance(2 * Instant::DAY);
            assert!(other.get("/account").await.location().starts_with("/signin"));
        },
    );
}
