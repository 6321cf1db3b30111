//! «Входы и устройства»: where somebody is signed in, with what, what happened, and «It was not me».

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use base::{Cx, Error, FieldFault, Id, Instant, Kind, Outcome, Refusal, Tx, idem};
use rooms::accounts::read::Account;
use rooms::accounts::signin::{self, Proven};
use rooms::factors::read::{self, Places};
use rooms::{factors, sessions};
use tokio::sync::Mutex;

use super::account::{moment, own};
use super::booking::{Active, active};
use super::factor::{at_the_password, by_link, shut_out, stale, stale_form};
use super::review;
use crate::browser::Browser;
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Failure, Fields, Form, FormState, Query, Shell, Visit, see_other};

const HERE: &str = "/account/devices";
const END: &str = "/account/devices/end";
const FORGET: &str = "/account/devices/forget";
/// Where a new password is made.
pub(super) const PASSWORD: &str = "/account/password";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get(HERE, Action::KeepSafe, Rate::Secret, page),
        post(END, Action::KeepSafe, Rate::Secret, end),
        post(FORGET, Action::KeepSafe, Rate::Secret, forget),
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
    /// What its owner wanted to end before they were asked for a proof.
    wished: Option<Wished>,
    /// Key of the words about what was done just now.
    done: Option<&'static str>,
    /// What stands, after a new password: its owner makes sure that nothing was lost.
    active: Option<Vec<Active>>,
}

/// A button that was pressed: it is pressed once more, an act is wished.
struct Wished {
    /// What it says.
    words: String,
    /// Where its form goes.
    to: &'static str,
    /// The field, and what it holds.
    field: (&'static str, String),
}

impl DevicesPage {
    async fn load(visit: &Visit, browser: &Browser, form: FormState) -> Outcome<Self> {
        let (now, id) = (visit.app.clock.now(), own(visit)?);
        let token = browser.session().unwrap_or_default().to_owned();
        let own = visit.db().read(move |tx| read::places(tx, now, &id, &token)).await?;
        let shell = visit.shell("devices-title").crumb("/account", "account-title").of(&form);
        let mut page = Self { shell, form, own, wished: None, done: None, active: None };
        page.wished = page.wished();
        Ok(page)
    }

    /// What was wished before the proof, if it is still there.
    fn wished(&self) -> Option<Wished> {
        let typed = self.shell.visit.typed.as_ref()?;
        let wished = |key: &str, name: &str, to, field: &'static str, value: &str| Wished {
            words: self.shell.tv(key, "name", name),
            to,
            field: (field, value.to_owned()),
        };
        if typed.of(END, "others").is_some() {
            return Some(wished("devices-end-others", "", END, "others", "1"));
        }
        if let Some(id) = typed.of(END, "session") {
            let place = self.own.sessions.iter().find(|x| x.id == id && !x.here)?;
            return Some(wished("devices-end-one", &self.named(place), END, "session", id));
        }
        let id = typed.of(FORGET, "device")?;
        let device = self.own.devices.iter().find(|x| *x.id == *id)?;
        Some(wished("devices-forget-one", &self.called(device), FORGET, "device", id))
    }

    /// What a device calls itself.
    fn called(&self, device: &factors::Device) -> String {
        match device.name.reveal().as_str() {
            "" => self.shell.t("devices-unnamed").to_owned(),
            name => name.to_owned(),
        }
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

    /// The events; with the newest recovery that is still under way goes a button that stops it.
    fn listed(&self) -> Vec<(&read::Happened, bool)> {
        let begun = |x: &read::Happened| x.kind == factors::Event::RecoveryWaits.as_str();
        let live = self.shell.visit.recovery.and_then(|_| self.own.events.iter().position(begun));
        self.own.events.iter().enumerate().map(|(n, x)| (x, Some(n) == live)).collect()
    }

    fn event(&self, happened: &read::Happened) -> String {
        self.shell.t(&format!("happened-{}", happened.kind)).to_owned()
    }
}

/// What was done, as addresses say it, and its words.
const DONE: [(&str, &str); 5] = [
    ("ended", "devices-done-ended"),
    ("others", "devices-done-others"),
    ("forgotten", "devices-done-forgotten"),
    ("forgotten-here", "devices-done-forgotten-here"),
    ("password", "devices-done-password"),
];

async fn page(visit: Visit, browser: Browser, Query(query): Query) -> Answer {
    let mut page = DevicesPage::load(&visit, &browser, FormState::new()).await?;
    page.done = DONE.into_iter().find(|x| x.0 == query.text("done")).map(|x| x.1);
    if query.text("done") == "password" {
        page.active = Some(active(&visit).await?);
    }
    visit.page(page)
}

async fn refused(visit: &Visit, browser: &Browser, fields: Fields, error: Error) -> Answer {
    let form = FormState::refused(fields, error)?;
    visit.again(DevicesPage::load(visit, browser, form).await?)
}

/// Ends one session, or all but this: after a fresh proof, or whoever has stolen a session could throw
/// its owner out.
async fn end(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    if let Some(led) = stale_form(&visit, &browser, (HERE, &fields)).await? {
        return Ok(led);
    }
    let (id, one) = (own(&visit)?, fields.text("session").to_owned());
    let one = (!fields.flag("others")).then_some(one);
    let all = one.is_none();
    let token = browser.session().unwrap_or_default().to_owned();
    let act = move |tx: &mut Tx<'_>| match &one {
        Some(one) => factors::end_session(tx, &id, one),
        None => factors::end_others(tx, &id, &token),
    };
    match visit.db().write(act).await {
        Ok(()) => see_other(&format!("{HERE}?done={}", if all { "others" } else { "ended" })),
        Err(error) => refused(&visit, &browser, fields, error).await,
    }
}

