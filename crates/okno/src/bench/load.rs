//! Load: many connections that ask as fast as they are answered (closed loop), or as often as a
//! clock says, whether answered or not (open loop).

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use base::Outcome;
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::hist::Hist;
use super::http::Conn;

/// How long answers under way may take after the end.
const LAST_ANSWERS: Duration = Duration::from_secs(60);

/// How often the lag of this process is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// What one visitor does on one connection. The status says how it went: that of the last answer.
pub(super) trait Turn {
    /// The visit number `n`.
    async fn go(&self, conn: &mut Conn, n: u64) -> io::Result<u16>;

    /// Whether what it is measured for has come to its end before its time.
    fn is_over(&self) -> bool {
        false
    }
}

impl Turn for Vec<Vec<u8>> {
    /// One of the requests, by turns.
    async fn go(&self, conn: &mut Conn, n: u64) -> io::Result<u16> {
        Ok(conn.ask(&self[n as usize % self.len()]).await?.status)
    }
}

/// How much is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub address: SocketAddr,
    pub connections: usize,
    /// Turns begin for so long.
    pub seconds: f64,
    /// Turns a second; nothing: as fast as they are answered.
    pub rate: Option<f64>,
    /// Turns at most.
    pub turns: u64,
}

impl Load {
    /// As fast as `connections` are answered, for `seconds`.
    pub fn closed(address: SocketAddr, connections: usize, seconds: f64) -> Self {
        Self { address, connections, seconds, rate: None, turns: u64::MAX }
    }

    /// At a given rate.
    pub fn at(self, rate: f64) -> Self {
        Self { rate: Some(rate), ..self }
    }

    /// Every connection makes one turn, all at once.
    pub fn rush(address: SocketAddr, visitors: usize) -> Self {
        let turns = visitors as u64;
        Self { address, connections: visitors, seconds: 600.0, rate: None, turns }
    }

    /// Runs it on this thread alone, so that the server keeps the others.
    ///
    /// # Errors
    /// A fault when the runtime cannot start.
    pub fn run(self, turn: impl Turn + 'static) -> Outcome<Tally> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        LocalSet::new().block_on(&runtime, async {
            let state = Rc::new(State {
                turn,
                load: self,
                began: Instant::now(),
                next: Cell::new(0),
                tally: RefCell::default(),
            });
            let mut visitors = JoinSet::new();
            for _ in 0..self.connections {
                visitors.spawn_local(visitor(state.clone()));
            }
            let watch = tokio::task::spawn_local(lag(state.clone()));
            while visitors.join_next().await.is_some() {}
            watch.abort();
            let mut tally = state.tally.take();
            tally.seconds = state.began.elapsed().as_secs_f64();
            Ok(tally)
        })
    }
}

struct State<T> {
    turn: T,
    load: Load,
    began: Instant,
    next: Cell<u64>,
    tally: RefCell<Tally>,
}

/// Notes how late this thread comes to what is due: no wait it measures can be shorter.
async fn lag<T>(state: Rc<State<T>>) {
    loop {
        let due = Instant::now() + LOOK;
        sleep_until(due).await;
        state.tally.borrow_mut().lag.add(due.elapsed().as_micros() as u64);
    }
}

async fn visitor<T: Turn>(state: Rc<State<T>>) {
    let load = state.load;
    let end = state.began + Duration::from_secs_f64(load.seconds);
    let mut conn = Conn::new(load.address);
    loop {
        let n = state.next.get();
        let due = load.rate.map(|rate| state.began + Duration::from_secs_f64(n as f64 / rate));
        let over = due.unwrap_or_else(Instant::now).max(Instant::now()) >= end;
        if n >= load.turns || over || state.turn.is_over() {
            return;
        }
        state.next.set(n + 1);
        if let Some(due) = due {
            sleep_until(due).await;
        }
        let sent = Instant::now();
        let went = timeout_at(end + LAST_ANSWERS, state.turn.go(&mut conn, n)).await;
        let mut tally = state.tally.borrow_mut();
        match went {
            Ok(Ok(status)) => tally.add(status, due.unwrap_or(sent), sent, state.began),
            Ok(Err(_)) | Err(_) => {
                tally.broken += 1;
                conn = Conn::new(load.address);
            }
        }
    }
}

/// What was answered.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Turns that went well, from the moment they were due.
    pub good: Hist,
    /// Turns that were sent away with 503, from the moment they were sent.
    pub shed: Hist,
    /// How late this process itself was.
    pub lag: Hist,
    /// Turns by their status.
    pub statuses: BTreeMap<u16, u64>,
    /// Turns that went well, by the second of their end, from the moment they were due.
    pub by_second: Vec<Hist>,
    /// Turns without an answer.
    pub broken: u64,
    /// How long all took.
    pub seconds: f64,
}

impl Tally {
    fn add(&mut self, status: u16, due: Instant, sent: Instant, began: Instant) {
        let now = Instant::now();
        *self.statuses.entry(status).or_default() += 1;
        if status == 503 {
            self.shed.add((now - sent).as_micros() as u64);
        } else if status < 400 {
            self.good.add((now - due).as_micros() as u64);
            let second = (now - began).as_secs() as usize;
            if self.by_second.len() <= second {
                self.by_second.resize(second + 1, Hist::default());
            }
            self.by_second[second].add((now - due).as_micros() as u64);
        }
    }

    /// Turns that went well, a second.
    pub fn rate(&self) -> f64 {
        self.good.count() as f64 / self.seconds
    }

    /// Turns that ended with a fault of the server or without an answer.
    pub fn faults(&self) -> u64 {
        self.statuses.range(500..).map(|x| x.1).sum::<u64>() + self.broken
    }

    /// «200 × 5000, 503 × 20».
    pub fn summary(&self) -> String {
        let all = self.statuses.iter().map(|(status, count)| format!("{status} × {count}"));
        let broken = (self.broken > 0).then(|| format!("no answer × {}", self.broken));
        all.chain(broken).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::http;

    /// A server that answers 200 with two bytes, and 503 to every fourth request.
    async fn server() -> SocketAddr {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let count = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
            while let Ok((mut stream, _)) = listener.accept().await {
                let count = count.clone();
                tokio::spawn(async move {
                    let mut buffer = [0; 1024];
                    while stream.read(&mut buffer).await.is_ok_and(|x| x > 0) {
                        let n = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        let status = if n % 4 == 3 { "503 No" } else { "200 Yes" };
                        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\nok");
                        stream.write_all(answer.as_bytes()).await.unwrap();
                    }
                });
            }
        });
        address
    }

    fn with_server(test: impl FnOnce(SocketAddr)) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        test(runtime.block_on(server()));
    }

    #[test]
    fn a_rush_makes_every_turn_once_and_counts_each_answer() {
        with_server(|address| {
            let tally = Load::rush(address, 40).run(vec![http::get("/", &[])]).unwrap();
            assert_eq!(tally.faults(), 10);
            assert_eq!((tally.good.count(), tally.shed.count()), (30, 10));
            assert_eq!(tally.summary(), "200 × 30, 503 × 10");
        });
    }

    #[test]
    fn an_open_loop_keeps_its_rate() {
        with_server(|address| {
            let load = Load::closed(address, 8, 0.5).at(200.0);
            let tally = load.run(vec![http::get("/", &[])]).unwrap();
            let made: u64 = tally.statuses.values().sum();
            assert_eq!(made, 100);
        });
    }
}
