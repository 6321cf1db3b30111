//! Titles and aliases as whole phrases: sequences of stems, sorted, so that a beginning is a range.

use std::cmp::Ordering;
use std::ops::Range;

/// A sorted list of phrases, each of which leads to a document.
#[derive(Debug, Default)]
pub(crate) struct Phrases {
    stems: Vec<u32>,
    /// Where each phrase starts in `stems`; one more at the end.
    starts: Vec<u32>,
    docs: Vec<u32>,
}

/// A phrase that the query equals or begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Led {
    pub(crate) doc: u32,
    /// How many words of the phrase the query leaves unsaid.
    pub(crate) unsaid: usize,
    /// The stem that stands where the last word of the query does.
    pub(crate) last: u32,
}

impl Phrases {
    /// Takes phrases with the number of their document in any order; empty ones lead nowhere.
    pub(crate) fn new(mut phrases: Vec<(Vec<u32>, u32)>) -> Self {
        phrases.retain(|(stems, _)| !stems.is_empty());
        phrases.sort_unstable();
        phrases.dedup();
        let mut made = Self { starts: vec![0], ..Self::default() };
        for (stems, doc) in phrases {
            made.stems.extend(stems);
            made.starts.push(made.stems.len() as u32);
            made.docs.push(doc);
        }
        made.stems.shrink_to_fit();
        made
    }

    fn phrase(&self, at: usize) -> &[u32] {
        &self.stems[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// The phrases that begin with `head` and then a stem of `last`.
    pub(crate) fn begun(&self, head: &[u32], last: Range<u32>) -> impl Iterator<Item = Led> {
        let depth = head.len();
        let bound = |stem| self.first_not_before(head, stem);
        let range = if last.is_empty() { 0..0 } else { bound(last.start)..bound(last.end) };
        range.map(move |at| {
            let phrase = self.phrase(at);
            Led { doc: self.docs[at], unsaid: phrase.len() - depth - 1, last: phrase[depth] }
        })
    }

    /// The first phrase that does not sort before `head` followed by `stem`.
    fn first_not_before(&self, head: &[u32], stem: u32) -> usize {
        let (mut low, mut high) = (0, self.docs.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let phrase = self.phrase(middle);
            let sought = head.iter().chain(std::iter::once(&stem));
            if phrase.iter().cmp(sought) == Ordering::Less {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    pub(crate) fn bytes(&self) -> usize {
        (self.stems.capacity() + self.starts.capacity() + self.docs.capacity()) * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_leads_to_every_phrase_it_begins() {
        let phrases =
            Phrases::new(vec![(vec![4, 7], 0), (vec![4], 1), (vec![4, 7, 9], 2), (vec![5], 3)]);
        let docs =
            |head: &[u32], last| phrases.begun(head, last).map(|l| l.doc).collect::<Vec<_>>();
        assert_eq!(docs(&[], 4..5), [1, 0, 2]);
        assert_eq!(docs(&[4], 7..8), [0, 2]);
        assert_eq!(docs(&[4], 6..9), [0, 2]);
        assert_eq!(docs(&[4, 7], 0..9), Vec::<u32>::new());
        assert_eq!(phrases.begun(&[4], 7..8).next().unwrap().unsaid, 0);
    }
}
