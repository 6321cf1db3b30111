//! How fast people are let in, and what they are told: simulated lines.

use base::{Chance, Id, Instant};
use proptest::prelude::*;

use crate::admission::rules::{self, Estimate, Load, Pace, Seen};

/// A line of `people`, of whom at most `speed(second)` are served in a second.
struct Simulation {
    pace: Pace,
    waiting: u32,
    inside: u32,
    done: f64,
    second: u32,
}

impl Simulation {
    fn new(people: u32) -> Self {
        Self { pace: Pace::default(), waiting: people, inside: 0, done: 0.0, second: 0 }
    }

    fn step(&mut self, speed: f64) {
        self.done = (self.done + speed).min(f64::from(self.inside));
        let left = self.done.floor();
        self.done -= left;
        let left = left as u32;
        self.inside -= left;
        let (inside, waiting) = (self.inside, self.waiting);
        let seen = Seen { seconds: 1.0, left, inside, waiting, ..Seen::default() };
        let (pace, admitted) = rules::step(&self.pace, &seen);
        assert!(admitted <= self.waiting);
        self.pace = pace;
        self.waiting -= admitted;
        self.inside += admitted;
        self.second += 1;
    }
}

/// What a person with `ahead` people ahead is told at each poll, until the turn comes.
struct Poller {
    behind: u32,
    spread: f64,
    next: u32,
    told: Option<Estimate>,
    /// Second and middle of each estimate.
    log: Vec<(u32, f64)>,
}

