//! schemathesis asks the API everything that its document allows, and much that it forbids.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use testkit::{TempDir, missing};

use crate::demo::{Citizen, Demo, assert_verified, run};

const WHO: &str = "anna@example.org";

/// The program: on the path, or where `.ci/run` installs it.
fn schemathesis() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let installed = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../ci/schemathesis/bin");
    let mut folders = std::env::split_paths(&paths).chain([installed]);
    let found = folders.find_map(|x| Some(x.join("schemathesis")).filter(|x| x.is_file()));
    if found.is_none() {
        missing("schemathesis (docs/develop/api.md)");
    }
    found
}

/// Bookings that have their number.
fn booked(citizen: &Citizen) -> usize {
    let list = citizen.get("/api/v1/bookings?limit=100").body;
    let list: Value = serde_json::from_slice(&list).unwrap();
    let items = list["items"].as_array().unwrap();
    items.iter().filter(|x| x["number"].is_string()).count()
}

#[test]
fn the_api_keeps_to_its_document_whatever_is_asked() {
    let Some(program) = schemathesis() else { return };
    let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/api");
    let (data, out) = (TempDir::new(), TempDir::new());
    let demo = Demo::start_for_load(data.path(), &[]);
    let anna = Citizen::sign_in(&demo.base, WHO);
    let before = booked(&anna);
    let token = run(data.path(), &["accounts", "token", WHO]).stdout;
    let token = String::from_utf8(token).unwrap().trim().to_owned();
    let done = Command::new(program)
        .arg("--config-file")
        .arg(settings.join("schemathesis.toml"))
        .arg("run")
        .arg(format!("{}/api/v1/openapi.json", demo.base))
        .args(["-H", &format!("Authorization: Bearer {token}")])
        .args(["--checks", "all", "--mode", "all", "--exclude-operation-id", "watchSlots"])
        .args(["--phases", "examples,coverage,fuzzing,stateful"])
        .args(["--seed", "1", "--continue-on-failure"])
        .envs([("OKNO_BASE", demo.base.as_str()), ("OKNO_TOKEN", &token)])
        .env("PYTHONPATH", &settings)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(out.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    eprintln!("{said}");
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    let made = booked(&anna) - before;
    assert!(made > 0, "schemathesis never made a booking");
    assert_verified(data.path());
}
