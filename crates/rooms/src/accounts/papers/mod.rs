//! What is wrong with a paper, in codes that have texts.
//!
//! The crate `ident` reads papers and names faults; here each fault gets the stable code of its text
//! and the field of the form it belongs to. Fields of a paper are named after it: `passport.series`
//! in the group `passport`. What is only unusual becomes a question beside the field and never
//! stops anybody ([`asks`]).

use base::FieldFault;
use ident::{
    AddressFault, BirthDate, CertificateFault, Checked, DateFault, Likeness, LineFault, MrzFault,
    NumberFault, Passport, PassportDoubt, PassportFault, PassportTyped, Validity, dotted,
};
use jiff::civil::Date;

/// A number that people type, as forms ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// СНИЛС.
    Snils,
    /// ИНН of a person or an organisation.
    Inn,
    /// ИНН of a person.
    InnPerson,
    /// ИНН of an organisation.
    InnOrganization,
    /// КПП.
    Kpp,
    /// ОГРН.
    Ogrn,
    /// ОГРНИП.
    Ogrnip,
    /// Compulsory health policy.
    Policy,
    /// Series of the internal passport.
    PassportSeries,
    /// Number of the internal passport.
    PassportNumber,
    /// Code of the office that issued it.
    Subdivision,
    /// Passport for travelling abroad.
    ForeignPassport,
    /// Number of a certificate of birth.
    Certificate,
    /// Postal index.
    PostalIndex,
    /// БИК.
    Bik,
    /// Account at a bank.
    Account,
    /// УИН.
    Uin,
}

/// Codes of what can be wrong with one kind of number.
struct Codes {
    length: &'static str,
    start: &'static str,
    sum: &'static str,
}

impl Codes {
    /// Of a number that is all digits and has no rule beyond them.
    const fn free(length: &'static str) -> Self {
        Self { length, start: "E-FORM-02", sum: "E-FORM-02" }
    }

    const fn sum(self, sum: &'static str) -> Self {
        Self { sum, ..self }
    }

    const fn start(self, start: &'static str) -> Self {
        Self { start, ..self }
    }
}

impl Number {
    const fn codes(self) -> Codes {
        match self {
            Self::Snils => Codes::free("E-FORM-02-SNILS").sum("E-FORM-02-SNILS-SUM"),
            Self::Inn => Codes::free("E-FORM-02-INN").sum("E-FORM-02-INN-SUM"),
            Self::InnPerson => Codes::free("E-FORM-02-INN12").sum("E-FORM-02-INN12-SUM"),
            Self::InnOrganization => Codes::free("E-FORM-02-INN10").sum("E-FORM-02-INN10-SUM"),
            Self::Kpp => Codes::free("E-FORM-02-KPP"),
            Self::Ogrn => Codes::free("E-FORM-02-OGRN")
                .sum("E-FORM-02-OGRN-SUM")
                .start("E-FORM-02-OGRN-START"),
            Self::Ogrnip => Codes::free("E-FORM-02-OGRNIP")
                .sum("E-FORM-02-OGRNIP-SUM")
                .start("E-FORM-02-OGRNIP-START"),
            Self::Policy => Codes::free("E-FORM-02-POLICY").sum("E-FORM-02-POLICY-SUM"),
            Self::PassportSeries => Codes::free("E-FORM-02-PASSPORT-SERIES"),
            Self::PassportNumber => Codes::free("E-FORM-02-PASSPORT-NUMBER"),
            Self::Subdivision => Codes::free("E-FORM-02-SUBDIVISION"),
            Self::ForeignPassport => Codes::free("E-FORM-02-FOREIGN-PASSPORT"),
            Self::Certificate => Codes::free("E-FORM-02-CERTIFICATE"),
            Self::PostalIndex => Codes::free("E-FORM-02-INDEX").start("E-FORM-02-INDEX-START"),
            Self::Bik => Codes::free("E-FORM-02-BIK").start("E-FORM-02-BIK-START"),
            Self::Account => Codes::free("E-FORM-02-ACCOUNT").sum("E-FORM-02-ACCOUNT-SUM"),
            Self::Uin => Codes::free("E-FORM-02-UIN"),
        }
    }

