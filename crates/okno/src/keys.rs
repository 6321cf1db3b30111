//! The portal's own secrets: made at the first start, kept beside the data with access for the
//! owner alone, never in the database and never in the repository.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use base::vault::{IndexKeys, Keeper, Ring, Secret};
use base::{Chance, Fault, Outcome, Vault};
use rooms::accounts::Secrets;
use serde::{Deserialize, Serialize};

const FILE: &str = "keys.toml";
/// Held while the file is looked at and changed, so that two programs do not both make keys.
const LOCK: &str = "keys.lock";

/// The secrets of one portal.
#[derive(Debug)]
pub(crate) struct Keys {
    pub secrets: Secrets,
    pub signer: paper::token::Signer,
    pub vault: Vault,
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
    /// What the keys of blind indexes are derived from; a file of an older version has none.
    #[serde(default)]
    index: String,
    /// What wraps the data keys of people: the one with the highest number.
    #[serde(default)]
    kek: Vec<Numbered>,
    /// Later keys of blind indexes; `index` is number 1, and empty once it is out of use.
    #[serde(default)]
    index_key: Vec<Numbered>,
}

/// A numbered key.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbered {
    number: u32,
    key: String,
}

impl Keys {
    /// Reads the keys of `folder`, or makes those that are missing.
    pub(crate) fn load(folder: &Path) -> Outcome<Self> {
        let path = folder.join(FILE);
        let stored = locked(folder, |stored| {
            let mut changed = false;
            let mut stored = stored.unwrap_or_else(|| {
                changed = true;
                Stored::fresh()
            });
            changed |= stored.complete();
            Ok((stored, changed))
        })?;
        stored.indexes(&path)?;
        let keeper = KeyFile { ring: RwLock::new(stored.ring(&path)?), path: path.clone() };
        let seed = stored.secret(&path, &stored.ticket_seed)?;
        Ok(Self {
            secrets: Secrets::new(*stored.secret(&path, &stored.pepper)?),
            signer: paper::token::Signer::from_seed(*seed, stored.ticket_key),
            vault: Vault::new(keeper, IndexFile(path), Chance::os())?,
        })
    }

    /// Adds a new key-encryption key; gives its number. Former ones stay, for what they wrap.
    pub(crate) fn add_kek(folder: &Path) -> Outcome<u32> {
        let stored = locked(folder, |stored| {
            let mut stored = stored.ok_or_else(|| Fault::new("there are no keys to rotate"))?;
            stored.complete();
            let number = stored.kek.iter().map(|x| x.number).max().unwrap_or(0) + 1;
            stored.kek.push(Numbered { number, key: hex(Chance::os().bytes()) });
            Ok((stored, true))
        })?;
        Ok(stored.kek.last().map_or(0, |x| x.number))
    }

    /// Number of the newest key of blind indexes.
    pub(crate) fn newest_index(folder: &Path) -> Outcome<u32> {
        let path = folder.join(FILE);
        let stored = read(&path)?.ok_or_else(|| Fault::new("there are no keys"))?;
        Ok(stored.indexes(&path)?.keys().next_back().copied().unwrap_or(1))
    }

    /// Adds a new key of blind indexes beside the one `in_force`; gives its number. Keys before that
    /// one go: nothing stands under them. A newer key that waits already is that number.
    pub(crate) fn add_index(folder: &Path, in_force: u32) -> Outcome<u32> {
        let stored = locked(folder, |stored| {
            let mut stored = stored.ok_or_else(|| Fault::new("there are no keys to rotate"))?;
            stored.complete();
            let newest = stored.index_key.iter().map(|x| x.number).max().unwrap_or(1);
            if newest > in_force {
                return Ok((stored, false));
            }
            stored.index_key.retain(|x| x.number >= in_force);
            if in_force > 1 {
                stored.index.clear();
            }
            let key = hex(Chance::os().bytes());
            stored.index_key.push(Numbered { number: newest + 1, key });
            Ok((stored, true))
        })?;
        Ok(stored.index_key.iter().map(|x| x.number).max().unwrap_or(1))
    }
}

