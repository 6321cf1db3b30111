//! A database to measure on: a country, people who are signed in, a quarter of the nearest days
//! booked.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base::db::Place;
use base::idem::Key;
use base::{Actor, Chance, Channel, Clock, Cx, Db, Fault, Id, Instant, Outcome};
use jiff::civil::Date;
use rooms::accounts::{self, Level, NewAccount, PersonName, Phone, Secrets};
use rooms::availability::Question;
use rooms::booking::{self, Ask, Breach, Confirm, Hold, Line, Offer};
use rooms::portal::{Memory, Portal};
use rooms::sessions;

use crate::keys::Keys;

use super::country::{self, CLAIM, PURPOSES, VISIT};
use super::process::Server;

/// People who are signed in.
pub(super) const PEOPLE: usize = 20_000;
/// The password of them all.
pub(super) const PASSWORD: &str = "bench-password-of-all";
/// People whose accounts one transaction opens.
const BATCH: usize = 1000;
/// Bookings made before anything is measured.
const BOOKED: usize = 2500;
/// Of these in one transaction.
const TOGETHER: usize = 250;

/// Somebody who is signed in with a browser.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub account: Id,
    /// Token of the session's cookie.
    pub token: String,
}

/// A free start: which of the offers, when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    pub offer: usize,
    pub at: Instant,
}

/// A database and what is known of it.
#[derive(Debug)]
pub(super) struct Town {
    /// `SQLite` or `PostgreSQL`.
    pub engine: &'static str,
    pub db: Db,
    pub portal: Arc<Portal>,
    /// The measured service at the thousand resources of the measured region.
    pub offers: Arc<Vec<Offer>>,
    pub wishes: Arc<Wishes>,
    line: Line,
    clock: Clock,
    chance: Chance,
    folder: PathBuf,
    url: String,
    pub postmaster: Option<u32>,
}

/// One wish that nobody else has: a person, one of the purposes, a free start.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub person: Person,
    pub purpose: String,
    pub start: Start,
}

/// All wishes there can be, each given once.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    pub people: Vec<Person>,
    /// Free starts: the first of every resource before the second of any.
    starts: Vec<Start>,
    next: AtomicUsize,
}

impl Wishes {
    /// A wish nobody had before.
    pub fn next(&self) -> Wish {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        Wish {
            person: self.people[n % PEOPLE].clone(),
            purpose: format!("p{}", n / PEOPLE % PURPOSES),
            start: self.starts[n % self.starts.len()],
        }
    }
}

impl Town {
    /// Builds it in the empty database at `url`. `folder` is for the keys of its servers.
    pub fn build(
        url: &str,
        folder: PathBuf,
        postmaster: Option<u32>,
        resources: usize,
    ) -> Outcome<Self> {
        let keys = Keys::load(&folder)?;
        let db = Db::open(&Place::parse(url)?, keys.vault)?;
        db.migrate(rooms::MIGRATIONS)?;
        let (clock, chance) = (Clock::system(), Chance::os());
        let cx = Cx::new(&clock, &chance, Actor::System, Channel::Cli);
        country::build(&db, &cx, resources)?;
        let people = people(&db, &cx, &keys.secrets)?;
        let portal = Memory::load(&db, (&clock, Level::Verified))?.now();
        let town = Self {
            engine: db.engine(),
            offers: Arc::new(offers(&portal)?),
            portal,
            wishes: Arc::default(),
            line: booking::line(&db)?,
            db,
            clock,
            chance,
            folder,
            url: url.to_owned(),
            postmaster,
        };
        let wishes = Wishes { people, starts: town.free()?, next: AtomicUsize::new(0) };
        let town = Self { wishes: Arc::new(wishes), ..town };
        town.booked()?;
        // Nobody wants the messages of made-up bookings, and no server shall spend time on them.
        town.db.write_wait(base::outbox::quiet)?;
        Ok(town)
    }

    /// A server on this database.
    pub fn serve(&self) -> Outcome<Server> {
        Server::portal(&self.folder, &self.url, self.postmaster)
    }

