//! Signing in with an account of elsewhere, and linking it to one's own.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::HeaderMap;
use base::{Instant, Kind, Outcome, Refusal, Tx};
use rooms::accounts::Level;
use rooms::factors::{self, signin, signin::Entered};
use rooms::identity;
use rooms::sso::elsewhere::{self, Identity, Link, Provider, Return, Trip, Waiting, Withheld};

use super::account::{moment, own};
use super::factor::stale;
use super::sso::{By, issuer, leave};
use crate::answer::with_cookie;
use crate::browser::{Browser, entered};
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, cookies, next, see_other};

/// Where an identity waits for its account.
pub(super) const HERE: &str = "/signin/elsewhere";
/// Where whoever has come back goes on with it, or says that it is somebody else's.
const GO_ON: &str = "/signin/elsewhere/go";
const LEAVE: &str = "/signin/elsewhere/leave";
const OWN: &str = "/account/providers";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/signin/with/{provider}", Action::SignIn, Rate::Elsewhere, depart),
        get("/signin/back/{provider}", Action::SignIn, Rate::Elsewhere, back),
        get(HERE, Action::SignIn, Rate::Secret, waiting),
        post(HERE, Action::KeepSafe, Rate::Secret, link),
        post(GO_ON, Action::SignIn, Rate::Secret, go_on),
        post(LEAVE, Action::SignIn, Rate::Secret, leave_it),
        get(OWN, Action::KeepSafe, Rate::Secret, page),
        post("/account/providers/{provider}/unlink", Action::KeepSafe, Rate::Secret, unlink),
        post("/account/providers/{provider}/agree", Action::KeepSafe, Rate::Secret, agree),
    ]
}

/// The provider of this name.
fn known<'a>(visit: &'a Visit, id: &str) -> Result<&'a Provider, Refusal> {
    let found = visit.app.providers.all().iter().find(|x| x.id == id);
    found.ok_or_else(|| Refusal::new(Kind::NotFound, "E-REQ-01"))
}

/// What this browser holds for its trips.
fn held<'a>(visit: &Visit, headers: &'a HeaderMap) -> Option<&'a str> {
    let token = cookies::read(headers, cookies::trip_name(&visit.app.config));
    token.filter(|x| x.len() == 43)
}

/// Sends a person to a provider.
async fn depart(
    visit: Visit,
    headers: HeaderMap,
    Path(provider): Path<String>,
    Query(query): Query,
) -> Answer {
    let name = known(&visit, &provider)?.name.clone();
    let place = visit.app.providers.enter(&visit, &provider)?;
    let cx = visit.cx();
    let token = held(&visit, &headers).map_or_else(|| elsewhere::token(&cx), str::to_owned);
    let redirect = format!("{}/signin/back/{provider}", issuer(&visit));
    let wanted = next::own(query.text("next")).to_owned();
    let (id, holds) = (provider.clone(), token.clone());
    let account = visit.account().cloned();
    let act = move |tx: &mut Tx<'_>| {
        elsewhere::depart(tx, &cx, (&holds, &id, account.as_ref()), (&redirect, &wanted))
    };
    let departure = visit.db().write(act).await?;
    let url = place.ask(&visit, move |x, id| x.address(id, &departure)).await?;
    let answer = leave(&visit, By::Link, (&name, &url))?;
    with_cookie(answer, &cookies::trip(&visit.app.config, &token))
}

/// What a person who comes back meets.
enum Arrived {
    /// Their own account.
    Known(Entered),
    /// The page that asks whose identity this is.
    New,
}

/// Somebody comes back from a provider.
async fn back(
    visit: Visit,
    browser: Browser,
    headers: HeaderMap,
    Path(provider): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let over = || Refusal::new(Kind::Gone, "E-SSO-32");
    let fields = Fields::parse_plain(query.unwrap_or_default().as_bytes())?;
    let token = held(&visit, &headers).ok_or_else(over)?.to_owned();
    // Who finds no room keeps their trip, and may come back.
    let place = visit.app.providers.enter(&visit, &provider)?;
    let (cx, state) = (visit.cx(), fields.text("state").to_owned());
    let (id, holds) = (provider.clone(), token.clone());
    let act = move |tx: &mut Tx<'_>| elsewhere::back(tx, &cx, (&holds, &id), &state);
    let trip = visit.db().write(act).await?;
    let code = fields.opt("code").filter(|_| fields.opt("error").is_none());
    let code = code.ok_or_else(|| Refusal::new(Kind::Conflict, "E-SSO-36"))?.to_owned();
    let issuer = fields.opt("iss").map(str::to_owned);
    let departure = trip.departure.clone();
    let back = Return { code, issuer, departure, at: visit.app.clock.now() };
    let identity = place.ask(&visit, move |x, id| x.identity(id, &back)).await?;
    let arrived = arrive(&visit, &browser, (token, provider), (identity, trip.clone())).await?;
    match arrived {
        Arrived::New => see_other(HERE),
        Arrived::Known(Entered::In(opened)) => entered(&visit, &opened, next::own(&trip.next)),
        Arrived::Known(Entered::Half(token)) => {
            let answer = see_other(&next::with("/signin/factor", &trip.next))?;
            with_cookie(answer, &cookies::half(&visit.app.config, &token))
        }
    }
}

