//! The step between the migrations 0014 and 0015: seals the rows there are and empties their open
//! columns. It reads tables as they were then, whatever the rooms do today.

#[cfg(test)]
mod tests;

use base::db::Row;
use base::vault::{DataKey, Field, NOBODY};
use base::{Fault, Outcome, Tx, args};
use serde_json::{Map, Value};

use crate::accounts::{Written, register};
use crate::notify::queue::{self as messages, Said};
use crate::{booking, sessions};

/// Rows that are in memory at once.
const BATCH: i64 = 1000;

/// Seals everything.
pub(crate) fn seal_rows(tx: &mut Tx<'_>) -> Outcome<()> {
    tx.new_key(NOBODY)?;
    accounts(tx)?;
    levels(tx)?;
    devices(tx)?;
    registrations(tx)?;
    forms(tx)?;
    reasons(tx)?;
    letters(tx)?;
    said(tx)?;
    asked(tx)?;
    // Counters of ten minutes, by phone and e-mail.
    tx.exec("DELETE FROM attempt", args![])?;
    Ok(())
}

/// Reads a table in batches: `sql` takes the last key seen as `$1` and the batch as `$2`, and gives
/// the key as its first column.
fn batches<T>(
    tx: &mut Tx<'_>,
    sql: &'static str,
    read: impl Fn(&Row<'_>) -> Result<T, Fault>,
    each: impl Fn(&mut Tx<'_>, &str, T) -> Outcome<()>,
) -> Outcome<()> {
    let mut last = String::new();
    loop {
        let rows = tx.all(sql, args![&last, BATCH], |r| Ok((r.get::<String>(0)?, read(r)?)))?;
        let Some((key, _)) = rows.last() else { return Ok(()) };
        last.clone_from(key);
        for (key, row) in rows {
            each(tx, &key, row)?;
        }
    }
}

fn accounts(tx: &mut Tx<'_>) -> Outcome<()> {
    batches(
        tx,
        "SELECT id, phone, email, surname, name, patronymic FROM account
         WHERE id > $1 ORDER BY id LIMIT $2",
        |r| {
            Ok(Written {
                phone: r.get(1)?,
                email: r.get(2)?,
                surname: r.get(3)?,
                name: r.get(4)?,
                patronymic: r.get(5)?,
            })
        },
        |tx, id, person| {
            let key = tx.new_key(id)?;
            let phone = tx.vault().index(Field::Phone, &person.phone);
            let email = person.email.as_ref().map(|x| tx.vault().index(Field::Email, x));
            tx.exec(
                "UPDATE account SET sealed = $2, phone = $3, email = $4, surname = '', name = '',
                   patronymic = ''
                 WHERE id = $1",
                args![id, &person.seal(&key, id)?, &phone, email.as_ref()],
            )?;
            Ok(())
        },
    )
}

fn levels(tx: &mut Tx<'_>) -> Outcome<()> {
    batches(
        tx,
        "SELECT DISTINCT account_id FROM level_change
         WHERE account_id > $1 ORDER BY account_id LIMIT $2",
        |_| Ok(()),
        |tx, account, ()| {
            let key = tx.key(account)?;
            let sql = "SELECT op_id, reason FROM level_change WHERE account_id = $1";
            let changes: Vec<(String, String)> =
                tx.all(sql, args![account], |r| Ok((r.get(0)?, r.get(1)?)))?;
            for (op, reason) in changes {
                tx.exec(
                    "UPDATE level_change SET reason_sealed = $3, reason = ''
                     WHERE account_id = $1 AND op_id = $2",
                    args![account, &op, &key.seal(crate::accounts::level_spot(&op), &reason)?],
                )?;
            }
            Ok(())
        },
    )
}

fn devices(tx: &mut Tx<'_>) -> Outcome<()> {
    // The key of a session is no text; there are few of a person, so they go by account.
    batches(
        tx,
        "SELECT DISTINCT account_id FROM session
         WHERE account_id > $1 ORDER BY account_id LIMIT $2",
        |_| Ok(()),
        |tx, account, ()| {
            let key = tx.key(account)?;
            let sql = "SELECT token_digest, device FROM session
                       WHERE account_id = $1 AND device <> ''";
            let all: Vec<(Vec<u8>, String)> =
                tx.all(sql, args![account], |r| Ok((r.get(0)?, r.get(1)?)))?;
            for (digest, device) in all {
                let sealed = key.seal(sessions::spot(&sessions::row(&digest)), &device)?;
                tx.exec(
                    "UPDATE session SET device_sealed = $2, device = '' WHERE token_digest = $1",
                    args![&digest, &sealed],
                )?;
            }
            Ok(())
        },
    )
}

fn registrations(tx: &mut Tx<'_>) -> Outcome<()> {
    let own = tx.key(NOBODY)?;
    batches(
        tx,
        "SELECT id, content FROM registration
         WHERE id > $1 AND content <> '{}' ORDER BY id LIMIT $2",
        |r| r.get::<String>(1),
        |tx, id, content| {
            let sealed = own.seal(register::spot(id), &content)?;
            tx.exec(
                "UPDATE registration SET sealed = $2, content = '{}' WHERE id = $1",
                args![id, &sealed],
            )?;
            Ok(())
        },
    )
}

fn forms(tx: &mut Tx<'_>) -> Outcome<()> {
    batches(
        tx,
        "SELECT id, account_id, form FROM booking
         WHERE id > $1 AND form <> '{}' ORDER BY id LIMIT $2",
        |r| Ok((r.get::<String>(1)?, r.get::<String>(2)?)),
        |tx, id, (account, form)| {
            let sealed = tx.key(&account)?.seal(booking::form_of(id), &form)?;
            tx.exec(
                "UPDATE booking SET form_sealed = $2, form = '{}' WHERE id = $1",
                args![id, &sealed],
            )?;
            Ok(())
        },
    )
}

fn reasons(tx: &mut Tx<'_>) -> Outcome<()> {
    batches(
        tx,
        "SELECT b.id, b.account_id FROM booking b
         WHERE b.id > $1 AND EXISTS (SELECT 1 FROM booking_event e
           WHERE e.booking_id = b.id AND e.reason <> '')
         ORDER BY b.id LIMIT $2",
        |r| r.get::<String>(1),
        |tx, id, account| {
            let key = tx.key(&account)?;
            let sql = "SELECT seq, reason FROM booking_event
                       WHERE booking_id = $1 AND reason <> ''";
            let all: Vec<(u32, String)> = tx.all(sql, args![id], |r| Ok((r.get(0)?, r.get(1)?)))?;
            for (seq, reason) in all {
                let row = booking::entry_of(id, seq);
                tx.exec(
                    "UPDATE booking_event SET reason_sealed = $3, reason = ''
                     WHERE booking_id = $1 AND seq = $2",
                    args![id, seq, &key.seal(booking::reason_of(&row), &reason)?],
                )?;
            }
            Ok(())
        },
    )
}

/// What a letter says that not everybody may read.
const PRIVATE: [&str; 4] = ["reason", "to", "code", "path"];

fn letters(tx: &mut Tx<'_>) -> Outcome<()> {
    batches(
        tx,
        "SELECT id, payload, state FROM outbox WHERE id > $1 ORDER BY id LIMIT $2",
        |r| Ok((r.get::<String>(1)?, r.get::<String>(2)?)),
        |tx, id, (payload, state)| {
            let mut open: Map<String, Value> = serde_json::from_str(&payload).unwrap_or_default();
            let taken = PRIVATE.map(|name| (name, open.remove(name)));
            let told = |x: &Value| !x.is_null() && *x != "";
            let private: Map<String, Value> = taken
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value.filter(told)?)))
                .collect();
            let person = open.get("account").and_then(Value::as_str).unwrap_or(NOBODY).to_owned();
            // Only what is still to be sent needs its private part.
            let waits = ["queued", "sending"].contains(&state.as_str()) && !private.is_empty();
            let sealed = match waits {
                true => Some(tx.key(&person)?.seal_json(base::outbox::private(id), &private)?),
                false => None,
            };
            let person = sealed.is_some().then_some(person.as_str());
            tx.exec(
                "UPDATE outbox SET payload = $2, person_id = $3, private = $4, note = NULL
                 WHERE id = $1",
                args![id, &Value::Object(open).to_string(), person, sealed.as_ref()],
            )?;
            Ok(())
        },
    )
}

