//! Ceilings: what the same disk, the same database and the same library can do without Okno's rules.

use std::path::Path;
use std::time::Instant;

use base::{Chance, Clock, Fault, Id, Outcome};
use rusqlite::{Connection, params};

use super::country::CLAIM;
use super::town::Town;

/// Holds written a second when nothing is asked and nothing decided: one thread, one prepared
/// statement after the other, the rows that a hold leaves behind, `group` holds a commit.
#[allow(clippy::disallowed_methods, reason = "a stop watch of measurements")]
pub(super) fn raw_group_commit(town: &Town, seconds: f64, group: usize) -> Outcome<f64> {
    let failed = |error| Fault::of("the raw writes failed", error);
    let conn = Connection::open(town.file()?).map_err(failed)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;
         PRAGMA journal_size_limit = 67108864; PRAGMA busy_timeout = 5000;",
    )
    .map_err(failed)?;
    conn.set_prepared_statement_cache_capacity(64);
    let (chance, began, mut written) = (Chance::os(), Instant::now(), 0);
    while began.elapsed().as_secs_f64() < seconds {
        conn.execute_batch("BEGIN IMMEDIATE").map_err(failed)?;
        for _ in 0..group {
            raw_hold(&conn, town, &chance).map_err(failed)?;
        }
        conn.execute_batch("COMMIT").map_err(failed)?;
        written += group;
    }
    let rate = written as f64 / began.elapsed().as_secs_f64();
    conn.execute_batch(WIPE).map_err(failed)?;
    Ok(rate)
}

/// What the yardsticks wrote is no booking: it must not be there when the invariants are asked for.
pub(super) const WIPE: &str = "
    DELETE FROM claim_cell WHERE owner LIKE 'yard-%';
    DELETE FROM claim WHERE booking_id LIKE 'yard-%';
    DELETE FROM outbox WHERE subject LIKE 'yard-%';
    DELETE FROM booking_event WHERE booking_id LIKE 'yard-%';
    DELETE FROM booking WHERE id LIKE 'yard-%';
    DELETE FROM idempotency WHERE actor LIKE 'yard-%';
    DELETE FROM active_booking WHERE account_id LIKE 'yard-%';
    DELETE FROM news WHERE node = 'yard';";

/// As long as the JSON that an event and a letter carry.
pub(super) const EVENT: &str = r#"{"moves":0,"number":null,"purpose":"p0","resource":"b-70-tomsk-0-17","starts_at":1796104800000000}"#;
pub(super) const LETTER: &str = r#"{"account":"01kb4t7m8q2v5x9c3n6r1w0e4y","booking":"01kb4t7m8q2v5x9c3n6r1w0e4y","old":{"moves":0,"number":null,"purpose":"","resource":null,"starts_at":null}}"#;

/// As long as the answer to a hold.
pub(super) const ANSWER: &str =
    r#"{"id":"01kb4t7m8q2v5x9c3n6r1w0e4y","expires_at":1796104800000000}"#;

/// Marks a row of a yardstick. Ordered by time, as ids are: rows that come together lie together.
pub(super) fn key(chance: &Chance) -> String {
    format!("yard-{}", Id::new(Clock::system().now(), chance))
}

/// A booking, its event and letter, a claim, its cell, the key with its answer.
fn raw_hold(conn: &Connection, town: &Town, chance: &Chance) -> rusqlite::Result<()> {
    let key = key(chance);
    let person = &town.wishes.people[chance.below(town.wishes.people.len() as u64) as usize];
    let resource = &town.offers[chance.below(town.offers.len() as u64) as usize].resource;
    let (account, resource) = (person.account.as_str(), resource.as_str());
    let (now, cell) = (town.now().0, chance.below(1 << 40) as i64);
    conn.prepare_cached(
        "INSERT INTO booking (id, account_id, service_code, purpose, state, resource_id, starts_at,
           ends_at, lane, expires_at, extended, moves, revision, number, code, form_key,
           created_at, changed_at)
         VALUES (?1, ?2, ?3, 'p0', 'held', ?4, ?5, ?5, 0, ?5, 0, 0, 1, NULL, NULL, ?1, ?5, ?5)",
    )?
    .execute(params![key, account, CLAIM, resource, now])?;
    conn.prepare_cached(
        "INSERT INTO booking_event (booking_id, seq, at, op_id, actor, channel, event, from_state,
           to_state, old_values, new_values)
         VALUES (?1, 1, ?2, ?1, ?1, 'api', 'held', NULL, 'held', '{}', ?3)",
    )?
    .execute(params![key, now, EVENT])?;
    conn.prepare_cached(
        "INSERT INTO outbox (id, subject, seq, event, payload, priority, state, created_at,
           not_before, expires_at, lease_until, attempts, done_at, op_id)
         VALUES (?1, ?1, 1, 'booking-held', ?3, 2, 'superseded', ?2, ?2, ?2, 0, 0, ?2, ?1)",
    )?
    .execute(params![key, now, LETTER])?;
    conn.prepare_cached(
        "INSERT INTO idempotency (actor, key, fingerprint, op_id, body, created_at)
         VALUES (?1, ?1, ?1, ?1, ?3, ?2)",
    )?
    .execute(params![key, now, ANSWER])?;
    conn.prepare_cached(
        "INSERT INTO claim (id, booking_id, resource_id, lane, starts_at, ends_at, expires_at)
         VALUES (?1, ?1, ?2, 0, ?3, ?3 + 1, ?3)",
    )?
    .execute(params![key, resource, now])?;
    conn.prepare_cached(
        "INSERT INTO claim_cell (owner, lane, cell, claim_id, expires_at) VALUES (?1, 0, ?2, ?1, ?3)",
    )?
    .execute(params![key, cell, now])?;
    Ok(())
}

