//! Where the sites of a service lie, so that a radius becomes few ranges of its tournament.
//!
//! Sites stand in the order of the tournament: region, locality, id. Neighbours there are mostly
//! neighbours on the globe, so a tree over that order whose nodes know the area of their sites finds
//! what lies within a circle without looking at each site: an area that lies outside is left out,
//! one that lies inside is taken as a whole, and only the others are opened.

use std::f64::consts::FRAC_PI_2;
use std::ops::Range;

use crate::places::Point;

/// Kilometres of the globe's radius, as in [`Point::km_to`].
const RADIUS_KM: f64 = 6371.0;
/// Kilometres by which an area may be misjudged; then it is opened.
const SLACK_KM: f64 = 0.01;

/// The sites of a service on the globe.
#[derive(Debug, Default)]
pub(super) struct Atlas {
    /// The places of each site and where it is, in order.
    sites: Vec<(Range<u32>, Option<Point>)>,
    /// The root is at 1, the children of `n` at `2n` and `2n + 1`, the sites from `leaves` on.
    areas: Vec<Area>,
}

/// A part of the globe between two parallels and two meridians, in radians.
#[derive(Clone, Copy, Debug)]
struct Area {
    south: f64,
    north: f64,
    west: f64,
    east: f64,
    /// Every site below it has a point.
    known: bool,
}

impl Area {
    /// No site at all.
    const NONE: Self = Self {
        south: f64::INFINITY,
        north: f64::NEG_INFINITY,
        west: f64::INFINITY,
        east: f64::NEG_INFINITY,
        known: true,
    };

    fn of(point: Option<Point>) -> Self {
        let Some(at) = point else { return Self { known: false, ..Self::NONE } };
        let (lat, lon) = (at.lat().to_radians(), at.lon().to_radians());
        Self { south: lat, north: lat, west: lon, east: lon, known: true }
    }

    fn with(self, other: Self) -> Self {
        Self {
            south: self.south.min(other.south),
            north: self.north.max(other.north),
            west: self.west.min(other.west),
            east: self.east.max(other.east),
            known: self.known && other.known,
        }
    }

    /// No point of it can be farther than this.
    fn at_most(&self, from: Point) -> f64 {
        let (lat, lon) = (from.lat().to_radians(), from.lon().to_radians());
        let along_meridian = (lat - self.south).abs().max((lat - self.north).abs());
        // Along the parallel of the point: the longest is the one nearest to the equator.
        let nearest_to_equator = 0.0_f64.clamp(self.south, self.north);
        let along_parallel = self.turn(lon).1 * nearest_to_equator.cos();
        RADIUS_KM * (along_meridian + along_parallel)
    }

    /// No point of it can be nearer than this.
    fn at_least(&self, from: Point) -> f64 {
        let (lat, lon) = (from.lat().to_radians(), from.lon().to_radians());
        let to_parallel = (self.south - lat).max(lat - self.north).max(0.0);
        let turn = self.turn(lon).0;
        let to_meridian = match turn < FRAC_PI_2 {
            true => (lat.cos() * turn.sin()).asin(),
            // Beyond a quarter of the globe the way leads past the pole.
            false => FRAC_PI_2 - lat.abs(),
        };
        RADIUS_KM * to_parallel.max(to_meridian)
    }

    /// The least and the largest turn from a meridian to those of the area, at most half a circle.
    fn turn(&self, lon: f64) -> (f64, f64) {
        use std::f64::consts::{PI, TAU};
        let way = |to: f64| {
            let turn = (to - lon).abs() % TAU;
            turn.min(TAU - turn)
        };
        let (west, east) = (way(self.west), way(self.east));
        let holds = |lon: f64| (self.west..=self.east).contains(&lon);
        let least = if holds(lon) { 0.0 } else { west.min(east) };
        let opposite = holds(lon + PI) || holds(lon - PI);
        (least, if opposite { PI } else { west.max(east) })
    }
}

