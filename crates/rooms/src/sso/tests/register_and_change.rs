//! What is done to a site, and what follows for those who come from it.

use super::*;
use crate::sso::overview;
use crate::sso::register::Registered;

impl Stage {
    /// Somebody of the staff does something to the site.
    fn keep<T: Send + 'static>(
        &self,
        act: impl Fn(&mut Tx<'_>, &Cx, &Id) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        let id = self.site.id.clone();
        self.act(move |tx, cx| act(tx, cx, &id))
    }

    /// Whether this secret is the site's now.
    fn knows(&self, secret: &str) -> bool {
        self.proves(Some(&self.site.id), Shown::Secret(secret.to_owned())).is_ok()
    }

    fn secret(&self, done: Outcome<Registered>) -> String {
        done.unwrap().secret.unwrap()
    }
}

/// Fields and codes of a refusal.
fn faults(error: base::Error) -> Vec<(String, &'static str)> {
    let base::Error::Refusal(refusal) = error else { panic!("{error}") };
    refusal.fields.iter().map(|x| (x.field.to_string(), x.code)).collect()
}

#[test]
fn every_faulty_field_of_a_site_is_named_at_once() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let wrong = NewClient {
            name: Text::new(" ", "x".repeat(register::NAME + 3)),
            redirects: vec!["https://nalog.example/cb".into(), "http://nalog.example/cb".into()],
            after_logout: vec!["https://nalog.example/#bye".into()],
            logout_uri: Some("https://169.254.169.254/latest".into()),
            sector: Some("nalog.example/evil".into()),
            ..new_client("", "nalog.example")
        };
        let refused = stage.act(move |tx, cx| register::add(tx, cx, &wrong)).unwrap_err();
        let named = [
            ("name_ru", "E-SSO-22"),
            ("name_en", "E-FORM-02-long"),
            ("redirects", "E-SSO-20"),
            ("after_logout", "E-SSO-20"),
            ("logout_uri", "E-SSO-24"),
            ("sector", "E-SSO-26"),
        ];
        assert_eq!(faults(refused), named.map(|(field, code)| (field.to_owned(), code)));

        let refused = |change: fn(&mut NewClient)| {
            let mut new = new_client("Налоговая", "nalog.example");
            change(&mut new);
            faults(stage.act(move |tx, cx| register::add(tx, cx, &new)).unwrap_err())
        };
        let none = refused(|x| x.redirects.clear());
        assert_eq!(none, [("redirects".to_owned(), "E-FORM-01")]);
        let many = refused(|x| {
            x.after_logout = (0..21).map(|n| format!("https://nalog.example/{n}")).collect();
        });
        assert_eq!(many, [("after_logout".to_owned(), "E-SSO-23")]);
        let hosts = refused(|x| x.redirects.push("https://other.example/cb".into()));
        assert_eq!(hosts, [("sector".to_owned(), "E-SSO-21")]);
        // An engineer, who runs the machine, may name what runs beside the portal.
        let cx = Cx::new(&stage.clock, &stage.chance, Actor::Engineer, Channel::Cli);
        let near = NewClient {
            logout_uri: Some("http://127.0.0.1:9/gone".into()),
            ..new_client("Рядом", "near.example")
        };
        stage.db.write_wait(move |tx| register::add(tx, &cx, &near)).unwrap();
        stage.assert_sound();
    });
}

#[test]
fn programs_on_peoples_own_machines_share_no_subjects() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let connect = |redirects: &[&str], sector: Option<&str>| {
            let new = NewClient {
                redirects: redirects.iter().map(|x| (*x).to_owned()).collect(),
                sector: sector.map(str::to_owned),
                logout_uri: None,
                auth: Auth::Nothing,
                ..new_client("Программа", "")
            };
            let add = move |tx: &mut Tx<'_>, cx: &Cx| {
                let id = register::add(tx, cx, &new)?.id;
                let (site, _, events) = overview::site(tx, &id)?;
                assert_eq!(events[0].sector.as_ref(), Some(&site.client.sector));
                Ok((id.to_string(), site.client.sector))
            };
            stage.act(add).unwrap()
        };
        for near in ["http://127.0.0.1/cb", "http://[::1]/cb", "https://localhost:8443/cb"] {
            let (id, sector) = connect(&[near], None);
            assert_eq!(sector, id, "{near}");
        }
        let (id, sector) = connect(&["http://127.0.0.1/cb", "http://[::1]/cb"], None);
        assert_eq!(sector, id);
        let (_, sector) = connect(&["http://127.0.0.1/cb"], Some("nalog.example"));
        assert_eq!(sector, "nalog.example", "as was wished");
        let (_, sector) = connect(&["com.example.app:/cb"], None);
        assert_eq!(sector, "com.example.app");
        let mixed = NewClient {
            redirects: vec!["http://127.0.0.1/cb".into(), "https://nalog.example/cb".into()],
            ..new_client("Программа", "nalog.example")
        };
        let refused = stage.act(move |tx, cx| register::add(tx, cx, &mixed)).unwrap_err();
        assert_eq!(faults(refused), [("sector".to_owned(), "E-SSO-21")]);
        stage.assert_sound();
    });
}

