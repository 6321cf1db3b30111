//! «Подключённые сайты»: which sites let people in through the portal; connecting, changing and
//! disconnecting them.

mod typed;

use askama::Template;
use axum::extract::Path;
use base::{Id, Instant, Outcome, Tx, idem};
use rooms::accounts;
use rooms::sso::Scope;
use rooms::sso::client::Auth;
use rooms::sso::overview::{self, Event, Site};
use rooms::sso::register::{self, NewClient, Registered};

use super::people::{actor, full_name};
use super::{Entry, has, menu};
use crate::form::Choice;
use crate::pages::account::moment;
use crate::pages::sso::issuer;
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, see_other};
use typed::{shown, typed};

const HERE: &str = "/staff/sites";

/// The routes of this folder.
pub(super) fn routes() -> Vec<Route> {
    use Action::{ConnectSites, ReadSites};
    use Rate::{Read, Write};
    vec![
        get(HERE, ReadSites, Read, list),
        get("/staff/sites/new", ConnectSites, Write, form),
        post("/staff/sites/new", ConnectSites, Write, add),
        get("/staff/sites/{id}", ReadSites, Read, card),
        get("/staff/sites/{id}/edit", ConnectSites, Write, edit),
        post("/staff/sites/{id}/edit", ConnectSites, Write, change),
        post("/staff/sites/{id}/secret", ConnectSites, Write, renew),
        post("/staff/sites/{id}/close", ConnectSites, Write, close),
        post("/staff/sites/{id}/open", ConnectSites, Write, reopen),
    ]
}

/// All sites.
#[derive(Template)]
#[template(path = "staff/sites.html")]
struct SitesPage {
    shell: Shell,
    menu: Vec<Entry>,
    sites: Vec<Site>,
    may_connect: bool,
}

impl SitesPage {
    fn used(&self, site: &Site) -> String {
        used(&self.shell.visit, site)
    }
}

/// When a site last got tokens, in words.
fn used(visit: &Visit, site: &Site) -> String {
    site.used_at.map_or_else(|| visit.t("staff-sites-unused").to_owned(), |at| moment(visit, at))
}

async fn list(visit: Visit) -> Answer {
    let sites = visit.db().read(overview::sites).await?;
    visit.page(SitesPage {
        shell: visit.shell("staff-sites-title"),
        menu: menu(&visit),
        sites,
        may_connect: has(&visit, Action::ConnectSites),
    })
}

/// One site: what is registered, what was done to it, and what can be done.
#[derive(Template)]
#[template(path = "staff/site.html")]
struct SitePage {
    shell: Shell,
    menu: Vec<Entry>,
    form: FormState,
    key: String,
    site: Site,
    registered: NewClient,
    issuer: String,
    history: Vec<Told>,
    may_connect: bool,
    /// Key of the words about what was done just now.
    done: Option<&'static str>,
}

/// An entry of the history.
struct Told {
    when: String,
    what: String,
    who: String,
    more: String,
}

impl SitePage {
    async fn load(visit: &Visit, id: &Id, form: FormState) -> Outcome<Self> {
        let id = id.clone();
        let found = visit.db().read(move |tx| {
            let (site, registered, events) = overview::site(tx, &id)?;
            let actors: Vec<Id> = events.iter().filter_map(|x| actor(&x.actor)).collect();
            let people = accounts::read::accounts(tx, actors.iter())?;
            Ok((site, registered, events, people))
        });
        let (site, registered, events, people) = found.await?;
        let who = |event: &Event| match actor(&event.actor) {
            Some(id) => {
                people.get(&id).map_or_else(|| visit.t("staff-closed").to_owned(), full_name)
            }
            None => visit.t("staff-by-engineer").to_owned(),
        };
        let told = |event: &Event| Told {
            when: moment(visit, event.at),
            what: visit.t(&format!("staff-sites-event-{}", event.event)).to_owned(),
            who: who(event),
            more: more(visit, event),
        };
        let name = site.client.name.in_lang(visit.lang).to_owned();
        Ok(Self {
            shell: visit
                .shell("staff-site-title")
                .about(name)
                .crumb(HERE, "staff-sites-title")
                .of(&form),
            menu: menu(visit),
            form,
            key: visit.mint(),
            history: events.iter().map(told).collect(),
            site,
            registered,
            issuer: issuer(visit),
            may_connect: has(visit, Action::ConnectSites),
            done: None,
        })
    }

