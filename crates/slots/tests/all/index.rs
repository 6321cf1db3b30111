//! The index against the computation: always the same answer.

use jiff::Span;
use jiff::civil::Date;
use proptest::collection::vec;
use proptest::prelude::*;
use slots::index::{Busy, Counted, Free, Limit, Shape, Starts};
use slots::{DayState, Minute, Slot, Taken};

use crate::reference::wall;
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
    limit: Option<Limited>,
}

/// A daily limit of the service, and what counts towards it.
#[derive(Clone, Debug)]
struct Limited {
    per_day: u32,
    /// Days after the first one, and until when the claim stands.
    counted: Vec<(i64, Option<i64>)>,
    /// A day of which one is the asker's own.
    own: Option<i64>,
}

/// The one service that has a limit, and one that must not matter.
const SERVICE: u64 = 7;
const ANOTHER: u64 = 6;

impl Limited {
    fn limit(&self, world: &World) -> Limit {
        let own = self.own.map(|day| number(world.first) + day);
        Limit { service: SERVICE, per_day: self.per_day, own }
    }

    /// What is left of a date, by counting.
    fn left(&self, world: &World, date: Date) -> u32 {
        let day = number(date) - number(world.first);
        let alive = |x: &&(i64, Option<i64>)| x.0 == day && x.1.is_none_or(|at| at > MOMENT);
        let counted = self.counted.iter().filter(alive).count() as u32;
        let own = u32::from(self.own == Some(day));
        self.per_day.saturating_sub(counted.saturating_sub(own))
    }
}

fn number(date: Date) -> i64 {
    date.duration_since(Date::new(1970, 1, 1).unwrap()).as_hours() / 24
}

fn limited() -> impl Strategy<Value = Limited> {
    let counted = vec((-2i64..6, until()), 0..24);
    (1u32..6, counted, proptest::option::weighted(0.3, 0i64..4))
        .prop_map(|(per_day, counted, own)| Limited { per_day, counted, own })
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
    let limit = proptest::option::weighted(0.5, limited());
    (grid, vec(until(), 12), 0i64..4, limit).prop_map(|(grid, held, more, limit)| History {
        grid,
        held,
        more,
        limit,
    })
}

/// Booked, or held until then.
fn until() -> impl Strategy<Value = Option<i64>> {
    let until = prop_oneof![Just(MOMENT - 1), Just(MOMENT), Just(MOMENT + 1), Just(i64::MAX)];
    proptest::option::weighted(0.4, until)
}

/// The index of a world, and the claims that are alive in it.
struct Indexed {
    starts: Starts,
    busy: Busy,
    alive: Vec<Taken>,
    limit: Option<Limited>,
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
        for (key, (day, until)) in (0..).zip(history.limit.iter().flat_map(|x| &x.counted)) {
            let day = number(world.first) + day;
            busy.count(Counted { service: ANOTHER, day, key }, None);
            busy.count(Counted { service: SERVICE, day, key }, None);
            busy.count(Counted { service: SERVICE, day, key }, *until);
        }
        let shape = Shape::of(&world.plan, &world.ask);
        let more = Span::new().days(history.more);
        let days = (world.first - more)..=(world.last + more);
        let starts = |grid| Starts::new(&world.plan, &world.calendar, &shape, days.clone(), grid);
        busy.refine(starts(busy.grid()).grid());
        let starts = starts(busy.grid());
        Self { starts, busy, alive, limit: history.limit.clone() }
    }

    fn free(&self, world: &World) -> Free<'_> {
        let free = Free::new(&self.starts, &self.busy, self.starts.reach(&world.ask), MOMENT);
        free.unwrap().limited(self.limit.as_ref().map(|x| x.limit(world)))
    }

    /// What the limit leaves for the local day of a start, or for a date.
    fn left(&self, world: &World, date: Date) -> u32 {
        self.limit.as_ref().map_or(u32::MAX, |x| x.left(world, date))
    }

    /// What is computed of the rows, by hand less what the limit does not leave.
    fn computed(&self, world: &World) -> Vec<Slot> {
        let World { plan, calendar, ask, first, last, .. } = world;
        let slots = slots::slots(plan, calendar, ask, *first..=*last, &self.alive);
        let limited = slots.into_iter().map(|slot| {
            let left = self.left(world, wall(&plan.zone, slot.start).date());
            Slot { free: u32::from(slot.free).min(left) as u8, ..slot }
        });
        limited.filter(|slot| slot.free > 0).collect()
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
        let World { first, last, .. } = &world;
        let computed = index.computed(&world);
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
        let mut computed = slots::days(plan, calendar, ask, *first..=*last, &index.alive);
        for day in &mut computed {
            day.free = day.free.min(index.left(&world, day.date));
            if day.free == 0 && day.state == DayState::Open {
                day.state = DayState::Full;
            }
        }
        prop_assert_eq!(index.free(&world).days(*first..=*last), computed);
    }

    #[test]
    fn room_counts_visits_and_not_starts(world in open_world(), history in history()) {
        let index = Indexed::new(&world, &history);
        let World { first, last, .. } = &world;
        for date in first.series(Span::new().days(1)).take_while(|day| day <= last) {
            let free = index.free(&world);
            let mut slots = Vec::new();
            free.each(&(date..=date), i64::MIN / 4, |slot| {
                slots.push(slot);
                true
            });
            let (room, left) = (free.room(date), index.left(&world, date));
            prop_assert_eq!(room == 0, slots.is_empty());
            let most = slots.iter().map(|x| u32::from(x.free)).max().unwrap_or_default();
            let all: u32 = slots.iter().map(|x| u32::from(x.free)).sum();
            prop_assert!((most..=all).contains(&room));
            // One after another, each at the first start that is left.
            let mut end = i64::MIN;
            let apart = slots.iter().filter(|x| {
                let fits = x.start >= end;
                end = if fits { x.end } else { end };
                fits
            });
            let apart = u32::try_from(apart.count()).unwrap().min(left);
            prop_assert!(room >= apart);
            if free.table(date).iter().all(|x| x.total == 1) {
                prop_assert_eq!(room, apart);
            }
        }
    }

    #[test]
    fn tables_of_the_index_are_the_computed_ones(world in open_world(), history in history()) {
        let index = Indexed::new(&world, &history);
        let World { plan, calendar, ask, first, last, .. } = &world;
        let days = first.series(Span::new().days(1)).take_while(|day| day <= last);
        for date in days.collect::<Vec<Date>>() {
            let mut computed = slots::day_table(plan, calendar, ask, date, &index.alive);
            let left = index.left(&world, date);
            computed.iter_mut().for_each(|x| x.free = u32::from(x.free).min(left) as u8);
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
        let limit = history.limit.clone().map(|mut limit| {
            limit.counted.retain(|x| x.1.is_none());
            limit
        });
        let bare = History { held: bare, limit, ..history };
        let first = Indexed::new(&short, &bare).free(&short).first();
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