fn said(tx: &mut Tx<'_>) -> Outcome<()> {
    let own = tx.key(NOBODY)?;
    batches(
        tx,
        "SELECT id, outbox_id, channel, account_id, recipient, subject, body, note FROM message
         WHERE id > $1 ORDER BY id LIMIT $2",
        |r| {
            let said = Said { to: r.get(4)?, subject: r.get(5)?, body: r.get(6)?, note: r.get(7)? };
            Ok((r.get::<String>(1)?, r.get::<String>(2)?, r.get::<Option<String>>(3)?, said))
        },
        |tx, id, (letter, channel, account, said)| {
            let key: DataKey = match &account {
                Some(account) => tx.key(account)?,
                None => own.clone(),
            };
            let row = messages::row(&letter, &channel);
            tx.exec(
                "UPDATE message SET sealed = $2, recipient = '', subject = '', body = '', note = ''
                 WHERE id = $1",
                args![id, &key.seal_json(messages::spot(&row), &said)?],
            )?;
            Ok(())
        },
    )
}

fn asked(tx: &mut Tx<'_>) -> Outcome<()> {
    batches(
        tx,
        "SELECT DISTINCT actor FROM idempotency WHERE actor > $1 ORDER BY actor LIMIT $2",
        |_| Ok(()),
        |tx, actor, ()| {
            let sql = "SELECT key, fingerprint FROM idempotency WHERE actor = $1";
            let all: Vec<(String, String)> =
                tx.all(sql, args![actor], |r| Ok((r.get(0)?, r.get(1)?)))?;
            for (key, fingerprint) in all {
                let sql = "UPDATE idempotency SET fingerprint = $3 WHERE actor = $1 AND key = $2";
                let asked = tx.vault().index(Field::Asked, &fingerprint);
                tx.exec(sql, args![actor, &key, &asked])?;
            }
            Ok(())
        },
    )
}
