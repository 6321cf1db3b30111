//! The way back to an account without its password.

use super::*;
use crate::accounts::{self, Level};

impl Stage {
    fn level(&self) -> Level {
        let anna = self.anna.clone();
        self.act(move |tx, _| accounts::read::account(tx, &anna)).unwrap().unwrap().level
    }

    fn standing(&self) -> Standing {
        let anna = self.anna.clone();
        let read = move |tx: &mut Tx<'_>, _: &Cx| {
            let account = accounts::read::account(tx, &anna)?.unwrap();
            read::standing(tx, &account)
        };
        self.act(read).unwrap()
    }

    pub(super) fn raise(&self, level: Level) {
        let anna = self.anna.clone();
        self.act(move |tx, cx| accounts::set_level(tx, cx, &anna, level, "в МФЦ")).unwrap();
    }

    pub(super) fn recover(&self, who: &str, came: &Came) -> Outcome<String> {
        let (named, came) = (Identifier::named("identifier", who).unwrap(), came.clone());
        let begun = self.act(move |tx, cx| recover(tx, cx, &policy(), (&named, &came)));
        Ok(begun?.0)
    }

    pub(super) fn reached(&self, token: &str, came: &Came, code: &str) -> Outcome<Passed> {
        let (token, came, code) = (token.to_owned(), came.clone(), code.to_owned());
        let reached = self.act(move |tx, cx| reached(tx, cx, &policy(), (&token, &came), &code));
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
        assert_eq!(code_of(stage.reached(&token, &came, &code)), "E-AUTH-02-USED", "once");

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
            let told = stage.act(|tx, _| testkit::letters(tx)).unwrap();
            let real = told[..letters(&stage) - before].iter().filter(|x| x.1["to"].is_string());
            assert_eq!(real.count(), usize::from(who == PHONE), "{who}");
            for _ in 0..4 {
                let tried = stage.reached(&token, &Came::default(), "000000");
                assert_eq!(code_of(tried), "E-AUTH-02-WRONG", "{who}");
            }
            let tried = stage.reached(&token, &Came::default(), "000000");
            assert_eq!(code_of(tried), "E-AUTH-02-SPENT", "{who}");
            for _ in 0..2 {
                stage.recover(who, &Came::default()).unwrap();
            }
            assert_eq!(code_of(stage.recover(who, &Came::default())), "E-AUTH-LIMIT", "{who}");
        }
        assert_eq!(Contact::parse("identifier", "кто-то").unwrap_err().code, "E-PHONE-01");
    });
}

#[test]
fn a_link_in_the_mail_does_what_its_code_does_in_any_browser_and_once() {
    each(|stage| {
        let path = |stage: &Stage| {
            let letters = stage.act(|tx, _| testkit::letters(tx)).unwrap();
            let letter = letters.into_iter().find(|x| x.0 == "recovery-link").unwrap();
            letter.1["path"].as_str().unwrap().strip_prefix(RECOVERY_LINK_PATH).unwrap().to_owned()
        };
        let follow = |link: &str| {
            let (link, came) = (link.to_owned(), browser(&[]));
            stage.act(move |tx, cx| follow(tx, cx, &policy(), (&link, &came)))
        };
        stage.recover("anna@example.org", &browser(&[])).unwrap();
        let link = path(&stage);
        assert!(matches!(follow(&link).unwrap().0, Passed::In(_)));
        assert_eq!(code_of(follow(&link)), "E-AUTH-02-USED");
        stage.raise(Level::Standard);
        stage.recover("anna@example.org", &browser(&[])).unwrap();
        let (passed, token) = follow(&path(&stage)).unwrap();
        assert!(matches!(passed, Passed::More), "the level asks for another proof");
        stage.pass(&token, &browser(&[]), (Method::Sms, &stage.code())).unwrap();
        stage.recover("anna@example.org", &browser(&[])).unwrap();
        let late = path(&stage);
        stage.clock.advance(30 * Instant::MINUTE);
        assert_eq!(code_of(follow(&late)), "E-AUTH-02-EXPIRED");
    });
}

