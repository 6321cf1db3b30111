//! `okno keys`: changing what guards personal data, while the portal runs.

use std::process::ExitCode;

use base::{Outcome, vault};
use clap::Subcommand;

use crate::Settings;
use crate::keys::Keys;

/// Data keys that one transaction wraps anew.
const BATCH: i64 = 500;

/// Change the keys that guard personal data.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyAct {
    /// Make a new key in keys.toml; nothing is wrapped with it yet
    Add(Settings),
    /// Wrap every person's data key with the newest key of keys.toml
    Wrap(Settings),
    /// Both: for a portal on one machine
    Rotate(Settings),
}

impl KeyAct {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        match self {
            Self::Add(settings) => add(&settings)?,
            Self::Wrap(settings) => wrap(&settings)?,
            Self::Rotate(settings) => {
                add(&settings)?;
                wrap(&settings)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn add(settings: &Settings) -> Outcome<()> {
    // Only for the keys of this database: a wrong folder must not get keys of its own.
    let (config, _) = settings.open()?;
    println!("key {} is in keys.toml", Keys::add_kek(&config.data)?);
    Ok(())
}

fn wrap(settings: &Settings) -> Outcome<()> {
    let (_, db) = settings.open()?;
    let mut people = 0;
    loop {
        match db.write_wait(|tx| vault::rewrap(tx, BATCH))? {
            0 => break,
            count => people += count,
        }
    }
    println!("key {} wraps the data keys of {people} more people now", db.vault().kek());
    Ok(())
}
