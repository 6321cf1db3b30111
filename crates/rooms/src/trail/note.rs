//! Writing an entry, in the transaction of the operation.

use base::{Actor, Channel, Cx, Fault, Id, Kind as Refused, Outcome, Refusal, Tx, args};

use super::{Deed, Kind, Step};
use crate::access::{Action, Grant, Place, Role, Scope, Spot};
use crate::offices::Offices;

/// What an operation has done: to what, with which end, by which right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    object: Option<(Kind, String)>,
    step: Option<Step>,
    by: Option<(Role, Place)>,
    nothing: bool,
}

impl Done {
    /// Something was done that is about no single thing.
    pub fn something() -> Self {
        Self::default()
    }

    /// Something was done to `id`.
    pub fn to(kind: Kind, id: impl Into<String>) -> Self {
        Self { object: Some((kind, id.into())), ..Self::default() }
    }

    /// Nothing was done: a try was counted, or what was asked for had happened before. There is no
    /// entry.
    pub fn nothing() -> Self {
        Self { nothing: true, ..Self::default() }
    }

    /// With this end.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.step = Some(step);
        self
    }

    /// By this right. Without it the first grant of the scope counts.
    #[must_use]
    pub fn by(mut self, role: Role, place: &Place) -> Self {
        self.by = Some((role, place.clone()));
        self
    }

    /// By this grant, when there is one.
    #[must_use]
    pub fn by_grant(self, grant: Option<&Grant>) -> Self {
        match grant {
            Some(grant) => self.by(grant.role, &grant.place),
            None => self,
        }
    }
}

/// Writes the entry of what one of the staff did within `scope`.
///
/// # Errors
/// `E-ROLE-01` when the scope does not hold the right by which it was done; a fault when nobody is
/// signed in, or the operation has an entry.
pub fn by_staff(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (scope, offices): (&Scope, &Offices),
    done: &Done,
) -> Outcome<()> {
    let Actor::Account(_) = &cx.actor else {
        return Err(Fault::new("an operation of the staff by nobody").into());
    };
    let first = || scope.grants().next().map(|x| (x.role, x.place.clone()));
    let by = done.by.clone().or_else(first);
    let holds = |x: &(Role, Place)| scope.grants().any(|g| (g.role, &g.place) == (x.0, &x.1));
    // Whoever takes up a role has none yet: the invitation allows it.
    let invited = scope.action() == Action::JoinStaff;
    if !by.as_ref().is_some_and(|x| invited || holds(x)) {
        return Err(Refusal::new(Refused::Forbidden, "E-ROLE-01").into());
    }
    write(tx, cx, Deed::Act(scope.action()), (by, Some(offices)), done)
}

/// Writes the entry of what the engineer did at the command line.
///
/// # Errors
/// A fault when somebody else acts, or the operation has an entry.
pub fn by_engineer(tx: &mut Tx<'_>, cx: &Cx, deed: Deed, done: &Done) -> Outcome<()> {
    if cx.channel != Channel::Cli || matches!(cx.actor, Actor::Account(_) | Actor::Guest) {
        return Err(Fault::new("an operation of the engineer away from the command line").into());
    }
    write(tx, cx, deed, (None, None), done)
}

fn write(
    tx: &mut Tx<'_>,
    cx: &Cx,
    deed: Deed,
    (by, offices): (Option<(Role, Place)>, Option<&Offices>),
    done: &Done,
) -> Outcome<()> {
    if done.nothing {
        return Ok(());
    }
    let place = by.as_ref().map(|x| &x.1);
    let spot = offices.zip(place).and_then(|(offices, place)| Spot::of(offices, place));
    let Spot { organization, site, .. } = spot.unwrap_or_default();
    let who: Option<&Id> = if let Actor::Account(id) = &cx.actor { Some(id) } else { None };
    tx.exec(
        "INSERT INTO staff_trail (id, at, op_id, account_id, action, step, role, place_kind, place_id,
                                  organization_id, site_id, object_kind, object_id, channel)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        args![
            &cx.new_id(),
            cx.now,
            &cx.op,
            who,
            deed.as_str(),
            done.step.map_or("", Step::as_str),
            by.as_ref().map(|x| x.0.as_str()),
            place.map(|x| x.kind().as_str()),
            place.map(Place::id),
            organization.as_ref(),
            site.as_ref(),
            done.object.as_ref().map(|x| x.0.as_str()),
            done.object.as_ref().map(|x| &x.1),
            cx.channel.label(),
        ],
    )?;
    Ok(())
}
