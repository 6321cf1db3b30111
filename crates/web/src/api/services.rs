//! The catalogue: services, their terms and what their form asks.

use std::sync::Arc;

use axum::http::StatusCode;
use rooms::booking::form;
use rooms::catalogue::{AddressNeed, AgeUnit, Ages, Document, Field, FieldKind, Purpose, Service};
use rooms::portal::Portal;
use serde::Serialize;
use utoipa::ToSchema;

use super::Operation;
use super::call::{Named, Page, answer, unknown, unknown_at};
use super::params::{CURSOR, LIMIT, Param, REGION, Shape, WORDS, optional};
use super::places::Words;
use crate::route::{Action, Rate, get};
use crate::{Answer, Fields, Query, Visit};

/// Services that a search considers.
const MOST: usize = 500;

const CATEGORY: Param = optional("category", "Code of a category", Shape::Text(64));

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            "listServices",
            "Services that can be booked",
            get("/api/v1/services", Action::ReadCatalogue, Rate::Read, services),
        )
        .more("With `q` the best match comes first; with `region` only what is served there.")
        .query(&[WORDS, REGION, CATEGORY, LIMIT, CURSOR])
        .refuses(&[404])
        .gives_page::<ServiceView>(),
        Operation::new(
            "getService",
            "A service with its terms and the questions of its form",
            get("/api/v1/services/{code}", Action::ReadCatalogue, Rate::Read, service),
        )
        .gives::<ServiceFull>(200),
    ]
}

/// A service.
#[derive(Serialize, ToSchema)]
#[schema(as = Service)]
pub(super) struct ServiceView {
    /// Its code, which never changes.
    #[schema(example = "head-reception")]
    code: String,
    /// Its number for people.
    #[schema(example = "0101")]
    number: String,
    /// Code of its category.
    category: String,
    /// Its name.
    name: Words,
    /// One sentence.
    short: Words,
    /// The level an account must have.
    #[schema(example = "standard", pattern = "^(simplified|standard|verified)$")]
    level: &'static str,
    /// Minutes of the reception.
    #[schema(example = 15)]
    duration: u16,
}

impl From<&Arc<Service>> for ServiceView {
    fn from(service: &Arc<Service>) -> Self {
        let passport = &service.passport;
        Self {
            code: service.code.clone(),
            number: service.number.clone(),
            category: service.category.clone(),
            name: (&passport.name).into(),
            short: (&passport.short).into(),
            level: passport.rules.level().as_str(),
            duration: passport.rules.duration,
        }
    }
}

/// A service with everything a program needs to book it.
#[derive(Serialize, ToSchema)]
#[schema(as = ServicePassport)]
pub(super) struct ServiceFull {
    #[serde(flatten)]
    service: ServiceView,
    /// Whether it can be booked at present.
    active: bool,
    /// A few sentences.
    about: Words,
    /// What people come for: `purpose` of a hold and a booking. May be empty.
    purposes: Vec<PurposeView>,
    /// Who may apply: `kind` of a booking.
    #[schema(example = json!(["individual", "representative"]))]
    kinds: Vec<&'static str>,
    /// Ways to be received: `format` of a booking.
    #[schema(example = json!(["in_person"]))]
    formats: Vec<&'static str>,
    /// Papers.
    documents: Vec<DocumentView>,
    /// Questions of its own: `fields` of a booking.
    fields: Vec<FieldView>,
    /// The terms.
    rules: RulesView,
}

/// What a person comes for.
#[derive(Serialize, ToSchema)]
#[schema(as = Purpose)]
struct PurposeView {
    /// Its code.
    code: String,
    /// Its name.
    name: Words,
    /// Minutes, when they differ from the service's.
    duration: Option<u16>,
}

impl From<&Purpose> for PurposeView {
    fn from(purpose: &Purpose) -> Self {
        Self {
            code: purpose.code.clone(),
            name: (&purpose.name).into(),
            duration: purpose.duration,
        }
    }
}

/// A paper.
#[derive(Serialize, ToSchema)]
#[schema(as = Document)]
struct DocumentView {
    /// Its code.
    code: String,
    /// Its name.
    name: Words,
    /// The original is to be brought.
    original: bool,
    /// The body requests it itself.
    by_office: bool,
}

impl From<&Document> for DocumentView {
    fn from(document: &Document) -> Self {
        Self {
            code: document.code.clone(),
            name: (&document.name).into(),
            original: document.original,
            by_office: document.by_office,
        }
    }
}

/// A question of the service.
#[derive(Serialize, ToSchema)]
#[schema(as = Question)]
struct FieldView {
    /// Its name in `fields`.
    code: String,
    /// The question.
    label: Words,
    /// `text`, `textarea`, `date`, `birth_date`, `choice`, `number`, `snils`, `inn`,
    /// `policy`, `yes_no`.
    #[schema(value_type = String, example = "text")]
    kind: FieldKind,
    /// It must be answered.
    required: bool,
    /// The most characters, or the largest number.
    max: Option<u16>,
    /// What can be chosen.
    options: Vec<OptionView>,
}

