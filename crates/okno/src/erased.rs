//! Who was erased, noted beside the keys: a database that is restored from a backup brings nobody back.
//!
//! The note holds ids and nothing else; to whom they belonged stands nowhere any more.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Outcome};
use rooms::accounts::read;
use rooms::privacy;

const FILE: &str = "erased";

/// Erases anew whoever is noted in `folder` and stands in the database as if nothing had happened, and
/// notes whoever this database has erased.
///
/// # Errors
/// A fault of the engine or of the file. A folder that cannot be written to is none: keys may be given
/// read-only, and another node notes.
pub(crate) fn settle(folder: &Path, db: &Db) -> Outcome<()> {
    let noted = noted(folder)?;
    let gone = db.read_wait(read::erased)?;
    let cx = Cx::new(&Clock::system(), &Chance::os(), Actor::System, Channel::Job);
    let again = privacy::erase_again(db, &cx, noted.difference(&gone).cloned())?;
    if again > 0 {
        tracing::warn!("{again} people whom a backup had brought back are erased again");
    }
    note(folder, gone.difference(&noted))
}

/// [`settle`], when the database has erased somebody since `known` of them were counted.
///
/// # Errors
/// As [`settle`].
pub(crate) fn follow(folder: &Path, db: &Db, known: &mut Option<i64>) -> Outcome<()> {
    let count = db.read_wait(read::count_erased)?;
    if *known != Some(count) {
        settle(folder, db)?;
        *known = Some(count);
    }
    Ok(())
}

fn noted(folder: &Path) -> Outcome<BTreeSet<Id>> {
    match fs::read_to_string(folder.join(FILE)) {
        Ok(text) => Ok(text.lines().map(Id::from).collect()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(error.into()),
    }
}

/// Whole lines at the end: several nodes and commands may share the folder.
fn note<'a>(folder: &Path, gone: impl Iterator<Item = &'a Id>) -> Outcome<()> {
    let lines: String = gone.map(|id| format!("{id}\n")).collect();
    if lines.is_empty() {
        return Ok(());
    }
    let mut options = OpenOptions::new();
    let mut file = match options.create(true).append(true).mode(0o600).open(folder.join(FILE)) {
        Ok(file) => file,
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
            ) =>
        {
            tracing::warn!("who was erased cannot be noted in {}: {error}", folder.display());
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    file.write_all(lines.as_bytes())?;
    Ok(file.sync_all()?)
}
