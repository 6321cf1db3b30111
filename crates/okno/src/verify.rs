//! `okno verify`: every invariant, asked of the live database.

use std::process::ExitCode;

use base::{Clock, Outcome};
use clap::Args;
use rooms::{admission, booking, dispatch, files, mandates, privacy, sso, trail};

use crate::Settings;

/// Check every invariant of the live database.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    settings: Settings,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let (_, db) = self.settings.open()?;
        let now = Clock::system().now();
        let breaches = db.read_wait(move |tx| {
            let mut breaches = booking::verify(tx, now)?;
            breaches.extend(admission::verify(tx)?);
            breaches.extend(mandates::verify(tx)?);
            breaches.extend(dispatch::verify(tx, now)?);
            breaches.extend(privacy::verify(tx)?);
            breaches.extend(sso::verify(tx)?);
            breaches.extend(files::verify(tx)?);
            breaches.extend(trail::verify(tx)?);
            Ok(breaches)
        })?;
        if self.json {
            let report = serde_json::json!({ "ok": breaches.is_empty(), "breaches": breaches });
            println!("{report}");
        } else if breaches.is_empty() {
            println!("all invariants hold");
        } else {
            for breach in &breaches {
                println!("{}: {}: {}", breach.rule, breach.says, breach.id);
            }
        }
        Ok(if breaches.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
