use ident::{Address, AddressTyped, BirthCertificate, Mrz, Snils, likeness};
use jiff::civil::date as day;
use texts::{FluentValue, Lang, Texts};

use super::*;

const TYPED: PassportTyped<'static> = PassportTyped {
    series: "45 12",
    number: "345678",
    issued_on: "20.03.2012",
    issuer: "ОВД Пресненского района",
    subdivision: "770-001",
};

/// Fields, codes and arguments on one line each.
fn said(faults: &[FieldFault]) -> Vec<String> {
    let args = |x: &FieldFault| {
        x.args.iter().map(|(name, value)| format!(" {name}={value}")).collect::<String>()
    };
    faults.iter().map(|x| format!("{}: {}{}", x.field, x.code, args(x))).collect()
}

#[test]
fn all_faulty_fields_of_a_passport_are_named_with_their_codes() {
    let typed = PassportTyped { series: "451", number: "", issued_on: "31.02.2012", ..TYPED };
    let today = day(2026, 11, 22);
    let born = BirthDate::new(day(1990, 1, 1), today).unwrap();
    let faults = read_passport("passport", &typed, &born, today).unwrap_err();
    assert_eq!(
        said(&faults),
        [
            "passport.series: E-FORM-02-PASSPORT-SERIES needs=4 has=3",
            "passport.number: E-FORM-01",
            "passport.issued_on: E-FORM-02-DAY",
        ]
    );
    // A day that has not come is told together with the rest, in the order of the form.
    let typed = PassportTyped { series: "0", issued_on: "20.08.2034", issuer: "", ..TYPED };
    let faults = read_passport("passport", &typed, &born, today).unwrap_err();
    let fields: Vec<_> = faults.iter().map(|x| (x.field.as_ref(), x.code)).collect();
    assert_eq!(fields.len(), 3);
    assert_eq!(fields[1], ("passport.issued_on", "E-FORM-06-FUTURE"));
    assert_eq!(fields[2].0, "passport.issuer");
}

#[test]
fn a_passport_out_of_date_is_refused_and_one_in_its_last_days_asks_to_be_replaced() {
    let at = |born, today| match read_passport(
        "p",
        &TYPED,
        &BirthDate::new(born, today).unwrap(),
        today,
    ) {
        Ok((paper, asks)) => {
            assert_eq!(paper.masked(), "45 •• ••••78");
            (vec![], said(&asks))
        }
        Err(faults) => (said(&faults), vec![]),
    };
    let today = day(2026, 11, 22);
    let refused = |x: &str| (vec![x.to_owned()], vec![]);
    assert_eq!(at(day(1970, 1, 1), today), refused("p.issued_on: E-DOC-06 since=02.04.2015"));
    assert_eq!(at(day(2013, 1, 1), today), refused("p.issued_on: E-FORM-06-BIRTH"));
    let early = "p.issued_on: E-FORM-06-FOURTEEN earliest=01.01.2019";
    assert_eq!(at(day(2005, 1, 1), today), refused(early));
    let young = "p.issued_on: E-DOC-06-YOUNG from=01.01.2015";
    assert_eq!(at(day(2001, 1, 1), day(2014, 1, 1)), refused(young));
    let future = "p.issued_on: E-FORM-06-FUTURE";
    assert_eq!(at(day(1990, 1, 1), day(2012, 3, 19)), refused(future));
    let grace = vec!["p.issued_on: E-DOC-06-GRACE until=01.12.2026".to_owned()];
    assert_eq!(at(day(1981, 9, 2), today), (vec![], grace));
    assert_eq!(at(day(1990, 1, 1), today), (vec![], vec![]));
}

#[test]
fn an_unusual_blank_asks_to_look_again_and_stops_nobody() {
    let paper = Passport::read(&PassportTyped { series: "02 19", ..TYPED }, jiff::civil::Date::MAX)
        .unwrap();
    let verdict = Validity::Valid { until: None };
    assert_eq!(validity("p", verdict), None);
    assert_eq!(
        said(&asks("p", &paper, verdict)),
        [
            "p.series: E-FORM-02-REGION code=02",
            "p.series: E-FORM-02-BLANK printed=2019 issued=2012",
        ]
    );
}

