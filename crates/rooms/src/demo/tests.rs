//! The demo is seeded on both engines, and people find their way in it.

#![allow(clippy::disallowed_methods, reason = "a stop watch reads the clock")]

use std::sync::{Arc, Mutex};
use std::time::Instant;

use base::Db;
use jiff::civil::date;

use super::*;
use crate::city::{City, Item};
use crate::text::Text;
use crate::{MIGRATIONS, city};

fn seeded(db: &Db) -> Timetables {
    let kept = Arc::new(Mutex::new(Timetables::default()));
    let keep = {
        let kept = Arc::clone(&kept);
        move |_tx: &mut Tx<'_>, tables: &Timetables| {
            *kept.lock().unwrap() = tables.clone();
            Ok(())
        }
    };
    assert!(seed(db, date(2026, 11, 22), keep).unwrap());
    kept.lock().unwrap().clone()
}

/// The code of the service that comes first.
fn first(city: &City, words: &str) -> String {
    let found = city.find(words, Some("70"), 10);
    match found.items.first() {
        Some(Item::Service(service)) => service.code.clone(),
        other => format!("{other:?} of {}", found.total),
    }
}

#[test]
fn the_demo_is_seeded_once_and_whole() {
    testkit::each_engine(MIGRATIONS, |db| {
        let began = Instant::now();
        let tables = seeded(&db);
        eprintln!("seeded in {:?}", began.elapsed());
        let edition = db.read_wait(city::version).unwrap();
        assert!(!seed(&db, date(2026, 11, 22), |_, _| Ok(())).unwrap());
        assert_eq!(db.read_wait(city::version).unwrap(), edition);

        let city = City::load(&db).unwrap();
        assert_eq!(city.version, edition);
        for region in city.places.regions() {
            assert!(!city.places.localities_of(&region.code).is_empty(), "{}", region.name.ru);
        }
        assert_eq!(tables.rules.len(), city.offices.resources().len());
        for (id, rules) in &tables.rules {
            assert!(city.offices.resource(id).is_some());
            for rule in rules {
                slots::validate_rule(rule).unwrap();
            }
        }
        assert!(!tables.exceptions.is_empty());
        for service in city.catalogue.services() {
            let sites = city.offices.sites_in_region(&service.code, "70").count();
            assert!(sites > 0, "{} cannot be booked in Tomsk", service.code);
        }
    });
}

#[test]
fn people_find_the_right_service_first_in_their_own_words() {
    let (db, _dir) = testkit::sqlite(MIGRATIONS);
    seeded(&db);
    let city = City::load(&db).unwrap();
    let category = |words: &str| {
        let code = first(&city, words);
        let service = city.catalogue.service(&code);
        service.map_or(code.clone(), |x| x.category.clone())
    };
    for (words, code) in [
        ("встреча с главой администрации", "head-reception"),
        ("записаться к руководителю", "head-reception"),
        ("опека запись", "guardianship"),
        ("попечительство приём", "guardianship"),
        ("запись к врачу", "doctor-therapist"),
        ("получение справки", "certificates"),
        ("приём в налоговую", "tax-visit"),
        ("Запись на приём в мэрию", "city-hall"),
        ("Запись в МЭРИЮ", "city-hall"),
        ("pfgbcm r dhfxe", "doctor-therapist"),
        ("guardianship", "guardianship"),
    ] {
        assert_eq!(first(&city, words), code, "{words}");
    }
    assert_eq!(category("врач"), "health");
    assert_eq!(city.find_services("опека", 3)[0].code, "guardianship");
    let suggested = city.suggest("запись к вр", None, 5);
    assert!(matches!(suggested.items.first(), Some(Item::Service(_))));
}

#[test]
fn bodies_people_and_help_are_found_too() {
    let (db, _dir) = testkit::sqlite(MIGRATIONS);
    seeded(&db);
    let city = City::load(&db).unwrap();
    let head = city.find("Субботин Кирилл", None, 3);
    assert!(
        head.items.iter().any(|x| matches!(x, Item::Resource(r) if r.name.ru.contains("Субботин"))),
        "{head:?}"
    );
    let body = city.find("Администрация округа Ясный", None, 3);
    assert!(matches!(body.items[0], Item::Organization(_)), "{body:?}");
    let topic = &city.catalogue.help()[0];
    let help = city.find(&topic.title.ru, None, 3);
    assert!(help.items.iter().any(|x| matches!(x, Item::Help(t) if t.code == topic.code)));
    assert!(city.find("ыыыыы", None, 3).items.is_empty());
}

#[test]
fn a_change_makes_the_picture_old() {
    let (db, _dir) = testkit::sqlite(MIGRATIONS);
    seeded(&db);
    let city = City::load(&db).unwrap();
    let mut service = (**city.catalogue.service("guardianship").unwrap()).clone();
    service.passport.name = Text::new("Опека", "Custody");
    db.write_wait(move |tx| catalogue::save_service(tx, &service)).unwrap();
    assert_eq!(db.read_wait(city::version).unwrap(), city.version + 1);
}

#[test]
fn the_staff_of_the_demo_have_the_roles_they_are_shown_with() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        seeded(&db);
        let (clock, chance) = (base::Clock::fixed(base::Instant(1)), base::Chance::seeded(1));
        let cx = base::Cx::new(&clock, &chance, base::Actor::System, base::Channel::Cli);
        let ids = super::staff::seed(&db, &cx, None).unwrap();
        let workplaces = super::staff::workplaces().unwrap();
        assert!(workplaces.len() > 5 && ids.len() == workplaces.len());
        for (id, workplace) in ids.into_iter().zip(workplaces) {
            let now = cx.now;
            let grants = db.read_wait(move |tx| crate::access::read::grants_of(tx, now, &id));
            let roles: Vec<_> = grants.unwrap().iter().map(|x| x.role.as_str()).collect();
            assert_eq!(roles, [workplace.role]);
        }
    });
}
