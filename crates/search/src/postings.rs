//! Which documents hold a stem and how much it says about them, packed.

/// How much a stem says about a document, 1 to 255.
pub(crate) type Impact = u8;

/// For every stem its documents in ascending number, five bytes each.
#[derive(Debug)]
pub(crate) struct Postings {
    starts: Vec<u32>,
    docs: Vec<u32>,
    impacts: Vec<Impact>,
}

/// The documents of one stem.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List<'a> {
    pub(crate) docs: &'a [u32],
    pub(crate) impacts: &'a [Impact],
}

impl Postings {
    /// Takes (stem, document, impact) in ascending order of documents.
    pub(crate) fn new(stems: usize, entries: &[(u32, u32, Impact)]) -> Self {
        let mut starts = vec![0_u32; stems + 1];
        for (stem, ..) in entries {
            starts[*stem as usize + 1] += 1;
        }
        for at in 0..stems {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut docs = vec![0; entries.len()];
        let mut impacts = vec![0; entries.len()];
        for (stem, doc, impact) in entries {
            let place = &mut next[*stem as usize];
            docs[*place as usize] = *doc;
            impacts[*place as usize] = *impact;
            *place += 1;
        }
        Self { starts, docs, impacts }
    }

    pub(crate) fn of(&self, stem: u32) -> List<'_> {
        let range = self.starts[stem as usize] as usize..self.starts[stem as usize + 1] as usize;
        List { docs: &self.docs[range.clone()], impacts: &self.impacts[range] }
    }

    /// How many documents hold the stem.
    pub(crate) fn count(&self, stem: u32) -> usize {
        self.of(stem).docs.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        (self.starts.capacity() + self.docs.capacity()) * size_of::<u32>() + self.impacts.capacity()
    }
}
