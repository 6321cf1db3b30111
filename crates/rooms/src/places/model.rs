//! What a region and a locality are.

use base::Id;
use serde::{Deserialize, Serialize};

use crate::text::Text;

/// A subject of the federation (or another region of the instance).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Two digits of the tax service's numbering.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Code of municipal territories.
    pub oktmo: String,
    /// ISO 3166-2; may be empty.
    pub iso: String,
    /// Code of the federal district; may be empty.
    pub district: String,
    /// IANA names of its time zones, the main one first.
    pub zones: Vec<String>,
}

/// A city, town, village or settlement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locality {
    /// Its identifier: the FIAS id when it came from a file that has them.
    pub id: Id,
    /// Code of its region.
    pub region: String,
    /// Its name.
    pub name: Text,
    /// What sort of place it is.
    pub kind: LocalityKind,
    /// IANA name of its time zone.
    pub zone: String,
    /// Where it lies.
    pub point: Option<Point>,
    /// People who live there; 0 when unknown.
    pub population: u32,
    /// The seat of its region.
    pub capital: bool,
    /// Postal code of six digits; may be empty.
    pub postal: String,
    /// Identifier in the federal address register.
    pub fias: Option<String>,
    /// Identifier in the older address classifier.
    pub kladr: Option<String>,
    /// Code of the municipal territory.
    pub oktmo: Option<String>,
    /// Code of the tax office.
    pub tax_office: Option<String>,
}

/// What sort of place a locality is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocalityKind {
    /// A large town.
    City,
    /// A small town.
    Town,
    /// A village.
    Village,
    /// An urban-type or other settlement.
    Settlement,
}

impl LocalityKind {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::Town => "town",
            Self::Village => "village",
            Self::Settlement => "settlement",
        }
    }

    /// Reads the stored word; one this version does not know counts as a settlement.
    pub fn of(word: &str) -> Self {
        [Self::City, Self::Town, Self::Village]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .unwrap_or(Self::Settlement)
    }
}

/// A point of the globe in millionths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// North is positive.
    pub lat_e6: i32,
    /// East is positive.
    pub lon_e6: i32,
}

impl Point {
    /// A point from degrees; nothing when they lie outside the globe.
    pub fn degrees(lat: f64, lon: f64) -> Option<Self> {
        let inside = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        let micro = |degrees: f64| (degrees * 1e6).round() as i32;
        inside.then(|| Self { lat_e6: micro(lat), lon_e6: micro(lon) })
    }

    /// From the two columns of a table.
    pub(crate) fn of(lat_e6: Option<i64>, lon_e6: Option<i64>) -> Option<Self> {
        Some(Self { lat_e6: lat_e6?.try_into().ok()?, lon_e6: lon_e6?.try_into().ok()? })
    }

    /// Latitude in degrees.
    pub fn lat(self) -> f64 {
        f64::from(self.lat_e6) / 1e6
    }

    /// Longitude in degrees.
    pub fn lon(self) -> f64 {
        f64::from(self.lon_e6) / 1e6
    }

    /// Kilometres along the great circle, on a globe with a radius of 6,371 km.
    pub fn km_to(self, other: Self) -> f64 {
        const DIAMETER_KM: f64 = 2.0 * 6371.0;
        let (lat, other_lat) = (self.lat().to_radians(), other.lat().to_radians());
        let half = |from: f64, to: f64| ((to - from) / 2.0).sin().powi(2);
        let lon = half(self.lon().to_radians(), other.lon().to_radians());
        DIAMETER_KM * (half(lat, other_lat) + lat.cos() * other_lat.cos() * lon).sqrt().asin()
    }
}
