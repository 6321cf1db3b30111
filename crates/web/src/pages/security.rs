//! «Безопасность»: what proves somebody beside the password.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use base::{Error, Fault, FieldFault, Id, Kind, Outcome, Pii, Refusal};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rooms::factors::read::{self, Overview};
use rooms::factors::signin::Opened;
use rooms::factors::{self, Added, Question, Seed};
use rooms::signatures::{self, Certificate};
use texts::Form as DateForm;

use super::account::{moment, moscow, own};
use super::factor::{stale, stale_form};
use super::staff::workplace;
use crate::browser::{Browser, goes_on};
use crate::once::sealed;
use crate::papers::Svg;
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Failure, Fields, Form, FormState, Query, Shell, Visit, see_other};

/// Where this page is.
pub(super) const HERE: &str = "/account/security";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/account/security", Action::KeepSafe, Rate::Secret, page),
        post("/account/security/app", Action::KeepSafe, Rate::Secret, add),
        get("/account/security/app/{id}", Action::KeepSafe, Rate::Secret, scan),
        post("/account/security/app/{id}", Action::KeepSafe, Rate::Secret, confirm),
        post("/account/security/app/{id}/name", Action::KeepSafe, Rate::Secret, rename),
        post("/account/security/app/{id}/remove", Action::KeepSafe, Rate::Secret, remove),
        post("/account/security/wait", Action::KeepSafe, Rate::Secret, stop_wait),
        post("/account/security/codes", Action::KeepSafe, Rate::Secret, codes),
        post("/account/security/printed", Action::KeepSafe, Rate::Secret, printed),
        post("/account/security/question", Action::KeepSafe, Rate::Secret, question),
        post("/account/security/question/remove", Action::KeepSafe, Rate::Secret, no_question),
    ]
}

/// What is switched on.
#[derive(Template)]
#[template(path = "account/security.html")]
struct SecurityPage {
    shell: Shell,
    form: FormState,
    own: Overview,
    /// Certificates with which the person has signed here.
    certificates: Vec<Certificate>,
    /// Key of the words about what was done just now.
    done: Option<&'static str>,
    /// A workplace waits for a passkey or an app.
    for_staff: bool,
}

impl SecurityPage {
    async fn load(visit: &Visit, form: FormState) -> Outcome<Self> {
        let (now, id) = (visit.app.clock.now(), own(visit)?);
        let found = visit
            .db()
            .read(move |tx| Ok((read::overview(tx, now, &id)?, signatures::all(tx, &id)?)));
        let (found, certificates) = found.await?;
        let own = found.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?;
        let shell = visit.shell("security-title").crumb("/account", "account-title").of(&form);
        Ok(Self { shell, form, own, certificates, done: None, for_staff: false })
    }

    fn at(&self, at: &base::Instant) -> String {
        moment(&self.shell.visit, *at)
    }

    fn day(&self, at: &base::Instant) -> String {
        let day = rooms::identity::read::today(*at);
        self.shell.visit.app.texts.date(self.shell.visit.lang, day, texts::Form::Year)
    }
}

/// What was done, as addresses say it, and its words.
const DONE: [(&str, &str); 10] = [
    ("certificate-removed", "certificates-done-removed"),
    ("key-added", "key-added"),
    ("wait-stopped", "waits-stopped"),
    ("key-removed", "security-done-key-removed"),
    ("removed", "security-done-removed"),
    ("renamed", "security-done-renamed"),
    ("codes-on", "security-done-codes-on"),
    ("codes-off", "security-done-codes-off"),
    ("question", "question-done"),
    ("no-question", "question-done-removed"),
];

async fn page(visit: Visit, Query(query): Query) -> Answer {
    let mut page = SecurityPage::load(&visit, visit.blank()).await?;
    page.done = DONE.into_iter().find(|x| x.0 == query.text("done")).map(|x| x.1);
    page.for_staff = query.text("for") == "staff" && !page.own.standing.is_strong();
    visit.page(page)
}

pub(super) fn done(what: &str) -> Answer {
    see_other(&format!("{HERE}?done={what}"))
}

/// The page again after a refusal.
pub(super) async fn refused(visit: &Visit, fields: Fields, error: Error) -> Answer {
    let form = FormState::refused(fields, error)?;
    visit.again(SecurityPage::load(visit, form).await?)
}

/// Whoever wants to change something here proves it first.
async fn guarded(visit: &Visit, browser: &Browser) -> Result<Option<Response>, Failure> {
    stale(visit, browser, HERE).await
}

/// Begins to add an app.
async fn add(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    if let Some(led) = guarded(&visit, &browser).await? {
        return Ok(led);
    }
    let default = visit.t("security-app-name-default");
    let name = fields.opt("name").unwrap_or(default).to_owned();
    let (cx, id) = (visit.cx(), own(&visit)?);
    match visit.db().write(move |tx| factors::add(tx, &cx, &id, &name)).await {
        Ok(app) => see_other(&format!("{HERE}/app/{app}")),
        Err(error) => refused(&visit, fields, error).await,
    }
}

