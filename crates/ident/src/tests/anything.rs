//! Whatever is typed: no constructor panics, and what one shows it reads again.

use jiff::civil::date;
use proptest::prelude::*;

use crate::*;

/// Every constructor, on one text.
fn read_all(text: &str) {
    let today = date(2026, 11, 22);
    macro_rules! round {
        ($($name:ident),+) => {$(
            if let Ok(value) = $name::parse(text) {
                assert_eq!($name::parse(&value.to_string()), Ok(value));
                assert_eq!($name::parse(&value.digits()), Ok(value));
                assert!(value.masked().contains('•') && !format!("{value:?}").contains('1'));
            }
        )+};
    }
    round!(
        Snils,
        InnPerson,
        InnOrganization,
        Ogrn,
        Ogrnip,
        OmsPolicy,
        PassportSeries,
        PassportNumber,
        Subdivision,
        ForeignPassport,
        PostalIndex,
        Bik
    );
    if let Ok(uin) = Uin::parse(text) {
        assert_eq!(Uin::parse(&uin.to_string()), Ok(uin));
    }
    if let Ok(kpp) = Kpp::parse(text) {
        assert_eq!(Kpp::parse(&kpp.to_string()), Ok(kpp));
    }
    if let Ok(born) = BirthDate::parse(text, today) {
        assert_eq!(BirthDate::parse(&born.to_string(), today), Ok(born));
        assert_eq!(BirthDate::parse(&born.date().to_string(), today), Ok(born));
    }
    if let Ok(paper) = BirthCertificate::read(text, "123456") {
        assert_eq!(BirthCertificate::read(&paper.series(), &paper.number()), Ok(paper));
    }
    if let Ok(zone) = Mrz::read(text) {
        assert!(zone.write().is_some());
    }
    let bank = Bik::parse("044525225").unwrap();
    assert!(Account::parse(text, &bank).is_err() || text.len() >= 20);
    let passport = PassportTyped {
        series: text,
        number: text,
        issued_on: text,
        issuer: text,
        subdivision: text,
    };
    assert!(Passport::read(&passport, today).is_err(), "one text is never series and number");
    let parts = AddressTyped {
        index: text,
        region: text,
        locality: text,
        street: text,
        house: text,
        building: text,
        flat: text,
    };
    if let Ok(address) = Address::read(&parts) {
        assert!(!address.to_string().is_empty());
    }
    assert_eq!(tidy(&tidy(text)), tidy(text));
    assert!(six_digits(text).is_none_or(|x| x.len() == 6 && six_digits(&x) == Some(x)));
    let who = FullName { surname: text, name: text, patronymic: text };
    assert!(same_person(&who, &who) && likeness(text, text) == Likeness::Same);
}

proptest! {
    #[test]
    fn no_constructor_panics_on_any_text(text in any::<String>()) {
        read_all(&text);
    }

    #[test]
    fn no_constructor_panics_on_digits_with_what_stands_between(text in "[0-9OЗl０-９ .\u{2013}№-]{0,60}") {
        read_all(&text);
    }

    #[test]
    fn no_constructor_panics_on_two_lines_of_signs(text in "PNRUS[A-Z0-9<«]{36,40}\n[0-9]{10}RUS[0-9<MF]{31}") {
        read_all(&text);
    }

    #[test]
    fn no_constructor_panics_on_letters_of_both_alphabets(text in "[IVXLCУХІЛСА-яёa-z' \u{306}\u{308}<«-]{0,40}") {
        read_all(&text);
    }

    #[test]
    fn numbers_are_read_again_from_what_they_show(number in 100_000u64..699_999, series in 1u64..9999) {
        read_all(&number.to_string());
        read_all(&format!("{series:04}"));
    }
}
