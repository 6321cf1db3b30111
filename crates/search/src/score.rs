//! Weighing documents against an understood query.
//!
//! Words are taken from the rarest to the commonest. While the budget of postings lasts, a word may
//! bring in documents; after that it only weighs those already in, so that «школа 57» costs what
//! «57» costs. Documents are numbered by popularity, so what a spent budget leaves out is the tail.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;

use crate::lexicon::Sense;
use crate::postings::{List, Postings};

/// What bringing documents in may cost: looking at a posting costs 1, taking its document in 8 more.
const OPEN_BUDGET: usize = 240_000;
const TAKING: usize = 8;
/// Once less than this is left, only preferred documents are brought in.
const TIGHT: usize = 120_000;
/// The most postings that may weigh documents already in.
const CLOSED_BUDGET: usize = 40_000;

/// What a word that every document holds still says, so that form and place can tell them apart.
const LEAST_RARITY: f32 = 0.3;
/// Above any sum of weights: all words that mean something were found.
const ALL_WORDS: f32 = 1_000.0;
/// Documents that have less than this share of what the best one has are noise.
const LEAST_SHARE: f32 = 0.5;

/// A word of the query, weighed.
#[derive(Debug, Clone)]
pub(crate) struct Weighed {
    pub(crate) senses: Vec<Sense>,
    pub(crate) weight: f32,
    /// How many postings it has in all.
    pub(crate) postings: usize,
    /// Words like «запись» weigh documents but do not bring them in.
    pub(crate) generic: bool,
}

impl Weighed {
    /// Weighs by rarity, as BM25 does; a generic word weighs a tenth.
    pub(crate) fn new(senses: Vec<Sense>, generic: bool, postings: &Postings, docs: usize) -> Self {
        let count: usize = senses.iter().map(|sense| postings.count(sense.stem)).sum();
        let (having, docs) = (count.min(docs) as f32, docs as f32);
        let rarity = (1.0 + (docs - having + 0.5) / (having + 0.5)).ln().max(LEAST_RARITY);
        let weight = if generic { 0.1 * rarity } else { rarity };
        Self { senses, weight, postings: count, generic }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    score: f32,
    /// What the current term added.
    best: f32,
    /// The weight of the terms found.
    found: f32,
    /// The last term found, from 1; 0 while the document is out.
    term: u8,
}

/// A cell for each document, wiped after use rather than made anew.
#[derive(Debug, Default)]
pub(crate) struct Board {
    cells: Vec<Cell>,
    touched: Vec<u32>,
    /// The greatest `found` of all cells.
    most_found: f32,
}

/// A document and its score; ordered from the worst to the best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ranked {
    pub(crate) score: f32,
    pub(crate) doc: u32,
}

impl Eq for Ranked {}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.doc.cmp(&self.doc))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The best documents, best first, and how many there are in all.
#[derive(Debug, Default)]
pub(crate) struct Best {
    pub(crate) ranked: Vec<Ranked>,
    pub(crate) total: usize,
}

impl Board {
    pub(crate) fn new(docs: usize) -> Self {
        Self { cells: vec![Cell::default(); docs], touched: Vec::new(), most_found: 0.0 }
    }

    pub(crate) fn wipe(&mut self) {
        for doc in self.touched.drain(..) {
            self.cells[doc as usize] = Cell::default();
        }
        self.most_found = 0.0;
    }

    /// Weighs every document that has a word of the query and that `admits` lets in; it is also told
    /// whether the budget is tight and only preferred documents are wanted.
    pub(crate) fn weigh(
        &mut self,
        terms: &[Weighed],
        postings: &Postings,
        admits: impl Fn(u32, bool) -> bool,
    ) {
        let mut order: Vec<usize> = (0..terms.len()).collect();
        order.sort_by_key(|at| (terms[*at].generic, terms[*at].postings));
        let all_generic = terms.iter().all(|term| term.generic);
        let (mut open, mut closed) = (OPEN_BUDGET, CLOSED_BUDGET);
        for at in order {
            let term = &terms[at];
            let mut hand = Hand { number: at as u8 + 1, term, board: self };
            for sense in &term.senses {
                let list = postings.of(sense.stem);
                if open > 0 && (!term.generic || all_generic) {
                    open = hand.bring_in(list, sense.surety, open, &admits);
                } else if closed > 0 {
                    closed -= hand.weigh_known(list.first(closed), sense.surety);
                }
            }
        }
    }

