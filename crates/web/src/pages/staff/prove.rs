//! The password, once more: before what changes who may do what, and in a session that was opened
//! without one.

use askama::Template;
use base::{Error, FieldFault, Kind, Refusal};

use crate::browser::{Browser, entered};
use crate::pages::factor;
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
    // The session goes on under a new token.
    match factor::proved(&visit, &browser, &fields).await {
        Ok((opened, shared)) => {
            browser.forget(&visit);
            entered(&visit, &opened, shared, next::own(fields.text("next")))
        }
        Err(error) => {
            let form = FormState::refused(fields, mendable(error))?;
            visit.again(ProvePage::new(&visit, form))
        }
    }
}

/// A wrong password leads back to this form, not to the sign-in page.
fn mendable(error: Error) -> Error {
    let wrong = || Refusal::invalid(vec![FieldFault::new("password", "E-ROLE-13")]);
    match error {
        Error::Refusal(x) if x.kind == Kind::Unauthenticated => wrong().into(),
        error => error,
    }
}
