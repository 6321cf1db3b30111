//! Words and phrases that mean the same, applied to documents when the index is built.

use std::collections::HashMap;

/// Groups of words or phrases that mean the same: «глава администрации», «руководитель».
///
/// A document that names one of a group is also found by the others, in all their forms, as a
/// weaker match than by its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synonyms {
    groups: Vec<Vec<String>>,
}

impl Synonyms {
    /// Every inner list is one group.
    pub fn new(groups: Vec<Vec<String>>) -> Self {
        Self { groups }
    }

    pub(crate) fn groups(&self) -> &[Vec<String>] {
        &self.groups
    }
}

impl<S: Into<String>, G: IntoIterator<Item = S>> FromIterator<G> for Synonyms {
    fn from_iter<I: IntoIterator<Item = G>>(groups: I) -> Self {
        let group = |words: G| words.into_iter().map(Into::into).collect();
        Self { groups: groups.into_iter().map(group).collect() }
    }
}

/// A phrase of a group in the builder's numbers.
#[derive(Debug)]
pub(crate) struct Phrase {
    /// What it is recognised by.
    pub(crate) stems: Vec<u32>,
    /// What it lends to documents that name another phrase of its group.
    pub(crate) words: Vec<u32>,
}

/// The groups, ready to be recognised in documents.
#[derive(Debug, Default)]
pub(crate) struct Table {
    groups: Vec<Vec<Phrase>>,
    /// First stem of a phrase → (group, phrase).
    starts: HashMap<u32, Vec<(usize, usize)>>,
}

impl Table {
    pub(crate) fn add(&mut self, group: Vec<Phrase>) {
        for (at, phrase) in group.iter().enumerate() {
            if let Some(first) = phrase.stems.first() {
                self.starts.entry(*first).or_default().push((self.groups.len(), at));
            }
        }
        self.groups.push(group);
    }

    /// The words that `text` (stems that mean something, in order) borrows from its synonyms.
    pub(crate) fn lent(&self, text: &[u32]) -> Vec<u32> {
        let mut lent = Vec::new();
        for (at, stem) in text.iter().enumerate() {
            for &(group, named) in self.starts.get(stem).into_iter().flatten() {
                if text[at..].starts_with(&self.groups[group][named].stems) {
                    let others = self.groups[group].iter().enumerate().filter(|(n, _)| *n != named);
                    lent.extend(others.flat_map(|(_, phrase)| &phrase.words));
                }
            }
        }
        lent.sort_unstable();
        lent.dedup();
        lent
    }
}
