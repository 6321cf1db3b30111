//! Data are typed, corrected and kept apart.

use super::*;

#[test]
fn data_are_typed_in_parts_and_what_is_missing_is_named() {
    each(|stage| {
        assert_eq!(stage.profile().missing(), [Kind::Birth, Kind::Snils, Kind::Passport]);
        assert_eq!(code(stage.begin(&stage.anna)), "E-ACC-12");
        stage.type_all(&stage.anna);
        let profile = stage.profile();
        assert_eq!(profile.missing(), []);
        let shown = |kind| profile.get(kind).unwrap().values.line(kind);
        assert_eq!(shown(Kind::Snils), "112-233-445 95");
        assert_eq!(shown(Kind::Birth), "17.04.1988, гор. Томск");
        assert!(shown(Kind::Passport).starts_with("00 08 100001, 20.05.2008"));
        let snils = profile.get(Kind::Snils).unwrap();
        assert_eq!(snils.typed_by, format!("account:{}", stage.anna));
        assert_eq!((snils.version, snils.verified), (1, None));
        assert_eq!(stage.type_in(&stage.anna, Kind::Snils, TYPED[1].1).unwrap(), Saved::Same);
        assert_eq!(stage.profile().version(Kind::Snils), 1, "typed once more, and nothing changed");
    });
}

#[test]
fn every_faulty_field_is_named_at_once() {
    let typed = [("series", "12"), ("number", ""), ("issued_on", "31.02.2020"), ("issuer", "ОВД")];
    let field = |name: &str| typed.iter().find(|x| x.0 == name).map_or("", |x| x.1);
    let beside = Beside { born: None, today: jiff::civil::date(2026, 11, 22) };
    let faults = read_datum(Kind::Passport, field, beside).unwrap_err();
    let faults: Vec<_> = faults.iter().map(|x| (&*x.field, x.code)).collect();
    assert_eq!(
        faults,
        [
            ("passport.series", "E-FORM-02-PASSPORT-SERIES"),
            ("passport.number", "E-FORM-01"),
            ("passport.issued_on", "E-FORM-02-DAY"),
            ("passport.subdivision", "E-FORM-01"),
        ]
    );
    let nothing = read_datum(Kind::Birth, |_| "", beside).unwrap_err();
    assert_eq!(nothing.len(), 3);
}

#[test]
fn a_passport_that_has_run_out_is_refused_once_the_birth_date_is_known() {
    each(|stage| {
        stage.type_in(&stage.anna, Kind::Birth, TYPED[0].1).unwrap();
        let (profile, today) = (stage.profile(), read::today(stage.clock.now()));
        let mut typed = TYPED[2].1.to_vec();
        typed[2] = ("issued_on", "20.05.2003");
        let field = |name: &str| typed.iter().find(|x| x.0 == name).map_or("", |x| x.1);
        let refused = read_datum(Kind::Passport, field, Beside { born: profile.born(), today });
        let faults = refused.unwrap_err();
        assert_eq!((&*faults[0].field, faults[0].code), ("passport.issued_on", "E-DOC-06"));
    });
}

#[test]
fn a_form_that_was_opened_before_another_change_loses_nothing() {
    each(|stage| {
        stage.type_in(&stage.anna, Kind::Inn, &[("number", "000012345627")]).unwrap();
        let other = stage.read(&stage.profile(), Kind::Inn, &[("number", "000098765476")]);
        let old = Save {
            account: stage.anna.clone(),
            kind: Kind::Inn,
            values: other,
            version: 0,
            agreed: false,
        };
        let tried = old.clone();
        assert_eq!(code(stage.act(move |tx, cx| save(tx, cx, WITH, &tried))), "E-ACC-10");
        let kept = stage.profile().get(Kind::Inn).unwrap().values.line(Kind::Inn);
        assert_eq!(kept, "000012345627");
        let again = Save { version: 1, ..old };
        stage.act(move |tx, cx| save(tx, cx, WITH, &again)).unwrap();
        assert_eq!(stage.profile().version(Kind::Inn), 2);
    });
}

