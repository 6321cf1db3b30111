//! `okno keys`: changing what guards personal data and what signs for sites, while the portal runs.

use std::process::ExitCode;

use base::{Actor, Chance, Channel, Clock, Cx, Db, Outcome, vault};
use clap::Subcommand;
use rooms::privacy;
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
    /// Make a new key of blind indexes in keys.toml; nothing stands under it yet
    AddIndex(Settings),
    /// Put the newest index key of keys.toml in force and write everybody's indexes under it
    TurnIndex(Settings),
    /// Both: for a portal on one machine; run it again when it was broken off
    RotateIndex(Settings),
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
            Self::AddIndex(settings) => drop(add_index(&settings)?),
            Self::TurnIndex(settings) => {
                let number = Keys::newest_index(&settings.open()?.0.data)?;
                turn_index(&settings, number)?;
            }
            Self::RotateIndex(settings) => {
                let number = add_index(&settings)?;
                turn_index(&settings, number)?;
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

/// Gives the number of the newest key. One that was made before and is not in force yet is that key:
/// so a change that was broken off goes on.
fn add_index(settings: &Settings) -> Outcome<u32> {
    let (config, db) = settings.open()?;
    if db.write_wait(|tx| privacy::reindex(tx, BATCH))? > 0 {
        // The change before this one was broken off half-way: its former key is still needed.
        reindex(&db)?;
    }
    let number = Keys::add_index(&config.data, db.vault().index_number())?;
    println!("index key {number} is in keys.toml");
    Ok(number)
}

fn turn_index(settings: &Settings, number: u32) -> Outcome<()> {
    let (_, db) = settings.open()?;
    let now = Clock::system().now();
    db.write_wait(move |tx| vault::turn_index(tx, now, number))?;
    let people = reindex(&db)?;
    println!("index key {number} finds {people} more people now");
    Ok(())
}

/// Batch after batch, each in a transaction of its own: the portal goes on meanwhile.
fn reindex(db: &Db) -> Outcome<usize> {
    let mut people = 0;
    loop {
        match db.write_wait(|tx| privacy::reindex(tx, BATCH))? {
            0 => return Ok(people),
            count => people += count,
        }
    }
}
