//! Connected sites, over HTTP: what they may send, what they get, what people see of it.

mod asked;
mod keyed;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use base::{Actor, Channel, Cx, Id, Instant, Tx};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rooms::accounts::{self, Level};
use rooms::sso::client::Auth;
use rooms::sso::register::{self, NewClient, Registered};
use rooms::sso::{Scopes, logout};
use rooms::text::Text;
use serde_json::Value;

use super::booking::browser;
use super::roles::person;
use crate::App;
use crate::testing::{self, Client, Page};

const BACK: &str = "https://nalog.example/cb?from=okno";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A portal with one connected site and one person.
struct Town {
    app: Arc<App>,
    anna: Id,
    site: Registered,
}

/// The story on both engines.
fn each(story: impl AsyncFn(Town)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let app = testing::app(db);
        testing::run(async {
            let anna = person(&app, "79000000001", ("Соколова", "Анна")).await;
            let site = connected(&app, false).await;
            story(Town { app: app.clone(), anna, site }).await;
        });
        let found = app.db.read_wait(rooms::sso::verify).unwrap();
        assert!(found.is_empty(), "{found:?}");
    });
}

async fn connected(app: &App, public: bool) -> Registered {
    let cx = Cx::new(&app.clock, &app.chance, Actor::Engineer, Channel::Cli);
    let new = NewClient {
        name: Text::new("Налоговая служба", "Tax Service"),
        redirects: vec![BACK.into(), "http://127.0.0.1/cb".into()],
        after_logout: vec!["https://nalog.example/bye".into()],
        logout_uri: Some("https://nalog.example/gone".into()),
        scopes: Scopes::parse("profile phone offline_access"),
        keys: String::new(),
        auth: if public { Auth::Nothing } else { Auth::Secret },
        sector: Some("nalog.example".into()),
    };
    app.db.write(move |tx| register::add(tx, &cx, &new)).await.unwrap()
}