    fn at(&self, at: &Instant) -> String {
        moment(&self.shell.visit, *at)
    }

    fn used(&self) -> String {
        used(&self.shell.visit, &self.site)
    }

    fn scopes(&self) -> Vec<Scope> {
        self.site.client.scopes.without(Scope::OpenId).iter().collect()
    }

    fn auth(&self) -> &str {
        self.shell.visit.t(auth_key(self.site.client.auth))
    }

    fn has_secret(&self) -> bool {
        self.site.client.auth == Auth::Secret
    }

    /// Until when the secret before the present one is good.
    fn former(&self) -> Option<String> {
        let visit = &self.shell.visit;
        self.site.client.former_until(visit.app.clock.now()).map(|at| moment(visit, at))
    }

    /// How long the former secret stays good.
    fn lasts(&self) -> Vec<Choice> {
        let visit = &self.shell.visit;
        let choice = |value: &str, key: &str| Choice::new(value, visit.t(key));
        vec![choice("day", "staff-sites-former-day"), choice("at-once", "staff-sites-former-none")]
    }
}

/// Which fields were changed, or how long a former secret was good.
fn more(visit: &Visit, event: &Event) -> String {
    match event.former_hours {
        Some(0) => visit.t("staff-sites-former-none").to_owned(),
        Some(hours) => visit.tn("staff-sites-former-hours", hours),
        None => {
            let names = event.changed.iter().map(|x| visit.t(&format!("field-{x}")).to_owned());
            names.collect::<Vec<_>>().join(", ")
        }
    }
}

fn auth_key(auth: Auth) -> &'static str {
    match auth {
        Auth::Secret => "staff-sites-auth-secret",
        Auth::Keys => "staff-sites-auth-keys",
        Auth::Nothing => "staff-sites-auth-nothing",
    }
}

/// What was done, as addresses say it, and its words.
const DONE: [(&str, &str); 5] = [
    ("connected", "staff-sites-done-connected"),
    ("changed", "staff-sites-done-changed"),
    ("closed", "staff-sites-done-closed"),
    ("opened", "staff-sites-done-opened"),
    ("shown", "staff-sites-done-shown"),
];

async fn card(visit: Visit, Path(id): Path<Id>, Query(query): Query) -> Answer {
    let mut page = SitePage::load(&visit, &id, visit.blank()).await?;
    page.done = DONE.into_iter().find(|x| x.0 == query.text("done")).map(|x| x.1);
    visit.page(page)
}

/// The form of a new site, or of one that is changed.
#[derive(Template)]
#[template(path = "staff/site_form.html")]
struct FormPage {
    shell: Shell,
    menu: Vec<Entry>,
    form: FormState,
    key: String,
    /// The site that is changed.
    site: Option<Id>,
    scopes: Vec<Choice>,
    auths: Vec<Choice>,
}

impl FormPage {
    fn new(visit: &Visit, site: Option<Id>, form: FormState) -> Self {
        let title = if site.is_some() { "staff-sites-edit" } else { "staff-sites-new" };
        let scopes = Scope::ALL.into_iter().filter(|x| *x != Scope::OpenId);
        let scope = |x: Scope| Choice::new(x.as_str(), visit.t(&format!("sso-scope-{}", x.key())));
        let auth = |x: Auth| {
            let words = auth_key(x);
            Choice::new(x.as_str(), visit.t(words)).hint(visit.t(&format!("{words}-hint")))
        };
        let shell = visit.shell(title).crumb(HERE, "staff-sites-title");
        let shell = match &site {
            Some(id) => shell.crumb(format!("{HERE}/{id}"), "staff-site-title"),
            None => shell,
        };
        Self {
            shell: shell.of(&form),
            menu: menu(visit),
            form,
            key: visit.mint(),
            site,
            scopes: scopes.map(scope).collect(),
            auths: Auth::ALL.into_iter().map(auth).collect(),
        }
    }
}

async fn form(visit: Visit) -> Answer {
    let values = Fields::default().with("auth", Auth::Secret.as_str());
    let values = values.and("scope", Scope::Profile.as_str());
    visit.page(FormPage::new(&visit, None, visit.filled(values)))
}

/// The secret, shown once.
#[derive(Template)]
#[template(path = "staff/site_secret.html")]
struct SecretPage {
    shell: Shell,
    menu: Vec<Entry>,
    id: Id,
    secret: String,
    issuer: String,
}

