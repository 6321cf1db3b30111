//! What people type, and what is said about it.

use jiff::civil::{Date, date};

use super::*;
use crate::catalogue::{Field, FieldKind, Fill};

const TODAY: Date = date(2026, 12, 1);

fn typed(fields: &[(&str, &str)]) -> Typed {
    let mut typed = Typed::default();
    fields.iter().for_each(|(name, value)| typed.add(name, value));
    typed
}

/// Fields and codes of what is wrong.
fn faults(kind: Kind, fields: &[(&str, &str)]) -> Vec<String> {
    let faults = read(kind, &typed(fields), TODAY).unwrap_err();
    faults.iter().map(|x| format!("{}: {}", x.field, x.code)).collect()
}

const CHILD: [(&str, &str); 9] = [
    ("surname", "Соколова"),
    ("name", "Вера"),
    ("patronymic", "Андреевна"),
    ("born", "11.02.2024"),
    ("sex", "female"),
    ("series", "i-ом"),
    ("number", "100 002"),
    ("issued_on", "20.02.2024"),
    ("issuer", "  Отдел   ЗАГС г. Томска "),
];

/// `CHILD` with other values.
fn but(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let other = |name| changes.iter().find(|x| x.0 == name).map(|x| x.1);
    CHILD.iter().map(|(name, value)| (*name, other(*name).unwrap_or(value))).collect()
}

#[test]
fn a_child_is_read_and_its_form_filled_in_again() {
    let sheet = read(Kind::Child, &typed(&CHILD), TODAY).unwrap();
    let Details::Child { who, certificate } = &sheet.details else { panic!() };
    assert_eq!((&*who.full_name(), &*who.initials()), ("Соколова Вера Андреевна", "В. А. С."));
    assert_eq!((&*certificate.series, &*certificate.number), ("I-ОМ", "100002"));
    assert_eq!(certificate.issuer, "Отдел ЗАГС г. Томска");
    assert_eq!(sheet.powers, Powers::all());
    assert_eq!(read(Kind::Child, &Typed::of(&sheet), TODAY).unwrap(), sheet);
    assert_eq!(format!("{sheet:?}{who:?}{certificate:?}"), "▒▒▒");
}

#[test]
fn a_child_with_one_name_is_read_once_somebody_says_so() {
    let mut fields = but(&[("surname", ""), ("patronymic", "")]);
    assert_eq!(faults(Kind::Child, &fields), ["surname: E-FORM-01"]);
    fields.push(("one_name", "1"));
    let sheet = read(Kind::Child, &typed(&fields), TODAY).unwrap();
    let who = sheet.details.who().unwrap();
    assert_eq!((&*who.full_name(), &*who.initials()), ("Вера", "В."));
    assert_eq!(read(Kind::Child, &Typed::of(&sheet), TODAY).unwrap(), sheet);
    fields.retain(|x| x.0 != "name");
    assert_eq!(faults(Kind::Child, &fields), ["surname: E-NAME-04"]);
}

#[test]
fn every_faulty_field_of_a_child_is_named() {
    assert_eq!(
        faults(Kind::Child, &[]),
        [
            "surname: E-FORM-01",
            "name: E-FORM-01",
            "born: E-FORM-01",
            "sex: E-FORM-01-CHOICE",
            "series: E-FORM-01",
            "number: E-FORM-01",
            "issued_on: E-FORM-01",
            "issuer: E-FORM-01",
        ]
    );
    let one = |changes: &[_]| faults(Kind::Child, &but(changes));
    assert_eq!(one(&[("born", "01.12.2008")]), ["born: E-MND-13"], "of age today");
    assert_eq!(one(&[("issued_on", "10.02.2024")]), ["issued_on: E-MND-15"], "before the birth");
    assert_eq!(one(&[("issued_on", "02.12.2026")]), ["issued_on: E-FORM-06-FUTURE"]);
    assert_eq!(
        one(&[("number", "12345"), ("sex", "x")]),
        ["sex: E-FORM-02-CHOICE", "number: E-FORM-02-CERTIFICATE",]
    );
}

#[test]
fn a_power_of_attorney_says_what_it_allows_and_how_long() {
    let fields = [
        ("surname", "Ершова"),
        ("name", "Лидия"),
        ("born", "1931-03-08"),
        ("form", "notarial"),
        ("number", "70 АА 1234567"),
        ("issued_on", "2026-01-15"),
        ("until", "2028-01-15"),
        ("acts", "book"),
        ("services", "pension"),
        ("bodies", "social_fund"),
        ("bodies", "mfc"),
    ];
    let sheet = read(Kind::Attorney, &typed(&fields), TODAY).unwrap();
    assert_eq!(sheet.powers.acts, [Act::Book, Act::See], "who books has to see");
    assert_eq!(sheet.powers.bodies, ["mfc", "social_fund"]);
    assert_eq!(read(Kind::Attorney, &Typed::of(&sheet), TODAY).unwrap(), sheet);

    let with = |name: &str, value: &'static str| {
        let other = |x: &(&'static str, &'static str)| if x.0 == name { (x.0, value) } else { *x };
        fields.iter().map(other).collect::<Vec<_>>()
    };
    assert_eq!(faults(Kind::Attorney, &with("until", "30.11.2026")), ["until: E-MND-16"]);
    assert_eq!(faults(Kind::Attorney, &with("acts", "")), ["acts: E-MND-17"]);
    assert_eq!(faults(Kind::Attorney, &with("number", "")), ["number: E-FORM-01"]);
    assert_eq!(faults(Kind::Attorney, &with("born", "16.01.2012")), ["born: E-MND-14"]);
    assert!(read(Kind::Attorney, &typed(&with("born", "15.01.2012")), TODAY).is_ok());
    let mut simple = with("form", "simple");
    simple.retain(|x| x.0 != "number");
    assert!(read(Kind::Attorney, &typed(&simple), TODAY).is_ok(), "a simple one has no number");
}

