//! What this room has to know about a service at a resource.

use std::sync::Arc;

use base::{Id, Instant};
use jiff::tz::TimeZone;
use slots::{Ask, Channel, Minute, Release};

use crate::accounts::Level;
use crate::admission::Guard;
use crate::catalogue::{AddressNeed, Ages, Applicant};
use crate::mandates;
use crate::schedule;

/// A service at one resource, on the terms of the service.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Code of the service.
    pub service: String,
    /// The resource.
    pub resource: Id,
    /// Its site.
    pub site: Id,
    /// Kind of the body that receives there, for example `mfc`.
    pub body: String,
    /// The site's region: decides the production calendar.
    pub region: String,
    /// The site's zone: all deadlines count in it.
    pub zone: TimeZone,
    /// The rules of the service.
    pub terms: Arc<Terms>,
    /// The timetable in memory: saves the claim reading it, as long as it holds.
    pub known: Option<schedule::Known>,
    /// The openings that cover it; none for nearly every offer.
    pub guards: Vec<Guard>,
}

/// How a booking becomes binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// At once.
    Automatic,
    /// The office decides.
    Manual,
}

/// A purpose and what it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurposeTerms {
    /// Code of the purpose.
    pub code: String,
    /// Minutes of the reception, when they differ from the service's.
    pub duration: Option<u16>,
}

/// The rules of a service that bind its bookings.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The level an account must have.
    pub level: Level,
    /// How a booking becomes binding.
    pub confirmation: Confirmation,
    /// Minutes of the reception.
    pub duration: u16,
    /// The purposes people choose from.
    pub purposes: Vec<PurposeTerms>,
    /// Minutes between now and the earliest start.
    pub lead: u32,
    /// Days ahead that can be booked.
    pub horizon_days: u16,
    /// When days become bookable.
    pub release: Release,
    /// Minutes a time is held while the form is filled in.
    pub hold_minutes: u32,
    /// Hours before the visit until which the time can be changed.
    pub change_cutoff_hours: u32,
    /// Hours before the visit until which it can be cancelled.
    pub cancel_cutoff_hours: u32,
    /// How often the time can be changed.
    pub max_moves: u32,
    /// A change needs a reason.
    pub justification: bool,
    /// Bookings of this service a day at one resource, when limited.
    pub per_day: Option<u16>,
    /// What must be known of the address of registration of whoever books.
    pub address: Option<AddressNeed>,
    /// How old whoever is served must be on the day.
    pub ages: Option<Ages>,
    /// Who may apply.
    pub kinds: Vec<Applicant>,
}

impl Terms {
    /// Whether they ask for more of a person than the level.
    pub(super) fn asks_profile(&self) -> bool {
        self.address.is_some() || self.ages.is_some()
    }

    /// Nobody can be acted for.
    pub(super) fn oneself_only(&self) -> bool {
        self.kinds.iter().all(|x| *x == Applicant::Individual)
    }

    /// Until when a time is held that is chosen now.
    pub fn hold_until(&self, now: Instant) -> Instant {
        now.plus(i64::from(self.hold_minutes) * Instant::MINUTE)
    }
}

impl Offer {
    /// Minutes of the reception for a purpose (`""`: not chosen yet).
    pub fn duration(&self, purpose: &str) -> u16 {
        let known = self.terms.purposes.iter().find(|x| x.code == purpose);
        known.and_then(|x| x.duration).unwrap_or(self.terms.duration)
    }

    /// What a mandate must allow for somebody to be booked for, or moved, here.
    pub fn act(&self, now: Instant) -> mandates::rules::Ask<'_> {
        mandates::rules::Ask {
            act: mandates::Act::Book,
            service: &self.service,
            body: &self.body,
            kinds: &self.terms.kinds,
            today: now.in_zone(&self.zone).date(),
        }
    }

    /// The openings along whose line a start is given at `now`.
    pub fn asking(&self, start: Instant, now: Instant) -> impl Iterator<Item = &Guard> {
        let day = (!self.guards.is_empty()).then(|| start.in_zone(&self.zone).date());
        let asks = move |x: &&Guard| day.is_some_and(|day| x.asks(day, now));
        self.guards.iter().filter(asks)
    }

    /// The days that are shut until their opening.
    fn locks(&self, now: Instant) -> Vec<slots::Locked> {
        self.guards.iter().filter_map(|x| x.lock(now)).collect()
    }

    /// The question for free time of this offer.
    pub fn ask(&self, purpose: &str, now: Minute) -> Ask {
        Ask {
            service: self.service.clone(),
            duration: self.duration(purpose),
            channel: Channel::Online,
            now,
            lead: self.terms.lead,
            horizon_days: self.terms.horizon_days,
            release: self.terms.release.clone(),
            locked: self.locks(Instant::from_minutes(now)),
        }
    }
}