/// The secret, to scan or to type, and the first code.
#[derive(Template)]
#[template(path = "account/app.html")]
struct AppPage {
    shell: Shell,
    form: FormState,
    app: Id,
    qr: Svg,
    uri: String,
    /// The secret in groups of four.
    secret: String,
}

impl AppPage {
    async fn load(visit: &Visit, form: FormState, app: Id) -> Outcome<Self> {
        let (now, id, asked) = (visit.app.clock.now(), own(visit)?, app.clone());
        let pending = visit.db().read(move |tx| {
            let account = rooms::accounts::read::account(tx, &id)?;
            Ok((factors::pending(tx, now, &id, &asked)?, account))
        });
        let (seed, account) = pending.await?;
        let whose = account.map(|x| x.phone.masked()).unwrap_or_default();
        let uri = uri(visit, &seed, &whose);
        let drawn = paper::qr::svg(&uri, visit.t("security-qr"));
        let shell = visit.shell("security-app-title").crumb("/account", "account-title");
        Ok(Self {
            shell: shell.crumb(HERE, "security-title").of(&form),
            form,
            app,
            qr: Svg::new(drawn.map_err(|_long| Fault::new("the QR text is too long"))?),
            uri,
            secret: grouped(&seed.text()),
        })
    }
}

fn uri(visit: &Visit, seed: &Seed, whose: &str) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    seed.uri(&encoded(visit.portal_name()), &encoded(whose))
}

fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

/// The secret is shown to nobody but its owner: whoever has stolen the session while it was begun could
/// add an app of their own.
async fn scan(visit: Visit, browser: Browser, Path(app): Path<Id>) -> Answer {
    if let Some(led) = stale(&visit, &browser, &format!("{HERE}/app/{app}")).await? {
        return Ok(led);
    }
    visit.page(AppPage::load(&visit, visit.blank(), app).await?)
}

/// Printed codes, shown once.
#[derive(Template)]
#[template(path = "account/printed.html")]
pub(super) struct PrintedPage {
    shell: Shell,
    codes: Vec<Pii<String>>,
    /// For the sheet: the portal, its address, the day.
    head: String,
    /// Key of the words about what was added just now.
    added: Option<&'static str>,
    /// The workplace of whoever can open it now.
    workplace: Option<&'static str>,
    /// The codes as a file: a `data:` address.
    file: String,
}

impl PrintedPage {
    pub(super) fn new(visit: &Visit, codes: Vec<Pii<String>>, added: Option<&'static str>) -> Self {
        let lines: Vec<&str> = codes.iter().map(|x| x.reveal().as_str()).collect();
        let text = format!(
            "{}. {}\n\n{}\n",
            visit.portal_name(),
            visit.t("security-printed-file"),
            lines.join("\n")
        );
        let today = visit.began.in_zone(&moscow()).date();
        let head = [
            visit.portal_name().to_owned(),
            visit.app.config.public_url.clone(),
            visit.app.texts.date(visit.lang, today, DateForm::Year),
        ];
        let encoded = utf8_percent_encode(&text, NON_ALPHANUMERIC);
        let shell = visit.shell("security-printed-title").crumb("/account", "account-title");
        Self {
            shell: shell.crumb(HERE, "security-title"),
            file: format!("data:text/plain;charset=utf-8,{encoded}"),
            codes,
            head: head.join(" · "),
            workplace: added.and_then(|_| workplace(visit)),
            added,
        }
    }
}

/// The first code of an app: the session goes on under a new token, proved by it. Answers with the printed codes, which are shown only now.
async fn confirm(
    visit: Visit,
    browser: Browser,
    Path(app): Path<Id>,
    Form(fields): Form,
) -> Answer {
    if let Some(led) = stale(&visit, &browser, &format!("{HERE}/app/{app}")).await? {
        return Ok(led);
    }
    match confirmed(&visit, &browser, &app, &fields).await {
        Ok((Added { printed }, opened)) => {
            let answer =
                visit.page(PrintedPage::new(&visit, printed, Some("security-app-done")))?;
            goes_on(&visit, &opened, answer)
        }
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(AppPage::load(&visit, form, app).await?)
        }
    }
}

