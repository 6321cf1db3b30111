//! The walks of `tests/browser`, on a demo of their own; then every page they saw must be valid HTML.

use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::{TempDir, has, missing};

use crate::demo::{Demo, assert_verified};

fn walks() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser")
}

#[test]
fn a_browser_walks_through_the_demo_and_finds_nothing_wrong() {
    let packages = walks().join("node_modules/playwright-core").is_dir();
    if !packages {
        missing("what tests/browser needs (npm ci --prefix tests/browser)");
    }
    if !packages || !has("node") || !has("chromium") {
        return;
    }
    let (data, out) = (TempDir::new(), TempDir::new());
    let demo = Demo::start(data.path());
    let walk = Command::new("node")
        .arg(walks().join("walk.mjs"))
        .env("BASE", &demo.base)
        .env("OUT", out.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&walk.stdout);
    eprintln!("{said}");
    assert!(walk.status.success(), "{said}{}", String::from_utf8_lossy(&walk.stderr));
    assert_verified(data.path());
    valid(&out.path().join("html"));
}

/// Asks the checker of the HTML standard about every file of the folder.
fn valid(folder: &Path) {
    if !has("java") {
        return;
    }
    let checker = Command::new("java")
        .arg("-jar")
        .arg(walks().join("node_modules/vnu-jar/build/dist/vnu.jar"))
        .args(["--errors-only", "--format", "gnu", "--skip-non-html"])
        .arg(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&checker.stderr);
    assert!(checker.status.success(), "{said}");
}
