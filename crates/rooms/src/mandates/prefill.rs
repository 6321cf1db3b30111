//! What a form need not ask about whoever is represented, because the mandate says it.

use base::FieldFault;
use ident::{read_day, same_name, tidy};
use serde_json::Value;

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

/// The questions of `service` whose answers can contradict a mandate.
pub fn asked_of(service: &Service) -> Vec<Field> {
    let told = |x: &&Field| x.fill.is_some() || x.kind == FieldKind::Inn;
    service.passport.fields.iter().filter(told).cloned().collect()
}

/// The answers that contradict what the mandate says of whoever is represented: `E-MND-21` at each. A part of
/// the name is none, and titles of organisations are spelled in many ways.
pub fn contradictions(details: &Details, fields: &[Field], form: &Value) -> Vec<FieldFault> {
    let wrong = |field: &Field| {
        let (name, known) = (form::name_of(field), answer(details, field)?);
        let typed = form[&name].as_str().map(str::trim).filter(|x| !x.is_empty())?;
        let agrees = match field.fill {
            Some(Fill::Name) => {
                let known = words(&known);
                words(typed).iter().all(|x| known.iter().any(|y| same_name(x, y)))
            }
            Some(Fill::Born) => read_day(typed).is_ok_and(|x| x.to_string() == known),
            Some(Fill::Sex) | None => form::plain(typed) == form::plain(&known),
            Some(Fill::Company) => true,
        };
        (!agrees).then(|| FieldFault::new(name, "E-MND-21").arg("known", known))
    };
    fields.iter().filter_map(wrong).collect()
}

/// The words of a name.
fn words(text: &str) -> Vec<String> {
    tidy(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|x| !x.is_empty())
        .map(str::to_owned)
        .collect()
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
