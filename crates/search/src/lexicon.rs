//! What the index knows of a word: its stem, its documents, its neighbours.

use std::ops::Range;

use crate::dictionary::Dictionary;
use crate::fuzzy::{Extent, near};
use crate::postings::Postings;
use crate::stem::{Stems, generic_stems};

/// A stem that a typed word may stand for, and how surely: 1 is certain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sense {
    pub(crate) stem: u32,
    pub(crate) surety: f32,
}

/// The most words of a prefix that are looked at: those of the best documents.
const WIDEST_PREFIX: usize = 160;
/// The most corrections of one word that are kept.
const MOST_CORRECTIONS: usize = 8;

/// All words and stems of an index.
#[derive(Debug)]
pub(crate) struct Lexicon {
    snowball: Stems,
    words: Dictionary,
    stems: Dictionary,
    stem_of_word: Vec<u32>,
    /// By word, the first (best) document that holds its stem.
    leads: Vec<u32>,
    /// By stem, in how many documents it is.
    counts: Vec<u32>,
    generic: Vec<u32>,
}

/// The words that mean something: those that do not only join others, or all when none is left.
pub(crate) fn content<W: Clone>(words: &[W], is_stop: impl Fn(&W) -> bool) -> Vec<W> {
    let content: Vec<W> = words.iter().filter(|word| !is_stop(word)).cloned().collect();
    if content.is_empty() { words.to_vec() } else { content }
}

impl Lexicon {
    pub(crate) fn new(
        snowball: Stems,
        words: Dictionary,
        stems: Dictionary,
        stem_of_word: Vec<u32>,
        postings: &Postings,
    ) -> Self {
        let lead = |stem: &u32| postings.of(*stem).docs.first().copied().unwrap_or(u32::MAX);
        let leads = stem_of_word.iter().map(lead).collect();
        let counts = stems.all().map(|stem| postings.count(stem) as u32).collect();
        let generic = generic_stems(&snowball).filter_map(|stem| stems.find(&stem)).collect();
        Self { snowball, words, stems, stem_of_word, leads, counts, generic }
    }

    pub(crate) fn word_number(&self, word: &str) -> Option<u32> {
        self.words.find(word)
    }

    pub(crate) fn stem_of(&self, word: u32) -> u32 {
        self.stem_of_word[word as usize]
    }

    pub(crate) fn is_generic(&self, stem: u32) -> bool {
        self.generic.contains(&stem)
    }

    /// The stems that begin with what is typed of a word.
    pub(crate) fn open_stems(&self, word: &str) -> Range<u32> {
        self.stems.prefix(word)
    }

    /// The word itself in any form.
    pub(crate) fn exact(&self, word: &str) -> Option<Sense> {
        let stem = match self.words.find(word) {
            Some(number) => self.stem_of(number),
            None => self.stems.find(&self.snowball.stem(word))?,
        };
        (self.counts[stem as usize] > 0).then_some(Sense { stem, surety: 1.0 })
    }

    /// The words that begin with `prefix`, surest the shortest.
    pub(crate) fn prefix(&self, prefix: &str) -> Vec<Sense> {
        let mut words: Vec<(u32, u32)> = self
            .words
            .prefix(prefix)
            .map(|word| (self.leads[word as usize], word))
            .filter(|(lead, _)| *lead != u32::MAX)
            .collect();
        if words.len() > WIDEST_PREFIX {
            words.select_nth_unstable(WIDEST_PREFIX);
            words.truncate(WIDEST_PREFIX);
        }
        let typed = prefix.len() as f32;
        let sense = |(_, word): (u32, u32)| {
            let share = typed / self.words.word(word).len() as f32;
            Sense { stem: self.stem_of(word), surety: 0.6 + 0.3 * share }
        };
        surest_of_each(words.into_iter().map(sense).collect())
    }

    /// Words that differ by at most `slips` from the one typed, commonest first among equals.
    pub(crate) fn misspelt(&self, word: &str, slips: u8, open: bool) -> Vec<Sense> {
        let surety = |slips: u8| if slips < 2 { 0.55 } else { 0.4 };
        let mut senses = Vec::new();
        let stem = self.snowball.stem(word);
        if stem.chars().count() >= if slips < 2 { 4 } else { 6 } {
            let found = near(&self.stems, &stem, slips, Extent::Whole);
            for n in found {
                senses.extend(n.words.map(|stem| self.correction(stem, surety(n.slips))));
            }
        }
        if open {
            for n in near(&self.words, word, slips, Extent::Beginning) {
                let words = n.words.take(WIDEST_PREFIX);
                let stems = words.map(|word| self.stem_of(word));
                senses.extend(stems.map(|stem| self.correction(stem, 0.85 * surety(n.slips))));
            }
        } else if senses.is_empty() {
            for n in near(&self.words, word, slips, Extent::Whole) {
                let stems = n.words.map(|word| self.stem_of(word));
                senses.extend(stems.map(|stem| self.correction(stem, surety(n.slips))));
            }
        }
        let mut senses = surest_of_each(senses);
        senses.truncate(MOST_CORRECTIONS);
        senses
    }

    /// Of two words equally near, the commoner is likelier meant.
    fn correction(&self, stem: u32, surety: f32) -> Sense {
        let common = (self.counts[stem as usize] as f32 + 1.0).ln().min(10.0) / 10.0;
        Sense { stem, surety: surety * (0.75 + 0.25 * common) }
    }

    /// The form of a stem that is nearest to what was typed, to show what was understood.
    pub(crate) fn face(&self, stem: u32, typed: &str) -> String {
        let forms = self.words.prefix(self.stems.word(stem)).take(WIDEST_PREFIX);
        let forms =
            forms.filter(|word| self.stem_of(*word) == stem).map(|word| self.words.word(word));
        let ending = |form: &&str| {
            let same = form.chars().rev().zip(typed.chars().rev()).take_while(|(a, b)| a == b);
            (same.count(), std::cmp::Reverse(form.len().abs_diff(typed.len())))
        };
        forms.max_by_key(ending).unwrap_or(self.stems.word(stem)).to_owned()
    }

    pub(crate) fn bytes(&self) -> usize {
        let numbers = self.stem_of_word.capacity() + self.leads.capacity() + self.counts.capacity();
        self.words.bytes() + self.stems.bytes() + numbers * size_of::<u32>()
    }
}

/// One sense a stem, the surest first.
pub(crate) fn surest_of_each(mut senses: Vec<Sense>) -> Vec<Sense> {
    let by_surety = |a: &Sense, b: &Sense| b.surety.total_cmp(&a.surety).then(a.stem.cmp(&b.stem));
    senses.sort_unstable_by(|a, b| a.stem.cmp(&b.stem).then(by_surety(a, b)));
    senses.dedup_by_key(|sense| sense.stem);
    senses.sort_unstable_by(by_surety);
    senses
}