    /// Lets a document in that a whole phrase leads to: it has all that was asked for.
    pub(crate) fn let_in(&mut self, doc: u32, terms: &[Weighed]) {
        let cell = &mut self.cells[doc as usize];
        cell.found = meaning(terms);
        self.most_found = self.most_found.max(cell.found);
        if cell.term == 0 {
            cell.term = u8::MAX;
            self.touched.push(doc);
        }
    }

    /// The best `limit` documents; `favour` turns a document's score into its final one.
    pub(crate) fn best(
        &self,
        terms: &[Weighed],
        limit: usize,
        favour: impl Fn(u32, f32) -> f32,
    ) -> Best {
        let most = meaning(terms);
        let least = self.most_found * LEAST_SHARE;
        let mut best = Best::default();
        let mut heap = BinaryHeap::with_capacity(limit + 1);
        for &doc in &self.touched {
            let cell = &self.cells[doc as usize];
            if cell.found < least {
                continue;
            }
            best.total += 1;
            let share = if most > 0.0 { cell.found / most } else { 1.0 };
            let all = if share > 0.999 { ALL_WORDS } else { 0.0 };
            let score = favour(doc, cell.score * share) + all;
            let ranked = std::cmp::Reverse(Ranked { score, doc });
            if heap.len() < limit {
                heap.push(ranked);
            } else if heap.peek().is_some_and(|worst| ranked < *worst) {
                heap.pop();
                heap.push(ranked);
            }
        }
        best.ranked = heap.into_sorted_vec().into_iter().map(|ranked| ranked.0).collect();
        best
    }
}

/// The weight of all words that mean something.
fn meaning(terms: &[Weighed]) -> f32 {
    terms.iter().filter(|term| !term.generic).map(|term| term.weight).sum()
}

impl<'a> List<'a> {
    fn first(self, most: usize) -> Self {
        let most = most.min(self.docs.len());
        Self { docs: &self.docs[..most], impacts: &self.impacts[..most] }
    }

    fn range(self, range: Range<usize>) -> impl Iterator<Item = (u32, u8)> + 'a {
        self.docs[range.clone()].iter().copied().zip(self.impacts[range].iter().copied())
    }
}

/// One term at work on the board.
struct Hand<'a> {
    number: u8,
    term: &'a Weighed,
    board: &'a mut Board,
}

impl Hand<'_> {
    /// Weighs the documents of a list, new ones too. Returns what is left of the budget.
    fn bring_in(
        &mut self,
        list: List<'_>,
        surety: f32,
        mut budget: usize,
        admits: impl Fn(u32, bool) -> bool,
    ) -> usize {
        let worth = self.worth(surety);
        for (doc, impact) in list.range(0..list.docs.len()) {
            if budget == 0 {
                break;
            }
            budget -= 1;
            if self.board.cells[doc as usize].term == 0 {
                if !admits(doc, budget < TIGHT) {
                    continue;
                }
                budget = budget.saturating_sub(TAKING);
                self.board.touched.push(doc);
            }
            self.add(doc, worth * f32::from(impact));
        }
        budget
    }

    /// Weighs those documents of a list that are in already. Returns the postings it took.
    fn weigh_known(&mut self, list: List<'_>, surety: f32) -> usize {
        const SEEK: usize = 16;
        let worth = self.worth(surety);
        if self.board.touched.len() * SEEK < list.docs.len() {
            for at in 0..self.board.touched.len() {
                let doc = self.board.touched[at];
                if let Ok(place) = list.docs.binary_search(&doc) {
                    self.add(doc, worth * f32::from(list.impacts[place]));
                }
            }
            return self.board.touched.len();
        }
        for (doc, impact) in list.range(0..list.docs.len()) {
            if self.board.cells[doc as usize].term != 0 {
                self.add(doc, worth * f32::from(impact));
            }
        }
        list.docs.len()
    }

    /// What one step of impact is worth for a sense of the term.
    fn worth(&self, surety: f32) -> f32 {
        surety * self.term.weight / f32::from(u8::MAX)
    }

    /// Of the senses of one term a document counts the best.
    fn add(&mut self, doc: u32, says: f32) {
        let cell = &mut self.board.cells[doc as usize];
        if cell.term == self.number {
            cell.score += (says - cell.best).max(0.0);
            cell.best = cell.best.max(says);
        } else {
            cell.term = self.number;
            cell.best = says;
            cell.score += says;
            cell.found += if self.term.generic { 0.0 } else { self.term.weight };
            self.board.most_found = self.board.most_found.max(cell.found);
        }
    }
}
