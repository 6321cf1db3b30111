//! The room's stories, on both engines.

use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Instant, Outcome, Tx};

use super::*;
use crate::accounts::tests::{anna, boris};
use crate::accounts::{self, Level, Policy, Secrets};
use crate::factors::signin::Entered;
use crate::factors::tests::at_once;
use crate::factors::{Came, read};
use crate::identity::{self, Beside, Kind, Save, State, WayKind, Ways};

struct Stage {
    db: Db,
    clock: Clock,
    chance: Chance,
    anna: Id,
    boris: Id,
}

fn policy() -> Policy {
    Policy::of(&base::config::Config::default(), Secrets::new([7; 32]))
}

fn each(story: impl Fn(&Stage)) {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let clock = Clock::fixed(Instant(1_795_329_600_000_000));
        let chance = Chance::seeded(5);
        let cx = Cx::new(&clock, &chance, Actor::Guest, Channel::Web);
        let both = move |tx: &mut Tx<'_>| Ok((anna(tx, &cx)?, boris(tx, &cx)?));
        let (anna, boris) = db.write_wait(both).unwrap();
        let stage = Stage { db, clock, chance, anna, boris };
        story(&stage);
        assert_eq!(stage.act(|tx, _| identity::verify(tx)).unwrap(), []);
    });
}

fn signer() -> Signer {
    Signer {
        surname: "СОКОЛОВА".into(),
        given: "Анна".into(),
        snils: "11223344595".into(),
        issuer: "Учебный центр".into(),
        serial: "1001".into(),
        until: Instant(2_000_000_000_000_000),
        fingerprint: [7; 32],
        ..Signer::default()
    }
}

impl Stage {
    fn act<T: Send + 'static>(
        &self,
        act: impl Fn(&mut Tx<'_>, &Cx) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        self.clock.advance(1000);
        let cx = Cx::new(&self.clock, &self.chance, Actor::Guest, Channel::Web);
        self.db.write_wait(move |tx| act(tx, &cx))
    }

    fn types_snils(&self, account: &Id) {
        let account = account.clone();
        self.act(move |tx, cx| {
            let today = identity::read::today(cx.now);
            let number = |_: &str| "112-233-445 95";
            let values = identity::read_datum(Kind::Snils, number, Beside { born: None, today });
            let (kind, values) = (Kind::Snils, values.unwrap());
            let datum = Save { account: account.clone(), kind, values, version: 0, agreed: false };
            identity::save(tx, cx, Ways::default(), &datum)?;
            identity::agree_to_sign(tx, cx, &policy(), (&account, true))
        })
        .unwrap();
    }

    fn wish(account: Option<&Id>) -> Wish {
        let purpose = if account.is_some() { Purpose::Level } else { Purpose::SignIn };
        Wish { purpose, holder: "browser".into(), account: account.cloned(), from: None }
    }

    fn given(&self, wish: &Wish) -> Id {
        let wish = wish.clone();
        self.act(move |tx, cx| give(tx, cx, &wish, "Подпишите это")).unwrap()
    }

    fn prove(&self, account: &Id, signer: &Signer) -> Outcome<State> {
        let wish = Self::wish(Some(account));
        let (id, signer) = (self.given(&wish), signer.clone());
        self.act(move |tx, cx| prove(tx, cx, &policy(), (&wish, &id), (&signer, &Came::default())))
    }

    fn enter(&self, signer: &Signer) -> Outcome<Entered> {
        let wish = Self::wish(None);
        let (id, signer) = (self.given(&wish), signer.clone());
        self.act(move |tx, cx| enter(tx, cx, &policy(), (&wish, &id), (&signer, &Came::default())))
    }

    fn level(&self, account: &Id) -> Level {
        let account = account.clone();
        let found = self.act(move |tx, _| accounts::read::account(tx, &account));
        found.unwrap().unwrap().level
    }

    fn ways(&self) -> Vec<identity::Way> {
        let anna = self.anna.clone();
        let levels = self.act(move |tx, cx| identity::read::levels(tx, cx.now, &anna));
        levels.unwrap().unwrap().ways
    }

    fn events(&self) -> Vec<String> {
        let anna = self.anna.clone();
        let places = self.act(move |tx, cx| read::places(tx, cx.now, &anna, ""));
        places.unwrap().events.into_iter().map(|x| x.kind).collect()
    }
}

fn code<T: std::fmt::Debug>(refused: Outcome<T>) -> &'static str {
    refused.unwrap_err().code().unwrap()
}

#[test]
fn a_signature_raises_the_level_when_the_certificate_agrees() {
    each(|stage| {
        assert_eq!(code(stage.prove(&stage.anna, &signer())), "E-ACC-12", "no SNILS yet");
        stage.types_snils(&stage.anna);
        let nobody = Signer { snils: String::new(), ..signer() };
        assert_eq!(code(stage.prove(&stage.anna, &nobody)), "E-SIG-10");
        let other =
            Signer {
                given: "Анна Петровна".into(), snils: "00000000000".into(), ..signer()
            };
        assert_eq!(stage.prove(&stage.anna, &other).unwrap(), State::Mismatch);
        let way = stage.ways().into_iter().find(|x| x.kind == WayKind::Signature).unwrap();
        assert_eq!(way.note.fields, ["name.name", "snils.number"]);
        assert_eq!(stage.level(&stage.anna), Level::Simplified);
        let anna = stage.anna.clone();
        stage.act(move |tx, cx| identity::withdraw(tx, cx, &anna, "personal_data")).unwrap();
        assert_eq!(code(stage.prove(&stage.anna, &signer())), "E-SIG-01", "without the consent");
        let anna = stage.anna.clone();
        stage.act(move |tx, cx| identity::agree_to_sign(tx, cx, &policy(), (&anna, true))).unwrap();
        assert_eq!(stage.prove(&stage.anna, &signer()).unwrap(), State::Passed);
        assert_eq!(stage.level(&stage.anna), Level::Verified);
        assert!(stage.events().contains(&"certificate-seen".to_owned()));
        assert_eq!(code(stage.prove(&stage.anna, &signer())), "E-ACC-14");
        let anna = stage.anna.clone();
        let all = stage.act(move |tx, _| all(tx, &anna)).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].issuer.reveal(), "Учебный центр");
    });
}

