//! The desk of a service centre: the person shows a code, the look is noted, the papers are compared
//! with what was typed.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use base::{Error, FieldFault, Kind as Refused, Outcome, Refusal, Tx};
use rooms::access::{Place, Scope};
use rooms::identity::visit::{self as desk, Found, Guest, Operator};
use rooms::identity::{Datum, Kind, State};
use rooms::trail::{self, Done, Step};

use super::doing::{Doing, does, does_once};
use super::{Entry, menu};
use crate::pages::account::own;
use crate::pages::identity::{label, title};
use crate::{Answer, Failure, Fields, Form, FormState, Query, Shell, Visit, kept, see_other};

const HERE: &str = "/staff/identity";

#[derive(Template)]
#[template(path = "staff/identity.html")]
struct FindPage {
    shell: Shell,
    menu: Vec<Entry>,
    form: FormState,
    /// Name of the centre.
    centre: String,
    /// Key of the words about what was done just now, and whether it has come to its end.
    done: Option<(&'static str, bool)>,
}

/// What was done, as addresses say it, its words, and whether it has come to its end.
const DONE: [(&str, &str, bool); 3] = [
    ("passed", "staff-identity-done-passed", true),
    ("refused", "staff-identity-done-refused", true),
    ("taken", "staff-identity-done-dispute", false),
];

/// Who of the staff of a service centre this is.
pub(super) fn operator(visit: &Visit, scope: &Scope) -> Result<Operator, Refusal> {
    let portal = visit.app.portal();
    desk::operator(&portal.city.offices, scope, &own(visit)?)
}

fn find_page(visit: &Visit, operator: &Operator, form: FormState) -> FindPage {
    let portal = visit.app.portal();
    let centre = portal.city.offices.site(&operator.site);
    FindPage {
        shell: visit.shell("staff-identity-title").of(&form),
        menu: menu(visit),
        centre: centre.map(|x| x.name.in_lang(visit.lang).to_owned()).unwrap_or_default(),
        form,
        done: None,
    }
}

pub(super) async fn page(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Query(query): Query,
) -> Answer {
    let operator = operator(&visit, &scope)?;
    let mut page = find_page(&visit, &operator, visit.blank());
    page.done = DONE.into_iter().find(|x| x.0 == query.text("done")).map(|x| (x.1, x.2));
    visit.page(page)
}

/// Finds the person by the code that they show.
pub(super) async fn find(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Form(fields): Form,
) -> Answer {
    let operator = operator(&visit, &scope)?;
    let (app, who) = (visit.app.clone(), operator.clone());
    let typed = fields.text("code").to_owned();
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        let found = desk::find(tx, &doing.cx, &app.policy, (&who, &typed))?;
        let done = match &found {
            Some(way) => {
                at(doing, &who, Done::to(trail::Kind::Way, way.as_str())).step(Step::Found)
            }
            None => Done::nothing(),
        };
        Ok((found, done))
    };
    let at_the_code = |code| Refusal::invalid(vec![FieldFault::new("code", code)]).into();
    let found: Outcome<base::Id> = match fields.opt("code") {
        None => Err(at_the_code("E-FORM-01")),
        Some(_) => match does(&visit, &scope, act).await {
            Ok(Some(way)) => Ok(way),
            Ok(None) => Err(at_the_code("E-ACC-23")),
            Err(error) => Err(error),
        },
    };
    match found {
        Ok(way) => see_other(&format!("{HERE}/{way}")),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(find_page(&visit, &operator, form))
        }
    }
}

#[derive(Template)]
#[template(path = "staff/guest.html")]
struct GuestPage {
    shell: Shell,
    menu: Vec<Entry>,
    form: FormState,
    way: String,
    /// What was typed, by kinds; nothing before the look is noted.
    data: Vec<(String, Vec<(String, String)>)>,
    /// Addresses to compare: the name of the field, and key of its words.
    homes: Vec<(&'static str, &'static str)>,
    stamp: String,
}

/// Addresses that papers can prove.
const ADDRESSES: [Kind; 2] = [Kind::Registration, Kind::Living];

/// What is asked about an address: key of the words.
fn ask(kind: Kind) -> &'static str {
    match kind {
        Kind::Living => "staff-guest-living",
        _ => "staff-guest-registration",
    }
}

async fn load(visit: &Visit, operator: &Operator, way: &str) -> Outcome<Guest> {
    let (now, who, way) = (visit.app.clock.now(), operator.clone(), way.to_owned());
    visit.db().read(move |tx| desk::guest(tx, now, &who, &way)).await
}

/// What was typed of one kind: words and values, without what was left empty.
pub(super) fn lines(visit: &Visit, datum: &Datum) -> Vec<(String, String)> {
    let (kind, values) = (datum.kind, &datum.values);
    let shown = kind.fields().iter().filter(|x| !values.get(x).is_empty());
    let line = |field: &&str| {
        let value = match *field {
            "sex" => visit.t(&format!("profile-sex-{}", values.get(field))).to_owned(),
            _ => values.shown(kind, field),
        };
        (label(visit, &kind.field(field)), value)
    };
    shown.map(line).collect()
}

