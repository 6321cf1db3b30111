//! Inviting somebody to a role. Whoever reaches many bodies chooses one first, so that no list is longer
//! than a body has places. The answer is a link, the same whether or not somebody has an account.

use askama::Template;
use axum::Extension;
use base::{FieldFault, Id, Instant, Outcome, Refusal, Tx};
use rooms::access::{self, NewGrant, Place, Role, Scope, Terms, read, rules};
use rooms::accounts::Contact;
use rooms::offices::Offices;
use rooms::trail::{self, Done, Step};
use serde::{Deserialize, Serialize};

use super::doing::{Doing, does_once};
use super::{Entry, after, menu, place_name, typed_day};
use crate::form::Choice;
use crate::{Answer, App, Fields, Form, FormState, Query, Shell, Visit, see_other};

#[derive(Template)]
#[template(path = "staff/grant.html")]
struct GrantPage {
    shell: Shell,
    menu: Vec<Entry>,
    form: FormState,
    key: String,
    /// Bodies to choose from, when there are several.
    bodies: Vec<Choice>,
    roles: Vec<Choice>,
    places: Vec<Choice>,
}

/// What the places of the form belong to: a body, or the portal itself.
const WHOLE: &str = "portal";

fn page(visit: &Visit, scope: &Scope, form: FormState) -> GrantPage {
    let portal = visit.app.portal();
    let offices = &portal.city.offices;
    let bodies = bodies(visit, scope, offices);
    let chosen = match (form.value("organization"), bodies.first()) {
        ("", Some(first)) => first.value.clone(),
        (chosen, _) => chosen.to_owned(),
    };
    let choice = |place: Place| {
        let value = format!("{}:{}", place.kind().as_str(), place.id());
        Choice::new(value, place_name(visit, offices, &place))
    };
    let role = |role: Role| Choice::new(role.as_str(), visit.t(&format!("role-{}", role.as_str())));
    let places = places(scope, offices, &chosen);
    let fits = |role: &Role| places.iter().any(|x| role.fits(x.kind()));
    GrantPage {
        shell: visit
            .shell("staff-grant-title")
            .crumb("/staff/people", "staff-people-title")
            .of(&form),
        menu: menu(visit),
        form: FormState { values: form.values.clone().with("organization", chosen), ..form },
        key: visit.mint(),
        bodies: if bodies.len() > 1 { bodies } else { Vec::new() },
        roles: rules::grantable(scope).into_iter().filter(fits).map(role).collect(),
        places: places.into_iter().map(choice).collect(),
    }
}

/// The bodies within the scope, and the portal itself for those who reach it.
fn bodies(visit: &Visit, scope: &Scope, offices: &Offices) -> Vec<Choice> {
    let whole = scope.places().any(|x| *x == Place::Portal);
    let whole = whole.then(|| Choice::new(WHOLE, visit.t("staff-place-portal")));
    let reached = |id: &Id| {
        let within = |site: &Id| read::reaches(scope, offices, &Place::Site(site.clone()));
        read::reaches(scope, offices, &Place::Organization(id.clone()))
            || offices.sites_of(id).any(|x| within(&x.id))
    };
    let bodies = offices.organizations().iter().filter(|x| reached(&x.id));
    let named = bodies.map(|x| Choice::new(x.id.as_str(), x.name.in_lang(visit.lang)));
    whole.into_iter().chain(named).collect()
}

/// The places of a body within the scope: itself, its sites, those who receive there.
fn places(scope: &Scope, offices: &Offices, body: &str) -> Vec<Place> {
    if body == WHOLE {
        return vec![Place::Portal];
    }
    let body = Id::from(body);
    let mut places = vec![Place::Organization(body.clone())];
    for site in offices.sites_of(&body) {
        places.push(Place::Site(site.id.clone()));
        places.extend(offices.resources_of(&site.id).map(|x| Place::Resource(x.id.clone())));
    }
    places.retain(|x| read::reaches(scope, offices, x));
    places
}

