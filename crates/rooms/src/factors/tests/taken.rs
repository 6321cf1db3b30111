//! What a thief of one proof tries: to count it twice, to outlive the owner's answer, to leave a way in.

use super::*;
use crate::accounts::{self, Level};
use crate::factors::tests::change;
use crate::identity::How;
use crate::privacy;

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

    /// A session of somebody who has come back by a code to the phone.
    fn recovered(&self) -> String {
        let token = self.recover(PHONE, &browser(&[])).unwrap();
        match self.reached(&token, &browser(&[]), &self.code()).unwrap() {
            Passed::In(opened) => opened.session,
            Passed::More => panic!("more is asked"),
        }
    }

    fn changed_contact(&self, new: &str) {
        let change = change::begun(self, new).unwrap();
        let code = change::letter(self, "contact-code")["code"].as_str().unwrap().to_owned();
        change::proved(self, &change, (&code, &browser(&[])), "").unwrap();
    }

    fn codes_always(&self) {
        let anna = self.anna.clone();
        let on = move |tx: &mut Tx<'_>, cx: &Cx| {
            set_always(tx, cx, &policy(), (&anna, true), &Came::default())
        };
        self.act(on).unwrap();
    }

    /// Begins to prove it once more in `session`.
    fn again(&self, session: &str) -> String {
        self.once_more(session, again::Worth::Usual)
    }

    fn again_best(&self, session: &str) -> String {
        self.once_more(session, again::Worth::Best)
    }

    fn once_more(&self, session: &str, worth: again::Worth) -> String {
        let (anna, token) = (self.anna.clone(), session.to_owned());
        match self.act(move |tx, cx| again::again(tx, cx, (&anna, &token), worth)).unwrap() {
            again::Again::Half(token) => token,
            other => panic!("no second factor is asked: {other:?}"),
        }
    }

    /// Adds a key, as far as other stories than its own are concerned.
    fn key(&self) {
        let anna = self.anna.clone();
        let add = move |tx: &mut Tx<'_>, cx: &Cx| {
            tx.exec(
                "INSERT INTO passkey (id, account_id, credential_digest, name_sealed,
                                      credential_sealed, counter, backed_up, created_at)
                 VALUES ($1, $2, $3, $3, $3, 0, FALSE, $4)",
                base::args![&cx.new_id(), &anna, &[1_u8, 2, 3][..], cx.now],
            )?;
            Ok(())
        };
        self.act(add).unwrap();
    }

    /// Comes back by a recovery, chooses a password and signs in with it on a new device.
    fn first_sign_in_with(&self, typed: &str) {
        self.clock.advance(Instant::DAY);
        let session = self.recovered();
        self.new_password(&session).unwrap();
        let Ok(Entered::Half(half)) = self.enter(&wish(PHONE, &browser(&[])), typed) else {
            panic!("no second factor was asked")
        };
        self.pass(&half, &browser(&[]), (Method::Sms, &self.code())).unwrap();
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

/// What somebody has begun and not finished, each with what would finish it.
struct Begun {
    half: String,
    code: String,
    named: String,
    letter: String,
    link: String,
}

impl Begun {
    fn new(stage: &Stage) -> Self {
        let half = stage.half(&browser(&[]));
        let code = stage.code();
        let named = stage.recover("anna@example.org", &browser(&[])).unwrap();
        Self { half, code, named, letter: stage.code(), link: stage.recovery_link() }
    }

    /// All of it is over.
    fn leads_nowhere(&self, stage: &Stage, after: &str) {
        let came = browser(&[]);
        let passed = stage.pass(&self.half, &came, (Method::Sms, &self.code));
        assert_eq!(code_of(passed), "E-AUTH-02-EXPIRED", "the second factor, {after}");
        let reached = stage.reached(&self.named, &came, &self.letter);
        assert_eq!(code_of(reached), "E-AUTH-02-EXPIRED", "the code of a recovery, {after}");
        assert_eq!(code_of(stage.follow(&self.link)), "E-AUTH-02-EXPIRED", "its link, {after}");
    }
}

#[test]
fn what_was_begun_before_a_changed_contact_or_password_leads_nowhere_after_it() {
    each(|stage| {
        let session = stage.recovered();
        let begun = Begun::new(&stage);
        stage.new_password(&session).unwrap();
        begun.leads_nowhere(&stage, "after a new password");
    });
    each(|stage| {
        let begun = Begun::new(&stage);
        stage.changed_contact("+79991112233");
        begun.leads_nowhere(&stage, "after another phone");
    });
}

#[test]
fn what_was_begun_before_others_were_ended_or_the_account_closed_leads_nowhere() {
    each(|stage| {
        let session = stage.recovered();
        let begun = Begun::new(&stage);
        let (anna, token) = (stage.anna.clone(), session.clone());
        stage.act(move |tx, _| end_others(tx, &anna, &token)).unwrap();
        begun.leads_nowhere(&stage, "after others were ended");
        assert!(stage.who(&session).is_some());
    });
    each(|stage| {
        let begun = Begun::new(&stage);
        let anna = stage.anna.clone();
        let close = move |tx: &mut Tx<'_>, cx: &Cx| {
            let came = Came::default();
            privacy::close(tx, cx, &policy(), (&anna, &came), privacy::Standing::Cancel)
        };
        stage.act(close).unwrap();
        begun.leads_nowhere(&stage, "after the wish to close");
        let anna = stage.anna.clone();
        let ends = |stage: &Stage| {
            let anna = anna.clone();
            stage.act(move |tx, _| accounts::closing::ends(tx, &anna)).unwrap()
        };
        assert!(ends(&stage).is_some(), "the wish stands");
        stage.clock.advance(Instant::HOUR);
        stage.first_sign_in(&browser(&[]));
        assert!(ends(&stage).is_none(), "whoever signs in anew takes it back");
    });
}

