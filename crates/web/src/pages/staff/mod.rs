//! «Рабочее место»: the pages of those who receive. What a person sees there follows from the
//! scope of the action that the page's row names.

mod alarms;
mod calls;
mod checks;
mod day;
mod doing;
mod grant;
mod identity;
mod join;
mod letters;
mod mandate;
mod people;
mod proposals;
mod restore;
mod scans;
mod sites;
mod trail;
mod visitor;

use base::{FieldFault, Instant};
use jiff::Span;
use jiff::civil::Date;
use rooms::access::{Action, Place, Verdict};
use rooms::offices::Offices;

use crate::Visit;
use crate::pages::account::moscow;
use crate::route::{Rate, Route, get, post};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    use Action::{
        CheckIdentity, CheckMandate, GrantRole, HelpByPhone, HelpRecover, JoinStaff, OpenVisitor,
        ReadDay, ReadInvitation, ReadStaff, ReviewScans, RevokeRole, SendLetters, WatchAlarms,
        WatchChecks,
    };
    use Rate::{Read, Secret, Write};
    vec![
        get("/staff", ReadDay, Read, day::day),
        get("/staff/bookings/{id}", OpenVisitor, Write, visitor::show),
        post("/staff/bookings/{id}", OpenVisitor, Write, visitor::open),
        post("/staff/bookings/{id}/mandate", CheckMandate, Write, mandate::check),
        get("/staff/mandate-files/{id}/{file}", OpenVisitor, Read, mandate::file),
        get("/staff/identity", CheckIdentity, Write, identity::page),
        post("/staff/identity", CheckIdentity, Write, identity::find),
        get("/staff/identity/{way}", CheckIdentity, Write, identity::show),
        post("/staff/identity/{way}/look", CheckIdentity, Write, identity::look),
        post("/staff/identity/{way}/confirm", CheckIdentity, Write, identity::confirm),
        post("/staff/identity/{way}/refuse", CheckIdentity, Write, identity::refuse),
        get("/staff/letters", SendLetters, Write, letters::list),
        post("/staff/letters/{way}/print", SendLetters, Write, letters::print),
        post("/staff/letters/{way}/handed", SendLetters, Write, letters::hand_over),
        post("/staff/letters/{way}/number", SendLetters, Write, letters::renumber),
        post("/staff/letters/{way}/delivered", SendLetters, Write, letters::delivered),
        get("/staff/scans", ReviewScans, Read, scans::queue),
        get("/staff/scans/{way}", ReviewScans, Write, scans::show),
        post("/staff/scans/{way}/look", ReviewScans, Write, scans::look),
        post("/staff/scans/{way}/accept", ReviewScans, Write, scans::accept),
        post("/staff/scans/{way}/refuse", ReviewScans, Write, scans::refuse),
        get("/staff/scans/{way}/files/{file}", ReviewScans, Read, scans::file),
        get("/staff/restore", HelpRecover, Secret, restore::form),
        post("/staff/restore", HelpRecover, Secret, restore::help),
        get("/staff/calls", HelpByPhone, Secret, calls::form),
        post("/staff/calls", HelpByPhone, Secret, calls::find),
        get("/staff/calls/{call}", HelpByPhone, Secret, calls::show),
        get("/staff/checks", WatchChecks, Read, checks::list),
        get("/staff/people", ReadStaff, Read, people::list),
        get("/staff/people/new", GrantRole, Write, grant::form),
        post("/staff/people/new", GrantRole, Write, grant::give),
        get("/staff/people/{id}", ReadStaff, Read, people::card),
        post("/staff/people/{id}/revoke", RevokeRole, Write, people::revoke),
        get("/staff/proposals", ReadStaff, Read, proposals::list),
        post("/staff/proposals/{id}", GrantRole, Write, proposals::decide),
        get("/staff/alarms", WatchAlarms, Read, alarms::list),
        post("/staff/alarms/{id}", WatchAlarms, Write, alarms::saw),
        get("/staff/join", ReadInvitation, Secret, join::show),
        post("/staff/join", JoinStaff, Secret, join::join),
        get(join::JOINED, JoinStaff, Secret, join::joined),
    ]
    .into_iter()
    .chain(sites::routes())
    .chain(trail::routes())
    .collect()
}