    /// The first and the last of fourteen days.
    pub fn fortnight(&self) -> (Date, Date) {
        let today = self.clock.now().in_zone(&self.offers[0].zone).date();
        (today, today.saturating_add(jiff::Span::new().days(13)))
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    pub fn cx(&self, account: &Id) -> Cx {
        Cx::new(&self.clock, &self.chance, Actor::Account(account.clone()), Channel::Api)
    }

    /// Holds a time of another service than the one that is booked, without a server.
    pub fn hold(&self, wish: &Wish) -> Outcome<bool> {
        let mut offer = self.offers[wish.start.offer].clone();
        offer.service = CLAIM.into();
        let wish = Hold {
            account: wish.person.account.clone(),
            level: Level::Verified,
            start: wish.start.at,
            purpose: wish.purpose.clone(),
            draft: None,
        };
        let cx = self.cx(&wish.account);
        let key = Key::new(cx.op.to_string(), &["bench"]);
        said(self.line.ask_wait(Ask { cx, offer, wish, key }))
    }

    /// The file of the embedded database.
    pub fn file(&self) -> Outcome<PathBuf> {
        match Place::parse(&self.url)? {
            Place::File(path) => Ok(path),
            Place::Server(_) => Err(Fault::new("this database is no file").into()),
        }
    }

    /// Every invariant that does not hold.
    pub fn breaches(&self) -> Outcome<Vec<Breach>> {
        let now = self.clock.now();
        self.db.read_wait(move |tx| booking::verify(tx, now))
    }

    /// Free starts of the fortnight, the first of every resource before the second of any.
    fn free(&self) -> Outcome<Vec<Start>> {
        let index = &self.portal.availability;
        let (today, last) = self.fortnight();
        // From tomorrow on: what is free now must be free until it is asked for.
        let days = (today.saturating_add(jiff::Span::new().days(1)), last);
        let mut all: Vec<(usize, Start)> = Vec::new();
        for (offer, at) in self.offers.iter().enumerate() {
            let Some(seat) = index.seat(&at.resource) else { continue };
            let question = Question::of(index, at, "", self.now());
            let free = question.slots(&[seat], days, usize::MAX).into_iter().enumerate();
            all.extend(free.map(|(i, found)| {
                (i, Start { offer, at: Instant::from_minutes(found.slot.start) })
            }));
        }
        all.sort_by_key(|x| x.0);
        Ok(all.into_iter().map(|x| x.1).collect())
    }

    fn booked(&self) -> Outcome<()> {
        for _ in 0..BOOKED / TOGETHER {
            let one = |_| {
                let wish = self.wishes.next();
                let offer = self.offers[wish.start.offer].clone();
                (self.cx(&wish.person.account), offer, wish)
            };
            let wishes: Vec<_> = (0..TOGETHER).map(one).collect();
            self.db.write_wait(move |tx| {
                wishes.iter().try_for_each(|(cx, offer, wish)| book(tx, cx, offer, wish))
            })?;
        }
        Ok(())
    }
}

/// Hold and confirm in one transaction.
fn book(tx: &mut base::Tx<'_>, cx: &Cx, offer: &Offer, wish: &Wish) -> Outcome<()> {
    let (account, level) = (wish.person.account.clone(), Level::Verified);
    let hold = Hold {
        account: account.clone(),
        level,
        start: wish.start.at,
        purpose: wish.purpose.clone(),
        draft: None,
    };
    let held = booking::hold(tx, cx, offer, &hold)?;
    let form = serde_json::json!({ "phone": "+79000000001" });
    let purpose = wish.purpose.clone();
    let command = Confirm { account, level, booking: held.id, purpose, form, on_behalf: None };
    booking::confirm(tx, cx, offer, &command).map(|_| ())
}

/// `false` for a refusal.
fn said<T>(outcome: Outcome<T>) -> Outcome<bool> {
    match outcome {
        Ok(_) => Ok(true),
        Err(base::Error::Refusal(_)) => Ok(false),
        Err(fault) => Err(fault),
    }
}

/// The measured service in the measured region.
fn offers(portal: &Portal) -> Outcome<Vec<Offer>> {
    let service = portal.city.catalogue.service(VISIT);
    let service = service.ok_or_else(|| Fault::new("the measured service is missing"))?;
    let offices = &portal.city.offices;
    let sites = offices.sites_in_region(VISIT, country::REGION);
    Ok(sites.flat_map(|site| portal.offers_at(service, site)).collect())
}

/// The phone of the person number `i`.
pub(super) fn phone(i: usize) -> String {
    format!("+7999{i:07}")
}

fn people(db: &Db, cx: &Cx, secrets: &Secrets) -> Outcome<Vec<Person>> {
    // One hash for all: twenty thousand of them would take a quarter of an hour.
    let hash = secrets.hash_password(PASSWORD, &cx.chance)?;
    let mut all = Vec::with_capacity(PEOPLE);
    for first in (0..PEOPLE).step_by(BATCH) {
        let (cx, hash) = (cx.clone(), hash.clone());
        let numbers = first..PEOPLE.min(first + BATCH);
        all.extend(db.write_wait(move |tx| {
            numbers.clone().map(|i| person(tx, &cx, &hash, i)).collect::<Outcome<Vec<_>>>()
        })?);
    }
    Ok(all)
}

fn person(tx: &mut base::Tx<'_>, cx: &Cx, hash: &str, i: usize) -> Outcome<Person> {
    let wrong = |fault: base::FieldFault| Fault::new(format!("{}: {}", fault.field, fault.code));
    let account = NewAccount {
        surname: PersonName::parse("surname", "Мерный").map_err(wrong)?,
        name: PersonName::parse("name", "Иван").map_err(wrong)?,
        patronymic: PersonName::parse_optional("patronymic", "").map_err(wrong)?,
        phone: Phone::parse("phone", &phone(i)).map_err(wrong)?,
        email: None,
        email_verified: false,
        password_hash: Some(hash.to_owned()),
        level: Level::Verified,
        lang: texts::Lang::Ru,
    };
    let account = accounts::add(tx, cx, &account)?;
    let token = sessions::open(tx, cx, &account, "okno bench", sessions::Kind::Browser)?;
    Ok(Person { account, token })
}