fn guest_page(visit: &Visit, guest: &Guest, form: FormState) -> GuestPage {
    let profile = guest.profile.as_ref();
    let part = |kind: Kind| Some((title(visit, kind), lines(visit, profile?.get(kind)?)));
    let typed = |x: &Kind| {
        let datum = profile.and_then(|known| known.get(*x));
        datum.is_some_and(|x| !x.is_as_registered())
    };
    let homes: Vec<Kind> = ADDRESSES.into_iter().filter(typed).collect();
    GuestPage {
        shell: visit.shell("staff-guest-title").crumb(HERE, "staff-identity-title").of(&form),
        menu: menu(visit),
        way: guest.way.id.to_string(),
        data: Kind::NEEDED.into_iter().chain(homes.iter().copied()).filter_map(part).collect(),
        homes: homes.iter().map(|x| (x.as_str(), ask(*x))).collect(),
        stamp: guest.stamp(),
        form,
    }
}

pub(super) async fn show(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(way): Path<String>,
) -> Answer {
    let guest = load(&visit, &operator(&visit, &scope)?, &way).await?;
    visit.page(guest_page(&visit, &guest, visit.blank()))
}

/// Notes the look, then leads to what may now be seen, and to what was typed before.
pub(super) async fn look(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(way): Path<String>,
    Form(fields): Form,
) -> Answer {
    let (who, id) = (operator(&visit, &scope)?, way.clone());
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        desk::look(tx, &doing.cx, &who, &id)?;
        Ok(((), at(doing, &who, Done::to(trail::Kind::Way, &id)).step(Step::Looked)))
    };
    does_once(&visit, (&scope, visit.key(&fields, &["look", &way])), act).await?;
    see_other(&kept::for_page(&visit, &format!("{HERE}/{way}"), &fields).await?)
}

pub(super) async fn confirm(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(way): Path<String>,
    Form(fields): Form,
) -> Answer {
    let ticked = ["passport", "snils", "face"].iter().all(|x| fields.flag(x));
    let seen = |x: &Kind| fields.flag(x.as_str());
    let addresses = ADDRESSES.into_iter().filter(seen).collect();
    let found = Found::Same { stamp: fields.text("stamp").to_owned(), addresses };
    let all = || Refusal::invalid(vec![FieldFault::new("passport", "E-ACC-24")]);
    let decided = match ticked {
        true => decide(&visit, &scope, &way, found).await,
        false => Err(all().into()),
    };
    ended(&visit, &scope, (&way, fields), decided).await
}

pub(super) async fn refuse(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(way): Path<String>,
    Form(fields): Form,
) -> Answer {
    let found = Found::Else { reason: fields.text("reason").to_owned() };
    let decided = decide(&visit, &scope, &way, found).await;
    ended(&visit, &scope, (&way, fields), decided).await
}

async fn decide(visit: &Visit, scope: &Scope, way: &str, found: Found) -> Outcome<State> {
    let (who, way) = (operator(visit, scope)?, way.to_owned());
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        let state = desk::decide(tx, &doing.cx, &who, (&way, &found))?;
        let done = at(doing, &who, Done::to(trail::Kind::Way, &way));
        Ok((state, done.step(verdict(state))))
    };
    does(visit, scope, act).await
}

/// By the grant of the centre at which `who` works.
pub(super) fn at(doing: &Doing, who: &Operator, done: Done) -> Done {
    done.by_grant(doing.grant_at(&Place::Site(who.site.clone())))
}

/// How a comparison of papers ended.
pub(super) fn verdict(state: State) -> Step {
    match state {
        State::Passed => Step::Confirmed,
        State::Taken => Step::Taken,
        _ => Step::Refused,
    }
}

async fn ended(
    visit: &Visit,
    scope: &Scope,
    (way, fields): (&str, Fields),
    decided: Result<State, Error>,
) -> Result<axum::response::Response, Failure> {
    match decided {
        Ok(state) => see_other(&format!("{HERE}?done={}", state.as_str())),
        Err(Error::Refusal(x)) if x.kind == Refused::NotFound => Err((*x).into()),
        Err(error) => {
            let mut guest = load(visit, &operator(visit, scope)?, way).await?;
            let (fields, error) = match is_stale(&fields, &guest, &error) {
                true => {
                    // What was compared is compared anew, from the look on: no tick is left to press on.
                    guest.profile = None;
                    let stale = Refusal::new(Refused::Conflict, "E-ACC-16");
                    (fields.without(|x| x != "reason"), stale.into())
                }
                false => (fields, error),
            };
            let form = FormState::refused(fields, error)?;
            visit.again(guest_page(visit, &guest, form))
        }
    }
}

/// Whether something else stands there than what was compared.
fn is_stale(fields: &Fields, guest: &Guest, error: &Error) -> bool {
    let shown = fields.opt("stamp").is_some_and(|x| x != guest.stamp());
    shown || matches!(error, Error::Refusal(x) if x.code == "E-ACC-16")
}
