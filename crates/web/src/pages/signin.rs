//! Signing in and out.

use askama::Template;
use axum::http::{HeaderName, HeaderValue};
use base::{Error, Fault, FieldFault, Id, Kind, Outcome, Refusal};
use rooms::accounts::signin;

use super::demo::{self, Acquaintance};
use crate::answer::with_cookie;
use crate::browser::{Browser, signed_in};
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, cookies, next, see_other};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/signin", Action::SignIn, Rate::Secret, form),
        post("/signin", Action::SignIn, Rate::Secret, sign_in),
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
    people: Vec<Acquaintance>,
}

impl SignInPage {
    fn new(visit: &Visit, form: FormState) -> Result<Self, Fault> {
        Ok(Self {
            shell: visit.shell("signin-title").of(&form),
            register: next::with("/register", form.value("next")),
            people: demo::acquaintances(visit)?,
            form,
        })
    }
}

async fn form(visit: Visit, Query(query): Query) -> Answer {
    if visit.signed_in.is_some() {
        return see_other(next::own(query.text("next")));
    }
    let values = Fields::default().with("next", next::own(query.text("next")));
    visit.page(SignInPage::new(&visit, FormState::filled(values))?)
}

async fn sign_in(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    match entered(&visit, browser, &fields).await {
        Ok(token) => signed_in(&visit, &token, next::own(fields.text("next"))),
        Err(error) => {
            let form = FormState::refused(fields, mendable(error))?;
            visit.again(SignInPage::new(&visit, form)?)
        }
    }
}

/// Checks the password; gives the token of the new session.
async fn entered(visit: &Visit, browser: Browser, fields: &Fields) -> Outcome<String> {
    let empty = ["identifier", "password"].into_iter().filter(|x| fields.opt(x).is_none());
    let faults: Vec<_> = empty.map(|x| FieldFault::new(x, "E-FORM-01")).collect();
    if !faults.is_empty() {
        return Err(Refusal::invalid(faults).into());
    }
    let (cx, identifier) = (visit.cx(), fields.text("identifier").to_owned());
    let challenge = visit.db().write(move |tx| signin::lookup(tx, &cx, &identifier)).await?;
    let (app, password) = (visit.app.clone(), fields.text("password").to_owned());
    let check = move || challenge.check(&app.policy.secrets, &password);
    let proven = visit.app.slow.run(check).await?;
    let cx = visit.cx();
    let open = move |tx: &mut base::Tx<'_>| {
        let account: Id = signin::succeed(tx, &proven)?;
        browser.open(tx, &cx, &account)
    };
    visit.db().write(open).await
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

/// Ends the session here; nobody who comes after can look at what the browser kept.
async fn sign_out(visit: Visit, browser: Browser) -> Answer {
    browser.forget(&visit);
    visit.db().write(move |tx| browser.close(tx)).await?;
    let mut response = with_cookie(see_other("/")?, &cookies::no_session(&visit.app.config))?;
    let name = HeaderName::from_static("clear-site-data");
    response.headers_mut().insert(name, HeaderValue::from_static("\"cache\""));
    Ok(response)
}
