//! The schema stands on both engines.
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

#[test]
fn the_schema_applies_to_both_engines_and_only_once() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        assert!(db.migrate(rooms::MIGRATIONS).unwrap().is_empty());
    });
}

#[test]
fn every_migration_of_the_folder_is_in_the_list() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    for file in std::fs::read_dir(folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let name = name.strip_suffix(".sql").unwrap();
        assert!(rooms::MIGRATIONS.iter().any(|x| x.name == name), "{name} is never applied");
    }
}
