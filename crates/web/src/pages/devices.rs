//! «Входы и устройства»: where somebody is signed in, with what, what happened, and «It was not me».

use askama::Template;
use axum::extract::Path;
use base::{Error, Id, Instant, Kind, Outcome, Refusal, Tx};
use rooms::factors::read::{self, Places};
use rooms::{factors, sessions};

use super::account::{moment, own};
use super::factor::stale;
use super::review;
use crate::answer::with_cookie;
use crate::browser::Browser;
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, cookies, next, see_other};

const HERE: &str = "/account/devices";
const PASSWORD: &str = "/account/password";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get(HERE, Action::KeepSafe, Rate::Secret, page),
        post("/account/devices/end", Action::KeepSafe, Rate::Secret, end),
        post("/account/devices/forget", Action::KeepSafe, Rate::Secret, forget),
        get(PASSWORD, Action::KeepSafe, Rate::Secret, password),
        post(PASSWORD, Action::KeepSafe, Rate::Secret, change),
        get("/notme/{link}", Action::SignIn, Rate::Secret, not_me),
        post("/notme/{link}", Action::SignIn, Rate::Secret, disown),
    ]
}

/// Sessions, devices, events.
#[derive(Template)]
#[template(path = "account/devices.html")]
struct DevicesPage {
    shell: Shell,
    form: FormState,
    own: Places,
    /// Key of the words about what was done just now.
    done: Option<&'static str>,
}

impl DevicesPage {
    async fn load(visit: &Visit, browser: &Browser, form: FormState) -> Outcome<Self> {
        let (now, id) = (visit.app.clock.now(), own(visit)?);
        let token = browser.session().unwrap_or_default().to_owned();
        let own = visit.db().read(move |tx| read::places(tx, now, &id, &token)).await?;
        let shell = visit.shell("devices-title").crumb("/account", "account-title").of(&form);
        Ok(Self { shell, form, own, done: None })
    }

    fn at(&self, at: &Instant) -> String {
        moment(&self.shell.visit, *at)
    }

    /// What a session calls itself, and from where.
    fn named(&self, place: &sessions::Place) -> String {
        let parts = [place.device.reveal().as_str(), place.place.reveal()];
        let parts: Vec<&str> = parts.into_iter().filter(|x| !x.is_empty()).collect();
        match parts.is_empty() {
            true => self.shell.t("devices-unnamed").to_owned(),
            false => parts.join(", "),
        }
    }

    fn event(&self, happened: &read::Happened) -> String {
        self.shell.t(&format!("happened-{}", happened.kind)).to_owned()
    }
}

/// What was done, as addresses say it, and its words.
const DONE: [(&str, &str); 4] = [
    ("ended", "devices-done-ended"),
    ("others", "devices-done-others"),
    ("forgotten", "devices-done-forgotten"),
    ("password", "devices-done-password"),
];

async fn page(visit: Visit, browser: Browser, Query(query): Query) -> Answer {
    let mut page = DevicesPage::load(&visit, &browser, FormState::new()).await?;
    page.done = DONE.into_iter().find(|x| x.0 == query.text("done")).map(|x| x.1);
    visit.page(page)
}

async fn refused(visit: &Visit, browser: &Browser, fields: Fields, error: Error) -> Answer {
    let form = FormState::refused(fields, error)?;
    visit.again(DevicesPage::load(visit, browser, form).await?)
}

/// Ends one session, or all but this.
async fn end(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let (id, one) = (own(&visit)?, fields.opt("session").map(str::to_owned));
    let all = one.is_none();
    let token = browser.session().unwrap_or_default().to_owned();
    let act = move |tx: &mut Tx<'_>| match &one {
        Some(one) => sessions::close_one(tx, &id, one),
        None => sessions::close_others(tx, &id, &token).map(drop),
    };
    match visit.db().write(act).await {
        Ok(()) => see_other(&format!("{HERE}?done={}", if all { "others" } else { "ended" })),
        Err(error) => refused(&visit, &browser, fields, error).await,
    }
}

/// Forgets a device.
async fn forget(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let (id, device) = (own(&visit)?, Id::from(fields.text("device")));
    match visit.db().write(move |tx| factors::revoke(tx, &id, &device)).await {
        Ok(()) => see_other(&format!("{HERE}?done=forgotten")),
        Err(error) => refused(&visit, &browser, fields, error).await,
    }
}

/// A new password.
#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage {
    shell: Shell,
    form: FormState,
    hint: &'static str,
}

impl PasswordPage {
    fn new(visit: &Visit, form: FormState) -> Self {
        let hints = ["register-password-hint", "register-password-hint-classes"];
        let shell = visit.shell("password-title").crumb("/account", "account-title").of(&form);
        Self { shell, form, hint: hints[usize::from(visit.app.policy.password_classes)] }
    }
}

async fn password(visit: Visit, browser: Browser) -> Answer {
    match stale(&visit, &browser, PASSWORD).await? {
        Some(led) => Ok(led),
        None => visit.page(PasswordPage::new(&visit, FormState::new())),
    }
}

async fn change(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    if let Some(led) = stale(&visit, &browser, PASSWORD).await? {
        return Ok(led);
    }
    match changed(&visit, &browser, &fields).await {
        Ok(()) if review::is_asked(&visit).await? => see_other(review::HERE),
        Ok(()) => see_other(&format!("{HERE}?done=password")),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(PasswordPage::new(&visit, form))
        }
    }
}

async fn changed(visit: &Visit, browser: &Browser, fields: &Fields) -> Outcome<()> {
    let id = own(visit)?;
    let asked = id.clone();
    let account = visit.db().read(move |tx| rooms::accounts::read::account(tx, &asked)).await?;
    let account = account.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?;
    let (app, typed) = (visit.app.clone(), fields.text("password").to_owned());
    let hash = move || factors::prepare(&app.policy, &app.chance, &account, &typed);
    let hashed = visit.app.slow.run(hash).await?;
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(&Fields::default()));
    let token = browser.session().unwrap_or_default().to_owned();
    let act = move |tx: &mut Tx<'_>| {
        factors::change(tx, &cx, &app.policy, (&id, &token), (&hashed, &came))
    };
    visit.db().write(act).await
}

/// The link of a notice leads here. Only the button acts: programs that look into mail open every
/// link, but press nothing.
#[derive(Template)]
#[template(path = "account/notme.html")]
struct NotMePage {
    shell: Shell,
    link: String,
}

async fn not_me(visit: Visit, Path(link): Path<String>) -> Answer {
    let (app, now, asked) = (visit.app.clone(), visit.app.clock.now(), link.clone());
    let found = visit.db().read(move |tx| factors::of_link(tx, now, &app.policy, &asked)).await?;
    if found.is_none() {
        return Err(Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED").into());
    }
    visit.page(NotMePage { shell: visit.shell("notme-title"), link })
}

async fn disown(visit: Visit, Path(link): Path<String>) -> Answer {
    let (app, cx) = (visit.app.clone(), visit.cx());
    let token = visit.db().write(move |tx| factors::disown(tx, &cx, &app.policy, &link)).await?;
    let config = &visit.app.config;
    let answer = see_other(&next::with("/signin/factor", PASSWORD))?;
    let answer = with_cookie(answer, &cookies::no_session(config))?;
    with_cookie(answer, &cookies::half(config, &token))
}
