//! Roles that one of the staff proposed and a second one must agree to.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use base::{FieldFault, Id, Refusal, Tx};
use rooms::access::{self, By, Proposal, Scope, Verdict};
use rooms::accounts;
use rooms::trail::{self, Done, Step};

use super::doing::{Doing, does};
use super::people::named;
use super::{Entry, has, menu, place_name};
use crate::pages::account::{moment, own};
use crate::route::Action;
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, see_other};

const HERE: &str = "/staff/proposals";

#[derive(Template)]
#[template(path = "staff/proposals.html")]
struct ProposalsPage {
    shell: Shell,
    menu: Vec<Entry>,
    form: FormState,
    rows: Vec<Row>,
    /// Invitations that nobody has taken up yet.
    offers: Vec<Open>,
    may_decide: bool,
    done: Option<&'static str>,
}

/// An invitation; whom it is for is known once they take it up.
struct Open {
    id: String,
    role: String,
    place: String,
    by: String,
    when: String,
    expires: String,
    reason: String,
}

/// A proposal.
struct Row {
    id: String,
    name: String,
    role: String,
    place: String,
    by: String,
    when: String,
    reason: String,
    /// Whoever looks has made it, or it is about them: somebody else must agree.
    mine: bool,
}

async fn page(visit: &Visit, scope: Scope, form: FormState) -> base::Outcome<ProposalsPage> {
    let (now, me, portal) = (visit.app.clock.now(), own(visit)?, visit.app.portal());
    let found = visit.db().read(move |tx| {
        let all = access::proposals(tx, now, (&scope, &portal.city.offices))?;
        let offers = access::invited(tx, now, (&scope, &portal.city.offices))?;
        let people = all.iter().flat_map(|x| [&x.account, &x.by]);
        let people = people.chain(offers.iter().map(|x| &x.by));
        let people = accounts::read::accounts(tx, people)?;
        Ok((all, offers, people))
    });
    let (all, offers, people) = found.await?;
    let portal = visit.app.portal();
    let name = |id: &Id| named(visit, &people, id);
    let row = |x: &Proposal| Row {
        id: x.id.to_string(),
        name: name(&x.account),
        role: visit.t(&format!("role-{}", x.role.as_str())).to_owned(),
        place: place_name(visit, &portal.city.offices, &x.place),
        by: name(&x.by),
        when: moment(visit, x.at),
        reason: x.reason.reveal().clone(),
        mine: x.by == me || x.account == me,
    };
    let open = |x: &access::Open| Open {
        id: x.id.to_string(),
        role: visit.t(&format!("role-{}", x.role.as_str())).to_owned(),
        place: place_name(visit, &portal.city.offices, &x.place),
        by: name(&x.by),
        when: moment(visit, x.at),
        expires: moment(visit, x.expires),
        reason: x.reason.reveal().clone(),
    };
    Ok(ProposalsPage {
        shell: visit.shell("staff-proposals-title").of(&form),
        menu: menu(visit),
        form,
        rows: all.iter().map(row).collect(),
        offers: offers.iter().map(open).collect(),
        may_decide: has(visit, Action::GrantRole),
        done: None,
    })
}

pub(super) async fn list(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Query(query): Query,
) -> Answer {
    let mut page = page(&visit, scope, visit.blank()).await?;
    page.done = match query.text("done") {
        "offered" => Some("staff-offered"),
        "withdrawn" => Some("staff-offer-withdrawn"),
        "declined" => Some("staff-declined"),
        _ => None,
    };
    visit.page(page)
}

/// Whether a form agrees to a proposal. Whoever says neither has decided nothing.
pub(super) fn agrees(fields: &Fields) -> Result<bool, Refusal> {
    match fields.text("say") {
        "agree" => Ok(true),
        "decline" | "let-go" => Ok(false),
        _ => Err(Refusal::invalid(vec![FieldFault::new("say", "E-FORM-01-choice")])),
    }
}

/// Agrees, or lets it go; takes an invitation back.
pub(super) async fn decide(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(id): Path<Id>,
    Form(fields): Form,
) -> Answer {
    let withdraws = fields.text("say") == "withdraw";
    let agrees = !withdraws && agrees(&fields)?;
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        let (scope, offices) = (&doing.scope, doing.offices());
        if withdraws {
            let place = access::withdraw(tx, &doing.cx, (scope, offices), &id)?;
            let done = Done::to(trail::Kind::Invitation, id.as_str()).step(Step::Withdrawn);
            return Ok(((), done.by_grant(doing.grant_at(&place))));
        }
        let by = (By::Staff(&doing.me, scope), offices);
        let (place, step) = match agrees {
            true => (access::agree(tx, &doing.cx, by, &id)?, Step::Agreed),
            false => (access::decline(tx, &doing.cx, (scope, offices), &id)?, Step::Declined),
        };
        let done = Done::to(trail::Kind::Proposal, id.as_str()).step(step);
        Ok(((), done.by_grant(doing.grant_at(&place))))
    };
    match does(&visit, &scope, act).await {
        Ok(()) if agrees => see_other("/staff/people?done=granted"),
        Ok(()) if withdraws => see_other(&format!("{HERE}?done=withdrawn")),
        Ok(()) => see_other(&format!("{HERE}?done=declined")),
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            // Whoever may give a role may read about it.
            let Verdict::Allow(scope) = visit.may(Action::ReadStaff) else {
                return Err(base::Fault::new("a role that grants but does not read").into());
            };
            visit.again(page(&visit, scope, form).await?)
        }
    }
}