#[test]
fn whoever_has_lost_all_waits_for_a_day_in_which_anybody_real_can_end_it() {
    each(|stage| {
        let (seed, _) = stage.app();
        let came = browser(&[]);
        let ask = |stage: &Stage| {
            let token = stage.recover(PHONE, &came).unwrap();
            let code = stage.code();
            let passed = stage.reached(&token, &came, &code).unwrap();
            let open = matches!(passed, Passed::In(_));
            assert!(open || stage.half_of(&token).unwrap().may_wait);
            (token, open)
        };
        let begin = |token: &str| {
            let (token, came) = (token.to_owned(), came.clone());
            stage.act(move |tx, cx| wait(tx, cx, &policy(), (&token, &came)))
        };
        let unproved = stage.recover(PHONE, &came).unwrap();
        assert_eq!(code_of(begin(&unproved)), "E-AUTH-02-EXPIRED", "no contact is proved yet");
        let (token, open) = ask(&stage);
        assert!(!open, "the app is missing");
        let ready = begin(&token).unwrap();
        assert_eq!(stage.told()[0], "recovery-waits");
        let letters = stage.act(|tx, _| testkit::letters(tx)).unwrap();
        let told = letters.iter().find(|x| x.0 == "security-recovery-waits").unwrap();
        assert_eq!(told.1["starts_at"], ready.0, "when it opens, not when it was asked for");
        assert!(letters.iter().any(|x| x.0 == "recovery-code"), "no code to sign in");
        assert!(!letters.iter().any(|x| x.0 == "factor-code"));
        assert_eq!(begin(&token).unwrap(), ready, "asking again does not begin anew");
        stage.clock.advance(Instant::DAY - Instant::HOUR);
        assert!(!ask(&stage).1);
        // The owner is there: a sign-in with the app ends it.
        let half = stage.half(&came);
        stage.pass(&half, &came, (Method::App, &stage.shown(&seed))).unwrap();
        stage.clock.advance(2 * Instant::HOUR);
        let (token, open) = ask(&stage);
        assert!(!open);
        begin(&token).unwrap();
        let link = stage.link();
        stage.act(move |tx, cx| disown(tx, cx, &policy(), (&link, &Came::default()))).unwrap();
        stage.clock.advance(Instant::DAY);
        let (token, open) = ask(&stage);
        assert!(!open, "«It was not me» ends it, too");

        begin(&token).unwrap();
        let anna = stage.anna.clone();
        stage.act(move |tx, cx| super::super::stop_recovery(tx, cx.now, &anna)).unwrap();
        assert_eq!(
            code_of(begin(&token)),
            "E-AUTH-02-EXPIRED",
            "what was stopped begins anew only"
        );
        let (token, open) = ask(&stage);
        assert!(!open);
        begin(&token).unwrap();
        stage.clock.advance(Instant::DAY);
        assert!(ask(&stage).1, "nobody has objected");
        assert!(!stage.standing().is_strong(), "what was lost opens nothing any more");
        assert_eq!(stage.told()[0], "recovered");
    });
}

#[test]
fn no_wait_opens_a_workplace() {
    each(|stage| {
        stage.app();
        let anna = stage.anna.clone();
        stage.act(move |tx, cx| sessions::make_staff(tx, cx.now, &anna)).unwrap();
        let came = browser(&[]);
        let token = stage.recover(PHONE, &came).unwrap();
        stage.reached(&token, &came, &stage.code()).unwrap();
        assert!(!stage.half_of(&token).unwrap().may_wait, "the page does not offer it");
        let tried = stage.act(move |tx, cx| wait(tx, cx, &policy(), (&token, &came)));
        assert_eq!(code_of(tried), "E-REC-01");
    });
}

#[test]
fn a_control_question_is_asked_beside_the_proofs_and_a_day_stands_for_its_answer() {
    each(|stage| {
        let anna = stage.anna.clone();
        let asked = Question::parse("На какой улице вы выросли?", "Берёзовая, 5").unwrap();
        let set = move |tx: &mut Tx<'_>, cx: &Cx| {
            ask_question(tx, cx, &policy(), (&anna, &Came::default()), &asked)
        };
        stage.act(set).unwrap();
        assert_eq!(stage.told()[0], "question-changed");
        let came = browser(&[]);
        let begun = || {
            let token = stage.recover(PHONE, &came).unwrap();
            assert!(stage.half_of(&token).is_none(), "no question before a proof");
            let reached = stage.reached(&token, &came, &stage.code()).unwrap();
            assert!(matches!(reached, Passed::More));
            token
        };
        let token = begun();
        let half = stage.half_of(&token).unwrap();
        assert_eq!(half.methods, [Method::Question, Method::Email]);
        assert_eq!(half.question.unwrap().reveal(), "На какой улице вы выросли?");
        let wrong = stage.pass(&token, &came, (Method::Question, "Липовая, 5"));
        assert_eq!(code_of(wrong), "E-QUE-03");
        stage.pass(&token, &came, (Method::Question, "берёзовая 5")).unwrap();
        assert_eq!(stage.told()[0], "recovered");

        let token = begun();
        for _ in 0..10 {
            let wrong = stage.pass(&token, &came, (Method::Question, "Липовая"));
            assert_eq!(code_of(wrong), "E-QUE-03");
        }
        let over = stage.pass(&token, &came, (Method::Question, "Берёзовая, 5"));
        assert_eq!(code_of(over), "E-AUTH-06", "nobody tries it out");
        let (half, by) = (token.clone(), came.clone());
        stage.act(move |tx, cx| wait(tx, cx, &policy(), (&half, &by))).unwrap();
        stage.clock.advance(Instant::DAY);
        let token = stage.recover(PHONE, &came).unwrap();
        let reached = stage.reached(&token, &came, &stage.code()).unwrap();
        assert!(matches!(reached, Passed::In(_)), "whoever waited a day need not remember");
    });
}
