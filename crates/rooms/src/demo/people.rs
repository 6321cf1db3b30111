//! The people of the demo: accounts that can sign in, and the made-up citizens of its history.

use std::collections::BTreeMap;

use base::{Chance, Cx, Db, Fault, Id, Outcome};
use serde::Deserialize;
use texts::Lang;

use crate::accounts::{self, Email, Level, NewAccount, PersonName, Phone, Policy, Secrets};
use crate::booking::{self, Cancel, Confirm, Hold, Offer, form};
use crate::portal::Portal;

const PEOPLE: &str = include_str!("../../../../demo/people.toml");
/// Made-up citizens of the history.
const CITIZENS: usize = 300;
/// Bookings they try to make.
const VISITS: usize = 1500;

#[derive(Deserialize)]
struct File {
    account: Vec<Login>,
    person: Vec<Person>,
}

/// An account that can sign in, as the demo shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct Login {
    /// Surname.
    pub surname: String,
    /// Given name.
    pub name: String,
    /// Patronymic.
    pub patronymic: String,
    /// Level of the account.
    #[serde(default)]
    pub level: Level,
    /// Mobile phone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Password: for a demonstration only.
    pub password: String,
    /// What stands in their papers, as they would type it: kinds of data and their fields. Whoever is
    /// of a higher level has typed it already.
    #[serde(default)]
    pub papers: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct Person {
    surname: String,
    name: String,
    #[serde(default)]
    patronymic: String,
}

fn file() -> Result<File, Fault> {
    toml::from_str(PEOPLE).map_err(|error| Fault::of("the demo's people", error))
}

/// The accounts that can sign in.
///
/// # Errors
/// A fault of the demo's file.
pub fn logins() -> Result<Vec<Login>, Fault> {
    Ok(file()?.account)
}

/// Opens the accounts with their papers and makes a history through the same acts that citizens use. For an empty
/// database; `now` is when the history happens.
///
/// # Errors
/// A fault of the engine or of the demo's files.
pub fn seed(db: &Db, cx: &Cx, policy: &Policy) -> Outcome<()> {
    let own = seed_logins(db, cx, &policy.secrets)?;
    let (all, by, read) = (own.clone(), cx.clone(), policy.clone());
    db.write_wait(move |tx| {
        all.iter().try_for_each(|account| {
            accounts::consent(tx, &by, account, "agreement", &read.agreement, by.now)?;
            accounts::consent(tx, &by, account, "privacy", &read.privacy, by.now)
        })
    })?;
    // Whoever acts for others has said when they were born.
    super::papers::seed(db, cx)?;
    super::acting::seed(db, cx, &own)?;
    // A sequence of its own, so that every demo has the same citizens and visits.
    let chance = Chance::seeded(20_261_122);
    let cx = Cx { chance: chance.clone(), ..cx.clone() };
    let citizens = citizens(db, &cx, &file()?.person)?;
    let portal = Portal::load(db)?;
    visits(db, &cx, &portal, &citizens)?;
    if let Some(first) = own.first() {
        of_the_first(db, &cx, &portal, first)?;
    }
    // Nobody wants the messages of a made-up history.
    db.write_wait(base::outbox::quiet)
}

/// Opens the accounts of [`logins`] alone; gives their ids in the same order.
///
/// # Errors
/// As [`seed`].
pub fn seed_logins(db: &Db, cx: &Cx, secrets: &Secrets) -> Outcome<Vec<Id>> {
    let open = |login: &Login| {
        let hash = secrets.hash_password(&login.password, &cx.chance)?;
        let (account, cx) = (new_account(login, Some(hash))?, cx.clone());
        db.write_wait(move |tx| accounts::add(tx, &cx, &account))
    };
    logins()?.iter().map(open).collect()
}

pub(super) fn new_account(login: &Login, hash: Option<String>) -> Outcome<NewAccount> {
    let wrong = |fault: base::FieldFault| Fault::new(format!("{}: {}", fault.field, fault.code));
    Ok(NewAccount {
        surname: PersonName::parse("surname", &login.surname).map_err(wrong)?,
        name: PersonName::parse("name", &login.name).map_err(wrong)?,
        patronymic: PersonName::parse_optional("patronymic", &login.patronymic).map_err(wrong)?,
        phone: Phone::parse("phone", &login.phone).map_err(wrong)?,
        email: Some(Email::parse("email", &login.email).map_err(wrong)?),
        email_verified: true,
        password_hash: hash,
        level: login.level,
        lang: Lang::Ru,
    })
}

fn citizens(db: &Db, cx: &Cx, people: &[Person]) -> Outcome<Vec<Id>> {
    let accounts: Outcome<Vec<NewAccount>> = (0..CITIZENS)
        .map(|i| {
            let person = &people[i % people.len()];
            new_account(
                &Login {
                    surname: person.surname.clone(),
                    name: person.name.clone(),
                    patronymic: person.patronymic.clone(),
                    level: Level::Verified,
                    phone: format!("+7 901 000-{:02}-{:02}", i / 100, i % 100),
                    email: format!("citizen{i}@example.org"),
                    password: String::new(),
                    papers: BTreeMap::new(),
                },
                None,
            )
        })
        .collect();
    let (accounts, cx) = (accounts?, cx.clone());
    db.write_wait(move |tx| accounts.iter().map(|x| accounts::add(tx, &cx, x)).collect())
}

