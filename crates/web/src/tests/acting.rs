//! Acting for others, through pages and calls, on both engines: adding a child, booking for it, the
//! paper at the desk, ending.

use std::sync::Arc;

use axum::http::StatusCode;
use base::{Actor, Channel, Cx, Id};
use rooms::access::{Place, Role};
use rooms::accounts::{self, Level};
use rooms::mandates;
use serde_json::json;

use super::booking::{account, browser, hold};
use super::of_age::{is_born, of_age};
use super::roles::{given, person};
use super::{api, booking};
use crate::App;
use crate::testing::{Client, FilledForm, Page};

/// A service that children are brought to, and nobody comes to for themselves.
pub(super) const PLACE: &str = "/book/mfc-visit?resource=tomsk-mfc-main-01";
pub(super) const NEW: &str = "/account/acting/new";

/// Runs the story with a portal on each engine; Anna is of age.
fn each(story: impl AsyncFn(Arc<App>, Id)) {
    booking::each(async |app, anna| {
        of_age(&app, &anna).await;
        story(app, anna).await;
    });
}

fn child(page: &Page, name: &str, born: &str) -> FilledForm {
    page.form(NEW)
        .set("surname", "Соколов")
        .set("name", name)
        .set("patronymic", "Андреевич")
        .set("born", born)
        .set("sex", "male")
        .set("series", "i ом")
        .set("number", "100001")
        .set("issued_on", "2019-09-12")
        .set("issuer", "Отдел ЗАГС города Томска")
}

/// Adds a child; gives its mandate's id.
pub(super) async fn added(client: &mut Client, name: &str, born: &str) -> String {
    let page = client.get(&format!("{NEW}?kind=child")).await;
    assert!(page.text().contains("name=\"surname\""), "{}", page.text());
    let answer = client.submit(&child(&page, name, born)).await;
    assert_eq!(answer.location(), "/account/acting?done=added", "{}", answer.text());
    let list = client.get("/account/acting").await;
    let card = list.text().split("<h3 id=\"m-").find(|x| x.contains(name)).unwrap();
    card.split('"').next().unwrap().to_owned()
}

/// Fills the form of a hold in for `participant` as far as the review.
pub(super) async fn filled(client: &mut Client, form_at: &str, participant: &str) -> Page {
    let page = client.get(form_at).await;
    let purpose = first_of(&page, "purpose");
    let form = page.form(form_at).set("purpose", &purpose).set("consent", "1");
    let form = form.set("phone", "+7 900 000-00-01").set("participant", participant);
    client.submit(&form).await
}

fn first_of(page: &Page, name: &str) -> String {
    let found = page.text().split(&format!("name=\"{name}\" value=\"")).nth(1);
    found.and_then(|x| x.split('"').next()).unwrap_or_default().to_owned()
}

pub(super) async fn booked(client: &mut Client, which: usize, participant: &str) -> Page {
    let form_at = hold(client, PLACE, which).await;
    let review = filled(client, &form_at, participant).await.location();
    let page = client.get(&review).await;
    client.submit(&page.forms_at("/confirm")).await
}

