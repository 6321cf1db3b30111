//! Which of many resources is free first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use crate::{Minute, Slot};

/// Stands for «never»: later than every minute that a date can express.
const NEVER: u32 = u32::MAX;

/// A tournament of resources in a fixed order. Each has a lower bound of its first free start; the
/// inner nodes know the least bound below them, so the soonest of a range of resources is found
/// without looking at the others.
#[derive(Clone, Debug)]
pub struct Soonest {
    leaves: usize,
    /// The root is at 1, the children of `n` at `2n` and `2n + 1`, the leaves from `leaves` on.
    bounds: Vec<u32>,
}

/// A free start of the resource with that place in the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The place.
    pub place: usize,
    /// When.
    pub slot: Slot,
}

/// Something that may give the next start: at a time, of the resources from a place on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    at: Minute,
    place: usize,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// A node of the tree: a bound.
    Node(usize),
    /// Minutes and free places of a slot: exact.
    Slot(u16, u8),
}

impl Soonest {
    /// A tournament of resources with these bounds; nothing is never.
    pub fn new(bounds: impl ExactSizeIterator<Item = Option<Minute>>) -> Self {
        let leaves = bounds.len().next_power_of_two().max(1);
        let mut tree = Self { leaves, bounds: vec![NEVER; 2 * leaves] };
        for (place, bound) in bounds.enumerate() {
            tree.bounds[leaves + place] = packed(bound);
        }
        for node in (1..leaves).rev() {
            tree.bounds[node] = tree.bounds[2 * node].min(tree.bounds[2 * node + 1]);
        }
        tree
    }

    /// The bound of a resource.
    pub fn bound(&self, place: usize) -> Option<Minute> {
        let bound = self.bounds[self.leaves + place];
        (bound != NEVER).then_some(bound.into())
    }

    /// Sets the bound of a resource.
    pub fn set(&mut self, place: usize, bound: Option<Minute>) {
        let mut node = self.leaves + place;
        self.bounds[node] = packed(bound);
        while node > 1 {
            node /= 2;
            let least = self.bounds[2 * node].min(self.bounds[2 * node + 1]);
            if self.bounds[node] == least {
                return;
            }
            self.bounds[node] = least;
        }
    }

    /// Something from `bound` on may have become free.
    pub fn lower(&mut self, place: usize, bound: Minute) {
        if packed(Some(bound)) < self.bounds[self.leaves + place] {
            self.set(place, Some(bound));
        }
    }

    /// The soonest `limit` slots of the resources in `ranges`, by start and then by place. `next`
    /// computes the first slot of a resource that begins at a minute or later. Bounds after `until`
    /// are not looked at.
    pub fn find(
        &self,
        ranges: &[Range<usize>],
        until: Minute,
        limit: usize,
        mut next: impl FnMut(usize, Minute) -> Option<Slot>,
    ) -> Vec<Found> {
        let mut heap = BinaryHeap::new();
        ranges.iter().for_each(|range| self.cover(range, until, &mut heap));
        let mut found = Vec::with_capacity(limit.min(64));
        while found.len() < limit
            && let Some(Reverse(Entry { at, place, what })) = heap.pop()
        {
            let from = match what {
                What::Node(node) if node < self.leaves => {
                    let half = self.width(node) / 2;
                    self.push(&mut heap, 2 * node, place, until);
                    self.push(&mut heap, 2 * node + 1, place + half, until);
                    continue;
                }
                What::Node(_) => at,
                What::Slot(minutes, free) => {
                    let slot = Slot { start: at, end: at + Minute::from(minutes), free };
                    found.push(Found { place, slot });
                    at + 1
                }
            };
            if let Some(slot) = next(place, from) {
                let what = What::Slot((slot.end - slot.start) as u16, slot.free);
                heap.push(Reverse(Entry { at: slot.start, place, what }));
            }
        }
        found
    }

    /// Resources below a node.
    fn width(&self, node: usize) -> usize {
        self.leaves >> node.ilog2()
    }

    fn push(
        &self,
        heap: &mut BinaryHeap<Reverse<Entry>>,
        node: usize,
        place: usize,
        until: Minute,
    ) {
        let bound = self.bounds[node];
        if bound != NEVER && Minute::from(bound) <= until {
            heap.push(Reverse(Entry { at: bound.into(), place, what: What::Node(node) }));
        }
    }

    /// Pushes the fewest nodes that together are the range.
    fn cover(&self, range: &Range<usize>, until: Minute, heap: &mut BinaryHeap<Reverse<Entry>>) {
        let (mut low, mut high) = (range.start + self.leaves, range.end + self.leaves);
        let first = |node: usize| (node << (self.leaves.ilog2() - node.ilog2())) - self.leaves;
        while low < high {
            if low % 2 == 1 {
                self.push(heap, low, first(low), until);
                low += 1;
            }
            if high % 2 == 1 {
                high -= 1;
                self.push(heap, high, first(high), until);
            }
            low /= 2;
            high /= 2;
        }
    }

    /// Bytes on the heap.
    pub fn bytes(&self) -> usize {
        self.bounds.capacity() * size_of::<u32>()
    }
}

/// A bound in four bytes; what lies before 1970 is as soon as can be.
fn packed(bound: Option<Minute>) -> u32 {
    bound.map_or(NEVER, |at| u32::try_from(at.max(0)).unwrap_or(NEVER - 1))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_soonest_are_found_wherever_the_bounds_lie(
            resources in vec((vec(0i64..60, 0..6), 0i64..20), 1..40),
            (from, to) in (0usize..40, 0usize..40),
            limit in 0usize..30,
            lowered in vec((any::<prop::sample::Index>(), 0i64..60), 0..4),
        ) {
            let mut starts: Vec<Vec<i64>> = resources.iter().map(|x| x.0.clone()).collect();
            starts.iter_mut().for_each(|x| { x.sort_unstable(); x.dedup(); });
            let bounds: Vec<Option<i64>> = starts
                .iter()
                .zip(&resources)
                .map(|(own, (_, less))| own.first().map(|at| at - less))
                .collect();
            let mut tree = Soonest::new(bounds.into_iter());
            for (which, at) in lowered {
                let place = which.index(starts.len());
                starts[place].push(at);
                starts[place].sort_unstable();
                starts[place].dedup();
                tree.lower(place, at);
            }
            let range = from.min(starts.len())..to.min(starts.len());
            let mut wanted: Vec<(i64, usize)> = range
                .clone()
                .flat_map(|place| starts[place].iter().map(move |at| (*at, place)))
                .collect();
            wanted.sort_unstable();
            wanted.truncate(limit);
            let next = |place: usize, from: i64| {
                let start = *starts[place].iter().find(|at| **at >= from)?;
                Some(Slot { start, end: start + 1, free: 1 })
            };
            let found = tree.find(&[range], 1000, limit, next);
            let found: Vec<(i64, usize)> = found.iter().map(|x| (x.slot.start, x.place)).collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
