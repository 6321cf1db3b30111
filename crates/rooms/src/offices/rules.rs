//! What is wrong with an organisation, a site or a resource in itself. Pure.

use base::FieldFault;

use super::{Organization, Resource, Site};
use crate::text::is_code;

/// Faults of an organisation's own fields.
pub(super) fn check_organization(organization: &Organization) -> Vec<FieldFault> {
    let card = &organization.card;
    faults([
        (organization.id.is_empty(), "id", "E-FORM-01"),
        (!is_code(&organization.kind), "kind", "E-FORM-02"),
        (organization.name.is_empty(), "name", "E-FORM-01"),
        (!card.phone.is_empty() && !is_phone(&card.phone), "phone", "E-FORM-02"),
        (!card.email.is_empty() && !is_email(&card.email), "email", "E-FORM-02"),
        (!card.web.is_empty() && !is_address(&card.web), "web", "E-FORM-02"),
    ])
}

/// Faults of a site's own fields.
pub(super) fn check_site(site: &Site) -> Vec<FieldFault> {
    let postal = &site.card.postal;
    faults([
        (site.id.is_empty(), "id", "E-FORM-01"),
        (site.name.is_empty(), "name", "E-FORM-01"),
        (site.zone.iana_name().is_none(), "zone", "E-FORM-02"),
        (site.card.address.is_empty(), "address", "E-FORM-01"),
        (!postal.is_empty() && !crate::places::is_postal(postal), "postal", "E-FORM-02"),
    ])
}

/// Faults of a resource's own fields.
pub(super) fn check_resource(resource: &Resource) -> Vec<FieldFault> {
    faults([
        (resource.id.is_empty(), "id", "E-FORM-01"),
        (resource.name.is_empty(), "name", "E-FORM-01"),
        (resource.active && resource.services.is_empty(), "services", "E-FORM-01"),
    ])
}

fn faults<const N: usize>(checks: [(bool, &'static str, &'static str); N]) -> Vec<FieldFault> {
    let wrong = checks.into_iter().filter(|(wrong, ..)| *wrong);
    wrong.map(|(_, field, code)| FieldFault::new(field, code)).collect()
}

/// A telephone as shown: ten to fifteen digits among its usual signs.
fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let usual = |c: char| c.is_ascii_digit() || "+-() ,".contains(c);
    (10..=15).contains(&digits) && text.chars().all(usual)
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    let plain = !text.contains(char::is_whitespace);
    plain && parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|host| !host.is_empty() && !host.contains(char::is_whitespace))
}
