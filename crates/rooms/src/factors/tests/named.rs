//! Whoever has only said who they are: by a SNILS, or to sign in with a code.

use super::once::at_once;
use super::*;
use crate::accounts::{self, Level};
use crate::identity::{self, Beside, How, Kind, Save, Ways};

const SNILS: &str = "112-233-445 95";

impl Stage {
    /// Anna types her SNILS; with `how` it is checked, too.
    pub(super) fn snils(&self, how: Option<How>) {
        let account = self.anna.clone();
        self.act(move |tx, cx| {
            let beside = Beside { born: None, today: identity::read::today(cx.now) };
            let values = identity::read_datum(Kind::Snils, |_| SNILS, beside).unwrap();
            let account = account.clone();
            let datum = Save { account, kind: Kind::Snils, values, version: 0, agreed: false };
            identity::save(tx, cx, Ways::default(), &datum)?;
            let checked = how.map(|how| identity::attest(tx, cx, &datum.account, how));
            assert!(checked.transpose()?.unwrap_or(true));
            Ok(())
        })
        .unwrap();
    }

    pub(super) fn by_code(&self, who: &str, came: &Came) -> Outcome<String> {
        let (contact, came) = (Contact::parse("identifier", who).unwrap(), came.clone());
        self.act(move |tx, cx| by_code::begin(tx, cx, &policy(), (&contact, &came)))
    }

    pub(super) fn half_of(&self, token: &str) -> Option<Half> {
        let token = token.to_owned();
        self.act(move |tx, cx| half::open(tx, cx.now, &token)).unwrap()
    }

    fn password(&self, token: &str, came: &Came, typed: &'static str) -> Outcome<Passed> {
        let (asked, came, mine) = (token.to_owned(), came.clone(), token.to_owned());
        let here = came.clone();
        let challenge = self.act(move |tx, cx| by_code::ask(tx, cx, (&asked, &here)))?;
        let proven = challenge.check(&policy().secrets, typed)?;
        self.act(move |tx, cx| by_code::pass(tx, cx, &policy(), (&mine, &came), &proven))
    }

    /// How many letters with a code wait, those to nobody left out.
    fn sent(&self) -> usize {
        let letters = self.act(|tx, _| testkit::letters(tx)).unwrap();
        letters.iter().filter(|x| x.1["code"].is_string()).count()
    }
}

fn is_in(passed: &Outcome<Passed>) -> bool {
    matches!(passed, Ok(Passed::In(_)))
}

#[test]
fn a_snils_finds_the_account_in_which_it_was_checked_and_no_other() {
    each(|stage| {
        let came = browser(&[]);
        stage.snils(None);
        stage.recover(SNILS, &came).unwrap();
        assert_eq!(stage.sent(), 0, "anybody may type any number");
        stage.snils(Some(How::Registry));
        for typed in ["11223344595", "112 233 445 95"] {
            let token = stage.recover(typed, &came).unwrap();
            assert!(stage.half_of(&token).is_none(), "nothing is told before the code");
            let passed = stage.reached(&token, &came, &stage.code());
            assert!(is_in(&passed), "{typed}");
        }
        let letters = stage.act(|tx, _| testkit::letters(tx)).unwrap();
        assert_eq!(letters.iter().find(|x| x.1["code"].is_string()).unwrap().1["to"], PHONE);
        assert!(matches!(stage.enter(&wish(SNILS, &came), PASSWORD), Ok(Entered::Half(_))));
        let off = Wish { identifier: Identifier::parse(SNILS).unknown(), ..wish(SNILS, &came) };
        assert_eq!(code_of(stage.enter(&off, PASSWORD)), "E-AUTH-01");
        second_channel(&stage);
        // Sendings are counted by what was said, whether or not somebody has it.
        for said in [SNILS, "001-001-999 65"] {
            let codes: Vec<_> = (0..4).map(|_| stage.recover(said, &Came::default())).collect();
            assert_eq!(code_of(codes.into_iter().next_back().unwrap()), "E-AUTH-LIMIT", "{said}");
        }
        let fault = |text| Identifier::named("identifier", text).unwrap_err().code;
        assert_eq!(fault("112-233-445 96"), "E-FORM-02-SNILS-SUM");
        assert_eq!((fault("кто-то"), fault("")), ("E-PHONE-01", "E-FORM-01"));
    });
}

