//! The city: all places, services and offices in the memory of a node, and the search over them.
//!
//! Every act of the rooms `places`, `catalogue` and `offices` raises the edition `city` in its own
//! transaction ([`touch`]); a node asks for [`version`] and loads anew when it has moved.

use std::sync::Arc;

use base::{Db, Outcome, Tx};
use search::{Answer, Doc, Index, IndexBuilder, Query, Synonyms};

use crate::accounts::Level;
use crate::catalogue::{self, Catalogue, HelpTopic, Service};
use crate::offices::{self, Offices, Organization, Resource, ResourceKind, Site};
use crate::places::{self, Places};

/// A consistent picture of the reference data. Share it in an [`Arc`]; replace it whole.
#[derive(Debug)]
pub struct City {
    /// Regions and localities.
    pub places: Places,
    /// What can be booked.
    pub catalogue: Catalogue,
    /// Who receives.
    pub offices: Offices,
    /// The edition this picture was taken at.
    pub version: i64,
    search: Index,
}

/// Something that was found.
#[derive(Clone, Copy, Debug)]
pub enum Item<'c> {
    /// A service.
    Service(&'c Arc<Service>),
    /// An organisation.
    Organization(&'c Arc<Organization>),
    /// A site of an organisation that has several.
    Site(&'c Arc<Site>),
    /// An official or a specialist.
    Resource(&'c Arc<Resource>),
    /// A topic of help.
    Help(&'c HelpTopic),
}

/// What a search gave.
#[derive(Clone, Debug)]
pub struct Found<'c> {
    /// The best things first.
    pub items: Vec<Item<'c>>,
    /// What was understood instead of what was typed.
    pub corrected: Option<String>,
    /// How many things match.
    pub total: usize,
}

/// Sorts of documents in the index.
mod kind {
    pub const SERVICE: u8 = 0;
    pub const ORGANIZATION: u8 = 1;
    pub const SITE: u8 = 2;
    pub const RESOURCE: u8 = 3;
    pub const HELP: u8 = 4;
}

/// Raises the edition: part of every act that changes what a [`City`] shows.
///
/// # Errors
/// A fault of the engine.
pub fn touch(tx: &mut Tx<'_>) -> Outcome<()> {
    base::edition::raise(tx, "city")
}

/// The present edition: a picture of another one is old.
///
/// # Errors
/// A fault of the engine.
pub fn version(tx: &mut Tx<'_>) -> Outcome<i64> {
    base::edition::present(tx, "city")
}

/// The rows of a city, read in one run; [`City::from`] builds the index outside the database.
#[derive(Debug)]
pub struct Rows {
    places: Places,
    catalogue: Catalogue,
    offices: Offices,
    version: i64,
}

impl Rows {
    /// Reads everything. The edition is read first: a change meanwhile makes the picture old, never
    /// wrongly new.
    ///
    /// # Errors
    /// A fault of the engine, or of a stored document that cannot be read.
    pub fn load(tx: &mut Tx<'_>) -> Outcome<Self> {
        let version = version(tx)?;
        Ok(Self {
            places: places::load(tx)?,
            catalogue: catalogue::load(tx)?,
            offices: offices::load(tx)?,
            version,
        })
    }
}

impl From<Rows> for City {
    fn from(Rows { places, catalogue, offices, version }: Rows) -> Self {
        let search = index(&places, &catalogue, &offices);
        Self { places, catalogue, offices, version, search }
    }
}

impl City {
    /// Reads the city and builds its index; for threads that may wait.
    ///
    /// # Errors
    /// As [`Rows::load`].
    pub fn load(db: &Db) -> Outcome<Self> {
        db.read_wait(Rows::load).map(Self::from)
    }

    /// [`City::load`], with the level of accounts that counts for services that name none.
    ///
    /// # Errors
    /// As [`Rows::load`].
    pub fn load_with(db: &Db, level: Level) -> Outcome<Self> {
        let mut rows = db.read_wait(Rows::load)?;
        rows.catalogue.settle(level);
        Ok(rows.into())
    }

    /// Finds services, bodies, people and help by words in either language. What lies in `region`
    /// comes before its equals elsewhere.
    pub fn find(&self, words: &str, region: Option<&str>, limit: usize) -> Found<'_> {
        let answer = self.search.search(&self.query(words, region, limit));
        self.found(answer)
    }

    /// [`City::find`] among services alone.
    pub fn find_services(&self, words: &str, limit: usize) -> Vec<&Arc<Service>> {
        let kinds = Some(&[kind::SERVICE][..]);
        let answer = self.search.search(&Query { kinds, ..self.query(words, None, limit) });
        let services = self.catalogue.services();
        answer.hits.iter().filter_map(|hit| services.get(hit.id as usize)).collect()
    }

    /// What a person who is still typing may mean.
    pub fn suggest(&self, typed: &str, region: Option<&str>, limit: usize) -> Found<'_> {
        let answer = self.search.suggest(&self.query(typed, region, limit));
        self.found(answer)
    }

    /// Bytes the index takes.
    pub fn index_bytes(&self) -> usize {
        self.search.bytes()
    }

    fn query<'q>(&self, text: &'q str, region: Option<&str>, limit: usize) -> Query<'q> {
        let prefer_region = region.and_then(|code| number(&self.places, code));
        Query { text, limit, prefer_region, ..Query::default() }
    }

    fn found(&self, answer: Answer) -> Found<'_> {
        let items = answer.hits.iter().filter_map(|hit| self.item(hit.kind, hit.id as usize));
        Found { items: items.collect(), corrected: answer.corrected, total: answer.total }
    }

    fn item(&self, kind: u8, place: usize) -> Option<Item<'_>> {
        match kind {
            kind::SERVICE => self.catalogue.services().get(place).map(Item::Service),
            kind::ORGANIZATION => self.offices.organizations().get(place).map(Item::Organization),
            kind::SITE => self.offices.sites().get(place).map(Item::Site),
            kind::RESOURCE => self.offices.resources().get(place).map(Item::Resource),
            _ => self.catalogue.help().get(place).map(Item::Help),
        }
    }
}

