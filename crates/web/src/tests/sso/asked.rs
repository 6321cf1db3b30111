//! What a site asks about whoever comes: how lately they proved it, how surely they are known, who it must be.

use super::*;

#[test]
fn an_old_proof_is_asked_again_and_a_low_level_is_not_enough() {
    each(async |town| {
        let mut client = town.anna().await;
        town.app.clock.advance(5 * Instant::MINUTE);
        for change in [("prompt", "login"), ("max_age", "60")] {
            let page = town.ask(&mut client, &[change]).await;
            let path = page.location();
            assert!(path.starts_with("/signin/again?next=/sso/ask/"), "{change:?}: {path}");
        }
        assert!(town.ask(&mut client, &[("max_age", "600")]).await.says("Разрешить"));

        let (cx, id) = (
            Cx::new(&town.app.clock, &town.app.chance, Actor::System, Channel::Cli),
            town.anna.clone(),
        );
        let lower =
            move |tx: &mut Tx<'_>| accounts::set_level(tx, &cx, &id, Level::Simplified, "test");
        town.app.db.write(lower).await.unwrap();
        let high = ("acr_values", "urn:okno:level:verified");
        let page = town.ask(&mut client, &[high]).await;
        assert!(page.says("Нужен более высокий уровень"), "{}", page.text());
        let page = client.submit(&page.forms_at("/back")).await;
        let url = onward(&page);
        assert_eq!(word(&url, "error").as_deref(), Some("unmet_authentication_requirements"));
        let page = town.ask(&mut client, &[high, ("prompt", "none")]).await;
        let error = word(&page.location(), "error");
        assert_eq!(error.as_deref(), Some("unmet_authentication_requirements"));

        let page = town.ask(&mut client, &[]).await;
        let form = page.forms_at("/sso/ask/").press("Не разрешать");
        let page = client.submit(&form).await;
        let url = onward(&client.follow(page).await);
        assert_eq!(word(&url, "error").as_deref(), Some("access_denied"));
        let page = town.ask(&mut client, &[]).await;
        let page = client.submit(&page.forms_at("/other")).await;
        assert!(page.location().starts_with("/signin?next=/sso/ask/"), "somebody else signs in");
        assert!(client.get("/account").await.location().starts_with("/signin"));
    });
}

#[test]
fn a_site_that_expects_somebody_gets_them_or_nobody() {
    each(async |town| {
        let hint = {
            let tokens = town.redeem(&town.code(&[]).await).await;
            text(&tokens, "id_token")
        };
        let hinted = ("id_token_hint", hint.as_str());
        let mut anna = town.anna().await;
        let page = town.ask(&mut anna, &[hinted, ("prompt", "none")]).await;
        assert!(word(&page.location(), "code").is_some(), "{}", page.location());
        // The key that signed it may be long past.
        for _ in 0..2 {
            let cx = Cx::new(&town.app.clock, &town.app.chance, Actor::Engineer, Channel::Cli);
            town.app.db.write(move |tx| rooms::sso::keys::add(tx, &cx)).await.unwrap();
            town.app.clock.advance(2 * Instant::DAY);
        }
        let boris = person(&town.app, "79000000002", ("Борисов", "Борис")).await;
        let mut boris = browser(&town.app, &boris).await;
        let page = town.ask(&mut boris, &[hinted, ("prompt", "none")]).await;
        assert_eq!(word(&page.location(), "error").as_deref(), Some("login_required"));
        let page = town.ask(&mut boris, &[hinted]).await;
        assert!(page.says("Сайт ждёт другого человека"), "{}", page.text());
        let url = onward(&boris.submit(&page.forms_at("/back")).await);
        assert_eq!(word(&url, "error").as_deref(), Some("login_required"));
        let page = town.ask(&mut boris, &[hinted]).await;
        let page = boris.submit(&page.forms_at("/other")).await;
        assert!(page.location().starts_with("/signin?next=/sso/ask/"));
        for bad in [format!("{hint}x"), "x.y.z".to_owned()] {
            let page = town.ask(&mut anna, &[("id_token_hint", &bad)]).await;
            assert_eq!(word(&page.location(), "error").as_deref(), Some("invalid_request"));
        }
        // Nor does the token of another site say anything.
        let other = Town {
            app: town.app.clone(),
            anna: town.anna.clone(),
            site: connected(&town.app, false).await,
        };
        let page = other.ask(&mut anna, &[hinted]).await;
        assert_eq!(word(&page.location(), "error").as_deref(), Some("invalid_request"));
    });
}

#[test]
fn a_person_sees_where_they_go_for_how_long_and_that_their_level_is_told() {
    each(async |town| {
        let app = connected(&town.app, true).await;
        let near = Town { app: town.app.clone(), anna: town.anna.clone(), site: app };
        let mut client = town.anna().await;
        let to = ("redirect_uri", "http://127.0.0.1:50123/cb");
        let page = near.ask(&mut client, &[to]).await;
        assert!(page.says("(127.0.0.1)") && !page.says("(nalog.example)"), "{}", page.text());
        assert!(page.says("уровень вашей учётной записи") && !page.says("90 дней"));
        let page = near.ask(&mut client, &[to, ("scope", "openid offline_access")]).await;
        assert!(page.says("не дольше 90 дней"), "{}", page.text());
    });
}
