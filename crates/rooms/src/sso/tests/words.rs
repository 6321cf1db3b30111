//! What a person says, and what follows when they leave.

use super::*;
use crate::factors::Came;
use crate::privacy;

#[test]
fn a_person_is_asked_once_and_sees_and_changes_what_was_said() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let id = stage.ask("openid profile email", |_| ());
        assert_eq!(stage.next(&id), Step::Ask);
        stage.answer(&id, "openid profile phone", true);
        assert_eq!(stage.next(&id), Step::Give(Scopes::parse("openid profile")), "never more");
        let code = stage.issue(&id, Scopes::parse("openid profile")).unwrap();
        assert_eq!(stage.find(&id).unwrap_err().code(), Some("E-SSO-03"), "a question ends once");
        let tokens = stage.redeem(&code).unwrap();

        let again = stage.ask("openid profile email", |_| ());
        assert_eq!(stage.next(&again), Step::Give(Scopes::parse("openid profile")));
        let more = stage.ask("openid phone", |_| ());
        assert_eq!(stage.next(&more), Step::Ask);
        let (anna, site) = (stage.anna.clone(), stage.site.id.clone());
        let seen = stage.act(move |tx, _| consent::of_account(tx, &anna)).unwrap().remove(0);
        assert_eq!((seen.name.ru.as_str(), seen.host()), ("Налоговая", Some("nalog.example")));
        assert_eq!(seen.consent.scopes, Scopes::parse("openid profile"));
        assert_eq!((seen.text.as_str(), seen.last.is_some()), (consent::TEXT, true));

        // A narrower word counts for the tokens that are out there.
        assert!(stage.reads(&tokens.access).unwrap().get("name").is_some());
        let anna = stage.anna.clone();
        let narrow = Scopes::parse("openid email");
        stage.act(move |tx, cx| consent::change(tx, cx, (&anna, &site), narrow)).unwrap();
        let read = stage.reads(&tokens.access).unwrap();
        assert!(read.get("name").is_none() && read.get("email").is_none(), "{read}");

        let (anna, site) = (stage.anna.clone(), stage.site.id.clone());
        stage.act(move |tx, cx| consent::withdraw(tx, cx, (&anna, &site))).unwrap();
        assert!(stage.reads(&tokens.access).is_none());
        let sites = Told::default();
        assert_eq!(stage.told(&sites), 1, "the site hears of it");
        assert_eq!(stage.next(&stage.ask("openid", |_| ())), Step::Ask);
        let (anna, site) = (stage.anna.clone(), stage.site.id.clone());
        let refused = stage.act(move |tx, cx| consent::withdraw(tx, cx, (&anna, &site)));
        assert_eq!(refused.unwrap_err().code(), Some("E-SSO-04"));
        stage.assert_sound();
    });
}

#[test]
fn whoever_does_not_want_to_be_read_while_away_is_not() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let (anna, site) = (stage.anna.clone(), stage.site.id.clone());
        let says = |word: &str| {
            let (anna, site, word) = (anna.clone(), site.clone(), Scopes::parse(word));
            stage.act(move |tx, cx| consent::change(tx, cx, (&anna, &site), word)).unwrap();
        };
        let tokens = stage.redeem(&stage.code("openid profile offline_access")).unwrap();
        let refresh = tokens.refresh.unwrap();
        says("openid profile");
        assert!(stage.reads(&tokens.access).is_some(), "she is there");
        let token = refresh.clone();
        let good = stage.act(move |tx, cx| grant::good(tx, cx.now, &token)).unwrap();
        assert!(good.is_none(), "nothing to renew with");
        assert_eq!(stage.refresh(&refresh, None).unwrap_err(), "E-SSO-12");
        stage.leave();
        assert!(stage.reads(&tokens.access).is_none(), "she has left");
        stage.assert_sound();
    });
}

