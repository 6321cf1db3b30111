//! What is asked of whom, as tables.

use super::*;
use crate::sessions::Factor;

#[test]
fn a_new_device_always_meets_the_second_factor() {
    let plain = Standing { email: true, ..Standing::default() };
    let app = Standing { app: true, printed: 10, ..plain };
    for standing in [plain, app] {
        assert!(is_asked(&standing, Trust::Unknown));
        assert!(!is_asked(&standing, Trust::Remembered));
    }
    assert!(!is_asked(&plain, Trust::Known) && is_asked(&app, Trust::Known));
}

#[test]
fn an_app_is_not_weakened_by_codes_to_a_phone() {
    let plain = Standing { email: true, ..Standing::default() };
    assert_eq!(plain.methods(), [Method::Sms, Method::Email]);
    assert_eq!(Standing::default().methods(), [Method::Sms]);
    let app = Standing { app: true, printed: 1, ..plain };
    assert_eq!(app.methods(), [Method::App, Method::Printed]);
    let both = Standing { code: true, ..app };
    assert_eq!(both.methods().len(), 4);
    assert_eq!(both.best_methods(), [Method::App, Method::Printed]);
    assert_eq!(plain.best_methods(), plain.methods());
    assert!(Method::ALL.iter().all(|x| Method::parse(x.as_str()) == Some(*x)));
}

#[test]
fn a_proof_is_fresh_for_ten_minutes_and_a_password_is_none_beside_a_factor() {
    let now = Instant::from_minutes(29_000_000);
    let proof = |factor| Proof::now(now, factor, false).knowing();
    let (by_password, by_code, by_app) =
        (proof(Factor::Nothing), proof(Factor::Contact), proof(Factor::Strong));
    let plain = Standing::default();
    let (app, key) = (Standing { app: true, ..plain }, Standing { key: true, ..plain });
    let code = Standing { code: true, ..plain };
    for best in [false, true] {
        assert!(is_fresh(&plain, &by_password, best, now.plus(FRESH - 1)));
        assert!(!is_fresh(&plain, &by_password, best, now.plus(FRESH)));
        assert!(!is_fresh(&app, &by_password, best, now));
        assert!(is_fresh(&app, &by_app, best, now) && is_fresh(&key, &by_app, best, now));
        assert!(is_fresh(&code, &by_code, best, now));
        assert!(!is_fresh(&code, &by_password, best, now));
    }
    // A key does not make everyday changes harder; what proves people is changed by the best.
    assert!(is_fresh(&key, &by_password, false, now) && !is_fresh(&key, &by_code, true, now));
    assert!(!is_fresh(&Standing { code: true, ..app }, &by_code, true, now));
    let unproved = Proof { proved_at: None, ..by_password };
    assert!(!is_fresh(&plain, &unproved, false, now));
    let later = Proof::now(now.plus(FRESH), Factor::Contact, false).beside(&by_app);
    assert!(later.strong_at.is_some() && !is_fresh(&key, &later, true, now.plus(FRESH)));
}

#[test]
fn where_a_second_factor_is_on_a_change_asks_for_the_password_and_for_it() {
    let now = Instant::from_minutes(29_000_000);
    let contact = Proof::now(now, Factor::Contact, false);
    let both = Standing { code: true, password: true, email: true, ..Standing::default() };
    let typed = Proof::now(now, Factor::Nothing, false).knowing();
    let is = |standing: Standing, proof: Proof, after| {
        is_fresh(&standing, &proof, false, now.plus(after))
    };
    assert!(!is(both, contact, 0) && !is(both, typed, 0), "one of the two alone");
    assert!(is(both, contact.knowing(), FRESH - 1) && !is(both, contact.knowing(), FRESH));
    let without = Standing { password: false, ..both };
    assert!(is(without, contact, 0), "there is none to be asked for");
    // The password first; whoever has shown one of the two just now shows the other.
    let next = |proof: &Proof| once_more(&both, proof, now);
    assert_eq!(next(&Proof::default()), Once::By(vec![Method::Password]));
    assert_eq!(next(&contact), Once::Password);
    assert_eq!(next(&typed), Once::By(vec![Method::Sms, Method::Email]));
    let key = Standing { key: true, ..both };
    let ways = once_more(&key, &Proof::default(), now);
    assert_eq!(ways, Once::By(vec![Method::Key, Method::Password]));
    let plain = Standing { password: true, ..Standing::default() };
    assert_eq!(once_more(&plain, &Proof::default(), now), Once::Password);
    let none = Standing::default();
    assert_eq!(once_more(&none, &Proof::default(), now), Once::By(vec![Method::Sms]));
    // Each proof keeps its own time.
    let later = Proof::now(now.plus(FRESH), Factor::Nothing, false).knowing().beside(&contact);
    assert!(!is(both, later, FRESH));
}

