//! Registration: the form, the code from the SMS, the link from the e-mail, what comes next.

use askama::Template;
use axum::extract::Path;
use axum::http::HeaderMap;
use base::{FieldFault, Kind, Outcome, Refusal, Tx};
use rooms::accounts::is_one_name;
use rooms::accounts::register::{self, Awaiting, By, Command};
use rooms::factors::signin::{self, Opened};
use rooms::factors::{self, Came, Work};

use super::elsewhere;
use crate::answer::with_cookie;
use crate::browser::{Browser, entered};
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, cookies, next, see_other};

/// Where the code is typed.
const CODE: &str = "/register/code";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/register", Action::Register, Rate::Secret, form).alike(),
        post("/register", Action::Register, Rate::Secret, begin).slow(),
        get(CODE, Action::Register, Rate::Secret, code),
        post(CODE, Action::Register, Rate::Secret, confirm),
        post("/register/resend", Action::Register, Rate::Secret, resend),
        post("/register/correct", Action::Register, Rate::Secret, correct),
        get("/register/done", Action::FinishRegistration, Rate::Secret, done),
        get("/register/email", Action::ProveEmail, Rate::Secret, email_proved),
        get("/register/email/{token}", Action::ProveEmail, Rate::Secret, email),
        post("/register/email/{token}", Action::ProveEmail, Rate::Secret, prove_email),
    ]
}

/// The form: who you are and how to reach you.
#[derive(Template)]
#[template(path = "register/form.html")]
struct FormPage {
    shell: Shell,
    form: FormState,
    email_required: bool,
    password_hint: &'static str,
    signin: String,
    /// It was filled in before, and comes back to be put right.
    corrects: bool,
    /// It is filled in with what a provider of identity says of whoever came back from there.
    brought: bool,
    /// Token of a proof of work that this form needs.
    work: Option<String>,
    bits: u32,
}

impl FormPage {
    fn new(visit: &Visit, form: FormState) -> Self {
        let policy = &visit.app.policy;
        let hints = ["register-password-hint", "register-password-hint-classes"];
        Self {
            shell: visit.shell("register-title").of(&form),
            email_required: policy.email_required,
            password_hint: hints[usize::from(policy.password_classes)],
            signin: next::with("/signin", form.value("next")),
            form,
            corrects: false,
            brought: false,
            work: None,
            bits: factors::BITS,
        }
    }

    /// With a proof of work, when this browser's address needs one for the next try.
    async fn guarded(self, visit: &Visit, browser: &Browser) -> Outcome<Self> {
        let (app, cx, from) = (visit.app.clone(), visit.cx(), browser.address());
        let ask = move |tx: &mut Tx<'_>| factors::register_work(tx, &cx, &app.policy, from);
        Ok(Self { work: visit.db().read(ask).await?, ..self })
    }
}

async fn form(visit: Visit, browser: Browser, headers: HeaderMap, Query(query): Query) -> Answer {
    if visit.signed_in.is_some() {
        return see_other(next::own(query.text("next")));
    }
    let mut values = Fields::default().with("next", next::own(query.text("next")));
    // What a provider of identity tells need not be typed; what it proves is settled afterwards.
    let found = elsewhere::waits(&visit, &headers).await?.filter(|x| x.told);
    let brought = found.is_some();
    if let Some(found) = found {
        let who = found.identity;
        let told = [who.surname, who.name, who.patronymic, who.phone, who.email];
        for (name, value) in ["surname", "name", "patronymic", "phone", "email"].iter().zip(told) {
            values = values.with(name, value);
        }
        if is_one_name(values.text("surname"), values.text("name")) {
            values = values.with("one_name", "1");
        }
    }
    let page = FormPage { brought, ..FormPage::new(&visit, FormState::filled(values)) };
    Browser::probed(&visit, visit.page(page.guarded(&visit, &browser).await?))
}

async fn begin(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    match start(&visit, &browser, &fields).await {
        Ok(token) => {
            let answer = see_other(&next::with(CODE, fields.text("next")))?;
            with_cookie(answer, &cookies::registration(&visit.app.config, &token))
        }
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            let page = FormPage::new(&visit, form);
            Browser::probed(&visit, visit.again(page.guarded(&visit, &browser).await?))
        }
    }
}