/// The code by e-mail, to whoever has named a SNILS; a phone that had enough gets no more, in silence.
fn second_channel(stage: &Stage) {
    stage.clock.advance(Instant::DAY);
    let came = browser(&[]);
    let again = |token: &str, by: Method| {
        let (token, came) = (token.to_owned(), came.clone());
        stage.act(move |tx, cx| send_again(tx, cx, &policy(), (&token, &came), (by, false)))
    };
    let newest = |stage: &Stage| {
        let letters = stage.act(|tx, _| testkit::letters(tx)).unwrap();
        letters.into_iter().find(|x| x.1["code"].is_string()).unwrap().1
    };
    let token = stage.recover(SNILS, &came).unwrap();
    let first = stage.code();
    again(&token, Method::Email).unwrap();
    assert_eq!(newest(stage)["to"], "anna@example.org");
    assert_ne!(stage.code(), first);
    assert_eq!(code_of(stage.reached(&token, &came, &first)), "E-AUTH-02-FORMER", "it has ended");
    assert!(is_in(&stage.reached(&token, &came, &stage.code())));
    assert_eq!(code_of(again(&token, Method::Sms)), "E-AUTH-02-EXPIRED");

    stage.clock.advance(Instant::DAY);
    let token = stage.recover(PHONE, &came).unwrap();
    again(&token, Method::Sms).unwrap();
    again(&token, Method::Sms).unwrap();
    assert_eq!(code_of(again(&token, Method::Sms)), "E-AUTH-LIMIT");
    let sent = stage.sent();
    let token = stage.recover(SNILS, &came).unwrap();
    assert_eq!(stage.sent(), sent, "its phone had three, by whatever name");
    let tried = stage.reached(&token, &came, "000000");
    assert_eq!(code_of(tried), "E-AUTH-02-WRONG", "as if it had been sent");
    stage.clock.advance(Instant::DAY);
}

#[test]
fn what_a_code_proves_is_the_contact_to_which_it_was_sent() {
    each(|stage| {
        stage.raise(Level::Verified);
        let came = browser(&[]);
        let token = stage.recover(PHONE, &came).unwrap();
        let code = stage.code();
        for way in [Method::Sms, Method::Email] {
            let tried = stage.pass(&token, &came, (way, &code));
            assert_eq!(code_of(tried), "E-AUTH-02-EXPIRED", "the other page knows of nobody");
        }
        assert!(matches!(stage.reached(&token, &came, &code), Ok(Passed::More)));
        let half = stage.half_of(&token).unwrap();
        assert_eq!(half.shown, [Method::Sms]);
        let again = stage.act(move |tx, cx| send(tx, cx, &policy(), &half, (Method::Sms, false)));
        assert_eq!(code_of(again), "E-AUTH-02-EXPIRED", "the same phone twice");
        stage.pass(&token, &came, (Method::Email, &stage.code())).unwrap();
    });
}

#[test]
fn a_code_is_enough_on_a_known_device_and_above_the_first_level_the_password_joins_it() {
    each(|stage| {
        let token = stage.by_code(PHONE, &browser(&[])).unwrap();
        assert!(stage.half_of(&token).is_none(), "nothing is told before the code");
        let passed = stage.reached(&token, &browser(&[]), &stage.code());
        let Ok(Passed::In(opened)) = passed else { panic!("the first level asks for no more") };
        assert_eq!(stage.told(), ["new-device"]);
        let known = browser(&opened.devices.unwrap());

        stage.raise(Level::Verified);
        let token = stage.by_code(PHONE, &known).unwrap();
        assert!(is_in(&stage.reached(&token, &known, &stage.code())));

        stage.clock.advance(Instant::HOUR);
        let came = browser(&[]);
        let token = stage.by_code("anna@example.org", &came).unwrap();
        assert!(matches!(stage.reached(&token, &came, &stage.code()), Ok(Passed::More)));
        let half = stage.half_of(&token).unwrap();
        assert_eq!(half.methods, [Method::Sms, Method::Password]);
        assert_eq!(code_of(stage.password(&token, &came, "Не тот пароль1!")), "E-AUTH-01");
        assert!(is_in(&stage.password(&token, &came, PASSWORD)));

        let token = stage.by_code("anna@example.org", &came).unwrap();
        assert!(matches!(stage.reached(&token, &came, &stage.code()), Ok(Passed::More)));
        for _ in 0..9 {
            assert_eq!(code_of(stage.password(&token, &came, "Не тот пароль1!")), "E-AUTH-01");
        }
        stage.password(&token, &came, "Не тот пароль1!").unwrap_err();
        assert_eq!(code_of(stage.password(&token, &came, PASSWORD)), "E-AUTH-06");
    });
}

#[test]
fn an_app_is_asked_after_the_code_and_a_password_does_not_replace_it() {
    each(|stage| {
        let known = browser(&stage.first_sign_in(&browser(&[])));
        let (seed, _) = stage.app();
        stage.clock.advance(Instant::HOUR);
        let token = stage.by_code(PHONE, &known).unwrap();
        assert!(matches!(stage.reached(&token, &known, &stage.code()), Ok(Passed::More)));
        assert_eq!(stage.half_of(&token).unwrap().methods, [Method::App, Method::Printed]);
        assert_eq!(code_of(stage.password(&token, &known, PASSWORD)), "E-AUTH-02-EXPIRED");
        stage.pass(&token, &known, (Method::App, &stage.shown(&seed))).unwrap();
    });
}

