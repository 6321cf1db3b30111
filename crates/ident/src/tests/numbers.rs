use std::fmt::{Debug, Display};

use proptest::prelude::*;

use crate::NumberFault::{self, CheckDigits, Empty, Length, Start, Stray, Zeros};
use crate::*;

#[test]
fn marks_of_direction_around_a_number_are_not_seen() {
    let text = "\u{202a}112\u{2011}233\u{2212}445 ９5\u{202c}";
    assert_eq!(Snils::parse(text).unwrap().to_string(), "112-233-445 95");
}

#[test]
fn a_code_is_read_out_of_whatever_came_with_it() {
    let codes = [
        "585860",
        " 585 860 ",
        "585-860.",
        "585–860",
        "код: 585860",
        "Код: 585 860.",
        "５８５８６０",
        "\u{200b}585860\u{202c}",
        "58586О",
        "Окно: код 585860. Действует 10 минут. Никому его не сообщайте.",
        "585860 (585860)",
    ];
    for text in codes {
        assert_eq!(six_digits(text).as_deref(), Some("585860"), "{text}");
    }
    for text in ["", "12345", "1234567", "абвгде", "585860 и 123456", "+79123456789"] {
        assert_eq!(six_digits(text), None, "{text}");
    }
}

#[test]
fn numbers_with_right_check_digits_are_read_and_shown_in_their_official_form() {
    for text in ["112-233-445 95", "087-654-303 00", "001-001-999 65"] {
        assert_eq!(Snils::parse(text).unwrap().to_string(), text);
    }
    for text in ["100-207-899 00", "100-207-989 00"] {
        assert!(Snils::parse(text).is_ok(), "{text}: a remainder of 100, a remainder of 0");
    }
    for text in ["0000123450", "7707083893"] {
        assert_eq!(InnOrganization::parse(text).unwrap().to_string(), text);
    }
    for text in ["000012345627", "000098765476"] {
        assert_eq!(InnPerson::parse(text).unwrap().to_string(), text);
    }
    for text in ["1037739010891", "1007700123452", "1007700000000"] {
        assert_eq!(Ogrn::parse(text).unwrap().to_string(), text);
    }
    for text in ["304007700123455", "304770000000020"] {
        assert_eq!(Ogrnip::parse(text).unwrap().to_string(), text);
    }
    let policy = OmsPolicy::parse("7780123456789016").unwrap();
    assert_eq!(policy.to_string(), "7780 1234 5678 9016");
}

#[test]
fn wrong_check_digits_are_noticed() {
    assert_eq!(Snils::parse("112-233-445 96"), Err(CheckDigits));
    assert_eq!(InnOrganization::parse("0000123451"), Err(CheckDigits));
    assert_eq!(InnPerson::parse("000012345628"), Err(CheckDigits));
    assert_eq!(InnPerson::parse("000012345617"), Err(CheckDigits), "the eleventh digit");
    assert_eq!(Ogrn::parse("1037739010892"), Err(CheckDigits));
    assert_eq!(Ogrnip::parse("304007700123456"), Err(CheckDigits));
    assert_eq!(OmsPolicy::parse("7780123456789017"), Err(CheckDigits));
}

#[test]
fn pension_numbers_up_to_001_001_998_carry_no_check() {
    for text in ["001-001-900 77", "001-001-998 01", "000-000-001 00"] {
        assert!(Snils::parse(text).is_ok(), "{text}");
    }
    assert_eq!(Snils::parse("001-001-999 66"), Err(CheckDigits));
}

#[test]
fn what_people_type_is_forgiven() {
    let forms = [
        "11223344595",
        " 112 233 445 95 ",
        "112–233–445—95",
        "112.233.445.95",
        "１１２２３３４４５９５",
        "№ 112-2З3-445 95",
        "ll2\u{a0}233\u{ad}445\u{200b}95",
    ];
    for text in forms {
        assert_eq!(Snils::parse(text).unwrap().digits(), "11223344595", "{text}");
    }
    assert_eq!(PassportSeries::parse("45О3").unwrap().to_string(), "45 03");
}

