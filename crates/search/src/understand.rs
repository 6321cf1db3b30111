//! How a query is read: what each chunk of it most plausibly means.
//!
//! A chunk (what stands between spaces) is tried in ways that go from the most to the least
//! plausible, and the first that gives known words is taken. So «опека» is never taken for
//! something else, and a guess is made only where nothing better explains what was typed.

use crate::keyboard::{from_latin, other_layout};
use crate::lexicon::{Lexicon, Sense, surest_of_each};
use crate::stem::is_stop;
use crate::text;

/// The most characters and meaning words of a query that are read.
const MOST_CHARS: usize = 200;
pub(crate) const MOST_TERMS: usize = 12;

/// Which words the typed keys stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Typed,
    OtherLayout,
    FromLatin,
    /// «ьас» is «mfc» in the other layout, which is «мфц».
    OtherLayoutFromLatin,
}

/// How far from a known word a word may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Effort {
    Exact,
    Prefix,
    OneSlip,
    Split,
    TwoSlips,
}

const LADDER: [(Reading, Effort); 15] = [
    (Reading::Typed, Effort::Exact),
    (Reading::OtherLayout, Effort::Exact),
    (Reading::Typed, Effort::Prefix),
    (Reading::OtherLayout, Effort::Prefix),
    (Reading::FromLatin, Effort::Exact),
    (Reading::FromLatin, Effort::Prefix),
    (Reading::OtherLayoutFromLatin, Effort::Exact),
    (Reading::Typed, Effort::OneSlip),
    (Reading::OtherLayout, Effort::OneSlip),
    (Reading::FromLatin, Effort::OneSlip),
    (Reading::Typed, Effort::Split),
    (Reading::OtherLayout, Effort::Split),
    (Reading::Typed, Effort::TwoSlips),
    (Reading::OtherLayout, Effort::TwoSlips),
    (Reading::FromLatin, Effort::TwoSlips),
];

/// A word of the query and what it may stand for.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    /// The word as understood.
    pub(crate) word: String,
    /// What it may stand for, surest first; nothing when unknown or a stop word.
    pub(crate) senses: Vec<Sense>,
    /// Whether it is the beginning of a word that is still being typed.
    pub(crate) open: bool,
    /// Whether documents may do without it: a stop word at the end may be the beginning of a word
    /// («при» of «прикрепление»).
    pub(crate) optional: bool,
    stop: bool,
    /// Whether the word had to be guessed.
    guessed: bool,
}

/// A query as understood.
#[derive(Debug, Default)]
pub(crate) struct Understood {
    /// The words that mean something, in order.
    pub(crate) terms: Vec<Term>,
    /// The text understood, if it is not the one typed.
    pub(crate) corrected: Option<String>,
}

/// A chunk's words under the reading that was taken.
struct Read {
    terms: Vec<Term>,
    reading: Reading,
}

/// Reads a query. With `open` its last word may be the beginning of a longer one.
pub(crate) fn understand(lexicon: &Lexicon, text: &str, open: bool) -> Understood {
    let end = text.char_indices().nth(MOST_CHARS).map_or(text.len(), |(at, _)| at);
    let was_cut = end < text.len();
    let text = &text[..end];
    let open = was_cut || open && !text.ends_with(char::is_whitespace);
    let chunks: Vec<&str> =
        text.split_whitespace().filter(|c| c.chars().any(char::is_alphanumeric)).collect();
    let mut reads = read_chunks(lexicon, &chunks, open);
    let guessed =
        |read: &Read| read.reading != Reading::Typed || read.terms.iter().any(|t| t.guessed);
    let corrected = reads.iter().any(guessed).then(|| {
        let words = reads.iter().flat_map(|read| &read.terms).map(|term| term.word.as_str());
        words.collect::<Vec<_>>().join(" ")
    });
    let mut terms: Vec<Term> = reads.drain(..).flat_map(|read| read.terms).collect();
    if let Some(number) = whole_telephone(lexicon, text) {
        return Understood { terms: vec![number], corrected: None };
    }
    if terms.iter().all(|term| term.stop) {
        terms.iter_mut().for_each(|term| term.take_literally(lexicon));
    }
    if let Some(last) = terms.last_mut().filter(|last| last.stop && last.open) {
        last.begin_optional(lexicon);
    }
    terms.retain(|term| !term.stop);
    Understood { terms, corrected }
}

