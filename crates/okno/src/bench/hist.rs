//! Times in buckets of three per cent: percentiles of millions of answers in a few kilobytes.

/// Buckets of each power of two.
const FINE: u64 = 32;
/// Bits of `FINE`.
const FINE_BITS: u32 = 5;
/// Enough for 2^40 microseconds: twelve days.
const BUCKETS: usize = (40 * FINE) as usize;

/// How long things took, in microseconds.
#[derive(Clone, Debug)]
pub(super) struct Hist {
    counts: Vec<u64>,
    count: u64,
    most: u64,
}

impl Default for Hist {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS], count: 0, most: 0 }
    }
}

impl Hist {
    /// Notes one time.
    pub fn add(&mut self, micros: u64) {
        self.counts[bucket(micros).min(BUCKETS - 1)] += 1;
        self.count += 1;
        self.most = self.most.max(micros);
    }

    /// How many were noted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The time that `share` of all did not exceed, in milliseconds; 0 when nothing was noted.
    pub fn ms(&self, share: f64) -> f64 {
        let wanted = (self.count as f64 * share).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (i, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return (lowest(i + 1).saturating_sub(1)).min(self.most) as f64 / 1e3;
            }
        }
        0.0
    }
}

/// Small numbers have a bucket each; later ones share the first bits.
fn bucket(micros: u64) -> usize {
    let bits = u64::BITS - micros.leading_zeros();
    let shift = bits.saturating_sub(FINE_BITS + 1);
    (u64::from(shift) * FINE + (micros >> shift)) as usize
}

/// The smallest number of a bucket.
fn lowest(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let shift = (bucket / FINE).saturating_sub(1);
    (bucket - shift * FINE) << shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_lie_side_by_side_and_hold_what_belongs_there() {
        for n in 1..BUCKETS {
            assert!(lowest(n) > lowest(n - 1), "{n}");
            assert_eq!(bucket(lowest(n)), n);
            assert_eq!(bucket(lowest(n) - 1), n - 1);
        }
    }

    #[test]
    fn percentiles_are_right_within_three_per_cent() {
        let mut hist = Hist::default();
        (1..=100_000).for_each(|x| hist.add(x));
        for share in [0.01, 0.5, 0.9, 0.99, 0.999] {
            let (got, exact) = (hist.ms(share), share * 100.0);
            assert!((got - exact).abs() <= exact * 0.032, "{share}: {got} instead of {exact}");
        }
        assert_eq!((hist.count(), hist.ms(1.0)), (100_000, 100.0));
        assert_eq!(Hist::default().ms(0.99), 0.0);
    }
}
