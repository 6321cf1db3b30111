//! Invitations: a role that waits for whoever holds a one-time token. So the first administrator
//! comes into an empty portal without an account that everybody knows.

use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};
use sha2::{Digest as _, Sha256};

use super::by_contact::{self, Joined, Taken, Terms};
use super::{By, Grant, NewGrant, Place, Role, grant, store};
use crate::offices::Offices;

/// How long an invitation can be taken up.
const LIVES: i64 = 24 * Instant::HOUR;

/// A role to offer.
#[derive(Clone, Debug)]
pub struct Invite {
    /// Which.
    pub role: Role,
    /// Where.
    pub place: Place,
}

/// An invitation that can be taken up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Which role.
    pub role: Role,
    /// Where.
    pub place: Place,
    /// Until when it can be taken up.
    pub expires: Instant,
}

/// Makes an invitation; gives its token, which is shown only now.
///
/// # Errors
/// As the engineer's [`grant`] would be refused for the same role and place.
pub fn invite(tx: &mut Tx<'_>, cx: &Cx, offices: &Offices, invite: &Invite) -> Outcome<String> {
    made(tx, cx, offices, (invite, false))
}

/// As [`invite`], for whoever becomes the first administrator: it ends the ones of its kind that were
/// made before, and nobody can take it up once there is an administrator.
///
/// # Errors
/// A fault of the engine.
pub fn invite_first(tx: &mut Tx<'_>, cx: &Cx, offices: &Offices) -> Outcome<String> {
    let sql = "UPDATE staff_invitation SET expires_at = $1 WHERE first AND expires_at > $1";
    tx.exec(sql, args![cx.now])?;
    let wish = Invite { role: Role::PortalAdmin, place: Place::Portal };
    made(tx, cx, offices, (&wish, true))
}

fn made(
    tx: &mut Tx<'_>,
    cx: &Cx,
    offices: &Offices,
    (invite, first): (&Invite, bool),
) -> Outcome<String> {
    let id = cx.new_id();
    // The rules of a grant, asked before anybody has taken it up.
    super::rules::grant(By::Engineer, offices, &new_grant(cx, &id, invite), cx.now)?;
    let token: String = cx.chance.bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
    tx.exec(
        "INSERT INTO staff_invitation (id, digest, role, place_kind, place_id, created_at,
                                       created_by, expires_at, first)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            &id,
            &token_digest(&token)[..],
            invite.role.as_str(),
            invite.place.kind().as_str(),
            invite.place.id(),
            cx.now,
            &cx.actor.label(),
            cx.now.plus(LIVES),
            first,
        ],
    )?;
    Ok(token)
}

/// What `token` offers; nothing when it is unknown, used or too old.
///
/// # Errors
/// A fault of the engine.
pub fn invitation(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<Option<Invitation>> {
    let too_late = administrator_exists(tx, now)?;
    Ok(tx.opt(
        "SELECT role, place_kind, place_id, expires_at FROM staff_invitation
         WHERE digest = $1 AND used_at IS NULL AND expires_at > $2 AND NOT (first AND $3)",
        args![&token_digest(token)[..], now, too_late],
        |r| {
            Ok(Invitation {
                role: store::role(&r.get::<String>(0)?)?,
                place: store::place(&r.get::<String>(1)?, &r.get::<String>(2)?)?,
                expires: r.get(3)?,
            })
        },
    )?)
}

/// Takes up the invitation of `token`: one statement uses it up, so it works once, however many try.
///
/// # Errors
/// `E-ROLE-03` when it is unknown, used, too old, or for the first administrator when there is one; `E-ROLE-08`
/// when the account has the role. When one of the staff invited also `E-ROLE-19` when it is for another phone or
/// e-mail, `E-ROLE-15` for whoever invited, `E-ROLE-16` when they could not give it any more, `E-ROLE-18` when it
/// is proposed already.
pub fn join(
    tx: &mut Tx<'_>,
    cx: &Cx,
    terms: Terms<'_>,
    (account, token): (&Id, &str),
) -> Outcome<Joined> {
    let too_late = administrator_exists(tx, cx.now)?;
    let used = tx.opt(
        "UPDATE staff_invitation SET used_at = $2, used_by = $3
         WHERE digest = $1 AND used_at IS NULL AND expires_at > $2 AND NOT (first AND $4)
         RETURNING role, place_kind, place_id, asked_by, id, ends_at, reason_sealed, contact_digest",
        args![&token_digest(token)[..], cx.now, account, too_late],
        |r| {
            let role = store::role(&r.get::<String>(0)?)?;
            let place = store::place(&r.get::<String>(1)?, &r.get::<String>(2)?)?;
            let Some(by) = r.get::<Option<Id>>(3)? else { return Ok(Err(Invite { role, place })) };
            Ok(Ok(Taken {
                id: r.get(4)?,
                role,
                place,
                by,
                until: r.get(5)?,
                reason_sealed: r.get(6)?,
                contact_digest: r.get(7)?,
            }))
        },
    )?;
    match used.ok_or_else(|| Refusal::new(Kind::Gone, "E-ROLE-03"))? {
        Ok(taken) => by_contact::take(tx, cx, terms, (account, taken)),
        Err(invite) => {
            let new = new_grant(cx, account, &invite);
            grant(tx, cx, (By::Engineer, terms.offices), &new).map(Joined::Given)
        }
    }
}

/// Whether the portal has an administrator at `now`.
///
/// # Errors
/// A fault of the engine.
pub fn administrator_exists(tx: &mut Tx<'_>, now: Instant) -> Outcome<bool> {
    Ok(store::administrators(tx)?.iter().any(|x: &Grant| x.is_live(now)))
}

fn new_grant(cx: &Cx, account: &Id, invite: &Invite) -> NewGrant {
    NewGrant {
        account: account.clone(),
        role: invite.role,
        place: invite.place.clone(),
        from: cx.now,
        until: Instant::NEVER,
        reason: "invitation".into(),
    }
}

pub(super) fn token_digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
