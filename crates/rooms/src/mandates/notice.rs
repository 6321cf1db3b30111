//! What an account is told about its mandates: what the staff said, and what is about to happen.

use base::outbox::{self, Letter};
use base::{Cx, Db, Id, Instant, Outcome, Pii, Tx, args};
use jiff::civil::Date;
use serde_json::json;

use super::rows::{self, Mandate};
use super::rules::{self, Notice};

/// Mandates that are looked through in one transaction.
const BATCH: i64 = 500;
/// How long a message is worth sending.
const WORTH: i64 = 3 * Instant::DAY;
/// Ahead of the numbers of a history, whose letters have the same subject.
const AHEAD: i64 = 1_000_000;

/// A letter about a mandate.
pub(super) struct Told<'a> {
    /// Name of the letter.
    pub event: &'static str,
    /// Its number among those about the mandate.
    pub seq: i64,
    /// The day that it is about.
    pub day: Option<Date>,
    /// Why.
    pub reason: &'a str,
}

/// Writes to the owner of the account.
pub(super) fn tell(tx: &mut Tx<'_>, cx: &Cx, mandate: &Mandate, told: &Told<'_>) -> Outcome<()> {
    let Some(sheet) = mandate.sheet() else { return Ok(()) };
    let key = tx.key(&mandate.account)?;
    let private = Pii::new(json!({
        "who": sheet.details.name(),
        "day": told.day,
        "reason": told.reason,
    }));
    let open = json!({"account": mandate.account, "link": "/account/acting"});
    let letter = Letter {
        subject: &mandate.id,
        seq: told.seq,
        event: told.event,
        payload: &open.to_string(),
        private: Some((&key, &private)),
        priority: 3,
        expires: cx.now.plus(WORTH),
    };
    outbox::put(tx, cx, letter)?;
    Ok(())
}

/// Looks through all mandates once a day and tells ahead of time of birthdays and ends; gives how many
/// were told. Any number of nodes may do that beside each other.
///
/// # Errors
/// A fault of the engine.
pub fn remind(db: &Db, cx: &Cx) -> Outcome<usize> {
    let today = rules::day(cx.now);
    let day = today.to_string();
    let known = db.read_wait(move |tx| {
        let sql = "SELECT day FROM mandate_round WHERE day = $1";
        Ok(tx.opt(sql, args![&day], |r| r.get::<String>(0))?.is_some())
    })?;
    if known {
        return Ok(0);
    }
    let (mut last, mut told) = (Id::from(""), 0);
    loop {
        let after = last.clone();
        let batch = db.read_wait(move |tx| rows::batch(tx, &after, BATCH))?;
        let Some(end) = batch.last() else { break };
        last = end.id.clone();
        let due = |x: Mandate| {
            let (notice, day) = rules::due(&x.sheet()?.details, today)?;
            (x.state != rows::State::Refused).then_some((x, notice, day))
        };
        let due: Vec<_> = batch.into_iter().filter_map(due).collect();
        if !due.is_empty() {
            let cx = cx.clone();
            told += db.write_wait(move |tx| ahead(tx, &cx, &due))?;
        }
    }
    let (cx, day) = (cx.clone(), today.to_string());
    db.write_wait(move |tx| {
        tx.exec("DELETE FROM mandate_round WHERE day < $1", args![&day])?;
        let sql = "INSERT INTO mandate_round (day, done_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        tx.exec(sql, args![&day, cx.now]).map(drop).map_err(Into::into)
    })?;
    Ok(told)
}

/// Tells what was not told yet; the row says so, whatever other nodes do.
fn ahead(tx: &mut Tx<'_>, cx: &Cx, due: &[(Mandate, Notice, Date)]) -> Outcome<usize> {
    let mut told = 0;
    for (mandate, notice, day) in due {
        // A paper whose term was prolonged ends once more.
        let of_day = format!("{} {day}", notice.as_str());
        let fresh = tx.exec(
            "INSERT INTO mandate_notice (mandate_id, notice, at) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
            args![&mandate.id, &of_day, cx.now],
        )?;
        if fresh == 0 {
            continue;
        }
        let (event, kind) = match notice {
            Notice::Fourteen => ("mandate-fourteen", 0),
            Notice::Adult => ("mandate-adult", 1),
            Notice::Term => ("mandate-term", 2),
        };
        let since = i64::from((*day - Date::ZERO).get_days());
        let seq = AHEAD + 3 * since + kind;
        tell(tx, cx, mandate, &Told { event, seq, day: Some(*day), reason: "" })?;
        told += 1;
    }
    Ok(told)
}