#[test]
fn a_new_password_asks_for_the_present_one_unless_it_is_forgotten() {
    let now = Instant::from_minutes(29_000_000);
    let old = Proof { proved_at: Some(now), ..Proof::default() };
    let later = now.plus(FORGOTTEN - 1);
    let plain = Standing { password: true, ..Standing::default() };
    let asked = |standing: &Standing, proof: &Proof, at| {
        let asked = for_password(standing, proof, at);
        (asked.present, asked.ready)
    };
    assert_eq!(asked(&plain, &old, later), (true, true), "it is proof enough");
    let app = Standing { app: true, ..plain };
    assert_eq!(asked(&app, &old, later), (true, false), "the app first");
    assert_eq!(asked(&app, &Proof::now(now, Factor::Strong, false), now), (true, true));
    let none = Standing::default();
    assert_eq!(asked(&none, &old, now), (false, true));
    assert_eq!(asked(&none, &old, later), (false, false));
    let recovered = Proof { recovered_at: Some(now), ..old };
    assert_eq!(asked(&plain, &recovered, later), (false, true));
    assert_eq!(asked(&plain, &recovered, later.plus(1)), (true, true));
    assert_eq!(asked(&app, &recovered, later), (false, false), "the app all the same");
}

#[test]
fn a_passkey_is_a_way_in_and_the_best_proof_but_asks_for_nothing_by_itself() {
    let key = Standing { key: true, printed: 9, email: true, ..Standing::default() };
    assert!(!is_asked(&key, Trust::Known) && is_asked(&key, Trust::Unknown));
    assert_eq!(key.methods(), [Method::Key, Method::Sms, Method::Email, Method::Printed]);
    assert_eq!(key.best_methods(), [Method::Key, Method::Printed]);
    assert!(key.is_worth_staff(Method::Key) && key.is_worth_staff(Method::Printed));
    assert!(!key.is_worth_staff(Method::Sms));
    assert!(!Standing { key: false, ..key }.is_worth_staff(Method::Printed));
    assert!(!may_recover(Level::Simplified, &key, &[Method::Sms, Method::Email], Trust::Known));
    assert!(may_recover(Level::Verified, &key, &[Method::Sms, Method::Key], Trust::Unknown));
    assert_eq!(level_after(Level::Verified, &[Method::Sms, Method::Key]), Level::Verified);
}

#[test]
fn recovery_asks_for_what_the_level_is_worth() {
    let plain = Standing { email: true, printed: 3, ..Standing::default() };
    let may = |level, standing, shown: &[Method], trust| may_recover(level, standing, shown, trust);
    let (one, two) = ([Method::Sms], [Method::Sms, Method::Email]);
    assert!(may(Level::Simplified, &plain, &one, Trust::Unknown));
    assert!(!may(Level::Simplified, &plain, &[], Trust::Remembered));
    for level in [Level::Standard, Level::Verified] {
        assert!(!may(level, &plain, &one, Trust::Unknown));
        assert!(may(level, &plain, &two, Trust::Unknown));
        assert!(may(level, &plain, &one, Trust::Known), "a device that is known");
    }
    let app = Standing { app: true, ..plain };
    assert!(!may(Level::Simplified, &app, &two, Trust::Known));
    assert!(may(Level::Standard, &app, &[Method::Sms, Method::Printed], Trust::Unknown));
    assert_eq!(recovery_ways(&app, &one), [Method::App, Method::Email, Method::Printed]);
    assert_eq!(level_after(Level::Verified, &two), Level::Standard);
    assert_eq!(level_after(Level::Verified, &[Method::Printed]), Level::Verified);
    assert_eq!(level_after(Level::Simplified, &one), Level::Simplified);
}

#[test]
fn recovery_goes_round_no_second_factor() {
    let plain = Standing { email: true, printed: 3, password: true, ..Standing::default() };
    let may = |standing: Standing, shown: &[Method], trust| {
        may_recover(Level::Simplified, &standing, shown, trust)
    };
    let (sms, both) = ([Method::Sms], [Method::Sms, Method::Email]);
    assert!(may(plain, &sms, Trust::Unknown), "where one code signs in");
    let codes = Standing { code: true, ..plain };
    assert!(!may(codes, &sms, Trust::Unknown) && may(codes, &both, Trust::Unknown));
    assert!(
        may(codes, &sms, Trust::Known)
            && may(codes, &[Method::Sms, Method::Printed], Trust::Unknown)
    );
    for strong in [Standing { app: true, ..codes }, Standing { key: true, ..plain }] {
        for trust in [Trust::Unknown, Trust::Known, Trust::Remembered] {
            assert!(!may(strong, &both, trust), "contacts are no way round it");
        }
        let shown = [Method::Sms, if strong.app { Method::App } else { Method::Key }];
        assert!(may(strong, &shown, Trust::Unknown));
    }
}

