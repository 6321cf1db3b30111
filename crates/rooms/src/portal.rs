//! What a node keeps in memory: the city and the timetables, replaced whole when an edition rises.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use base::{Clock, Db, Id, Instant, Outcome};
use slots::{Ask, Channel};

use crate::accounts::Level;
use crate::admission::{self, Openings, Scope};
use crate::availability::{Availability, Brief, Feed, Made, Question, Sources, Watcher};
use crate::booking::{Confirmation, Offer, PurposeTerms, Terms};
use crate::catalogue::{self, Service};
use crate::city::{self, City};
use crate::offices::{Resource, Site};
use crate::schedule::{self, Schedule};

/// A consistent picture of everything but bookings and people.
#[derive(Debug)]
pub struct Portal {
    /// Places, services, offices and the search over them.
    pub city: Arc<City>,
    /// Timetables and calendars.
    pub schedule: Arc<Schedule>,
    /// Announced openings.
    pub openings: Openings,
    /// Free time; empty in a picture that no [`Memory`] shows.
    pub availability: Arc<Availability>,
}

impl Portal {
    /// Reads everything; for threads that may wait.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn load(db: &Db) -> Outcome<Self> {
        Self::around(db, Arc::new(City::load(db)?))
    }

    /// Reads the timetables of a city.
    fn around(db: &Db, city: Arc<City>) -> Outcome<Self> {
        let zones: std::collections::HashMap<Id, (Id, jiff::tz::TimeZone)> = city
            .offices
            .resources()
            .iter()
            .filter_map(|resource| {
                let site = city.offices.site(&resource.site)?;
                Some((resource.id.clone(), (site.id.clone(), site.zone.clone())))
            })
            .collect();
        let schedule = db.read_wait(move |tx| {
            Schedule::load(tx, |id| zones.get(id).map(|(site, zone)| (site, zone)))
        })?;
        let openings = db.read_wait(Openings::load)?;
        Ok(Self { city, schedule: Arc::new(schedule), openings, availability: Arc::default() })
    }

    /// A service at a resource that serves it.
    pub fn offer(&self, service: &Service, resource: &Resource) -> Option<Offer> {
        let serves = resource.active && resource.services.contains(&service.code);
        let site = self.city.offices.site(&resource.site).filter(|_| serves)?;
        Some(self.offer_at(service.code.as_str(), &Arc::new(terms(service)), resource, site))
    }

    /// A service at a resource, by their names.
    pub fn offer_of(&self, service: &str, resource: &Id) -> Option<Offer> {
        let service = self.city.catalogue.service(service)?;
        self.offer(service, self.city.offices.resource(resource)?)
    }

    /// A service at all resources of a site that serve it.
    pub fn offers_at(&self, service: &Service, site: &Site) -> Vec<Offer> {
        let (code, terms) = (service.code.as_str(), Arc::new(terms(service)));
        let resources = self.city.offices.resources_for(&site.id, code);
        resources.map(|resource| self.offer_at(code, &terms, resource, site)).collect()
    }

    /// A question about the free time of a service, for a purpose (`""`: not chosen yet).
    pub fn question(&self, service: &Service, purpose: &str, now: Instant) -> Question<'_> {
        let rules = &service.passport.rules;
        let own = service.purpose(purpose).and_then(|x| x.duration);
        let ask = Ask {
            service: service.code.clone(),
            duration: own.unwrap_or(rules.duration),
            channel: Channel::Online,
            now: now.minutes(),
            lead: rules.lead_minutes,
            horizon_days: rules.horizon_days,
            release: rules.release.clone(),
            // What is announced for a part of the resources stands in the picture.
            locked: Vec::new(),
        };
        Question::new(&self.availability, ask, now)
    }

    /// Makes the picture of free time, with what `former` knows already.
    fn picture(&self, feed: &Feed, former: &Availability, now: Instant) -> Made {
        let terms = |code: &str| self.city.catalogue.service(code).map(|x| brief(x));
        let sources =
            Sources { offices: &self.city.offices, schedule: &self.schedule, terms: &terms };
        Availability::made_of(&sources, feed.ledger().clone(), former, now)
    }

    fn offer_at(
        &self,
        service: &str,
        terms: &Arc<Terms>,
        resource: &Resource,
        site: &Site,
    ) -> Offer {
        let organization = self.city.offices.organization(&site.organization);
        let region = organization.map(|x| x.region.clone()).unwrap_or_default();
        let body = organization.map(|x| x.kind.clone()).unwrap_or_default();
        Offer {
            service: service.to_owned(),
            resource: resource.id.clone(),
            site: site.id.clone(),
            body,
            known: self.schedule.known(&resource.id, &region),
            region,
            zone: site.zone.clone(),
            terms: terms.clone(),
            guards: self.openings.guards(service, site, resource),
        }
    }

    /// A service wherever it is served within `scope`.
    pub fn offers_of(&self, code: &str, scope: &Scope) -> Vec<Offer> {
        let Some(service) = self.city.catalogue.service(code) else { return Vec::new() };
        let (sites, terms) = (self.city.offices.sites_for(code), Arc::new(terms(service)));
        let at = |site: &Arc<Site>| {
            let all = self.city.offices.resources_for(&site.id, code);
            let meant = all.filter(|x| scope.covers(site, x));
            meant.map(|x| self.offer_at(code, &terms, x, site)).collect::<Vec<_>>()
        };
        sites.flat_map(at).collect()
    }
}

