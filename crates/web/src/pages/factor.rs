//! The second factor: of a sign-in, and once more before what is guarded.

use askama::Template;
use axum::response::{IntoResponse as _, Response};
use base::{Cx, Error, FieldFault, Kind, Outcome, Refusal, Tx};
use rooms::access::StepUp;
use rooms::accounts::Policy;
use rooms::factors::again::{Again, Worth};
use rooms::factors::signin::{self, Opened, Passed};
use rooms::factors::{self, Came, Half, Method, by_code};

use super::account::own;
use crate::answer::with_cookie;
use crate::browser::{Browser, entered};
use crate::route::{Action, Rate, Route, get, post};
use crate::{
    Answer, Failure, Fields, Form, FormState, Query, Shell, Visit, cookies, kept, next, see_other,
};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/signin/factor", Action::SignIn, Rate::Secret, page),
        post("/signin/factor", Action::SignIn, Rate::Secret, pass),
        post("/signin/factor/send", Action::SignIn, Rate::Secret, send),
        get("/signin/again", Action::ProveAgain, Rate::Secret, again),
        post("/signin/again", Action::ProveAgain, Rate::Secret, password),
    ]
}

/// The code, and the other ways.
#[derive(Template)]
#[template(path = "signin/factor.html")]
struct FactorPage {
    shell: Shell,
    form: FormState,
    half: Half,
    /// The way that is shown.
    method: Method,
    /// A new code was sent just now.
    sent: bool,
    /// What was done that this proof follows.
    after: Option<After>,
    /// What the app of somebody of the demo's staff shows now.
    demo_code: Option<String>,
}

impl FactorPage {
    fn new(visit: &Visit, form: FormState, half: Half) -> Self {
        let after = After::of(&half, form.value("done"));
        let title = after.map_or("factor-title", |x| x.title);
        let wish = Method::parse(form.value("by")).filter(|x| half.methods.contains(x));
        let method = wish.or(half.methods.first().copied()).unwrap_or(Method::Sms);
        let demo_code = if visit.app.demo { demo_code(visit, &half) } else { None };
        Self {
            shell: visit.shell(title).of(&form),
            form,
            demo_code,
            half,
            method,
            after,
            sent: false,
        }
    }

    /// The other ways.
    fn others(&self) -> Vec<Method> {
        self.half.methods.iter().copied().filter(|x| *x != self.method).collect()
    }

    /// Where the code was sent, for its owner to recognise.
    fn to(&self) -> String {
        match (self.method, &self.half.account.email) {
            (Method::Email, Some(email)) => email.masked(),
            _ => self.half.account.phone.masked(),
        }
    }

    /// Where another way is chosen.
    fn by(&self, method: &Method) -> String {
        let here = here(self.form.value("next"), self.after);
        format!("{here}&by={}", method.as_str())
    }

    /// Whether the way that is shown is a code to a contact …
    fn by_contact(&self) -> bool {
        matches!(self.method, Method::Sms | Method::Email)
    }

    /// … which nobody has asked for yet: a page that is looked at sends nothing.
    fn unasked(&self) -> bool {
        self.by_contact() && self.half.again() && !self.half.sent
    }

    /// Whether a code can be said by a call.
    fn can_call(&self) -> bool {
        let app = &self.shell.visit.app;
        (app.policy.voice || app.demo) && self.half.methods.contains(&Method::Sms)
    }

    fn is(&self, method: &str) -> bool {
        self.method.as_str() == method
    }
}

/// What was done just before a proof of its owner is asked, and is said first: whoever has pressed a
/// button in need must see that it has worked.
#[derive(Clone, Copy, Debug)]
struct After {
    /// As addresses and forms say it.
    name: &'static str,
    /// Keys of the heading, and of what was done.
    title: &'static str,
    said: &'static str,
}

const CLOSED: After = After { name: "closed", title: "notme-done-title", said: "notme-done" };
const UNDONE: After =
    After { name: "contact", title: "data-undo-done-title", said: "data-undo-done" };

