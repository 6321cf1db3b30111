//! What several pages show of a booking.

use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rooms::catalogue::Service;
use rooms::offices::{Resource, Site};
use rooms::portal::Portal;
use texts::Form;

use crate::Visit;

const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A value for the query of an address.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, VALUE).to_string()
}

/// «Ваша запись»: label and value, in order.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Label and value; empty values are left out.
    pub rows: Vec<(String, String)>,
}

impl Summary {
    /// With a row; `label` is the key of its words.
    #[must_use]
    pub fn row(mut self, visit: &Visit, label: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.rows.push((visit.t(label).to_owned(), value));
        }
        self
    }

    /// The rows about what and where.
    pub fn of(
        visit: &Visit,
        portal: &Portal,
        service: &Service,
        site: Option<&Site>,
        resource: Option<&Resource>,
    ) -> Self {
        let lang = visit.lang;
        let mut summary =
            Self::default().row(visit, "sum-service", service.passport.name.in_lang(lang));
        if let Some(site) = site {
            let organization = portal.city.offices.organization(&site.organization);
            let name = organization.map_or("", |x| x.name.in_lang(lang));
            summary = summary.row(visit, "sum-organization", name);
            summary = summary.row(visit, "sum-address", site_where(visit, portal, site));
        }
        if let Some(resource) = resource {
            summary = summary.row(visit, "sum-resource", resource_name(visit, resource));
            summary = summary.row(visit, "sum-room", resource.room.clone());
        }
        summary
    }
}

/// «Томск, ул. Тихая, 3».
pub fn site_where(visit: &Visit, portal: &Portal, site: &Site) -> String {
    let locality = portal.city.places.locality(&site.locality);
    let town = locality.map_or("", |x| x.name.in_lang(visit.lang));
    format!("{town}, {}", site.card.address.in_lang(visit.lang))
}

/// «Субботин Кирилл Тимофеевич, глава администрации».
pub fn resource_name(visit: &Visit, resource: &Resource) -> String {
    let (name, card) = (resource.name.in_lang(visit.lang), &resource.card);
    let role = [&card.specialty, &card.position].into_iter().find(|x| !x.is_empty());
    match role.map(|x| x.in_lang(visit.lang)) {
        Some(role) => format!("{name}, {}", lower_first(role)),
        None => name.to_owned(),
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    // Abbreviations keep their capitals.
    if chars.clone().nth(1).is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// «сегодня», «завтра» or «среда, 9 декабря».
pub fn near_date(visit: &Visit, date: Date, today: Date) -> String {
    match date.duration_since(today).as_hours() / 24 {
        0 => visit.t("today").to_owned(),
        1 => visit.t("tomorrow").to_owned(),
        _ => visit.app.texts.date(visit.lang, date, Form::Weekday),
    }
}
