//! What browsers tell us of breaches of our content policy: counted by directive and host, and nothing
//! else of it is kept. Reports may be forged by anybody, so they are few, small and worth a look, no more.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use base::Instant;
use serde_json::Value;

use crate::route::{Action, Rate, Route, post};
use crate::{Answer, Visit};

/// Where browsers send them; the policy in `edge.rs` names it.
pub(crate) const PATH: &str = "/csp-report";
/// The most bytes of a report.
const LONGEST: usize = 8 * 1024;
/// Reports that are read in one request.
const IN_ONE: usize = 10;
/// Requests with reports that are read in a minute.
const A_MINUTE: u32 = 60;
/// Pairs of directive and host that are told apart; all others are one.
const PAIRS: usize = 100;

/// Directives that our policy has, or that stand in for it.
const DIRECTIVES: [&str; 16] = [
    "default-src",
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "style-src",
    "style-src-elem",
    "style-src-attr",
    "img-src",
    "font-src",
    "connect-src",
    "form-action",
    "manifest-src",
    "frame-ancestors",
    "base-uri",
    "require-trusted-types-for",
    "trusted-types",
];
/// What browsers say in place of an address.
const WORDS: [&str; 8] = [
    "inline",
    "eval",
    "wasm-eval",
    "data",
    "blob",
    "self",
    "trusted-types-policy",
    "trusted-types-sink",
];

pub(crate) fn routes() -> Vec<Route> {
    vec![post(PATH, Action::ReportPolicy, Rate::Search, report).admits(LONGEST)]
}

async fn report(visit: Visit, body: Bytes) -> Answer {
    visit.app.meter.reports.take(&body, visit.began);
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What was reported to this node since it started.
#[derive(Debug, Default)]
pub struct Reports(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    pairs: BTreeMap<(&'static str, String), u64>,
    /// Requests that were not read: too many, or no reports.
    unread: u64,
    minute: i64,
    read: u32,
}

impl Reports {
    /// Counts the reports in `body`, unless there were too many in this minute.
    pub(crate) fn take(&self, body: &[u8], now: Instant) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now.0.div_euclid(Instant::MINUTE);
        if counted.minute != minute {
            (counted.minute, counted.read) = (minute, 0);
        }
        counted.read += 1;
        let found = if counted.read <= A_MINUTE { read(body) } else { Vec::new() };
        if found.is_empty() {
            counted.unread += 1;
        }
        for (directive, blocked) in found {
            let known = counted.pairs.contains_key(&(directive, blocked.clone()));
            let room = known || counted.pairs.len() < PAIRS;
            let blocked = if room { blocked } else { "other".into() };
            *counted.pairs.entry((directive, blocked)).or_default() += 1;
        }
    }

    /// Directive, host and number, in order; and how many requests were not read.
    pub fn counted(&self) -> (Vec<(&'static str, String, u64)>, u64) {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs = counted.pairs.iter().map(|((x, host), n)| (*x, host.clone(), *n));
        (pairs.collect(), counted.unread)
    }
}

/// The reports of a body, of either of the two forms that browsers send.
fn read(body: &[u8]) -> Vec<(&'static str, String)> {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return Vec::new() };
    let one = |report: &Value| {
        let text = |names: [&str; 2]| names.into_iter().find_map(|x| report[x].as_str());
        let directive = text(["effectiveDirective", "effective-directive"])
            .or_else(|| report["violated-directive"].as_str())?;
        // Older browsers quote the whole directive.
        let directive = directive.split(' ').next().unwrap_or_default();
        let known = DIRECTIVES.into_iter().find(|x| *x == directive).unwrap_or("other");
        Some((known, host(text(["blockedURL", "blocked-uri"]).unwrap_or_default())))
    };
    match &value {
        Value::Array(all) => {
            let ours = all.iter().filter(|x| x["type"] == "csp-violation");
            ours.take(IN_ONE).filter_map(|x| one(&x["body"])).collect()
        }
        other => one(&other["csp-report"]).into_iter().collect(),
    }
}

/// The host of an address, without anything else of it: what stands behind it may be somebody's.
fn host(blocked: &str) -> String {
    if let Some(word) = WORDS.into_iter().find(|x| *x == blocked) {
        return word.to_owned();
    }
    let host = blocked.split_once("://").map(|x| x.1.split(['/', '?', '#']).next());
    let host = host.flatten().map(|x| x.rsplit('@').next().unwrap_or_default());
    let host = host.map(|x| x.split(':').next().unwrap_or_default().to_ascii_lowercase());
    let plain = |x: &String| {
        (1..=100).contains(&x.len())
            && x.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b))
    };
    host.filter(plain).unwrap_or_else(|| "other".into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Instant = Instant(0);

    #[test]
    fn of_a_report_directive_and_host_are_counted_and_nothing_else() {
        let reports = Reports::default();
        let old = json!({"csp-report": {
            "document-uri": "https://okno.test/bookings/01jd?secret=1", "referrer": "https://x.test/",
            "violated-directive": "script-src 'self'", "script-sample": "alert('Anna')",
            "blocked-uri": "https://anna:pw@CDN.evil.example:8443/a?token=77#x",
        }});
        let new = json!([
            {"type": "csp-violation", "url": "https://okno.test/account", "user_agent": "Mozilla",
             "body": {"effectiveDirective": "style-src-attr", "blockedURL": "inline"}},
            {"type": "deprecation", "body": {"effectiveDirective": "img-src"}},
            {"type": "csp-violation",
             "body": {"effectiveDirective": "<b>\"", "blockedURL": "x".repeat(300)}},
        ]);
        for body in [&old, &new, &old] {
            reports.take(body.to_string().as_bytes(), NOW);
        }
        for nonsense in [&b"no json"[..], b"[]", b"{}", b"{\"csp-report\": 1}", b"\xff"] {
            reports.take(nonsense, NOW);
        }
        let (pairs, unread) = reports.counted();
        let all: Vec<_> = pairs.iter().map(|(a, b, n)| (*a, b.as_str(), *n)).collect();
        assert_eq!(
            all,
            [
                ("other", "other", 1),
                ("script-src", "cdn.evil.example", 2),
                ("style-src-attr", "inline", 1)
            ]
        );
        assert_eq!(unread, 5);
    }

    #[test]
    fn whoever_reports_without_end_fills_nothing() {
        let reports = Reports::default();
        for n in 0..500_i64 {
            let url = format!("https://h{n}.example/");
            let body = json!({"csp-report": {"violated-directive": "img-src", "blocked-uri": url}});
            // Ten in each minute, then all at once.
            let at = Instant(if n < 250 { n / 10 * Instant::MINUTE } else { Instant::DAY });
            reports.take(body.to_string().as_bytes(), at);
        }
        let (pairs, unread) = reports.counted();
        assert_eq!((pairs.len(), unread), (PAIRS + 1, 250 - u64::from(A_MINUTE)));
        let others: u64 = pairs.iter().filter(|x| x.1 == "other").map(|x| x.2).sum();
        assert_eq!(others, 150 + u64::from(A_MINUTE));
    }
}
