//! Signing in and out: phone or e-mail and the password, then, where it is asked, the second factor
//! (`factor.rs`).

use askama::Template;
use axum::http::{HeaderName, HeaderValue, header};
use base::{Error, Fault, FieldFault, Kind, Outcome, Refusal};
use rooms::accounts::signin::Identifier;
use rooms::factors::signin::{self, Asked, Entered, Wish};
use rooms::factors::{self, Work};

use super::demo::{self, Acquaintance};
use super::sso;
use crate::answer::with_cookie;
use crate::browser::{Browser, entered, left};
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, cookies, kept, next, see_other};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/signin", Action::SignIn, Rate::Secret, form).alike(),
        post("/signin", Action::SignIn, Rate::Secret, sign_in).slow(),
        post("/signout", Action::SignOut, Rate::Vital, sign_out),
    ]
}

/// Phone or e-mail, and the password. In the demo also its people, a button each.
#[derive(Template)]
#[template(path = "signin/form.html")]
struct SignInPage {
    shell: Shell,
    form: FormState,
    register: String,
    /// Where a code stands for the password.
    code: String,
    people: Vec<Acquaintance>,
    /// Their session has ended.
    ended: bool,
    /// What they typed then waits for them.
    kept: bool,
    /// Name of the connected site that waits for this sign-in.
    site: Option<String>,
    /// No more tries for now: when the last one was, for whoever calls the support.
    locked: Option<String>,
    /// Token of a proof of work that the next try needs.
    work: Option<String>,
    bits: u32,
}

impl SignInPage {
    fn new(visit: &Visit, form: FormState) -> Result<Self, Fault> {
        Ok(Self {
            shell: visit.shell("signin-title").of(&form),
            register: next::with("/register", form.value("next")),
            code: next::with("/signin/code", form.value("next")),
            people: demo::acquaintances(visit)?,
            ended: false,
            kept: kept::is_kept(form.value("next")),
            form,
            site: None,
            locked: None,
            work: None,
            bits: factors::BITS,
        })
    }

    fn by_snils(&self) -> bool {
        self.shell.visit.app.policy.snils_sign_in
    }

    fn by_code(&self) -> bool {
        self.shell.visit.app.policy.code_sign_in
    }
}

async fn form(visit: Visit, Query(query): Query) -> Answer {
    if visit.signed_in.is_some() {
        return see_other(next::own(query.text("next")));
    }
    let next = next::own(query.text("next"));
    let values = Fields::default().with("next", next);
    let (values, site) = match sso::expected(&visit, next).await? {
        Some(asks) => {
            let hint = asks.hint.map(|x| x.into_revealed()).unwrap_or_default();
            (values.with("identifier", hint), Some(asks.client.name.in_lang(visit.lang).to_owned()))
        }
        None => (values, None),
    };
    let mut page = SignInPage::new(&visit, FormState::filled(values))?;
    (page.site, page.ended) = (site, query.flag("ended"));
    let hinted = page.site.is_some();
    let mut answer = visit.page(page)?;
    if hinted {
        // The site has told who it expects.
        let keep = HeaderValue::from_static("no-store");
        answer.headers_mut().insert(header::CACHE_CONTROL, keep);
    }
    Browser::probed(&visit, Ok(answer))
}

async fn sign_in(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let next = next::own(fields.text("next"));
    match tried(&visit, &browser, &fields).await {
        Ok(Entered::In(opened)) => entered(&visit, &opened, next),
        Ok(Entered::Half(token)) => {
            let answer = see_other(&next::with("/signin/factor", next))?;
            with_cookie(answer, &cookies::half(&visit.app.config, &token))
        }
        Err(error) => again(&visit, &browser, fields, error).await,
    }
}

