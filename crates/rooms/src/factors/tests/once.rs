//! What is good once is good once, however many bring it at the same moment.

use super::*;

/// Does `act` a hundred times at once; gives how often it went well.
pub fn at_once(act: impl Fn() -> bool + Sync) -> usize {
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..100).map(|_| scope.spawn(&act)).collect();
        all.into_iter().map(|x| usize::from(x.join().unwrap())).sum()
    })
}

#[test]
fn a_code_to_a_contact_opens_one_session() {
    each(|stage| {
        let came = browser(&[]);
        let half = stage.half(&came);
        let code = stage.code();
        assert_eq!(at_once(|| stage.pass(&half, &came, (Method::Sms, &code)).is_ok()), 1);
    });
}

#[test]
fn a_step_of_an_app_and_a_printed_code_open_once() {
    each(|stage| {
        let (seed, printed) = stage.app();
        let code = stage.shown(&seed);
        let verified = || {
            let (anna, code) = (stage.anna.clone(), code.clone());
            let tried = stage.act(move |tx, cx| app::verify(tx, cx, &anna, &code)).unwrap();
            tried == crate::accounts::codes::Verdict::Right
        };
        assert_eq!(at_once(verified), 1);
        let redeemed = || {
            let (anna, code, secrets) = (stage.anna.clone(), printed[0].clone(), policy().secrets);
            stage.act(move |tx, cx| printed::redeem(tx, cx.now, &secrets, &anna, &code)).unwrap()
        };
        assert_eq!(at_once(redeemed), 1);
    });
}

#[test]
fn whoever_disowns_on_somebody_elses_computer_stays_on_one() {
    each(|stage| {
        stage.first_sign_in(&browser(&[]));
        let link = stage.link();
        let token = stage
            .act(move |tx, cx| {
                disown(tx, cx, &policy(), (&link, &Came { shared: true, ..Came::default() }))
            })
            .unwrap();
        assert!(stage.half_of(&token).unwrap().shared);
        let token = stage.recover(PHONE, &browser(&[])).unwrap();
        stage.reached(&token, &browser(&[]), &stage.code()).unwrap();
        let link = stage.link();
        let token =
            stage.act(move |tx, cx| disown(tx, cx, &policy(), (&link, &Came::default()))).unwrap();
        assert!(!stage.half_of(&token).unwrap().shared);
    });
}

#[test]
fn the_link_it_was_not_me_acts_once_and_shuts_everybody_out() {
    each(|stage| {
        let came = browser(&[]);
        let half = stage.half(&came);
        let opened = stage.pass(&half, &came, (Method::Sms, &stage.code())).unwrap();
        let link = stage.link();
        let disowned = || {
            let link = link.clone();
            stage.act(move |tx, cx| disown(tx, cx, &policy(), (&link, &Came::default()))).is_ok()
        };
        assert_eq!(at_once(disowned), 1);
        assert_eq!(stage.who(&opened.session), None);
        let known = browser(&opened.devices.unwrap());
        let tried = stage.enter(&wish(PHONE, &known), PASSWORD);
        assert_eq!(code_of(tried), "E-AUTH-01", "the old password is worth nothing");
    });
}

#[test]
fn one_app_opens_one_half_sign_in_with_one_code() {
    each(|stage| {
        let (seed, _) = stage.app();
        let came = browser(&[]);
        let (one, two) = (stage.half(&came), stage.half(&came));
        let code = stage.shown(&seed);
        let passed = [&one, &two].map(|x| stage.pass(x, &came, (Method::App, &code)).is_ok());
        assert_eq!(passed, [true, false]);
        // A double press is no guess: however often, the next code still opens.
        for _ in 0..15 {
            let tried = stage.pass(&two, &came, (Method::App, &code));
            assert_eq!(code_of(tried), "E-AUTH-02-NEXT");
        }
        assert_eq!(code_of(stage.pass(&one, &came, (Method::App, &code))), "E-AUTH-02-USED");
        stage.clock.advance(Instant::MINUTE);
        stage.pass(&two, &came, (Method::App, &stage.shown(&seed))).unwrap();
    });
}
