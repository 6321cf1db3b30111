//! Full-text search over the catalogue: services, organisations, officials and topics of help.
//!
//! The index lives in memory, so it answers alike on every database and within a millisecond. It
//! takes people's words as they come: forms of a word («опеку»), synonyms the caller supplies,
//! misspellings, the wrong keyboard layout («jgtrf»), Latin letters («opeka»), words still being
//! typed. How a query is read is in `understand`, how documents are weighed in `score`.
//!
//! What is deliberately not here: storage, updates of single documents (build a new [`Index`] and
//! swap it; a full catalogue takes seconds), HTML, a clock, threads.
//!
//! ```
//! use search::{Doc, Index, Query, Synonyms};
//!
//! let doc = Doc { id: 7, title: "Запись на приём к врачу".into(), ..Doc::default() };
//! let index = Index::build([doc], &Synonyms::default());
//! let answer = index.search(&Query { text: "pfgbcm r dhfxe", ..Query::default() });
//! assert_eq!(answer.hits[0].id, 7);
//! assert_eq!(answer.corrected.as_deref(), Some("запись к врачу"));
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may unwrap"))]

mod build;
mod dictionary;
mod fuzzy;
mod highlight;
mod index;
mod keyboard;
mod lexicon;
mod phrases;
mod postings;
mod score;
mod stem;
mod synonyms;
mod text;
mod understand;

pub use build::IndexBuilder;
pub use highlight::highlight;
pub use index::Index;
pub use synonyms::Synonyms;
pub use text::normalise;

/// Something that can be found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Doc {
    /// The caller's number, given back in [`Hit`]. Numbers of different kinds may coincide.
    pub id: u32,
    /// What sort of thing it is (service, organisation …), for [`Query::kinds`].
    pub kind: u8,
    /// The name people see; weighs most.
    pub title: String,
    /// Whole phrases that must lead here: they beat everything when the query equals or begins one.
    pub aliases: Vec<String>,
    /// Further words and codes to be found by, less than the title.
    pub keywords: String,
    /// Running text; weighs least.
    pub body: String,
    /// The region it belongs to; `None` is everywhere.
    pub region: Option<u16>,
    /// Popularity from 0 to 1: a nudge among equals, never a way past a better match.
    pub boost: f32,
}

/// What is sought and how much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<'a> {
    /// As typed. Read up to 200 characters and 12 words that mean something.
    pub text: &'a str,
    /// The most hits wanted, at most 1,000.
    pub limit: usize,
    /// Only these kinds; `None` is all.
    pub kinds: Option<&'a [u8]>,
    /// Documents of this region come before equals.
    pub prefer_region: Option<u16>,
    /// Only documents of this region and those that belong to none.
    pub only_region: Option<u16>,
}

impl Default for Query<'_> {
    fn default() -> Self {
        Self { text: "", limit: 20, kinds: None, prefer_region: None, only_region: None }
    }
}

/// What was found, best first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// The best documents, at most [`Query::limit`].
    pub hits: Vec<Hit>,
    /// What was understood instead of what was typed, for «Показано по запросу …».
    pub corrected: Option<String>,
    /// How many documents match; a lower bound when the words are very common.
    pub total: usize,
}

/// A found document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// [`Doc::id`].
    pub id: u32,
    /// [`Doc::kind`].
    pub kind: u8,
    /// Only good for comparing hits of one answer.
    pub score: f32,
}
