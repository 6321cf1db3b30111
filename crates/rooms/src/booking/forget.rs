//! Letting a person go: what stands ends, what was typed goes, the shells stay for the statistics.

use base::{Cx, Id, Instant, Outcome, Tx, args};

use super::{State, Step, claim, rows};

/// Ends everything that stands of `account` and forgets what was typed.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn forget(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<()> {
    let sql = "SELECT id FROM booking WHERE account_id = $1 ORDER BY id";
    let ids: Vec<Id> = tx.all(sql, args![account], |r| r.get(0))?;
    for id in &ids {
        end(tx, cx, id, "erased")?;
        typed(tx, id)?;
    }
    Ok(())
}

/// Ends everything that stands of `account`: what was typed stays.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn cancel_all(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<()> {
    let sql = "SELECT id FROM booking WHERE account_id = $1 ORDER BY id";
    let ids: Vec<Id> = tx.all(sql, args![account], |r| r.get(0))?;
    ids.iter().try_for_each(|id| end(tx, cx, id, "cancelled"))
}

/// As [`cancel_all`], of the visits that are not over before `due`.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn cancel_late(tx: &mut Tx<'_>, cx: &Cx, account: &Id, due: Instant) -> Outcome<()> {
    let sql = "SELECT id FROM booking WHERE account_id = $1 AND ends_at > $2 ORDER BY id";
    let ids: Vec<Id> = tx.all(sql, args![account, due], |r| r.get(0))?;
    ids.iter().try_for_each(|id| end(tx, cx, id, "cancelled"))
}

fn end(tx: &mut Tx<'_>, cx: &Cx, id: &Id, why: &'static str) -> Outcome<()> {
    let Some(mut booking) = rows::locked(tx, id)? else { return Ok(()) };
    if let Some(step) = end_of(booking.state) {
        claim::free(tx, cx, &booking, why)?;
        booking.pass(tx, cx, step, "", |x| x.expires = None)?;
    }
    Ok(())
}

/// Forgets what was typed into the form of a booking, and why it was moved or cancelled.
pub(super) fn typed(tx: &mut Tx<'_>, id: &Id) -> Outcome<()> {
    tx.exec(
        "UPDATE booking SET form_sealed = NULL, behalf_sealed = NULL WHERE id = $1",
        args![id],
    )?;
    let sql = "UPDATE booking_event SET reason_sealed = NULL WHERE booking_id = $1";
    tx.exec(sql, args![id])?;
    Ok(())
}

/// The step that ends a booking without its person; none when it is over, or the person is there.
fn end_of(state: State) -> Option<Step> {
    match state {
        State::Draft | State::Held | State::Returned | State::Ready => Some(Step::Expire),
        State::Pending | State::Proposed | State::Confirmed => Some(Step::CancelByApplicant),
        State::Checking => Some(Step::Reject),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_that_waits_for_the_person_has_an_end() {
        for state in State::ALL {
            let there = matches!(state, State::Arrived | State::InService);
            match end_of(state) {
                Some(step) => {
                    assert!(state.after(step).is_some_and(|x| x.is_terminal()), "{state:?}")
                }
                None => assert!(state.is_terminal() || there, "{state:?}"),
            }
        }
    }
}
