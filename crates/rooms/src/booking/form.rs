//! The booking form: what is asked, and whether it is answered. Pure.

use std::collections::BTreeMap;

use base::FieldFault;
use ident::{BirthDate, Inn, OmsPolicy, Snils, read_day};
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::accounts::papers::{self, Number};
use crate::accounts::{Email, Phone};
use crate::catalogue::{Applicant, Field, FieldKind, Format, Service};

/// Longest free text, in characters, when the field sets no limit of its own.
const TEXT: u16 = 200;
/// The same for several lines.
const TEXTAREA: u16 = 2000;

/// What was typed: names of fields and their values, as kept in a draft.
pub type Answers = BTreeMap<String, String>;

/// The question for whom the visit is: [`SELF`], or the id of a mandate.
pub const PARTICIPANT: &str = "participant";
/// The address of registration, as the form showed it; of services that ask for one.
pub const ADDRESS: &str = "address";
/// When the person was born, where the profile does not say it; of services for certain ages.
pub const BORN: &str = "born";
/// For oneself.
pub const SELF: &str = "self";

/// A form that answers everything; only [`check`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    purpose: String,
    answers: Answers,
}

impl Checked {
    /// Code of the purpose.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// The mandate by which somebody else is booked for; nothing for oneself.
    pub fn mandate(&self) -> Option<&str> {
        self.answers.get(PARTICIPANT).map(String::as_str).filter(|x| *x != SELF)
    }

    /// The address of registration that the form showed.
    pub fn address(&self) -> Option<&str> {
        self.answers.get(ADDRESS).map(String::as_str)
    }

    /// The birth date that was typed.
    pub fn born(&self) -> Option<Date> {
        self.answers.get(BORN)?.parse().ok()
    }

    /// As stored with the booking.
    pub fn json(&self) -> Value {
        json(&self.answers)
    }
}

/// Answers as they are stored.
pub fn json(answers: &Answers) -> Value {
    let text = |(name, value): (&String, &String)| (name.clone(), Value::from(value.as_str()));
    Value::Object(answers.iter().map(text).collect::<Map<_, _>>())
}

/// Answers as they were stored.
pub fn answers(form: &Value) -> Answers {
    let text = |(name, value): (&String, &Value)| {
        value.as_str().map(|value| (name.clone(), value.to_owned()))
    };
    form.as_object().into_iter().flatten().filter_map(text).collect()
}

/// Name in the form of the version of the text that was agreed to.
pub const CONSENT_VERSION: &str = "consent_version";
/// Version of the text about personal data that the form shows today.
const CONSENT_TEXT: &str = "2026-11";

/// Name in the form of a service's own field.
pub fn name_of(field: &Field) -> String {
    format!("f.{}", field.code)
}

/// All names that a form of `service` may hold; everything else is dropped.
pub fn names(service: &Service) -> Vec<String> {
    let common = ["purpose", "detail", PARTICIPANT, "format", "phone", "email", "consent"];
    let rules = &service.passport.rules;
    let home = rules.address.map(|_| ADDRESS).into_iter().chain(rules.ages.map(|_| BORN));
    let own = service.passport.fields.iter().map(name_of);
    common.into_iter().chain(home).map(str::to_owned).chain(own).collect()
}