fn command(visit: &Visit, fields: &Fields) -> Command {
    let text = |name| fields.text(name).to_owned();
    Command {
        surname: text("surname"),
        name: text("name"),
        patronymic: text("patronymic"),
        one_name: fields.flag("one_name"),
        phone: text("phone"),
        email: fields.opt("email").map(str::to_owned),
        password: text("password"),
        agreement: fields.flag("agreement"),
        privacy: fields.flag("privacy"),
        shared: fields.flag("shared"),
        lang: visit.lang,
    }
}

/// Checks the form, then who sends it, then does the slow work: a crowd costs little. Gives what this
/// browser is to hold: it, and no other, goes on.
async fn start(visit: &Visit, browser: &Browser, fields: &Fields) -> Outcome<String> {
    browser.needs_cookies(fields)?;
    let checked = register::check(&command(visit, fields), &visit.app.policy)?;
    let text = |name| fields.text(name).to_owned();
    let work = Work { token: text("work"), answer: text("work_answer") };
    let (app, cx, from) = (visit.app.clone(), visit.cx(), browser.address());
    let guard = move |tx: &mut Tx<'_>| factors::register(tx, &cx, &app.policy, (from, &work));
    visit.db().write(guard).await?;
    let app = visit.app.clone();
    let hash = move || checked.hash(&app.policy, &app.chance);
    let prepared = visit.app.slow.run(hash).await?;
    let (app, cx) = (visit.app.clone(), visit.cx());
    visit.db().write(move |tx| register::start(tx, &cx, &prepared, &app.policy)).await
}

/// The code from the SMS.
#[derive(Template)]
#[template(path = "register/code.html")]
struct CodePage {
    shell: Shell,
    form: FormState,
    /// Who the proofs were sent to; nobody once the registration is over.
    sent_to: Option<Awaiting>,
    /// What was sent again: `sms`, `voice`, `email` or nothing.
    again: &'static str,
    /// The newest code was said by a call.
    said: bool,
}

impl CodePage {
    fn new(visit: &Visit, form: FormState, sent_to: Option<Awaiting>) -> Self {
        let said = form.is("said", "1");
        let title = if said { "register-said-title" } else { "register-code-title" };
        Self { shell: visit.shell(title).of(&form), form, sent_to, again: "", said }
    }

    /// Whether the code can be said by a call.
    fn can_call(&self) -> bool {
        let app = &self.shell.visit.app;
        app.policy.voice || app.demo
    }

    fn email(&self) -> Option<&str> {
        self.sent_to.as_ref()?.email.as_ref().map(|x| x.reveal())
    }
}

async fn code(visit: Visit, browser: Browser, Query(query): Query) -> Answer {
    let sent_to = awaiting(&visit, &browser).await?;
    if sent_to.is_none() {
        return Err(Refusal::new(Kind::Gone, "E-ACC-04").into());
    }
    let again = by(query.text("again")).map_or("", |(name, _)| name);
    let values = Fields::default()
        .with("next", next::own(query.text("next")))
        .with("said", if again == "voice" { "1" } else { "" });
    let mut page = CodePage::new(&visit, FormState::filled(values), sent_to);
    page.again = again;
    visit.page(page)
}

async fn confirm(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let error = match opened(&visit, browser.clone(), &fields).await {
        Ok(opened) => {
            let done = next::with("/register/done", fields.text("next"));
            let answer = entered(&visit, &opened, &done)?;
            return with_cookie(answer, &cookies::no_registration(&visit.app.config));
        }
        Err(error) => error,
    };
    let sent_to = awaiting(&visit, &browser).await?;
    let form = FormState::refused(fields, error)?;
    visit.again(CodePage::new(&visit, form, sent_to))
}

/// Tries the code; opens a session of the new account, on a device that is known from now on.
async fn opened(visit: &Visit, browser: Browser, fields: &Fields) -> Outcome<Opened> {
    let Some(code) = fields.opt("code").map(str::to_owned) else {
        return Err(Refusal::invalid(vec![FieldFault::new("code", "E-FORM-01")]).into());
    };
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(&Fields::default()));
    // A wrong try is counted, so its refusal must not roll the transaction back.
    let tried = visit.db().write(move |tx| {
        match register::confirm_phone(tx, &cx, &app.policy, browser.registration(), &code)? {
            Ok(confirmed) => {
                browser.close(tx)?;
                let came = Came { shared: confirmed.shared, ..came.clone() };
                signin::first(tx, &cx, &confirmed.account, &came).map(Ok)
            }
            Err(refusal) => Ok(Err(refusal)),
        }
    });
    Ok(tried.await?.map_err(|x| x.at("code"))?)
}

