//! «Подключённые сайты»: which sites let people in through the portal; connecting, changing and
//! disconnecting them.

mod proposals;
mod typed;

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use base::{Error, Id, Instant, Outcome, Tx, idem};
use rooms::sso::Scope;
use rooms::sso::client::Auth;
use rooms::sso::overview::{self, Event, Site};
use rooms::sso::propose::Wish;
use rooms::sso::register::{self, NewClient, Registered};
use rooms::sso::sector;
use rooms::trail::{self, Done, Step};
use rooms::{access, accounts};

use super::doing::{Doing, does_once};
use super::people::{actor, whose};
use super::{Entry, has, menu};
use crate::form::Choice;
use crate::pages::account::moment;
use crate::pages::sso::issuer;
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, see_other};
use proposals::{Waiting, by_sector, propose, waiting, warnings};
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
        post("/staff/site-proposals/{id}", ConnectSites, Write, proposals::decide),
    ]
}

/// All sites.
#[derive(Template)]
#[template(path = "staff/sites.html")]
struct SitesPage {
    shell: Shell,
    menu: Vec<Entry>,
    sites: Vec<Site>,
    form: FormState,
    key: String,
    may_connect: bool,
    /// What waits for a second administrator.
    waiting: Vec<Waiting>,
    /// Key of the words about what was done just now.
    done: Option<&'static str>,
}

impl SitesPage {
    async fn load(visit: &Visit, form: FormState) -> Outcome<Self> {
        Ok(Self {
            shell: visit.shell("staff-sites-title").of(&form),
            menu: menu(visit),
            sites: visit.db().read(overview::sites).await?,
            form,
            key: visit.mint(),
            may_connect: has(visit, Action::ConnectSites),
            waiting: waiting(visit).await?,
            done: None,
        })
    }

    fn used(&self, site: &Site) -> String {
        used(&self.shell.visit, site)
    }
}

/// When a site last got tokens, in words.
fn used(visit: &Visit, site: &Site) -> String {
    site.used_at.map_or_else(|| visit.t("staff-sites-unused").to_owned(), |at| moment(visit, at))
}

async fn list(visit: Visit, Query(query): Query) -> Answer {
    let mut page = SitesPage::load(&visit, visit.blank()).await?;
    page.done = DONE.into_iter().find(|x| x.0 == query.text("done")).map(|x| x.1);
    visit.page(page)
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
    /// What waits for a second administrator about this site.
    waiting: Vec<Waiting>,
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
        let mut waiting = waiting(visit).await?;
        waiting.retain(|x| x.site.as_ref() == Some(id));
        let id = id.clone();
        let found = visit.db().read(move |tx| {
            let (site, registered, events) = overview::site(tx, &id)?;
            let labels = events.iter().flat_map(|x| [Some(&x.actor), x.proposed_by.as_ref()]);
            let actors: Vec<Id> = labels.flatten().filter_map(|x| actor(x)).collect();
            let people = accounts::read::accounts(tx, actors.iter())?;
            Ok((site, registered, events, people))
        });
        let (site, registered, events, people) = found.await?;
        let name = |label: &str| whose(visit, &people, actor(label).as_ref());
        let who = |event: &Event| match &event.proposed_by {
            Some(first) => {
                let two = [("first", name(first).into()), ("second", name(&event.actor).into())];
                visit.tw("staff-sites-by-two", &two)
            }
            None => name(&event.actor),
        };
        let told = |event: &Event| Told {
            when: moment(visit, event.at),
            what: visit.t(&format!("staff-sites-event-{}", event.event)).to_owned(),
            who: who(event),
            more: more(visit, &site, event),
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
            waiting,
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

/// By what people are known, which fields were changed, or how long a former secret was good.
fn more(visit: &Visit, site: &Site, event: &Event) -> String {
    if let Some(sector) = &event.sector {
        let host = Some(sector.as_str()).filter(|x| *x != site.client.id.as_str());
        let sector = by_sector(visit, host);
        return visit.tw("staff-sites-sector-is", &[("sector", sector.into())]);
    }
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
const DONE: [(&str, &str); 9] = [
    ("proposed", "staff-sites-done-proposed"),
    ("same", "staff-sites-done-same"),
    ("agreed", "staff-sites-done-agreed"),
    ("let-go", "staff-sites-done-let-go"),
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
    /// A second administrator must agree.
    four_eyes: bool,
    /// What to look at twice, where nobody else does.
    warnings: Vec<String>,
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
            four_eyes: visit.app.config.four_eyes,
            warnings: Vec::new(),
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

/// What was done to a site.
fn done(id: &Id, step: Step) -> Done {
    Done::to(trail::Kind::Site, id.as_str()).step(step)
}

async fn add(
    visit: Visit,
    Extension(reach): Extension<access::Scope>,
    Form(fields): Form,
) -> Answer {
    let key = fields.key(&["connect", &fields.encoded()]);
    let warnings = unseen(&visit, (&fields, key.clone())).await?;
    if !warnings.is_empty() {
        let page = FormPage::new(&visit, None, FormState::filled(fields));
        return visit.again(FormPage { warnings, ..page });
    }
    let added = async {
        let new = typed(&fields)?;
        if visit.app.config.four_eyes {
            let done = propose(&visit, (&reach, key), Wish::Connect(new)).await?;
            return Ok(Err(done));
        }
        let act = move |tx: &mut Tx<'_>, doing: &Doing| {
            let added = register::add(tx, &doing.cx, &new)?;
            let done = done(&added.id, Step::Connected);
            Ok((added, done))
        };
        does_once(&visit, (&reach, key), act).await.map(Ok)
    };
    match added.await {
        Ok(Ok(added)) => made(&visit, added, "connected"),
        Ok(Err(done)) => see_other(&format!("{HERE}?done={done}")),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(FormPage::new(&visit, None, form))
        }
    }
}

/// What whoever connects a site by their word alone has to look at first; a second administrator would.
/// A form that came before meets its answer, whatever it was.
async fn unseen(
    visit: &Visit,
    (fields, key): (&Fields, Option<idem::Key>),
) -> Outcome<Vec<String>> {
    let cx = visit.cx();
    let alone = !visit.app.config.four_eyes && !fields.flag("seen");
    // What is wrong is put right before.
    let fits = |new: &NewClient| alone && register::fitting_new(&cx, new).is_ok();
    let Some(new) = typed(fields).ok().filter(fits) else { return Ok(Vec::new()) };
    let look = move |tx: &mut Tx<'_>| {
        let met = key.as_ref().map(|key| idem::met::<Registered>(tx, &cx, key));
        match met.transpose() {
            Ok(None | Some(None)) => sector::look(tx, &new).map(Some),
            Ok(Some(Some(_))) | Err(Error::Refusal(_)) => Ok(None),
            Err(fault) => Err(fault),
        }
    };
    let sector = visit.db().read(look).await?;
    Ok(sector.map_or_else(Vec::new, |x| warnings(visit, &x)))
}

async fn edit(visit: Visit, Path(id): Path<Id>) -> Answer {
    let find = id.clone();
    let (site, registered, _) = visit.db().read(move |tx| overview::site(tx, &find)).await?;
    let values = shown(&registered).with("revision", site.revision.to_string());
    visit.page(FormPage::new(&visit, Some(id), visit.filled(values)))
}

async fn change(
    visit: Visit,
    Extension(reach): Extension<access::Scope>,
    Path(id): Path<Id>,
    Form(fields): Form,
) -> Answer {
    let changed = async {
        let new = typed(&fields)?;
        let revision = fields.text("revision").parse().unwrap_or_default();
        let (site, encoded) = (id.clone(), fields.encoded());
        let parts = ["change", &id, &encoded];
        if visit.app.config.four_eyes {
            let wish = Wish::Change(site, revision, new);
            return propose(&visit, (&reach, fields.key(&parts)), wish).await.map(Err);
        }
        let act = move |tx: &mut Tx<'_>, doing: &Doing| {
            let changed = register::change(tx, &doing.cx, (&site, revision), &new)?;
            Ok((changed, done(&site, Step::Changed)))
        };
        does_once(&visit, (&reach, fields.key(&parts)), act).await.map(Ok)
    };
    match changed.await {
        Ok(Ok(changed)) => made(&visit, changed, "changed"),
        Ok(Err(done)) => see_other(&format!("{HERE}/{id}?done={done}")),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(FormPage::new(&visit, Some(id), form))
        }
    }
}