pub(super) async fn form(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Query(query): Query,
) -> Answer {
    let values = Fields::default().with("organization", query.text("organization"));
    visit.page(page(&visit, &scope, visit.filled(values)))
}

pub(super) async fn give(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Form(fields): Form,
) -> Answer {
    match given(&visit, scope.clone(), &fields).await {
        Ok(Offered { link: Some(link) }) => visit.page(OfferedPage {
            shell: visit.shell("staff-offered-title").crumb("/staff/people", "staff-people-title"),
            menu: menu(&visit),
            link,
        }),
        Ok(_) => see_other("/staff/proposals?done=offered"),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(page(&visit, &scope, form))
        }
    }
}

/// The link, shown once: a form that comes twice shows none the second time, it is kept nowhere.
#[derive(Template)]
#[template(path = "staff/offered.html")]
struct OfferedPage {
    shell: Shell,
    menu: Vec<Entry>,
    link: String,
}

/// What became of the wish.
#[derive(Serialize, Deserialize)]
struct Offered {
    #[serde(skip)]
    link: Option<String>,
}

async fn given(visit: &Visit, scope: Scope, fields: &Fields) -> Outcome<Offered> {
    let typed = Typed::read(fields).map_err(Refusal::invalid)?;
    let contact = typed.contact.reveal();
    let key = fields.key(&["grant", contact, fields.text("role"), fields.text("place")]);
    let app = visit.app.clone();
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        let new = NewGrant {
            // Nobody yet: whoever takes it up.
            account: doing.cx.new_id(),
            role: typed.role,
            place: typed.place.clone(),
            from: doing.cx.now,
            until: typed.until,
            reason: typed.reason.clone(),
        };
        let by = (&doing.me, &doing.scope, terms(&app, doing.offices()));
        let (id, token) = access::invite_contact(tx, &doing.cx, by, (&typed.contact, &new))?;
        let done = Done::to(trail::Kind::Invitation, id.as_str()).step(Step::Invited);
        let portal = app.config.public_url.trim_end_matches('/');
        let link = format!("{portal}/staff/join?token={token}");
        Ok((Offered { link: Some(link) }, done.by_grant(doing.grant_at(&new.place))))
    };
    does_once(visit, (&scope, key), act).await
}

/// What invitations rest on.
pub(super) fn terms<'a>(app: &'a App, offices: &'a Offices) -> Terms<'a> {
    Terms { offices, secrets: &app.policy.secrets, four_eyes: app.config.four_eyes }
}

/// The form, read.
struct Typed {
    contact: Contact,
    role: Role,
    place: Place,
    until: Instant,
    reason: String,
}

impl Typed {
    fn read(fields: &Fields) -> Result<Self, Vec<FieldFault>> {
        let role = Role::parse(fields.text("role"));
        let place = fields.text("place").split_once(':');
        let place = place.and_then(|(kind, id)| Place::parse(kind, id));
        let read = (
            Contact::parse("contact", fields.text("contact")),
            role,
            place,
            until(fields.text("until")),
        );
        let mut faults = Vec::new();
        if let Err(fault) = &read.0 {
            faults.push(fault.clone());
        }
        if read.1.is_none() {
            faults.push(FieldFault::new("role", "E-FORM-01-choice"));
        }
        if read.2.is_none() {
            faults.push(FieldFault::new("place", "E-FORM-01-choice"));
        }
        if let Err(fault) = &read.3 {
            faults.push(fault.clone());
        }
        faults.extend(rules::reason(fields.text("reason")));
        match read {
            (Ok(contact), Some(role), Some(place), Ok(until)) if faults.is_empty() => {
                let reason = fields.text("reason").to_owned();
                Ok(Self { contact, role, place, until, reason })
            }
            _ => Err(faults),
        }
    }
}

/// The end of the last day; without a day there is none.
fn until(text: &str) -> Result<Instant, FieldFault> {
    if text.is_empty() {
        return Ok(Instant::NEVER);
    }
    after(typed_day("until", text)?).ok_or_else(|| FieldFault::new("until", "E-FORM-02-date"))
}