/// The address at which a site asks, with these words changed; an empty one is left out.
fn question(site: &Id, changes: &[(&str, &str)]) -> String {
    let usual = [
        ("client_id", site.as_str()),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid profile phone"),
        ("state", "st&te=1"),
        ("nonce", "nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let mut words: Vec<(&str, &str)> =
        usual.into_iter().filter(|x| !changes.iter().any(|y| y.0 == x.0)).collect();
    words.extend(changes.iter().filter(|x| !x.1.is_empty()));
    let value = |x: &str| {
        percent_encoding::utf8_percent_encode(x, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let words: Vec<_> = words.iter().map(|(name, x)| format!("{name}={}", value(x))).collect();
    format!("/sso/authorize?{}", words.join("&"))
}

/// What a site reads in the address at which a person comes back.
fn word(url: &str, name: &str) -> Option<String> {
    let query = url.split_once('?')?.1;
    let fields = crate::Fields::parse(query.as_bytes()).unwrap();
    fields.opt(name).map(str::to_owned)
}

/// Where the page that leads on leads.
fn onward(page: &Page) -> String {
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    page.link("Продолжить")
}

impl Town {
    async fn anna(&self) -> Client {
        browser(&self.app, &self.anna).await
    }

    /// To the page that asks, or to wherever the question leads without it.
    async fn ask(&self, client: &mut Client, changes: &[(&str, &str)]) -> Page {
        let page = client.get(&question(&self.site.id, changes)).await;
        match page.location().starts_with("/sso/ask/") {
            true => client.get(&page.location()).await,
            false => page,
        }
    }

    /// Allows what is ticked; gives the address at which the site gets its answer.
    async fn allow(&self, client: &mut Client, page: &Page) -> String {
        let form = page.forms_at("/sso/ask/").press("Разрешить и войти");
        let page = client.submit(&form).await;
        let page = client.follow(page).await;
        onward(&page)
    }

    /// A code for this question.
    async fn code(&self, changes: &[(&str, &str)]) -> String {
        let mut client = self.anna().await;
        let page = self.ask(&mut client, changes).await;
        word(&self.allow(&mut client, &page).await, "code").unwrap()
    }

    /// The site's own call, with its secret.
    async fn call(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let both = format!("{}:{}", self.site.id, self.site.secret.as_deref().unwrap());
        let head = format!("Basic {}", STANDARD.encode(both));
        Client::new(&self.app).with("authorization", &head).post_form(path, fields).await
    }

    async fn redeem(&self, code: &str) -> Page {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        self.call("/sso/token", &fields).await
    }

    async fn reads(&self, token: &str) -> Page {
        let head = format!("Bearer {token}");
        Client::new(&self.app).with("authorization", &head).get("/sso/userinfo").await
    }
}

fn text(page: &Page, name: &str) -> String {
    page.json()[name].as_str().unwrap_or_else(|| panic!("{}", page.text())).to_owned()
}

/// The claims of a token, without a look at its signature.
fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn a_person_goes_to_a_site_and_the_site_reads_what_they_allowed() {
    each(async |town| {
        let mut client = town.anna().await;
        let page = town.ask(&mut client, &[]).await;
        assert!(page.says("Налоговая служба") && page.says("Соколова Анна"), "{}", page.text());
        assert!(page.says("+79000000001"), "the person sees what will be read");
        let form = page.forms_at("/sso/ask/").press("Разрешить и войти");
        let mut form = form.clone();
        form.fields.retain(|x| x.1 != "phone");
        let page = client.submit(&form).await;
        let url = onward(&client.follow(page).await);
        assert!(url.starts_with(&format!("{BACK}&code=")), "{url}");
        assert_eq!(word(&url, "state").as_deref(), Some("st&te=1"));
        assert_eq!(word(&url, "iss").as_deref(), Some("http://okno.test"));

        let answer = town.redeem(&word(&url, "code").unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!(answer.head("cache-control"), "no-store");
        assert_eq!(text(&answer, "scope"), "openid profile");
        let id = claims(&text(&answer, "id_token"));
        assert_eq!((&id["iss"], &id["nonce"]), (&"http://okno.test".into(), &"nonce".into()));
        assert_eq!((&id["acr"], &id["amr"][0]), (&"urn:okno:level:verified".into(), &"mfa".into()));
        let token = text(&answer, "access_token");
        let read = town.reads(&token).await.json();
        assert_eq!((&read["family_name"], &read["sub"]), (&"Соколова".into(), &id["sub"]));
        assert!(read.get("phone_number").is_none(), "{read}");

        // The next time nothing is asked; a question that wants more is asked again.
        let page = town.ask(&mut client, &[("prompt", "none")]).await;
        assert!(word(&page.location(), "code").is_some(), "{}", page.location());
        let page = town.ask(&mut client, &[("prompt", "consent")]).await;
        assert!(page.says("Разрешить и войти"));

        // What was said stands in the account, and goes with one button.
        let page = client.get("/account/sites").await;
        assert!(page.says("Налоговая служба") && page.says("Последний вход"), "{}", page.text());
        let done = client.submit(&page.forms_at("/withdraw")).await;
        assert!(client.follow(done).await.says("Разрешение отозвано"));
        let refused = town.reads(&token).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(refused.head("www-authenticate").contains("invalid_token"));
    });
}

#[test]
fn a_guest_signs_in_first_and_arrives_at_the_site_by_a_page_of_its_own() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let app = testing::app(db);
        let cx = Cx::new(&app.clock, &app.chance, Actor::System, Channel::Job);
        rooms::demo::people::seed_logins(&app.db, &cx, &app.policy.secrets).unwrap();
        testing::run(async {
            let town = Town {
                site: connected(&app, false).await,
                anna: Id::from("nobody"),
                app: app.clone(),
            };
            let mut client = Client::new(&app);
            let page = town.ask(&mut client, &[("login_hint", "anna@example.org")]).await;
            let page = client.follow(page).await;
            assert!(page.says("Налоговая служба"), "the sign-in page says what it is for");
            let form = page.form("/signin");
            assert_eq!(form.value("identifier"), "anna@example.org");
            let logins = rooms::demo::people::logins().unwrap();
            let login = logins.into_iter().find(|x| x.email == "anna@example.org").unwrap();
            let page = client.submit(&form.set("password", &login.password)).await;
            let page = client.follow(page).await;
            let code = super::factors::code(&app).await;
            let page = client.submit(&page.form("/signin/factor").set("code", &code)).await;
            let page = client.follow(page).await;
            let url = town.allow(&mut client, &page).await;
            assert!(word(&url, "code").is_some());
            let asked = client.get("/account/sites").await;
            assert!(asked.says("Налоговая служба"));
        });
    });
}

#[test]
fn whatever_is_wrong_with_a_question_is_told_to_the_site_unless_the_site_is_what_is_wrong() {
    each(async |town| {
        let mut client = town.anna().await;
        let unknown = [
            (("client_id", "unknown"), StatusCode::NOT_FOUND, "E-SSO-01"),
            (("client_id", ""), StatusCode::NOT_FOUND, "E-SSO-01"),
            (("redirect_uri", ""), StatusCode::BAD_REQUEST, "E-SSO-02"),
            (("redirect_uri", "https://nalog.example/cb"), StatusCode::BAD_REQUEST, "E-SSO-02"),
            (
                ("redirect_uri", "https://nalog.example/cb?from=okno&x=1"),
                StatusCode::BAD_REQUEST,
                "E-SSO-02",
            ),
            (
                ("redirect_uri", "https://nalog.example/cb?from=okno#x"),
                StatusCode::BAD_REQUEST,
                "E-SSO-02",
            ),
            (
                ("redirect_uri", "https://NALOG.example/cb?from=okno"),
                StatusCode::BAD_REQUEST,
                "E-SSO-02",
            ),
            (
                ("redirect_uri", "https://nalog.example/cb/../cb?from=okno"),
                StatusCode::BAD_REQUEST,
                "E-SSO-02",
            ),
            (("redirect_uri", "https://evil.example/cb"), StatusCode::BAD_REQUEST, "E-SSO-02"),
            (
                ("redirect_uri", "https://nalog.example@evil.example/cb"),
                StatusCode::BAD_REQUEST,
                "E-SSO-02",
            ),
            (("redirect_uri", "http://127.0.0.1:9/cb"), StatusCode::BAD_REQUEST, "E-SSO-02"),
            (("redirect_uri", "javascript:alert(1)"), StatusCode::BAD_REQUEST, "E-SSO-02"),
        ];
        for (change, status, code) in unknown {
            let page = client.get(&question(&town.site.id, &[change])).await;
            assert_eq!(page.status, status, "{change:?}");
            assert!(page.text().contains(code), "{change:?}");
            assert_eq!(page.head("location"), "");
            assert!(
                page.says("Ошибка на другом сайте") && !page.text().contains("role=\"search\""),
                "{change:?}"
            );
            let named = if change.0 == "client_id" { change.1 } else { &*town.site.id };
            assert!(page.says(named), "{change:?}");
        }
        // They are led back to where they came from, and nowhere that an address pretends to be.
        for (from, back) in [
            ("https://shop.example/cart?x=1", Some("https://shop.example/")),
            ("https://bank.example@evil.example/", None),
            ("javascript:alert(1)", None),
        ] {
            let asked = question(&town.site.id, &[("client_id", "<b>unknown</b>")]);
            let page = client.clone().with("referer", from).get(&asked).await;
            assert!(page.says("<b>unknown</b>") && !page.text().contains("<b>unknown"), "{from}");
            match back {
                Some(back) => assert_eq!(page.link("Вернуться на shop.example"), back),
                None => assert!(page.says("кнопкой «Назад»"), "{from}"),
            }
        }
        let wrong = [
            (("response_type", ""), "invalid_request"),
            (("response_type", "token"), "unsupported_response_type"),
            (("response_type", "id_token token"), "unsupported_response_type"),
            (("response_mode", "fragment"), "invalid_request"),
            (("scope", ""), "invalid_scope"),
            (("scope", "email"), "invalid_scope"),
            (("code_challenge", ""), "invalid_request"),
            (("code_challenge", "short"), "invalid_request"),
            (("code_challenge_method", ""), "invalid_request"),
            (("code_challenge_method", "plain"), "invalid_request"),
            (("prompt", "none consent"), "invalid_request"),
            (("max_age", "soon"), "invalid_request"),
            (("request", "a.b.c"), "request_not_supported"),
            (("request_uri", "https://nalog.example/r"), "request_uri_not_supported"),
            (("registration", "{}"), "registration_not_supported"),
            // Nothing may be shown, but something would have to be.
            (("prompt", "none"), "consent_required"),
        ];
        for (change, error) in wrong {
            let page = town.ask(&mut client, &[change]).await;
            let url = page.location();
            assert!(url.starts_with(BACK), "{change:?}: {url}");
            assert_eq!(word(&url, "error").as_deref(), Some(error), "{change:?}");
            assert_eq!(word(&url, "state").as_deref(), Some("st&te=1"));
            assert_eq!(word(&url, "iss").as_deref(), Some("http://okno.test"));
            assert!(word(&url, "error_description").is_some_and(|x| x.is_ascii()));
            assert!(word(&url, "code").is_none());
        }
        let twice = format!("{}&scope=openid", question(&town.site.id, &[]));
        let page = client.get(&twice).await;
        assert_eq!(word(&page.location(), "error").as_deref(), Some("invalid_request"));
        let twice = format!("{}&client_id=other", question(&town.site.id, &[]));
        assert_eq!(client.get(&twice).await.status, StatusCode::BAD_REQUEST);
        let page = town.ask(&mut Client::new(&town.app), &[("prompt", "none")]).await;
        assert_eq!(word(&page.location(), "error").as_deref(), Some("login_required"));
    });
}

#[test]
fn a_token_is_given_once_to_the_site_that_proves_itself_and_its_challenge() {
    each(async |town| {
        let (id, secret) = (town.site.id.to_string(), town.site.secret.clone().unwrap());
        let code = town.code(&[("scope", "openid offline_access")]).await;
        let exchange = |code: &str, changes: &[(&str, &str)]| {
            let usual = [
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", BACK),
                ("code_verifier", VERIFIER),
                ("client_id", &id),
                ("client_secret", &secret),
            ];
            let mut fields: Vec<(String, String)> = usual
                .iter()
                .filter(|x| !changes.iter().any(|y| y.0 == x.0))
                .chain(changes.iter().filter(|x| !x.1.is_empty()))
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect();
            fields.sort();
            let app = town.app.clone();
            async move {
                let fields: Vec<_> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
                Client::new(&app).post_form("/sso/token", &fields).await
            }
        };
        // What is wrong with the call itself leaves the code as it is.
        let wrong = [
            (("grant_type", ""), 400, "invalid_request"),
            (("grant_type", "password"), 400, "unsupported_grant_type"),
            (("grant_type", "client_credentials"), 400, "unsupported_grant_type"),
            (("code", ""), 400, "invalid_request"),
            (("redirect_uri", ""), 400, "invalid_request"),
            (("code_verifier", ""), 400, "invalid_request"),
            (("client_id", ""), 400, "invalid_request"),
            (("client_id", "unknown"), 401, "invalid_client"),
            (("client_secret", "wrong"), 401, "invalid_client"),
            (("client_secret", ""), 401, "invalid_client"),
        ];
        for (change, status, error) in wrong {
            let page = exchange(&code, &[change]).await;
            assert_eq!(page.status.as_u16(), status, "{change:?}: {}", page.text());
            assert_eq!(text(&page, "error"), error, "{change:?}");
            assert!(text(&page, "error_description").is_ascii());
            assert_eq!(page.head("cache-control"), "no-store");
            assert_eq!(page.head("access-control-allow-origin"), "*");
        }
        let long = "x".repeat(3_000_000);
        let page = exchange(&code, &[("state", &long)]).await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(text(&page, "error"), "invalid_request");
        let page = Client::new(&town.app).post_form("/sso/authorize", &[("state", &long)]).await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(page.text().contains("E-REQ-03"), "{}", page.text());
        let page = Client::new(&town.app).get("/sso/userinfo").await;
        assert_eq!(page.head("www-authenticate"), "Bearer");
        let first = exchange(&code, &[]).await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.text());
        let access = text(&first, "access_token");
        assert_eq!(town.reads(&access).await.status, StatusCode::OK);
        // A second time is somebody else's: what the first gave is over.
        let again = exchange(&code, &[]).await;
        assert_eq!((again.status.as_u16(), text(&again, "error").as_str()), (400, "invalid_grant"));
        assert_eq!(town.reads(&access).await.status, StatusCode::UNAUTHORIZED);

        for change in [
            ("code_verifier", CHALLENGE),
            ("code_verifier", "x"),
            ("redirect_uri", "https://nalog.example/cb"),
            ("code", "unknown"),
        ] {
            let code = town.code(&[("prompt", "consent")]).await;
            let page = exchange(&code, &[change]).await;
            assert_eq!(text(&page, "error"), "invalid_grant", "{change:?}");
        }
        let late = town.code(&[("prompt", "consent")]).await;
        town.app.clock.advance(Instant::MINUTE);
        assert_eq!(text(&exchange(&late, &[]).await, "error"), "invalid_grant", "a minute is over");
        let both = town.call("/sso/token", &[("client_secret", "x"), ("grant_type", "x")]).await;
        assert_eq!(text(&both, "error"), "invalid_request", "two ways of proving at once");
    });
}

#[test]
fn refreshing_revoking_and_looking_are_for_the_site_that_has_the_token() {
    each(async |town| {
        let code = town.code(&[("scope", "openid profile offline_access")]).await;
        let tokens = town.redeem(&code).await;
        let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        let unknown = [fields[0], fields[1], ("scope", "openid address")];
        let page = town.call("/sso/token", &unknown).await;
        assert_eq!((page.status.as_u16(), text(&page, "error").as_str()), (400, "invalid_scope"));
        let next = town.call("/sso/token", &fields).await;
        assert_eq!(next.status, StatusCode::OK, "{}", next.text());
        assert!(claims(&text(&next, "id_token")).get("nonce").is_none());
        let seen = town.call("/sso/introspect", &[("token", &access)]).await.json();
        assert_eq!((&seen["active"], &seen["token_type"]), (&true.into(), &"Bearer".into()));
        assert_eq!(
            town.reads(&text(&next, "refresh_token")).await.status,
            StatusCode::UNAUTHORIZED
        );
        let gone = town.call("/sso/revoke", &[("token", &text(&next, "refresh_token"))]).await;
        assert_eq!(gone.status, StatusCode::OK);
        for token in [&access, &text(&next, "access_token"), &text(&next, "refresh_token")] {
            let seen = town.call("/sso/introspect", &[("token", token)]).await.json();
            assert_eq!(seen, serde_json::json!({"active": false}));
        }
        assert_eq!(town.call("/sso/revoke", &[("token", "unknown")]).await.status, StatusCode::OK);
        // Whoever can keep no secret looks at nothing, and proves itself by its challenge alone.
        let app = connected(&town.app, true).await;
        let id = app.id.to_string();
        let mut client = Client::new(&town.app);
        let fields = [("client_id", id.as_str()), ("token", &access)];
        let page = client.post_form("/sso/introspect", &fields).await;
        assert_eq!(text(&page, "error"), "invalid_client");
        let near = Town { app: town.app.clone(), anna: town.anna.clone(), site: app };
        let to = ("redirect_uri", "http://127.0.0.1:50123/cb");
        let code = near.code(&[to]).await;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            to,
            ("code_verifier", VERIFIER),
            ("client_id", &id),
        ];
        let page = client.post_form("/sso/token", &fields).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    });
}

