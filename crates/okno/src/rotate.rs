//! `okno keys`: changing what guards personal data and what signs for sites, while the portal runs.

use std::process::ExitCode;

use base::{Actor, Chance, Channel, Clock, Cx, Outcome, vault};
use clap::Subcommand;
use rooms::sso::keys;

use crate::Settings;
use crate::keys::Keys;

/// Data keys that one transaction wraps anew.
const BATCH: i64 = 500;

/// Change the keys that guard personal data and sign for sites.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyAct {
    /// Make a new key in keys.toml; nothing is wrapped with it yet
    Add(Settings),
    /// Wrap every person's data key with the newest key of keys.toml
    Wrap(Settings),
    /// Both: for a portal on one machine
    Rotate(Settings),
    /// Make a new key that signs for connected sites; it signs ten minutes later
    Sso(Settings),
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
            Self::Sso(settings) => sso(&settings)?,
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

fn sso(settings: &Settings) -> Outcome<()> {
    let (_, db) = settings.open()?;
    let cx = Cx::new(&Clock::system(), &Chance::os(), Actor::Engineer, Channel::Cli);
    let number = db.write_wait(move |tx| keys::add(tx, &cx))?;
    println!("key {number} is shown to sites now and signs in ten minutes");
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
