//! A made-up town for measurements: one service, a thousand desks in twenty offices, sixteen places
//! a day at each, a quarter of the first days booked.

use std::sync::Arc;

use base::config::Config;
use base::db::Place;
use base::{Actor, Chance, Channel, Clock, Cx, Db, Fault, Id, Instant, Outcome};
use rooms::accounts::{self, Level, NewAccount, PersonName, Phone, Secrets};
use rooms::booking::{self, Confirm, Hold, Offer};
use rooms::offices::{self, Organization, Resource, ResourceKind, Site};
use rooms::portal::Memory;
use rooms::text::Text;
use rooms::{catalogue, demo, places, schedule};
use slots::Rule;
use web::App;

/// Offices, and desks in each.
const OFFICES: usize = 20;
const DESKS: usize = 50;
/// People who book.
const PEOPLE: usize = 3000;
/// Bookings made before anything is measured.
const BOOKED: usize = 2500;

pub(super) struct Town {
    pub app: Arc<App>,
    pub people: Vec<Id>,
    pub offers: Vec<Offer>,
    pub chance: Chance,
}

impl Town {
    /// Builds the town in an empty database.
    pub(super) fn build(url: &str) -> Outcome<Self> {
        let db = Db::open(&Place::parse(url)?)?;
        db.migrate(rooms::MIGRATIONS)?;
        let chance = Chance::seeded(7);
        let cx = Cx::new(&Clock::system(), &chance, Actor::System, Channel::Cli);
        let today = cx.now.in_zone(&jiff::tz::TimeZone::UTC).date();
        demo::seed(&db, today, |_, _| Ok(()))?;
        let keep = cx.clone();
        db.write_wait(move |tx| offices_and_desks(tx, &keep))?;
        let people = people(&db, &cx)?;
        let texts = texts::Texts::load().map_err(|error| Fault::of("the texts", error))?;
        let parts = (
            Memory::load(&db, &Clock::system())?,
            paper::token::Signer::from_seed([1; 32], 1),
            Secrets::new([2; 32]),
        );
        let circumstances = (Clock::system(), chance.clone());
        let app = App::new(db, circumstances, Config::default(), Arc::new(texts), parts)?;
        let portal = app.portal();
        let service = portal.city.catalogue.service("mfc-visit");
        let service = service.ok_or_else(|| Fault::new("the demo has no service to measure"))?;
        let offers = portal.city.offices.resources().iter();
        let offers = offers.filter(|x| x.id.starts_with("bench-"));
        let offers: Vec<Offer> = offers.filter_map(|x| portal.offer(service, x)).collect();
        let town = Self { app: Arc::new(app), people, offers, chance };
        for i in 0..BOOKED {
            town.book(i)?;
        }
        Ok(town)
    }

    /// A booking of person `i` at a random free-looking time: hold and confirm. `false` when the
    /// time was taken or the person has a booking already.
    pub(super) fn book(&self, i: usize) -> Outcome<bool> {
        let offer = self.offers[self.chance.below(self.offers.len() as u64) as usize].clone();
        let account = self.people[i % self.people.len()].clone();
        let now = self.app.clock.now();
        let day = now
            .in_zone(&offer.zone)
            .date()
            .saturating_add(jiff::Span::new().days(2 + self.chance.below(10) as i64));
        let minute = 15 * self.chance.below(16);
        let start =
            day.at(9 + (minute / 60) as i8, (minute % 60) as i8, 0, 0).to_zoned(offer.zone.clone());
        let start: Instant =
            start.map_err(|error| Fault::of("no such time", error))?.timestamp().into();
        let cx = Cx::new(
            &self.app.clock,
            &self.app.chance,
            Actor::Account(account.clone()),
            Channel::Api,
        );
        let purposes = &offer.terms.purposes;
        let purpose = purposes.get(i / self.people.len() % purposes.len().max(1));
        let purpose = purpose.map_or(String::new(), |x| x.code.clone());
        let wish = Hold {
            account: account.clone(),
            level: Level::Verified,
            start,
            purpose: purpose.clone(),
            draft: None,
        };
        let (held_cx, held_offer) = (cx.clone(), offer.clone());
        let held =
            self.app.db.write_wait(move |tx| booking::hold(tx, &held_cx, &held_offer, &wish));
        let held = match held {
            Ok(held) => held,
            Err(base::Error::Refusal(_)) => return Ok(false),
            Err(fault) => return Err(fault),
        };
        let command = Confirm {
            account,
            level: Level::Verified,
            booking: held.id,
            purpose,
            form: serde_json::json!({ "phone": "+79000000001" }),
        };
        match self.app.db.write_wait(move |tx| booking::confirm(tx, &cx, &offer, &command)) {
            Ok(_) => Ok(true),
            Err(base::Error::Refusal(_)) => Ok(false),
            Err(fault) => Err(fault),
        }
    }
}

