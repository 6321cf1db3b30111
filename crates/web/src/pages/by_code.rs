//! «Войти по коду»: a code to a contact in place of the password, then, where more is asked, another
//! proof (`factor.rs`). The answers are the same whether or not there is such an account.

use askama::Template;
use base::{FieldFault, Kind, Outcome, Refusal, Tx};
use rooms::factors::signin::Passed;
use rooms::factors::{self, Contact, Method, by_code};

use super::factor::arrive;
use crate::answer::with_cookie;
use crate::browser::Browser;
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, cookies, next, see_other};

const HERE: &str = "/signin/code";
const ENTER: &str = "/signin/code/enter";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get(HERE, Action::SignIn, Rate::Secret, form).alike(),
        post(HERE, Action::SignIn, Rate::Secret, begin),
        get(ENTER, Action::SignIn, Rate::Secret, code),
        post(ENTER, Action::SignIn, Rate::Secret, enter),
    ]
}

/// Phone or e-mail.
#[derive(Template)]
#[template(path = "signin/by_code.html")]
struct ContactPage {
    shell: Shell,
    form: FormState,
    /// Back to the password.
    back: String,
}

impl ContactPage {
    fn new(visit: &Visit, form: FormState) -> Self {
        let back = next::with("/signin", form.value("next"));
        Self { shell: visit.shell("bycode-title").of(&form), form, back }
    }
}

async fn form(visit: Visit, Query(query): Query) -> Answer {
    if !visit.app.policy.code_sign_in {
        return Err(Refusal::new(Kind::NotFound, "E-REQ-01").into());
    }
    let next = next::own(query.text("next"));
    if visit.signed_in.is_some() {
        return see_other(next);
    }
    let values = Fields::default().with("next", next);
    let page = visit.page(ContactPage::new(&visit, FormState::filled(values)));
    Browser::probed(&visit, page)
}

async fn begin(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    match begun(&visit, &browser, &fields).await {
        Ok((token, way)) => {
            let path = next::with(ENTER, fields.text("next"));
            let answer = see_other(&format!("{path}&by={}", way.as_str()))?;
            with_cookie(answer, &cookies::half(&visit.app.config, &token))
        }
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            Browser::probed(&visit, visit.again(ContactPage::new(&visit, form)))
        }
    }
}

async fn begun(visit: &Visit, browser: &Browser, fields: &Fields) -> Outcome<(String, Method)> {
    browser.needs_cookies(fields)?;
    let refused = |fault: FieldFault| Refusal::invalid(vec![fault]);
    let contact = Contact::parse("identifier", fields.text("identifier")).map_err(refused)?;
    let (way, came) = (contact.way(), browser.came(fields));
    let (app, cx) = (visit.app.clone(), visit.cx());
    let act = move |tx: &mut Tx<'_>| by_code::begin(tx, &cx, &app.policy, (&contact, &came));
    Ok((visit.db().write(act).await?, way))
}

/// The code that was sent, if there is such an account.
#[derive(Template)]
#[template(path = "signin/by_code_enter.html")]
struct CodePage {
    shell: Shell,
    form: FormState,
    /// To another code, or another contact.
    again: String,
}

impl CodePage {
    fn new(visit: &Visit, form: FormState) -> Self {
        let again = next::with(HERE, form.value("next"));
        Self { shell: visit.shell("recover-code-title").of(&form), form, again }
    }
}

async fn code(visit: Visit, browser: Browser, Query(query): Query) -> Answer {
    let next = next::own(query.text("next"));
    if browser.half().is_none() {
        return see_other(&next::with(HERE, next));
    }
    let by = Method::parse(query.text("by")).filter(|x| *x == Method::Email);
    let by = by.unwrap_or(Method::Sms).as_str();
    let values = Fields::default().with("next", next).with("by", by);
    visit.page(CodePage::new(&visit, FormState::filled(values)))
}

async fn enter(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    match entered(&visit, &browser, &fields).await {
        Ok(passed) => arrive(&visit, &passed, fields.text("next")),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(CodePage::new(&visit, form))
        }
    }
}

async fn entered(visit: &Visit, browser: &Browser, fields: &Fields) -> Outcome<Passed> {
    let Some(code) = fields.opt("code").map(str::to_owned) else {
        return Err(Refusal::invalid(vec![FieldFault::new("code", "E-FORM-01")]).into());
    };
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(fields));
    let browser = browser.clone();
    // A wrong try is counted, so its refusal must not roll the transaction back.
    let tried = visit.db().write(move |tx| {
        let token = browser.half().unwrap_or_default();
        let passed = factors::reached(tx, &cx, &app.policy, (token, &came), &code)?;
        if let Ok(Passed::In(opened)) = &passed {
            browser.replaced(tx, opened)?;
        }
        Ok(passed)
    });
    Ok(tried.await?.map_err(|x| x.at("code"))?)
}
