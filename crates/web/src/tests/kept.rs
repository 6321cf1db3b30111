//! A session that ends between the form and its button: what was typed waits for its owner, and for
//! nobody else.

use std::sync::Arc;

use base::{Id, Instant, args};
use rooms::access::{Place, Role};
use rooms::sessions;

use super::booking::{PLACE, account, book, browser, each, hold};
use super::of_age::of_age;
use super::roles::{booked, given};
use crate::App;
use crate::testing::{Client, FilledForm, Page};

/// A page, what its form's action holds, and what is typed into it.
struct Case {
    page: String,
    action: &'static str,
    typed: &'static [(&'static str, &'static str)],
}

fn case(
    page: impl Into<String>,
    action: &'static str,
    typed: &'static [(&'static str, &'static str)],
) -> Case {
    Case { page: page.into(), action, typed }
}

const CHILD: &[(&str, &str)] = &[
    ("surname", "Берёзкин"),
    ("name", "Пётр"),
    ("born", "2019-05-04"),
    ("sex", "male"),
    ("series", "I-ОМ"),
    ("number", "100002"),
    ("issuer", "Отдел «Загс» & <архив>"),
];

/// The forms of a citizen in which most is typed.
fn of_citizens(held: &str, booking: &str) -> Vec<Case> {
    let passport: &[_] = &[("passport.number", "100007"), ("passport.issuer", "ОВД \"Север\"")];
    let questions: &[_] =
        &[("detail", "Яма\nу школы"), ("phone", "+7 900 111-22-33"), ("purpose", "budget")];
    vec![
        case(held, "/form", questions),
        case(format!("{booking}/cancel"), "/cancel", &[("reason", "Уже не нужно")]),
        case(format!("{booking}/contacts"), "/contacts", &[("phone", "+7 900 111-22-33")]),
        case("/account/profile/passport", "/passport", passport),
        case("/account/profile/snils", "/snils", &[("snils.number", "112-233-445 95")]),
        case("/account/name", "/account/name", &[("surname", "Ветрова"), ("name", "Ия")]),
        case("/account/contact/phone", "/contact/phone", &[("phone", "8 999 111 22 33")]),
        case("/account/contact/email", "/contact/email", &[("email", "anna@example.org")]),
        case("/account/acting/new?kind=child", "/acting/new", CHILD),
    ]
}

/// The form of a case: the last one with its action, else the first whose action ends like it.
fn form_of(page: &Page, case: &Case) -> FilledForm {
    page.forms(case.action).pop().unwrap_or_else(|| page.forms_at(case.action))
}

/// Sends what was typed after the session has ended; gives the sign-in page to which that leads.
async fn too_late(client: &mut Client, case: &Case, end: impl AsyncFn()) -> Page {
    let page = client.get(&case.page).await;
    assert_eq!(page.status, 200, "{}: {}", case.page, page.text());
    let form = form_of(&page, case);
    let form = case.typed.iter().fold(form, |form, (name, value)| form.set(name, value));
    end().await;
    client.headers.insert("referer", format!("http://okno.test{}", case.page));
    let answer = client.submit(&form).await;
    client.headers.remove("referer");
    let page = client.follow(answer).await;
    assert!(page.path.starts_with("/signin?"), "{} led to {}", case.page, page.path);
    page
}

/// The page to which a sign-in leads, for whoever is signed in with `client`.
async fn back(client: &mut Client, signin: &Page) -> Page {
    let next = signin.form("/signin").value("next").to_owned();
    client.get(&next).await
}

/// Whether the form shows what was typed.
fn shows(page: &Page, case: &Case) -> bool {
    let form = form_of(page, case);
    case.typed.iter().all(|(name, value)| form.value(name) == *value)
}

async fn rows(app: &App) -> Vec<Vec<u8>> {
    let sql = "SELECT fields_sealed FROM kept_form";
    app.db.read(move |tx| Ok(tx.all(sql, args![], |r| r.get(0))?)).await.unwrap()
}

fn says_clearly(rows: &[Vec<u8>], words: &str) -> bool {
    rows.iter().any(|x| x.windows(words.len()).any(|x| x == words.as_bytes()))
}

async fn each_case(app: &Arc<App>, owner: &Id, cases: Vec<Case>) {
    let idle = async || app.clock.advance(31 * Instant::MINUTE);
    for case in cases {
        let mut client = browser(app, owner).await;
        let signin = too_late(&mut client, &case, idle).await;
        assert!(signin.says("Сессия закончилась"), "{}", signin.text());
        assert!(signin.says("сохранено на полчаса"), "{}", case.page);
        let kept = rows(app).await;
        assert_eq!(kept.len(), 1, "{}", case.page);
        for (name, value) in case.typed {
            assert!(!says_clearly(&kept, value), "{name} of {} is open", case.page);
        }
        let mut client = browser(app, owner).await;
        let page = back(&mut client, &signin).await;
        assert!(page.says("ещё не отправлено"), "{}: {}", case.page, page.text());
        assert!(shows(&page, &case), "{}: {:?}", case.page, form_of(&page, &case));
        assert!(rows(app).await.is_empty(), "it was given back once");
        assert!(!back(&mut client, &signin).await.says("ещё не отправлено"), "{}", case.page);
    }
}

