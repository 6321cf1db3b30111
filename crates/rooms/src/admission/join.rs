//! Joining a line: one place for a person, however many tabs ask for it.

use std::collections::HashMap;

use base::idem::{self, Key};
use base::{Cx, Id, Outcome, Refusal, Tx, Vault, args};

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
    /// The circumstances of the act and what makes it happen once. A form has no key: who has a place
    /// joins again without any effect.
    pub key: Option<(Cx, Key)>,
}

/// Gives each of `people` a place, in this order: the one they have, or a new one at the end. Ranks
/// are handed out while the opening's row is locked, so their order is the order of commits; many
/// people share one transaction, and one who may not join hinders nobody else. Whoever comes again
/// under the same key is told what has become of the place.
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
    let mut keys = Keys::read(tx, people)?;
    for person in people {
        let known = rows::of_account(tx, opening, &person.account)?;
        if let Some(said) = keys.said(person) {
            given.push(said.and_then(|()| known.ok_or_else(announce::unknown)));
            continue;
        }
        if let Some(entry) = known.clone().filter(|x| rules::stands(x, cx.now)) {
            keys.note(person, &entry);
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
        keys.note(person, &entry);
        given.push(Ok(entry));
        fresh = true;
    }
    if !fresh && !drawn {
        head.revision = before;
    } else {
        rows::keep(tx, &head)?;
    }
    keys.keep(tx)?;
    Ok(given)
}

/// The keys of those who join together: what was kept, and what is to be kept.
struct Keys<'a> {
    vault: Vault,
    kept: idem::Kept,
    fresh: HashMap<(String, String), (&'a Cx, &'a Key, String)>,
}

impl<'a> Keys<'a> {
    fn read(tx: &mut Tx<'_>, people: &[Candidate]) -> Outcome<Self> {
        let keys: Vec<_> =
            people.iter().filter_map(|x| x.key.as_ref()).map(|(cx, key)| (cx, key)).collect();
        let kept = idem::kept(tx, &keys)?;
        Ok(Self { vault: tx.vault().clone(), kept, fresh: HashMap::new() })
    }

    /// Whether the key was used before, or why it cannot be used.
    fn said(&self, person: &Candidate) -> Option<Result<(), Refusal>> {
        let (cx, key) = person.key.as_ref()?;
        let (asked, _) = self.kept.get(&(cx.actor.label(), key.key.clone()))?;
        Some(key.is_of(&self.vault, asked))
    }

    fn note(&mut self, person: &'a Candidate, entry: &Entry) {
        if let Some((cx, key)) = &person.key {
            let answer = serde_json::json!(entry.id).to_string();
            self.fresh.insert((cx.actor.label(), key.key.clone()), (cx, key, answer));
        }
    }

    fn keep(&self, tx: &mut Tx<'_>) -> Outcome<()> {
        let all: Vec<_> = self.fresh.values().map(|(cx, key, x)| (*cx, *key, x.as_str())).collect();
        idem::keep(tx, &all)
    }
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
