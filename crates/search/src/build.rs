//! From documents to an index: words get numbers, documents their weights.

use std::collections::HashMap;

use crate::dictionary::Dictionary;
use crate::index::{Card, Index, Parts};
use crate::lexicon::{Lexicon, content};
use crate::phrases::Phrases;
use crate::postings::{Impact, Postings};
use crate::stem::{Stems, is_stop};
use crate::synonyms::{Phrase, Synonyms, Table};
use crate::{Doc, text};

/// Collects documents and makes an [`Index`] of them. A document's text is dropped once its words
/// are counted, so documents may be streamed from a database.
#[derive(Debug, Default)]
pub struct IndexBuilder {
    words: Interner,
    synonyms: Table,
    drafts: Vec<Draft>,
}

/// Where in a document a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Alias,
    Keyword,
    Synonym,
    Body,
}

impl Field {
    /// A title's word against a word of the text is as 3 to 0.4: a service called «Справки» comes
    /// before one whose description asks for a справка.
    fn weight(self) -> f32 {
        match self {
            Self::Title => 3.0,
            Self::Alias => 2.6,
            Self::Keyword => 1.6,
            Self::Synonym => 1.0,
            Self::Body => 0.4,
        }
    }
}

#[derive(Debug)]
struct Draft {
    card: Card,
    title: Vec<u32>,
    aliases: Vec<Vec<u32>>,
    /// Every word that counts, with its field.
    counted: Vec<(u32, Field)>,
}

/// Words and stems in order of appearance; sorted numbers are given at the end.
#[derive(Debug, Default)]
struct Interner {
    snowball: Stems,
    numbers: HashMap<Box<str>, u32>,
    stems: HashMap<Box<str>, u32>,
    /// By word: its stem, whether it only joins others, whether a document holds it.
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    stem: u32,
    stop: bool,
    used: bool,
}

impl Interner {
    fn number(&mut self, word: &str) -> u32 {
        if let Some(known) = self.numbers.get(word) {
            return *known;
        }
        let number = self.entries.len() as u32;
        let stem = self.snowball.stem(word);
        let next = self.stems.len() as u32;
        let stem = *self.stems.entry(stem.into()).or_insert(next);
        self.entries.push(Entry { stem, stop: is_stop(word), used: false });
        self.numbers.insert(word.into(), number);
        number
    }

    fn numbers(&mut self, words: &[String]) -> Vec<u32> {
        words.iter().map(|word| self.number(word)).collect()
    }

    /// The words that mean something; all of them when none does.
    fn content(&self, words: &[u32]) -> Vec<u32> {
        content(words, |word| self.entries[*word as usize].stop)
    }

    fn content_stems(&self, words: &[u32]) -> Vec<u32> {
        let content = self.content(words);
        content.into_iter().map(|word| self.entries[word as usize].stem).collect()
    }
}

impl IndexBuilder {
    /// A builder that widens every document by these synonyms.
    pub fn new(synonyms: &Synonyms) -> Self {
        let mut builder = Self::default();
        for group in synonyms.groups() {
            let phrases = group.iter().map(|phrase| {
                let words = builder.words.numbers(&text::words(phrase));
                Phrase {
                    stems: builder.words.content_stems(&words),
                    words: builder.words.content(&words),
                }
            });
            let phrases = phrases.collect();
            builder.synonyms.add(phrases);
        }
        builder
    }

    /// Takes a document in.
    pub fn add(&mut self, doc: Doc) {
        let boost = if doc.boost.is_finite() { doc.boost.clamp(0.0, 1.0) } else { 0.0 };
        let card = Card { id: doc.id, kind: doc.kind, region: doc.region, boost };
        let mut draft = Draft { card, title: Vec::new(), aliases: Vec::new(), counted: Vec::new() };
        draft.title = self.take(&mut draft.counted, &doc.title, Field::Title);
        for alias in &doc.aliases {
            let words = self.take(&mut draft.counted, alias, Field::Alias);
            draft.aliases.push(words);
        }
        self.take(&mut draft.counted, &doc.keywords, Field::Keyword);
        self.take(&mut draft.counted, &doc.body, Field::Body);
        self.drafts.push(draft);
    }

    /// Counts the words of one field, the synonyms they call for, and telephone numbers whole.
    fn take(&mut self, counted: &mut Vec<(u32, Field)>, text: &str, field: Field) -> Vec<u32> {
        let texts = text::words(text);
        let words = self.words.numbers(&texts);
        let content = self.words.content(&words);
        let new = counted.len();
        counted.extend(content.iter().map(|word| (*word, field)));
        for number in text::telephones(&texts) {
            counted.push((self.words.number(&number), Field::Keyword));
        }
        if field != Field::Body {
            let lent = self.synonyms.lent(&self.words.content_stems(&words));
            counted.extend(lent.into_iter().map(|word| (word, Field::Synonym)));
        }
        for word in words.iter().chain(counted[new..].iter().map(|(word, _)| word)) {
            self.words.entries[*word as usize].used = true;
        }
        words
    }

