//! The story of keys, on both engines; a key of software answers, honestly and not.

use base::{Cx, Id, Instant, Outcome};
use testkit::{Authenticator, Play, Signed};

use super::super::signin::{self, Opened, Passed};
use super::super::tests::{Stage, at_once, browser, code_of};
use super::super::{Came, read, sweep};
use super::*;
use crate::accounts::signin::Identifier;

/// The secret that a browser holds.
const HOLDER: &str = "0123456789abcdef";

fn policy() -> Policy {
    let config = base::config::Config {
        public_url: "https://okno.test".into(),
        ..base::config::Config::default()
    };
    Policy::of(&config, crate::accounts::Secrets::new([7; 32]))
}

fn site() -> Site {
    policy().site.unwrap()
}

fn each(test: impl Fn(Stage)) {
    testkit::each_engine(crate::MIGRATIONS, |db| test(Stage::new(db)));
}

fn challenge(stage: &Stage, purpose: Purpose, holder: &str) -> String {
    let cx = Cx::new(&stage.clock, &stage.chance, base::Actor::Guest, base::Channel::Web);
    give(&cx, &policy().secrets, (purpose, holder))
}

/// What the browser brings of a new key.
fn attested(key: &Authenticator, token: &str, play: &Play) -> Attested {
    let created = key.create(play);
    Attested {
        token: token.to_owned(),
        client_data: created.client_data,
        object: created.object,
        transports: "internal junk hybrid".into(),
    }
}

fn asserted(token: &str, signed: Signed) -> Asserted {
    Asserted {
        token: token.to_owned(),
        credential: signed.credential,
        client_data: signed.client_data,
        data: signed.data,
        signature: signed.signature,
        user: signed.user,
    }
}

fn try_add(stage: &Stage, given: &Attested) -> Outcome<Vec<String>> {
    let (anna, given) = (stage.anna.clone(), given.clone());
    let added = stage.act(move |tx, cx| {
        let with = (&given, "Ноутбук", &Came::default());
        add(tx, cx, &policy(), (&anna, HOLDER), with)
    });
    Ok(added?.printed.into_iter().map(Pii::into_revealed).collect())
}

/// Registers a key; gives it.
fn registered(stage: &Stage) -> Authenticator {
    let key = Authenticator::new(&stage.anna);
    let token = challenge(stage, Purpose::Add, HOLDER);
    try_add(stage, &attested(&key, &token, &Play::of(&site(), &bytes(&token)))).unwrap();
    key
}

fn try_sign_in(stage: &Stage, came: &Came, given: &Asserted) -> Outcome<Opened> {
    let (came, given) = (came.clone(), given.clone());
    let signed =
        stage.act(move |tx, cx| signin::with_key(tx, cx, &policy(), (HOLDER, &came), &given));
    Ok(signed??)
}

/// A challenge for a sign-in and the honest answer of `key`.
fn answer(stage: &Stage, key: &mut Authenticator) -> Asserted {
    let token = challenge(stage, Purpose::SignIn, HOLDER);
    let signed = key.sign(&Play::of(&site(), &bytes(&token)));
    asserted(&token, signed)
}

#[test]
fn a_key_opens_the_account_with_nothing_else() {
    each(|stage| {
        let mut key = registered(&stage);
        let given = answer(&stage, &mut key);
        let opened = try_sign_in(&stage, &browser(&[]), &given).unwrap();
        let who = stage.who(&opened.session).unwrap();
        assert!(who.account == stage.anna && who.strong && who.proved_at.is_some());
        assert_eq!(stage.told()[0], "new-device");
        let here = browser(&opened.devices.unwrap());
        let given = answer(&stage, &mut key);
        try_sign_in(&stage, &here, &given).unwrap();
        assert_eq!(stage.told()[0], "new-device");
        assert_eq!(stage.told().len(), 2, "adding, a new device, and then nothing new");

        let anna = stage.anna.clone();
        let own = stage.act(move |tx, cx| read::overview(tx, cx.now, &anna)).unwrap().unwrap();
        let [shown] = own.keys.as_slice() else { panic!("one key") };
        assert_eq!((shown.name.reveal().as_str(), shown.used_at.is_some()), ("Ноутбук", true));
        assert!(own.standing.key && own.standing.printed == 10);
        let anna = stage.anna.clone();
        let ids = stage.act(move |tx, _| known(tx, &anna)).unwrap();
        assert_eq!(ids, [(BASE64.encode(&key.id), "hybrid internal".to_owned())]);
    });
}

