//! What one administrator wants to do to a site, and the word of a second one.

use std::collections::HashMap;

use axum::Extension;
use axum::extract::Path;
use base::{Id, Outcome, Tx, idem};
use rooms::access;
use rooms::accounts::{self, read::Account};
use rooms::sso::Scope;
use rooms::sso::propose::{self, Waits, Wish};
use rooms::sso::register::{NewClient, Registered};
use rooms::sso::sector::Sector;
use rooms::trail::{self, Done, Step};

use super::{HERE, SitesPage, auth_key, made};
use crate::pages::account::{moment, own};
use crate::pages::staff::doing::{Doing, does_once};
use crate::pages::staff::people::{actor, whose};
use crate::pages::staff::proposals::agrees;
use crate::{Answer, Form, FormState, Visit, see_other};

/// A proposal, in words.
pub(super) struct Waiting {
    pub id: Id,
    pub title: String,
    pub by: String,
    pub when: String,
    pub until: String,
    /// Label, what is registered now, what would be.
    pub rows: Vec<(String, String, String)>,
    /// What to look at twice.
    pub warnings: Vec<String>,
    /// Whoever looks has proposed it.
    pub mine: bool,
    /// The site, when there is one already.
    pub site: Option<Id>,
}

/// All that waits.
pub(super) async fn waiting(visit: &Visit) -> Outcome<Vec<Waiting>> {
    let (now, me) = (visit.app.clock.now(), own(visit)?);
    let found = visit.db().read(move |tx| {
        let all = propose::waiting(tx, now)?;
        let who: Vec<Id> = all.iter().filter_map(|x| actor(&x.proposal.by)).collect();
        Ok((all, accounts::read::accounts(tx, who.iter())?))
    });
    let (all, people) = found.await?;
    Ok(all.iter().map(|x| told(visit, &me, x, &people)).collect())
}

fn told(visit: &Visit, me: &Id, waits: &Waits, people: &HashMap<Id, Account>) -> Waiting {
    let (proposal, present) = (&waits.proposal, waits.present.as_ref());
    let by = actor(&proposal.by);
    let (new, before) = match &proposal.wish {
        Wish::Connect(new) => (Some(new), None),
        Wish::Change(_, _, new) => (Some(new), present),
        Wish::Open(_) => (None, None),
    };
    let mut rows = new.map_or_else(Vec::new, |new| rows(visit, before, new));
    if let Some(sector) = &waits.sector {
        let label = visit.t("field-sector").to_owned();
        rows.push((label, String::new(), by_sector(visit, sector.host.as_deref())));
    }
    let named = present.or(new).map_or("", |x| x.name.in_lang(visit.lang));
    let title = format!("staff-sites-wish-{}", proposal.wish.as_str());
    Waiting {
        id: proposal.id.clone(),
        title: visit.tw(&title, &[("name", named.to_owned().into())]),
        by: whose(visit, people, by.as_ref()),
        when: moment(visit, proposal.at),
        until: moment(visit, proposal.until),
        rows,
        warnings: waits.sector.as_ref().map_or_else(Vec::new, |x| warnings(visit, x)),
        mine: by.as_ref() == Some(me),
        site: proposal.wish.site().cloned(),
    }
}

/// By what a site knows people, in words.
pub(super) fn by_sector(visit: &Visit, host: Option<&str>) -> String {
    host.map_or_else(|| visit.t("staff-sites-sector-own").to_owned(), str::to_owned)
}

/// What to look at twice before a site gets this sector.
pub(super) fn warnings(visit: &Visit, sector: &Sector) -> Vec<String> {
    let strange = sector.strange.then(|| visit.t("staff-sites-sector-strange").to_owned());
    let names = sector.shared.iter().map(|x| x.in_lang(visit.lang)).collect::<Vec<_>>();
    let shared = (!names.is_empty())
        .then(|| visit.tw("staff-sites-sector-shared", &[("sites", names.join(", ").into())]));
    strange.into_iter().chain(shared).collect()
}

/// What would be registered; of a site that is there what would differ.
fn rows(
    visit: &Visit,
    before: Option<&NewClient>,
    new: &NewClient,
) -> Vec<(String, String, String)> {
    let differing = before.map(|x| new.differing(x));
    let of = |field: &'static str| {
        let was = before.map_or_else(String::new, |x| value(visit, x, field));
        (visit.t(&format!("field-{field}")).to_owned(), was, value(visit, new, field))
    };
    let shown = |field: &&str| differing.as_ref().is_none_or(|x| x.contains(field));
    let rows = NewClient::FIELDS.into_iter().filter(shown).map(of);
    rows.filter(|x| !x.1.is_empty() || !x.2.is_empty()).collect()
}

/// What stands in a field, for reading.
fn value(visit: &Visit, site: &NewClient, field: &str) -> String {
    match field {
        "name_ru" => site.name.ru.clone(),
        "name_en" => site.name.en.clone(),
        "redirects" => site.redirects.join(", "),
        "after_logout" => site.after_logout.join(", "),
        "logout_uri" => site.logout_uri.clone().unwrap_or_default(),
        "scopes" => {
            let words = |x: Scope| visit.t(&format!("sso-scope-{}", x.key())).to_owned();
            site.scopes.iter().map(words).collect::<Vec<_>>().join(", ")
        }
        "auth" => visit.t(auth_key(site.auth)).to_owned(),
        "keys" => site.keys.clone(),
        _ => String::new(),
    }
}

/// What was done to a proposal.
fn done(id: &Id, step: Step) -> Done {
    Done::to(trail::Kind::SiteProposal, id.as_str()).step(step)
}

/// Proposes something once, under the key of its form; leads to what waits.
pub(super) async fn propose(
    visit: &Visit,
    (reach, key): (&access::Scope, Option<idem::Key>),
    wish: Wish,
) -> Outcome<&'static str> {
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        let waits = propose::propose(tx, &doing.cx, &wish)?;
        let done = waits.as_ref().map(|id| done(id, Step::Proposed));
        Ok((waits, done.unwrap_or_else(Done::nothing)))
    };
    let waits = does_once(visit, (reach, key), act).await?;
    Ok(if waits.is_some() { "proposed" } else { "same" })
}

/// Agrees, or lets it go.
pub(super) async fn decide(
    visit: Visit,
    Extension(reach): Extension<access::Scope>,
    Path(id): Path<Id>,
    Form(fields): Form,
) -> Answer {
    let agrees = agrees(&fields)?;
    let key = fields.key(&["decide", fields.text("say"), &id]);
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        if agrees {
            return Ok((Some(propose::agree(tx, &doing.cx, &id)?), done(&id, Step::Agreed)));
        }
        propose::let_go(tx, &doing.cx, &id)?;
        Ok((None::<Registered>, done(&id, Step::Declined)))
    };
    match does_once(&visit, (&reach, key), act).await {
        Ok(Some(agreed)) => made(&visit, agreed, "agreed"),
        Ok(None) => see_other(&format!("{HERE}?done=let-go")),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(SitesPage::load(&visit, form).await?)
        }
    }
}
