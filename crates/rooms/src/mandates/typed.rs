//! The forms of mandates: what was typed, read into papers and powers. Pure.

use std::collections::BTreeMap;

use base::FieldFault;
use ident::{
    BirthCertificate, BirthDate, FOURTEEN, InnOrganization, InnPerson, Kpp, Ogrn, Ogrnip, read_day,
    tidy,
};
use jiff::civil::Date;

use super::{
    Act, Basis, Company, Details, Form, Human, Kind, Office, Paper, Powers, Sheet, Trader,
};
use crate::accounts::papers::{self, Number};
use crate::accounts::{Names, is_one_name};

/// Longest line: a name of a company, an issuer.
const LINE: usize = 300;
/// Longest number of a paper that has no form of its own.
const NUMBER: usize = 60;
/// Services and kinds of bodies that a mandate may name.
const ONLY: usize = 100;

/// What was typed: names of fields and their values; of boxes all that were ticked.
#[derive(Clone, Default)]
pub struct Typed {
    values: BTreeMap<String, Vec<String>>,
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("▒")
    }
}

impl Typed {
    /// Adds a value of a field.
    pub fn add(&mut self, name: &str, value: &str) {
        self.values.entry(name.to_owned()).or_default().push(value.to_owned());
    }

    /// All names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.values.iter().map(|(name, all)| (name.as_str(), all.as_slice()))
    }

    /// The form that would have said `sheet`.
    pub fn of(sheet: &Sheet) -> Self {
        let mut typed = Self::default();
        typed.details(&sheet.details);
        for act in &sheet.powers.acts {
            typed.add("acts", act.as_str());
        }
        sheet.powers.services.iter().for_each(|x| typed.add("services", x));
        sheet.powers.bodies.iter().for_each(|x| typed.add("bodies", x));
        typed.values.retain(|_, all| all.iter().any(|x| !x.is_empty()));
        typed
    }

    fn details(&mut self, details: &Details) {
        if let Some(who) = details.who() {
            self.add("surname", &who.surname);
            self.add("name", &who.name);
            self.add("patronymic", &who.patronymic);
            let one = is_one_name(&who.surname, &who.name);
            self.add("one_name", if one { "1" } else { "" });
            self.add("born", &who.born.to_string());
            self.add("sex", &who.sex);
        }
        if let Some(paper) = details.paper() {
            self.add("series", &paper.series);
            self.add("number", &paper.number);
            self.add("issued_on", &paper.issued_on.to_string());
            self.add("issuer", &paper.issuer);
        }
        let until = match details {
            Details::Attorney { until, .. } | Details::Guardian { until, .. } => *until,
            Details::Company(x) => x.until,
            Details::Child { .. } | Details::Trader(_) => None,
        };
        self.add("until", &until.map_or(String::new(), |x| x.to_string()));
        match details {
            Details::Child { .. } => {}
            Details::Attorney { form, .. } => self.add("form", form.as_str()),
            Details::Guardian { office, .. } => self.add("office", office.as_str()),
            Details::Company(x) => {
                self.add("title", &x.title);
                self.add("ogrn", &x.ogrn);
                self.add("inn", &x.inn);
                self.add("kpp", &x.kpp);
                self.add("basis", x.basis.as_str());
                self.add("position", &x.position);
            }
            Details::Trader(x) => {
                self.add("title", &x.title);
                self.add("ogrnip", &x.ogrnip);
                self.add("inn", &x.inn);
            }
        }
    }

    fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|x| x.first()).map_or("", |x| x.trim())
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values.get(name).into_iter().flatten().map(|x| x.trim()).filter(|x| !x.is_empty())
    }
}

/// Reads the form of a mandate of this kind; `today` is the day it is read on.
///
/// # Errors
/// Every faulty field: those of the papers; `E-MND-13` for a child that is of age, `E-MND-14`
/// for a power of attorney of somebody under fourteen, `E-MND-15` for days in the wrong order,
/// `E-MND-16` for a term that is over, `E-MND-17` when nothing is allowed.
pub fn read(kind: Kind, typed: &Typed, today: Date) -> Result<Sheet, Vec<FieldFault>> {
    let mut sheet = Reader { typed, today, born: None, faults: Vec::new() };
    let details = match kind {
        Kind::Child => sheet.child(),
        Kind::Attorney => sheet.attorney(),
        Kind::Guardian => sheet.guardian(),
        Kind::Company => sheet.company(),
        Kind::Trader => sheet.trader(),
    };
    let powers = match kind {
        Kind::Attorney => sheet.powers(),
        _ => Powers::all(),
    };
    match details {
        Some(details) if sheet.faults.is_empty() => Ok(Sheet { details, powers }),
        _ => Err(sheet.faults),
    }
}

