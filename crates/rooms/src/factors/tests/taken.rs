//! What a thief of one proof tries: to count it twice, to outlive the owner's answer, to leave a way in.

use super::*;
use crate::accounts::Level;
use crate::identity::How;

const NEW_PASSWORD: &str = "Новый клён7!";

impl Stage {
    /// Puts a new password in force in `session`, whose owner has come back by a recovery.
    pub(super) fn new_password(&self, session: &str) -> Outcome<()> {
        let hashed = prepare(&policy(), &self.chance, &self.owner(), NEW_PASSWORD).unwrap();
        let (anna, token) = (self.anna.clone(), session.to_owned());
        self.act(move |tx, cx| {
            change(tx, cx, &policy(), (&anna, &token), (&hashed, &Came::default()))
        })
    }

    /// The link of the newest letter for a recovery.
    fn recovery_link(&self) -> String {
        let letters = self.act(|tx, _| testkit::letters(tx)).unwrap();
        let letter = letters.into_iter().find(|x| x.0 == "recovery-link").unwrap();
        letter.1["path"].as_str().unwrap().strip_prefix(RECOVERY_LINK_PATH).unwrap().to_owned()
    }

    fn follow(&self, link: &str) -> Outcome<(Passed, String)> {
        let link = link.to_owned();
        self.act(move |tx, cx| follow(tx, cx, &policy(), (&link, &browser(&[]))))
    }

    fn waited_for(&self) -> Option<Instant> {
        let anna = self.anna.clone();
        self.act(move |tx, cx| waits(tx, cx.now, &anna)).unwrap()
    }
}

#[test]
fn a_letter_is_one_proof_by_its_code_or_by_its_link() {
    each(|stage| {
        stage.raise(Level::Standard);
        let came = browser(&[]);
        let token = stage.recover("anna@example.org", &came).unwrap();
        let (code, link) = (stage.code(), stage.recovery_link());
        assert!(matches!(stage.reached(&token, &came, &code), Ok(Passed::More)));
        assert_eq!(code_of(stage.follow(&link)), "E-AUTH-02-EXPIRED", "the code has ended it");
        stage.pass(&token, &came, (Method::Sms, &stage.code())).unwrap();

        stage.recover("anna@example.org", &came).unwrap();
        let (code, link) = (stage.code(), stage.recovery_link());
        let (passed, token) = stage.follow(&link).unwrap();
        assert!(matches!(passed, Passed::More));
        for by in [Method::Sms, Method::Email] {
            assert!(stage.pass(&token, &came, (by, &code)).is_err(), "typed as {by:?}");
        }
        stage.pass(&token, &came, (Method::Sms, &stage.code())).unwrap();
    });
}

#[test]
fn a_code_that_was_not_sent_lends_its_name_to_no_other() {
    each(|stage| {
        stage.raise(Level::Standard);
        let came = browser(&[]);
        let token = stage.recover("anna@example.org", &came).unwrap();
        assert!(matches!(stage.reached(&token, &came, &stage.code()), Ok(Passed::More)));
        for _ in 0..2 {
            let half = stage.half_of(&token).unwrap();
            let by = (Method::Sms, false);
            stage.act(move |tx, cx| send(tx, cx, &policy(), &half, by)).unwrap();
        }
        // The phone has had enough: after the link no code by SMS is sent.
        stage.recover("anna@example.org", &came).unwrap();
        let (code, link) = (stage.code(), stage.recovery_link());
        let (_, token) = stage.follow(&link).unwrap();
        let half = stage.half_of(&token).unwrap();
        assert!(!half.sent && half.sent_by == Some(Method::Email));
        let tried = stage.pass(&token, &came, (Method::Sms, &code));
        assert_eq!(code_of(tried), "E-AUTH-02-EXPIRED", "the code of the e-mail is no SMS");
    });
}

#[test]
fn a_recovery_that_is_finished_and_a_new_password_end_the_wait() {
    each(|stage| {
        stage.raise(Level::Standard);
        let came = browser(&[]);
        let mut session = String::new();
        for finished in [true, false] {
            let token = stage.recover(PHONE, &came).unwrap();
            stage.reached(&token, &came, &stage.code()).unwrap();
            let half = token.clone();
            stage.act(move |tx, cx| wait(tx, cx, &policy(), (&half, &browser(&[])))).unwrap();
            assert!(stage.waited_for().is_some());
            if finished {
                session =
                    stage.pass(&token, &came, (Method::Email, &stage.code())).unwrap().session;
            } else {
                stage.new_password(&session).unwrap();
            }
            assert_eq!(stage.waited_for(), None, "finished: {finished}");
        }
    });
}

#[test]
fn a_new_password_opens_by_the_snils_that_was_guessed_at() {
    each(|stage| {
        stage.snils(Some(How::Registry));
        let snils = "112-233-445 95";
        for _ in 0..2 {
            let tried = stage.enter(&wish(snils, &Came::default()), "не тот");
            assert_eq!(code_of(tried), "E-AUTH-01");
        }
        assert_eq!(code_of(stage.ask(&wish(snils, &Came::default()))), "E-AUTH-05");
        let token = stage.recover(PHONE, &browser(&[])).unwrap();
        let Passed::In(opened) = stage.reached(&token, &browser(&[]), &stage.code()).unwrap()
        else {
            panic!("more is asked")
        };
        stage.new_password(&opened.session).unwrap();
        let entered = stage.enter(&wish(snils, &Came::default()), NEW_PASSWORD);
        assert!(matches!(entered, Ok(Entered::Half(_))), "what was guessed was the old one");
    });
}