    /// What a form says about a number that could not be read.
    pub fn fault(self, field: &str, fault: NumberFault) -> FieldFault {
        let codes = self.codes();
        match fault {
            NumberFault::Empty => new(field, "E-FORM-01"),
            NumberFault::Stray { char, position } => stray(field, char, position),
            NumberFault::Length { needs, has } => {
                new(field, codes.length).arg("needs", needs).arg("has", has)
            }
            NumberFault::Start => new(field, codes.start),
            NumberFault::CheckDigits => new(field, codes.sum),
            NumberFault::Zeros => new(field, "E-FORM-02-ZEROS"),
        }
    }
}

/// What a form says about a date that could not be read.
pub fn date(field: &str, fault: DateFault) -> FieldFault {
    let code = match fault {
        DateFault::Empty => "E-FORM-01",
        DateFault::Shape => "E-FORM-02-DATE",
        DateFault::NoSuchDay => "E-FORM-02-DAY",
        DateFault::Future => "E-FORM-06-FUTURE",
        DateFault::TooLongAgo => "E-FORM-06-PAST",
    };
    new(field, code)
}

/// What a form says about a line of text that could not be read.
pub fn line(field: &str, fault: LineFault) -> FieldFault {
    match fault {
        LineFault::Empty => new(field, "E-FORM-01"),
        LineFault::Stray { char, position } => stray(field, char, position),
        LineFault::TooLong { max, over } => {
            new(field, "E-FORM-02-LONG").arg("max", max).arg("over", over)
        }
        LineFault::NoNumber => new(field, "E-FORM-02-NUMBER"),
    }
}

/// Reads a passport and judges whether it serves its holder today; with it comes what the holder is
/// asked to look at again.
///
/// # Errors
/// Every faulty field; once all can be read, why the passport does not serve.
pub fn read_passport(
    group: &str,
    typed: &PassportTyped<'_>,
    born: &BirthDate,
    today: Date,
) -> Result<(Passport, Vec<FieldFault>), Vec<FieldFault>> {
    let paper = Passport::read(typed, today).map_err(|x| passport(group, x))?;
    let verdict = paper.validity(born, today);
    match validity(group, verdict) {
        Some(fault) => Err(vec![fault]),
        None => {
            let asks = asks(group, &paper, verdict);
            Ok((paper, asks))
        }
    }
}

/// The faulty fields of a passport whose fields stand in `group`.
pub fn passport(group: &str, faults: Vec<PassportFault>) -> Vec<FieldFault> {
    let field = |fault| match fault {
        PassportFault::Series(x) => Number::PassportSeries.fault(&of(group, "series"), x),
        PassportFault::Number(x) => Number::PassportNumber.fault(&of(group, "number"), x),
        PassportFault::IssuedOn(x) => date(&of(group, "issued_on"), x),
        PassportFault::Issuer(x) => line(&of(group, "issuer"), x),
        PassportFault::Subdivision(x) => Number::Subdivision.fault(&of(group, "subdivision"), x),
    };
    faults.into_iter().map(field).collect()
}

/// Why a passport does not serve; nothing while it does, the days of grace included.
pub fn validity(group: &str, validity: Validity) -> Option<FieldFault> {
    let field = of(group, "issued_on");
    match validity {
        Validity::Valid { .. } | Validity::Grace { .. } => None,
        Validity::Expired { since } => Some(new(&field, "E-DOC-06").arg("since", dotted(since))),
        Validity::TooYoung { from } => {
            Some(new(&field, "E-DOC-06-YOUNG").arg("from", dotted(from)))
        }
        Validity::IssuedBefore14 { earliest } => {
            Some(new(&field, "E-FORM-06-FOURTEEN").arg("earliest", dotted(earliest)))
        }
        Validity::IssuedBeforeBirth => Some(new(&field, "E-FORM-06-BIRTH")),
    }
}