/// The same rows as a script of `pgbench`: one booking a transaction.
const SCRIPT: &str = "\
\\set a random(1, 1000000000)
\\set b random(1, 1000000000)
\\set p random(1, 1000)
\\set s random(0, 19)
\\set d random(0, 49)
BEGIN;
INSERT INTO booking (id, account_id, service_code, purpose, state, resource_id, starts_at, ends_at,
  lane, expires_at, extended, moves, revision, number, code, form_key, created_at, changed_at)
  VALUES ('yard-' || :a || '-' || :b, 'yard-' || :p, 'bench-claim', 'p0', 'held', @R, 1, 1, 0,
  1, FALSE, 0, 1, NULL, NULL, '', 1, 1);
INSERT INTO booking_event VALUES ('yard-' || :a || '-' || :b, 1, 1, 'yard', 'yard', 'api', 'held',
  NULL, 'held', '{}', '@E');
INSERT INTO outbox VALUES ('yard-' || :a || '-' || :b, 'yard-' || :a || '-' || :b, 1,
  'booking-held', '@L', 2, 'superseded', 1, 1, 1, 0, 0, 1, NULL, 'yard');
INSERT INTO claim (id, booking_id, resource_id, lane, starts_at, ends_at, expires_at)
  VALUES ('yard-' || :a || '-' || :b, 'yard-' || :a || '-' || :b, @R, 0, 1, 2, 1);
INSERT INTO claim_cell VALUES ('yard-' || :a, 0, :b, 'yard-' || :a || '-' || :b, 1);
INSERT INTO idempotency VALUES ('yard-' || :p, 'yard-' || :a || '-' || :b, 'yard', 'yard', '@A', 1);
INSERT INTO news VALUES ('yard-' || :a || '-' || :b, 1, 'yard', 'free', @R);
COMMIT;
";

/// Accounts for the script, so that its clients do not meet at one row.
const ACCOUNTS: &str = "
    INSERT INTO account (id, phone_index, level, lang, created_at)
    SELECT 'yard-' || n, 'yard-' || n, 'verified', 'ru', 1
    FROM generate_series(1, 1000) AS n ON CONFLICT DO NOTHING";

/// Holds written a second by `pgbench` with `clients` clients; nothing when it is not installed.
pub(super) fn pgbench(
    town: &Town,
    cluster: &testkit::cluster::Cluster,
    folder: &Path,
    (clients, seconds): (usize, f64),
) -> Outcome<Option<f64>> {
    let script = folder.join("pgbench.sql");
    // A colon is the sign of a variable there.
    let as_long = |json: &str| json.replace(':', "=");
    let of_site = town.offers[0].site.trim_end_matches(|x: char| x.is_ascii_digit());
    let desk = format!("'{of_site}' || :s || '-' || :d");
    let text = SCRIPT.replace("@R", &desk);
    let text = text.replace("@E", &as_long(EVENT)).replace("@L", &as_long(LETTER));
    let text = text.replace("@A", &as_long(ANSWER));
    std::fs::write(&script, text)?;
    town.db.write_wait(|tx| Ok(tx.script(ACCOUNTS)?))?;
    let ran = cluster
        .program("pgbench")
        .args(["-n", "-j", "1", "-M", "prepared", "-c", &clients.to_string(), "-f"])
        .arg(&script)
        .args(["-T", &(seconds.ceil() as u64).to_string(), super::ground::DATABASE])
        .output();
    let output = match ran {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let rate = said.lines().find_map(|x| x.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    let silent = || Fault::new(format!("pgbench: {}", String::from_utf8_lossy(&output.stderr)));
    let rate = rate.ok_or_else(silent)?;
    town.db.write_wait(|tx| Ok(tx.script(WIPE)?))?;
    Ok(Some(rate))
}
