//! The snapshot of the catalogue.

use std::collections::HashMap;
use std::sync::Arc;

use base::db::Row;
use base::{Fault, Outcome, Tx, args};
use serde::de::DeserializeOwned;

use crate::accounts::Level;

use super::{Category, HelpTopic, Service, Situation};
use crate::text::{Text, collation};

/// The whole catalogue in memory.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    categories: Vec<Category>,
    situations: Vec<Situation>,
    /// By category, then by name.
    services: Vec<Arc<Service>>,
    by_code: HashMap<String, usize>,
    by_number: HashMap<String, usize>,
    synonyms: Vec<Vec<String>>,
    help: Vec<HelpTopic>,
}

impl Catalogue {
    /// All categories in the order of the page.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// A category by its code.
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.code == code)
    }

    /// All life situations in the order of the page.
    pub fn situations(&self) -> &[Situation] {
        &self.situations
    }

    /// A life situation by its code.
    pub fn situation(&self, code: &str) -> Option<&Situation> {
        self.situations.iter().find(|situation| situation.code == code)
    }

    /// All services, also those that cannot be booked at present, by category and name.
    pub fn services(&self) -> &[Arc<Service>] {
        &self.services
    }

    /// The active services of a category by name.
    pub fn of_category<'c>(&'c self, code: &'c str) -> impl Iterator<Item = &'c Arc<Service>> {
        self.services.iter().filter(move |x| x.active && x.category == code)
    }

    /// A service by its code.
    pub fn service(&self, code: &str) -> Option<&Arc<Service>> {
        self.by_code.get(code).map(|i| &self.services[*i])
    }

    /// A service by its number.
    pub fn numbered(&self, number: &str) -> Option<&Arc<Service>> {
        self.by_number.get(number).map(|i| &self.services[*i])
    }

    /// Words that mean the same in a search.
    pub fn synonyms(&self) -> &[Vec<String>] {
        &self.synonyms
    }

    /// All topics of help in the order of the page.
    pub fn help(&self) -> &[HelpTopic] {
        &self.help
    }

    /// A topic of help by its code.
    pub fn help_topic(&self, code: &str) -> Option<&HelpTopic> {
        self.help.iter().find(|topic| topic.code == code)
    }

    /// Puts the instance's level in the place of those that services do not name.
    pub(crate) fn settle(&mut self, level: Level) {
        for service in self.services.iter_mut().filter(|x| x.passport.rules.level.is_none()) {
            Arc::make_mut(service).passport.rules.level = Some(level);
        }
    }

    fn order(&mut self, mut services: Vec<Service>) {
        let rank: HashMap<&str, usize> =
            self.categories.iter().enumerate().map(|(i, x)| (&*x.code, i)).collect();
        services.sort_by_cached_key(|x| (rank.get(&*x.category), collation(&x.passport.name.ru)));
        self.services = services.into_iter().map(Arc::new).collect();
        for (i, service) in self.services.iter().enumerate() {
            self.by_code.insert(service.code.clone(), i);
            self.by_number.insert(service.number.clone(), i);
        }
    }
}

/// Whether there is such a service.
///
/// # Errors
/// A fault of the engine.
pub fn has_service(tx: &mut Tx<'_>, code: &str) -> Outcome<bool> {
    Ok(tx.opt("SELECT code FROM service WHERE code = $1", args![code], |_| Ok(()))?.is_some())
}

/// Reads the whole catalogue.
///
/// # Errors
/// A fault of the engine, or of a stored document that cannot be read.
pub fn load(tx: &mut Tx<'_>) -> Outcome<Catalogue> {
    let services = tx.all(
        "SELECT code, number, category_code, active, owner, reviewed_on, passport FROM service",
        args![],
        service,
    )?;
    let mut catalogue = Catalogue {
        categories: tx.all(
            "SELECT code, name, name_en, icon, ord FROM category ORDER BY ord, code",
            args![],
            category,
        )?,
        situations: tx.all(
            "SELECT code, ord, content FROM situation ORDER BY ord, code",
            args![],
            |r| Ok(Situation { code: r.get(0)?, order: r.get(1)?, ..json(r, 2)? }),
        )?,
        help: tx.all(
            "SELECT code, ord, content FROM help_topic ORDER BY ord, code",
            args![],
            |r| Ok(HelpTopic { code: r.get(0)?, order: r.get(1)?, ..json(r, 2)? }),
        )?,
        synonyms: tx.all("SELECT words FROM synonym_group ORDER BY id", args![], |r| json(r, 0))?,
        ..Catalogue::default()
    };
    catalogue.order(services);
    Ok(catalogue)
}

/// Column `i` as the JSON document it holds.
pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, i: usize) -> Result<T, Fault> {
    serde_json::from_str(&row.get::<String>(i)?)
        .map_err(|error| Fault::of(format!("the stored document in column {i}"), error))
}

fn category(row: &Row<'_>) -> Result<Category, Fault> {
    Ok(Category {
        code: row.get(0)?,
        name: Text { ru: row.get(1)?, en: row.get(2)? },
        icon: row.get(3)?,
        order: row.get(4)?,
    })
}

fn service(row: &Row<'_>) -> Result<Service, Fault> {
    let reviewed: String = row.get(5)?;
    Ok(Service {
        code: row.get(0)?,
        number: row.get(1)?,
        category: row.get(2)?,
        active: row.get(3)?,
        owner: row.get(4)?,
        reviewed: reviewed.parse().map_err(|error| Fault::of("a stored day", error))?,
        passport: json(row, 6)?,
    })
}
