//! What every room stands on and that knows nothing of appointments: the database with one SQL
//! text for two engines, time and chance as values, refusals and faults, the idempotency rows,
//! the outbox, the vault of personal data, the configuration.
//!
//! The rule of this crate: nothing here names a booking, a schedule or a page.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may unwrap"))]

pub mod answer;
pub mod chance;
pub mod config;
pub mod cx;
pub mod db;
pub mod edition;
pub mod error;
pub mod id;
pub mod idem;
pub mod outbox;
pub mod pii;
pub mod time;
pub mod vault;

pub use chance::Chance;
pub use cx::{Actor, Channel, Cx};
pub use db::{Db, Tx};
pub use error::{Error, Fault, FieldFault, Kind, Outcome, Refusal};
pub use id::Id;
pub use pii::Pii;
pub use time::{Clock, Instant};
pub use vault::Vault;