/// Long chunks first: the layout they were typed in is the layout of the short ones.
fn read_chunks(lexicon: &Lexicon, chunks: &[&str], open: bool) -> Vec<Read> {
    let mut order: Vec<usize> = (0..chunks.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(chunks[*at].chars().count()));
    let mut reads: Vec<Option<Read>> = chunks.iter().map(|_| None).collect();
    let mut usual = Reading::Typed;
    for (rank, at) in order.into_iter().enumerate() {
        let chunk = Chunk { lexicon, text: chunks[at], open: open && at + 1 == chunks.len() };
        let read = if rank < MOST_TERMS * 2 { chunk.read(usual) } else { chunk.as_typed() };
        if rank == 0 {
            usual = read.reading;
        }
        reads[at] = Some(read);
    }
    reads.into_iter().flatten().collect()
}

/// A query that is a telephone number, however it is grouped, and known as one.
fn whole_telephone(lexicon: &Lexicon, text: &str) -> Option<Term> {
    let words = text::words(text);
    let numbers = text::telephones(&words);
    let digits_only = words.iter().all(|word| word.bytes().all(|b| b.is_ascii_digit()));
    let [number] = numbers.as_slice() else { return None };
    let sense = lexicon.exact(number).filter(|_| digits_only)?;
    Some(Term { senses: vec![sense], ..Term::unknown(number.clone()) })
}

impl Term {
    fn unknown(word: String) -> Self {
        Self {
            stop: is_stop(&word),
            word,
            senses: Vec::new(),
            open: false,
            optional: false,
            guessed: false,
        }
    }

    fn begin_optional(&mut self, lexicon: &Lexicon) {
        self.senses = lexicon.prefix(&self.word);
        self.optional = true;
        self.stop = self.senses.is_empty() || self.word.chars().count() < 2;
    }

    /// A query of nothing but stop words means them, or the words they begin («на» → налоговая).
    fn take_literally(&mut self, lexicon: &Lexicon) {
        self.stop = false;
        self.senses = lexicon.exact(&self.word).into_iter().collect();
        if self.open || self.senses.is_empty() {
            self.open = true;
            self.senses.extend(lexicon.prefix(&self.word));
            self.senses = surest_of_each(std::mem::take(&mut self.senses));
        }
    }
}

/// A part of the query between spaces.
struct Chunk<'a> {
    lexicon: &'a Lexicon,
    text: &'a str,
    open: bool,
}

