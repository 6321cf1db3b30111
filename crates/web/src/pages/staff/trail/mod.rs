//! «Журнал действий»: what the staff did, operation by operation, as far as one's own roles reach.

mod file;
mod filter;

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use axum::Extension;
use base::{FieldFault, Id, Outcome, Refusal};
use rooms::access::{self, Place, Scope};
use rooms::accounts::{self, Account};
use rooms::trail::Deed;
use rooms::trail::read::{self, Entry, Filter, Whose};
use texts::Form as DateForm;

use super::people::whose;
use super::{Entry as MenuEntry, has, menu, moscow, place_name};
use crate::form::Choice;
use crate::pages::words::{address, known};
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Fields, FormState, Query, Shell, Visit};

const HERE: &str = "/staff/trail";
/// Entries on a page.
const PAGE: usize = 50;
/// What stands for the engineer in the filter.
const ENGINEER: &str = "engineer";
/// The fields of the filter.
const FIELDS: [&str; 5] = ["staff", "deed", "from", "to", "op"];

/// The routes of this folder.
pub(super) fn routes() -> Vec<Route> {
    vec![
        get(HERE, Action::ReadTrail, Rate::Read, list),
        post("/staff/trail/file", Action::ExportTrail, Rate::Write, file::take),
    ]
}

#[derive(Template)]
#[template(path = "staff/trail.html")]
struct TrailPage {
    shell: Shell,
    menu: Vec<MenuEntry>,
    form: FormState,
    people: Vec<Choice>,
    deeds: Vec<Choice>,
    rows: Vec<Row>,
    /// Something narrows the list.
    filtered: bool,
    /// This is not the newest page; its first page.
    first: Option<String>,
    next: String,
    may_export: bool,
}

/// An entry, in words.
struct Row {
    day: String,
    time: String,
    datetime: String,
    who: String,
    /// The filter by whoever did it.
    of_them: String,
    /// Role and place; empty for the engineer.
    by: String,
    what: String,
    step: String,
    object: Option<Shown>,
    op: String,
    of_op: String,
}

/// To what something was done.
struct Shown {
    words: String,
    id: String,
    href: Option<String>,
}

/// The list as a scope reaches it, with the names of all it tells of.
struct Found {
    entries: Vec<Entry>,
    /// Everybody who can be chosen.
    staff: BTreeSet<Id>,
    people: HashMap<Id, Account>,
    /// The engineer's entries are within reach.
    whole: bool,
}

impl Found {
    /// Up to `limit` entries; none while the filter is wrong.
    async fn load(
        visit: &Visit,
        (scope, filter): (&Scope, Option<&Filter>),
        (before, limit): (Option<Id>, usize),
    ) -> Outcome<Self> {
        let (portal, scope, filter) = (visit.app.portal(), scope.clone(), filter.cloned());
        let read = move |tx: &mut base::Tx<'_>| {
            let whole = scope.places().any(|x| *x == Place::Portal);
            let staff = access::read::ever(tx, &scope, &portal.city.offices)?;
            let entries = match &filter {
                Some(filter) => read::page(tx, &scope, filter, (before.as_ref(), limit))?,
                None => Vec::new(),
            };
            let named = entries.iter().filter_map(|x| x.account.as_ref()).chain(&staff);
            let people = accounts::read::accounts(tx, named)?;
            Ok(Self { entries, staff, people, whole })
        };
        visit.db().read(read).await
    }

    fn name(&self, visit: &Visit, account: Option<&Id>) -> String {
        whose(visit, &self.people, account)
    }

    /// Whoever the filter names must be among those who can be chosen.
    fn admits(&self, filter: &Filter) -> Result<(), Refusal> {
        let there = match &filter.whose {
            None => true,
            Some(Whose::Engineer) => self.whole,
            Some(Whose::Account(id)) => self.staff.contains(id),
        };
        let fault = || Refusal::invalid(vec![FieldFault::new("staff", "E-FORM-01-choice")]);
        there.then_some(()).ok_or_else(fault)
    }

    /// Those who have a name, in its order; the engineer first. A closed account is among them only when
    /// it is `chosen`, by the link at its entries.
    fn choices(&self, visit: &Visit, chosen: &str) -> Vec<Choice> {
        let open = |id: &&Id| self.people.contains_key(*id) || ***id == *chosen;
        let named = self.staff.iter().filter(open).map(|id| (id, self.name(visit, Some(id))));
        let mut named: Vec<(&Id, String)> = named.collect();
        named.sort_by_key(|x| x.1.to_lowercase());
        let all = Choice::new("", visit.t("trail-everybody"));
        let engineer = self.whole.then(|| Choice::new(ENGINEER, visit.t("staff-by-engineer")));
        let staff = named.into_iter().map(|(id, name)| Choice::new(id.as_str(), name));
        [all].into_iter().chain(engineer).chain(staff).collect()
    }
}

