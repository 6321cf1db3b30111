//! Rights end with what they rest on: the factor, the proof, the device, the role.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use base::{Id, Instant, Tx, args};
use hyper::body::Frame;
use rooms::access::{Place, Role};
use rooms::accounts::Level;
use rooms::sessions::Factor;
use tokio::sync::oneshot;
use tower::ServiceExt as _;

use super::booking::{account, browser_with, city};
use super::factors::{add_app, each as each_of_demo, password, signed_in, typed};
use super::roles::given;
use crate::App;
use crate::testing::{self, Client, run};

/// The demo's city on each engine, with Anna, who works at a counter.
fn each(story: impl AsyncFn(Arc<App>, Id)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app(db);
        run(async {
            let anna = account(&app, 1, Level::Verified).await;
            given(&app, &anna, Role::Clerk, Place::Site("tomsk-mfc-main".into())).await;
            story(app.clone(), anna).await;
        });
    });
}

#[test]
fn the_last_app_of_somebody_with_a_workplace_stays() {
    each(async |app, anna| {
        let mut client = browser_with(&app, &anna, Factor::Contact).await;
        add_app(&app, &mut client).await;
        assert_eq!(client.get("/staff").await.status, StatusCode::OK);
        let page = client.get("/account/security").await;
        let page = client.submit(&page.forms_at("/remove")).await;
        assert!(page.says("Сначала добавьте другой ключ или приложение"), "{}", page.text());
        assert!(page.says("Пиксель"), "it is still there");
        app.clock.advance(30 * Instant::SECOND);
        add_app(&app, &mut client).await;
        let page = client.get("/account/security").await;
        let answer = client.submit(&page.forms_at("/remove")).await;
        assert!(client.follow(answer).await.says("Приложение отключено"));
        assert_eq!(client.get("/staff").await.status, StatusCode::OK);
    });
}

#[test]
fn a_session_that_goes_on_by_the_password_does_not_carry_an_app_further() {
    each(async |app, anna| {
        let hash = app.policy.secrets.hash_password("Ясень горит7!", &app.chance).unwrap();
        let whose = anna.clone();
        let set = move |tx: &mut Tx<'_>| {
            let sql = "UPDATE account SET password_hash = $2 WHERE id = $1";
            tx.exec(sql, args![&whose, &hash])?;
            Ok(())
        };
        app.db.write(set).await.unwrap();
        let mut client = browser_with(&app, &anna, Factor::Strong).await;
        for _ in 0..60 {
            app.clock.advance(12 * Instant::MINUTE);
            let again = client.get("/signin/again?next=/staff").await;
            let form = again.form("/signin/again").set("password", "Ясень горит7!");
            let answer = client.submit(&form).await;
            assert_eq!(answer.location(), "/staff");
        }
        assert_eq!(client.get("/staff").await.location(), "/signin/again?next=/staff&for=staff");
    });
}

#[test]
fn the_secret_of_a_new_app_is_shown_and_counts_after_a_fresh_proof_alone() {
    each_of_demo(async |app| {
        let mut client = signed_in(app).await;
        let page = client.get("/account/security").await;
        let begun = client.submit(&page.form("/account/security/app").set("name", "Пиксель")).await;
        let at = begun.location();
        let page = client.get(&at).await;
        let form = page.forms_at("/account/security/app/").set("code", "000000");
        app.clock.advance(11 * Instant::MINUTE);
        let answer = client.get(&at).await;
        assert!(answer.location().starts_with("/signin/again?next="), "{}", answer.location());
        let answer = client.submit(&form).await;
        let page = client.follow(answer).await;
        let answer = client.submit(&page.form("/signin/again").set("password", &password())).await;
        assert_eq!(answer.location(), at, "and back to where the code is typed");
        assert!(client.get(&at).await.text().contains("secret="));
    });
}

#[test]
fn whoever_is_signed_in_on_a_forgotten_device_is_signed_in_no_more() {
    each_of_demo(async |app| {
        let mut lost = signed_in(app).await;
        let mut client = signed_in(app).await;
        let ids = |text: &str| -> Vec<String> {
            let buttons = text.split("name=\"device\" value=\"").skip(1);
            buttons.map(|x| x[..26].to_owned()).collect()
        };
        let known = ids(client.get("/account/devices").await.text());
        let here = known.iter().find(|x| client.cookies["okno-device"].contains(x.as_str()));
        let here = here.unwrap().clone();
        let other = known.into_iter().find(|x| *x != here).unwrap();
        let forget = "/account/devices/forget";
        let answer = client.post_form(forget, &[("device", &other)]).await;
        assert!(client.follow(answer).await.says("сеансы на нём завершены"));
        assert!(lost.get("/account").await.location().starts_with("/signin"));
        let answer = client.post_form(forget, &[("device", &here)]).await;
        assert!(client.follow(answer).await.says("Сейчас вы остаётесь в портале"));
        assert_eq!(client.get("/account").await.status, StatusCode::OK);
        assert_eq!(ids(client.get("/account/devices").await.text()), [""; 0]);
    });
}

