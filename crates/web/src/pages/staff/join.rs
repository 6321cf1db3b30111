//! Taking up a role one was invited to: the link holds a token that works once.

use askama::Template;
use axum::Extension;
use base::{Instant, Kind, Outcome, Refusal, Tx};
use rooms::access::{self, Invitation, Joined, Reach, Role, Scope, read, table};
use rooms::trail::{self, Done, Step};

use super::doing::{Doing, does};
use super::grant::terms;
use super::{PAGES, offers, place_name};
use crate::browser::{Browser, signed_in};
use crate::pages::account::{moment, own};
use crate::route::Action;
use crate::{Answer, Form, FormState, Query, Shell, Visit, next, see_other};

/// Where somebody reads which role they have got.
pub(super) const JOINED: &str = "/staff/joined";

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
                let session = browser.renew(tx, cx, me)?;
                let done = Done::to(trail::Kind::Role, grant.as_str());
                (Some((session, grant)), done)
            }
            Joined::Proposed(id) => {
                let done = Done::to(trail::Kind::Proposal, id.as_str());
                (None, done.step(Step::Proposed))
            }
        };
        Ok((session, done.by(offered.role, &offered.place)))
    };
    match does(&visit, &scope, act).await {
        Ok(Some((session, grant))) => {
            signed_in(&visit, &session, &format!("{JOINED}?role={grant}"))
        }
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

/// Which role somebody has got just now, where, and where they begin.
#[derive(Template)]
#[template(path = "staff/joined.html")]
struct JoinedPage {
    shell: Shell,
    role: String,
    place: String,
    /// Until when, if it has an end.
    until: Option<String>,
    /// Pages of the workplace that it opens: path and key of the words.
    begins: Vec<(&'static str, &'static str)>,
    /// A passkey or an app is asked for first.
    proves: bool,
}

pub(super) async fn joined(visit: Visit, Query(query): Query) -> Answer {
    let (now, me) = (visit.app.clock.now(), own(&visit)?);
    let grants = visit.db().read(move |tx| read::grants_of(tx, now, &me)).await?;
    let Some(grant) = grants.into_iter().find(|x| *x.id == *query.text("role")) else {
        return see_other("/account");
    };
    visit.page(JoinedPage {
        shell: visit.shell("joined-title"),
        role: visit.t(&format!("role-{}", grant.role.as_str())).to_owned(),
        place: place_name(&visit, &visit.app.portal().city.offices, &grant.place),
        until: (grant.until != Instant::NEVER).then(|| moment(&visit, grant.until)),
        begins: begins(&visit, grant.role),
        proves: visit.signed_in.as_ref().is_some_and(|x| !x.strong),
    })
}

/// Where somebody with this role begins to work.
fn begins(visit: &Visit, role: Role) -> Vec<(&'static str, &'static str)> {
    let open = |x: &Action| table::reach(role, *x) != Reach::Nothing && offers(visit, *x);
    PAGES.into_iter().filter(|x| open(&x.0)).map(|x| (x.1, x.2)).collect()
}