/// Tries the password.
async fn tried(visit: &Visit, browser: &Browser, fields: &Fields) -> Outcome<Entered> {
    browser.needs_cookies(fields)?;
    let empty = ["identifier", "password"].into_iter().filter(|x| fields.opt(x).is_none());
    let faults: Vec<_> = empty.map(|x| FieldFault::new(x, "E-FORM-01")).collect();
    if !faults.is_empty() {
        return Err(Refusal::invalid(faults).into());
    }
    let wish = wish(visit, browser, fields);
    // A try counts against whoever makes it: not when there is no room to look at it.
    let turn = visit.app.slow.turn()?;
    let (app, cx, asking) = (visit.app.clone(), visit.cx(), wish.clone());
    let asked = visit.db().write(move |tx| signin::ask(tx, &cx, &app.policy, &asking)).await?;
    let Asked { challenge, seen } = asked;
    let (app, password) = (visit.app.clone(), fields.text("password").to_owned());
    let check = move || challenge.check(&app.policy.secrets, &password);
    let proven = visit.app.slow.run_in(turn, check).await?;
    let (app, cx, browser) = (visit.app.clone(), visit.cx(), browser.clone());
    let enter = move |tx: &mut base::Tx<'_>| {
        let entered = signin::enter(tx, &cx, &app.policy, (&proven, &seen), &wish)?;
        if let Entered::In(opened) = &entered {
            browser.replaced(tx, opened)?;
        }
        Ok(entered)
    };
    visit.db().write(enter).await
}

/// Who they say they are; a SNILS says nothing where that is not wanted.
fn identifier(visit: &Visit, fields: &Fields) -> Identifier {
    let read = Identifier::parse(fields.text("identifier"));
    let said = read.snils().is_none() || visit.app.policy.snils_sign_in;
    if said { read } else { read.unknown() }
}

fn wish(visit: &Visit, browser: &Browser, fields: &Fields) -> Wish {
    let work = |name| fields.text(name).to_owned();
    Wish {
        identifier: identifier(visit, fields),
        work: Work { token: work("work"), answer: work("work_answer") },
        came: browser.came(fields),
    }
}

/// The form again; with a token to work on when the next try needs it.
async fn again(visit: &Visit, browser: &Browser, fields: Fields, error: Error) -> Answer {
    let wish = wish(visit, browser, &fields);
    let locked = matches!(error.code(), Some("E-AUTH-03" | "E-AUTH-04"));
    let form = FormState::refused(fields, mendable(error))?;
    let mut page = SignInPage::new(visit, form)?;
    let (app, cx) = (visit.app.clone(), visit.cx());
    let token = move |tx: &mut base::Tx<'_>| {
        let need = signin::needs_work(tx, &cx, &wish)?;
        Ok(need.then(|| factors::work(&cx, &app.policy.secrets, wish.identifier.reveal())))
    };
    page.work = visit.db().read(token).await?;
    page.locked = locked.then(|| clock(visit));
    Browser::probed(visit, visit.again(page))
}

/// Today's date and the time, in the portal's own zone.
fn clock(visit: &Visit) -> String {
    super::account::moment(visit, visit.app.clock.now())
}

/// The page again after a passkey was refused.
pub(super) fn refused_at_signin(visit: &Visit, next: &str, error: Error) -> Answer {
    let values = Fields::default().with("next", next::own(next));
    visit.again(SignInPage::new(visit, FormState::refused(values, error)?)?)
}

/// A wrong password leads back to this form, and not, as elsewhere, to the sign-in page.
fn mendable(error: Error) -> Error {
    match error {
        Error::Refusal(refusal) if refusal.kind == Kind::Unauthenticated => {
            Error::Refusal(Box::new(Refusal { kind: Kind::Invalid, ..*refusal }))
        }
        error => error,
    }
}

/// Ends the session here; nobody who comes after can look at what the browser kept. On somebody
/// else's computer nothing of the portal stays at all.
async fn sign_out(visit: Visit, browser: Browser) -> Answer {
    let now = visit.app.clock.now();
    let close = move |tx: &mut base::Tx<'_>| {
        let proof = browser.session().map(|x| rooms::sessions::proof(tx, now, x)).transpose()?;
        browser.leave(tx)?;
        Ok(proof.flatten().is_some_and(|x| x.shared))
    };
    let shared = visit.db().write(close).await?;
    let mut response = left(&visit, see_other("/"))?;
    let what = if shared { "\"cache\", \"cookies\", \"storage\"" } else { "\"cache\"" };
    let name = HeaderName::from_static("clear-site-data");
    response.headers_mut().insert(name, HeaderValue::from_static(what));
    Ok(response)
}
