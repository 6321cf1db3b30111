//! Plain counters for `/metrics`, in Prometheus' text form.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use base::db::For;
use base::{Db, Instant};
use rooms::files::Standing;

use crate::reports::Reports;
use crate::route::Rate;
use crate::shed::Gate;

/// What this node has done since it started.
#[derive(Debug, Default)]
pub struct Meter {
    /// Requests by class of route and by hundreds of the status.
    requests: [[AtomicU64; 6]; Rate::ALL.len()],
    /// Microseconds spent on them.
    micros: [AtomicU64; Rate::ALL.len()],
    in_flight: AtomicI64,
    /// Connections that are open.
    pub connections: AtomicI64,
    /// Answers that were ready: see [`crate::ready`].
    pub ready: AtomicU64,
    /// Bookings made through this node.
    pub bookings: AtomicU64,
    /// Calls of this node to registries.
    pub registry_calls: AtomicU64,
    /// Of these, calls without an answer.
    pub registry_faults: AtomicU64,
    /// Questions to registries that wait longer than a day, as this node saw it last.
    pub checks_late: AtomicI64,
    /// Seconds since the scanner last answered, and the age of what it knows; as this node saw it last.
    scanner_silent: AtomicI64,
    scanner_age: AtomicI64,
    /// Files that wait for the scanner, and clean ones that it has yet to look at again.
    files_waiting: AtomicI64,
    files_again: AtomicI64,
    /// When the portal's own certificate ends, in seconds since 1970; 0: it has none.
    pub(crate) certificate: AtomicI64,
    /// Breaches of the content policy, as browsers report them.
    pub reports: Reports,
}

impl Meter {
    /// A request came; it counts as under way until the guard is dropped.
    pub fn begin(&self) -> UnderWay<'_> {
        self.in_flight.fetch_add(1, Relaxed);
        UnderWay(self)
    }

    /// A request of `class` was answered with `status` after `micros` microseconds.
    pub fn answered(&self, class: Rate, status: u16, micros: i64) {
        let hundreds = usize::from(status / 100).min(5);
        self.requests[class as usize][hundreds].fetch_add(1, Relaxed);
        self.micros[class as usize].fetch_add(micros.max(0).unsigned_abs(), Relaxed);
    }

    /// How it stands with the scanner at `now`.
    pub fn scanner(&self, standing: &Standing, now: Instant) {
        let seconds = |since: Instant| (now.0 - since.0) / Instant::SECOND;
        self.scanner_silent.store(seconds(standing.answered_at), Relaxed);
        let made = standing.about.as_ref().and_then(|x| x.made_at);
        self.scanner_age.store(made.map_or(0, seconds), Relaxed);
        self.files_waiting.store(standing.waiting, Relaxed);
        self.files_again.store(standing.again, Relaxed);
    }

    /// The text Prometheus reads: also of who was sent away, and of what the database does.
    pub fn text(&self, gate: &Gate, db: &Db, waiting: usize) -> String {
        let mut out = String::from("# TYPE okno_requests_total counter\n");
        for class in Rate::ALL {
            for (hundreds, count) in self.requests[class as usize].iter().enumerate() {
                let (count, name) = (count.load(Relaxed), class.as_str());
                if count > 0 {
                    line(
                        &mut out,
                        &format!("okno_requests_total{{class=\"{name}\",status=\"{hundreds}xx\"}}"),
                        count,
                    );
                }
            }
        }
        out.push_str("# TYPE okno_request_seconds_total counter\n");
        for class in Rate::ALL {
            let seconds = self.micros[class as usize].load(Relaxed) as f64 / 1e6;
            line(
                &mut out,
                &format!("okno_request_seconds_total{{class=\"{}\"}}", class.as_str()),
                seconds,
            );
        }
        out.push_str("# TYPE okno_requests_sent_away_total counter\n");
        for class in Rate::ALL {
            let name = format!("okno_requests_sent_away_total{{class=\"{}\"}}", class.as_str());
            line(&mut out, &name, gate.sent_away(class));
        }
        out.push_str("# TYPE okno_requests_in_flight gauge\n");
        line(&mut out, "okno_requests_in_flight", self.in_flight.load(Relaxed));
        out.push_str("# TYPE okno_writes_waiting gauge\n");
        line(&mut out, "okno_writes_waiting", waiting);
        out.push_str("# TYPE okno_statements_total counter\n");
        for (name, whom) in [("requests", For::Requests), ("jobs", For::Jobs)] {
            let name = format!("okno_statements_total{{for=\"{name}\"}}");
            line(&mut out, &name, db.statements(whom));
        }
        out.push_str("# TYPE okno_connections gauge\n");
        line(&mut out, "okno_connections", self.connections.load(Relaxed));
        out.push_str("# TYPE okno_ready_answers_total counter\n");
        line(&mut out, "okno_ready_answers_total", self.ready.load(Relaxed));
        out.push_str("# TYPE okno_bookings_total counter\n");
        line(&mut out, "okno_bookings_total", self.bookings.load(Relaxed));
        out.push_str("# TYPE okno_registry_calls_total counter\n");
        line(&mut out, "okno_registry_calls_total", self.registry_calls.load(Relaxed));
        out.push_str("# TYPE okno_registry_faults_total counter\n");
        line(&mut out, "okno_registry_faults_total", self.registry_faults.load(Relaxed));
        out.push_str("# TYPE okno_identity_checks_late gauge\n");
        line(&mut out, "okno_identity_checks_late", self.checks_late.load(Relaxed));
        for (name, value) in [
            ("okno_scanner_silent_seconds", &self.scanner_silent),
            ("okno_scanner_signatures_age_seconds", &self.scanner_age),
            ("okno_files_waiting_for_scanner", &self.files_waiting),
            ("okno_files_to_scan_again", &self.files_again),
        ] {
            out.push_str(&format!("# TYPE {name} gauge\n"));
            line(&mut out, name, value.load(Relaxed));
        }
        let certificate = self.certificate.load(Relaxed);
        if certificate != 0 {
            out.push_str("# TYPE okno_certificate_ends_seconds gauge\n");
            line(&mut out, "okno_certificate_ends_seconds", certificate);
        }
        self.reported(&mut out);
        out
    }

    /// Breaches of the content policy. Hosts are plain, so there is nothing to escape.
    fn reported(&self, out: &mut String) {
        let (pairs, unread) = self.reports.counted();
        out.push_str("# TYPE okno_csp_reports_total counter\n");
        for (directive, blocked, count) in pairs {
            let labels = format!("directive=\"{directive}\",blocked=\"{blocked}\"");
            line(out, &format!("okno_csp_reports_total{{{labels}}}"), count);
        }
        out.push_str("# TYPE okno_csp_reports_unread_total counter\n");
        line(out, "okno_csp_reports_unread_total", unread);
    }
}

fn line(out: &mut String, name: &str, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    writeln!(out, "{name} {value}").unwrap_or_default();
}

/// A request under way.
#[derive(Debug)]
pub struct UnderWay<'a>(&'a Meter);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}
