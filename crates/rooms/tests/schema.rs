//! The schema stands on both engines.
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

#[test]
fn the_schema_applies_to_both_engines_and_only_once() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        assert!(db.migrate(rooms::MIGRATIONS).unwrap().is_empty());
    });
}