#[test]
fn what_was_allowed_for_one_purpose_stays_when_the_site_asks_for_another() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let (first, second) = ("openid profile", "openid email phone");
        let tokens = stage.redeem(&stage.code(first)).unwrap();
        let id = stage.ask(second, |_| ());
        assert_eq!(stage.next(&id), Step::Ask);
        stage.answer(&id, "openid email", true);
        assert_eq!(stage.next(&id), Step::Give(Scopes::parse("openid email")));
        assert!(stage.reads(&tokens.access).unwrap().get("name").is_some(), "as before");
        // Neither purpose is asked again, however often they take turns; no stays no.
        for _ in 0..2 {
            for (asked, given) in [(first, first), (second, "openid email")] {
                let id = stage.ask(asked, |_| ());
                assert_eq!(stage.next(&id), Step::Give(Scopes::parse(given)));
            }
        }
        let (id, anna) = (stage.ask(second, |x| x.prompt = "consent".into()), stage.anna.clone());
        let request = stage.find(&id).unwrap();
        let asked = stage.act(move |tx, _| request::question(tx, &request, &anna)).unwrap();
        assert_eq!(asked.ticked, Scopes::parse("openid email"));
        stage.assert_sound();
    });
}

#[test]
fn what_is_not_to_be_remembered_is_asked_again() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let id = stage.ask("openid", |_| ());
        stage.answer(&id, "openid", false);
        let Step::Give(scopes) = stage.next(&id) else { panic!() };
        stage.issue(&id, scopes).unwrap();
        assert_eq!(stage.issue(&id, scopes).unwrap_err().code(), Some("E-SSO-03"), "once");
        assert_eq!(stage.next(&stage.ask("openid", |_| ())), Step::Ask);
        // The answer is that of the person who gave it, not of whoever sits here now.
        let id = stage.ask("openid", |_| ());
        let (boris, asked) = (stage.boris(), id.clone());
        let answer = Answer::Allow { scopes: Scopes::parse("openid"), remember: true };
        stage.act(move |tx, cx| request::answer(tx, cx, (&asked, &boris), &answer)).unwrap();
        assert_eq!(stage.next(&id), Step::Ask);
    });
}

#[test]
fn a_site_hears_that_the_session_has_ended_however_it_ended() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let mut stage = Stage::new(db);
        for way in 0..4 {
            let tokens = stage.redeem(&stage.code("openid")).unwrap();
            let sites = Told::default();
            assert_eq!(stage.told(&sites), 0, "nobody has left");
            let anna = stage.anna.clone();
            match way {
                0 => stage.leave(),
                1 => drop(stage.act(move |tx, _| sessions::close_all(tx, &anna)).unwrap()),
                2 => stage.clock.advance(31 * Instant::MINUTE),
                _ => drop(stage.act(move |tx, _| sessions::close_others(tx, &anna, "x")).unwrap()),
            }
            assert!(stage.reads(&tokens.access).is_none(), "at once, before anybody is told");
            assert_eq!(stage.told(&sites), 1, "way {way}");
            assert_eq!(stage.told(&sites), 0, "once");
            let said = sites.said.lock().unwrap().clone();
            let (uri, token) = &said[0];
            assert_eq!(uri, "https://nalog.example/gone");
            let claims = stage.act(keys::ready).unwrap().read(token).unwrap();
            assert_eq!(claims["sid"], tokens.grant.sid.as_str());
            assert!(
                claims["events"]
                    .get("http://schemas.openid.net/event/backchannel-logout")
                    .is_some()
            );
            assert!(claims.get("nonce").is_none(), "forbidden by the standard");
            // Once it is told, nothing is kept of who left.
            let kept = "SELECT subject, payload FROM outbox WHERE event = 'call-sso-logout'";
            let kept = stage.act(move |tx, _| {
                Ok(tx
                    .all(kept, base::args![], |r| Ok((r.get::<String>(0)?, r.get::<String>(1)?)))?)
            });
            for (subject, payload) in kept.unwrap() {
                assert_eq!(payload, "{}");
                assert_ne!(subject, tokens.grant.sid);
            }
            let anna = stage.anna.clone();
            stage.session =
                stage.act(move |tx, cx| sessions::open(tx, cx, &anna, "", Kind::Browser)).unwrap();
        }
        stage.assert_sound();
    });
}

