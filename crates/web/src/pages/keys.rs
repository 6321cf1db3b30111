//! Passkeys on the pages: signing in with one, showing one as the next proof, adding and keeping
//! them. The script asks the device; what the server says is a page, as everywhere.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use base::{Id, Kind, Outcome, Refusal, Tx};
use rooms::factors::passkey::{self, Asserted, Attested, Purpose};
use rooms::factors::signin::{self, Opened, Passed};
use rooms::factors::{self, Added};
use serde_json::{Value, json};

use super::account::own;
use super::factor::{arrive, half, over, refused_here, stale};
use super::security::{self, HERE, PrintedPage};
use super::signin::refused_at_signin;
use crate::answer::with_cookie;
use crate::browser::{Browser, entered, goes_on};
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Shell, Visit, cookies, next, see_other};

/// Where a key is added.
const NEW: &str = "/account/security/key";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        post("/signin/key/challenge", Action::SignIn, Rate::Secret, challenge),
        post("/signin/key", Action::SignIn, Rate::Secret, sign_in),
        post("/signin/factor/key/challenge", Action::SignIn, Rate::Secret, challenge_again),
        post("/signin/factor/key", Action::SignIn, Rate::Secret, prove),
        get(NEW, Action::KeepSafe, Rate::Secret, form),
        post("/account/security/key/challenge", Action::KeepSafe, Rate::Secret, challenge_new),
        post(NEW, Action::KeepSafe, Rate::Secret, add),
        post("/account/security/key/{id}/name", Action::KeepSafe, Rate::Secret, rename),
        post("/account/security/key/{id}/remove", Action::KeepSafe, Rate::Secret, remove),
    ]
}

/// An answer for the script. It is nobody else's, and kept nowhere.
fn told(value: &Value) -> Response {
    let mut answer = value.to_string().into_response();
    let heads = answer.headers_mut();
    heads.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// What the script asks a device for: a challenge, on this site, with one of these keys.
fn asked(
    visit: &Visit,
    bound: (Purpose, &str),
    keys: &[(String, String)],
) -> Result<Value, Refusal> {
    let site = visit.app.policy.site.as_ref();
    let site = site.ok_or_else(|| Refusal::new(Kind::Conflict, "E-KEY-06"))?;
    let token = passkey::give(&visit.cx(), &visit.app.policy.secrets, bound);
    let key = |(id, ways): &(String, String)| json!({"id": id, "transports": ways.split_whitespace().collect::<Vec<_>>()});
    Ok(json!({
        "challenge": passkey::encoded(&passkey::bytes(&token)),
        "token": token,
        "site": site.id,
        "portal": visit.portal_name(),
        "keys": keys.iter().map(key).collect::<Vec<_>>(),
    }))
}

/// For a sign-in with a key alone. Which keys there are is not told: the device knows its own.
async fn challenge(visit: Visit, browser: Browser) -> Answer {
    let fresh = || visit.app.chance.bytes::<32>().iter().map(|x| format!("{x:02x}")).collect();
    let holder = browser.key_holder().map_or_else(fresh, str::to_owned);
    let answer = told(&asked(&visit, (Purpose::SignIn, &holder), &[])?);
    with_cookie(answer, &cookies::key_holder(&visit.app.config, &holder))
}

fn asserted(fields: &Fields) -> Asserted {
    let text = |name| fields.text(name).to_owned();
    Asserted {
        token: text("token"),
        credential: text("credential"),
        client_data: text("client_data"),
        data: text("data"),
        signature: text("signature"),
        user: text("user"),
    }
}

async fn sign_in(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    match signed_in(&visit, &browser, &fields).await {
        Ok(opened) => entered(&visit, &opened, next::own(fields.text("next"))),
        Err(error) => refused_at_signin(&visit, fields.text("next"), error),
    }
}

async fn signed_in(visit: &Visit, browser: &Browser, fields: &Fields) -> Outcome<Opened> {
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(fields));
    let (given, browser) = (asserted(fields), browser.clone());
    // That a key was copied is noted, so its refusal must not roll the transaction back.
    let tried = visit.db().write(move |tx| {
        let holder = browser.key_holder().unwrap_or_default();
        let opened = signin::with_key(tx, &cx, &app.policy, (holder, &came), &given)?;
        if let Ok(opened) = &opened {
            browser.replaced(tx, opened)?;
        }
        Ok(opened)
    });
    Ok(tried.await??)
}

/// For the next proof of a half sign-in: the keys of its owner, who has shown a password or a session
/// already.
async fn challenge_again(visit: Visit, browser: Browser) -> Answer {
    let over = || Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED");
    let half = half(&visit, &browser).await?.ok_or_else(over)?;
    let keys = visit.db().read(move |tx| passkey::known(tx, &half.account.id)).await?;
    let holder = browser.half().unwrap_or_default();
    Ok(told(&asked(&visit, (Purpose::Proof, holder), &keys)?))
}

