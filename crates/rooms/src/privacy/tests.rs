//! Who looked, and letting somebody go: on both engines.

use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Tx, args};
use serde_json::json;
use testkit::canary::dump;

use super::*;
use crate::accounts::tests::anna;
use crate::booking::{Cancel, Confirm, sample};
use crate::{accounts, booking, sessions};

fn cx(actor: Actor) -> Cx {
    Cx::new(&Clock::fixed(sample::at(1, 9, 0)), &Chance::os(), actor, Channel::Cli)
}

#[test]
fn a_person_sees_who_opened_their_data_and_not_themselves() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let anna: Id = "anna".into();
        let seen = db
            .write_wait(move |tx| {
                looked(tx, &cx(Actor::Account("anna".into())), &anna, "account")?;
                looked(tx, &cx(Actor::System), &anna, "account")?;
                looked(tx, &cx(Actor::Engineer), &anna, "level")?;
                looked(tx, &cx(Actor::Account("boris".into())), &anna, "booking")?;
                looked(tx, &cx(Actor::Engineer), &"boris".into(), "token")?;
                accesses(tx, &anna, 10)
            })
            .unwrap();
        let seen: Vec<_> = seen.iter().map(|x| (x.actor.as_str(), x.what.as_str())).collect();
        assert_eq!(seen.len(), 2, "{seen:?}");
        assert!(
            seen.contains(&("engineer", "level")) && seen.contains(&("account:boris", "booking"))
        );
    });
}

/// Anna: a booking that stands, one that she cancelled and said why, a form that was begun, somewhere
/// signed in.
fn lived(db: &Db, town: &sample::Town) -> (Id, String) {
    let (cx, desk) = (cx(Actor::Engineer), town.desk.clone());
    let offers = ["visit", "other", "third"].map(|service| {
        let mut offer = town.offer(&desk);
        offer.service = service.into();
        offer
    });
    db.write_wait(move |tx| {
        let id = anna(tx, &cx)?;
        let cx = Cx { actor: Actor::Account(id.clone()), now: sample::at(7, 8, 0), ..cx.clone() };
        let mut made = Vec::new();
        for (i, offer) in (0_i8..).zip(&offers) {
            let cx = Cx { op: cx.new_id(), ..cx.clone() };
            let (account, level) = (id.clone(), accounts::Level::Verified);
            let start = sample::at(9, 9 + i, 0);
            let wish = booking::Hold { account, level, start, purpose: "ask".into(), draft: None };
            let held = booking::hold(tx, &cx, offer, &wish)?;
            let form = json!({"detail": "о дороге", "phone": "+79123456789"});
            booking::save_form(tx, &cx, &id, &held.id, None, &form)?;
            if i < 2 {
                let (account, purpose) = (id.clone(), "ask".into());
                let command = Confirm {
                    account,
                    level,
                    booking: held.id.clone(),
                    purpose,
                    form,
                    on_behalf: None,
                };
                booking::confirm(tx, &cx, offer, &command)?;
            }
            made.push(held.id);
        }
        let reason = "передумала".into();
        let command = Cancel { account: id.clone(), booking: made[1].clone(), reason };
        booking::cancel(tx, &Cx { op: cx.new_id(), ..cx.clone() }, &offers[1].terms, &command)?;
        accounts::set_level(tx, &cx, &id, accounts::Level::Verified, "показала паспорт")?;
        let token = sessions::open(tx, &cx, &id, "Firefox", sessions::Kind::Browser)?;
        Ok((id, token))
    })
    .unwrap()
}

