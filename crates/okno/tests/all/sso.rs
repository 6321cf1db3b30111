//! Okno as a provider of identity, judged by clients of others: `openid-client` with a Chromium, and
//! Authlib. They are in `tests/sso`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use testkit::{Server, TempDir, has, missing};

use crate::demo::{Demo, assert_verified, assert_verified_on, free_port, run};

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

/// A site that is connected: its port, `client_id` and `client_secret`; and another at the same address
/// that proves itself by a key.
struct Site {
    port: u16,
    id: String,
    secret: String,
    keyed: String,
    key: String,
}

fn connected(data: &Path) -> Site {
    let port = free_port();
    let at = |path: &str| format!("http://127.0.0.1:{port}/{path}");
    let (back, bye, gone) = (at("cb"), at("bye"), at("gone"));
    let scopes = "openid profile email phone offline_access";
    let add = |more: &[&str]| {
        // Two ways to prove oneself, one sector: each of them is a sector of its own otherwise.
        let shared = ["--scopes", scopes, "--sector", "sites.example"];
        let usual = [&["sso", "client", "add", "--redirect", &back][..], &shared[..]].concat();
        let added = run(data, &[&usual, more].concat());
        let said = String::from_utf8(added.stdout).unwrap();
        assert!(added.status.success(), "{said}{}", String::from_utf8_lossy(&added.stderr));
        said
    };
    let value = |said: &str, name: &str| {
        let line = said.lines().find_map(|x| x.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name}: {said}")).trim().to_owned()
    };
    let said = add(&["--name", "Проверочный сайт", "--after-logout", &bye, "--logout", &gone]);
    let key = testkit::SiteKey::new("one");
    let file = data.join("site.jwks");
    std::fs::write(&file, key.public.to_string()).unwrap();
    let keyed = add(&["--name", "Сайт с ключом", "--jwks", &file.display().to_string()]);
    assert!(!keyed.contains("client_secret"), "{keyed}");
    Site {
        port,
        id: value(&said, "client_id"),
        secret: value(&said, "client_secret"),
        keyed: value(&keyed, "client_id"),
        key: key.private.to_string(),
    }
}

fn judged(program: &mut Command, demo: &Demo, site: &Site) {
    let done: Output = program
        .env("BASE", &demo.base)
        .env("CLIENT_ID", &site.id)
        .env("CLIENT_SECRET", &site.secret)
        .env("KEYED_ID", &site.keyed)
        .env("KEY", &site.key)
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
    // Two servers share no embedded database.
    let Some(server) = Server::start() else { return };
    let (url, data, keys) = (server.url(), TempDir::new(), TempDir::new());
    let database = ["--database", url.as_str()];
    let demo = Demo::start_on(data.path(), &database);
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
    let node = Demo::serve_with(data.path(), &config, &database);
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
    assert_verified_on(data.path(), &database);
}