#[test]
fn a_copied_token_of_a_device_ends_the_sessions_there() {
    each_of_demo(async |app| {
        let mut owner = signed_in(app).await;
        let copy = owner.cookies["okno-device"].clone();
        // The owner comes again on the same device, and its secret turns.
        let page = owner.get("/account").await;
        owner.submit(&page.form("/signout")).await;
        assert_eq!(typed(&mut owner, "/account", &password()).await.location(), "/account");
        let mut thief = Client::new(app);
        thief.cookies.insert("okno-device".into(), copy);
        typed(&mut thief, "/account", &password()).await;
        assert!(owner.get("/account").await.location().starts_with("/signin"));
    });
}

/// A body that begins, says that it is waited for, and goes on when it may.
struct Slow {
    begins: Option<Bytes>,
    awaited: Option<oneshot::Sender<()>>,
    goes_on: Option<oneshot::Receiver<Bytes>>,
}

impl HttpBody for Slow {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Some(begins) = self.begins.take() {
            return Poll::Ready(Some(Ok(Frame::data(begins))));
        }
        if let Some(awaited) = self.awaited.take() {
            awaited.send(()).unwrap();
        }
        let Some(rest) = self.goes_on.as_mut() else { return Poll::Ready(None) };
        let rest = std::task::ready!(Pin::new(rest).poll(cx)).unwrap();
        self.goes_on = None;
        Poll::Ready(Some(Ok(Frame::data(rest))))
    }
}

/// Sends a form of which the end comes after `ends` was done.
async fn ends_late(
    app: &Arc<App>,
    client: &Client,
    path: &str,
    (begins, rest): (&'static str, &'static str),
    ends: Option<&'static str>,
) -> StatusCode {
    let (awaited, is_awaited) = oneshot::channel();
    let (go, goes_on) = oneshot::channel();
    let begins = Some(Bytes::from_static(begins.as_bytes()));
    let body = Slow { begins, awaited: Some(awaited), goes_on: Some(goes_on) };
    let request = Request::post(path)
        .header(header::HOST, "okno.test")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, format!("okno={}", client.cookies["okno"]))
        .body(Body::new(body))
        .unwrap();
    let meanwhile = async {
        is_awaited.await.unwrap();
        let end = move |tx: &mut Tx<'_>| Ok(ends.map(|sql| tx.exec(sql, args![])));
        app.db.write(end).await.unwrap().transpose().unwrap();
        go.send(Bytes::from_static(rest.as_bytes())).unwrap();
    };
    let service = crate::service(app.clone());
    let (answer, ()) = tokio::join!(service.oneshot(request), meanwhile);
    answer.unwrap().status()
}

#[test]
fn a_citizens_form_that_arrives_after_the_session_has_ended_does_nothing() {
    each(async |app, _| {
        let boris = account(&app, 2, Level::Simplified).await;
        let client = browser_with(&app, &boris, Factor::Contact).await;
        let form = ("surna", "me=Громов&name=Борис");
        let id = boris.clone();
        let name = || {
            let id = id.clone();
            let read = move |tx: &mut Tx<'_>| rooms::accounts::read::account(tx, &id);
            let app = app.clone();
            async move { app.db.read(read).await.unwrap().unwrap().surname.reveal().to_owned() }
        };
        let before = name().await;
        // What was believed of the session when its head came is a second old by then.
        app.clock.advance(2 * Instant::SECOND);
        let ended = Some("DELETE FROM session");
        let status = ends_late(&app, &client, "/account/name", form, ended).await;
        assert_eq!((status, name().await), (StatusCode::SEE_OTHER, before.clone()));
        let client = browser_with(&app, &boris, Factor::Contact).await;
        ends_late(&app, &client, "/account/name", form, None).await;
        assert_eq!(name().await, "Громов");
    });
}

#[test]
fn a_form_that_arrives_after_the_role_or_the_session_has_ended_does_nothing() {
    const REVOKED: &str = "UPDATE staff_grant SET revoked_at = 1, revoked_by = 'engineer'";
    const SIGNED_OUT: &str = "DELETE FROM session";
    each(async |app, anna| {
        let place = Place::Organization("tomsk-mfc".into());
        given(&app, &anna, Role::OrganizationAdmin, place).await;
        for (ends, status, deeds) in [
            (None, StatusCode::OK, 1),
            (Some(SIGNED_OUT), StatusCode::SEE_OTHER, 1),
            (Some(REVOKED), StatusCode::FORBIDDEN, 1),
        ] {
            let client = browser_with(&app, &anna, Factor::Strong).await;
            let form =
                ("rol", "e=clerk&place=site%3Atomsk-mfc-main&contact=89000000077&reason=order+12");
            let answer = ends_late(&app, &client, "/staff/people/new", form, ends).await;
            assert_eq!(answer, status, "{ends:?}");
            let all = "SELECT count(*) FROM staff_trail";
            let count = move |tx: &mut Tx<'_>| Ok(tx.one(all, args![], |r| r.get::<i64>(0))?);
            assert_eq!(app.db.read(count).await.unwrap(), deeds, "{ends:?}");
        }
    });
}
