//! The power fails while people join a line: whoever was told a place has it afterwards.

use std::collections::HashMap;
use std::process::Output;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use jiff::{Span, Timestamp, Zoned};
use serde_json::Value;
use testkit::TempDir;

use crate::demo::{Demo, run};

const PEOPLE: usize = 400;

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Announces an opening at the next full minute, for a Sunday: without places nobody is let in, so
/// that nothing but the crash can change an order.
fn announce(data: &TempDir) -> (String, Timestamp) {
    let now = Zoned::now().in_tz("Asia/Tomsk").unwrap();
    let minute = now.checked_add(Span::new().seconds(5 + 60)).unwrap();
    let opens = minute.strftime("%Y-%m-%dT%H:%M").to_string();
    let days = 14 - i64::from(now.weekday().to_monday_one_offset());
    let sunday = now.date().checked_add(Span::new().days(days)).unwrap().to_string();
    let args = ["openings", "add", "--service", "head-reception", "--site", "tomsk-admin-main"];
    let args = [&args[..], &["--opens", &opens, "--from", &sunday, "--to", &sunday]].concat();
    let id = said(&run(data.path(), &args));
    let local: jiff::civil::DateTime = opens.parse().unwrap();
    (id, local.in_tz("Asia/Tomsk").unwrap().timestamp())
}

fn agent() -> ureq::Agent {
    let limit = Some(Duration::from_secs(30));
    let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(limit);
    ureq::Agent::new_with_config(config.build())
}

/// People ahead of the owner of `token`; nothing when the portal does not answer.
fn ask(agent: &ureq::Agent, url: &str, token: &str, joins: bool) -> Option<u64> {
    let bearer = format!("Bearer {token}");
    let answer = if joins {
        let call = agent.post(url).header("Authorization", &bearer);
        call.header("Idempotency-Key", "one").send_empty()
    } else {
        agent.get(url).header("Authorization", &bearer).call()
    };
    let body = answer.ok()?.body_mut().read_to_string().ok()?;
    let place: Value = serde_json::from_str(&body).ok()?;
    Some(place["ahead"].as_u64().unwrap_or_else(|| panic!("{body}")))
}

#[test]
fn places_in_line_survive_a_crash_in_the_order_in_which_they_were_told() {
    let data = TempDir::new();
    let mut demo = Demo::start(data.path());
    let tokens = data.path().join("tokens");
    let file = tokens.to_str().unwrap();
    said(&run(
        data.path(),
        &["accounts", "seed", "--count", &PEOPLE.to_string(), "--tokens", file],
    ));
    let tokens: Vec<String> =
        std::fs::read_to_string(&tokens).unwrap().lines().map(str::to_owned).collect();
    let (id, opens) = announce(&data);
    let wait = opens.duration_since(Timestamp::now()).unsigned_abs();
    thread::sleep(wait + Duration::from_secs(1));

    let url = format!("{}/api/v1/openings/{id}/place", demo.base);
    let (told, next) = (Mutex::new(HashMap::new()), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let agent = agent();
                while let Some(token) = tokens.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let Some(ahead) = ask(&agent, &url, token, true) else { return };
                    told.lock().unwrap().insert(token, ahead);
                }
            });
        }
        while told.lock().unwrap().len() < PEOPLE / 3 {
            thread::sleep(Duration::from_millis(1));
        }
        demo.kill();
    });
    let told = told.into_inner().unwrap();
    eprintln!("{} of {PEOPLE} were told a place before the crash", told.len());

    let demo = Demo::start(data.path());
    let (url, agent) = (format!("{}/api/v1/openings/{id}/place", demo.base), agent());
    for (token, ahead) in &told {
        assert_eq!(ask(&agent, &url, token, false), Some(*ahead), "the place that was told");
    }
    let mut places: Vec<u64> = tokens.iter().map(|x| ask(&agent, &url, x, true).unwrap()).collect();
    for (token, place) in tokens.iter().zip(&places) {
        assert_eq!(told.get(token).unwrap_or(place), place, "joining again changes nothing");
    }
    places.sort_unstable();
    assert_eq!(places, (0..PEOPLE as u64).collect::<Vec<_>>(), "everybody has one, nobody two");
}