#[test]
fn a_key_is_renamed_and_taken_away_by_its_owner_alone() {
    each(|stage| {
        let mut key = registered(&stage);
        let anna = stage.anna.clone();
        let id = stage.act(move |tx, _| Ok(all(tx, &anna)?.remove(0).id)).unwrap();
        let change = |who: &Id, name: &'static str| {
            let (who, id) = (who.clone(), id.clone());
            stage.act(move |tx, _| rename(tx, &who, &id, name))
        };
        // A person has a key of their own, so a stranger cannot even be asked about this one.
        assert_eq!(code_of(change(&stage.anna, " ")), "E-FORM-00");
        change(&stage.anna, "Телефон").unwrap();
        let take = || {
            let (anna, id) = (stage.anna.clone(), id.clone());
            stage.act(move |tx, cx| remove(tx, cx, &policy(), (&anna, &id), &Came::default()))
        };
        take().unwrap();
        assert_eq!(stage.told()[0], "factor-removed");
        assert_eq!(code_of(take()), "E-KEY-05");
        assert_eq!(code_of(change(&stage.anna, "Телефон")), "E-KEY-05");
        let given = answer(&stage, &mut key);
        assert_eq!(code_of(try_sign_in(&stage, &browser(&[]), &given)), "E-KEY-02");
    });
}

#[test]
fn a_challenge_is_good_once_for_its_purpose_its_browser_and_five_minutes() {
    each(|stage| {
        let key = registered(&stage);
        let tried = |holder: &'static str, token: &str, late: i64| {
            stage.clock.advance(late);
            let given = asserted(token, key.sign_as(0, &Play::of(&site(), &bytes(token))));
            let came = browser(&[]);
            let act = stage
                .act(move |tx, cx| signin::with_key(tx, cx, &policy(), (holder, &came), &given));
            act.map(|x| x.map(drop)).and_then(|x| Ok(x?))
        };
        let fresh = || challenge(&stage, Purpose::SignIn, HOLDER);
        let late = 5 * Instant::MINUTE;
        assert_eq!(code_of(tried(HOLDER, &fresh(), late)), "E-KEY-01");
        assert_eq!(code_of(tried("another", &fresh(), 0)), "E-KEY-01");
        let other = challenge(&stage, Purpose::Proof, HOLDER);
        assert_eq!(code_of(tried(HOLDER, &other, 0)), "E-KEY-01");
        let forged = fresh().replacen('.', "1.", 1);
        for forged in ["", "1", "1.2.3", &forged] {
            assert_eq!(code_of(tried(HOLDER, forged, 0)), "E-KEY-01");
        }
        let token = fresh();
        tried(HOLDER, &token, 0).unwrap();
        assert_eq!(code_of(tried(HOLDER, &token, 0)), "E-KEY-01", "it was used");
        stage.clock.advance(late);
        let now = stage.clock.now();
        let swept = stage.act(move |tx, _| sweep(tx, now)).unwrap();
        assert_eq!(swept, 2, "that of the registration and that of the sign-in");
    });
}

#[test]
fn of_a_hundred_who_bring_one_answer_one_is_heard() {
    each(|stage| {
        let mut key = registered(&stage);
        let given = answer(&stage, &mut key);
        let came = browser(&[]);
        assert_eq!(at_once(|| try_sign_in(&stage, &came, &given).is_ok()), 1);
    });
}

#[test]
fn what_was_made_elsewhere_for_something_else_or_by_nobody_does_not_count() {
    each(|stage| {
        let mut key = registered(&stage);
        let stranger = Authenticator::new(&stage.anna);
        type Change = fn(&mut Play);
        let changes: [Change; 7] = [
            |play| play.origin = "https://okno.test.example.org".into(),
            |play| play.origin = "http://okno.test".into(),
            |play| play.site = "example.org".into(),
            |play| play.challenge = vec![7; 32],
            |play| play.kind = Some("webauthn.create"),
            |play| play.flags = 0x04,
            |play| play.flags = 0x01,
        ];
        for (number, change) in changes.iter().enumerate() {
            let token = challenge(&stage, Purpose::SignIn, HOLDER);
            let mut play = Play::of(&site(), &bytes(&token));
            change(&mut play);
            let tried = try_sign_in(&stage, &browser(&[]), &asserted(&token, key.sign(&play)));
            assert_eq!(code_of(tried), "E-KEY-02", "{number}");
        }
        let honest = answer(&stage, &mut key);
        let other =
            asserted(&honest.token, stranger.sign_as(0, &Play::of(&site(), &bytes(&honest.token))));
        let damaged = [
            Asserted { signature: other.signature.clone(), ..honest.clone() },
            Asserted { user: BASE64.encode("somebody else"), ..honest.clone() },
            Asserted { data: String::new(), ..honest.clone() },
            Asserted { client_data: "€".into(), ..honest.clone() },
            Asserted { client_data: "A".repeat(PART + 1), ..honest.clone() },
            other,
        ];
        for given in damaged {
            assert_eq!(code_of(try_sign_in(&stage, &browser(&[]), &given)), "E-KEY-02");
        }
        try_sign_in(&stage, &browser(&[]), &honest).unwrap();
    });
}

