//! How long a request waits before anybody looks at it.
//!
//! A thread of its own writes into a socket, a task of the server reads from it: the message takes
//! the way of a request, through the system's list of ready sockets and the runtime's queue, and
//! says how long that took. There is one message at a time: a second would be read together with the
//! first and seem quick. When nothing is heard, the wait is the age of the one under way. The waits at
//! the doors are added to the picture ([`Gate::least_wait`]).

use std::io::{self, Write as _};
use std::os::unix::net::UnixStream as Pipe;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use base::Fault;
use tokio::io::AsyncReadExt as _;
use tokio::net::UnixStream;
use tokio::time::Instant;

use super::{Gate, Level};
use crate::route::Rate;

/// Between two messages.
const BEAT: Duration = Duration::from_millis(10);
/// Messages of an interval, after which the level is set.
const BEATS: u32 = 10;
/// Between two messages while nobody comes.
const REST: Duration = Duration::from_millis(200);

/// Begins to watch for `gate`; ends when it is dropped.
///
/// # Errors
/// A fault when the system gives no socket or no thread.
pub(crate) fn start(gate: &Arc<Gate>) -> Result<(), Fault> {
    let cannot = |error: io::Error| Fault::of("cannot watch the server's waits", error);
    let (near, far) = Pipe::pair().map_err(cannot)?;
    near.set_nonblocking(true).map_err(cannot)?;
    far.set_nonblocking(true).map_err(cannot)?;
    let heard = Arc::new(Heard {
        began: Instant::now(),
        sent: AtomicU64::new(HEARD),
        least: AtomicU64::new(HEARD),
    });
    let ear = UnixStream::from_std(far).map_err(cannot)?;
    tokio::spawn(listen(ear, heard.clone()));
    let pulse = Pulse { gate: Arc::downgrade(gate), heard, near, level: Level::default() };
    let spawned = thread::Builder::new().name("okno-pulse".into()).spawn(move || pulse.run());
    spawned.map(|_| ()).map_err(cannot)
}

/// What both sides know, in microseconds.
struct Heard {
    began: Instant,
    /// When the message under way was sent; [`HEARD`] when there is none.
    sent: AtomicU64,
    /// The least wait of this interval.
    least: AtomicU64,
}

/// Later than any moment, longer than any wait.
const HEARD: u64 = u64::MAX;

impl Heard {
    fn now(&self) -> u64 {
        self.began.elapsed().as_micros() as u64
    }

    /// The least wait of the interval that ends now.
    fn least(&self) -> Duration {
        let least = self.least.swap(HEARD, Relaxed);
        let under_way = || self.now().saturating_sub(self.sent.load(Relaxed));
        Duration::from_micros(if least == HEARD { under_way() } else { least })
    }
}

async fn listen(mut ear: UnixStream, heard: Arc<Heard>) {
    while ear.read_u8().await.is_ok() {
        let sent = heard.sent.swap(HEARD, Relaxed);
        heard.least.fetch_min(heard.now().saturating_sub(sent), Relaxed);
    }
}

struct Pulse {
    gate: Weak<Gate>,
    heard: Arc<Heard>,
    near: Pipe,
    level: Level,
}

impl Pulse {
    fn run(mut self) {
        let mut came = [0; Rate::ALL.len()];
        loop {
            for _ in 0..BEATS {
                if self.heard.sent.load(Relaxed) == HEARD {
                    self.heard.sent.store(self.heard.now(), Relaxed);
                    // One byte at a time always fits: an error means that the server is gone.
                    if self.near.write_all(&[0]).is_err() {
                        return;
                    }
                }
                thread::sleep(BEAT);
            }
            let Some(gate) = self.gate.upgrade() else { return };
            let wait = self.heard.least().max(gate.least_wait(BEAT * BEATS));
            let before = std::mem::replace(&mut came, gate.came());
            let asked = |class: Rate| came[class as usize] > before[class as usize];
            let next = self.level.after(wait, asked);
            if next != self.level {
                tracing::debug!(?wait, ?next, "what is let in");
                gate.set(next);
                self.level = next;
            }
            drop(gate);
            if next.is_open() && came == before {
                thread::sleep(REST);
            }
        }
    }
}