/// What somebody is asked to look at again: the days of grace that run, a blank that is unusual.
pub fn asks(group: &str, paper: &Passport, validity: Validity) -> Vec<FieldFault> {
    let grace = match validity {
        Validity::Grace { until } => {
            let field = of(group, "issued_on");
            Some(new(&field, "E-DOC-06-GRACE").arg("until", dotted(until)))
        }
        _ => None,
    };
    let series = of(group, "series");
    let doubt = |doubt| match doubt {
        PassportDoubt::Region { code } => {
            new(&series, "E-FORM-02-REGION").arg("code", format_args!("{code:02}"))
        }
        PassportDoubt::Blank { printed, issued } => {
            new(&series, "E-FORM-02-BLANK").arg("printed", printed).arg("issued", issued)
        }
    };
    grace.into_iter().chain(paper.doubts().into_iter().map(doubt)).collect()
}

/// The faulty fields of a certificate of birth whose fields stand in `group`.
pub fn certificate(group: &str, faults: Vec<CertificateFault>) -> Vec<FieldFault> {
    let series = of(group, "series");
    let field = |fault| match fault {
        CertificateFault::SeriesEmpty => new(&series, "E-FORM-01"),
        CertificateFault::Numeral => new(&series, "E-FORM-02-CERTIFICATE-NUMERAL"),
        CertificateFault::Letters => new(&series, "E-FORM-02-CERTIFICATE-LETTERS"),
        CertificateFault::Number(x) => Number::Certificate.fault(&of(group, "number"), x),
    };
    faults.into_iter().map(field).collect()
}

/// The faulty fields of an address whose fields stand in `group`.
pub fn address(group: &str, faults: Vec<AddressFault>) -> Vec<FieldFault> {
    let field = |fault| match fault {
        AddressFault::Index(x) => Number::PostalIndex.fault(&of(group, "index"), x),
        AddressFault::Region(x) => line(&of(group, "region"), x),
        AddressFault::Locality(x) => line(&of(group, "locality"), x),
        AddressFault::Street(x) => line(&of(group, "street"), x),
        AddressFault::House(LineFault::NoNumber) => new(&of(group, "house"), "E-FORM-02-HOUSE"),
        AddressFault::House(x) => line(&of(group, "house"), x),
        AddressFault::Building(x) => line(&of(group, "building"), x),
        AddressFault::Flat(x) => line(&of(group, "flat"), x),
    };
    faults.into_iter().map(field).collect()
}

/// Why the machine-readable zone of a passport's scan in `field` cannot be used.
pub fn zone(field: &str, fault: MrzFault) -> FieldFault {
    match fault {
        MrzFault::Lines { .. } => new(field, "E-DOC-04-LINES"),
        MrzFault::Length { line, has } => {
            new(field, "E-DOC-04-LENGTH").arg("line", line).arg("has", has)
        }
        MrzFault::Stray { line, position, char } => {
            let fault = new(field, "E-DOC-04-CHAR").arg("line", line);
            fault.arg("char", char).arg("position", position)
        }
        MrzFault::Document => new(field, "E-DOC-04-DOCUMENT"),
        MrzFault::CheckDigit(Checked::Number) => new(field, "E-DOC-04-NUMBER"),
        MrzFault::CheckDigit(Checked::Birth) | MrzFault::Born => new(field, "E-DOC-04-BIRTH"),
        MrzFault::CheckDigit(Checked::Issue) | MrzFault::IssuedOn => new(field, "E-DOC-04-ISSUE"),
        MrzFault::CheckDigit(Checked::Line) => new(field, "E-DOC-04-LINE"),
        MrzFault::Zeros => new(field, "E-DOC-04-ZEROS"),
        MrzFault::Name => new(field, "E-DOC-04-NAME"),
    }
}

/// What a name in a paper says against the one in `field`: nothing when they are one.
pub fn name(field: &str, likeness: Likeness) -> Option<FieldFault> {
    match likeness {
        Likeness::Same => None,
        Likeness::Typo => Some(new(field, "E-DOC-05-TYPO")),
        Likeness::Other => Some(new(field, "E-DOC-05")),
    }
}

fn new(field: &str, code: &'static str) -> FieldFault {
    FieldFault::new(field.to_owned(), code)
}

fn stray(field: &str, char: char, position: usize) -> FieldFault {
    new(field, "E-FORM-02-CHAR").arg("char", char).arg("position", position)
}

/// The name of a field in its group.
fn of(group: &str, field: &str) -> String {
    format!("{group}.{field}")
}

#[cfg(test)]
mod tests;
