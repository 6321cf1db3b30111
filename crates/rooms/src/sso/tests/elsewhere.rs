//! Identities of elsewhere: linked by their owner, to one account, and worth what they prove.

use super::*;
use crate::accounts::tests::policy;
use crate::identity::{self, Beside, Save, Ways, read_datum};
use crate::sso::elsewhere::{self, Departure, Identity, Trip, Withheld};

fn bank(subject: &str, surname: &str, level: Option<Level>) -> Identity {
    Identity {
        issuer: "https://bank.example".into(),
        subject: subject.into(),
        level,
        surname: surname.into(),
        name: "АННА".into(),
        email: "anna@example.org".into(),
        ..Identity::default()
    }
}

impl Stage {
    /// Somebody comes back from the bank in the browser with this token, who had left as nobody.
    fn comes(&self, token: &'static str, identity: Identity) -> Option<Id> {
        self.comes_as(None, token, identity)
    }

    /// As [`Stage::comes`], of whoever was signed in when they left.
    fn comes_as(&self, who: Option<&Id>, token: &'static str, identity: Identity) -> Option<Id> {
        let who = who.cloned();
        self.act(move |tx, cx| {
            let owner = elsewhere::owner(tx, cx, "bank", &identity)?;
            if owner.is_none() {
                let left = ((token, "bank", who.as_ref()), ("", "/"));
                let Departure { state, .. } = elsewhere::depart(tx, cx, left.0, left.1)?;
                let trip: Trip = elsewhere::back(tx, cx, (token, "bank"), &state)?;
                elsewhere::wait(tx, cx, (token, "bank"), (identity.clone(), &trip))?;
                elsewhere::take_up(tx, cx, (token, who.as_ref()))?;
            }
            Ok(owner)
        })
        .unwrap()
    }

    /// Links, and agrees to being checked by it.
    fn links(&self, token: &'static str, account: &Id) -> Result<(), &'static str> {
        self.links_and(true, token, account)
    }

    fn links_and(
        &self,
        agrees: bool,
        token: &'static str,
        account: &Id,
    ) -> Result<(), &'static str> {
        let account = account.clone();
        let done = self.act(move |tx, cx| {
            let policy = policy();
            elsewhere::link(tx, cx, (token, &account), agrees.then_some(&policy))
        });
        done.map(drop).map_err(|error| error.code().unwrap())
    }

    fn set_level(&self, level: Level) {
        let anna = self.anna.clone();
        self.act(move |tx, cx| accounts::set_level(tx, cx, &anna, level, "test")).unwrap();
    }

    /// Why the last proof raised nothing.
    fn withheld(&self) -> Option<Withheld> {
        let anna = self.anna.clone();
        self.act(move |tx, _| elsewhere::links(tx, &anna)).unwrap().remove(0).withheld
    }

    fn level(&self) -> Level {
        let anna = self.anna.clone();
        self.act(move |tx, _| accounts::read::account(tx, &anna)).unwrap().unwrap().level
    }
}

#[test]
fn a_trip_ends_once_in_the_browser_that_began_it_with_the_provider_it_went_to() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let left = stage.act(|tx, cx| {
            elsewhere::depart(
                tx,
                cx,
                ("browser", "bank", None),
                ("https://okno.example/back", "/bookings"),
            )
        });
        let left = left.unwrap();
        let back = |token: &'static str, provider: &'static str, state: &str| {
            let state = state.to_owned();
            let trip = stage.act(move |tx, cx| elsewhere::back(tx, cx, (token, provider), &state));
            trip.map_err(|error| error.code().unwrap())
        };
        assert_eq!(back("another", "bank", &left.state).unwrap_err(), "E-SSO-32");
        assert_eq!(back("browser", "tax", &left.state).unwrap_err(), "E-SSO-32");
        assert_eq!(back("browser", "bank", "guessed").unwrap_err(), "E-SSO-32");
        let trip = back("browser", "bank", &left.state).unwrap();
        assert_eq!((&trip.departure, trip.next.as_str()), (&left, "/bookings"));
        assert_eq!(back("browser", "bank", &left.state).unwrap_err(), "E-SSO-32", "once");
        let leaves = |tx: &mut Tx<'_>, cx: &Cx| {
            elsewhere::depart(tx, cx, ("browser", "bank", None), ("", "/"))
        };
        let late = stage.act(leaves);
        stage.clock.advance(31 * Instant::MINUTE);
        assert_eq!(back("browser", "bank", &late.unwrap().state).unwrap_err(), "E-SSO-32");
    });
}

