//! The grid of cells on which claims are guarded.

use jiff::tz::TimeZone;

use crate::clock::{self, DAY};
use crate::{Exception, Minute, Plan};

/// 2000-01-01 and 2038-01-01: the changes of offset between them are all that a zone will bring,
/// for rules of later years repeat yearly.
const YEARS: std::ops::Range<Minute> = 15_778_080..35_765_280;

/// The largest number of minutes such that every claim of these plans with one of these durations
/// covers whole cells `k * grid .. (k + 1) * grid` of epoch minutes, in every offset that the
/// zones have had since 2000 or will have by today's rules.
pub fn grid<'a>(plans: impl IntoIterator<Item = &'a Plan>, durations: &[u16]) -> u16 {
    let mut grid = durations.iter().fold(DAY, |grid, &minutes| gcd(grid, minutes.into()));
    for plan in plans {
        grid = offsets(&plan.zone, grid);
        for rule in &plan.rules {
            grid = gcd(gcd(grid, rule.from.into()), rule.step.into());
        }
        for exception in &plan.exceptions {
            if let Exception::Extra { from, step, .. } = exception {
                grid = gcd(gcd(grid, (*from).into()), (*step).into());
            }
        }
    }
    // At most a day, so it fits.
    grid as u16
}

/// Folds the offsets of a zone into the grid.
fn offsets(zone: &TimeZone, grid: i64) -> i64 {
    let (begin, end) = (clock::timestamp(YEARS.start), clock::timestamp(YEARS.end));
    let changes = zone.following(begin).take_while(|change| change.timestamp() < end);
    let first = clock::whole_minutes(zone.to_offset(begin));
    changes.map(|change| clock::whole_minutes(change.offset())).fold(gcd(grid, first), gcd)
}

pub(crate) fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}
