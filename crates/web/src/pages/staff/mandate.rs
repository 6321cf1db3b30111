//! «Полномочия проверены»: the paper by which a visitor acts for another.

use axum::Extension;
use axum::extract::Path;
use base::{FieldFault, Id, Kind, Outcome, Refusal, Tx};
use rooms::access::{Action, Scope, Spot, rules as words};
use rooms::files::File;
use rooms::mandates::{self, Check, Former, State, Verdict, rules};
use rooms::trail::{self, Done, Step};

use super::doing::{Doing, does};
use super::has;
use super::visitor::{Found, load, page};
use crate::form::Choice;
use crate::pages::account::moment;
use crate::pages::acting::{Tag, paper_rows, tag};
use crate::pages::file::{may_show, serve, what};
use crate::{Answer, Fields, Form, FormState, Visit, kept, see_other};

/// Whom the visitor acts for, and by which paper.
pub(super) struct Acting {
    pub name: String,
    pub kind: String,
    pub tag: Tag,
    pub rows: Vec<(String, String)>,
    /// Why it was refused or taken back.
    pub why: String,
    /// What was said before against the same person or organisation; empty when nothing was.
    pub former: String,
    /// The data were corrected after the booking.
    pub changed: bool,
    /// It is a matter of whoever looks: a colleague says what is to be said.
    pub own: bool,
    /// The revision that is shown, and what may be said of it; nothing to those who may not.
    pub revision: u32,
    pub verdicts: Vec<Choice>,
    /// The paper as files.
    pub files: Vec<Shown>,
}

/// A file of the paper.
pub(super) struct Shown {
    pub path: String,
    pub name: String,
    pub what: String,
    /// It can stand in the page; a PDF is downloaded.
    pub inline: bool,
    pub may: bool,
}

impl Acting {
    pub(super) fn of(visit: &Visit, found: &Found) -> Option<Self> {
        let seen = found.mandate.as_ref()?;
        let mandate = &seen.mandate;
        let details = &mandate.sheet()?.details;
        // What was taken back can be found good again, and no more.
        let all = [Verdict::Checked, Verdict::Refused, Verdict::Revoked];
        let open = match mandate.state {
            State::Revoked => &all[..1],
            state if state.stands() => &all[..],
            _ => &[],
        };
        let verdicts = open.iter().map(|x| {
            let key = format!("staff-acting-verdict-{}", x.as_str());
            Choice::new(x.as_str(), visit.t(&key))
        });
        let says = has(visit, Action::CheckMandate);
        let today = rules::day(visit.app.clock.now());
        let why = seen.reason.as_ref().map(|x| x.reveal().clone());
        Some(Self {
            name: details.name(),
            kind: visit.t(&format!("acting-kind-{}", mandate.kind.as_str())).to_owned(),
            tag: tag(visit, mandate, today),
            rows: paper_rows(visit, details),
            why: why.unwrap_or_default(),
            changed: seen.changed,
            revision: mandate.revision,
            former: seen.former.as_ref().map_or(String::new(), |x| former(visit, x)),
            own: seen.own,
            verdicts: if says && !seen.own { verdicts.collect() } else { Vec::new() },
            files: found.files.iter().map(|x| shown(visit, &found.booking.id, x)).collect(),
        })
    }
}

/// «Документ не приняли 3 декабря 2026, 10:30: нет печати».
fn former(visit: &Visit, said: &Former) -> String {
    let key =
        if said.revoked { "staff-acting-former-revoked" } else { "staff-acting-former-refused" };
    let words = visit.tw(key, &[("when", moment(visit, said.at).into())]);
    match said.reason.reveal().as_str() {
        "" => words,
        why => format!("{words}: {why}"),
    }
}

fn shown(visit: &Visit, booking: &Id, file: &File) -> Shown {
    Shown {
        path: format!("/staff/mandate-files/{booking}/{}", file.id),
        name: file.name.reveal().clone(),
        what: what(visit, file),
        inline: file.kind.is_picture(),
        may: may_show(visit, file),
    }
}

/// A file of the paper, for whoever has opened the visitor a moment ago.
pub(super) async fn file(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path((id, file)): Path<(String, String)>,
) -> Answer {
    let found = load(&visit, scope, id).await?;
    let wanted = found.files.into_iter().find(|x| *x.id == *file && may_show(&visit, x));
    serve(&visit, wanted.ok_or_else(|| Refusal::new(Kind::NotFound, "E-STA-01"))?)
}

/// Writes down what was said of the paper. Whoever has not opened the visitor is led there first.
pub(super) async fn check(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(id): Path<String>,
    Form(fields): Form,
) -> Answer {
    let path = format!("/staff/bookings/{id}");
    let found = load(&visit, scope.clone(), id.clone()).await?;
    let Some(seen) = found.mandate.as_ref() else {
        return see_other(&kept::for_page(&visit, &path, &fields).await?);
    };
    let said = match read(&fields) {
        Ok((verdict, reason)) => {
            let command = Check {
                booking: found.booking.id.clone(),
                mandate: seen.mandate.id.clone(),
                revision: fields.text("revision").parse().unwrap_or_default(),
                verdict,
                reason,
            };
            keep(&visit, &scope, (found.booking.resource.clone(), command)).await
        }
        Err(faults) => Err(Refusal::invalid(faults).into()),
    };
    match said {
        Ok(()) => see_other(&format!("{path}?checked=1")),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            let found = load(&visit, scope, id).await?;
            visit.again(page(&visit, found, form)?)
        }
    }
}

/// A verdict, with the words that all but the good one need.
fn read(fields: &Fields) -> Result<(Verdict, String), Vec<FieldFault>> {
    let fault = || vec![FieldFault::new("verdict", "E-FORM-01-CHOICE")];
    let verdict = Verdict::parse(fields.text("verdict")).ok_or_else(fault)?;
    let typed = fields.text("why").trim();
    match (verdict, words::reason(typed)) {
        (Verdict::Checked, _) => Ok((verdict, String::new())),
        (_, None) => Ok((verdict, typed.to_owned())),
        (_, Some(_)) if typed.is_empty() => Err(vec![FieldFault::new("why", "E-MND-19")]),
        (_, Some(fault)) => Err(vec![FieldFault { field: "why".into(), ..fault }]),
    }
}

async fn keep(
    visit: &Visit,
    scope: &Scope,
    (resource, command): (Option<Id>, Check),
) -> Outcome<()> {
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        mandates::check(tx, &doing.cx, &doing.scope, &command)?;
        let step = match command.verdict {
            Verdict::Checked => Step::Confirmed,
            Verdict::Refused => Step::Refused,
            Verdict::Revoked => Step::Withdrawn,
        };
        let spot = Spot::of_resource(doing.offices(), resource.as_ref());
        let done = Done::to(trail::Kind::Mandate, command.mandate.as_str()).step(step);
        Ok(((), done.by_grant(doing.scope.grant_for(&spot))))
    };
    does(visit, scope, act).await
}