impl Poller {
    fn poll(&mut self, line: &Simulation) {
        if line.second < self.next || line.waiting <= self.behind {
            return;
        }
        let ahead = line.waiting - self.behind;
        let told = rules::estimate(ahead, &line.pace);
        if let (Some(before), Some(now)) = (self.told, told)
            && !line.pace.paused()
        {
            assert!(
                f64::from(now.high) <= 1.25 * f64::from(before.high),
                "{before:?} → {now:?} at {} s: {:?}",
                line.second,
                line.pace
            );
        }
        if let Some(now) = told {
            assert!(now.high <= 24 * 3600 && now.low <= now.high);
            self.log.push((line.second, f64::from(now.low + now.high) / 2.0));
        }
        self.told = told;
        self.next = line.second + rules::interval(told, self.spread);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn an_estimate_never_rises_by_more_than_a_quarter_unless_the_line_is_said_to_stand_still(
        speeds in proptest::collection::vec((0.0_f64..40.0, 20_u32..400), 1..8),
        behind in 1_u32..4000,
        spread in 0.0_f64..1.0,
        noise in any::<u64>(),
    ) {
        let chance = Chance::seeded(noise);
        let mut line = Simulation::new(5000);
        let mut poller = Poller { behind, spread, next: 0, told: None, log: Vec::new() };
        for (speed, seconds) in speeds {
            for _ in 0..seconds {
                // People come in clumps: between nothing and the double.
                line.step(speed * chance.below(201) as f64 / 100.0);
                poller.poll(&line);
            }
        }
    }

    #[test]
    fn the_interval_is_between_four_and_seventy_two_seconds(
        low in 0_u32..100_000, more in 0_u32..100_000, spread in -1.0_f64..2.0, known in any::<bool>(),
    ) {
        let estimate = known.then_some(Estimate { low, high: low + more });
        prop_assert!((4..=72).contains(&rules::interval(estimate, spread)));
    }

    #[test]
    fn the_controller_lets_in_no_more_than_it_may(
        target in 0.0_f64..6000.0, rate in 0.0_f64..500.0, shown in 0.0_f64..500.0,
        seconds in prop_oneof![-1e9_f64..1e9, Just(f64::NAN), Just(f64::INFINITY)],
        (left, inside, waiting) in (0_u32..5000, 0_u32..10_000, 0_u32..100_000),
        places in proptest::option::of(0_u32..1000),
        depth in 0_usize..2000, took in -1_000_000_i64..1_000_000,
    ) {
        let pace = Pace { target, rate, shown, seconds: 100.0, ..Pace::default() };
        let load = Load { depth, took };
        let seen = Seen { seconds, left, inside, waiting, places, load };
        let (next, admitted) = rules::step(&pace, &seen);
        prop_assert!(admitted <= waiting);
        if admitted > 0 {
            prop_assert!(places.is_none_or(|free| inside + admitted <= free));
            prop_assert!(f64::from(inside + admitted) <= next.target);
            prop_assert!(depth <= 512 && took <= 300_000);
        }
        for figure in [next.target, next.rate, next.shown, next.pause, next.calm] {
            prop_assert!(figure.is_finite() && figure >= 0.0, "{:?}", next);
        }
    }

    #[test]
    fn a_draw_keeps_everybody_and_forgets_in_which_order_they_came(
        seed in any::<[u8; 32]>(), mut ids in proptest::collection::hash_set("[a-z0-9]{26}", 0..50)
            .prop_map(|x| x.into_iter().map(Id::from).collect::<Vec<_>>()),
    ) {
        let drawn = rules::draw(&seed, ids.clone());
        ids.reverse();
        prop_assert_eq!(&rules::draw(&seed, ids.clone()), &drawn);
        let mut sorted = drawn;
        sorted.sort();
        ids.sort();
        prop_assert_eq!(sorted, ids);
    }
}

#[test]
fn the_shown_wait_is_right_within_a_third_at_the_median_in_spite_of_a_stop() {
    for noise in 0..20 {
        let mut line = Simulation::new(20_000);
        let mut poller = Poller { behind: 500, spread: 0.5, next: 0, told: None, log: Vec::new() };
        let chance = Chance::seeded(noise);
        while line.waiting > 500 {
            // Eight a second on average; nobody for five minutes.
            let stopped = (1000..1300).contains(&line.second);
            line.step(if stopped { 0.0 } else { chance.below(17) as f64 });
            assert!(!stopped || line.second < 1030 || line.pace.paused(), "a stop is said");
            poller.poll(&line);
        }
        let called = f64::from(line.second);
        let told = poller.log.iter().filter(|x| x.0 > 60);
        let mut errors: Vec<f64> = told
            .map(|(second, wait)| {
                let real = called - f64::from(*second);
                (wait - real).abs() / real.max(60.0)
            })
            .collect();
        errors.sort_by(f64::total_cmp);
        assert!(errors.len() > 20, "{:?}", poller.log);
        let median = errors[errors.len() / 2];
        assert!(median <= 0.3, "{median}: {errors:?}");
    }
}

#[test]
fn the_target_grows_while_all_goes_well_and_is_halved_once_when_it_does_not() {
    let busy =
        |load| Seen { seconds: 1.0, left: 100, inside: 100, waiting: 1000, load, places: None };
    let begun = Pace { target: 100.0, ..Pace::default() };
    let (grown, admitted) = rules::step(&begun, &busy(Load::default()));
    assert!(grown.target > 100.0 && admitted > 0);
    for load in [Load { depth: 513, took: 0 }, Load { depth: 0, took: 300_001 }] {
        let (halved, admitted) = rules::step(&begun, &busy(load));
        assert_eq!((halved.target, admitted), (50.0, 0));
        let (again, _) = rules::step(&halved, &busy(load));
        assert_eq!(again.target, 50.0, "one overload is one halving");
    }
}

#[test]
fn a_page_that_counts_down_is_loaded_again_at_the_opening_itself() {
    let opens = Instant(1_000 * Instant::SECOND);
    let at = |seconds: i64| rules::countdown(opens.plus(-seconds * Instant::SECOND), opens, 0.5);
    assert_eq!((at(75), at(30), at(1), at(0), at(-5)), (75, 30, 1, 1, 1));
    assert_eq!(at(86_400), 60);
    assert_eq!(rules::countdown(Instant(i64::MIN), Instant(i64::MAX), 0.5), 60);
    let between = rules::countdown(opens.plus(-1_500_000), opens, 0.0);
    assert_eq!(between, 2, "never too early");
}
