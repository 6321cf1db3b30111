//! The picture: which resources there are, by which timetables, and who is free first.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher as _;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use base::{Id, Instant};
use slots::index::{Free, Limit, Soonest};
use slots::{Ask, Calendar, Channel, Minute, Plan, Reach, Release};

use super::atlas::Atlas;
use super::ledger::{DAY, Diary, Ledger};
use super::query::TO_CHOOSE;
use super::table::Table;
use crate::admission::{Opening, Openings};
use crate::booking;
use crate::offices::{Offices, Resource, Site};
use crate::places::Point;
use crate::schedule::{Schedule, Timetable};

/// The number of a resource in one [`Availability`].
pub type Seat = u32;

/// A resource and what its free time depends on.
#[derive(Debug)]
pub struct Desk {
    /// The resource.
    pub resource: Arc<Resource>,
    /// Where it is.
    pub site: Arc<Site>,
    /// Number of its zone among the zones of the picture.
    pub zone: u16,
    pub(super) diary: Arc<Diary>,
    pub(super) table: Option<Arc<Table>>,
    /// Its places in the tournaments: number of the service, place.
    ranks: Box<[(u16, u32)]>,
}

/// The resources that serve a service, in order of region, locality, site and id: the resources of
/// every place lie beside each other.
#[derive(Debug)]
pub(super) struct Served {
    pub order: Vec<Seat>,
    pub tree: RwLock<Soonest>,
    /// The shortest question there can be: bounds hold for all others.
    pub shortest: Ask,
    /// What a resource gives a day, when that is limited.
    pub limit: Option<Limit>,
    pub sites: HashMap<Id, Range<usize>>,
    pub localities: HashMap<Id, Vec<Range<usize>>>,
    pub regions: HashMap<String, Vec<Range<usize>>>,
    pub atlas: Atlas,
}

/// What the tournament of a service has to know of its terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brief {
    /// Minutes of its shortest appointment.
    pub duration: u16,
    /// Minutes between the present and a start, at least.
    pub lead: u32,
    /// Appointments a day at one resource, when limited.
    pub per_day: Option<u16>,
}

/// What an [`Availability`] is made of.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// Who receives.
    pub offices: &'a Offices,
    /// When.
    pub schedule: &'a Schedule,
    /// On which terms; nothing for a service that is not booked.
    pub terms: &'a dyn Fn(&str) -> Option<Brief>,
}

impl std::fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sources({} resources)", self.offices.resources().len())
    }
}

/// A new picture, and what is to be done before and after it is shown.
#[derive(Debug)]
pub struct Made {
    /// The picture.
    pub availability: Arc<Availability>,
    /// Resources that had no diary: their claims are to be read.
    pub fresh: Vec<Id>,
    /// Of the diaries, when the bounds were computed.
    pub(super) versions: Vec<u64>,
}

/// Free time of all resources, as of one edition of the reference data.
#[derive(Debug, Default)]
pub struct Availability {
    pub(super) ledger: Arc<Ledger>,
    pub(super) desks: Vec<Desk>,
    seats: HashMap<Id, Seat>,
    pub(super) served: Vec<Served>,
    services: HashMap<String, u16>,
    tables: HashMap<u64, Vec<Arc<Table>>>,
    calendars: Vec<Arc<Calendar>>,
    pub(super) zones: usize,
    /// What is announced: until their moment such days are shut.
    openings: RwLock<Openings>,
}

impl Availability {
    /// Takes note of what is announced.
    pub fn announce(&self, openings: Openings) {
        *self.openings.write().unwrap_or_else(PoisonError::into_inner) = openings;
    }

    /// The edition of what is announced.
    pub(super) fn announced(&self) -> i64 {
        self.openings.read().unwrap_or_else(PoisonError::into_inner).version
    }

    /// The edition of what is announced, and the openings of a service whose days are shut at `now`.
    pub(super) fn shut(&self, service: &str, now: Instant) -> (i64, Vec<Arc<Opening>>) {
        let openings = self.openings.read().unwrap_or_else(PoisonError::into_inner);
        let shut = openings.of_service(service, now).filter(|x| now < x.opens);
        (openings.version, shut.cloned().collect())
    }

