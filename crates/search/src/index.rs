//! The index: asks `understand` what is meant, `phrases` where it leads, `score` what fits best.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::lexicon::Lexicon;
use crate::phrases::{Led, Phrases};
use crate::postings::Postings;
use crate::score::{Board, Ranked, Weighed};
use crate::synonyms::Synonyms;
use crate::text;
use crate::understand::{MOST_TERMS, Term, understand};
use crate::{Answer, Doc, Hit, IndexBuilder, Query};

/// The most hits an answer holds.
const MOST_HITS: usize = 1_000;
/// So many of the best are looked at closely before the best of them are given.
const SHORTLIST: usize = 64;
/// The most documents that whole phrases may lead to.
const MOST_LED: usize = 2_000;

/// What a whole phrase is worth; each is above everything that words alone can reach.
const SAME_TITLE: f32 = 50_000.0;
const SAME_PHRASE: f32 = 30_000.0;
const BEGUN_ALIAS: f32 = 10_000.0;

/// Finds documents. Shared freely between threads; see the crate for what it understands.
#[derive(Debug)]
pub struct Index {
    parts: Parts,
    /// Boards at rest: as many as there were searches at one time.
    boards: Mutex<Vec<Board>>,
}

/// What an index is made of. Documents are numbered from the most popular.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) lexicon: Lexicon,
    pub(crate) postings: Postings,
    pub(crate) cards: Vec<Card>,
    pub(crate) titles: Phrases,
    pub(crate) aliases: Phrases,
    /// The words of every title, to tell equals apart.
    pub(crate) title_words: Vec<u32>,
    pub(crate) title_starts: Vec<u32>,
}

/// What is kept of a document beside its words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Card {
    pub(crate) id: u32,
    pub(crate) kind: u8,
    pub(crate) region: Option<u16>,
    pub(crate) boost: f32,
}

impl From<Parts> for Index {
    fn from(parts: Parts) -> Self {
        Self { parts, boards: Mutex::default() }
    }
}

impl Index {
    /// Makes an index of all documents.
    pub fn build(docs: impl IntoIterator<Item = Doc>, synonyms: &Synonyms) -> Self {
        let mut builder = IndexBuilder::new(synonyms);
        docs.into_iter().for_each(|doc| builder.add(doc));
        builder.finish()
    }

    /// Finds what was asked for in full words.
    pub fn search(&self, query: &Query<'_>) -> Answer {
        self.answer(query, false)
    }

    /// Finds while the last word is still being typed. A space at the end completes it.
    pub fn suggest(&self, query: &Query<'_>) -> Answer {
        self.answer(query, true)
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.parts.cards.len()
    }

    /// Whether there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.parts.cards.is_empty()
    }

    /// About how many bytes the index occupies, without what searches in progress use.
    pub fn bytes(&self) -> usize {
        let parts = &self.parts;
        let words = parts.title_words.capacity() + parts.title_starts.capacity();
        parts.lexicon.bytes()
            + parts.postings.bytes()
            + parts.titles.bytes()
            + parts.aliases.bytes()
            + parts.cards.capacity() * size_of::<Card>()
            + words * size_of::<u32>()
    }

    fn answer(&self, query: &Query<'_>, open: bool) -> Answer {
        let parts = &self.parts;
        let understood = understand(&parts.lexicon, query.text, open);
        let terms = parts.weighed(&understood.terms);
        let led = parts.led(query, &understood.terms);
        if terms.is_empty() && led.is_empty() {
            return Answer::default();
        }
        let mut board = self.board();
        board.weigh(&terms, &parts.postings, |doc, tight| {
            parts.admits(query, doc) && (!tight || parts.is_preferred(query, doc))
        });
        led.keys().for_each(|doc| board.let_in(*doc, &terms));
        let limit = query.limit.min(MOST_HITS);
        let best = board.best(&terms, limit.max(SHORTLIST), |doc, score| {
            score * parts.standing(query, doc) + led.get(&doc).copied().unwrap_or(0.0)
        });
        self.rest(board);
        let mut ranked = best.ranked;
        parts.look_closely(&understood.terms, &mut ranked);
        let hit = |ranked: &Ranked| {
            let card = &parts.cards[ranked.doc as usize];
            Hit { id: card.id, kind: card.kind, score: ranked.score }
        };
        let hits = ranked.iter().take(limit).map(hit).collect();
        Answer { hits, corrected: understood.corrected, total: best.total }
    }

    fn board(&self) -> Board {
        let resting = self.boards.lock().unwrap_or_else(PoisonError::into_inner).pop();
        resting.unwrap_or_else(|| Board::new(self.len()))
    }

    fn rest(&self, mut board: Board) {
        board.wipe();
        self.boards.lock().unwrap_or_else(PoisonError::into_inner).push(board);
    }
}