impl Stored {
    fn fresh() -> Self {
        let chance = Chance::os();
        Self {
            pepper: hex(chance.bytes()),
            ticket_seed: hex(chance.bytes()),
            ticket_key: 1,
            index: String::new(),
            kek: Vec::new(),
            index_key: Vec::new(),
        }
    }

    /// Adds the keys that an older version did not know; says whether there were any.
    fn complete(&mut self) -> bool {
        let index = self.index.is_empty() && self.index_key.is_empty();
        let kek = self.kek.is_empty();
        if index {
            self.index = hex(Chance::os().bytes());
        }
        if kek {
            self.kek.push(Numbered { number: 1, key: hex(Chance::os().bytes()) });
        }
        index || kek
    }

    fn ring(&self, path: &Path) -> Outcome<Ring> {
        let keys = self.kek.iter().map(|x| Ok((x.number, self.secret(path, &x.key)?)));
        Ok(Ring::new(keys.collect::<Outcome<Vec<_>>>()?, &Chance::os())?)
    }

    fn indexes(&self, path: &Path) -> Outcome<BTreeMap<u32, Secret>> {
        let first = (!self.index.is_empty()).then_some((1, &self.index));
        let later = self.index_key.iter().map(|x| (x.number, &x.key));
        let keys = first.into_iter().chain(later);
        keys.map(|(number, key)| Ok((number, self.secret(path, key)?))).collect()
    }

    fn secret(&self, path: &Path, text: &str) -> Outcome<Secret> {
        let wrong = || Fault::new(format!("{}: a key is not 64 hex digits", path.display()));
        Ok(Secret::new(unhex(text).ok_or_else(wrong)?))
    }
}

/// The key-encryption keys of the file. A key that another program has added since is found there
/// when it is first met, so keys are rotated under a running portal.
#[derive(Debug)]
struct KeyFile {
    path: PathBuf,
    ring: RwLock<Ring>,
}

