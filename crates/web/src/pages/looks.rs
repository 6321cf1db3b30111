//! «Кто смотрел мои данные»: every look of the staff, as the citizen sees it.

use askama::Template;
use rooms::access::read::{self, Looked};

use super::account::{moment, own};
use super::staff::{look_reason, place_name};
use crate::route::{Action, Rate, Route, get};
use crate::{Answer, Shell, Visit};

/// How many looks are shown.
const SHOWN: i64 = 200;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![get("/account/looks", Action::ReadLooks, Rate::Read, looks)]
}

#[derive(Template)]
#[template(path = "account/looks.html")]
struct LooksPage {
    shell: Shell,
    rows: Vec<Row>,
}

/// A look.
struct Row {
    when: String,
    role: String,
    place: String,
    reason: String,
    booking: String,
}

async fn looks(visit: Visit) -> Answer {
    let me = own(&visit)?;
    let found = visit.db().read(move |tx| read::looks_at(tx, &me, SHOWN)).await?;
    let portal = visit.app.portal();
    let row = |look: &Looked| Row {
        when: moment(&visit, look.at),
        role: visit.t(&format!("role-{}", look.role.as_str())).to_owned(),
        place: place_name(&visit, &portal.city.offices, &look.place),
        reason: look_reason(&visit, look.reason.reveal()),
        booking: format!("/bookings/{}", look.booking),
    };
    visit.page(LooksPage {
        shell: visit.shell("looks-title").crumb("/account", "account-title"),
        rows: found.iter().map(row).collect(),
    })
}