#[test]
fn a_child_is_added_corrected_and_ended_and_every_faulty_field_is_named() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let list =
            client.get(&client.clone().get("/account").await.link("За кого вы действуете")).await;
        assert!(list.says("Дети") && list.says("Пока никого нет"));
        let kinds = client.get(NEW).await;
        let page = client.get(&kinds.link("Добавить ребёнка").replace("&amp;", "&")).await;
        let refused = client.submit(&child(&page, "", "01.12.2008").set("number", "12")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says("Имя: Заполните это поле"), "{}", refused.text());
        assert!(refused.says("Уже есть 18 лет") && refused.says("Номер: "));
        assert_eq!(refused.form(NEW).value("surname"), "Соколов");

        let form = child(&page, "Михаил", "2019-09-03");
        assert!(client.submit(&form).await.status.is_redirection());
        assert!(client.submit(&form).await.status.is_redirection(), "a second click adds nobody");
        let again = child(&client.get(&format!("{NEW}?kind=child")).await, "МИХАИЛ", "3.9.2019");
        let twice = client.submit(&again).await;
        assert!(twice.says("уже есть в вашем списке"), "{}", twice.text());
        let list = client.get("/account/acting").await;
        for words in ["Соколов Михаил Андреевич", "I-ОМ 100001", "3 сентября 2019", "не смотрели"]
        {
            assert!(list.says(words), "{words}");
        }
        let edit = list.link("Исправить");
        let page = client.get(&edit).await;
        let form = page.form(&edit);
        assert_eq!((form.value("series"), form.value("born")), ("I-ОМ", "2019-09-03"));
        let answer = client.submit(&form.set("issuer", "ЗАГС")).await;
        assert_eq!(answer.location(), "/account/acting?done=corrected");
        assert!(client.get("/account/acting").await.says("ЗАГС"));

        let mut stranger = browser(&app, &account(&app, 2, Level::Verified).await).await;
        assert_eq!(stranger.get(&edit).await.status, StatusCode::NOT_FOUND);
        assert!(!stranger.get("/account/acting").await.says("Соколов Михаил"));
        let end = client.get(&format!("{edit}/end")).await;
        assert!(end.says("Больше не действовать"));
        let done = client.submit(&end.forms_at("/end")).await;
        assert_eq!(done.location(), "/account/acting?done=ended");
        let list = client.get("/account/acting").await;
        assert!(list.says("Прежние") && list.says("Завершено"));
        assert_eq!(client.get(&edit).await.status, StatusCode::CONFLICT);
    });
}

#[test]
fn a_low_level_opens_no_organisation_and_a_lower_one_nobody() {
    each(async |app, _| {
        let mut client = browser(&app, &account(&app, 2, Level::Standard).await).await;
        let list = client.get("/account/acting").await;
        assert!(list.says("Добавить ребёнка") && !list.says("Добавить организацию"));
        let page = client.get(&format!("{NEW}?kind=company")).await;
        assert!(page.status == StatusCode::FORBIDDEN && page.says("E-MND-08"));
        assert!(page.says("Нужен уровень выше") && page.says("Повысить уровень"), "and the way");
        let mut client = browser(&app, &account(&app, 3, Level::Simplified).await).await;
        assert!(!client.get("/account/acting").await.says("Добавить ребёнка"));
    });
}

#[test]
fn a_mother_books_for_her_child_and_herself_and_the_papers_say_for_whom() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let form_at = hold(&mut client, PLACE, 0).await;
        let page = client.get(&form_at).await;
        assert!(!page.says("Для кого вы записываетесь?"), "there is nobody to choose");
        // Whoever is added from the form comes back to it.
        let link = page.link("Добавить ребёнка, доверителя или организацию");
        let page = client.get(&link.replace("&amp;", "&")).await;
        let kind = page.link("Добавить ребёнка").replace("&amp;", "&");
        let page = client.get(&kind).await;
        let back = client.submit(&child(&page, "Михаил", "2019-09-03")).await;
        assert_eq!(back.location(), form_at);
        let page = client.get(&form_at).await;
        assert!(page.says("Для кого вы записываетесь?") && page.says("Соколов Михаил Андреевич"));
        let child = page.text().split("name=\"participant\" value=\"").nth(2).unwrap();
        let child = child.split('"').next().unwrap().to_owned();

        let odd = filled(&mut client, &form_at, "nobody").await;
        assert!(odd.says("Полномочия не нашли"), "{}", odd.text());
        let review = filled(&mut client, &form_at, &child).await.location();
        let page = client.get(&review).await;
        assert!(page.says("Соколов Михаил Андреевич") && page.says("Представитель"));
        let done = client.submit(&page.forms_at("/confirm")).await;
        let card_at = done.location();
        let card = client.get(&card_at).await;
        let comer = "Соколов Михаил Андреевич (представитель: Соколова Анна Ивановна)";
        assert!(card.says(comer), "{}", card.text());
        assert!(client.get("/bookings").await.says("Для: Соколов Михаил Андреевич"));
        let bare = card_at.replace("?done=1", "");
        let ics = client.get(&format!("{bare}/calendar.ics")).await;
        let unfolded = ics.text().replace("\r\n ", "");
        assert!(unfolded.contains("Для кого: Соколов Михаил Андреевич"), "{unfolded}");
        assert_eq!(client.get(&format!("{bare}/ticket.pdf")).await.status, StatusCode::OK);

        // The same for herself, and not twice for the child.
        let own = booked(&mut client, 1, "self").await;
        assert!(own.status.is_redirection(), "{}", own.text());
        let twice = booked(&mut client, 2, &child).await;
        assert!(twice.says("E-SLOT-04") || twice.status == StatusCode::CONFLICT);
        let list = client.get("/account/acting").await;
        let end = client.get(&format!("{}/end", list.link("Исправить"))).await;
        client.submit(&end.forms_at("/end")).await;
        let card = client.get(&bare).await;
        assert!(card.says("Вы больше не действуете от этого имени"), "{}", card.text());
        assert!(card.says(comer) && !card.text().contains(&format!("{bare}/cancel\"")));
        let refused = client.post_form(&format!("{bare}/cancel"), &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    });
}

