//! `okno bench` as a stranger runs it.

use std::process::{Command, Stdio};

use serde_json::Value;

#[test]
fn bookings_of_the_bench_have_a_floor_and_its_race_gives_every_place_once() {
    let output = Command::new(env!("CARGO_BIN_EXE_okno"))
        .args(["bench", "--only", "race,booking", "--seconds", "1", "--json"])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = report["rows"].as_array().unwrap();
    let of = |what: &str| {
        let row = rows.iter().find(|x| x["what"].as_str().unwrap().contains(what));
        row.unwrap_or_else(|| panic!("no row «{what}» in {report}"))["value"].as_f64().unwrap()
    };
    assert!(of("one booking, both calls and its letters, SQLite") > 0.0);
    assert_eq!(of("confirmed"), 50.0);
    assert_eq!(of("faults"), 0.0);
    assert_eq!(of("broken invariants afterwards, SQLite"), 0.0);
    assert!(of("last answer") > 0.0);
    assert!(of("memory at most") > 1.0, "the memory of the server is not seen");
    let missed = rows.iter().any(|x| x["met"] == Value::Bool(false));
    assert_eq!(output.status.code(), Some(i32::from(missed)));
}
