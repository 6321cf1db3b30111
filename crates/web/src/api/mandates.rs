//! For whom the caller may act.

use axum::http::StatusCode;
use rooms::mandates::rules::{Over, Standing, day, may_use, standing};
use rooms::mandates::{self, Act, Mandate};
use serde::Serialize;
use utoipa::ToSchema;

use super::Operation;
use super::call::{Page, answer, caller};
use super::params::{CURSOR, LIMIT};
use crate::route::{Action, Rate, get};
use crate::shell::code_text;
use crate::{Answer, Query, Visit};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            "listMandates",
            "The people and organisations the caller may act for",
            get("/api/v1/mandates", Action::KeepMandates, Rate::Read, list),
        )
        .more(
            "`on_behalf_of` of a new booking takes the `id` of one whose `standing` is `live`. \
             `until` is the first day on which it is over. Numbers of papers are not told here.",
        )
        .query(&[LIMIT, CURSOR])
        .gives_page::<MandateView>(),
    ]
}

/// Somebody the caller may act for.
#[derive(Serialize, ToSchema)]
#[schema(as = Mandate)]
struct MandateView {
    /// Its id.
    #[schema(example = "01kb4t7m8q2v5x9c3n6r1w0e4y")]
    id: String,
    /// On which kind of paper it rests.
    #[schema(example = "child", pattern = "^(child|attorney|guardian|company|trader)$")]
    kind: &'static str,
    /// Full name, or the title of an organisation.
    #[schema(example = "Соколов Михаил Андреевич")]
    name: String,
    /// Birth date; null of an organisation.
    #[schema(format = Date, example = "2019-09-03")]
    born: Option<String>,
    /// What was said of the paper.
    #[schema(example = "checked", pattern = "^(typed|checked|refused|ended|revoked)$")]
    state: &'static str,
    /// Whether it can be used today: `live`, `adult` and `term` are over by themselves.
    /// `withheld`: the paper is in force, and `obstacle` says what is not.
    #[schema(example = "live", pattern = "^(live|withheld|adult|term|refused|ended)$")]
    standing: &'static str,
    /// The first day on which it is over; null when it has no end.
    #[schema(format = Date, example = "2037-09-03")]
    until: Option<String>,
    /// Why it cannot be used today, as a booking would be refused; null when it can.
    obstacle: Option<ObstacleView>,
    /// What may be done: `book`, `see`, `cancel`.
    acts: Vec<&'static str>,
    /// Codes of the only services; empty: all.
    services: Vec<String>,
    /// The only kinds of organisations; empty: all.
    organization_kinds: Vec<String>,
}

/// Why a mandate cannot be used, and what to do.
#[derive(Serialize, ToSchema)]
#[schema(as = Obstacle)]
struct ObstacleView {
    /// Stable code of the error catalogue.
    #[schema(example = "E-MND-08")]
    code: &'static str,
    /// In words.
    detail: String,
}

impl MandateView {
    fn of(visit: &Visit, mandate: &Mandate, today: jiff::civil::Date) -> Option<Self> {
        let sheet = mandate.sheet()?;
        let obstacle = may_use(mandate, today).err();
        let (standing, until) = match standing(mandate.state, &sheet.details, today) {
            Standing::Live { until } if obstacle.is_some() => ("withheld", until),
            Standing::Live { until } => ("live", until),
            Standing::Over { since, why: Over::Adult } => ("adult", Some(since)),
            Standing::Over { since, why: Over::Term } => ("term", Some(since)),
            Standing::Refused => ("refused", None),
            Standing::Ended => ("ended", None),
        };
        Some(Self {
            id: mandate.id.to_string(),
            kind: mandate.kind.as_str(),
            name: sheet.details.name(),
            born: sheet.details.who().map(|x| x.born.to_string()),
            state: mandate.state.as_str(),
            standing,
            until: until.map(|x| x.to_string()),
            obstacle: obstacle.map(|x| {
                let detail = code_text(visit, x.code, &x.args);
                ObstacleView { code: x.code, detail }
            }),
            acts: sheet.powers.acts.iter().copied().map(Act::as_str).collect(),
            services: sheet.powers.services.clone(),
            organization_kinds: sheet.powers.bodies.clone(),
        })
    }
}

async fn list(visit: Visit, Query(query): Query) -> Answer {
    let account = caller(&visit)?;
    let all = visit.db().read(move |tx| mandates::of_account(tx, &account)).await?;
    let today = day(visit.app.clock.now());
    let shown = all.iter().filter_map(|x| MandateView::of(&visit, x, today));
    let page = Page::cut(shown, &query, |x| x.id.clone(), |x| x)?;
    answer(StatusCode::OK, &page)
}
