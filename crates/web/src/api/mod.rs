//! The API for programs: `/api/v1`, JSON, described by OpenAPI 3.1.
//!
//! One table of operations mounts the handlers and makes the document, so neither can drift from
//! the other. A parameter of a query is declared once: it is described, and what was not declared
//! is refused before the handler. Calls use the same acts as the pages.
//!
//! Rules of every call: instants are RFC 3339 with the site's offset; ids are opaque; lists have
//! `items` and `next`; whatever changes something takes `Idempotency-Key`; refusals are problem
//! documents with the codes of the error catalogue; every answer has an `Operation-Id`.

mod account;
mod book;
mod bookings;
mod call;
mod document;
mod free;
pub(crate) mod fresh;
mod holds;
mod mandates;
mod offices;
mod openings;
mod operation;
mod params;
mod places;
mod services;
mod sought;
mod wall;

pub use document::openapi_json;
use operation::Operation;

use crate::route::Route;

/// The rows of the API for the table of routes.
pub fn routes() -> Vec<Route> {
    operations().into_iter().map(Operation::mounted).collect()
}

/// Every call.
fn operations() -> Vec<Operation> {
    [
        document::operations(),
        places::operations(),
        services::operations(),
        offices::operations(),
        free::operations(),
        holds::operations(),
        book::operations(),
        bookings::operations(),
        openings::operations(),
        account::operations(),
        mandates::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