impl Atlas {
    /// Of sites with their places, in order; they leave no gaps.
    pub fn new(sites: Vec<(Range<u32>, Option<Point>)>) -> Self {
        let leaves = sites.len().next_power_of_two();
        let mut areas = vec![Area::NONE; 2 * leaves];
        for (area, (_, point)) in areas[leaves..].iter_mut().zip(&sites) {
            *area = Area::of(*point);
        }
        for node in (1..leaves).rev() {
            areas[node] = areas[2 * node].with(areas[2 * node + 1]);
        }
        Self { sites, areas }
    }

    /// The places within so many kilometres of a point, in order.
    pub fn near(&self, from: Point, km: f64) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if !self.sites.is_empty() {
            self.collect(1, (from, km), &mut found);
        }
        found
    }

    fn collect(&self, node: usize, (from, km): (Point, f64), found: &mut Vec<Range<usize>>) {
        let (area, leaves) = (&self.areas[node], self.areas.len() / 2);
        if area.at_least(from) > km + SLACK_KM {
            return;
        }
        if node >= leaves {
            let site = self.sites.get(node - leaves);
            let near = site.filter(|x| x.1.is_some_and(|at| from.km_to(at) <= km));
            return near.into_iter().for_each(|x| add(found, x.0.clone()));
        }
        if area.known && area.at_most(from) < km - SLACK_KM {
            let width = leaves >> node.ilog2();
            let first = node * width - leaves;
            let below = &self.sites[first..(first + width).min(self.sites.len())];
            if let (Some(first), Some(last)) = (below.first(), below.last()) {
                add(found, first.0.start..last.0.end);
            }
            return;
        }
        self.collect(2 * node, (from, km), found);
        self.collect(2 * node + 1, (from, km), found);
    }

    /// Bytes on the heap.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.sites) + size_of_val(&*self.areas)
    }
}

/// Adds places, to those before when they follow.
fn add(found: &mut Vec<Range<usize>>, places: Range<u32>) {
    let (start, end) = (places.start as usize, places.end as usize);
    match found.last_mut() {
        Some(last) if last.end == start => last.end = end,
        _ => found.push(start..end),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// A point anywhere, or near the others of a region.
    fn point() -> impl Strategy<Value = Point> {
        let anywhere = (-90_000_000..=90_000_000i32, -180_000_000..=180_000_000i32);
        let together = (55_000_000..=57_000_000i32, 82_000_000..=86_000_000i32);
        let beyond = (60_000_000..=70_000_000i32, -180_000_000..=-170_000_000i32);
        prop_oneof![anywhere, together, beyond]
            .prop_map(|(lat_e6, lon_e6)| Point { lat_e6, lon_e6 })
    }

    fn km() -> impl Strategy<Value = f64> {
        prop_oneof![0.0..50.0, 50.0..2_000.0, 2_000.0..20_010.0]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]
        #[test]
        fn a_circle_holds_exactly_the_sites_that_are_near_enough(
            sites in vec((proptest::option::weighted(0.9, point()), 1u32..4), 0..40),
            from in point(),
            km in km(),
        ) {
            let mut next = 0;
            let sites: Vec<_> = sites
                .into_iter()
                .map(|(at, desks)| {
                    next += desks;
                    (next - desks..next, at)
                })
                .collect();
            let near = sites.iter().filter(|x| x.1.is_some_and(|at| from.km_to(at) <= km));
            let wanted: Vec<usize> =
                near.flat_map(|x| x.0.start as usize..x.0.end as usize).collect();
            let found = Atlas::new(sites).near(from, km);
            prop_assert!(found.windows(2).all(|x| x[0].end < x[1].start), "{:?}", found);
            prop_assert_eq!(found.into_iter().flatten().collect::<Vec<_>>(), wanted);
        }
    }

    #[test]
    fn a_circle_around_all_is_one_range_however_many_sites_there_are() {
        let at = |i: u32| Point {
            lat_e6: 45_000_000 + (i % 97) as i32 * 300_000,
            lon_e6: 20_000_000 + (i / 97) as i32 * 4_000_000,
        };
        let atlas = Atlas::new((0..3000).map(|i| (i..i + 1, Some(at(i)))).collect());
        let middle = Point { lat_e6: 62_000_000, lon_e6: 95_000_000 };
        assert_eq!(atlas.near(middle, 20_000.0), vec![0..3000; 1]);
    }
}
