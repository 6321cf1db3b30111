//! The portal's own secrets: made at the first start, kept beside the data with access for the
//! owner alone, never in the database and never in the repository.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base::{Chance, Fault, Outcome};
use rooms::accounts::Secrets;
use serde::{Deserialize, Serialize};

const FILE: &str = "keys.toml";

/// The secrets of one portal.
#[derive(Debug)]
pub(crate) struct Keys {
    pub secrets: Secrets,
    pub signer: paper::token::Signer,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    /// What passwords and codes are hashed with besides their salt.
    pepper: String,
    /// Seed of the Ed25519 key that signs tickets.
    ticket_seed: String,
    /// Its number, so that a later key can stand beside it.
    ticket_key: u16,
}

impl Keys {
    /// Reads the keys of `folder`, or makes them.
    pub(crate) fn load(folder: &Path) -> Outcome<Self> {
        let path = folder.join(FILE);
        if !path.exists() {
            fs::create_dir_all(folder)?;
            write(&path)?;
        }
        let broken = |why: String| Fault::new(format!("{}: {why}", path.display()));
        let text = fs::read_to_string(&path)?;
        let stored: Stored = toml::from_str(&text).map_err(|error| broken(error.to_string()))?;
        let key =
            |text: &str| unhex(text).ok_or_else(|| broken("a key is not 64 hex digits".into()));
        Ok(Self {
            secrets: Secrets::new(key(&stored.pepper)?),
            signer: paper::token::Signer::from_seed(key(&stored.ticket_seed)?, stored.ticket_key),
        })
    }
}

fn write(path: &Path) -> Outcome<()> {
    let chance = Chance::os();
    let stored =
        Stored { pepper: hex(chance.bytes()), ticket_seed: hex(chance.bytes()), ticket_key: 1 };
    let text = toml::to_string(&stored).map_err(|error| Fault::of("cannot write keys", error))?;
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(())
}

fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|x| format!("{x:02x}")).collect()
}

pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, i) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[i..i + 2], 16).ok()?;
    }
    Some(bytes)
}
