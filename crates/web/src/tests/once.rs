//! A double click, a reload, an old page: each form has one effect and one answer.

use std::sync::mpsc;
use std::time::Duration;

use base::Db;
use base::db::Place;
use rooms::accounts::Level;
use rooms::booking::{self, Filter};
use testkit::Server;

use super::booking::{PLACE, account, book, browser, city, each, times};
use crate::testing::{self, Client, Page};

#[test]
fn two_clicks_on_hold_move_and_cancel_have_one_effect_and_one_answer() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let page = client.get(PLACE).await;
        let form = page.forms_at("/book/").set("start", &times(&page)[0]);
        let mut again = client.clone();
        let (first, second) = tokio::join!(client.submit(&form), again.submit(&form));
        assert_eq!(first.location(), second.location());
        let owner = anna.clone();
        let list = move |tx: &mut base::Tx<'_>| booking::list(tx, &owner, Filter::All, None, 10);
        assert_eq!(app.db.read(list).await.unwrap().len(), 1);
        client.get(first.location().as_str()).await;

        let booking = book(&mut client, 0).await;
        let page = client.get(&format!("{booking}/move")).await;
        let form = page.forms_at("/move").set("start", &times(&page)[3]);
        let (first, second) = tokio::join!(client.submit(&form), again.submit(&form));
        assert_eq!([&first.location(), &second.location()], [&format!("{booking}?done=1"); 2]);
        let id = booking.trim_start_matches("/bookings/").to_owned();
        let (owner, asked) = (anna.clone(), id.clone());
        let found = app.db.read(move |tx| booking::of_account(tx, &owner, &asked)).await.unwrap();
        assert_eq!(found.moves, 1);

        let form = client.get(&format!("{booking}/cancel")).await.forms_at("/cancel");
        let (first, second) = tokio::join!(client.submit(&form), again.submit(&form));
        assert_eq!([first.location(), second.location()], ["/bookings?cancelled=1"; 2]);
        let events = app.db.read(move |tx| {
            let found = booking::of_account(tx, &anna, &id)?;
            booking::event_rows(tx, &found)
        });
        let events = events.await.unwrap();
        assert_eq!(events.iter().filter(|x| x.event == "cancelled").count(), 1, "{events:?}");
    });
}

#[test]
fn an_old_page_still_does_what_its_button_says() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let page = client.get(PLACE).await;
        let choose = |which: usize| page.forms_at("/book/").set("start", &times(&page)[which]);
        let first = client.submit(&choose(0)).await.location();
        let second = client.submit(&choose(1)).await.location();
        assert_ne!(first, second, "another wish from the same form");
        // The first hold was given back for the second; the person wants it after all.
        let third = client.submit(&choose(0)).await.location();
        assert!(client.get(&third).await.says("держим за вами до"), "{third}");
        assert!(![first, second].contains(&third));

        let booking = book(&mut client, 5).await;
        let page = client.get(&format!("{booking}/move")).await;
        let wish = |which: usize| page.forms_at("/move").set("start", &times(&page)[which]);
        for which in [8, 10, 8] {
            assert_eq!(client.submit(&wish(which)).await.status, 303);
        }
        let id = booking.trim_start_matches("/bookings/").to_owned();
        let found = app.db.read(move |tx| booking::of_account(tx, &anna, &id)).await.unwrap();
        let zone = jiff::tz::TimeZone::get("Asia/Tomsk").unwrap();
        assert!(times(&page)[8].ends_with(&found.starts.unwrap().rfc3339(&zone)));
        assert_eq!(found.moves, 3);
    });
}

#[test]
fn the_page_of_the_state_comes_and_tells_the_truth_when_the_database_is_away() {
    let Some(mut server) = Server::start() else { return };
    let db = testkit::open(&Place::Server(server.url())).unwrap();
    db.migrate(rooms::MIGRATIONS).unwrap();
    city(&db);
    let app = testing::app(db.clone());
    testing::run(async {
        let anna = account(&app, 1, Level::Verified).await;
        let mut clients = [Client::new(&app), browser(&app, &anna).await];
        let [stranger, _] = &mut clients;
        assert!(until(stranger, 200).await.says("Всё работает"));
        assert_eq!(stranger.get("/readyz").await.status, 200);
        // Every connection for reads is busy.
        let (_busy, release) = busy(&db);
        tokio::task::yield_now().await;
        let began = tokio::time::Instant::now();
        for client in &mut clients {
            let page = client.get("/status").await;
            assert_eq!(page.status, 503);
            assert!(page.says("Есть неполадки") && page.says("не отвечает"), "{}", page.text());
        }
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
        drop(release);
        server.kill();
        for client in &mut clients {
            let page = until(client, 503).await;
            assert!(page.says("Есть неполадки"), "{}", page.text());
        }
        assert_eq!(clients[0].get("/readyz").await.status, 503);
        server.revive();
        assert!(until(&mut clients[1], 200).await.says("Всё работает"));
    });
}

/// The page of the state once it has this status: dead connections are noticed one by one.
async fn until(client: &mut Client, status: u16) -> Page {
    let mut seen = Vec::new();
    for _ in 0..100 {
        let page = client.get("/status").await;
        if page.status == status {
            return page;
        }
        seen.push(page.status);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the page of the state never had the status {status}: {seen:?}");
}

/// Reads that wait until the sender is dropped, more than there are connections.
fn busy(db: &Db) -> (Vec<tokio::task::JoinHandle<()>>, Vec<mpsc::Sender<()>>) {
    (0..16)
        .map(|_| {
            let (sender, receiver) = mpsc::channel::<()>();
            let db = db.clone();
            let wait = async move {
                let waited = db.read(move |_| Ok(receiver.recv().is_err())).await;
                assert!(waited.is_err() || waited.is_ok());
            };
            (tokio::spawn(wait), sender)
        })
        .unzip()
}