impl Parts {
    /// The known words of a query, with their weights.
    fn weighed(&self, terms: &[Term]) -> Vec<Weighed> {
        let known = terms.iter().filter(|term| !term.senses.is_empty()).take(MOST_TERMS);
        known
            .map(|term| {
                let generic = term.optional || self.lexicon.is_generic(term.senses[0].stem);
                Weighed::new(term.senses.clone(), generic, &self.postings, self.cards.len())
            })
            .collect()
    }

    fn admits(&self, query: &Query<'_>, doc: u32) -> bool {
        let card = &self.cards[doc as usize];
        let is_near = match (query.only_region, card.region) {
            (Some(wanted), Some(region)) => wanted == region,
            _ => true,
        };
        is_near && query.kinds.is_none_or(|kinds| kinds.contains(&card.kind))
    }

    /// Whether it is of the preferred region; without a preference every document is.
    fn is_preferred(&self, query: &Query<'_>, doc: u32) -> bool {
        query.prefer_region.is_none() || self.cards[doc as usize].region == query.prefer_region
    }

    /// Popularity and nearness: a nudge.
    fn standing(&self, query: &Query<'_>, doc: u32) -> f32 {
        let card = &self.cards[doc as usize];
        let is_near = query.prefer_region.is_some() && self.is_preferred(query, doc);
        (1.0 + 0.25 * card.boost) * if is_near { 1.3 } else { 1.0 }
    }

    /// The documents that the query as a whole phrase leads to, with what that is worth.
    fn led(&self, query: &Query<'_>, terms: &[Term]) -> HashMap<u32, f32> {
        let mut led = HashMap::new();
        if let Some((_, needed)) = terms.split_last().filter(|(last, _)| last.optional) {
            self.lead(query, needed, &mut led);
        }
        self.lead(query, terms, &mut led);
        led
    }

    fn lead(&self, query: &Query<'_>, terms: &[Term], led: &mut HashMap<u32, f32>) {
        let stems = terms.iter().map(|term| Some(term.senses.first()?.stem));
        let (Some(stems), Some(term)) = (stems.collect::<Option<Vec<_>>>(), terms.last()) else {
            return;
        };
        let Some((last, head)) = stems.split_last() else { return };
        let mut note = |doc, worth: f32| {
            if self.admits(query, doc) && (led.len() < MOST_LED || led.contains_key(&doc)) {
                let known = led.entry(doc).or_default();
                *known = known.max(worth);
            }
        };
        let is_same = |found: &Led| found.unsaid == 0 && found.last == *last;
        let spoken = self.spoken(query.text);
        for found in self.titles.begun(head, *last..*last + 1).filter(is_same).take(MOST_LED) {
            let is_spoken = self.title(found.doc) == spoken;
            note(found.doc, if is_spoken { SAME_TITLE } else { SAME_PHRASE });
        }
        let open = if term.open { self.lexicon.open_stems(&term.word) } else { 0..0 };
        let exact = self.aliases.begun(head, *last..*last + 1);
        for found in exact.chain(self.aliases.begun(head, open)).take(MOST_LED) {
            note(found.doc, if is_same(&found) { SAME_PHRASE } else { BEGUN_ALIAS });
        }
    }

    /// The words of the query as the catalogue writes them; a word it does not know ends them.
    fn spoken(&self, query: &str) -> Vec<u32> {
        text::words(query).iter().map_while(|word| self.lexicon.word_number(word)).collect()
    }

    fn title(&self, doc: u32) -> &[u32] {
        let at = doc as usize;
        &self.title_words[self.title_starts[at] as usize..self.title_starts[at + 1] as usize]
    }

    /// Among good matches prefers titles that begin as the query does and say its very words.
    fn look_closely(&self, terms: &[Term], ranked: &mut [Ranked]) {
        let words: Vec<u32> =
            terms.iter().filter_map(|term| self.lexicon.word_number(&term.word)).collect();
        let first = terms.iter().find_map(|term| term.senses.first());
        for found in ranked.iter_mut() {
            let title = self.title(found.doc);
            let said = words.iter().filter(|word| title.contains(word)).count();
            let begins = title.first().map(|word| self.lexicon.stem_of(*word));
            found.score += 0.2 * said as f32;
            if begins.is_some() && begins == first.map(|sense| sense.stem) {
                found.score += 0.3;
            }
        }
        ranked.sort_unstable_by(|a, b| b.cmp(a));
    }
}
