//! Signing a short text with an electronic signature: to raise one's level, and to sign in. The portal
//! gives a file, the person signs it with their own program and brings the signature.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;
use base::{Error, Id, Kind, Outcome, Refusal, Tx};
use rooms::accounts::Account;
use rooms::factors::signin::Entered;
use rooms::identity::{self, State, WayKind};
use rooms::signatures::{self, Purpose, Signer, Text, Wish};

use super::account::{long_moment, moment, own};
use super::factor::stale;
use super::identity::level_again;
use super::security;
use crate::answer::with_cookie;
use crate::browser::{Browser, entered};
use crate::judge::Judge;
use crate::route::{Action, Rate, Route, get, post};
use crate::upload::{AROUND, Upload};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, cookies, next, see_other};

/// The biggest signature, in bytes.
const MOST: usize = 64 * 1024;
const LEVEL: &str = "/account/level/signature";
const SIGN_IN: &str = "/signin/signature";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    use Action::{KeepSafe, RaiseLevel, SignIn};
    use Rate::Secret;
    vec![
        post(LEVEL, RaiseLevel, Secret, begin_level),
        get("/account/level/signature/{id}", RaiseLevel, Secret, show_level),
        get("/account/level/signature/{id}/text", RaiseLevel, Secret, text_level),
        post("/account/level/signature/{id}", RaiseLevel, Secret, prove).admits(MOST + AROUND),
        get(SIGN_IN, SignIn, Secret, lead),
        post(SIGN_IN, SignIn, Secret, begin_sign_in),
        get("/signin/signature/{id}", SignIn, Secret, show_sign_in),
        get("/signin/signature/{id}/text", SignIn, Secret, text_sign_in),
        post("/signin/signature/{id}", SignIn, Secret, enter).admits(MOST + AROUND),
        post("/account/security/certificate/{id}/remove", KeepSafe, Secret, remove),
    ]
}

/// The text, and where its signature is brought.
#[derive(Template)]
#[template(path = "signin/signature.html")]
struct SignPage {
    shell: Shell,
    form: FormState,
    /// Where this is: of the text that waits, or of the way to one.
    here: String,
    /// The text that waits for its signature, and until when.
    text: Option<(String, String)>,
    purpose: &'static str,
}

impl SignPage {
    fn new(visit: &Visit, purpose: Purpose, here: String, form: FormState) -> Self {
        let shell = visit.shell(&format!("signature-title-{}", purpose.as_str())).of(&form);
        let shell = match purpose {
            Purpose::Level => {
                shell.crumb("/account", "account-title").crumb("/account/level", "level-title")
            }
            Purpose::SignIn => shell.crumb("/signin", "signin-title"),
        };
        Self { shell, form, here, text: None, purpose: purpose.as_str() }
    }

    fn with(mut self, text: Text) -> Self {
        let until = moment(&self.shell.visit, text.until);
        self.text = Some((text.words, until));
        self
    }
}

/// Where a text of this purpose is.
fn place(purpose: Purpose, id: &str) -> String {
    match purpose {
        Purpose::Level => format!("{LEVEL}/{id}"),
        Purpose::SignIn => format!("{SIGN_IN}/{id}"),
    }
}

fn judge(visit: &Visit) -> Result<&Judge, Refusal> {
    visit.app.judge.as_ref().ok_or_else(|| Refusal::new(Kind::NotFound, "E-REQ-01"))
}

/// Whose text it is: of the session, or of the browser of somebody who is not known yet.
fn wish(visit: &Visit, browser: &Browser, purpose: Purpose) -> Result<Wish, Refusal> {
    let over = || Refusal::new(Kind::Gone, "E-SIG-01");
    let (holder, account) = match purpose {
        Purpose::Level => (browser.session(), Some(own(visit)?)),
        Purpose::SignIn => (browser.key_holder(), None),
    };
    let holder = holder.ok_or_else(over)?.to_owned();
    Ok(Wish { purpose, holder, account, from: browser.address() })
}