impl After {
    /// Only «It was not me» and a contact that is taken back begin a recovery with nothing shown that is
    /// nobody's mere claim: an address alone says nothing here.
    fn of(half: &Half, name: &str) -> Option<Self> {
        let fits = half.recovers() && half.shown.is_empty();
        [CLOSED, UNDONE].into_iter().find(|x| fits && x.name == name)
    }
}

/// This page, and on to `next`.
fn here(next: &str, after: Option<After>) -> String {
    let path = next::with("/signin/factor", next);
    after.map_or(path.clone(), |x| format!("{path}&done={}", x.name))
}

/// From a link in a message, when everything was closed: to the proof of whoever has followed it, with
/// `token`, and on to a new password. `contact`: the former contact is back, too.
pub(super) fn shut_out(visit: &Visit, token: &str, contact: bool) -> Answer {
    let config = &visit.app.config;
    let after = if contact { UNDONE } else { CLOSED };
    let answer = see_other(&here(super::devices::PASSWORD, Some(after)))?;
    let answer = with_cookie(answer, &cookies::no_session(config))?;
    with_cookie(answer, &cookies::half(config, token))
}

/// Does what the button of a page says to which `link` in a message has led, from this browser. Only a button
/// acts: programs that look into mail open every link, but press nothing.
pub(super) async fn by_link<T: Send + 'static>(
    visit: &Visit,
    (browser, fields): (&Browser, &Fields),
    link: String,
    act: impl Fn(&mut Tx<'_>, &Cx, &Policy, (&str, &Came)) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(fields));
    visit.db().write(move |tx| act(tx, &cx, &app.policy, (&link, &came))).await
}

/// What the app of a workplace of the demo shows; its secret is no secret.
fn demo_code(visit: &Visit, half: &Half) -> Option<String> {
    let email = half.account.email.as_ref()?.reveal();
    let workplaces = rooms::demo::staff::workplaces().ok()?;
    let seed = workplaces.iter().find(|x| x.login.email == *email)?.seed().ok()?;
    Some(seed.now(visit.app.clock.now()))
}

/// The half sign-in of this browser.
pub(super) async fn half(visit: &Visit, browser: &Browser) -> Outcome<Option<Half>> {
    let (now, Some(token)) = (visit.app.clock.now(), browser.half().map(str::to_owned)) else {
        return Ok(None);
    };
    visit.db().read(move |tx| factors::half(tx, now, &token)).await
}

/// To the beginning, when there is nothing that waits for a second factor.
pub(super) fn over(next: &str) -> Answer {
    see_other(&next::with("/signin", next))
}

/// The page again after a passkey was refused: it shows the keys, and the other ways.
pub(super) fn refused_here(visit: &Visit, (next, half): (&str, Half), error: Error) -> Answer {
    let values = Fields::default().with("next", next::own(next)).with("by", Method::Key.as_str());
    let form = FormState::refused(values, error)?;
    visit.again(FactorPage::new(visit, form, half))
}

async fn page(visit: Visit, browser: Browser, Query(query): Query) -> Answer {
    let Some(half) = half(&visit, &browser).await? else { return over(query.text("next")) };
    let values = Fields::default().with("next", next::own(query.text("next")));
    let values = values.with("by", query.text("by")).with("done", query.text("done"));
    let mut page = FactorPage::new(&visit, FormState::filled(values), half);
    page.sent = query.flag("sent");
    visit.page(page)
}

async fn pass(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let Some(half) = half(&visit, &browser).await? else { return over(fields.text("next")) };
    match passed(&visit, &browser, &fields).await {
        Ok(passed) => arrive(&visit, &passed, fields.text("next")),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(FactorPage::new(&visit, form, half))
        }
    }
}

/// After a proof that was right: the session, or the next proof.
pub(super) fn arrive(visit: &Visit, passed: &Passed, next: &str) -> Answer {
    match passed {
        Passed::In(opened) => entered(visit, opened, next::own(next)),
        Passed::More => see_other(&next::with("/signin/factor", next)),
    }
}

