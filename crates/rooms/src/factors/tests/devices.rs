//! Devices: known, remembered, copied, shared.

use super::*;

fn is_in(entered: Outcome<Entered>) -> Opened {
    match entered.unwrap() {
        Entered::In(opened) => opened,
        Entered::Half(_) => panic!("a second factor was asked"),
    }
}

#[test]
fn a_remembered_device_asks_for_nothing_more_for_thirty_days() {
    each(|stage| {
        let (seed, _) = stage.app();
        let came = Came { remember: true, ..browser(&[]) };
        let half = stage.half(&came);
        let opened = stage.pass(&half, &came, (Method::App, &stage.shown(&seed))).unwrap();
        let mut tokens = opened.devices.unwrap();
        for _ in 0..29 {
            stage.clock.advance(Instant::DAY);
            let opened = is_in(stage.enter(&wish(PHONE, &browser(&tokens)), PASSWORD));
            let turned = opened.devices.unwrap();
            assert_ne!(turned, tokens, "the secret changes at every use");
            tokens = turned;
        }
        stage.clock.advance(Instant::DAY);
        stage.half(&browser(&tokens));
    });
}

#[test]
fn a_copied_token_is_found_out_whoever_uses_it_first() {
    each(|stage| {
        let stolen = stage.first_sign_in(&browser(&[]));
        // The thief knows the password, too, and is quicker, twice.
        let opened = is_in(stage.enter(&wish(PHONE, &browser(&stolen)), PASSWORD));
        let thief = opened.devices.unwrap();
        let thief = is_in(stage.enter(&wish(PHONE, &browser(&thief)), PASSWORD)).devices.unwrap();
        // The owner comes: the device is unknown from now on, to both.
        stage.half(&browser(&stolen));
        assert_eq!(stage.told()[0], "device-copied");
        stage.half(&browser(&thief));
    });
}

#[test]
fn a_family_shares_a_browser_and_a_revoked_device_is_new_again() {
    each(|stage| {
        let mut tokens = vec![format!("{}{}", "0".repeat(26), "a".repeat(64))];
        tokens = stage.first_sign_in(&browser(&tokens));
        assert_eq!(tokens.len(), 2, "the other's token stays");
        let (now, anna) = (stage.clock.now(), stage.anna.clone());
        let devices = stage.db.read_wait(move |tx| device::all(tx, now, &anna)).unwrap();
        assert_eq!(devices.len(), 1);
        assert_eq!(devices[0].name.reveal(), "Firefox, Windows, 203.0.113.*");
        assert_eq!(devices[0].remembered_until, None);
        is_in(stage.enter(&wish(PHONE, &browser(&tokens)), PASSWORD));
        let (anna, id) = (stage.anna.clone(), devices[0].id.clone());
        let gone = stage.act(move |tx, _| revoke(tx, &anna, (&id, "")));
        assert!(!gone.unwrap(), "nobody asks from there");
        stage.half(&browser(&tokens));
    });
}

#[test]
fn two_windows_that_sign_in_at_once_do_not_look_like_a_thief() {
    each(|stage| {
        let came = browser(&stage.first_sign_in(&browser(&[])));
        let both: Vec<Asked> = (0..2).map(|_| stage.ask(&wish(PHONE, &came)).unwrap()).collect();
        let opened: Vec<Opened> = both
            .into_iter()
            .map(|Asked { challenge, seen }| {
                let proven = challenge.check(&policy().secrets, PASSWORD).unwrap();
                let wish = wish(PHONE, &came);
                let entered = stage
                    .act(move |tx, cx| signin::enter(tx, cx, &policy(), (&proven, &seen), &wish));
                is_in(entered)
            })
            .collect();
        let turned = opened[0].devices.clone().unwrap();
        assert_eq!(opened[1].devices, None, "the quicker one's token stands");
        is_in(stage.enter(&wish(PHONE, &browser(&turned)), PASSWORD));
        assert_eq!(stage.told(), ["new-device"]);
    });
}

#[test]
fn nothing_is_left_on_somebody_elses_computer_and_its_session_is_short() {
    each(|stage| {
        let came = Came { shared: true, remember: true, ..browser(&[]) };
        let half = stage.half(&came);
        let opened = stage.pass(&half, &browser(&[]), (Method::Sms, &stage.code())).unwrap();
        assert_eq!(opened.devices, None);
        let who = || stage.who(&opened.session);
        stage.clock.advance(9 * Instant::MINUTE);
        assert!(who().is_some());
        let (now, token) = (stage.clock.now(), opened.session.clone());
        stage.db.write_wait(move |tx| sessions::touch(tx, now, &token)).unwrap();
        stage.clock.advance(9 * Instant::MINUTE);
        assert!(who().is_some(), "it was used");
        stage.clock.advance(2 * Instant::MINUTE);
        assert_eq!(who(), None);
        let (now, anna) = (stage.clock.now(), stage.anna.clone());
        assert!(stage.db.read_wait(move |tx| device::all(tx, now, &anna)).unwrap().is_empty());
    });
}

#[test]
fn a_session_lasts_where_a_citizen_trusts_the_device_and_nowhere_else() {
    each(|stage| {
        let week = 7 * Instant::DAY;
        let trusting = |tokens: &[String]| Came { trusted_for: week, ..browser(tokens) };
        let half = stage.half(&trusting(&[]));
        let remembered = Came { remember: true, ..trusting(&[]) };
        let first = stage.pass(&half, &remembered, (Method::Sms, &stage.code())).unwrap();
        assert_eq!(first.lasts, Some(week));
        for _ in 0..6 {
            stage.clock.advance(Instant::DAY);
            assert!(stage.who(&first.session).is_some(), "without a request");
        }
        let known = first.devices.unwrap();
        let again = is_in(stage.enter(&wish(PHONE, &trusting(&known)), PASSWORD));
        assert_eq!(again.lasts, Some(week), "whoever comes back to it is still trusted");
        stage.clock.advance(Instant::DAY);
        assert!(stage.who(&first.session).is_none(), "a week is over");
        assert!(stage.who(&again.session).is_some());

        // Somebody else's computer, a device that nobody has asked to remember, a portal that wants none.
        for came in [Came { shared: true, remember: true, ..trusting(&[]) }, trusting(&[])] {
            let half = stage.half(&came);
            let opened = stage.pass(&half, &came, (Method::Sms, &stage.code())).unwrap();
            assert_eq!(opened.lasts, None);
            stage.clock.advance(31 * Instant::MINUTE);
            assert!(stage.who(&opened.session).is_none());
        }
        let known = again.devices.unwrap();
        let usual = is_in(stage.enter(&wish(PHONE, &browser(&known)), PASSWORD));
        assert_eq!(usual.lasts, None);

        // Whoever joins the staff has sessions of the staff from then on, and opens no other.
        let anna = stage.anna.clone();
        stage.act(move |tx, cx| sessions::make_staff(tx, cx.now, &anna)).unwrap();
        let now = stage.clock.now();
        let token = again.session.clone();
        stage.act(move |tx, _| sessions::touch(tx, now, &token)).unwrap();
        stage.clock.advance(16 * Instant::MINUTE);
        assert!(stage.who(&again.session).is_none(), "fifteen minutes without a request");
        let known = usual.devices.unwrap();
        let staff = is_in(stage.enter(&wish(PHONE, &trusting(&known)), PASSWORD));
        assert_eq!(staff.lasts, None);
    });
}