    /// Makes the index. Takes about a second for 100,000 documents.
    pub fn finish(mut self) -> Index {
        self.drafts.sort_by(|a, b| {
            let (a, b) = (&a.card, &b.card);
            b.boost.total_cmp(&a.boost).then(a.kind.cmp(&b.kind)).then(a.id.cmp(&b.id))
        });
        let numbering = Numbering::new(&self.words);
        let entries = self.entries(&numbering);
        let postings = Postings::new(numbering.stems.len(), &entries);
        drop(entries);
        let phrase = |words: &[u32]| {
            let stems = self.words.content_stems(words).into_iter();
            stems.map(|stem| numbering.stem[stem as usize]).collect::<Vec<u32>>()
        };
        let numbered = || (0_u32..).zip(&self.drafts);
        let titles = numbered().map(|(doc, draft)| (phrase(&draft.title), doc)).collect();
        let aliases = numbered()
            .flat_map(|(doc, draft)| draft.aliases.iter().map(move |alias| (alias, doc)))
            .map(|(alias, doc)| (phrase(alias), doc))
            .collect();
        let mut title_words = Vec::new();
        let mut title_starts = vec![0];
        for draft in &self.drafts {
            title_words.extend(draft.title.iter().map(|word| numbering.word[*word as usize]));
            title_starts.push(title_words.len() as u32);
        }
        Index::from(Parts {
            titles: Phrases::new(titles),
            aliases: Phrases::new(aliases),
            cards: self.drafts.iter().map(|draft| draft.card).collect(),
            title_words,
            title_starts,
            lexicon: Lexicon::new(
                self.words.snowball,
                numbering.words,
                numbering.stems,
                numbering.stem_of_word,
                &postings,
            ),
            postings,
        })
    }

    /// What every stem says about every document, documents ascending.
    fn entries(&self, numbering: &Numbering) -> Vec<(u32, u32, Impact)> {
        let lengths = Lengths::new(&self.drafts);
        let mut entries = Vec::new();
        let mut said: Vec<(u32, Field)> = Vec::new();
        for (doc, draft) in (0_u32..).zip(&self.drafts) {
            said.clear();
            let stem = |word: u32| numbering.stem[self.words.entries[word as usize].stem as usize];
            said.extend(draft.counted.iter().map(|(word, field)| (stem(*word), *field)));
            said.sort_unstable_by_key(|(stem, field)| (*stem, *field as u8));
            let (title, body) = lengths.weights(draft);
            for same in said.chunk_by(|a, b| a.0 == b.0) {
                entries.push((same[0].0, doc, impact(same, title, body)));
            }
        }
        entries
    }
}

/// Saturates as in BM25: the second mention says less than the first.
fn impact(mentions: &[(u32, Field)], title: f32, body: f32) -> Impact {
    const SATURATION: f32 = 1.2;
    let said: f32 = mentions
        .chunk_by(|a, b| a.1 == b.1)
        .map(|same| {
            let length = match same[0].1 {
                Field::Title => title,
                Field::Body => body,
                Field::Alias | Field::Keyword | Field::Synonym => 1.0,
            };
            same[0].1.weight() * length * (same.len() as f32).sqrt().min(2.0)
        })
        .sum();
    (said / (SATURATION + said) * 255.0).round().clamp(1.0, 255.0) as Impact
}

/// Average lengths, against which a long title or text is discounted.
struct Lengths {
    title: f32,
    body: f32,
}

impl Lengths {
    fn new(drafts: &[Draft]) -> Self {
        let docs = drafts.len().max(1) as f32;
        let titles: usize = drafts.iter().map(|draft| draft.title.len()).sum();
        let bodies: usize = drafts.iter().map(body_length).sum();
        Self { title: (titles as f32 / docs).max(1.0), body: (bodies as f32 / docs).max(1.0) }
    }

    fn weights(&self, draft: &Draft) -> (f32, f32) {
        let discount = |length: usize, average: f32| 1.0 / (0.6 + 0.4 * length as f32 / average);
        (discount(draft.title.len(), self.title), discount(body_length(draft), self.body))
    }
}

fn body_length(draft: &Draft) -> usize {
    draft.counted.iter().filter(|(_, field)| *field == Field::Body).count()
}

/// The final, alphabetical numbers. Words that only the synonyms know get none that is used.
struct Numbering {
    words: Dictionary,
    stems: Dictionary,
    /// Builder's number → final number.
    word: Vec<u32>,
    stem: Vec<u32>,
    /// Final word → final stem.
    stem_of_word: Vec<u32>,
}

impl Numbering {
    fn new(interner: &Interner) -> Self {
        let used = |word: &u32| interner.entries[*word as usize].used;
        let mut stem_used = vec![false; interner.stems.len()];
        for entry in interner.entries.iter().filter(|entry| entry.used) {
            stem_used[entry.stem as usize] = true;
        }
        let (words, word) = sorted(&interner.numbers, used);
        let (stems, stem) = sorted(&interner.stems, |stem| stem_used[*stem as usize]);
        let mut stem_of_word = vec![0; words.len()];
        for (entry, number) in interner.entries.iter().zip(&word).filter(|(entry, _)| entry.used) {
            stem_of_word[*number as usize] = stem[entry.stem as usize];
        }
        Self { words, stems, word, stem, stem_of_word }
    }
}

fn sorted(numbers: &HashMap<Box<str>, u32>, used: impl Fn(&u32) -> bool) -> (Dictionary, Vec<u32>) {
    let mut order: Vec<(&str, u32)> =
        numbers.iter().filter(|(_, n)| used(n)).map(|(word, n)| (&**word, *n)).collect();
    order.sort_unstable();
    let mut places = vec![0; numbers.len()];
    for (place, (_, number)) in (0_u32..).zip(&order) {
        places[*number as usize] = place;
    }
    (Dictionary::from_sorted(order.iter().map(|(word, _)| *word)), places)
}
