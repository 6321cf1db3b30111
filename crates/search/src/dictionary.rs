//! All words of an index in one string, sorted: a word is its number, a prefix is a range.

use std::ops::Range;

/// A sorted list of distinct words without an allocation per word.
#[derive(Debug)]
pub(crate) struct Dictionary {
    text: String,
    /// Where each word starts; one more at the end.
    starts: Vec<u32>,
}

impl Dictionary {
    /// Takes words in ascending order without repetition.
    pub(crate) fn from_sorted<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut text = String::new();
        let mut starts = vec![0];
        for word in words {
            text.push_str(word);
            starts.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        }
        text.shrink_to_fit();
        starts.shrink_to_fit();
        Self { text, starts }
    }

    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Every word's number.
    pub(crate) fn all(&self) -> Range<u32> {
        0..self.len() as u32
    }

    pub(crate) fn word(&self, number: u32) -> &str {
        let at = number as usize;
        &self.text[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    pub(crate) fn find(&self, word: &str) -> Option<u32> {
        let at = self.first_not(self.all(), |known| known < word);
        (at < self.all().end && self.word(at) == word).then_some(at)
    }

    /// The words that begin with `prefix`.
    pub(crate) fn prefix(&self, prefix: &str) -> Range<u32> {
        let start = self.first_not(self.all(), |known| known < prefix);
        start..self.first_not(start..self.all().end, |known| known.starts_with(prefix))
    }

    /// The first word of `range` for which `holds` is false; it must hold for a head of the range.
    pub(crate) fn first_not(&self, range: Range<u32>, holds: impl Fn(&str) -> bool) -> u32 {
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if holds(self.word(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    pub(crate) fn bytes(&self) -> usize {
        self.text.capacity() + self.starts.capacity() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_range() {
        let words = Dictionary::from_sorted(["врач", "врача", "врачу", "глава"]);
        assert_eq!(words.prefix("врач"), 0..3);
        assert_eq!(words.prefix("г"), 3..4);
        assert!(words.prefix("я").is_empty());
        assert_eq!(words.find("врачу"), Some(2));
        assert_eq!(words.find("вра"), None);
    }
}
