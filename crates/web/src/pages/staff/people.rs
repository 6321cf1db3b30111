//! Who has which role: the list, one grant with its history, taking it away.

use std::collections::HashMap;

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use base::{Fault, Id, Instant, Kind, Outcome, Refusal, Tx};
use rooms::access::read::{self, Event, Member};
use rooms::access::{self, By, Grant, Revoke, Role, Scope, Verdict, rules};
use rooms::accounts;
use rooms::offices::Offices;
use rooms::trail::{self, Done};
use texts::Form as DateForm;

use super::doing::{Doing, does_once};
use super::{Entry, has, menu, moscow, place_name};
use crate::pages::account::moment;
use crate::route::Action;
use crate::{Answer, Form, FormState, Query, Shell, Visit, see_other};

#[derive(Template)]
#[template(path = "staff/people.html")]
struct PeoplePage {
    shell: Shell,
    menu: Vec<Entry>,
    rows: Vec<Row>,
    may_grant: bool,
    /// What was done just now: key of the words.
    done: Option<&'static str>,
}

/// Somebody with a role.
struct Row {
    id: String,
    name: String,
    role: String,
    place: String,
    term: String,
}

pub(super) async fn list(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Query(query): Query,
) -> Answer {
    let (now, portal) = (visit.app.clock.now(), visit.app.portal());
    let found = visit.db().read(move |tx| {
        let members = read::members(tx, now, &scope, &portal.city.offices)?;
        let people = accounts::read::accounts(tx, members.iter().map(|x| &x.account))?;
        Ok((members, people))
    });
    let (members, people) = found.await?;
    let portal = visit.app.portal();
    let row = |member: &Member| Row {
        id: member.grant.id.to_string(),
        name: named(&visit, &people, &member.account),
        role: role_name(&visit, &member.grant),
        place: place_name(&visit, &portal.city.offices, &member.grant.place),
        term: term(&visit, &member.grant),
    };
    visit.page(PeoplePage {
        shell: visit.shell("staff-people-title"),
        menu: menu(&visit),
        rows: members.iter().map(row).collect(),
        may_grant: has(&visit, Action::GrantRole),
        done: match query.text("done") {
            "granted" => Some("staff-granted"),
            "revoked" => Some("staff-revoked"),
            _ => None,
        },
    })
}

pub(super) fn role_name(visit: &Visit, grant: &Grant) -> String {
    visit.t(&format!("role-{}", grant.role.as_str())).to_owned()
}

/// «бессрочно», «до 31 декабря 2026», «с 1 января 2027».
fn term(visit: &Visit, grant: &Grant) -> String {
    let day = |at: Instant| {
        visit.app.texts.date(visit.lang, at.in_zone(&moscow()).date(), DateForm::Year)
    };
    if grant.from > visit.app.clock.now() {
        return visit.tw("staff-term-from", &[("day", day(grant.from).into())]);
    }
    match grant.until {
        Instant::NEVER => visit.t("staff-term-open").to_owned(),
        // The end is the first moment after the last day.
        until => visit.tw("staff-term-until", &[("day", day(until.plus(-1)).into())]),
    }
}

#[derive(Template)]
#[template(path = "staff/member.html")]
struct MemberPage {
    shell: Shell,
    menu: Vec<Entry>,
    form: FormState,
    key: String,
    row: Row,
    history: Vec<Told>,
    may_revoke: bool,
    /// Key of the words about why the role gives nothing where it holds.
    idle: Option<&'static str>,
}

/// An entry of the history.
struct Told {
    when: String,
    what: &'static str,
    who: String,
    reason: String,
}

/// A grant within the scope, with the names of all it tells of.
struct Found {
    member: Member,
    events: Vec<Event>,
    people: HashMap<Id, accounts::Account>,
}

async fn load(visit: &Visit, scope: Scope, id: String) -> Outcome<Found> {
    let portal = visit.app.portal();
    let found = visit.db().read(move |tx| {
        let found = read::member(tx, (&scope, &portal.city.offices), &id)?;
        let found = found.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ROLE-02"))?;
        let (member, events) = found;
        let actors: Vec<Id> = events.iter().filter_map(|x| actor(&x.actor)).collect();
        let ids = actors.iter().chain([&member.account]);
        let people = accounts::read::accounts(tx, ids)?;
        Ok(Found { member, events, people })
    });
    found.await
}

