//! Questions about free time.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, PoisonError};

use base::{Id, Instant};
use jiff::ToSpan as _;
use jiff::civil::Date;
use slots::index::{Free, Limit, Soonest};
use slots::{Ask, DayCount, DayState, Minute, Reach, Slot, Start, Weekdays};

use super::frame::Served;
use super::{Availability, Desk, Seat};
use crate::admission::Opening;
use crate::booking::{self, Offer};
use crate::places::Point;

/// Minutes by which what is shown keeps away from the nearest bookable start: so long at least a
/// person who reads a page can still choose what stands on it. The claim asks without it.
pub const TO_CHOOSE: u32 = 5;
/// Whether a local day is among those that one of the openings will open.
fn is_shut(openings: &[&Opening], date: Date) -> bool {
    openings.iter().any(|x| (x.from..=x.to).contains(&date))
}

/// Slots that are computed of a resource at a time.
const BATCH: usize = 12;

/// Which of the free times are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    /// First minute of the local day at which a visit may begin.
    pub from: u16,
    /// First minute after them.
    pub to: u16,
    /// Local days of the week.
    pub weekdays: Weekdays,
    /// Only sites that say what makes them accessible.
    pub accessible: bool,
}

impl Filter {
    /// Everything.
    pub const ALL: Self = Self { from: 0, to: 1440, weekdays: Weekdays::ALL, accessible: false };

    fn wants(&self, free: &Free<'_>, slot: &Slot) -> bool {
        if (self.from, self.to, self.weekdays) == (0, 1440, Weekdays::ALL) {
            return true;
        }
        let (weekday, minute) = free.local(slot.start);
        (self.from..self.to).contains(&minute) && self.weekdays.contains(weekday)
    }

    fn admits(&self, desk: &Desk) -> bool {
        !self.accessible || !desk.site.card.accessible.is_empty()
    }
}

/// Where free time is looked for.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// At one resource.
    Resource(&'a Id),
    /// At a site.
    Site(&'a Id),
    /// In a locality.
    Locality(&'a Id),
    /// In a region.
    Region(&'a str),
    /// Within so many kilometres of a point.
    Near(Point, f64),
}

/// A free start at a resource of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sought {
    /// Where.
    pub seat: Seat,
    /// When, and how many places.
    pub slot: Slot,
}

/// A free start of an offer.
#[derive(Clone, Copy, Debug)]
pub struct FreeSlot<'a> {
    /// Where.
    pub offer: &'a Offer,
    /// When, and how many places.
    pub slot: Slot,
}

/// A question about the free time of some resources for one service.
#[derive(Debug)]
pub struct Question<'a> {
    pub(super) index: &'a Availability,
    ask: Ask,
    now: Instant,
    filter: Filter,
    /// What is open, by zone.
    reaches: RefCell<Vec<Option<Reach>>>,
    /// Openings to come, whose days are shut, and their edition.
    pub(super) shut: (i64, Vec<Arc<Opening>>),
    limit: Option<Limit>,
    /// A resource and the day of a visit of the asker's own there.
    own: Option<(Seat, Date)>,
}

impl<'a> Question<'a> {
    /// The question `ask`, whose minute is that of `now`, with [`TO_CHOOSE`] added to its lead.
    pub fn new(index: &'a Availability, ask: Ask, now: Instant) -> Self {
        index.ledger.expire(now);
        let ask = Ask { lead: ask.lead.saturating_add(TO_CHOOSE), ..ask };
        let reaches = RefCell::new(vec![None; index.zones]);
        let shut = index.shut(&ask.service, now);
        let limit = index.served(&ask.service).and_then(|x| x.limit);
        Self { index, ask, now, filter: Filter::ALL, reaches, shut, limit, own: None }
    }

    /// The question on the terms of an offer, for a purpose (`""`: not chosen yet).
    pub fn of(index: &'a Availability, offer: &Offer, purpose: &str, now: Instant) -> Self {
        Self::new(index, offer.ask(purpose, now.minutes()), now)
    }

    /// Only some of the times and places.
    #[must_use]
    pub fn only(self, filter: Filter) -> Self {
        Self { filter, ..self }
    }

    /// For who moves a visit at a resource: within its day it keeps its place in the daily limit.
    #[must_use]
    pub fn moving(self, own: Option<(&Id, Instant)>) -> Self {
        let own = own.and_then(|(resource, start)| {
            let seat = self.index.seat(resource)?;
            Some((seat, start.in_zone(&self.index.desk(seat)?.site.zone).date()))
        });
        Self { own, ..self }
    }