/// Reads field by field and gathers what is wrong; what could not be read is nothing.
struct Reader<'a> {
    typed: &'a Typed,
    today: Date,
    /// The birth date, once it was read: other days are compared with it, whatever else is wrong.
    born: Option<Date>,
    faults: Vec<FieldFault>,
}

impl Reader<'_> {
    fn child(&mut self) -> Option<Details> {
        let (who, certificate) = (self.human(true), self.certificate());
        if self.turned(ident::ADULT).is_some_and(|day| day <= self.today) {
            self.fault("born", "E-MND-13");
        }
        Some(Details::Child { who: who?, certificate: certificate? })
    }

    fn attorney(&mut self) -> Option<Details> {
        let who = self.human(false);
        let form = self.choice("form", Form::parse);
        // What a notary did has a number in the register; a simple paper need not have one.
        let number = match form {
            Some(Form::Simple) => Some(self.optional("number", NUMBER).unwrap_or_default()),
            _ => self.line("number", NUMBER),
        };
        let issued_on = self.past("issued_on");
        let until = self.until(issued_on);
        if self.turned(FOURTEEN).zip(issued_on).is_some_and(|(day, made)| made < day) {
            self.fault("born", "E-MND-14");
        }
        let (number, issued_on) = number.zip(issued_on)?;
        let paper = Paper { series: String::new(), number, issued_on, issuer: String::new() };
        Some(Details::Attorney { who: who?, form: form?, paper, until })
    }

    fn guardian(&mut self) -> Option<Details> {
        let who = self.human(false);
        let office = self.choice("office", Office::parse);
        let number = self.line("number", NUMBER);
        let issued_on = self.past("issued_on");
        self.after_birth(issued_on);
        let issuer = self.line("issuer", LINE);
        let until = self.until(issued_on);
        let (number, issued_on) = number.zip(issued_on)?;
        let act = Paper { series: String::new(), number, issued_on, issuer: issuer? };
        Some(Details::Guardian { who: who?, office: office?, act, until })
    }

    fn company(&mut self) -> Option<Details> {
        let title = self.line("title", LINE);
        let ogrn = self.number("ogrn", Number::Ogrn, Ogrn::parse).map(|x| x.digits());
        let inn = self.number("inn", Number::InnOrganization, InnOrganization::parse);
        let kpp = self.number("kpp", Number::Kpp, Kpp::parse).map(|x| x.to_string());
        let basis = self.choice("basis", Basis::parse);
        let mut company = Company {
            title: title.unwrap_or_default(),
            ogrn: ogrn.unwrap_or_default(),
            inn: inn.map(|x| x.digits()).unwrap_or_default(),
            kpp: kpp.unwrap_or_default(),
            basis: basis?,
            position: String::new(),
            attorney: None,
            until: None,
        };
        match company.basis {
            Basis::Position => company.position = self.line("position", LINE).unwrap_or_default(),
            Basis::Attorney => {
                let (number, issued_on) = (self.line("number", NUMBER), self.past("issued_on"));
                company.until = self.until(issued_on);
                let paper = |(number, issued_on)| Paper {
                    series: String::new(),
                    number,
                    issued_on,
                    issuer: String::new(),
                };
                company.attorney = number.zip(issued_on).map(paper);
            }
        }
        Some(Details::Company(company))
    }

    fn trader(&mut self) -> Option<Details> {
        let title = self.line("title", LINE);
        let ogrnip = self.number("ogrnip", Number::Ogrnip, Ogrnip::parse);
        let inn = self.number("inn", Number::InnPerson, InnPerson::parse);
        let (ogrnip, inn) = (ogrnip?.digits(), inn?.digits());
        Some(Details::Trader(Trader { title: title?, ogrnip, inn }))
    }

    fn powers(&mut self) -> Powers {
        let mut acts: Vec<Act> = self.typed.all("acts").filter_map(Act::parse).collect();
        if acts.is_empty() {
            self.fault("acts", "E-MND-17");
        }
        // Whoever books or cancels has to see what.
        acts.push(Act::See);
        acts.sort();
        acts.dedup();
        let only = |name: &str| -> Vec<String> {
            let mut all: Vec<String> = self.typed.all(name).map(str::to_owned).collect();
            all.sort();
            all.dedup();
            all
        };
        let (services, bodies) = (only("services"), only("bodies"));
        for (name, all) in [("services", &services), ("bodies", &bodies)] {
            if all.len() > ONLY || all.iter().any(|x| x.chars().count() > NUMBER) {
                self.fault(name, "E-FORM-02-CHOICE");
            }
        }
        Powers { acts, services, bodies }
    }

    fn human(&mut self, sexed: bool) -> Option<Human> {
        let fields = ["surname", "name", "patronymic"];
        let one = self.typed.value("one_name") == "1";
        let names = Names::parse(fields, fields.map(|x| self.typed.value(x)), one);
        let names = names.map_err(|x| self.faults.extend(x)).ok();
        let born = BirthDate::parse(self.typed.value("born"), self.today);
        let born = self.keep(born.map_err(|x| papers::date("born", x)));
        self.born = born.map(|x| x.date());
        let known = |x: &str| ["female", "male"].contains(&x).then(|| x.to_owned());
        let sex = if sexed { self.choice("sex", known) } else { Some(String::new()) };
        let names = names?;
        Some(Human {
            surname: names.surname.reveal().to_owned(),
            name: names.name.reveal().to_owned(),
            patronymic: names.patronymic.reveal().to_owned(),
            born: born?.date(),
            sex: sex?,
        })
    }

    fn certificate(&mut self) -> Option<Paper> {
        let typed = self.typed;
        let read = BirthCertificate::read(typed.value("series"), typed.value("number"));
        let known = match read {
            Ok(known) => Some(known),
            Err(faults) => {
                let bare = |x: FieldFault| {
                    let field = x.field.trim_start_matches('.').to_owned();
                    FieldFault { field: field.into(), ..x }
                };
                self.faults.extend(papers::certificate("", faults).into_iter().map(bare));
                None
            }
        };
        let issued_on = self.past("issued_on");
        self.after_birth(issued_on);
        let issuer = self.line("issuer", LINE);
        let known = known?;
        Some(Paper {
            series: known.series(),
            number: known.number(),
            issued_on: issued_on?,
            issuer: issuer?,
        })
    }

    /// The day on which the person becomes `years` old.
    fn turned(&self, years: i16) -> Option<Date> {
        let born = BirthDate::new(self.born?, self.today).ok()?;
        Some(born.birthday(years))
    }

    /// Nobody has a paper before the day of their birth.
    fn after_birth(&mut self, issued_on: Option<Date>) {
        if let Some((born, issued_on)) = self.born.zip(issued_on) {
            self.in_order("issued_on", born, issued_on);
        }
    }

    /// A day that has been.
    fn past(&mut self, name: &'static str) -> Option<Date> {
        let day = read_day(self.typed.value(name)).and_then(|day| match day {
            day if day > self.today => Err(ident::DateFault::Future),
            day if day.year() < 1900 => Err(ident::DateFault::TooLongAgo),
            day => Ok(day),
        });
        self.keep(day.map_err(|x| papers::date(name, x)))
    }

    /// The last day of a paper that was made on `since`; may be left out.
    fn until(&mut self, since: Option<Date>) -> Option<Date> {
        let text = self.typed.value("until");
        if text.is_empty() {
            return None;
        }
        let day = self.keep(read_day(text).map_err(|x| papers::date("until", x)))?;
        if day < self.today {
            self.fault("until", "E-MND-16");
        } else if day.year() > self.today.year() + 100 {
            self.fault("until", "E-FORM-06");
        } else if let Some(since) = since {
            self.in_order("until", since, day);
        }
        Some(day)
    }

    fn in_order(&mut self, name: &'static str, first: Date, second: Date) {
        if second < first {
            self.fault(name, "E-MND-15");
        }
    }

    fn line(&mut self, name: &'static str, max: usize) -> Option<String> {
        let read = self.optional(name, max);
        if read.is_none() && tidy(self.typed.value(name)).is_empty() {
            self.fault(name, "E-FORM-01");
        }
        read
    }

    fn optional(&mut self, name: &'static str, max: usize) -> Option<String> {
        let text = tidy(self.typed.value(name));
        let length = text.chars().count();
        if length > max {
            let fault = FieldFault::new(name, "E-FORM-02-LONG");
            self.faults.push(fault.arg("max", max).arg("over", length - max));
            return None;
        }
        Some(text).filter(|x| !x.is_empty())
    }

    fn number<T>(
        &mut self,
        name: &'static str,
        kind: Number,
        parse: fn(&str) -> Result<T, ident::NumberFault>,
    ) -> Option<T> {
        self.keep(parse(self.typed.value(name)).map_err(|x| kind.fault(name, x)))
    }

    fn choice<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.typed.value(name);
        let code = if text.is_empty() { "E-FORM-01-CHOICE" } else { "E-FORM-02-CHOICE" };
        self.keep(parse(text).ok_or_else(|| FieldFault::new(name, code)))
    }

    fn keep<T>(&mut self, read: Result<T, FieldFault>) -> Option<T> {
        read.map_err(|x| self.faults.push(x)).ok()
    }

    fn fault(&mut self, name: &'static str, code: &'static str) {
        self.faults.push(FieldFault::new(name, code));
    }
}
