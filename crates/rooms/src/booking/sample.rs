//! A small town for tests: one region, one site, a desk with two lanes and an official.

use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Instant, args};
use jiff::civil::date;
use jiff::tz::TimeZone;
use slots::{Release, Rule};

use super::{Confirmation, Offer, PurposeTerms, Terms};
use crate::accounts::Level;
use crate::schedule;

/// Ids of what was set up, and a clock that stands at Monday, 7 December 2026, 08:00 in Tomsk.
pub(crate) struct Town {
    pub desk: Id,
    pub official: Id,
    pub site: Id,
    pub people: Vec<Id>,
    pub clock: Clock,
    pub chance: Chance,
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
            tx.exec(
                "INSERT INTO account (id, phone, surname, name, patronymic, level, lang, created_at)
                 VALUES ($1, $2, 'С', 'А', '', 'verified', 'ru', 0)",
                args![id, &format!("+7900{i:07}")],
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
            region: "70".into(),
            zone: TimeZone::get("Asia/Tomsk").unwrap(),
            terms: Terms {
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
                per_day: None,
            },
            known: None,
            guards: Vec::new(),
        }
    }
}