async fn passed(visit: &Visit, browser: &Browser, fields: &Fields) -> Outcome<Passed> {
    if fields.text("by") == Method::Password.as_str() {
        return with_password(visit, browser, fields).await;
    }
    let Some(code) = fields.opt("code").map(str::to_owned) else {
        return Err(Refusal::invalid(vec![FieldFault::new("code", "E-FORM-01")]).into());
    };
    let method = Method::parse(fields.text("by")).unwrap_or(Method::Sms);
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(fields));
    let browser = browser.clone();
    // A wrong try is counted, so its refusal must not roll the transaction back.
    let tried = visit.db().write(move |tx| {
        let token = browser.half().unwrap_or_default();
        let passed = signin::pass(tx, &cx, &app.policy, (token, &came), (method, &code))?;
        if let Ok(Passed::In(opened)) = &passed {
            browser.replaced(tx, opened)?;
        }
        Ok(passed)
    });
    Ok(tried.await?.map_err(|x| x.at("code"))?)
}

/// The password, after a code to a contact that was not enough.
async fn with_password(visit: &Visit, browser: &Browser, fields: &Fields) -> Outcome<Passed> {
    let empty = || Refusal::invalid(vec![FieldFault::new("password", "E-FORM-01")]);
    let password = fields.opt("password").map(str::to_owned).ok_or_else(empty)?;
    let (cx, token) = (visit.cx(), browser.half().unwrap_or_default().to_owned());
    let here = browser.came(fields);
    let challenge = visit.db().write(move |tx| by_code::ask(tx, &cx, (&token, &here))).await?;
    let app = visit.app.clone();
    let check = move || challenge.check(&app.policy.secrets, &password);
    let proven = visit.app.slow.run(check).await.map_err(|x| at_the_password(x, "password"))?;
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(fields));
    let browser = browser.clone();
    let enter = move |tx: &mut Tx<'_>| {
        let token = browser.half().unwrap_or_default();
        let passed = by_code::pass(tx, &cx, &app.policy, (token, &came), &proven)?;
        if let Passed::In(opened) = &passed {
            browser.replaced(tx, opened)?;
        }
        Ok(passed)
    };
    visit.db().write(enter).await
}

async fn send(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    let Some(half) = half(&visit, &browser).await? else { return over(fields.text("next")) };
    let said = fields.text("by") == "voice";
    let by = Method::parse(fields.text("by")).unwrap_or(Method::Sms);
    let (app, cx, waits) = (visit.app.clone(), visit.cx(), half.clone());
    let act = move |tx: &mut Tx<'_>| factors::send(tx, &cx, &app.policy, &waits, (by, said));
    let sent = visit.db().write(act).await;
    match sent {
        Ok(()) => {
            let path = here(fields.text("next"), After::of(&half, fields.text("done")));
            see_other(&format!("{path}&by={}&sent=1", by.as_str()))
        }
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(FactorPage::new(&visit, form, half))
        }
    }
}

/// The password once more, for those who have no second factor.
#[derive(Template)]
#[template(path = "signin/again.html")]
struct AgainPage {
    shell: Shell,
    form: FormState,
}

impl AgainPage {
    fn new(visit: &Visit, form: FormState) -> Self {
        Self { shell: visit.shell("again-title").of(&form), form }
    }
}

/// What a fresh proof is for, as addresses say it.
const WORTHS: [(&str, Worth); 2] = [("safety", Worth::Best), ("staff", Worth::Staff)];

/// Somebody who is signed in proves it once more, as `for` says; whoever lacks what opens a workplace
/// is led to setting it up.
async fn again(visit: Visit, browser: Browser, Query(query): Query) -> Answer {
    let (cx, id) = (visit.cx(), own(&visit)?);
    let worth = WORTHS.into_iter().find(|x| x.0 == query.text("for")).map_or(Worth::Usual, |x| x.1);
    let begin = move |tx: &mut Tx<'_>| {
        let token = browser.session().unwrap_or_default();
        factors::again::again(tx, &cx, (&id, token), worth)
    };
    let next = next::own(query.text("next"));
    match visit.db().write(begin).await? {
        Again::SetUp => see_other(&format!("{}?for=staff", super::security::HERE)),
        Again::Half(token) => {
            let answer = see_other(&next::with("/signin/factor", next))?;
            with_cookie(answer, &cookies::half(&visit.app.config, &token))
        }
        Again::Password => {
            let values = Fields::default().with("next", next);
            visit.page(AgainPage::new(&visit, FormState::filled(values)))
        }
    }
}

