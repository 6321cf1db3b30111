//! Load on a server, and what it cost there.

use std::net::SocketAddr;

use base::{Fault, Outcome};

use super::http::{Conn, get};
use super::load::{Load, Tally, Turn};
use super::process::Server;

/// Connections of a closed loop: enough to keep two cores busy.
pub(super) const USUAL: usize = 32;

/// A load and its cost.
#[derive(Debug)]
pub(super) struct Driven {
    pub tally: Tally,
    /// Milliseconds of processor time for each turn, of the server with its database.
    pub cpu_ms: f64,
}

impl Driven {
    pub fn rate(&self) -> f64 {
        self.tally.rate()
    }
}

/// Puts a load on a server. Every answer counts as work, refusals too.
pub(super) fn drive(server: &Server, load: Load, turn: impl Turn + 'static) -> Outcome<Driven> {
    let before = server.cpu();
    let tally = load.run(turn)?;
    let turns: u64 = tally.statuses.values().sum();
    let cpu_ms = (server.cpu() - before) * 1e3 / turns.max(1) as f64;
    Ok(Driven { tally, cpu_ms })
}

/// The usual closed loop of simple requests, after a moment to get warm.
pub(super) fn ask(server: &Server, seconds: f64, requests: Vec<Vec<u8>>) -> Outcome<Driven> {
    Load::closed(server.address, USUAL, seconds / 5.0).run(requests.clone())?;
    drive(server, Load::closed(server.address, USUAL, seconds), requests)
}

/// A bare server of the same library that answers `size` bytes, under the same load.
pub(super) fn ask_bare(size: usize, seconds: f64, request: Vec<u8>) -> Outcome<Driven> {
    let server = Server::bare(size)?;
    ask(&server, seconds, vec![request])
}

/// What a server answers to one request.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub etag: String,
    pub size: usize,
}

/// Asks once, one request after the other.
pub(super) fn probe(address: SocketAddr, requests: &[Vec<u8>]) -> Outcome<Vec<Answer>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut conn = Conn::new(address);
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            let reply = conn.ask(request).await?;
            let etag = reply.head("etag").unwrap_or_default().to_owned();
            answers.push(Answer { status: reply.status, etag, size: reply.body.len() });
        }
        Ok(answers)
    })
}

/// A figure of the server's metrics, by its name with its labels.
pub(super) fn metric(server: &Server, name: &str) -> Outcome<f64> {
    let silent = || Fault::new(format!("the server does not tell `{name}`"));
    let ops = server.ops.ok_or_else(silent)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut conn = Conn::new(ops);
        let reply = conn.ask(&get("/metrics", &[])).await?;
        let text = String::from_utf8_lossy(reply.body);
        let mut lines = text.lines().filter_map(|x| x.rsplit_once(' '));
        let value = lines.find(|x| x.0 == name).and_then(|x| x.1.parse().ok());
        Ok(value.ok_or_else(silent)?)
    })
}

/// The middle size of answers, all of which must be good.
pub(super) fn usual_size(answers: &[Answer]) -> Outcome<usize> {
    if let Some(bad) = answers.iter().find(|x| x.status != 200) {
        return Err(Fault::new(format!("a measured page answers {}", bad.status)).into());
    }
    let mut sizes: Vec<usize> = answers.iter().map(|x| x.size).collect();
    sizes.sort_unstable();
    Ok(sizes.get(sizes.len() / 2).copied().unwrap_or(0))
}
