//! Randomness as a value: handed to acts in their `Cx`, never taken from the air.

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
    #[allow(clippy::disallowed_methods, reason = "the one place that asks the system for chance")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        match &self.0 {
            Source::Os => match getrandom::fill(&mut out) {
                Ok(()) => {}
                Err(error) => panic!("the operating system gives no randomness: {error}"),
            },
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

/// The SplitMix64 step: small, well spread, repeatable.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