#[test]
fn a_service_for_children_alone_is_booked_for_one_and_never_for_oneself() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let place = "/book/doctor-paediatrician?site=";
        let portal = app.portal();
        let service = portal.city.catalogue.service("doctor-paediatrician").unwrap();
        let site = portal.city.offices.sites_in_region(&service.code, "70").next().unwrap();
        let form_at = hold(&mut client, &format!("{place}{}", site.id), 0).await;
        let page = client.get(&form_at).await;
        assert!(page.says("Эта услуга для тех, кого вы представляете"), "{}", page.text());
        let alone = booking::fill_for(&mut client, &form_at, &first_of(&page, "purpose")).await;
        assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY);
        let child = added(&mut client, "Михаил", "2019-09-03").await;
        let page = client.get(&form_at).await;
        assert!(page.says("Соколов Михаил Андреевич") && !page.says("Для себя"));
        assert!(page.text().contains(&child));
    });
}

/// What a clerk of the МФЦ in Tomsk sees.
pub(super) async fn clerk(app: &Arc<App>) -> Client {
    let vera = person(app, "79110000001", ("Иванова", "Вера")).await;
    given(app, &vera, Role::Clerk, Place::Site("tomsk-mfc-main".into())).await;
    browser(app, &vera).await
}

#[test]
fn a_clerk_sees_the_paper_after_a_reason_and_says_that_it_was_seen() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let child = added(&mut client, "Михаил", "2019-09-03").await;
        let card = booked(&mut client, 0, &child).await.location().replace("?done=1", "");
        let id = card.rsplit('/').next().unwrap();
        let mut clerk = clerk(&app).await;
        let (today, tomorrow) = (clerk.get("/staff").await, clerk.get("/staff?day=tomorrow").await);
        let day = if today.text().contains(id) { today } else { tomorrow };
        assert!(day.says("М. А. С., ребёнок (представитель А. И. С.)"), "{}", day.text());
        assert!(!day.says("Соколов"));

        let path = format!("/staff/bookings/{id}");
        let check = format!("{path}/mandate");
        let unseen = clerk.post_form(&check, &[("verdict", "checked"), ("revision", "1")]).await;
        assert!(unseen.location().starts_with(&format!("{path}?kept=")), "the reason comes first");
        let page = clerk.follow(unseen).await;
        assert!(!page.says("Соколов Михаил") && !page.says("100001"));
        let opened = clerk.submit(&page.form(&path).set("reason", "visit")).await;
        let page = clerk.follow(opened).await;
        assert_eq!(page.form(&check).value("verdict"), "checked", "what was said is not lost");
        for words in ["Соколов Михаил Андреевич", "I-ОМ 100001", "Документ ещё не смотрели"]
        {
            assert!(page.says(words), "{words}");
        }
        let refused = clerk.submit(&page.form(&check).set("verdict", "refused")).await;
        assert!(refused.says("Напишите, что не так"), "{}", refused.text());
        let done = clerk.submit(&page.form(&check).set("verdict", "checked")).await;
        assert_eq!(done.location(), format!("{path}?checked=1"));
        assert!(clerk.get(&path).await.says("Полномочия проверены"));
        assert!(client.get("/account/acting").await.says("Полномочия проверены"));
        let looks = client.get("/account/looks").await;
        assert!(looks.says("Проверил документ, по которому вы действуете за другого"));
        assert!(!looks.says("Сотрудник") && looks.says("Регистратор, "), "{}", looks.text());

        // What was not accepted can be put right; its reason is there.
        let page = clerk.get(&path).await;
        let form = page.form(&check).set("verdict", "refused").set("why", "Нет печати");
        assert!(clerk.submit(&form).await.status.is_redirection());
        let list = client.get("/account/acting").await;
        assert!(list.says("Документ не приняли") && list.says("Нет печати"), "{}", list.text());
        let edit = list.link("Исправить");
        let again = client.get(&edit).await.form(&edit).set("issuer", "Отдел ЗАГС");
        assert!(client.submit(&again).await.status.is_redirection());
        assert!(!client.get("/account/acting").await.says("Нет печати"));

        // What is taken back counts with the next request.
        let page = clerk.get(&path).await;
        let form = page.form(&check).set("verdict", "revoked").set("why", "Ошибка в свидетельстве");
        assert!(clerk.submit(&form).await.status.is_redirection());
        let form_at = hold(&mut client, PLACE, 1).await;
        let late = filled(&mut client, &form_at, &child).await;
        assert!(late.says("Эти полномочия завершены"), "{}", late.text());
        // Nobody books for themselves because the other choice is gone.
        let form = late.form(&form_at);
        assert_eq!(form.value("participant"), "");
        let asked = "name=\"participant\" value=\"self\">";
        assert!(late.text().contains(asked), "asked anew, nothing chosen: {}", late.text());
        let again = client.submit(&form.clone().set("consent", "1")).await;
        assert!(again.says("Эти полномочия завершены"), "{}", again.text());
        assert!(client.get(&form_at).await.text().contains(asked));
        let own = client.submit(&form.set("participant", "self").set("consent", "1")).await;
        assert!(own.location().ends_with("/review"), "{}", own.text());
        let page = client.get(&format!("{NEW}?kind=child")).await;
        let form = self::child(&page, "Михаил", "2019-09-03");
        let typed_again = client.submit(&form).await;
        assert!(typed_again.says("Принесите документ в это учреждение"), "{}", typed_again.text());
        assert_eq!(typed_again.form(NEW).value("name"), "Михаил", "nothing is lost");
        let newer = client.submit(&form.set("number", "100002")).await;
        assert_eq!(newer.location(), "/account/acting?done=added", "{}", newer.text());
    });
}

