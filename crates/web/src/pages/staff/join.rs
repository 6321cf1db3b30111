//! Taking up a role one was invited to: the link holds a token that works once.

use askama::Template;
use axum::Extension;
use base::{Kind, Outcome, Refusal, Tx};
use rooms::access::{self, Invitation, Joined, Reach, Role, Scope, table};
use rooms::trail::{self, Done, Step};

use super::doing::{Doing, does};
use super::grant::terms;
use super::{PAGES, place_name};
use crate::browser::{Browser, signed_in};
use crate::pages::account::moment;
use crate::{Answer, Form, FormState, Query, Shell, Visit, next};

#[derive(Template)]
#[template(path = "staff/join.html")]
struct JoinPage {
    shell: Shell,
    form: FormState,
    token: String,
    role: String,
    place: String,
    expires: String,
    signin: String,
    register: String,
    /// It was taken up, and a second one must agree.
    waits: bool,
}

/// What the token offers.
async fn offered(visit: &Visit, token: String) -> Outcome<Invitation> {
    let now = visit.app.clock.now();
    let found = visit.db().read(move |tx| access::invitation(tx, now, &token)).await?;
    found.ok_or_else(|| Refusal::new(Kind::Gone, "E-ROLE-03").into())
}

fn page(visit: &Visit, invitation: &Invitation, token: &str, form: FormState) -> JoinPage {
    let back = format!("/staff/join?token={token}");
    JoinPage {
        shell: visit.shell("join-title").of(&form),
        form,
        token: token.to_owned(),
        role: visit.t(&format!("role-{}", invitation.role.as_str())).to_owned(),
        place: place_name(visit, &visit.app.portal().city.offices, &invitation.place),
        expires: moment(visit, invitation.expires),
        signin: next::with("/signin", &back),
        register: next::with("/register", &back),
        waits: false,
    }
}

pub(super) async fn show(visit: Visit, Query(query): Query) -> Answer {
    let token = query.text("token").to_owned();
    let invitation = offered(&visit, token.clone()).await?;
    visit.page(page(&visit, &invitation, &token, visit.blank()))
}

/// Takes the role up; the session goes on under a new token, since it may do more now.
pub(super) async fn join(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    browser: Browser,
    Form(fields): Form,
) -> Answer {
    let token = fields.text("token").to_owned();
    let invitation = offered(&visit, token.clone()).await?;
    let (spent, offered, app) = (token.clone(), invitation.clone(), visit.app.clone());
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        let (cx, me) = (&doing.cx, &doing.me);
        let joined = access::join(tx, cx, terms(&app, doing.offices()), (me, &spent))?;
        let (session, done) = match joined {
            Joined::Given(grant) => {
                (Some(browser.renew(tx, cx, me)?), Done::to(trail::Kind::Role, grant.as_str()))
            }
            Joined::Proposed(id) => {
                let done = Done::to(trail::Kind::Proposal, id.as_str());
                (None, done.step(Step::Proposed))
            }
        };
        Ok((session, done.by(offered.role, &offered.place)))
    };
    match does(&visit, &scope, act).await {
        Ok(Some(session)) => signed_in(&visit, &session, landing(invitation.role)),
        Ok(None) => {
            let page = page(&visit, &invitation, &token, visit.blank());
            visit.page(JoinPage { waits: true, ..page })
        }
        Err(error) => {
            let form = FormState::refused(fields, error)?;
            visit.again(page(&visit, &invitation, &token, form))
        }
    }
}

/// Where somebody with this role begins to work.
fn landing(role: Role) -> &'static str {
    let open = PAGES.into_iter().find(|x| table::reach(role, x.0) != Reach::Nothing);
    open.map_or("/account", |x| x.1)
}