#[test]
fn a_cookie_is_nothing_where_sites_call_and_other_sites_may_send_people_there() {
    each(async |town| {
        let anna = town.anna().await;
        for path in crate::pages::sso::FROM_ELSEWHERE {
            let mut stranger = Client::new(&town.app).with("origin", "https://evil.example");
            let mut same = anna.clone().with("origin", "https://evil.example");
            let kind = "application/x-www-form-urlencoded";
            let body = || Body::from("client_id=x&post_logout_redirect_uri=x");
            let one = stranger.send(Method::POST, path, body(), kind).await;
            let other = same.send(Method::POST, path, body(), kind).await;
            assert_ne!(one.status, StatusCode::FORBIDDEN, "{path}");
            assert_eq!((one.status, one.head("location")), (other.status, other.head("location")));
        }
        // The question comes by a form of the site, too; what follows asks for the person's word.
        let query = question(&town.site.id, &[]);
        let body = query.split_once('?').unwrap().1.to_owned();
        let mut client = anna.with("origin", "https://nalog.example");
        let kind = "application/x-www-form-urlencoded";
        let page = client.send(Method::POST, "/sso/authorize", Body::from(body), kind).await;
        let path = page.location();
        assert!(path.starts_with("/sso/ask/"), "{path}");
        let forged = client.post_form(&path, &[("allow", "1"), ("scope", "profile")]).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN, "nobody else can say yes");
    });
}