#[test]
fn companies_and_traders_are_known_by_numbers_that_check() {
    let company = [
        ("title", "ООО «Окна и двери»"),
        ("ogrn", "1037739010891"),
        ("inn", "7707083893"),
        ("kpp", "770701001"),
        ("basis", "position"),
        ("position", "Директор"),
    ];
    let sheet = read(Kind::Company, &typed(&company), TODAY).unwrap();
    assert_eq!(sheet.details.name(), "ООО «Окна и двери»");
    assert_eq!(read(Kind::Company, &Typed::of(&sheet), TODAY).unwrap(), sheet);
    let mut wrong = company;
    (wrong[1].1, wrong[2].1, wrong[3].1) = ("1037739010892", "7707083894", "77070100");
    (wrong[4].1, wrong[5].1) = ("attorney", "");
    assert_eq!(
        faults(Kind::Company, &wrong),
        [
            "ogrn: E-FORM-02-OGRN-SUM",
            "inn: E-FORM-02-INN10-SUM",
            "kpp: E-FORM-02-KPP",
            "number: E-FORM-01",
            "issued_on: E-FORM-01",
        ]
    );
    let trader = [("title", "ИП Гончар"), ("ogrnip", "304007700123455"), ("inn", "000012345627")];
    let sheet = read(Kind::Trader, &typed(&trader), TODAY).unwrap();
    assert_eq!(read(Kind::Trader, &Typed::of(&sheet), TODAY).unwrap(), sheet);
    let mut wrong = trader;
    (wrong[1].1, wrong[2].1) = ("304007700123456", "7707083893");
    assert_eq!(
        faults(Kind::Trader, &wrong),
        ["ogrnip: E-FORM-02-OGRNIP-SUM", "inn: E-FORM-02-INN12"]
    );
}

#[test]
fn a_guardian_names_the_act_of_the_authority() {
    let fields = [
        ("surname", "Котов"),
        ("name", "Глеб"),
        ("born", "01.04.2015"),
        ("office", "guardian"),
        ("number", "17-р"),
        ("issued_on", "02.03.2026"),
        ("issuer", "Отдел опеки и попечительства"),
    ];
    let sheet = read(Kind::Guardian, &typed(&fields), TODAY).unwrap();
    assert_eq!(read(Kind::Guardian, &Typed::of(&sheet), TODAY).unwrap(), sheet);
    assert_eq!(
        faults(Kind::Guardian, &fields[..4]),
        ["number: E-FORM-01", "issued_on: E-FORM-01", "issuer: E-FORM-01"]
    );
}

#[test]
fn lines_are_kept_without_what_cannot_be_seen() {
    let fields = [
        ("surname", "Котов"),
        ("name", "Глеб"),
        ("born", "01.04.2015"),
        ("office", "guardian"),
        ("number", "１7\u{202e}-р"),
        ("issued_on", "02.03.2026"),
        ("issuer", "Отдел\u{ad} опеки"),
    ];
    let sheet = read(Kind::Guardian, &typed(&fields), TODAY).unwrap();
    let paper = sheet.details.paper().unwrap();
    assert_eq!((&*paper.number, &*paper.issuer), ("17-р", "Отдел опеки"));
    let mut empty = fields;
    empty[4].1 = "\u{202e}";
    assert_eq!(faults(Kind::Guardian, &empty), ["number: E-FORM-01"]);
}

#[test]
fn an_answer_about_a_child_is_its_name_however_it_is_typed() {
    let sheet = read(Kind::Child, &typed(&but(&[("surname", "Ершов"), ("name", "Андрей")])), TODAY);
    let details = sheet.unwrap().details;
    let text = |x: &str| serde_json::from_value(serde_json::json!({ "ru": x, "en": x })).unwrap();
    let field = Field {
        code: "child-name".into(),
        label: text("Кто"),
        kind: FieldKind::Text,
        required: true,
        hint: text(""),
        max: None,
        options: Vec::new(),
        fill: Some(Fill::Name),
    };
    let agrees = |typed: &str| {
        let form = serde_json::json!({ crate::booking::form::name_of(&field): typed });
        contradictions(&details, std::slice::from_ref(&field), &form).is_empty()
    };
    for same in
        ["Ершов Андреи\u{306}", "Epшoв Андрей", "Ер\u{ad}шов Андрей", "АНДРЕЙ ёршов", "Андрей"]
    {
        assert!(agrees(same), "{same}");
    }
    assert!(!agrees("Ершов Андрон") && !agrees("Ершова Андрей"));
}