#[test]
fn other_papers_name_their_fields_too() {
    let faults = BirthCertificate::read("IIV-АИ", "12345").unwrap_err();
    assert_eq!(
        said(&certificate("child", faults)),
        [
            "child.series: E-FORM-02-CERTIFICATE-NUMERAL",
            "child.number: E-FORM-02-CERTIFICATE needs=6 has=5",
        ]
    );
    let typed = AddressTyped {
        index: "712345", region: "Тверская область", ..Default::default()
    };
    assert_eq!(
        said(&address("home", Address::read(&typed).unwrap_err())),
        ["home.index: E-FORM-02-INDEX-START", "home.locality: E-FORM-01", "home.house: E-FORM-01",]
    );
    let unread = zone("scan", Mrz::read("PNRUS\nRUS").unwrap_err());
    assert_eq!(said(&[unread]), ["scan: E-DOC-04-LENGTH line=1 has=5"]);
    assert_eq!(name("surname", likeness("Ёлкин", "ЕЛКИН")), None);
    let typo = name("surname", likeness("Соколова", "Соклоова")).unwrap();
    assert_eq!(said(&[typo]), ["surname: E-DOC-05-TYPO"]);
}

/// Every fault that there is, as a form would say it.
fn every_fault() -> Vec<FieldFault> {
    use Number::*;
    let (char, position, date_of) = ('x', 3, day(2026, 11, 22));
    let numbers = [
        Snils,
        Inn,
        InnPerson,
        InnOrganization,
        Kpp,
        Ogrn,
        Ogrnip,
        Policy,
        PassportSeries,
        PassportNumber,
        Subdivision,
        ForeignPassport,
        Certificate,
        PostalIndex,
        Bik,
        Account,
        Uin,
    ];
    let faults = [
        NumberFault::Empty,
        NumberFault::Stray { char, position },
        NumberFault::Length { needs: 11, has: 1 },
        NumberFault::Start,
        NumberFault::CheckDigits,
        NumberFault::Zeros,
    ];
    let mut all: Vec<FieldFault> =
        numbers.iter().flat_map(|x| faults.map(|fault| x.fault("f", fault))).collect();
    use DateFault::{Future, NoSuchDay, Shape, TooLongAgo};
    all.extend([Shape, NoSuchDay, Future, TooLongAgo].map(|x| date("f", x)));
    let lines = [LineFault::TooLong { max: 9, over: 1 }, LineFault::NoNumber];
    all.extend(lines.map(|x| line("f", x)));
    all.extend(address("f", vec![AddressFault::House(LineFault::NoNumber)]));
    use CertificateFault::{Letters, Numeral};
    all.extend(certificate("f", vec![Numeral, Letters]));
    let verdicts = [
        Validity::Expired { since: date_of },
        Validity::TooYoung { from: date_of },
        Validity::IssuedBefore14 { earliest: date_of },
        Validity::IssuedBeforeBirth,
    ];
    all.extend(verdicts.into_iter().filter_map(|x| validity("f", x)));
    let paper = Passport::read(&PassportTyped { series: "02 19", ..TYPED }, jiff::civil::Date::MAX)
        .unwrap();
    all.extend(asks("f", &paper, Validity::Grace { until: date_of }));
    let checks = [Checked::Number, Checked::Birth, Checked::Issue, Checked::Line];
    all.extend(checks.map(|x| zone("f", MrzFault::CheckDigit(x))));
    let zones = [
        MrzFault::Lines { has: 1 },
        MrzFault::Length { line: 2, has: 43 },
        MrzFault::Stray { line: 1, position, char },
        MrzFault::Document,
        MrzFault::Zeros,
        MrzFault::Name,
    ];
    all.extend(zones.map(|x| zone("f", x)));
    all.extend([Likeness::Typo, Likeness::Other].into_iter().filter_map(|x| name("f", x)));
    all
}

#[test]
fn every_fault_has_a_text_that_needs_nothing_more() {
    let texts = Texts::load().unwrap();
    for fault in every_fault() {
        let value = |x: &String| match x.parse::<i64>() {
            Ok(n) => FluentValue::from(n),
            Err(_) => FluentValue::from(x.clone()),
        };
        let args: Vec<_> = fault.args.iter().map(|(name, x)| (*name, value(x))).collect();
        for lang in Lang::ALL {
            let key = fault.code.to_lowercase();
            assert!(texts.has(lang, &key), "{key}");
            let text = texts.with(lang, &key, &args);
            assert!(!text.contains('{'), "{key} in {lang:?}: {text}");
        }
    }
}

#[test]
fn no_fault_of_a_number_tells_the_number() {
    let fault = Number::Snils.fault("snils", Snils::parse("112-233-445 96").unwrap_err());
    assert_eq!(said(&[fault]), ["snils: E-FORM-02-SNILS-SUM"]);
}