/// Checks a whole form against its service; `today` is the date at the site.
///
/// # Errors
/// Every faulty field: `E-FORM-01` when it is empty, `E-FORM-02-…` when it has another shape,
/// `E-FORM-08` without the consent.
pub fn check(service: &Service, typed: &Answers, today: Date) -> Result<Checked, Vec<FieldFault>> {
    let mut sheet = Sheet { typed, kept: Answers::new(), faults: Vec::new() };
    let passport = &service.passport;
    let purposes: Vec<&str> = passport.purposes.iter().map(|x| x.code.as_str()).collect();
    // In the order of the page: whoever puts things right goes from the top to the bottom.
    sheet.participant(&passport.kinds);
    if !purposes.is_empty() {
        sheet.choice("purpose", &purposes);
    }
    sheet.text("detail", false, TEXTAREA);
    if passport.rules.ages.is_some() {
        sheet.born(today);
    }
    let formats: Vec<&str> = passport.rules.formats.iter().map(|x| format(*x)).collect();
    sheet.sole_choice("format", &formats, "in_person");
    for field in &passport.fields {
        sheet.own(field, today);
    }
    if passport.rules.address.is_some() {
        // Nobody types it here: whether it is the one of the profile, the act asks.
        sheet.text(ADDRESS, false, TEXTAREA);
    }
    sheet.phone();
    sheet.email();
    sheet.consent();
    if sheet.faults.is_empty() {
        let purpose = sheet.kept.get("purpose").cloned().unwrap_or_default();
        Ok(Checked { purpose, answers: sheet.kept })
    } else {
        Err(sheet.faults)
    }
}

/// Kinds of applicants as values of the form.
pub fn applicant(kind: Applicant) -> &'static str {
    match kind {
        Applicant::Individual => "individual",
        Applicant::Representative => "representative",
        Applicant::LegalEntity => "legal_entity",
    }
}

/// Formats of a meeting as values of the form.
pub fn format(format: Format) -> &'static str {
    match format {
        Format::InPerson => "in_person",
        Format::Video => "video",
        Format::Phone => "phone",
    }
}

struct Sheet<'a> {
    typed: &'a Answers,
    kept: Answers,
    faults: Vec<FieldFault>,
}

impl Sheet<'_> {
    fn value(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", |x| x.trim())
    }

    fn keep(&mut self, name: &str, value: impl Into<String>) {
        self.kept.insert(name.to_owned(), value.into());
    }

    fn fault(&mut self, name: &str, code: &'static str) {
        self.faults.push(FieldFault::new(name.to_owned(), code));
    }

    fn text(&mut self, name: &str, required: bool, max: u16) {
        let value = self.value(name).to_owned();
        let length = value.chars().count();
        if value.is_empty() {
            if required {
                self.fault(name, "E-FORM-01");
            }
        } else if length > usize::from(max) {
            let fault = FieldFault::new(name.to_owned(), "E-FORM-02-LONG");
            self.faults.push(fault.arg("max", max).arg("over", length - usize::from(max)));
        } else {
            self.keep(name, value);
        }
    }

    fn choice(&mut self, name: &str, known: &[&str]) {
        let value = self.value(name).to_owned();
        if value.is_empty() {
            self.fault(name, "E-FORM-01-CHOICE");
        } else if known.contains(&value.as_str()) {
            self.keep(name, value);
        } else {
            self.fault(name, "E-FORM-02-CHOICE");
        }
    }

    /// A choice that is not asked when there is nothing to choose.
    fn sole_choice(&mut self, name: &str, known: &[&str], usual: &str) {
        match known {
            [] => self.keep(name, usual),
            [only] => self.keep(name, *only),
            _ if self.value(name).is_empty() && known.contains(&usual) => self.keep(name, usual),
            _ => self.choice(name, known),
        }
    }

    /// For whom: oneself, when the service is for people who come for themselves; otherwise a mandate,
    /// which is asked for its word in the act.
    fn participant(&mut self, kinds: &[Applicant]) {
        let oneself = kinds.is_empty() || kinds.contains(&Applicant::Individual);
        let value = self.value(PARTICIPANT).to_owned();
        match value.as_str() {
            "" | SELF if oneself => self.keep(PARTICIPANT, SELF),
            "" => self.fault(PARTICIPANT, "E-FORM-01-CHOICE"),
            SELF => self.fault(PARTICIPANT, "E-MND-18"),
            _ if value.len() > 64 => self.fault(PARTICIPANT, "E-FORM-02-CHOICE"),
            _ => self.keep(PARTICIPANT, value),
        }
    }

    fn phone(&mut self) {
        match Phone::parse("phone", self.value("phone")) {
            Ok(phone) => self.keep("phone", phone.reveal()),
            Err(fault) => self.faults.push(fault),
        }
    }

    fn email(&mut self) {
        if self.value("email").is_empty() {
            return;
        }
        match Email::parse("email", self.value("email")) {
            Ok(email) => self.keep("email", email.reveal()),
            Err(fault) => self.faults.push(fault),
        }
    }

    /// Whether it is needed, the act asks: of whoever is known nothing is.
    fn born(&mut self, today: Date) {
        let value = self.value(BORN).to_owned();
        match birth_date(BORN, &value, today) {
            _ if value.is_empty() => {}
            Ok(born) => self.keep(BORN, born),
            Err(fault) => self.faults.push(fault),
        }
    }

    fn consent(&mut self) {
        if matches!(self.value("consent"), "1" | "true" | "on") {
            self.keep("consent", "1");
            self.keep(CONSENT_VERSION, CONSENT_TEXT);
        } else {
            self.fault("consent", "E-FORM-08");
        }
    }

    /// A question of the service.
    fn own(&mut self, field: &Field, today: Date) {
        let name = name_of(field);
        let value = self.value(&name).to_owned();
        match field.kind {
            FieldKind::Text => return self.text(&name, field.required, field.max.unwrap_or(TEXT)),
            FieldKind::Textarea => {
                return self.text(&name, field.required, field.max.unwrap_or(TEXTAREA));
            }
            FieldKind::YesNo => {
                let yes = matches!(value.as_str(), "1" | "true" | "on" | "yes");
                return self.keep(&name, if yes { "yes" } else { "no" });
            }
            _ if value.is_empty() => {
                if field.required {
                    let choice = field.kind == FieldKind::Choice;
                    self.fault(&name, if choice { "E-FORM-01-CHOICE" } else { "E-FORM-01" });
                }
                return;
            }
            _ => {}
        }
        let checked = match field.kind {
            FieldKind::Date => date(&name, &value, today),
            FieldKind::Choice => choice(&name, value, field),
            FieldKind::Number => number(&name, &value, field.max),
            FieldKind::BirthDate => birth_date(&name, &value, today),
            FieldKind::Snils => snils(&name, &value),
            FieldKind::Inn => inn(&name, &value),
            _ => policy(&name, &value),
        };
        match checked {
            Ok(value) => self.keep(&name, value),
            Err(fault) => self.faults.push(fault),
        }
    }
}

