//! The business, one folder a room. A room owns its tables, its SQL and its rules; another room
//! calls its public functions and never names its tables.
//!
//! An act is `act(tx, cx, command) -> Outcome<T>` in the order load → decide → store; what is
//! decided stands in the room's pure `rules.rs`. Reads for screens stand in `read.rs`.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may unwrap"))]

pub mod accounts;
pub mod admission;
pub mod availability;
pub mod booking;
pub mod catalogue;
pub mod city;
pub mod demo;
pub mod dispatch;
pub mod notify;
pub mod offices;
pub mod places;
pub mod portal;
pub mod schedule;
pub mod sessions;
pub mod text;

use base::db::Migration;

/// The schema, in order. Forward only: a step that was applied is never changed.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0001_base", sql: include_str!("../migrations/0001_base.sql") },
    Migration { name: "0002_places", sql: include_str!("../migrations/0002_places.sql") },
    Migration { name: "0003_catalogue", sql: include_str!("../migrations/0003_catalogue.sql") },
    Migration { name: "0004_offices", sql: include_str!("../migrations/0004_offices.sql") },
    Migration { name: "0005_schedule", sql: include_str!("../migrations/0005_schedule.sql") },
    Migration { name: "0006_accounts", sql: include_str!("../migrations/0006_accounts.sql") },
    Migration { name: "0007_booking", sql: include_str!("../migrations/0007_booking.sql") },
    Migration { name: "0008_notify", sql: include_str!("../migrations/0008_notify.sql") },
    Migration { name: "0009_news", sql: include_str!("../migrations/0009_news.sql") },
    Migration { name: "0010_engine", sql: include_str!("../migrations/0010_engine.sql") },
    Migration { name: "0011_admission", sql: include_str!("../migrations/0011_admission.sql") },
    Migration { name: "0012_dispatch", sql: include_str!("../migrations/0012_dispatch.sql") },
    Migration { name: "0013_rows", sql: include_str!("../migrations/0013_rows.sql") },
];
