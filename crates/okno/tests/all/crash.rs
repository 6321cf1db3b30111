//! The power fails while people book: what was acknowledged is there afterwards.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use testkit::TempDir;

use crate::demo::{Citizen, Demo, assert_verified};

const TIMES: &str = "/book/head-reception?site=tomsk-admin-main";
const PEOPLE: [&str; 4] =
    ["anna@example.org", "oleg@example.org", "anna@example.org", "oleg@example.org"];

/// The free times that the page offers, on its chosen day and on the others.
fn times(citizen: &Citizen) -> Vec<String> {
    let page = citizen.get(TIMES);
    let mut times = page.all("name=\"start\" value=\"");
    for day in page.all("<a class=\"day \" href=\"") {
        times.extend(citizen.get(&day).all("name=\"start\" value=\""));
    }
    assert!(!times.is_empty(), "no free times at {TIMES}");
    times
}

/// Holds one time after another until the portal is gone; the pages of what was acknowledged.
fn hold_until_dead(citizen: &Citizen, times: &[String], dead: &AtomicBool) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for time in times.iter().cycle() {
        if dead.load(Ordering::Relaxed) {
            break;
        }
        let Some(reply) = citizen.post(TIMES, &[("start", time), ("purpose", "")]) else { break };
        if reply.status == 303 {
            acknowledged.push(reply.location);
        } else {
            assert_eq!(reply.status, 409, "{}", reply.text());
        }
    }
    acknowledged
}

#[test]
fn everything_acknowledged_before_a_crash_is_there_after_it() {
    let data = TempDir::new();
    let mut demo = Demo::start(data.path());
    let people = PEOPLE.map(|name| Citizen::sign_in(&demo.base, name));
    let times = times(&people[0]);
    let (dead, kept) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for (n, citizen) in people.iter().enumerate() {
            let (times, dead, kept) = (&times, &dead, &kept);
            scope.spawn(move || {
                let own = times[n * times.len() / PEOPLE.len()..].to_vec();
                let pages = hold_until_dead(citizen, &own, dead);
                kept.lock().unwrap().extend(pages.into_iter().map(|page| (n, page)));
            });
        }
        thread::sleep(Duration::from_secs(2));
        demo.kill();
        dead.store(true, Ordering::Relaxed);
    });
    let kept = kept.into_inner().unwrap();
    assert!(kept.len() > 20, "only {} holds in two seconds", kept.len());
    assert_verified(data.path());

    let began = Instant::now();
    let demo = Demo::start(data.path());
    let first = Citizen::sign_in(&demo.base, PEOPLE[0]);
    eprintln!(
        "{} holds acknowledged; ready again after {:?}, first page after {:?}, {} MB",
        kept.len(),
        demo.took,
        began.elapsed(),
        demo.memory()
    );
    let again = [first, Citizen::sign_in(&demo.base, PEOPLE[1])];
    for (n, page) in &kept {
        let status = again[n % 2].get(page).status;
        // The latest hold still stands; an earlier one leads to its choice of time.
        assert!([200, 303].contains(&status), "{page}: {status}");
    }
    drop(demo);
    assert_verified(data.path());
}