fn offices_and_desks(tx: &mut base::Tx<'_>, cx: &Cx) -> Outcome<()> {
    let places = places::load(tx)?;
    let tomsk = places.named("70", "Томск").ok_or_else(|| Fault::new("the demo has no Tomsk"))?;
    let services = catalogue::load(tx)?;
    let code = services.service("mfc-visit").map(|x| x.code.clone());
    let code = code.ok_or_else(|| Fault::new("the demo has no service to measure"))?;
    let rule: Rule = serde_json::from_value(serde_json::json!({
        "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "from": 540, "to": 780, "step": 15, "on_days_off": true,
    }))?;
    for office in 0..OFFICES {
        let organization = Organization {
            id: format!("bench-{office}").into(),
            kind: "mfc".into(),
            region: "70".into(),
            parent: None,
            name: Text::new(format!("МФЦ {office}"), ""),
            card: offices::OrganizationCard::default(),
        };
        offices::save_organization(tx, &organization)?;
        let site = Site {
            id: format!("bench-{office}").into(),
            organization: organization.id,
            locality: tomsk.id.clone(),
            zone: jiff::tz::TimeZone::get("Asia/Tomsk")
                .map_err(|error| Fault::of("no zone", error))?,
            point: None,
            name: Text::new("Зал", ""),
            card: offices::SiteCard {
                address: Text::new("ул. Мерная, 1", ""),
                ..offices::SiteCard::default()
            },
        };
        offices::save_site(tx, &site)?;
        for desk in 0..DESKS {
            let resource = Resource {
                id: format!("bench-{office}-{desk}").into(),
                site: site.id.clone(),
                kind: ResourceKind::Desk,
                name: Text::new(format!("Окно {desk}"), ""),
                room: desk.to_string(),
                active: true,
                services: vec![code.clone()],
                card: offices::ResourceCard::default(),
            };
            offices::save_resource(tx, &resource)?;
            schedule::save_timetable(tx, cx, &resource.id, std::slice::from_ref(&rule))?;
        }
    }
    Ok(())
}

fn people(db: &Db, cx: &Cx) -> Outcome<Vec<Id>> {
    let wrong = |fault: base::FieldFault| Fault::new(format!("{}: {}", fault.field, fault.code));
    let accounts: Result<Vec<NewAccount>, Fault> = (0..PEOPLE)
        .map(|i| {
            let phone = format!("+7 999 {:03}-{:02}-{:02}", i / 10_000, i / 100 % 100, i % 100);
            Ok(NewAccount {
                surname: PersonName::parse("surname", "Мерный").map_err(wrong)?,
                name: PersonName::parse("name", "Иван").map_err(wrong)?,
                patronymic: PersonName::parse_optional("patronymic", "").map_err(wrong)?,
                phone: Phone::parse("phone", &phone).map_err(wrong)?,
                email: None,
                email_verified: false,
                password_hash: None,
                level: Level::Verified,
                lang: texts::Lang::Ru,
            })
        })
        .collect();
    let (accounts, cx) = (accounts?, cx.clone());
    db.write_wait(move |tx| accounts.iter().map(|x| accounts::add(tx, &cx, x)).collect())
}
