//! What follows from a service's passport, and what makes it faulty. Pure.

use std::collections::HashSet;

use base::FieldFault;

use super::{Document, FieldKind, Need, Purpose, Service};
use crate::text::is_code;

/// Resources that serve one party at a time.
const RESOURCE_KINDS: [&str; 3] = ["official", "specialist", "desk"];

/// Minutes of the reception for a purpose (`""`: not chosen yet).
pub fn duration(service: &Service, purpose: &str) -> u16 {
    let own = service.purpose(purpose).and_then(|x| x.duration);
    own.unwrap_or(service.passport.rules.duration)
}

/// The papers that must be there for a purpose, in the passport's order. What the body requests
/// itself is never among them.
pub fn documents<'s>(service: &'s Service, purpose: &str) -> Vec<&'s Document> {
    let purpose = service.purpose(purpose);
    service.passport.documents.iter().filter(|x| !x.by_office && needed(x, purpose)).collect()
}

/// The papers of a purpose whose originals are brought to the reception.
pub fn brought<'s>(service: &'s Service, purpose: &str) -> Vec<&'s Document> {
    documents(service, purpose).into_iter().filter(|x| x.original).collect()
}

fn needed(document: &Document, purpose: Option<&Purpose>) -> bool {
    document.need == Need::Required || purpose.is_some_and(|x| x.documents.contains(&document.code))
}

impl Service {
    /// A purpose by its code.
    pub fn purpose(&self, code: &str) -> Option<&Purpose> {
        self.passport.purposes.iter().find(|purpose| purpose.code == code)
    }
}

/// All that is wrong with a service in itself; `field` is the path in its passport.
pub fn check_service(service: &Service) -> Vec<FieldFault> {
    let mut faults = vec![];
    let mut fault = |wrong: bool, field: &str, code: &'static str| {
        if wrong {
            faults.push(FieldFault::new(field.to_owned(), code));
        }
    };
    let (passport, rules) = (&service.passport, &service.passport.rules);
    fault(!is_code(&service.code), "code", "E-FORM-02");
    let number = service.number.len() == 4 && service.number.bytes().all(|b| b.is_ascii_digit());
    fault(!number, "number", "E-FORM-02");
    fault(passport.name.is_empty(), "name", "E-FORM-01");
    fault(passport.short.is_empty(), "short", "E-FORM-01");
    fault(passport.kinds.is_empty(), "kinds", "E-FORM-01");
    fault(passport.organization_kinds.is_empty(), "organization_kinds", "E-FORM-01");
    let unknown = |kind: &String| !RESOURCE_KINDS.contains(&kind.as_str());
    fault(passport.resource_kinds.is_empty(), "resource_kinds", "E-FORM-01");
    fault(passport.resource_kinds.iter().any(unknown), "resource_kinds", "E-FORM-02");
    fault(!minutes(rules.duration), "duration", "E-CAT-03");
    fault(rules.horizon_days > 366, "horizon_days", "E-CAT-03");
    fault(rules.hold_minutes == 0 || rules.hold_minutes > 2880, "hold_minutes", "E-CAT-03");
    fault(rules.per_day == Some(0), "per_day", "E-CAT-03");
    fault(rules.ages.is_some_and(|x| !x.is_sound()), "ages", "E-CAT-03");
    fault(rules.formats.is_empty(), "formats", "E-FORM-01");
    faults.extend(check_parts(service));
    faults
}

/// Purposes, documents and fields: codes are words and unique, references resolve.
fn check_parts(service: &Service) -> Vec<FieldFault> {
    let mut faults = vec![];
    let passport = &service.passport;
    codes("purposes", passport.purposes.iter().map(|x| &x.code), &mut faults);
    codes("documents", passport.documents.iter().map(|x| &x.code), &mut faults);
    codes("fields", passport.fields.iter().map(|x| &x.code), &mut faults);
    let papers: HashSet<&String> = passport.documents.iter().map(|x| &x.code).collect();
    for (i, purpose) in passport.purposes.iter().enumerate() {
        if purpose.duration.is_some_and(|x| !minutes(x)) {
            faults.push(FieldFault::new(format!("purposes.{i}.duration"), "E-CAT-03"));
        }
        for paper in purpose.documents.iter().filter(|x| !papers.contains(x)) {
            let fault = FieldFault::new(format!("purposes.{i}.documents"), "E-CAT-04");
            faults.push(fault.arg("code", paper));
        }
    }
    for (i, field) in passport.fields.iter().enumerate() {
        if (field.kind == FieldKind::Choice) == field.options.is_empty() {
            faults.push(FieldFault::new(format!("fields.{i}.options"), "E-CAT-05"));
        }
    }
    faults
}

/// A reception takes 5 minutes to 8 hours, in steps of 5.
fn minutes(duration: u16) -> bool {
    (5..=480).contains(&duration) && duration.is_multiple_of(5)
}

fn codes<'a>(list: &str, codes: impl Iterator<Item = &'a String>, faults: &mut Vec<FieldFault>) {
    let mut seen = HashSet::new();
    for (i, code) in codes.enumerate() {
        let field = || format!("{list}.{i}.code");
        if !is_code(code) {
            faults.push(FieldFault::new(field(), "E-FORM-02"));
        } else if !seen.insert(code) {
            faults.push(FieldFault::new(field(), "E-CAT-02").arg("code", code));
        }
    }
}
