//! The letter with a code, as the programs of others read it.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::disallowed_methods, reason = "tests")]

use std::path::Path;
use std::process::Command;

use paper::pdf::{ACCENT, Letter, letter};

fn sample() -> Letter {
    Letter {
        lang: "ru".into(),
        portal: "Окно".into(),
        title: "Код для подтверждения учётной записи".into(),
        to_label: "Кому".into(),
        to: "Соколова Анна Ивановна".into(),
        address: "634050, Томская область, Томск, ул. Рябиновая, д. 14, кв. 32".into(),
        index: "634050".into(),
        body: vec!["Вы заказали это письмо.".into(), "Введите код на портале.".into()],
        code_label: "Код".into(),
        code: "7K2M4-9QX0Z".into(),
        notes: vec!["Код действует до 22 декабря 2026 года.".into()],
        issued: "22 ноября 2026 года".into(),
        issued_at: "2026-11-22T06:40:00Z".parse().unwrap(),
        number: "1W0E4Y".into(),
        accent: ACCENT,
    }
}

/// What a reader of the only sheet finds on it, in one line.
fn told(sheet: &Letter, name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, letter(sheet).unwrap()).unwrap();
    let Ok(output) = Command::new("pdftotext").arg(&path).arg("-").output() else {
        eprintln!("!!! pdftotext CANNOT BE RUN: NOT CHECKED");
        assert!(std::env::var_os("OKNO_REQUIRE_TOOLS").is_none());
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(text.matches('\u{c}').count(), 1, "one sheet");
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn a_letter_is_one_sheet_that_reads_from_the_address_to_the_code() {
    let Some(plain) = told(&sample(), "letter.pdf") else { return };
    let at = |words: &str| plain.find(words).unwrap_or_else(|| panic!("«{words}» in {plain}"));
    let order =
        ["Соколова Анна Ивановна", "634050, Томская", "Код для", "Введите код", "7K2M4-9QX0Z"];
    let places = order.map(at);
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn no_address_is_cut_however_long_it_is() {
    let long = "Новосибирская область, Новосибирский район, рабочий посёлок Краснообск, микрорайон \
                имени академика Сергея Алексеевича Христиановича, проезд Первооткрывателей Сибири, \
                дом 12, строение 4, корпус 3, квартира 1204";
    let longest = format!("{long}, {long}, вход со двора");
    for address in [long, &longest] {
        let to = "Константинопольский-Преображенский Максимилиан-Александр Рахматуллаевич-оглы";
        let sheet = Letter { to: to.into(), address: address.into(), ..sample() };
        let Some(plain) = told(&sheet, "long.pdf") else { return };
        for words in [to, address, "7K2M4-9QX0Z", "1W0E4Y"] {
            assert!(plain.contains(words), "«{words}» in {plain}");
        }
        assert!(!plain.contains('…'), "{plain}");
        assert!(plain.find(address).unwrap() < plain.find("Код для").unwrap(), "{plain}");
    }
}

#[test]
fn whatever_stands_in_a_letter_it_can_be_written() {
    let long = "Ж".repeat(500);
    let odd =
        Letter { to: long.clone(), address: "日本 🏠".into(), body: vec![long], ..sample() };
    assert!(letter(&odd).unwrap().starts_with(b"%PDF"));
}
