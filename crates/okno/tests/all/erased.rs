//! Whoever was erased stays so, also when an older backup of the database is put back.

use std::fs;
use std::path::Path;
use std::process::Output;

use testkit::TempDir;

use super::demo::{assert_verified, run};

const PHONE: &str = "+79990000001";

fn told(folder: &Path, args: &[&str]) -> Output {
    let output = run(folder, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Copies the files of the database, of which no program is running.
fn copied(from: &Path, to: &Path) {
    for end in ["", "-wal", "-shm"] {
        let name = format!("okno.db{end}");
        match fs::copy(from.join(&name), to.join(&name)) {
            Ok(_) => {}
            Err(_) if !end.is_empty() => drop(fs::remove_file(to.join(&name))),
            Err(error) => panic!("{name}: {error}"),
        }
    }
}

#[test]
fn an_older_backup_brings_nobody_back() {
    let (dir, backup) = (TempDir::new(), TempDir::new());
    let folder = dir.path();
    let added = ["accounts", "add", "--phone", PHONE, "--surname", "Рябинина", "--name", "Вера"];
    let id = String::from_utf8(told(folder, &added).stdout).unwrap();
    copied(folder, backup.path());
    told(folder, &["accounts", "erase", PHONE]);
    assert_eq!(fs::read_to_string(folder.join("erased")).unwrap(), id);

    copied(backup.path(), folder);
    let refused = run(folder, &["accounts", "token", PHONE]);
    let says = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && says.contains("there is no account of"), "{says}");
    assert_verified(folder);
    // The phone can have an account again, and its new owner is nobody who was erased.
    told(folder, &added);
    told(folder, &["accounts", "token", PHONE]);
    assert_eq!(fs::read_to_string(folder.join("erased")).unwrap(), id, "noted once");
}

#[test]
fn somebody_with_a_role_is_not_erased() {
    let dir = TempDir::new();
    let demo = super::demo::Demo::start(dir.path());
    let refused = run(dir.path(), &["accounts", "erase", "clerk@example.org"]);
    let says = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && says.contains("okno staff revoke"), "{says}");
    drop(demo);
}
