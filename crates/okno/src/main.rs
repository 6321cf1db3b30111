//! `okno`: the portal as one program. Server, worker and every administrative act are sub-commands.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks to a terminal"
)]

mod accounts;
mod alone;
mod bench;
mod demo;
mod erased;
mod import;
mod keys;
mod node;
mod noted;
mod openings;
mod rotate;
mod serve;
mod simulate;
mod sso;
mod staff;
mod ticket;
mod verify;
mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base::config::Config;
use base::db::Place;
use base::vault::NOBODY;
use base::{Clock, Db, Fault, Outcome};
use clap::{Args, Parser, Subcommand};
use keys::Keys;
use tracing_subscriber::EnvFilter;

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
            demo::keep(tx, &noted::circumstances(), timetables)
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
    /// Change the keys that guard personal data and sign for sites
    #[command(subcommand)]
    Keys(rotate::KeyAct),
    /// Invite those who receive, list and revoke their roles
    Staff(staff::Staff),
    /// Connect sites that let people in through the portal
    Sso(sso::Sso),
    /// Announce, list and end openings of bookings; check a lottery
    Openings(openings::Openings),
    /// Check every invariant of the live database; exit 1 with the offending ids
    Verify(verify::Verify),
    /// Measure the portal beside its physical limits
    Bench(bench::Bench),
    /// Play the world outside: what the portal asks over the network
    #[command(subcommand)]
    Simulate(simulate::Simulate),
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
            eprintln!("okno: {}", words::said(&error));
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
        Command::Keys(act) => act.run(),
        Command::Staff(staff) => staff.run(),
        Command::Sso(sso) => sso.run(),
        Command::Openings(openings) => openings.run(),
        Command::Verify(verify) => verify.run(),
        Command::Bench(bench) => bench.run(),
        Command::Simulate(play) => play.run(),
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

/// Opens the database of `config` with the keys of its folder and brings its schema up to date.
fn open(config: &Config) -> Outcome<Db> {
    let place = Place::parse(&config.database)?;
    if let Place::File(path) = &place
        && let Some(folder) = path.parent().filter(|x| !x.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)?;
    }
    let db = Db::open(&place, Keys::load(&config.data)?.vault)?;
    up_to_date(&db, &config.data)?;
    erased::settle(&config.data, &db)?;
    Ok(db)
}

/// Brings the schema up to date; gives what was applied. Refuses keys that are not this database's.
fn up_to_date(db: &Db, folder: &Path) -> Outcome<Vec<&'static str>> {
    let applied = db.migrate(rooms::MIGRATIONS)?;
    let fits = db.read_wait(|tx| tx.key(NOBODY).map(|_| ()));
    let remedy = || {
        let keys = folder.join("keys.toml");
        format!("{} is not of this database; put back the one it was made with", keys.display())
    };
    fits.map_err(|error| Fault::of(remedy(), error))?;
    db.read_wait(|tx| tx.index_moved())?;
    // What was sealed just now still stands open in freed pages.
    if applied.contains(&"0014_vault_rows") && !applied.contains(&"0001_base") {
        db.scrub()?;
    }
    Ok(applied)
}

fn migrate(settings: &Settings) -> Outcome<ExitCode> {
    let config = settings.config()?;
    let db = Db::open(&Place::parse(&config.database)?, Keys::load(&config.data)?.vault)?;
    let applied = up_to_date(&db, &config.data)?;
    match applied.as_slice() {
        [] => println!("the schema is up to date"),
        steps => println!("applied: {}", steps.join(", ")),
    }
    Ok(ExitCode::SUCCESS)
}

/// Libraries that quote addresses with the secrets of links, or letters, when they say everything.
const TALKATIVE: [&str; 3] = ["tower_http=info", "lettre=info", "ureq=info"];

/// Log lines on stderr; `OKNO_LOG` chooses how many, as `info` or `okno=debug`.
#[allow(clippy::disallowed_methods, reason = "the log's filter is not part of the configuration")]
fn telemetry(config: &Config) {
    let filter = std::env::var("OKNO_LOG").unwrap_or_else(|_unset| "warn".into());
    let quieter = TALKATIVE.into_iter().filter_map(|x| x.parse().ok());
    let filter = quieter.fold(EnvFilter::new(filter), EnvFilter::add_directive);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let set = if config.log_json { lines.json().try_init() } else { lines.try_init() };
    if set.is_err() {
        eprintln!("okno: the log is set up already");
    }
    tracing::debug!(version = env!("CARGO_PKG_VERSION"), "the log begins");
}
