//! «Забыли пароль?»: a code to a contact, further proofs where the level asks for them, a new
//! password. The answers are the same whether or not there is such an account.

use askama::Template;
use axum::extract::Path;
use base::{Cx, FieldFault, Outcome, Refusal, Tx};
use rooms::accounts::Policy;
use rooms::accounts::signin::Identifier;
use rooms::factors::signin::Passed;
use rooms::factors::{self, Came, Half, Method};

use super::account::moment;
use super::factor::{arrive, by_link, half, over};
use crate::answer::with_cookie;
use crate::browser::Browser;
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, cookies, see_other};

/// Where whoever has proved enough chooses a new password.
const PASSWORD: &str = "/account/password";

/// Where whoever has lost everything waits.
const WAIT: &str = "/recover/wait";

/// The code went to the phone of the account that a SNILS has named.
const BY_SNILS: &str = "snils";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/recover", Action::SignIn, Rate::Secret, form).alike(),
        post("/recover", Action::SignIn, Rate::Secret, begin),
        get("/recover/code", Action::SignIn, Rate::Secret, code),
        post("/recover/code", Action::SignIn, Rate::Secret, reach),
        post("/recover/again", Action::SignIn, Rate::Secret, again),
        get("/recover/link/{link}", Action::SignIn, Rate::Secret, link),
        post("/recover/link/{link}", Action::SignIn, Rate::Secret, follow),
        get(WAIT, Action::SignIn, Rate::Secret, waits),
        post(WAIT, Action::SignIn, Rate::Secret, wait),
    ]
}

/// Phone, e-mail or SNILS.
#[derive(Template)]
#[template(path = "signin/recover.html")]
struct RecoverPage {
    shell: Shell,
    form: FormState,
}

impl RecoverPage {
    fn new(visit: &Visit, form: FormState) -> Self {
        Self { shell: visit.shell("recover-title").of(&form), form }
    }
}

async fn form(visit: Visit) -> Answer {
    visit.page(RecoverPage::new(&visit, FormState::new()))
}

async fn begin(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    match begun(&visit, &browser, &fields).await {
        Ok((token, by)) => {
            let answer = see_other(&format!("/recover/code?by={by}"))?;
            with_cookie(answer, &cookies::half(&visit.app.config, &token))
        }
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(RecoverPage::new(&visit, form))
        }
    }
}

async fn begun(
    visit: &Visit,
    browser: &Browser,
    fields: &Fields,
) -> Outcome<(String, &'static str)> {
    let refused = |fault: FieldFault| Refusal::invalid(vec![fault]);
    let named = Identifier::named("identifier", fields.text("identifier")).map_err(refused)?;
    let (by_snils, came) = (named.snils().is_some(), browser.came(fields));
    let (app, cx) = (visit.app.clone(), visit.cx());
    let act = move |tx: &mut Tx<'_>| factors::recover(tx, &cx, &app.policy, (&named, &came));
    let (token, way) = visit.db().write(act).await?;
    Ok((token, if by_snils { BY_SNILS } else { way.as_str() }))
}

/// The code that was sent, if there is such an account.
#[derive(Template)]
#[template(path = "signin/recover_code.html")]
struct CodePage {
    shell: Shell,
    form: FormState,
}

impl CodePage {
    fn new(visit: &Visit, form: FormState) -> Self {
        Self { shell: visit.shell("recover-code-title").of(&form), form }
    }

    /// Key of the words about the code that is on its way.
    fn sent(&self) -> &'static str {
        match self.form.value("by") {
            "email" => "recover-sent-email",
            BY_SNILS => "recover-sent-snils",
            "again-sms" => "recover-again-sms-sent",
            "again-voice" => "recover-again-voice-sent",
            "again-email" => "recover-again-email-sent",
            _ => "recover-sent-sms",
        }
    }

    /// What the buttons say that send another code: «once more» where one came by the same way.
    fn words(&self) -> (&'static str, &'static str) {
        match self.form.value("by") {
            "email" | "again-email" => ("recover-first-sms", "recover-second-email"),
            _ => ("recover-again-sms", "recover-again-email"),
        }
    }

    /// Whether a code can be said by a call.
    fn can_call(&self) -> bool {
        let app = &self.shell.visit.app;
        app.policy.voice || app.demo
    }
}

async fn code(visit: Visit, browser: Browser, Query(query): Query) -> Answer {
    if browser.half().is_none() {
        return see_other("/recover");
    }
    let values = Fields::default().with("by", by(&query));
    visit.page(CodePage::new(&visit, FormState::filled(values)))
}

/// By which way the code came: only for the words.
fn by(fields: &Fields) -> &'static str {
    let known = [BY_SNILS, Method::Email.as_str(), "again-sms", "again-voice", "again-email"];
    let known = known.into_iter().find(|x| *x == fields.text("by"));
    known.unwrap_or(Method::Sms.as_str())
}

