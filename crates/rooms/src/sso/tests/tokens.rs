//! Codes and tokens: once, for a while, for whom they were made.

use super::*;

#[test]
fn a_code_becomes_tokens_that_read_what_was_allowed() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let tokens = stage.redeem(&stage.code("openid profile email")).unwrap();
        assert!(tokens.refresh.is_none(), "nobody asked for more than the session");
        let person = stage.reads(&tokens.access).unwrap();
        assert_eq!(person["family_name"], "Соколова");
        assert_eq!(person["email"], "anna@example.org");
        assert_eq!(person["email_verified"], true);
        assert_eq!(person["acr"], "urn:okno:level:simplified");
        assert!(person.get("phone_number").is_none(), "{person}");

        let (site, issued) = (stage.site.clone(), tokens.clone());
        let (token, ring) = stage
            .act(move |tx, cx| {
                let ring = keys::ready(tx, cx)?;
                let by = (ISSUER, &ring);
                Ok((claims::id_token(tx, cx.now, by, (&site, &issued))?, ring.clone()))
            })
            .unwrap();
        let claims = ring.read(&token).unwrap();
        let now = stage.clock.now().0 / Instant::SECOND;
        assert_eq!(
            (&claims["iss"], &claims["aud"]),
            (&ISSUER.into(), &stage.site.id.as_str().into())
        );
        assert_eq!((&claims["nonce"], &claims["sub"]), (&"n".into(), &person["sub"]));
        assert_eq!(claims["amr"][0], "pwd");
        assert_eq!((&claims["iat"], &claims["exp"]), (&now.into(), &(now + 600).into()));
        stage.clock.advance(grant::ACCESS);
        assert!(stage.reads(&tokens.access).is_none(), "ten minutes are over");
        stage.assert_sound();
    });
}

#[test]
fn a_code_is_good_once_and_a_second_try_ends_what_the_first_gave() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let code = stage.code("openid offline_access");
        let tokens = stage.redeem(&code).unwrap();
        assert!(stage.reads(&tokens.access).is_some());
        assert_eq!(stage.redeem(&code).unwrap_err(), "E-SSO-12");
        assert!(stage.reads(&tokens.access).is_none());
        assert_eq!(stage.refresh(&tokens.refresh.unwrap(), None).unwrap_err(), "E-SSO-12");
    });
}

#[test]
fn of_many_who_bring_one_code_at_once_one_gets_tokens() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let code = stage.code("openid");
        let what = Exchange { code, redirect: BACK.into(), verifier: VERIFIER.into() };
        let got: Vec<bool> = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8)
                .map(|_| {
                    let (what, site) = (what.clone(), stage.site.clone());
                    let cx = Cx::new(&stage.clock, &stage.chance, Actor::Guest, Channel::Web);
                    let act = move |tx: &mut Tx<'_>| grant::redeem(tx, &cx, (&site, CHAIN), &what);
                    scope.spawn(|| stage.db.write_wait(act).unwrap().is_ok())
                })
                .collect();
            tries.into_iter().map(|x| x.join().unwrap()).collect()
        });
        assert_eq!(got.iter().filter(|x| **x).count(), 1);
    });
}

#[test]
fn a_code_that_does_not_fit_is_spent() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let wrong = VERIFIER.replace('d', "e");
        type Try<'a> = (&'a str, &'a str, i64);
        let tries: [Try<'_>; 5] = [
            (BACK, &wrong, 0),
            (BACK, "", 0),
            ("https://nalog.example/cb/", VERIFIER, 0),
            ("https://evil.example/cb", VERIFIER, 0),
            (BACK, VERIFIER, grant::CODE),
        ];
        for (redirect, verifier, later) in tries {
            let code = stage.code("openid");
            stage.clock.advance(later);
            let refused = stage.exchange(&stage.site, &code, redirect, verifier);
            assert_eq!(refused.unwrap_err(), "E-SSO-12", "{redirect} {verifier} {later}");
            assert_eq!(stage.redeem(&code).unwrap_err(), "E-SSO-12", "it was spent");
        }
        assert_eq!(stage.redeem("unknown").unwrap_err(), "E-SSO-12");
    });
}

