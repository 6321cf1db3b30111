//! The one place that says yes or no. Pure: who, what, on what, when → verdict.

use base::{Id, Instant, Kind, Refusal};

use super::table::{self, Reach};
use super::{Action, Place, Role, Spot};
use crate::accounts::Level;
use crate::offices::Offices;

/// How long after the last proof something that matters may be done.
pub const FRESH: i64 = 15 * Instant::MINUTE;

/// A role somebody was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub id: Id,
    /// Which role.
    pub role: Role,
    /// Where.
    pub place: Place,
    /// In force from here …
    pub from: Instant,
    /// … to before here.
    pub until: Instant,
}

impl Grant {
    /// Whether it is in force.
    pub fn is_live(&self, now: Instant) -> bool {
        self.from <= now && now < self.until
    }
}

/// What proves that a request comes from the person it names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// A program's token, not a browser.
    pub bearer: bool,
    /// When the password, or more, was last given in this session.
    pub proved_at: Option<Instant>,
    /// A passkey, an app or a printed code in their place was shown in this session.
    pub strong: bool,
}

impl Proof {
    fn is_fresh(self, now: Instant) -> bool {
        self.proved_at.is_some_and(|at| at <= now && now < at.plus(FRESH))
    }
}

/// Whether what was proved suffices to act as `role` at all. For the staff a password with a code to a
/// contact never does, nor a program's token, which may lie in a file for months: they show a passkey
/// or an app.
pub fn factors_suffice(role: Role, proof: Proof) -> bool {
    role.widest().is_none() || (!proof.bearer && proof.proved_at.is_some() && proof.strong)
}

/// Who asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    /// The account that is signed in, and how surely the person is known.
    pub account: Option<(&'a Id, Level)>,
    /// The roles it was given.
    pub grants: &'a [Grant],
    /// What proves it.
    pub proof: Proof,
    /// Whether this portal is a demo.
    pub demo: bool,
}

impl Subject<'_> {
    /// Guest, or citizen of a level.
    fn role(&self) -> Role {
        self.account.map_or(Role::Guest, |x| x.1.into())
    }
}

/// What an action is done to.
#[derive(Clone, Debug, Default)]
pub struct Object<'a> {
    /// Whose it is.
    pub account: Option<&'a Id>,
    /// Where it lies.
    pub spot: Spot,
}

/// The engine's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes, so far.
    Allow(Scope),
    /// No.
    Deny(Why),
    /// Yes, after this proof.
    StepUp(StepUp),
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nobody is signed in.
    SignIn,
    /// No role of this person has it.
    NoRole,
    /// It is out of the reach of this person's roles: as if it were not there.
    OutOfReach,
    /// There is no such thing here: it belongs to the demo.
    Absent,
}

/// What must be proved first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepUp {
    /// The same proof as at the sign-in, once more.
    Password,
    /// A passkey or an app, which this session has not shown.
    Factor,
}

impl From<Why> for Refusal {
    fn from(why: Why) -> Self {
        match why {
            Why::SignIn => Self::new(Kind::Unauthenticated, "E-AUTH-10"),
            Why::NoRole => Self::new(Kind::Forbidden, "E-ROLE-01"),
            Why::OutOfReach => Self::new(Kind::NotFound, "E-STA-01"),
            Why::Absent => Self::new(Kind::NotFound, "E-REQ-01"),
        }
    }
}

impl From<StepUp> for Refusal {
    fn from(_: StepUp) -> Self {
        Self::new(Kind::Forbidden, "E-ROLE-10")
    }
}

/// How far somebody may go with one action. Only [`may`] makes one, so whatever takes a scope was
/// allowed by the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    action: Action,
    all: bool,
    own: Option<Id>,
    grants: Vec<Grant>,
}

impl Scope {
    /// The action it was made for.
    pub fn action(&self) -> Action {
        self.action
    }

    /// Whether it reaches `object`.
    pub fn covers(&self, object: &Object<'_>) -> bool {
        let own = self.own.as_ref().is_some_and(|me| object.account == Some(me));
        self.all || own || self.grant_for(&object.spot).is_some()
    }

    /// The grant by which it reaches what lies at `spot`.
    pub fn grant_for(&self, spot: &Spot) -> Option<&Grant> {
        self.grants.iter().find(|x| x.place.holds(spot))
    }

    /// The grants it stands on.
    pub fn grants(&self) -> impl Iterator<Item = &Grant> {
        self.grants.iter()
    }

    /// The places its grants reach.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        self.grants.iter().map(|x| &x.place)
    }

    /// The calendars it reaches by its grants, in the order of the offices.
    pub fn calendars(&self, offices: &Offices) -> Vec<Id> {
        let spot = |id: &Id| Spot::of_resource(offices, Some(id));
        let reached = |id: &&Id| self.grant_for(&spot(id)).is_some();
        offices.resources().iter().map(|x| &x.id).filter(reached).cloned().collect()
    }
}

/// Whether `who` may do `action` at `now`; to `object`, when it is known yet. Without it the scope
/// of the answer limits what the action's queries find.
pub fn may(
    who: &Subject<'_>,
    action: Action,
    object: Option<&Object<'_>>,
    now: Instant,
) -> Verdict {
    if action.is_demo() && !who.demo {
        return Verdict::Deny(Why::Absent);
    }
    let citizen = table::reach(who.role(), action);
    let reached =
        |x: &&Grant| x.is_live(now) && table::reach(x.role, action).admits(x.place.kind());
    let grants: Vec<&Grant> = who.grants.iter().filter(reached).collect();
    if citizen == Reach::Nothing && grants.is_empty() {
        return Verdict::Deny(if who.account.is_none() { Why::SignIn } else { Why::NoRole });
    }
    let proved: Vec<Grant> = grants
        .iter()
        .filter(|x| factors_suffice(x.role, who.proof))
        .map(|x| (*x).clone())
        .collect();
    if citizen == Reach::Nothing && proved.is_empty() {
        return Verdict::StepUp(StepUp::Factor);
    }
    if action.wants_fresh() && !who.proof.is_fresh(now) {
        return Verdict::StepUp(StepUp::Password);
    }
    let own = who.account.filter(|_| citizen == Reach::Own).map(|x| x.0.clone());
    let scope = Scope { action, all: citizen == Reach::Any, own, grants: proved };
    match object {
        Some(object) if !scope.covers(object) => Verdict::Deny(Why::OutOfReach),
        _ => Verdict::Allow(scope),
    }
}
