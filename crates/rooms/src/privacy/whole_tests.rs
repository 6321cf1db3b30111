//! Somebody with a row in every table that names people: all of it is in their copy, or the list of keepers
//! says why not, and nothing is left of it when they are erased.

use std::collections::BTreeMap;

use base::vault::Spot;
use base::{Actor, Cx, Db, Id, Outcome, Tx, args};
use testkit::canary::dump;

use super::tests::{WHO, cx, lived};
use super::*;
use crate::booking::sample;
use crate::{accounts, identity, mandates};

/// A row: its table, the statement that writes it for the person `$1`, and what `$2` seals: column, row
/// (`me` is the person), clear text. What says `canary` is the person's own.
type Left = (&'static str, &'static str, Option<(&'static str, &'static str, &'static str)>);

/// What there must be before.
const BEFORE: &str = "
    INSERT INTO opening (id, service_code, scope, scope_id, zone, mode, opens_at, ends_at, from_day,
      to_day, choose_minutes, revision, last_rank, admitted_to, pace, paced_at, archived, created_at)
      VALUES ('opening', 'visit', 'service', 'visit', 'Asia/Tomsk', 'fifo', 1, 2, '2026-12-01',
              '2026-12-02', 5, 1, 1, 0, '{}', 1, TRUE, 1);
    INSERT INTO sso_client (id, name, sector, scopes, created_at)
      VALUES ('client', 'canary-client', 'site.test', 'openid', 1);
    INSERT INTO level_way (id, account_id, kind, state, revision, begun_at, changed_at, expires_at)
      VALUES ('way-2', 'person-00', 'visit', 'invited', 1, 1, 1, 9);
    INSERT INTO outbox (id, subject, seq, event, payload, priority, state, created_at, not_before,
      expires_at, lease_until, attempts, done_at, op_id)
      VALUES ('letter', 'an-operation', 1, 'identity-letter-number', '{\"track\":\"canary-track\"}', 2,
              'sent', 1, 1, 9, 0, 1, 1, 'an-operation')";

/// Beside what [`lived`] leaves: bookings, a level, a session.
const LEFT: &[Left] = &[
    (
        "level_way",
        "INSERT INTO level_way (id, account_id, kind, state, revision, note_sealed, begun_at, changed_at, expires_at)
         VALUES ('way', $1, 'visit', 'invited', 1, $2, 1, 1, 9)",
        Some(("note", "way", "{\"fields\":[],\"reason\":\"canary-level_way\",\"code\":\"\"}")),
    ),
    (
        "code_letter",
        "INSERT INTO code_letter (way_id, account_id, digest, tries, written_sealed, track)
         VALUES ('way', $1, $2, 0, $2, 'canary-code_letter')",
        Some(("written", "way", "{}")),
    ),
    (
        "identity_datum",
        "INSERT INTO identity_datum (account_id, kind, sealed, version, typed_at, typed_by, channel, op_id)
         VALUES ($1, 'inn', $2, 1, 1, 'system', 'web', 'op')",
        Some(("sealed", "me/inn", "{\"number\":\"canary-identity_datum\"}")),
    ),
    (
        "level_wish",
        "INSERT INTO level_wish (account_id, level, wish_sealed, at, expires_at)
         VALUES ($1, 'verified', $2, 1, 9)",
        Some(("wish", "me", "{\"service\":\"visit\",\"back\":\"/book?a=canary-level_wish\"}")),
    ),
    (
        "registry_check",
        "INSERT INTO registry_check (way_id, account_id, asked_sealed, attempts, next_at, lease_until)
         VALUES ('way', $1, $2, 0, 1, 1)",
        Some(("asked", "way", "{}")),
    ),
    (
        "snils_owner",
        "INSERT INTO snils_owner (snils_index, account_id, index_key, at)
         VALUES ('index', $1, 1, 1)",
        None,
    ),
    (
        "visit_code",
        "INSERT INTO visit_code (way_id, account_id, digest, code_sealed)
         VALUES ('way', $1, $2, $2)",
        Some(("code", "way", "canary-visit_code")),
    ),
    (
        "visit_look",
        "INSERT INTO visit_look (id, way_id, at, looker_id, site_id)
         VALUES ('look-2', 'way-2', 1, $1, 'site')",
        None,
    ),
    (
        "visit_look",
        "INSERT INTO visit_look (id, way_id, at, looker_id, site_id)
         VALUES ('look-1', 'way', 1, $1, 'site')",
        None,
    ),
    (
        "file",
        "INSERT INTO file (id, account_id, subject, part, state, kind, size, chunks, described_sealed, created_at, attempts, next_at, lease_until)
         VALUES ('file', $1, 'way', 'passport', 'clean', 'pdf', 0, 0, $2, 1, 0, 1, 1)",
        Some((
            "described",
            "file",
            "{\"name\":\"canary-file\",\"digest\":\"\",\"width\":0,\"height\":0,\"pages\":0,\"chunks\":0}",
        )),
    ),
    (
        "opening_entry",
        "INSERT INTO opening_entry (opening_id, account_id, id, state, moved, joined_at, revision)
         VALUES ('opening', $1, 'canary-opening_entry', 'waiting', FALSE, 1, 1)",
        None,
    ),
    (
        "signature_certificate",
        "INSERT INTO signature_certificate (id, account_id, digest, sealed, seen_at, used_at)
         VALUES ('certificate', $1, $2, $2, 1, 1)",
        Some((
            "sealed",
            "certificate",
            "{\"issuer\":\"canary-signature_certificate\",\"serial\":\"1\",\"until\":9}",
        )),
    ),
    (
        "signature_challenge",
        "INSERT INTO signature_challenge (id, purpose, holder_digest, account_id, text_sealed, given_at, expires_at, tries)
         VALUES ('challenge', 'level', $2, $1, $2, 1, 9, 0)",
        Some(("text", "challenge", "canary-signature_challenge")),
    ),
    (
        "past_session",
        "INSERT INTO past_session (token_digest, account_id, forget_at)
         VALUES ($2, $1, 9)",
        Some(("token", "past", "x")),
    ),
    ("staff_account", "INSERT INTO staff_account (account_id)
         VALUES ($1)", None),
    (
        "sso_consent",
        "INSERT INTO sso_consent (id, account_id, client_id, asked, scopes, remembered, text, given_at)
         VALUES ('consent', $1, 'client', 'openid', 'canary-sso_consent', TRUE, '1', 1)",
        None,
    ),
    (
        "sso_grant",
        "INSERT INTO sso_grant (id, client_id, account_id, session_digest, sid, offline, auth_time, factor, created_at)
         VALUES ('grant', 'client', $1, $2, 'sid', FALSE, 1, FALSE, 1)",
        Some(("session", "grant", "x")),
    ),
    (
        "sso_link",
        "INSERT INTO sso_link (provider, subject_index, account_id, linked_at, used_at)
         VALUES ('canary-sso_link', 'index', $1, 1, 1)",
        None,
    ),
    (
        "sso_request",
        "INSERT INTO sso_request (id, client_id, sealed, account_id, created_at, expires_at)
         VALUES ('request', 'client', $2, $1, 1, 9)",
        Some(("sealed", "request", "{}")),
    ),
    (
        "staff_grant",
        "INSERT INTO staff_grant (id, account_id, role, place_kind, place_id, starts_at, ends_at, granted_at, granted_by, reason_sealed)
         VALUES ('role', $1, 'clerk', 'site', 'site', 1, 2, 1, 'engineer', $2)",
        Some(("reason", "role", "canary-staff_grant")),
    ),
    (
        "staff_proposal",
        "INSERT INTO staff_proposal (id, account_id, role, place_kind, place_id, ends_at, reason_sealed, asked_at, asked_by, expires_at)
         VALUES ('proposal', $1, 'clerk', 'site', 'site', 9, $2, 1, 'person-00', 9)",
        Some(("reason", "proposal", "canary-staff_proposal")),
    ),
    (
        "staff_look",
        "INSERT INTO staff_look (id, at, op_id, looker_id, role, place_kind, place_id, booking_id, account_id, reason_sealed)
         VALUES ('look', 1, 'op', 'person-00', 'clerk', 'site', 'site', 'booking', $1, $2)",
        Some(("reason", "look", "canary-staff_look")),
    ),
    (
        "staff_alarm",
        "INSERT INTO staff_alarm (id, at, kind, account_id, count)
         VALUES ('alarm', 1, 'cards', $1, 9)",
        None,
    ),
    (
        "staff_invitation",
        "INSERT INTO staff_invitation (id, digest, role, place_kind, place_id, created_at, created_by, expires_at, asked_by, reason_sealed)
         VALUES ('invitation', $2, 'clerk', 'site', 'site', 1, 'account', 9, $1, $2)",
        Some(("reason", "invitation", "canary-staff_invitation")),
    ),
    (
        "staff_invitation",
        "INSERT INTO staff_invitation (id, digest, role, place_kind, place_id, created_at, created_by, expires_at, used_at, used_by, asked_by, reason_sealed)
         VALUES ('taken-up', $2, 'clerk', 'site', 'site', 1, 'account', 9, 2, $1, 'person-00', $2)",
        Some(("reason", "taken-up", "of another's key")),
    ),
    (
        "staff_trail",
        "INSERT INTO staff_trail (id, at, op_id, account_id, action, step, channel)
         VALUES ('trail', 1, 'an-op', $1, 'canary-staff_trail', '', 'web')",
        None,
    ),
    (
        "account_closing",
        "INSERT INTO account_closing (account_id, asked_at, due_at, op_id, back_at)
         VALUES ($1, 1, 2, 'op', 2)",
        None,
    ),
    (
        "consent",
        "INSERT INTO consent (account_id, kind, version, given_at, channel)
         VALUES ($1, 'agreement', 'canary-consent', 1, 'web')",
        None,
    ),
    (
        "registration",
        "INSERT INTO registration (id, account_id, created_at, expires_at, done_at)
         VALUES ('registration', $1, 1, 9, 2)",
        None,
    ),
    (
        "authenticator",
        "INSERT INTO authenticator (id, account_id, name_sealed, secret_sealed, last_step, created_at, confirmed_at)
         VALUES ('app', $1, $2, $2, 0, 1, 2)",
        Some(("name", "app", "canary-authenticator")),
    ),
    ("code_factor", "INSERT INTO code_factor (account_id, created_at)
         VALUES ($1, 1)", None),
    (
        "contact_change",
        "INSERT INTO contact_change (id, account_id, kind, sealed, created_at, expires_at)
         VALUES ('change', $1, 'phone', $2, 1, 9)",
        Some(("sealed", "change", "{\"old\":null,\"new\":\"canary-contact_change\"}")),
    ),
    ("contact_review", "INSERT INTO contact_review (account_id, since)
         VALUES ($1, 1)", None),
    (
        "control_question",
        "INSERT INTO control_question (account_id, question_sealed, answer_digest, set_at)
         VALUES ($1, $2, $2, 1)",
        Some(("question", "me", "canary-control_question")),
    ),
    (
        "device",
        "INSERT INTO device (id, account_id, digest, name_sealed, created_at, seen_at, remembered_until, ends_at)
         VALUES ('device', $1, $2, $2, 1, 1, 0, 9)",
        Some(("name", "device", "canary-device")),
    ),
    (
        "guess",
        "INSERT INTO guess (scope, tries, free_at, at, account_id)
         VALUES ('scope', 1, 1, 1, $1)",
        None,
    ),
    (
        "half_sign_in",
        "INSERT INTO half_sign_in (id, token_digest, account_id, shared, aim, shown, created_at, expires_at)
         VALUES ('half', $2, $1, FALSE, 'sign_in', '', 1, 9)",
        Some(("token", "half", "x")),
    ),
    (
        "helped_recovery",
        "INSERT INTO helped_recovery (id, account_id, at, op_id, staff_id, role, place_kind, place_id, seen, aim, reason_sealed, ends_at)
         VALUES ('helped', $1, 1, 'op', 'person-00', 'clerk', 'site', 'site', 'paper', 'restore', $2, 9)",
        Some(("reason", "helped", "canary-helped_recovery")),
    ),
    (
        "helped_recovery",
        "INSERT INTO helped_recovery (id, account_id, at, op_id, staff_id, role, place_kind, place_id, seen, aim, contact_sealed, ends_at)
         VALUES ('begun', $1, 1, 'op', 'person-00', 'clerk', 'site', 'site', 'paper', 'restore', $2, 9)",
        Some(("contact", "begun", "{\"kind\":\"email\",\"contact\":\"canary@begun.test\"}")),
    ),
    (
        "helped_step",
        "INSERT INTO helped_step (id, token_digest, account_id, helped_id, contact_sealed, expires_at)
         VALUES ('step', $2, $1, 'helped', $2, 9)",
        Some(("contact", "step", "{\"kind\":\"phone\",\"contact\":\"canary-helped_step\"}")),
    ),
    (
        "staff_call",
        "INSERT INTO staff_call (id, account_id, at, op_id, staff_id, role, found_by)
         VALUES ('call', $1, 1, 'op', 'person-00', 'support', 'code')",
        None,
    ),
    (
        "kept_form",
        "INSERT INTO kept_form (id, account_id, fields_sealed, expires_at)
         VALUES ('kept', $1, $2, 9)",
        Some(("fields", "kept", "/account/name?surname=canary-kept_form")),
    ),
    (
        "passkey",
        "INSERT INTO passkey (id, account_id, credential_digest, name_sealed, credential_sealed, counter, backed_up, created_at)
         VALUES ('key', $1, $2, $2, $2, 0, FALSE, 1)",
        Some(("name", "key", "canary-passkey")),
    ),
    (
        "recovery_code",
        "INSERT INTO recovery_code (account_id, digest, created_at)
         VALUES ($1, $2, 1)",
        Some(("digest", "code", "x")),
    ),
    (
        "recovery_wait",
        "INSERT INTO recovery_wait (account_id, begun_at, ready_at, ends_at)
         VALUES ($1, 1, 2, 9)",
        None,
    ),
    (
        "security_event",
        "INSERT INTO security_event (id, account_id, at, op_id, kind, where_sealed)
         VALUES ('event', $1, 1, 'op', 'new-device', $2)",
        Some(("where", "event", "canary-security_event")),
    ),
    (
        "message",
        "INSERT INTO message (id, outbox_id, account_id, channel, state, created_at, sealed)
         VALUES ('message', 'letter', $1, 'email', 'sent', 1, $2)",
        Some((
            "sealed",
            "letter/email",
            "{\"to\":\"a\",\"subject\":\"b\",\"body\":\"canary-message\",\"note\":\"\"}",
        )),
    ),
    (
        "person_access",
        "INSERT INTO person_access (id, person_id, at, op_id, actor, channel, what)
         VALUES ('access', $1, 1, 'op', 'engineer', 'cli', 'canary-person_access')",
        None,
    ),
];

/// What [`lived`] and [`settle`] leave in tables that [`LEFT`] has not, as the copy says it.
const LIVED: [(&str, &str); 5] = [
    ("booking", "о дороге"),
    ("level_change", "показала паспорт"),
    ("session", "Firefox"),
    ("mandate", "Канарейка"),
    ("sso_grant", "canary-client"),
];

fn settle(db: &Db, me: &Id) {
    let me = me.clone();
    let act = move |tx: &mut Tx<'_>| {
        let cx = Cx { now: sample::at(7, 8, 0), ..cx(Actor::Account(me.clone())) };
        tx.script(BEFORE)?;
        let key = tx.key(&me)?;
        for (table, sql, sealed) in LEFT {
            let Some((column, row, clear)) = sealed else {
                tx.exec(sql, args![&me])?;
                continue;
            };
            let row = row.replace("me", &me);
            let sealed = key.seal(Spot::new(table, column, &row), clear)?;
            tx.exec(sql, args![&me, &sealed])?;
        }
        of_age(tx, &cx, &me)?;
        let sheet = mandates::tests::child("Канарейка", jiff::civil::date(2020, 1, 1));
        let (account, level) = (me.clone(), accounts::Level::Verified);
        mandates::add(tx, &cx, &mandates::Add { account, level, sheet }).map(drop)
    };
    db.write_wait(act).unwrap();
}

/// Whoever acts for others says when they were born.
fn of_age(tx: &mut Tx<'_>, cx: &Cx, me: &Id) -> Outcome<()> {
    let (account, kind) = (me.clone(), identity::Kind::Birth);
    let version = identity::profile(tx, me)?.unwrap().version(kind);
    let typed = |field: &str| match field {
        "date" => "01.02.1981",
        "sex" => "female",
        _ => "гор. Томск",
    };
    let beside = identity::Beside { born: None, today: identity::read::today(cx.now) };
    let values = identity::read_datum(kind, typed, beside).unwrap();
    let datum = identity::Save { account, kind, values, version, agreed: true };
    identity::save(tx, cx, identity::Ways::default(), &datum).map(drop)
}

/// In how many rows of each table of the keepers a person is named.
fn named(tx: &mut Tx<'_>, me: &Id) -> Outcome<BTreeMap<&'static str, i64>> {
    let mut found = BTreeMap::new();
    for table in KEEPERS.iter().flat_map(|x| x.tables).copied() {
        let sql = if tx.is_postgres() {
            "SELECT CAST(column_name AS TEXT) FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = $1"
        } else {
            "SELECT name FROM pragma_table_info($1)"
        };
        let mut columns: Vec<String> = tx.all(sql, args![table], |r| r.get(0))?;
        columns.retain(|x| WHO.contains(&x.as_str()));
        let any: Vec<String> = columns.iter().map(|x| format!("{x} = $1")).collect();
        let sql = format!("SELECT count(*) FROM {table} WHERE {}", any.join(" OR "));
        let n = tx.one(sql.leak(), args![me], |r| r.get(0))?;
        found.insert(table, n);
    }
    Ok(found)
}

fn both(of: fn(&keepers::Keeper) -> &'static [(&'static str, &'static str)]) -> Vec<&'static str> {
    KEEPERS.iter().flat_map(of).map(|x| x.0).collect()
}

#[test]
fn a_copy_holds_every_table_and_nothing_is_left_of_whoever_is_erased() {
    testkit::each_engine(crate::MIGRATIONS, |db| {
        let town = sample::town(&db);
        let (me, _) = lived(&db, &town);
        settle(&db, &me);
        let person = me.clone();
        let before = db.read_wait(move |tx| named(tx, &person)).unwrap();
        for (table, n) in &before {
            assert!(*n > 0, "{table}: the test leaves nothing there");
        }

        let person = me.clone();
        let parts = db.read_wait(move |tx| export(tx, &person)).unwrap();
        let copy: String = parts.iter().map(|x| x.json().to_string()).collect();
        let untold = both(|x| x.untold);
        for table in before.keys() {
            let lived = LIVED.iter().find(|x| x.0 == *table).map(|x| x.1.to_owned());
            let told = copy.contains(&lived.unwrap_or_else(|| format!("canary-{table}\"")));
            let moments =
                ["code_factor", "recovery_code", "recovery_wait", "staff_call", "visit_look"];
            match untold.contains(table) {
                true => assert!(!told, "{table} is in the copy after all"),
                false => {
                    assert!(told || moments.contains(table), "{table} is not in the copy: {copy}")
                }
            }
        }
        for words in [
            "\"code\"",
            "\"printed\"",
            "\"wait\"",
            "\"support\"",
            "\"looked\"",
            "canary@begun.test",
        ] {
            assert!(copy.contains(words), "{words}");
        }

        let person = me.clone();
        let erased = Cx { now: sample::at(7, 9, 0), ..cx(Actor::Engineer) };
        db.write_wait(move |tx| erase(tx, &erased, &person)).unwrap();
        let person = me.clone();
        let (after, rows) = db.read_wait(move |tx| Ok((named(tx, &person)?, dump(tx)?))).unwrap();
        let stays = both(|x| x.stays);
        for (table, n) in &after {
            match stays.contains(table) {
                true => assert!(*n > 0, "{table} goes after all"),
                false => assert_eq!(*n, 0, "{table} is left"),
            }
        }
        for (table, row) in rows {
            assert!(!row.contains("canary-track"), "{table}: {row}");
        }
        let sealed = "SELECT count(*) FROM staff_invitation WHERE reason_sealed IS NOT NULL";
        let left = db.read_wait(move |tx| Ok(tx.one(sealed, args![], |r| r.get::<i64>(0))?));
        assert_eq!(left.unwrap(), 0, "also what another wrote of them");
    });
}