#[test]
fn a_code_of_one_site_is_nothing_to_another() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let other = stage
            .act(|tx, cx| {
                let new = register::add(tx, cx, &new_client("Пенсии", "pensii.example"))?;
                Ok(client::find(tx, &new.id)?.unwrap())
            })
            .unwrap();
        let code = stage.code("openid");
        assert_eq!(stage.exchange(&other, &code, BACK, VERIFIER).unwrap_err(), "E-SSO-12");
        let tokens = stage.redeem(&code).unwrap();
        // Another site can neither look at a token nor revoke it, and knows Anna by another subject.
        let token = tokens.access.clone();
        let (ours, theirs) = (stage.site.clone(), other.clone());
        let (seen, hidden) = stage
            .act(move |tx, cx| {
                grant::revoke(tx, cx, &theirs, &token)?;
                let good = grant::good(tx, cx.now, &token)?;
                let mut tell =
                    |client: &Client| claims::introspection(tx, ISSUER, client, good.as_ref());
                Ok((tell(&ours)?, tell(&theirs)?))
            })
            .unwrap();
        assert_eq!((&seen["active"], &hidden["active"]), (&true.into(), &false.into()));
        assert_eq!(hidden.as_object().unwrap().len(), 1);
        let subject = |site: &Client| {
            let (sector, anna) = (site.sector.clone(), stage.anna.clone());
            stage.act(move |tx, _| claims::subject(tx, &sector, &anna)).unwrap()
        };
        assert_ne!(subject(&stage.site), subject(&other));
        assert_eq!(seen["sub"], subject(&stage.site));
        let (site, token) = (stage.site.clone(), tokens.access.clone());
        stage.act(move |tx, cx| grant::revoke(tx, cx, &site, &token)).unwrap();
        assert!(stage.reads(&tokens.access).is_none(), "revoked");
    });
}

#[test]
fn a_refresh_token_changes_with_every_use_and_a_copy_ends_the_sign_in() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let first = stage.redeem(&stage.code("openid profile offline_access")).unwrap();
        stage.leave();
        assert!(stage.reads(&first.access).is_some(), "this sign-in outlives the session");
        let old = first.refresh.unwrap();
        assert_eq!(stage.refresh(&old, Some("openid phone")).unwrap_err(), "E-SSO-14");
        let second = stage.refresh(&old, Some("openid")).unwrap();
        assert!(stage.reads(&second.access).unwrap().get("name").is_none(), "narrower");
        let present = second.refresh.unwrap();
        let third = stage.refresh(&present, None).unwrap();
        assert_eq!(stage.reads(&third.access).unwrap()["given_name"], "Анна", "as wide as before");
        stage.assert_sound();
        assert_eq!(stage.refresh(&old, None).unwrap_err(), "E-SSO-12");
        assert!(stage.reads(&third.access).is_none(), "two had the same token: nobody has one now");
        assert_eq!(stage.refresh(&third.refresh.unwrap(), None).unwrap_err(), "E-SSO-12");
    });
}

#[test]
fn whoever_renews_tokens_hears_what_is_left_to_read() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let code = stage.code("openid profile email offline_access");
        let (anna, site) = (stage.anna.clone(), stage.site.id.clone());
        let left = |word: &str| {
            let (anna, site, word) = (anna.clone(), site.clone(), Scopes::parse(word));
            stage.act(move |tx, cx| consent::change(tx, cx, (&anna, &site), word)).unwrap();
        };
        left("openid profile offline_access");
        let first = stage.redeem(&code).unwrap();
        assert_eq!(first.scopes, Scopes::parse("openid profile offline_access"));
        left("openid offline_access");
        let second = stage.refresh(&first.refresh.unwrap(), None).unwrap();
        assert_eq!(second.scopes, Scopes::parse("openid offline_access"));
        left("openid profile email offline_access");
        let third = stage.refresh(&second.refresh.unwrap(), None).unwrap();
        assert_eq!(third.scopes, Scopes::parse("openid profile email offline_access"));
    });
}

