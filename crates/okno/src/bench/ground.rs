//! What the measurements of a run share: their databases, made when first asked for, and how long
//! each may take.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use base::db::Place;
use base::{Fault, Outcome};
use testkit::cluster::{Cluster, Durability};

use super::country::THOUSAND;
use super::report::{Row, Target};
use super::town::Town;

/// The database in the private cluster.
pub(super) const DATABASE: &str = "bench";

/// The ground everything is measured on.
#[derive(Debug)]
pub(super) struct Ground {
    folder: PathBuf,
    /// Seconds of each phase of a measurement.
    pub seconds: f64,
    scale: usize,
    given: Option<String>,
    sqlite: OnceCell<Town>,
    postgres: OnceCell<Option<Town>>,
    cluster: OnceCell<Option<Cluster>>,
}

impl Ground {
    /// An empty ground in a folder of its own.
    pub fn new(scale: usize, seconds: f64, given: Option<String>) -> Outcome<Self> {
        let folder = std::env::temp_dir().join(format!("okno-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self {
            folder,
            seconds,
            scale,
            given,
            sqlite: OnceCell::new(),
            postgres: OnceCell::new(),
            cluster: OnceCell::new(),
        })
    }

    /// A new folder below that of the run.
    pub fn folder(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// The embedded database.
    pub fn sqlite(&self) -> Outcome<&Town> {
        kept(&self.sqlite, || {
            let folder = self.folder("sqlite")?;
            let own = format!("sqlite:{}", folder.join("okno.db").display());
            let url = self.given_for(false).unwrap_or(own);
            self.build(&url, folder, None)
        })
    }

    /// The database on PostgreSQL; nothing when it is not installed.
    pub fn postgres(&self) -> Outcome<Option<&Town>> {
        let town = kept(&self.postgres, || {
            let folder = self.folder("postgres")?;
            if let Some(url) = self.given_for(true) {
                return Ok(Some(self.build(&url, folder, None)?));
            }
            let Some(cluster) = self.cluster()? else { return Ok(None) };
            cluster.sql(&format!("CREATE DATABASE {DATABASE}"))?;
            Ok(Some(self.build(&cluster.url(DATABASE), folder, cluster.postmaster())?))
        })?;
        Ok(town.as_ref())
    }

    /// The private cluster, unless another database was given or PostgreSQL is not installed.
    pub fn cluster(&self) -> Outcome<Option<&Cluster>> {
        if self.given_for(true).is_some() {
            return Ok(None);
        }
        let cluster = kept(&self.cluster, || Ok(Cluster::start(Durability::Full)?))?;
        Ok(cluster.as_ref())
    }

    /// Both databases, or the one there is.
    pub fn both(&self) -> Outcome<Vec<&Town>> {
        Ok([Some(self.sqlite()?), self.postgres()?].into_iter().flatten().collect())
    }

    /// The ground itself as a row of the report: every invariant of what was written.
    pub fn verified(&self, measure: &'static str) -> Outcome<Vec<Row>> {
        let towns = [self.sqlite.get(), self.postgres.get().and_then(Option::as_ref)];
        let row = |town: &Town| {
            let breaches = town.breaches()?;
            let what = format!("broken invariants afterwards, {}", town.engine);
            let beside = breaches.first().map(|x| format!("{}: {}: {}", x.rule, x.says, x.id));
            let row = Row::new(measure, what, breaches.len() as f64, "");
            let beside = beside.unwrap_or_else(|| "okno verify".into());
            Ok(row.target(Target::Exactly(0.0)).beside(beside))
        };
        towns.into_iter().flatten().map(row).collect()
    }

    /// The folder of the run.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    fn given_for(&self, server: bool) -> Option<String> {
        let is_server = |url: &String| matches!(Place::parse(url), Ok(Place::Server(_)));
        self.given.clone().filter(|url| is_server(url) == server)
    }

    fn build(&self, url: &str, folder: PathBuf, postmaster: Option<u32>) -> Outcome<Town> {
        eprintln!("building a country of {} resources …", self.scale * THOUSAND);
        Town::build(url, folder, postmaster, self.scale * THOUSAND)
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("cannot remove {}: {error}", self.folder.display());
        }
    }
}

fn kept<T>(cell: &OnceCell<T>, make: impl FnOnce() -> Outcome<T>) -> Outcome<&T> {
    if cell.get().is_none() && cell.set(make()?).is_err() {
        return Err(Fault::new("a part of the ground was made twice").into());
    }
    cell.get().ok_or_else(|| Fault::new("a part of the ground was not kept").into())
}
