//! The state machine of a booking: one table, pure.

use serde::{Deserialize, Serialize};

/// Where a booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A form was started; no time yet.
    Draft,
    /// Files and data are being checked.
    Checking,
    /// A check found shortcomings; the person corrects them.
    Returned,
    /// The checks are passed; a time may be chosen.
    Ready,
    /// A time is held for a short while.
    Held,
    /// The office has to confirm.
    Pending,
    /// The office proposed another time.
    Proposed,
    /// It stands.
    Confirmed,
    /// The person cancelled it.
    CancelledByApplicant,
    /// The office cancelled it.
    CancelledByOffice,
    /// The office or a rule refused it.
    Rejected,
    /// The visitor is there.
    Arrived,
    /// The reception goes on.
    InService,
    /// The reception is over.
    Completed,
    /// The visitor did not come.
    NoShow,
    /// Its time ran out before it was confirmed.
    Expired,
}

/// What happens to a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The form and files were sent for checking.
    Submit,
    /// The checks are passed.
    Pass,
    /// A check found shortcomings.
    Return,
    /// A time was chosen.
    Hold,
    /// The hold was given more time, once.
    Extend,
    /// Confirmed at once.
    Confirm,
    /// Sent to the office for confirmation.
    Request,
    /// The office confirmed.
    Approve,
    /// The office proposed another time.
    Propose,
    /// The person took the proposed time.
    Accept,
    /// The time was changed.
    Move,
    /// Contacts or other data were changed.
    Change,
    /// The person cancelled.
    CancelByApplicant,
    /// The office cancelled.
    CancelByOffice,
    /// The office or a rule refused.
    Reject,
    /// The visitor came.
    Arrive,
    /// The reception began.
    Begin,
    /// The reception ended.
    Complete,
    /// The visitor did not come.
    Miss,
    /// The time ran out.
    Expire,
}

use State::{
    Arrived, CancelledByApplicant, CancelledByOffice, Checking, Completed, Confirmed, Draft,
    Expired, Held, InService, NoShow, Pending, Proposed, Ready, Rejected, Returned,
};

/// Every allowed step: from, step, to.
pub const TRANSITIONS: &[(State, Step, State)] = &[
    (Draft, Step::Submit, Checking),
    (Draft, Step::Hold, Held),
    (Draft, Step::Expire, Expired),
    (Checking, Step::Pass, Ready),
    (Checking, Step::Return, Returned),
    (Checking, Step::Reject, Rejected),
    (Returned, Step::Submit, Checking),
    (Returned, Step::Expire, Expired),
    (Ready, Step::Hold, Held),
    (Ready, Step::Expire, Expired),
    (Held, Step::Extend, Held),
    (Held, Step::Confirm, Confirmed),
    (Held, Step::Request, Pending),
    (Held, Step::Expire, Expired),
    (Pending, Step::Approve, Confirmed),
    (Pending, Step::Propose, Proposed),
    (Pending, Step::Reject, Rejected),
    (Pending, Step::Move, Pending),
    (Pending, Step::Change, Pending),
    (Pending, Step::CancelByApplicant, CancelledByApplicant),
    (Pending, Step::CancelByOffice, CancelledByOffice),
    (Proposed, Step::Accept, Confirmed),
    (Proposed, Step::CancelByApplicant, CancelledByApplicant),
    (Proposed, Step::CancelByOffice, CancelledByOffice),
    (Proposed, Step::Expire, CancelledByApplicant),
    (Confirmed, Step::Move, Confirmed),
    (Confirmed, Step::Change, Confirmed),
    (Confirmed, Step::Propose, Proposed),
    (Confirmed, Step::CancelByApplicant, CancelledByApplicant),
    (Confirmed, Step::CancelByOffice, CancelledByOffice),
    (Confirmed, Step::Arrive, Arrived),
    (Confirmed, Step::Miss, NoShow),
    (Arrived, Step::Begin, InService),
    (InService, Step::Complete, Completed),
];

/// The events people are written to about. Of the others the outbox keeps a record alone.
const TOLD: [&str; 6] =
    ["confirmed", "pending", "moved", "cancelled", "cancelled-by-office", "rejected"];

/// Whether people are written to about an event of a history.
pub fn is_told(event: &str) -> bool {
    TOLD.contains(&event)
}

impl State {
    /// All states.
    pub const ALL: [Self; 16] = [
        Draft,
        Checking,
        Returned,
        Ready,
        Held,
        Pending,
        Proposed,
        Confirmed,
        CancelledByApplicant,
        CancelledByOffice,
        Rejected,
        Arrived,
        InService,
        Completed,
        NoShow,
        Expired,
    ];

    /// Where `step` leads from here; nothing when it is not allowed.
    pub fn after(self, step: Step) -> Option<Self> {
        TRANSITIONS.iter().find(|(from, by, _)| *from == self && *by == step).map(|x| x.2)
    }

    /// As stored, and as part of the text's key.
    pub fn as_str(self) -> &'static str {
        match self {
            Draft => "draft",
            Checking => "checking",
            Returned => "returned",
            Ready => "ready",
            Held => "held",
            Pending => "pending",
            Proposed => "proposed",
            Confirmed => "confirmed",
            CancelledByApplicant => "cancelled_by_applicant",
            CancelledByOffice => "cancelled_by_office",
            Rejected => "rejected",
            Arrived => "arrived",
            InService => "in_service",
            Completed => "completed",
            NoShow => "no_show",
            Expired => "expired",
        }
    }

    /// Reads what [`State::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == text)
    }

    /// Nothing can follow.
    pub fn is_terminal(self) -> bool {
        !TRANSITIONS.iter().any(|(from, _, _)| *from == self)
    }

    /// Owns time at a resource.
    pub fn owns_time(self) -> bool {
        matches!(self, Held | Pending | Proposed | Confirmed | Arrived | InService)
    }

    /// Counts as the person's one active booking for a service and purpose.
    pub fn is_active(self) -> bool {
        matches!(self, Pending | Proposed | Confirmed | Arrived | InService)
    }
}

impl Step {
    /// As written into the history; `booking-` and this is the event of the outbox.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submitted",
            Self::Pass => "ready",
            Self::Return => "returned",
            Self::Hold => "held",
            Self::Extend => "extended",
            Self::Confirm | Self::Approve | Self::Accept => "confirmed",
            Self::Request => "pending",
            Self::Propose => "proposed",
            Self::Move => "moved",
            Self::Change => "changed",
            Self::CancelByApplicant => "cancelled",
            Self::CancelByOffice => "cancelled-by-office",
            Self::Reject => "rejected",
            Self::Arrive => "arrived",
            Self::Begin => "begun",
            Self::Complete => "completed",
            Self::Miss => "missed",
            Self::Expire => "expired",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_leads_from_a_state_to_one_state_only() {
        for (i, (from, step, _)) in TRANSITIONS.iter().enumerate() {
            let twice = TRANSITIONS[i + 1..].iter().any(|(f, s, _)| (f, s) == (from, step));
            assert!(!twice, "{from:?} {step:?}");
        }
    }

    #[test]
    fn every_state_but_the_draft_can_be_reached_and_the_ends_are_ends() {
        for state in State::ALL {
            let reached = TRANSITIONS.iter().any(|(_, _, to)| *to == state);
            assert!(reached || state == Draft, "{state:?}");
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        let ends = State::ALL.into_iter().filter(|x| x.is_terminal()).count();
        assert_eq!(ends, 6, "cancelled twice, rejected, completed, missed, expired");
    }
}
