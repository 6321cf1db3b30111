//! Limits of guessing: they hit who guesses, and nobody else.

use base::db::For;

use super::*;

/// A wish with the work done that the form asks for.
fn worked(stage: &Stage, who: &str, came: &Came) -> Wish {
    let made = wish(who, came);
    let identifier = made.identifier.clone();
    let token =
        stage.act(move |_, cx| Ok(work(cx, &policy().secrets, identifier.reveal()))).unwrap();
    let answer = work::solve(&token);
    Wish { work: Work { token, answer }, ..made }
}

/// From nowhere in particular: limits by address are a story of their own.
fn somewhere() -> Came {
    Came::default()
}

#[test]
fn an_unknown_device_waits_longer_and_longer_and_the_owner_never_notices() {
    each(|stage| {
        let owner = browser(&stage.first_sign_in(&browser(&[])));
        for who in [PHONE, "nobody@example.org"] {
            for _ in 0..2 {
                let tried = stage.enter(&wish(who, &somewhere()), "не тот");
                assert_eq!(code_of(tried), "E-AUTH-01");
            }
            assert_eq!(code_of(stage.ask(&wish(who, &somewhere()))), "E-AUTH-05", "{who}");
            for minutes in [0, 0, 0, 1, 2, 4] {
                stage.clock.advance(minutes * Instant::MINUTE);
                let tried = stage.enter(&worked(&stage, who, &somewhere()), "не тот");
                assert_eq!(code_of(tried), "E-AUTH-01", "{who}, after {minutes} minutes");
            }
            let Err(Error::Refusal(refusal)) = stage.ask(&worked(&stage, who, &somewhere())) else {
                panic!("the door is open for {who}")
            };
            assert_eq!((refusal.code, refusal.retry_after), ("E-AUTH-03", Some(480)));
        }
        assert!(matches!(stage.enter(&wish(PHONE, &owner), PASSWORD), Ok(Entered::In(_))));
    });
}

#[test]
fn a_hundred_at_once_are_five() {
    each(|stage| {
        let wishes: Vec<Wish> =
            (0..100).map(|_| worked(&stage, "+79990000000", &somewhere())).collect();
        let asked: usize = std::thread::scope(|scope| {
            let stage = &stage;
            let all: Vec<_> =
                wishes.iter().map(|x| scope.spawn(move || stage.ask(x).is_ok())).collect();
            all.into_iter().map(|x| usize::from(x.join().unwrap())).sum()
        });
        assert_eq!(asked, 5);
    });
}

#[test]
fn a_known_device_has_its_own_ten_tries() {
    each(|stage| {
        let owner = browser(&stage.first_sign_in(&browser(&[])));
        for _ in 0..9 {
            assert_eq!(code_of(stage.enter(&wish(PHONE, &owner), "не тот")), "E-AUTH-01");
        }
        stage.ask(&wish(PHONE, &owner)).unwrap();
        assert_eq!(code_of(stage.ask(&wish(PHONE, &owner))), "E-AUTH-03");
        stage.clock.advance(10 * Instant::MINUTE);
        stage.ask(&wish(PHONE, &owner)).unwrap();
    });
}

#[test]
fn an_address_has_twenty_tries_and_a_crowd_behind_it_works_for_its_turn() {
    each(|stage| {
        let from = browser(&[]);
        for number in 0..15 {
            let who = format!("+7999000{number:04}");
            assert_eq!(code_of(stage.enter(&wish(&who, &from), "не тот")), "E-AUTH-01", "{who}");
        }
        assert_eq!(code_of(stage.ask(&wish("+79991112233", &from))), "E-AUTH-05");
        for number in 0..5 {
            let who = format!("+7998000{number:04}");
            stage.ask(&worked(&stage, &who, &from)).unwrap();
        }
        let who = "+79971112233";
        assert_eq!(code_of(stage.ask(&worked(&stage, who, &from))), "E-AUTH-03");
        stage.ask(&wish(who, &somewhere())).unwrap();
        stage.clock.advance(Instant::DAY);
        stage.ask(&wish(who, &from)).unwrap();
    });
}

#[test]
fn work_is_for_one_identifier_once_and_waiting_does_as_well() {
    each(|stage| {
        let (mine, secrets) = (worked(&stage, PHONE, &somewhere()), policy().secrets);
        let accepted = |wish: &Wish| {
            let (wish, secrets) = (wish.clone(), secrets.clone());
            let accept = move |tx: &mut Tx<'_>, cx: &Cx| {
                work::accept(tx, cx.now, &secrets, (wish.identifier.reveal(), &wish.work))
            };
            stage.act(accept).unwrap()
        };
        let other = Wish { identifier: Identifier::parse("+79990000000"), ..mine.clone() };
        assert!(!accepted(&other), "it is bound to what was typed");
        let wrong = Work { answer: "0".into(), ..mine.work.clone() };
        assert!(!accepted(&Wish { work: wrong, ..mine.clone() }));
        assert!(accepted(&mine));
        assert!(!accepted(&mine), "once");
        assert!(!accepted(&wish(PHONE, &somewhere())), "nothing came");

        let mut idle = worked(&stage, PHONE, &somewhere());
        idle.work.answer.clear();
        assert!(!accepted(&idle));
        stage.clock.advance(30 * Instant::SECOND);
        assert!(accepted(&idle));
        let late = worked(&stage, PHONE, &somewhere());
        stage.clock.advance(10 * Instant::MINUTE);
        assert!(!accepted(&late));
    });
}