/// Sends the code once more, or by another way.
async fn again(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let Some(token) = browser.half().map(str::to_owned) else { return see_other("/recover") };
    let (by, aloud, words) = match fields.text("by") {
        "email" => (Method::Email, false, "again-email"),
        "voice" => (Method::Sms, true, "again-voice"),
        _ => (Method::Sms, false, "again-sms"),
    };
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(&Fields::default()));
    let act = move |tx: &mut Tx<'_>| {
        factors::send_again(tx, &cx, &app.policy, (&token, &came), (by, aloud))
    };
    match visit.db().write(act).await {
        Ok(()) => see_other(&format!("/recover/code?by={words}")),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(CodePage::new(&visit, form))
        }
    }
}

async fn reach(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let is_in = |x: &Passed| matches!(x, Passed::In(_));
    match tried(&visit, &browser, &fields, factors::reached, is_in).await {
        Ok(passed) => arrive(&visit, &passed, PASSWORD),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(CodePage::new(&visit, form))
        }
    }
}

/// Tries the code that was typed for the step that this browser has begun, by `act`. The step is closed
/// when that leads into the account, as `is_in` says.
pub(super) async fn tried<T: Send + 'static>(
    visit: &Visit,
    browser: &Browser,
    fields: &Fields,
    act: impl Fn(&mut Tx<'_>, &Cx, &Policy, (&str, &Came), &str) -> Outcome<Result<T, Refusal>>
    + Send
    + 'static,
    is_in: fn(&T) -> bool,
) -> Outcome<T> {
    let Some(code) = fields.opt("code").map(str::to_owned) else {
        return Err(Refusal::invalid(vec![FieldFault::new("code", "E-FORM-01")]).into());
    };
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(&Fields::default()));
    let browser = browser.clone();
    // A wrong try is counted, so its refusal must not roll the transaction back.
    let tried = visit.db().write(move |tx| {
        let token = browser.half().unwrap_or_default();
        let led = act(tx, &cx, &app.policy, (token, &came), &code)?;
        if led.as_ref().is_ok_and(is_in) {
            browser.close(tx)?;
        }
        Ok(led)
    });
    Ok(tried.await?.map_err(|x| x.at("code"))?)
}

/// The link of the e-mail leads here.
#[derive(Template)]
#[template(path = "signin/recover_link.html")]
struct LinkPage {
    shell: Shell,
    form: FormState,
    link: String,
}

async fn link(visit: Visit, Path(link): Path<String>) -> Answer {
    let (shell, form) = (visit.shell("recover-link-title"), FormState::new());
    visit.page(LinkPage { shell, form, link })
}

async fn follow(
    visit: Visit,
    browser: Browser,
    Path(link): Path<String>,
    Form(fields): Form,
) -> Answer {
    let here = browser.clone();
    let act = move |tx: &mut Tx<'_>, cx: &Cx, policy: &Policy, by: (&str, &Came)| {
        let (passed, token) = factors::follow(tx, cx, policy, by)?;
        if matches!(passed, Passed::In(_)) {
            here.close(tx)?;
        }
        Ok((passed, token))
    };
    let (passed, token) = by_link(&visit, (&browser, &fields), link, act).await?;
    let answer = arrive(&visit, &passed, PASSWORD)?;
    match passed {
        Passed::In(_) => Ok(answer),
        Passed::More => with_cookie(answer, &cookies::half(&visit.app.config, &token)),
    }
}

/// Whoever has lost everything waits.
#[derive(Template)]
#[template(path = "signin/waiting.html")]
struct WaitingPage {
    shell: Shell,
    /// From when a contact is enough.
    ready_at: String,
}

async fn wait(visit: Visit, browser: Browser) -> Answer {
    let Some(token) = browser.half().map(str::to_owned) else { return over(PASSWORD) };
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(&Fields::default()));
    let act = move |tx: &mut Tx<'_>| factors::wait(tx, &cx, &app.policy, (&token, &came));
    visit.db().write(act).await?;
    see_other(WAIT)
}

/// From when a contact is enough, for whoever has begun to wait in this browser.
async fn waits(visit: Visit, browser: Browser) -> Answer {
    let Some(half) = half(&visit, &browser).await?.filter(Half::recovers) else {
        return over(PASSWORD);
    };
    let now = visit.app.clock.now();
    let ask = move |tx: &mut Tx<'_>| factors::waits(tx, now, &half.account.id);
    let Some(ready_at) = visit.db().read(ask).await? else { return over(PASSWORD) };
    let ready_at = moment(&visit, ready_at);
    visit.page(WaitingPage { shell: visit.shell("waiting-title"), ready_at })
}