#[test]
fn the_staff_and_strangers_get_no_code_and_one_code_opens_one_session() {
    each(|stage| {
        let came = browser(&[]);
        stage.by_code("+79990000000", &came).unwrap();
        assert_eq!(stage.sent(), 0, "nobody has this phone");
        let token = stage.by_code(PHONE, &came).unwrap();
        let code = stage.code();
        assert_eq!(at_once(|| stage.reached(&token, &came, &code).is_ok()), 1);

        let (anna, sent) = (stage.anna.clone(), stage.sent());
        stage.act(move |tx, cx| sessions::make_staff(tx, cx.now, &anna)).unwrap();
        let token = stage.by_code(PHONE, &came).unwrap();
        assert_eq!(stage.sent(), sent, "a stolen number is no way to a workplace");
        for left in (0..4).rev() {
            let tried = stage.reached(&token, &came, "000000").unwrap_err();
            assert_eq!(tried.code(), Some("E-AUTH-02-WRONG"), "{left}");
        }
        stage.reached(&token, &came, "000000").unwrap_err();
        let spent = stage.reached(&token, &came, "000000");
        assert_eq!(code_of(spent), "E-AUTH-02-SPENT");

        let contact = Contact::parse("identifier", PHONE).unwrap();
        let off = accounts::Policy { code_sign_in: false, ..policy() };
        let begun =
            stage.act(move |tx, cx| by_code::begin(tx, cx, &off, (&contact, &Came::default())));
        assert_eq!(code_of(begun), "E-AUTH-15");
    });
}

/// Ways in which anybody may ask for a message to a phone.
fn wishes(stage: &Stage, phone: &str) -> Vec<bool> {
    let ways: [&dyn Fn() -> bool; 4] = [
        &|| stage.recover(phone, &Came::default()).is_ok(),
        &|| stage.by_code(phone, &Came::default()).is_ok(),
        &|| stage.recover(phone, &Came::default()).is_ok(),
        &|| stage.by_code(phone, &Came::default()).is_ok(),
    ];
    ways.iter().map(|x| x()).collect()
}

#[test]
fn the_limit_of_strangers_does_not_tell_that_an_owner_was_here() {
    each(|stage| {
        for used in 0..=3 {
            for _ in 0..used {
                stage.half(&browser(&[]));
            }
            let sent = stage.sent();
            let known = wishes(&stage, PHONE);
            assert_eq!(stage.sent() - sent, 3 - used, "all that a phone gets is limited");
            assert_eq!(known, wishes(&stage, &format!("+7999000000{used}")), "after {used}");
            assert_eq!(known, [true, true, true, false]);
            stage.clock.advance(Instant::DAY);
        }
    });
}

#[test]
fn what_strangers_ask_for_keeps_no_owner_out() {
    each(|stage| {
        let known = browser(&stage.first_sign_in(&browser(&[])));
        stage.clock.advance(Instant::DAY);
        // Ten a day, in threes: no stranger gets more for this phone.
        for _ in 0..4 {
            wishes(&stage, PHONE);
            stage.clock.advance(10 * Instant::MINUTE);
        }
        assert_eq!(code_of(stage.recover(PHONE, &Came::default())), "E-AUTH-LIMIT");
        let sent = stage.sent();
        let came = browser(&[]);
        let half = stage.half(&came);
        assert_eq!(stage.sent(), sent + 1, "the password was right");
        stage.pass(&half, &came, (Method::Sms, &stage.code())).unwrap();
        let token = stage.recover(PHONE, &known).unwrap();
        let passed = stage.reached(&token, &known, &stage.code());
        let Ok(Passed::In(opened)) = passed else { panic!("the device is known") };
        let known = browser(&opened.devices.unwrap());
        stage.clock.advance(10 * Instant::MINUTE);
        let token = stage.by_code(PHONE, &known).unwrap();
        assert_eq!(stage.sent(), sent + 3);
        stage.reached(&token, &known, "no code").unwrap_err();
        // So it is with a code that is asked for once more.
        stage.clock.advance(Instant::DAY);
        wishes(&stage, PHONE);
        let sent = stage.sent();
        let (token, came) = (stage.recover(PHONE, &known).unwrap(), known.clone());
        let again = move |tx: &mut Tx<'_>, cx: &Cx| {
            send_again(tx, cx, &policy(), (&token, &came), (Method::Sms, false))
        };
        stage.act(again).unwrap();
        assert_eq!(stage.sent(), sent + 2);
        // Of nobody's phone such a browser hears what every other hears.
        let nobody = "+79990000009";
        wishes(&stage, nobody);
        assert_eq!(code_of(stage.recover(nobody, &known)), "E-AUTH-LIMIT");
        assert_eq!(code_of(stage.recover(nobody, &Came::default())), "E-AUTH-LIMIT");
        stage.clock.advance(10 * Instant::MINUTE);
        stage.by_code(PHONE, &known).unwrap();
        // The reserve has the same measure: one more now, then three.
        for left in [true, true, false] {
            assert_eq!(stage.by_code(PHONE, &known).is_ok(), left);
        }
    });
}
