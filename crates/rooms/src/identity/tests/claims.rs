//! A SNILS that two people name: who proves it better.

use super::checks::ask;
use super::visit::Found;
use super::ways::{clerk, decide, find, look};
use super::*;
use crate::mandates;

/// Carol, who types what Anna typed, comes to a centre; gives her and how it ended.
fn comes(stage: &Stage) -> (Id, State) {
    let cx = stage.cx();
    let new = accounts::NewAccount {
        email: None,
        email_verified: false,
        ..accounts::tests::new_account("+79123456781")
    };
    let carol = stage.db.write_wait(move |tx| accounts::add(tx, &cx, &new)).unwrap();
    stage.type_all(&carol);
    let id = carol.clone();
    stage.act(move |tx, cx| visit::invite(tx, cx, &policy(), (&id, true))).unwrap();
    let (id, now) = (carol.clone(), stage.clock.now());
    let levels = stage.act(move |tx, _| read::levels(tx, now, &id)).unwrap().unwrap();
    let clerk = clerk(stage);
    let way = find(stage, &clerk, levels.code.unwrap().reveal()).unwrap();
    let stamp = look(stage, &clerk, &way).unwrap().stamp();
    let same = Found::Same { stamp, addresses: Vec::new() };
    (carol, decide(stage, &clerk, &way, same).unwrap())
}

fn owns(stage: &Stage) -> Option<Id> {
    stage.act(|tx, _| owner(tx, "11223344595")).unwrap()
}

#[test]
fn a_proof_in_person_takes_the_number_from_whom_a_registry_alone_knew() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.begin(&stage.anna).unwrap();
        ask(stage, &Played::with([Reply::MATCH]));
        assert_eq!(stage.level(), Level::Standard);
        let (carol, state) = comes(stage);
        assert_eq!(state, State::Passed);
        assert_eq!(stage.profile_of(&carol).account.level, Level::Verified);
        assert_eq!(owns(stage), Some(carol));
        let anna = stage.profile();
        assert_eq!(anna.account.level, Level::Simplified);
        let checked = |kind: &Kind| anna.get(*kind).is_some_and(|x| x.verified.is_some());
        assert!(!Kind::ALL.iter().any(checked), "it was said of somebody else");
        assert!(anna.get(Kind::Snils).is_some(), "what she typed stays");
        let told = stage.told();
        assert_eq!(told.iter().filter(|x| *x == "identity-snils-lost").count(), 1, "{told:?}");
        // To ask the registries once more brings nothing back.
        stage.begin(&stage.anna).unwrap();
        ask(stage, &Played::with([Reply::MATCH]));
        assert_eq!((stage.level(), stage.ways()[0].state), (Level::Simplified, State::Taken));
    });
}

#[test]
fn who_loses_the_number_acts_for_nobody_any_more_and_both_are_told() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.begin(&stage.anna).unwrap();
        ask(stage, &Played::with([Reply::MATCH]));
        let born = jiff::civil::date(2024, 2, 11);
        let add = mandates::Add {
            account: stage.anna.clone(),
            level: stage.level(),
            sheet: mandates::tests::child("Вера", born),
        };
        let again = add.clone();
        stage.act(move |tx, cx| mandates::add(tx, cx, &add)).unwrap();
        let (carol, _) = comes(stage);
        let id = stage.anna.clone();
        let all = stage.act(move |tx, _| mandates::of_account(tx, &id)).unwrap();
        let states: Vec<_> = all.iter().map(|x| x.state).collect();
        assert_eq!(states, [mandates::State::Ended]);
        assert_eq!(stage.act(|tx, _| mandates::verify(tx)).unwrap(), [], "all of it is lawful");
        let letters = stage.act(|tx, _| testkit::letters(tx)).unwrap();
        let told = |event: &str, who: &Id| {
            letters.iter().any(|x| x.0 == event && x.1["account"] == who.as_str())
        };
        assert!(told("identity-snils-lost", &stage.anna) && told("identity-snils-won", &carol));
        let level = stage.level();
        let again = mandates::Add { level, ..again };
        let refused = stage.act(move |tx, cx| mandates::add(tx, cx, &again));
        assert_eq!(refused.unwrap_err().code(), Some("E-MND-08"), "not before it is proved again");
    });
}

#[test]
fn of_two_proofs_in_person_the_first_stands_and_its_owner_hears_of_the_other() {
    each(|stage| {
        stage.type_all(&stage.anna);
        let id = stage.anna.clone();
        stage
            .act(move |tx, cx| {
                attest(tx, cx, &id, How::Visit)?;
                accounts::set_level(tx, cx, &id, Level::Verified, "visit")
            })
            .unwrap();
        let (carol, state) = comes(stage);
        assert_eq!((state, stage.level()), (State::Taken, Level::Verified));
        assert_eq!(stage.profile_of(&carol).account.level, Level::Simplified);
        assert_eq!(owns(stage), Some(stage.anna.clone()));
        let mut told = stage.told();
        told.sort();
        assert_eq!(told, ["identity-snils-claimed", "identity-visit-taken"]);
    });
}

#[test]
fn a_registry_takes_nothing_of_a_proof_in_person() {
    each(|stage| {
        stage.type_all(&stage.anna);
        let id = stage.anna.clone();
        let known = move |tx: &mut Tx<'_>, cx: &Cx| {
            attest(tx, cx, &id, How::Visit)?;
            accounts::set_level(tx, cx, &id, Level::Verified, "visit")
        };
        stage.act(known).unwrap();
        let mut passport = TYPED[2].1.to_vec();
        passport[1] = ("number", "100002");
        stage.type_as(&stage.anna, (Kind::Passport, &passport), true).unwrap();
        stage.begin(&stage.anna).unwrap();
        ask(stage, &Played::with([Reply::MATCH]));
        assert_eq!(stage.level(), Level::Standard);
        let how = |kind| stage.profile().get(kind).unwrap().verified.map(|x| x.1);
        assert_eq!(how(Kind::Passport), Some(How::Registry), "which is another since");
        assert_eq!(how(Kind::Snils), Some(How::Visit));
        let (_, state) = comes(stage);
        assert_eq!((state, owns(stage)), (State::Taken, Some(stage.anna.clone())));
    });
}
