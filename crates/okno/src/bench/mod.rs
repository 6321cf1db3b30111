//! `okno bench`: each measurement beside its ceiling, in the same run on the same machine, so that
//! the ratio means something on a noisy one.

mod measure;
mod town;

use std::process::ExitCode;

use base::Outcome;
use clap::Args;
use serde::Serialize;

/// Measure the portal beside its physical limits; prints a table.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Measure on this database instead of a fresh SQLite file; it must be empty
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Rounds of each measurement
    #[arg(long, default_value_t = 400, value_name = "COUNT")]
    rounds: usize,
}

/// One measurement and its ceiling, in microseconds an operation.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    /// What was done.
    pub what: &'static str,
    /// Middle and 99th percentile.
    pub p50: f64,
    /// The slowest of a hundred.
    pub p99: f64,
    /// What it is compared with.
    pub ceiling: &'static str,
    /// Middle of the ceiling.
    pub limit: f64,
}

impl Figure {
    /// Share of the ceiling's rate that is reached.
    fn ratio(&self) -> f64 {
        self.limit / self.p50
    }
}

impl Bench {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let folder = std::env::temp_dir().join(format!("okno-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let file = format!("sqlite:{}", folder.join("okno.db").display());
        let url = self.database.clone().unwrap_or(file);
        let figures = town::Town::build(&url).and_then(|town| measure::all(&town, self.rounds));
        std::fs::remove_dir_all(&folder)?;
        let figures = figures?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&figures)?);
            return Ok(ExitCode::SUCCESS);
        }
        println!(
            "{:44} {:>10} {:>10} {:>10} {:>7}  ceiling",
            "", "p50 µs", "p99 µs", "limit µs", "ratio"
        );
        for figure in figures {
            println!(
                "{:44} {:>10.1} {:>10.1} {:>10.1} {:>6.0}%  {}",
                figure.what,
                figure.p50,
                figure.p99,
                figure.limit,
                figure.ratio() * 100.0,
                figure.ceiling,
            );
        }
        Ok(ExitCode::SUCCESS)
    }
}
