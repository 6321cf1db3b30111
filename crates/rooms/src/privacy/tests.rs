//! Who looked, and letting somebody go: on both engines.

use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Tx, args};
use serde_json::json;
use testkit::canary::dump;

use super::*;
use crate::accounts::tests::anna;
use crate::booking::{Cancel, Confirm, sample};
use crate::{accounts, booking, sessions};

pub(super) fn cx(actor: Actor) -> Cx {
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
pub(super) fn lived(db: &Db, town: &sample::Town) -> (Id, String) {
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

/// Columns that name a person.
pub(super) const WHO: [&str; 4] = ["account_id", "person_id", "looker_id", "used_by"];
/// Tables that name people and hold nothing of them: the keys themselves, and letters on their way,
/// which are in `message` once they are sent.
const NOTHING_OF_THEM: [&str; 2] = ["person_key", "outbox"];

#[test]
fn every_table_that_names_a_person_is_in_their_export_and_goes_with_them() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let mut named: Vec<String> = db
            .read_wait(|tx| {
                let sql = if tx.is_postgres() {
                    "SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT)
                     FROM information_schema.columns c JOIN information_schema.tables t
                       ON t.table_name = c.table_name AND t.table_schema = c.table_schema
                     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
                } else {
                    "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c
                     WHERE m.type = 'table'"
                };
                let all =
                    tx.all(sql, args![], |r| Ok((r.get::<String>(0)?, r.get::<String>(1)?)))?;
                let people = all.into_iter().filter(|x| WHO.contains(&x.1.as_str()));
                Ok(people.map(|x| x.0).collect())
            })
            .unwrap();
        named.sort();
        named.dedup();
        named.retain(|x| !NOTHING_OF_THEM.contains(&x.as_str()));
        let mut kept: Vec<&str> = keepers::KEEPERS.iter().flat_map(|x| x.tables).copied().collect();
        kept.sort_unstable();
        assert_eq!(named, kept, "a table of people has no line in `privacy/keepers.rs`");
    });
}

#[test]
fn an_export_holds_all_that_somebody_left_and_nothing_of_others() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let town = sample::town(&db);
        let (id, _) = lived(&db, &town);
        let person = id.clone();
        let parts = db.write_wait(move |tx| {
            looked(tx, &cx(Actor::Engineer), &person, "level")?;
            export(tx, &person)
        });
        let parts = parts.unwrap();
        let of = |name: &str| {
            let part = parts.iter().find(|x| x.name == name).unwrap_or_else(|| panic!("no {name}"));
            part.json()
        };
        assert_eq!(of("account")[0]["surname"], "Соколова");
        assert_eq!(of("account")[0]["phone"], "+79123456789");
        assert_eq!(of("levels")[0]["reason"], "показала паспорт");
        assert_eq!(of("sessions")[0]["device"], "Firefox");
        assert_eq!(of("accesses")[0]["who"], "engineer");
        let bookings = of("bookings");
        assert_eq!(bookings.as_array().unwrap().len(), 3, "{bookings}");
        let text = bookings.to_string();
        for typed in ["о дороге", "передумала", "+79123456789"] {
            assert!(text.contains(typed), "{typed}: {text}");
        }
        let histories = bookings.as_array().unwrap().iter();
        assert!(histories.clone().all(|x| !x["history"].as_array().unwrap().is_empty()));
        // Boris of the sample town is not in it.
        let all: String = parts.iter().map(|x| x.json().to_string()).collect();
        assert!(!all.contains("boris"), "{all}");
        let gone = db.write_wait(move |tx| export(tx, &"nobody".into())).unwrap_err();
        assert_eq!(gone.code(), Some("E-ACC-02"));
    });
}

#[test]
fn a_closed_account_waits_seven_days_and_a_sign_in_keeps_it() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let town = sample::town(&db);
        let (id, token) = lived(&db, &town);
        let secrets = accounts::Secrets::new([7; 32]);
        let policy = accounts::Policy::of(&base::config::Config::default(), secrets);
        let at = |days: i64| sample::at(7, 9, 0).plus(days * base::Instant::DAY);
        let close_at = |days: i64, standing| {
            let (policy, person) = (policy.clone(), id.clone());
            let cx = Cx { now: at(days), ..cx(Actor::Account(id.clone())) };
            let came = crate::factors::Came::default();
            db.write_wait(move |tx| close(tx, &cx, &policy, (&person, &came), standing)).unwrap()
        };
        let erased = |days: i64| {
            let cx = Cx { now: at(days), ..cx(Actor::System) };
            erase_due(&db, &cx).unwrap()
        };
        assert_eq!(close_at(0, Standing::Keep), at(7));
        assert_eq!(close_at(1, Standing::Keep), at(7), "asking again puts nothing off");
        std::thread::scope(|scope| {
            for _ in 0..10 {
                scope.spawn(|| assert_eq!(close_at(1, Standing::Keep), at(7)));
            }
        });
        let told = |db: &Db| {
            let letters = db.read_wait(testkit::letters).unwrap().into_iter();
            letters.filter(|x| x.0 == "security-closing").count()
        };
        assert_eq!(told(&db), 1, "one wish, one notice");
        let caller = sessions::Caller { now: at(0), token };
        let who = db.write_wait(move |tx| sessions::recognise(tx, std::slice::from_ref(&caller)));
        assert!(who.unwrap()[0].is_none(), "signed out everywhere");
        let person = id.clone();
        let stands = |db: &Db| {
            let person = person.clone();
            db.read_wait(move |tx| booking::list(tx, &person, booking::Filter::Active, None, 10))
                .unwrap()
                .iter()
                .filter(|x| x.state == booking::State::Confirmed)
                .count()
        };
        assert_eq!(stands(&db), 1, "it was to stand");
        assert_eq!(erased(6), 0);
        // Back on the sixth day.
        let (owner, now) = (id.clone(), at(6));
        let back = move |tx: &mut Tx<'_>| {
            let cx = Cx { now, ..cx(Actor::Guest) };
            let opening = sessions::Opening {
                device: "",
                place: None,
                on: None,
                proof: sessions::Proof::now(now, sessions::Factor::Strong, false),
                trusted_for: None,
            };
            sessions::enter(tx, &cx, &owner, &opening)?;
            accounts::closing::came_back(tx, &owner)
        };
        assert_eq!(db.write_wait(back).unwrap(), Some(at(6)));
        assert_eq!(erased(8), 0, "it stays");
        assert_eq!(close_at(8, Standing::Cancel), at(15));
        assert_eq!(told(&db), 2, "another wish");
        assert_eq!(stands(&db), 0, "cancelled at once");
        assert_eq!(erased(14), 0);
        assert_eq!(erased(15), 1);
        assert_eq!(erased(16), 0);
        let person = id.clone();
        let gone = db.write_wait(move |tx| accounts::read::account(tx, &person)).unwrap();
        assert!(gone.is_none());
        db.read_wait(move |tx| {
            assert_eq!(booking::verify(tx, at(16))?, []);
            assert_eq!(verify(tx)?, []);
            Ok(())
        })
        .unwrap();
    });
}
