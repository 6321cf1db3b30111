//! What a node keeps in memory: the city and the timetables, replaced whole when an edition rises.

use std::sync::{Arc, PoisonError, RwLock};

use base::{Db, Id, Outcome};

use crate::admission::{self, Openings, Scope};
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
}

impl Portal {
    /// Reads everything; for threads that may wait.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn load(db: &Db) -> Outcome<Self> {
        let city = City::load(db)?;
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
        Ok(Self { city: Arc::new(city), schedule: Arc::new(schedule), openings })
    }

    /// A service at a resource that serves it.
    pub fn offer(&self, service: &Service, resource: &Resource) -> Option<Offer> {
        let serves = resource.active && resource.services.contains(&service.code);
        let site = self.city.offices.site(&resource.site).filter(|_| serves)?;
        Some(self.offer_at(service, resource, site))
    }

    /// A service at all resources of a site that serve it.
    pub fn offers_at(&self, service: &Service, site: &Site) -> Vec<Offer> {
        let resources = self.city.offices.resources_for(&site.id, &service.code);
        resources.map(|resource| self.offer_at(service, resource, site)).collect()
    }

    fn offer_at(&self, service: &Service, resource: &Resource, site: &Site) -> Offer {
        let organization = self.city.offices.organization(&site.organization);
        let region = organization.map(|x| x.region.clone()).unwrap_or_default();
        Offer {
            service: service.code.clone(),
            resource: resource.id.clone(),
            site: site.id.clone(),
            known: self.schedule.known(&resource.id, &region),
            region,
            zone: site.zone.clone(),
            terms: terms(service),
            guards: self.openings.guards(&service.code, site, resource),
        }
    }

    /// A service wherever it is served within `scope`.
    pub fn offers_of(&self, code: &str, scope: &Scope) -> Vec<Offer> {
        let Some(service) = self.city.catalogue.service(code) else { return Vec::new() };
        let sites = self.city.offices.sites_for(code);
        let at = |site: &Arc<Site>| {
            let all = self.city.offices.resources_for(&site.id, code);
            let meant = all.filter(|x| scope.covers(site, x));
            meant.map(|x| self.offer_at(service, x, site)).collect::<Vec<_>>()
        };
        sites.flat_map(at).collect()
    }
}

/// The rules of a service as bookings need them.
pub fn terms(service: &Service) -> Terms {
    let rules = &service.passport.rules;
    let purpose =
        |x: &catalogue::Purpose| PurposeTerms { code: x.code.clone(), duration: x.duration };
    Terms {
        level: rules.level,
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
    }
}

/// The portal in memory, shared by everything on a node.
#[derive(Debug)]
pub struct Memory(RwLock<Arc<Portal>>);

impl Memory {
    /// Loads the portal for the first time.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn load(db: &Db) -> Outcome<Self> {
        Ok(Self(RwLock::new(Arc::new(Portal::load(db)?))))
    }

    /// The portal as it is now; a request keeps the one it began with.
    pub fn now(&self) -> Arc<Portal> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Loads anew when an edition has risen; says whether it did.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn refresh(&self, db: &Db) -> Outcome<bool> {
        let newest = db.read_wait(|tx| {
            Ok((city::version(tx)?, schedule::version(tx)?, admission::version(tx)?))
        })?;
        let known = self.now();
        let large = (known.city.version, known.schedule.version);
        if newest == (large.0, large.1, known.openings.version) {
            return Ok(false);
        }
        let fresh = if (newest.0, newest.1) == large {
            let (city, schedule) = (known.city.clone(), known.schedule.clone());
            Portal { city, schedule, openings: db.read_wait(Openings::load)? }
        } else {
            Portal::load(db)?
        };
        let fresh = Arc::new(fresh);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(true)
    }
}