/// The name of one of the staff among `people`; a closed account is said so.
pub(super) fn named(visit: &Visit, people: &HashMap<Id, accounts::Account>, id: &Id) -> String {
    let known = people.get(id).map(|x| x.full_name().into_revealed());
    known.unwrap_or_else(|| visit.t("staff-closed").to_owned())
}

/// The same of an actor, as histories name it: without an account it was the engineer.
pub(super) fn whose(
    visit: &Visit,
    people: &HashMap<Id, accounts::Account>,
    id: Option<&Id>,
) -> String {
    id.map_or_else(|| visit.t("staff-by-engineer").to_owned(), |id| named(visit, people, id))
}

/// The account of an actor, as histories name it.
pub(super) fn actor(label: &str) -> Option<Id> {
    label.strip_prefix("account:").map(Id::from)
}

fn page(visit: &Visit, found: &Found, form: FormState) -> MemberPage {
    let who = |label: &str| whose(visit, &found.people, actor(label).as_ref());
    let told = |event: &Event| Told {
        when: moment(visit, event.at),
        what: match event.event.as_str() {
            "granted" => "staff-event-granted",
            "revoked" => "staff-event-revoked",
            _ => "staff-event-ended",
        },
        who: who(&event.actor),
        reason: match event.reason.reveal().as_str() {
            "invitation" => visit.t("staff-by-invitation").to_owned(),
            words => words.to_owned(),
        },
    };
    let grant = &found.member.grant;
    let over = grant.until <= visit.app.clock.now();
    let revoked = found.events.iter().any(|x| x.event != "granted");
    let portal = visit.app.portal();
    MemberPage {
        shell: visit
            .shell("staff-member-title")
            .crumb("/staff/people", "staff-people-title")
            .of(&form),
        menu: menu(visit),
        form,
        key: visit.mint(),
        row: Row {
            id: grant.id.to_string(),
            name: named(visit, &found.people, &found.member.account),
            role: role_name(visit, grant),
            place: place_name(visit, &portal.city.offices, &grant.place),
            term: term(visit, grant),
        },
        history: found.events.iter().map(told).collect(),
        idle: idle(&portal.city.offices, grant),
        may_revoke: !over && !revoked && has(visit, Action::RevokeRole),
    }
}

/// Why a role gives nothing where it was given: the site is a service centre no more, or the role is one of
/// the whole portal and was given for a part of it, as was possible once.
fn idle(offices: &Offices, grant: &Grant) -> Option<&'static str> {
    if !grant.role.fits(grant.place.kind()) {
        return Some("staff-member-nowhere");
    }
    let centre = grant.role != Role::ServiceCentre || rules::is_centre(offices, &grant.place);
    (!centre).then_some("staff-member-idle")
}

pub(super) async fn card(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(id): Path<String>,
) -> Answer {
    let found = load(&visit, scope, id).await?;
    visit.page(page(&visit, &found, visit.blank()))
}

pub(super) async fn revoke(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Answer {
    let key = fields.key(&["revoke", &id]);
    let command = Revoke { grant: id.as_str().into(), reason: fields.text("reason").to_owned() };
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        let by = (By::Staff(&doing.me, &doing.scope), doing.offices());
        let place = access::revoke(tx, &doing.cx, by, &command)?;
        let done = Done::to(trail::Kind::Role, command.grant.as_str());
        Ok(((), done.by_grant(doing.grant_at(&place))))
    };
    match does_once(&visit, (&scope, key), act).await {
        Ok(()) => see_other("/staff/people?done=revoked"),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            // Whoever may take a role away may read about it.
            let Verdict::Allow(scope) = visit.may(Action::ReadStaff) else {
                return Err(Fault::new("a role that revokes but does not read").into());
            };
            visit.again(page(&visit, &load(&visit, scope, id).await?, form))
        }
    }
}
