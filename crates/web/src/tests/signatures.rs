//! Signing a text: to raise one's level, and to sign in. Whoever judges is played here; real signatures
//! are judged in `outbound` and by the whole program.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use base::{Id, Instant};
use rooms::accounts::Level;
use rooms::signatures::{Flaw, SignatureCheck, Signed, Signer};

use super::booking::{account, browser, city};
use super::identity::type_in;
use crate::App;
use crate::testing::{self, Client, Page, run};

/// Believes what repeats the text.
struct Played;

impl SignatureCheck for Played {
    fn check(&self, signed: &Signed) -> Result<Signer, Flaw> {
        match signed.signature.as_slice() {
            b"away" => return Err(Flaw::Away("it rains".into())),
            b"revoked" => return Err(Flaw::Revoked),
            text if text != signed.content => return Err(Flaw::Changed),
            _ => {}
        }
        Ok(Signer {
            surname: "Соколова".into(),
            given: "Анна Ивановна".into(),
            snils: "11223344595".into(),
            issuer: "Учебный центр".into(),
            serial: "1001".into(),
            until: Instant(2_000_000_000_000_000),
            ..Signer::default()
        })
    }
}

fn each(story: impl AsyncFn(&Arc<App>, Id)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app_with(db, |app| app.judge_signatures(Arc::new(Played)));
        run(async {
            let anna = account(&app, 1, Level::Simplified).await;
            story(&app, anna).await;
        });
    });
}

/// Brings a file to the form of a text.
async fn bring(client: &mut Client, at: &str, file: &[u8]) -> Page {
    let mut body =
        b"--x\r\nContent-Disposition: form-data; name=\"next\"\r\n\r\n/help\r\n".to_vec();
    body.extend(b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.sig\"\r\n");
    body.extend(b"Content-Type: application/octet-stream\r\n\r\n");
    body.extend(file);
    body.extend(b"\r\n--x--\r\n");
    client.send(Method::POST, at, Body::from(body), "multipart/form-data; boundary=x").await
}

/// Asks for a text to raise the level; gives where it is, and the text.
async fn begin(client: &mut Client) -> (String, Vec<u8>) {
    let page = client.get("/account/level").await;
    let form = page.form("/account/level/signature").set("consent-signature", "1");
    let at = client.submit(&form).await.location();
    let file = client.get(&format!("{at}/text")).await;
    assert!(file.head("content-disposition").starts_with("attachment"));
    assert_eq!(file.head("cache-control"), "no-store");
    (at, file.body)
}

#[test]
fn a_signed_text_raises_the_level_and_the_certificate_stands_under_safety() {
    each(async |app, anna| {
        let mut client = browser(app, &anna).await;
        let page = client.get("/account/level").await;
        assert!(page.forms("/account/level/signature").is_empty(), "the SNILS is missing");
        assert!(page.says("Сначала введите то, что сверят с сертификатом: СНИЛС"));
        let at = "/account/level/signature";
        let page = client.post_form(at, &[("consent-signature", "1")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text());
        assert!(page.says("Пока не хватает данных"));
        assert_eq!(page.link("СНИЛС"), "/account/profile/snils");
        type_in(&mut client, "snils", &[("number", "112-233-445 95")]).await;
        let (at, text) = begin(&mut client).await;
        let words = std::str::from_utf8(&text).unwrap();
        for part in
            ["http://okno.test\r\n", "Учётная запись: Анна", "1 декабря 2026", "Номер текста: "]
        {
            assert!(words.contains(part), "{part}: {words}");
        }
        let page = client.get(&at).await;
        assert!(page.says("до 1 декабря, 09:15"), "{}", page.text());
        for (file, says) in [
            (&b""[..], "Файл подписи: Заполните"),
            (b"something else", "Подпись не от этого текста"),
            (b"revoked", "Сертификат отозван"),
            (b"away", "Сейчас подпись проверить нельзя"),
            (&[b'x'; 64 * 1024 + 1], "Файл больше 64 КБ"),
            (&[b'x'; 200 * 1024], "Файл больше 64 КБ"),
        ] {
            let page = bring(&mut client, &at, file).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
            assert!(page.says(says), "{says}: {}", page.text());
        }
        let page = bring(&mut client, &at, &text).await;
        assert_eq!(page.location(), "/account/level#way-signature");
        assert!(client.get("/account").await.says("Подтверждённая"));
        assert!(client.get("/account/profile").await.says("Подтверждено подписью"));
        let page = bring(&mut client, &at, &text).await;
        assert_eq!(page.status, StatusCode::GONE, "it is good once");
        let page = client.get("/account/security").await;
        assert!(page.says("Учебный центр") && page.says("1001"));
        let page = client.submit(&page.forms_at("/certificate/")).await;
        assert_eq!(page.location(), "/account/security?done=certificate-removed");
        assert!(client.get("/account/security").await.says("Убран"));
    });
}

#[test]
fn a_signed_text_signs_in_and_the_second_factor_is_asked() {
    each(async |app, anna| {
        let mut client = browser(app, &anna).await;
        type_in(&mut client, "snils", &[("number", "112-233-445 95")]).await;
        let (at, text) = begin(&mut client).await;
        bring(&mut client, &at, &text).await.location();

        let mut guest = Client::new(app);
        assert!(guest.get("/signin").await.says("Войти по подписи"));
        let page = guest.get("/signin/signature?next=%2Fhelp").await;
        let at = guest.submit(&page.form("/signin/signature")).await.location();
        let (path, _) = at.split_once('?').unwrap();
        let text = guest.get(&format!("{path}/text")).await.body;
        assert!(!std::str::from_utf8(&text).unwrap().contains("Учётная запись"));
        let mut thief = Client::new(app);
        assert_eq!(bring(&mut thief, path, &text).await.status, StatusCode::GONE);
        let page = bring(&mut guest, path, &text).await;
        assert_eq!(page.location(), "/signin/factor?next=/help");
        assert!(guest.get("/signin/factor").await.says("код"));
        assert!(!guest.cookies.contains_key("okno"), "not signed in yet");
    });
}

#[test]
fn without_a_judge_nothing_is_offered() {
    let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
    city(&db);
    let app = testing::app(db);
    run(async {
        let anna = account(&app, 1, Level::Simplified).await;
        let mut client = browser(&app, &anna).await;
        let page = client.get("/account/level").await;
        assert!(!page.says("квалифицированная электронная подпись"), "{}", page.text());
        assert_eq!(client.get("/signin/signature").await.status, StatusCode::NOT_FOUND);
        let page = client.post_form("/account/level/signature", &[]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(!Client::new(&app).get("/signin").await.says("Войти по подписи"));
    });
}