#[test]
fn a_site_that_does_not_answer_is_called_again_and_one_that_refuses_is_not() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        stage.redeem(&stage.code("openid")).unwrap();
        let sites = Told::default();
        *sites.fault.lock().unwrap() = Some(NotTaken { temporary: true, text: "503".into() });
        stage.leave();
        assert_eq!(stage.told(&sites), 1);
        assert_eq!(stage.told(&sites), 0, "not at once");
        stage.clock.advance(10 * Instant::SECOND);
        *sites.fault.lock().unwrap() = None;
        assert_eq!(stage.told(&sites), 1);
        assert_eq!(sites.said.lock().unwrap().len(), 1);
        stage.clock.advance(Instant::HOUR);
        assert_eq!(stage.told(&sites), 0);
    });
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        stage.redeem(&stage.code("openid")).unwrap();
        let sites = Told::default();
        *sites.fault.lock().unwrap() = Some(NotTaken { temporary: false, text: "400".into() });
        stage.leave();
        assert_eq!(stage.told(&sites), 1);
        *sites.fault.lock().unwrap() = None;
        stage.clock.advance(Instant::HOUR);
        assert_eq!(stage.told(&sites), 0, "it said no");
        assert!(sites.said.lock().unwrap().is_empty());
    });
}

#[test]
fn a_session_that_is_renewed_goes_on_at_the_sites() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let tokens = stage.redeem(&stage.code("openid")).unwrap();
        let (anna, old) = (stage.anna.clone(), stage.session.clone());
        let renew = move |tx: &mut Tx<'_>, cx: &Cx| {
            let new = sessions::open(tx, cx, &anna, "", Kind::Browser)?;
            grant::moved(tx, (&old, &new))?;
            sessions::close(tx, &old)
        };
        stage.act(renew).unwrap();
        assert!(stage.reads(&tokens.access).is_some());
        assert_eq!(stage.told(&Told::default()), 0);
    });
}

#[test]
fn whoever_closes_their_account_is_read_no_more_while_they_may_still_come_back() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let mut stage = Stage::new(db);
        let tokens = stage.redeem(&stage.code("openid profile offline_access")).unwrap();
        let unused = stage.code("openid profile offline_access");
        let anna = stage.anna.clone();
        let config = base::config::Config::default();
        let policy = accounts::Policy::of(&config, accounts::Secrets::new([7; 32]));
        let close = move |tx: &mut Tx<'_>, cx: &Cx| {
            privacy::close(tx, cx, &policy, (&anna, &Came::default()), privacy::Standing::Keep)
        };
        stage.act(close).unwrap();
        assert!(stage.reads(&tokens.access).is_none());
        assert_eq!(stage.refresh(&tokens.refresh.unwrap(), None).unwrap_err(), "E-SSO-12");
        assert_eq!(stage.redeem(&unused).unwrap_err(), "E-SSO-12");
        let sites = Told::default();
        stage.told(&sites);
        assert_eq!(sites.said.lock().unwrap().len(), 1, "the site hears of it");
        stage.assert_sound();
        // Whoever comes back signs in at the site anew, and what was said there still holds.
        let anna = stage.anna.clone();
        stage.session =
            stage.act(move |tx, cx| sessions::open(tx, cx, &anna, "", Kind::Browser)).unwrap();
        let again = stage.ask("openid profile", |_| ());
        assert!(matches!(stage.next(&again), Step::Give(_)));
    });
}

#[test]
fn whoever_is_erased_is_nobody_at_the_sites_and_a_closed_site_reads_nothing() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let tokens = stage.redeem(&stage.code("openid offline_access")).unwrap();
        let site = stage.site.id.clone();
        let id = site.clone();
        let made = stage.act(move |tx, cx| register::renew(tx, cx, &site, 0)).unwrap();
        let known = |shown| stage.proves(Some(&id), shown).map(|x| x.id);
        assert_eq!(known(Shown::Secret(made.secret.unwrap())), Ok(id.clone()));
        assert_eq!(known(Shown::Secret("wrong".into())), Err("E-SSO-11"));
        assert_eq!(known(Shown::Nothing), Err("E-SSO-11"));
        let anna = stage.anna.clone();
        stage.act(move |tx, cx| privacy::erase(tx, cx, &anna)).unwrap();
        assert!(stage.reads(&tokens.access).is_none());
        assert_eq!(stage.refresh(&tokens.refresh.unwrap(), None).unwrap_err(), "E-SSO-12");
        assert_eq!(stage.told(&Told::default()), 1);
        stage.assert_sound();
        stage.act(move |tx, cx| register::close(tx, cx, &id)).unwrap();
        stage.assert_sound();
    });
}
