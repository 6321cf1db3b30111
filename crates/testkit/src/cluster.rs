//! A private PostgreSQL cluster: started from the installed programs, reached through a socket in
//! its own folder, gone with the process that started it, in whatever way that ends.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use base::Fault;

/// Whether what is committed must survive a power failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// `fsync=off`: for tests, which throw the data away.
    None,
    /// As a server in earnest: for measurements.
    Full,
}

/// A running cluster; dropping it ends it.
#[derive(Debug)]
pub struct Cluster {
    dir: PathBuf,
    bin: PathBuf,
    /// Ends the server and removes the folder when its standard input closes. A line starts a server
    /// that has died again.
    keeper: Child,
}

/// `$1` binaries, `$2` folder, `$3` fsync, `$4` a prefix that leaves root behind.
const KEEPER: &str = r#"
set -e
cd /
$4 "$1/initdb" -D "$2/data" -U okno -A trust -E UTF8 --no-locale --no-sync >"$2/log" 2>&1
echo "listen_addresses = ''" >>"$2/data/postgresql.conf"
bin=$1 dir=$2 fsync=$3 as=$4
start() {
  $as "$bin/postgres" -D "$dir/data" -k "$dir" -c fsync=$fsync \
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
    /// Starts a cluster; nothing when PostgreSQL is not installed.
    ///
    /// # Errors
    /// A fault when a program fails or the server does not answer within a minute.
    pub fn start(durability: Durability) -> Result<Option<Self>, Fault> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let Some(bin) = binaries() else { return Ok(None) };
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("okno-pg-{}-{number}", std::process::id());
        let dir = std::env::temp_dir().join(name);
        let cannot = |error: io::Error| Fault::of("cannot start PostgreSQL", error);
        std::fs::create_dir_all(&dir).map_err(cannot)?;
        let fsync = if durability == Durability::Full { "on" } else { "off" };
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .args([bin.as_os_str(), dir.as_os_str(), fsync.as_ref(), prefix(&dir)?.as_ref()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .map_err(cannot)?;
        let cluster = Self { dir, bin, keeper };
        cluster.wait()?;
        Ok(Some(cluster))
    }

    /// Starts a server that was killed again, and waits until it answers.
    ///
    /// # Errors
    /// A fault when it does not answer within a minute.
    pub fn revive(&mut self) -> Result<(), Fault> {
        let told = self.keeper.stdin.as_mut().map(|x| writeln!(x));
        told.transpose().map_err(|error| Fault::of("nobody keeps the server", error))?;
        self.wait()
    }

    /// Has the server listen at an address of this machine as well, where it talks to nobody without
    /// encryption; gives that address.
    ///
    /// # Errors
    /// A fault when the server does not start again.
    pub fn encrypt(&mut self, certificate: &[u8], key: &[u8]) -> Result<IpAddr, Fault> {
        let cannot = |error: io::Error| Fault::of("cannot write the certificate", error);
        let data = self.dir.join("data");
        // Each process has one of its own, so that all may use the usual port.
        let [_, a, b, c] = std::process::id().to_be_bytes();
        let address = Ipv4Addr::new(127, a | 128, b, c | 1);
        let rules = "local all all trust\nhostssl all all 127.0.0.0/8 trust\n";
        for (name, text) in
            [("server.crt", certificate), ("server.key", key), ("pg_hba.conf", rules.as_bytes())]
        {
            let path = data.join(name);
            std::fs::write(&path, text).map_err(cannot)?;
            std::fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(cannot)?;
            prefix(&path)?;
        }
        self.sql(&format!("ALTER SYSTEM SET listen_addresses = '{address}'"))?;
        self.sql("ALTER SYSTEM SET ssl = on")?;
        let stopped = Command::new("kill")
            .arg("-INT")
            .arg(self.postmaster().unwrap_or(0).to_string())
            .status();
        stopped.map_err(cannot)?;
        self.revive()?;
        Ok(address.into())
    }

    /// The address of one of its databases.
    pub fn url(&self, name: &str) -> String {
        let host: String = self.dir.to_string_lossy().replace('/', "%2F");
        format!("postgresql://okno@{host}/{name}")
    }

    /// The socket at which it listens.
    pub(crate) fn socket(&self) -> PathBuf {
        self.dir.join(".s.PGSQL.5432")
    }

    /// An installed program of PostgreSQL that is to talk to this cluster as its owner.
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        command.args(["-U", "okno", "-h"]).arg(&self.dir);
        command
    }

    /// The process that all its processes descend from.
    pub fn postmaster(&self) -> Option<u32> {
        let file = std::fs::read_to_string(self.dir.join("data/postmaster.pid")).ok()?;
        file.lines().next()?.trim().parse().ok()
    }

    /// Runs a statement outside of any of our databases.
    ///
    /// # Errors
    /// A fault with what `psql` said.
    pub fn sql(&self, sql: &str) -> Result<(), Fault> {
        let output = self.psql(sql)?;
        let said = || Fault::new(format!("{sql}: {}", String::from_utf8_lossy(&output.stderr)));
        output.status.success().then_some(()).ok_or_else(said)
    }

    /// Waits until nobody is connected to a database: only then it can be copied.
    ///
    /// # Errors
    /// A fault when it stays in use.
    pub fn until_unused(&self, name: &str) -> Result<(), Fault> {
        let sql = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'");
        let late = || Fault::new(format!("{name} stays in use"));
        until(|| Ok(self.psql(&sql)?.stdout == b"0\n"), late)
    }

    fn psql(&self, sql: &str) -> Result<Output, Fault> {
        self.program("psql")
            .args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-c", sql])
            .output()
            .map_err(|error| Fault::of("cannot run psql", error))
    }

    fn wait(&self) -> Result<(), Fault> {
        let log = || std::fs::read_to_string(self.dir.join("log")).unwrap_or_default();
        let late = || Fault::new(format!("PostgreSQL did not start: {}", log()));
        until(|| Ok(self.psql("SELECT 1")?.status.success()), late)
    }
}

fn until(
    mut true_yet: impl FnMut() -> Result<bool, Fault>,
    late: impl Fn() -> Fault,
) -> Result<(), Fault> {
    let began = Instant::now();
    while !true_yet()? {
        if began.elapsed() > Duration::from_secs(60) {
            return Err(late());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// PostgreSQL refuses to run as root: then the folder is given to its own user.
fn prefix(dir: &Path) -> Result<&'static str, Fault> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|x| x.stdout == b"0\n");
    if !root {
        return Ok("");
    }
    let owned = Command::new("chown").arg("postgres").arg(dir).status();
    if !owned.is_ok_and(|x| x.success()) {
        return Err(Fault::new(format!("cannot give {} to the user postgres", dir.display())));
    }
    Ok("setpriv --reuid=postgres --regid=postgres --clear-groups")
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
