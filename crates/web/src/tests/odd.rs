//! What no keyboard types is refused before a database stumbles over it: on both engines alike.

use std::sync::Arc;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rooms::sso::authenticate::ASSERTION;

use crate::App;
use crate::all_routes;
use crate::testing::{self, Client, run};

fn each(story: impl AsyncFn(Arc<App>)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let app = testing::app(db);
        run(story(app));
    });
}

#[test]
fn no_address_with_a_control_character_reaches_the_database() {
    each(async |app| {
        let mut client = Client::new(&app);
        for route in all_routes().iter().filter(|x| x.path.contains('{')) {
            for odd in ["%00", "a%00b", "%1f", "%7F"] {
                let part = |x: &str| if x.starts_with('{') { odd.to_owned() } else { x.to_owned() };
                let path = route.path.split('/').map(part).collect::<Vec<_>>().join("/");
                let page = client.send(route.method.clone(), &path, Body::empty(), "").await;
                assert!(page.status.is_client_error(), "{path}: {}", page.status);
            }
        }
        let page = client.get("/suggest?q=%00").await;
        assert!(page.status.is_success(), "in a form they fall away: {}", page.status);
    });
}

#[test]
fn what_sites_send_has_no_control_characters() {
    each(async |app| {
        let mut client = Client::new(&app);
        for query in ["client_id=%00", "client_id=a&nonce=%00", "%00=a", "client_id=a&state=%01"] {
            let page = client.get(&format!("/sso/authorize?{query}")).await;
            assert!(page.status.is_client_error(), "{query}: {}", page.status);
        }
        let word = URL_SAFE_NO_PAD.encode(r#"{"sub": "\u0000"}"#);
        let word = format!("a.{word}.c");
        let assertion = [("client_assertion_type", ASSERTION), ("client_assertion", &word)];
        let code = ("grant_type", "authorization_code");
        let rest = [code, ("code", "a"), ("redirect_uri", "b"), ("code_verifier", "c")];
        let calls = [vec![("client_id", "\0")], assertion.to_vec(), vec![("client_secret", "\0")]];
        for path in ["/sso/token", "/sso/revoke", "/sso/introspect"] {
            for call in &calls {
                let fields = [call.as_slice(), &rest, &[("token", "a")]].concat();
                let page = client.post_form(path, &fields).await;
                assert!(page.status.is_client_error(), "{path} {call:?}: {}", page.status);
            }
            for both in ["\0:a", "%00:a", "a:%00"] {
                let head = format!("Basic {}", STANDARD.encode(both));
                let mut site = Client::new(&app).with("authorization", &head);
                let page =
                    site.post_form(path, &[rest.as_slice(), &[("token", "a")]].concat()).await;
                assert!(page.status.is_client_error(), "{path} {both:?}: {}", page.status);
            }
        }
    });
}
