//! «За кого вы действуете»: children, principals, wards and organisations of an account.

mod edit;
mod files;
mod list;
mod words;

use base::{Id, Outcome};
use jiff::civil::Date;
use rooms::accounts::Level;
use rooms::mandates::{self, Kind, Mandate, rules};

pub(crate) use words::{Tag, Withheld, paper_rows, tag};

use super::account::own;
use crate::Visit;
use crate::arriving::WHOLE;
use crate::route::{Action, Rate, Route, get, post};

const HERE: &str = "/account/acting";
const NEW: &str = "/account/acting/new";

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    use Action::KeepMandates;
    use Rate::{Read, Vital, Write};
    vec![
        get(HERE, KeepMandates, Read, list::list),
        get(NEW, KeepMandates, Write, edit::fresh),
        post(NEW, KeepMandates, Write, edit::add),
        get("/account/acting/{id}", KeepMandates, Write, edit::show),
        post("/account/acting/{id}", KeepMandates, Write, edit::correct),
        get("/account/acting/{id}/end", KeepMandates, Write, list::ending),
        post("/account/acting/{id}/end", KeepMandates, Write, list::end),
        get("/account/acting/{id}/files", KeepMandates, Write, files::page),
        // Files come slowly: they have turns of their own and take none of other forms.
        post("/account/acting/{id}/files/add", KeepMandates, Vital, files::add).admits(WHOLE),
        post("/account/acting/{id}/files/{file}/remove", KeepMandates, Write, files::remove),
    ]
}

/// Where a mandate is shown.
fn path(id: &Id) -> String {
    format!("{HERE}/{id}")
}

/// The day that counts on these pages.
fn today(visit: &Visit) -> Date {
    rules::day(visit.app.clock.now())
}

/// The level of the account that is signed in.
fn level(visit: &Visit) -> Level {
    visit.signed_in.as_ref().map(|x| x.level).unwrap_or_default()
}

/// The level that is needed to add one of this kind; nothing when the account has it.
fn lacks(visit: &Visit, kind: Kind) -> bool {
    rules::may_add(level(visit), kind).is_err()
}

/// All mandates of the account that is signed in, those that are over too.
///
/// # Errors
/// `E-AUTH-10` when nobody is.
pub(crate) async fn all(visit: &Visit) -> Outcome<Vec<Mandate>> {
    let id = own(visit)?;
    visit.db().read(move |tx| mandates::of_account(tx, &id)).await
}
