//! What people are told of their ways and levels.

use base::outbox::{self, Letter};
use base::{Cx, Id, Instant, Outcome, Pii, Tx};
use serde_json::{Value, json};

use super::way::Way;
use super::wish;
use crate::accounts::Level;

/// How long such a message is worth sending.
const WORTH: i64 = 3 * Instant::DAY;
/// The page of levels.
const LEVELS: &str = "/account/level";
/// The page of one's data.
const PROFILE: &str = "/account/profile";
/// The page that goes on with what was interrupted.
const RESUME: &str = "/account/level/resume";

/// Tells how a way has gone on.
pub(super) fn tell(tx: &mut Tx<'_>, cx: &Cx, way: &Way, event: &str) -> Outcome<()> {
    put(tx, cx, (&way.account, &way.id, way.revision), (event, LEVELS, ""))
}

/// Tells the number under which the post has a letter; `anew`: it is another than was told before.
pub(super) fn sent(
    tx: &mut Tx<'_>,
    cx: &Cx,
    way: &Way,
    (track, anew): (&str, bool),
) -> Outcome<()> {
    let about = match anew {
        false => (&way.account, &way.id, way.revision),
        true => (&way.account, &cx.op, cx.now.0),
    };
    let event = if anew { "identity-letter-number" } else { "identity-letter-sent" };
    post(tx, cx, about, event, json!({"link": LEVELS, "track": track}))
}

/// Tells of the level that was reached, with the way back to what was interrupted for it.
pub(super) fn raised(
    tx: &mut Tx<'_>,
    cx: &Cx,
    about: (&Id, &Id, i64),
    level: Level,
) -> Outcome<()> {
    let (event, link) = match is_met(tx, cx, about.0)? {
        true => ("identity-raised-resume", RESUME),
        false => ("identity-raised", LEVELS),
    };
    put(tx, cx, about, (event, link, level.as_str()))
}

/// Tells that a way has proved an address, with the way back to what was interrupted for it.
pub(super) fn address(tx: &mut Tx<'_>, cx: &Cx, way: &Way) -> Outcome<()> {
    let (event, link) = match is_met(tx, cx, &way.account)? {
        true => ("identity-address-resume", RESUME),
        false => ("identity-address", PROFILE),
    };
    put(tx, cx, (&way.account, &way.id, way.revision), (event, link, ""))
}

/// Whether something was interrupted that can go on now.
fn is_met(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<bool> {
    let Some(wish) = wish::kept(tx, cx.now, account)? else { return Ok(false) };
    Ok(super::profile(tx, account)?.is_some_and(|x| wish.is_met(&x)))
}

/// Tells that the level has fallen.
pub(super) fn lowered(tx: &mut Tx<'_>, cx: &Cx, account: &Id, after: Level) -> Outcome<()> {
    put(tx, cx, (account, &cx.op, cx.now.0), ("identity-lowered", LEVELS, after.as_str()))
}

/// Tells the owner of a SNILS that was checked by a registry alone that somebody has proved it in person.
pub(super) fn lost(tx: &mut Tx<'_>, cx: &Cx, holder: &Id) -> Outcome<()> {
    let level = Level::Simplified.as_str();
    put(tx, cx, (holder, &cx.op, cx.now.0), ("identity-snils-lost", LEVELS, level))
}

/// Tells whoever has proved a SNILS in person that another account had it, and what became of that.
pub(super) fn won(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<()> {
    put(tx, cx, (account, &cx.op, cx.now.0), ("identity-snils-won", LEVELS, ""))
}

/// Tells the owner of a SNILS that somebody has tried to prove it in person.
pub(super) fn claimed(tx: &mut Tx<'_>, cx: &Cx, holder: &Id) -> Outcome<()> {
    put(tx, cx, (holder, &cx.op, cx.now.0), ("identity-snils-claimed", LEVELS, ""))
}

fn put(
    tx: &mut Tx<'_>,
    cx: &Cx,
    about: (&Id, &Id, i64),
    (event, link, level): (&str, &str, &str),
) -> Outcome<()> {
    post(tx, cx, about, event, json!({"link": link, "level": level}))
}

/// What is said of a person is theirs alone: it goes with their key, also where the subject is an operation
/// that nobody finds later.
fn post(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (account, subject, seq): (&Id, &Id, i64),
    event: &str,
    said: Value,
) -> Outcome<()> {
    let (open, private) = (json!({"account": account}).to_string(), Pii::new(said));
    let key = tx.key(account)?;
    let letter = Letter {
        subject,
        seq,
        event,
        payload: &open,
        private: Some((&key, &private)),
        priority: 2,
        expires: cx.now.plus(WORTH),
    };
    outbox::put(tx, cx, letter)?;
    Ok(())
}