async fn confirmed(
    visit: &Visit,
    browser: &Browser,
    app: &Id,
    fields: &Fields,
) -> Outcome<(Added, Opened)> {
    let Some(code) = fields.opt("code").map(str::to_owned) else {
        return Err(Refusal::invalid(vec![FieldFault::new("code", "E-FORM-01")]).into());
    };
    let (state, cx, id, asked) = (visit.app.clone(), visit.cx(), own(visit)?, app.clone());
    let came = browser.came(&Fields::default());
    let browser = browser.clone();
    // A wrong try is counted, so its refusal must not roll the transaction back.
    let act = visit.db().write(move |tx| {
        match factors::confirm(tx, &cx, &state.policy, (&id, &asked), (&code, &came))? {
            Ok(added) => Ok(Ok((added, browser.raise(tx, &cx, (&id, &came))?))),
            Err(refusal) => Ok(Err(refusal)),
        }
    });
    Ok(act.await?.map_err(|x| x.at("code"))?)
}

async fn rename(visit: Visit, Path(app): Path<Id>, Form(fields): Form) -> Answer {
    let (id, name) = (own(&visit)?, fields.text("name").to_owned());
    match visit.db().write(move |tx| factors::rename(tx, &id, &app, &name)).await {
        Ok(()) => done("renamed"),
        Err(error) => refused(&visit, fields, error).await,
    }
}

async fn remove(visit: Visit, browser: Browser, Path(app): Path<Id>) -> Answer {
    if let Some(led) = guarded(&visit, &browser).await? {
        return Ok(led);
    }
    let (state, cx, id) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let came = browser.came(&Fields::default());
    let act =
        move |tx: &mut base::Tx<'_>| factors::remove(tx, &cx, &state.policy, (&id, &app), &came);
    match visit.db().write(act).await {
        Ok(()) => done("removed"),
        Err(error) => refused(&visit, Fields::default(), error).await,
    }
}

/// Ends the wait of somebody who recovers the account: its owner is here, and proves it. A session that
/// was left open elsewhere must not keep its owner from coming back.
async fn stop_wait(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    if let Some(led) = stale_form(&visit, &browser, (HERE, &fields)).await? {
        return Ok(led);
    }
    let (id, now) = (own(&visit)?, visit.app.clock.now());
    visit.db().write(move |tx| factors::stop_recovery(tx, now, &id)).await?;
    done("wait-stopped")
}

/// Codes to a contact at every sign-in: on or off.
async fn codes(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    if let Some(led) = guarded(&visit, &browser).await? {
        return Ok(led);
    }
    let on = fields.flag("on");
    let (state, cx, id) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let came = browser.came(&Fields::default());
    let act =
        move |tx: &mut base::Tx<'_>| factors::set_always(tx, &cx, &state.policy, (&id, on), &came);
    visit.db().write(act).await?;
    done(if on { "codes-on" } else { "codes-off" })
}

/// New printed codes; answers with them, because they are shown only now.
async fn printed(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    if let Some(led) = guarded(&visit, &browser).await? {
        return Ok(led);
    }
    let (state, id) = (visit.app.clone(), own(&visit)?);
    let came = browser.came(&Fields::default());
    let made = visit.once(visit.key(&fields, &["printed"]), move |tx, cx| {
        let codes = factors::renew(tx, cx, &state.policy, &id, &came)?;
        let lines: Vec<&str> = codes.iter().map(|x| x.reveal().as_str()).collect();
        sealed(tx, &id, &lines.join("\n"))
    });
    let codes = visit.opened(&own(&visit)?, made.await?).await?;
    let codes = codes.lines().map(|x| x.to_owned().into()).collect();
    visit.page(PrintedPage::new(&visit, codes, None))
}

/// The control question, set or changed.
async fn question(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    if !visit.app.config.control_question {
        return Err(Refusal::new(Kind::NotFound, "E-REQ-01").into());
    }
    if let Some(led) = guarded(&visit, &browser).await? {
        return Ok(led);
    }
    let asked = match Question::parse(fields.text("question"), fields.text("answer")) {
        Ok(asked) => asked,
        Err(refusal) => {
            // A question can be read back; the answer is typed again.
            let fields = fields.without(|name| name == "answer");
            return refused(&visit, fields, refusal.into()).await;
        }
    };
    let (state, id) = (visit.app.clone(), own(&visit)?);
    let came = browser.came(&Fields::default());
    let key = visit.key(&fields, &["question", fields.text("question"), fields.text("answer")]);
    let act = move |tx: &mut base::Tx<'_>, cx: &base::Cx| {
        factors::ask_question(tx, cx, &state.policy, (&id, &came), &asked)
    };
    visit.once(key, act).await?;
    done("question")
}

async fn no_question(visit: Visit, browser: Browser) -> Answer {
    if let Some(led) = guarded(&visit, &browser).await? {
        return Ok(led);
    }
    let (state, cx, id) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let came = browser.came(&Fields::default());
    let act =
        move |tx: &mut base::Tx<'_>| factors::drop_question(tx, &cx, &state.policy, (&id, &came));
    visit.db().write(act).await?;
    done("no-question")
}