#[test]
fn a_proof_once_more_ends_with_the_session_that_asked_for_it() {
    each(|stage| {
        let came = browser(&[]);
        let session = stage.recovered();
        stage.codes_always();
        let token = stage.again(&session);
        assert!(stage.half_of(&token).is_some());
        let half = stage.half_of(&token).unwrap();
        stage.act(move |tx, cx| send(tx, cx, &policy(), &half, (Method::Sms, false))).unwrap();
        let code = stage.code();
        stage.act(move |tx, _| sessions::close(tx, &session)).unwrap();
        assert!(stage.half_of(&token).is_none(), "nothing is shown of whose it was");
        let tried = stage.pass(&token, &came, (Method::Sms, &code));
        assert_eq!(code_of(tried), "E-AUTH-02-EXPIRED");
    });
}

#[test]
fn a_password_that_is_taken_away_while_it_is_checked_opens_nothing() {
    each(|stage| {
        let known = browser(&stage.first_sign_in(&browser(&[])));
        let link = stage.link();
        let session = stage.recovered();
        let Asked { challenge, seen } = stage.ask(&wish(PHONE, &known)).unwrap();
        let proven = challenge.check(&policy().secrets, PASSWORD).unwrap();
        let enter = |wish: Wish| {
            let (proven, seen) = (proven.clone(), seen.clone());
            stage.act(move |tx, cx| signin::enter(tx, cx, &policy(), (&proven, &seen), &wish))
        };
        let again = |session: &str| {
            let (proven, token) = (proven.clone(), session.to_owned());
            stage.act(move |tx, cx| {
                again::entered_again(tx, cx, (&proven, &token), &Came::default())
            })
        };
        // The device is forgotten meanwhile: it is a strange one.
        let anna = stage.anna.clone();
        stage.act(move |tx, _| device::revoke_others(tx, &anna, None)).unwrap();
        assert!(matches!(enter(wish(PHONE, &known)), Ok(Entered::Half(_))));
        let renewed = again(&session).unwrap().session;
        assert_eq!(code_of(again("of nobody")), "E-AUTH-10", "its session has ended");
        stage.act(move |tx, cx| disown(tx, cx, &policy(), (&link, &Came::default()))).unwrap();
        assert_eq!(code_of(enter(wish(PHONE, &known))), "E-AUTH-01");
        assert_eq!(code_of(again(&renewed)), "E-AUTH-01");
    });
}

#[test]
fn a_password_beside_a_code_is_looked_at_again_too() {
    each(|stage| {
        stage.raise(Level::Standard);
        let token = stage.by_code(PHONE, &browser(&[])).unwrap();
        assert!(matches!(stage.reached(&token, &browser(&[]), &stage.code()), Ok(Passed::More)));
        let asked = token.clone();
        let ask = move |tx: &mut Tx<'_>, cx: &Cx| by_code::ask(tx, cx, (&asked, &Came::default()));
        let proven = stage.act(ask).unwrap().check(&policy().secrets, PASSWORD).unwrap();
        let anna = stage.anna.clone();
        stage.act(move |tx, _| accounts::signin::set_password(tx, &anna, None)).unwrap();
        let pass = move |tx: &mut Tx<'_>, cx: &Cx| {
            by_code::pass(tx, cx, &policy(), (&token, &browser(&[])), &proven)
        };
        assert_eq!(code_of(stage.act(pass)), "E-AUTH-01");
    });
}