async fn resend(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let (name, way) = by(fields.text("by")).unwrap_or(("sms", By::Sms));
    let (app, cx, here) = (visit.app.clone(), visit.cx(), browser.clone());
    let act =
        move |tx: &mut Tx<'_>| register::resend(tx, &cx, &app.policy, here.registration(), way);
    match visit.db().write(act).await {
        Ok(()) => {
            let path = next::with(CODE, fields.text("next"));
            see_other(&format!("{path}&again={name}"))
        }
        Err(error) => {
            let sent_to = awaiting(&visit, &browser).await?;
            let form = FormState::refused(fields, error)?;
            visit.again(CodePage::new(&visit, form, sent_to))
        }
    }
}

/// Back to the form as it was filled in, without the password: the number, or something else, was wrong.
/// The registration it began ends. Nothing but what this browser typed is told.
async fn correct(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let (token, now) = (browser.registration().to_owned(), visit.app.clock.now());
    let take_back = move |tx: &mut Tx<'_>| register::take_back(tx, now, &token);
    let next = next::own(fields.text("next"));
    let Some(typed) = visit.db().write(take_back).await? else {
        return see_other(&next::with("/register", next));
    };
    let yes = |x: bool| if x { "1" } else { "" };
    let values = Fields::default()
        .with("next", next)
        .with("surname", typed.surname.reveal())
        .with("name", typed.name.reveal())
        .with("patronymic", typed.patronymic.reveal())
        .with("phone", typed.phone.spaced())
        .with("email", typed.email.as_ref().map_or("", |x| x.reveal()))
        .with("shared", yes(typed.shared))
        .with("agreement", "1")
        .with("privacy", "1");
    let page = FormPage { corrects: true, ..FormPage::new(&visit, FormState::filled(values)) };
    let answer = Browser::probed(&visit, visit.page(page.guarded(&visit, &browser).await?))?;
    with_cookie(answer, &cookies::no_registration(&visit.app.config))
}

fn by(name: &str) -> Option<(&'static str, By)> {
    [("sms", By::Sms), ("voice", By::Voice), ("email", By::Email)].into_iter().find(|x| x.0 == name)
}

async fn awaiting(visit: &Visit, browser: &Browser) -> Outcome<Option<Awaiting>> {
    let (token, now) = (browser.registration().to_owned(), visit.app.clock.now());
    visit.db().read(move |tx| register::awaiting(tx, now, &token)).await
}

/// The account is open: what it can do now, and where the person wanted to go.
#[derive(Template)]
#[template(path = "register/done.html")]
struct DonePage {
    shell: Shell,
    next: String,
}

async fn done(visit: Visit, Query(query): Query) -> Answer {
    let next = next::own(query.text("next")).to_owned();
    visit.page(DonePage { shell: visit.shell("register-done-title"), next })
}

/// The link from the e-mail leads here. Only the button proves: programs that look into mail open
/// every link, but press nothing.
#[derive(Template)]
#[template(path = "register/email.html")]
struct EmailPage {
    shell: Shell,
    token: String,
}

async fn email(visit: Visit, Path(token): Path<String>) -> Answer {
    visit.page(EmailPage { shell: visit.shell("register-email-title"), token })
}

async fn prove_email(visit: Visit, Path(token): Path<String>) -> Answer {
    let (app, cx) = (visit.app.clone(), visit.cx());
    visit.db().write(move |tx| register::verify_email(tx, &cx, &app.policy, &token)).await?;
    see_other("/register/email")
}

/// The e-mail is proved.
#[derive(Template)]
#[template(path = "register/email_proved.html")]
struct EmailProvedPage {
    shell: Shell,
}

async fn email_proved(visit: Visit) -> Answer {
    visit.page(EmailProvedPage { shell: visit.shell("register-email-done-title") })
}