#[test]
fn the_fault_is_named_exactly() {
    assert_eq!(Snils::parse(" - "), Err(Empty));
    assert_eq!(Snils::parse("112-233-44x 95"), Err(Stray { char: 'x', position: 11 }));
    assert_eq!(Snils::parse("٩١٢"), Err(Stray { char: '٩', position: 1 }));
    assert_eq!(Snils::parse("112-233-445"), Err(Length { needs: 11, has: 9 }));
    assert_eq!(InnPerson::parse("7707083893"), Err(Length { needs: 12, has: 10 }));
    assert_eq!(Snils::parse("000-000-000 00"), Err(Zeros));
    assert_eq!(InnOrganization::parse("0000000000"), Err(Zeros));
    assert_eq!(Ogrn::parse("2037739010891"), Err(Start));
    assert_eq!(Ogrnip::parse("104007700123455"), Err(Start));
    assert_eq!(PostalIndex::parse("012345"), Err(Start));
    assert_eq!(PostalIndex::parse("712345"), Err(Start));
    assert_eq!(Bik::parse("144525225"), Err(Start));
    assert_eq!(Subdivision::parse("000-000"), Err(Zeros));
}

#[test]
fn ten_digits_are_an_organisation_and_twelve_a_person() {
    let (person, company) = (Inn::parse("000098765476"), Inn::parse("7707 083 893"));
    assert!(matches!(person, Ok(Inn::Person(_))) && matches!(company, Ok(Inn::Organization(_))));
    assert_eq!(company.unwrap().to_string(), "7707083893");
    assert_eq!(Inn::parse("7707083894"), Err(CheckDigits));
    assert_eq!(Inn::parse("77070838931"), Err(Length { needs: 12, has: 11 }));
}

#[test]
fn masks_show_enough_to_recognise_and_no_more() {
    assert_eq!(Snils::parse("112-233-445 95").unwrap().masked(), "•••-•••-445 95");
    assert_eq!(InnPerson::parse("000012345627").unwrap().masked(), "••••••••5627");
    assert_eq!(OmsPolicy::parse("7780123456789016").unwrap().masked(), "•••• •••• •••• 9016");
    assert_eq!(ForeignPassport::parse("701234567").unwrap().masked(), "•• •••••67");
    assert_eq!(Uin::parse("18810192085432512980").unwrap().masked(), "••••••••••••••••2980");
}

#[test]
fn debug_tells_nothing() {
    let snils = Snils::parse("112-233-445 95").unwrap();
    assert_eq!(format!("{snils:?}"), "Snils(▒)");
    assert_eq!(format!("{:?}", Kpp::parse("770143001").unwrap()), "Kpp(▒)");
    let born = BirthDate::parse("15.01.1980", jiff::civil::date(2026, 11, 22)).unwrap();
    assert_eq!(format!("{born:?}"), "BirthDate(▒)");
}

#[test]
fn an_account_belongs_to_its_bank() {
    let bank = Bik::parse("044525225").unwrap();
    assert!(Account::parse("30101810400000000225", &bank).is_ok(), "the bank's own account");
    assert_eq!(Account::parse("30101810400000000226", &bank), Err(CheckDigits));
    let own =
        (0..10).filter(|key| Account::parse(&format!("40702810{key}00000012345"), &bank).is_ok());
    assert_eq!(own.count(), 1, "one key of ten fits");
    assert_eq!(Account::parse("4070281", &bank), Err(Length { needs: 20, has: 7 }));
    let treasury = Bik::parse("004525988").unwrap();
    assert!(treasury.is_state() && !bank.is_state());
    assert!(Account::parse("03100643000000017300", &treasury).is_ok());
}

#[test]
fn a_number_of_a_charge_has_twenty_or_twenty_five_digits() {
    assert!(Uin::parse("1881 0192 0854 3251 2980").is_ok());
    assert_eq!(Uin::parse("188101920854325129"), Err(Length { needs: 20, has: 18 }));
    assert_eq!(Uin::parse("1881019208543251298012"), Err(Length { needs: 25, has: 22 }));
    assert_eq!(Uin::parse("00000000000000000000"), Err(Zeros));
    let right =
        (0..10).filter(|x| Uin::parse(&format!("1881019208543251298{x}")).unwrap().looks_right());
    assert_eq!(right.count(), 1, "one check digit of ten is right");
}

