//! The way back to an account without its password.

use super::*;
use crate::accounts::{self, Level};

impl Stage {
    fn level(&self) -> Level {
        let anna = self.anna.clone();
        self.act(move |tx, _| accounts::read::account(tx, &anna)).unwrap().unwrap().level
    }

    fn raise(&self, level: Level) {
        let anna = self.anna.clone();
        self.act(move |tx, cx| accounts::set_level(tx, cx, &anna, level, "в МФЦ")).unwrap();
    }

    fn recover(&self, who: &str, came: &Came) -> Outcome<String> {
        let (contact, came) = (Contact::parse("identifier", who).unwrap(), came.clone());
        self.act(move |tx, cx| recover(tx, cx, &policy(), (&contact, &came)))
    }

    fn reached(&self, token: &str, came: &Came, code: &str) -> Outcome<Passed> {
        let (token, came, code) = (token.to_owned(), came.clone(), code.to_owned());
        let way = Method::Sms;
        let reached =
            self.act(move |tx, cx| reached(tx, cx, &policy(), (&token, &came), (way, &code)));
        Ok(reached??)
    }
}

#[test]
fn a_code_is_enough_at_the_simplified_level_and_the_new_password_ends_all_else() {
    each(|stage| {
        let old = stage.first_sign_in(&browser(&[]));
        let came = browser(&[]);
        let token = stage.recover(PHONE, &came).unwrap();
        let code = stage.code();
        let Passed::In(opened) = stage.reached(&token, &came, &code).unwrap() else {
            panic!("more is asked")
        };
        assert_eq!(stage.told()[0], "recovered");
        assert_eq!(code_of(stage.reached(&token, &came, &code)), "E-AUTH-02-EXPIRED", "once");

        let anna = stage.anna.clone();
        let account = stage.act(move |tx, _| accounts::read::account(tx, &anna)).unwrap().unwrap();
        let typed = "Новый клён7!";
        let weak = prepare(&policy(), &stage.chance, &account, "Соколова1!").unwrap_err();
        assert_eq!(weak.code(), Some("E-FORM-00"));
        let hashed = prepare(&policy(), &stage.chance, &account, typed).unwrap();
        let (anna, came) = (stage.anna.clone(), browser(&opened.devices.clone().unwrap()));
        let token = opened.session.clone();
        let here = came.clone();
        stage
            .act(move |tx, cx| change(tx, cx, &policy(), (&anna, &token), (&hashed, &here)))
            .unwrap();
        assert_eq!(stage.told()[0], "password-changed");
        assert!(stage.who(&opened.session).is_some(), "whoever changed it stays");
        assert!(matches!(stage.enter(&wish(PHONE, &came), typed), Ok(Entered::In(_))));
        let tried = stage.enter(&wish(PHONE, &came), PASSWORD);
        assert_eq!(code_of(tried), "E-AUTH-01");
        assert!(
            matches!(stage.enter(&wish(PHONE, &browser(&old)), typed), Ok(Entered::Half(_))),
            "other devices are new again"
        );
    });
}

#[test]
fn above_it_two_kinds_of_proof_are_asked_and_what_was_proved_in_person_is_lost() {
    each(|stage| {
        stage.raise(Level::Verified);
        let came = browser(&[]);
        let token = stage.recover(PHONE, &came).unwrap();
        let reached = stage.reached(&token, &came, &stage.code()).unwrap();
        assert!(matches!(reached, Passed::More));
        let again = stage.act({
            let (token, came, code) = (token.clone(), came.clone(), stage.code());
            move |tx, cx| signin::pass(tx, cx, &policy(), (&token, &came), (Method::Sms, &code))
        });
        assert_eq!(again.unwrap().unwrap_err().code, "E-AUTH-02-EXPIRED", "the same kind");
        // The code to the other contact is on its way already.
        stage.pass(&token, &came, (Method::Email, &stage.code())).unwrap();
        assert_eq!(stage.level(), Level::Standard);
    });
}

#[test]
fn a_printed_code_keeps_the_level_and_a_known_device_is_a_proof() {
    each(|stage| {
        let known = browser(&stage.first_sign_in(&browser(&[])));
        stage.raise(Level::Standard);
        let token = stage.recover(PHONE, &known).unwrap();
        let reached = stage.reached(&token, &known, &stage.code()).unwrap();
        assert!(matches!(reached, Passed::In(_)));

        stage.raise(Level::Verified);
        let (_, printed) = stage.app();
        let token = stage.recover(PHONE, &known).unwrap();
        let reached = stage.reached(&token, &known, &stage.code()).unwrap();
        assert!(matches!(reached, Passed::More), "an app is not got past with contacts alone");
        stage.pass(&token, &known, (Method::Printed, &printed[0])).unwrap();
        assert_eq!(stage.level(), Level::Verified);
    });
}

#[test]
fn nobody_learns_whether_there_is_an_account() {
    each(|stage| {
        let letters = |stage: &Stage| stage.act(|tx, _| testkit::letters(tx)).unwrap().len();
        for who in [PHONE, "+79990000000", "nobody@example.org"] {
            let before = letters(&stage);
            let token = stage.recover(who, &Came::default()).unwrap();
            assert_eq!(letters(&stage) - before, usize::from(who == PHONE), "{who}");
            for _ in 0..5 {
                let tried = stage.reached(&token, &Came::default(), "no code");
                assert_eq!(code_of(tried), "E-AUTH-02-WRONG", "{who}");
            }
            let tried = stage.reached(&token, &Came::default(), "no code");
            assert_eq!(code_of(tried), "E-AUTH-02-SPENT", "{who}");
            for _ in 0..2 {
                stage.recover(who, &Came::default()).unwrap();
            }
            assert_eq!(code_of(stage.recover(who, &Came::default())), "E-AUTH-LIMIT", "{who}");
        }
        assert_eq!(Contact::parse("identifier", "кто-то").unwrap_err().code, "E-PHONE-01");
    });
}
