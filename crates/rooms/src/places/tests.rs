//! Places on both engines; the real tables when they are at hand.

use std::collections::BTreeSet;
use std::path::PathBuf;

use base::{Db, Id, Instant};
use jiff::tz::TimeZone;

use super::*;
use crate::text::Text;
use crate::{MIGRATIONS, city};

/// Noon of 22 November 2026, UTC.
const NOW: Instant = Instant(1_795_348_800_000_000);

fn seeded(db: &Db) {
    db.write_wait(seed_regions).unwrap();
}

fn tomsk() -> Locality {
    Locality {
        id: "70-tomsk".into(),
        region: "70".into(),
        name: Text::new("Томск", "Tomsk"),
        kind: LocalityKind::City,
        zone: "Asia/Tomsk".into(),
        point: Point::degrees(56.4846, 84.9476),
        population: 570_000,
        capital: true,
        postal: "634000".into(),
        fias: None,
        kladr: None,
        oktmo: None,
        tax_office: None,
    }
}

fn import(db: &Db, cities: &str) -> Report {
    import_localities(db, NOW, cities.as_bytes(), || {}).unwrap()
}

/// A real table, or nothing with a loud word.
fn real(name: &str) -> Option<String> {
    let root = std::env::var_os("OKNO_TEST_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let text = std::fs::read_to_string(root.join(name));
    if text.is_err() {
        testkit::missing(&format!("{name} (folder in OKNO_TEST_DATA)"));
    }
    text.ok()
}

#[test]
fn the_built_in_regions_are_89_and_span_27_zones() {
    let regions = builtin_regions().unwrap();
    assert_eq!(regions.len(), 89);
    let zones: BTreeSet<&str> = regions.iter().flat_map(|x| &x.zones).map(|x| &**x).collect();
    assert_eq!(zones.len(), 27);
    assert!(zones.iter().all(|zone| TimeZone::get(zone).is_ok()), "{zones:?}");
}

#[test]
fn regions_are_seeded_once_and_read_by_alphabet() {
    testkit::each_engine(MIGRATIONS, |db| {
        assert_eq!(db.write_wait(seed_regions).unwrap(), 89);
        assert_eq!(db.write_wait(seed_regions).unwrap(), 0);
        assert_eq!(db.read_wait(city::version).unwrap(), 1);
        let places = db.read_wait(load).unwrap();
        let names: Vec<_> = places.regions().iter().map(|x| x.name.ru.as_str()).collect();
        assert_eq!(names[..2], ["Алтайский край", "Амурская область"]);
        let found: Vec<_> = places.find_regions("том").iter().map(|x| x.code.as_str()).collect();
        assert_eq!(found, ["70"]);
        assert_eq!(places.find_regions("адыг")[0].code, "01");
    });
}

#[test]
fn a_locality_is_saved_read_found_and_checked() {
    testkit::each_engine(MIGRATIONS, |db| {
        seeded(&db);
        let village = Locality {
            id: "70-k".into(),
            name: Text::new("Кафтанчиково", ""),
            kind: LocalityKind::Village,
            population: 3000,
            capital: false,
            ..tomsk()
        };
        for place in [village.clone(), tomsk()] {
            db.write_wait(move |tx| save_locality(tx, &place)).unwrap();
        }
        let places = db.read_wait(load).unwrap();
        assert_eq!(**places.locality(&"70-k".into()).unwrap(), village);
        let of_region: Vec<_> = places.localities_of("70").iter().map(|x| &*x.id).collect();
        assert_eq!(of_region, ["70-tomsk", "70-k"], "the seat comes first");
        assert_eq!(&*places.alphabetical("70")[0].id, "70-k");
        assert_eq!(&*places.find_localities(Some("70"), "каф", 5)[0].id, "70-k");
        assert_eq!(&*places.find_localities(None, "Toms", 5)[0].id, "70-tomsk");

        let ask = |region: &'static str, id: &'static str| {
            let places = places.check(region, &Id::from(id)).map(|x| x.zone.clone());
            let stored = db.read_wait(move |tx| check(tx, region, &Id::from(id)));
            let stored = stored.map_err(|error| error.to_string());
            let places = places.map_err(|refusal| base::Error::from(refusal).to_string());
            assert_eq!(places, stored);
            stored
        };
        assert_eq!(ask("70", "70-tomsk").unwrap(), "Asia/Tomsk");
        assert!(ask("54", "70-tomsk").unwrap_err().contains("locality:E-GEO-04"));
        assert!(ask("70", "nowhere").unwrap_err().contains("locality:E-GEO-02"));
        assert!(ask("00", "70-tomsk").unwrap_err().contains("region:E-GEO-01"));
    });
}

#[test]
fn a_faulty_locality_names_all_its_fields() {
    let (db, _dir) = testkit::sqlite(MIGRATIONS);
    let faulty = Locality {
        name: Text::default(),
        zone: "Asia/Nowhere".into(),
        postal: "12".into(),
        ..tomsk()
    };
    let refused = db.write_wait(move |tx| save_locality(tx, &faulty)).unwrap_err().to_string();
    for fault in ["name:E-FORM-01", "region:E-GEO-01", "zone:E-GEO-03", "postal:E-FORM-02"] {
        assert!(refused.contains(fault), "{refused}");
    }
}

#[test]
fn distance_is_measured_along_the_great_circle() {
    let moscow = Point::degrees(55.7558, 37.6173).unwrap();
    let petersburg = Point::degrees(59.9311, 30.3609).unwrap();
    assert!((moscow.km_to(petersburg) - 633.0).abs() < 3.0);
    assert_eq!(Point::degrees(91.0, 0.0), None);
}

#[test]
fn the_real_table_of_cities_comes_in_whole_and_once() {
    let Some(cities) = real("hflabs-city.csv") else { return };
    testkit::each_engine(MIGRATIONS, |db| {
        seeded(&db);
        db.write_wait(|tx| save_locality(tx, &tomsk())).unwrap();
        let report = import(&db, &cities);
        assert_eq!(report.faulty, []);
        assert_eq!((report.read, report.new, report.changed), (1117, 1116, 1));
        let edition = db.read_wait(city::version).unwrap();
        let again = import(&db, &cities);
        assert_eq!((again.new, again.changed, again.same), (0, 0, 1117));
        assert_eq!(db.read_wait(city::version).unwrap(), edition);

        let places = db.read_wait(load).unwrap();
        let zone = |region, name| places.named(region, name).unwrap().zone.clone();
        assert_eq!(zone("14", "Якутск"), "Asia/Yakutsk");
        assert_eq!(zone("14", "Верхоянск"), "Asia/Vladivostok");
        assert_eq!(zone("14", "Среднеколымск"), "Asia/Srednekolymsk");
        assert_eq!(zone("65", "Южно-Сахалинск"), "Asia/Sakhalin");
        let known = places.named("70", "Томск").unwrap();
        assert_eq!((&*known.id, &*known.name.en), ("70-tomsk", "Tomsk"), "it keeps its id");
        assert!(known.fias.is_some());
        assert!(places.named("77", "Москва").unwrap().capital);
    });
}

#[test]
fn faulty_rows_are_named_by_line_and_the_rest_comes_in() {
    let Some(cities) = real("hflabs-city.csv") else { return };
    let (db, _dir) = testkit::sqlite(MIGRATIONS);
    seeded(&db);
    let mut lines: Vec<String> = cities.lines().map(str::to_owned).collect();
    lines[4] = "only,three,columns".into();
    lines[9] = lines[9].replace("UTC+", "GMT+");
    lines[19] = lines[18].clone();
    let report = import(&db, &lines.join("\n"));
    let faulty: Vec<u64> = report.faulty.iter().map(|x| x.line).collect();
    assert_eq!(faulty, [5, 10, 20]);
    assert!(report.faulty[0].reason.contains("3 columns"), "{:?}", report.faulty);
    assert!(report.faulty[1].reason.contains("timezone"), "{:?}", report.faulty);
    assert!(report.faulty[2].reason.contains("line 19"), "{:?}", report.faulty);
    assert_eq!((report.read, report.new), (1117, 1114));
}

#[test]
fn the_real_table_of_regions_agrees_with_the_built_in_one() {
    let Some(regions) = real("hflabs-region.csv") else { return };
    testkit::each_engine(MIGRATIONS, |db| {
        seeded(&db);
        let import = || import_regions(&db, regions.as_bytes(), || {}).unwrap();
        let report = import();
        assert_eq!((report.read, report.new, report.faulty), (86, 1, vec![]));
        assert_eq!(import().same, 86);
        let places = db.read_wait(load).unwrap();
        assert_eq!(places.region("99").unwrap().zones, ["Etc/GMT-5"]);
        assert!(TimeZone::get("Etc/GMT-5").is_ok());
        assert_eq!(db.write_wait(seed_regions).unwrap(), 0, "what a file filled in stays");
    });
}

#[test]
fn a_plain_table_comes_in_once_and_gives_way_to_the_register() {
    testkit::each_engine(MIGRATIONS, |db| {
        seeded(&db);
        let table = "region,name,name_en,kind,zone,lat,lon,population,postal\n\
            70,Томск,Tomsk,city,Asia/Tomsk,56.48,84.95,570000,634000\n\
            70,Моряковский Затон,Moryakovsky Zaton,village,Asia/Tomsk,56.69,84.66,5000,634510\n\
            70,Нигде,Nowhere,village,Asia/Nowhere,56.69,84.66,5000,634510\n";
        let import = || import_plain(&db, table.as_bytes(), || {}).unwrap();
        let report = import();
        assert_eq!((report.read, report.new, report.faulty[0].line), (3, 2, 4));
        assert_eq!(import().same, 2);
        let bare = Locality {
            id: "70-s".into(),
            name: Text::new("Северск", ""),
            fias: Some("01234567-89ab-cdef-0123-456789abcdef".into()),
            ..tomsk()
        };
        db.write_wait(move |tx| save_locality(tx, &bare)).unwrap();
        let seversk = table.replace("Томск,Tomsk", "Северск,Seversk");
        assert_eq!(import_plain(&db, seversk.as_bytes(), || {}).unwrap().changed, 1);
        let places = db.read_wait(load).unwrap();
        let village = places.named("70", "моряковский затон").unwrap();
        assert_eq!((&*village.id, village.capital), ("70-moryakovsky-zaton", false));
        assert!(places.named("70", "Томск").unwrap().capital);
        let seversk = places.named("70", "Северск").unwrap();
        assert_eq!((&*seversk.id, &*seversk.name.en), ("70-s", "Seversk"));
    });
}
