//! How much of which classes is let in, decided from how long requests wait for a processor.
//!
//! Like CoDel it looks at the *least* wait of an interval: a burst has a moment without a queue, an
//! overload has none. Below the level nothing of a class is let in, at the level a part, above all.

use std::time::Duration;

use crate::route::Rate;

/// After an interval that was too long, this share of the class goes on …
const LESS: f64 = 0.9;
/// … or this, when it was far too long.
const MUCH_LESS: f64 = 0.6;
/// After a calm interval the share grows by a tenth and this.
const MORE: f64 = 0.01;
/// A smaller share is none, and the next class is looked at.
const NOTHING: f64 = 0.03;
/// The highest class of which anything is ever given up.
const LAST: Rate = Rate::Write;

/// What is let in: of the classes below `class` nothing, of it a share, of those above everything.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    class: Rate,
    share: f64,
}

impl Default for Level {
    fn default() -> Self {
        Self::of(Rate::ALL[0], 1.0)
    }
}

impl Level {
    /// Of `class` this share, 0 to 1.
    pub const fn of(class: Rate, share: f64) -> Self {
        Self { class, share }
    }

    /// Everything is let in.
    pub fn is_open(self) -> bool {
        self == Self::default()
    }

    /// Whether a request of `class` is let in; `turn` is spread evenly.
    pub fn lets_in(self, class: Rate, turn: u8) -> bool {
        class > self.class || (class == self.class && f64::from(turn) < self.share * 256.0)
    }

    /// As one number that threads can share: 0 is open.
    pub(super) fn packed(self) -> u32 {
        let kept_out = ((1.0 - self.share.clamp(0.0, 1.0)) * 1000.0).round() as u32;
        self.class as u32 * 1001 + kept_out
    }

    pub(super) fn unpacked(packed: u32) -> Self {
        let class = Rate::ALL.get(packed as usize / 1001).copied().unwrap_or(LAST);
        Self::of(class, 1.0 - f64::from(packed % 1001) / 1000.0)
    }
}

/// How long requests of a class may wait for a processor before some of them are given up: the more
/// a class matters, the longer.
fn patience(class: Rate) -> Duration {
    Duration::from_millis(match class {
        Rate::Other | Rate::Search => 50,
        Rate::Read => 75,
        Rate::Secret | Rate::Elsewhere => 200,
        Rate::Hold => 1_500,
        Rate::Poll => 2_000,
        Rate::Known => 2_500,
        Rate::Move => 4_000,
        Rate::Write | Rate::Vital | Rate::Static => 8_000,
    })
}

impl Level {
    /// The level after an interval in which the least wait was `wait`. `came` says of which classes
    /// there were requests: one that nobody asks for frees nothing and needs no time to return.
    pub(super) fn after(self, wait: Duration, came: impl Fn(Rate) -> bool) -> Self {
        if wait > patience(self.class) {
            self.rise(wait, came)
        } else if wait < patience(Rate::ALL[0]) / 2 {
            self.fall(came)
        } else {
            self
        }
    }

    fn rise(mut self, wait: Duration, came: impl Fn(Rate) -> bool) -> Self {
        self.share *= if wait > patience(self.class) * 4 { MUCH_LESS } else { LESS };
        while self.share < NOTHING || !came(self.class) {
            let Some(next) = next(self.class) else { return Self::of(self.class, NOTHING) };
            self = Self::of(next, 1.0);
            if wait <= patience(next) {
                break;
            }
            self.share = LESS;
        }
        self
    }

    fn fall(mut self, came: impl Fn(Rate) -> bool) -> Self {
        self.share = if came(self.class) { (self.share * 1.1 + MORE).min(1.0) } else { 1.0 };
        while self.share >= 1.0 {
            let Some(below) = below(self.class) else { return Self::default() };
            self = Self::of(below, if came(below) { NOTHING } else { 1.0 });
        }
        self
    }
}

/// The class that is given up after this one.
fn next(class: Rate) -> Option<Rate> {
    Rate::ALL.get(class as usize + 1).copied().filter(|x| *x <= LAST)
}

