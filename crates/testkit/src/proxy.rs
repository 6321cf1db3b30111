//! A way to a private server that can stop passing bytes while its connections stay open: what comes is
//! taken, acknowledged, and goes nowhere. Connections made afterwards are passed on again.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// The way.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Connections made so far.
    made: AtomicU64,
    /// Those with a lower number pass nothing.
    stalled: AtomicU64,
}

impl Proxy {
    /// A way to the server that listens at the socket `to`.
    pub(crate) fn to(to: PathBuf) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::<State>::default();
        let shared = state.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = UnixStream::connect(&to) else { continue };
                let number = shared.made.fetch_add(1, Ordering::SeqCst);
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let state = shared.clone();
                thread::spawn(move || {
                    pass(from, &to, number, &state);
                    to.shutdown(Shutdown::Both).unwrap_or_default();
                });
                let state = shared.clone();
                thread::spawn(move || {
                    pass(server, &client, number, &state);
                    client.shutdown(Shutdown::Both).unwrap_or_default();
                });
            }
        });
        Self { address, state }
    }

    /// Where it is entered.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on the connections that there are pass nothing.
    pub fn stall(&self) {
        self.state.stalled.store(self.state.made.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// Connections made so far.
    pub fn made(&self) -> u64 {
        self.state.made.load(Ordering::SeqCst)
    }
}

fn pass(mut from: impl Read, mut to: impl Write, number: u64, state: &State) {
    let mut bytes = [0; 16 * 1024];
    loop {
        let Ok(count @ 1..) = from.read(&mut bytes) else { return };
        let passes = number >= state.stalled.load(Ordering::SeqCst);
        if passes && to.write_all(&bytes[..count]).is_err() {
            return;
        }
    }
}