#[test]
fn a_director_books_for_the_company_and_the_desk_sees_its_numbers() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let page = client.get(&format!("{NEW}?kind=company")).await;
        let form = page.form(NEW).set("title", "ООО «Тихий причал»").set("kpp", "770101001");
        let form = form.set("inn", "0000123450").set("position", "Директор");
        let refused = client.submit(&form.clone().set("ogrn", "1007700123453")).await;
        assert!(refused.says("ОГРН: "), "{}", refused.text());
        let added = client.submit(&form.set("ogrn", "1007700123452")).await;
        assert_eq!(added.location(), "/account/acting?done=added", "{}", added.text());

        let form_at = hold(&mut client, PLACE, 0).await;
        let page = client.get(&form_at).await;
        let company = page.text().split("name=\"participant\" value=\"").nth(2).unwrap();
        let company = company.split('"').next().unwrap().to_owned();
        let review = filled(&mut client, &form_at, &company).await.location();
        let done = client.submit(&client.clone().get(&review).await.forms_at("/confirm")).await;
        let card = client.get(&done.location()).await;
        assert!(card.says("ООО «Тихий причал» (представитель: Соколова Анна Ивановна)"));

        let id = done.location().replace("?done=1", "").replace("/bookings/", "");
        let mut clerk = clerk(&app).await;
        let (today, tomorrow) = (clerk.get("/staff").await, clerk.get("/staff?day=tomorrow").await);
        let day = if today.text().contains(&id) { today } else { tomorrow };
        assert!(day.says("организация (представитель А. И. С.)") && !day.says("причал"));
        let path = format!("/staff/bookings/{id}");
        let page = clerk.get(&path).await;
        clerk.submit(&page.form(&path).set("reason", "papers")).await;
        let page = clerk.get(&path).await;
        for words in ["ООО «Тихий причал»", "1007700123452", "0000123450", "Директор"]
        {
            assert!(page.says(words), "{words}");
        }
        // A service for people alone is not offered to a company.
        let form_at = hold(&mut client, "/book/head-reception?site=tomsk-admin-main", 0).await;
        let service = app.portal().city.catalogue.service("head-reception").cloned().unwrap();
        let offered = client.get(&form_at).await.says("ООО «Тихий причал»");
        let kinds = &service.passport.kinds;
        assert_eq!(offered, kinds.contains(&rooms::catalogue::Applicant::LegalEntity));
    });
}