/// Visits of the coming days: some resources are nearly full, most have room.
fn visits(db: &Db, cx: &Cx, portal: &Portal, citizens: &[Id]) -> Outcome<()> {
    let resources: Vec<_> = portal.city.offices.resources().iter().filter(|x| x.active).collect();
    for _ in 0..VISITS {
        let below = |n: usize| cx.chance.below(n.max(1) as u64) as usize;
        let resource = resources[below(resources.len())];
        let Some(code) = resource.services.get(below(resource.services.len())) else { continue };
        let Some(service) = portal.city.catalogue.service(code) else { continue };
        let Some(offer) = portal.offer(service, resource) else { continue };
        let Some(start) = free_start(db, cx, portal, &offer, below)? else { continue };
        let purposes = &service.passport.purposes;
        let purpose = purposes.get(below(purposes.len())).map_or("", |x| x.code.as_str());
        let citizen = citizens[below(citizens.len())].clone();
        book(db, cx, &offer, (citizen, start, purpose.to_owned()))?;
    }
    Ok(())
}

/// A free start of the next two weeks, the nearer the likelier.
fn free_start(
    db: &Db,
    cx: &Cx,
    portal: &Portal,
    offer: &Offer,
    below: impl Fn(usize) -> usize,
) -> Outcome<Option<base::Instant>> {
    let today = cx.now.in_zone(&offer.zone).date();
    let last = today.saturating_add(jiff::Span::new().days(14));
    let Some(table) = portal.schedule.timetable(&offer.resource) else { return Ok(None) };
    let (ask, calendar) =
        (offer.ask("", cx.now.minutes()), portal.schedule.calendar(&offer.region));
    let slots = slots::slots(&table.plan, calendar, &ask, today..=last, &taken(db, cx, offer)?);
    let pick = below(slots.len()).min(below(slots.len()));
    Ok(slots.get(pick).map(|x| base::Instant::from_minutes(x.start)))
}

fn taken(db: &Db, cx: &Cx, offer: &Offer) -> Outcome<Vec<slots::Taken>> {
    let (resource, now) = (offer.resource.clone(), cx.now);
    let claims = db.read_wait(move |tx| booking::live_claims_of(tx, &resource, now))?;
    Ok(claims.into_iter().map(|claim| claim.taken).collect())
}

/// Books through the acts; a refusal (the citizen has such a booking already) is no matter.
fn book(
    db: &Db,
    cx: &Cx,
    offer: &Offer,
    (account, start, purpose): (Id, base::Instant, String),
) -> Outcome<Option<Id>> {
    let cx = Cx { op: cx.new_id(), actor: base::Actor::Account(account.clone()), ..cx.clone() };
    let offer = offer.clone();
    let outcome = db.write_wait(move |tx| {
        let wish = Hold {
            account: account.clone(),
            level: Level::Verified,
            start,
            purpose: purpose.clone(),
            draft: None,
        };
        let held = booking::hold(tx, &cx, &offer, &wish)?;
        let answers = [("phone", "+79000000001"), ("purpose", purpose.as_str())];
        let answers = answers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let command = Confirm {
            account: account.clone(),
            level: Level::Verified,
            booking: held.id,
            purpose: purpose.clone(),
            form: form::json(&answers.into()),
            on_behalf: None,
        };
        Ok(booking::confirm(tx, &cx, &offer, &command)?.id)
    });
    match outcome {
        Ok(id) => Ok(Some(id)),
        Err(base::Error::Refusal(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// The first account already has something to look at: a visit that stands, one that waits for the
/// office, one that was cancelled.
fn of_the_first(db: &Db, cx: &Cx, portal: &Portal, account: &Id) -> Outcome<()> {
    let catalogue = &portal.city.catalogue;
    let manual = |x: &&std::sync::Arc<crate::catalogue::Service>| {
        x.passport.rules.confirmation == crate::catalogue::Confirmation::Manual
    };
    let services = catalogue.services();
    let mut wanted: Vec<_> = services.iter().filter(|x| !manual(x)).take(2).collect();
    wanted.extend(services.iter().filter(|x| manual(x) && x.code != "head-reception").take(1));
    for (i, service) in wanted.into_iter().enumerate() {
        let mut sites = portal.city.offices.sites_in_region(&service.code, "70");
        let Some(site) = sites.next() else { continue };
        let Some(offer) = portal.offers_at(service, site).into_iter().next() else { continue };
        let Some(start) = free_start(db, cx, portal, &offer, |n| n / 2)? else { continue };
        let purpose = service.passport.purposes.first().map_or("", |x| x.code.as_str());
        let made = book(db, cx, &offer, (account.clone(), start, purpose.to_owned()))?;
        if let (1, Some(id)) = (i, made) {
            let (cx, command) = (
                Cx { op: cx.new_id(), ..cx.clone() },
                Cancel {
                    account: account.clone(), booking: id, reason: "Изменились планы".into()
                },
            );
            let terms = offer.terms.clone();
            db.write_wait(move |tx| booking::cancel(tx, &cx, &terms, &command))?;
        }
    }
    Ok(())
}
