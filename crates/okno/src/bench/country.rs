//! A made-up country: a thousand desks in one region, so that a question among exactly a thousand
//! can be asked in every country, and all others spread over the cities by their people.
//!
//! Everything is saved through the acts that an import uses, some thousand in a transaction.

use std::sync::Arc;

use base::{Cx, Db, Fault, Outcome, Tx};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rooms::accounts::Level;
use rooms::catalogue::{self, Confirmation, Purpose, Service};
use rooms::offices::{self, Organization, Resource, ResourceKind, Site};
use rooms::places::{self, Locality, LocalityKind};
use rooms::text::Text;
use rooms::{demo, schedule};
use slots::Rule;

/// Resources of the measured region, and of a country of scale 1.
pub(super) const THOUSAND: usize = 1000;
/// The region.
pub(super) const REGION: &str = "70";
/// Resources of a site there.
pub(super) const AT_A_SITE: usize = 50;
/// Resources of a site elsewhere.
const ELSEWHERE: usize = 33;
/// Resources saved in one transaction.
const BATCH: usize = 2500;

/// The service that is looked for and booked; it has [`PURPOSES`] purposes, so that a person can
/// book so often.
pub(super) const VISIT: &str = "bench-visit";
/// A service that is only held.
pub(super) const CLAIM: &str = "bench-claim";
/// The service of the rush.
pub(super) const RUSH: &str = "bench-rush";
/// Purposes of each service: `p0`, `p1`, …
pub(super) const PURPOSES: usize = 16;

/// Desks of the rush: id, starts of the day, places at each.
pub(super) const RUSHES: [(&str, u16, usize); 2] = [("rush-50", 50, 1), ("rush-100", 50, 2)];
/// Days from today on which they receive.
const RUSH_IN: i64 = 7;

/// Fills an empty database: the demo's regions, services and bodies, then `count` resources.
pub(super) fn build(db: &Db, cx: &Cx, count: usize) -> Outcome<()> {
    let today = cx.now.in_zone(&TimeZone::UTC).date();
    db.write_wait(schedule::seed_calendar)?;
    demo::seed(db, today, |_, _| Ok(()))?;
    let country = db.write_wait(move |tx| {
        synthesise(tx)?;
        services(tx, today)?;
        Ok(places::load(tx)?.localities().to_vec())
    })?;
    let shares = shares(&country, count.saturating_sub(THOUSAND));
    let own = country.iter().find(|x| x.region == REGION && x.capital);
    let own = own.or_else(|| country.iter().find(|x| x.region == REGION)).cloned();
    let own = own.ok_or_else(|| Fault::new("the measured region has no locality"))?;
    let mut work: Vec<Office> =
        (0..THOUSAND / AT_A_SITE).map(|i| Office::new(&own, i, AT_A_SITE)).collect();
    for (locality, sites) in country.iter().zip(shares) {
        work.extend((0..sites).map(|i| Office::new(locality, i, ELSEWHERE)));
    }
    trim(&mut work, count.max(THOUSAND));
    for batch in work.chunks(BATCH / ELSEWHERE) {
        let (batch, cx) = (batch.to_vec(), cx.clone());
        db.write_wait(move |tx| batch.iter().try_for_each(|x| x.save(tx, &cx)))?;
    }
    let (cx, first) = (cx.clone(), Office::new(&own, 0, AT_A_SITE).id);
    db.write_wait(move |tx| {
        let day = today.saturating_add(jiff::Span::new().days(RUSH_IN));
        RUSHES.iter().try_for_each(|x| rush(tx, &cx, &first, (x, day)))
    })
}

/// An office and its desks.
#[derive(Clone)]
struct Office {
    locality: Arc<Locality>,
    id: String,
    desks: usize,
}

impl Office {
    fn new(locality: &Arc<Locality>, number: usize, desks: usize) -> Self {
        let id = format!("b-{}-{number}", locality.id);
        Self { locality: locality.clone(), id, desks }
    }

