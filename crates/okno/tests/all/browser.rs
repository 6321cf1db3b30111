//! The programs of `tests/browser`, each on a demo of its own: the walks, whose pages must then be
//! valid HTML, and Lighthouse.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use testkit::{TempDir, has, missing};

use crate::demo::{Demo, assert_verified};

/// Held by whoever drives a browser: two of them at once would measure each other.
static BROWSER: Mutex<()> = Mutex::new(());

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser")
}

/// Whether `package` is installed, and what it needs.
fn ready(package: &str) -> bool {
    let installed = folder().join("node_modules").join(package).is_dir();
    if !installed {
        missing("what tests/browser needs (npm ci --prefix tests/browser)");
    }
    installed && has("node") && has("chromium")
}

/// Runs `program` on a demo that is as it was filled; what it wrote is in the folder.
fn run(program: &str, data: &TempDir, out: &TempDir) {
    run_at(program, "127.0.0.1", (data, out));
}

/// The same, where browsers call this machine `host`.
fn run_at(program: &str, host: &str, (data, out): (&TempDir, &TempDir)) {
    let _alone = BROWSER.lock().unwrap_or_else(PoisonError::into_inner);
    let demo = Demo::start(data.path());
    let done = Command::new("node")
        .arg(folder().join(program))
        .env("BASE", demo.base.replace("127.0.0.1", host))
        .env("OUT", out.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    eprintln!("{said}");
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn a_browser_walks_through_the_demo_and_finds_nothing_wrong() {
    if !ready("playwright-core") {
        return;
    }
    let (data, out) = (TempDir::new(), TempDir::new());
    run("walk.mjs", &data, &out);
    assert_verified(data.path());
    valid(&out.path().join("html"));
}

#[test]
fn a_passkey_lives_its_life_in_a_browser() {
    if !ready("playwright-core") {
        return;
    }
    let (data, out) = (TempDir::new(), TempDir::new());
    // Browsers make passkeys for a name, never for an address.
    run_at("passkeys.mjs", "localhost", (&data, &out));
    assert_verified(data.path());
    valid(&out.path().join("html"));
}

#[test]
fn the_calendar_of_a_page_that_stands_open_counts_on() {
    if !ready("playwright-core") {
        return;
    }
    let (data, out) = (TempDir::new(), TempDir::new());
    run("live.mjs", &data, &out);
    assert_verified(data.path());
    valid(&out.path().join("html"));
}

#[test]
fn scans_go_from_a_phone_to_a_desk() {
    if !ready("playwright-core") {
        return;
    }
    let (data, out) = (TempDir::new(), TempDir::new());
    run("scans.mjs", &data, &out);
    assert_verified(data.path());
    valid(&out.path().join("html"));
}

#[test]
fn an_administrator_connects_a_site_in_a_browser() {
    if !ready("playwright-core") {
        return;
    }
    let (data, out) = (TempDir::new(), TempDir::new());
    run("sites.mjs", &data, &out);
    assert_verified(data.path());
    valid(&out.path().join("html"));
}

#[test]
fn an_administrator_reads_the_trail_on_a_phone_and_without_scripts() {
    if !ready("playwright-core") {
        return;
    }
    let (data, out) = (TempDir::new(), TempDir::new());
    run("trail.mjs", &data, &out);
    assert_verified(data.path());
    valid(&out.path().join("html"));
}

#[test]
fn a_page_warns_before_the_session_ends_and_one_stays_with_a_button() {
    if !ready("playwright-core") {
        return;
    }
    let (data, out) = (TempDir::new(), TempDir::new());
    run("session.mjs", &data, &out);
    assert_verified(data.path());
    valid(&out.path().join("html"));
}

#[test]
fn lighthouse_gives_at_least_95_of_100_in_all_categories() {
    if ready("lighthouse") {
        run("lighthouse.mjs", &TempDir::new(), &TempDir::new());
    }
}

/// Asks the checker of the HTML standard about every file of the folder.
fn valid(pages: &Path) {
    if !has("java") {
        return;
    }
    let checker = Command::new("java")
        .arg("-jar")
        .arg(folder().join("node_modules/vnu-jar/build/dist/vnu.jar"))
        .args(["--errors-only", "--format", "gnu", "--skip-non-html"])
        .arg(pages)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&checker.stderr);
    assert!(checker.status.success(), "{said}");
}
