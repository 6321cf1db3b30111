//! Nobody learns from the portal who has an account: for a contact that somebody has and one that
//! nobody has, each form answers alike, after the same work.

use std::sync::Arc;

use base::db::For;
use base::{Actor, Channel, Cx, Instant};
use rooms::demo::people;

use crate::App;
use crate::testing::{self, Client, Page, run};

/// The phone of the first of the demo's people, and one that nobody has.
const PHONES: [&str; 2] = ["79000000001", "79005550001"];
/// Their checked SNILS, and one that nobody has had checked.
const SNILS: [&str; 2] = ["11223344595", "00100799989"];

/// The story on both engines.
fn each(story: impl AsyncFn(&Arc<App>)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let app = testing::app(db);
        let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
        people::seed_logins(&app.db, &cx, &app.policy.secrets).unwrap();
        rooms::demo::papers::seed(&app.db, &cx).unwrap();
        run(story(&app));
    });
}

/// Status, heads and body without ids, tokens and who was named.
fn masked(page: &Page, number: usize) -> String {
    let mut heads: Vec<String> = page
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    heads.sort();
    let text = format!("{}\n{}\n\n{}", page.status, heads.join("\n"), page.text());
    let text = text.replace(["+7 900 000-00-01", "+7 900 555-00-01"][number], "NAME");
    let text = text.replace(PHONES[number], "NAME").replace(SNILS[number], "NAME");
    let words = text.split_inclusive(|x: char| !x.is_ascii_alphanumeric());
    words.map(|x| if x.len() > 15 { "ID" } else { x }).collect()
}

/// What an answer cost: statements, and passwords that were hashed. What a node asks by itself, as for
/// the news of others, is not among them.
fn cost(app: &App) -> (u64, u64) {
    (app.db.statements(For::Requests), app.slow.done())
}

