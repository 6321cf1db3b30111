//! The index against the computation: always the same answer.

use jiff::Span;
use jiff::civil::Date;
use proptest::collection::vec;
use proptest::prelude::*;
use slots::index::{Busy, Free, Shape, Starts};
use slots::{Minute, Slot, Taken};

use crate::worlds::{World, world};

/// The moment of the question, in the unit of the holds' expiry.
const MOMENT: i64 = 1_000;

/// How the index came to know a world's claims.
#[derive(Clone, Debug)]
struct History {
    /// The grid it began with.
    grid: u16,
    /// For each claim: booked, or held until then.
    held: Vec<Option<i64>>,
    /// Days computed beyond those of the question.
    more: i64,
}

/// Days that an announcement shuts are left to whoever asks the index: they concern a part of the
/// resources that share a timetable.
fn open_world() -> impl Strategy<Value = World> {
    world().prop_map(|mut world| {
        world.ask.locked.clear();
        world
    })
}

fn history() -> impl Strategy<Value = History> {
    let grid = prop_oneof![Just(1440u16), Just(60), Just(15), Just(1)];
    let until = prop_oneof![Just(MOMENT - 1), Just(MOMENT), Just(MOMENT + 1), Just(i64::MAX)];
    let held = vec(proptest::option::weighted(0.4, until), 12);
    (grid, held, 0i64..4).prop_map(|(grid, held, more)| History { grid, held, more })
}

/// The index of a world, and the claims that are alive in it.
struct Indexed {
    starts: Starts,
    busy: Busy,
    alive: Vec<Taken>,
}

impl Indexed {
    fn new(world: &World, history: &History) -> Self {
        let mut busy = Busy::new(history.grid);
        let mut alive = Vec::new();
        for (key, (claim, held)) in (0..).zip(world.taken.iter().zip(&history.held)) {
            match held {
                Some(until) => busy.hold(key, *claim, *until),
                None => {
                    busy.take(*claim);
                }
            }
            if held.is_none_or(|until| until > MOMENT) {
                alive.push(*claim);
            }
        }
        let shape = Shape::of(&world.plan, &world.ask);
        let more = Span::new().days(history.more);
        let days = (world.first - more)..=(world.last + more);
        let starts = |grid| Starts::new(&world.plan, &world.calendar, &shape, days.clone(), grid);
        busy.refine(starts(busy.grid()).grid());
        let starts = starts(busy.grid());
        Self { starts, busy, alive }
    }

    fn free(&self, world: &World) -> Free<'_> {
        Free::new(&self.starts, &self.busy, self.starts.reach(&world.ask), MOMENT).unwrap()
    }

    fn slots(&self, world: &World, from: Minute) -> Vec<Slot> {
        let mut slots = Vec::new();
        self.free(world).each(&(world.first..=world.last), from, |slot| {
            slots.push(slot);
            true
        });
        slots
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn slots_of_the_index_are_the_computed_ones(world in open_world(), history in history()) {
        let index = Indexed::new(&world, &history);
        let World { plan, calendar, ask, first, last, .. } = &world;
        let computed = slots::slots(plan, calendar, ask, *first..=*last, &index.alive);
        prop_assert_eq!(index.slots(&world, i64::MIN / 4), computed.clone());
        let middle = computed.get(computed.len() / 2).map_or(0, |slot| slot.start);
        let rest: Vec<Slot> = computed.into_iter().filter(|slot| slot.start >= middle).collect();
        let next = index.free(&world).next(&(*first..=*last), middle);
        prop_assert_eq!(next, rest.first().copied());
        prop_assert_eq!(index.slots(&world, middle), rest);
    }

    #[test]
    fn days_of_the_index_are_the_computed_ones(world in open_world(), history in history()) {
        let index = Indexed::new(&world, &history);
        let World { plan, calendar, ask, first, last, .. } = &world;
        let computed = slots::days(plan, calendar, ask, *first..=*last, &index.alive);
        prop_assert_eq!(index.free(&world).days(*first..=*last), computed);
    }

    #[test]
    fn tables_of_the_index_are_the_computed_ones(world in open_world(), history in history()) {
        let index = Indexed::new(&world, &history);
        let World { plan, calendar, ask, first, last, .. } = &world;
        let days = first.series(Span::new().days(1)).take_while(|day| day <= last);
        for date in days.collect::<Vec<Date>>() {
            let computed = slots::day_table(plan, calendar, ask, date, &index.alive);
            prop_assert_eq!(index.free(&world).table(date), computed);
        }
    }

    #[test]
    fn no_question_finds_a_start_before_the_first(world in open_world(), history in history()) {
        // A bound is computed from the bookings alone, for the shortest appointment, and is asked
        // for later: with holds, a longer duration and a later present.
        let index = Indexed::new(&world, &history);
        let bare: Vec<Option<i64>> = history.held.iter().map(|x| x.map(|_| 0)).collect();
        let short = World { ask: slots::Ask { duration: 1, ..world.ask.clone() }, ..world.clone() };
        let first = Indexed::new(&short, &History { held: bare, ..history }).free(&short).first();
        for slot in index.slots(&world, i64::MIN / 4) {
            prop_assert!(first.is_some_and(|first| first <= slot.start));
        }
    }

    #[test]
    fn what_is_given_back_is_free_again(
        steps in vec((0u8..3, 0i64..40, 1i64..6, 1u16..4), 1..60),
    ) {
        let mut busy = Busy::new(60);
        let mut claims: Vec<Taken> = Vec::new();
        let mut held: Vec<(u64, Taken)> = Vec::new();
        for (number, (lane, at, length, unit)) in (0..).zip(steps) {
            let (start, unit) = (at * 5 * i64::from(unit), i64::from(unit) * 5);
            let claim = Taken { lane, start, end: start + length * unit };
            let other = claims.iter().chain(held.iter().map(|x| &x.1)).position(|x| {
                x.lane == lane && x.start.max(claim.start) < x.end.min(claim.end)
            });
            match other {
                None if number % 3 == 0 => {
                    busy.hold(number, claim, MOMENT + 1);
                    held.push((number, claim));
                }
                None => {
                    prop_assert!(busy.take(claim));
                    claims.push(claim);
                }
                Some(place) if place < claims.len() => {
                    let gone = claims.swap_remove(place);
                    prop_assert!(busy.give(gone));
                    prop_assert!(!busy.clone().give(gone));
                }
                Some(place) => {
                    // A hold becomes a booking.
                    let (key, claim) = held.swap_remove(place - claims.len());
                    busy.let_go(key);
                    prop_assert!(busy.take(claim));
                    prop_assert!(!busy.clone().take(claim));
                    claims.push(claim);
                }
            }
        }
        let mut model = vec![[false; 3]; 4000];
        for claim in claims.iter().chain(held.iter().map(|x| &x.1)) {
            (claim.start..claim.end).for_each(|at| model[at as usize][usize::from(claim.lane)] = true);
        }
        let mut known = vec![[false; 3]; 4000];
        for span in busy.spans(0, MOMENT) {
            (span.start..span.end).for_each(|at| known[at as usize][usize::from(span.lane)] = true);
        }
        prop_assert!(known == model);
        busy.forget(600, MOMENT + 1);
        let bits = busy.spans(600, MOMENT);
        prop_assert!(bits.iter().all(|x| claims.iter().any(|claim| claim.end > x.start)));
    }
}
