//! Mandates in words: what the paper says, how it stands.

use base::Refusal;
use jiff::civil::Date;
use rooms::mandates::rules::{Over, Standing};
use rooms::mandates::{Act, Details, Mandate, Powers, State, rules};
use texts::Form;

use crate::Visit;
use crate::shell::code_text;

/// «7 декабря 2026».
pub(super) fn date(visit: &Visit, day: Date) -> String {
    visit.app.texts.date(visit.lang, day, Form::Year)
}

/// The paper a mandate rests on, as rows of label and value: for its owner and for the staff who see
/// the paper itself.
pub(crate) fn paper_rows(visit: &Visit, details: &Details) -> Vec<(String, String)> {
    let t = |key: &str| visit.t(key).to_owned();
    let mut rows = Vec::new();
    if let Some(who) = details.who() {
        rows.push((t("acting-born"), date(visit, who.born)));
    }
    match details {
        Details::Child { certificate, .. } => {
            let number = format!("{} {}", certificate.series, certificate.number);
            rows.push((t("acting-certificate"), number));
        }
        Details::Attorney { form, .. } => {
            rows.push((t("acting-form"), t(&format!("acting-form-{}", form.as_str()))));
        }
        Details::Guardian { office, .. } => {
            rows.push((t("acting-office"), t(&format!("acting-office-{}", office.as_str()))));
        }
        Details::Company(x) => {
            rows.push((t("acting-ogrn"), x.ogrn.clone()));
            rows.push((t("acting-inn"), x.inn.clone()));
            rows.push((t("acting-kpp"), x.kpp.clone()));
            rows.push((t("acting-basis"), t(&format!("acting-basis-{}", x.basis.as_str()))));
            rows.push((t("acting-position"), x.position.clone()));
        }
        Details::Trader(x) => {
            rows.push((t("acting-ogrnip"), x.ogrnip.clone()));
            rows.push((t("acting-inn"), x.inn.clone()));
        }
    }
    if let Some(paper) = details.paper() {
        if !matches!(details, Details::Child { .. }) {
            rows.push((t("acting-number"), paper.number.clone()));
        }
        rows.push((t("acting-issued"), date(visit, paper.issued_on)));
        rows.push((t("acting-issuer"), paper.issuer.clone()));
    }
    let until = details.last_day().map_or(String::new(), |x| date(visit, x));
    rows.push((t("acting-until"), until));
    rows.retain(|x| !x.1.is_empty());
    rows
}

/// What a mandate allows, when it does not allow everything.
pub(super) fn powers(visit: &Visit, powers: &Powers) -> String {
    if powers.acts.len() == Act::ALL.len() && powers.services.is_empty() && powers.bodies.is_empty()
    {
        return String::new();
    }
    let act = |x: &Act| visit.t(&format!("acting-may-{}", x.as_str())).to_owned();
    let acts = powers.acts.iter().map(act);
    let city = visit.app.portal();
    let services = powers.services.iter().filter_map(|code| {
        let service = city.city.catalogue.service(code)?;
        Some(service.passport.name.in_lang(visit.lang).to_owned())
    });
    let bodies = powers.bodies.iter().map(|x| visit.t(&format!("org-kind-{x}")).to_owned());
    let parts = [
        acts.collect::<Vec<_>>().join(", "),
        services.collect::<Vec<_>>().join(", "),
        bodies.collect::<Vec<_>>().join(", "),
    ];
    parts.into_iter().filter(|x| !x.is_empty()).collect::<Vec<_>>().join("; ")
}

/// Class and icon of a tag, and its words.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub class: &'static str,
    pub icon: &'static str,
    pub text: String,
}

/// How a mandate stands, as a tag.
pub(crate) fn tag(visit: &Visit, mandate: &Mandate, today: Date) -> Tag {
    let standing = mandate.sheet().map(|x| rules::standing(mandate.state, &x.details, today));
    let (class, icon, key) = match (standing, mandate.state) {
        (Some(Standing::Live { .. }), State::Checked) => {
            ("tag tag-success", "shield-check", "acting-state-checked")
        }
        (Some(Standing::Live { .. }), _) => ("tag", "file-text", "acting-state-typed"),
        (Some(Standing::Refused), _) => {
            ("tag tag-danger", "triangle-alert", "acting-state-refused")
        }
        (Some(Standing::Over { why: Over::Adult, .. }), _) => {
            ("tag tag-warning", "clock", "acting-state-adult")
        }
        (Some(Standing::Over { why: Over::Term, .. }), _) => {
            ("tag tag-warning", "clock", "acting-state-term")
        }
        (_, State::Revoked) => ("tag tag-danger", "x", "acting-state-revoked"),
        _ => ("tag", "x", "acting-state-ended"),
    };
    Tag { class, icon, text: visit.t(key).to_owned() }
}

/// Why whoever acts cannot use a mandate that is in force, and where they put that right.
#[derive(Clone, Debug)]
pub(crate) struct Withheld {
    pub why: String,
    pub href: &'static str,
    pub link: String,
}

impl Withheld {
    /// What a refusal says, when it is for whoever acts.
    pub(crate) fn of(visit: &Visit, refusal: &Refusal) -> Option<Self> {
        let (href, link) = match refusal.code {
            "E-MND-08" => ("/account/level", "acting-level-how"),
            "E-MND-23" => ("/account/profile/birth", "acting-young-correct"),
            "E-MND-27" => ("/account/profile/inn", "acting-own-inn-see"),
            _ => return None,
        };
        let why = code_text(visit, refusal.code, &refusal.args);
        Some(Self { why, href, link: visit.t(link).to_owned() })
    }
}

/// What its owner should know of the coming time.
pub(super) fn notes(visit: &Visit, mandate: &Mandate, today: Date) -> Vec<String> {
    let Some(sheet) = mandate.sheet() else { return Vec::new() };
    let mut notes = Vec::new();
    match rules::standing(mandate.state, &sheet.details, today) {
        Standing::Live { until: Some(until) } if sheet.details.adult_on() == Some(until) => {
            if rules::signs_too(sheet, today) {
                notes.push(visit.t("acting-note-signs").to_owned());
            }
            notes.push(visit.tw("acting-note-adult", &[("day", date(visit, until).into())]));
        }
        Standing::Over { why: Over::Adult, .. } => {
            notes.push(visit.t("acting-note-grown").to_owned());
        }
        Standing::Over { why: Over::Term, .. } => {
            notes.push(visit.t("acting-note-term").to_owned());
        }
        _ => {}
    }
    notes
}