/// A region's number in the index: its place in the alphabet.
fn number(places: &Places, code: &str) -> Option<u16> {
    places.regions().iter().position(|x| x.code == code).map(|place| place as u16)
}

/// Documents are numbered by their place in the lists of the snapshots.
fn index(places: &Places, catalogue: &Catalogue, offices: &Offices) -> Index {
    let mut builder = IndexBuilder::new(&Synonyms::new(catalogue.synonyms().to_vec()));
    let services = (0..).zip(catalogue.services()).filter(|(_, service)| service.active);
    services.for_each(|(id, service)| builder.add(of_service(id, service)));
    for (id, organization) in (0..).zip(offices.organizations()) {
        builder.add(of_organization(id, organization, places, offices));
    }
    for (id, site) in (0..).zip(offices.sites()) {
        if offices.sites_of(&site.organization).nth(1).is_some() {
            builder.add(of_site(id, site, places, offices));
        }
    }
    for (id, resource) in (0..).zip(offices.resources()) {
        if resource.active && resource.kind != ResourceKind::Desk {
            builder.add(of_resource(id, resource, places, offices));
        }
    }
    for (id, topic) in (0..).zip(catalogue.help()) {
        builder.add(Doc {
            id,
            kind: kind::HELP,
            title: topic.title.ru.clone(),
            keywords: topic.title.en.clone(),
            body: format!("{} {}", topic.text.ru, topic.text.en),
            ..Doc::default()
        });
    }
    builder.finish()
}

fn of_service(id: u32, service: &Service) -> Doc {
    let passport = &service.passport;
    let mut aliases = passport.aliases.clone();
    aliases.push(passport.name.en.clone());
    let mut body = vec![&*passport.short.ru, &passport.short.en, &passport.about.ru];
    body.extend(passport.purposes.iter().flat_map(|x| [&*x.name.ru, &x.name.en]));
    Doc {
        id,
        kind: kind::SERVICE,
        title: passport.name.ru.clone(),
        aliases,
        keywords: format!("{} {}", service.number, passport.keywords),
        body: body.join(" "),
        region: None,
        boost: 1.0,
    }
}

fn of_organization(id: u32, of: &Organization, places: &Places, offices: &Offices) -> Doc {
    let mut keywords = vec![of.name.en.as_str(), &of.card.head.ru, &of.card.phone];
    for site in offices.sites_of(&of.id) {
        keywords.extend([site.name.ru.as_str(), &site.card.address.ru, &site.card.postal]);
        keywords.extend(places.locality(&site.locality).map(|x| x.name.ru.as_str()));
    }
    Doc {
        id,
        kind: kind::ORGANIZATION,
        title: of.name.ru.clone(),
        keywords: keywords.join(" "),
        body: of.card.about.ru.clone(),
        region: number(places, &of.region),
        boost: 0.5,
        ..Doc::default()
    }
}

fn of_site(id: u32, site: &Site, places: &Places, offices: &Offices) -> Doc {
    let organization = offices.organization(&site.organization);
    let locality = places.locality(&site.locality);
    let whose = organization.map_or("", |x| &x.name.ru);
    let card = &site.card;
    let city = locality.map_or("", |x| &x.name.ru);
    Doc {
        id,
        kind: kind::SITE,
        title: format!("{whose}, {}", site.name.ru),
        keywords: format!("{} {city} {} {}", site.name.en, card.address.ru, card.postal),
        region: organization.and_then(|x| number(places, &x.region)),
        boost: 0.3,
        ..Doc::default()
    }
}

fn of_resource(id: u32, resource: &Resource, places: &Places, offices: &Offices) -> Doc {
    let site = offices.site(&resource.site);
    let organization = site.and_then(|x| offices.organization(&x.organization));
    let card = &resource.card;
    let words = [&card.position, &card.specialty].map(|x| format!("{} {}", x.ru, x.en));
    Doc {
        id,
        kind: kind::RESOURCE,
        title: resource.name.ru.clone(),
        keywords: format!("{} {}", resource.name.en, words.join(" ")),
        body: format!("{} {}", card.functions.ru, organization.map_or("", |x| &x.name.ru)),
        region: organization.and_then(|x| number(places, &x.region)),
        boost: 0.2,
        ..Doc::default()
    }
}