async fn renew(
    visit: Visit,
    Extension(reach): Extension<access::Scope>,
    Path(id): Path<Id>,
    Form(fields): Form,
) -> Answer {
    let lasts = match fields.text("former") {
        "at-once" => Some(0),
        "day" => Some(register::FORMER),
        _ => None,
    };
    let renewed = async {
        let unclear = || base::FieldFault::new("former", "E-FORM-01-choice");
        let lasts = lasts.ok_or_else(|| base::Refusal::invalid(vec![unclear()]))?;
        let site = id.clone();
        let act = move |tx: &mut Tx<'_>, doing: &Doing| {
            let renewed = register::renew(tx, &doing.cx, &site, lasts)?;
            Ok((renewed, done(&site, Step::Secret)))
        };
        let key = fields.key(&["secret", &id, fields.text("former")]);
        does_once(&visit, (&reach, key), act).await
    };
    match renewed.await {
        Ok(renewed) => made(&visit, renewed, "shown"),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(SitePage::load(&visit, &id, form).await?)
        }
    }
}

async fn close(
    visit: Visit,
    Extension(reach): Extension<access::Scope>,
    Path(id): Path<Id>,
    Form(fields): Form,
) -> Answer {
    let site = id.clone();
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        register::close(tx, &doing.cx, &site)?;
        let closed = Registered { id: site.clone(), secret: None };
        Ok((closed, done(&site, Step::Closed)))
    };
    does_once(&visit, (&reach, fields.key(&["close", &id])), act).await?;
    see_other(&format!("{HERE}/{id}?done=closed"))
}

async fn reopen(
    visit: Visit,
    Extension(reach): Extension<access::Scope>,
    Path(id): Path<Id>,
    Form(fields): Form,
) -> Answer {
    let (site, key) = (id.clone(), fields.key(&["open", &id]));
    if visit.app.config.four_eyes {
        let done = propose(&visit, (&reach, key), Wish::Open(site)).await?;
        return see_other(&format!("{HERE}/{id}?done={done}"));
    }
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        let opened = register::reopen(tx, &doing.cx, &site)?;
        Ok((opened, done(&site, Step::Opened)))
    };
    let opened = does_once(&visit, (&reach, key), act).await?;
    made(&visit, opened, "opened")
}
