//! What a person sees of a site's question: who asks, what they will read, yes or no.

use askama::Template;
use axum::extract::Path;
use base::{Id, Outcome, Tx};
use rooms::accounts::{Level, read};
use rooms::sessions;
use rooms::sso::grant::{self, From};
use rooms::sso::request::{self, Request};
use rooms::sso::rules::{Step, Who, Wrong};
use rooms::sso::{Scope, Scopes};

use super::super::account::{level_title, own};
use super::authorize::{answered, refusal};
use super::{By, leave};
use crate::browser::{Browser, left};
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Form, Shell, Visit, next, see_other};

const ASK: &str = "/sso/ask/";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/sso/ask/{id}", Action::SignInToSite, Rate::Secret, by_link),
        get("/sso/ask/{id}/go", Action::SignInToSite, Rate::Secret, after_form),
        post("/sso/ask/{id}", Action::AllowSite, Rate::Secret, answer),
        post("/sso/ask/{id}/other", Action::SignOut, Rate::Secret, other),
        post("/sso/ask/{id}/back", Action::AllowSite, Rate::Secret, back),
    ]
}

/// Who asks, and what for.
#[derive(Template)]
#[template(path = "sso/ask.html")]
struct AskPage {
    shell: Shell,
    request: Request,
    /// What can be said no to, with what will be read.
    wishes: Vec<Wish>,
    /// What was allowed before and is read, too.
    given: Vec<Scope>,
    /// Not to be asked again.
    remember: bool,
    /// The level of the account, which the site is told.
    level: String,
    /// For how many days it may read while the person is away.
    days: Option<u16>,
}

/// Something a site wants to read.
struct Wish {
    scope: Scope,
    /// The person's own value, as the site will read it; empty when it is none.
    value: String,
    ticked: bool,
}

/// The level is too low.
#[derive(Template)]
#[template(path = "sso/raise.html")]
struct RaisePage {
    shell: Shell,
    request: Request,
    least: String,
    own: String,
}

/// The site expects somebody else.
#[derive(Template)]
#[template(path = "sso/other.html")]
struct OtherPage {
    shell: Shell,
    request: Request,
}

/// Where a form leads on.
fn go(id: &Id) -> String {
    format!("{ASK}{id}/go")
}

async fn by_link(visit: Visit, browser: Browser, Path(id): Path<Id>) -> Answer {
    proceed(&visit, &browser, &id, By::Link).await
}

async fn after_form(visit: Visit, browser: Browser, Path(id): Path<Id>) -> Answer {
    proceed(&visit, &browser, &id, By::Form).await
}

/// Does what comes next.
async fn proceed(visit: &Visit, browser: &Browser, id: &Id, by: By) -> Answer {
    let (now, asked, account) = (visit.app.clock.now(), id.clone(), visit.account().cloned());
    let level = visit.signed_in.as_ref().map(|x| x.level);
    let token = browser.session().unwrap_or_default().to_owned();
    let look = move |tx: &mut Tx<'_>| {
        let request = request::find(tx, now, &asked)?;
        let proof = sessions::proof(tx, now, &token)?;
        let proved_at = proof.and_then(|x| x.proved_at);
        let who = level.zip(proved_at).map(|(level, proved_at)| Who { level, proved_at });
        let step = request::next(tx, &request, account.as_ref().zip(who))?;
        Ok((request, step))
    };
    let (request, step) = visit.db().read(look).await?;
    match step {
        Step::SignIn => see_other(&next::with("/signin", &go(id))),
        Step::SignInOther => {
            let shell = visit.shell("sso-other-title");
            visit.page(OtherPage { shell, request })
        }
        Step::ProveAgain => see_other(&next::with("/signin/again", &go(id))),
        Step::Raise(level) => raise(visit, request, level),
        Step::Ask => ask(visit, request).await,
        Step::Give(scopes) => give(visit, browser, (request, scopes), by).await,
        Step::Refuse(wrong) => refuse(visit, request, wrong, by).await,
    }
}

