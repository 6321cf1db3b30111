//! Invitations of the staff: a role for whoever has a phone or an e-mail. Nothing is looked up: the answer is the
//! same whether or not somebody has an account, and whose it is they say by taking it up.

use base::db::Row;
use base::{Cx, Fault, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};

use super::invite::token_digest;
use super::{By, Grant, NewGrant, Place, Role, Scope, Spot, grant, propose, read, reasons, rules};
use super::{propose::two, store};
use crate::accounts::read::account;
use crate::accounts::{Account, Contact, Secrets};
use crate::offices::Offices;

/// How long such an invitation can be taken up.
const LIVES: i64 = 7 * Instant::DAY;

/// What an invitation rests on beside the database.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// What lies where.
    pub offices: &'a Offices,
    /// The key of the digests.
    pub secrets: &'a Secrets,
    /// A second one must agree.
    pub four_eyes: bool,
}

/// What came of taking up an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Joined {
    /// The role is in force; the id of the grant.
    Given(Id),
    /// A second one must agree; the id of the proposal.
    Proposed(Id),
}

/// Invites whoever has `contact` to the role of `new`; gives the id of the invitation and its token, which is shown
/// only now. The account of `new` is nobody's.
///
/// # Errors
/// As [`rules::grant`]; `E-ROLE-06` for one's own phone or e-mail.
pub fn invite_contact(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (me, scope, terms): (&Id, &Scope, Terms<'_>),
    (contact, new): (&Contact, &NewGrant),
) -> Outcome<(Id, String)> {
    rules::grant(By::Staff(me, scope), terms.offices, new, cx.now)?;
    if account(tx, me)?.is_some_and(|x| is_of(&x, |own| own == contact.reveal())) {
        return Err(Refusal::new(Kind::Forbidden, "E-ROLE-06").into());
    }
    let (id, key) = (cx.new_id(), tx.key(me)?);
    let token: String = cx.chance.bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect();
    tx.exec(
        "INSERT INTO staff_invitation (id, digest, role, place_kind, place_id, created_at, created_by,
                                       expires_at, asked_by, reason_sealed, ends_at, contact_digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        args![
            &id,
            &token_digest(&token)[..],
            new.role.as_str(),
            new.place.kind().as_str(),
            new.place.id(),
            cx.now,
            &cx.actor.label(),
            cx.now.plus(LIVES),
            me,
            &key.seal(reasons::of_invitation(&id), new.reason.trim())?,
            new.until,
            &digest(terms.secrets, &id, contact.reveal())[..],
        ],
    )?;
    Ok((id, token))
}

/// An invitation that was taken up, as its row says it.
pub(super) struct Taken {
    pub id: Id,
    pub role: Role,
    pub place: Place,
    /// Who invited.
    pub by: Id,
    pub until: Instant,
    pub reason_sealed: Option<Vec<u8>>,
    pub contact_digest: Vec<u8>,
}

/// Gives the role to `me`, or proposes it, in the name of whoever invited them.
pub(super) fn take(
    tx: &mut Tx<'_>,
    cx: &Cx,
    terms: Terms<'_>,
    (me, taken): (&Id, Taken),
) -> Outcome<Joined> {
    let own = account(tx, me)?;
    let meant = |x: &str| digest(terms.secrets, &taken.id, x)[..] == taken.contact_digest[..];
    if !own.is_some_and(|x| is_of(&x, meant)) {
        return Err(Refusal::new(Kind::Forbidden, "E-ROLE-19").into());
    }
    let spot = Spot::of(terms.offices, &taken.place).unwrap_or_default();
    let could = |x: &Grant| rules::could_give(x, taken.role, &spot, taken.until);
    two(tx, cx.now, (Some(me), &taken.by), could)?;
    let key = tx.key_of(&taken.by)?;
    let why =
        reasons::opened(key.as_ref(), reasons::of_invitation(&taken.id), taken.reason_sealed)?;
    // From now on it is kept with the role, by the key of whoever has it.
    tx.exec("UPDATE staff_invitation SET reason_sealed = NULL WHERE id = $1", args![&taken.id])?;
    let new = NewGrant {
        account: me.clone(),
        role: taken.role,
        place: taken.place,
        from: cx.now,
        until: taken.until,
        reason: why.into_revealed(),
    };
    if terms.four_eyes {
        rules::grant(By::Engineer, terms.offices, &new, cx.now)?;
        return propose::keep(tx, cx, &taken.by, &new).map(Joined::Proposed);
    }
    let by = Cx { actor: base::Actor::Account(taken.by), ..cx.clone() };
    grant(tx, &by, (By::Engineer, terms.offices), &new).map(Joined::Given)
}

/// Whether one of the proved contacts of `account` is meant.
fn is_of(account: &Account, meant: impl Fn(&str) -> bool) -> bool {
    let email = account.email.as_ref().filter(|_| account.email_verified);
    meant(account.phone.reveal()) || email.is_some_and(|x| meant(x.reveal()))
}

fn digest(secrets: &Secrets, invitation: &Id, contact: &str) -> [u8; 32] {
    secrets.digest(&format!("invitation|{invitation}"), contact)
}

/// An invitation that nobody has taken up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Its id.
    pub id: Id,
    /// Which role.
    pub role: Role,
    /// Where.
    pub place: Place,
    /// Who invited.
    pub by: Id,
    /// When they did.
    pub at: Instant,
    /// Until when it can be taken up.
    pub expires: Instant,
    /// Why.
    pub reason: Pii<String>,
}

