//! Exact limits of tries and sendings: at most so many in any window, on every node together. A scope
//! names a phone or an e-mail, so the database knows it by its blind index alone.

use base::vault::Field;
use base::{Cx, Instant, Kind, Outcome, Refusal, Tx, args};

/// At most `most` in any `window` microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// How many.
    pub most: i64,
    /// In how long.
    pub window: i64,
    /// The refusal's code.
    pub code: &'static str,
}

/// Codes and links sent to one phone or e-mail.
const SENDS: Limit = Limit { most: 3, window: 10 * Instant::MINUTE, code: "E-AUTH-LIMIT" };
/// The same in a day.
const SENDS_A_DAY: Limit = Limit { most: 10, window: Instant::DAY, code: "E-AUTH-LIMIT" };

/// Counts one more code that `contact` gets for its owner: after a right password, on a device that is
/// known, in a session. Nothing that strangers can ask for is counted here, or they could keep the owner out.
///
/// # Errors
/// `E-AUTH-LIMIT` with the seconds until the next may be sent; then nothing is counted.
pub(crate) fn count_sending(tx: &mut Tx<'_>, cx: &Cx, contact: &str) -> Outcome<()> {
    both(tx, cx, "send", contact)
}

/// Counts one more wish of somebody who may be a stranger for a code or a link, by what they `said`: whatever
/// its owner does, and whether or not it has one, the limit is met alike. Says whether `contact` gets it.
///
/// Not when all that it got, its owner's codes too, is enough. A refusal would tell of the owner, so whoever
/// hears no answers as if it were yes; the statements are as many.
///
/// # Errors
/// `E-AUTH-LIMIT` with the seconds until the next may be wished for; then nothing is counted.
pub(crate) fn wish(tx: &mut Tx<'_>, cx: &Cx, said: &str, contact: &str) -> Outcome<bool> {
    both(tx, cx, "wish", said)?;
    let (mut lately, mut today) = (0, 0);
    for kind in ["send", "asked"] {
        lately += so_far(tx, cx.now, (&format!("{kind}:{contact}"), SENDS))?;
        today += so_far(tx, cx.now, (&format!("{kind}-day:{contact}"), SENDS_A_DAY))?;
    }
    let may = lately < SENDS.most && today < SENDS_A_DAY.most;
    let instead = cx.new_id();
    match both(tx, cx, "asked", if may { contact } else { &instead }) {
        Ok(()) => Ok(may),
        // Somebody else was quicker.
        Err(base::Error::Refusal(x)) if x.kind == Kind::TooMany => Ok(false),
        Err(error) => Err(error),
    }
}

fn both(tx: &mut Tx<'_>, cx: &Cx, kind: &str, name: &str) -> Outcome<()> {
    count(tx, cx, &format!("{kind}:{name}"), SENDS)?;
    count(tx, cx, &format!("{kind}-day:{name}"), SENDS_A_DAY)
}

/// Counts one more of `scope`.
///
/// # Errors
/// The limit's refusal, with the seconds until the next is free; then nothing is counted.
pub(crate) fn count(tx: &mut Tx<'_>, cx: &Cx, scope: &str, limit: Limit) -> Outcome<()> {
    let scope = &tx.vault().index(Field::Scope, scope);
    tx.exec(
        "INSERT INTO attempt (scope, at, id) VALUES ($1, 0, '')
         ON CONFLICT (scope, at, id) DO UPDATE SET id = excluded.id",
        args![scope],
    )?;
    let since = cx.now.plus(-limit.window);
    tx.exec("DELETE FROM attempt WHERE scope = $1 AND at > 0 AND at <= $2", args![scope, since])?;
    let times: Vec<Instant> = tx.all(
        "SELECT at FROM attempt WHERE scope = $1 AND at > 0 ORDER BY at DESC LIMIT $2",
        args![scope, limit.most],
        |r| r.get(0),
    )?;
    if let Some(oldest) = times.get(limit.most as usize - 1) {
        let wait = (oldest.0 + limit.window - cx.now.0 + Instant::SECOND - 1) / Instant::SECOND;
        let seconds = u32::try_from(wait).unwrap_or(u32::MAX);
        let minutes = seconds.div_ceil(60);
        let refusal = Refusal::new(Kind::TooMany, limit.code).arg("minutes", minutes);
        return Err(refusal.retry(seconds).into());
    }
    tx.exec(
        "INSERT INTO attempt (scope, at, id) VALUES ($1, $2, $3)",
        args![scope, cx.now, &cx.new_id()],
    )?;
    Ok(())
}

/// How many of `scope` were counted within the window of `limit`.
pub(crate) fn so_far(tx: &mut Tx<'_>, now: Instant, (scope, limit): (&str, Limit)) -> Outcome<i64> {
    let scope = &tx.vault().index(Field::Scope, scope);
    let sql = "SELECT count(*) FROM attempt WHERE scope = $1 AND at > $2";
    let since = now.plus(-limit.window).max(Instant(0));
    Ok(tx.one(sql, args![scope, since], |r| r.get(0))?)
}

/// Takes back what was counted of `scope` last, at `now`.
pub(crate) fn give_back(tx: &mut Tx<'_>, now: Instant, scope: &str) -> Outcome<()> {
    let scope = &tx.vault().index(Field::Scope, scope);
    tx.exec(
        "DELETE FROM attempt WHERE scope = $1 AND at = $2
         AND id = (SELECT MAX(id) FROM attempt WHERE scope = $1 AND at = $2)",
        args![scope, now],
    )?;
    Ok(())
}

/// Forgets what was counted of `scope`: the person has proved to be right.
pub(crate) fn forget(tx: &mut Tx<'_>, scope: &str) -> Outcome<()> {
    let scope = &tx.vault().index(Field::Scope, scope);
    tx.exec("DELETE FROM attempt WHERE scope = $1", args![scope])?;
    Ok(())
}
