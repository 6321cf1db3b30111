//! The wait of whoever has lost every factor: for a day all contacts are told, and whoever can still
//! sign in ends it. Then a contact alone opens the account, and what was lost opens it no more.

use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};

use super::notice::{self, Event};
use super::{Came, desk, half};
use crate::accounts::{self, Policy};
use crate::sessions;

/// How long somebody waits …
pub(super) const WAITS: i64 = Instant::DAY;
/// … and how long they may come back after that.
pub(super) const OPEN: i64 = 3 * Instant::DAY;

/// Begins the wait of the owner of a half sign-in who has proved a contact and can show nothing else;
/// gives the moment from which the contact is enough. Who waits already goes on waiting.
///
/// # Errors
/// `E-AUTH-02-EXPIRED` when the half sign-in is over or proves nothing yet; `E-REC-01` for the staff,
/// whom an administrator helps: a contact and a day must not open a workplace.
pub fn wait(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (token, came): (&str, &Came),
) -> Outcome<Instant> {
    let over = || Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED");
    half::hold(tx, cx.now, token)?;
    let half = half::open(tx, cx.now, token)?.ok_or_else(over)?;
    if !half.recovers() || half.shown.is_empty() {
        return Err(over().into());
    }
    let account = &half.account.id;
    if sessions::is_staff(tx, account)? {
        return Err(Refusal::new(Kind::Conflict, "E-REC-01").into());
    }
    if let Some(ready_at) = begun(tx, cx.now, account)? {
        return Ok(ready_at);
    }
    let ready_at = cx.now.plus(WAITS);
    tx.exec(
        "INSERT INTO recovery_wait (account_id, begun_at, ready_at, ends_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id) DO UPDATE
         SET begun_at = excluded.begun_at, ready_at = excluded.ready_at, ends_at = excluded.ends_at",
        args![account, cx.now, ready_at, ready_at.plus(OPEN)],
    )?;
    notice::tell_when(tx, cx, policy, account, (Event::RecoveryWaits, came, ready_at))?;
    Ok(ready_at)
}

/// From when `account` can be opened by a contact alone, or by one and a code on paper, when somebody
/// waits for that.
///
/// # Errors
/// A fault of the engine.
pub fn waits(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<Option<Instant>> {
    let earliest = [begun(tx, now, account)?, desk::waits(tx, now, account)?];
    Ok(earliest.into_iter().flatten().min())
}

fn begun(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<Option<Instant>> {
    let sql = "SELECT ready_at FROM recovery_wait WHERE account_id = $1 AND ends_at > $2";
    Ok(tx.opt(sql, args![account, now], |r| r.get(0))?)
}

/// Ends the wait, and what the staff have begun: its owner is there.
///
/// # Errors
/// A fault of the engine.
pub fn end_wait(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<()> {
    desk::end(tx, now, account)?;
    tx.exec("DELETE FROM recovery_wait WHERE account_id = $1", args![account])?;
    Ok(())
}

/// The owner stops whoever recovers the account: the wait ends, and whatever of a recovery is half done, so
/// that it does not begin again without a new proof.
///
/// # Errors
/// A fault of the engine.
pub fn stop(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<()> {
    accounts::lock(tx, account)?;
    half::end_recoveries(tx, account)?;
    end_wait(tx, now, account)
}

/// Uses a wait up that is over; says whether there was one. What was lost opens nothing any more.
pub(super) fn spend(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<bool> {
    let spent = tx.exec(
        "DELETE FROM recovery_wait WHERE account_id = $1 AND ready_at <= $2 AND ends_at > $2",
        args![account, now],
    )?;
    if spent == 0 {
        return Ok(false);
    }
    lose_factors(tx, account)?;
    Ok(true)
}

/// Takes away what was lost: it opens nothing any more.
pub(super) fn lose_factors(tx: &mut Tx<'_>, account: &Id) -> Outcome<()> {
    tx.exec("DELETE FROM authenticator WHERE account_id = $1", args![account])?;
    tx.exec("DELETE FROM passkey WHERE account_id = $1", args![account])?;
    tx.exec("DELETE FROM recovery_code WHERE account_id = $1", args![account])?;
    Ok(())
}
