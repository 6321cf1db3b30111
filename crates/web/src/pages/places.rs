//! The choice of one's region; kept in a cookie.

use askama::Template;
use base::{FieldFault, Refusal};
use rooms::places::Region;
use rooms::portal::Portal;

use super::words::say;
use crate::answer::with_cookie;
use crate::route::{Action, Rate, Route, get, post};
use crate::{Answer, Choice, Form, FormState, Query, Shell, Visit, cookies, next, see_other};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/region", Action::ReadDirectory, Rate::Read, region),
        post("/region", Action::ChangeLook, Rate::Read, choose),
    ]
}

#[derive(Template)]
#[template(path = "places/region.html")]
struct RegionPage {
    shell: Shell,
    form: FormState,
    chosen: Option<String>,
    /// Where the choice leads back to.
    next: String,
    regions: Vec<Choice>,
}

/// All regions by alphabet, or those that begin with `?q=`.
async fn region(visit: Visit, Query(query): Query) -> Answer {
    let form = FormState::filled(query);
    visit.page(page(&visit, form))
}

fn page(visit: &Visit, form: FormState) -> RegionPage {
    let portal = visit.app.portal();
    let chosen = visit.region.as_deref().and_then(|code| portal.city.places.region(code));
    RegionPage {
        shell: visit.shell("region-title").of(&form),
        chosen: chosen.map(|x| say(visit, &x.name)),
        next: next::own(form.value("next")).to_owned(),
        regions: regions(visit, &portal, form.value("q")),
        form,
    }
}

/// In the order of the visitor's own alphabet; all when nothing was typed.
fn regions(visit: &Visit, portal: &Portal, typed: &str) -> Vec<Choice> {
    let found: Vec<&Region> = match typed {
        "" => portal.city.places.regions().iter().collect(),
        typed => portal.city.places.find_regions(typed),
    };
    let mut choices: Vec<_> =
        found.into_iter().map(|x| Choice::new(&x.code, say(visit, &x.name))).collect();
    choices.sort_by_cached_key(|x| search::normalise(&x.title));
    choices
}

/// Keeps the choice; an empty one means everywhere.
async fn choose(visit: Visit, Form(fields): Form) -> Answer {
    let code = fields.text("region");
    if let Err(refused) = known(&visit, code) {
        let values = fields.with("q", "");
        return visit.again(page(&visit, FormState::refused(values, refused.into())?));
    }
    let cookie = cookies::keep(&visit.app.config, cookies::REGION, code);
    with_cookie(see_other(next::own(fields.text("next")))?, &cookie)
}

fn known(visit: &Visit, code: &str) -> Result<(), Refusal> {
    match code.is_empty() || visit.app.portal().city.places.region(code).is_some() {
        true => Ok(()),
        false => Err(Refusal::invalid(vec![FieldFault::new("region", "E-GEO-01")])),
    }
}
