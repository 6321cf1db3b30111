//! A database of the version before: every open value is sealed and found again.

use base::db::Migration;
use base::{Cx, Id, Tx, args};
use testkit::canary::{Canary, dump, none_in};

use crate::{accounts, booking, notify, sessions};

const ACCOUNT: &str = "01jmg0000000000000000000a1";
const TOKEN: &str = "old-token";

/// The migrations before the vault.
fn before() -> &'static [Migration] {
    let at = crate::MIGRATIONS.iter().position(|x| x.name == "0014_vault").unwrap();
    &crate::MIGRATIONS[..at]
}

/// What the version before left behind.
fn fill(tx: &mut Tx<'_>) {
    let digest: [u8; 32] =
        sha2::Digest::finalize(<sha2::Sha256 as sha2::Digest>::new_with_prefix(TOKEN)).into();
    tx.script(
        "INSERT INTO region VALUES ('70', 'Томская область', 'Tomsk', '', '', '', 'Asia/Tomsk');
         INSERT INTO category VALUES ('authority', 'Власть', 'Authority', '', 1);
         INSERT INTO service VALUES ('visit', '0101', 'authority', TRUE, '{}', '', '2026-01-01');
         INSERT INTO account VALUES ('01jmg0000000000000000000a1', '+79876543210', 1,
           'kenar@example.org', 1, 'Канарейкина', 'Вера', 'Щеглова', 'verified', NULL, 'ru', 1, NULL);
         INSERT INTO account VALUES ('01jmg0000000000000000000a2', '+79876543211', 1,
           'kenar@example.org', NULL, 'Щеглов', 'Пётр', '', 'simplified', NULL, 'en', 1, NULL);
         INSERT INTO level_change VALUES ('01jmg0000000000000000000a1', 1, 'op1', 'engineer', 'cli',
           'simplified', 'verified', 'паспорт Канарейкиной');
         INSERT INTO registration VALUES ('r1', '{\"surname\":\"Канарейкина\",\"name\":\"Вера\",
           \"patronymic\":\"\",\"phone\":\"+79876543212\",\"email\":null,\"password_hash\":\"h\",
           \"lang\":\"ru\",\"agreement\":\"1\",\"privacy\":\"1\"}', NULL, NULL, 1, 4000000000000000, NULL);
         INSERT INTO registration VALUES ('r2', '{}', NULL, '01jmg0000000000000000000a1', 1, 2, 1);
         INSERT INTO booking (id, account_id, service_code, purpose, state, extended, moves, revision,
           form, form_key, created_at, changed_at)
           VALUES ('b1', '01jmg0000000000000000000a1', 'visit', '', 'cancelled_by_applicant', FALSE, 0,
           2, '{\"detail\":\"канарейка заболела\"}', 'k', 1, 1);
         INSERT INTO booking (id, account_id, service_code, purpose, state, extended, moves, revision,
           form, form_key, created_at, changed_at)
           VALUES ('b2', '01jmg0000000000000000000a1', 'visit', '', 'draft', FALSE, 0, 1, '{}', 'k', 1,
           1);
         INSERT INTO booking_event VALUES ('b1', 1, 1, 'op1', 'guest', 'web', 'begun', NULL, 'draft',
           '{}', '{}', '');
         INSERT INTO booking_event VALUES ('b1', 2, 1, 'op2', 'guest', 'web', 'cancelled', 'confirmed',
           'cancelled_by_applicant', '{}', '{}', 'канарейка выздоровела');
         INSERT INTO outbox VALUES ('l1', 'b1', 2, 'booking-cancelled',
           '{\"account\":\"01jmg0000000000000000000a1\",\"booking\":\"b1\",\"reason\":\"канарейка выздоровела\"}',
           2, 'queued', 1, 1, 9000000000000000000, 0, 0, NULL, '550 kenar@example.org', 'op2');
         INSERT INTO outbox VALUES ('l2', 'r1/sms', 1, 'register-code',
           '{\"channel\":\"sms\",\"to\":\"+79876543212\",\"lang\":\"ru\",\"code\":\"654987\"}',
           0, 'queued', 1, 1, 9000000000000000000, 0, 0, NULL, NULL, 'op3');
         INSERT INTO message VALUES ('m1', 'l0', '01jmg0000000000000000000a1', 'b1', 'email',
           'kenar@example.org', 'Канарейкиной', 'Здравствуйте, Вера Канарейкина', 'sent', '', 1);
         INSERT INTO message VALUES ('m2', 'l9', NULL, NULL, 'sms', '+79876543212', '', 'код 654987',
           'failed', 'нет номера +79876543212', 2);
         INSERT INTO attempt VALUES ('signin:+79876543210', 5, 'x');
         INSERT INTO idempotency VALUES ('guest', 'k1', '00ff', 'op1', '{}', 1);",
    )
    .unwrap();
    tx.exec(
        "INSERT INTO session VALUES ($1, $2, 'browser', 'Браузер Канарейкиной', 1, 1, $3, $3)",
        args![&digest[..], ACCOUNT, 4_000_000_000_000_000_i64],
    )
    .unwrap();
}

fn canaries() -> Vec<Canary> {
    let planted = [
        "Канарейкин",
        "канарейка",
        "Щеглов",
        "+79876543210",
        "+79876543211",
        "+79876543212",
        "kenar@example.org",
        "654987",
    ];
    planted.map(Canary::new).into()
}

#[test]
fn a_database_of_the_version_before_is_sealed_and_says_the_same() {
    testkit::each_empty(|place, db| {
        db.migrate(before()).unwrap();
        db.write_wait(|tx| {
            fill(tx);
            Ok(())
        })
        .unwrap();
        // The test sees what it looks for.
        let rows = db.read_wait(dump).unwrap();
        for canary in canaries() {
            let found = rows.iter().any(|(_, row)| canary.found_in(row).is_some());
            assert!(found, "{}", canary.value());
        }
        db.migrate(crate::MIGRATIONS).unwrap();
        for (table, row) in db.read_wait(dump).unwrap() {
            none_in(&canaries(), &table, row);
        }
        db.scrub().unwrap();
        if let base::db::Place::File(path) = place {
            for file in [path.clone(), path.with_extension("db-wal")] {
                let bytes = std::fs::read(&file).unwrap_or_default();
                none_in(&canaries(), &file.display().to_string(), bytes);
            }
        }
        db.write_wait(says_the_same).unwrap();
        assert_eq!(db.migrate(crate::MIGRATIONS).unwrap(), Vec::<&str>::new());
    });
}

/// Every act finds what the version before wrote.
fn says_the_same(tx: &mut Tx<'_>) -> base::Outcome<()> {
    let id = Id::from(ACCOUNT);
    let vera = accounts::read::account(tx, &id)?.unwrap();
    assert_eq!(vera.full_name().reveal(), "Канарейкина Вера Щеглова");
    assert_eq!(vera.phone.reveal(), "+79876543210");
    assert_eq!(vera.email.as_ref().unwrap().reveal(), "kenar@example.org");
    assert!(vera.email_verified);
    for contact in ["+79876543210", "kenar@example.org"] {
        assert_eq!(accounts::read::by_contact(tx, contact)?.unwrap().id, id, "{contact}");
    }
    let peter = accounts::read::by_contact(tx, "+79876543211")?.unwrap();
    assert!(!peter.email_verified, "claimed by two, proved by one");
    let now = base::Instant(2);
    let caller = sessions::Caller { now, token: TOKEN.into() };
    let who = sessions::recognise(tx, &[caller])?.remove(0).unwrap();
    assert_eq!(who.name.reveal(), "Вера Канарейкина");
    // The version before gave no browser anything to hold: as if r1 had got the same as the session.
    let held = <sha2::Sha256 as sha2::Digest>::digest(TOKEN);
    let sql = "UPDATE registration SET token_digest = $1 WHERE id = 'r1'";
    assert_eq!(tx.exec(sql, args![&held[..]])?, 1);
    let awaited = accounts::register::awaiting(tx, now, TOKEN)?.unwrap();
    assert_eq!(awaited.phone.reveal(), "+79876543212");
    assert_eq!(accounts::register::awaiting(tx, now, "r1")?, None);
    let booking = booking::of_account(tx, &id, "b1")?;
    assert_eq!(booking.form.reveal()["detail"], "канарейка заболела");
    assert_eq!(booking::of_account(tx, &id, "b2")?.form.reveal(), &serde_json::json!({}));
    let events = booking::event_rows(tx, &booking)?;
    assert_eq!(events[1].reason.reveal(), "канарейка выздоровела");
    let letters = testkit::letters(tx)?;
    let letter = |event: &str| &letters.iter().find(|x| x.0 == event).unwrap().1;
    assert_eq!(letter("booking-cancelled")["reason"], "канарейка выздоровела");
    assert_eq!(letter("register-code")["code"], "654987");
    let said = notify::read::messages(tx, notify::read::Filter::All, 10)?;
    assert_eq!(said[0].note.reveal(), "нет номера +79876543212");
    assert_eq!(said[1].body.reveal(), "Здравствуйте, Вера Канарейкина");
    // The same key with the same words is still the same act.
    let key = base::idem::Key { key: "k1".into(), fingerprint: "00ff".into() };
    let cx = Cx::new(
        &base::Clock::fixed(now),
        &base::Chance::seeded(1),
        base::Actor::Guest,
        base::Channel::Web,
    );
    base::idem::once(tx, &cx, &key, |_| -> base::Outcome<serde_json::Value> {
        panic!("it was done before the migration")
    })?;
    Ok(())
}
