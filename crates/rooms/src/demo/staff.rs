//! The staff of the demo: accounts that can sign in, and the roles they have.

use base::{Cx, Db, Fault, Id, Instant, Outcome};
use serde::Deserialize;

use super::people::{Login, new_account};
use crate::access::{self, By, NewGrant, Place, Role};
use crate::accounts::{self, Secrets};
use crate::city::City;
use crate::factors::{self, Seed};

const PEOPLE: &str = include_str!("../../../../demo/people.toml");

#[derive(Deserialize)]
struct File {
    staff: Vec<Workplace>,
}

/// Somebody of the staff, as the demo shows them.
#[derive(Clone, Debug, Deserialize)]
pub struct Workplace {
    /// How they sign in.
    #[serde(flatten)]
    pub login: Login,
    /// Code of the role.
    pub role: String,
    /// Secret of their app: for a demonstration only.
    pub app: String,
    /// The body they work for; without one it is the portal.
    #[serde(default)]
    organization: String,
    #[serde(default)]
    site: String,
    #[serde(default)]
    resource: String,
}

impl Workplace {
    /// Their app.
    ///
    /// # Errors
    /// A fault of the demo's file.
    pub fn seed(&self) -> Result<Seed, Fault> {
        let wrong = || Fault::new(format!("people.toml: {} has no app", self.login.email));
        Seed::parse(&self.app).ok_or_else(wrong)
    }

    /// The role and the narrowest place that is named.
    fn grant(&self) -> Result<(Role, Place), Fault> {
        let role = Role::parse(&self.role);
        let places = [
            ("resource", &self.resource),
            ("site", &self.site),
            ("organization", &self.organization),
        ];
        let named = places.into_iter().find(|x| !x.1.is_empty());
        let place = named.map_or(Some(Place::Portal), |(kind, id)| Place::parse(kind, id));
        let wrong = || Fault::new(format!("people.toml: {} has no role", self.login.email));
        role.zip(place).ok_or_else(wrong)
    }
}

/// The staff.
///
/// # Errors
/// A fault of the demo's file.
pub fn workplaces() -> Result<Vec<Workplace>, Fault> {
    let file: File =
        toml::from_str(PEOPLE).map_err(|error| Fault::of("the demo's staff", error))?;
    Ok(file.staff)
}

/// Opens the accounts of [`workplaces`] and gives them their roles; gives their ids in the same
/// order. With `secrets` they can sign in, by a password and their app.
///
/// # Errors
/// A fault of the engine or of the demo's file.
pub fn seed(db: &Db, cx: &Cx, secrets: Option<&Secrets>) -> Outcome<Vec<Id>> {
    let city = City::load(db)?;
    let hire = |workplace: &Workplace| {
        let password = &workplace.login.password;
        let seed = secrets.map(|_| workplace.seed()).transpose()?;
        let hash = secrets.map(|x| x.hash_password(password, &cx.chance)).transpose()?;
        let account = new_account(&workplace.login, hash)?;
        let ((role, place), cx) = (workplace.grant()?, cx.clone());
        let offices = city.offices.clone();
        db.write_wait(move |tx| {
            let id = accounts::add(tx, &cx, &account)?;
            if let Some(seed) = &seed {
                factors::connect(tx, &cx, &id, ("Приложение", seed))?;
            }
            let grant = NewGrant {
                account: id.clone(),
                role,
                place: place.clone(),
                from: cx.now,
                until: Instant::NEVER,
                reason: "Демонстрация".into(),
            };
            access::grant(tx, &cx, (By::Engineer, &offices), &grant)?;
            Ok(id)
        })
    };
    workplaces()?.iter().map(hire).collect()
}
