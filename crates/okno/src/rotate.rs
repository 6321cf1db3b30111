//! `okno keys`: changing what guards personal data and what signs for sites, while the portal runs.

use std::process::ExitCode;

use base::{Db, Outcome, vault};
use clap::Subcommand;
use rooms::privacy;
use rooms::sso::keys;
use rooms::trail::{Command, Done, Kind};

use crate::Settings;
use crate::keys::Keys;
use crate::noted::commanded;

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
    let (config, db) = settings.open()?;
    let number = Keys::add_kek(&config.data)?;
    commanded(&db, Command::AddKey, move |_, _| Ok(((), key(number))))?;
    println!("key {number} is in keys.toml");
    Ok(())
}

fn sso(settings: &Settings) -> Outcome<()> {
    let (_, db) = settings.open()?;
    let number = commanded(&db, Command::AddSiteKey, |tx, cx| {
        let number = keys::add(tx, cx)?;
        Ok((number, key(number)))
    })?;
    println!("key {number} is shown to sites now and signs in ten minutes");
    Ok(())
}

fn wrap(settings: &Settings) -> Outcome<()> {
    let (_, db) = settings.open()?;
    let number = db.vault().kek();
    // The entry comes with the first batch.
    let mut count = commanded(&db, Command::WrapKeys, move |tx, _| {
        Ok((vault::rewrap(tx, BATCH)?, key(number)))
    })?;
    let mut people = 0;
    while count > 0 {
        people += count;
        count = db.write_wait(|tx| vault::rewrap(tx, BATCH))?;
    }
    println!("key {} wraps the data keys of {people} more people now", db.vault().kek());
    Ok(())
}

fn key(number: impl ToString) -> Done {
    Done::to(Kind::Key, number.to_string())
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
    commanded(&db, Command::AddIndexKey, move |_, _| Ok(((), key(number))))?;
    println!("index key {number} is in keys.toml");
    Ok(number)
}

fn turn_index(settings: &Settings, number: u32) -> Outcome<()> {
    let (_, db) = settings.open()?;
    commanded(&db, Command::TurnIndexKey, move |tx, cx| {
        vault::turn_index(tx, cx.now, number)?;
        Ok(((), key(number)))
    })?;
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
