//! «Проверьте контакты»: whoever has come back by a recovery looks at them once.

use askama::Template;
use base::{Kind, Outcome, Refusal};
use rooms::accounts::{Account, read};
use rooms::factors;

use super::account::own;
use super::booking::{Active, active};
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Shell, Visit, see_other};

/// Where this page is.
pub(super) const HERE: &str = "/account/review";

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get(HERE, Action::ReadAccount, Rate::Write, page),
        post(HERE, Action::KeepSafe, Rate::Write, reviewed),
    ]
}

#[derive(Template)]
#[template(path = "account/review.html")]
struct ReviewPage {
    shell: Shell,
    account: Account,
    active: Vec<Active>,
}

/// Whether whoever is signed in is asked to look at the contacts.
pub(super) async fn is_asked(visit: &Visit) -> Outcome<bool> {
    let id = own(visit)?;
    Ok(visit.db().read(move |tx| factors::review(tx, &id)).await?.is_some())
}

async fn page(visit: Visit) -> Answer {
    let id = own(&visit)?;
    let account = visit.db().read(move |tx| read::account(tx, &id)).await?;
    let account = account.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?;
    let shell = visit.shell("contacts-review-title").crumb("/account", "account-title");
    let active = active(&visit).await?;
    visit.page(ReviewPage { shell, account, active })
}

async fn reviewed(visit: Visit) -> Answer {
    let id = own(&visit)?;
    visit.db().write(move |tx| factors::reviewed(tx, &id)).await?;
    see_other("/account?reviewed=1")
}
