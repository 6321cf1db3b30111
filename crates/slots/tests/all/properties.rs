//! The crate against the reference.

use proptest::prelude::*;
use slots::{Ask, Calendar, Channel, DayState, Plan, Rule, Taken, Weekdays};

use crate::reference::{Reference, epoch, wall};
use crate::worlds::{World, world};

impl World {
    fn slots(&self, taken: &[Taken]) -> Vec<slots::Slot> {
        slots::slots(&self.plan, &self.calendar, &self.ask, self.first..=self.last, taken)
    }

    fn reference(&self) -> Reference<'_> {
        Reference::new(&self.plan, &self.calendar, &self.ask, self.first, self.last)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn slots_are_those_of_the_reference(world in world()) {
        prop_assert_eq!(world.slots(&world.taken), world.reference().slots(&world.taken));
    }

    #[test]
    fn days_are_those_of_the_reference_and_agree_with_slots(world in world()) {
        let World { plan, calendar, ask, taken, first, last } = &world;
        let days = slots::days(plan, calendar, ask, *first..=*last, taken);
        prop_assert_eq!(&days, &world.reference().days(taken));
        for day in days {
            let slots = slots::slots(plan, calendar, ask, day.date..=day.date, taken);
            let free: u32 = slots.iter().map(|slot| u32::from(slot.free)).sum();
            prop_assert_eq!(day.free, free);
            prop_assert_eq!(day.state == DayState::Open, free > 0);
        }
    }

    #[test]
    fn the_table_of_a_day_is_that_of_the_reference(world in world()) {
        let World { plan, calendar, ask, taken, first, .. } = &world;
        let reference = Reference::new(plan, calendar, ask, *first, *first);
        prop_assert_eq!(
            slots::day_table(plan, calendar, ask, *first, taken),
            reference.table(taken)
        );
    }

    #[test]
    fn candidates_are_accepted_exactly_where_slots_are_offered(world in world()) {
        let World { plan, calendar, ask, .. } = &world;
        let reference = world.reference();
        let offered = world.slots(&[]);
        for start in reference.minutes() {
            let lanes = slots::candidates(plan, calendar, ask, start);
            let slot = offered.iter().find(|slot| slot.start == start);
            match (lanes, slot) {
                (Ok(lanes), Some(slot)) => {
                    prop_assert_eq!(lanes.len(), usize::from(slot.free));
                    prop_assert_eq!(lanes, reference.lanes(start));
                }
                (Err(_), None) => {}
                (lanes, slot) => prop_assert!(false, "{start}: {lanes:?} but {slot:?}"),
            }
        }
    }

    #[test]
    fn a_claim_takes_a_place_and_never_makes_one(
        world in world(),
        pick in any::<prop::sample::Index>(),
    ) {
        let before = world.slots(&world.taken);
        if before.is_empty() {
            return Ok(());
        }
        let slot = pick.get(&before);
        let lanes = slots::candidates(&world.plan, &world.calendar, &world.ask, slot.start);
        let lane = lanes.unwrap().into_iter().find(|&lane| {
            let mut claims = world.taken.iter().filter(|claim| claim.lane == lane);
            !claims.any(|claim| claim.start.max(slot.start) < claim.end.min(slot.end))
        });
        let mut taken = world.taken.clone();
        taken.push(Taken { lane: lane.unwrap(), start: slot.start, end: slot.end });
        let after = world.slots(&taken);
        let sum = |slots: &[slots::Slot]| slots.iter().map(|s| u32::from(s.free)).sum::<u32>();
        prop_assert!(sum(&after) < sum(&before));
        for slot in after {
            let was = before.iter().find(|old| old.start == slot.start);
            prop_assert!(was.is_some_and(|old| old.free >= slot.free));
        }
    }

    #[test]
    fn every_slot_covers_whole_cells_of_the_grid(world in world()) {
        let grid = i64::from(slots::grid([&world.plan], &[world.ask.duration]));
        for slot in world.slots(&[]) {
            prop_assert_eq!(slot.start.rem_euclid(grid), 0);
            prop_assert_eq!(slot.end.rem_euclid(grid), 0);
            prop_assert_eq!(slot.end - slot.start, i64::from(world.ask.duration));
        }
    }

    #[test]
    fn the_next_release_opens_what_it_says_and_not_a_minute_earlier(world in world()) {
        let World { plan, ask, .. } = &world;
        let Some((opens, first, last)) = slots::next_release(ask, &plan.zone) else {
            return Ok(());
        };
        prop_assert!(ask.now < opens && first <= last);
        // A window around the clock, so that nothing but the release refuses.
        let rules = vec![Rule { weekdays: Weekdays::ALL, from: 0, to: 2880, ..Rule::default() }];
        let plan = Plan { zone: plan.zone.clone(), rules, exceptions: Vec::new() };
        let state = |now, date| {
            let locked = Vec::new();
            let ask =
                Ask { now, lead: 0, duration: 1, channel: Channel::Online, locked, ..ask.clone() };
            slots::days(&plan, &Calendar::default(), &ask, date..=date, &[])[0].state
        };
        for date in [first, last] {
            let noon = epoch(&plan.zone, date.at(12, 0, 0, 0));
            prop_assert_eq!(state(opens - 1, date), DayState::NotYet);
            let exists = wall(&plan.zone, noon).date() == date;
            prop_assert!(!exists || noon < opens || state(opens, date) == DayState::Open);
        }
    }
}