/// The class that was given up before this one.
fn below(class: Rate) -> Option<Rate> {
    (class as usize).checked_sub(1).map(|x| Rate::ALL[x])
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALM: Duration = Duration::from_millis(2);

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// The level after so many intervals with the same wait.
    fn after(mut level: Level, intervals: usize, wait: Duration, came: fn(Rate) -> bool) -> Level {
        for _ in 0..intervals {
            level = level.after(wait, came);
        }
        level
    }

    #[test]
    fn a_level_survives_being_shared() {
        for class in Rate::ALL {
            for share in [0.0, 0.25, 0.999, 1.0] {
                let level = Level::of(class, share);
                assert_eq!(Level::unpacked(level.packed()).packed(), level.packed());
            }
        }
        assert_eq!(Level::default().packed(), 0);
        assert!(Level::unpacked(0).is_open());
    }

    #[test]
    fn classes_are_given_up_in_order_and_those_that_matter_only_in_need() {
        let everybody = |_| true;
        // Pages wait too long, but nobody who holds a time does.
        let crowded = after(Level::default(), 1000, ms(150), everybody);
        assert_eq!(crowded, Level::of(Rate::Secret, 1.0));
        assert!(!crowded.lets_in(Rate::Read, 0) && crowded.lets_in(Rate::Secret, 255));
        let order: Vec<Rate> = (0..300)
            .scan(Level::default(), |level, _| {
                *level = level.after(ms(60_000), everybody);
                Some(level.class)
            })
            .collect();
        assert!(order.is_sorted(), "{order:?}");
        assert_eq!(order.last(), Some(&Rate::Write));
        let worst = after(Level::default(), 5000, ms(60_000), everybody);
        assert!(worst.lets_in(Rate::Vital, 255) && worst.lets_in(Rate::Static, 255));
        assert!(worst.lets_in(Rate::Write, 0), "a little of the last class goes on");
    }

    #[test]
    fn a_burst_with_a_moment_of_rest_changes_nothing() {
        assert!(after(Level::default(), 100, ms(40), |_| true).is_open());
    }

    #[test]
    fn classes_that_nobody_asks_for_cost_no_time() {
        let holds_only = |class| class == Rate::Hold;
        let level = Level::default().after(ms(1_600), holds_only);
        assert_eq!(level.class, Rate::Hold);
        assert!(Level::of(Rate::Hold, 0.97).after(CALM, holds_only).is_open());
    }

    /// A server of one core: a visit costs 1.6 ms, saying no 0.03 ms, and ten times as many come as
    /// it can serve. Gives the visits served in each tenth of a second, in shares of the most there
    /// can be.
    fn overload(intervals: usize) -> Vec<f64> {
        const VISIT: f64 = 1.6;
        const NO: f64 = 0.03;
        const MOST: f64 = 100.0 / VISIT;
        let (mut level, mut queue) = (Level::default(), 0.0_f64);
        let step = |_| {
            let share = if level.class == Rate::Read { level.share } else { 0.0 };
            let share = if level.class < Rate::Read { 1.0 } else { share };
            let cost = share * VISIT + (1.0 - share) * NO;
            queue = (queue + 10.0 * MOST).min(5000.0);
            let seen = queue.min(100.0 / cost);
            queue -= seen;
            let wait = Duration::from_secs_f64(queue * cost / 1000.0);
            level = level.after(wait, |class| matches!(class, Rate::Read | Rate::Hold));
            seen * share / MOST
        };
        (0..intervals).map(step).collect()
    }

    #[test]
    fn ten_times_too_many_visitors_leave_four_fifths_of_the_useful_work() {
        let served = overload(600);
        let worst = served[10..].windows(50).map(|x| x.iter().sum::<f64>() / 50.0);
        let worst = worst.fold(f64::INFINITY, f64::min);
        // Nine refusals for one visit take a sixth of the processor: 0.83 is all there is.
        assert!(worst >= 0.79, "{worst}");
    }

    #[test]
    fn all_is_normal_again_a_few_seconds_after_the_last_long_wait() {
        let worst = after(Level::default(), 5000, ms(60_000), |_| true);
        let seconds = 10;
        let pages_and_holds = |class| matches!(class, Rate::Read | Rate::Hold | Rate::Write);
        assert!(after(worst, seconds * 10, CALM, pages_and_holds).is_open());
    }
}
