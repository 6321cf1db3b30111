//! Child processes, and what Linux tells about them in `/proc`.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use base::{Fault, Outcome};

/// Ticks a second in `/proc/…/stat`: on every Linux.
const TICKS: f64 = 100.0;

/// This program as a server of its own; killed when dropped.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it tells its metrics, when it does.
    pub ops: Option<SocketAddr>,
    /// From the start of the process until it listened.
    pub took: Duration,
    /// Processes of the database that work for it.
    postmaster: Option<u32>,
    /// Kept open: it may go on to speak.
    _said: BufReader<ChildStdout>,
}

impl Server {
    /// `okno serve` on a database.
    pub fn portal(data: &Path, database: &str, postmaster: Option<u32>) -> Outcome<Self> {
        let mut command = okno()?;
        command.arg("serve").arg("--data").arg(data).args(["--database", database]);
        command.env("OKNO_LISTEN", "127.0.0.1:0");
        // Few people stand for many.
        command.env("OKNO_HOLDS_A_MINUTE", "0");
        // A port that was free a moment ago: this listener does not say which one it got.
        let ops = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        command.env("OKNO_LISTEN_OPS", ops.to_string());
        let mut server = Self::start(command)?;
        (server.postmaster, server.ops) = (postmaster, Some(ops));
        Ok(server)
    }

    /// `okno demo` in a folder.
    pub fn demo(data: &Path) -> Outcome<Self> {
        let mut command = okno()?;
        command.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(data);
        Self::start(command)
    }

    /// A server that answers `size` bytes and does nothing else.
    pub fn bare(size: usize) -> Outcome<Self> {
        let mut command = okno()?;
        command.args(["bare-server", &size.to_string()]);
        Self::start(command)
    }

    #[allow(clippy::disallowed_methods, reason = "a stop watch of measurements")]
    fn start(mut command: Command) -> Outcome<Self> {
        let began = Instant::now();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let silent = || Fault::new("a server that was started to be measured did not listen");
        let mut said = BufReader::new(child.stdout.take().ok_or_else(silent)?);
        let mut line = String::new();
        let address = loop {
            line.clear();
            if said.read_line(&mut line)? == 0 {
                return Err(silent().into());
            }
            if let Some(address) = line.trim().strip_prefix("listening on http://") {
                break address.parse().map_err(|error| Fault::of("no address", error))?;
            }
        };
        let took = began.elapsed();
        Ok(Self { child, address, ops: None, took, postmaster: None, _said: said })
    }

    /// Seconds of processor time that the server and its database have taken.
    pub fn cpu(&self) -> f64 {
        let database = self.postmaster.map_or(0.0, with_children);
        times(self.child.id()).map_or(0.0, |x| x.own) + database
    }

    /// The most memory it has had, in MB.
    pub fn peak(&self) -> f64 {
        self.memory("VmHWM:")
    }

    /// The memory it has now, in MB.
    pub fn resident(&self) -> f64 {
        self.memory("VmRSS:")
    }

    fn memory(&self, name: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|x| x.strip_prefix(name)).unwrap_or_default();
        let kilobytes = line.split_whitespace().next().and_then(|x| x.parse::<f64>().ok());
        kilobytes.unwrap_or(0.0) / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            tracing::warn!("a measured server did not end: {error}");
        }
    }
}

/// This program, free of the settings of whoever runs it but for how much is logged.
fn okno() -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    let own = std::env::vars_os().map(|x| x.0).filter(|x| x != "OKNO_LOG");
    for name in own.filter(|x| x.to_string_lossy().starts_with("OKNO_")) {
        command.env_remove(name);
    }
    Ok(command)
}

/// Seconds of processor time.
struct Times {
    parent: u32,
    own: f64,
    /// Of children that have ended.
    ended: f64,
}

fn times(pid: u32) -> Option<Times> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |i: usize| fields.get(i)?.parse::<f64>().ok();
    let own = (ticks(11)? + ticks(12)?) / TICKS;
    let ended = (ticks(13)? + ticks(14)?) / TICKS;
    Some(Times { parent: fields.get(1)?.parse().ok()?, own, ended })
}

fn with_children(parent: u32) -> f64 {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let all = all.filter_map(|x| times(x.file_name().to_str()?.parse().ok()?));
    let children: f64 = all.filter(|x| x.parent == parent).map(|x| x.own).sum();
    children + times(parent).map_or(0.0, |x| x.own + x.ended)
}

/// Seconds of processor time that this process and a database have taken.
pub(super) fn spent(postmaster: Option<u32>) -> f64 {
    let own = times(std::process::id()).map_or(0.0, |x| x.own);
    own + postmaster.map_or(0.0, with_children)
}

/// Whether this system tells what processes take.
pub(super) fn is_known() -> bool {
    times(std::process::id()).is_some()
}
