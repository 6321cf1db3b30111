//! The web core through its own service: what holds for every route.

mod acting;
mod acting_files;
mod api;
mod api_contract;
mod booking;
mod browse;
mod by_code;
mod calls;
mod data;
mod elsewhere;
mod every_route;
mod factors;
mod forms;
mod free;
mod half;
mod hardened;
mod held;
mod identity;
mod kept;
mod keys;
mod live;
mod odd;
mod of_age;
mod once;
mod openings;
mod passkeys;
mod people;
mod pressed;
mod proofs;
mod questions;
mod race;
mod ready;
mod recovery;
mod restore;
mod rights;
mod roles;
mod safety;
mod scans;
mod served;
mod serving;
mod session;
mod shed;
mod signatures;
mod signin;
mod sold_out;
mod sso;
mod staff;
mod staff_sites;
mod strangers;
mod texts_exist;
mod tls;
mod trail;
mod visits;
mod ways;

use std::sync::Arc;

use testkit::TempDir;

use crate::testing::{self, Client};
use crate::{App, Route};

/// The portal on a fresh database.
fn app() -> (Arc<App>, TempDir) {
    let (db, dir) = testkit::sqlite(rooms::MIGRATIONS);
    (testing::app(db), dir)
}

/// A client of the usual routes and of `more`.
fn client_with(app: &Arc<App>, more: Vec<Route>) -> Client {
    let mut routes = crate::all_routes();
    routes.extend(more);
    Client::of(crate::routes::service_of(app.clone(), routes))
}
