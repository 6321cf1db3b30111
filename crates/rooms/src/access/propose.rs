//! Four eyes: a role that one of the staff wants to give is in force once a second one agrees. The
//! rules of a grant are asked of both of them, of the first one at both moments. [`second`] asks the
//! same for other rooms: for connected sites.

use base::db::Row;
use base::{Cx, Fault, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args, locking};

use super::{
    Action, By, Grant, NewGrant, Place, Role, Scope, Spot, grant, read, reasons, rules, store,
    table,
};
use crate::offices::Offices;

/// How long a proposal waits for the second one.
pub(crate) const WAITS: i64 = 7 * Instant::DAY;

/// A role that waits for a second one's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub id: Id,
    /// Who is to get the role.
    pub account: Id,
    /// Which.
    pub role: Role,
    /// Where.
    pub place: Place,
    /// Until when it would hold.
    pub until: Instant,
    /// Why.
    pub reason: Pii<String>,
    /// Who proposed it.
    pub by: Id,
    /// When.
    pub at: Instant,
}

/// Proposes a role; gives the proposal's id. Nothing is in force yet.
///
/// # Errors
/// As [`rules::grant`]; `E-ROLE-08` when the account has this role at this place, `E-ROLE-18` when it
/// is proposed already.
pub fn propose(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (me, scope, offices): (&Id, &Scope, &Offices),
    new: &NewGrant,
) -> Outcome<Id> {
    rules::grant(By::Staff(me, scope), offices, new, cx.now)?;
    keep(tx, cx, me, new)
}

/// As [`propose`], of what was looked at before.
pub(super) fn keep(tx: &mut Tx<'_>, cx: &Cx, me: &Id, new: &NewGrant) -> Outcome<Id> {
    let has = |x: &super::Grant| x.role == new.role && x.place == new.place;
    if read::grants_of(tx, cx.now, &new.account)?.iter().any(has) {
        return Err(Refusal::new(Kind::Conflict, "E-ROLE-08").into());
    }
    tx.exec(
        "UPDATE staff_proposal SET decided_at = $1, decided_by = 'system', outcome = 'declined'
         WHERE decided_at IS NULL AND expires_at <= $1",
        args![cx.now],
    )?;
    let (id, key) = (cx.new_id(), tx.key(&new.account)?);
    let added: Option<Id> = tx.opt(
        "INSERT INTO staff_proposal (id, account_id, role, place_kind, place_id, ends_at,
                                     reason_sealed, asked_at, asked_by, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT DO NOTHING RETURNING id",
        args![
            &id,
            &new.account,
            new.role.as_str(),
            new.place.kind().as_str(),
            new.place.id(),
            new.until,
            &key.seal(reasons::of_proposal(&id), new.reason.trim())?,
            cx.now,
            me,
            cx.now.plus(WAITS),
        ],
        |r| r.get(0),
    )?;
    added.ok_or_else(|| Refusal::new(Kind::Conflict, "E-ROLE-18").into())
}

