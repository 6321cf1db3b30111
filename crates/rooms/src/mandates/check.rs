//! What the staff do: they saw the paper, did not accept it, or take the mandate back when the
//! principal asks for it.

use base::{Actor, Cx, Id, Kind as RefusalKind, Outcome, Refusal, Tx};

use super::notice::{self, Told};
use super::rows::{self, State};
use super::store::{self, Entry};
use super::{look, rules, scans};
use crate::access::{Action, Scope};
use crate::privacy;

/// What somebody of the staff says about a mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The paper was seen and is good.
    Checked,
    /// The paper is not good.
    Refused,
    /// The principal takes it back.
    Revoked,
}

impl Verdict {
    /// Reads what a form sends.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Checked, Self::Refused, Self::Revoked].into_iter().find(|x| x.as_str() == text)
    }

    /// As sent and kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::Refused => "refused",
            Self::Revoked => "revoked",
        }
    }

    fn state(self) -> State {
        match self {
            Self::Checked => State::Checked,
            Self::Refused => State::Refused,
            Self::Revoked => State::Revoked,
        }
    }
}

/// A verdict about the mandate of a visit.
#[derive(Clone, Debug)]
pub struct Check {
    /// At which visit: the caller found it within the scope.
    pub booking: Id,
    /// The mandate it was booked by.
    pub mandate: Id,
    /// The revision that was shown: what was corrected meanwhile is looked at anew.
    pub revision: u32,
    /// What is said.
    pub verdict: Verdict,
    /// Why; needed for all but [`Verdict::Checked`].
    pub reason: String,
}

/// Keeps what the staff say of a mandate; the account's owner is told, and reads who looked.
///
/// # Errors
/// `E-ROLE-01` when `scope` was made for something else, `E-REG-03` when there is no such mandate,
/// `E-MND-03` when it was ended (what was taken back may be found good again: `E-MND-10` when another paper
/// has its place), `E-MND-12` when it was corrected meanwhile, `E-MND-25` when it is a matter of their own.
pub fn check(tx: &mut Tx<'_>, cx: &Cx, scope: &Scope, command: &Check) -> Outcome<()> {
    if scope.action() != Action::CheckMandate {
        return Err(Refusal::new(RefusalKind::Forbidden, "E-ROLE-01").into());
    }
    let mut mandate = rows::locked(tx, &command.mandate)?;
    let refuse = |code| Refusal::new(RefusalKind::Conflict, code);
    if let Actor::Account(staff) = &cx.actor
        && look::is_own(tx, &mandate, staff)?
    {
        return Err(Refusal::new(RefusalKind::Forbidden, "E-MND-25").into());
    }
    let again = mandate.state == State::Revoked && command.verdict == Verdict::Checked;
    if !mandate.state.stands() && !again {
        return Err(refuse("E-MND-03").into());
    }
    if mandate.state == command.verdict.state() {
        return Ok(());
    }
    if mandate.revision != command.revision {
        return Err(refuse("E-MND-12").into());
    }
    if again {
        // Meanwhile there may be another paper for the same person.
        let mut others = rows::of_account(tx, &mandate.account)?;
        others.retain(|x| x.id != mandate.id);
        let sheet = mandate.sheet().ok_or_else(|| refuse("E-MND-03"))?;
        let today = rules::day(cx.now);
        rules::in_force(State::Typed, &sheet.details, today)?;
        rules::fits(&others, &sheet.details, today)?;
    }
    privacy::looked(tx, cx, &mandate.account, "mandate")?;
    let entry = Entry {
        event: command.verdict.as_str(),
        booking: Some(&command.booking),
        reason: &command.reason,
    };
    store::pass(tx, cx, &mut mandate, command.verdict.state(), &entry)?;
    match mandate.state {
        State::Revoked => scans::ended(tx, cx, &mandate.id)?,
        _ if again => scans::back(tx, &mandate.id)?,
        _ => {}
    }
    let event = match command.verdict {
        Verdict::Checked => "mandate-checked",
        Verdict::Refused => "mandate-refused",
        Verdict::Revoked => "mandate-revoked",
    };
    let told = Told { event, seq: mandate.revision.into(), day: None, reason: &command.reason };
    notice::tell(tx, cx, &mandate, &told)
}