/// Opens the account that the identity belongs to, or keeps the identity until its owner is known.
async fn arrive(
    visit: &Visit,
    browser: &Browser,
    (token, provider): (String, String),
    (identity, trip): (Identity, Trip),
) -> Outcome<Arrived> {
    let (app, cx, came) = (visit.app.clone(), visit.cx(), browser.came(&Fields::default()));
    let browser = browser.clone();
    let act = move |tx: &mut Tx<'_>| {
        let Some(account) = elsewhere::owner(tx, &cx, &provider, &identity)? else {
            elsewhere::wait(tx, &cx, (&token, &provider), (identity.clone(), &trip))?;
            return Ok(Arrived::New);
        };
        let entered = signin::by_provider(tx, &cx, &app.policy, (&account, &came))?;
        if let Entered::In(opened) = &entered {
            browser.replaced(tx, opened)?;
        }
        Ok(Arrived::Known(entered))
    };
    visit.db().write(act).await
}

/// Whose identity is this?
#[derive(Template)]
#[template(path = "signin/elsewhere.html")]
struct WaitingPage {
    shell: Shell,
    form: FormState,
    provider: String,
    /// «Анна С.», as the provider says; nothing until whoever came back goes on with it.
    who: Option<String>,
    /// Linking it could raise the level of whoever agrees to being checked.
    asks: bool,
}

impl WaitingPage {
    fn new(visit: &Visit, form: FormState, found: &Waiting) -> Self {
        let name = known(visit, &found.provider).map_or(found.provider.as_str(), |x| &x.name);
        Self {
            shell: visit.shell("elsewhere-title").of(&form),
            form,
            provider: name.to_owned(),
            who: found.told.then(|| found.identity.short().into_revealed()),
            asks: found.asks,
        }
    }
}

impl WaitingPage {
    /// Whether whoever is here has to go on with it first: to their account, or to saying whose it is.
    fn goes_on(&self) -> bool {
        self.who.is_none() || self.shell.name().is_none()
    }
}

/// The identity that waits in this browser for whoever is signed in.
pub(super) async fn waits(visit: &Visit, headers: &HeaderMap) -> Outcome<Option<Waiting>> {
    let (now, Some(token)) = (visit.app.clock.now(), held(visit, headers).map(str::to_owned))
    else {
        return Ok(None);
    };
    let account = visit.account().cloned();
    visit.db().read(move |tx| elsewhere::waits(tx, now, (&token, account.as_ref()))).await
}

async fn waiting(visit: Visit, headers: HeaderMap) -> Answer {
    match waits(&visit, &headers).await? {
        Some(found) => visit.page(WaitingPage::new(&visit, FormState::new(), &found)),
        None if visit.signed_in.is_some() => see_other("/account"),
        // It may wait for whoever was signed in when they left.
        None => see_other(&next::with("/signin", HERE)),
    }
}

/// Whoever came back as a guest goes on: to their own account, or to a new one.
async fn go_on(visit: Visit, headers: HeaderMap, Form(fields): Form) -> Answer {
    let token = held(&visit, &headers).unwrap_or_default().to_owned();
    let (cx, account) = (visit.cx(), visit.account().cloned());
    let act = move |tx: &mut Tx<'_>| elsewhere::take_up(tx, &cx, (&token, account.as_ref()));
    visit.db().write(act).await?;
    match fields.text("to") {
        _ if visit.signed_in.is_some() => see_other(HERE),
        "register" => see_other(&next::with("/register", HERE)),
        _ => see_other(&next::with("/signin", HERE)),
    }
}

/// «Это не вы?»: what somebody else has brought is forgotten.
async fn leave_it(visit: Visit, headers: HeaderMap) -> Answer {
    if let Some(token) = held(&visit, &headers).map(str::to_owned) {
        visit.db().write(move |tx| elsewhere::forget(tx, &token)).await?;
    }
    let to = if visit.signed_in.is_some() { OWN } else { "/signin" };
    with_cookie(see_other(to)?, &cookies::no_trip(&visit.app.config))
}