#[test]
fn a_control_question_is_asked_beside_the_proofs_and_is_none() {
    let asked = Standing { email: true, question: true, ..Standing::default() };
    let question = Method::Question;
    assert_eq!(recovery_ways(&asked, &[]), [Method::Sms, Method::Email], "not to strangers");
    assert_eq!(recovery_ways(&asked, &[Method::Sms]), [question, Method::Email]);
    assert_eq!(recovery_ways(&asked, &[Method::Sms, question]), [Method::Email]);
    let may = |level, shown: &[Method]| may_recover(level, &asked, shown, Trust::Unknown);
    assert!(!may(Level::Simplified, &[Method::Sms]));
    assert!(may(Level::Simplified, &[Method::Sms, question]));
    assert!(!may(Level::Standard, &[Method::Sms, question]), "still one kind of proof");
    assert!(!may(Level::Standard, &[Method::Sms, Method::Email]));
    assert!(may(Level::Standard, &[Method::Sms, question, Method::Email]));
    assert!(!may_recover(Level::Simplified, &asked, &[question], Trust::Remembered));
    assert!(!asked.methods().contains(&question), "never at the sign-in");
    assert!(!ways_beside_code(&asked, &[Method::Sms]).contains(&question));
    assert_eq!(level_after(Level::Verified, &[Method::Sms, question]), Level::Standard);
}

#[test]
fn a_code_stands_for_the_password_and_never_for_both_factors() {
    use Level::{Simplified, Standard, Verified};
    use Trust::{Known, Remembered, Unknown};
    let plain = Standing { email: true, printed: 2, ..Standing::default() };
    let always = Standing { code: true, ..plain };
    let (sms, two) = ([Method::Sms], [Method::Sms, Method::Email]);
    let with_password = [Method::Sms, Method::Password];
    // Level, standing, device: is one code enough?
    let table = [
        (Simplified, plain, Unknown, true),
        (Simplified, always, Unknown, false),
        (Standard, plain, Unknown, false),
        (Verified, plain, Unknown, false),
        (Standard, plain, Known, true),
        (Verified, plain, Known, true),
        (Verified, always, Known, false),
        (Verified, always, Remembered, true),
    ];
    for (level, standing, trust, enough) in table {
        let may = |shown: &[Method]| may_enter_by_code(level, &standing, shown, trust);
        assert_eq!(may(&sms), enough, "{level:?} {trust:?}");
        assert!(may(&two) && may(&with_password) && !may(&[]), "{level:?} {trust:?}");
    }
    for strong in [Standing { app: true, ..plain }, Standing { key: true, ..always }] {
        for trust in [Unknown, Known, Remembered] {
            let may = |shown: &[Method]| may_enter_by_code(Simplified, &strong, shown, trust);
            assert!(!may(&sms) && !may(&two) && !may(&with_password));
            assert!(may(&[Method::Sms, Method::App]) && may(&[Method::Sms, Method::Printed]));
        }
        assert!(ways_beside_code(&strong, &sms).iter().all(|x| x.is_strong()));
    }
    let ways = ways_beside_code(&plain, &sms);
    assert_eq!(ways, [Method::Email, Method::Printed, Method::Password]);
}

#[test]
fn waiting_grows_and_a_hundred_in_a_row_are_the_end() {
    let (mut now, mut so_far) = (Instant::from_minutes(29_000_000), Guesses::NONE);
    let mut waits = Vec::new();
    while so_far.tries < IN_A_ROW {
        let early = so_far.one_more(so_far.free_at.plus(-1), true);
        if so_far.free_at > now {
            assert_eq!(early.unwrap_err().code, "E-AUTH-03");
            waits.push((so_far.free_at.0 - now.0) / Instant::MINUTE);
            now = so_far.free_at;
        }
        so_far = so_far.one_more(now, true).unwrap();
    }
    assert_eq!(waits[..8], [1, 2, 4, 8, 16, 32, 60, 60]);
    let end = so_far.one_more(now.plus(365 * Instant::DAY), true).unwrap_err();
    assert_eq!(end.code, "E-AUTH-04");
}

#[test]
fn the_third_try_proves_work() {
    let now = Instant::from_minutes(29_000_000);
    let second = Guesses::NONE.one_more(now, false).and_then(|x| x.one_more(now, false));
    let second = second.unwrap();
    assert!(second.need_work());
    assert_eq!(second.one_more(now, false).unwrap_err().code, "E-AUTH-05");
    assert_eq!(second.one_more(now, true).unwrap().tries, 3);
}

#[test]
fn whoever_has_the_phone_alone_has_one_proof() {
    let alone = Standing { password: true, question: true, ..Standing::default() };
    assert!(alone.has_one_proof());
    for more in [
        Standing { email: true, ..alone },
        Standing { key: true, ..alone },
        Standing { app: true, ..alone },
        Standing { printed: 1, ..alone },
    ] {
        assert!(!more.has_one_proof(), "{more:?}");
    }
}

#[test]
fn one_contact_shown_twice_is_one_proof() {
    let standing = Standing { email: true, ..Standing::default() };
    let twice = [Method::Email, Method::Email];
    assert!(!may_recover(Level::Standard, &standing, &twice, Trust::Unknown));
    assert!(!may_enter_by_code(Level::Standard, &standing, &twice, Trust::Unknown));
    assert!(may_recover(Level::Standard, &standing, &[Method::Email, Method::Sms], Trust::Unknown));
}