    fn save(&self, tx: &mut Tx<'_>, cx: &Cx) -> Outcome<()> {
        let name = format!("МФЦ, {}", self.locality.name.ru);
        let organization = Organization {
            id: self.id.as_str().into(),
            kind: "mfc".into(),
            region: self.locality.region.clone(),
            parent: None,
            name: Text::new(name.clone(), ""),
            card: offices::OrganizationCard::default(),
        };
        offices::save_organization(tx, &organization)?;
        let zone = TimeZone::get(&self.locality.zone);
        let site = Site {
            id: self.id.as_str().into(),
            organization: organization.id,
            locality: self.locality.id.clone(),
            zone: zone.map_err(|error| Fault::of("a locality without its zone", error))?,
            point: self.locality.point,
            name: Text::new(name, ""),
            card: offices::SiteCard {
                address: Text::new("ул. Мерная, 1", ""),
                ..offices::SiteCard::default()
            },
        };
        offices::save_site(tx, &site)?;
        (0..self.desks).try_for_each(|i| {
            let id = format!("{}-{i}", self.id);
            desk(tx, &id, &self.id, &[CLAIM, VISIT])?;
            schedule::save_timetable(tx, cx, &id.as_str().into(), &week(i)?)
        })
    }
}

fn desk(tx: &mut Tx<'_>, id: &str, site: &str, services: &[&str]) -> Outcome<()> {
    let resource = Resource {
        id: id.into(),
        site: site.into(),
        kind: ResourceKind::Desk,
        name: Text::new("Окно", ""),
        room: String::new(),
        active: true,
        services: services.iter().map(|x| (*x).to_owned()).collect(),
        card: offices::ResourceCard::default(),
    };
    offices::save_resource(tx, &resource)
}

/// Weeks as bodies have them; every second desk keeps the usual hours.
fn week(number: usize) -> Outcome<Vec<Rule>> {
    use serde_json::json;
    let week = match number % 8 {
        0 | 2 | 4 | 6 => json!([{ "from": 540, "to": 1080, "step": 30, "breaks": [[780, 840]] }]),
        1 => json!([{ "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat"],
                      "from": 480, "to": 1200, "step": 20 }]),
        3 => json!([{ "weekdays": ["tue", "thu"], "from": 540, "to": 780, "step": 15 }]),
        5 => json!([{ "weekdays": ["mon", "wed", "fri"], "from": 840, "to": 1200, "step": 15 },
                    { "weekdays": ["tue", "thu"], "from": 480, "to": 840, "step": 15 }]),
        _ => json!([{ "from": 540, "to": 1020, "step": 30, "breaks": [[720, 780]] },
                    { "weekdays": ["sat", "sun"], "from": 600, "to": 960, "step": 30,
                      "on_days_off": true }]),
    };
    Ok(serde_json::from_value(week)?)
}

/// A desk that receives on one day only.
fn rush(
    tx: &mut Tx<'_>,
    cx: &Cx,
    site: &str,
    (&(id, starts, places), day): (&(&str, u16, usize), Date),
) -> Outcome<()> {
    desk(tx, id, site, &[RUSH])?;
    let lane = Rule::default().lanes.first().copied();
    let lane = lane.ok_or_else(|| Fault::new("a rule has no lane"))?;
    let rule = Rule {
        from: 420,
        to: 420 + starts * 15,
        step: 15,
        lanes: vec![lane; places],
        valid_from: Some(day),
        valid_to: Some(day),
        weekdays: slots::Weekdays::ALL,
        on_days_off: true,
        ..Rule::default()
    };
    schedule::save_timetable(tx, cx, &id.into(), std::slice::from_ref(&rule))
}

/// Three services alike: a quarter of an hour, no questions, binding at once.
fn services(tx: &mut Tx<'_>, today: Date) -> Outcome<()> {
    let known = catalogue::load(tx)?;
    let model = known.service("mfc-visit").cloned();
    let model = model.ok_or_else(|| Fault::new("the database has no service to copy"))?;
    for (number, code) in ["9901", "9902", "9903"].into_iter().zip([VISIT, CLAIM, RUSH]) {
        let mut service = Service { code: code.into(), reviewed: today, ..(*model).clone() };
        service.number = number.into();
        let passport = &mut service.passport;
        passport.name = Text::new(format!("Мерный приём {number}"), "");
        passport.aliases.clear();
        passport.fields.clear();
        passport.purposes = (0..PURPOSES)
            .map(|i| Purpose {
                code: format!("p{i}"),
                name: Text::new(format!("Цель {i}"), ""),
                duration: None,
                documents: Vec::new(),
            })
            .collect();
        let rules = &mut passport.rules;
        (rules.duration, rules.lead_minutes, rules.horizon_days) = (15, 60, 14);
        (rules.per_day, rules.level) = (None, Some(Level::Standard));
        rules.confirmation = Confirmation::Automatic;
        rules.release = slots::Release::Rolling;
        catalogue::save_service(tx, &service)?;
    }
    Ok(())
}