impl Chunk<'_> {
    fn read(&self, usual: Reading) -> Read {
        let is_short = self.text.chars().count() <= 2;
        let as_usual = (is_short && usual != Reading::Typed)
            .then_some([(usual, Effort::Exact), (usual, Effort::Prefix)]);
        as_usual
            .into_iter()
            .flatten()
            .chain(LADDER)
            .find_map(|(reading, effort)| self.attempt(reading, effort))
            .unwrap_or_else(|| self.as_typed())
    }

    /// The chunk's words where nothing explains all of them: each on its own.
    fn as_typed(&self) -> Read {
        let words = text::words(self.text);
        let last = words.len().saturating_sub(1);
        let word = |(at, word): (usize, String)| {
            let open = self.open && at == last;
            self.word(&word, Effort::Exact, open).unwrap_or_else(|| vec![Term::unknown(word)])
        };
        let terms = words.into_iter().enumerate().flat_map(word).collect();
        Read { terms, reading: Reading::Typed }
    }

    fn attempt(&self, reading: Reading, effort: Effort) -> Option<Read> {
        let meant = match reading {
            Reading::Typed => self.text.to_owned(),
            Reading::OtherLayout => other_layout(self.text)?,
            Reading::FromLatin => from_latin(self.text)?,
            Reading::OtherLayoutFromLatin => from_latin(&other_layout(self.text)?)?,
        };
        let terms = self.words(&meant, effort).or_else(|| {
            // A sign at the end may be a letter of the other layout or just a sign.
            let bare = self.text.trim_end_matches(|c: char| !c.is_alphanumeric());
            let is_other = reading == Reading::OtherLayout && bare.len() < self.text.len();
            is_other.then(|| self.words(&other_layout(bare)?, effort))?
        })?;
        Some(Read { terms, reading })
    }

    fn words(&self, meant: &str, effort: Effort) -> Option<Vec<Term>> {
        let words = text::words(meant);
        let last = words.len().checked_sub(1)?;
        let mut terms = Vec::new();
        for (at, word) in words.iter().enumerate() {
            terms.extend(self.word(word, effort, self.open && at == last)?);
        }
        Some(terms)
    }

    /// The word with no more than the given effort; several terms if words were run together.
    fn word(&self, word: &str, effort: Effort, open: bool) -> Option<Vec<Term>> {
        let term = Term { open, ..Term::unknown(word.to_owned()) };
        if term.stop {
            return Some(vec![term]);
        }
        if let Some(senses) = self.plain(word, effort, open) {
            return Some(vec![Term { senses, ..term }]);
        }
        let is_name = !word.chars().any(char::is_numeric);
        let letters = word.chars().count();
        let slips = |slips: u8| self.guess(&term, slips);
        None.or_else(|| slips(1).filter(|_| effort >= Effort::OneSlip && is_name && letters >= 4))
            .or_else(|| self.split(word, open).filter(|_| effort >= Effort::Split && is_name))
            .or_else(|| slips(2).filter(|_| effort >= Effort::TwoSlips && is_name && letters >= 8))
    }

    /// Known as it stands, or the beginning of something known.
    fn plain(&self, word: &str, effort: Effort, open: bool) -> Option<Vec<Sense>> {
        let mut senses: Vec<Sense> = self.lexicon.exact(word).into_iter().collect();
        let is_long = word.chars().count() >= 4;
        let begins = open && !senses.is_empty()
            || senses.is_empty() && effort >= Effort::Prefix && (open || is_long);
        if begins {
            senses.extend(self.lexicon.prefix(word));
        }
        (!senses.is_empty()).then(|| surest_of_each(senses))
    }

    fn guess(&self, typed: &Term, slips: u8) -> Option<Vec<Term>> {
        let open = typed.open && typed.word.chars().count() >= 5;
        let senses = self.lexicon.misspelt(&typed.word, slips, open);
        let word = self.lexicon.face(senses.first()?.stem, &typed.word);
        Some(vec![Term { word, senses, guessed: true, open: false, ..typed.clone() }])
    }

    /// Words run together: «записьквраiу» without its spaces.
    fn split(&self, word: &str, open: bool) -> Option<Vec<Term>> {
        const SHORTEST: usize = 7;
        const LONGEST: usize = 40;
        const PIECES: usize = 4;
        let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).skip(1).collect();
        if !(SHORTEST..LONGEST).contains(&(ends.len() + 1)) {
            return None;
        }
        let mut terms = self.pieces(word, open, PIECES)?;
        terms.iter_mut().for_each(|term| term.guessed = true);
        terms.iter().any(|term| !term.stop).then_some(terms)
    }

    /// The longest known word first, then the rest likewise.
    fn pieces(&self, text: &str, open: bool, most: usize) -> Option<Vec<Term>> {
        let is_piece = |piece: &str| piece.chars().count() >= 3;
        if is_piece(text)
            && let Some(senses) = self.plain(text, Effort::Exact, open)
        {
            return Some(vec![Term { senses, open, ..Term::unknown(text.to_owned()) }]);
        }
        if most == 1 {
            return None;
        }
        let cuts = text.char_indices().map(|(at, _)| at).skip(1).collect::<Vec<_>>();
        cuts.into_iter().rev().find_map(|cut| {
            let (head, tail) = text.split_at(cut);
            let known = is_stop(head) || is_piece(head) && self.lexicon.word_number(head).is_some();
            let senses = || self.lexicon.exact(head).into_iter().collect();
            let mut terms =
                known.then(|| vec![Term { senses: senses(), ..Term::unknown(head.to_owned()) }])?;
            terms.extend(self.pieces(tail, open, most - 1)?);
            Some(terms)
        })
    }
}