/// An answer to choose.
#[derive(Serialize, ToSchema)]
#[schema(as = Option)]
struct OptionView {
    /// The value.
    code: String,
    /// Its name.
    name: Words,
}

impl From<&Field> for FieldView {
    fn from(field: &Field) -> Self {
        let options = field.options.iter();
        Self {
            code: field.code.clone(),
            label: (&field.label).into(),
            kind: field.kind,
            required: field.required,
            max: field.max,
            options: options
                .map(|(code, name)| OptionView { code: code.clone(), name: name.into() })
                .collect(),
        }
    }
}

/// The terms of a service.
#[derive(Serialize, ToSchema)]
#[schema(as = Rules)]
struct RulesView {
    /// Minutes between now and the earliest start.
    lead_minutes: u32,
    /// Days ahead that can be booked.
    horizon_days: u16,
    /// Minutes a time is held.
    hold_minutes: u32,
    /// Hours before the visit until which the time can be changed.
    change_cutoff_hours: u32,
    /// Hours before the visit until which it can be cancelled.
    cancel_cutoff_hours: u32,
    /// How often the time can be changed.
    max_moves: u32,
    /// A change needs a `reason`.
    justification: bool,
    /// What must be known of the person's address of registration: `stated` or `proved`; left out, nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "proved", pattern = "^(stated|proved)$")]
    address: Option<AddressNeed>,
    /// How old whoever is served must be on the day of the visit; left out, any age.
    #[serde(skip_serializing_if = "Option::is_none")]
    ages: Option<AgesView>,
}

/// Ages on the day of the visit; both ends belong to them.
#[derive(Serialize, ToSchema)]
#[schema(as = Ages)]
struct AgesView {
    /// The youngest.
    #[schema(example = 3)]
    from: Option<u16>,
    /// The oldest.
    #[schema(example = 7)]
    to: Option<u16>,
    /// `years` or `months`.
    #[schema(value_type = String, example = "years", pattern = "^(years|months)$")]
    unit: AgeUnit,
}

impl From<Ages> for AgesView {
    fn from(Ages { from, to, unit }: Ages) -> Self {
        Self { from, to, unit }
    }
}

impl From<&Arc<Service>> for ServiceFull {
    fn from(service: &Arc<Service>) -> Self {
        let (passport, rules) = (&service.passport, &service.passport.rules);
        Self {
            service: service.into(),
            active: service.active,
            about: (&passport.about).into(),
            purposes: passport.purposes.iter().map(Into::into).collect(),
            kinds: passport.kinds.iter().map(|x| form::applicant(*x)).collect(),
            formats: rules.formats.iter().map(|x| form::format(*x)).collect(),
            documents: passport.documents.iter().map(Into::into).collect(),
            fields: passport.fields.iter().map(Into::into).collect(),
            rules: RulesView {
                lead_minutes: rules.lead_minutes,
                horizon_days: rules.horizon_days,
                hold_minutes: rules.hold_minutes,
                change_cutoff_hours: rules.change_cutoff_hours,
                cancel_cutoff_hours: rules.cancel_cutoff_hours,
                max_moves: rules.max_moves,
                justification: rules.justification,
                address: rules.address,
                ages: rules.ages.map(AgesView::from),
            },
        }
    }
}

async fn services(visit: Visit, Query(query): Query) -> Answer {
    let portal = visit.app.portal();
    let all = match query.opt(WORDS.name) {
        Some(words) => portal.city.find_services(words, MOST),
        None => portal.city.catalogue.services().iter().collect(),
    };
    let chosen = chosen(&portal, &query)?;
    let all = all.into_iter().filter(|x| x.active && chosen(x));
    answer(StatusCode::OK, &Page::cut(all, &query, |x| x.code.clone(), ServiceView::from)?)
}

/// The filters of category and region.
fn chosen<'q>(
    portal: &'q Portal,
    query: &'q Fields,
) -> Result<impl Fn(&Arc<Service>) -> bool + 'q, base::Refusal> {
    let (category, region) = (query.opt(CATEGORY.name), query.opt(REGION.name));
    if category.is_some_and(|x| portal.city.catalogue.category(x).is_none()) {
        return Err(unknown_at(CATEGORY.name));
    }
    if region.is_some_and(|x| portal.city.places.region(x).is_none()) {
        return Err(unknown_at(REGION.name));
    }
    let served = move |service: &Service, region: &str| {
        portal.city.offices.sites_in_region(&service.code, region).next().is_some()
    };
    Ok(move |service: &Arc<Service>| {
        category.is_none_or(|x| service.category == x) && region.is_none_or(|x| served(service, x))
    })
}

async fn service(visit: Visit, Named(code): Named) -> Answer {
    let portal = visit.app.portal();
    let service = portal.city.catalogue.service(&code).ok_or_else(unknown)?;
    answer(StatusCode::OK, &ServiceFull::from(service))
}
