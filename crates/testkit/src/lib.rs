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

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use base::Db;
use base::db::{Migration, Place};

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

/// Runs `test` with a fresh, migrated database of each engine.
pub fn each_engine(migrations: &'static [Migration], mut test: impl FnMut(Db)) {
    let dir = TempDir::new();
    let db = Db::open(&Place::File(dir.path().join("okno.db"))).unwrap();
    db.migrate(migrations).unwrap();
    eprintln!("— on SQLite");
    test(db);
    if let Some(url) = postgres(migrations) {
        eprintln!("— on PostgreSQL");
        test(Db::open(&Place::Server(url)).unwrap());
    }
}

/// A fresh, migrated SQLite database and the folder that must outlive it.
pub fn sqlite(migrations: &'static [Migration]) -> (Db, TempDir) {
    let dir = TempDir::new();
    let db = Db::open(&Place::File(dir.path().join("okno.db"))).unwrap();
    db.migrate(migrations).unwrap();
    (db, dir)
}

/// The address of a fresh, migrated database in the private cluster; `None` without PostgreSQL.
pub fn postgres(migrations: &'static [Migration]) -> Option<String> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let cluster = CLUSTER.get_or_init(|| Cluster::start(migrations)).as_ref()?;
    let name = format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed));
    cluster.sql(&format!("CREATE DATABASE {name} TEMPLATE okno_template"));
    Some(cluster.url(&name))
}

/// A PostgreSQL server of one's own, for tests that take it away.
#[derive(Debug)]
pub struct Server(Cluster);

impl Server {
    /// Starts one with an empty database; `None` without PostgreSQL.
    pub fn start() -> Option<Self> {
        let server = Self(Cluster::bare("own")?);
        server.0.sql("CREATE DATABASE okno");
        Some(server)
    }

    /// The address of its database.
    pub fn url(&self) -> String {
        self.0.url("okno")
    }

    /// Ends it as the system does that has no memory left: no process of it may tidy up. It comes
    /// back with [`Server::revive`].
    pub fn kill(&self) {
        let pid = std::fs::read_to_string(self.0.dir.join("data/postmaster.pid")).unwrap();
        let pid = pid.lines().next().unwrap();
        let killed = Command::new("kill").args(["-KILL", pid]).status().unwrap();
        assert!(killed.success(), "cannot kill PostgreSQL ({pid})");
    }

    /// Starts it again on its data, and waits until it answers.
    pub fn revive(&mut self) {
        writeln!(self.0.keeper.stdin.as_mut().unwrap()).unwrap();
        self.0.wait();
    }
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

#[derive(Debug)]
struct Cluster {
    dir: PathBuf,
    bin: PathBuf,
    /// Ends the server and removes the folder when its standard input closes, that is when this
    /// process ends in whatever way. A line starts a server that has died again.
    keeper: Child,
}

/// `$1` binaries, `$2` folder, `$3` a prefix that leaves root behind.
const KEEPER: &str = r#"
set -e
cd /
$3 "$1/initdb" -D "$2/data" -U okno -A trust -E UTF8 --no-locale --no-sync >"$2/log" 2>&1
bin=$1 dir=$2 as=$3
start() {
  $as "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off \
    -c max_connections=200 -c log_min_messages=error >>"$dir/log" 2>&1 </dev/null &
  server=$!
}
start
while read -r _; do
  # What a killed server leaves behind must end before another may start.
  wait $server || true
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    start
    sleep 0.5
    ! kill -0 $server 2>/dev/null || break
  done
done
kill -INT $server || true
wait $server || true
rm -rf "$dir"
"#;

impl Cluster {
    /// The cluster with the template that tests copy.
    fn start(migrations: &'static [Migration]) -> Option<Self> {
        let cluster = Self::bare("pg")?;
        cluster.sql("CREATE DATABASE okno_template");
        let db = Db::open(&Place::Server(cluster.url("okno_template"))).unwrap();
        db.migrate(migrations).unwrap();
        drop(db);
        cluster.until_unused("okno_template");
        Some(cluster)
    }

    /// A cluster without databases.
    fn bare(name: &str) -> Option<Self> {
        let Some(bin) = binaries() else {
            missing("PostgreSQL (initdb, postgres)");
            return None;
        };
        let dir = std::env::temp_dir().join(format!("okno-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let root = Command::new("id").arg("-u").output().is_ok_and(|x| x.stdout == b"0\n");
        let prefix = if root {
            let owned = Command::new("chown").arg("postgres").arg(&dir).status().unwrap();
            assert!(owned.success(), "cannot give {} to the user postgres", dir.display());
            "setpriv --reuid=postgres --regid=postgres --clear-groups"
        } else {
            ""
        };
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .args([bin.as_os_str(), dir.as_os_str(), prefix.as_ref()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let cluster = Self { dir, bin, keeper };
        cluster.wait();
        Some(cluster)
    }

    fn url(&self, name: &str) -> String {
        let host: String = self.dir.to_string_lossy().replace('/', "%2F");
        format!("postgresql://okno@{host}/{name}")
    }

    fn psql(&self, sql: &str) -> std::process::Output {
        Command::new(self.bin.join("psql"))
            .args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-U", "okno", "-d", "postgres"])
            .args(["-h".as_ref(), self.dir.as_os_str()])
            .args(["-c", sql])
            .output()
            .unwrap()
    }

    fn sql(&self, sql: &str) {
        let output = self.psql(sql);
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn wait(&self) {
        let began = Instant::now();
        while !self.psql("SELECT 1").status.success() {
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "PostgreSQL did not start: {}",
                std::fs::read_to_string(self.dir.join("log")).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// A template can only be copied when nobody is connected to it.
    fn until_unused(&self, name: &str) {
        let sql = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'");
        let began = Instant::now();
        while self.psql(&sql).stdout != b"0\n" {
            assert!(began.elapsed() < Duration::from_secs(30), "{name} stays in use");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The folder of the newest installed server.
fn binaries() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    if let Some(dir) = std::env::var_os("OKNO_TEST_PG_BIN") {
        found.push(dir.into());
    }
    for version in std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten() {
        found.push(version.path().join("bin"));
    }
    found.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    found.into_iter().find(|dir| dir.join("initdb").is_file() && dir.join("postgres").is_file())
}
