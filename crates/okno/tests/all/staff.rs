//! The first administrator, from the command line to the workplace.

use super::demo::{Citizen, Demo, assert_verified, run};

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn an_invitation_of_the_command_line_becomes_a_role_and_is_taken_away_again() {
    let dir = testkit::TempDir::new();
    let demo = Demo::start(dir.path());
    // The demo has an administrator, so there is no first one to make.
    let refused = run(dir.path(), &["staff", "first-admin"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("staff invite"));
    let wrong = run(dir.path(), &["staff", "invite", "--role", "clerk", "--site", "none"]);
    assert!(!wrong.status.success());

    let args = ["staff", "invite", "--role", "clerk", "--site", "tomsk-mfc-main"];
    let link = said(&run(dir.path(), &args));
    let token = link.trim().split_once("/staff/join?token=").expect("an address").1.to_owned();
    assert_eq!(token.len(), 64);
    let anna = Citizen::sign_in(&demo.base, "anna@example.org");
    assert_eq!(anna.get("/staff").status, 403);
    let offer = anna.get(&format!("/staff/join?token={token}")).text();
    assert!(offer.contains("Регистратор"), "{offer}");

    // The role of the demo's clerk ends from the command line, beside the running server.
    let clerk = Citizen::sign_in(&demo.base, "clerk@example.org");
    assert_eq!(clerk.get("/staff").status, 200);
    let list = said(&run(dir.path(), &["staff", "list"]));
    let line = list.lines().find(|x| x.contains("Вавилова")).expect("the clerk");
    let id = line.split_whitespace().next().unwrap();
    let revoked = run(dir.path(), &["staff", "revoke", id, "--reason", "left"]);
    assert_eq!(said(&revoked), "revoked\n");
    assert_eq!(clerk.get("/staff").status, 403, "a process beside the server took the role away");
    let last = list.lines().find(|x| x.contains("portal_admin")).expect("the administrator");
    let id = last.split_whitespace().next().unwrap();
    let refused = run(dir.path(), &["staff", "revoke", id, "--reason", "left"]);
    let words = String::from_utf8_lossy(&refused.stderr);
    assert!(words.contains("E-ROLE-09: ") && words.trim().len() > 30, "{words}");
    // What the demo and the command line did to roles stands in the trail.
    assert_verified(dir.path());
}

#[test]
fn the_first_administrator_gets_an_app_from_the_command_line_alone() {
    let dir = testkit::TempDir::new();
    let added =
        ["accounts", "add", "--phone", "+79990000001", "--surname", "Рябинина", "--name", "Вера"];
    assert!(run(dir.path(), &added).status.success());
    let given = said(&run(dir.path(), &["accounts", "app", "+79990000001"]));
    let secret = given.lines().nth(1).unwrap().trim();
    assert_eq!((secret.len(), given.matches('-').count()), (32, 60), "{given}");
    assert!(given.contains(&format!("secret={secret}&")), "{given}");
    let link = said(&run(dir.path(), &["staff", "first-admin"]));
    assert!(link.contains("/staff/join?token="), "{link}");
}