/// What is signed: who, where, what for, when, and a number that no other text has. Its lines end as in
/// mail, so that programs that sign texts and programs that sign files sign the same.
fn words(visit: &Visit, purpose: Purpose, who: Option<&Account>) -> String {
    let cx = visit.cx();
    let nonce = signatures::nonce(&cx);
    let at = long_moment(visit, cx.now);
    let mut lines = vec![
        visit.portal_name().to_owned(),
        visit.app.config.public_url.clone(),
        visit.t(&format!("signature-text-{}", purpose.as_str())).to_owned(),
    ];
    if let Some(who) = who {
        let name = who.display_name().into_revealed();
        lines.push(visit.tw("signature-text-who", &[("who", name.into())]));
    }
    lines.push(visit.tw("signature-text-when", &[("at", at.into())]));
    lines.push(visit.tw("signature-text-nonce", &[("nonce", nonce.into())]));
    lines.iter().map(|x| format!("{x}\r\n")).collect()
}

async fn begin_level(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    judge(&visit)?;
    let (wish, me) = (wish(&visit, &browser, Purpose::Level)?, own(&visit)?);
    let (app, cx, consent) = (visit.app.clone(), visit.cx(), fields.flag("consent-signature"));
    let act = move |tx: &mut Tx<'_>| {
        identity::agree_to_sign(tx, &cx, &app.policy, (&me, consent)).map(|x| x.account)
    };
    let who = match visit.db().write(act).await {
        Ok(who) => who,
        Err(error) => return level_again(&visit, fields, (WayKind::Signature, error)).await,
    };
    let (cx, text) = (visit.cx(), words(&visit, Purpose::Level, Some(&who)));
    let id = visit.db().write(move |tx| signatures::give(tx, &cx, &wish, &text)).await?;
    see_other(&place(Purpose::Level, &id))
}

/// What signing in so is, and the button that makes a text.
async fn lead(visit: Visit, Query(query): Query) -> Answer {
    judge(&visit)?;
    let values = Fields::default().with("next", next::own(query.text("next")));
    let form = FormState::filled(values);
    visit.page(SignPage::new(&visit, Purpose::SignIn, SIGN_IN.to_owned(), form))
}

async fn begin_sign_in(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    judge(&visit)?;
    let fresh = || visit.app.chance.bytes::<32>().iter().map(|x| format!("{x:02x}")).collect();
    let holder: String = browser.key_holder().map_or_else(fresh, str::to_owned);
    let (purpose, from) = (Purpose::SignIn, browser.address());
    let wish = Wish { purpose, holder: holder.clone(), account: None, from };
    let (cx, text) = (visit.cx(), words(&visit, purpose, None));
    let id = visit.db().write(move |tx| signatures::give(tx, &cx, &wish, &text)).await?;
    let answer = see_other(&next::with(&place(purpose, &id), fields.text("next")))?;
    with_cookie(answer, &cookies::key_holder(&visit.app.config, &holder))
}

async fn load(visit: &Visit, browser: &Browser, purpose: Purpose, id: &str) -> Outcome<Text> {
    judge(visit)?;
    let (now, wish, id) = (visit.app.clock.now(), wish(visit, browser, purpose)?, id.to_owned());
    visit.db().read(move |tx| signatures::text(tx, now, &wish, &id)).await
}

async fn show_level(visit: Visit, browser: Browser, Path(id): Path<String>) -> Answer {
    show(&visit, &browser, (Purpose::Level, &id), FormState::new()).await
}

async fn show_sign_in(
    visit: Visit,
    browser: Browser,
    Path(id): Path<String>,
    Query(query): Query,
) -> Answer {
    let values = Fields::default().with("next", next::own(query.text("next")));
    show(&visit, &browser, (Purpose::SignIn, &id), FormState::filled(values)).await
}

async fn show(
    visit: &Visit,
    browser: &Browser,
    (purpose, id): (Purpose, &str),
    form: FormState,
) -> Answer {
    let text = load(visit, browser, purpose, id).await?;
    let page = SignPage::new(visit, purpose, place(purpose, id), form).with(text);
    if page.form.is_refused() { visit.again(page) } else { visit.page(page) }
}

async fn text_level(visit: Visit, browser: Browser, Path(id): Path<String>) -> Answer {
    file(load(&visit, &browser, Purpose::Level, &id).await?)
}

async fn text_sign_in(visit: Visit, browser: Browser, Path(id): Path<String>) -> Answer {
    file(load(&visit, &browser, Purpose::SignIn, &id).await?)
}