async fn ask(visit: &Visit, request: Request) -> Answer {
    let id = own(visit)?;
    let look = move |tx: &mut Tx<'_>| {
        let question = request::question(tx, &request, &id)?;
        Ok((read::account(tx, &id)?, question, request))
    };
    let (account, question, request) = visit.db().read(look).await?;
    let value = |scope| match (scope, &account) {
        (Scope::Profile, Some(x)) => x.full_name().into_revealed(),
        (Scope::Email, Some(x)) => {
            x.email.as_ref().map(|x| x.reveal().to_owned()).unwrap_or_default()
        }
        (Scope::Phone, Some(x)) => x.phone.reveal().to_owned(),
        _ => String::new(),
    };
    let wish = |scope| Wish { scope, value: value(scope), ticked: question.ticked.has(scope) };
    let wishes = question.shown.without(Scope::OpenId).iter().map(wish).collect();
    let given = question.given.without(Scope::OpenId).iter().collect();
    let level = visit.signed_in.as_ref().map(|x| level_title(visit, x.level)).unwrap_or_default();
    let offline = request.asked.scopes.has(Scope::Offline);
    let days = offline.then_some(visit.app.config.sso_offline_days);
    let (shell, remember) = (visit.shell("sso-ask-title"), question.remember);
    visit.page(AskPage { shell, request, wishes, given, remember, level, days })
}

fn raise(visit: &Visit, request: Request, least: Level) -> Answer {
    let own = visit.signed_in.as_ref().map(|x| level_title(visit, x.level)).unwrap_or_default();
    let shell = visit.shell("sso-raise-title");
    visit.page(RaisePage { shell, request, least: level_title(visit, least), own })
}

async fn give(
    visit: &Visit,
    browser: &Browser,
    (request, scopes): (Request, Scopes),
    by: By,
) -> Answer {
    let (cx, account) = (visit.cx(), own(visit)?);
    let (token, asked) = (browser.session().unwrap_or_default().to_owned(), request.clone());
    let issue = move |tx: &mut Tx<'_>| {
        let from = From { account: &account, session: &token };
        grant::issue(tx, &cx, &asked, from, scopes)
    };
    let code = visit.db().write(issue).await?;
    let asked = &request.asked;
    let url = answered(visit, &asked.redirect, asked.state.as_deref(), ("code", &code));
    leave(visit, by, (request.client.name.in_lang(visit.lang), &url))
}

async fn refuse(visit: &Visit, request: Request, wrong: Wrong, by: By) -> Answer {
    let id = request.id.clone();
    visit.db().write(move |tx| request::end(tx, &id)).await?;
    let asked = &request.asked;
    let url = refusal(visit, &asked.redirect, asked.state.as_deref(), wrong);
    leave(visit, by, (request.client.name.in_lang(visit.lang), &url))
}

/// Yes or no.
async fn answer(visit: Visit, Path(id): Path<Id>, Form(fields): Form) -> Answer {
    let scopes: Vec<&str> = fields.all("scope").collect();
    let said = match fields.flag("allow") {
        true => request::Answer::Allow {
            scopes: Scopes::parse(&scopes.join(" ")),
            remember: fields.flag("remember"),
        },
        false => request::Answer::Deny,
    };
    let (cx, account, asked) = (visit.cx(), own(&visit)?, id.clone());
    visit.db().write(move |tx| request::answer(tx, &cx, (&asked, &account), &said)).await?;
    see_other(&go(&id))
}

/// Back to the site without an answer: it hears that the level was not reached, or that whom it expects has
/// not signed in.
async fn back(visit: Visit, Path(id): Path<Id>, Form(fields): Form) -> Answer {
    let now = visit.app.clock.now();
    let request = visit.db().read(move |tx| request::find(tx, now, &id)).await?;
    let wrong = if fields.flag("other") { Wrong::Login } else { Wrong::Level };
    refuse(&visit, request, wrong, By::Form).await
}

/// It is somebody else who wants to sign in there: signs out here and begins anew.
async fn other(visit: Visit, browser: Browser, Path(id): Path<Id>) -> Answer {
    visit.db().write(move |tx| browser.leave(tx)).await?;
    left(&visit, see_other(&next::with("/signin", &go(&id))))
}

/// The site that waits for whoever signs in now, and whom it expects: for the sign-in page that leads
/// to `next`.
///
/// # Errors
/// A fault of the engine.
pub(in crate::pages) async fn expected(visit: &Visit, next: &str) -> Outcome<Option<Request>> {
    let id = next.strip_prefix(ASK).and_then(|x| x.split('/').next()).map(Id::from);
    let (Some(id), now) = (id, visit.app.clock.now()) else { return Ok(None) };
    let find = move |tx: &mut Tx<'_>| match request::find(tx, now, &id) {
        Ok(request) => Ok(Some(request)),
        Err(error) if error.code().is_some() => Ok(None),
        Err(error) => Err(error),
    };
    visit.db().read(find).await
}
