//! What an organisation, a site and a resource are.

use base::Id;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::places::Point;
use crate::text::Text;

/// A public body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its identifier.
    pub id: Id,
    /// What it is: administration, clinic, tax, … Data of the instance.
    pub kind: String,
    /// Code of its region.
    pub region: String,
    /// The organisation it belongs to.
    pub parent: Option<Id>,
    /// Its name.
    pub name: Text,
    /// All the rest.
    pub card: OrganizationCard,
}

/// What the page of an organisation says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrganizationCard {
    /// Who heads it.
    pub head: Text,
    /// The head's post.
    pub head_post: Text,
    /// Telephone as shown.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Its own site.
    pub web: String,
    /// Fax as shown.
    pub fax: String,
    /// How soon letters are answered.
    pub reply: Text,
    /// What it does.
    pub about: Text,
    /// Codes of the services it gives; nothing means all that its kind gives.
    pub services: Option<Vec<String>>,
}

/// A place of an organisation where people are received.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its identifier.
    pub id: Id,
    /// Whose site it is.
    pub organization: Id,
    /// Where it lies.
    pub locality: Id,
    /// All its deadlines and hours count in this zone.
    pub zone: TimeZone,
    /// Its point on the map.
    pub point: Option<Point>,
    /// Its name.
    pub name: Text,
    /// All the rest.
    pub card: SiteCard,
}

/// What the page of a site says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SiteCard {
    /// Street and house.
    pub address: Text,
    /// Postal code.
    pub postal: String,
    /// Opening hours in words.
    pub hours: Text,
    /// What makes it accessible: ramp, lift, sign_language, …
    pub accessible: Vec<String>,
    /// How to find it.
    pub directions: Text,
    /// Accounts are confirmed here: somebody compares people's papers with what they typed.
    pub centre: bool,
}

/// What serves one party at a time (or several, with several lanes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its identifier.
    pub id: Id,
    /// Where it is.
    pub site: Id,
    /// What it is.
    pub kind: ResourceKind,
    /// The person's name or the desk's.
    pub name: Text,
    /// Number of the room.
    pub room: String,
    /// Whether it can be booked at present.
    pub active: bool,
    /// Codes of the services it serves, sorted.
    pub services: Vec<String>,
    /// All the rest.
    pub card: ResourceCard,
}

/// What the page of a resource says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ResourceCard {
    /// Post of the person.
    pub position: Text,
    /// Of a doctor.
    pub specialty: Text,
    /// Of a doctor.
    pub qualification: Text,
    /// What an official answers for.
    pub functions: Text,
}

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// Somebody who decides.
    Official,
    /// A doctor, an inspector.
    Specialist,
    /// A window at which whoever is on duty serves.
    Desk,
}

impl ResourceKind {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::Specialist => "specialist",
            Self::Desk => "desk",
        }
    }

    /// Reads the stored word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Official, Self::Specialist, Self::Desk].into_iter().find(|x| x.as_str() == word)
    }
}