#[test]
fn what_citizens_typed_is_there_after_the_session_has_ended() {
    each(async |app, anna| {
        of_age(&app, &anna).await;
        let mut client = browser(&app, &anna).await;
        let booking = book(&mut client, 5).await;
        let held = hold(&mut client, PLACE, 9).await;
        each_case(&app, &anna, of_citizens(&held, &booking)).await;
    });
}

#[test]
fn what_the_staff_typed_is_there_after_the_session_has_ended() {
    each(async |app, anna| {
        given(&app, &anna, Role::PortalAdmin, Place::Portal).await;
        given(&app, &anna, Role::Specialist, Place::Resource("tomsk-mfc-main-01".into())).await;
        let boris = account(&app, 2, rooms::accounts::Level::Verified).await;
        let visit = booked(&app, &boris, ("mfc-visit", "tomsk-mfc-main-01"), true).await;
        let grant = &[("contact", "+7 900 000-00-02"), ("reason", "Приказ № 7 от «01.12»")];
        let cases = vec![
            case("/staff/people/new?organization=tomsk-mfc", "/staff/people/new", grant),
            case(format!("/staff/bookings/{visit}"), "/staff/bookings", &[("words", "Звонок")]),
        ];
        each_case(&app, &anna, cases).await;
    });
}

/// A way in which a session ends.
type End = fn(&mut base::Tx<'_>, Instant, &Id) -> base::Outcome<()>;

#[test]
fn however_a_session_ended_only_its_owner_finds_what_was_typed() {
    let ends: [(&str, i64, End); 4] = [
        ("idle", 31 * Instant::MINUTE, |_, _, _| Ok(())),
        ("twelve hours", 13 * Instant::HOUR, |_, _, _| Ok(())),
        ("from elsewhere", 0, |tx, _, id| sessions::close_all(tx, id).map(drop)),
        ("swept", 32 * Instant::MINUTE, |tx, now, _| sessions::sweep(tx, now).map(drop)),
    ];
    each(async |app, anna| {
        let boris = account(&app, 2, rooms::accounts::Level::Verified).await;
        let case = case("/account/name", "/account/name", &[("surname", "Ветрова")]);
        for (name, after, act) in ends {
            let mut client = browser(&app, &anna).await;
            let end = async || {
                app.clock.advance(after);
                let (now, id) = (app.clock.now(), anna.clone());
                app.db.write(move |tx| act(tx, now, &id)).await.unwrap();
            };
            let signin = too_late(&mut client, &case, end).await;
            assert_eq!(rows(&app).await.len(), 1, "{name}");
            let mut other = browser(&app, &boris).await;
            let page = back(&mut other, &signin).await;
            assert!(page.status == 200 && !shows(&page, &case), "{name}: another person");
            assert!(!page.text().contains("Ветрова"), "{name}");
            let mut client = browser(&app, &anna).await;
            let page = back(&mut client, &signin).await;
            assert!(!shows(&page, &case), "{name}: it was dropped when somebody else came");
        }
        // Whoever was never signed in here leaves nothing behind, whatever their browser says.
        for token in ["0".repeat(64), String::new()] {
            let mut stranger = Client::new(&app);
            stranger.cookies.insert("okno".into(), token);
            stranger.post_form("/account/name", &[("surname", "Ветрова")]).await.location();
            assert!(rows(&app).await.is_empty());
        }
    });
}

#[test]
fn five_forms_of_a_person_are_kept_without_secrets_for_half_an_hour() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        app.clock.advance(31 * Instant::MINUTE);
        for number in 0..8 {
            let typed = [("surname", format!("Ветрова-{number}"))];
            let typed = typed.each_ref().map(|(name, x)| (*name, x.as_str()));
            client.post_form("/account/name", &typed).await.location();
        }
        assert_eq!(rows(&app).await.len(), 5);
        let led = client.post_form("/account/password", &[("password", "Vesna-gorit-7!")]).await;
        assert!(!led.location().contains("kept"), "{}", led.location());
        let last = client.post_form("/account/name", &[("surname", "Ветрова")]).await;
        let signin = client.follow(last).await;
        app.clock.advance(31 * Instant::MINUTE);
        let page = back(&mut browser(&app, &anna).await, &signin).await;
        assert!(page.status == 200 && !page.text().contains("Ветрова"), "half an hour is over");
    });
}

#[test]
fn a_page_that_is_asked_for_too_late_says_that_the_session_has_ended() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        app.clock.advance(31 * Instant::MINUTE);
        let answer = client.get("/account").await;
        let page = client.follow(answer).await;
        assert!(page.says("Сессия закончилась") && !page.says("сохранено на полчаса"));
        let answer = Client::new(&app).get("/account").await;
        let page = client.follow(answer).await;
        assert!(!page.says("Сессия закончилась"), "nobody was signed in here");
    });
}