/// The invitations that nobody has taken up, the oldest first, as far as `scope` reaches.
///
/// # Errors
/// A fault of the engine.
pub fn invited(
    tx: &mut Tx<'_>,
    now: Instant,
    (scope, offices): (&Scope, &Offices),
) -> Outcome<Vec<Open>> {
    let all = tx.all(
        "SELECT id, role, place_kind, place_id, asked_by, created_at, expires_at, reason_sealed
         FROM staff_invitation
         WHERE asked_by IS NOT NULL AND used_at IS NULL AND expires_at > $1
         ORDER BY created_at, id",
        args![now],
        |r| Ok((row(r)?, r.get::<Option<Vec<u8>>>(7)?)),
    )?;
    let mut reached = Vec::new();
    for (open, sealed) in all {
        if read::reaches(scope, offices, &open.place) {
            let key = tx.key_of(&open.by)?;
            let reason = reasons::opened(key.as_ref(), reasons::of_invitation(&open.id), sealed)?;
            reached.push(Open { reason, ..open });
        }
    }
    Ok(reached)
}

/// Takes an invitation back: its link is worth nothing from now on; gives where the role was to hold.
///
/// # Errors
/// `E-ROLE-03` when it was taken up, is too old, or out of reach.
pub fn withdraw(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (scope, offices): (&Scope, &Offices),
    invitation: &Id,
) -> Outcome<Place> {
    let ended = tx.opt(
        "UPDATE staff_invitation SET expires_at = $2
         WHERE id = $1 AND asked_by IS NOT NULL AND used_at IS NULL AND expires_at > $2
         RETURNING id, role, place_kind, place_id, asked_by, created_at, expires_at",
        args![invitation, cx.now],
        row,
    )?;
    let reached = ended.filter(|x| read::reaches(scope, offices, &x.place));
    Ok(reached.ok_or_else(|| Refusal::new(Kind::Gone, "E-ROLE-03"))?.place)
}

fn row(r: &Row<'_>) -> Result<Open, Fault> {
    Ok(Open {
        id: r.get(0)?,
        role: store::role(&r.get::<String>(1)?)?,
        place: store::place(&r.get::<String>(2)?, &r.get::<String>(3)?)?,
        by: r.get(4)?,
        at: r.get(5)?,
        expires: r.get(6)?,
        reason: Pii::default(),
    })
}
