//! Randomness as a value: handed to acts in their `Cx`, never taken from the air.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

/// A source of random bits. Cloning shares the source.
#[derive(Clone, Debug)]
pub struct Chance(Source);

#[derive(Clone, Debug)]
enum Source {
    Os,
    Seeded(Arc<Mutex<u64>>),
}

impl Chance {
    /// The operating system's generator: the only one fit for secrets.
    pub fn os() -> Self {
        Self(Source::Os)
    }

    /// A repeatable sequence for tests and demo data. Never for secrets.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new(seed))))
    }

    /// `N` random bytes.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe could follow.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        match &self.0 {
            Source::Os if N < SECRET => STOCK.with_borrow_mut(|stock| stock.give(&mut out)),
            Source::Os => ask_system(&mut out),
            Source::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                for chunk in out.chunks_mut(8) {
                    chunk.copy_from_slice(&split_mix(&mut state).to_le_bytes()[..chunk.len()]);
                }
            }
        }
        out
    }

    /// A random 64-bit number.
    pub fn u64(&self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }

    /// A number below `n` (which must not be 0), without bias that matters for n < 2^32.
    pub fn below(&self, n: u64) -> u64 {
        ((u128::from(self.u64()) * u128::from(n)) >> 64) as u64
    }
}

/// From so many bytes on a random value may be a secret, and is asked for by itself.
const SECRET: usize = 16;

/// Random bytes asked for ahead: every request makes ids, and each ask is a call of the system.
struct Stock {
    bytes: [u8; 512],
    given: usize,
}

thread_local! {
    static STOCK: RefCell<Stock> = const { RefCell::new(Stock { bytes: [0; 512], given: 512 }) };
}

impl Stock {
    /// Bytes that nobody had before and nobody will have again.
    fn give(&mut self, out: &mut [u8]) {
        if self.given + out.len() > self.bytes.len() {
            ask_system(&mut self.bytes);
            self.given = 0;
        }
        let next = &mut self.bytes[self.given..self.given + out.len()];
        out.copy_from_slice(next);
        next.fill(0);
        self.given += out.len();
    }
}

#[allow(clippy::disallowed_methods, reason = "the one place that asks the system for chance")]
fn ask_system(out: &mut [u8]) {
    if let Err(error) = getrandom::fill(out) {
        panic!("the operating system gives no randomness: {error}");
    }
}

/// The SplitMix64 step: small, well spread, repeatable.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn what_the_stock_gives_comes_once() {
        let chance = Chance::os();
        let all: HashSet<u64> = (0..1000).map(|_| chance.u64()).collect();
        assert_eq!(all.len(), 1000);
        STOCK.with_borrow(|x| assert!(x.bytes[..x.given].iter().all(|byte| *byte == 0)));
    }
}