#[test]
fn whoever_signs_out_at_a_site_may_stay_here_or_leave_and_all_sites_hear_of_it() {
    each(async |town| {
        let mut client = town.anna().await;
        let page = town.ask(&mut client, &[]).await;
        let url = town.allow(&mut client, &page).await;
        let tokens = town.redeem(&word(&url, "code").unwrap()).await;
        let hint = text(&tokens, "id_token");
        let bye = "https://nalog.example/bye";
        let end =
            format!("/sso/end-session?id_token_hint={hint}&post_logout_redirect_uri={bye}&state=s");
        town.app.clock.advance(Instant::HOUR - 31 * Instant::MINUTE);
        let page = client.get(&end).await;
        let page = client.follow(page).await;
        assert!(page.says("Налоговая служба"), "{}", page.text());
        assert_eq!(page.link("Остаться"), format!("{bye}?state=s"));
        let page = client.submit(&page.form("/sso/leave")).await;
        assert_eq!(onward(&page), format!("{bye}?state=s"));
        assert!(client.get("/account").await.location().starts_with("/signin"));
        let access = text(&tokens, "access_token");
        assert_eq!(town.reads(&access).await.status, StatusCode::UNAUTHORIZED);
        let cx = Cx::new(&town.app.clock, &town.app.chance, Actor::System, Channel::Job);
        let told = town.app.db.write(move |tx| logout::follow(tx, &cx)).await.unwrap();
        assert_eq!(told, 1);
        // Nobody is signed in any more: straight back, but only to where the site said.
        let page = client.get(&end).await;
        assert_eq!(client.get(&page.location()).await.location(), format!("{bye}?state=s"));
        for evil in [
            format!(
                "/sso/end-session?id_token_hint={hint}&post_logout_redirect_uri=https://evil.example/"
            ),
            format!("/sso/end-session?post_logout_redirect_uri={bye}"),
            format!("/sso/end-session?id_token_hint={hint}x&post_logout_redirect_uri={bye}"),
            format!(
                "/sso/end-session?id_token_hint={hint}&client_id=x&post_logout_redirect_uri={bye}"
            ),
        ] {
            let page = client.get(&evil).await;
            assert_eq!(client.get(&page.location()).await.location(), "/", "{evil}");
        }
    });
}

#[test]
fn the_portal_describes_itself_and_shows_its_keys() {
    each(async |town| {
        let mut client = Client::new(&town.app).with("origin", "https://nalog.example");
        let page = client.get("/.well-known/openid-configuration").await;
        let about = page.json();
        assert_eq!(page.head("access-control-allow-origin"), "*");
        assert_eq!(about["issuer"], "http://okno.test");
        assert!(about.get("ui_locales_supported").is_none(), "a site does not choose the language");
        assert_eq!(about["code_challenge_methods_supported"], serde_json::json!(["S256"]));
        assert_eq!(about["id_token_signing_alg_values_supported"], serde_json::json!(["ES256"]));
        for (name, at) in about.as_object().unwrap() {
            if name.ends_with("_endpoint") || name == "jwks_uri" {
                let path = at.as_str().unwrap().strip_prefix("http://okno.test").unwrap();
                assert!(!client.get(path).await.text().contains("E-REQ-01"), "{name}: {path}");
            }
        }
        let keys = client.get("/sso/jwks").await.json();
        assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
        assert!(keys["keys"][0].get("d").is_none(), "the secret half stays here");
        assert_eq!(keys["keys"][0]["alg"], "ES256");
    });
}
