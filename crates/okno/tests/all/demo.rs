//! A running portal, and a citizen who talks to it over HTTP.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// `okno demo` or `okno serve` on a free port, killed when dropped.
#[derive(Debug)]
pub struct Demo {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub base: String,
    /// From the start of the process to the line that says it listens.
    pub took: Duration,
    /// Kept open: the program goes on to print its accounts.
    _said: BufReader<ChildStdout>,
}

impl Demo {
    pub fn start(data: &Path) -> Self {
        Self::start_on(data, &[])
    }

    /// With `--database` and its value, or nothing.
    pub fn start_on(data: &Path, database: &[&str]) -> Self {
        Self::started(&mut demo(data, database))
    }

    /// For few who book like many.
    pub fn start_for_load(data: &Path, database: &[&str]) -> Self {
        Self::started(demo(data, database).args(["--holds-a-minute", "0"]))
    }

    /// With everything that any part of the program has to say written to a file.
    pub fn start_talking(data: &Path, database: &[&str], log: &Path) -> Self {
        let log = std::fs::File::create(log).unwrap();
        Self::started(demo(data, database).env("OKNO_LOG", "trace").stderr(log))
    }

    /// One more node on the data of a demo, and on its database.
    pub fn serve_on(data: &Path, database: &[&str]) -> Self {
        let mut node = okno();
        node.env("OKNO_LISTEN", free_address());
        Self::started(node.args(["serve", "--data"]).arg(data).args(database))
    }

    /// One more node on the data of a demo, with a configuration of its own.
    pub fn serve_with(data: &Path, config: &Path, database: &[&str]) -> Self {
        let mut node = okno();
        node.args(["serve", "--data"]).arg(data).arg("--config").arg(config).args(database);
        Self::started(&mut node)
    }

    fn started(command: &mut Command) -> Self {
        let began = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with("listening on ") {
            line.clear();
            assert_ne!(said.read_line(&mut line).unwrap(), 0, "the demo ended before it listened");
        }
        let base = line.trim_start_matches("listening on ").trim().to_owned();
        Self { child, base, took: began.elapsed(), _said: said }
    }

    /// As when the power fails: nothing is finished.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a signal, as `STOP` or `CONT`.
    pub fn signal(&self, name: &str) {
        let (name, pid) = (format!("-{name}"), self.child.id().to_string());
        assert!(Command::new("kill").args([name, pid]).status().unwrap().success());
    }

    /// Whether it still runs.
    pub fn is_up(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Resident memory in MB.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|x| x.strip_prefix("VmRSS:")).unwrap_or_default();
        line.split_whitespace().next().and_then(|x| x.parse::<u64>().ok()).unwrap_or(0) / 1024
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            eprintln!("the demo did not end: {error}");
        }
    }
}

/// An address to listen on in a while: of the ports below those that connections are given, so that none
/// takes it meanwhile.
fn free_address() -> String {
    format!("127.0.0.1:{}", free_port())
}

/// See [`free_address`].
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id().wrapping_mul(64);
    let ports = (0..).map(|_| first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % 12_000);
    let mut ports = ports.map(|port| 20_000 + port as u16);
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).unwrap()
}

fn demo(data: &Path, database: &[&str]) -> Command {
    let mut demo = okno();
    demo.args(["demo", "--listen", &free_address(), "--data"]).arg(data).args(database);
    demo
}

fn okno() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_okno"));
    command.stdin(Stdio::null()).env_remove("OKNO_DATA").env_remove("OKNO_DATABASE");
    command
}

/// Runs a sub-command on the data of a demo.
pub fn run(data: &Path, args: &[&str]) -> Output {
    okno().args(args).env("OKNO_DATA", data).output().unwrap()
}

/// Every invariant holds.
pub fn assert_verified(data: &Path) {
    assert_verified_on(data, &[]);
}

/// Every invariant holds in the database that was given to [`Demo::start_on`].
pub fn assert_verified_on(data: &Path, database: &[&str]) {
    let output = run(data, &[&["verify"], database].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct Citizen {
    agent: ureq::Agent,
    base: String,
    cookie: String,
}

/// What the portal answered.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).replace("&#38;", "&")
    }

    /// What stands between `before` and the next quotation mark, everywhere on the page.
    pub fn all(&self, before: &str) -> Vec<String> {
        let text = self.text();
        let found = text.split(before).skip(1).filter_map(|x| x.split('"').next());
        found.map(str::to_owned).collect()
    }
}

impl Citizen {
    pub fn sign_in(base: &str, name: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        let agent = ureq::Agent::new_with_config(config);
        let response =
            agent.post(format!("{base}/demo/signin")).send_form([("who", name)]).unwrap();
        assert_eq!(response.status().as_u16(), 303, "{name} cannot sign in");
        let cookies = response.headers().get_all("set-cookie").iter();
        let pairs = cookies.filter_map(|x| x.to_str().ok()?.split(';').next());
        let cookie = pairs.collect::<Vec<_>>().join("; ");
        Self { agent, base: base.to_owned(), cookie }
    }

    pub fn get(&self, path: &str) -> Reply {
        let request = self.agent.get(format!("{}{path}", self.base));
        let mut response = request.header("Cookie", &self.cookie).call().unwrap();
        let status = response.status().as_u16();
        Reply { status, body: response.body_mut().read_to_vec().unwrap() }
    }
}