#[test]
fn a_former_secret_is_good_as_long_as_was_chosen_and_no_longer() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let renew = |lasts: i64| {
            stage.secret(stage.keep(move |tx, cx, id| register::renew(tx, cx, id, lasts)))
        };
        let first = renew(0);
        let second = renew(Instant::HOUR);
        assert!(stage.knows(&first) && stage.knows(&second), "both for an hour");
        stage.clock.advance(Instant::HOUR);
        assert!(!stage.knows(&first) && stage.knows(&second));
        let third = renew(0);
        assert!(!stage.knows(&second) && stage.knows(&third), "at once");
        let fourth = renew(365 * Instant::DAY);
        stage.clock.advance(register::FORMER);
        assert!(!stage.knows(&third) && stage.knows(&fourth), "a day at most");
        assert!(!stage.knows(""));
    });
}

#[test]
fn a_change_needs_the_site_as_it_is_and_stands_in_its_history() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let read = || stage.keep(|tx, _, id| overview::site(tx, id)).unwrap();
        let (site, registered, _) = read();
        assert_eq!((site.revision, site.agreed, site.used_at), (1, 0, None));
        let other = NewClient {
            name: Text::new("Налоговая служба", "Tax Service"),
            redirects: vec!["https://new.example/cb".into(), BACK.into()],
            sector: Some("evil.example".into()),
            ..registered.clone()
        };
        let change = |new: &NewClient, revision: i64| {
            let new = new.clone();
            stage.keep(move |tx, cx, id| register::change(tx, cx, (id, revision), &new))
        };
        assert!(change(&other, 1).unwrap().secret.is_none());
        assert_eq!(change(&registered, 1).unwrap_err().code(), Some("E-SSO-25"), "seen too early");
        change(&other, 2).unwrap();
        let (site, registered, events) = read();
        assert_eq!(site.revision, 2, "nothing changed, so nothing happened");
        assert_eq!(site.client.sector, "nalog.example", "people stay who they are");
        assert_eq!(registered.redirects, [BACK, "https://new.example/cb"]);
        assert_eq!(events[0].changed, ["name_ru", "name_en", "redirects"]);
        assert_eq!(events[0].actor, format!("account:{}", stage.anna));
        assert_eq!(events.iter().map(|x| &*x.event).collect::<Vec<_>>(), ["changed", "connected"]);

        // Two at once: one of them is told.
        let done: Vec<bool> = std::thread::scope(|scope| {
            let tries: Vec<_> = ["А", "Б"]
                .into_iter()
                .map(|name| {
                    let new = NewClient { name: Text::new(name, ""), ..registered.clone() };
                    scope.spawn(|| {
                        let new = new;
                        stage
                            .keep(move |tx, cx, id| register::change(tx, cx, (id, 2), &new))
                            .is_ok()
                    })
                })
                .collect();
            tries.into_iter().map(|x| x.join().unwrap()).collect()
        });
        assert_eq!(done.iter().filter(|x| **x).count(), 1);
        // A program that gets a server gets a secret with it, and loses it again.
        let auth = |auth: Auth, revision: i64| {
            change(&NewClient { auth, ..registered.clone() }, revision).unwrap().secret
        };
        assert!(auth(Auth::Nothing, 3).is_none());
        let secret = auth(Auth::Secret, 4).unwrap();
        assert!(stage.knows(&secret));
        stage.assert_sound();
    });
}

#[test]
fn a_site_that_is_switched_off_reads_nothing_and_people_stay_signed_in_here() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let old = stage.secret(stage.keep(|tx, cx, id| register::renew(tx, cx, id, 0)));
        let tokens = stage.redeem(&stage.code("openid profile offline_access")).unwrap();
        let (site, ..) = stage.keep(|tx, _, id| overview::site(tx, id)).unwrap();
        assert_eq!((site.agreed, site.used_at.is_some()), (1, true));
        stage.keep(register::close).unwrap();
        assert_eq!(stage.keep(register::close).unwrap_err().code(), Some("E-SSO-27"));
        assert!(stage.reads(&tokens.access).is_none() && !stage.knows(&old));
        assert_eq!(stage.refresh(&tokens.refresh.unwrap(), None).unwrap_err(), "E-SSO-12");
        let (now, token) = (stage.clock.now(), stage.session.clone());
        let proof = stage.act(move |tx, _| sessions::proof(tx, now, &token)).unwrap();
        assert!(proof.is_some(), "Anna is signed in here");
        let all = stage.act(|tx, _| overview::sites(tx)).unwrap();
        assert_eq!((all[0].agreed, all[0].closed_at.is_some()), (0, true));
        stage.assert_sound();

        // On again: another secret, and people are asked anew.
        let new = stage.secret(stage.keep(register::reopen));
        assert_eq!(stage.keep(register::reopen).unwrap_err().code(), Some("E-SSO-27"));
        assert!(stage.knows(&new) && !stage.knows(&old));
        assert_eq!(stage.next(&stage.ask("openid", |_| ())), Step::Ask);
        let (.., events) = stage.keep(|tx, _, id| overview::site(tx, id)).unwrap();
        let told: Vec<_> = events.iter().map(|x| &*x.event).collect();
        assert_eq!(told, ["opened", "closed", "secret", "connected"]);
        stage.assert_sound();
    });
}

#[test]
fn nobody_is_sent_to_an_address_that_was_taken_away_while_they_read_the_question() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let id = stage.ask("openid", |_| ());
        stage.answer(&id, "openid", true);
        let new = NewClient {
            redirects: vec!["https://nalog.example/other".into()],
            ..new_client("Налоговая", "nalog.example")
        };
        stage.keep(move |tx, cx, id| register::change(tx, cx, (id, 1), &new)).unwrap();
        let refused = stage.issue(&id, Scopes::parse("openid")).unwrap_err();
        assert_eq!(refused.code(), Some("E-SSO-03"));
        stage.assert_sound();
    });
}
