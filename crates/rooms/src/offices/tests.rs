//! Organisations, sites and resources on both engines.

use base::{Db, Id};
use jiff::tz::TimeZone;

use super::*;
use crate::places::{self, Point};
use crate::text::Text;
use crate::{MIGRATIONS, catalogue, city};

fn organization() -> Organization {
    Organization {
        id: "clinic".into(),
        kind: "clinic".into(),
        region: "70".into(),
        parent: None,
        name: Text::new("Поликлиника", "Clinic"),
        card: OrganizationCard { phone: "+7 (000) 000-00-01".into(), ..Default::default() },
    }
}

fn site(id: &str, lat: f64) -> Site {
    Site {
        id: id.into(),
        organization: "clinic".into(),
        locality: "tomsk".into(),
        zone: TimeZone::get("Asia/Tomsk").unwrap(),
        point: Point::degrees(lat, 84.9),
        name: Text::new(format!("Корпус {id}"), ""),
        card: SiteCard { address: Text::new("ул. Тихая, 5", ""), ..Default::default() },
    }
}

fn desk(id: &str, at: &str) -> Resource {
    Resource {
        id: id.into(),
        site: at.into(),
        kind: ResourceKind::Desk,
        name: Text::new("Окно 1", "Desk 1"),
        room: "1".into(),
        active: true,
        services: vec!["therapist".into()],
        card: ResourceCard::default(),
    }
}

/// A region, a locality and a service to stand on.
fn ground(db: &Db) {
    db.write_wait(|tx| {
        places::seed_regions(tx)?;
        tx.script(
            "INSERT INTO locality (id, region_code, name, name_en, name_norm, kind, zone,
               population, postal)
             VALUES ('tomsk', '70', 'Томск', '', 'томск', 'city', 'Asia/Tomsk', 0, '')",
        )?;
        let text = r#"
            [[category]]
            code = "health"
            name = "Здоровье"
            order = 1
            [[service]]
            code = "therapist"
            number = "0301"
            category = "health"
            kinds = ["individual"]
            name = "Терапевт"
            short = "Приём терапевта."
            organization_kinds = ["clinic"]
            resource_kinds = ["desk"]
            level = "standard"
            duration = 15
        "#;
        let today = jiff::civil::date(2026, 11, 22);
        catalogue::save_sheet(tx, &catalogue::Sheet::parse(text, today)?)
    })
    .unwrap();
}

fn town(db: &Db) {
    ground(db);
    db.write_wait(|tx| {
        save_organization(tx, &organization())?;
        save_site(tx, &site("far", 60.0))?;
        save_site(tx, &site("near", 56.5))?;
        save_resource(tx, &desk("desk-1", "far"))?;
        save_resource(tx, &desk("desk-2", "near"))?;
        save_resource(tx, &Resource { active: false, ..desk("desk-3", "near") })
    })
    .unwrap();
}

#[test]
fn what_is_saved_is_read_back_the_same() {
    testkit::each_engine(MIGRATIONS, |db| {
        town(&db);
        let offices = db.read_wait(load).unwrap();
        assert_eq!(**offices.organization(&"clinic".into()).unwrap(), organization());
        assert_eq!(**offices.site(&"far".into()).unwrap(), site("far", 60.0));
        assert_eq!(**offices.resource(&"desk-1".into()).unwrap(), desk("desk-1", "far"));
    });
}