/// What the tournament of a service has to know.
fn brief(service: &Service) -> Brief {
    let rules = &service.passport.rules;
    let purposes = service.passport.purposes.iter().filter_map(|x| x.duration);
    let shortest = purposes.fold(rules.duration, u16::min);
    Brief { duration: shortest, lead: rules.lead_minutes, per_day: rules.per_day }
}

/// The rules of a service as bookings need them.
pub fn terms(service: &Service) -> Terms {
    let rules = &service.passport.rules;
    let purpose =
        |x: &catalogue::Purpose| PurposeTerms { code: x.code.clone(), duration: x.duration };
    Terms {
        level: rules.level(),
        confirmation: match rules.confirmation {
            catalogue::Confirmation::Automatic => Confirmation::Automatic,
            catalogue::Confirmation::Manual | catalogue::Confirmation::WaitingList => {
                Confirmation::Manual
            }
        },
        duration: rules.duration,
        purposes: service.passport.purposes.iter().map(purpose).collect(),
        lead: rules.lead_minutes,
        horizon_days: rules.horizon_days,
        release: rules.release.clone(),
        hold_minutes: rules.hold_minutes,
        change_cutoff_hours: rules.change_cutoff_hours,
        cancel_cutoff_hours: rules.cancel_cutoff_hours,
        max_moves: rules.max_moves,
        justification: rules.justification,
        per_day: rules.per_day,
        address: rules.address,
        ages: rules.ages,
        kinds: service.passport.kinds.clone(),
    }
}

/// The portal in memory, shared by everything on a node.
#[derive(Debug)]
pub struct Memory {
    portal: RwLock<Arc<Portal>>,
    feed: Arc<Feed>,
    clock: Clock,
    /// The level for services that name none.
    level: Level,
    /// The day on which the feed last forgot what is over.
    tidied: AtomicI64,
}

impl Memory {
    /// Loads the portal for the first time and follows the news of free time from then on; `level` is
    /// what an account must have for services that name no level.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn load(db: &Db, (clock, level): (&Clock, Level)) -> Outcome<Self> {
        let feed = Feed::start(db, clock)?;
        let mut portal = Portal::around(db, Arc::new(City::load_with(db, level)?))?;
        let made = portal.picture(&feed, &Availability::default(), clock.now());
        feed.show(&made);
        feed.follow(db)?;
        portal.availability = made.availability;
        portal.availability.announce(portal.openings.clone());
        let portal = RwLock::new(Arc::new(portal));
        Ok(Self { portal, feed, clock: clock.clone(), level, tidied: AtomicI64::default() })
    }

    /// Calls `watcher` whenever the free time of a resource is another and known to be.
    pub fn watch(&self, watcher: Watcher) {
        self.feed.watch(watcher);
    }

    /// The portal as it is now; a request keeps the one it began with.
    pub fn now(&self) -> Arc<Portal> {
        Arc::clone(&self.portal.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Loads anew what has changed when an edition has risen; says whether one did.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn refresh(&self, db: &Db) -> Outcome<bool> {
        let now = self.clock.now();
        let today = now.0.div_euclid(Instant::DAY);
        if self.tidied.swap(today, Ordering::Relaxed) != today {
            self.feed.ledger().forget(now);
        }
        let newest = db.read_wait(|tx| {
            Ok((city::version(tx)?, schedule::version(tx)?, admission::version(tx)?))
        })?;
        let known = self.now();
        let large = (known.city.version, known.schedule.version);
        if newest == (large.0, large.1, known.openings.version) {
            return Ok(false);
        }
        let fresh = match (newest.0, newest.1) == large {
            true => {
                let (city, schedule) = (known.city.clone(), known.schedule.clone());
                let openings = db.read_wait(Openings::load)?;
                Portal { city, schedule, openings, availability: known.availability.clone() }
            }
            false => {
                let city = match newest.0 == known.city.version {
                    true => known.city.clone(),
                    false => Arc::new(City::load_with(db, self.level)?),
                };
                let mut fresh = Portal::around(db, city)?;
                let made = fresh.picture(&self.feed, &known.availability, now);
                self.feed.read(db, &made.fresh);
                self.feed.show(&made);
                fresh.availability = made.availability;
                fresh
            }
        };
        fresh.availability.announce(fresh.openings.clone());
        *self.portal.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        Ok(true)
    }
}