fn file(text: Text) -> Answer {
    let mut response = text.words.into_response();
    let heads = response.headers_mut();
    let name = HeaderValue::from_static("attachment; filename=\"okno-signature.txt\"");
    heads.insert(header::CONTENT_DISPOSITION, name);
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    heads.insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

/// Who has signed the text with the signature that came.
async fn signer(
    visit: &Visit,
    browser: &Browser,
    (purpose, id): (Purpose, &str),
    upload: &Upload<MOST>,
) -> Outcome<Signer> {
    let judge = judge(visit)?;
    let file = upload.file.clone().map_err(|fault| Refusal::invalid(vec![fault]))?;
    let (cx, wish, id) = (visit.cx(), wish(visit, browser, purpose)?, id.to_owned());
    let tried = move |tx: &mut Tx<'_>| signatures::tried(tx, &cx, &wish, (&id, file.clone()));
    judge.ask(visit.db().write(tried).await?).await
}

async fn prove(
    visit: Visit,
    browser: Browser,
    Path(id): Path<String>,
    upload: Upload<MOST>,
) -> Answer {
    match proved(&visit, &browser, &id, &upload).await {
        Ok(_) => see_other("/account/level#way-signature"),
        Err(error) => again(&visit, &browser, (Purpose::Level, &id), (upload.fields, error)).await,
    }
}

async fn proved(
    visit: &Visit,
    browser: &Browser,
    id: &str,
    upload: &Upload<MOST>,
) -> Outcome<State> {
    let signer = signer(visit, browser, (Purpose::Level, id), upload).await?;
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(&Fields::default()));
    let (wish, id) = (wish(visit, browser, Purpose::Level)?, id.to_owned());
    let act = move |tx: &mut Tx<'_>| {
        signatures::prove(tx, &cx, &app.policy, (&wish, &id), (&signer, &came))
    };
    visit.db().write(act).await
}

async fn enter(
    visit: Visit,
    browser: Browser,
    Path(id): Path<String>,
    upload: Upload<MOST>,
) -> Answer {
    let next = next::own(upload.fields.text("next")).to_owned();
    match signed_in(&visit, &browser, &id, &upload).await {
        Ok(Entered::In(opened)) => entered(&visit, &opened, &next),
        Ok(Entered::Half(token)) => {
            let answer = see_other(&next::with("/signin/factor", &next))?;
            with_cookie(answer, &cookies::half(&visit.app.config, &token))
        }
        Err(error) => again(&visit, &browser, (Purpose::SignIn, &id), (upload.fields, error)).await,
    }
}

async fn signed_in(
    visit: &Visit,
    browser: &Browser,
    id: &str,
    upload: &Upload<MOST>,
) -> Outcome<Entered> {
    let signer = signer(visit, browser, (Purpose::SignIn, id), upload).await?;
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(&upload.fields));
    let (wish, id) = (wish(visit, browser, Purpose::SignIn)?, id.to_owned());
    let browser = browser.clone();
    let act = move |tx: &mut Tx<'_>| {
        let entered = signatures::enter(tx, &cx, &app.policy, (&wish, &id), (&signer, &came))?;
        if let Entered::In(opened) = &entered {
            browser.replaced(tx, opened)?;
        }
        Ok(entered)
    };
    visit.db().write(act).await
}

/// The page again: what is wrong stands at the field of the file. A text that is over leads to a page
/// that says so.
async fn again(
    visit: &Visit,
    browser: &Browser,
    which: (Purpose, &str),
    (fields, error): (Fields, Error),
) -> Answer {
    if matches!(&error, Error::Refusal(x) if x.code == "E-SIG-01") {
        return Err(error.into());
    }
    let mut form = FormState::refused(fields, error)?;
    if let Some(refusal) = form.refusal.take_if(|x| x.kind == Kind::Invalid) {
        form.faults.push(base::FieldFault::new("file", refusal.code));
    }
    show(visit, browser, which, form).await
}

/// Takes a certificate away.
async fn remove(visit: Visit, browser: Browser, Path(id): Path<Id>) -> Answer {
    if let Some(led) = stale(&visit, &browser, security::HERE).await? {
        return Ok(led);
    }
    let (app, cx, me) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let came = browser.came(&Fields::default());
    let act = move |tx: &mut Tx<'_>| signatures::remove(tx, &cx, &app.policy, (&me, &id), &came);
    match visit.db().write(act).await {
        Ok(()) => security::done("certificate-removed"),
        Err(error) => security::refused(&visit, Fields::default(), error).await,
    }
}