    /// The soonest free starts of these resources on the local dates, at most `limit`; at the same
    /// time in order of `seats`.
    pub fn slots(&self, seats: &[Seat], days: (Date, Date), limit: usize) -> Vec<Sought> {
        if let [seat] = *seats {
            let slots = self.batch(seat, days, Minute::MIN / 4, limit);
            return slots.into_iter().map(|slot| Sought { seat, slot }).collect();
        }
        let tree = Soonest::new(seats.iter().map(|_| Some(0)));
        let all = 0..seats.len();
        self.merge(&tree, std::slice::from_ref(&all), |place| seats[place], days, limit)
    }

    /// [`Question::slots`] of everybody who serves the service within the scope; at the same time
    /// in order of region, locality, site and id.
    pub fn soonest(&self, scope: &Scope<'_>, days: (Date, Date), limit: usize) -> Vec<Sought> {
        let Some(served) = self.index.served(&self.ask.service) else { return Vec::new() };
        let ranges = self.ranges(served, scope);
        let (found, better) = {
            let tree = served.tree.read().unwrap_or_else(PoisonError::into_inner);
            let better = RefCell::new(Vec::new());
            let seat = |place: usize| {
                // A resource whose bound has come up is asked; then its bound can be better.
                let seat = served.order[place];
                better.borrow_mut().push(place);
                seat
            };
            let found = self.merge(&tree, &ranges, seat, days, limit);
            (found, better.into_inner())
        };
        self.improve(served, better);
        found
    }

    /// Merges the free starts of the resources of a tournament.
    fn merge(
        &self,
        tree: &Soonest,
        ranges: &[Range<usize>],
        seat: impl Fn(usize) -> Seat,
        days: (Date, Date),
        limit: usize,
    ) -> Vec<Sought> {
        let mut ready: HashMap<usize, (Seat, std::vec::IntoIter<Slot>, bool)> = HashMap::new();
        let until = end_of(days.1.min(self.whole().1));
        let found = tree.find(ranges, until, limit, |place, from| {
            let (seat, slots, has_more) = ready.entry(place).or_insert_with(|| {
                // Most resources give one slot, or many.
                let seat = seat(place);
                let first = self.batch(seat, days, from, 2);
                let more = first.len() == 2;
                (seat, first.into_iter(), more)
            });
            if let Some(slot) = slots.next() {
                return Some(slot);
            }
            if !*has_more {
                return None;
            }
            let more = self.batch(*seat, days, from, BATCH);
            *has_more = more.len() == BATCH;
            *slots = more.into_iter();
            slots.next()
        });
        let seat = |place: &usize| ready.get(place).map(|x| x.0);
        found.iter().filter_map(|x| Some(Sought { seat: seat(&x.place)?, slot: x.slot })).collect()
    }

    /// Writes better bounds back. A bound is computed at a version of the diary and written only
    /// while that version holds: what was freed meanwhile has lowered it, or is about to.
    fn improve(&self, served: &Served, mut places: Vec<usize>) {
        const MOST: usize = 256;
        places.truncate(MOST);
        let shortest = Ask { now: self.ask.now, ..served.shortest.clone() };
        let bounds: Vec<(usize, u64, Option<Minute>)> = {
            let tree = served.tree.read().unwrap_or_else(PoisonError::into_inner);
            let better = |place: usize| {
                let desk = self.index.desk(served.order[place])?;
                let version = desk.diary.version();
                let bound = self.index.bound(desk, &shortest, served.limit);
                (bound != tree.bound(place)).then_some((place, version, bound))
            };
            places.into_iter().filter_map(better).collect()
        };
        if bounds.is_empty() {
            return;
        }
        let mut tree = served.tree.write().unwrap_or_else(PoisonError::into_inner);
        for (place, version, bound) in bounds {
            let desk = self.index.desk(served.order[place]);
            if desk.is_some_and(|desk| desk.diary.version() == version) {
                tree.set(place, bound);
            }
        }
    }

    /// The places of a scope in the tournament of the service.
    fn ranges(&self, served: &Served, scope: &Scope<'_>) -> Vec<Range<usize>> {
        match scope {
            Scope::Resource(id) => {
                let place = self.index.seat(id).and_then(|seat| self.index.place(seat, served));
                place.map(|place| place..place + 1).into_iter().collect()
            }
            Scope::Site(id) => served.sites.get(*id).into_iter().cloned().collect(),
            Scope::Locality(id) => served.localities.get(*id).cloned().unwrap_or_default(),
            Scope::Region(code) => served.regions.get(*code).cloned().unwrap_or_default(),
            Scope::Near(point, km) => served.atlas.near(*point, *km),
        }
    }

