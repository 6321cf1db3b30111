//! What a form need not ask, because it is known.

use super::{Kind, Profile};
use crate::booking::form;
use crate::catalogue::{FieldKind, Fill, Service};

/// Answers to the questions of `service` about whoever books, by the names of the form's fields. A
/// service that asks about somebody represented asks for their papers: of those the mandate knows.
pub fn prefill(profile: &Profile, service: &Service) -> Vec<(String, String)> {
    let fields = &service.passport.fields;
    let other = |fill| matches!(fill, Fill::Name | Fill::Born | Fill::Sex);
    if fields.iter().any(|x| x.fill.is_some_and(other)) {
        return Vec::new();
    }
    own_answers(profile, service)
}

/// What the profile itself says to the questions of `service`, whoever they are about.
pub fn own_answers(profile: &Profile, service: &Service) -> Vec<(String, String)> {
    let fields = &service.passport.fields;
    let known = |kind: Kind| profile.get(kind).map(|x| x.values.line(kind));
    let answer = |kind: FieldKind| match kind {
        FieldKind::Snils => known(Kind::Snils),
        FieldKind::Inn => known(Kind::Inn),
        FieldKind::Policy => known(Kind::Policy),
        FieldKind::BirthDate => profile.born().map(|x| x.date().to_string()),
        _ => None,
    };
    fields.iter().filter_map(|x| Some((form::name_of(x), answer(x.kind)?))).collect()
}
