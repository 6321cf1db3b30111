//! Acts that change the catalogue.

use base::{FieldFault, Id, Outcome, Refusal, Tx, args};

use super::{Category, HelpTopic, Service, Sheet, Situation, check_service, has_service};
use crate::city;
use crate::text::is_code;

/// Adds or replaces a category.
///
/// # Errors
/// `E-FORM-00` with `code` or `name`.
pub fn save_category(tx: &mut Tx<'_>, category: &Category) -> Outcome<()> {
    named(&category.code, "name", category.name.is_empty())?;
    tx.exec(
        "INSERT INTO category (code, name, name_en, icon, ord) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en,
           icon = excluded.icon, ord = excluded.ord",
        args![&category.code, &category.name.ru, &category.name.en, &category.icon, category.order],
    )?;
    city::touch(tx)
}

/// Adds or replaces a service.
///
/// # Errors
/// `E-FORM-00` with all faulty fields: what [`check_service`] finds, an unknown `category`
/// (`E-CAT-01`), a `number` another service bears (`E-CAT-02`).
pub fn save_service(tx: &mut Tx<'_>, service: &Service) -> Outcome<()> {
    let mut faults = check_service(service);
    let category =
        tx.opt("SELECT code FROM category WHERE code = $1", args![&service.category], |_| Ok(()))?;
    if category.is_none() {
        faults.push(FieldFault::new("category", "E-CAT-01").arg("code", &service.category));
    }
    let twin = tx.opt(
        "SELECT code FROM service WHERE number = $1 AND code <> $2",
        args![&service.number, &service.code],
        |r| r.get::<String>(0),
    )?;
    if let Some(twin) = twin {
        faults.push(FieldFault::new("number", "E-CAT-02").arg("code", twin));
    }
    refuse(faults)?;
    store_service(tx, service)?;
    city::touch(tx)
}

/// Adds or replaces a life situation.
///
/// # Errors
/// `E-FORM-00` with `code`, `name`, or `services` that there are not (`E-CAT-04`).
pub fn save_situation(tx: &mut Tx<'_>, situation: &Situation) -> Outcome<()> {
    named(&situation.code, "name", situation.name.is_empty())?;
    let mut faults = vec![];
    for code in &situation.services {
        if !has_service(tx, code)? {
            faults.push(FieldFault::new("services", "E-CAT-04").arg("code", code));
        }
    }
    refuse(faults)?;
    tx.exec(
        "INSERT INTO situation (code, ord, content) VALUES ($1, $2, $3)
         ON CONFLICT (code) DO UPDATE SET ord = excluded.ord, content = excluded.content",
        args![&situation.code, situation.order, &serde_json::to_string(situation)?],
    )?;
    city::touch(tx)
}

/// Adds or replaces a topic of help.
///
/// # Errors
/// `E-FORM-00` with `code` or `title`.
pub fn save_help_topic(tx: &mut Tx<'_>, topic: &HelpTopic) -> Outcome<()> {
    named(&topic.code, "title", topic.title.is_empty())?;
    tx.exec(
        "INSERT INTO help_topic (code, ord, content) VALUES ($1, $2, $3)
         ON CONFLICT (code) DO UPDATE SET ord = excluded.ord, content = excluded.content",
        args![&topic.code, topic.order, &serde_json::to_string(topic)?],
    )?;
    city::touch(tx)
}

/// Adds a group of words that mean the same, or replaces the group that begins with the same word.
///
/// # Errors
/// `E-FORM-00` when fewer than two `words` are left.
pub fn save_synonyms(tx: &mut Tx<'_>, words: &[String]) -> Outcome<()> {
    let words: Vec<&str> = words.iter().map(|x| x.trim()).filter(|x| !x.is_empty()).collect();
    let [first, _second, ..] = words.as_slice() else {
        return refuse(vec![FieldFault::new("words", "E-FORM-01")]);
    };
    tx.exec(
        "INSERT INTO synonym_group (id, words) VALUES ($1, $2)
         ON CONFLICT (id) DO UPDATE SET words = excluded.words",
        args![&Id::from(search::normalise(first)), &serde_json::to_string(&words)?],
    )?;
    city::touch(tx)
}

/// Saves a whole file, in the order in which its parts need each other.
///
/// # Errors
/// As the other acts; the names of fields begin with the part's code.
pub fn save_sheet(tx: &mut Tx<'_>, sheet: &Sheet) -> Outcome<()> {
    let faults = &mut Vec::new();
    for category in &sheet.categories {
        within(&category.code, save_category(tx, category), faults)?;
    }
    for service in &sheet.services {
        within(&service.code, save_service(tx, service), faults)?;
    }
    for situation in &sheet.situations {
        within(&situation.code, save_situation(tx, situation), faults)?;
    }
    for words in &sheet.synonyms {
        within("synonyms", save_synonyms(tx, words), faults)?;
    }
    for topic in &sheet.help {
        within(&topic.code, save_help_topic(tx, topic), faults)?;
    }
    refuse(std::mem::take(faults))
}

/// Keeps the fields for which a part of a file is refused, under the part's code: all are told at once.
pub(crate) fn within(
    part: &str,
    outcome: Outcome<()>,
    faults: &mut Vec<FieldFault>,
) -> Outcome<()> {
    match outcome {
        Err(base::Error::Refusal(refusal)) if !refusal.fields.is_empty() => {
            let named = |x: FieldFault| {
                let field = format!("{part}, {}", in_file(&x.field)).into();
                FieldFault { field, ..x }
            };
            faults.extend(refusal.fields.into_iter().map(named));
            Ok(())
        }
        other => other,
    }
}

/// The path of a field as the file has it: `purposes.0.duration` is `purpose 1, duration` there.
fn in_file(field: &str) -> String {
    let of_list = |field: &str| {
        let (list, rest) = field.split_once('.')?;
        let (index, key) = rest.split_once('.')?;
        let row = list.strip_suffix('s')?;
        Some(format!("{row} {}, {key}", index.parse::<usize>().ok()? + 1))
    };
    of_list(field).unwrap_or_else(|| field.to_owned())
}

pub(crate) fn refuse(faults: Vec<FieldFault>) -> Outcome<()> {
    if faults.is_empty() { Ok(()) } else { Err(Refusal::invalid(faults).into()) }
}

fn named(code: &str, name: &'static str, empty: bool) -> Outcome<()> {
    let code = (!is_code(code)).then(|| FieldFault::new("code", "E-FORM-02"));
    let name = empty.then(|| FieldFault::new(name, "E-FORM-01"));
    refuse(code.into_iter().chain(name).collect())
}

fn store_service(tx: &mut Tx<'_>, service: &Service) -> Outcome<()> {
    tx.exec(
        "INSERT INTO service (code, number, category_code, active, passport, owner, reviewed_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (code) DO UPDATE SET number = excluded.number,
           category_code = excluded.category_code, active = excluded.active,
           passport = excluded.passport, owner = excluded.owner,
           reviewed_on = excluded.reviewed_on",
        args![
            &service.code,
            &service.number,
            &service.category,
            service.active,
            &serde_json::to_string(&service.passport)?,
            &service.owner,
            &service.reviewed.to_string(),
        ],
    )?;
    Ok(())
}