/// The pages of a workplace, for its menu: action, path, key of the words, icon.
const PAGES: [(Action, &str, &str, &str); 12] = [
    (Action::ReadDay, "/staff", "staff-day-title", "calendar"),
    (Action::ReadStaff, "/staff/people", "staff-people-title", "users"),
    (Action::GrantRole, "/staff/proposals", "staff-proposals-title", "check"),
    (Action::WatchAlarms, "/staff/alarms", "staff-alarms-title", "triangle-alert"),
    (Action::ReadTrail, "/staff/trail", "staff-trail-title", "history"),
    (Action::ReadSites, "/staff/sites", "staff-sites-title", "globe"),
    (Action::CheckIdentity, "/staff/identity", "staff-identity-title", "id-card"),
    (Action::ReviewScans, "/staff/scans", "staff-scans-title", "file-text"),
    (Action::SendLetters, "/staff/letters", "staff-letters-title", "printer"),
    (Action::HelpByPhone, "/staff/calls", "staff-calls-title", "phone"),
    (Action::HelpRecover, "/staff/restore", "restore-title", "key-round"),
    (Action::WatchChecks, "/staff/checks", "staff-checks-title", "hourglass"),
];

/// An entry of a workplace's menu.
struct Entry {
    path: &'static str,
    words: &'static str,
    icon: &'static str,
    here: bool,
}

/// The menu, as far as this person's roles reach.
fn menu(visit: &Visit) -> Vec<Entry> {
    let here = |path: &str| match path {
        "/staff" => visit.path == "/staff" || visit.path.starts_with("/staff/bookings/"),
        path => visit.path.starts_with(path),
    };
    let open = PAGES.into_iter().filter(|x| has(visit, x.0) && offers(visit, x.0));
    open.map(|(_, path, words, icon)| Entry { path, words, icon, here: here(path) }).collect()
}

/// Whether this portal has the page of `action`.
fn offers(visit: &Visit, action: Action) -> bool {
    match action {
        Action::SendLetters => visit.app.ways.letters,
        Action::ReviewScans => visit.app.ways.scans,
        _ => true,
    }
}

/// Whether a role of this person has `action`, perhaps after one more proof.
fn has(visit: &Visit, action: Action) -> bool {
    !matches!(visit.may(action), Verdict::Deny(_))
}

/// The first page of this person's workplace, when they have one.
pub(crate) fn workplace(visit: &Visit) -> Option<&'static str> {
    let open = || PAGES.into_iter().find(|x| has(visit, x.0)).map(|x| x.1);
    (!visit.grants.is_empty()).then(open).flatten()
}

/// A place in words: «Городская поликлиника № 4, Травматология, кабинет 12».
pub(super) fn place_name(visit: &Visit, offices: &Offices, place: &Place) -> String {
    let lang = visit.lang;
    let organization = |id| offices.organization(id).map(|x| x.name.in_lang(lang));
    let parts: Vec<Option<&str>> = match place {
        Place::Portal => vec![Some(visit.t("staff-place-portal"))],
        Place::Organization(id) => vec![organization(id)],
        Place::Site(id) => {
            let site = offices.site(id);
            vec![
                site.and_then(|x| organization(&x.organization)),
                site.map(|x| x.name.in_lang(lang)),
            ]
        }
        Place::Resource(id) => {
            let resource = offices.resource(id);
            let site = resource.and_then(|x| offices.site(&x.site));
            vec![
                site.and_then(|x| organization(&x.organization)),
                site.map(|x| x.name.in_lang(lang)),
                resource.map(|x| x.name.in_lang(lang)),
            ]
        }
    };
    let mut known: Vec<&str> = parts.into_iter().flatten().collect();
    known.dedup();
    // What was removed from the directory keeps its id.
    if known.is_empty() { place.id().to_owned() } else { known.join(", ") }
}

/// Why somebody looked: a reason of the list in words, or the words that were typed.
pub(super) fn look_reason(visit: &Visit, reason: &str) -> String {
    let listed = visitor::REASONS.iter().find(|x| x.0 == reason);
    listed.map_or_else(|| reason.to_owned(), |x| visit.t(x.1).to_owned())
}

/// A day as browsers send it, or as people type it where the browser has no calendar.
fn typed_day(field: &'static str, text: &str) -> Result<Date, FieldFault> {
    let typed = text.parse().or(Date::strptime("%d.%m.%Y", text));
    typed.map_err(|_shape| FieldFault::new(field, "E-FORM-02-date"))
}

/// The first moment after a day; nothing at the end of all time.
fn after(day: Date) -> Option<Instant> {
    let next = day.saturating_add(Span::new().days(1)).to_zoned(moscow());
    next.ok().map(|x| x.timestamp().into())
}