/// Asks the same of both; gives the answers, which must be alike.
async fn alike<'a>(
    app: &App,
    clients: &mut [Client; 2],
    (path, fields): (&str, impl Fn(usize) -> Vec<(&'a str, String)>),
) -> [Page; 2] {
    let mut answers = Vec::new();
    for (number, client) in clients.iter_mut().enumerate() {
        app.clock.advance(Instant::SECOND);
        let fields = fields(number);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let before = cost(app);
        let page = client.post_form(path, &fields).await;
        let after = cost(app);
        let spent = (after.0 - before.0, after.1 - before.1);
        assert!(page.status.is_redirection() || page.status == 422, "{path}: {}", page.text());
        answers.push((page, spent));
    }
    let [(known, known_cost), (unknown, unknown_cost)] = answers.try_into().unwrap();
    assert_eq!(known_cost, unknown_cost, "statements and hashes of {path}");
    assert!(known_cost.0 > 0, "{path} asks the database");
    assert_eq!(masked(&known, 0), masked(&unknown, 1), "{path}");
    [known, unknown]
}

#[test]
fn every_form_answers_alike_after_the_same_work_whoever_is_asked_for() {
    each(async |app| {
        let mut clients = [Client::new(app), Client::new(app)];
        let phone = |number: usize| format!("+{}", PHONES[number]);
        let signin = |number| {
            vec![("identifier", phone(number)), ("password", "Не тот пароль1!".to_owned())]
        };
        // The first, and the one that needs a proof of work.
        for _ in 0..3 {
            alike(app, &mut clients, ("/signin", signin)).await;
        }
        alike(app, &mut clients, ("/recover", |number| vec![("identifier", phone(number))])).await;
        let code = |_| vec![("by", "sms".to_owned()), ("code", "000000".to_owned())];
        alike(app, &mut clients, ("/recover/code", code)).await;
        // The first has a proved e-mail; whether it has one is not told either.
        for by in ["email", "voice"] {
            alike(app, &mut clients, ("/recover/again", |_| vec![("by", by.to_owned())])).await;
        }
        by_code(app, &phone).await;
        by_snils(app).await;

        let form = |number| {
            let text = |name, text: &str| (name, text.to_owned());
            vec![
                text("surname", "Клён"),
                text("name", "Яна"),
                ("phone", phone(number)),
                text("password", "Vesna-gorit-7!"),
                text("agreement", "1"),
                text("privacy", "1"),
            ]
        };
        alike(app, &mut clients, ("/register", form)).await;
        for by in ["sms", "voice"] {
            let again = |_| vec![("by", by.to_owned())];
            alike(app, &mut clients, ("/register/resend", again)).await;
        }
        let code = |_| vec![("code", "000000".to_owned())];
        alike(app, &mut clients, ("/register/code", code)).await;
        // The form comes back as an answer, not as a refusal.
        let mut pages = Vec::new();
        for (number, client) in clients.iter_mut().enumerate() {
            let before = cost(app);
            let page = client.post_form("/register/correct", &[]).await;
            let after = cost(app);
            pages.push((masked(&page, number), after.0 - before.0));
        }
        assert_eq!(pages[0], pages[1]);
    });
}

#[test]
fn the_limits_answer_alike_after_the_owner_has_used_codes() {
    each(async |app| {
        let (phone, password) = (format!("+{}", PHONES[0]), &people::logins().unwrap()[0].password);
        let fields = [("identifier", phone.as_str()), ("password", password.as_str())];
        let half = Client::new(app).post_form("/signin", &fields).await;
        assert_eq!(half.location(), "/signin/factor?next=/");
        let phone = |number: usize| vec![("identifier", format!("+{}", PHONES[number]))];
        for (path, first) in [("/recover", 1), ("/signin/code", 11)] {
            for number in first..=first + 3 {
                // Every stranger comes from elsewhere.
                let from = format!("203.0.{number}.7");
                let client = || Client::new(app).with("x-forwarded-for", &from);
                let mut clients = [client(), client()];
                let [known, _] = alike(app, &mut clients, (path, phone)).await;
                assert_eq!(known.status.is_redirection(), number < first + 3, "{path} {number}");
            }
            app.clock.advance(10 * Instant::MINUTE);
        }
    });
}

/// A code in place of the password, and what the page of other proofs says before it was typed.
async fn by_code(app: &Arc<App>, phone: &impl Fn(usize) -> String) {
    let mut clients = [Client::new(app), Client::new(app)];
    let named = |number| vec![("identifier", phone(number))];
    alike(app, &mut clients, ("/signin/code", named)).await;
    nothing_is_told(&mut clients).await;
    let code = |_| vec![("by", "sms".to_owned()), ("code", "000000".to_owned())];
    alike(app, &mut clients, ("/signin/code/enter", code)).await;
}

/// A SNILS, in recovery and at the sign-in.
async fn by_snils(app: &Arc<App>) {
    let mut clients = [Client::new(app), Client::new(app)];
    let named = |number: usize| vec![("identifier", SNILS[number].to_owned())];
    alike(app, &mut clients, ("/recover", named)).await;
    nothing_is_told(&mut clients).await;
    for by in ["sms", "email"] {
        alike(app, &mut clients, ("/recover/again", |_| vec![("by", by.to_owned())])).await;
    }
    nothing_is_told(&mut clients).await;
    let signin = |number: usize| {
        vec![("identifier", SNILS[number].to_owned()), ("password", "Не тот пароль1!".to_owned())]
    };
    for _ in 0..3 {
        alike(app, &mut clients, ("/signin", signin)).await;
    }
}

/// The page that shows contacts and ways knows of nobody yet.
async fn nothing_is_told(clients: &mut [Client; 2]) {
    for client in clients {
        assert_eq!(client.get("/signin/factor").await.location(), "/signin?next=/");
        let sent = client.post_form("/signin/factor/send", &[("by", "email")]).await;
        assert_eq!(sent.location(), "/signin?next=/");
    }
}

#[test]
fn from_the_third_registration_of_an_address_on_work_is_proved_whoever_it_is() {
    each(async |app| {
        let mut client = Client::new(app).with("x-forwarded-for", "203.0.113.77");
        let mut other = Client::new(app).with("x-forwarded-for", "198.51.100.7");
        let form = |page: &Page, number: usize| {
            let form = page.form("/register").set("surname", "Клён").set("name", "Яна");
            let form = form.set("phone", &format!("+7900555000{number}"));
            form.set("password", "Vesna-gorit-7!").set("agreement", "1").set("privacy", "1")
        };
        for number in 1..=2 {
            let page = client.get("/register").await;
            assert!(!page.text().contains("data-work"));
            assert!(client.submit(&form(&page, number)).await.status.is_redirection());
        }
        let page = client.get("/register").await;
        assert!(page.says("Подождите полминуты"));
        let hashed = app.slow.done();
        let refused = client.submit(&form(&page, 3)).await;
        assert!(refused.says("форму заполняет не программа"), "{}", refused.text());
        assert_eq!(app.slow.done(), hashed, "a crowd costs no hashes");
        assert!(!other.get("/register").await.text().contains("data-work"));
        // Without scripts patience does as well.
        app.clock.advance(31 * Instant::SECOND);
        assert!(client.submit(&form(&refused, 3)).await.status.is_redirection());
        let again = client.submit(&form(&refused, 4)).await;
        assert!(again.says("форму заполняет не программа"), "a proof is good once");
    });
}