    /// The picture of these sources. Timetables that are as they were in `former` keep what was
    /// computed of them; what is taken stands in the ledger.
    pub fn made_of(
        sources: &Sources<'_>,
        ledger: Arc<Ledger>,
        former: &Self,
        now: Instant,
    ) -> Made {
        let mut made = Self { ledger, ..Self::default() };
        let mut fresh = Vec::new();
        let mut zones: Vec<String> = Vec::new();
        for resource in sources.offices.resources() {
            let Some(site) = sources.offices.site(&resource.site) else { continue };
            let timetable = sources.schedule.timetable(&resource.id);
            let region = region(sources.offices, site);
            let calendar = made.calendar(sources.schedule.calendar(&region), former);
            let table = timetable.map(|x| made.table(x, &calendar, former));
            let grid = timetable.map_or(DAY, |x| x.grid);
            let (diary, new) = made.ledger.open(&resource.id, grid);
            if new {
                fresh.push(resource.id.clone());
            }
            let name = site.zone.iana_name().unwrap_or_default();
            let zone = zones.iter().position(|x| x == name).unwrap_or_else(|| {
                zones.push(name.to_owned());
                zones.len() - 1
            }) as u16;
            let (resource, site) = (resource.clone(), site.clone());
            made.seats.insert(resource.id.clone(), made.desks.len() as Seat);
            made.desks.push(Desk { resource, site, zone, diary, table, ranks: Box::default() });
        }
        made.zones = zones.len();
        let versions = made.desks.iter().map(|desk| desk.diary.version()).collect();
        made.enter_tournaments(sources, now);
        Made { availability: Arc::new(made), fresh, versions }
    }

    /// The calendar as one of those that are known.
    fn calendar(&mut self, calendar: &Arc<Calendar>, former: &Self) -> Arc<Calendar> {
        if let Some(known) =
            self.calendars.iter().find(|x| Arc::ptr_eq(x, calendar) || *x == calendar)
        {
            return known.clone();
        }
        let known = former.calendars.iter().find(|x| *x == calendar).unwrap_or(calendar);
        self.calendars.push(known.clone());
        known.clone()
    }

    /// The one table of all resources with this plan and calendar.
    fn table(
        &mut self,
        timetable: &Arc<Timetable>,
        calendar: &Arc<Calendar>,
        former: &Self,
    ) -> Arc<Table> {
        let plan = &timetable.plan;
        let key = digest(plan);
        let is = |x: &&Arc<Table>| Arc::ptr_eq(&x.calendar, calendar) && x.plan() == plan;
        let known = self.tables.entry(key).or_default();
        if let Some(table) = known.iter().find(is) {
            return table.clone();
        }
        let table = former.tables.get(&key).and_then(|x| x.iter().find(is)).cloned();
        let table =
            table.unwrap_or_else(|| Arc::new(Table::new(timetable.clone(), calendar.clone())));
        known.push(table.clone());
        table
    }

    fn enter_tournaments(&mut self, sources: &Sources<'_>, now: Instant) {
        let mut order: Vec<Seat> = (0..self.desks.len() as Seat).collect();
        let regions: HashMap<&Id, String> =
            sources.offices.sites().iter().map(|x| (&x.id, region(sources.offices, x))).collect();
        let key = |seat: &Seat| {
            let Desk { resource, site, .. } = &self.desks[*seat as usize];
            (regions.get(&site.id), &site.locality, &site.id, &resource.id)
        };
        order.sort_by(|a, b| key(a).cmp(&key(b)));
        let mut lists: HashMap<&str, Vec<Seat>> = HashMap::new();
        for seat in order {
            let desk = &self.desks[seat as usize];
            for code in desk.resource.services.iter().filter(|_| desk.resource.active) {
                lists.entry(code).or_default().push(seat);
            }
        }
        let mut made: Vec<(String, Served)> = Vec::new();
        for (code, order) in lists {
            if let Some(brief) = (sources.terms)(code) {
                let served = self.tournament(code, brief, order, now, &regions);
                made.push((code.to_owned(), served));
            }
        }
        let mut ranks: Vec<Vec<(u16, u32)>> = vec![Vec::new(); self.desks.len()];
        for (number, (code, served)) in (0..).zip(made) {
            for (place, seat) in (0..).zip(&served.order) {
                ranks[*seat as usize].push((number, place));
            }
            self.services.insert(code, number);
            self.served.push(served);
        }
        for (desk, ranks) in self.desks.iter_mut().zip(ranks) {
            desk.ranks = ranks.into();
        }
    }

