//! The paper of a mandate as a file: sent by its owner, shown at the desk after the look, taken away.

use std::sync::Arc;

use axum::http::StatusCode;
use base::{Id, Instant, Tx};
use rooms::accounts::Level;
use rooms::{files, mandates, privacy};

use super::acting::{added, booked, clerk};
use super::booking::{account, browser, city};
use super::of_age::of_age;
use super::scans::{jpeg, png, upload};
use crate::App;
use crate::testing::{self, run};

/// The story on both engines; `show`: files that no scanner saw may be shown.
fn each(show: bool, story: impl AsyncFn(&Arc<App>, Id)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app_with(db, |app| {
            Arc::get_mut(&mut app.config).unwrap().scanner.show_unscanned = show;
        });
        run(async {
            let anna = account(&app, 1, Level::Verified).await;
            of_age(&app, &anna).await;
            story(&app, anna).await;
        });
    });
}

#[test]
fn a_scan_stands_beside_the_data_at_the_desk_and_goes_with_its_owners_wish() {
    each(true, async |app, anna| {
        let mut client = browser(app, &anna).await;
        let child = added(&mut client, "Михаил", "2019-09-03").await;
        let at = client.get("/account/acting").await.link("Скан документа");
        assert_eq!(at, format!("/account/acting/{child}/files"));
        for (name, file, says) in [
            ("", &b""[..], "Выберите файл"),
            ("a.exe", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff", "Подходят только JPEG, PNG и PDF"),
        ] {
            let page = upload(&mut client, &format!("{at}/add"), ("file", name, file)).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(page.says(says), "{name}: {}", page.text());
        }
        let answer =
            upload(&mut client, &format!("{at}/add"), ("file", "свидетельство.jpg", &jpeg())).await;
        assert_eq!(answer.location(), at);
        for n in 2..=4 {
            app.clock.advance(Instant::SECOND);
            upload(&mut client, &format!("{at}/add"), ("file", &format!("{n}.png"), &png(n))).await;
        }
        let fifth = upload(&mut client, &format!("{at}/add"), ("file", "5.png", &png(5))).await;
        assert!(!fifth.status.is_redirection() && fifth.says("свидетельство.jpg"));
        let stranger = account(app, 2, Level::Verified).await;
        let mut stranger = browser(app, &stranger).await;
        assert_eq!(stranger.get(&at).await.status, StatusCode::NOT_FOUND);
        let other = upload(&mut stranger, &format!("{at}/add"), ("file", "a.png", &png(1))).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);

        let card = booked(&mut client, 0, &child).await.location().replace("?done=1", "");
        let id = card.rsplit('/').next().unwrap();
        let path = format!("/staff/bookings/{id}");
        let mut desk = clerk(app).await;
        let page = desk.get(&path).await;
        assert!(!page.text().contains("/staff/mandate-files/"), "nothing before the look");
        desk.submit(&page.form(&path).set("reason", "visit")).await;
        let page = desk.get(&path).await;
        assert!(page.says("Скан документа") && page.says("свидетельство.jpg"));
        let file = page.text().split("src=\"/staff/mandate-files/").nth(1).unwrap();
        let file = format!("/staff/mandate-files/{}", file.split('"').next().unwrap());
        let picture = desk.get(&file).await;
        assert_eq!((picture.body.to_vec(), picture.head("content-type")), (jpeg(), "image/jpeg"));
        assert!(picture.head("content-security-policy").contains("sandbox"));
        let owner = client.get(&file).await;
        assert_eq!(owner.status, StatusCode::FORBIDDEN, "that address is the staff's");
        app.clock.advance(8 * Instant::MINUTE);
        desk.get("/staff").await;
        app.clock.advance(8 * Instant::MINUTE);
        assert_eq!(desk.get(&file).await.status, StatusCode::NOT_FOUND, "the look is over");

        let page = client.get(&at).await;
        let remove = page.forms_at("/remove");
        assert_eq!(client.submit(&remove).await.location(), at);
        assert!(!client.get(&at).await.says("свидетельство.jpg"));
        copies_and_ends(app, (&anna, &child)).await;
    });
}

/// The files stand in the copy of one's data, go a month after the end, and with the person at once.
async fn copies_and_ends(app: &Arc<App>, (anna, child): (&Id, &str)) {
    let (person, mandate) = (anna.clone(), Id::from(child));
    let cx = base::Cx::new(
        &app.clock,
        &app.chance,
        base::Actor::Account(anna.clone()),
        base::Channel::Web,
    );
    let act = move |tx: &mut Tx<'_>| {
        let copy = privacy::export(tx, &person)?;
        let rows = copy.into_iter().find(|x| x.name == "files").unwrap().rows.len();
        mandates::end(tx, &cx, &person, &mandate)?;
        files::sweep(tx, cx.now.plus(29 * Instant::DAY))?;
        let before = files::of(tx, &mandate)?.len();
        files::sweep(tx, cx.now.plus(31 * Instant::DAY))?;
        Ok((rows, before, files::of(tx, &mandate)?.len()))
    };
    assert_eq!(app.db.write(act).await.unwrap(), (3, 3, 0));
}

#[test]
fn what_no_scanner_has_seen_is_named_and_not_shown() {
    each(false, async |app, anna| {
        let mut client = browser(app, &anna).await;
        let child = added(&mut client, "Михаил", "2019-09-03").await;
        let at = format!("/account/acting/{child}/files");
        upload(&mut client, &format!("{at}/add"), ("file", "a.jpg", &jpeg())).await;
        let card = booked(&mut client, 0, &child).await.location().replace("?done=1", "");
        let path = format!("/staff/bookings/{}", card.rsplit('/').next().unwrap());
        let mut desk = clerk(app).await;
        let page = desk.get(&path).await;
        desk.submit(&page.form(&path).set("reason", "visit")).await;
        let page = desk.get(&path).await;
        assert!(page.says("a.jpg") && page.says("ещё не проверен на вирусы"));
        assert!(!page.text().contains("src=\"/staff/mandate-files/"));
    });
}
