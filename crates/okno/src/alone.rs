//! One server on an embedded database: two would each keep free times in a memory of its own and learn
//! nothing of the other.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use base::db::Place;
use base::{Fault, Outcome};

/// How often it is looked whether a server that is being stopped is gone: twelve seconds long.
const LOOKS: u32 = 240;
/// The rest between two looks.
const REST: Duration = Duration::from_millis(50);

/// Takes the embedded database for this process, until the answer is dropped; a server needs nothing.
///
/// # Errors
/// A fault that names the other process, when there is one and it does not end.
pub(crate) fn alone(database: &str) -> Outcome<Option<File>> {
    match Place::parse(database)? {
        Place::File(path) => Ok(Some(take(&path, LOOKS)?)),
        Place::Server(_) => Ok(None),
    }
}

fn take(database: &Path, looks: u32) -> Outcome<File> {
    let path = database.with_added_extension("lock");
    let mut options = OpenOptions::new();
    let mut file =
        options.create(true).truncate(false).read(true).write(true).mode(0o600).open(path)?;
    let mut left = looks;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if left > 0 => {
                left -= 1;
                thread::sleep(REST);
            }
            Err(TryLockError::WouldBlock) => {
                let mut process = String::new();
                file.read_to_string(&mut process)?;
                let says = format!(
                    "process {} serves {} already: stop it first, or use PostgreSQL for several nodes",
                    process.trim(),
                    database.display()
                );
                return Err(Fault::new(says).into());
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
    file.set_len(0)?;
    writeln!(file, "{}", std::process::id())?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use testkit::TempDir;

    use super::*;

    #[test]
    fn a_second_server_is_refused_and_the_next_one_is_not() {
        let dir = TempDir::new();
        let database = dir.path().join("okno.db");
        let first = take(&database, 0).unwrap();
        let refused = take(&database, 1).unwrap_err().to_string();
        assert!(refused.contains(&format!("process {} serves", std::process::id())), "{refused}");
        drop(first);
        let _next = take(&database, 0).unwrap();
    }
}