#[test]
fn who_knows_the_password_keeps_no_owner_from_the_second_factor_and_is_told_of_once() {
    each(|stage| {
        let known = browser(&stage.first_sign_in(&browser(&[])));
        let shared = Came { shared: true, ..browser(&[]) };
        let half = stage.half(&shared);
        let away = stage.pass(&half, &shared, (Method::Sms, &stage.code())).unwrap();
        let (seed, _) = stage.app();
        let half = stage.half(&browser(&[]));
        for _ in 0..10 {
            let tried = stage.pass(&half, &browser(&[]), (Method::App, "000000"));
            assert_eq!(code_of(tried), "E-AUTH-09");
        }
        let tried = stage.pass(&half, &browser(&[]), (Method::App, &stage.shown(&seed)));
        assert_eq!(code_of(tried), "E-AUTH-06");
        let told = stage.told().into_iter().filter(|x| x == "factor-guessed").count();
        assert_eq!(told, 1, "its owner hears of it");

        let half = stage.half(&known);
        stage.pass(&half, &known, (Method::App, &stage.shown(&seed))).unwrap();
        let anna = stage.anna.clone();
        let once_more = stage.again_best(&away.session);
        let opened = stage.pass(&once_more, &shared, (Method::App, &stage.shown(&seed))).unwrap();
        assert_eq!(stage.who(&opened.session).unwrap().account, anna, "in a session that stands");
        // Coming and going there frees no stranger.
        let tried = stage.half(&browser(&[]));
        let tried = stage.pass(&tried, &browser(&[]), (Method::App, &stage.shown(&seed)));
        assert_eq!(code_of(tried), "E-AUTH-06");
    });
}

/// Follows the link of a notice.
fn disowned(stage: &Stage, link: &str) -> Outcome<String> {
    let link = link.to_owned();
    stage.act(move |tx, cx| disowned_with(tx, cx, &link))
}

pub(super) fn disowned_with(tx: &mut Tx<'_>, cx: &Cx, link: &str) -> Outcome<String> {
    disown(tx, cx, &policy(), (link, &Came::default()))
}

/// The secrets of the links that take contacts back, the newest first, with where they went.
fn undo_links(stage: &Stage) -> Vec<(String, String)> {
    let letters = stage.act(|tx, _| testkit::letters(tx)).unwrap();
    let undo = letters.into_iter().filter(|x| x.0 == "contact-undo").map(|x| x.1);
    let text = |x: &serde_json::Value| x.as_str().unwrap().to_owned();
    undo.map(|x| (text(&x["to"]), text(&x["path"]).replace("/undo/", ""))).collect()
}

fn undone(stage: &Stage, link: &str) -> Outcome<String> {
    let link = link.to_owned();
    stage.act(move |tx, cx| {
        crate::factors::change::undo(tx, cx, &policy(), (&link, &Came::default()))
    })
}

#[test]
fn a_contact_that_is_taken_back_stays_and_takes_later_changes_with_it() {
    each(|stage| {
        stage.changed_contact("+79991112233");
        stage.changed_contact("thief@example.org");
        stage.changed_contact("+79992223344");
        let links = undo_links(&stage);
        let of = |to: &str| links.iter().find(|x| x.0 == to).unwrap().1.clone();
        undone(&stage, &of(PHONE)).unwrap();
        assert_eq!(stage.told()[0], "contact-undone", "everybody hears of it");
        let owner = change::account(&stage);
        assert_eq!(owner.phone.reveal(), PHONE);
        assert_eq!(owner.email.unwrap().reveal(), "anna@example.org", "it was changed after that");
        for to in ["+79991112233", "anna@example.org"] {
            assert_eq!(code_of(undone(&stage, &of(to))), "E-AUTH-19", "{to}");
        }
        assert_eq!(change::account(&stage).phone.reveal(), PHONE);
    });
}

/// What opens the account beside the password, with its moment.
fn ways_in(stage: &Stage) -> (usize, bool, bool, i64, bool) {
    let anna = stage.anna.clone();
    let counted = stage.act(move |tx, _| {
        let account = accounts::read::account(tx, &anna)?.unwrap();
        Ok((app::all(tx, &anna)?.len(), read::standing(tx, &account)?))
    });
    let (apps, standing) = counted.unwrap();
    (apps, standing.key, standing.question, standing.printed, standing.code)
}