    /// Local dates that hold everything that is open, in whatever zone: from today on.
    pub fn whole(&self) -> (Date, Date) {
        let today = self.now.in_zone(&jiff::tz::TimeZone::UTC).date();
        // Where the clocks are ahead, a week may have opened that has not here.
        let last = self.ask.reach(&jiff::tz::TimeZone::UTC).last_day().saturating_add(8.days());
        (today.saturating_sub(1.day()), last.max(today))
    }

    /// The first of those who serve the service within the scope.
    pub fn first(&self, scope: &Scope<'_>) -> Option<&'a Desk> {
        let served = self.index.served(&self.ask.service)?;
        let place = self.ranges(served, scope).first()?.start;
        self.index.desk(served.order[place])
    }

    /// A resource that serves the service.
    pub fn seat(&self, resource: &Id) -> Option<Seat> {
        let served = self.index.served(&self.ask.service)?;
        self.index.seat(resource).filter(|seat| self.index.place(*seat, served).is_some())
    }

    /// Everybody who serves the service within the scope.
    pub fn seats(&self, scope: &Scope<'_>) -> Vec<Seat> {
        let Some(served) = self.index.served(&self.ask.service) else { return Vec::new() };
        let ranges = self.ranges(served, scope);
        ranges.into_iter().flat_map(|range| served.order[range].iter().copied()).collect()
    }

    /// How many serve the service within the scope.
    pub(super) fn count(&self, scope: &Scope<'_>) -> usize {
        let served = self.index.served(&self.ask.service);
        served.map_or(0, |x| self.ranges(x, scope).iter().map(Range::len).sum())
    }

    /// The free places of each local date, summed over the resources; nothing when none has a
    /// timetable.
    pub fn days(&self, seats: &[Seat], days: (Date, Date)) -> Vec<DayCount> {
        let mut sum: Vec<DayCount> = Vec::new();
        for seat in seats {
            let one = self.view(*seat, days.1, |free| free.days(days.0..=days.1));
            let Some(mut one) = one else { continue };
            let shut = self.shut_at(*seat);
            for day in one.iter_mut().filter(|x| is_shut(&shut, x.date)) {
                (day.free, day.state) = (0, DayState::NotYet);
            }
            if sum.is_empty() {
                sum = one;
                continue;
            }
            for (day, other) in sum.iter_mut().zip(one) {
                day.free += other.free;
                day.state = brighter(day.state, other.state);
            }
        }
        sum
    }

    /// How many visits can still be taken on the local dates: of starts that overlap in a lane one alone
    /// counts.
    pub fn room(&self, seats: &[Seat], days: (Date, Date)) -> u32 {
        let of_one = |seat: &Seat| {
            let shut = self.shut_at(*seat);
            let dates = days.0.series(jiff::Span::new().days(1)).take_while(|x| *x <= days.1);
            let open = dates.filter(|date| !is_shut(&shut, *date));
            self.view(*seat, days.1, |free| open.map(|date| free.room(date)).sum::<u32>())
        };
        seats.iter().filter_map(of_one).sum()
    }

    /// Every bookable start of a date at one resource, also the taken ones.
    pub fn table(&self, seat: Seat, date: Date) -> Vec<Start> {
        match is_shut(&self.shut_at(seat), date) {
            true => Vec::new(),
            false => self.view(seat, date, |free| free.table(date)).unwrap_or_default(),
        }
    }

    /// The first free starts of a resource from a minute on.
    fn batch(&self, seat: Seat, days: (Date, Date), from: Minute, limit: usize) -> Vec<Slot> {
        let mut slots = Vec::with_capacity(limit.min(512));
        let shut = self.shut_at(seat);
        let open = |slot: &Slot| {
            let date = |x: &Opening| Instant::from_minutes(slot.start).in_zone(&x.zone).date();
            shut.iter().all(|x| !(x.from..=x.to).contains(&date(x)))
        };
        self.view(seat, days.1, |free| {
            free.each(&(days.0..=days.1), from, |slot| {
                if slots.len() < limit && open(&slot) && self.filter.wants(free, &slot) {
                    slots.push(slot);
                }
                slots.len() < limit
            });
        });
        slots
    }

    /// The openings to come that cover a resource.
    fn shut_at(&self, seat: Seat) -> Vec<&Opening> {
        let desk = self.index.desk(seat).filter(|_| !self.shut.1.is_empty());
        let covers = |x: &&Arc<Opening>| {
            desk.is_some_and(|d| x.zone == d.site.zone && x.scope.covers(&d.site, &d.resource))
        };
        self.shut.1.iter().filter(covers).map(|x| &**x).collect()
    }

    /// Looks at the free time of a resource until a local date.
    fn view<T>(&self, seat: Seat, last: Date, look: impl FnOnce(&Free<'_>) -> T) -> Option<T> {
        let desk = self.index.desk(seat).filter(|desk| self.filter.admits(desk))?;
        let table = desk.table.as_ref()?;
        let reach = self.reach(desk);
        let mut busy = desk.diary.busy();
        let starts = table.starts(&self.ask, &mut busy, Some(last.min(reach.last_day())));
        let free = Free::new(&starts, &busy, reach, self.now.0)?;
        Some(look(&free.limited(self.limit_at(seat))))
    }

    /// The daily limit, beside a visit of the asker's own.
    fn limit_at(&self, seat: Seat) -> Option<Limit> {
        let own = self.own.filter(|x| x.0 == seat).map(|x| booking::day_number(x.1));
        self.limit.map(|limit| Limit { own, ..limit })
    }

    /// What is open in the zone of a resource; worked out once.
    fn reach(&self, desk: &Desk) -> Reach {
        let mut reaches = self.reaches.borrow_mut();
        *reaches[usize::from(desk.zone)].get_or_insert_with(|| self.ask.reach(&desk.site.zone))
    }

    /// The resources of offers, in order of their ids, each with its offer.
    pub fn seats_of<'o>(&self, offers: &'o [Offer]) -> Vec<(Seat, &'o Offer)> {
        let seat = |offer: &'o Offer| Some((self.index.seat(&offer.resource)?, offer));
        let mut seats: Vec<_> = offers.iter().filter_map(seat).collect();
        seats.sort_by(|a, b| a.1.resource.cmp(&b.1.resource));
        seats
    }
}

/// Who asks an offer for free time, and when.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Code of the purpose; empty: not chosen yet.
    pub purpose: &'a str,
    /// The present.
    pub now: Instant,
    /// The visit that is to be moved: its resource and its start.
    pub moving: Option<(&'a Id, Instant)>,
}

impl<'a> From<(&'a str, Instant)> for Asked<'a> {
    fn from((purpose, now): (&'a str, Instant)) -> Self {
        Self { purpose, now, moving: None }
    }
}