/// Changes every digit to every other one and gives the changed numbers that are still read.
fn unnoticed<T: Debug + Display>(
    valid: &str,
    parse: fn(&str) -> Result<T, NumberFault>,
) -> Vec<String> {
    let change = |(i, old): (usize, char)| {
        ('0'..='9').filter(move |new| *new != old).map(move |new| {
            let keep = |(j, c): (usize, char)| if i == j { new } else { c };
            valid.chars().enumerate().map(keep).collect::<String>()
        })
    };
    let changed: Vec<String> = valid.chars().enumerate().flat_map(change).collect();
    changed.into_iter().filter(|x| parse(x).is_ok()).collect()
}

fn remainder(number: &str, modulus: u64) -> u64 {
    number[..number.len() - 1].parse::<u64>().unwrap() % modulus
}

proptest! {
    #[test]
    fn one_wrong_digit_of_a_pension_number_is_noticed(base in 1_002_000u64..999_999_999) {
        let base = format!("{base:09}");
        let digits: Vec<u8> = base.bytes().map(|x| x - b'0').collect();
        let valid = format!("{base}{:02}", crate::checks::snils(&digits));
        prop_assert!(Snils::parse(&valid).is_ok());
        for other in unnoticed(&valid, Snils::parse) {
            // Below 001-001-999 nothing is checked; else 0 became 100 by the ninth digit, or back.
            let small = other[..9].parse::<u64>().unwrap() <= 1_001_998;
            let ninth = valid.ends_with("00") && other[..8] == valid[..8] && other.ends_with("00");
            prop_assert!(small || ninth, "{valid} and {other}");
        }
    }

    #[test]
    fn one_wrong_digit_of_a_policy_is_always_noticed(base in 1u64..1_000_000_000_000_000) {
        let valid = (0..10).map(|x| format!("{base:015}{x}")).find(|x| OmsPolicy::parse(x).is_ok());
        prop_assert_eq!(unnoticed(&valid.unwrap(), OmsPolicy::parse), Vec::<String>::new());
    }

    #[test]
    fn one_wrong_digit_of_a_company_passes_only_between_remainders_0_and_10(
        inn in 1u64..1_000_000_000, ogrn in 100_000_000_000u64..200_000_000_000,
    ) {
        let valid = (0..10).map(|x| format!("{ogrn}{x}")).find(|x| Ogrn::parse(x).is_ok()).unwrap();
        for other in unnoticed(&valid, Ogrn::parse) {
            let pair = [remainder(&valid, 11), remainder(&other, 11)];
            prop_assert!(pair == [0, 10] || pair == [10, 0], "{valid} and {other}");
        }
        let valid = (0..10).map(|x| format!("{inn:09}{x}")).find(|x| InnOrganization::parse(x).is_ok());
        let valid = valid.unwrap();
        for other in unnoticed(&valid, InnOrganization::parse) {
            prop_assert!(valid.ends_with('0') && other.ends_with('0'), "{valid} and {other}");
        }
    }

    #[test]
    fn one_wrong_digit_of_a_trader_passes_only_between_remainders_ten_apart(
        base in 30_000_000_000_000u64..40_000_000_000_000,
    ) {
        let valid = (0..10).map(|x| format!("{base}{x}")).find(|x| Ogrnip::parse(x).is_ok()).unwrap();
        for other in unnoticed(&valid, Ogrnip::parse) {
            let apart = remainder(&valid, 13).abs_diff(remainder(&other, 13));
            prop_assert_eq!(apart, 10, "{} and {}", valid, other);
        }
    }

    #[test]
    fn one_wrong_digit_of_a_persons_tax_number_deceives_both_checks_or_none(base in 1u64..9_999_999_999) {
        let base = format!("{base:010}");
        let ends = (0..100).map(|x| format!("{base}{x:02}"));
        let valid: Vec<String> = ends.filter(|x| InnPerson::parse(x).is_ok()).collect();
        prop_assert_eq!(valid.len(), 1);
        for other in unnoticed(&valid[0], InnPerson::parse) {
            prop_assert!(valid[0].ends_with("00") && other.ends_with("00"), "{} {}", valid[0], other);
        }
    }
}