#[test]
fn a_program_lists_mandates_and_books_on_behalf_of_one() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let child = added(&mut client, "Михаил", "2019-09-03").await;
        let mut program = api::program(&app, &anna).await;
        let list = program.get("/api/v1/mandates").await.json();
        let one = &list["items"][0];
        assert_eq!(one["id"], child.as_str());
        assert_eq!((&one["kind"], &one["standing"]), (&json!("child"), &json!("live")));
        assert_eq!((&one["until"], &one["born"]), (&json!("2037-09-03"), &json!("2019-09-03")));
        assert!(!list.to_string().contains("100001"), "numbers of papers are not told");

        let path = "/api/v1/slots?service=mfc-visit&resource=tomsk-mfc-main-01&limit=3";
        let free = program.get(path).await.json();
        let book = async |n: usize, on_behalf_of: &str| {
            let slot = &free["slots"][n];
            let wish = json!({ "service": "mfc-visit", "resource": "tomsk-mfc-main-01",
                               "start": slot["start"] });
            let held = api::post(&program, &format!("h{n}"), "/holds", &wish).await.json();
            let mut form = api::form_of(&mut program.clone(), "mfc-visit", &held["id"]).await;
            if !on_behalf_of.is_empty() {
                form["on_behalf_of"] = on_behalf_of.into();
            }
            api::post(&program, &format!("b{n}{on_behalf_of}"), "/bookings", &form).await
        };
        let made = book(0, &child).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let stranger = book(1, "01kb4t7m8q2v5x9c3n6r1w0e4y").await;
        assert_eq!(
            (stranger.status, &stranger.json()["code"]),
            (StatusCode::NOT_FOUND, &json!("E-REG-03"),)
        );
        let own = book(1, "").await;
        assert_eq!(own.status, StatusCode::CREATED, "{}", own.text());
        let twice = book(2, &child).await;
        assert_eq!(twice.json()["code"], "E-SLOT-04");
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let seen = program.get(&format!("/api/v1/bookings/{id}")).await.json();
        assert_eq!(seen["on_behalf_of"], child.as_str());
        let id = own.json()["id"].as_str().unwrap().to_owned();
        let seen = program.get(&format!("/api/v1/bookings/{id}")).await.json();
        assert_eq!(seen["on_behalf_of"], json!(null));
    });
}

/// Somebody gave a power of attorney that allows this; gives its mandate's id.
async fn attorney(app: &App, account: &Id, acts: &[mandates::Act]) -> Id {
    attorney_until(app, account, (acts, None)).await
}

/// The same, with the last day of the paper.
async fn attorney_until(
    app: &App,
    account: &Id,
    (acts, until): (&[mandates::Act], Option<jiff::civil::Date>),
) -> Id {
    let who = mandates::Human {
        surname: "Орлов".into(),
        name: "Пётр".into(),
        patronymic: "Ильич".into(),
        born: jiff::civil::date(1950, 5, 9),
        sex: "male".into(),
    };
    let paper = mandates::Paper {
        series: String::new(),
        number: "70АА 1234567".into(),
        issued_on: app.clock.now().in_zone(&jiff::tz::TimeZone::UTC).date(),
        issuer: String::new(),
    };
    let form = mandates::Form::Notarial;
    let details = mandates::Details::Attorney { who, form, paper, until };
    let powers = mandates::Powers { acts: acts.to_vec(), ..mandates::Powers::all() };
    let sheet = mandates::Sheet { details, powers };
    of_age(app, account).await;
    let add = mandates::Add { account: account.clone(), level: Level::Verified, sheet };
    let cx = Cx::new(&app.clock, &app.chance, Actor::Account(account.clone()), Channel::Web);
    app.db.write(move |tx| mandates::add(tx, &cx, &add)).await.unwrap()
}

