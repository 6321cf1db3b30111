//! The table of routes: the only way to mount a path.

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn_with_state, map_request};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};

use crate::form::BODY_LIMIT;
use crate::ready::Front;
use crate::route::Route;
use crate::{App, api, assets, edge, ops, pages, reports, route, shed};

/// Every route there is.
pub fn all_routes() -> Vec<Route> {
    [
        api::routes(),
        assets::routes(),
        ops::routes(),
        pages::account::routes(),
        pages::acting::routes(),
        pages::book::routes(),
        pages::booking::routes(),
        pages::by_code::routes(),
        pages::data::routes(),
        pages::demo::routes(),
        pages::desk::routes(),
        pages::devices::routes(),
        pages::directory::routes(),
        pages::elsewhere::routes(),
        pages::factor::routes(),
        pages::help::routes(),
        pages::home::routes(),
        pages::identity::routes(),
        pages::keys::routes(),
        pages::looks::routes(),
        pages::openings::routes(),
        pages::phone::routes(),
        pages::places::routes(),
        pages::recover::routes(),
        pages::register::routes(),
        pages::review::routes(),
        pages::search::routes(),
        pages::security::routes(),
        pages::services::routes(),
        pages::session::routes(),
        pages::settings::routes(),
        pages::signature::routes(),
        pages::signin::routes(),
        pages::sso::routes(),
        pages::staff::routes(),
        pages::wellknown::routes(),
        reports::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The portal as one service: all routes within all layers, behind what is ready.
pub fn service(app: Arc<App>) -> Front {
    service_of(app, all_routes())
}

/// The layers around `routes`. A request meets them from the last to the first.
pub(crate) fn service_of(app: Arc<App>, routes: Vec<Route>) -> Front {
    let guard = shed::Guard::new(&app, &routes);
    let compressible = DefaultPredicate::new().and(NotForContentType::const_new("font/"));
    let layers = route::mount(routes)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(edge::panicked))
        .layer(edge::same_site(&app.config))
        .layer(from_fn_with_state(app.clone(), edge::edge))
        .layer(
            CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(compressible),
        )
        .layer(map_request(edge::as_it_is))
        .with_state(app);
    Front::new(guard, layers)
}