#[test]
fn an_identity_belongs_to_the_account_whose_owner_said_so_and_to_no_other() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let anna = stage.anna.clone();
        let boris = stage.boris();
        let first = || bank("1", "Соколова", None);
        assert_eq!(stage.comes("a", first()), None, "an equal e-mail links nothing");
        assert_eq!(stage.links("b", &boris).unwrap_err(), "E-SSO-32", "another browser");
        stage.links("a", &anna).unwrap();
        assert_eq!(stage.links("a", &anna).unwrap_err(), "E-SSO-32", "once");
        assert_eq!(stage.comes("c", first()), Some(anna.clone()));
        assert_eq!(stage.comes("c", bank("2", "Соколова", None)), None);
        assert_eq!(stage.links("c", &anna).unwrap_err(), "E-SSO-34", "one of a provider");
        // Two browsers wait with the same identity: the account that was first keeps it.
        let second = || bank("3", "Борисов", None);
        assert_eq!((stage.comes("d", second()), stage.comes("e", second())), (None, None));
        stage.links("d", &boris).unwrap();
        assert_eq!(stage.links("e", &anna).unwrap_err(), "E-SSO-33");
        let (a, b) = (anna.clone(), anna.clone());
        stage.act(move |tx, _| elsewhere::unlink(tx, (&a, "bank"))).unwrap();
        let gone = stage.act(move |tx, _| elsewhere::unlink(tx, (&b, "bank"))).unwrap_err();
        assert_eq!(gone.code(), Some("E-SSO-35"));
        assert_eq!(stage.comes("f", first()), None);
        stage.assert_sound();
    });
}

#[test]
fn a_proof_raises_the_level_of_whom_it_names_and_says_so_in_the_history() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let anna = stage.anna.clone();
        stage.set_level(Level::Standard);
        stage.comes("a", bank("1", "Чужая", Some(Level::Verified)));
        stage.links("a", &anna).unwrap();
        assert_eq!(stage.level(), Level::Standard, "somebody else's proof");
        assert_eq!(stage.withheld(), Some(Withheld::Name));
        let (id, proof) = (anna.clone(), bank("1", "соколова ", Some(Level::Verified)));
        assert_eq!(stage.comes("a", proof), Some(id.clone()));
        assert_eq!((stage.level(), stage.withheld()), (Level::Verified, None));
        stage.comes("a", bank("1", "Соколова", Some(Level::Standard)));
        assert_eq!(stage.level(), Level::Verified, "a lower proof takes nothing away");
        let reason = stage.act(move |tx, _| {
            let row: (String, Vec<u8>) = tx.one(
                "SELECT op_id, reason_sealed FROM level_change WHERE account_id = $1
                 ORDER BY at DESC LIMIT 1",
                base::args![&id],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )?;
            Ok(tx.key(&id)?.open_text(accounts::level_spot(&row.0), &row.1)?)
        });
        assert_eq!(reason.unwrap(), "provider bank");
    });
}

