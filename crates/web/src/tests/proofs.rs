//! Proofs that are asked for once more, on the pages.

use axum::http::StatusCode;
use base::Instant;

use super::factors::{code, each, next_code, password, signed_in};

#[test]
fn a_session_gets_a_new_token_at_every_step_up() {
    each(async |app| {
        let mut client = signed_in(app).await;
        let first = client.cookies["okno"].clone();
        app.clock.advance(11 * Instant::MINUTE);
        let page = client.get("/account/security").await;
        let form = page.form("/account/security/codes").press("Спрашивать при каждом входе");
        let answer = client.submit(&form).await;
        assert_eq!(answer.location(), "/signin/again?next=/account/security&for=safety");
        let page = client.follow(answer).await;
        let form = page.form("/signin/again");
        let wrong = client.submit(&form.clone().set("password", "Не тот пароль1!")).await;
        assert!(wrong.says("Пароль не подошёл"), "{}", wrong.text());
        let answer = client.submit(&form.set("password", &password())).await;
        assert_eq!(answer.location(), "/account/security");
        assert_ne!(client.cookies["okno"], first);
        let mut old = client.clone();
        old.cookies.insert("okno".into(), first);
        assert!(old.get("/account").await.location().starts_with("/signin"), "the old one ended");

        let page = client.get("/account/security").await;
        let form = page.form("/account/security/codes").press("Спрашивать при каждом входе");
        let answer = client.submit(&form).await;
        assert!(client.follow(answer).await.says("при каждом входе"));
        // From now on a password alone is no fresh proof.
        let page = client.get("/account/security").await;
        let answer = client.submit(&page.form("/account/security/codes")).await;
        let page = client.follow(answer).await;
        assert!(page.says("Это действие меняет важное"), "{}", page.text());
        let form = page.form("/signin/factor/send").press("Отправить код");
        let answer = client.submit(&form).await;
        let page = client.follow(answer).await;
        let form = page.form("/signin/factor").set("code", &code(app).await);
        assert_eq!(client.submit(&form).await.location(), "/account/security");
        let page = client.get("/account/security").await;
        let answer = client.submit(&page.form("/account/security/codes")).await;
        assert_eq!(answer.location(), "/account/security?done=codes-off");
    });
}

#[test]
fn a_change_of_a_booking_asks_for_a_fresh_proof_and_keeps_what_was_typed() {
    super::booking::each(async |app, anna| {
        let hash = app.policy.secrets.hash_password("Ясень горит7!", &app.chance).unwrap();
        let id = anna.clone();
        let set = move |tx: &mut base::Tx<'_>| {
            let sql = "UPDATE account SET password_hash = $2 WHERE id = $1";
            Ok(tx.exec(sql, base::args![&id, &hash])?)
        };
        app.db.write(set).await.unwrap();
        let mut client = super::booking::browser(&app, &anna).await;
        let booking = super::booking::book(&mut client, 0).await;
        app.clock.advance(11 * Instant::MINUTE);
        let page = client.get(&format!("{booking}/contacts")).await;
        let form = page.forms_at("/contacts").set("phone", "+7 900 765-43-21");
        let answer = client.submit(&form).await;
        assert!(!answer.location().contains("765"), "nothing typed stands in an address");
        assert!(answer.location().starts_with("/signin/again?next="), "{}", answer.location());
        let page = client.follow(answer).await;
        let form = page.form("/signin/again").set("password", "Ясень горит7!");
        let answer = client.submit(&form).await;
        let page = client.follow(answer).await;
        let form = page.forms_at("/contacts");
        assert_eq!(form.value("phone"), "+7 900 765-43-21");
        assert_eq!(client.submit(&form).await.location(), booking);

        app.clock.advance(11 * Instant::MINUTE);
        let form = client.get(&format!("{booking}/cancel")).await.forms_at("/cancel");
        let answer = client.submit(&form.set("reason", "Передумала")).await;
        let page = client.follow(answer).await;
        let form = page.form("/signin/again").set("password", "Ясень горит7!");
        let answer = client.submit(&form).await;
        let page = client.follow(answer).await;
        let form = page.forms_at("/cancel");
        assert_eq!(form.value("reason"), "Передумала");
        assert_eq!(client.submit(&form).await.location(), "/bookings?cancelled=1");
    });
}

#[test]
fn where_codes_are_on_a_change_of_a_booking_asks_for_the_password_and_a_code() {
    super::booking::each(async |app, anna| {
        let hash = app.policy.secrets.hash_password("Ясень горит7!", &app.chance).unwrap();
        let id = anna.clone();
        let set = move |tx: &mut base::Tx<'_>| {
            let sql = "UPDATE account SET password_hash = $2 WHERE id = $1";
            tx.exec(sql, base::args![&id, &hash])?;
            let sql = "INSERT INTO code_factor (account_id, created_at) VALUES ($1, 1)";
            Ok(tx.exec(sql, base::args![&id])?)
        };
        app.db.write(set).await.unwrap();
        let mut client = super::booking::browser(&app, &anna).await;
        let booking = super::booking::book(&mut client, 0).await;
        app.clock.advance(11 * Instant::MINUTE);
        let form = client.get(&format!("{booking}/cancel")).await.forms_at("/cancel");
        let form = form.set("reason", "Передумала");
        let sent = app.db.read(testkit::letters).await.unwrap().len();
        let answer = client.submit(&form).await;
        let page = client.follow(answer).await;
        assert!(page.says("На следующем шаге спросим код"), "{}", page.text());
        let form = page.form("/signin/factor");
        let wrong = client.submit(&form.clone().set("password", "Не тот пароль1!")).await;
        assert!(wrong.says("Пароль не подошёл"));
        let letters = app.db.read(testkit::letters).await.unwrap().len();
        assert_eq!(letters, sent, "without the password no code is sent");
        let answer = client.submit(&form.set("password", "Ясень горит7!")).await;
        let page = client.follow(answer).await;
        assert!(page.says("Остался ещё один шаг") && page.says("Отправили СМС"), "{}", page.text());
        assert_eq!(client.get(&booking).await.status, StatusCode::OK, "still signed in");
        let page = next_code(&app, &mut client, &page.form("/signin/factor")).await;
        let form = page.forms_at("/cancel");
        assert_eq!(form.value("reason"), "Передумала");
        assert_eq!(client.submit(&form).await.location(), "/bookings?cancelled=1");
    });
}