#[test]
fn a_snils_that_another_account_has_confirmed_leads_nowhere() {
    each(|stage| {
        stage.types_snils(&stage.anna);
        stage.types_snils(&stage.boris);
        assert_eq!(stage.prove(&stage.anna, &signer()).unwrap(), State::Passed);
        // Boris is called Anna in the tests of accounts, too: only the SNILS tells them apart.
        assert_eq!(stage.prove(&stage.boris, &signer()).unwrap(), State::Taken);
        assert_eq!(stage.level(&stage.boris), Level::Simplified);
    });
}

#[test]
fn a_signature_signs_in_whoever_has_confirmed_the_snils_and_a_second_factor_follows() {
    each(|stage| {
        stage.types_snils(&stage.anna);
        assert_eq!(code(stage.enter(&signer())), "E-SIG-09", "typed is not confirmed");
        stage.prove(&stage.anna, &signer()).unwrap();
        let entered = stage.enter(&signer()).unwrap();
        assert!(matches!(entered, Entered::Half(_)), "a device that nobody knows");
        let married = Signer { surname: "Орлова".into(), ..signer() };
        assert_eq!(code(stage.enter(&married)), "E-SIG-09");
        let anna = stage.anna.clone();
        let removed = stage.act(move |tx, cx| {
            let certificate = all(tx, &anna)?.remove(0);
            remove(tx, cx, &policy(), (&anna, &certificate.id), &Came::default())?;
            Ok(certificate.id)
        });
        let id = removed.unwrap();
        assert_eq!(code(stage.enter(&signer())), "E-SIG-11");
        stage.enter(&Signer { fingerprint: [8; 32], ..signer() }).unwrap();
        let anna = stage.anna.clone();
        let again =
            stage.act(move |tx, cx| remove(tx, cx, &policy(), (&anna, &id), &Came::default()));
        assert_eq!(code(again), "E-SIG-12");
        let events = stage.events();
        assert_eq!(events.iter().filter(|x| *x == "certificate-seen").count(), 2);
        assert_eq!(events.iter().filter(|x| *x == "certificate-removed").count(), 1);
    });
}

#[test]
fn a_text_is_good_once_however_many_bring_its_signature_at_once() {
    each(|stage| {
        stage.types_snils(&stage.anna);
        stage.prove(&stage.anna, &signer()).unwrap();
        let wish = Stage::wish(None);
        let id = stage.given(&wish);
        let entered = || {
            let (wish, id) = (wish.clone(), id.clone());
            let act = move |tx: &mut Tx<'_>, cx: &Cx| {
                enter(tx, cx, &policy(), (&wish, &id), (&signer(), &Came::default()))
            };
            stage.act(act).is_ok()
        };
        assert_eq!(at_once(entered), 1);
    });
}

#[test]
fn a_text_belongs_to_its_browser_its_purpose_and_its_quarter_of_an_hour() {
    each(|stage| {
        let wish = Stage::wish(Some(&stage.anna));
        let id = stage.given(&wish);
        let read = |wish: &Wish| {
            let (wish, id) = (wish.clone(), id.clone());
            stage.act(move |tx, cx| text(tx, cx.now, &wish, &id))
        };
        assert_eq!(read(&wish).unwrap().words, "Подпишите это");
        let strangers = [
            Wish { holder: "another".into(), ..wish.clone() },
            Wish { purpose: Purpose::SignIn, ..wish.clone() },
            Wish { account: Some(stage.boris.clone()), ..wish.clone() },
            Wish { account: None, ..wish.clone() },
        ];
        for stranger in strangers {
            assert_eq!(code(read(&stranger)), "E-SIG-01", "{stranger:?}");
        }
        let bring = || {
            let (wish, id) = (wish.clone(), id.clone());
            stage.act(move |tx, cx| tried(tx, cx, &wish, (&id, vec![1])))
        };
        for _ in 0..10 {
            let signed = bring().unwrap();
            assert_eq!(signed.content, "Подпишите это".as_bytes());
            assert!(signed.given_at < signed.at);
        }
        assert_eq!(code(bring()), "E-SIG-14");
        stage.clock.advance(15 * Instant::MINUTE);
        assert_eq!(code(read(&wish)), "E-SIG-01");
        assert_eq!(stage.act(|tx, cx| sweep(tx, cx.now)).unwrap(), 1);
    });
}

#[test]
fn texts_are_given_to_one_person_twenty_at_a_time() {
    each(|stage| {
        let wish = Stage::wish(Some(&stage.anna));
        (0..20).for_each(|_| drop(stage.given(&wish)));
        let more = wish.clone();
        assert_eq!(code(stage.act(move |tx, cx| give(tx, cx, &more, "ещё"))), "E-SIG-15");
        stage.given(&Stage::wish(Some(&stage.boris)));
    });
}
