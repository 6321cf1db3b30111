//! The database in the hands of a portal with other keys: refusals, and nothing of anybody.

use base::Db;
use rooms::accounts::Level;

use super::booking::{account, browser};
use crate::testing::{self, Client};

#[test]
fn with_other_keys_the_portal_says_that_something_broke_and_shows_nothing() {
    testkit::each_empty(|place, ours| {
        ours.migrate(rooms::MIGRATIONS).unwrap();
        let theirs = Db::open(place, testkit::vault(2)).unwrap();
        let (home, thief) = (testing::app(ours.clone()), testing::app(theirs));
        testing::run(async {
            let anna = account(&home, 1, Level::Verified).await;
            let mut known = browser(&home, &anna).await;
            assert!(known.get("/account").await.says("Соколова Анна Ивановна"));
            let mut client = Client::new(&thief);
            client.cookies.clone_from(&known.cookies);
            for path in ["/account", "/bookings", "/"] {
                let page = client.get(path).await;
                assert_eq!(page.status, 500, "{path}");
                assert!(!page.text().contains("Соколова"), "{path}");
                assert!(!page.head("operation-id").is_empty(), "{path}");
            }
            // Whoever is not signed in finds a portal, in which nobody has an account.
            let mut guest = Client::new(&thief);
            assert_eq!(guest.get("/").await.status, 200);
            let form = [("identifier", "+79000000001"), ("password", "Ясень горит7!")];
            let refused = guest.post_form("/signin", &form).await;
            assert!(refused.status.is_client_error(), "{}", refused.status);
            let sent = guest.post_form("/register", &registration()).await;
            assert_eq!(sent.status, 500, "nothing is sealed with the wrong keys");
        });
    });
}

fn registration() -> [(&'static str, &'static str); 7] {
    [
        ("surname", "Иванова"),
        ("name", "Мария"),
        ("phone", "8 (912) 345-67-89"),
        ("email", "maria@example.org"),
        ("password", "Ясень горит7!"),
        ("agreement", "1"),
        ("privacy", "1"),
    ]
}
