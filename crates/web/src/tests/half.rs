//! What is half done in a browser ends with what it began in.

use base::Instant;

use super::factors::{each, signed_in};

#[test]
fn signing_out_leaves_nothing_half_done_in_the_browser() {
    each(async |app| {
        let mut client = signed_in(app).await;
        let page = client.get("/account/security").await;
        let form = page.form("/account/security/codes").press("Спрашивать при каждом входе");
        let answer = client.submit(&form).await;
        assert_eq!(answer.location(), "/account/security?done=codes-on");
        app.clock.advance(11 * Instant::MINUTE);
        let answer = client.get("/signin/again?next=/account").await;
        assert!(answer.location().starts_with("/signin/factor"), "{}", answer.location());
        let half = client.cookies["okno-half"].clone();
        let page = client.get("/account").await;
        client.submit(&page.form("/signout")).await;
        assert!(!client.cookies.contains_key("okno-half"), "the cookie is gone");
        client.cookies.insert("okno-half".into(), half);
        let answer = client.get("/signin/factor?next=/account").await;
        assert!(answer.location().starts_with("/signin?"), "nobody learns whose it was");
    });
}