/// Shows the secret, if one was made; else leads to the site. A form that comes twice shows none the
/// second time: it is kept nowhere.
fn made(visit: &Visit, made: Registered, done: &str) -> Answer {
    let Registered { id, secret } = made;
    match secret {
        Some(secret) => visit.page(SecretPage {
            shell: visit
                .shell("staff-sites-secret-title")
                .crumb(HERE, "staff-sites-title")
                .crumb(format!("{HERE}/{id}"), "staff-site-title"),
            menu: menu(visit),
            id,
            secret,
            issuer: issuer(visit),
        }),
        None => see_other(&format!("{HERE}/{id}?done={done}")),
    }
}

/// Does something to a site once, under the key of its form.
async fn once(
    visit: &Visit,
    (fields, parts): (&Fields, &[&str]),
    act: impl Fn(&mut Tx<'_>, &base::Cx) -> Outcome<Registered> + Send + 'static,
) -> Outcome<Registered> {
    let (cx, key) = (visit.cx(), fields.key(parts));
    let act = move |tx: &mut Tx<'_>| match &key {
        Some(key) => idem::once(tx, &cx, key, |tx| act(tx, &cx)),
        None => act(tx, &cx),
    };
    visit.db().write(act).await
}

async fn add(visit: Visit, Form(fields): Form) -> Answer {
    let added = async {
        let new = typed(&fields)?;
        let parts = ["connect", &fields.encoded()].map(str::to_owned);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        once(&visit, (&fields, &parts), move |tx, cx| register::add(tx, cx, &new)).await
    };
    match added.await {
        Ok(added) => made(&visit, added, "connected"),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(FormPage::new(&visit, None, form))
        }
    }
}

async fn edit(visit: Visit, Path(id): Path<Id>) -> Answer {
    let find = id.clone();
    let (site, registered, _) = visit.db().read(move |tx| overview::site(tx, &find)).await?;
    let values = shown(&registered).with("revision", site.revision.to_string());
    visit.page(FormPage::new(&visit, Some(id), visit.filled(values)))
}

async fn change(visit: Visit, Path(id): Path<Id>, Form(fields): Form) -> Answer {
    let changed = async {
        let new = typed(&fields)?;
        let revision = fields.text("revision").parse().unwrap_or_default();
        let (site, encoded) = (id.clone(), fields.encoded());
        let act =
            move |tx: &mut Tx<'_>, cx: &base::Cx| register::change(tx, cx, (&site, revision), &new);
        once(&visit, (&fields, &["change", &id, &encoded]), act).await
    };
    match changed.await {
        Ok(changed) => made(&visit, changed, "changed"),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(FormPage::new(&visit, Some(id), form))
        }
    }
}

async fn renew(visit: Visit, Path(id): Path<Id>, Form(fields): Form) -> Answer {
    let lasts = match fields.text("former") {
        "at-once" => Some(0),
        "day" => Some(register::FORMER),
        _ => None,
    };
    let renewed = async {
        let unclear = || base::FieldFault::new("former", "E-FORM-01-choice");
        let lasts = lasts.ok_or_else(|| base::Refusal::invalid(vec![unclear()]))?;
        let site = id.clone();
        let act = move |tx: &mut Tx<'_>, cx: &base::Cx| register::renew(tx, cx, &site, lasts);
        once(&visit, (&fields, &["secret", &id, fields.text("former")]), act).await
    };
    match renewed.await {
        Ok(renewed) => made(&visit, renewed, "shown"),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(SitePage::load(&visit, &id, form).await?)
        }
    }
}

async fn close(visit: Visit, Path(id): Path<Id>, Form(fields): Form) -> Answer {
    let site = id.clone();
    let act = move |tx: &mut Tx<'_>, cx: &base::Cx| {
        register::close(tx, cx, &site)?;
        Ok(Registered { id: site.clone(), secret: None })
    };
    once(&visit, (&fields, &["close", &id]), act).await?;
    see_other(&format!("{HERE}/{id}?done=closed"))
}

async fn reopen(visit: Visit, Path(id): Path<Id>, Form(fields): Form) -> Answer {
    let site = id.clone();
    let act = move |tx: &mut Tx<'_>, cx: &base::Cx| register::reopen(tx, cx, &site);
    let opened = once(&visit, (&fields, &["open", &id]), act).await?;
    made(&visit, opened, "opened")
}
