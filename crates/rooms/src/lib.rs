//! The business, one folder a room. A room owns its tables, its SQL and its rules; another room
//! calls its public functions and never names its tables.
//!
//! An act is `act(tx, cx, command) -> Outcome<T>` in the order load → decide → store; what is
//! decided stands in the room's pure `rules.rs`. Reads for screens stand in `read.rs`.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may unwrap"))]

pub mod access;
pub mod accounts;
pub mod admission;
pub mod availability;
pub mod booking;
pub mod catalogue;
pub mod city;
pub mod demo;
pub mod dispatch;
pub mod factors;
pub mod files;
pub mod identity;
pub mod mandates;
pub mod notify;
pub mod offices;
pub mod places;
pub mod portal;
pub mod privacy;
mod rows;
pub mod schedule;
mod sealing;
pub mod sessions;
pub mod signatures;
pub mod sso;
pub mod text;
pub mod trail;

use base::db::Migration;

/// The schema, in order. Forward only: a step that was applied is never changed.
pub const MIGRATIONS: &[Migration] = &[
    Migration::sql("0001_base", include_str!("../migrations/0001_base.sql")),
    Migration::sql("0002_places", include_str!("../migrations/0002_places.sql")),
    Migration::sql("0003_catalogue", include_str!("../migrations/0003_catalogue.sql")),
    Migration::sql("0004_offices", include_str!("../migrations/0004_offices.sql")),
    Migration::sql("0005_schedule", include_str!("../migrations/0005_schedule.sql")),
    Migration::sql("0006_accounts", include_str!("../migrations/0006_accounts.sql")),
    Migration::sql("0007_booking", include_str!("../migrations/0007_booking.sql")),
    Migration::sql("0008_notify", include_str!("../migrations/0008_notify.sql")),
    Migration::sql("0009_news", include_str!("../migrations/0009_news.sql")),
    Migration::sql("0010_engine", include_str!("../migrations/0010_engine.sql")),
    Migration::sql("0011_admission", include_str!("../migrations/0011_admission.sql")),
    Migration::sql("0012_dispatch", include_str!("../migrations/0012_dispatch.sql")),
    Migration::sql("0013_rows", include_str!("../migrations/0013_rows.sql")),
    Migration::sql("0014_vault", include_str!("../migrations/0014_vault.sql")),
    Migration::rust("0014_vault_rows", sealing::seal_rows),
    Migration::sql("0015_open_columns_go", include_str!("../migrations/0015_open_columns_go.sql")),
    Migration::sql("0016_access", include_str!("../migrations/0016_access.sql")),
    Migration::sql("0017_factors", include_str!("../migrations/0017_factors.sql")),
    Migration::sql("0018_identity", include_str!("../migrations/0018_identity.sql")),
    Migration::sql("0019_ways", include_str!("../migrations/0019_ways.sql")),
    Migration::sql("0020_proofs", include_str!("../migrations/0020_proofs.sql")),
    Migration::sql("0021_sso", include_str!("../migrations/0021_sso.sql")),
    Migration::sql("0022_mandates", include_str!("../migrations/0022_mandates.sql")),
    Migration::sql("0023_own_data", include_str!("../migrations/0023_own_data.sql")),
    Migration::rust("0023_reasons", access::seal_reasons),
    Migration::sql("0024_past_session", include_str!("../migrations/0024_past_session.sql")),
    Migration::sql("0025_named", include_str!("../migrations/0025_named.sql")),
    Migration::sql("0026_signatures", include_str!("../migrations/0026_signatures.sql")),
    Migration::sql("0027_files", include_str!("../migrations/0027_files.sql")),
    Migration::sql("0028_question", include_str!("../migrations/0028_question.sql")),
    Migration::sql("0029_helped", include_str!("../migrations/0029_helped.sql")),
    Migration::sql("0030_sites", include_str!("../migrations/0030_sites.sql")),
    Migration::sql("0031_site_keys", include_str!("../migrations/0031_site_keys.sql")),
    Migration::sql("0032_scanner", include_str!("../migrations/0032_scanner.sql")),
    Migration::sql("0033_addresses", include_str!("../migrations/0033_addresses.sql")),
    Migration::sql("0034_what_was_shown", include_str!("../migrations/0034_what_was_shown.sql")),
    Migration::sql(
        "0035_proposals_and_calls",
        include_str!("../migrations/0035_proposals_and_calls.sql"),
    ),
    Migration::sql("0036_trail", include_str!("../migrations/0036_trail.sql")),
    Migration::sql("0037_guessed", include_str!("../migrations/0037_guessed.sql")),
    Migration::sql("0038_withheld", include_str!("../migrations/0038_withheld.sql")),
    Migration::sql(
        "0039_erased_and_first",
        include_str!("../migrations/0039_erased_and_first.sql"),
    ),
    Migration::sql("0040_daily_limits", include_str!("../migrations/0040_daily_limits.sql")),
    Migration::sql("0041_begun_here", include_str!("../migrations/0041_begun_here.sql")),
    Migration::sql(
        "0042_invited_by_contact",
        include_str!("../migrations/0042_invited_by_contact.sql"),
    ),
    Migration::sql("0043_lapsed", include_str!("../migrations/0043_lapsed.sql")),
    Migration::sql(
        "0044_halves_of_a_session",
        include_str!("../migrations/0044_halves_of_a_session.sql"),
    ),
    Migration::sql("0045_tracks", include_str!("../migrations/0045_tracks.sql")),
    Migration::sql("0046_judged", include_str!("../migrations/0046_judged.sql")),
    Migration::sql("0047_not_agreed", include_str!("../migrations/0047_not_agreed.sql")),
    Migration::sql("0048_release", include_str!("../migrations/0048_release.sql")),
    Migration::sql("0049_printed", include_str!("../migrations/0049_printed.sql")),
];
