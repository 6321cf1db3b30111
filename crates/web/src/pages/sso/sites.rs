//! «Кто может читать мои данные»: what connected sites may read, to see, change and withdraw.

use askama::Template;
use axum::extract::Path;
use base::{Error, Id, Outcome, Tx};
use rooms::sso::consent::{self, Given};
use rooms::sso::{Scope, Scopes};

use super::super::account::{moment, own};
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, see_other};

const HERE: &str = "/account/sites";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(HERE, Action::ManageSites, Rate::Read, page),
        post("/account/sites/{client}", Action::ManageSites, Rate::Write, change),
        post("/account/sites/{client}/withdraw", Action::ManageSites, Rate::Write, withdraw),
    ]
}

/// The sites.
#[derive(Template)]
#[template(path = "account/sites.html")]
struct SitesPage {
    shell: Shell,
    form: FormState,
    sites: Vec<Given>,
    /// Key of the words about what was done just now.
    done: Option<&'static str>,
}

impl SitesPage {
    async fn load(visit: &Visit, form: FormState) -> Outcome<Self> {
        let id = own(visit)?;
        let sites = visit.db().read(move |tx| consent::of_account(tx, &id)).await?;
        let shell = visit.shell("sites-title").crumb("/account", "account-title").of(&form);
        Ok(Self { shell, form, sites, done: None })
    }

    fn at(&self, at: &base::Instant) -> String {
        moment(&self.shell.visit, *at)
    }

    /// What the site had asked for and can be said no to.
    fn wishes(&self, site: &Given) -> Vec<Scope> {
        site.consent.asked.without(Scope::OpenId).iter().collect()
    }
}

/// What was done, as addresses say it, and its words.
const DONE: [(&str, &str); 2] =
    [("changed", "sites-done-changed"), ("withdrawn", "sites-done-withdrawn")];

async fn page(visit: Visit, Query(query): Query) -> Answer {
    let mut page = SitesPage::load(&visit, visit.blank()).await?;
    page.done = DONE.into_iter().find(|x| x.0 == query.text("done")).map(|x| x.1);
    visit.page(page)
}

async fn change(visit: Visit, Path(client): Path<Id>, Form(fields): Form) -> Answer {
    let (cx, id) = (visit.cx(), own(&visit)?);
    let scopes: Vec<&str> = fields.all("scope").collect();
    let scopes = Scopes::parse(&scopes.join(" "));
    let act = move |tx: &mut Tx<'_>| consent::change(tx, &cx, (&id, &client), scopes);
    done(&visit, visit.db().write(act).await, "changed").await
}

async fn withdraw(visit: Visit, Path(client): Path<Id>) -> Answer {
    let (cx, id) = (visit.cx(), own(&visit)?);
    let act = move |tx: &mut Tx<'_>| consent::withdraw(tx, &cx, (&id, &client));
    done(&visit, visit.db().write(act).await, "withdrawn").await
}

async fn done(visit: &Visit, done: Result<(), Error>, what: &str) -> Answer {
    match done {
        Ok(()) => see_other(&format!("{HERE}?done={what}")),
        Err(error) => {
            let form = FormState::refused(Fields::default(), error)?;
            visit.again(SitesPage::load(visit, form).await?)
        }
    }
}
