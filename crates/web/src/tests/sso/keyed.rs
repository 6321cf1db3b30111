//! A site that signs its calls.

use super::*;

#[test]
fn a_site_signs_its_calls_and_is_refused_what_does_not_fit() {
    const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    each(async |town| {
        let (key, id) = (testkit::SiteKey::new("one"), town.site.id.clone());
        let path = "/.well-known/openid-configuration";
        let told = Client::new(&town.app).get(path).await.json();
        let methods = told["token_endpoint_auth_methods_supported"].to_string();
        assert!(methods.contains("private_key_jwt"), "{methods}");
        let signs = &told["token_endpoint_auth_signing_alg_values_supported"];
        assert!(signs.to_string().contains("ES256") && !signs.to_string().contains("none"));
        let code = town.code(&[("scope", "openid offline_access")]).await;

        // From now on the site has a key in place of its secret.
        let cx = Cx::new(&town.app.clock, &town.app.chance, Actor::Engineer, Channel::Cli);
        let (site, keys) = (id.clone(), key.public.to_string());
        let change = move |tx: &mut Tx<'_>| {
            let (seen, registered, _) = rooms::sso::overview::site(tx, &site)?;
            let new = NewClient { auth: Auth::Keys, keys: keys.clone(), ..registered };
            register::change(tx, &cx, (&site, seen.revision), &new)
        };
        town.app.db.write(change).await.unwrap();
        let word = |jti: &str| {
            let now = town.app.clock.now().0 / Instant::SECOND;
            let claims = serde_json::json!({"iss": id, "sub": id, "aud": "http://okno.test/sso/token",
                                            "jti": jti, "iat": now, "exp": now + 60});
            key.sign(&claims)
        };
        let call = async |path: &str, word: &str, more: &[(&str, &str)]| {
            let mut fields = vec![("client_assertion_type", KIND), ("client_assertion", word)];
            fields.retain(|x| more.iter().all(|y| y.0 != x.0));
            fields.extend(more.iter().filter(|x| !x.1.is_empty()));
            Client::new(&town.app).post_form(path, &fields).await
        };
        let usual = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        let refused = async |word: &str, more: &[(&str, &str)], status: u16, error: &str| {
            let page = call("/sso/token", word, &[&usual, more].concat()).await;
            let said = (page.status.as_u16(), text(&page, "error"));
            assert_eq!(said, (status, error.to_owned()), "{more:?}");
        };
        let secret = town.site.secret.as_deref().unwrap();
        refused("", &[("client_assertion", "")], 400, "invalid_request").await;
        refused(&word("a"), &[("client_assertion_type", "")], 400, "invalid_request").await;
        refused(&word("b"), &[("client_assertion_type", "saml")], 400, "invalid_request").await;
        refused(&word("c"), &[("client_secret", secret)], 400, "invalid_request").await;
        refused(&word("d"), &[("client_id", "other")], 401, "invalid_client").await;
        refused("x.y.z", &[], 401, "invalid_client").await;
        assert_eq!(town.redeem(&code).await.status, StatusCode::UNAUTHORIZED, "the secret is gone");

        let first = word("1");
        let page = call("/sso/token", &first, &usual).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let (access, refresh) = (text(&page, "access_token"), text(&page, "refresh_token"));
        // The same word once more proves nothing, and so ends nothing.
        refused(&first, &[], 401, "invalid_client").await;
        assert_eq!(town.reads(&access).await.status, StatusCode::OK);
        let look = [("token", access.as_str())];
        let page = call("/sso/introspect", &word("2"), &look).await;
        assert_eq!(page.json()["active"], true, "{}", page.text());
        assert_eq!(call("/sso/introspect", &first, &look).await.status, StatusCode::UNAUTHORIZED);
        let again = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        let page = call("/sso/token", &word("3"), &again).await;
        let token = text(&page, "access_token");
        call("/sso/revoke", &word("4"), &[("token", &token)]).await;
        assert_eq!(town.reads(&token).await.status, StatusCode::UNAUTHORIZED);
    });
}