/// A value to keep, or what is wrong with the field `name`.
type Read = Result<String, FieldFault>;

fn choice(name: &str, value: String, field: &Field) -> Read {
    let known = field.options.iter().any(|(code, _)| *code == value);
    if known { Ok(value) } else { Err(fault(name, "E-FORM-02-CHOICE")) }
}

/// A day however people write it, from 1900 to ten years ahead.
fn date(name: &str, text: &str, today: Date) -> Read {
    let date = read_day(text).map_err(|x| papers::date(name, x))?;
    let sane = date.year() >= 1900 && date.year() <= today.year() + 10;
    if sane { Ok(date.to_string()) } else { Err(fault(name, "E-FORM-06")) }
}

/// A day on which somebody who is alive may have been born.
fn birth_date(name: &str, text: &str, today: Date) -> Read {
    let born = BirthDate::parse(text, today).map_err(|x| papers::date(name, x))?;
    Ok(born.date().to_string())
}

fn number(name: &str, text: &str, max: Option<u16>) -> Read {
    let wrong = |_shape: std::num::ParseIntError| fault(name, "E-FORM-02-NUMBER");
    let number: u32 = text.parse().map_err(wrong)?;
    match max {
        Some(max) if number > u32::from(max) => Err(fault(name, "E-FORM-02-MAX").arg("max", max)),
        _ => Ok(number.to_string()),
    }
}

fn snils(name: &str, text: &str) -> Read {
    let read = Snils::parse(text).map_err(|x| Number::Snils.fault(name, x));
    read.map(|x| x.to_string())
}

