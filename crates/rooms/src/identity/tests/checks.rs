//! The way through the registries: what they answer, when they do not, and twice.

use super::*;

fn mismatch(fields: &[&str]) -> Reply {
    Reply::Mismatch { fields: fields.iter().map(|x| (*x).to_owned()).collect() }
}

/// Anna's question is asked, and polled until the registry answers.
pub(super) fn ask(stage: &Stage, registry: &Played) {
    for _ in 0..12 {
        stage.clock.advance(6 * Instant::MINUTE);
        if stage.round(registry).settled > 0 {
            return;
        }
    }
    panic!("the registry was not heard");
}

#[test]
fn whoever_has_one_name_is_asked_about_and_called_by_it() {
    each(|stage| {
        stage.named("", "Сухарто");
        stage.type_all(&stage.anna);
        stage.begin(&stage.anna).unwrap();
        let registry = Played::with([Reply::MATCH]);
        ask(stage, &registry);
        assert!(registry.asked.lock().unwrap()[0].contains(r#""name":{"name":"Сухарто"}"#));
        let profile = stage.profile();
        assert_eq!(profile.get(Kind::Name).unwrap().values.line(Kind::Name), "Сухарто");
        let account = profile.account;
        assert_eq!(
            (account.level, account.full_name().reveal().as_str()),
            (Level::Standard, "Сухарто")
        );
        assert_eq!(
            (account.display_name().reveal().as_str(), &*account.initials()),
            ("Сухарто", "С.")
        );
        // At a desk they say the name that they have; in the other field it is as checked as before.
        let said = |x| accounts::PersonName::parse("surname", x).unwrap();
        assert!(account.is_called(&said("СУХАРТО")) && !account.is_called(&said("Соколова")));
        stage.named("Сухарто", "");
        assert_eq!(stage.level(), Level::Standard);
    });
}

#[test]
fn whoever_the_registries_know_is_of_the_standard_level_and_hears_of_it() {
    each(|stage| {
        stage.type_all(&stage.anna);
        let id = stage.anna.clone();
        let without = stage.act(move |tx, cx| begin_check(tx, cx, &policy(), (&id, false)));
        assert_eq!(code(without), "E-FORM-00", "no consent");
        stage.begin(&stage.anna).unwrap();
        stage.begin(&stage.anna).unwrap();
        let registry = Played::with([Reply::Pending, Reply::Pending, Reply::MATCH]);
        ask(stage, &registry);
        let asked = registry.asked.lock().unwrap();
        assert_eq!(asked.len(), 1, "one question, however often it was begun");
        for part in ["11223344595", "1988-04-17", "Соколова", "100001"] {
            assert!(asked[0].contains(part), "{part}");
        }
        assert_eq!(stage.level(), Level::Standard);
        let profile = stage.profile();
        for kind in Kind::NEEDED {
            assert_eq!(profile.get(kind).unwrap().verified.unwrap().1, How::Registry, "{kind:?}");
        }
        assert_eq!(stage.told(), ["identity-raised"]);
        let ways = stage.ways();
        assert_eq!((ways.len(), ways[0].state), (1, State::Passed));
        let (way, states) = (ways[0].id.clone(), [State::Waiting, State::Passed]);
        let history = stage.act(move |tx, _| read::history(tx, &way)).unwrap();
        assert_eq!(history.iter().map(|x| x.state).collect::<Vec<_>>(), states);
    });
}

#[test]
fn what_differs_is_named_corrected_and_asked_again() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.begin(&stage.anna).unwrap();
        ask(stage, &Played::with([mismatch(&["passport.number", "passport.secret"])]));
        assert_eq!(stage.level(), Level::Simplified);
        assert_eq!(stage.ways()[0].state, State::Mismatch);
        assert_eq!(stage.ways()[0].note.fields, ["passport.number"]);
        let mut typed = TYPED[2].1.to_vec();
        typed[1] = ("number", "100002");
        let saved = stage.type_in(&stage.anna, Kind::Passport, &typed).unwrap();
        assert_eq!(saved, Saved::Kept { asked: true }, "without another click");
        ask(stage, &Played::with([Reply::MATCH]));
        assert_eq!(stage.level(), Level::Standard);
        assert_eq!(stage.told(), ["identity-raised", "identity-check-mismatch"]);
    });
}

#[test]
fn of_two_data_that_differ_both_are_corrected_before_they_are_asked_about() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.begin(&stage.anna).unwrap();
        ask(stage, &Played::with([mismatch(&["passport.number", "birth.place"])]));
        let mut paper = TYPED[2].1.to_vec();
        paper[1] = ("number", "100002");
        let first = stage.type_in(&stage.anna, Kind::Passport, &paper).unwrap();
        let mut birth = TYPED[0].1.to_vec();
        birth[2] = ("place", "гор. Асино");
        let second = stage.type_in(&stage.anna, Kind::Birth, &birth).unwrap();
        let asked = [first, second].map(|x| x == Saved::Kept { asked: true });
        assert_eq!(asked, [false, true]);
    });
}

