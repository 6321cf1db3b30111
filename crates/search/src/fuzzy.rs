//! Words near a misspelt one, found by walking the sorted dictionary as a tree of letters.
//!
//! A branch is left as soon as all its words are too far, so a search with one slip visits some
//! hundred nodes of a dictionary of 200,000 words and needs no memory of its own. Distance is
//! Damerau–Levenshtein (optimal alignment): a letter wrong, missing or added, or two neighbours
//! swapped, is one slip.

use std::ops::Range;

use crate::dictionary::Dictionary;
use crate::stem::is_vowel;

/// Longer words are codes or nonsense: they are not corrected.
const LONGEST: usize = 32;

/// The first letters of a word, of which at most one may be wrong: what keeps the walk short.
const HEAD: u8 = 3;

/// What the misspelt letters stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    Whole,
    /// The beginning of a word still being typed.
    Beginning,
}

/// Neighbouring words of the dictionary at one distance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Near {
    pub(crate) words: Range<u32>,
    pub(crate) slips: u8,
}

/// Distances of the prefix walked so far to every prefix of the sought word.
type Row = [u8; LONGEST + 1];

struct Walk<'a> {
    words: &'a Dictionary,
    sought: Vec<char>,
    slips: u8,
    extent: Extent,
    found: Vec<Near>,
}

/// A place in the tree: the words below it, which share `offset` bytes, and the last two rows.
struct Node<'a> {
    words: Range<u32>,
    offset: usize,
    last: Option<char>,
    before: &'a Row,
    row: &'a Row,
}

/// The words within `slips` of `sought`. With two slips the first letter must be right, or a vowel
/// taken for another («абразование»): nearly everybody gets the first sound right.
pub(crate) fn near(words: &Dictionary, sought: &str, slips: u8, extent: Extent) -> Vec<Near> {
    let sought: Vec<char> = sought.chars().collect();
    if sought.is_empty() || sought.len() > LONGEST {
        return Vec::new();
    }
    let row: Row = std::array::from_fn(|at| at as u8);
    let mut walk = Walk { words, sought, slips, extent, found: Vec::new() };
    walk.visit(Node { words: words.all(), offset: 0, last: None, before: &row, row: &row });
    walk.found
}

impl Walk<'_> {
    fn visit(&mut self, mut node: Node<'_>) {
        let distance = node.row[self.sought.len()];
        if self.extent == Extent::Beginning && distance <= self.slips {
            self.found.push(Near { words: node.words, slips: distance });
            return;
        }
        if !node.words.is_empty() && self.words.word(node.words.start).len() == node.offset {
            if distance <= self.slips {
                self.found
                    .push(Near { words: node.words.start..node.words.start + 1, slips: distance });
            }
            node.words.start += 1;
        }
        while !node.words.is_empty() {
            self.visit_next_child(&mut node);
        }
    }

    /// Takes the words with the next letter off the node and goes down to them if it may pay.
    fn visit_next_child(&mut self, node: &mut Node<'_>) {
        let Some(letter) = self.words.word(node.words.start)[node.offset..].chars().next() else {
            node.words.start += 1;
            return;
        };
        let offset = node.offset;
        let goes_on = |word: &str| word[offset..].starts_with(letter);
        let end = if goes_on(self.words.word(node.words.end - 1)) {
            node.words.end
        } else {
            self.words.first_not(node.words.clone(), goes_on)
        };
        let child = node.words.start..end;
        node.words.start = end;
        if offset == 0 && !self.may_begin_with(letter) {
            return;
        }
        let row = self.next_row(node, letter);
        let slips = if node.row[0] < HEAD { self.slips.min(1) } else { self.slips };
        if row[..=self.sought.len()].iter().any(|distance| *distance <= slips) {
            self.visit(Node {
                words: child,
                offset: offset + letter.len_utf8(),
                last: Some(letter),
                before: node.row,
                row: &row,
            });
        }
    }

    fn may_begin_with(&self, letter: char) -> bool {
        let first = self.sought[0];
        self.slips < 2 || letter == first || is_vowel(letter) && is_vowel(first)
    }

    fn next_row(&self, node: &Node<'_>, letter: char) -> Row {
        let mut next = [u8::MAX; LONGEST + 1];
        next[0] = node.row[0] + 1;
        for (at, sought) in self.sought.iter().enumerate() {
            let replaced = node.row[at] + u8::from(*sought != letter);
            let mut least = replaced.min(node.row[at + 1] + 1).min(next[at] + 1);
            if at > 0 && node.last == Some(*sought) && self.sought[at - 1] == letter {
                least = least.min(node.before[at - 1] + 1);
            }
            next[at + 1] = least;
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sought: &str, slips: u8, extent: Extent) -> Vec<String> {
        let words = Dictionary::from_sorted([
            "загс",
            "запись",
            "налоговая",
            "образование",
            "опека",
            "поликлиника",
            "справка",
        ]);
        let near = near(&words, sought, slips, extent);
        near.into_iter().flat_map(|n| n.words).map(|n| words.word(n).to_owned()).collect()
    }

    #[test]
    fn one_slip_of_every_sort_is_forgiven() {
        for wrong in ["апека", "опка", "оппека", "поека", "опекк"] {
            assert_eq!(found(wrong, 1, Extent::Whole), ["опека"], "{wrong}");
        }
        assert_eq!(found("загз", 1, Extent::Whole), ["загс"]);
        assert_eq!(found("згас", 1, Extent::Whole), ["загс"]);
    }

    #[test]
    fn two_slips_need_a_right_first_sound() {
        assert_eq!(found("паликлинника", 2, Extent::Whole), ["поликлиника"]);
        assert_eq!(found("абразавание", 2, Extent::Whole), ["образование"]);
        assert!(found("молиглиника", 2, Extent::Whole).is_empty());
    }

    #[test]
    fn a_wrong_letter_in_a_beginning_is_forgiven() {
        assert_eq!(found("наллог", 1, Extent::Beginning), ["налоговая"]);
        assert_eq!(found("палек", 1, Extent::Beginning), Vec::<String>::new());
        assert_eq!(found("паликл", 1, Extent::Beginning), ["поликлиника"]);
    }
}