async fn password(visit: Visit, browser: Browser, Form(fields): Form) -> Answer {
    match proved(&visit, &browser, &fields).await {
        Ok(opened) => entered(&visit, &opened, next::own(fields.text("next"))),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(AgainPage::new(&visit, form))
        }
    }
}

/// Checks the password of whoever is signed in; gives the new session.
///
/// # Errors
/// `E-AUTH-13` when it is wrong, `E-AUTH-03` with the time to wait, `E-FORM-01` when it is missing;
/// `E-AUTH-01` and `E-AUTH-10` when password or session are gone by now.
async fn proved(visit: &Visit, browser: &Browser, fields: &Fields) -> Outcome<Opened> {
    let empty = || Refusal::invalid(vec![FieldFault::new("password", "E-FORM-01")]);
    let password = fields.opt("password").map(str::to_owned).ok_or_else(empty)?;
    let (cx, id) = (visit.cx(), own(visit)?);
    let challenge = visit.db().write(move |tx| factors::again::ask_again(tx, &cx, &id)).await?;
    let app = visit.app.clone();
    let check = move || challenge.check(&app.policy.secrets, &password);
    let proven = visit.app.slow.run(check).await.map_err(|x| at_the_password(x, "password"))?;
    let (cx, came, browser) = (visit.cx(), browser.came(&Fields::default()), browser.clone());
    let renew = move |tx: &mut Tx<'_>| {
        let token = browser.session().unwrap_or_default();
        let opened = factors::again::entered_again(tx, &cx, (&proven, token), &came)?;
        browser.replaced(tx, &opened)?;
        Ok(opened)
    };
    visit.db().write(renew).await
}

/// A wrong password is said at its field, and leads nowhere.
pub(super) fn at_the_password(error: Error, field: &'static str) -> Error {
    match error {
        Error::Refusal(refusal) if refusal.kind == Kind::Unauthenticated => {
            Refusal::invalid(vec![FieldFault::new(field, "E-AUTH-13")]).into()
        }
        error => error,
    }
}

/// To the page where a proof is given, and back to what was wanted.
pub(crate) fn prove_first(back: &str, proof: StepUp) -> Response {
    let path = next::with("/signin/again", back);
    let strongly = if proof == StepUp::Factor { "&for=staff" } else { "" };
    see_other(&format!("{path}{strongly}")).into_response()
}

/// Leads through the best proof there is and back to `next`, unless it was given just now: for what
/// changes how somebody proves who they are.
///
/// # Errors
/// A fault of the engine.
pub(crate) async fn stale(
    visit: &Visit,
    browser: &Browser,
    next: &str,
) -> Result<Option<Response>, Failure> {
    match fresh(visit, browser, true).await? {
        true => Ok(None),
        false => {
            let path = next::with("/signin/again", &kept::once_more(visit, next).await?);
            see_other(&format!("{path}&for=safety")).map(Some)
        }
    }
}

/// Whether a proof was given just now; `best`: the best there is.
async fn fresh(visit: &Visit, browser: &Browser, best: bool) -> Outcome<bool> {
    if visit.signed_in.as_ref().is_some_and(|x| x.bearer) {
        // A token says nothing of who holds it.
        return Ok(false);
    }
    let (now, id) = (visit.app.clock.now(), own(visit)?);
    let token = browser.session().unwrap_or_default().to_owned();
    visit.db().read(move |tx| factors::read::fresh(tx, now, &id, (&token, best))).await
}

/// Leads through the proof that a sign-in asks for, unless it was given just now, and back to the form
/// of the page `path`, where what was typed is given back.
///
/// # Errors
/// A fault of the engine.
pub(crate) async fn stale_form(
    visit: &Visit,
    browser: &Browser,
    (path, fields): (&str, &Fields),
) -> Result<Option<Response>, Failure> {
    if fresh(visit, browser, false).await? {
        return Ok(None);
    }
    let back = kept::for_page(visit, path, fields).await?;
    see_other(&next::with("/signin/again", &back)).map(Some)
}