#[test]
fn a_new_key_is_checked_as_well_and_registered_once() {
    each(|stage| {
        let key = Authenticator::new(&stage.anna);
        let fresh = || challenge(&stage, Purpose::Add, HOLDER);
        let token = fresh();
        let mut play = Play::of(&site(), &bytes(&token));
        play.origin = "https://elsewhere.test".into();
        assert_eq!(code_of(try_add(&stage, &attested(&key, &token, &play))), "E-KEY-02");
        let honest = attested(&key, &token, &Play::of(&site(), &bytes(&token)));
        let cut = Attested { object: honest.object[..40].into(), ..honest.clone() };
        assert_eq!(code_of(try_add(&stage, &cut)), "E-KEY-02");
        assert_eq!(try_add(&stage, &honest).unwrap().len(), 10, "printed codes come with it");
        assert_eq!(code_of(try_add(&stage, &honest)), "E-KEY-01");
        let token = fresh();
        let again = attested(&key, &token, &Play::of(&site(), &bytes(&token)));
        assert_eq!(code_of(try_add(&stage, &again)), "E-KEY-07");
        for _ in 1..10 {
            registered(&stage);
        }
        let token = fresh();
        let key = Authenticator::new(&stage.anna);
        let more = attested(&key, &token, &Play::of(&site(), &bytes(&token)));
        assert_eq!(code_of(try_add(&stage, &more)), "E-KEY-04");
    });
}

#[test]
fn a_counter_that_goes_back_shuts_the_key_and_alarms_its_owner() {
    each(|stage| {
        let mut key = registered(&stage);
        key.counter = 7;
        let given = answer(&stage, &mut key);
        try_sign_in(&stage, &browser(&[]), &given).unwrap();
        let token = challenge(&stage, Purpose::SignIn, HOLDER);
        let copy = asserted(&token, key.sign_as(8, &Play::of(&site(), &bytes(&token))));
        assert_eq!(code_of(try_sign_in(&stage, &browser(&[]), &copy)), "E-KEY-03");
        assert_eq!(stage.told()[0], "key-copied");
        let given = answer(&stage, &mut key);
        assert_eq!(code_of(try_sign_in(&stage, &browser(&[]), &given)), "E-KEY-03");
        assert_eq!(stage.told().iter().filter(|x| *x == "key-copied").count(), 1);
        let anna = stage.anna.clone();
        let own = stage.act(move |tx, cx| read::overview(tx, cx.now, &anna)).unwrap().unwrap();
        assert!(own.keys[0].copied && !own.standing.key, "it proves nothing any more");
    });
}

#[test]
fn a_key_is_the_second_factor_and_keeps_the_level_in_a_recovery() {
    each(|stage| {
        let mut key = registered(&stage);
        let half = stage.half(&browser(&[]));
        let tried = |key: &mut Authenticator, half: &str, of: &str| {
            let token = challenge(&stage, Purpose::Proof, of);
            let given = asserted(&token, key.sign(&Play::of(&site(), &bytes(&token))));
            let (half, came) = (half.to_owned(), browser(&[]));
            let act = stage
                .act(move |tx, cx| signin::pass_key(tx, cx, &policy(), (&half, &came), &given));
            act.and_then(|x| Ok(x?))
        };
        assert_eq!(code_of(tried(&mut key, &half, "another half").map(drop)), "E-KEY-01");
        let Passed::In(opened) = tried(&mut key, &half, &half).unwrap() else { panic!("in") };
        assert!(stage.who(&opened.session).unwrap().strong);
        let over = tried(&mut key, &half, &half).map(drop);
        assert_eq!(code_of(over), "E-AUTH-02-EXPIRED");

        let (anna, named) = (stage.anna.clone(), Identifier::parse("anna@example.org"));
        let level = crate::accounts::Level::Verified;
        let half = stage.act(move |tx, cx| {
            crate::accounts::set_level(tx, cx, &anna, level, "test")?;
            crate::factors::recover(tx, cx, &policy(), (&named, &browser(&[])))
        });
        let (half, code) = (half.unwrap().0, stage.code());
        let (token, came) = (half.clone(), browser(&[]));
        let reached = stage
            .act(move |tx, cx| crate::factors::reached(tx, cx, &policy(), (&token, &came), &code));
        assert!(matches!(reached.unwrap().unwrap(), Passed::More), "a contact is not enough");
        let Passed::In(opened) = tried(&mut key, &half, &half).unwrap() else { panic!("in") };
        assert_eq!(stage.who(&opened.session).unwrap().level, level);
    });
}
