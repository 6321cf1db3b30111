//! What a form need not ask about whoever is represented, because the mandate says it.

use super::Details;
use crate::booking::form;
use crate::catalogue::{Field, FieldKind, Fill, Service};

/// Answers to the questions of `service` about whoever is represented, by the names of the form's fields.
pub fn prefill(details: &Details, service: &Service) -> Vec<(String, String)> {
    let fields = service.passport.fields.iter();
    fields.filter_map(|x| Some((form::name_of(x), answer(details, x)?))).collect()
}

fn answer(details: &Details, field: &Field) -> Option<String> {
    let organization = match details {
        Details::Company(x) => Some((&x.title, &x.inn)),
        Details::Trader(x) => Some((&x.title, &x.inn)),
        _ => None,
    };
    match (field.fill, field.kind) {
        (Some(Fill::Name), _) => Some(details.who()?.full_name()),
        (Some(Fill::Born), _) => Some(details.who()?.born.to_string()),
        (Some(Fill::Sex), _) => option(field, &details.who()?.sex),
        (Some(Fill::Company), _) => organization.map(|x| x.0.clone()),
        (None, FieldKind::Inn) => organization.map(|x| x.1.clone()),
        (None, _) => None,
    }
}

/// The option that means this sex, however the service calls it.
fn option(field: &Field, sex: &str) -> Option<String> {
    let words: &[&str] = match sex {
        "female" => &["female", "girl", "woman"],
        "male" => &["male", "boy", "man"],
        _ => return None,
    };
    let known = field.options.iter().find(|x| words.contains(&x.0.as_str()));
    known.map(|x| x.0.clone())
}