impl<'a> Asked<'a> {
    fn question<'i>(self, index: &'i Availability, offer: &Offer) -> Question<'i> {
        Question::of(index, offer, self.purpose, self.now).moving(self.moving)
    }
}

impl Availability {
    /// The soonest free starts of offers of one service on the local dates, at most `limit`; at the
    /// same time in order of the resources' ids.
    pub fn slots<'o, 'a>(
        &self,
        offers: &'o [Offer],
        asked: impl Into<Asked<'a>>,
        days: (Date, Date),
        limit: usize,
    ) -> Vec<FreeSlot<'o>> {
        let Some(first) = offers.first() else { return Vec::new() };
        let question = asked.into().question(self, first);
        let known = question.seats_of(offers);
        let seats: Vec<Seat> = known.iter().map(|x| x.0).collect();
        let offers: HashMap<Seat, &Offer> = known.into_iter().collect();
        let found = question.slots(&seats, days, limit);
        let slot = |x: &Sought| Some(FreeSlot { offer: offers.get(&x.seat)?, slot: x.slot });
        found.iter().filter_map(slot).collect()
    }

    /// The free places of each local date, summed over offers of one service.
    pub fn days<'a>(
        &self,
        offers: &[Offer],
        asked: impl Into<Asked<'a>>,
        days: (Date, Date),
    ) -> Vec<DayCount> {
        let Some(first) = offers.first() else { return Vec::new() };
        let question = asked.into().question(self, first);
        let seats: Vec<Seat> = question.seats_of(offers).into_iter().map(|x| x.0).collect();
        question.days(&seats, days)
    }

    /// How many visits to offers of one service can still be taken on the local dates.
    pub fn room<'a>(
        &self,
        offers: &[Offer],
        asked: impl Into<Asked<'a>>,
        days: (Date, Date),
    ) -> u32 {
        let Some(first) = offers.first() else { return 0 };
        let question = asked.into().question(self, first);
        let seats: Vec<Seat> = question.seats_of(offers).into_iter().map(|x| x.0).collect();
        question.room(&seats, days)
    }
}

/// The state that says more to the person: free before full before not yet before closed.
fn brighter(a: DayState, b: DayState) -> DayState {
    use DayState::{Closed, Full, NotYet, Open};
    [Open, Full, NotYet, Closed].into_iter().find(|x| *x == a || *x == b).unwrap_or(a)
}

/// A minute by which the date is over everywhere.
fn end_of(date: Date) -> Minute {
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).map(|x| x.timestamp());
    midnight.map_or(Minute::MAX / 4, |x| Instant::from(x).minutes() + 3 * 1440)
}
