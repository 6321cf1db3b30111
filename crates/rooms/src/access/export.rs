//! What this room keeps of a person, for them; and letting them go.

use base::{Cx, Id, Instant, Outcome, Tx, args};

use super::{Place, read, reasons, store};
use crate::privacy::{Cell, Part, Row};

/// Who of the staff looked at somebody, and which roles they have or had themselves, or were to have.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn export(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Part>> {
    let looks = read::looks_at(tx, account, i64::MAX)?.into_iter().map(|x| {
        Row::new()
            .at("at", x.at)
            .code("role", ("role-", x.role.as_str()))
            .with("place", Cell::Place(x.place))
            .text("booking", x.booking.to_string())
            .text("reason", x.reason)
    });
    let looks = Part { name: "looks", rows: looks.collect() };
    let mut all = roles(tx, account)?;
    all.extend(proposed(tx, account)?);
    let offers = Part { name: "offers", rows: offered(tx, account)? };
    Ok(vec![looks, Part { name: "roles", rows: all }, offers])
}

/// Roles that they offered to others, or others to them by an invitation, with what they wrote themselves.
fn offered(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Row>> {
    let key = tx.key(account)?;
    Ok(tx.all(
        "SELECT id, role, place_kind, place_id, created_at, used_at, asked_by, reason_sealed
         FROM staff_invitation WHERE asked_by = $1 OR used_by = $1 ORDER BY created_at, id",
        args![account],
        |r| {
            let (id, kind, place): (Id, String, String) = (r.get(0)?, r.get(2)?, r.get(3)?);
            let own = r.get::<Option<Id>>(6)?.is_some_and(|x| x == *account);
            let reason =
                reasons::opened(own.then_some(&key), reasons::of_invitation(&id), r.get(7)?)?;
            Ok(placed(&kind, &place)
                .code("who", ("data-offer-", if own { "own" } else { "other" }))
                .code("role", ("role-", store::role(&r.get::<String>(1)?)?.as_str()))
                .at("proposed", r.get::<Instant>(4)?)
                .at("taken", r.get::<Option<Instant>>(5)?)
                .text("reason", reason))
        },
    )?)
}

/// Roles that somebody proposed for them.
fn proposed(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Row>> {
    let key = tx.key(account)?;
    Ok(tx.all(
        "SELECT id, role, place_kind, place_id, asked_at, reason_sealed FROM staff_proposal
         WHERE account_id = $1 ORDER BY asked_at, id",
        args![account],
        |r| {
            let (id, kind, place): (Id, String, String) = (r.get(0)?, r.get(2)?, r.get(3)?);
            let reason = reasons::opened(Some(&key), reasons::of_proposal(&id), r.get(5)?)?;
            Ok(placed(&kind, &place)
                .code("role", ("role-", store::role(&r.get::<String>(1)?)?.as_str()))
                .at("proposed", r.get::<Instant>(4)?)
                .text("reason", reason))
        },
    )?)
}

fn placed(kind: &str, id: &str) -> Row {
    match Place::parse(kind, id) {
        Some(place) => Row::new().with("place", Cell::Place(place)),
        None => Row::new(),
    }
}

fn roles(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Row>> {
    let key = tx.key(account)?;
    Ok(tx.all(
        "SELECT id, role, place_kind, place_id, starts_at, ends_at, revoked_at, reason_sealed
         FROM staff_grant WHERE account_id = $1 ORDER BY starts_at, id",
        args![account],
        |r| {
            let (id, until): (Id, Instant) = (r.get(0)?, r.get(5)?);
            let reason = reasons::opened(Some(&key), reasons::of_grant(&id), r.get(7)?)?;
            let (kind, id): (String, String) = (r.get(2)?, r.get(3)?);
            Ok(placed(&kind, &id)
                .code("role", ("role-", store::role(&r.get::<String>(1)?)?.as_str()))
                .at("starts", r.get::<Instant>(4)?)
                .at("ends", (until != Instant::NEVER).then_some(until))
                .at("withdrawn", r.get::<Option<Instant>>(6)?)
                .text("reason", reason))
        },
    )?)
}

/// Forgets what was said of `person` as one of the staff. Their grants stay, for the history of the
/// portal, and hold no more.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn forget(tx: &mut Tx<'_>, cx: &Cx, person: &Id) -> Outcome<()> {
    let ended = "UPDATE staff_grant SET revoked_at = $2, revoked_by = $3
                 WHERE account_id = $1 AND revoked_at IS NULL RETURNING id";
    let by = cx.actor.label();
    for grant in tx.all(ended, args![person, cx.now, &by], |r| r.get::<Id>(0))? {
        store::note(tx, cx, (person, &grant), "revoked", "")?;
    }
    reasons::forget(tx, person)
}
