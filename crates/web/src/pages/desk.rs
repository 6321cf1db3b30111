//! «У меня есть код из центра обслуживания»: the way back with a code on paper. The code and a contact
//! are proved, a day passes, and both are proved once more.

use askama::Template;
use base::{FieldFault, Outcome, Refusal, Tx};
use rooms::accounts::Contact;
use rooms::factors::desk::{self, Brought, Proved};

use super::account::moment;
use super::recover::tried;
use crate::answer::with_cookie;
use crate::browser::{Browser, entered};
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Shell, Visit, cookies, see_other};

/// Where the code is typed.
const HERE: &str = "/recover/desk";
/// Where the code to the contact is typed.
const CODE: &str = "/recover/desk/code";
/// Where whoever is back chooses a new password.
const PASSWORD: &str = "/account/password";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get(HERE, Action::SignIn, Rate::Secret, form).alike(),
        post(HERE, Action::SignIn, Rate::Secret, bring),
        get(CODE, Action::SignIn, Rate::Secret, code),
        post(CODE, Action::SignIn, Rate::Secret, prove),
    ]
}

/// The code on paper and a contact.
#[derive(Template)]
#[template(path = "signin/desk.html")]
struct DeskPage {
    shell: Shell,
    form: FormState,
}

impl DeskPage {
    fn new(visit: &Visit, form: FormState) -> Self {
        let shell = visit.shell("desk-title").crumb("/recover", "recover-title").of(&form);
        Self { shell, form }
    }
}

/// The code that went to the contact.
#[derive(Template)]
#[template(path = "signin/desk_code.html")]
struct CodePage {
    shell: Shell,
    form: FormState,
}

impl CodePage {
    fn new(visit: &Visit, form: FormState) -> Self {
        Self { shell: visit.shell("recover-code-title").of(&form), form }
    }
}

/// A day passes.
#[derive(Template)]
#[template(path = "signin/desk_waits.html")]
struct WaitsPage {
    shell: Shell,
    /// From when it can be finished.
    ready_at: String,
}

impl WaitsPage {
    fn new(visit: &Visit, ready_at: base::Instant) -> Self {
        Self { shell: visit.shell("waiting-title"), ready_at: moment(visit, ready_at) }
    }
}

async fn form(visit: Visit) -> Answer {
    visit.page(DeskPage::new(&visit, FormState::new()))
}

async fn bring(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    match brought(&visit, &browser, &fields).await {
        Ok(Brought::Sent(token)) => {
            with_cookie(see_other(CODE)?, &cookies::half(&visit.app.config, &token))
        }
        Ok(Brought::Waits(ready_at)) => visit.page(WaitsPage::new(&visit, ready_at)),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(DeskPage::new(&visit, form))
        }
    }
}

async fn brought(visit: &Visit, browser: &Browser, fields: &Fields) -> Outcome<Brought> {
    let contact = fields.opt("contact").map(|x| Contact::parse("contact", x)).transpose();
    let code = fields.opt("code").ok_or_else(|| FieldFault::new("code", "E-FORM-01"));
    let (code, contact) = match (code, contact) {
        (Ok(code), Ok(contact)) => (code.to_owned(), contact),
        (code, contact) => {
            let faults = [code.err(), contact.err()].into_iter().flatten().collect();
            return Err(Refusal::invalid(faults).into());
        }
    };
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(fields));
    // A try is counted, so what is wrong must not roll the transaction back.
    let act =
        move |tx: &mut Tx<'_>| desk::bring(tx, &cx, &app.policy, (&code, contact.as_ref(), &came));
    let at_its_field = |x: Refusal| match x.code {
        "E-FORM-01" => x.at("contact"),
        _ => x.at("code"),
    };
    Ok(visit.db().write(act).await?.map_err(at_its_field)?)
}

async fn code(visit: Visit, browser: Browser) -> Answer {
    match browser.half() {
        Some(_) => visit.page(CodePage::new(&visit, FormState::new())),
        None => see_other(HERE),
    }
}

async fn prove(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let is_in = |x: &Proved| matches!(x, Proved::In(_));
    match tried(&visit, &browser, &fields, desk::prove, is_in).await {
        Ok(Proved::In(opened)) => entered(&visit, &opened, PASSWORD),
        Ok(Proved::Waits(ready_at)) => {
            let answer = visit.page(WaitsPage::new(&visit, ready_at))?;
            with_cookie(answer, &cookies::no_half(&visit.app.config))
        }
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(CodePage::new(&visit, form))
        }
    }
}