/// A country without cities gets twelve in every region.
fn synthesise(tx: &mut Tx<'_>) -> Outcome<()> {
    let known = places::load(tx)?;
    if !known.localities().is_empty() {
        return Ok(());
    }
    for region in known.regions() {
        for i in 0..12u32 {
            let locality = Locality {
                id: format!("city-{}-{i}", region.code).into(),
                region: region.code.clone(),
                name: Text::new(format!("Город {i}"), ""),
                kind: LocalityKind::City,
                zone: region.zones.first().cloned().unwrap_or_else(|| "Europe/Moscow".into()),
                point: None,
                population: 1_000_000 / (i + 1),
                capital: i == 0,
                postal: String::new(),
                fias: None,
                kladr: None,
                oktmo: None,
                tax_office: None,
            };
            places::save_locality(tx, &locality)?;
        }
    }
    Ok(())
}

/// Sites of each locality outside the measured region, by the people who live there; together
/// enough for `desks`.
fn shares(country: &[Arc<Locality>], desks: usize) -> Vec<usize> {
    let sites = desks.div_ceil(ELSEWHERE);
    let people =
        |x: &Locality| if x.region == REGION { 0 } else { u64::from(x.population.max(1000)) };
    let all: u64 = country.iter().map(|x| people(x)).sum();
    let (mut before, mut given) = (0, 0);
    let share = |x: &Arc<Locality>| {
        before += people(x);
        let due = (sites as u64 * before / all.max(1)) as usize;
        let own = due - given;
        given = due;
        own
    };
    country.iter().map(share).collect()
}

/// Takes away from the last offices what is more than `count` desks.
fn trim(work: &mut Vec<Office>, count: usize) {
    let mut left = count;
    for office in work.iter_mut() {
        office.desks = office.desks.min(left);
        left -= office.desks;
    }
    work.retain(|x| x.desks > 0);
}

#[cfg(test)]
mod tests {
    use base::{Actor, Chance, Channel, Clock};
    use rooms::portal::Portal;

    use super::*;

    #[test]
    fn a_country_has_the_desks_asked_for_and_a_thousand_of_them_in_one_region() {
        let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
        let cx = Cx::new(&Clock::system(), &Chance::seeded(7), Actor::System, Channel::Cli);
        build(&db, &cx, 1500).unwrap();
        let portal = Portal::load(&db).unwrap();
        let service = portal.city.catalogue.service(VISIT).unwrap();
        let offices = &portal.city.offices;
        let all: Vec<_> =
            offices.resources().iter().filter(|x| portal.offer(service, x).is_some()).collect();
        assert_eq!(all.len(), 1500);
        let own = offices.sites_in_region(VISIT, REGION).collect::<Vec<_>>();
        assert_eq!(
            own.iter().map(|x| offices.resources_for(&x.id, VISIT).count()).sum::<usize>(),
            THOUSAND
        );
        let regions: std::collections::BTreeSet<_> = all
            .iter()
            .filter_map(|x| offices.site(&x.site))
            .map(|x| x.zone.clone().iana_name().unwrap_or_default().to_owned())
            .collect();
        assert!(regions.len() > 3, "{regions:?}");
    }

    #[test]
    fn a_database_without_cities_gets_some() {
        let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
        let made = db.write_wait(|tx| {
            places::seed_regions(tx)?;
            synthesise(tx)?;
            synthesise(tx)?;
            places::load(tx)
        });
        let made = made.unwrap();
        assert_eq!(made.localities().len(), made.regions().len() * 12);
    }
}