impl KeyFile {
    fn with<T>(&self, ask: impl FnOnce(&Ring) -> T) -> T {
        ask(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The keys of blind indexes of the file, read anew when a number is not known yet.
struct IndexFile(PathBuf);

impl IndexKeys for IndexFile {
    fn read(&self) -> Result<BTreeMap<u32, Secret>, Fault> {
        let found = read(&self.0).and_then(|stored| match stored {
            Some(stored) => stored.indexes(&self.0),
            None => Err(Fault::new(format!("{} is gone", self.0.display())).into()),
        });
        found.map_err(|error| Fault::of("the keys cannot be read anew", error))
    }
}

impl Keeper for KeyFile {
    fn current(&self) -> u32 {
        self.with(Ring::current)
    }

    fn wrap(&self, person: &str, secret: &Secret) -> Result<Vec<u8>, Fault> {
        self.with(|ring| ring.wrap(person, secret))
    }

    fn unwrap(&self, person: &str, wrapped: &[u8]) -> Result<Secret, Fault> {
        if !self.with(|ring| ring.knows(wrapped)) {
            let again = read(&self.path).and_then(|stored| match stored {
                Some(stored) => stored.ring(&self.path),
                None => Err(Fault::new(format!("{} is gone", self.path.display())).into()),
            });
            let fresh = again.map_err(|error| Fault::of("the keys cannot be read anew", error))?;
            *self.ring.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        }
        self.with(|ring| ring.unwrap(person, wrapped))
    }
}

/// Reads the file, lets `change` say what it is to hold and whether that is new, and keeps that.
fn locked(
    folder: &Path,
    change: impl FnOnce(Option<Stored>) -> Outcome<(Stored, bool)>,
) -> Outcome<Stored> {
    fs::create_dir_all(folder)?;
    let path = folder.join(FILE);
    let lock =
        match OpenOptions::new().create(true).append(true).mode(0o600).open(folder.join(LOCK)) {
            Ok(lock) => Some(lock),
            // A folder that only gives its keys: they must be whole.
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => None,
            Err(error) => return Err(error.into()),
        };
    if let Some(lock) = &lock {
        lock.lock()?;
    }
    let (stored, changed) = change(read(&path)?)?;
    if changed {
        write(folder, &path, &stored)?;
    }
    Ok(stored)
}

fn read(path: &Path) -> Outcome<Option<Stored>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    // What the parser says would quote the line, and a line is a key.
    let broken = |_quote| Fault::new(format!("{}: this is no file of keys", path.display()));
    Ok(Some(toml::from_str(&text).map_err(broken)?))
}

/// Beside the file first, then in its place: there is never half a file, and never none.
fn write(folder: &Path, path: &Path, stored: &Stored) -> Outcome<()> {
    let text = toml::to_string(stored).map_err(|error| Fault::of("cannot write keys", error))?;
    let beside = path.with_extension("toml.new");
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    File::open(folder)?.sync_all()?;
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use testkit::TempDir;

    use super::*;

    fn wrapped(keys: &Keys) -> Vec<u8> {
        let (key, wrapped) = keys.vault.fresh("anna").unwrap();
        assert_eq!(key.person(), "anna");
        wrapped.bytes().to_vec()
    }

    #[test]
    fn an_older_file_gets_the_keys_it_has_not_and_keeps_those_it_has() {
        let dir = TempDir::new();
        let path = dir.path().join(FILE);
        let old =
            format!("pepper = \"{0}\"\nticket_seed = \"{0}\"\nticket_key = 7\n", "ab".repeat(32));
        fs::write(&path, &old).unwrap();
        let wrapped = wrapped(&Keys::load(dir.path()).unwrap());
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(&old), "{text}");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        // The same keys at the next start.
        Keys::load(dir.path()).unwrap().vault.unwrap("anna", &wrapped).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }

    #[test]
    fn a_key_that_was_added_under_a_running_portal_is_found() {
        let dir = TempDir::new();
        let running = Keys::load(dir.path()).unwrap();
        let before = wrapped(&running);
        assert_eq!(Keys::add_kek(dir.path()).unwrap(), 2);
        let rotated = Keys::load(dir.path()).unwrap();
        assert_eq!((running.vault.kek(), rotated.vault.kek()), (1, 2));
        let after = wrapped(&rotated);
        running.vault.unwrap("anna", &after).unwrap();
        assert_eq!(running.vault.kek(), 2, "and wraps from now on");
        rotated.vault.unwrap("anna", &before).unwrap();
    }

    #[test]
    fn a_new_index_key_stands_beside_the_one_in_force_and_older_ones_go() {
        let dir = TempDir::new();
        let running = Keys::load(dir.path()).unwrap();
        let indexes = || {
            let path = dir.path().join(FILE);
            let stored = read(&path).unwrap().unwrap();
            stored.indexes(&path).unwrap().into_keys().collect::<Vec<_>>()
        };
        assert_eq!(indexes(), [1]);
        assert_eq!(Keys::add_index(dir.path(), 1).unwrap(), 2);
        // Broken off before it was in force: the same key again.
        assert_eq!(Keys::add_index(dir.path(), 1).unwrap(), 2);
        assert_eq!((indexes(), running.vault.index_number()), (vec![1, 2], 1));
        assert_eq!(Keys::add_index(dir.path(), 2).unwrap(), 3);
        assert_eq!(indexes(), [2, 3]);
        assert_eq!(Keys::newest_index(dir.path()).unwrap(), 3);
        // A program that starts now begins with what there is.
        assert_eq!(Keys::load(dir.path()).unwrap().vault.index_number(), 2);
    }

    #[test]
    fn a_damaged_file_is_refused_without_a_word_of_it() {
        let dir = TempDir::new();
        fs::write(dir.path().join(FILE), "pepper = \"geheim\nticket").unwrap();
        let text = Keys::load(dir.path()).unwrap_err().to_string();
        assert!(text.contains(FILE) && !text.contains("geheim"), "{text}");
    }
}
