//! Help by phone: a code that is read aloud, and what it lets one of the support see.

use std::sync::Arc;

use axum::http::StatusCode;
use base::{Id, Instant};
use rooms::access::{Place, Role};

use super::booking::{book, browser, each};
use super::roles::{given, person};
use crate::App;
use crate::testing::{Client, Page};

const FIND: &str = "/staff/calls";

/// Somebody of the support.
async fn helper(app: &Arc<App>, phone: &str) -> Client {
    let account = person(app, phone, ("Помощникова", "Ольга")).await;
    given(app, &account, Role::Support1, Place::Portal).await;
    browser(app, &account).await
}

/// The code that Anna reads aloud.
async fn code(owner: &mut Client) -> String {
    let page = owner.get("/account/call").await;
    let page = owner.submit(&page.form("/account/call")).await;
    let code = page.text().split("<p class=\"h2 num nowrap\">").nth(1).unwrap();
    code.split('<').next().unwrap().to_owned()
}

async fn named(helper: &mut Client, fields: &[(&str, &str)]) -> Page {
    let form = helper.get(FIND).await.form(FIND);
    let form = fields.iter().fold(form, |form, (name, value)| form.set(name, value));
    helper.submit(&form).await
}

/// The number on the card of a booking.
async fn number(app: &App, anna: &Id) -> String {
    let anna = anna.clone();
    let sql = "SELECT number FROM booking WHERE account_id = $1 AND number IS NOT NULL";
    let read = move |tx: &mut base::Tx<'_>| Ok(tx.one(sql, base::args![&anna], |r| r.get(0))?);
    app.db.read(read).await.unwrap()
}

#[test]
fn whoever_calls_is_found_by_the_code_they_read_and_shown_as_far_as_helping_needs() {
    each(async |app, anna| {
        let mut owner = browser(&app, &anna).await;
        book(&mut owner, 0).await;
        let number = number(&app, &anna).await;
        let mut support = helper(&app, "79220000001").await;
        let said = code(&mut owner).await;
        assert!(named(&mut support, &[("code", "00000 00000")]).await.says("Никого не нашли"));
        let answer = named(&mut support, &[("code", &said)]).await;
        let call = answer.location();
        assert!(call.starts_with("/staff/calls/"), "{}", answer.text());
        let page = support.follow(answer).await;
        assert!(page.says("Анна Ивановна С.") && page.says("Подтверждённая"), "{}", page.text());
        assert!(page.says(&number) && page.says("на новых устройствах"));
        let phone = "+79000000001";
        for hidden in ["Соколова", phone, &phone[1..]] {
            assert!(!page.says(hidden), "{hidden} is nobody's business");
        }
        assert!(!page.text().contains("method=\"post\" action=\"/bookings"));
        let looks = owner.get("/account/looks").await;
        for words in ["Помогал по телефону", "по коду для звонка", "Поддержка, "]
        {
            assert!(looks.says(words), "{words}: {}", looks.text());
        }

        // Once; and open to whoever took the call, for a quarter of an hour.
        assert!(named(&mut support, &[("code", &said)]).await.says("Никого не нашли"));
        let mut other = helper(&app, "79220000002").await;
        assert_eq!(other.get(&call).await.status, StatusCode::GONE);
        app.clock.advance(8 * Instant::MINUTE);
        assert_eq!(support.get(&call).await.status, StatusCode::OK);
        app.clock.advance(7 * Instant::MINUTE);
        assert_eq!(support.get(&call).await.status, StatusCode::GONE);
    });
}

#[test]
fn by_a_booking_whoever_calls_is_found_with_the_surname_and_not_without_it() {
    each(async |app, anna| {
        let mut owner = browser(&app, &anna).await;
        book(&mut owner, 0).await;
        let number = number(&app, &anna).await;
        let mut support = helper(&app, "79220000001").await;
        let wrong = named(&mut support, &[("number", &number), ("surname", "Чужая")]).await;
        let none = named(&mut support, &[("number", "нет"), ("surname", "Соколова")]).await;
        for page in [&wrong, &none] {
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.says("Никого не нашли"), "{}", page.text());
        }
        let missing = named(&mut support, &[("number", &number)]).await;
        assert!(missing.text().contains("href=\"#surname\""), "{}", missing.text());
        assert!(!owner.get("/account/looks").await.says("Помогал по телефону"), "nobody looked");
        let answer = named(&mut support, &[("number", &number), ("surname", "соколова")]).await;
        assert!(support.follow(answer).await.says(&number));
        let looks = owner.get("/account/looks").await;
        assert!(looks.says("по номеру записи и фамилии"), "{}", looks.text());
        let steps = |tx: &mut base::Tx<'_>| {
            let sql = "SELECT step FROM staff_trail WHERE action = 'help_by_phone'";
            Ok(tx.all(sql, base::args![], |r| r.get::<String>(0))?)
        };
        assert_eq!(app.db.read(steps).await.unwrap(), ["found_by_booking"]);
    });
}

#[test]
fn a_code_ends_after_ten_minutes_and_with_the_next_and_calls_have_a_limit() {
    each(async |app, anna| {
        let mut owner = browser(&app, &anna).await;
        let mut support = helper(&app, "79220000001").await;
        let (first, second) = (code(&mut owner).await, code(&mut owner).await);
        assert!(named(&mut support, &[("code", &first)]).await.says("Никого не нашли"));
        app.clock.advance(10 * Instant::MINUTE);
        assert!(named(&mut support, &[("code", &second)]).await.says("Никого не нашли"));
        // One's own account is no call.
        let own = code(&mut support).await;
        assert!(named(&mut support, &[("code", &own)]).await.says("Никого не нашли"));
        let form = support.get(FIND).await.form(FIND).set("code", "1");
        for _ in 3..60 {
            support.submit(&form).await;
        }
        let page = support.submit(&form).await;
        assert!(page.says("слишком много звонков"), "{}", page.text());
        let alarms = |tx: &mut base::Tx<'_>| {
            let sql = "SELECT count(*) FROM staff_alarm WHERE kind = 'help'";
            Ok(tx.one(sql, base::args![], |r| r.get::<i64>(0))?)
        };
        assert_eq!(app.db.read(alarms).await.unwrap(), 1, "those who watch are told once");
        let refused = browser(&app, &anna).await.get(FIND).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    });
}
