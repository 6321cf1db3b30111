//! Regions and localities.

use axum::http::StatusCode;
use rooms::places::{Locality, Region};
use rooms::text::Text;
use serde::Serialize;
use utoipa::ToSchema;

use super::Operation;
use super::call::{Named, Page, answer, unknown};
use super::params::{CURSOR, LIMIT, WORDS};
use crate::route::{Action, Rate, get};
use crate::{Answer, Query, Visit};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            "listRegions",
            "Regions by alphabet",
            get("/api/v1/regions", Action::ReadDirectory, Rate::Read, regions),
        )
        .query(&[WORDS, LIMIT, CURSOR])
        .gives_page::<RegionView>(),
        Operation::new(
            "listLocalities",
            "Localities of a region: the seat, the large ones by size, the rest by alphabet",
            get("/api/v1/regions/{code}/localities", Action::ReadDirectory, Rate::Read, localities),
        )
        .query(&[WORDS, LIMIT, CURSOR])
        .gives_page::<LocalityView>(),
    ]
}

/// A name in both languages.
#[derive(Serialize, ToSchema)]
pub(super) struct Words {
    /// Russian.
    #[schema(example = "Томская область")]
    ru: String,
    /// English; the Russian name when there is no other.
    #[schema(example = "Tomsk Oblast")]
    en: String,
}

impl From<&Text> for Words {
    fn from(text: &Text) -> Self {
        Self { ru: text.ru.clone(), en: text.in_lang(texts::Lang::En).to_owned() }
    }
}

/// A point of the globe, in degrees.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[schema(as = Point)]
pub(super) struct PointView {
    /// Latitude; north is positive.
    #[schema(example = 56.484)]
    lat: f64,
    /// Longitude; east is positive.
    #[schema(example = 84.947)]
    lon: f64,
}

impl From<rooms::places::Point> for PointView {
    fn from(point: rooms::places::Point) -> Self {
        Self { lat: point.lat(), lon: point.lon() }
    }
}

/// A region.
#[derive(Serialize, ToSchema)]
#[schema(as = Region)]
pub(super) struct RegionView {
    /// Its code.
    #[schema(example = "70")]
    code: String,
    /// Its name.
    name: Words,
    /// ISO 3166-2; may be empty.
    #[schema(example = "RU-TOM")]
    iso: String,
    /// IANA names of its time zones, the main one first.
    #[schema(example = json!(["Asia/Tomsk"]))]
    zones: Vec<String>,
}

impl From<&Region> for RegionView {
    fn from(region: &Region) -> Self {
        Self {
            code: region.code.clone(),
            name: (&region.name).into(),
            iso: region.iso.clone(),
            zones: region.zones.clone(),
        }
    }
}

/// A city, town, village or settlement.
#[derive(Serialize, ToSchema)]
#[schema(as = Locality)]
pub(super) struct LocalityView {
    /// Its id.
    id: String,
    /// Code of its region.
    #[schema(example = "70")]
    region: String,
    /// Its name.
    name: Words,
    /// What sort of place it is.
    #[schema(example = "city", pattern = "^(city|town|village|settlement)$")]
    kind: &'static str,
    /// IANA name of its time zone.
    #[schema(example = "Asia/Tomsk")]
    zone: String,
    /// Where it lies.
    point: Option<PointView>,
    /// It is the seat of its region.
    capital: bool,
}

impl From<&Locality> for LocalityView {
    fn from(locality: &Locality) -> Self {
        Self {
            id: locality.id.to_string(),
            region: locality.region.clone(),
            name: (&locality.name).into(),
            kind: locality.kind.as_str(),
            zone: locality.zone.clone(),
            point: locality.point.map(Into::into),
            capital: locality.capital,
        }
    }
}

async fn regions(visit: Visit, Query(query): Query) -> Answer {
    let portal = visit.app.portal();
    let places = &portal.city.places;
    let all = match query.opt(WORDS.name) {
        Some(words) => places.find_regions(words),
        None => places.regions().iter().collect(),
    };
    let page = Page::cut(all, &query, |x| x.code.clone(), RegionView::from)?;
    answer(StatusCode::OK, &page)
}

async fn localities(visit: Visit, Named(code): Named, Query(query): Query) -> Answer {
    let portal = visit.app.portal();
    let places = &portal.city.places;
    places.region(&code).ok_or_else(unknown)?;
    let all = match query.opt(WORDS.name) {
        Some(words) => places.find_localities(Some(&code), words, usize::MAX),
        None => places.localities_of(&code).iter().collect(),
    };
    let page = Page::cut(all, &query, |x| x.id.to_string(), |x| LocalityView::from(&**x))?;
    answer(StatusCode::OK, &page)
}