/// Forgets a device and ends its sessions, after a fresh proof; this one goes on, and is told so.
async fn forget(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    if let Some(led) = stale_form(&visit, &browser, (HERE, &fields)).await? {
        return Ok(led);
    }
    let (id, device) = (own(&visit)?, Id::from(fields.text("device")));
    let token = browser.session().unwrap_or_default().to_owned();
    match visit.db().write(move |tx| factors::revoke(tx, &id, (&device, &token))).await {
        Ok(here) => {
            let done = if here { "forgotten-here" } else { "forgotten" };
            see_other(&format!("{HERE}?done={done}"))
        }
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
    /// The present password is asked for, too.
    present: bool,
}

impl PasswordPage {
    fn new(visit: &Visit, form: FormState, present: bool) -> Self {
        let hints = ["register-password-hint", "register-password-hint-classes"];
        let shell = visit.shell("password-title").crumb("/account", "account-title").of(&form);
        Self { shell, form, hint: hints[usize::from(visit.app.policy.password_classes)], present }
    }
}

/// Whose password is to change, and whether the present one is asked for; or the way to a proof that is
/// asked first.
async fn for_password(
    visit: &Visit,
    browser: &Browser,
) -> Result<Result<(Account, bool), Response>, Failure> {
    let (now, id) = (visit.app.clock.now(), own(visit)?);
    let token = browser.session().unwrap_or_default().to_owned();
    let found = visit.db().read(move |tx| {
        let Some(account) = rooms::accounts::read::account(tx, &id)? else { return Ok(None) };
        let asked = read::for_password(tx, now, &account, &token)?;
        Ok(Some((account, asked)))
    });
    let unknown = || Refusal::new(Kind::NotFound, "E-ACC-02");
    let (account, asked) = found.await?.ok_or_else(unknown)?;
    let led = if asked.ready { None } else { stale(visit, browser, PASSWORD).await? };
    Ok(match led {
        Some(led) => Err(led),
        None => Ok((account, asked.present)),
    })
}

async fn password(visit: Visit, browser: Browser) -> Answer {
    match for_password(&visit, &browser).await? {
        Err(led) => Ok(led),
        Ok((_, present)) => visit.page(PasswordPage::new(&visit, FormState::new(), present)),
    }
}

async fn change(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let _turn = turn(&own(&visit)?).lock().await;
    let key = visit.key(&fields, &[PASSWORD]);
    if let Some(met) = met(&visit, key.as_ref(), &fields).await? {
        return Ok(met);
    }
    let (account, present) = match for_password(&visit, &browser).await? {
        Err(led) => return Ok(led),
        Ok(asked) => asked,
    };
    match changed(&visit, &browser, (account, present), (&fields, key.clone())).await {
        Ok(()) => chosen(&visit).await,
        Err(error) => {
            // On another node the same form may have been quicker.
            if let Some(met) = met(&visit, key.as_ref(), &fields).await? {
                return Ok(met);
            }
            let form = FormState::refused(fields, error)?;
            let present = present || form.wrong("present");
            visit.again(PasswordPage::new(&visit, form, present))
        }
    }
}

/// Presses of one person's button come one after another, so that the later ones meet the answer of the
/// first instead of guessing at a password that is another by then.
fn turn(account: &Id) -> &'static Mutex<()> {
    const TURNS: usize = 32;
    static ALL: [Mutex<()>; TURNS] = [const { Mutex::const_new(()) }; TURNS];
    &ALL[account.as_str().bytes().map(usize::from).sum::<usize>() % TURNS]
}