#[test]
fn it_was_not_me_withdraws_what_was_added_since_and_nothing_older() {
    each(|stage| {
        let (_, printed) = stage.app();
        let half = stage.half(&browser(&[]));
        stage.pass(&half, &browser(&[]), (Method::Printed, &printed[0])).unwrap();
        let letters = stage.act(|tx, _| testkit::letters(tx)).unwrap();
        let came_in = letters.iter().find(|x| x.0 == "security-new-device").unwrap();
        let link = came_in.1["path"].as_str().unwrap().replace(notice::LINK_PATH, "");
        assert_eq!(ways_in(&stage), (1, false, false, 9, false));

        stage.app();
        stage.key();
        stage.codes_always();
        let anna = stage.anna.clone();
        let asked = Question::parse("На какой улице вы выросли?", "Берёзовая, 5").unwrap();
        let ask = move |tx: &mut Tx<'_>, cx: &Cx| {
            ask_question(tx, cx, &policy(), (&anna, &Came::default()), &asked)
        };
        stage.act(ask).unwrap();
        assert_eq!(ways_in(&stage), (2, true, true, 9, true));
        disowned(&stage, &link).unwrap();
        assert_eq!(stage.told()[0], "disowned");
        // Two contacts are left, and a key was taken away: a recovery asks for both.
        assert_eq!(ways_in(&stage), (1, false, false, 9, true));
    });
}

#[test]
fn whoever_disowns_a_key_comes_back_by_two_contacts_or_by_the_only_one() {
    each(|stage| {
        let came = browser(&[]);
        stage.first_sign_in(&came);
        let link = stage.link();
        stage.key();
        let token = disowned(&stage, &link).unwrap();
        let (half, code) = (token.clone(), stage.code());
        let first = stage.act(move |tx, cx| {
            let came = Came::default();
            signin::pass(tx, cx, &policy(), (&half, &came), (Method::Sms, &code))
        });
        assert!(matches!(first.unwrap(), Ok(Passed::More)), "one contact is not enough");
        stage.pass(&token, &came, (Method::Email, &stage.code())).unwrap();
    });
    each(|stage| {
        let anna = stage.anna.clone();
        stage.act(move |tx, _| accounts::drop_email(tx, &anna)).unwrap();
        stage.first_sign_in(&browser(&[]));
        let link = stage.link();
        stage.key();
        stage.changed_contact("thief@example.org");
        let token = disowned(&stage, &link).unwrap();
        assert!(change::account(&stage).email.is_none(), "an e-mail that was added goes");
        stage.pass(&token, &browser(&[]), (Method::Sms, &stage.code())).unwrap();
    });
}

#[test]
fn a_link_works_as_long_as_its_contact_counts() {
    each(|stage| {
        stage.first_sign_in(&browser(&[]));
        let old = stage.link();
        stage.changed_contact("+79991112233");
        let told = stage.link();
        assert_eq!(code_of(disowned(&stage, &old)), "E-AUTH-20", "its phone counts no more");
        stage.codes_always();
        let thiefs = stage.link();
        let links = undo_links(&stage);
        undone(&stage, &links[0].1).unwrap();
        for link in [told, thiefs] {
            assert_eq!(code_of(disowned(&stage, &link)), "E-AUTH-20", "the new phone had it, too");
        }
        disowned(&stage, &old).unwrap();
        // An e-mail that is added takes nobody's link away; when it is withdrawn, its own end.
        let anna = stage.anna.clone();
        stage.act(move |tx, _| accounts::drop_email(tx, &anna)).unwrap();
        stage.first_sign_in_with(NEW_PASSWORD);
        let before = stage.link();
        stage.changed_contact("thief@example.org");
        stage.codes_always();
        let thiefs = stage.link();
        disowned(&stage, &before).unwrap();
        assert_eq!(code_of(disowned(&stage, &thiefs)), "E-AUTH-20");
    });
}

#[test]
fn whoever_proves_the_former_contact_anew_leaves_no_link_to_those_that_came_after_it() {
    each(|stage| {
        let of = |to: &str| undo_links(&stage).into_iter().find(|x| x.0 == to).map(|x| x.1);
        stage.first_sign_in(&browser(&[]));
        let before = stage.link();
        stage.changed_contact("+79991112233");
        let told = stage.link();
        stage.changed_contact("+79992223344");
        stage.changed_contact(PHONE);
        assert_eq!(of("+79992223344"), None, "the last of them gets none");
        for to in [PHONE, "+79991112233"] {
            assert_eq!(code_of(undone(&stage, &of(to).unwrap())), "E-AUTH-19", "{to}");
        }
        assert_eq!(code_of(disowned(&stage, &told)), "E-AUTH-20", "the new phone had it, too");
        // Nor does «It was not me» bring anybody's back.
        disowned(&stage, &before).unwrap();
        assert_eq!(change::account(&stage).phone.reveal(), PHONE);

        // Only as long as the former one could take it back: then it is a contact like any other.
        stage.clock.advance(Instant::DAY);
        stage.changed_contact("+79995556677");
        stage.clock.advance(crate::factors::change::UNDO);
        stage.changed_contact(PHONE);
        undone(&stage, &of("+79995556677").unwrap()).unwrap();
        assert_eq!(change::account(&stage).phone.reveal(), "+79995556677");
    });
}