    fn tournament(
        &self,
        code: &str,
        brief: Brief,
        order: Vec<Seat>,
        now: Instant,
        regions: &HashMap<&Id, String>,
    ) -> Served {
        let shortest = Ask {
            service: code.to_owned(),
            duration: brief.duration,
            channel: Channel::Online,
            now: now.minutes(),
            lead: brief.lead.saturating_add(TO_CHOOSE),
            horizon_days: 0,
            release: Release::Rolling,
            locked: Vec::new(),
        };
        let limit = brief.per_day.map(|per_day| Limit {
            service: booking::number_of(code),
            per_day: booking::rules::most_a_day(per_day).into(),
            own: None,
        });
        let bound = |seat: &Seat| self.bound(&self.desks[*seat as usize], &shortest, limit);
        let tree = RwLock::new(Soonest::new(order.iter().map(bound)));
        let (mut sites, mut localities, mut by_region) =
            (HashMap::new(), HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        let mut points: Vec<(Range<u32>, Option<Point>)> = Vec::new();
        for (place, seat) in order.iter().enumerate() {
            let site = &self.desks[*seat as usize].site;
            let range = sites.entry(site.id.clone()).or_insert(place..place);
            if range.start == range.end {
                points.push((place as u32..place as u32, site.point));
            }
            range.end = place + 1;
            if let Some(site) = points.last_mut() {
                site.0.end = place as u32 + 1;
            }
            grow(localities.entry(site.locality.clone()).or_default(), place);
            let region = regions.get(&site.id).cloned().unwrap_or_default();
            grow(by_region.entry(region).or_default(), place);
        }
        let atlas = Atlas::new(points);
        Served { order, tree, shortest, limit, sites, localities, regions: by_region, atlas }
    }

    /// A time before which the resource has no free start for any question about the service: from
    /// the bookings alone, since holds run out, and whatever is open.
    pub(super) fn bound(
        &self,
        desk: &Desk,
        shortest: &Ask,
        limit: Option<Limit>,
    ) -> Option<Minute> {
        let table = desk.table.as_ref()?;
        let earliest = shortest.now + Minute::from(shortest.lead);
        let mut busy = desk.diary.busy();
        let starts = table.starts(shortest, &mut busy, None);
        let free = Free::new(&starts, &busy, Reach::from(earliest), i64::MAX)?;
        Some(free.limited(limit).first().unwrap_or_else(|| starts.end().max(earliest)))
    }

    /// A resource by its id.
    pub fn seat(&self, resource: &Id) -> Option<Seat> {
        self.seats.get(resource).copied()
    }

    /// The resource with that number.
    pub fn desk(&self, seat: Seat) -> Option<&Desk> {
        self.desks.get(seat as usize)
    }

    /// The place of a resource in the tournament of a service.
    pub(super) fn place(&self, seat: Seat, served: &Served) -> Option<usize> {
        let ranks = self.desk(seat)?.ranks.iter();
        let mut own = ranks.filter(|x| std::ptr::eq(&self.served[usize::from(x.0)], served));
        own.next().map(|x| x.1 as usize)
    }

    pub(super) fn served(&self, service: &str) -> Option<&Served> {
        self.services.get(service).map(|number| &self.served[usize::from(*number)])
    }

    /// From `start` on something of a resource became free, or all of it may have (`None`).
    pub(super) fn freed(&self, resource: &Id, start: Option<Minute>) {
        let Some(desk) = self.seat(resource).and_then(|seat| self.desk(seat)) else { return };
        for (number, place) in &desk.ranks {
            let served = &self.served[usize::from(*number)];
            let bound = start.map_or(0, |at| at - Minute::from(served.shortest.duration) + 1);
            let mut tree = served.tree.write().unwrap_or_else(PoisonError::into_inner);
            tree.lower(*place as usize, bound);
        }
    }

    /// Lowers the bounds of the resources that changed since `versions`.
    pub(super) fn catch_up(&self, versions: &[u64]) {
        for (desk, version) in self.desks.iter().zip(versions) {
            if desk.diary.version() != *version {
                self.freed(&desk.resource.id, None);
            }
        }
    }

    /// Bytes of the picture without the ledger, about.
    pub fn bytes(&self) -> usize {
        let tables: usize = self.tables.values().flatten().map(|table| table.bytes()).sum();
        let served = self.served.iter().map(|x| {
            let tree = x.tree.read().unwrap_or_else(PoisonError::into_inner);
            tree.bytes() + x.atlas.bytes() + x.order.capacity() * size_of::<Seat>()
        });
        let desks = self.desks.iter().map(|x| size_of_val(&*x.ranks) + size_of::<Desk>());
        tables + served.sum::<usize>() + desks.sum::<usize>()
    }

    /// How many zones there are.
    pub fn zones(&self) -> usize {
        self.zones
    }

    /// What is taken, shared by all pictures.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }
}

/// Adds a place to the last of the ranges when it follows it.
fn grow(ranges: &mut Vec<Range<usize>>, place: usize) {
    match ranges.last_mut() {
        Some(last) if last.end == place => last.end += 1,
        _ => ranges.push(place..place + 1),
    }
}

fn region(offices: &Offices, site: &Site) -> String {
    offices.organization(&site.organization).map(|x| x.region.clone()).unwrap_or_default()
}

/// A number that plans of equal content share.
fn digest(plan: &Plan) -> u64 {
    let mut hasher = DefaultHasher::new();
    if let Ok(text) = serde_json::to_vec(plan) {
        hasher.write(&text);
    }
    hasher.finish()
}
