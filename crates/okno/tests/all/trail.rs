//! What the engineer does at the command line stands in the trail, command by command.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base::args;
use base::db::Place;
use testkit::TempDir;

use super::demo::{assert_verified, run};

fn said(data: &Path, args: &[&str]) -> String {
    let output = run(data, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// How often each action stands in the trail. Every operation has one entry, and no account.
fn trail(data: &Path) -> BTreeMap<String, i64> {
    let db = testkit::open(&Place::File(data.join("okno.db"))).unwrap();
    let rows = db.read_wait(|tx| {
        let sql = "SELECT action, COUNT(*), COUNT(account_id), MIN(channel) FROM staff_trail
                   GROUP BY action";
        Ok(tx.all(sql, args![], |r| {
            Ok((r.get::<String>(0)?, r.get::<i64>(1)?, r.get::<i64>(2)?, r.get::<String>(3)?))
        })?)
    });
    let rows = rows.unwrap();
    assert!(rows.iter().all(|x| x.2 == 0 && x.3 == "cli"), "{rows:?}");
    rows.into_iter().map(|x| (x.0, x.1)).collect()
}

#[test]
fn every_command_that_changes_something_stands_in_the_trail() {
    let dir = TempDir::new();
    let data = dir.path();
    let demo = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../demo");
    let file = |name: &str| demo.join(name).display().to_string();
    let tell = |args: &[&str]| said(data, args);

    tell(&["import", "places", "--plain", &file("localities.csv")]);
    tell(&["import", "catalogue", &file("catalogue.toml")]);
    tell(&["import", "organizations", &file("organizations.toml")]);
    assert!(!run(data, &["import", "places", "--plain", "none.csv"]).status.success());

    let phone = "+79990000001";
    tell(&["accounts", "add", "--phone", phone, "--surname", "Рябинина", "--name", "Вера"]);
    tell(&["accounts", "level", phone, "verified", "--reason", "показала паспорт"]);
    tell(&["accounts", "token", phone]);
    tell(&["accounts", "app", phone]);
    tell(&["accounts", "erase", phone]);
    let nobody = run(data, &["accounts", "level", phone, "verified", "--reason", "ещё раз"]);
    assert!(!nobody.status.success(), "nobody is found any more");
    let tokens = data.join("tokens").display().to_string();
    tell(&["accounts", "seed", "--count", "3", "--tokens", &tokens]);

    tell(&["staff", "first-admin"]);
    tell(&["staff", "invite", "--role", "clerk", "--site", "tomsk-mfc-main"]);
    let site = ["sso", "client", "add", "--name", "Библиотека", "--name-en", "Library"];
    let site = tell(&[&site[..], &["--redirect", "https://site.example/cb"]].concat());
    let id = site.lines().find_map(|x| x.strip_prefix("client_id")).unwrap().trim();
    tell(&["sso", "client", "secret", id]);
    tell(&["sso", "client", "close", id]);

    let series = tell(&["openings", "guard", "--service", "mfc-visit"]);
    tell(&["openings", "unguard", &series]);
    tell(&["openings", "unguard", &series]);
    let week = ["--opens", "2040-12-03T09:00", "--from", "2040-12-10", "--to", "2040-12-14"];
    let opening = ["openings", "add", "--service", "mfc-visit", "--site", "tomsk-mfc-main"];
    let opening = tell(&[&opening[..], &week].concat());
    tell(&["openings", "close", opening.lines().next().unwrap()]);

    tell(&["keys", "rotate"]);
    tell(&["keys", "rotate-index"]);
    tell(&["keys", "sso"]);
    assert_verified(data);

    let expected = [
        ("add_index_key", 1),
        ("add_key", 1),
        ("add_site_key", 1),
        ("announce_opening", 1),
        ("close_opening", 1),
        ("connect_sites", 3),
        ("end_series", 1),
        ("erase_person", 1),
        ("give_app", 1),
        ("guard_service", 1),
        ("import_catalogue", 1),
        ("import_organizations", 1),
        ("import_places", 1),
        ("invite_staff", 2),
        ("make_token", 1),
        ("open_account", 1),
        ("seed_accounts", 1),
        ("set_level", 1),
        ("turn_index_key", 1),
        ("wrap_keys", 1),
    ];
    assert_eq!(trail(data), expected.map(|(action, n)| (action.to_owned(), n)).into());
    // Nothing that the code can say was left out.
    let all = rooms::trail::Command::ALL.iter();
    assert!(all.clone().all(|x| expected.iter().any(|e| e.0 == x.as_str())), "{all:?}");
}