/// Everything that is sealed for `person`, and the wrapped key itself, as a dump writes it.
fn sealed_of(db: &Db, person: &Id) -> Vec<String> {
    let person = person.clone();
    let columns = [
        "SELECT wrapped FROM person_key WHERE person_id = $1",
        "SELECT sealed FROM account WHERE id = $1",
        "SELECT reason_sealed FROM level_change WHERE account_id = $1",
        "SELECT device_sealed FROM session WHERE account_id = $1",
        "SELECT form_sealed FROM booking WHERE account_id = $1 AND form_sealed IS NOT NULL",
        "SELECT reason_sealed FROM booking_event WHERE reason_sealed IS NOT NULL
           AND booking_id IN (SELECT id FROM booking WHERE account_id = $1)",
        "SELECT private FROM outbox WHERE person_id = $1",
    ];
    db.read_wait(move |tx| {
        let mut all = Vec::new();
        for sql in columns {
            let found: Vec<Vec<u8>> = tx.all(sql, args![&person], |r| r.get(0))?;
            assert!(!found.is_empty(), "{sql}");
            all.extend(found);
        }
        Ok(all)
    })
    .unwrap()
    .iter()
    .map(|bytes| bytes.iter().map(|x| format!("{x:02x}")).collect())
    .collect()
}

#[test]
fn whoever_is_erased_leaves_shells_and_nothing_else() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let town = sample::town(&db);
        let (id, token) = lived(&db, &town);
        let sealed = sealed_of(&db, &id);
        // One level, one device, three forms, the reason in the history and in the letter.
        assert!(sealed.len() >= 9, "{}", sealed.len());
        let hay = |db: &Db| {
            let rows = db.read_wait(dump).unwrap();
            rows.into_iter().map(|x| x.1.to_lowercase() + "\n").collect::<String>()
        };
        let before = hay(&db);
        assert!(sealed.iter().all(|x| before.contains(x)), "the test sees what it looks for");

        let (erase_cx, person) = (cx(Actor::Engineer), id.clone());
        let now = sample::at(7, 9, 0);
        let erase_cx = Cx { now, ..erase_cx };
        let act = move |tx: &mut Tx<'_>| erase(tx, &erase_cx, &person);
        db.write_wait(act.clone()).unwrap();
        let after = hay(&db);
        for trace in sealed.iter().map(String::as_str).chain(["79123456789", "anna@example"]) {
            assert!(!after.contains(trace), "{trace}");
        }
        let again = db.write_wait(act).unwrap_err();
        assert_eq!(again.code(), Some("E-ACC-02"));

        let (person, at, desk) = (id.clone(), now, town.desk.clone());
        db.write_wait(move |tx| {
            assert!(tx.key_of(&person)?.is_none());
            let caller = sessions::Caller { now: at, token: token.clone() };
            assert!(sessions::recognise(tx, &[caller])?[0].is_none());
            assert!(accounts::read::by_contact(tx, "+79123456789")?.is_none());
            let shells = booking::list(tx, &person, booking::Filter::Cancelled, None, 10)?;
            assert_eq!(shells.len(), 2, "the one that stood was cancelled");
            assert!(shells.iter().all(|x| x.starts.is_some() && *x.form.reveal() == json!({})));
            for shell in &shells {
                let events = booking::event_rows(tx, shell)?;
                assert!(events.iter().all(|x| x.reason.reveal().is_empty()));
            }
            assert!(booking::live_claims_of(tx, &desk, at)?.is_empty(), "its time is free");
            assert_eq!(booking::verify(tx, at)?, []);
            Ok(())
        })
        .unwrap();

        // A person whose key is lost is found; one who was erased is not missed.
        let lost = db.write_wait(|tx| {
            assert_eq!(verify(tx)?, []);
            let id = anna(tx, &cx(Actor::Engineer))?;
            tx.destroy_key(&id)?;
            let found = verify(tx)?.iter().any(|x| x.rule == "V12" && *x.id == *id);
            tx.exec("DELETE FROM account WHERE id = $1", args![&id])?;
            Ok(found)
        });
        assert!(lost.unwrap());

        // The phone may have an account again, and it is somebody else's.
        let cx = cx(Actor::Engineer);
        let fresh = db.write_wait(move |tx| anna(tx, &cx)).unwrap();
        assert_ne!(fresh, id);
    });
}
