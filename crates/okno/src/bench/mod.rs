//! `okno bench`: each measurement beside its ceiling, in the same run on the same machine, so that
//! the ratio means something on a noisy one.
//!
//! What is measured is a real server: a child process of this program, on a database of its own,
//! under load from this process over loopback sockets. What an answer costs is the processor time
//! of that child (and of the database's processes), which the load beside it does not distort.

mod country;
mod drive;
mod floor;
mod ground;
mod hist;
mod http;
mod load;
mod overload;
mod process;
mod race;
mod reads;
mod report;
mod signins;
mod size;
mod strangers;
mod town;
mod waiting;
mod writes;
mod yard;

use std::path::PathBuf;
use std::process::ExitCode;

use base::Outcome;
use clap::Args;

use ground::Ground;
use report::{Report, Row};

/// Measure the portal beside its physical limits.
///
/// Starts servers of its own on free loopback ports, on databases of its own, and removes them
/// afterwards; nothing of an existing portal is touched. The parts on PostgreSQL run when its
/// programs are installed. Needs Linux for processor time and memory.
#[derive(Debug, Args)]
#[command(after_help = MEASURES_HELP)]
pub(crate) struct Bench {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Only measurements whose name contains this, or one of these, divided by commas
    #[arg(long, value_name = "PATTERN", value_delimiter = ',', value_parser = known)]
    only: Vec<String>,
    /// Thousands of resources in the country: 1, 10 or 100
    #[arg(long, default_value_t = 1, value_parser = scale)]
    scale: usize,
    /// Seconds of each phase of a measurement
    #[arg(long, default_value_t = 5.0, value_name = "SECONDS", value_parser = seconds)]
    seconds: f64,
    /// Measure on this empty database instead of one of its own kind made for the run
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Replace the section between the marks of this document by the results of all measurements
    #[arg(long, value_name = "FILE", conflicts_with = "only")]
    report: Option<PathBuf>,
}

fn scale(text: &str) -> Result<usize, String> {
    let known = ["1", "10", "100"].contains(&text);
    text.parse().ok().filter(|_| known).ok_or_else(|| "1, 10 or 100".into())
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|x: &f64| x.is_finite() && *x > 0.0);
    seconds.ok_or_else(|| "a number above 0".into())
}

fn known(text: &str) -> Result<String, String> {
    let names = MEASURES.map(|x| x.0);
    let any = !text.is_empty() && names.iter().any(|name| name.contains(text));
    any.then(|| text.to_owned()).ok_or_else(|| format!("one of {}", names.join(", ")))
}

/// A measurement: its name and how it is made.
type Measure = (&'static str, fn(&Ground) -> Outcome<Vec<Row>>);

/// All measurements, in the order of the report.
const MEASURES: [Measure; 15] = [
    ("slots", reads::slots_of_one),
    ("slots-site", reads::slots_of_a_site),
    ("soonest", reads::soonest),
    ("page", reads::page),
    ("booking", writes::booking),
    ("claims", writes::claims),
    ("claims-pg", writes::claims_on_postgres),
    ("race", race::five_hundred),
    ("rush", race::ten_thousand),
    ("waiting", waiting::waiting),
    ("overload", overload::overload),
    ("signins", signins::signins),
    ("strangers", strangers::strangers),
    ("growth", size::growth),
    ("idle", size::idle),
];

/// Those after which the invariants are asked for.
const WRITING: [&str; 8] =
    ["booking", "claims", "claims-pg", "race", "rush", "waiting", "overload", "signins"];

const MEASURES_HELP: &str = "Measurements: slots, slots-site, soonest, page, booking, claims, \
    claims-pg, race, rush, waiting, overload, signins, strangers, growth, idle.\nExit code 1 \
    when a target was missed or nothing was measured.";

impl Bench {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        if !process::is_known() {
            eprintln!("this system does not tell processor time and memory: they are given as 0");
        }
        // Before the long time that measuring takes.
        self.report.as_deref().map(report::parts).transpose()?;
        let ground = Ground::new(self.scale, self.seconds, self.database.clone())?;
        let mut report = Report::begin(self.scale);
        let wanted =
            |name: &str| self.only.is_empty() || self.only.iter().any(|x| name.contains(x));
        for (name, measure) in MEASURES.into_iter().filter(|x| wanted(x.0)) {
            eprintln!("measuring {name} …");
            let mut rows = measure(&ground)?;
            if rows.is_empty() {
                eprintln!("{name} is left out: PostgreSQL is not installed");
            }
            if WRITING.contains(&name) {
                rows.extend(ground.verified(name)?);
            }
            if !self.json {
                rows.iter().for_each(|x| println!("{}", x.line()));
            }
            report.rows.extend(rows);
        }
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        }
        if let Some(path) = &self.report {
            report.replace_in(path)?;
        }
        let met = report.met() && !report.rows.is_empty();
        Ok(if met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// A server that does nothing: the ceiling of `okno bench`.
#[derive(Debug, Args)]
pub(crate) struct BareServer {
    /// Bytes of an answer
    size: usize,
}

impl BareServer {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let listener = web::server::listen(([127, 0, 0, 1], 0).into())?;
            println!("listening on http://{}", listener.local_addr()?);
            web::bench::serve_bare(listener, self.size).await?;
            Ok(ExitCode::SUCCESS)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_measure_nothing_is_refused() {
        assert_eq!(known("claims").as_deref(), Ok("claims"));
        assert!(["", "nix", "claims,nix"].iter().all(|x| known(x).is_err()));
        assert_eq!(seconds("0.5"), Ok(0.5));
        assert!(["0", "-1", "NaN", "inf", "x"].iter().all(|x| seconds(x).is_err()));
    }

    #[test]
    fn the_help_names_every_measurement() {
        for (name, _) in MEASURES {
            assert!(MEASURES_HELP.contains(&format!(" {name}")), "{name}");
        }
        assert!(WRITING.iter().all(|x| MEASURES.iter().any(|(name, _)| name == x)));
    }
}
