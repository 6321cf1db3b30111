//! A run of bits that knows where it begins.

/// Bits of a word.
pub(super) const WORD: i64 = 64;

/// Cells, each marked or not; those outside the run are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits {
    /// Number of the first word: its first cell is `64 * first`.
    first: i64,
    words: Vec<u64>,
}

impl Bits {
    /// The word with that number.
    #[inline]
    pub fn word(&self, number: i64) -> u64 {
        let place = usize::try_from(number - self.first).ok();
        place.and_then(|n| self.words.get(n)).copied().unwrap_or(0)
    }

    /// Marks the cells `from..to`; says whether none of them was marked.
    pub fn mark(&mut self, from: i64, to: i64) -> bool {
        let mut fresh = true;
        each_word(from, to, |number, mask| {
            let word = self.make(number);
            fresh &= *word & mask == 0;
            *word |= mask;
        });
        fresh
    }

    /// Clears the cells `from..to`; says whether all of them were marked.
    pub fn clear(&mut self, from: i64, to: i64) -> bool {
        let mut all = true;
        each_word(from, to, |number, mask| {
            let place = usize::try_from(number - self.first).ok();
            match place.and_then(|n| self.words.get_mut(n)) {
                None => all = false,
                Some(word) => {
                    all &= *word & mask == mask;
                    *word &= !mask;
                }
            }
        });
        all
    }

    /// The word with that number, to be written.
    fn make(&mut self, number: i64) -> &mut u64 {
        if self.words.is_empty() {
            self.first = number;
        }
        if number < self.first {
            let missing = usize::try_from(self.first - number).unwrap_or(0);
            self.words.splice(0..0, std::iter::repeat_n(0, missing));
            self.first = number;
        }
        let place = usize::try_from(number - self.first).unwrap_or(0);
        if place >= self.words.len() {
            // Runs are many and rarely grow, so none keeps room that it does not use.
            self.words.reserve_exact(place + 1 - self.words.len());
            self.words.resize(place + 1, 0);
        }
        &mut self.words[place]
    }

    /// Drops the words before that number.
    pub fn forget(&mut self, before: i64) {
        let Ok(over) = usize::try_from(before - self.first) else { return };
        self.words.drain(..over.min(self.words.len()));
        self.words.shrink_to_fit();
        self.first = before;
    }

    /// The marked cells in order.
    pub fn cells(&self) -> impl Iterator<Item = i64> {
        (self.first..).zip(&self.words).flat_map(|(number, &word)| ones(number, word))
    }

    /// Bytes on the heap.
    pub fn bytes(&self) -> usize {
        self.words.capacity() * size_of::<u64>()
    }

    /// A word with a bit for every cell from which one of `length` cells on is marked.
    #[inline]
    pub fn smeared(&self, number: i64, length: i64) -> u64 {
        let (mut out, mut number, mut rest) = (0, number, length);
        while rest > 0 {
            let wanted = rest.min(WORD);
            let mut pair = u128::from(self.word(number)) | u128::from(self.word(number + 1)) << 64;
            let mut have = 1;
            while have < wanted {
                let step = have.min(wanted - have);
                pair |= pair >> step;
                have += step;
            }
            out |= pair as u64;
            number += 1;
            rest -= WORD;
        }
        out
    }
}

/// The marked cells of a word.
pub(super) fn ones(number: i64, mut word: u64) -> impl Iterator<Item = i64> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| i64::from(word.trailing_zeros()))?;
        word &= word - 1;
        Some(number * WORD + bit)
    })
}

/// The bits of a word that lie in the cells `from..to`.
#[inline]
pub(super) fn mask(number: i64, from: i64, to: i64) -> u64 {
    let low = (from - number * WORD).max(0);
    let high = (to - number * WORD).min(WORD);
    match high - low {
        WORD => u64::MAX,
        ..=0 => 0,
        length => ((1 << length) - 1) << low,
    }
}

fn each_word(from: i64, to: i64, mut act: impl FnMut(i64, u64)) {
    if from < to {
        let words = from.div_euclid(WORD)..=(to - 1).div_euclid(WORD);
        words.for_each(|number| act(number, mask(number, from, to)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smeared_word_says_from_where_a_long_visit_meets_a_mark() {
        for length in [1, 2, 3, 63, 64, 65, 130, 200] {
            let mut bits = Bits::default();
            for (from, to) in [(-70, -68), (5, 6), (200, 300), (511, 513)] {
                assert!(bits.mark(from, to));
            }
            for start in -400..600 {
                let meets = bits.cells().any(|cell| (start..start + length).contains(&cell));
                let word = bits.smeared(start.div_euclid(WORD), length);
                assert_eq!(word >> start.rem_euclid(WORD) & 1 == 1, meets, "{start} {length}");
            }
        }
    }

    #[test]
    fn marks_come_and_go_wherever_the_run_began() {
        let mut bits = Bits::default();
        assert!(bits.mark(1000, 1003));
        assert!(bits.mark(-3, 2));
        assert!(!bits.mark(1002, 1004));
        assert_eq!(bits.cells().collect::<Vec<_>>(), [-3, -2, -1, 0, 1, 1000, 1001, 1002, 1003]);
        assert!(bits.clear(1000, 1004));
        assert!(!bits.clear(1, 3));
        bits.forget(0);
        assert_eq!(bits.cells().collect::<Vec<_>>(), [0]);
        assert!(!bits.clear(-3, -1));
    }
}
