//! The rows of grants, and how they change.

use base::db::Row;
use base::{Cx, Fault, Id, Outcome, Tx, args, locking};

use super::{Grant, NewGrant, Place, Role, reasons};

/// A grant with whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owned {
    pub account: Id,
    pub grant: Grant,
}

/// Columns: id, account_id, role, place_kind, place_id, starts_at, ends_at.
pub(super) fn row(r: &Row<'_>) -> Result<Owned, Fault> {
    let grant = Grant {
        id: r.get(0)?,
        role: role(&r.get::<String>(2)?)?,
        place: place(&r.get::<String>(3)?, &r.get::<String>(4)?)?,
        from: r.get(5)?,
        until: r.get(6)?,
    };
    Ok(Owned { account: r.get(1)?, grant })
}

pub(super) fn role(code: &str) -> Result<Role, Fault> {
    Role::parse(code).ok_or_else(|| Fault::new(format!("`{code}` is no role")))
}

pub(super) fn place(kind: &str, id: &str) -> Result<Place, Fault> {
    Place::parse(kind, id).ok_or_else(|| Fault::new(format!("`{kind}` `{id}` is no place")))
}

/// Writes `new`; nothing when its account has this role at this place already.
pub(super) fn add(tx: &mut Tx<'_>, cx: &Cx, new: &NewGrant) -> Outcome<Option<Id>> {
    end_lapsed(tx, cx, new)?;
    let (id, key) = (cx.new_id(), tx.key(&new.account)?);
    let added: Option<Id> = tx.opt(
        "INSERT INTO staff_grant (id, account_id, role, place_kind, place_id, starts_at, ends_at,
                                  granted_at, granted_by, reason_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT DO NOTHING RETURNING id",
        args![
            &id,
            &new.account,
            new.role.as_str(),
            new.place.kind().as_str(),
            new.place.id(),
            new.from,
            new.until,
            cx.now,
            &cx.actor.label(),
            &key.seal(reasons::of_grant(&id), new.reason.trim())?,
        ],
        |r| r.get(0),
    )?;
    if let Some(id) = &added {
        note(tx, cx, (&new.account, id), "granted", &new.reason)?;
    }
    Ok(added)
}

/// A grant whose time is over makes room for the next.
fn end_lapsed(tx: &mut Tx<'_>, cx: &Cx, new: &NewGrant) -> Outcome<()> {
    let ended: Option<Id> = tx.opt(
        "UPDATE staff_grant SET revoked_at = $5, revoked_by = $6
         WHERE account_id = $1 AND role = $2 AND place_kind = $3 AND place_id = $4
           AND revoked_at IS NULL AND ends_at <= $5
         RETURNING id",
        args![
            &new.account,
            new.role.as_str(),
            new.place.kind().as_str(),
            new.place.id(),
            cx.now,
            &cx.actor.label(),
        ],
        |r| r.get(0),
    )?;
    ended.map_or(Ok(()), |id| note(tx, cx, (&new.account, &id), "ended", ""))
}

/// Writes an entry of the history of the grant `grant` of `account`. Of somebody who was erased the
/// reason is not kept.
pub(super) fn note(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (account, grant): (&Id, &Id),
    event: &str,
    reason: &str,
) -> Outcome<()> {
    let row = reasons::entry(grant, event);
    let key = tx.key_of(account)?;
    let sealed = key.map(|x| x.seal(reasons::of_event(&row), reason.trim())).transpose()?;
    tx.exec(
        "INSERT INTO staff_event (grant_id, at, op_id, actor, channel, event, reason_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            grant,
            cx.now,
            &cx.op,
            &cx.actor.label(),
            cx.channel.label(),
            event,
            sealed.as_ref(),
        ],
    )?;
    Ok(())
}

/// The grant that was not revoked, locked until the transaction ends.
pub(super) fn locked(tx: &mut Tx<'_>, id: &str) -> Outcome<Option<Owned>> {
    Ok(tx.locked(
        locking!(
            "SELECT id, account_id, role, place_kind, place_id, starts_at, ends_at
             FROM staff_grant WHERE id = $1 AND revoked_at IS NULL",
            "FOR UPDATE"
        ),
        args![id],
        row,
    )?)
}

/// The administrators of the portal that were not revoked, in order of their ids and locked, so
/// that two of them cannot take the last places from each other.
pub(super) fn administrators(tx: &mut Tx<'_>) -> Outcome<Vec<Grant>> {
    let mut all = Vec::new();
    tx.locked(
        locking!(
            "SELECT id, account_id, role, place_kind, place_id, starts_at, ends_at
             FROM staff_grant
             WHERE role = 'portal_admin' AND place_kind = 'portal' AND revoked_at IS NULL
             ORDER BY id",
            "FOR UPDATE"
        ),
        args![],
        |r| {
            all.push(row(r)?.grant);
            Ok(())
        },
    )?;
    Ok(all)
}