/// The second one agrees: the role is in force with the next request; gives where.
///
/// # Errors
/// `E-ROLE-14` when it waits no more, `E-ROLE-15` for whoever proposed it, `E-ROLE-16` when they could
/// not give it any more; as [`super::grant`] for the second one.
pub fn agree(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (by, offices): (By<'_>, &Offices),
    proposal: &Id,
) -> Outcome<Place> {
    let found = locked(tx, cx.now, proposal)?.ok_or_else(over)?;
    let spot = Spot::of(offices, &found.place).unwrap_or_default();
    let me = if let By::Staff(me, _) = by { Some(me) } else { None };
    let could = |x: &Grant| rules::could_give(x, found.role, &spot, found.until);
    two(tx, cx.now, (me, &found.by), could)?;
    let new = NewGrant {
        account: found.account.clone(),
        role: found.role,
        place: found.place.clone(),
        from: cx.now,
        until: found.until,
        reason: found.reason.into_revealed(),
    };
    decide(tx, cx, proposal, "granted")?;
    grant(tx, cx, (by, offices), &new)?;
    Ok(new.place)
}

/// Lets a proposal go: by whoever made it, or by somebody who could agree; gives where it was to hold.
///
/// # Errors
/// `E-ROLE-14` when it waits no more, or is out of reach.
pub fn decline(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (scope, offices): (&Scope, &Offices),
    proposal: &Id,
) -> Outcome<Place> {
    let found = locked(tx, cx.now, proposal)?;
    let reached = found.filter(|x| read::reaches(scope, offices, &x.place));
    let found = reached.ok_or_else(over)?;
    decide(tx, cx, proposal, "declined")?;
    Ok(found.place)
}

/// The proposals that wait, the oldest first, as far as `scope` reaches.
///
/// # Errors
/// A fault of the engine.
pub fn proposals(
    tx: &mut Tx<'_>,
    now: Instant,
    (scope, offices): (&Scope, &Offices),
) -> Outcome<Vec<Proposal>> {
    let all = tx.all(
        "SELECT id, account_id, role, place_kind, place_id, ends_at, reason_sealed, asked_by,
                asked_at
         FROM staff_proposal WHERE decided_at IS NULL AND expires_at > $1 ORDER BY asked_at, id",
        args![now],
        row,
    )?;
    let mut reached = Vec::new();
    for (proposal, sealed) in all {
        if read::reaches(scope, offices, &proposal.place) {
            reached.push(opened(tx, proposal, sealed)?);
        }
    }
    Ok(reached)
}

/// Whether `cx` may be the second word on what `first` (as in histories) wanted to do by `action`: it is
/// somebody else's, and the first could still do it.
///
/// # Errors
/// `E-ROLE-15` for whoever was the first, `E-ROLE-16` when they could not do it any more.
pub(crate) fn second(tx: &mut Tx<'_>, cx: &Cx, first: &str, action: Action) -> Outcome<()> {
    let of = |label: &str| label.strip_prefix("account:").map(Id::from);
    let (me, first) = (of(&cx.actor.label()), of(first).unwrap_or_else(|| Id::from("")));
    let could = |x: &Grant| table::reach(x.role, action).admits(x.place.kind());
    two(tx, cx.now, (me.as_ref(), &first), could)
}

/// Two people, of whom the first could do it today.
pub(super) fn two(
    tx: &mut Tx<'_>,
    now: Instant,
    (me, first): (Option<&Id>, &Id),
    could: impl Fn(&Grant) -> bool,
) -> Outcome<()> {
    if me == Some(first) {
        return Err(Refusal::new(Kind::Forbidden, "E-ROLE-15").into());
    }
    match read::grants_of(tx, now, first)?.iter().any(could) {
        true => Ok(()),
        false => Err(Refusal::new(Kind::Conflict, "E-ROLE-16").into()),
    }
}

fn over() -> Refusal {
    Refusal::new(Kind::Gone, "E-ROLE-14")
}

fn decide(tx: &mut Tx<'_>, cx: &Cx, proposal: &Id, outcome: &str) -> Outcome<()> {
    tx.exec(
        "UPDATE staff_proposal SET decided_at = $2, decided_by = $3, outcome = $4 WHERE id = $1",
        args![proposal, cx.now, &cx.actor.label(), outcome],
    )?;
    Ok(())
}

/// The proposal as long as it waits, locked until the transaction ends.
fn locked(tx: &mut Tx<'_>, now: Instant, proposal: &Id) -> Outcome<Option<Proposal>> {
    let found = tx.locked(
        locking!(
            "SELECT id, account_id, role, place_kind, place_id, ends_at, reason_sealed, asked_by,
                    asked_at
             FROM staff_proposal WHERE id = $1 AND decided_at IS NULL AND expires_at > $2",
            "FOR UPDATE"
        ),
        args![proposal, now],
        row,
    )?;
    found.map(|(proposal, sealed)| opened(tx, proposal, sealed)).transpose()
}

fn opened(tx: &mut Tx<'_>, proposal: Proposal, sealed: Option<Vec<u8>>) -> Outcome<Proposal> {
    let key = tx.key_of(&proposal.account)?;
    let reason = reasons::opened(key.as_ref(), reasons::of_proposal(&proposal.id), sealed)?;
    Ok(Proposal { reason, ..proposal })
}

fn row(r: &Row<'_>) -> Result<(Proposal, Option<Vec<u8>>), Fault> {
    let proposal = Proposal {
        id: r.get(0)?,
        account: r.get(1)?,
        role: store::role(&r.get::<String>(2)?)?,
        place: store::place(&r.get::<String>(3)?, &r.get::<String>(4)?)?,
        until: r.get(5)?,
        reason: Pii::default(),
        by: r.get(7)?,
        at: r.get(8)?,
    };
    Ok((proposal, r.get(6)?))
}