/// What a ticket says, on one line; nothing without the program that reads it.
fn printed(ticket: &Page) -> Option<String> {
    if !testkit::has("pdftotext") {
        return None;
    }
    let dir = testkit::TempDir::new();
    std::fs::write(dir.path().join("a.pdf"), &ticket.body).unwrap();
    let mut program = std::process::Command::new("pdftotext");
    let run = program.args(["-raw", "a.pdf", "-"]).current_dir(dir.path()).output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What the ticket and the messages let do with a booking: «both», «move», «cancel» or nothing.
async fn promised(app: &App, client: &mut Client, (card, owner): (&str, &Id)) -> &'static str {
    let (id, owner) = (Id::from(card.rsplit('/').next().unwrap()), owner.clone());
    let behind = move |tx: &mut base::Tx<'_>| {
        let booking = rooms::booking::of_account(tx, &owner, &id)?;
        let behind = mandates::behind(tx, booking.behalf.as_ref())?;
        Ok((booking, behind.into_values().next()))
    };
    let (booking, mandate) = app.db.read(behind).await.unwrap();
    let facts = crate::facts::Facts { app };
    let facts = rooms::notify::Facts::of(&facts, &booking, mandate.as_ref());
    let said = match (facts["change_until"].is_i64(), facts["cancel_until"].is_i64()) {
        (true, true) => "both",
        (true, false) => "move",
        (false, false) => "",
        (false, true) => "cancel",
    };
    if let Some(text) = printed(&client.get(&format!("{card}/ticket.pdf")).await) {
        assert_eq!(text.contains("Перенести"), ["both", "move"].contains(&said), "{text}");
        let cancels = ["both", "cancel"].contains(&said);
        assert_eq!(text.contains("тменить можно до"), cancels, "{text}");
    }
    said
}

#[test]
fn what_a_power_of_attorney_does_not_allow_is_promised_nowhere() {
    use mandates::Act;
    each(async |app, _| {
        for (n, acts, may) in [(2, &[Act::Book, Act::See][..], false), (3, Act::ALL, true)] {
            let owner = account(&app, n, Level::Verified).await;
            let mandate = attorney(&app, &owner, acts).await;
            let mut client = browser(&app, &owner).await;
            let place = "/book/mfc-visit?resource=tomsk-mfc-main-01&day=2026-12-08";
            let form_at = hold(&mut client, place, 2).await;
            let review = filled(&mut client, &form_at, &mandate).await.location();
            let form = client.get(&review).await.forms_at("/confirm");
            let card = client.submit(&form).await.location().replace("?done=1", "");
            let page = client.get(&card).await;
            assert_eq!(page.says("Отменить можно до"), may, "{}", page.text());
            let until = promised(&app, &mut client, (&card, &owner)).await;
            assert_eq!(until, if may { "both" } else { "move" });
            assert_eq!(page.says("Отменить эту запись вы не можете"), !may);
            assert_eq!(client.get("/bookings").await.text().contains("/cancel\""), may);
            let program = api::program(&app, &owner).await;
            let id = card.rsplit('/').next().unwrap();
            let one = program.clone().get(&format!("/api/v1/bookings/{id}")).await.json();
            let list = program.clone().get("/api/v1/bookings?limit=1").await.json();
            for view in [&one, &list["items"][0]] {
                assert_eq!(view["cancel_until"].is_string(), may, "{view}");
                assert!(view["change_until"].is_string(), "{view}");
            }
            let text = page.text();
            assert!(text.contains("Приходите за 5 минут") && !text.contains("5–5"), "{text}");
            let (gone, by) = (mandate, owner.clone());
            let cx = Cx::new(&app.clock, &app.chance, Actor::Account(by.clone()), Channel::Web);
            let end = move |tx: &mut base::Tx<'_>| mandates::end(tx, &cx, &by, &gone);
            app.db.write(end).await.unwrap();
            let page = client.get(&card).await;
            assert!(page.says("Вы больше не действуете") && !page.says("Отменить можно до"));
            assert_eq!(promised(&app, &mut client, (&card, &owner)).await, "");
            assert!(!page.says("Изменить контакты"));
            let contacts = client.get(&format!("{card}/contacts")).await;
            assert_eq!(contacts.status, StatusCode::CONFLICT);
        }
    });
}

