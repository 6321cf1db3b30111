//! The portal over HTTP: server, layers, pages, forms.
//!
//! How a page is made:
//! * `pages/<room>.rs` holds `pub fn routes() -> Vec<Route>`; [`routes`] collects them all, and
//!   nothing else can mount a path.
//! * A handler takes a [`Visit`] (who, in which language, from where), hands a command to a room
//!   and gives a page ([`Visit::page`]) or, after a POST, a redirect ([`see_other`]). `?` turns
//!   refusals and faults into their page or problem document; no handler names a status code.
//! * A page is a struct with plain fields and `shell: Shell`; its template extends `layout.html`
//!   and asks for texts with `shell.t("key")`. [`pages::settings`] is the model.
//! * A form is read by [`Form`] and comes back with its values as [`FormState`].
//!
//! Deliberately absent: SQL, rules, inline scripts and styles, anything from a third party.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may unwrap"))]

pub mod answer;
pub mod api;
pub mod app;
pub mod arriving;
pub mod assets;
pub mod bench;
pub mod browser;
pub mod cookies;
mod edge;
pub mod facts;
pub mod form;
pub mod judge;
mod kept;
pub mod known;
mod late;
pub mod look;
pub mod meter;
mod neighbours;
pub mod next;
mod once;
mod ops;
pub mod pace;
pub mod pages;
pub mod papers;
mod ready;
pub mod refused;
pub mod reports;
pub mod route;
pub mod routes;
pub mod rush;
pub mod server;
pub mod shed;
pub mod shell;
pub mod slow;
mod summary;
#[doc(hidden)]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod tls;
pub mod upload;
pub mod visit;
mod vouch;
mod wire;

pub use answer::{Answer, Failure, see_other};
pub use app::App;
pub use form::{Choice, Fields, Form, FormState, Json, Query};
pub use route::{Action, Rate, Route, delete, get, post};
pub use routes::{all_routes, service};
pub use server::serve;
pub use shell::Shell;
pub use visit::Visit;
pub use vouch::Vouchers;