/// The new password is in force.
async fn chosen(visit: &Visit) -> Answer {
    match review::is_asked(visit).await? {
        true => see_other(review::HERE),
        false => see_other(&format!("{HERE}?done=password")),
    }
}

/// The answer to a form that has chosen a password already; to another password typed into it, that it has.
/// Nobody learns a password here: whoever has the form's key has chosen it.
async fn met(
    visit: &Visit,
    key: Option<&idem::Key>,
    fields: &Fields,
) -> Result<Option<Response>, Failure> {
    let Some(key) = key.cloned() else { return Ok(None) };
    let (cx, id) = (visit.cx(), own(visit)?);
    let challenge = visit.db().read(move |tx| match idem::met::<()>(tx, &cx, &key)? {
        Some(()) => signin::again(tx, &id).map(Some),
        None => Ok(None),
    });
    let Some(challenge) = challenge.await? else { return Ok(None) };
    let (app, typed) = (visit.app.clone(), fields.text("password").to_owned());
    let check = move || challenge.check(&app.policy.secrets, &typed);
    match visit.app.slow.run(check).await {
        Ok(_) => chosen(visit).await.map(Some),
        Err(Error::Refusal(_)) => {
            let other = Refusal::new(Kind::Invalid, "E-IDEM-01").into();
            let form = FormState::refused(Fields::default(), other)?;
            visit.again(PasswordPage::new(visit, form, true)).map(Some)
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn changed(
    visit: &Visit,
    browser: &Browser,
    (account, present): (Account, bool),
    (fields, key): (&Fields, Option<idem::Key>),
) -> Outcome<()> {
    let id = account.id.clone();
    let typed = if present { Some(present_password(visit, &id, fields).await) } else { None };
    let (app, new) = (visit.app.clone(), fields.text("password").to_owned());
    let hash = move || factors::prepare(&app.policy, &app.chance, &account, &new);
    let (typed, hashed) = both(typed.transpose(), visit.app.slow.run(hash).await)?;
    let hashed = hashed.beside(typed);
    let (app, came) = (visit.app.clone(), browser.came(&Fields::default()));
    let token = browser.session().unwrap_or_default().to_owned();
    let act = move |tx: &mut Tx<'_>, cx: &Cx| {
        factors::change(tx, cx, &app.policy, (&id, &token), (&hashed, &came))
    };
    visit.once(key, act).await
}

/// Checks the present password; it counts as one that was typed at a sign-in.
async fn present_password(visit: &Visit, id: &Id, fields: &Fields) -> Outcome<Proven> {
    let Some(typed) = fields.opt("present").map(str::to_owned) else {
        return Err(Refusal::invalid(vec![FieldFault::new("present", "E-FORM-01")]).into());
    };
    let (cx, id) = (visit.cx(), id.clone());
    let challenge = visit.db().write(move |tx| factors::again::ask_again(tx, &cx, &id)).await?;
    let app = visit.app.clone();
    let check = move || challenge.check(&app.policy.secrets, &typed);
    visit.app.slow.run(check).await.map_err(|x| at_the_password(x, "present"))
}

/// What is wrong with either is told at once.
fn both<A, B>(one: Outcome<A>, other: Outcome<B>) -> Outcome<(A, B)> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(Error::Refusal(one)), Err(Error::Refusal(other)))
            if one.kind == Kind::Invalid && other.kind == Kind::Invalid =>
        {
            let faults = one.fields.into_iter().chain(other.fields);
            Err(Refusal::invalid(faults.collect()).into())
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// The link of a notice leads here.
#[derive(Template)]
#[template(path = "account/notme.html")]
struct NotMePage {
    shell: Shell,
    form: FormState,
    link: String,
}

async fn not_me(visit: Visit, Path(link): Path<String>) -> Answer {
    let (app, now, asked) = (visit.app.clone(), visit.app.clock.now(), link.clone());
    visit.db().read(move |tx| factors::of_link(tx, now, &app.policy, &asked)).await?;
    visit.page(NotMePage { shell: visit.shell("notme-title"), form: FormState::new(), link })
}

async fn disown(
    visit: Visit,
    browser: Browser,
    Path(link): Path<String>,
    Form(fields): Form,
) -> Answer {
    let token = by_link(&visit, (&browser, &fields), link, factors::disown).await?;
    shut_out(&visit, &token, false)
}