/// What `demo/README.md` shows and calls needed is what a file needs.
#[test]
fn the_least_file_is_whole_and_misses_each_of_its_keys() {
    let readme = include_str!("../../../../demo/README.md");
    let (_, least) = readme.split_once("```toml\n# organizations.toml\n").unwrap();
    let least = least.split_once("```").unwrap().0;
    let (db, _dir) = testkit::sqlite(MIGRATIONS);
    ground(&db);
    let (places, services) =
        db.read_wait(|tx| Ok((crate::places::load(tx)?, catalogue::load(tx)?))).unwrap();
    let today = jiff::civil::date(2026, 11, 22);
    let read = |text: &str| Sheet::parse(text, &places, &services, today);
    let sheet = read(least).unwrap();
    assert_eq!((sheet.resources.len(), sheet.timetables.rules[0].1.len()), (1, 1));
    let keys: Vec<&str> = least.lines().filter(|x| x.contains(" = ")).collect();
    assert_eq!(keys.len(), 4 + 4 + 3 + 5);
    for line in keys {
        let key = line.split_once(" = ").unwrap().0;
        let fault = read(&least.replacen(&format!("{line}\n"), "", 1)).unwrap_err().to_string();
        assert!(fault.contains(&format!("missing field `{key}`")), "{line}: {fault}");
        assert!(fault.contains(": organization"), "{line}: {fault}");
    }
    let wrong = read(&least.replace("step = 15", "step = \"15\"")).unwrap_err().to_string();
    let place =
        "organization town-hall, site town-hall-main, resource town-hall-head, rule 1, step: ";
    assert!(wrong.contains(place), "{wrong}");
}

#[test]
fn sites_and_resources_are_found_by_place_and_service() {
    let (db, _dir) = testkit::sqlite(MIGRATIONS);
    town(&db);
    let offices = db.read_wait(load).unwrap();
    let near = Id::from("near");
    assert_eq!(offices.resources_of(&near).count(), 1, "the inactive one is left out");
    assert_eq!(offices.resources_for(&near, "therapist").count(), 1);
    assert_eq!(offices.resources_for(&near, "surgeon").count(), 0);
    assert_eq!(offices.sites_in_locality("therapist", &"tomsk".into()).count(), 2);
    assert_eq!(offices.sites_in_region("therapist", "70").count(), 2);
    assert_eq!(offices.sites_in_region("therapist", "54").count(), 0);
    assert_eq!(offices.organizations_of(Some("clinic"), Some("70")).count(), 1);
    assert_eq!(offices.organizations_of(Some("mfc"), None).count(), 0);
    let home = Point::degrees(56.4, 84.9).unwrap();
    let sorted = Offices::by_distance(offices.sites_of(&"clinic".into()), home);
    assert_eq!(&*sorted[0].1.id, "near");
    assert!((sorted[0].0.unwrap() - 11.1).abs() < 0.1);
}

#[test]
fn what_points_nowhere_is_refused_by_its_field() {
    testkit::each_engine(MIGRATIONS, |db| {
        town(&db);
        let before = db.read_wait(city::version).unwrap();
        let mut nowhere = organization();
        nowhere.region = "00".into();
        nowhere.parent = Some("none".into());
        nowhere.card.phone = "call us".into();
        let refused = db.write_wait(move |tx| save_organization(tx, &nowhere)).unwrap_err();
        let refused = refused.to_string();
        for fault in ["phone:E-FORM-02", "region:E-GEO-01", "parent:E-ORG-01"] {
            assert!(refused.contains(fault), "{refused}");
        }
        let lost = Site { locality: "none".into(), organization: "none".into(), ..site("x", 1.0) };
        let refused = db.write_wait(move |tx| save_site(tx, &lost)).unwrap_err().to_string();
        assert!(refused.contains("organization:E-ORG-01"), "{refused}");
        assert!(refused.contains("locality:E-GEO-02"), "{refused}");
        let idle = Resource { site: "none".into(), services: vec!["x".into()], ..desk("d", "x") };
        let refused = db.write_wait(move |tx| save_resource(tx, &idle)).unwrap_err().to_string();
        assert!(refused.contains("site:E-ORG-02"), "{refused}");
        assert!(refused.contains("services:E-CAT-04"), "{refused}");
        assert_eq!(db.read_wait(city::version).unwrap(), before, "a refusal changes nothing");
    });
}

#[test]
fn saving_a_resource_again_replaces_its_services() {
    testkit::each_engine(MIGRATIONS, |db| {
        town(&db);
        let idle = Resource { active: false, services: vec![], ..desk("desk-1", "far") };
        db.write_wait(move |tx| save_resource(tx, &idle)).unwrap();
        let offices = db.read_wait(load).unwrap();
        assert_eq!(offices.sites_for("therapist").count(), 1);
    });
}