#[test]
fn a_changed_paper_lowers_the_level_only_when_agreed_and_is_checked_anew() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.begin(&stage.anna).unwrap();
        ask(stage, &Played::with([Reply::MATCH]));
        let mut typed = TYPED[2].1.to_vec();
        typed[1] = ("number", "100002");
        let (paper, profile) = ((Kind::Passport, &*typed), stage.profile());
        assert_eq!(consequence(&profile, Kind::Passport), Some(Cost::Level(Level::Simplified)));
        assert_eq!(consequence(&profile, Kind::Inn), None);
        assert_eq!(code(stage.type_as(&stage.anna, paper, false)), "E-FORM-00");
        assert_eq!(stage.level(), Level::Standard, "nobody agreed");
        let saved = stage.type_as(&stage.anna, paper, true).unwrap();
        assert_eq!(saved, Saved::Kept { asked: true });
        assert_eq!(stage.level(), Level::Simplified);
        assert_eq!(stage.profile().get(Kind::Passport).unwrap().verified, None);
        ask(stage, &Played::with([Reply::MATCH]));
        assert_eq!(stage.level(), Level::Standard);
        let told = ["identity-raised", "identity-lowered", "identity-raised"];
        assert_eq!(stage.told(), told);
    });
}

#[test]
fn without_the_consent_to_it_no_registry_is_asked() {
    each(|stage| {
        stage.type_all(&stage.anna);
        let withdraw = || {
            let anna = stage.anna.clone();
            stage.act(move |tx, cx| withdraw(tx, cx, &anna, "personal_data")).unwrap();
        };
        // What waits to be asked is asked no more.
        stage.begin(&stage.anna).unwrap();
        withdraw();
        assert_eq!(stage.ways()[0].state, State::Ended);
        let registry = Played::with([Reply::MATCH]);
        assert_eq!(stage.round(&registry).asked, 0);

        stage.begin(&stage.anna).unwrap();
        ask(stage, &Played::with([Reply::MATCH]));
        withdraw();
        let mut typed = TYPED[2].1.to_vec();
        typed[1] = ("number", "100002");
        let saved = stage.type_as(&stage.anna, (Kind::Passport, &typed), true).unwrap();
        assert_eq!(saved, Saved::NotAgreed);
        assert_eq!((stage.level(), stage.round(&registry).asked), (Level::Simplified, 0));
        stage.begin(&stage.anna).unwrap();
        ask(stage, &registry);
        assert_eq!(stage.level(), Level::Standard, "with the consent that the check asks for");
        let anna = stage.anna.clone();
        let needed = stage.act(move |tx, cx| super::withdraw(tx, cx, &anna, "privacy"));
        assert_eq!(code(needed), "E-DATA-03");
    });
}

#[test]
fn an_answer_to_a_question_that_was_overtaken_counts_nothing() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.begin(&stage.anna).unwrap();
        stage.round(&Played::default());
        let old = stage.ways()[0].id.clone();
        let mut typed = TYPED[2].1.to_vec();
        typed[1] = ("number", "100002");
        // Unchecked data fall no level, and the question is asked anew by itself.
        let saved = stage.type_in(&stage.anna, Kind::Passport, &typed).unwrap();
        assert_eq!(saved, Saved::Kept { asked: true });
        let late = old.clone();
        let settled = stage.act(move |tx, cx| check::settle(tx, cx, &late, &Reply::MATCH));
        assert!(!settled.unwrap());
        assert_eq!(stage.level(), Level::Simplified);
        assert_ne!(stage.ways()[0].id, old);
    });
}

#[test]
fn an_answer_that_comes_a_hundred_times_at_once_counts_once() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.begin(&stage.anna).unwrap();
        let way = stage.ways()[0].id.clone();
        let settle = || {
            let way = way.clone();
            stage.act(move |tx, cx| check::settle(tx, cx, &way, &Reply::MATCH)).unwrap()
        };
        let counted: usize = std::thread::scope(|scope| {
            let all: Vec<_> = (0..100).map(|_| scope.spawn(settle)).collect();
            all.into_iter().map(|x| usize::from(x.join().unwrap())).sum()
        });
        assert_eq!(counted, 1);
        assert_eq!(stage.told(), ["identity-raised"]);
        let sql = "SELECT count(*) FROM level_change";
        let changes = stage.act(move |tx, _| Ok(tx.one(sql, base::args![], |r| r.get::<i64>(0))?));
        assert_eq!(changes.unwrap(), 1);
    });
}