#[test]
fn a_proof_raises_nobody_whose_papers_are_not_checked_and_nobody_of_another_birth() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let anna = stage.anna.clone();
        let proof = |born: &str, patronymic: &str| Identity {
            born: born.into(),
            patronymic: patronymic.into(),
            ..bank("1", "Соколова", Some(Level::Verified))
        };
        stage.comes("a", proof("", ""));
        stage.links("a", &anna).unwrap();
        assert_eq!((stage.level(), stage.withheld()), (Level::Simplified, Some(Withheld::Data)));
        stage
            .act(move |tx, cx| {
                let today = identity::read::today(cx.now);
                let field = |name: &str| match name {
                    "date" => "17.04.1988",
                    "sex" => "female",
                    _ => "гор. Томск",
                };
                let kind = identity::Kind::Birth;
                let values = read_datum(kind, field, Beside { born: None, today }).unwrap();
                let datum = Save { account: anna.clone(), kind, values, version: 0, agreed: false };
                identity::save(tx, cx, Ways::default(), &datum)
            })
            .unwrap();
        stage.set_level(Level::Standard);
        for born in ["1988-04-18", "1987", "17.04.1988"] {
            stage.comes("a", proof(born, ""));
            assert_eq!(stage.withheld(), Some(Withheld::Birth), "{born}");
        }
        assert_eq!(stage.level(), Level::Standard);
        // What one side does not know says nothing: Anna has no patronymic here.
        for born in ["", "0000-04-17", "1988", "1988-04-17"] {
            stage.set_level(Level::Standard);
            stage.comes("a", proof(born, "Ивановна"));
            assert_eq!((stage.level(), stage.withheld()), (Level::Verified, None), "{born}");
        }
    });
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let new = move |tx: &mut Tx<'_>, cx: &Cx| {
            let new = accounts::NewAccount {
                patronymic: accounts::PersonName::parse_optional("patronymic", "Ивановна").unwrap(),
                email: None,
                email_verified: false,
                level: Level::Standard,
                ..accounts::tests::new_account("+79123456781")
            };
            accounts::add(tx, cx, &new)
        };
        let vera = stage.act(new).unwrap();
        let proof = |patronymic: &str| Identity {
            patronymic: patronymic.into(),
            ..bank("2", "Соколова", Some(Level::Verified))
        };
        let level = || {
            let vera = vera.clone();
            stage.act(move |tx, _| accounts::read::account(tx, &vera)).unwrap().unwrap().level
        };
        stage.comes("a", proof("Петровна"));
        stage.links("a", &vera).unwrap();
        assert_eq!(level(), Level::Standard, "a namesake");
        stage.comes("a", proof("ИВАНОВНА"));
        assert_eq!(level(), Level::Verified);
    });
}

#[test]
fn a_proof_raises_nobody_who_does_not_agree_to_being_checked_or_does_not_any_more() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let anna = stage.anna.clone();
        stage.set_level(Level::Standard);
        let proof = || bank("1", "Соколова", Some(Level::Verified));
        let asks = |token: &'static str| {
            let anna = anna.clone();
            let waits =
                move |tx: &mut Tx<'_>, cx: &Cx| elsewhere::waits(tx, cx.now, (token, Some(&anna)));
            stage.act(waits).unwrap().unwrap().asks
        };
        stage.comes("a", proof());
        assert!(asks("a"));
        stage.links_and(false, "a", &anna).unwrap();
        assert_eq!((stage.level(), stage.withheld()), (Level::Standard, Some(Withheld::Consent)));
        stage.comes("a", proof());
        assert_eq!(stage.level(), Level::Standard, "nor at a sign-in");
        stage.comes("a", bank("1", "Чужая", Some(Level::Verified)));
        assert_eq!(stage.withheld(), Some(Withheld::Consent), "nothing was compared");
        let says = |agrees: bool| {
            let anna = anna.clone();
            let say = move |tx: &mut Tx<'_>, cx: &Cx| match agrees {
                true => identity::agree(tx, cx, &policy(), (&anna, true)).map(drop),
                false => identity::withdraw(tx, cx, &anna, "personal_data"),
            };
            stage.act(say).unwrap();
        };
        says(true);
        stage.comes("a", proof());
        assert_eq!((stage.level(), stage.withheld()), (Level::Verified, None));

        // Who takes the word back is raised no more.
        stage.set_level(Level::Standard);
        says(false);
        stage.comes("a", proof());
        assert_eq!((stage.level(), stage.withheld()), (Level::Standard, Some(Withheld::Consent)));
        says(true);
        stage.comes("b", bank("2", "Соколова", Some(Level::Verified)));
        assert!(!asks("b"), "who agrees is not asked again");
        stage.assert_sound();
    });
}

