//! The password, once more: before what changes who may do what, and in a session that was opened
//! without one.

use askama::Template;
use base::{Error, FieldFault, Kind, Outcome, Refusal};
use rooms::accounts::{read, signin};

use crate::browser::{Browser, signed_in};
use crate::pages::account::own;
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, next};

#[derive(Template)]
#[template(path = "staff/prove.html")]
struct ProvePage {
    shell: Shell,
    form: FormState,
}

impl ProvePage {
    fn new(visit: &Visit, form: FormState) -> Self {
        Self { shell: visit.shell("prove-title").of(&form), form }
    }
}

pub(super) async fn form(visit: Visit, Query(query): Query) -> Answer {
    let values = Fields::default().with("next", next::own(query.text("next")));
    visit.page(ProvePage::new(&visit, FormState::filled(values)))
}

pub(super) async fn prove(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    match proved(&visit, browser, fields.text("password")).await {
        Ok(token) => signed_in(&visit, &token, next::own(fields.text("next"))),
        Err(error) => {
            let form = FormState::refused(fields, mendable(error))?;
            visit.again(ProvePage::new(&visit, form))
        }
    }
}

/// Checks the password of whoever is signed in; the session goes on under a new token.
async fn proved(visit: &Visit, browser: Browser, password: &str) -> Outcome<String> {
    if password.is_empty() {
        return Err(Refusal::invalid(vec![FieldFault::new("password", "E-FORM-01")]).into());
    }
    let (cx, id) = (visit.cx(), own(visit)?);
    let lookup = move |tx: &mut base::Tx<'_>| {
        let account = read::account(tx, &id)?;
        let account = account.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?;
        signin::lookup(tx, &cx, account.phone.reveal())
    };
    let challenge = visit.db().write(lookup).await?;
    let (app, password) = (visit.app.clone(), password.to_owned());
    let check = move || challenge.check(&app.policy.secrets, &password);
    let proven = visit.app.slow.run(check).await?;
    browser.forget(visit);
    let cx = visit.cx();
    let open = move |tx: &mut base::Tx<'_>| {
        let account = signin::succeed(tx, &proven)?;
        browser.open(tx, &cx, &account)
    };
    visit.db().write(open).await
}

/// A wrong password leads back to this form, not to the sign-in page.
fn mendable(error: Error) -> Error {
    let wrong = || Refusal::invalid(vec![FieldFault::new("password", "E-ROLE-13")]);
    match error {
        Error::Refusal(x) if x.kind == Kind::Unauthenticated => wrong().into(),
        error => error,
    }
}