#[test]
fn a_checked_snils_has_one_account_even_when_two_are_checked_at_once() {
    each(|stage| {
        let cx = stage.cx();
        let boris = stage.db.write_wait(move |tx| accounts::tests::boris(tx, &cx)).unwrap();
        for who in [&stage.anna, &boris] {
            stage.type_all(who);
            stage.begin(who).unwrap();
        }
        let way_of = |who: &Id| {
            let id = who.clone();
            stage.act(move |tx, _| way::newest_of(tx, &id)).unwrap()[0].id.clone()
        };
        let ways = [way_of(&stage.anna), way_of(&boris)];
        std::thread::scope(|scope| {
            for way in &ways {
                let settle = move || {
                    let way = way.clone();
                    stage.act(move |tx, cx| check::settle(tx, cx, &way, &Reply::MATCH)).unwrap()
                };
                scope.spawn(settle);
            }
        });
        let mut levels = [&stage.anna, &boris].map(|x| stage.profile_of(x).account.level);
        levels.sort();
        assert_eq!(levels, [Level::Simplified, Level::Standard]);
        let mut told = stage.told();
        told.sort();
        assert_eq!(told, ["identity-check-taken", "identity-raised"]);
    });
}

/// A registry that is out of order.
struct Broken {
    lost: bool,
}

impl Registry for Broken {
    fn ask(&self, _: &Asked) -> Result<String, RegistryFault> {
        Err(RegistryFault { lost: false, text: "503".into() })
    }

    fn poll(&self, _: &str) -> Result<Reply, RegistryFault> {
        Err(RegistryFault { lost: self.lost, text: "no such ticket".into() })
    }
}

#[test]
fn without_an_answer_within_a_day_the_person_hears_of_it_and_the_alarm_rises() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.begin(&stage.anna).unwrap();
        let mut calls = 0;
        for _ in 0..24 * 10 - 1 {
            stage.clock.advance(6 * Instant::MINUTE - Instant::SECOND);
            let round = stage.round(&Broken { lost: false });
            assert_eq!((round.settled, round.faults), (0, round.asked));
            calls += round.asked;
        }
        // Pauses grow to five minutes, and no further.
        assert!((230..=240).contains(&calls), "{calls} calls within a day");
        stage.clock.advance(10 * Instant::MINUTE);
        stage.round(&Broken { lost: false });
        assert_eq!(stage.ways()[0].state, State::Late);
        assert_eq!(stage.told(), ["identity-check-late"]);
        let late = stage.act(|tx, _| Ok((read::count_late(tx)?, read::late(tx, 10)?))).unwrap();
        assert_eq!((late.0, late.1.len(), late.1[0].taken), (1, 1, false));
        // It goes on all the same.
        stage.clock.advance(Instant::HOUR);
        ask(stage, &Played::with([Reply::MATCH]));
        assert_eq!(stage.level(), Level::Standard);
        assert_eq!(stage.act(|tx, _| read::count_late(tx)).unwrap(), 0);
    });
}

#[test]
fn a_ticket_that_the_registry_lost_is_asked_for_again_under_the_same_id() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.begin(&stage.anna).unwrap();
        let registry = Played::with([Reply::MATCH]);
        stage.round(&registry);
        stage.clock.advance(Instant::MINUTE);
        stage.round(&Broken { lost: true });
        ask(stage, &registry);
        let asked = registry.asked.lock().unwrap();
        assert_eq!((asked.len(), &asked[0]), (2, &asked[1]));
    });
}

#[test]
fn nobody_asks_the_registries_without_end() {
    each(|stage| {
        stage.type_all(&stage.anna);
        for _ in 0..10 {
            stage.begin(&stage.anna).unwrap();
            let way = stage.ways()[0].id.clone();
            stage.act(move |tx, cx| check::settle(tx, cx, &way, &Reply::Unknown)).unwrap();
        }
        assert_eq!(code(stage.begin(&stage.anna)), "E-ACC-13");
        stage.clock.advance(Instant::DAY);
        stage.begin(&stage.anna).unwrap();
    });
}

#[test]
fn a_wish_is_kept_for_when_the_level_is_enough() {
    each(|stage| {
        let wish = Wish {
            level: Level::Standard,
            address: None,
            service: "head-reception".to_owned().into(),
            back: "/book/head-reception?site=main".to_owned().into(),
        };
        let (id, kept) = (stage.anna.clone(), wish.clone());
        stage.act(move |tx, cx| keep_wish(tx, cx, &id, &kept)).unwrap();
        stage.type_all(&stage.anna);
        stage.begin(&stage.anna).unwrap();
        ask(stage, &Played::with([Reply::MATCH]));
        assert_eq!(stage.told(), ["identity-raised-resume"]);
        let (id, now) = (stage.anna.clone(), stage.clock.now());
        let found = stage.act(move |tx, _| kept_wish(tx, now, &id)).unwrap();
        assert_eq!(found, Some(wish));
    });
}