/// The person says that both are theirs.
async fn link(visit: Visit, browser: Browser, headers: HeaderMap, Form(fields): Form) -> Answer {
    if let Some(led) = stale(&visit, &browser, HERE).await? {
        return Ok(led);
    }
    let found = waits(&visit, &headers).await?;
    let token = held(&visit, &headers).unwrap_or_default().to_owned();
    let (app, cx, id) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let (came, agreed) = (browser.came(&Fields::default()), fields.flag("consent"));
    let act = move |tx: &mut Tx<'_>| {
        let linked = elsewhere::link(tx, &cx, (&token, &id), agreed.then_some(&app.policy))?;
        factors::tell(tx, &cx, &app.policy, &id, (factors::Event::ProviderLinked, &came))?;
        Ok(linked)
    };
    match visit.db().write(act).await {
        Ok(linked) => {
            let next = match (linked.next.as_str(), linked.withheld) {
                ("/" | "/account", _) => format!("{OWN}?done=linked"),
                (other, None) => other.to_owned(),
                // Whoever counts on a higher level first reads why it is not there.
                (other, Some(_)) => format!("{}&done=linked", next::with(OWN, other)),
            };
            let answer = see_other(next::own(&next))?;
            with_cookie(answer, &cookies::no_trip(&visit.app.config))
        }
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            match found {
                Some(found) => visit.again(WaitingPage::new(&visit, form, &found)),
                None => see_other(OWN),
            }
        }
    }
}

/// «Вход через другие организации».
#[derive(Template)]
#[template(path = "account/providers.html")]
struct ProvidersPage {
    shell: Shell,
    form: FormState,
    rows: Vec<(Provider, Option<Link>)>,
    /// Key of the words about what was done just now.
    done: Option<&'static str>,
    /// Where the person was going.
    go_on: Option<String>,
}

impl ProvidersPage {
    async fn load(visit: &Visit, form: FormState) -> Outcome<Self> {
        let id = own(visit)?;
        let mut links = visit.db().read(move |tx| elsewhere::links(tx, &id)).await?;
        // Whoever is of the highest level by now need not know what did not lead there.
        if visit.signed_in.as_ref().is_some_and(|x| x.level == Level::Verified) {
            links.iter_mut().for_each(|x| x.withheld = None);
        }
        let of = |x: &Provider| links.iter().find(|link| link.provider == x.id).cloned();
        let rows = visit.app.providers.all().iter().map(|x| (x.clone(), of(x))).collect();
        let shell = visit.shell("providers-title").crumb("/account", "account-title").of(&form);
        Ok(Self { shell, form, rows, done: None, go_on: None })
    }

    /// Whether all that was missing for a higher level is that its owner agrees to being checked.
    fn asks(&self, link: &Link) -> bool {
        link.withheld == Some(Withheld::Consent)
    }

    fn at(&self, at: &Instant) -> String {
        moment(&self.shell.visit, *at)
    }
}

/// What was done, as addresses say it, and its words.
const DONE: [(&str, &str); 2] =
    [("linked", "providers-done-linked"), ("unlinked", "providers-done-unlinked")];

async fn page(visit: Visit, Query(query): Query) -> Answer {
    let mut page = ProvidersPage::load(&visit, FormState::new()).await?;
    page.done = DONE.into_iter().find(|x| x.0 == query.text("done")).map(|x| x.1);
    page.go_on = query.opt("next").map(|x| next::own(x).to_owned()).filter(|x| x != "/");
    visit.page(page)
}

async fn unlink(visit: Visit, browser: Browser, Path(provider): Path<String>) -> Answer {
    if let Some(led) = stale(&visit, &browser, OWN).await? {
        return Ok(led);
    }
    let (app, cx, id) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let came = browser.came(&Fields::default());
    let act = move |tx: &mut Tx<'_>| {
        elsewhere::unlink(tx, (&id, &provider))?;
        factors::tell(tx, &cx, &app.policy, &id, (factors::Event::ProviderUnlinked, &came))
    };
    match visit.db().write(act).await {
        Ok(()) => see_other(&format!("{OWN}?done=unlinked")),
        Err(error) => {
            let form = FormState::refused(Fields::default(), error)?;
            visit.again(ProvidersPage::load(&visit, form).await?)
        }
    }
}

/// The person agrees to being checked by a provider and goes there once more.
async fn agree(visit: Visit, browser: Browser, Path(provider): Path<String>) -> Answer {
    if let Some(led) = stale(&visit, &browser, OWN).await? {
        return Ok(led);
    }
    known(&visit, &provider)?;
    let (app, cx, id) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let act = move |tx: &mut Tx<'_>| identity::agree(tx, &cx, &app.policy, (&id, true));
    visit.db().write(act).await?;
    see_other(&next::with(&format!("/signin/with/{provider}"), OWN))
}