#[test]
fn a_try_costs_the_database_the_same_whether_or_not_there_is_an_account() {
    each(|stage| {
        let cost = |who: &str| {
            let before = stage.db.statements(For::Jobs);
            assert_eq!(code_of(stage.enter(&wish(who, &browser(&[])), "не тот")), "E-AUTH-01");
            stage.db.statements(For::Jobs) - before
        };
        let known = cost(PHONE);
        assert!(known > 5);
        for who in ["+79990000000", "nobody@example.org", "кто-то"] {
            assert_eq!(cost(who), known, "{who}");
        }
    });
}

/// A wish from somewhere else every time, with the half minute waited that the form asks for.
fn patient(stage: &Stage, who: &str, n: u32) -> Wish {
    let address = std::net::IpAddr::from([10, (n >> 16) as u8, (n >> 8) as u8, n as u8]);
    let came = Came { address: Some(address.into()), ..Came::default() };
    let made = wish(who, &came);
    let identifier = made.identifier.clone();
    let token =
        stage.act(move |_, cx| Ok(work(cx, &policy().secrets, identifier.reveal()))).unwrap();
    stage.clock.advance(30 * Instant::SECOND);
    Wish { work: Work { token, answer: String::new() }, ..made }
}

#[test]
fn a_day_of_guessing_from_everywhere_gets_few_tries_and_never_shuts_the_owner_out() {
    each(|stage| {
        let mut owner = browser(&stage.first_sign_in(&browser(&[])));
        let mut evaluated = 0;
        for minute in 0..24 * 60 {
            evaluated += usize::from(stage.ask(&patient(&stage, PHONE, minute)).is_ok());
            stage.clock.advance(30 * Instant::SECOND);
            if minute % 120 == 60 {
                let entered = stage.enter(&wish(PHONE, &owner), PASSWORD);
                let Ok(Entered::In(opened)) = entered else {
                    panic!("the owner is shut out after {minute} minutes: {entered:?}")
                };
                owner = browser(&opened.devices.unwrap());
            }
        }
        assert!((20..=100).contains(&evaluated), "{evaluated} passwords were evaluated");
    });
}

/// What a stranger meets who types a password that is surely wrong, and whether it was compared with
/// anybody's.
fn met(stage: &Stage, who: &str, n: u32) -> (&'static str, bool) {
    match stage.ask(&patient(stage, who, n)) {
        Ok(Asked { challenge, .. }) => {
            let evaluated = challenge.account().is_some();
            let refused = challenge.check(&policy().secrets, "не тот").unwrap_err();
            (refused.code().unwrap(), evaluated)
        }
        Err(refused) => (refused.code().unwrap(), false),
    }
}

/// What the worker tells Anna of it, in two rounds.
fn told_of_guessing(stage: &Stage) -> Vec<String> {
    let before = stage.told().len();
    for _ in 0..2 {
        stage.act(|tx, cx| guess::tell_guessed(tx, cx, &policy())).unwrap();
    }
    let mut told = stage.told();
    told.truncate(told.len() - before);
    told
}

#[test]
fn guesses_by_three_names_of_one_account_count_together_and_tell_nothing() {
    each(|stage| {
        let mut owner = browser(&stage.first_sign_in(&browser(&[])));
        stage.snils(Some(crate::identity::How::Registry));
        let own = [PHONE, "anna@example.org", "112-233-445 95"];
        let nobodys = ["+79990000000", "nobody@example.org", "001-001-999 65"];
        let (mut evaluated, mut lately) = (0, Vec::new());
        for hour in 0..4 * 24 {
            stage.clock.advance(Instant::HOUR);
            for (n, (who, nobody)) in (0..).zip(own.into_iter().zip(nobodys)) {
                let before = stage.db.statements(For::Jobs);
                let (said, compared) = met(&stage, who, hour * 8 + n);
                let between = stage.db.statements(For::Jobs);
                let (said_of_nobody, _) = met(&stage, nobody, hour * 8 + n + 4);
                assert_eq!(said, said_of_nobody, "{who} in hour {hour}");
                assert_eq!(between - before, stage.db.statements(For::Jobs) - between, "{who}");
                lately.extend(compared.then_some(stage.clock.now()));
                evaluated += usize::from(compared);
            }
            let since = stage.clock.now().plus(-Instant::DAY);
            lately.retain(|x| *x > since);
            assert!(lately.len() <= 100, "{} within a day", lately.len());
            if hour % 24 == 12 {
                let entered = stage.enter(&wish(PHONE, &owner), PASSWORD);
                let Ok(Entered::In(opened)) = entered else {
                    panic!("the owner is shut out in hour {hour}: {entered:?}")
                };
                owner = browser(&opened.devices.unwrap());
            }
        }
        assert_eq!(evaluated, 100, "by all names together");
        assert_eq!(told_of_guessing(&stage), ["guessed"], "once, and not at the try");
        stage.clock.advance(Instant::HOUR);
        // By none of the names the right one opens now; nobody is told why.
        let right = |n| stage.enter(&patient(&stage, own[1], n), PASSWORD);
        assert_eq!(code_of(right(7_000)), code_of(stage.enter(&wish("x@y.zz", &somewhere()), "-")));
        let anna = stage.anna.clone();
        stage.act(move |tx, _| guess::forget(tx, &anna, "anna@example.org")).unwrap();
        stage.clock.advance(Instant::HOUR);
        assert!(matches!(right(7_001), Ok(Entered::Half(_))), "after a new password it does");
    });
}
