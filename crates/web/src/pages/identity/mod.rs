//! «Личные данные» and «Уровень доступа»: what is known of the person who is signed in, how it is
//! checked, and what was interrupted for it.

mod centres;
mod datum;
mod level;
mod profile;
mod resume;
mod scans;

pub(super) use level::again as level_again;
pub(crate) use resume::{Resume, first, interrupted, interrupts, keep, resume_of};

use rooms::identity::Kind;

use crate::Visit;
use crate::arriving::WHOLE;
use crate::route::{Action, Rate, Route, get, post};

/// The routes of this folder.
pub fn routes() -> Vec<Route> {
    use Action::{ChangeProfile, RaiseLevel, ReadAccount, ReadDirectory};
    use Rate::{Read, Secret, Vital, Write};
    vec![
        get("/account/profile", ReadAccount, Read, profile::page),
        get("/account/profile/{kind}", ChangeProfile, Write, datum::show),
        post("/account/profile/{kind}", ChangeProfile, Write, datum::save),
        get("/account/level", ReadAccount, Read, level::page),
        post("/account/level/registry", RaiseLevel, Write, level::ask_registry),
        post("/account/level/visit", RaiseLevel, Write, level::visit),
        post("/account/level/letter", RaiseLevel, Write, level::letter),
        post("/account/level/letter/code", RaiseLevel, Secret, level::letter_code),
        post("/account/level/end", RaiseLevel, Write, level::end),
        get("/account/level/scans", RaiseLevel, Write, scans::page),
        // Files come slowly: they have turns of their own and take none of other forms.
        post("/account/level/scans/{part}", RaiseLevel, Vital, scans::add).admits(WHOLE),
        post("/account/level/scans/file/{file}/remove", RaiseLevel, Write, scans::take_away),
        post("/account/level/scans/code", RaiseLevel, Secret, scans::code),
        post("/account/level/scans/send", RaiseLevel, Secret, scans::send),
        get("/centres", ReadDirectory, Read, centres::page),
        get("/account/level/resume", ReadAccount, Write, resume::follow),
        post("/account/level/resume", RaiseLevel, Write, resume::take_up),
        post("/account/level/leave", RaiseLevel, Write, resume::leave),
        post("/account/level/first", RaiseLevel, Write, resume::begin),
    ]
}

/// The name of a kind of datum.
pub(super) fn title(visit: &Visit, kind: Kind) -> String {
    visit.t(&format!("profile-{}", kind.as_str())).to_owned()
}

/// A label in the middle of a line.
pub(super) fn begun_small(label: &str) -> String {
    let mut letters = label.chars();
    let first = letters.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// The label of a field: `passport.issued_on` → `profile-passport-issued-on`. Addresses share theirs.
pub(super) fn label(visit: &Visit, field: &str) -> String {
    let field = match field.split_once('.') {
        Some(("registration" | "living", part)) if part != "same" => format!("address.{part}"),
        _ => field.to_owned(),
    };
    visit.t(&format!("profile-{}", field.replace(['.', '_'], "-"))).to_owned()
}