async fn prove(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let Some(half) = half(&visit, &browser).await? else { return over(fields.text("next")) };
    match proved(&visit, &browser, &fields).await {
        Ok(passed) => arrive(&visit, &passed, fields.text("next")),
        Err(error) => refused_here(&visit, (fields.text("next"), half), error),
    }
}

async fn proved(visit: &Visit, browser: &Browser, fields: &Fields) -> Outcome<Passed> {
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(fields));
    let (given, browser) = (asserted(fields), browser.clone());
    let tried = visit.db().write(move |tx| {
        let token = browser.half().unwrap_or_default();
        let passed = signin::pass_key(tx, &cx, &app.policy, (token, &came), &given)?;
        if let Ok(Passed::In(opened)) = &passed {
            browser.replaced(tx, opened)?;
        }
        Ok(passed)
    });
    Ok(tried.await??)
}

/// A new key: its name, and the button.
#[derive(Template)]
#[template(path = "account/key.html")]
struct NewPage {
    shell: Shell,
    form: FormState,
}

impl NewPage {
    fn new(visit: &Visit, form: FormState) -> Self {
        let shell = visit.shell("key-new-title").crumb("/account", "account-title");
        Self { shell: shell.crumb(HERE, "security-title").of(&form), form }
    }
}

async fn form(visit: Visit, browser: Browser) -> Answer {
    match stale(&visit, &browser, NEW).await? {
        Some(led) => Ok(led),
        None => visit.page(NewPage::new(&visit, visit.blank())),
    }
}

/// For a new key: whose it will be, and which keys they have already.
async fn challenge_new(visit: Visit, browser: Browser) -> Answer {
    let id = own(&visit)?;
    let found = visit.db().read(move |tx| {
        let account = rooms::accounts::read::account(tx, &id)?;
        Ok((account, passkey::known(tx, &id)?))
    });
    let (account, keys) = found.await?;
    let account = account.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?;
    let holder = browser.session().unwrap_or_default();
    let mut told_of = asked(&visit, (Purpose::Add, holder), &keys)?;
    told_of["kinds"] = json!(passkey::ALGORITHMS);
    told_of["user"] = json!({
        "id": passkey::encoded(account.id.as_bytes()),
        "name": account.phone.masked(),
        "title": account.display_name().reveal(),
    });
    Ok(told(&told_of))
}

/// Registers the key. The session goes on under a new token: it has just been proved by the best
/// there is. Answers with printed codes when there were none before.
async fn add(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    if let Some(led) = stale(&visit, &browser, NEW).await? {
        return Ok(led);
    }
    match added(&visit, &browser, &fields).await {
        Ok((Added { printed }, opened)) => {
            let answer = match printed.is_empty() {
                true => see_other(&format!("{HERE}?done=key-added"))?,
                false => visit.page(PrintedPage::new(&visit, printed, Some("key-added")))?,
            };
            goes_on(&visit, &opened, answer)
        }
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(NewPage::new(&visit, form))
        }
    }
}

async fn added(visit: &Visit, browser: &Browser, fields: &Fields) -> Outcome<(Added, Opened)> {
    let text = |name| fields.text(name).to_owned();
    let given = Attested {
        token: text("token"),
        client_data: text("client_data"),
        object: text("object"),
        transports: text("transports"),
    };
    let name = fields.opt("name").unwrap_or(visit.t("key-name-default")).to_owned();
    let (app, cx, id) = (visit.app.clone(), visit.cx(), own(visit)?);
    let (came, browser) = (browser.came(&Fields::default()), browser.clone());
    let act = move |tx: &mut Tx<'_>| {
        let holder = browser.session().unwrap_or_default();
        let with = (&given, name.as_str(), &came);
        let added = passkey::add(tx, &cx, &app.policy, (&id, holder), with)?;
        Ok((added, browser.raise(tx, &cx, (&id, &came))?))
    };
    visit.db().write(act).await
}

async fn rename(visit: Visit, Path(key): Path<Id>, Form(fields): Form) -> Answer {
    let (id, name) = (own(&visit)?, fields.text("name").to_owned());
    match visit.db().write(move |tx| passkey::rename(tx, &id, &key, &name)).await {
        Ok(()) => security::done("renamed"),
        Err(error) => security::refused(&visit, fields, error).await,
    }
}

async fn remove(visit: Visit, browser: Browser, Path(key): Path<Id>) -> Answer {
    if let Some(led) = stale(&visit, &browser, HERE).await? {
        return Ok(led);
    }
    let (app, cx, id) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let came: factors::Came = browser.came(&Fields::default());
    let act = move |tx: &mut Tx<'_>| passkey::remove(tx, &cx, &app.policy, (&id, &key), &came);
    match visit.db().write(act).await {
        Ok(()) => security::done("key-removed"),
        Err(error) => security::refused(&visit, Fields::default(), error).await,
    }
}
