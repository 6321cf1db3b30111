//! Joining a line: one place for a person, however many tabs ask for it.

use base::{Cx, Id, Outcome, Refusal, Tx, args};

use super::rows::Head;
use super::{Entry, Mode, Standing, announce, rows, rules};
use crate::accounts::Level;

/// Somebody who wants a place in line.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Who.
    pub account: Id,
    /// The level of that account, as it is now.
    pub level: Level,
    /// The level that the service asks for.
    pub needed: Level,
}

/// Gives each of `people` a place, in this order: the one they have, or a new one at the end. Ranks
/// are handed out while the opening's row is locked, so their order is the order of commits; many
/// people share one transaction, and one who may not join hinders nobody else.
///
/// # Errors
/// `E-WAIT-04` when there is no such opening. For each person what [`rules::may_join`] refuses.
pub fn join(
    tx: &mut Tx<'_>,
    cx: &Cx,
    opening: &Id,
    people: &[Candidate],
) -> Outcome<Vec<Result<Entry, Refusal>>> {
    let mut head = rows::locked(tx, opening)?.ok_or_else(announce::unknown)?;
    let before = head.revision;
    head.revision += 1;
    let drawn = draw_if_due(tx, cx, &mut head)?;
    let mut given = Vec::with_capacity(people.len());
    let mut fresh = false;
    for person in people {
        let known = rows::of_account(tx, opening, &person.account)?;
        if let Some(entry) = known.clone().filter(|x| rules::stands(x, cx.now)) {
            given.push(Ok(entry));
            continue;
        }
        let allowed = rules::may_join(&head.opening, cx.now, person.level, person.needed);
        if let Err(refusal) = allowed {
            given.push(Err(refusal));
            continue;
        }
        let entry = place(cx, &mut head, &person.account, known);
        rows::put(tx, cx, &head, &entry)?;
        given.push(Ok(entry));
        fresh = true;
    }
    if !fresh && !drawn {
        head.revision = before;
    } else {
        rows::keep(tx, &head)?;
    }
    Ok(given)
}

/// A new place at the end of the line; on the list, while a lottery is not drawn.
fn place(cx: &Cx, head: &mut Head, account: &Id, known: Option<Entry>) -> Entry {
    let undrawn = head.opening.mode == Mode::Lottery && head.drawn.is_none();
    if !undrawn {
        head.last_rank += 1;
    }
    Entry {
        id: known.map_or_else(|| cx.new_id(), |x| x.id),
        account: account.clone(),
        rank: (!undrawn).then_some(head.last_rank),
        standing: Standing::Waiting,
        until: None,
        moved: false,
    }
}

/// Draws the lottery when its moment has come: whoever comes first afterwards does it. Says whether
/// it was drawn now.
///
/// # Errors
/// A fault of the engine.
pub(super) fn draw_if_due(tx: &mut Tx<'_>, cx: &Cx, head: &mut Head) -> Outcome<bool> {
    let Some(seed) = head.seed.as_ref().filter(|_| head.drawn.is_none()) else { return Ok(false) };
    if cx.now < head.opening.opens {
        return Ok(false);
    }
    let present: Vec<Id> = tx.all(
        "SELECT id FROM opening_entry WHERE opening_id = $1 AND rank IS NULL",
        args![&head.opening.id],
        |r| r.get(0),
    )?;
    for id in rules::draw(seed, present) {
        head.last_rank += 1;
        tx.exec(
            "UPDATE opening_entry SET rank = $2, drawn = $2, revision = $3 WHERE id = $1",
            args![&id, head.last_rank, head.revision],
        )?;
    }
    head.drawn = Some(cx.now);
    Ok(true)
}