#[test]
fn nothing_is_promised_past_the_last_day_of_the_mandate() {
    each(async |app, _| {
        let owner = account(&app, 2, Level::Verified).await;
        let last = jiff::civil::date(2026, 12, 8);
        let mandate = attorney_until(&app, &owner, (mandates::Act::ALL, Some(last))).await;
        let mut client = browser(&app, &owner).await;
        let place = "/book/mfc-visit?resource=tomsk-mfc-main-01&day=2026-12-10";
        let form_at = hold(&mut client, place, 2).await;
        let review = filled(&mut client, &form_at, &mandate).await.location();
        let form = client.get(&review).await.forms_at("/confirm");
        let card = client.submit(&form).await.location().replace("?done=1", "");
        let page = client.get(&card).await;
        assert!(page.says("Отменить можно до 9 декабря, 00:00"), "{}", page.text());
        assert!(page.says("С 9 декабря 2026 ваши полномочия не действуют"), "{}", page.text());
        let program = api::program(&app, &owner).await;
        let id = card.rsplit('/').next().unwrap();
        let view = program.clone().get(&format!("/api/v1/bookings/{id}")).await.json();
        for name in ["cancel_until", "change_until"] {
            assert!(view[name].as_str().unwrap().starts_with("2026-12-09T00:00"), "{view}");
        }
        if let Some(text) = printed(&client.get(&format!("{card}/ticket.pdf")).await) {
            assert!(text.contains("можно до 9 декабря, 00:00"), "{text}");
        }
    });
}

#[test]
fn a_minor_adds_nobody_to_act_for() {
    each(async |app, _| {
        let owner = account(&app, 2, Level::Verified).await;
        let mut client = browser(&app, &owner).await;
        of_age(&app, &owner).await;
        let open = client.get(&format!("{NEW}?kind=child")).await;
        is_born(&app, &owner, "01.02.2011").await;
        // It is said before anything is typed, and once more to whoever had the form open.
        for path in [NEW.to_owned(), format!("{NEW}?kind=child")] {
            let page = client.get(&path).await;
            assert!(page.says("Действовать за других можно с 18 лет"), "{}", page.text());
            assert!(page.says("может записать родитель") && page.forms(NEW).is_empty());
        }
        let page = client.submit(&child(&open, "Михаил", "2019-09-03")).await;
        assert!(page.says("Действовать за других можно с 18 лет"), "{}", page.text());
        assert_eq!(page.form(NEW).value("number"), "100001", "what was typed stays");
    });
}

#[test]
fn somebody_elses_mandate_is_of_no_use_on_the_page_either() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let child = added(&mut client, "Михаил", "2019-09-03").await;
        let other = account(&app, 2, Level::Verified).await;
        let mut stranger = browser(&app, &other).await;
        let form_at = hold(&mut stranger, PLACE, 0).await;
        let refused = filled(&mut stranger, &form_at, &child).await;
        assert!(refused.says("Полномочия не нашли") && !refused.says("Соколов Михаил"));
        // Neither is it when the page is passed by.
        stranger.post_form(&form_at.replace("/form", "/draft"), &[("participant", &child)]).await;
        let id = form_at.split('/').nth(2).unwrap().to_owned();
        let done = stranger.post_form(&format!("/bookings/{id}/confirm"), &[]).await;
        assert!(!done.status.is_success(), "{}", done.status);
        let (asked, owner) = (Id::from(id), other.clone());
        let held =
            app.db.read(move |tx| rooms::booking::of_account(tx, &owner, &asked)).await.unwrap();
        assert!(held.number.is_none() && held.behalf.is_none());
    });
}

#[test]
fn what_the_act_keeps_is_what_the_page_said() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let id = added(&mut client, "Михаил", "2019-09-03").await;
        let (asked, owner) = (id.clone(), anna.clone());
        let kept = app.db.read(move |tx| mandates::own(tx, &owner, &asked)).await.unwrap();
        assert_eq!(kept.sheet().unwrap().details.name(), "Соколов Михаил Андреевич");
        // The level is asked at every act: whoever lost it adds nobody.
        let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Cli);
        let who = anna.clone();
        let lower = move |tx: &mut base::Tx<'_>| {
            accounts::set_level(tx, &cx, &who, Level::Simplified, "test")
        };
        app.db.write(lower).await.unwrap();
        let page = client.get(&format!("{NEW}?kind=child")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
    });
}
