//! A small town for tests: one region, one site, a desk with two lanes and an official.

use std::sync::Arc;

use base::vault::Field;
use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Instant, args};
use jiff::civil::date;
use jiff::tz::TimeZone;
use slots::{Release, Rule};

use super::{Confirmation, Offer, PurposeTerms, Terms};
use crate::accounts::{Level, Written};
use crate::availability::{Availability, Brief, Feed, Sources};
use crate::catalogue::Applicant;
use crate::offices::{self, Offices, Resource};
use crate::schedule::{self, Schedule};

/// Ids of what was set up, and a clock that stands at Monday, 7 December 2026, 08:00 in Tomsk.
pub(crate) struct Town {
    pub desk: Id,
    pub official: Id,
    pub site: Id,
    pub people: Vec<Id>,
    pub clock: Clock,
    pub chance: Chance,
    /// The daily limit of `visit`.
    pub per_day: Option<u16>,
}

/// 09:00–13:00 on workdays, every 15 minutes, two lanes at the desk, one at the official.
pub(crate) fn town(db: &Db) -> Town {
    let clock = Clock::fixed(at(7, 8, 0));
    let town = Town {
        desk: "desk".into(),
        official: "official".into(),
        site: "site".into(),
        people: (0..100).map(|i| Id::from(format!("person-{i:02}"))).collect(),
        clock,
        chance: Chance::seeded(7),
        per_day: None,
    };
    let people = town.people.clone();
    let cx = town.cx(&people[0]);
    db.write_wait(move |tx| {
        tx.script(
            "INSERT INTO region VALUES ('70', 'Томская область', 'Tomsk', '', '', '', 'Asia/Tomsk');
             INSERT INTO locality (id, region_code, name, name_en, name_norm, kind, zone, population,
               postal) VALUES ('tomsk', '70', 'Томск', 'Tomsk', 'томск', 'city', 'Asia/Tomsk', 0, '');
             INSERT INTO category VALUES ('authority', 'Власть', 'Authority', '', 1);
             INSERT INTO service VALUES ('visit', '0101', 'authority', TRUE, '{}', '', '2026-01-01');
             INSERT INTO service VALUES ('other', '0102', 'authority', TRUE, '{}', '', '2026-01-01');
             INSERT INTO service VALUES ('third', '0103', 'authority', TRUE, '{}', '', '2026-01-01');
             INSERT INTO organization VALUES ('org', 'administration', '70', NULL, 'А', 'A', '{}');
             INSERT INTO site VALUES ('site', 'org', 'tomsk', 'Asia/Tomsk', NULL, NULL, 'С', 'S', '{}');
             INSERT INTO resource VALUES ('desk', 'site', 'desk', 'Окно 1', '', '1', TRUE, '{}');
             INSERT INTO resource VALUES ('official', 'site', 'official', 'Глава', '', '2', TRUE, '{}');",
        )?;
        for (i, id) in people.iter().enumerate() {
            let person = Written {
                surname: "С".into(),
                name: "А".into(),
                patronymic: String::new(),
                phone: format!("+7900{i:07}"),
                email: None,
            };
            let sealed = person.seal(&tx.new_key(id)?, id)?;
            tx.exec(
                "INSERT INTO account (id, phone_index, sealed, level, lang, created_at)
                 VALUES ($1, $2, $3, 'verified', 'ru', 0)",
                args![id, &tx.vault().index(Field::Phone, &person.phone), &sealed],
            )?;
        }
        for (resource, lanes) in [("desk", 2), ("official", 1)] {
            let rule = Rule {
                lanes: vec![slots::Channels::ALL; lanes],
                step: 15,
                ..serde_json::from_str::<Rule>(r#"{"from": 540, "to": 780}"#)?
            };
            schedule::save_timetable(tx, &cx, &resource.into(), &[rule])?;
        }
        Ok(())
    })
    .unwrap();
    town
}

/// A moment of December 2026 in Tomsk.
pub(crate) fn at(day: i8, hour: i8, minute: i8) -> Instant {
    let zone = TimeZone::get("Asia/Tomsk").unwrap();
    date(2026, 12, day).at(hour, minute, 0, 0).to_zoned(zone).unwrap().timestamp().into()
}

/// The memory of a node that follows the town's free time.
pub(crate) struct Watch {
    pub feed: Arc<Feed>,
    db: Db,
}

impl Watch {
    pub(crate) fn new(db: &Db, town: &Town) -> Self {
        let watch = Self { feed: Feed::start(db, &town.clock).unwrap(), db: db.clone() };
        watch.refresh(town);
        watch.feed.follow(db).unwrap();
        watch
    }

    /// Takes a new picture of the rules.
    pub(crate) fn refresh(&self, town: &Town) -> Arc<Availability> {
        let former = self.feed.frame();
        let (site, zone) = (town.site.clone(), TimeZone::get("Asia/Tomsk").unwrap());
        let (mut offices, schedule) = self
            .db
            .read_wait(move |tx| {
                let schedule = Schedule::load(tx, |_| Some((&site, &zone)))?;
                Ok((offices::load(tx)?, schedule))
            })
            .unwrap();
        let serving = offices.resources().iter().map(|resource| Resource {
            services: vec!["visit".into()],
            ..Resource::clone(resource)
        });
        let (organizations, sites) = (offices.organizations(), offices.sites());
        offices = Offices::new(
            organizations.iter().map(|x| x.as_ref().clone()).collect(),
            sites.iter().map(|x| x.as_ref().clone()).collect(),
            serving.collect(),
        );
        let terms = |_: &str| Some(Brief { duration: 15, lead: 60, per_day: town.per_day });
        let sources = Sources { offices: &offices, schedule: &schedule, terms: &terms };
        let ledger = self.feed.ledger().clone();
        let made = Availability::made_of(&sources, ledger, &former, town.clock.now());
        self.feed.read(&self.db, &made.fresh);
        self.feed.show(&made);
        made.availability
    }

    /// Resources of which the index says something else than the database. Transactions of several
    /// threads may be told in another order; then a thread reads anew, which takes a moment.
    pub(crate) fn differing(&self, town: &Town) -> Vec<Id> {
        let (ledger, now) = (self.feed.ledger().clone(), town.clock.now());
        let mut found = Vec::new();
        for _ in 0..100 {
            let ledger = ledger.clone();
            found = self.db.read_wait(move |tx| ledger.compare(tx, now)).unwrap();
            if found.is_empty() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        found
    }
}

impl Town {
    pub(crate) fn cx(&self, person: &Id) -> Cx {
        Cx::new(&self.clock, &self.chance, Actor::Account(person.clone()), Channel::Web)
    }

    /// The service `visit` at a resource; 15 minutes, purpose `long` takes 30.
    pub(crate) fn offer(&self, resource: &Id) -> Offer {
        let purpose = |code: &str, duration| PurposeTerms { code: code.into(), duration };
        Offer {
            service: "visit".into(),
            resource: resource.clone(),
            site: self.site.clone(),
            body: "administration".into(),
            region: "70".into(),
            zone: TimeZone::get("Asia/Tomsk").unwrap(),
            terms: Arc::new(Terms {
                level: Level::Verified,
                confirmation: Confirmation::Automatic,
                duration: 15,
                purposes: vec![purpose("ask", None), purpose("long", Some(30))],
                lead: 60,
                horizon_days: 30,
                release: Release::Rolling,
                hold_minutes: 15,
                change_cutoff_hours: 24,
                cancel_cutoff_hours: 24,
                max_moves: 3,
                justification: false,
                per_day: self.per_day,
                address: None,
                ages: None,
                kinds: vec![Applicant::Individual, Applicant::Representative],
            }),
            known: None,
            guards: Vec::new(),
        }
    }
}
