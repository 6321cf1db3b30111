//! The catalogue on both engines, with the demo's file.

use jiff::civil::date;

use super::*;
use crate::accounts::Level;
use crate::city::City;
use crate::{MIGRATIONS, portal};

fn sheet() -> Sheet {
    let text = include_str!("../../../../demo/catalogue.toml");
    Sheet::parse(text, date(2026, 11, 22)).unwrap()
}

fn service(code: &str) -> Service {
    sheet().services.into_iter().find(|x| x.code == code).unwrap()
}

#[test]
fn a_file_is_saved_and_read_back_the_same() {
    testkit::each_engine(MIGRATIONS, |db| {
        let saved = sheet();
        db.write_wait(|tx| save_sheet(tx, &sheet())).unwrap();
        let catalogue = db.read_wait(load).unwrap();
        assert_eq!(catalogue.services().len(), saved.services.len());
        for service in &saved.services {
            assert_eq!(**catalogue.service(&service.code).unwrap(), *service);
            assert_eq!(catalogue.numbered(&service.number).unwrap().code, service.code);
        }
        assert_eq!(catalogue.situations(), saved.situations);
        assert_eq!(catalogue.help(), saved.help);
        assert_eq!(catalogue.synonyms().len(), saved.synonyms.len());
        let first = &catalogue.categories()[0];
        assert_eq!(first.name.ru, "Семья и дети");
        assert!(catalogue.of_category(&first.code).count() > 3);
    });
}

#[test]
fn saving_a_file_again_changes_no_row_but_the_edition() {
    let (db, _dir) = testkit::sqlite(MIGRATIONS);
    for _ in 0..2 {
        db.write_wait(|tx| save_sheet(tx, &sheet())).unwrap();
    }
    let catalogue = db.read_wait(load).unwrap();
    assert_eq!(catalogue.services().len(), sheet().services.len());
    assert_eq!(catalogue.synonyms().len(), sheet().synonyms.len());
}

#[test]
fn a_faulty_service_names_all_its_fields() {
    testkit::each_engine(MIGRATIONS, |db| {
        db.write_wait(|tx| save_sheet(tx, &sheet())).unwrap();
        let mut faulty = service("guardianship");
        faulty.category = "nowhere".into();
        faulty.number = service("head-reception").number;
        faulty.passport.rules.duration = 7;
        faulty.passport.purposes[0].documents.push("no-such-paper".into());
        faulty.passport.fields[0].kind = FieldKind::Choice;
        let refused = db.write_wait(move |tx| save_service(tx, &faulty)).unwrap_err().to_string();
        for fault in [
            "category:E-CAT-01",
            "number:E-CAT-02",
            "duration:E-CAT-03",
            "purposes.0.documents:E-CAT-04",
            "fields.0.options:E-CAT-05",
        ] {
            assert!(refused.contains(fault), "{refused}");
        }
    });
}

#[test]
fn a_purpose_decides_how_long_it_takes_and_which_papers_it_needs() {
    let service = service("guardianship");
    assert_eq!((duration(&service, ""), duration(&service, "temporary")), (30, 45));
    let codes = |purpose| documents(&service, purpose).iter().map(|x| &*x.code).collect::<Vec<_>>();
    assert_eq!(codes("consultation"), ["passport"]);
    let temporary = codes("temporary");
    assert!(temporary.contains(&"statement") && temporary.contains(&"family-consent"));
    assert!(!temporary.contains(&"criminal-record"), "the office asks for it itself");
}

#[test]
fn an_unknown_key_of_a_file_is_a_fault_that_says_where() {
    let text = "[[category]]\ncode = \"a\"\nname = \"А\"\norder = 1\ncolour = \"red\"\n";
    let fault = Sheet::parse(text, date(2026, 11, 22)).unwrap_err().to_string();
    assert!(fault.contains("line 5") && fault.contains("colour"), "{fault}");
}

/// What `demo/README.md` shows and calls needed is what a file needs.
#[test]
fn the_least_file_is_whole_and_misses_each_of_its_keys() {
    let readme = include_str!("../../../../demo/README.md");
    let (_, least) = readme.split_once("```toml\n# catalogue.toml\n").unwrap();
    let least = least.split_once("```").unwrap().0;
    let sheet = Sheet::parse(least, date(2026, 11, 22)).unwrap();
    testkit::each_engine(MIGRATIONS, |db| {
        let sheet = sheet.clone();
        db.write_wait(move |tx| save_sheet(tx, &sheet)).unwrap();
    });
    let keys: Vec<&str> = least.lines().filter(|x| x.contains(" = ")).collect();
    assert_eq!(keys.len(), 3 + 9);
    for line in keys {
        let key = line.split_once(" = ").unwrap().0;
        let without = least.replacen(&format!("{line}\n"), "", 1);
        let fault = Sheet::parse(&without, date(2026, 11, 22)).unwrap_err().to_string();
        let row = if least.find(line) < least.find("[[service]]") { "category" } else { "service" };
        assert!(fault.contains(&format!("missing field `{key}`")), "{line}: {fault}");
        assert!(fault.contains(&format!(": {row}")), "{line}: {fault}");
        assert!(readme.contains(&format!("`{key}`")), "{key}");
    }
    let wrong =
        least.replace("duration = 15", "duration = \"15\"").replace("order = 1", "order = 1.5");
    let fault = Sheet::parse(&wrong, date(2026, 11, 22)).unwrap_err().to_string();
    assert!(fault.contains("line 4: category authority, order: "), "{fault}");
    assert!(fault.contains(": service head-reception, duration: "), "{fault}");
}

#[test]
fn a_service_that_names_no_level_has_that_of_the_instance() {
    testkit::each_engine(MIGRATIONS, |db| {
        let text = include_str!("../../../../demo/catalogue.toml");
        let silent = text.replacen("level = \"verified\"\n", "", 1);
        let silent = Sheet::parse(&silent, date(2026, 11, 22)).unwrap();
        let names = |x: &&Service| x.passport.rules.level.is_none();
        let code = silent.services.iter().find(names).unwrap().code.clone();
        db.write_wait(move |tx| save_sheet(tx, &silent)).unwrap();
        for level in Level::ALL {
            let city = City::load_with(&db, level).unwrap();
            let needed = |code: &str| portal::terms(city.catalogue.service(code).unwrap()).level;
            assert_eq!(needed(&code), level);
            let own = city.catalogue.services().iter().find(|x| x.code == "head-reception");
            let own = own.unwrap().passport.rules.level;
            assert_eq!(Some(needed("head-reception")), own, "a service lowers or raises it");
        }
        assert_eq!(service(&code).passport.rules.level(), Level::Verified, "the first default");
    });
}

#[test]
fn ages_and_addresses_stand_in_the_file_and_are_bounded() {
    let school = service("school-first").passport.rules;
    assert_eq!(school.ages, Some(Ages { from: Some(6), to: Some(8), unit: AgeUnit::Years }));
    assert_eq!(school.address, Some(AddressNeed::Proved));
    assert_eq!(service("head-reception").passport.rules.ages, None);
    let mut faulty = service("kindergarten");
    faulty.passport.rules.ages = Some(Ages { from: Some(8), to: Some(3), unit: AgeUnit::Years });
    let faults = check_service(&faulty);
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    assert_eq!((&*fault.field, fault.code), ("ages", "E-CAT-03"));
    let named = service("doctor-paediatrician").passport.fields;
    let fills: Vec<_> = named.iter().filter_map(|x| x.fill).collect();
    assert_eq!(fills, [Fill::Name, Fill::Born, Fill::Sex]);
}