fn inn(name: &str, text: &str) -> Read {
    let read = Inn::parse(text).map_err(|x| Number::Inn.fault(name, x));
    read.map(|x| x.to_string())
}

fn policy(name: &str, text: &str) -> Read {
    let read = OmsPolicy::parse(text).map_err(|x| Number::Policy.fault(name, x));
    read.map(|x| x.digits())
}

/// Whether two answers are one, however they are written: a number with its spaces, a day.
pub fn same(a: &str, b: &str) -> bool {
    let day = |x: &str| read_day(x).ok();
    plain(a) == plain(b) || day(a).is_some_and(|x| Some(x) == day(b))
}

/// Letters and digits alone, in lower case.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|x| x.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn fault(name: &str, code: &'static str) -> FieldFault {
    FieldFault::new(name.to_owned(), code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(read: Read) -> &'static str {
        read.unwrap_err().code
    }

    #[test]
    fn the_checksum_of_a_pension_number_is_computed() {
        assert_eq!(snils("f.snils", "11223344595").unwrap(), "112-233-445 95");
        assert_eq!(code(snils("f.snils", "112-233-445 96")), "E-FORM-02-SNILS-SUM");
        let short = snils("f.snils", "112-233-445").unwrap_err();
        assert_eq!((&*short.field, short.code), ("f.snils", "E-FORM-02-SNILS"));
        assert_eq!(short.args, vec![("needs", "11".to_owned()), ("has", "9".to_owned())]);
    }

    #[test]
    fn the_checksum_of_a_health_policy_is_computed() {
        assert_eq!(policy("f.oms", "7780 1234 5678 9016").unwrap(), "7780123456789016");
        assert_eq!(code(policy("f.oms", "7780123456789017")), "E-FORM-02-POLICY-SUM");
        assert_eq!(code(policy("f.oms", "778012345678901")), "E-FORM-02-POLICY");
    }

    #[test]
    fn dates_are_taken_as_browsers_and_as_people_write_them() {
        let today = jiff::civil::date(2026, 12, 1);
        assert_eq!(date("f.day", "2026-12-09", today).unwrap(), "2026-12-09");
        assert_eq!(date("f.day", "9.12.2026", today).unwrap(), "2026-12-09");
        assert_eq!(code(date("f.day", "31.02.2026", today)), "E-FORM-02-DAY");
        assert_eq!(code(date("f.day", "soon", today)), "E-FORM-02-DATE");
        assert_eq!(code(date("f.day", "1812-09-07", today)), "E-FORM-06");
    }

    #[test]
    fn a_birth_date_is_neither_ahead_nor_beyond_a_life() {
        let today = jiff::civil::date(2026, 12, 1);
        assert_eq!(birth_date("f.born", "15.1.1980", today).unwrap(), "1980-01-15");
        assert_eq!(birth_date("f.born", "2026-12-01", today).unwrap(), "2026-12-01");
        assert_eq!(code(birth_date("f.born", "02.12.2026", today)), "E-FORM-06-FUTURE");
        assert_eq!(code(birth_date("f.born", "15.01.1880", today)), "E-FORM-06-PAST");
    }

    #[test]
    fn the_checksums_of_a_tax_number_are_computed() {
        assert_eq!(inn("f.inn", "0000 9876 5476").unwrap(), "000098765476");
        assert_eq!(code(inn("f.inn", "000098765477")), "E-FORM-02-INN-SUM");
        assert_eq!(inn("f.inn", "7707083893").unwrap(), "7707083893");
        assert_eq!(code(inn("f.inn", "77070838931")), "E-FORM-02-INN");
    }

    #[test]
    fn a_number_has_its_greatest_value() {
        assert_eq!(number("f.n", "7", Some(7)).unwrap(), "7");
        let more = number("f.n", "8", Some(7)).unwrap_err();
        assert_eq!((more.code, more.args), ("E-FORM-02-MAX", vec![("max", "7".to_owned())]));
        assert_eq!(code(number("f.n", "семь", None)), "E-FORM-02-NUMBER");
    }
}
