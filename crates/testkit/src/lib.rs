//! For tests: both engines. A private PostgreSQL cluster is started from the installed binaries,
//! lives as long as the test process, and leaves nothing behind.
//!
//! A missing program is said loudly on stderr; with `OKNO_REQUIRE_TOOLS=1` it fails the test.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test helper may stop the test, speak, and wait by the clock"
)]

pub mod authenticator;
pub mod canary;
pub mod cluster;
pub mod jwk;
pub mod openssl;
pub mod proxy;

pub use authenticator::{Authenticator, Play, Signed};
pub use jwk::SiteKey;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use base::db::{Migration, Place};
use base::vault::{Ring, Secret};
use base::{Chance, Db, Fault, Outcome, Tx, Vault, args, outbox};
use cluster::{Cluster, Durability};
use serde_json::Value;

/// A folder that is removed when dropped.
#[derive(Debug)]
pub struct TempDir(PathBuf);

impl TempDir {
    /// A new empty folder.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("okno-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for TempDir {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("cannot remove {}: {error}", self.0.display());
        }
    }
}

/// A vault whose keys are made of `bits`; that of all databases of tests is `vault(1)`.
pub fn vault(bits: u8) -> Vault {
    vault_with(bits, &[1])
}

/// [`vault`] with these index keys; number 1 is that of [`vault`].
pub fn vault_with(bits: u8, indexes: &[u8]) -> Vault {
    let ring = Ring::new([(1, Secret::new([bits; 32]))], &Chance::os()).unwrap();
    let key = |number: &u8| (u32::from(*number), Secret::new([bits + number - 1; 32]));
    let indexes: BTreeMap<u32, Secret> = indexes.iter().map(key).collect();
    Vault::new(ring, indexes, Chance::os()).unwrap()
}

/// Opens a database with the vault of tests.
pub fn open(place: &Place) -> Result<Db, Fault> {
    Db::open(place, vault(1))
}

/// The events of all letters in the outbox and what they say, open and private together; the newest
/// first.
pub fn letters(tx: &mut Tx<'_>) -> Outcome<Vec<(String, Value)>> {
    let letters = tx.all(
        "SELECT id, event, payload, person_id, private FROM outbox
         ORDER BY created_at DESC, id DESC",
        args![],
        |r| {
            let sealed: (Option<String>, Option<Vec<u8>>) = (r.get(3)?, r.get(4)?);
            Ok((r.get::<String>(0)?, r.get(1)?, r.get::<String>(2)?, sealed))
        },
    )?;
    let mut read = Vec::new();
    for (id, event, open, sealed) in letters {
        let mut says: Value = serde_json::from_str(&open)?;
        if let (Some(person), Some(sealed)) = sealed {
            let private: Value = tx.key(&person)?.open_json(outbox::private(&id), &sealed)?;
            let private = private.as_object().cloned().unwrap_or_default();
            says.as_object_mut().unwrap().extend(private);
        }
        read.push((event, says));
    }
    Ok(read)
}

/// Runs `test` with an empty database of each engine, to be migrated by the test.
pub fn each_empty(mut test: impl FnMut(&Place, Db)) {
    let dir = TempDir::new();
    let place = Place::File(dir.path().join("okno.db"));
    eprintln!("— on SQLite");
    test(&place, open(&place).unwrap());
    if let Some(server) = Server::start() {
        eprintln!("— on PostgreSQL");
        let place = Place::Server(server.url());
        test(&place, open(&place).unwrap());
    }
}

/// Runs `test` with a fresh, migrated database of each engine.
pub fn each_engine(migrations: &'static [Migration], mut test: impl FnMut(Db)) {
    let dir = TempDir::new();
    let db = open(&Place::File(dir.path().join("okno.db"))).unwrap();
    db.migrate(migrations).unwrap();
    eprintln!("— on SQLite");
    test(db);
    if let Some(url) = postgres(migrations) {
        eprintln!("— on PostgreSQL");
        test(open(&Place::Server(url)).unwrap());
    }
}

/// A fresh, migrated SQLite database and the folder that must outlive it.
pub fn sqlite(migrations: &'static [Migration]) -> (Db, TempDir) {
    let dir = TempDir::new();
    let db = open(&Place::File(dir.path().join("okno.db"))).unwrap();
    db.migrate(migrations).unwrap();
    (db, dir)
}

/// The address of a fresh, migrated database in the private cluster; `None` without PostgreSQL.
pub fn postgres(migrations: &'static [Migration]) -> Option<String> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let cluster = CLUSTER.get_or_init(|| with_template(migrations)).as_ref()?;
    let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
    cluster.sql(&format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}")).unwrap();
    Some(cluster.url(&name))
}

/// A PostgreSQL server of one's own, for tests that take it away.
#[derive(Debug)]
pub struct Server(Cluster);

impl Server {
    /// Starts one with an empty database; `None` without PostgreSQL.
    pub fn start() -> Option<Self> {
        let server = Self(started()?);
        server.0.sql("CREATE DATABASE okno").unwrap();
        Some(server)
    }

    /// The address of its database.
    pub fn url(&self) -> String {
        self.0.url("okno")
    }

    /// A way to it, and the address of its database along that way. A connection may take a second.
    pub fn proxy(&self) -> (proxy::Proxy, String) {
        let proxy = proxy::Proxy::to(self.0.socket());
        let url = format!("postgresql://okno@{}/okno?connect_timeout=1", proxy.address());
        (proxy, url)
    }

    /// Has it listen at an address of this machine as well, where it talks to nobody without encryption; gives
    /// that address.
    pub fn encrypt(&mut self, certificate: &[u8], key: &[u8]) -> std::net::IpAddr {
        self.0.encrypt(certificate, key).unwrap()
    }

    /// Ends it as the system does that has no memory left: no process of it may tidy up. It comes
    /// back with [`Server::revive`].
    pub fn kill(&self) {
        let pid = self.0.postmaster().unwrap().to_string();
        let killed = Command::new("kill").args(["-KILL", &pid]).status().unwrap();
        assert!(killed.success(), "cannot kill PostgreSQL ({pid})");
    }

    /// Starts it again on its data, and waits until it answers.
    pub fn revive(&mut self) {
        self.0.revive().unwrap();
    }
}

/// The migrated database that every test gets a copy of.
const TEMPLATE: &str = "okno_template";

fn with_template(migrations: &'static [Migration]) -> Option<Cluster> {
    let cluster = started()?;
    cluster.sql(&format!("CREATE DATABASE {TEMPLATE}")).unwrap();
    let db = open(&Place::Server(cluster.url(TEMPLATE))).unwrap();
    db.migrate(migrations).unwrap();
    drop(db);
    cluster.until_unused(TEMPLATE).unwrap();
    Some(cluster)
}

fn started() -> Option<Cluster> {
    let cluster = Cluster::start(Durability::None).unwrap();
    if cluster.is_none() {
        missing("PostgreSQL (initdb, postgres)");
    }
    cluster
}

/// Says that a program is missing; fails the test when tools are required.
pub fn missing(program: &str) {
    eprintln!("SKIPPED: {program} is not installed; this test did not run with it");
    assert!(
        std::env::var_os("OKNO_REQUIRE_TOOLS").is_none(),
        "{program} is required (OKNO_REQUIRE_TOOLS is set) but not installed"
    );
}

/// Whether `program` can be found on the path; says so loudly when not.
pub fn has(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&paths).any(|dir| dir.join(program).is_file());
    if !found {
        missing(program);
    }
    found
}