#[test]
fn a_name_has_one_home_and_is_corrected_there() {
    each(|stage| {
        let typed = [("surname", "Ершова"), ("name", "Анна")];
        let saved = stage.type_in(&stage.anna, Kind::Name, &typed).unwrap();
        assert_eq!((saved, stage.profile().account.surname.reveal()), (Saved::Same, "Соколова"));
        stage.named("Соколова-Ершова", "Анна");
        let profile = stage.profile();
        assert_eq!(profile.account.full_name().reveal(), "Соколова-Ершова Анна");
        assert_eq!(profile.get(Kind::Name).unwrap().values.get("surname"), "Соколова-Ершова");
        assert_eq!(profile.account.phone.reveal(), "+79123456789", "the rest stays");
    });
}

#[test]
fn somebody_identified_by_anothers_word_cannot_become_somebody_else_by_typing() {
    each(|stage| {
        let id = stage.anna.clone();
        let verified = Level::Verified;
        stage.act(move |tx, cx| accounts::set_level(tx, cx, &id, verified, "word")).unwrap();
        let cost = Some(Cost::Level(Level::Simplified));
        assert_eq!(consequence(&stage.profile(), Kind::Name), cost);
        stage.named("Ершова", "Анна");
        assert_eq!(
            (stage.level(), stage.told()),
            (Level::Simplified, vec!["identity-lowered".into()])
        );
    });
}

#[test]
fn a_birth_date_costs_nothing_once_and_then_the_level_it_was_given_with() {
    each(|stage| {
        let id = stage.anna.clone();
        let word = (Level::Standard, "provider test");
        stage.act(move |tx, cx| set_level(tx, cx, &id, word)).unwrap();
        assert_eq!(consequence(&stage.profile(), Kind::Birth), None, "it was not there");
        stage.type_in(&stage.anna, Kind::Birth, TYPED[0].1).unwrap();
        let cost = Some(Cost::Level(Level::Simplified));
        assert_eq!(consequence(&stage.profile(), Kind::Birth), cost);
        assert_eq!(stage.told(), ["identity-raised"]);
    });
}

#[test]
fn a_name_that_is_only_spelled_differently_stays_checked() {
    each(|stage| {
        stage.named("Семенова", "Анна");
        stage.type_all(&stage.anna);
        let id = stage.anna.clone();
        stage
            .act(move |tx, cx| {
                attest(tx, cx, &id, How::Visit)?;
                accounts::set_level(tx, cx, &id, Level::Verified, "visit")
            })
            .unwrap();
        let checked = stage.profile().get(Kind::Name).unwrap().verified;
        assert!(checked.is_some());
        stage.named("СЕМЁНОВА", "анна");
        let profile = stage.profile();
        assert_eq!(
            (stage.level(), profile.account.surname.reveal()),
            (Level::Verified, "СЕМЁНОВА")
        );
        assert_eq!(profile.get(Kind::Name).unwrap().verified, checked);
        assert_eq!(stage.told(), Vec::<String>::new());
        stage.named("Семёнов", "Анна");
        assert_eq!(stage.level(), Level::Simplified, "another name");
    });
}

#[test]
fn one_address_may_be_the_other() {
    each(|stage| {
        let home = [("region", "Томская область"), ("locality", "Томск"), ("house", "д. 3")];
        stage.type_in(&stage.anna, Kind::Registration, &home).unwrap();
        stage.type_in(&stage.anna, Kind::Living, &[("same", "1")]).unwrap();
        let profile = stage.profile();
        let living = profile.address(Kind::Living).unwrap().line(Kind::Living);
        assert_eq!(living, "Томская область, Томск, д. 3");
        assert_eq!(stage.level(), Level::Simplified);
    });
}

#[test]
fn erasing_a_person_leaves_nothing_here() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.begin(&stage.anna).unwrap();
        stage.round(&Played::with([Reply::MATCH]));
        let id = stage.anna.clone();
        let rows = stage.act(move |tx, cx| {
            crate::privacy::erase(tx, cx, &id)?;
            let sql =
                "SELECT (SELECT count(*) FROM identity_datum) + (SELECT count(*) FROM level_way)
                            + (SELECT count(*) FROM snils_owner)
                            + (SELECT count(*) FROM registry_check)";
            Ok(tx.one(sql, base::args![], |r| r.get::<i64>(0))?)
        });
        assert_eq!(rows.unwrap(), 0);
    });
}