#[test]
fn what_comes_back_is_for_whoever_left_and_goes_when_they_sign_out() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let (anna, boris) = (stage.anna.clone(), stage.boris());
        let waits = |who: Option<&Id>| {
            let who = who.cloned();
            let found = stage.act(move |tx, cx| elsewhere::waits(tx, cx.now, ("a", who.as_ref())));
            found.unwrap().is_some()
        };
        stage.comes_as(Some(&anna), "a", bank("1", "Соколова", None));
        assert!(!waits(None) && !waits(Some(&boris)) && waits(Some(&anna)));
        assert_eq!(stage.links("a", &boris).unwrap_err(), "E-SSO-32", "it is Anna's");
        stage.act(|tx, _| elsewhere::forget(tx, "other")).unwrap();
        assert!(waits(Some(&anna)), "another browser");
        let leaves =
            |tx: &mut Tx<'_>, cx: &Cx| elsewhere::depart(tx, cx, ("a", "bank", None), ("", "/"));
        let left = stage.act(leaves).unwrap();
        stage.act(|tx, _| elsewhere::forget(tx, "a")).unwrap();
        assert!(!waits(Some(&anna)));
        assert_eq!(stage.links("a", &anna).unwrap_err(), "E-SSO-32");
        let back = stage.act(move |tx, cx| elsewhere::back(tx, cx, ("a", "bank"), &left.state));
        assert_eq!(back.unwrap_err().code(), Some("E-SSO-32"), "and who is under way");
        // Who had left as nobody may sign in with any account.
        stage.comes("a", bank("1", "Соколова", None));
        assert!(waits(None));
        stage.links("a", &boris).unwrap();
    });
}

#[test]
fn what_a_guest_brings_waits_a_few_minutes_and_tells_nothing_until_they_go_on() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let stage = Stage::new(db);
        let anna = stage.anna.clone();
        let arrives = |who: Option<&Id>| {
            let who = who.cloned();
            stage.act(move |tx, cx| {
                let left = elsewhere::depart(tx, cx, ("a", "bank", who.as_ref()), ("", "/"))?;
                let trip = elsewhere::back(tx, cx, ("a", "bank"), &left.state)?;
                elsewhere::wait(tx, cx, ("a", "bank"), (bank("1", "Соколова", None), &trip))
            })
        };
        let told = |who: Option<&Id>| {
            let who = who.cloned();
            let waits = stage.act(move |tx, cx| elsewhere::waits(tx, cx.now, ("a", who.as_ref())));
            waits.unwrap().map(|x| x.told)
        };
        let go_on = || stage.act(|tx, cx| elsewhere::take_up(tx, cx, ("a", None)));
        arrives(None).unwrap();
        assert_eq!(told(None), Some(false));
        assert_eq!(stage.links("a", &anna).unwrap_err(), "E-SSO-32", "nobody has gone on with it");
        stage.clock.advance(5 * Instant::MINUTE);
        assert_eq!(told(None), None);
        assert_eq!(go_on().unwrap_err().code(), Some("E-SSO-32"));

        arrives(None).unwrap();
        go_on().unwrap();
        stage.clock.advance(10 * Instant::MINUTE);
        // Whoever goes on once more gains no time by it.
        go_on().unwrap();
        assert_eq!(told(None), Some(true));
        stage.clock.advance(5 * Instant::MINUTE);
        assert_eq!(told(None), None);

        arrives(Some(&anna)).unwrap();
        assert_eq!((told(None), told(Some(&anna))), (None, Some(true)), "whoever left signed in");
        stage.clock.advance(29 * Instant::MINUTE);
        stage.links("a", &anna).unwrap();
    });
}
