//! One visitor: name and phone are shown after a reason was given and written down.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use base::{FieldFault, Kind, Outcome, Refusal, Tx};
use rooms::access::{self, Look, Scope, Spot, rules};
use rooms::accounts::{Account, read};
use rooms::booking::{self, Booking};
use rooms::files::File;
use rooms::mandates;
use rooms::trail::{self, Done};
use texts::Form as DateForm;

use super::day::state_tag;
use super::doing::{Doing, does};
use super::mandate::Acting;
use super::{Entry, menu, place_name};
use crate::form::Choice;
use crate::pages::account::own;
use crate::papers::{Seen, moment};
use crate::{Answer, Failure, Fields, Form, FormState, Query, Shell, Visit, kept, see_other};

/// Reasons to choose from; `other` wants words.
pub(crate) const REASONS: [(&str, &str); 4] = [
    ("visit", "look-reason-visit"),
    ("call", "look-reason-call"),
    ("papers", "look-reason-papers"),
    ("other", "look-reason-other"),
];

#[derive(Template)]
#[template(path = "staff/visitor.html")]
pub(super) struct VisitorPage {
    shell: Shell,
    menu: Vec<Entry>,
    form: FormState,
    id: String,
    reasons: Vec<Choice>,
    number: String,
    when: String,
    service: String,
    purpose: String,
    place: String,
    state: (&'static str, String),
    /// Only after a reason was given.
    visitor: Option<Account>,
    /// Whom the visitor acts for; only then, too.
    acting: Option<Acting>,
    /// A verdict was written down just now.
    checked: bool,
}

/// A visit within the scope, and its visitor once the look was written down.
pub(super) struct Found {
    pub booking: Booking,
    pub visitor: Option<Account>,
    pub mandate: Option<mandates::Seen>,
    /// The paper of the mandate as files.
    pub files: Vec<File>,
}

pub(super) async fn load(visit: &Visit, scope: Scope, id: String) -> Result<Found, Failure> {
    let (me, now, portal) = (own(visit)?, visit.app.clock.now(), visit.app.portal());
    let found = visit.db().read(move |tx| {
        let booking = booking::visit(tx, &scope, &portal.city.offices, &id)?;
        let visitor = match access::looked(tx, now, &me, &booking.id)? {
            true => read::account(tx, &booking.account)?,
            false => None,
        };
        let mandate = match (&visitor, &booking.behalf) {
            (Some(_), Some(behalf)) => mandates::look(tx, &me, behalf)?,
            _ => None,
        };
        let files = match &mandate {
            Some(seen) => mandates::files_of(tx, &seen.mandate)?,
            None => Vec::new(),
        };
        Ok(Found { booking, visitor, mandate, files })
    });
    Ok(found.await?)
}

pub(super) fn page(visit: &Visit, found: Found, form: FormState) -> Result<VisitorPage, Refusal> {
    let portal = visit.app.portal();
    let seen = Seen::of(&found.booking, "", &portal);
    let seen = seen.ok_or_else(|| Refusal::new(Kind::NotFound, "E-STA-01"))?;
    let place = access::Place::Resource(seen.resource.id.clone());
    let reasons = REASONS.iter().map(|(code, key)| Choice::new(*code, visit.t(key)));
    Ok(VisitorPage {
        shell: visit.shell("staff-visitor-title").crumb("/staff", "staff-day-title").of(&form),
        menu: menu(visit),
        form,
        id: found.booking.id.to_string(),
        reasons: reasons.collect(),
        number: found.booking.number.clone().unwrap_or_default(),
        when: moment(&visit.app, visit.lang, seen.starts, seen.site, DateForm::Weekday),
        service: seen.service.passport.name.in_lang(visit.lang).to_owned(),
        purpose: seen.purpose(visit.lang).to_owned(),
        place: place_name(visit, &portal.city.offices, &place),
        state: state_tag(visit, found.booking.state),
        acting: Acting::of(visit, &found),
        visitor: found.visitor,
        checked: false,
    })
}

pub(super) async fn show(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(id): Path<String>,
    Query(query): Query,
) -> Answer {
    let found = load(&visit, scope, id).await?;
    let checked = query.flag("checked");
    visit.page(VisitorPage { checked, ..page(&visit, found, visit.blank())? })
}

/// Writes the look down, then leads to what may now be seen.
pub(super) async fn open(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Answer {
    let path = format!("/staff/bookings/{id}");
    let noted = match reason(&fields) {
        Ok(reason) => note(&visit, scope.clone(), id.clone(), reason).await,
        Err(faults) => Err(Refusal::invalid(faults).into()),
    };
    match noted {
        Ok(()) => {
            // What was said of a paper before the look was over.
            let said = fields.without(|x| !matches!(x, "verdict" | "why"));
            see_other(&kept::for_page(&visit, &path, &said).await?)
        }
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            let found = load(&visit, scope, id).await?;
            visit.again(page(&visit, found, form)?)
        }
    }
}

/// The code of a reason, or the words of another.
fn reason(fields: &Fields) -> Result<String, Vec<FieldFault>> {
    match fields.text("reason") {
        "other" => match rules::reason(fields.text("words")) {
            Some(fault) => Err(vec![FieldFault { field: "words".into(), ..fault }]),
            None => Ok(fields.text("words").trim().to_owned()),
        },
        code if REASONS.iter().any(|x| x.0 == code) => Ok(code.to_owned()),
        _ => Err(vec![FieldFault::new("reason", "E-FORM-01-choice")]),
    }
}

async fn note(visit: &Visit, scope: Scope, id: String, reason: String) -> Outcome<()> {
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        let booking = booking::visit(tx, &doing.scope, doing.offices(), &id)?;
        let spot = Spot::of_resource(doing.offices(), booking.resource.as_ref());
        let by = doing.scope.grant_for(&spot).cloned();
        let look = Look {
            looker: doing.me.clone(),
            booking: booking.id,
            account: booking.account,
            by: by.ok_or_else(|| Refusal::new(Kind::NotFound, "E-STA-01"))?,
            reason: reason.clone(),
        };
        access::look(tx, &doing.cx, &doing.scope, &look)?;
        let done = Done::to(trail::Kind::Booking, look.booking.as_str());
        Ok(((), done.by_grant(Some(&look.by))))
    };
    does(visit, &scope, act).await
}
