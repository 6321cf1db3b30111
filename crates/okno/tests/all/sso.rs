//! Okno as a provider of identity, judged by clients of others: `openid-client` with a Chromium, and
//! Authlib. They are in `tests/sso`.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use testkit::{TempDir, has, missing};

use crate::demo::{Demo, assert_verified, run};

const WHO: &str = "anna@example.org";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/sso")
}

/// Whether the packages of `tests/sso` are there.
fn ready() -> bool {
    let installed = folder().join("node_modules/openid-client").is_dir();
    if !installed {
        missing("what tests/sso needs (npm ci --prefix tests/sso)");
    }
    installed && has("node") && has("chromium")
}

/// Python with Authlib, where `.ci/run` installs it.
fn authlib() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../ci/authlib/bin/python");
    if !python.is_file() {
        missing("Authlib (python_tool in .ci/run)");
    }
    python.is_file().then_some(python)
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A site that is connected: its port, `client_id` and `client_secret`.
struct Site {
    port: u16,
    id: String,
    secret: String,
}

fn connected(data: &Path) -> Site {
    let port = free_port();
    let at = |path: &str| format!("http://127.0.0.1:{port}/{path}");
    let (back, bye, gone) = (at("cb"), at("bye"), at("gone"));
    let scopes = "openid profile email phone offline_access";
    let added = run(
        data,
        &[
            ["sso", "client", "add"].as_slice(),
            &["--name", "Проверочный сайт", "--redirect", &back, "--after-logout", &bye],
            &["--logout", &gone, "--scopes", scopes],
        ]
        .concat(),
    );
    let said = String::from_utf8(added.stdout).unwrap();
    let value = |name: &str| {
        let line = said.lines().find(|x| x.starts_with(name));
        let line =
            line.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&added.stderr)));
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    Site { port, id: value("client_id"), secret: value("client_secret") }
}

fn judged(program: &mut Command, demo: &Demo, site: &Site) {
    let done: Output = program
        .env("BASE", &demo.base)
        .env("CLIENT_ID", &site.id)
        .env("CLIENT_SECRET", &site.secret)
        .env("PORT", site.port.to_string())
        .env("BACK", format!("http://127.0.0.1:{}/cb", site.port))
        .env("WHO", WHO)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    eprintln!("{said}");
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn a_certified_client_signs_people_in_with_a_browser_and_is_refused_what_it_must_be() {
    if !ready() {
        return;
    }
    let data = TempDir::new();
    let demo = Demo::start(data.path());
    let site = connected(data.path());
    let program = folder().join("client.mjs");
    judged(Command::new("node").arg(&program), &demo, &site);
    // The same for those whose browser runs no scripts.
    judged(Command::new("node").arg(&program).env("SCRIPTS", "0"), &demo, &connected(data.path()));
    assert_verified(data.path());
}

#[test]
fn authlib_signs_people_in_and_is_refused_what_it_must_be() {
    let Some(python) = authlib() else { return };
    let data = TempDir::new();
    let demo = Demo::start(data.path());
    let site = connected(data.path());
    judged(Command::new(python).arg(folder().join("client.py")), &demo, &site);
    let list = run(data.path(), &["sso", "client", "list"]).stdout;
    assert!(String::from_utf8_lossy(&list).contains(&site.id));
    // A rotated key is shown at once; a closed site is nobody.
    assert!(run(data.path(), &["keys", "sso"]).status.success());
    assert!(run(data.path(), &["sso", "client", "close", &site.id]).status.success());
    let again = run(data.path(), &["sso", "client", "secret", &site.id]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("E-SSO-27"));
    assert_verified(data.path());
}

#[test]
fn a_certified_provider_opens_the_account_that_its_owner_linked_and_no_other() {
    if !ready() {
        return;
    }
    let (data, keys) = (TempDir::new(), TempDir::new());
    let demo = Demo::start(data.path());
    let (listen, bank) = (free_port(), free_port());
    let secret = keys.path().join("bank.secret");
    std::fs::write(&secret, "s3cret+of/the=bank\n").unwrap();
    let config = keys.path().join("okno.toml");
    let text = format!(
        "listen = \"127.0.0.1:{listen}\"\n\n[[provider]]\nid = \"bank\"\nname = \"Пробный банк\"\n\
         issuer = \"http://127.0.0.1:{bank}\"\nclient_id = \"okno\"\nsecret_file = \"{}\"\n\n\
         [provider.levels]\n\"urn:bank:in-person\" = \"verified\"\n",
        secret.display()
    );
    std::fs::write(&config, text).unwrap();
    let node = Demo::serve_with(data.path(), &config);
    let done = Command::new("node")
        .arg(folder().join("provider.mjs"))
        .env("BASE", &node.base)
        .env("DEMO", &demo.base)
        .env("PORT", bank.to_string())
        .env("SECRET", "s3cret+of/the=bank")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    eprintln!("{said}");
    assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
    assert_verified(data.path());
}
