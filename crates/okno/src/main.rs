//! `okno`: the portal as one program. Server, worker and every administrative act are sub-commands.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks to a terminal"
)]

mod accounts;
mod bench;
mod demo;
mod import;
mod keys;
mod node;
mod openings;
mod serve;
mod ticket;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use base::config::Config;
use base::db::Place;
use base::{Actor, Chance, Channel, Clock, Cx, Db, Outcome};
use clap::{Args, Parser, Subcommand};

/// Okno: citizens book appointments with public bodies, and the bodies receive them.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Import places, services and organisations.
#[derive(Debug, Args)]
struct Import {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    what: import::ImportArgs,
}

impl Import {
    fn run(self) -> Outcome<ExitCode> {
        let (_, db) = self.settings.open()?;
        import::run(self.what, &db, &Clock::system(), |tx, timetables| {
            let cx = Cx::new(&Clock::system(), &Chance::os(), Actor::Engineer, Channel::Cli);
            demo::keep(tx, &cx, timetables)
        })
    }
}

/// Where the configuration is.
#[derive(Clone, Debug, Args)]
struct Settings {
    /// Configuration file (TOML); every key can also be set as OKNO_KEY
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of the embedded database and the keys
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Another database: sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the portal with an embedded database and realistic, made-up data
    Demo(demo::Demo),
    /// Run the portal
    Serve(serve::Serve),
    /// Bring the database's schema up to date
    Migrate(Settings),
    /// Import places, services and organisations
    Import(Import),
    /// Add accounts, change their level, make tokens
    Accounts(accounts::Accounts),
    /// Announce, list and end openings of bookings; check a lottery
    Openings(openings::Openings),
    /// Check every invariant of the live database; exit 1 with the offending ids
    Verify(verify::Verify),
    /// Measure the portal beside its physical limits
    Bench(bench::Bench),
    /// The server that does nothing, beside which the portal is measured
    #[command(hide = true)]
    BareServer(bench::BareServer),
    /// Check a ticket's QR code without a network
    Ticket(ticket::Ticket),
    /// Print the description of the HTTP API (OpenAPI 3.1)
    Openapi,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("okno: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Outcome<ExitCode> {
    match command {
        Command::Demo(demo) => demo.run(),
        Command::Serve(serve) => serve.run(),
        Command::Migrate(settings) => migrate(&settings),
        Command::Import(import) => import.run(),
        Command::Accounts(accounts) => accounts.run(),
        Command::Openings(openings) => openings.run(),
        Command::Verify(verify) => verify.run(),
        Command::Bench(bench) => bench.run(),
        Command::BareServer(bare) => bare.run(),
        Command::Ticket(ticket) => ticket.run(),
        Command::Openapi => {
            print!("{}", web::api::openapi_json());
            Ok(ExitCode::SUCCESS)
        }
    }
}

impl Settings {
    /// The configuration: the file, then the environment, then the options of the command.
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    fn config(&self) -> Outcome<Config> {
        let data = self.data.as_ref().map(|x| x.display().to_string());
        let given = [("OKNO_DATA", data), ("OKNO_DATABASE", self.database.clone())];
        let given = given.into_iter().filter_map(|(name, x)| Some((name.to_owned(), x?)));
        Ok(Config::load(self.config.as_deref(), std::env::vars().chain(given))?)
    }

    /// The configuration and its database, with the schema brought up to date.
    fn open(&self) -> Outcome<(Config, Db)> {
        let config = self.config()?;
        let db = open(&config)?;
        Ok((config, db))
    }
}

/// Opens the database of `config` and brings its schema up to date.
fn open(config: &Config) -> Outcome<Db> {
    let place = Place::parse(&config.database)?;
    if let Place::File(path) = &place
        && let Some(folder) = path.parent().filter(|x| !x.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)?;
    }
    let db = Db::open(&place)?;
    db.migrate(rooms::MIGRATIONS)?;
    Ok(db)
}

fn migrate(settings: &Settings) -> Outcome<ExitCode> {
    let db = Db::open(&Place::parse(&settings.config()?.database)?)?;
    let applied = db.migrate(rooms::MIGRATIONS)?;
    match applied.as_slice() {
        [] => println!("the schema is up to date"),
        steps => println!("applied: {}", steps.join(", ")),
    }
    Ok(ExitCode::SUCCESS)
}

/// Log lines on stderr; `OKNO_LOG` chooses how many, as `info` or `okno=debug`.
#[allow(clippy::disallowed_methods, reason = "the log's filter is not part of the configuration")]
fn telemetry(config: &Config) {
    let filter = std::env::var("OKNO_LOG").unwrap_or_else(|_unset| "warn".into());
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let set = if config.log_json { lines.json().try_init() } else { lines.try_init() };
    if set.is_err() {
        eprintln!("okno: the log is set up already");
    }
}
