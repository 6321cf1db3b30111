//! `okno import …`: brings reference data in from files.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base::{Clock, Db, Fault, Outcome, Tx};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rooms::offices::Timetables;
use rooms::places::Report;
use rooms::trail::{Command, Done};
use rooms::{catalogue, offices, places};

use crate::noted::commanded;

/// Exit code when something came in and something did not.
const SOME_FAULTY: u8 = 3;

/// Brings reference data in from files. An import can be repeated: what is there already is
/// recognised, and only what differs is written.
#[derive(Args, Debug)]
pub struct ImportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// Regions and localities: the open tables of the address register, or a plain table (CSV).
    ///
    /// A faulty row is listed on stderr with its line and reason, and the others come in. Exit
    /// code: 0 when every row came in, 3 when any was faulty, 1 when the import could not be done.
    Places {
        /// Table of cities.
        #[arg(long, value_name = "FILE", required_unless_present_any = ["regions", "plain"])]
        cities: Option<PathBuf>,
        /// Table of regions; read before the cities.
        #[arg(long, value_name = "FILE")]
        regions: Option<PathBuf>,
        /// Plain table: region,name,name_en,kind,zone,lat,lon,population,postal; read last.
        #[arg(long, value_name = "FILE")]
        plain: Option<PathBuf>,
    },
    /// Categories, services, life situations, synonyms and help (TOML); all or nothing.
    Catalogue {
        /// The file.
        file: PathBuf,
    },
    /// Organisations with their sites, resources and opening hours (TOML); all or nothing.
    Organizations {
        /// The file.
        file: PathBuf,
    },
}

/// Saves the timetables of a file; handed in, because it needs the circumstances of an act.
pub type Keep = fn(&mut Tx<'_>, &Timetables) -> Outcome<()>;

/// Runs the import; the summary goes to stdout, faulty rows and the progress to stderr.
///
/// # Errors
/// A fault when a file cannot be read or the database refuses; the refusal of what is invalid.
pub fn run(args: ImportArgs, db: &Db, clock: &Clock, keep: Keep) -> Outcome<ExitCode> {
    // A database that has never been served has no regions yet.
    db.write_wait(places::seed_regions)?;
    let today = clock.now().in_zone(&TimeZone::UTC).date();
    match args.what {
        What::Places { cities, regions, plain } => {
            import_places(db, clock, [regions, cities, plain])
        }
        What::Catalogue { file } => import_catalogue(db, &text(&file)?, today),
        What::Organizations { file } => import_organizations(db, &text(&file)?, today, keep),
    }
}

/// Imports the tables that were named: regions, cities, plain.
fn import_places(
    db: &Db,
    clock: &Clock,
    [regions, cities, plain]: [Option<PathBuf>; 3],
) -> Outcome<ExitCode> {
    for path in [&regions, &cities, &plain].into_iter().flatten() {
        File::open(path).map_err(|error| cannot(path, error))?;
    }
    // The rows come in many transactions: the entry comes before the first.
    commanded(db, Command::ImportPlaces, |_, _| Ok(((), Done::something())))?;
    let mut faulty = 0;
    if let Some(path) = regions {
        faulty += table("regions", &path, |file, bar| {
            places::import_regions(db, bar.wrap_read(file), || bar.tick())
        })?;
    }
    if let Some(path) = cities {
        faulty += table("localities", &path, |file, bar| {
            places::import_localities(db, clock.now(), bar.wrap_read(file), || bar.tick())
        })?;
    }
    if let Some(path) = plain {
        faulty += table("localities", &path, |file, bar| {
            places::import_plain(db, bar.wrap_read(file), || bar.tick())
        })?;
    }
    Ok(if faulty == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_FAULTY) })
}

/// Imports one table under a progress bar; gives the number of faulty rows.
fn table(
    what: &str,
    path: &Path,
    import: impl FnOnce(File, &ProgressBar) -> Outcome<Report>,
) -> Outcome<usize> {
    let file = File::open(path).map_err(|error| cannot(path, error))?;
    let bar = ProgressBar::new(file.metadata()?.len());
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {eta}") {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    let report = import(file, &bar)?;
    bar.finish_and_clear();
    for row in &report.faulty {
        eprintln!("{}:{}: {}", path.display(), row.line, row.reason);
    }
    let Report { read, new, changed, same, faulty } = report;
    let faulty = faulty.len();
    say(&format!(
        "{what}: {read} rows, {new} new, {changed} changed, {same} the same, {faulty} faulty"
    ));
    Ok(faulty)
}

fn import_catalogue(db: &Db, text: &str, today: Date) -> Outcome<ExitCode> {
    let sheet = catalogue::Sheet::parse(text, today)?;
    let summary = format!(
        "{} categories, {} services, {} situations, {} groups of synonyms, {} topics of help",
        sheet.categories.len(),
        sheet.services.len(),
        sheet.situations.len(),
        sheet.synonyms.len(),
        sheet.help.len()
    );
    commanded(db, Command::ImportCatalogue, move |tx, _| {
        catalogue::save_sheet(tx, &sheet)?;
        Ok(((), Done::something()))
    })?;
    say(&summary);
    Ok(ExitCode::SUCCESS)
}

fn import_organizations(db: &Db, text: &str, today: Date, keep: Keep) -> Outcome<ExitCode> {
    let (places, known) = db.read_wait(|tx| Ok((places::load(tx)?, catalogue::load(tx)?)))?;
    let sheet = offices::Sheet::parse(text, &places, &known, today)?;
    let summary = format!(
        "{} organizations, {} sites, {} resources",
        sheet.organizations.len(),
        sheet.sites.len(),
        sheet.resources.len()
    );
    commanded(db, Command::ImportOrganizations, move |tx, _| {
        offices::save_sheet(tx, &sheet)?;
        keep(tx, &sheet.timetables)?;
        Ok(((), Done::something()))
    })?;
    say(&summary);
    Ok(ExitCode::SUCCESS)
}

fn text(path: &Path) -> Outcome<String> {
    let mut text = String::new();
    let mut file = File::open(path).map_err(|error| cannot(path, error))?;
    file.read_to_string(&mut text).map_err(|error| cannot(path, error))?;
    Ok(text)
}

fn cannot(path: &Path, error: std::io::Error) -> Fault {
    Fault::of(format!("cannot read {}", path.display()), error)
}

#[allow(clippy::print_stdout, reason = "the summary is this command's answer")]
fn say(summary: &str) {
    println!("{summary}");
}