/// What can be chosen of what was done, in words and in their order.
fn deeds(visit: &Visit, whole: bool) -> Vec<Choice> {
    let there = |x: &Deed| whole || matches!(x, Deed::Act(_));
    let named = Deed::all().filter(there).map(|x| (x, done(visit, x.as_str())));
    let mut named: Vec<(Deed, String)> = named.collect();
    named.sort_by_key(|x| x.1.to_lowercase());
    let all = Choice::new("", visit.t("trail-everything"));
    let named = named.into_iter().map(|(deed, words)| Choice::new(deed.as_str(), words));
    [all].into_iter().chain(named).collect()
}

async fn list(visit: Visit, Extension(scope): Extension<Scope>, Query(query): Query) -> Answer {
    let before = Some(query.text("before")).filter(|x| filter::is_id(x)).map(Id::from);
    let fields = query.without(|x| !FIELDS.contains(&x));
    show(&visit, &scope, (fields, before)).await
}

/// The list, or the filter again with what is wrong.
async fn show(visit: &Visit, scope: &Scope, (fields, before): (Fields, Option<Id>)) -> Answer {
    let read = filter::read(&fields);
    let wanted = (scope, read.as_ref().ok());
    let found = Found::load(visit, wanted, (before.clone(), PAGE + 1)).await?;
    let checked = read.map_err(Refusal::invalid).and_then(|x| found.admits(&x));
    match checked {
        Ok(()) => visit.page(page(visit, &found, (FormState::filled(fields), before.is_some()))),
        Err(refusal) => {
            let form = FormState::refused(fields, refusal.into())?;
            visit.again(page(visit, &Found { entries: Vec::new(), ..found }, (form, false)))
        }
    }
}

fn page(visit: &Visit, found: &Found, (form, older): (FormState, bool)) -> TrailPage {
    let shown = &found.entries[..found.entries.len().min(PAGE)];
    let values = FIELDS.map(|x| (x, form.value(x)));
    let last = shown.last().filter(|_| found.entries.len() > PAGE);
    let next = last.map(|x| address(HERE, &[&values[..], &[("before", x.id.as_str())]].concat()));
    TrailPage {
        shell: visit.shell("staff-trail-title").of(&form),
        menu: menu(visit),
        people: found.choices(visit, form.value("staff")),
        deeds: deeds(visit, found.whole),
        rows: shown.iter().map(|x| row(visit, found, x)).collect(),
        filtered: values.iter().any(|x| !x.1.is_empty()),
        first: older.then(|| address(HERE, &values)),
        next: next.unwrap_or_default(),
        may_export: has(visit, Action::ExportTrail),
        form,
    }
}

fn row(visit: &Visit, found: &Found, entry: &Entry) -> Row {
    let whose = entry.account.as_ref().map_or(ENGINEER, |x| x.as_str());
    let local = entry.at.in_zone(&moscow());
    let time = local.strftime("%H:%M").to_string();
    Row {
        day: visit.app.texts.date(visit.lang, local.date(), DateForm::Year),
        time: visit.tw("staff-at", &[("at", time.into())]),
        datetime: entry.at.rfc3339(&moscow()),
        who: found.name(visit, entry.account.as_ref()),
        of_them: address(HERE, &[("staff", whose)]),
        by: by(visit, entry),
        what: done(visit, &entry.action),
        step: step(visit, &entry.step),
        object: entry.object.as_ref().map(|x| object(visit, x)),
        op: entry.op.to_string(),
        of_op: address(HERE, &[("op", entry.op.as_str())]),
    }
}

/// «Регистратор, Томский МФЦ»; empty for the engineer.
fn by(visit: &Visit, entry: &Entry) -> String {
    let Some((role, place)) = &entry.by else { return String::new() };
    let portal = visit.app.portal();
    let place = place_name(visit, &portal.city.offices, place);
    format!("{}, {place}", words(visit, "role-", role))
}

/// What was done.
fn done(visit: &Visit, action: &str) -> String {
    words(visit, "trail-do-", action)
}

/// How it ended; may be empty.
fn step(visit: &Visit, step: &str) -> String {
    if step.is_empty() { String::new() } else { words(visit, "trail-step-", step) }
}

/// A code in words; one that this version does not know stays a code.
fn words(visit: &Visit, key: &str, code: &str) -> String {
    known(visit, &format!("{key}{code}")).unwrap_or_else(|| code.to_owned())
}

fn object(visit: &Visit, (kind, id): &(String, String)) -> Shown {
    let page = match kind.as_str() {
        "booking" => Some((Action::OpenVisitor, format!("/staff/bookings/{id}"))),
        "role" => Some((Action::ReadStaff, format!("/staff/people/{id}"))),
        "site" => Some((Action::ReadSites, format!("/staff/sites/{id}"))),
        "alarm" => Some((Action::WatchAlarms, "/staff/alarms".to_owned())),
        _ => None,
    };
    let href = page.filter(|x| has(visit, x.0)).map(|x| x.1);
    Shown { words: words(visit, "trail-object-", kind), id: id.clone(), href }
}
