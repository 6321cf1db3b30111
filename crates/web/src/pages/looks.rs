//! «Кто смотрел мои данные»: every look of the staff, as the citizen sees it.

use askama::Template;
use base::Instant;
use rooms::access::Place;
use rooms::access::read::{self, Looked};
use rooms::privacy::{self, Access};

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
    at: Instant,
    when: String,
    who: String,
    reason: String,
    /// The booking it was about.
    booking: Option<String>,
}

async fn looks(visit: Visit) -> Answer {
    let me = own(&visit)?;
    let found = visit
        .db()
        .read(move |tx| Ok((read::looks_at(tx, &me, SHOWN)?, privacy::accesses(tx, &me, SHOWN)?)));
    let (looks, accesses) = found.await?;
    // A look of the staff stands in both lists; with its reason it says more.
    let others = accesses.iter().filter(|x| x.what != "visitor");
    let others = others.map(|x| of_others(&visit, x));
    let mut rows: Vec<Row> = looks.iter().map(|x| of_staff(&visit, x)).chain(others).collect();
    rows.sort_by_key(|x| std::cmp::Reverse(x.at));
    visit.page(LooksPage {
        shell: visit.shell("looks-title").crumb("/account", "account-title"),
        rows,
    })
}

/// «Регистратор, МФЦ Томска».
fn by(visit: &Visit, role: &str, place: &Place) -> String {
    let portal = visit.app.portal();
    let role = visit.t(&format!("role-{role}")).to_owned();
    format!("{role}, {}", place_name(visit, &portal.city.offices, place))
}

fn of_staff(visit: &Visit, look: &Looked) -> Row {
    Row {
        at: look.at,
        when: moment(visit, look.at),
        who: by(visit, look.role.as_str(), &look.place),
        reason: look_reason(visit, look.reason.reveal()),
        booking: Some(format!("/bookings/{}", look.booking)),
    }
}

/// A look that is about no booking: the engineer's, or at a service centre.
fn of_others(visit: &Visit, access: &Access) -> Row {
    let key = match access.what.as_str() {
        "level" => "looks-what-level",
        "token" => "looks-what-token",
        "mandate" => "looks-what-mandate",
        "identity" => "looks-what-identity",
        "letter" => "looks-what-letter",
        "scans" => "looks-what-scans",
        "call" => "looks-what-call",
        "recovery" => "looks-what-recovery",
        "sessions-ended" => "looks-what-sessions-ended",
        _ => "looks-what-other",
    };
    let who = match (&access.by, access.actor.starts_with("account:")) {
        (Some((role, place)), _) => by(visit, role, place),
        (None, true) => visit.t("looks-who-staff").to_owned(),
        (None, false) => visit.t("staff-by-engineer").to_owned(),
    };
    let reason = visit.t(key);
    let way = match (access.what.as_str(), access.step.as_str()) {
        ("call", "found") => Some("looks-way-code"),
        ("call", "found_by_booking") => Some("looks-way-booking"),
        _ => None,
    };
    let reason = way.map_or(reason.to_owned(), |way| format!("{reason}. {}", visit.t(way)));
    Row { at: access.at, when: moment(visit, access.at), who, reason, booking: None }
}