#[test]
fn what_is_taken_from_a_site_is_read_no_more_whatever_tokens_it_holds() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let all = "openid profile email phone offline_access";
        let (code, first) = (stage.code(all), stage.redeem(&stage.code(all)).unwrap());
        let open = stage.ask(all, |x| x.prompt = "consent".into());
        let may = |scopes: &str, revision: i64| {
            let new = NewClient {
                scopes: Scopes::parse(scopes),
                ..new_client("Налоговая", "nalog.example")
            };
            let id = stage.site.id.clone();
            stage.act(move |tx, cx| register::change(tx, cx, (&id, revision), &new)).unwrap();
        };
        may("profile offline_access", 1);
        let left = Scopes::parse("openid profile offline_access");
        let read = stage.reads(&first.access).unwrap();
        assert!(read.get("email").is_none() && read.get("phone_number").is_none(), "{read}");
        assert_eq!(stage.redeem(&code).unwrap().scopes, left, "a code from before");
        assert_eq!(stage.refresh(&first.refresh.unwrap(), None).unwrap().scopes, left);
        assert_eq!(stage.find(&open).unwrap().asked.scopes, left, "a question from before");
        let (anna, site) = (stage.anna.clone(), stage.site.id.clone());
        let seen = || {
            let anna = anna.clone();
            stage.act(move |tx, _| consent::of_account(tx, &anna)).unwrap().remove(0).consent
        };
        assert_eq!((seen().asked, seen().scopes), (left, left), "its owner is offered no more");
        let says = |word: &str| {
            let (anna, site, word) = (anna.clone(), site.clone(), Scopes::parse(word));
            stage.act(move |tx, cx| consent::change(tx, cx, (&anna, &site), word)).unwrap();
        };
        says("openid profile email offline_access");
        assert_eq!(seen().scopes, left);
        says("openid offline_access");

        // What the site gets back, it asks for anew.
        may("profile email offline_access", 2);
        assert_eq!(seen().scopes, Scopes::parse("openid offline_access"));
        assert_eq!(stage.next(&stage.ask("openid email", |_| ())), Step::Ask);

        // Nor does it read while the person is away, without the scope for that.
        let last = stage.redeem(&stage.code("openid offline_access")).unwrap().refresh.unwrap();
        may("profile", 3);
        stage.leave();
        assert_eq!(stage.refresh(&last, None).unwrap_err(), "E-SSO-12");
        stage.assert_sound();
    });
}

#[test]
fn keys_are_shown_before_they_sign_and_after() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let ring = || stage.db.read_wait(keys::ring);
        let signed = |claim: &str| {
            let ring = ring().unwrap().unwrap();
            ring.sign(stage.clock.now(), "JWT", &serde_json::json!({"x": claim})).unwrap()
        };
        let shown = || {
            let set = ring().unwrap().unwrap().public(stage.clock.now()).unwrap();
            set["keys"].as_array().unwrap().len()
        };
        let old = signed("old");
        assert_eq!(stage.act(keys::add).unwrap(), 2);
        assert_eq!(shown(), 2);
        assert_eq!(signed("old"), old, "the new key does not sign yet");
        stage.clock.advance(keys::SHOWN_FIRST);
        assert_ne!(signed("old"), old);
        assert_eq!(ring().unwrap().unwrap().read(&old).unwrap()["x"], "old");
        stage.clock.advance(Instant::DAY);
        assert_eq!(shown(), 1);
        // Whoever signed in before that may still come to sign out.
        assert_eq!(ring().unwrap().unwrap().read(&old).unwrap()["x"], "old");
    });
}

#[test]
fn however_often_it_is_exchanged_a_refresh_token_ends_with_its_sign_in() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let start = stage.clock.now();
        let mut tokens = stage.redeem(&stage.code("openid profile offline_access")).unwrap();
        let mut past = Vec::new();
        // A diligent site comes every 25 days.
        for _ in 0..3 {
            stage.clock.advance(25 * Instant::DAY);
            past.push(tokens.refresh.clone().unwrap());
            tokens = stage.refresh(&past[past.len() - 1], None).unwrap();
            assert!(stage.reads(&tokens.access).is_some());
        }
        // The last one is good to the end of the sign-in, not for thirty days.
        let last = tokens.refresh.unwrap();
        let token = last.clone();
        let good = stage.act(move |tx, cx| grant::good(tx, cx.now, &token)).unwrap().unwrap();
        let end = good.grant.since.plus(CHAIN);
        assert_eq!((good.until, good.grant.since > start), (end, true));
        stage.clock.advance(end.0 - stage.clock.now().0);
        assert_eq!(stage.refresh(&last, None).unwrap_err(), "E-SSO-12");
        stage.assert_sound();
    });
}

#[test]
fn a_shorter_term_counts_for_sign_ins_that_are_there() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let tokens = stage.redeem(&stage.code("openid offline_access")).unwrap();
        stage.clock.advance(10 * Instant::DAY);
        let (site, token) = (stage.site.clone(), tokens.refresh.unwrap());
        let week = 7 * Instant::DAY;
        let done =
            stage.act(move |tx, cx| grant::refresh(tx, cx, (&site, week), (&token, None))).unwrap();
        assert_eq!(done.unwrap_err().code, "E-SSO-12");
        let open = "SELECT count(*) FROM sso_grant WHERE ended_at IS NULL";
        let open = stage.act(move |tx, _| Ok(tx.one(open, base::args![], |r| r.get::<i64>(0))?));
        assert_eq!(open.unwrap(), 0, "the sign-in is over");
    });
}
