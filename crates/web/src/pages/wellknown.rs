//! Small addresses that programs know by heart, and the catalogue of errors.

use axum::extract::Path;
use axum::response::IntoResponse as _;

use crate::route::{Action, Rate, Route, get};
use crate::{Answer, Visit, refused};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        get("/robots.txt", Action::OpenFiles, Rate::Static, robots),
        get("/errors/{code}", Action::ReadHelp, Rate::Read, error),
    ]
}

/// The catalogue may be indexed; personal pages and endless calendars may not. Programs are
/// shown the way to the API.
async fn robots() -> Answer {
    let rules = ["/api/", "/bookings", "/settings", "/signin", "/suggest", "/sso/", "/demo"];
    let lines: String = rules.iter().map(|x| format!("Disallow: {x}\n")).collect();
    let way = "# Programs: /api/v1/openapi.json describes the API, /agreement has its terms.\n";
    Ok(format!("{way}User-agent: *\n{lines}").into_response())
}

/// What a code means: the `type` of every problem document leads here.
async fn error(visit: Visit, Path(code): Path<String>) -> Answer {
    refused::explained(&visit, &code)
}
